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
    last_background: Option<Timestamp>,
}

impl Quota {
    const SECOND: Duration = Duration::from_secs(1);
    /// A slot is held a little longer than a second: requests do not all take the same time on their way, and the service counts
    /// when they arrive.
    const HELD: Duration = Duration::from_millis(1_100);
    const REMEMBERED: Duration = Duration::from_secs(10);

    /// The earliest moment, `now` or later, at which such a claim may be sent, given `limit` in a sliding second of which
    /// `reserved` belong to commands: background requests leave one by one, evenly, and never fill the second.
    pub fn free_at(&self, now: Timestamp, claim: Claim, limit: u32, reserved: u32) -> Timestamp {
        let room = usize::try_from(limit.max(1)).unwrap_or(usize::MAX);
        let slot = self.sent.len().checked_sub(room).and_then(|i| self.sent.get(i));
        let free = slot.map_or(now, |oldest| now.max(*oldest + Self::HELD));
        match (claim, self.last_background) {
            (Claim::Background, Some(last)) => free.max(last + Self::SECOND / limit.saturating_sub(reserved).max(1)),
            (Claim::Background, None) | (Claim::Command, _) => free,
        }
    }

    /// Notes a send.
    pub fn take(&mut self, now: Timestamp, claim: Claim) {
        if claim == Claim::Background {
            self.last_background = Some(now);
        }
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
            quota.take(now, claim);
            sends.push(now);
        }
        for window in sends.windows(11) {
            assert!(window[10].since(window[0]) >= Duration::from_secs(1), "{window:?}");
        }
    }

    #[test]
    fn background_leaves_evenly_and_a_command_never_waits_behind_it() {
        let mut quota = Quota::default();
        for n in 0..100 {
            let free = quota.free_at(at(0), Claim::Background, 10, 2);
            assert_eq!(free, at(n * 125));
            assert_eq!(quota.free_at(free, Claim::Command, 10, 2), free);
            quota.take(free, Claim::Background);
        }
    }

    #[test]
    fn a_hiccup_of_a_tenth_of_a_second_on_the_way_does_not_break_the_limit_at_the_service() {
        let mut quota = Quota::default();
        let (mut now, mut arrivals) = (at(0), Vec::new());
        for i in 0..100 {
            now = quota.free_at(now, Claim::Command, 10, 2);
            quota.take(now, Claim::Command);
            arrivals.push(now + Duration::from_millis(if i % 10 == 0 { 100 } else { 0 }));
        }
        arrivals.sort();
        assert!(arrivals.windows(11).all(|w| w[10].since(w[0]) >= Duration::from_secs(1)));
    }
}
