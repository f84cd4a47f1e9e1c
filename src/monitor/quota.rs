//! The request quota of one App ID: at most so many requests in any sliding second, retries included, whoever asks
//! (vendor: 10 queries per second and App ID). Part of it is kept free for what the operator asks for.

use std::collections::VecDeque;
use std::time::Duration;

use super::time::Timestamp;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The operator: may use all of the quota.
    Command,
    /// Polls and their like: leave the reserve alone.
    Background,
}

/// The sends of the last 10 s, and what they leave free.
#[derive(Clone, Debug, Default)]
pub struct Quota {
    sent: VecDeque<Timestamp>,
}

impl Quota {
    const SECOND: Duration = Duration::from_secs(1);
    const REMEMBERED: Duration = Duration::from_secs(10);

    /// The earliest moment, `now` or later, at which such a claim may be sent, given `limit` in a sliding second of which
    /// `reserved` belong to commands.
    pub fn free_at(&self, now: Timestamp, claim: Claim, limit: u32, reserved: u32) -> Timestamp {
        let room = match claim {
            Claim::Command => limit,
            Claim::Background => limit.saturating_sub(reserved),
        };
        let room = usize::try_from(room.max(1)).unwrap_or(usize::MAX);
        match self.sent.len().checked_sub(room).and_then(|i| self.sent.get(i)) {
            Some(oldest) => now.max(*oldest + Self::SECOND),
            None => now,
        }
    }

    /// Notes a send.
    pub fn take(&mut self, now: Timestamp) {
        while self.sent.front().is_some_and(|at| now.since(*at) > Self::REMEMBERED) {
            self.sent.pop_front();
        }
        self.sent.push_back(now);
    }

    /// Requests sent in the last 10 s.
    pub fn sent_last_10_s(&self, now: Timestamp) -> usize {
        self.sent.iter().filter(|at| now.since(**at) < Self::REMEMBERED).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn never_more_than_the_limit_in_any_sliding_second() {
        let mut quota = Quota::default();
        let (mut now, mut sends) = (at(0), Vec::new());
        for i in 0..200 {
            let claim = if i % 3 == 0 { Claim::Command } else { Claim::Background };
            now = quota.free_at(now, claim, 10, 2);
            quota.take(now);
            sends.push(now);
        }
        for window in sends.windows(11) {
            assert!(window[10].since(window[0]) >= Duration::from_secs(1), "{window:?}");
        }
    }

    #[test]
    fn background_leaves_the_reserve_to_commands() {
        let mut quota = Quota::default();
        for _ in 0..8 {
            assert_eq!(quota.free_at(at(0), Claim::Background, 10, 2), at(0));
            quota.take(at(0));
        }
        assert_eq!(quota.free_at(at(0), Claim::Background, 10, 2), at(1000));
        assert_eq!(quota.free_at(at(0), Claim::Command, 10, 2), at(0));
    }
}
