//! `reelwatch store`: what can be done to the log while nobody watches: reading all of it, making it small, copying it, bringing the
//! copy back. Each says what it found or did, and what it means.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::args::{Places, StoreCommand};
use super::{Trouble, data_folder, own};
use crate::monitor::time::Timestamp;
use crate::store::backup;
use crate::store::check::{self, Checked, Count};
use crate::store::evidence::steps::Keep;
use crate::store::past::build::Kept;
use crate::store::{Store, StoreError};
use crate::ui::format;
use crate::worker::clock::{Clock, Speed};

/// Does what is asked; the result is for people.
pub fn run(command: &StoreCommand, places: &Places) -> Result<String, Trouble> {
    let log = |file: &Option<PathBuf>| match file {
        Some(file) => Ok(file.clone()),
        None => Ok::<_, Trouble>(data_folder(places)?.join(own::LOG)),
    };
    match command {
        StoreCommand::Check { log: file } => look(&log(file)?),
        StoreCommand::Rebuild { log: file } => rebuild(&log(file)?),
        StoreCommand::Compact { log: file } => compact(&log(file)?),
        StoreCommand::Backup { log: file } => back_up(&log(file)?),
        StoreCommand::Restore { log: file } => restore(&log(file)?),
    }
}

/// The log has to be there: nobody wants an empty one made for being looked at.
fn existing(log: &Path) -> Result<Store, Trouble> {
    if !log.is_file() {
        return Err(StoreError::Missing { path: log.to_owned() }.into());
    }
    Ok(Store::open(log)?)
}

/// Now, or the end of a log that runs ahead of this computer's clock.
fn now(store: &Store) -> Result<Timestamp, Trouble> {
    let now = Clock::start(Speed::REAL).now();
    Ok(store.last_moment(&store.last_probes()?)?.map_or(now, |newest| newest.max(now)))
}

fn look(log: &Path) -> Result<String, Trouble> {
    if !log.is_file() {
        return Err(StoreError::Missing { path: log.to_owned() }.into());
    }
    let checked = check::check(log)?;
    let told = told(log, &checked);
    if checked.is_whole() { Ok(told) } else { Err(Trouble::NotWhole(told)) }
}

fn told(log: &Path, checked: &Checked) -> String {
    let Checked { findings, facts, missing_facts, probes, hours, days, bytes } = checked;
    let mut told = format!("{}, {}", log.display(), format::bytes(*bytes));
    for finding in findings {
        let _ = write!(told, "\nproblem  {finding}");
    }
    if !findings.is_empty() {
        told += "\nIts pages are damaged, so the rest was not read. The next start sets the file aside and begins a new one; \
                 reelwatch store restore brings the hourly backup back";
        return told;
    }
    let mut line = |what: &str, count: &Count, means: &str| {
        let _ = match count.unreadable {
            0 => write!(told, "\nok       {} {what}", format::thousands(count.all)),
            bad => write!(
                told,
                "\nproblem  {} of {} {what} cannot be read: {means}",
                format::thousands(bad),
                format::thousands(count.all)
            ),
        };
    };
    line("facts", facts, "a newer reelwatch wrote them, or they are damaged; they are passed over");
    line("probes", probes, "they are left out of charts and exports, and counted there");
    line("days of hours", hours, "charts of old days lack them");
    line("days of bands", days, "reelwatch store rebuild makes them anew");
    if *missing_facts > 0 {
        let _ =
            write!(told, "\nproblem  {} facts are missing: somebody took them out", format::thousands(*missing_facts));
    }
    told
}

fn rebuild(log: &Path) -> Result<String, Trouble> {
    let mut store = existing(log)?;
    let now = now(&store)?;
    store.undo_all_days()?;
    store.undo_checkpoint()?;
    let reader = store.reader()?;
    let mut channels = 0_usize;
    while let Some(due) = store.days_due(now)? {
        let mut made = reader.make_days(&due, now)?;
        channels += 1;
        while store.keep_days(&mut made)? == Kept::Some {}
    }
    let channels = format::counted(channels, "channel", "channels");
    Ok(format!("Days of bands made anew for {channels}; the next start reads all facts"))
}

fn compact(log: &Path) -> Result<String, Trouble> {
    let mut store = existing(log)?;
    let now = now(&store)?;
    let done = store.compact(now, Keep::default())?;
    let [before, after] = done.bytes.map(format::bytes);
    Ok(format!(
        "{before} before, {after} now: {} probes packed, {} old ones summed up by the hour, {} answers that nobody gives any more \
         forgotten",
        format::thousands(done.packed),
        format::thousands(done.let_go),
        format::thousands(done.words),
    ))
}

fn back_up(log: &Path) -> Result<String, Trouble> {
    if !log.is_file() {
        return Err(StoreError::Missing { path: log.to_owned() }.into());
    }
    let done = backup::back_up(log)?;
    let (facts, new) = (format::thousands(done.facts), format::thousands(done.new_facts));
    Ok(format!("{}: {facts} facts, {new} of them new, {}", backup::path_of(log).display(), format::bytes(done.bytes)))
}

fn restore(log: &Path) -> Result<String, Trouble> {
    let done = backup::restore(log)?;
    let mut told = format!("{} facts of the backup are in {} again", format::thousands(done.facts), log.display());
    let Some(kept_as) = done.kept_as else { return Ok(told) };
    let _ = write!(told, "\nWhat was there is kept as {}", kept_as.display());
    for recording in &done.unknown {
        let _ = write!(told, "\n{recording}");
    }
    if !done.unknown.is_empty() {
        told += "\nThese were begun after the backup was made and are not in it: save the lines above as a file and take those that \
                 still run in with Import sessions";
    }
    Ok(told)
}
