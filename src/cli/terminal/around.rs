//! What changed around the channels between two pictures: the own network, the log, and each project's domains and quota. Pure
//! functions; nothing of a single channel is told here.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::monitor::describe;
use crate::monitor::ids::ChannelId;
use crate::monitor::io::LogHealth;
use crate::monitor::phase::{Blindness, Sight, State};
use crate::monitor::snapshot::{NetworkView, ProjectView, SlowView, Snapshot};
use crate::ui::{format, words};

/// The channels that nobody sees any more for one cause of this workstation's: one line for each cause in place of one for each
/// channel. A single one has a line of its own, and so has one whose stop is open.
pub(super) fn darkened(before: &Snapshot, after: &Snapshot) -> (BTreeSet<ChannelId>, Vec<String>) {
    let mut causes: BTreeMap<&'static str, Vec<ChannelId>> = BTreeMap::new();
    for view in after.channels.iter().filter(|view| view.state == State::NotObserved && view.open_stop.is_none()) {
        let is_new = before.channel(view.id).is_some_and(|old| old.state != State::NotObserved);
        if let Sight::Blind(why) = view.sight
            && is_new
            && is_the_workstations(why)
        {
            causes.entry(describe::blindness(why)).or_default().push(view.id);
        }
    }
    causes.retain(|_, channels| channels.len() > 1);
    let line = |(why, channels): (&&'static str, &Vec<ChannelId>)| {
        format!("{} not observed: {why}", format::counted(channels.len(), "channel", "channels"))
    };
    let lines = causes.iter().map(line).collect();
    (causes.into_values().flatten().collect(), lines)
}

const fn is_the_workstations(why: Blindness) -> bool {
    match why {
        Blindness::AppClosed
        | Blindness::Asleep
        | Blindness::NetworkDown
        | Blindness::HeldUp
        | Blindness::SleptOrClockSet
        | Blindness::ClockSet => true,
        Blindness::Overdue | Blindness::Adopted => false,
    }
}

/// What concerns all projects: the own network and the log.
pub(super) fn workstation(before: &Snapshot, after: &Snapshot) -> Vec<String> {
    let mut lines = Vec::new();
    match (before.network, after.network) {
        (NetworkView::Up, NetworkView::Down { since, .. }) => {
            lines.push(format!(
                "No domain answers since {}, most likely for want of a network here: nobody is watching",
                words::clock(since)
            ));
        }
        (NetworkView::Down { .. }, NetworkView::Up) => {
            lines.push("A domain answers again: the network is back".to_owned())
        }
        (NetworkView::Up, NetworkView::Up) | (NetworkView::Down { .. }, NetworkView::Down { .. }) => {}
    }
    match (before.log.ahead, after.log.ahead) {
        (old, new) if old == new => {}
        (_, Duration::ZERO) => lines.push("Times here agree with this workstation's clock again".to_owned()),
        (_, ahead) => lines.push(format!(
            "This workstation's clock was set back: times here go on, {} ahead of it",
            format::words(ahead)
        )),
    }
    match (before.log.health, after.log.health) {
        (LogHealth::Saved, LogHealth::Failing) => {
            let why = after.log.error.as_deref().unwrap_or("the disk refuses");
            lines.push(format!("The session log cannot be written: {why}. Watching goes on"));
        }
        (LogHealth::Failing, LogHealth::Saved) => lines.push("The session log is written again".to_owned()),
        (LogHealth::Saved, LogHealth::Saved) | (LogHealth::Failing, LogHealth::Failing) => {}
    }
    lines
}

/// What concerns one project: its domains, its quota.
pub(super) fn project(old: &ProjectView, new: &ProjectView) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(host) = preferred(new)
        && preferred(old) != Some(host)
    {
        lines.push(format!("{host} is asked first from now on"));
    }
    if let Some(until) = new.throttled_until
        && old.throttled_until.is_none()
    {
        lines.push(format!("Agora answered 429: polls rest until {}", words::clock(until)));
    }
    match (old.slow, new.slow) {
        (Some(_), None) => lines.push("Polls go at their full rate again".to_owned()),
        (before, Some(SlowView { percent, .. })) if before.is_none_or(|slow| slow.percent > percent) => {
            lines.push(format!("Polls go at {percent} % of their rate after 429, and faster step by step"));
        }
        (None | Some(_), Some(_)) | (None, None) => {}
    }
    match (old.retries_spent_since, new.retries_spent_since) {
        (None, Some(_)) => lines.push(
            "Checks fail in large numbers: each recording is asked about at its ordinary turn, repeats would only add load"
                .to_owned(),
        ),
        (Some(_), None) => lines.push("Failed checks are repeated soon again".to_owned()),
        (Some(_), Some(_)) | (None, None) => {}
    }
    // With each recording of a large fleet that comes or goes it moves by fractions of a second.
    let every = format::words(new.poll_every);
    if format::words(old.poll_every) != every {
        lines.push(format!("Polled every {every} now"));
    }
    lines
}

fn preferred(project: &ProjectView) -> Option<&str> {
    project.domains.iter().find(|domain| domain.preferred).map(|domain| domain.host.as_str())
}
