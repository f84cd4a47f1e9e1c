//! The request quota of one App ID: at most so many requests in any sliding second, retries included, whoever asks
//! (vendor: 10 queries per second and App ID). Part of it is kept free for what the operator asks for.

use std::collections::VecDeque;
use std::time::Duration;

use super::time::Timestamp;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// The operator's stop: may use all of the quota, and is counted apart from other commands, so that it waits for none of them.
    Stop,
    /// The operator's other wishes: may use all of the quota.
    Command,
    /// Polls and their like: leave the reserve alone.
    Background,
}

/// The sends of the last 10 s, and what they leave free.
#[derive(Clone, Debug, Default)]
pub struct Quota {
    sent: VecDeque<(Timestamp, Claim)>,
    last_background: Option<Timestamp>,
}

impl Quota {
    /// A slot is held a little longer than a second: requests do not all take the same time on their way, and the service counts
    /// when they arrive.
    const HELD: Duration = Duration::from_millis(1_100);
    const REMEMBERED: Duration = Duration::from_secs(10);

    /// The earliest moment, `now` or later, at which anything may be sent, given `limit` in a sliding second.
    pub fn free_at(&self, now: Timestamp, limit: u32) -> Timestamp {
        let slot = self.sent.len().checked_sub(room(limit)).and_then(|i| self.sent.get(i));
        slot.map_or(now, |(oldest, _)| now.max(*oldest + Self::HELD))
    }

    /// The same for the background, whose requests leave one by one with this gap between them.
    pub fn background_at(&self, now: Timestamp, limit: u32, gap: Duration) -> Timestamp {
        let free = self.free_at(now, limit);
        self.last_background.map_or(free, |last| free.max(last + gap))
    }

    /// The same for a command, of which at most `commands` may leave in ten seconds: the rest belongs to a background that has
    /// waited long enough. Counted over ten, so that a few clicks in a row do not wait for each other.
    pub fn command_at(&self, now: Timestamp, limit: u32, by: Claim, commands: u32) -> Timestamp {
        let free = self.free_at(now, limit);
        let recent = self.sent.iter().rev().filter(|(_, claim)| *claim == by);
        recent.map(|(at, _)| *at).nth(room(commands) - 1).map_or(free, |oldest| free.max(oldest + Self::REMEMBERED))
    }

    /// The clock leapt: what was sent in its last second counts as sent now, since no second of the world has passed.
    pub fn leap(&mut self, from: Timestamp, now: Timestamp) {
        for (at, _) in self.sent.iter_mut().filter(|(at, _)| from.since(*at) < Self::HELD) {
            *at = now;
        }
    }

    /// Notes a send.
    pub fn take(&mut self, now: Timestamp, claim: Claim) {
        if claim == Claim::Background {
            self.last_background = Some(now);
        }
        while self.sent.front().is_some_and(|(at, _)| now.since(*at) > Self::REMEMBERED) {
            self.sent.pop_front();
        }
        self.sent.push_back((now, claim));
    }

    /// Requests sent in the last 10 s.
    pub fn sent_last_10_s(&self, now: Timestamp) -> usize {
        self.sent.iter().filter(|(at, _)| now.since(*at) < Self::REMEMBERED).count()
    }
}

fn room(limit: u32) -> usize {
    usize::try_from(limit.max(1)).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: Duration = Duration::from_millis(111);

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(ms)
    }

    #[test]
    fn never_more_than_the_limit_in_any_sliding_second() {
        let mut quota = Quota::default();
        let (mut now, mut sends) = (at(0), Vec::new());
        for i in 0..200 {
            let claim = if i % 3 == 0 { Claim::Command } else { Claim::Background };
            now = match claim {
                Claim::Stop | Claim::Command => quota.free_at(now, 10),
                Claim::Background => quota.background_at(now, 10, GAP),
            };
            quota.take(now, claim);
            sends.push(now);
        }
        for window in sends.windows(11) {
            assert!(window[10].since(window[0]) >= Duration::from_secs(1), "{window:?}");
        }
    }

    #[test]
    fn background_leaves_evenly_and_a_command_waits_for_one_gap_at_most() {
        let mut quota = Quota::default();
        let mut last = at(0);
        for n in 0..100 {
            let free = quota.background_at(last, 10, GAP);
            assert!(n == 0 || free.since(last) == GAP, "{n}: {:?}", free.since(last));
            assert!(quota.free_at(free, 10).since(free) <= GAP);
            quota.take(free, Claim::Background);
            last = free;
        }
    }

    #[test]
    fn commands_that_yield_leave_their_share_and_no_more() {
        let mut quota = Quota::default();
        let mut now = at(0);
        for n in 0..10 {
            now = quota.command_at(now, 10, Claim::Command, 2);
            assert_eq!(now, at(n / 2 * 10_000), "{n}");
            quota.take(now, Claim::Command);
        }
    }

    #[test]
    fn a_hiccup_of_a_tenth_of_a_second_on_the_way_does_not_break_the_limit_at_the_service() {
        let mut quota = Quota::default();
        let (mut now, mut arrivals) = (at(0), Vec::new());
        for i in 0..100 {
            now = quota.free_at(now, 10);
            quota.take(now, Claim::Command);
            arrivals.push(now + Duration::from_millis(if i % 10 == 0 { 100 } else { 0 }));
        }
        arrivals.sort();
        assert!(arrivals.windows(11).all(|w| w[10].since(w[0]) >= Duration::from_secs(1)));
    }

    #[test]
    fn what_was_sent_counts_for_ten_seconds_to_the_millisecond() {
        let mut quota = Quota::default();
        assert_eq!(quota.sent_last_10_s(at(0)), 0);
        for ms in [0, 4_000, 9_999] {
            quota.take(at(ms), Claim::Command);
        }
        assert_eq!(quota.sent_last_10_s(at(9_999)), 3);
        assert_eq!(quota.sent_last_10_s(at(10_000)), 2);
        assert_eq!(quota.sent_last_10_s(at(13_999)), 2);
        assert_eq!(quota.sent_last_10_s(at(14_000)), 1);
        quota.take(at(20_001), Claim::Command);
        assert_eq!(quota.sent_last_10_s(at(20_001)), 1);
        assert_eq!(quota.sent.len(), 1, "what is older is forgotten");
    }
}
