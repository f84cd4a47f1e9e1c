//! A gap: a stretch in which a recording that should run was not seen running. Its edges are bounds, never single numbers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// How a gap was judged and ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapEnd {
    /// Seen recording again by itself before the loss was confirmed: the vendor's failover, most likely.
    Blip,
    /// Seen recording again by itself after it had been called lost.
    CameBack,
    /// A restart was verified.
    Restarted,
    /// The session was stopped while the gap was open.
    Stopped,
}

/// A gap that is still open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenGap {
    /// The last answer that said recording; for a start that never came to recording, the moment it was asked for; for a restart
    /// after an unknown start, the beginning of the session.
    pub last_good: Timestamp,
    /// The first answer that said otherwise; for a start that never came to recording, the moment it was asked for.
    pub first_bad: Timestamp,
}

/// A gap with both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// The last answer before it that said recording. It went away after this …
    pub last_good: Timestamp,
    /// … and before this first bad answer.
    pub first_bad: Timestamp,
    /// The last bad answer. It came back after this …
    pub last_bad: Timestamp,
    /// … and before this first good answer.
    pub first_good: Timestamp,
    /// How it ended.
    pub end: GapEnd,
}

impl Gap {
    /// The shortest it can have been.
    pub fn shortest(&self) -> Duration {
        self.last_bad.since(self.first_bad)
    }

    /// The longest it can have been.
    pub fn longest(&self) -> Duration {
        self.first_good.since(self.last_good)
    }
}

impl OpenGap {
    /// The shortest it can be so far, given the last bad answer.
    pub fn shortest(&self, last_bad: Timestamp) -> Duration {
        last_bad.since(self.first_bad)
    }

    /// The longest it can be by now.
    pub fn longest(&self, now: Timestamp) -> Duration {
        now.since(self.last_good)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_true_length_lies_between_the_bounds() {
        let at = |s: i64| Timestamp::from_millis(s * 1000);
        let gap = Gap {
            last_good: at(0),
            first_bad: at(120),
            last_bad: at(223),
            first_good: at(229),
            end: GapEnd::Restarted,
        };
        assert_eq!(gap.shortest(), Duration::from_secs(103));
        assert_eq!(gap.longest(), Duration::from_secs(229));
    }

    #[test]
    fn a_gap_that_goes_on_is_as_long_as_bad_answers_tell_at_least_and_at_most_until_now() {
        let at = |s: i64| Timestamp::from_millis(s * 1000);
        let gap = OpenGap { last_good: at(0), first_bad: at(120) };
        assert_eq!(gap.shortest(at(223)), Duration::from_secs(103));
        assert_eq!(gap.longest(at(300)), Duration::from_secs(300));
    }
}
