//! How fast the background of one App ID goes: at full rate, at rest after a 429, or slower and step by step faster again
//! (halve at once, rise slowly: what keeps many senders below a limit that none of them knows). Commands are no part of it.

use std::time::Duration;

use super::policy::Policy;
use super::snapshot::SlowView;
use super::time::Timestamp;

const FULL: u32 = 100;
/// Urgent channels count by fives, so that the interval does not follow each of them.
const URGENT_BY: usize = 5;

/// What the background of one App ID has to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Recordings that are polled.
    pub polled: usize,
    /// Of their channels, those that are verified, suspected or being stopped, and so are asked for every few seconds.
    pub urgent: usize,
}

/// The share of its rate that the background uses at present.
#[derive(Clone, Debug)]
pub struct Pace {
    percent: u32,
    rests_until: Option<Timestamp>,
    slow_since: Option<Timestamp>,
    next_step: Option<Timestamp>,
}

impl Default for Pace {
    fn default() -> Self {
        Self { percent: FULL, rests_until: None, slow_since: None, next_step: None }
    }
}

impl Pace {
    /// Agora asks for fewer requests. What was sent before the rest, or what a command hears in it, says nothing new: until when
    /// the background rests, if this begins a rest.
    pub fn slow_down(&mut self, now: Timestamp, policy: &Policy) -> Option<Timestamp> {
        if self.rests_until(now).is_some() {
            return None;
        }
        let until = now + policy.throttle_for;
        self.percent = (self.percent / 2).max(policy.throttle_floor_percent).min(FULL);
        self.slow_since.get_or_insert(now);
        self.rests_until = Some(until);
        self.next_step = Some(until + policy.throttle_step_every);
        Some(until)
    }

    /// Goes faster by the steps that are due.
    pub fn recover(&mut self, now: Timestamp, policy: &Policy) {
        while let Some(at) = self.next_step.filter(|at| *at <= now) {
            self.percent = (self.percent + policy.throttle_step_percent.max(1)).min(FULL);
            self.next_step = (self.percent < FULL).then(|| at + policy.throttle_step_every);
            if self.percent == FULL {
                self.slow_since = None;
            }
        }
    }

    /// When the background gets faster next.
    pub const fn next_step(&self) -> Option<Timestamp> {
        self.next_step
    }

    /// Until when nothing of the background is sent.
    pub fn rests_until(&self, now: Timestamp) -> Option<Timestamp> {
        self.rests_until.filter(|until| *until > now)
    }

    /// The time between two requests of the background: what the reserve leaves of the quota, evenly.
    pub fn gap(&self, policy: &Policy) -> Duration {
        let per_second = policy.quota_per_second.saturating_sub(policy.quota_reserved).max(1);
        Duration::from_millis(u64::from(1000 * FULL) / u64::from((per_second * self.percent).max(1)))
    }

    /// The poll interval of so many recordings: as the settings say, longer when the sum of all polls would take too much of the
    /// quota, or of what is left of it while we go slower. Channels that are asked for every few seconds come out of what the
    /// polls leave, then out of theirs, to the half of it at most: a mass failure must not blind us to all the others.
    pub fn interval(&self, policy: &Policy, load: Load) -> Duration {
        let percent = u64::from(self.percent);
        // In thousandths of a request per second.
        let share = u64::from(policy.quota_per_second) * u64::from(policy.quota_stretch_percent) * percent / 10;
        let background = u64::from(policy.quota_per_second.saturating_sub(policy.quota_reserved).max(1)) * percent * 10;
        let every = policy.missing.then.unwrap_or(policy.poll_every);
        let urgent = count(load.urgent.div_ceil(URGENT_BY) * URGENT_BY) * 1_000_000 / millis(every);
        let polls = share.min(background.saturating_sub(urgent)).max(share / 2).max(1);
        policy.poll_every.max(Duration::from_millis(count(load.polled).saturating_mul(1_000_000) / polls))
    }

    /// For people: nothing at full rate.
    pub fn view(&self) -> Option<SlowView> {
        self.slow_since.map(|since| SlowView { since, percent: self.percent })
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    #[test]
    fn each_rest_halves_once_and_the_rate_rises_step_by_step() {
        let (policy, mut pace) = (Policy::default(), Pace::default());
        assert_eq!(pace.slow_down(at(0), &policy), Some(at(5)));
        assert_eq!(pace.slow_down(at(4), &policy), None, "sent before the rest");
        assert_eq!(pace.view(), Some(SlowView { since: at(0), percent: 50 }));
        assert_eq!(pace.slow_down(at(5), &policy), Some(at(10)));
        assert_eq!(pace.view().map(|slow| slow.percent), Some(25));
        for s in [10, 15, 20] {
            pace.slow_down(at(s), &policy);
        }
        assert_eq!(pace.view(), Some(SlowView { since: at(0), percent: 10 }), "the floor");
        pace.recover(at(54), &policy);
        assert_eq!(pace.view().map(|slow| slow.percent), Some(10));
        pace.recover(at(55), &policy);
        assert_eq!(pace.view().map(|slow| slow.percent), Some(15));
        pace.recover(at(55 + 30 * 16), &policy);
        assert_eq!(pace.view().map(|slow| slow.percent), Some(95));
        pace.recover(at(55 + 30 * 17), &policy);
        assert_eq!((pace.view(), pace.next_step()), (None, None), "the full rate, and nothing to wake for");
    }

    #[test]
    fn the_interval_stretches_with_the_fleet_and_with_the_slow_down() {
        let (policy, mut pace) = (Policy::default(), Pace::default());
        let seconds = |pace: &Pace, polled| pace.interval(&policy, Load { polled, urgent: 0 }).as_secs();
        assert_eq!([1, 960, 1_200].map(|watched| seconds(&pace, watched)), [120, 120, 150]);
        assert_eq!(pace.gap(&policy), Duration::from_millis(111));
        pace.slow_down(at(0), &policy);
        assert_eq!([1, 480, 960, 1_200].map(|watched| seconds(&pace, watched)), [120, 120, 240, 300]);
        assert_eq!(pace.gap(&policy), Duration::from_millis(222));
    }
    #[test]
    fn channels_that_are_asked_for_often_take_what_the_polls_leave_then_half_of_their_share_at_most() {
        let (policy, mut pace) = (Policy::default(), Pace::default());
        let seconds = |pace: &Pace, polled, urgent| pace.interval(&policy, Load { polled, urgent }).as_secs();
        // 9 requests/s are the background's and 8 the polls'; each urgent channel takes one in 15 s.
        for (urgent, interval) in [(15, 150), (16, 156), (20, 156), (45, 200), (75, 300), (1_200, 300)] {
            assert_eq!(seconds(&pace, 1_200, urgent), interval, "{urgent} urgent ones");
        }
        assert_eq!(seconds(&pace, 480, 480), 120, "half of the share is enough for them");
        pace.slow_down(at(0), &policy);
        assert_eq!([0, 10, 480].map(|urgent| seconds(&pace, 480, urgent)), [120, 125, 240]);
    }

    #[test]
    fn polls_never_want_more_than_the_reserve_leaves() {
        let policy = Policy { quota_reserved: 5, ..Policy::default() };
        let interval = Pace::default().interval(&policy, Load { polled: 1_000, urgent: 0 });
        assert_eq!(interval.as_secs(), 200, "at 5 requests/s and not at 8");
    }
}
