//! A store that cannot write, because the disk refuses it at the start: watching goes on all the same. It reads what earlier runs wrote,
//! where that can be read, takes nothing, and becomes the real one with the first append that finds the disk willing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use super::backup::uri;
use super::error::StoreError;
use super::migrate::{self, MIGRATIONS};
use super::open::{self, Note};
use super::write::{Store, number_channels};
use crate::monitor::ids::ChannelId;

/// What stands in for the log, and what is to be done in it later.
#[derive(Debug)]
pub struct StandIn {
    /// What a reader beside it opens.
    name: PathBuf,
    /// The newest fact it could read.
    seq: u64,
    /// Channels that got a number without being written, in that order.
    numbered: Vec<(String, Arc<str>, ChannelId)>,
}

impl StandIn {
    /// The numbers of a project's channels that are not written yet.
    pub fn numbers_of(&self, project: &str) -> impl Iterator<Item = ChannelId> {
        self.numbered.iter().filter(move |(of, ..)| of == project).map(|(.., id)| *id)
    }
}

impl Store {
    /// Opens or creates the log like [`Store::open`]. Where the disk refuses that for a reason that may pass, what comes back reads what
    /// is there and refuses every append until it does not; a note says so.
    ///
    /// # Errors
    /// If the log is somebody else's, of a newer version, or in use.
    pub fn open_or_stand_in(path: &Path) -> Result<Self, StoreError> {
        match Self::open(path) {
            Err(why) if why.may_pass() => Self::stand_in(path, &why),
            opened => opened,
        }
    }

    fn stand_in(path: &Path, why: &StoreError) -> Result<Self, StoreError> {
        let readable = [path.to_owned(), format!("file:{}?immutable=1", uri(path)).into()];
        let read = readable.into_iter().find_map(|name| Some((read_only(&name, path)?, name)));
        let earlier_runs = if read.is_some() { EarlierRuns::Known } else { EarlierRuns::Unknown };
        let note = Note::StandsIn { why: why.to_string(), earlier_runs };
        let (db, name) = match read {
            Some(read) => read,
            None => Self::memory()?,
        };
        let mut store = Self::over(db, path.to_owned(), None, vec![note])?;
        store.stand_in = Some(StandIn { name, seq: store.last_seq(), numbered: Vec::new() });
        Ok(store)
    }

    /// Numbers for channels of which nothing is written yet: those that the log would give them.
    pub(super) fn number_without_writing(
        &mut self,
        project: &str,
        names: &[Arc<str>],
    ) -> rusqlite::Result<Vec<ChannelId>> {
        let mut known: BTreeMap<String, ChannelId> = BTreeMap::new();
        let mut select = self.db.prepare("SELECT name, id FROM channel WHERE project = ?1")?;
        let mut rows = select.query([project])?;
        while let Some(row) = rows.next()? {
            known.insert(row.get(0)?, ChannelId(row.get(1)?));
        }
        drop(rows);
        drop(select);
        let highest: u32 = self.db.query_row("SELECT coalesce(max(id), 0) FROM channel", [], |row| row.get(0))?;
        let Some(stand_in) = &mut self.stand_in else { return Ok(Vec::new()) };
        let number = |name: &Arc<str>| {
            let given =
                stand_in.numbered.iter().find(|(of, given, _)| of == project && given == name).map(|(.., id)| *id);
            known.get(&**name).copied().or(given).unwrap_or_else(|| {
                let id = ChannelId(highest + 1 + u32::try_from(stand_in.numbered.len()).unwrap_or(u32::MAX));
                stand_in.numbered.push((project.to_owned(), Arc::clone(name), id));
                id
            })
        };
        Ok(names.iter().map(number).collect())
    }

    /// Becomes the real log, if the disk lets it by now.
    pub(super) fn take_over(&mut self) -> Result<(), StoreError> {
        let Some(stand_in) = &self.stand_in else { return Ok(()) };
        let path = self.path().to_owned();
        let opened = open::open(&path, MIGRATIONS)?;
        let mut real = Self::over(opened.db, path.clone(), Some(opened.lock), opened.notes)?;
        let same_facts = real.last_seq() == stand_in.seq;
        for (project, name, id) in &stand_in.numbered {
            let given = number_channels(&mut real.db, project, std::slice::from_ref(name));
            if given.map_err(|error| real.error(&error))? != [*id] {
                return Err(StoreError::Moved { path });
            }
        }
        if !same_facts {
            return Err(StoreError::Moved { path });
        }
        *self = real;
        Ok(())
    }

    /// What a reader beside this store opens.
    pub(super) fn readable(&self) -> &Path {
        self.stand_in.as_ref().map_or(self.path(), |stand_in| &stand_in.name)
    }
}

