//! Incidents: what needs a person. The rules open one when a channel turns bad and end it when the channel is well again, was
//! stopped or began anew; many at once are one. These facts change by events alone, live and when the log is read again. Nothing
//! is sent from here, and no incident changes what a channel reads.
//!
//! | file | what it holds |
//! |---|---|
//! | `board` | the incidents of one project, and their pictures |
//! | `facts` | what we hold true of them, and how events change it |
//! | `rules` | when an incident opens, grows and ends |
//! | `view` | what a screen sees of one |
//! | `words` | incidents in plain English |

mod board;
mod facts;
mod rules;
mod view;
pub mod words;

use serde::{Deserialize, Serialize};

use super::event::Event;
use super::ids::ChannelId;
use super::phase::State;
use super::time::Timestamp;

pub use board::Board;
pub use facts::Incidents;
pub use rules::{Look, Pace, Rules};
pub use view::{ChildView, IncidentView};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IncidentEnd {
    /// Nothing of it is bad any more, since then.
    Over(Timestamp),
    /// It became part of this one, then.
    Absorbed(Timestamp, IncidentId),
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
