//! What changed around the channels between two pictures: the own network, the log, and each project's domains and quota. A pure
//! function; it tells nothing of a single channel.

use std::time::Duration;

use crate::monitor::io::LogHealth;
use crate::monitor::snapshot::{NetworkView, ProjectView, SlowView, Snapshot};
use crate::ui::{format, words};

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
    if old.poll_every != new.poll_every {
        lines.push(format!("Polled every {} now", format::words(new.poll_every)));
    }
    lines
}

fn preferred(project: &ProjectView) -> Option<&str> {
    project.domains.iter().find(|domain| domain.preferred).map(|domain| domain.host.as_str())
}
