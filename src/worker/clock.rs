//! The only place that reads a clock. Time never goes back, a sleep of the workstation is noticed, and a demo may run faster.
//! What the readings mean is judged in `leaps`, without a clock.

#![allow(clippy::disallowed_methods, reason = "the one file that may read the clocks of the system")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::leaps::{Judge, Reading, Verdict};
use crate::monitor::phase::Blindness;
use crate::monitor::time::Timestamp;

/// Readings whose clocks were read further apart than this are taken again: the process was interrupted in between.
const TOGETHER: Duration = Duration::from_millis(1);
/// How often at most.
const TRIES: u32 = 8;

/// UTC milliseconds that never go back.
///
/// Counts with the steady clock from an anchor on the wall clock. Where the steady clock stands still during sleep (Linux,
/// macOS), or the wall clock is set forward, a [`Keeper`] moves the anchor. A wall clock that is set back moves nothing: from then
/// on this one runs ahead of it.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    anchor: Timestamp,
    since: Instant,
    speed: Speed,
    ahead: Duration,
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
        Self { anchor, since: Instant::now(), speed, ahead: Duration::ZERO }
    }

    /// A clock that shows `moment` and stands still, so that no test hangs on how fast it runs: no time has passed yet since a
    /// moment to come.
    #[cfg(test)]
    pub fn standing_at(moment: Timestamp, speed: Speed) -> Self {
        Self { since: Instant::now() + Duration::from_secs(86_400), ..Self::start_at(moment, speed) }
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

    /// How far it runs ahead of the wall clock, since that was set back; zero while they agree.
    pub const fn ahead(&self) -> Duration {
        self.ahead
    }

    fn leap(&mut self, by: Duration) {
        *self = Self { ahead: self.ahead, ..Self::start_at(self.now() + by, self.speed) };
    }
}

/// What was found when the clocks were looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The clock was moved, or runs ahead of the wall clock by more or less than before.
    pub is_changed: bool,
    /// By how many milliseconds the wall clock was set.
    pub set_by: Option<i64>,
    /// Since when nobody looked, and why.
    pub unseen: Option<(Timestamp, Blindness)>,
}

/// Looks at the clocks of the system again and again, and keeps a [`Clock`] right.
#[derive(Clone, Copy, Debug)]
pub struct Keeper {
    judge: Judge,
    looked_at: Timestamp,
}

impl Keeper {
    /// Looks from now on, on behalf of `clock`.
    pub fn begin(clock: &Clock) -> Self {
        Self { judge: Judge::from(read()), looked_at: clock.now() }
    }

    /// Looks once more; `tolerance` is the shortest sleep, hold-up or change of the wall clock that counts. A clock that does not
    /// run at the world's speed is never compared.
    pub fn look(&mut self, clock: &mut Clock, tolerance: Duration) -> Found {
        if clock.speed != Speed::REAL {
            return Found::default();
        }
        let reading = read();
        let verdict = self.judge.look(reading, tolerance);
        self.follow(clock, timestamp(reading.wall), &verdict, tolerance)
    }

    fn follow(&mut self, clock: &mut Clock, wall: Timestamp, verdict: &Verdict, tolerance: Duration) -> Found {
        let from = self.looked_at;
        let before = clock.ahead;
        clock.leap(verdict.slept);
        let is_set = verdict.set_by.is_some();
        let skipped = if is_set { wall.since(clock.now()) } else { Duration::ZERO };
        clock.leap(skipped);
        let ahead = clock.now().since(wall);
        // Readings differ by a little each time: what is told changes only by whole seconds.
        if is_set || ahead.abs_diff(before) >= Duration::from_secs(1) {
            clock.ahead = if ahead < tolerance { Duration::ZERO } else { ahead };
        }
        self.looked_at = clock.now();
        let unseen = verdict.unseen.or((skipped >= tolerance).then_some(Blindness::ClockSet));
        Found {
            is_changed: !verdict.slept.is_zero() || !skipped.is_zero() || clock.ahead != before,
            set_by: verdict.set_by.map(|micros| micros / 1000),
            unseen: unseen.map(|cause| (from, cause)),
        }
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

    /// The same, for the first time after `every`.
    pub fn from_now(every: Duration) -> Self {
        Self { every, last: Some(Instant::now()) }
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

/// All clocks at one moment.
fn read() -> Reading {
    let mut tries = 1;
    loop {
        let began = Instant::now();
        let reading = read_once();
        if began.elapsed() < TOGETHER || tries == TRIES {
            return reading;
        }
        tries += 1;
    }
}

/// Linux has a clock that goes on during sleep beside the one that stands still.
#[cfg(target_os = "linux")]
fn read_once() -> Reading {
    use rustix::time::{ClockId, clock_gettime};
    let micros = |id| {
        let time = clock_gettime(id);
        time.tv_sec.saturating_mul(1_000_000).saturating_add(time.tv_nsec / 1000)
    };
    let (steady, wall) = (micros(ClockId::Monotonic), micros(ClockId::Realtime));
    Reading { steady, asleep: Some(micros(ClockId::Boottime).saturating_sub(steady)), wall }
}

/// Elsewhere a sleep cannot be told from a wall clock that was set forward.
#[cfg(not(target_os = "linux"))]
fn read_once() -> Reading {
    static ORIGIN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let steady = i64::try_from(ORIGIN.elapsed().as_micros()).unwrap_or(i64::MAX);
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Reading { steady, asleep: None, wall: i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX) }
}

/// The wall clock, UTC.
fn wall() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX))
}

fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_millis(micros / 1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: Duration = Duration::from_secs(5);
    const HOUR: Duration = Duration::from_secs(3600);
    const NOON: Timestamp = Timestamp::from_millis(1_794_463_200_000);

    fn set(by_ms: i64) -> Verdict {
        Verdict { set_by: Some(by_ms * 1000), ..Verdict::default() }
    }

    #[test]
    fn a_fast_clock_shortens_every_wait_by_its_speed() {
        let clock = Clock::start_at(Timestamp::from_millis(0), Speed::new(10).expect("in range"));
        assert_eq!(clock.in_world(Duration::from_secs(90)), Duration::from_secs(9));
    }

    #[test]
    fn the_clocks_of_this_system_agree_while_nothing_happens() {
        let mut clock = Clock::start(Speed::REAL);
        let mut keeper = Keeper::begin(&clock);
        let found = keeper.look(&mut clock, HOUR);
        assert_eq!((found.set_by, found.unseen), (None, None));
    }

    #[test]
    fn a_sleep_moves_the_clock_on_and_is_unseen_since_the_look_before() {
        let mut clock = Clock::start_at(NOON, Speed::REAL);
        let mut keeper = Keeper::begin(&clock);
        let slept = Verdict { slept: HOUR, set_by: None, unseen: Some(Blindness::Asleep) };
        let before = keeper.looked_at;
        let found = keeper.follow(&mut clock, NOON + HOUR, &slept, TOLERANCE);
        assert_eq!((found.unseen, found.set_by), (Some((before, Blindness::Asleep)), None));
        assert!(clock.now() >= NOON + HOUR && clock.ahead().is_zero());
    }

    #[test]
    fn a_wall_clock_set_back_takes_no_time_back_and_how_far_we_run_ahead_is_told_until_it_catches_up() {
        let mut clock = Clock::start_at(NOON, Speed::REAL);
        let mut keeper = Keeper::begin(&clock);
        let found = keeper.follow(&mut clock, NOON - HOUR, &set(-3_600_000), TOLERANCE);
        assert_eq!((found.set_by, found.unseen, found.is_changed), (Some(-3_600_000), None, true));
        assert!(clock.now() >= NOON && clock.ahead() >= HOUR);
        // A sleep in between passes on both.
        let slept = Verdict { slept: HOUR, set_by: None, unseen: Some(Blindness::Asleep) };
        keeper.follow(&mut clock, NOON, &slept, TOLERANCE);
        assert!(clock.now() >= NOON + HOUR && clock.ahead() >= HOUR);
        let caught_up = clock.now();
        let found = keeper.follow(&mut clock, caught_up, &set(3_600_000), TOLERANCE);
        assert_eq!((found.set_by, found.unseen, found.is_changed), (Some(3_600_000), None, true));
        assert!(clock.ahead().is_zero() && clock.now() < NOON + HOUR + HOUR);
    }

    #[test]
    fn a_wall_clock_set_forward_is_followed_and_the_skipped_stretch_is_nobodys() {
        let mut clock = Clock::start_at(NOON, Speed::REAL);
        let mut keeper = Keeper::begin(&clock);
        let before = keeper.looked_at;
        let found = keeper.follow(&mut clock, NOON + HOUR, &set(3_600_000), TOLERANCE);
        assert_eq!(found.unseen, Some((before, Blindness::ClockSet)));
        assert!(clock.now() >= NOON + HOUR && clock.now() < NOON + HOUR + HOUR);
    }

    #[test]
    fn a_log_that_is_further_than_the_wall_clock_at_the_start_is_told() {
        let mut clock = Clock::start_at(wall() + HOUR + HOUR, Speed::REAL);
        let mut keeper = Keeper::begin(&clock);
        let found = keeper.look(&mut clock, TOLERANCE);
        assert!(found.is_changed && found.set_by.is_none() && found.unseen.is_none() && clock.ahead() > HOUR);
    }

    #[test]
    fn speeds_outside_of_the_range_are_refused() {
        assert_eq!(Speed::new(0), None);
        assert_eq!(Speed::new(601), None);
        assert_eq!(Speed::new(10).map(Speed::times), Some(10));
    }
}
