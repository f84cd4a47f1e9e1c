//! What we hold true of the incidents of one project, and the only place where it changes: by events, live and when the log is read
//! again.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::alarms::Rang;
use super::{Acknowledgement, AcknowledgementEnd, Expiry, IncidentEnd, IncidentId, IncidentKind, Mute, Settled};
use crate::monitor::event::{Event, NoteOn};
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;

/// How many incidents that need nobody any more stay in memory; all of them stay in the log.
pub(super) const CLOSED_KEPT: usize = 100;
/// How many that ended and were not closed stay in memory. What goes over it is counted, and stays in the log.
pub(super) const ENDED_KEPT: usize = 1_000;

/// A channel's part in an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Child {
    /// When it turned bad.
    pub(super) since: Timestamp,
    /// The session it turned bad in.
    pub(super) session: u32,
    pub(super) settled: Option<(Timestamp, Settled)>,
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incident {
    pub(super) kind: IncidentKind,
    pub(super) opened_at: Timestamp,
    pub(super) last_join: Timestamp,
    pub(super) children: BTreeMap<ChannelId, Child>,
    pub(super) end: Option<IncidentEnd>,
    /// In force, or in force when it ended.
    pub(super) acknowledged: Option<Acknowledgement>,
    /// When somebody took it first, if that was not taken back.
    pub(super) taken_at: Option<Timestamp>,
    /// How many lines were written about it: reasons and notes.
    pub(super) lines: u32,
    pub(super) closed_at: Option<Timestamp>,
}

impl Incident {
    fn new(kind: IncidentKind, at: Timestamp) -> Self {
        Self {
            kind,
            opened_at: at,
            last_join: at,
            children: BTreeMap::new(),
            end: None,
            acknowledged: None,
            taken_at: None,
            lines: 0,
            closed_at: None,
        }
    }

    fn is_over(&self) -> bool {
        self.children.values().all(|child| child.settled.is_some())
    }

    /// Whether it ended and nobody said that it was read.
    pub(super) const fn is_ended_and_open(&self) -> bool {
        matches!(self.end, Some(IncidentEnd::Over(_))) && self.closed_at.is_none()
    }

    /// A channel of it, by which its project is known.
    pub(super) fn about(&self) -> Option<ChannelId> {
        self.children.keys().next().copied()
    }

    /// The one channel it is about, unless it is about several.
    pub(super) fn only_channel(&self) -> Option<ChannelId> {
        self.about().filter(|_| self.children.len() == 1)
    }

    /// Its channels that still count as bad.
    pub(super) fn bad(&self) -> impl Iterator<Item = ChannelId> {
        self.children.iter().filter(|(_, child)| child.settled.is_none()).map(|(id, _)| *id)
    }
}

/// The incidents of one project and the channels that are muted. Two that read the same log are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incidents {
    /// The highest number that was given.
    pub(super) last: u32,
    /// All that are active, those that ended and are open, and the last that were closed.
    pub(super) all: BTreeMap<IncidentId, Incident>,
    /// The active incident that each channel belongs to.
    pub(super) of: BTreeMap<ChannelId, IncidentId>,
    /// Active ones of which nothing is bad any more.
    pub(super) over: BTreeSet<IncidentId>,
    pub(super) mutes: BTreeMap<ChannelId, Mute>,
    /// What ends by itself, and when.
    pub(super) expiries: BTreeSet<(Timestamp, Expiry)>,
    /// The alarms of the last hour.
    pub(super) rang: Rang,
    /// How many that ended and were not closed are not in memory.
    pub(super) left_out: u32,
}

impl Incidents {
    /// Takes a fact in and keeps to the limits. `session` is the number of the session a channel is in.
    pub(crate) fn apply(
        &mut self,
        at: Timestamp,
        channel: Option<ChannelId>,
        event: &Event,
        session: impl Fn(ChannelId) -> u32,
    ) {
        self.take_in(at, channel, event, session);
        if ends_or_closes(event) {
            self.forget_old();
        }
    }

    /// Takes a fact in and forgets none.
    pub(super) fn take_in(
        &mut self,
        at: Timestamp,
        channel: Option<ChannelId>,
        event: &Event,
        session: impl Fn(ChannelId) -> u32,
    ) {
        if let Event::IncidentOpened { incident, kind, channels, absorbed, project: _ } = event {
            self.last = self.last.max(incident.0);
            self.all.insert(*incident, Incident::new(*kind, at));
            for id in channels {
                self.join(*incident, *id, at, session(*id));
            }
            for old in absorbed {
                self.end(*old, IncidentEnd::Absorbed(at, *incident));
                self.rang.forget(*old);
            }
            self.ring(*incident, at);
        } else if let (Event::IncidentGrew { incident }, Some(id)) = (event, channel) {
            self.join(*incident, id, at, session(id));
        } else if let (Event::IncidentSettled { incident, how }, Some(id)) = (event, channel) {
            if let Some(child) = self.all.get_mut(incident).and_then(|incident| incident.children.get_mut(&id)) {
                child.settled = Some((at, *how));
            }
            self.note_over(*incident);
        } else if let Event::IncidentEnded { incident, channels: _ } = event {
            self.end(*incident, IncidentEnd::Over(at));
        } else if let (Event::ChannelMuted { until, by: _ }, Some(id)) = (event, channel) {
            self.mute(id, Mute { since: at, until: *until, session: session(id) });
        } else if let (Event::MuteEnded { why: _ }, Some(id)) = (event, channel) {
            self.unmute(id);
        } else {
            self.apply_care(at, event);
        }
    }

