//! What the operator does about what needs a person: takes it, writes about it, closes it, silences it. Nothing is sent by any of
//! this, polling goes on, and no state changes by it.

use std::time::Duration;

use super::ids::{ChannelId, ProjectId};
use super::incidents::IncidentId;
use super::remark::Remark;
use super::time::Timestamp;

/// An incident: its number is unique in its project alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IncidentAt {
    /// Whose.
    pub project: ProjectId,
    /// Which.
    pub number: IncidentId,
}

/// What the operator wants, and about what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Care {
    /// About an incident.
    Incident(IncidentAt, IncidentCare),
    /// About a channel.
    Channel(ChannelId, ChannelCare),
    /// A note on a stretch of the past, of one channel or of all.
    Past {
        /// Whose; none for all.
        channel: Option<ChannelId>,
        /// Its begin.
        from: Timestamp,
        /// Its end; not in the future.
        to: Timestamp,
        /// The note.
        text: Remark,
    },
}

/// What can be done about an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IncidentCare {
    /// Somebody sees to it: it is silent until it gets worse, until it is over, or for a time.
    Acknowledge {
        /// Why it may be silent.
        reason: Remark,
        /// For how long; none for as long as it gets neither worse nor over.
        lasts: Option<Duration>,
    },
    /// Nobody sees to it any more.
    TakeBack,
    /// It has ended and was read: the next shift need not see it.
    Close {
        /// What came of it; needed where nobody wrote a line about it.
        note: Option<Remark>,
    },
    /// It was closed too early.
    Reopen,
    /// A line about it.
    Note(Remark),
}

/// What can be done about a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelCare {
    /// It is silent, while it is polled as before and reads what is true.
    Mute {
        /// For how long; none until its session ends.
        lasts: Option<Duration>,
    },
    /// It is silent no longer.
    Unmute,
}

impl Care {
    /// The words of the command list.
    pub const fn name(&self) -> &'static str {
        match self {
            Care::Incident(_, IncidentCare::Acknowledge { .. }) => "Acknowledge",
            Care::Incident(_, IncidentCare::TakeBack) => "Take acknowledgement back",
            Care::Incident(_, IncidentCare::Close { .. }) => "Close incident",
            Care::Incident(_, IncidentCare::Reopen) => "Reopen",
            Care::Incident(_, IncidentCare::Note(_)) | Care::Past { .. } => "Add note",
            Care::Channel(_, ChannelCare::Mute { .. }) => "Mute",
            Care::Channel(_, ChannelCare::Unmute) => "Unmute",
        }
    }
}
