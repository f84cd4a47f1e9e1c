//! What a screen sees of an incident: facts and times, no texts.

use std::sync::Arc;

use super::facts::Incident;
use super::{IncidentEnd, IncidentId, IncidentKind, Settled};
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentView {
    /// The project's name.
    pub project: Arc<str>,
    /// Its number; unique in the project.
    pub id: IncidentId,
    /// What it is about.
    pub kind: IncidentKind,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Its channels, in the order in which they turned bad.
    pub children: Vec<ChildView>,
    /// How it ended; open without.
    pub end: Option<IncidentEnd>,
}

/// A channel's part in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildView {
    /// Which.
    pub channel: ChannelId,
    /// What the operator calls it.
    pub name: Arc<str>,
    /// When it turned bad.
    pub since: Timestamp,
    /// When and why it has no part in it any more.
    pub settled: Option<(Timestamp, Settled)>,
}

impl IncidentView {
    pub(super) fn new(
        project: &Arc<str>,
        id: IncidentId,
        incident: &Incident,
        name: impl Fn(ChannelId) -> Arc<str>,
    ) -> Self {
        let Incident { kind, opened_at, last_join: _, children, end } = incident;
        let mut children: Vec<_> = children
            .iter()
            .map(|(channel, child)| ChildView {
                channel: *channel,
                name: name(*channel),
                since: child.since,
                settled: child.settled,
            })
            .collect();
        children.sort_by_key(|child| (child.since, child.channel));
        Self { project: Arc::clone(project), id, kind: *kind, opened_at: *opened_at, children, end: *end }
    }

    /// Whether something of it is still bad.
    pub const fn is_active(&self) -> bool {
        self.end.is_none()
    }

    /// Its channels that still count as bad.
    pub fn bad(&self) -> impl Iterator<Item = &ChildView> {
        self.children.iter().filter(|child| child.settled.is_none())
    }
}
