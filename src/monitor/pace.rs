//! How fast the background of one App ID goes: at full rate, at rest after a 429, or slower and step by step faster again
//! (halve at once, rise slowly: what keeps many senders below a limit that none of them knows); and, from that and from what there
//! is to do, how long the poll interval is. Commands are no part of it.

use std::time::Duration;

use super::policy::Policy;
use super::snapshot::SlowView;
use super::time::Timestamp;

const FULL: u32 = 100;

/// What the background of one App ID has to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Recordings that are polled.
    pub polled: usize,
    /// What channels take that are asked for every few seconds, in thousandths of a request per second.
    pub urgent: u64,
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
    /// quota, or of what is left of it while we go slower. What channels take that are asked for every few seconds comes out of
    /// what the polls leave, then out of the polls' share.
    pub fn interval(&self, policy: &Policy, load: Load) -> Duration {
        let left = self.background(policy).saturating_sub(load.urgent);
        let polls = self.share(policy).min(left).max(1);
        let polled = u64::try_from(load.polled).unwrap_or(u64::MAX);
        policy.poll_every.max(Duration::from_millis(polled.saturating_mul(1_000_000) / polls))
    }

    /// What those may take at most, in thousandths of a request per second: half of the share stays with the polls, since a mass
    /// failure must not blind us to all the others.
    pub fn urgent_at_most(&self, policy: &Policy) -> u64 {
        self.background(policy) - self.share(policy) / 2
    }

    /// What the reserve leaves of the quota, in thousandths of a request per second.
    fn background(&self, policy: &Policy) -> u64 {
        let per_second = policy.quota_per_second.saturating_sub(policy.quota_reserved).max(1);
        u64::from(per_second) * u64::from(self.percent) * 10
    }

    /// What the polls may take of that.
    fn share(&self, policy: &Policy) -> u64 {
        let stretch = u64::from(policy.quota_per_second) * u64::from(policy.quota_stretch_percent);
        (stretch * u64::from(self.percent) / 10).min(self.background(policy))
    }

    /// For people: nothing at full rate.
    pub fn view(&self) -> Option<SlowView> {
        self.slow_since.map(|since| SlowView { since, percent: self.percent })
    }
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
        // 9 requests/s are the background's and 8 the polls'.
        for (urgent, interval) in [(1_000, 150), (1_250, 154), (3_000, 200), (5_000, 300)] {
            assert_eq!(seconds(&pace, 1_200, urgent), interval, "{urgent} thousandths of a request per second");
        }
        assert_eq!(pace.urgent_at_most(&policy), 5_000);
        assert_eq!(seconds(&pace, 480, 5_000), 120, "half of the share is enough for them");
        pace.slow_down(at(0), &policy);
        assert_eq!(pace.urgent_at_most(&policy), 2_500);
        assert_eq!([0, 500, 2_500].map(|urgent| seconds(&pace, 480, urgent)), [120, 120, 240]);
    }

    #[test]
    fn polls_never_want_more_than_the_reserve_leaves() {
        for (reserved, interval, at_most) in [(1, 125, 5_000), (5, 200, 2_500), (7, 333, 1_500), (9, 1_000, 500)] {
            let (policy, pace) = (Policy { quota_reserved: reserved, ..Policy::default() }, Pace::default());
            let named = pace.interval(&policy, Load { polled: 1_000, urgent: 0 });
            assert_eq!(named.as_secs(), interval, "{reserved} of 10 reserved");
            assert_eq!(pace.urgent_at_most(&policy), at_most, "{reserved} of 10 reserved");
        }
    }
}
