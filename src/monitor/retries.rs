//! The budget for background queries beyond the ordinary polls of one App ID: the re-queries after 50x, and the further tries of
//! the domain rule. In an outage of the whole service each of them multiplies the load and none can help; a budget lets a few
//! channels keep their exact schedules and keeps a fleet near its ordinary rate (Google SRE book, «handling overload»: retries
//! at most a tenth of all requests).
//!
//! Not charged: what confirms a 404, what verifies a start, all that belongs to an operator's command, and the first try of each
//! re-query of a suspect as long as its 404s count. Those are few, and a late answer is a wrong answer; the quota alone limits them.

use std::time::Duration;

use super::policy::Policy;
use super::time::Timestamp;

/// One request, in the unit that is counted in.
const ONE: u64 = 1_000_000;
/// So much of the budget has to be free again before it no longer counts as spent.
const FREE_AGAIN_PERCENT: u64 = 10;
/// What one operation of the domain rule may cost beyond its first try.
const SCOUT_COSTS: u64 = 3;

/// The ordinary polls, from which the budget follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polls {
    pub watched: usize,
    pub interval: Duration,
}

impl Polls {
    /// Millionths of a poll per millisecond.
    fn per_ms(self) -> u64 {
        let watched = u64::try_from(self.watched).unwrap_or(u64::MAX);
        watched.saturating_mul(ONE) / u64::try_from(self.interval.as_millis()).unwrap_or(u64::MAX).max(1)
    }
}

/// What was spent of it. An unused budget is a full one.
#[derive(Clone, Debug, Default)]
pub struct Retries {
    used: u64,
    counted_at: Option<Timestamp>,
    spent_since: Option<Timestamp>,
    next_scout: Option<Timestamp>,
}

impl Retries {
    /// Takes one request from the budget; `false` when it is spent.
    pub fn take(&mut self, now: Timestamp, polls: Polls, policy: &Policy) -> bool {
        self.refill(now, polls, policy);
        let free = self.used + ONE <= capacity(polls, policy);
        if free {
            self.used += ONE;
        } else {
            self.spent_since.get_or_insert(now);
        }
        free
    }

    /// With the budget spent, one operation now and then still asks every domain: otherwise nobody would find the one that
    /// works. It is charged to what comes in later.
    pub fn take_scout(&mut self, now: Timestamp, policy: &Policy) -> bool {
        let due = self.next_scout.is_none_or(|at| at <= now);
        if due {
            self.next_scout = Some(now + policy.retry_scout_every);
            self.used += SCOUT_COSTS * ONE;
        }
        due
    }

    /// Since when re-queries wait for their ordinary turn.
    pub const fn spent_since(&self) -> Option<Timestamp> {
        self.spent_since
    }

    /// Takes in what came free since the last time.
    pub fn refill(&mut self, now: Timestamp, polls: Polls, policy: &Policy) {
        let passed = self.counted_at.map_or(Duration::ZERO, |at| now.since(at));
        self.counted_at = Some(now);
        let ms = u64::try_from(passed.as_millis()).unwrap_or(u64::MAX);
        self.used = self.used.saturating_sub(refill(polls, policy).saturating_mul(ms));
        let full = capacity(polls, policy);
        if self.used <= full - full * FREE_AGAIN_PERCENT / 100 {
            self.spent_since = None;
        }
    }
}

/// A share of the ordinary polls, per millisecond.
fn share(polls: Polls, policy: &Policy) -> u64 {
    polls.per_ms() * u64::from(policy.retry_percent) / 100
}

/// What the ordinary polls leave of the rate that is harmless in any case, per millisecond.
fn left(polls: Polls, policy: &Policy) -> u64 {
    let harmless = u64::from(policy.quota_per_second) * u64::from(policy.retry_floor_percent) * ONE / 100_000;
    harmless.saturating_sub(polls.per_ms())
}

fn refill(polls: Polls, policy: &Policy) -> u64 {
    share(polls, policy).max(left(polls, policy))
}

/// Ten minutes of the share, two minutes of what is left: whichever is more, and never less than the burst.
fn capacity(polls: Polls, policy: &Policy) -> u64 {
    let burst = u64::from(policy.retry_burst) * ONE;
    burst.max(share(polls, policy) * 600_000).max(left(polls, policy) * 120_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spend(watched: usize, seconds: i64) -> u64 {
        let (policy, mut retries) = (Policy::default(), Retries::default());
        let polls = Polls { watched, interval: Duration::from_secs(if watched > 960 { 150 } else { 120 }) };
        let wanted = (0..seconds * 10).map(|tenth| Timestamp::from_millis(tenth * 100));
        wanted.map(|now| u64::from(retries.take(now, polls, &policy))).sum()
    }

    #[test]
    fn a_large_fleet_spends_at_most_a_tenth_of_its_polls_in_ten_minutes() {
        for (watched, polled) in [(500, 2_500), (960, 4_800), (1_200, 4_800)] {
            let spent = spend(watched, 600);
            assert!(spent <= polled / 10, "{watched} recordings: {spent} beside {polled} polls");
            assert!(spent >= polled / 12, "{watched} recordings: {spent}, so a single channel keeps its schedule");
        }
    }

    #[test]
    fn a_hundred_repeats_may_come_at_once_where_the_share_of_the_polls_would_be_less() {
        let spent = spend(300, 20);
        assert!((100..=103).contains(&spent), "{spent}, with what comes free meanwhile");
    }

    #[test]
    fn the_budget_of_a_few_channels_is_never_spent_by_their_own_schedules() {
        // Gateway pages to everything: 20 further tries in the first minute of each channel, six a minute later on.
        for watched in 1..=10 {
            let polls = Polls { watched, interval: Duration::from_secs(120) };
            let (policy, mut retries) = (Policy::default(), Retries::default());
            for minute in 0..60 {
                for _ in 0..watched * if minute == 0 { 20 } else { 6 } {
                    assert!(
                        retries.take(Timestamp::from_millis(minute * 60_000), polls, &policy),
                        "{watched} channels"
                    );
                }
            }
            assert_eq!(retries.spent_since(), None);
        }
    }

    #[test]
    fn a_spent_budget_says_since_when_and_forgets_it_once_a_tenth_is_free() {
        let (policy, mut retries) = (Policy::default(), Retries::default());
        let polls = Polls { watched: 500, interval: Duration::from_secs(120) };
        let at = |s: i64| Timestamp::from_millis(s * 1000);
        while retries.take(at(10), polls, &policy) {}
        assert_eq!(retries.spent_since(), Some(at(10)));
        assert!(retries.take_scout(at(11), &policy));
        assert!(!retries.take_scout(at(40), &policy), "one in half a minute");
        retries.refill(at(60), polls, &policy);
        assert_eq!(retries.spent_since(), Some(at(10)));
        retries.refill(at(100), polls, &policy);
        assert_eq!(retries.spent_since(), None);
    }
}