/// Whether what earlier runs wrote can be read while a store stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EarlierRuns {
    /// It can: nothing is missing on the screen.
    Known,
    /// It cannot: recordings that they started are not known.
    Unknown,
}

/// A connection to a log of today's version.
fn read_only(name: &Path, path: &Path) -> Option<Connection> {
    let db = open::open_read_only(name).ok()?;
    open::check_identity(&db, path, migrate::newest(MIGRATIONS)).ok()?;
    (migrate::version(&db).ok()? == migrate::newest(MIGRATIONS)).then_some(db)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::monitor::event::Event;
    use crate::store::sample::{at, everywhere};

    /// A folder in the place of the lock file: nobody can open that for writing, not even root.
    fn bar(log: &Path) -> PathBuf {
        let lock = super::super::beside::with_suffix(log, ".lock");
        if lock.is_file() {
            fs::remove_file(&lock).unwrap();
        }
        fs::create_dir(&lock).unwrap();
        lock
    }

    fn names(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    #[test]
    fn what_earlier_runs_wrote_is_known_and_what_is_new_waits_for_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.db");
        let mut store = Store::open(&log).unwrap();
        let known = store.channel_ids("court", &names(&["hall", "annex"])).unwrap();
        store.append(&[everywhere(1, Event::WatchEnded)], &[]).unwrap();
        drop(store);
        let lock = bar(&log);
        let mut store = Store::open_or_stand_in(&log).unwrap();
        assert!(
            matches!(store.notes(), [Note::StandsIn { earlier_runs: EarlierRuns::Known, .. }]),
            "{:?}",
            store.notes()
        );
        let ids = store.channel_ids("court", &names(&["lobby", "annex", "stage"])).unwrap();
        assert_eq!(ids[1], known[1]);
        assert_eq!(store.channel_ids("court", &names(&["stage"])).unwrap(), [ids[2]]);
        assert_eq!(store.channels_of("court").unwrap().len(), 4);
        assert_eq!(store.last_moment(&store.last_probes().unwrap()).unwrap(), Some(at(1)));
        let fact = [everywhere(2, Event::WatchEnded)];
        assert!(matches!(store.append(&fact, &[]), Err(StoreError::NotWritable { .. })));
        assert_eq!(store.reader().unwrap().history(ids[0], at(0), at(9)).unwrap().records.len(), 1);

        fs::remove_dir(&lock).unwrap();
        assert_eq!(store.append(&fact, &[]).unwrap(), 2);
        drop(store);
        let mut store = Store::open(&log).unwrap();
        assert_eq!(store.channel_ids("court", &names(&["lobby", "annex", "stage"])).unwrap(), ids);
        assert_eq!(store.events().unwrap().records.len(), 2);
    }

    #[test]
    fn without_a_readable_log_it_says_that_earlier_runs_are_not_known() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.db");
        let lock = bar(&log);
        let mut store = Store::open_or_stand_in(&log).unwrap();
        assert!(matches!(store.notes(), [Note::StandsIn { earlier_runs: EarlierRuns::Unknown, .. }]));
        let ids = store.channel_ids("court", &names(&["hall"])).unwrap();
        fs::remove_dir(&lock).unwrap();
        store.append(&[everywhere(2, Event::WatchEnded)], &[]).unwrap();
        drop(store);
        assert_eq!(Store::open(&log).unwrap().channel_ids("court", &names(&["hall"])).unwrap(), ids);
    }

    #[test]
    fn a_log_that_somebody_else_wrote_meanwhile_is_not_written_by_guess() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.db");
        drop(Store::open(&log).unwrap());
        let lock = bar(&log);
        let mut store = Store::open_or_stand_in(&log).unwrap();
        store.channel_ids("court", &names(&["hall"])).unwrap();
        fs::remove_dir(&lock).unwrap();
        let mut other = Store::open(&log).unwrap();
        other.channel_ids("court", &names(&["annex"])).unwrap();
        drop(other);
        let error = store.append(&[everywhere(2, Event::WatchEnded)], &[]).unwrap_err();
        assert!(matches!(error, StoreError::Moved { .. }), "{error}");
    }

    #[test]
    fn somebody_elses_file_and_one_in_use_are_refused_as_ever() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.db");
        let first = Store::open(&log).unwrap();
        assert!(matches!(Store::open_or_stand_in(&log), Err(StoreError::InUse { .. })));
        drop(first);
        fs::write(&log, "shopping").unwrap();
        assert!(matches!(Store::open_or_stand_in(&log), Err(StoreError::NotOurs { .. })));
    }
}
