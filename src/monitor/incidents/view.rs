//! What a screen sees of an incident, and of what is done about a channel: facts and times, no texts.

use std::sync::Arc;

use super::facts::Child;
use super::{Acknowledgement, IncidentEnd, IncidentId, IncidentKind, Incidents, Mute, Settled};
use crate::monitor::care::IncidentAt;
use crate::monitor::event::Denial;
use crate::monitor::ids::{ChannelId, ProjectId};
use crate::monitor::time::Timestamp;

/// The project whose incidents they are.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// Its number.
    pub id: ProjectId,
    /// What the operator calls it.
    pub name: &'a Arc<str>,
}

/// One incident. The system says whether it is active, the operator whether it is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncidentView {
    /// Which.
    pub at: IncidentAt,
    /// The project's name.
    pub project: Arc<str>,
    /// What it is about.
    pub kind: IncidentKind,
    /// When it began.
    pub opened_at: Timestamp,
    /// Its channels, in the order in which they turned bad.
    pub children: Vec<ChildView>,
    /// How it ended; active without.
    pub end: Option<IncidentEnd>,
    /// That somebody sees to it, or saw to it when it ended.
    pub acknowledged: Option<Acknowledgement>,
    /// When somebody took it first, if that was not taken back.
    pub taken_at: Option<Timestamp>,
    /// How many lines people wrote about it: reasons and notes.
    pub lines: u32,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Why each act is not possible now.
    pub denials: IncidentDenials,
}

/// Which acts are refused, and why; `None` is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct IncidentDenials {
    /// Acknowledge it.
    pub acknowledge: Option<Denial>,
    /// Take the acknowledgement back.
    pub take_back: Option<Denial>,
    /// Close it, with a line where nobody wrote one.
    pub close: Option<Denial>,
    /// Open it again.
    pub reopen: Option<Denial>,
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
    /// That it is silent.
    pub mute: Option<Mute>,
}

impl IncidentView {
    pub(super) fn new(
        owner: &Owner<'_>,
        facts: &Incidents,
        id: IncidentId,
        name: impl Fn(ChannelId) -> Arc<str>,
    ) -> Option<Self> {
        let found = facts.all.get(&id)?;
        let view = |(channel, child): (&ChannelId, &Child)| ChildView {
            channel: *channel,
            name: name(*channel),
            since: child.since,
            settled: child.settled,
            mute: facts.mute_of(*channel).copied(),
        };
        let mut children: Vec<_> = found.children.iter().map(view).collect();
        children.sort_by_key(|child| (child.since, child.channel));
        Some(Self {
            at: IncidentAt { project: owner.id, number: id },
            project: Arc::clone(owner.name),
            kind: found.kind,
            opened_at: found.opened_at,
            children,
            end: found.end,
            acknowledged: found.acknowledged.clone(),
            taken_at: found.taken_at,
            lines: found.lines,
            closed_at: found.closed_at,
            denials: found.denials(),
        })
    }

    /// Whether something of it is still bad: what the system says.
    pub const fn is_active(&self) -> bool {
        self.end.is_none()
    }

    /// Whether somebody has still to read it: what the operator says. One that became part of another is read with that.
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none() && !matches!(self.end, Some(IncidentEnd::Absorbed(..)))
    }

    /// Whether several channels may be in it, which then count as one.
    pub const fn is_group(&self) -> bool {
        match self.kind {
            IncidentKind::Uncertain | IncidentKind::Mass => true,
            IncidentKind::Lost | IncidentKind::AbnormalExit | IncidentKind::Ended | IncidentKind::ConfigError => false,
        }
    }

    /// Whether somebody sees to it while it is active, or everything bad of it is muted.
    pub fn is_handled(&self) -> bool {
        self.is_active() && (self.acknowledged.is_some() || self.bad().all(|child| child.mute.is_some()))
    }

    /// Whether it waits for somebody to see to it.
    pub fn needs_somebody(&self) -> bool {
        self.is_active() && !self.is_handled()
    }

    /// Its channels that still count as bad.
    pub fn bad(&self) -> impl Iterator<Item = &ChildView> {
        self.children.iter().filter(|child| child.settled.is_none())
    }
}

/// What is done about a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Handling {
    /// The active incident in which it counts as bad.
    pub incident: Option<IncidentId>,
    /// Since when somebody sees to that one.
    pub acknowledged_at: Option<Timestamp>,
    /// That it is silent.
    pub mute: Option<Mute>,
}

impl Handling {
    pub(super) fn of(facts: &Incidents, id: ChannelId) -> Self {
        let incident = facts.active_part(id).filter(|(_, child)| child.settled.is_none()).map(|(incident, _)| incident);
        let found = incident.and_then(|incident| facts.all.get(&incident));
        Self {
            incident,
            acknowledged_at: found.and_then(|found| found.acknowledged.as_ref()).map(|it| it.at),
            mute: facts.mute_of(id).copied(),
        }
    }

    /// Whether somebody sees to it, or wants to hear nothing of it.
    pub const fn is_handled(&self) -> bool {
        self.acknowledged_at.is_some() || self.mute.is_some()
    }
}
