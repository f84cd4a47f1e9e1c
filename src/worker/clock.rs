//! The only place that reads a clock. Time never goes back, a sleep of the workstation is noticed, and a demo may run faster.

#![allow(clippy::disallowed_methods, reason = "the one file that may read the clocks of the system")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::monitor::time::Timestamp;

/// UTC milliseconds that never go back.
///
/// Counts with the monotonic clock from an anchor on the wall clock. Where the monotonic clock stands still during sleep
/// (Linux, macOS) the wall clock runs ahead of it; [`Clock::slept`] notices and moves the anchor.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    anchor: Timestamp,
    since: Instant,
    speed: Speed,
}

/// How many seconds pass on this clock per second of the world; 1 to 600.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speed(u32);

impl Speed {
    /// The speed of the world.
    pub const REAL: Speed = Speed(1);
    /// The fastest demo.
    pub const MAX: u32 = 600;

    /// A speed; `None` outside of 1 to 600.
    pub const fn new(times: u32) -> Option<Self> {
        if times >= 1 && times <= Self::MAX { Some(Self(times)) } else { None }
    }

    /// Times the speed of the world.
    pub const fn times(self) -> u32 {
        self.0
    }
}

impl Clock {
    /// A clock that shows the wall clock's time now and goes on at `speed`.
    pub fn start(speed: Speed) -> Self {
        Self::start_at(wall(), speed)
    }

    /// A clock that shows `anchor` now and goes on at `speed`.
    pub fn start_at(anchor: Timestamp, speed: Speed) -> Self {
        Self { anchor, since: Instant::now(), speed }
    }

    /// Its speed.
    pub const fn speed(&self) -> Speed {
        self.speed
    }

    /// The time on this clock.
    pub fn now(&self) -> Timestamp {
        self.anchor + self.since.elapsed() * self.speed.0
    }

    /// How long the world takes until this clock shows `moment`; zero if it has passed.
    pub fn until(&self, moment: Timestamp) -> Duration {
        self.in_world(moment.since(self.now()))
    }

    /// How long a stretch of this clock takes in the world.
    pub fn in_world(&self, stretch: Duration) -> Duration {
        stretch / self.speed.0
    }

    /// Compares with the wall clock. When that ran ahead by more than `tolerance`, the workstation slept (or somebody set the
    /// clock forward): the clock follows it, and the last moment before the jump comes back. A wall clock that was set back is
    /// ignored: time here only goes forward. A clock that does not run at the world's speed is never compared.
    pub fn slept(&mut self, tolerance: Duration) -> Option<Timestamp> {
        if self.speed != Speed::REAL {
            return None;
        }
        let (ours, wall) = (self.now(), wall());
        if wall.since(ours) <= tolerance {
            return None;
        }
        *self = Self::start_at(wall, self.speed);
        Some(ours)
    }
}

/// How often something may be done, in the world's time: for work whose moment does not matter, only its rate.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    every: Duration,
    last: Option<Instant>,
}

impl Pace {
    /// At most once in `every`.
    pub const fn every(every: Duration) -> Self {
        Self { every, last: None }
    }

    /// How long it still has to wait.
    pub fn left(&self) -> Duration {
        self.last.map_or(Duration::ZERO, |last| self.every.saturating_sub(last.elapsed()))
    }

    /// Whether it may be done now.
    pub fn is_due(&self) -> bool {
        self.left().is_zero()
    }

    /// It is done now.
    pub fn mark(&mut self) {
        self.last = Some(Instant::now());
    }
}

/// The wall clock, UTC.
fn wall() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fast_clock_shortens_every_wait_by_its_speed() {
        let clock = Clock::start_at(Timestamp::from_millis(0), Speed::new(10).expect("in range"));
        assert_eq!(clock.in_world(Duration::from_secs(90)), Duration::from_secs(9));
    }

    #[test]
    fn a_jump_of_the_wall_clock_is_noticed_once_and_followed() {
        let yesterday = wall() - Duration::from_secs(86_400);
        let mut clock = Clock::start_at(yesterday, Speed::REAL);
        let before = clock.slept(Duration::from_secs(5)).expect("the wall clock is a day ahead");
        assert!(before.since(yesterday) < Duration::from_secs(60));
        assert!(clock.now().since(yesterday) >= Duration::from_secs(86_400));
        assert_eq!(clock.slept(Duration::from_secs(5)), None);
    }

    #[test]
    fn a_wall_clock_set_back_does_not_take_time_back() {
        let tomorrow = wall() + Duration::from_secs(86_400);
        let mut clock = Clock::start_at(tomorrow, Speed::REAL);
        assert_eq!(clock.slept(Duration::from_secs(5)), None);
        assert!(clock.now() >= tomorrow);
    }

    #[test]
    fn speeds_outside_of_the_range_are_refused() {
        assert_eq!(Speed::new(0), None);
        assert_eq!(Speed::new(601), None);
        assert_eq!(Speed::new(10).map(Speed::times), Some(10));
    }
}
