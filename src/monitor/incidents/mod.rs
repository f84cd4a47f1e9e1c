//! Incidents: what needs a person, and what the person does about it. The rules open one when a channel turns bad and end it when
//! the channel is well again, was stopped or began anew; many at once are one. Whether it is closed is another matter, and the
//! operator's. These facts change by events alone, live and when the log is read again. Nothing is sent from here, and neither an
//! incident nor what is done about it changes what a channel reads.
//!
//! | file | what it holds |
//! |---|---|
//! | `alarms` | how often there was an alarm of late |
//! | `board` | the incidents of one project, and their pictures |
//! | `care` | what the operator may do about one |
//! | `facts` | what we hold true of them, and how events change it |
//! | `mutes` | when a mute ends |
//! | `past` | all of them, as the log tells them |
//! | `rules` | when an incident opens, grows and ends |
//! | `view` | what a screen sees of one |
//! | `words` | incidents in plain English |

mod alarms;
mod board;
mod care;
mod facts;
mod mutes;
mod past;
mod rules;
mod view;
pub mod words;

use serde::{Deserialize, Serialize};

use super::event::{Event, NoteOn};
use super::ids::ChannelId;
use super::phase::State;
use super::remark::Remark;
use super::time::Timestamp;

pub(crate) use alarms::Rang;
pub use alarms::{Alarms, Flow};
pub use board::Board;
pub use facts::Incidents;
pub use past::{Home, PastIncident, PastIncidents};
pub use rules::{Look, Pace, Rules};
pub use view::{ChildView, Handling, IncidentDenials, IncidentView, Owner};

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

/// How an incident ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IncidentEnd {
    /// Nothing of it is bad any more, since then.
    Over(Timestamp),
    /// It became part of this one, then.
    Absorbed(Timestamp, IncidentId),
}

/// That somebody sees to an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// Since when.
    pub at: Timestamp,
    /// Why it may be silent.
    pub reason: Remark,
    /// Until when; none for as long as it gets neither worse nor over.
    pub until: Option<Timestamp>,
    /// The worst that a bad channel of it read by then: what is worse ends it.
    pub(crate) worst: State,
}

/// Why an acknowledgement ended before its incident did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AcknowledgementEnd {
    /// Another channel joined, or one of it turned worse than all were by then.
    Worse,
    /// It was for a time.
    TimeOver,
    /// The operator took it back.
    TakenBack,
}

/// That a channel is silent. It is polled as before and reads what is true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// Since when.
    pub since: Timestamp,
    /// Until when; none until its session ends.
    pub until: Option<Timestamp>,
    /// The session it was in.
    pub(crate) session: u32,
}

/// Why a channel is silent no longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MuteEnd {
    /// It was for a time.
    TimeOver,
    /// It had been bad and recovered.
    Recovered,
    /// Its session is over, or it is watched no longer.
    SessionEnded,
    /// The operator took it back.
    TakenBack,
}

/// What ends by itself at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Expiry {
    /// The acknowledgement of an incident.
    Acknowledgement(IncidentId),
    /// The mute of a channel.
    Mute(ChannelId),
}

/// The channel by which a fact about several of them is known to belong to a project.
pub fn about(event: &Event) -> Option<ChannelId> {
    if let Event::IncidentOpened { channels, .. } | Event::IncidentEnded { channels, .. } = event {
        channels.first().copied()
    } else if let Event::IncidentAcknowledged { about, .. }
    | Event::AcknowledgementEnded { about, .. }
    | Event::IncidentClosed { about, .. }
    | Event::IncidentReopened { about, .. }
    | Event::NoteAdded { on: NoteOn::Incident { about, .. }, .. } = event
    {
        Some(*about)
    } else {
        None
    }
}

/// The incident that a fact is about.
pub const fn number(event: &Event) -> Option<IncidentId> {
    if let Event::IncidentOpened { incident, .. }
    | Event::IncidentGrew { incident }
    | Event::IncidentSettled { incident, .. }
    | Event::IncidentEnded { incident, .. }
    | Event::IncidentAcknowledged { incident, .. }
    | Event::AcknowledgementEnded { incident, .. }
    | Event::IncidentClosed { incident, .. }
    | Event::IncidentReopened { incident, .. }
    | Event::NoteAdded { on: NoteOn::Incident { incident, .. }, .. } = event
    {
        Some(*incident)
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
