//! Parts of what we hold true about a channel: its session, a start on its way, and the recorders that restarts replaced.

use serde::{Deserialize, Serialize};

use super::recording::Recording;
use crate::monitor::answer::Answer;
use crate::monitor::event::Actor;
use crate::monitor::ids::{ResourceId, SessionId, Sid, Uid};
use crate::monitor::phase::{Phase, Sight, StartCause, StartFailure};
use crate::monitor::time::Timestamp;

/// A session: from Start to Stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) id: SessionId,
    pub(crate) since: Timestamp,
}

/// A start or restart that has not come to an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Attempt {
    pub(crate) cause: StartCause,
    pub(crate) uid: Uid,
    pub(crate) asked_at: Timestamp,
    /// The phase and the sight it left, which a failed restart goes back to.
    pub(crate) prior: Phase,
    pub(crate) prior_sight: Sight,
    /// The attempt before it, if that one's outcome is unknown.
    pub(crate) unknown: Option<Box<Attempt>>,
    /// Whether a gap was open when it was asked for.
    pub(crate) missed: bool,
    pub(crate) resource: Option<(ResourceId, Timestamp)>,
    /// Since when the recorder that it replaced was the channel's own; set with its own `sid`.
    pub(crate) replaced_since: Option<Timestamp>,
    /// Set once the recording of this attempt is known; from then on it is verified.
    pub(crate) sid: Option<Sid>,
}

/// A recorder that a restart replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Old {
    pub(crate) recording: Recording,
    /// Its loss was confirmed before the restart.
    pub(crate) known_gone: bool,
    pub(crate) seen_alive: bool,
    /// Another one recorded since it was replaced: it can only be a second recorder now.
    pub(crate) succeeded: bool,
    /// Who asked for its stop.
    pub(crate) stop_requested: Option<Actor>,
}

impl Old {
    pub(super) const fn new(recording: Recording, known_gone: bool) -> Self {
        Self { recording, known_gone, seen_alive: false, succeeded: false, stop_requested: None }
    }

    /// Whether the operator wants it ended: a stop of reelwatch's own is no wish.
    pub(super) fn is_to_be_stopped(&self) -> bool {
        self.stop_requested == Some(Actor::Operator)
    }
}

/// A start whose outcome nobody knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownStart {
    /// The UID it would record under.
    pub uid: Uid,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The last that came of it, such as a 201 that names no recorder; none when it was given up before anything came.
    pub answer: Option<Answer>,
}

/// A stop that was asked for and has no end yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenStop {
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The last answer to it, or why none came, and when.
    pub heard: Option<(Timestamp, Answer)>,
}

impl Attempt {
    /// Whether, failing for this reason, it leaves the channel as it was.
    pub(super) fn goes_back(&self, why: StartFailure) -> bool {
        match self.prior {
            Phase::Recording | Phase::Suspect => true,
            Phase::StartUnknown => self.sid.is_none() || self.replaces_a_living_one(),
            // Its recorder, if it has one, may still come: neither is it gone nor is nothing there.
            Phase::Lost | Phase::StartFailed(StartFailure::NotVerified) => self.sid.is_none(),
            Phase::Ended(_) | Phase::AbnormalExit | Phase::StartFailed(_) => {
                why == StartFailure::Cancelled && self.cause == StartCause::Restart
            }
            Phase::Idle | Phase::Starting(_) | Phase::Stopping | Phase::Stopped(_) => false,
        }
    }

    /// Whether the recorder it is to replace had been called lost.
    pub(super) fn replaces_a_lost_one(&self) -> bool {
        self.prior == Phase::Lost || self.unknown.as_ref().is_some_and(|before| before.replaces_a_lost_one())
    }

    /// Whether the recorder it is to replace is surely gone; an unknown start before it has changed nothing about that.
    pub(super) fn replaces_one_known_gone(&self) -> bool {
        let before = self.unknown.as_ref().filter(|_| self.prior == Phase::StartUnknown);
        before.map_or(is_known_gone(self.prior), |before| before.replaces_one_known_gone())
    }

    /// Whether the recorder it is to replace recorded when it was last known: unknown starts change nothing about that, but that it
    /// was missed meanwhile does.
    fn replaces_a_living_one(&self) -> bool {
        match self.prior {
            Phase::Recording | Phase::Suspect => true,
            Phase::StartUnknown => {
                !self.missed && self.unknown.as_ref().is_some_and(|before| before.replaces_a_living_one())
            }
            Phase::Idle
            | Phase::Starting(_)
            | Phase::StartFailed(_)
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopping
            | Phase::Stopped(_) => false,
        }
    }
}

/// Whether a recorder in this phase is surely gone, so that its UID can be used again.
pub(crate) fn is_known_gone(phase: Phase) -> bool {
    match phase {
        Phase::Lost | Phase::AbnormalExit | Phase::Ended(_) | Phase::Stopped(_) | Phase::Idle => true,
        Phase::Starting(_)
        | Phase::StartUnknown
        | Phase::StartFailed(_)
        | Phase::Recording
        | Phase::Suspect
        | Phase::Stopping => false,
    }
}
