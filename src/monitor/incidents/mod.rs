//! Incidents: what needs a person. The rules open one when a channel turns bad and end it when the channel is well again, was
//! stopped or began anew; many at once are one. These facts change by events alone, live and when the log is read again. Nothing
//! is sent from here, and no incident changes what a channel reads.
//!
//! | file | what it holds |
//! |---|---|
//! | `board` | the incidents of one project, and their pictures |
//! | `rules` | when an incident opens, grows and ends |
//! | `view` | what a screen sees of one |
//! | `words` | incidents in plain English |

mod board;
mod rules;
mod view;
pub mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::ids::ChannelId;
use super::phase::State;
use super::time::Timestamp;

pub use board::Board;
pub use rules::{Look, Pace, Rules};
pub use view::{ChildView, IncidentView};

/// How many incidents that ended stay in memory; all of them stay in the log.
const ENDED_KEPT: usize = 32;

/// The number of an incident, from 1; never given twice in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(pub u32);

/// What an incident is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// A channel reads Lost, be it by 404s or by a start that left nothing recording.
    Lost,
    /// Status 20.
    AbnormalExit,
    /// It ended by itself.
    Ended,
    /// Repeating cannot help.
    ConfigError,
    /// Queries have brought nothing certain for long; all channels of which that is so are in it.
    Uncertain,
    /// Several channels turned bad within one sweep of the polls.
    Mass,
}

/// Why a channel has no part in an incident any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// Good answers in a row said that it records.
    Recovered,
    /// It was uncertain and turned worse: that is another incident.
    Worse,
    /// Its session was stopped.
    Stopped,
    /// A new session began.
    NewSession,
    /// It is watched no longer.
    Forgotten,
}

/// A channel's part in an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Child {
    /// When it turned bad.
    since: Timestamp,
    /// The session it turned bad in.
    session: u32,
    settled: Option<(Timestamp, Settled)>,
}

/// How an incident ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IncidentEnd {
    /// Nothing of it is bad any more, since then.
    Over(Timestamp),
    /// It became part of this one, then.
    Absorbed(Timestamp, IncidentId),
}

/// One incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Incident {
    kind: IncidentKind,
    opened_at: Timestamp,
    last_join: Timestamp,
    children: BTreeMap<ChannelId, Child>,
    end: Option<IncidentEnd>,
}

impl Incident {
    fn is_over(&self) -> bool {
        self.children.values().all(|child| child.settled.is_some())
    }
}

/// The incidents of one project. Two that read the same log are equal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incidents {
    /// The highest number that was given.
    last: u32,
    /// All that are open, and the last that ended.
    all: BTreeMap<IncidentId, Incident>,
    /// The open incident that each channel belongs to.
    of: BTreeMap<ChannelId, IncidentId>,
    /// Open ones of which nothing is bad any more.
    over: BTreeSet<IncidentId>,
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

/// The channel by which a fact about several of them is known to belong to a project.
pub fn about(event: &Event) -> Option<ChannelId> {
    if let Event::IncidentOpened { channels, .. } | Event::IncidentEnded { channels, .. } = event {
        channels.first().copied()
    } else {
        None
    }
}

/// What kind of incident a state is by itself; those that may pass by themselves or are nobody's fault are none.
pub(crate) const fn kind_of(state: State) -> Option<IncidentKind> {
    match state {
        State::Lost => Some(IncidentKind::Lost),
        State::AbnormalExit => Some(IncidentKind::AbnormalExit),
        State::Ended => Some(IncidentKind::Ended),
        State::ConfigError => Some(IncidentKind::ConfigError),
        State::Uncertain => Some(IncidentKind::Uncertain),
        State::NotObserved
        | State::Suspect
        | State::Stopping
        | State::Starting
        | State::Recording
        | State::Stopped
        | State::Idle => None,
    }
}

#[cfg(test)]
mod tests;
