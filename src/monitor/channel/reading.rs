//! How a query's answer is to be read: the few meanings that the rules tell apart.

use crate::monitor::answer::{Answer, Outcome, Refusal, ServiceStatus};

/// How a query's answer is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Status 4 or 5.
    Good,
    /// Status 0 to 3.
    Preparing,
    /// 404 `failed to find worker`.
    Missing,
    /// Status 6, 7, 8.
    Leaving(ServiceStatus),
    /// Status 20.
    Abnormal,
    /// A configuration error.
    Refused(Refusal),
    /// Anything that does not tell.
    Unclear,
}

impl Reading {
    pub(super) const fn of(answer: &Answer) -> Reading {
        match &answer.outcome {
            Outcome::Status(ServiceStatus::Ready | ServiceStatus::InProgress) => Reading::Good,
            Outcome::Status(ServiceStatus::Preparing(_)) => Reading::Preparing,
            Outcome::Status(status @ ServiceStatus::Leaving(_)) => Reading::Leaving(*status),
            Outcome::Status(ServiceStatus::AbnormalExit) => Reading::Abnormal,
            Outcome::Missing => Reading::Missing,
            Outcome::Refused(refusal) => Reading::Refused(*refusal),
            Outcome::Status(ServiceStatus::Unknown(_))
            | Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Stopped(_)
            | Outcome::Updated
            | Outcome::NothingRecorded
            | Outcome::AlreadyLeaving
            | Outcome::NotCompleted
            | Outcome::UidConflict
            | Outcome::StaleResource
            | Outcome::ServerError
            | Outcome::Throttled
            | Outcome::Malformed
            | Outcome::Gateway
            | Outcome::NoAnswer(_) => Reading::Unclear,
        }
    }
}
