//! How projects are told apart where there are several. Of a single one nothing is said: everything belongs to it.

use super::seconds;
use crate::monitor::snapshot::{ChannelView, DomainView, ProjectView, Snapshot};
use crate::monitor::time::Timestamp;
use crate::ui::format;

/// `Northgate Live`, or `3 projects`.
pub fn projects(snapshot: &Snapshot) -> String {
    match &snapshot.projects[..] {
        [only] => only.name.to_string(),
        several => format::counted(several.len(), "project", "projects"),
    }
}

/// The names of all projects, one after the other.
pub fn project_names(snapshot: &Snapshot) -> String {
    snapshot.projects.iter().map(|project| project.name.as_ref()).collect::<Vec<_>>().join(", ")
}

/// The name of a channel's project, where it has to be told.
pub fn project_told<'s>(view: &ChannelView, snapshot: &'s Snapshot) -> Option<&'s str> {
    (snapshot.projects.len() > 1).then(|| snapshot.project_of(view).name.as_ref())
}

/// `court-03`, or `court-03 (Northgate Live)`: names are unique within a project only.
pub fn channel_name(view: &ChannelView, snapshot: &Snapshot) -> String {
    match project_told(view, snapshot) {
        Some(project) => format!("{} ({project})", view.name),
        None => view.name.to_string(),
    }
}

/// That the checks of a project rest or go slower because Agora asked for fewer requests, or are not repeated since too many fail.
pub fn throttled(project: &ProjectView, now: Timestamp) -> Option<String> {
    let rest = project.throttled_until.filter(|until| *until > now);
    let rest = rest.map(|until| format!("429, checks rest for {}", format::words(until.since(now))));
    let slow = || project.slow.map(|slow| format!("429, checks at {} % of their rate", slow.percent));
    let spent = || project.retries_spent_since.map(|_| "too many failures to repeat them all".to_owned());
    rest.or_else(slow).or_else(spent)
}

/// What is wrong with the domain that a project asks first.
pub fn domain_trouble(project: &ProjectView) -> Option<String> {
    let first = asked_first(project)?;
    Some(format!("{}: {}", first.host, first.trouble.as_ref()?))
}

/// That the recordings of a project are polled less often than the settings say.
pub fn stretched(project: &ProjectView) -> Option<String> {
    let (every, wanted) = (project.poll_every, project.poll_wanted);
    (seconds(every) != seconds(wanted) && every > wanted)
        .then(|| format!("polled every {} instead of {}", seconds(every), seconds(wanted)))
}

/// The domain that a project asks first.
pub fn asked_first(project: &ProjectView) -> Option<&DomainView> {
    project.domains.iter().find(|domain| domain.preferred).or(project.domains.first())
}
