//! The channels of one App ID that are asked for every few seconds: verified, suspected or being stopped. What they take of the
//! background's rate counts at once when it grows, and goes back in steps, so that the poll interval neither flickers nor leaps
//! back under polls that were put off.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ids::ChannelId;
use super::time::Timestamp;

/// Counted by quarters of a request per second, so that the interval does not follow each channel.
const COUNTED_BY: u64 = 250;
/// So much is given back in one step: from half of the polls' share to all of it takes two minutes at the default quota.
const STEP: u64 = 1_000;

/// What they take, in thousandths of a request per second.
#[derive(Clone, Debug, Default)]
pub struct Urgent {
    rates: BTreeMap<ChannelId, u64>,
    sum: u64,
    in_force: u64,
    next_step: Option<Timestamp>,
}

impl Urgent {
    /// How often this channel is asked for from now on, beside its polls; `None` for all that are only polled.
    pub fn set(&mut self, id: ChannelId, every: Option<Duration>) {
        let rate = every.map(|every| 1_000_000 / u64::try_from(every.as_millis()).unwrap_or(u64::MAX).max(1));
        let before = match rate {
            Some(rate) => self.rates.insert(id, rate),
            None => self.rates.remove(&id),
        };
        self.sum = self.sum - before.unwrap_or(0) + rate.unwrap_or(0);
    }

    /// What the polls leave to them now, never more than `at_most`. What is given back takes so long from one step to the next.
    pub fn follow(&mut self, now: Timestamp, at_most: u64, step_every: Duration) -> u64 {
        let wanted = (self.sum.div_ceil(COUNTED_BY) * COUNTED_BY).min(at_most);
        self.in_force = self.in_force.min(at_most);
        while self.in_force > wanted {
            let at = *self.next_step.get_or_insert(now + step_every);
            if at > now {
                return self.in_force;
            }
            self.in_force = self.in_force.saturating_sub(STEP).max(wanted);
            self.next_step = Some(at + step_every);
        }
        (self.in_force, self.next_step) = (wanted, None);
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT_MOST: u64 = 5_000;
    const EVERY: Duration = Duration::from_secs(30);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    /// So many channels, each asked for every ten seconds.
    fn of(channels: u32) -> Urgent {
        let mut urgent = Urgent::default();
        (0..channels).for_each(|id| urgent.set(ChannelId(id), Some(Duration::from_secs(10))));
        urgent
    }

    #[test]
    fn it_grows_at_once_by_quarters_of_a_request_and_never_beyond_its_bound() {
        for (channels, rate) in [(0, 0), (1, 250), (10, 1_000), (11, 1_250), (49, 5_000), (500, 5_000)] {
            assert_eq!(of(channels).follow(at(0), AT_MOST, EVERY), rate, "{channels} channels");
        }
    }

    #[test]
    fn it_goes_back_by_one_request_a_second_each_half_minute() {
        let mut urgent = of(50);
        assert_eq!(urgent.follow(at(0), AT_MOST, EVERY), 5_000);
        (0..45).for_each(|id| urgent.set(ChannelId(id), None));
        let rates = [1, 30, 31, 60, 61, 91, 121, 150, 151, 999].map(|s| urgent.follow(at(s), AT_MOST, EVERY));
        assert_eq!(rates, [5_000, 5_000, 4_000, 4_000, 3_000, 2_000, 1_000, 1_000, 500, 500]);
    }

    #[test]
    fn what_grows_again_meanwhile_begins_its_way_back_anew() {
        let mut urgent = of(50);
        urgent.follow(at(0), AT_MOST, EVERY);
        (0..50).for_each(|id| urgent.set(ChannelId(id), None));
        urgent.follow(at(10), AT_MOST, EVERY);
        (0..50).for_each(|id| urgent.set(ChannelId(id), Some(Duration::from_secs(10))));
        assert_eq!(urgent.follow(at(20), AT_MOST, EVERY), 5_000);
        (0..50).for_each(|id| urgent.set(ChannelId(id), None));
        urgent.follow(at(30), AT_MOST, EVERY);
        assert_eq!([59, 60].map(|s| urgent.follow(at(s), AT_MOST, EVERY)), [5_000, 4_000]);
    }

    #[test]
    fn a_channel_that_changes_its_rate_counts_once() {
        let mut urgent = Urgent::default();
        for every in [10, 2, 4] {
            urgent.set(ChannelId(1), Some(Duration::from_secs(every)));
        }
        assert_eq!(urgent.follow(at(0), AT_MOST, EVERY), 250);
        urgent.set(ChannelId(1), None);
        urgent.set(ChannelId(1), None);
        assert_eq!(urgent.follow(at(31), AT_MOST, EVERY), 250);
        assert_eq!(urgent.follow(at(61), AT_MOST, EVERY), 0);
    }
}
