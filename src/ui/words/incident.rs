//! The words about incidents, flapping and restarts without the operator.

use std::time::Duration;

use crate::monitor::incidents::{IncidentKind, Mute, Settled};
use crate::monitor::io::AutoRestart;
use crate::monitor::snapshot::{ChannelView, ChildView, IncidentView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::ui::{format, tidings};

/// How many names are told before the rest is counted.
const NAMES: usize = 4;

/// What an incident is, by its channel or by how many it has: `court-03 lost`.
pub fn incident_title(view: &IncidentView) -> String {
    let what = match view.kind {
        IncidentKind::Lost => "lost",
        IncidentKind::AbnormalExit => "exited abnormally",
        IncidentKind::Ended => "ended by itself",
        IncidentKind::ConfigError => "config error",
        IncidentKind::Uncertain => "uncertain for long",
        IncidentKind::Mass => "turned bad at once",
    };
    match view.children.as_slice() {
        [only] => format!("{} {what}", only.name),
        many => format!("{} channels {what}", many.len()),
    }
}

/// What an incident means, and what helps.
pub const fn incident_means(kind: IncidentKind) -> (&'static str, &'static str) {
    match kind {
        IncidentKind::Lost => ("Nothing is recorded", "Restart with the backup UID, or acknowledge"),
        IncidentKind::AbnormalExit => ("The recorder is gone", "Restart with the backup UID, or acknowledge"),
        IncidentKind::Ended => {
            ("The recording ended without a stop from here", "Start again, or raise max idle time; else acknowledge")
        }
        IncidentKind::ConfigError => {
            ("The same request will be refused again", "Correct what Agora names, then try again")
        }
        IncidentKind::Uncertain => {
            ("They may still be running; none counts as lost", "Acknowledge; tell Agora with the exported log")
        }
        IncidentKind::Mass => (
            "So many at once have one cause: Agora, the network of a site, an account",
            "Look for the cause, and acknowledge",
        ),
    }
}

/// How long a channel is still silent, `42 min left`.
pub fn mute_left(mute: &Mute, now: Timestamp) -> String {
    mute.until.map_or_else(|| "till session end".to_owned(), |until| format!("{} left", minutes(until.since(now))))
}

/// Whole minutes, begun ones included, so that it never reads 0 while it lasts.
fn minutes(length: Duration) -> String {
    format!("{} min", length.as_secs().div_ceil(60).max(1))
}

/// That an incident opened, without the name of its channel or project.
pub fn incident_opened(view: &IncidentView, snapshot: &Snapshot) -> String {
    let number = view.at.number.0;
    let about = match view.kind {
        IncidentKind::Lost => "nothing records",
        IncidentKind::AbnormalExit => "the recorder exited abnormally",
        IncidentKind::Ended => "it ended by itself",
        IncidentKind::ConfigError => "repeating cannot help, the configuration has to change",
        IncidentKind::Uncertain => {
            let count = format::counted(view.children.len(), "channel", "channels");
            return format!("{count} uncertain for long, incident {number}: {}", names(view.bad()));
        }
        IncidentKind::Mass => {
            let (count, within) = (view.children.len(), within(view, snapshot));
            return format!("{count} channels turned bad{within}, incident {number}: {}", names(view.bad()));
        }
    };
    format!("incident {number}, {about}")
}

/// ` within 2 min`: one sweep of the project's polls.
fn within(view: &IncidentView, snapshot: &Snapshot) -> String {
    let project = snapshot.projects.iter().find(|project| project.name == view.project);
    project.map(|project| format!(" within {}", format::words(project.poll_every))).unwrap_or_default()
}

/// That an incident is over; `None` where something else has told it: a stop, a new session.
pub fn incident_over(view: &IncidentView) -> Option<String> {
    if let [_] = view.children[..] {
        return tidings::all_recovered(view).then(|| "recovered: good answers in a row".to_owned());
    }
    let settled = |wanted: Settled| {
        view.children.iter().filter(|child| child.settled.is_some_and(|(_, how)| how == wanted)).count()
    };
    let parts = [
        (settled(Settled::Recovered), "recovered"),
        (settled(Settled::Stopped), "stopped"),
        (settled(Settled::NewSession), "started anew"),
        (settled(Settled::Worse), "turned worse"),
        (settled(Settled::Forgotten), "watched no longer"),
    ];
    let parts: Vec<_> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, how)| format!("{count} {how}")).collect();
    Some(format!("incident {} of {} channels is over: {}", view.at.number.0, view.children.len(), parts.join(", ")))
}

/// Names of channels, the first few, then how many more.
fn names<'a>(children: impl Iterator<Item = &'a ChildView>) -> String {
    let all: Vec<&str> = children.map(|child| &*child.name).collect();
    match all.len() {
        count if count > NAMES => format!("{} and {} more", all[..NAMES].join(", "), count - NAMES),
        _ => all.join(", "),
    }
}

/// What happened, and what it means with what to do, for the banner of a mass.
pub fn mass_story(view: &IncidentView, snapshot: &Snapshot, now: Timestamp) -> (String, String) {
    let bad = view.bad().count();
    let within = within(view, snapshot);
    let head = format!(
        "{} of {} turned bad{within}: one incident, for {}",
        format::counted(view.children.len(), "channel", "channels"),
        view.project,
        format::cell(now.since(view.opened_at))
    );
    let meaning = format!(
        "So many at once have one cause: Agora, the network of a site, an account. {bad} of them still bad: {}. Look for the \
         cause first, then restart them",
        names(view.bad())
    );
    (head, meaning)
}

/// `On, 2 of 3 used in the last hour`
pub fn auto_restart(view: &ChannelView, now: Timestamp) -> String {
    let auto = &view.auto_restart;
    let used = auto.used_at(now);
    match (auto.setting, auto.spent) {
        (AutoRestart::Off, _) if used == 0 => "off".to_owned(),
        (AutoRestart::Off, _) => format!("off, {used} in the last hour"),
        (AutoRestart::On, false) => format!("on, {used} of {} used in the last hour", auto.most),
        (AutoRestart::On, true) => {
            format!("spent, {used} of {} used in the last hour; restart it yourself", auto.most)
        }
    }
}

/// `for 12 min: …`, while the channel flaps.
pub fn flapping(view: &ChannelView, now: Timestamp) -> Option<String> {
    let held: Duration = now.since(view.flapping?);
    Some(format!("for {}: its turns are not told until it is steady", format::words(held)))
}
