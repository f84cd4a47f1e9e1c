//! What happens next to a channel, when, and why. There is always an answer, also where nothing will happen by itself. It only
//! tells what the rules and the dispatcher have planned; it plans nothing.

use super::event::CallKind;
use super::schedule::Why;
use super::time::Timestamp;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// This, at this moment.
    At(Timestamp, Why),
    /// A request waits since this moment for room in the quota, or for the rest after a 429.
    Queued(Timestamp, CallKind),
    /// A request is on its way since this moment; what follows is decided by its answer, or by its time limit.
    Asked(Timestamp, CallKind),
    /// Nothing is asked while the own network is down. With the first answer to the workstation's light probe it is asked again.
    NoNetwork,
    /// Nothing happens by itself.
    Rests(Rest),
}

/// Why nothing happens by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// There is no session.
    NoSession,
    /// What ran is over, or its start came to nothing: the operator decides.
    Operator,
}

/// Where a request of a channel stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Ready since this moment: only the quota holds it.
    Ready(Timestamp),
    /// Its next try leaves at this moment, and why not sooner.
    Waiting(Timestamp, Why),
    /// Sent at this moment.
    Flying(Timestamp),
}

impl Outlook {
    /// What a request that stands there will bring.
    pub const fn of(standing: Standing, call: CallKind) -> Self {
        match standing {
            Standing::Ready(since) => Outlook::Queued(since, call),
            Standing::Waiting(at, why) => Outlook::At(at, why),
            Standing::Flying(since) => Outlook::Asked(since, call),
        }
    }

    /// The moment and the reason, where something is planned for a moment.
    pub const fn deadline(self) -> Option<(Timestamp, Why)> {
        match self {
            Outlook::At(at, why) => Some((at, why)),
            Outlook::Queued(..) | Outlook::Asked(..) | Outlook::NoNetwork | Outlook::Rests(_) => None,
        }
    }

    /// When the next request leaves; one that is queued or on its way has its moment behind it.
    pub const fn request_at(self) -> Option<Timestamp> {
        match self {
            Outlook::At(at, _) | Outlook::Queued(at, _) | Outlook::Asked(at, _) => Some(at),
            Outlook::NoNetwork | Outlook::Rests(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
