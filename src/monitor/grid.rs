//! The places of the polls within the interval: each channel has its own, spread evenly, whatever happened before. When the
//! interval becomes longer or shorter, the picture is stretched with it, so that order and evenness stay.

use std::time::Duration;

use super::ids::ChannelId;
use super::time::Timestamp;

/// An interval and where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    interval: Duration,
    /// Some moment at which an interval begins.
    begins: Timestamp,
}

impl Grid {
    /// Places in an interval that begins with the epoch.
    pub const fn new(interval: Duration) -> Self {
        Self { interval, begins: Timestamp::from_millis(0) }
    }

    /// The poll interval in force.
    pub const fn interval(&self) -> Duration {
        self.interval
    }

    /// Takes another interval on, as far into it as we are now into the present one. Whether that changes anything.
    pub fn follow(&mut self, now: Timestamp, interval: Duration) -> bool {
        if interval == self.interval {
            return false;
        }
        let into = i128::from((now.as_millis() - self.begins.as_millis()).rem_euclid(millis(self.interval)));
        let stretched = into * i128::from(millis(interval)) / i128::from(millis(self.interval));
        self.begins = now - Duration::from_millis(u64::try_from(stretched).unwrap_or(0));
        self.interval = interval;
        true
    }

    /// The next moment after `now` at which this channel's poll falls due. The places are spread by multiples of the golden
    /// ratio, which keeps any number of them apart without knowing how many there are.
    pub fn next(&self, id: ChannelId, now: Timestamp) -> Timestamp {
        const GOLDEN: u32 = 2_654_435_769;
        let interval = millis(self.interval);
        let place = i64::from(id.0.wrapping_mul(GOLDEN)) * interval / (1 << 32);
        let into = (now.as_millis() - self.begins.as_millis() - place).rem_euclid(interval);
        now + Duration::from_millis(u64::try_from(interval - into).unwrap_or(1))
    }
}

fn millis(interval: Duration) -> i64 {
    i64::try_from(interval.as_millis()).unwrap_or(i64::MAX).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_123);

    fn slots(grid: &Grid, count: u32, now: Timestamp) -> Vec<Timestamp> {
        let mut slots: Vec<_> = (1..=count).map(|id| grid.next(ChannelId(id), now)).collect();
        slots.sort();
        slots
    }

    #[test]
    fn slots_repeat_every_interval_and_spread_the_fleet() {
        let interval = Duration::from_secs(120);
        let grid = Grid::new(interval);
        for count in [24, 300, 1_200] {
            let slots = slots(&grid, count, NOW);
            assert!(slots.iter().all(|slot| *slot > NOW && slot.since(NOW) <= interval));
            let fair = f64::from(count) / 120.0;
            let most = (0..120).map(|s| {
                let second = NOW + Duration::from_secs(s);
                slots.iter().filter(|slot| **slot > second && slot.since(second) <= Duration::from_secs(1)).count()
            });
            let most = most.max().unwrap_or(0);
            println!("{count} places in 120 s: at most {most} in a second, {fair:.1} on average");
            assert!(most as f64 <= (fair * 1.5).ceil().max(fair + 2.0), "{most} of {count} in one second");
        }
        let next = grid.next(ChannelId(7), NOW);
        assert_eq!(grid.next(ChannelId(7), next).since(next), interval);
    }

    #[test]
    fn another_interval_keeps_the_order_and_scales_what_is_still_to_wait() {
        let mut grid = Grid::new(Duration::from_secs(120));
        let before: Vec<_> = (1..=300).map(|id| grid.next(ChannelId(id), NOW).since(NOW)).collect();
        assert!(grid.follow(NOW, Duration::from_secs(300)));
        assert!(!grid.follow(NOW, Duration::from_secs(300)));
        for (id, before) in (1..=300).zip(before) {
            let after = grid.next(ChannelId(id), NOW).since(NOW);
            let off = after.abs_diff(before * 5 / 2);
            // A place that is due this very moment may fall to the one side or the other.
            let wraps = off.abs_diff(Duration::from_secs(300));
            assert!(off.min(wraps) <= Duration::from_millis(5), "{id}: {before:?} became {after:?}");
        }
    }
}
