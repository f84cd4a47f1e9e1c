//! How a query's answer is to be read: the few meanings that the rules tell apart.

use crate::monitor::answer::{Answer, Outcome, Refusal, ServiceStatus};

/// What a probe proves of the recorder, for those who only keep when it last did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It records: status 4 or 5.
    Good,
    /// It does not: 404, or any other status that Agora documents.
    Bad,
    /// Nothing certain: 50x, 429, a refusal, an unknown status, no answer.
    Unclear,
}

impl Verdict {
    /// The verdict of an answer to a query.
    pub const fn of(answer: &Answer) -> Self {
        match Reading::of(answer) {
            Reading::Good => Verdict::Good,
            Reading::Preparing | Reading::Missing | Reading::Leaving(_) | Reading::Abnormal => Verdict::Bad,
            Reading::Refused(_) | Reading::Unclear => Verdict::Unclear,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_certain_answers_are_good_or_bad() {
        let verdict = |outcome| Verdict::of(&Answer::bare(outcome));
        for status in 0..=30 {
            let expected = match status {
                4 | 5 => Verdict::Good,
                0..=8 | 20 => Verdict::Bad,
                _ => Verdict::Unclear,
            };
            assert_eq!(verdict(Outcome::Status(ServiceStatus::from(status))), expected, "{status}");
        }
        assert_eq!(verdict(Outcome::Missing), Verdict::Bad);
        for outcome in [Outcome::ServerError, Outcome::Gateway, Outcome::Throttled] {
            assert_eq!(verdict(outcome), Verdict::Unclear);
        }
    }
}
