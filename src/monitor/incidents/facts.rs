//! What we hold true of the incidents of one project, and the only place where it changes: by events, live and when the log is read
//! again.

use std::collections::{BTreeMap, BTreeSet};

use super::{IncidentEnd, IncidentId, IncidentKind, Settled};
use crate::monitor::event::Event;
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;

/// How many incidents that ended stay in memory; all of them stay in the log.
pub(super) const ENDED_KEPT: usize = 32;

/// A channel's part in an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Child {
    /// When it turned bad.
    pub(super) since: Timestamp,
    /// The session it turned bad in.
    pub(super) session: u32,
    pub(super) settled: Option<(Timestamp, Settled)>,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Incident {
    pub(super) kind: IncidentKind,
    pub(super) opened_at: Timestamp,
    pub(super) last_join: Timestamp,
    pub(super) children: BTreeMap<ChannelId, Child>,
    pub(super) end: Option<IncidentEnd>,
}

impl Incident {
    fn is_over(&self) -> bool {
        self.children.values().all(|child| child.settled.is_some())
    }
}

/// The incidents of one project. Two that read the same log are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incidents {
    /// The highest number that was given.
    pub(super) last: u32,
    /// All that are open, and the last that ended.
    pub(super) all: BTreeMap<IncidentId, Incident>,
    /// The open incident that each channel belongs to.
    pub(super) of: BTreeMap<ChannelId, IncidentId>,
    /// Open ones of which nothing is bad any more.
    pub(super) over: BTreeSet<IncidentId>,
}

impl Incidents {
    /// Takes a fact in. `session` is the number of the session a channel is in.
    pub(crate) fn apply(
        &mut self,
        at: Timestamp,
        channel: Option<ChannelId>,
        event: &Event,
        session: impl Fn(ChannelId) -> u32,
    ) {
        if let Event::IncidentOpened { incident, kind, channels, absorbed, project: _ } = event {
            self.last = self.last.max(incident.0);
            let children = BTreeMap::new();
            let new = Incident { kind: *kind, opened_at: at, last_join: at, children, end: None };
            self.all.insert(*incident, new);
            for id in channels {
                self.join(*incident, *id, at, session(*id));
            }
            for old in absorbed {
                self.end(*old, IncidentEnd::Absorbed(at, *incident));
            }
        } else if let (Event::IncidentGrew { incident }, Some(id)) = (event, channel) {
            self.join(*incident, id, at, session(id));
        } else if let (Event::IncidentSettled { incident, how }, Some(id)) = (event, channel) {
            if let Some(child) = self.all.get_mut(incident).and_then(|incident| incident.children.get_mut(&id)) {
                child.settled = Some((at, *how));
            }
            self.note_over(*incident);
        } else if let Event::IncidentEnded { incident, channels: _ } = event {
            self.end(*incident, IncidentEnd::Over(at));
        }
    }

    /// A channel becomes part of an incident, and no other one's any more. A bad one that comes from another brings its time.
    fn join(&mut self, incident: IncidentId, id: ChannelId, at: Timestamp, session: u32) {
        let left = self.of.insert(id, incident).and_then(|left| self.all.get(&left)?.children.get(&id));
        let brought = left.filter(|child| child.settled.is_none()).copied();
        if let Some(found) = self.all.get_mut(&incident) {
            found.children.insert(id, brought.unwrap_or(Child { since: at, session, settled: None }));
            found.last_join = at;
        }
        self.over.remove(&incident);
    }

    fn note_over(&mut self, incident: IncidentId) {
        if self.all.get(&incident).is_some_and(|found| found.end.is_none() && found.is_over()) {
            self.over.insert(incident);
        }
    }

    fn end(&mut self, incident: IncidentId, end: IncidentEnd) {
        self.over.remove(&incident);
        let Some(found) = self.all.get_mut(&incident) else { return };
        found.end = Some(end);
        for id in found.children.keys() {
            if self.of.get(id) == Some(&incident) {
                self.of.remove(id);
            }
        }
        let ended = || self.all.iter().filter(|(_, incident)| incident.end.is_some()).map(|(id, _)| *id);
        if ended().count() > ENDED_KEPT
            && let Some(oldest) = ended().next()
        {
            self.all.remove(&oldest);
        }
    }
}