    /// Takes in what a person did about an incident.
    fn apply_care(&mut self, at: Timestamp, event: &Event) {
        if let Event::IncidentAcknowledged { incident, about: _, reason, until, worst, by: _ } = event {
            let Some(found) = self.all.get_mut(incident) else { return };
            found.acknowledged = Some(Acknowledgement { at, reason: reason.clone(), until: *until, worst: *worst });
            found.taken_at = found.taken_at.or(Some(at));
            found.lines += 1;
            self.expiries.extend(until.map(|until| (until, Expiry::Acknowledgement(*incident))));
        } else if let Event::AcknowledgementEnded { incident, about: _, why } = event {
            self.end_acknowledgement(*incident, *why, at);
        } else if let Event::IncidentClosed { incident, .. } = event {
            self.with(*incident, |found| found.closed_at = Some(at));
        } else if let Event::IncidentReopened { incident, .. } = event {
            self.with(*incident, |found| found.closed_at = None);
        } else if let Event::NoteAdded { on: NoteOn::Incident { incident, about: _ }, .. } = event {
            self.with(*incident, |found| found.lines += 1);
        }
    }

    fn with(&mut self, incident: IncidentId, change: impl FnOnce(&mut Incident)) {
        if let Some(found) = self.all.get_mut(&incident) {
            change(found);
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
        if let Some(until) = found.acknowledged.as_ref().and_then(|acknowledged| acknowledged.until) {
            self.expiries.remove(&(until, Expiry::Acknowledgement(incident)));
        }
    }

    fn end_acknowledgement(&mut self, incident: IncidentId, why: AcknowledgementEnd, at: Timestamp) {
        let Some(found) = self.all.get_mut(&incident) else { return };
        if let Some(until) = found.acknowledged.take().and_then(|acknowledged| acknowledged.until) {
            self.expiries.remove(&(until, Expiry::Acknowledgement(incident)));
        }
        match why {
            AcknowledgementEnd::Worse => self.ring(incident, at),
            AcknowledgementEnd::TakenBack => found.taken_at = None,
            AcknowledgementEnd::TimeOver => {}
        }
    }

    /// An incident asks for a person, unless all of it that is bad is muted.
    fn ring(&mut self, incident: IncidentId, at: Timestamp) {
        let silent = self.all.get(&incident).is_none_or(|found| found.bad().all(|id| self.mutes.contains_key(&id)));
        if !silent {
            self.rang.note(incident, at);
        }
    }

    fn mute(&mut self, id: ChannelId, mute: Mute) {
        self.unmute(id);
        self.mutes.insert(id, mute);
        self.expiries.extend(mute.until.map(|until| (until, Expiry::Mute(id))));
    }

    fn unmute(&mut self, id: ChannelId) {
        if let Some(until) = self.mutes.remove(&id).and_then(|mute| mute.until) {
            self.expiries.remove(&(until, Expiry::Mute(id)));
        }
    }

    /// Keeps to the limits: the oldest go first.
    fn forget_old(&mut self) {
        self.left_out += self.forget_oldest(ENDED_KEPT, Incident::is_ended_and_open);
        self.forget_oldest(CLOSED_KEPT, |found| found.end.is_some() && !found.is_ended_and_open());
    }

    /// Leaves out the oldest of a kind where there are more of it than that; how many that were.
    fn forget_oldest(&mut self, most: usize, is: impl Fn(&Incident) -> bool) -> u32 {
        let of_kind: Vec<_> = self.all.iter().filter(|(_, found)| is(found)).map(|(id, _)| *id).collect();
        let oldest = of_kind.len().saturating_sub(most);
        of_kind.iter().take(oldest).for_each(|id| drop(self.all.remove(id)));
        u32::try_from(oldest).unwrap_or(u32::MAX)
    }
}

/// Whether there may be more after it of what is kept up to a limit.
const fn ends_or_closes(event: &Event) -> bool {
    matches!(
        event,
        Event::IncidentOpened { .. }
            | Event::IncidentEnded { .. }
            | Event::IncidentClosed { .. }
            | Event::IncidentReopened { .. }
    )
}
