//! What two looks at the clocks of a workstation tell about the time between them: whether it slept, whether nothing of ours ran,
//! and whether somebody set its wall clock. Pure: readings come in, a verdict comes out; it reads no clock.

use std::time::Duration;

use crate::monitor::phase::Blindness;

/// Two clocks are read one after the other: a shorter sleep than this may be the time between them. It counts once others make it
/// long enough.
const APART: i64 = 10_000;

/// The clocks at one moment, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Since some moment; never goes back, and stands still during sleep where `asleep` is told.
    pub steady: i64,
    /// How long the workstation slept since some moment; `None` where the system does not tell.
    pub asleep: Option<i64>,
    /// Since 1970, UTC, as somebody set it.
    pub wall: i64,
}

/// What happened since the look before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Time that passed and that the steady clock did not count.
    pub slept: Duration,
    /// By how many microseconds the wall clock was set, once that is worth telling; negative when it was set back.
    pub set_by: Option<i64>,
    /// Why nobody looked in between, when that was long enough to count.
    pub unseen: Option<Blindness>,
}

/// Compares each look with the one before. What the wall clock did earlier hides nothing that happens later.
#[derive(Clone, Copy, Debug)]
pub struct Judge {
    last: Reading,
    /// How long the workstation had slept when a sleep was told last.
    asleep: Option<i64>,
    /// Differences of the wall clock that were too small to tell, summed up since the last that was told.
    drift: i64,
}

impl Judge {
    /// Looks from this reading on.
    pub const fn from(first: Reading) -> Self {
        Self { last: first, asleep: first.asleep, drift: 0 }
    }

    /// What happened since the reading before. `tolerance` is the shortest sleep, hold-up or change of the clock that counts.
    pub fn look(&mut self, next: Reading, tolerance: Duration) -> Verdict {
        let tolerance = i64::try_from(tolerance.as_micros()).unwrap_or(i64::MAX);
        let passed = next.steady.saturating_sub(self.last.steady).max(0);
        let beyond = next.wall.saturating_sub(self.last.wall).saturating_sub(passed);
        let told = self.slept(next.asleep);
        self.last = next;
        match told {
            Some(slept) => Verdict {
                slept: micros(slept),
                set_by: self.set(beyond.saturating_sub(slept), tolerance),
                unseen: away(passed, slept, tolerance),
            },
            // It cannot be told from a clock that was set forward. To take it for a sleep makes an age too long; the other way
            // round it would be too short, and something old would pass for new.
            None if beyond >= tolerance => {
                Verdict { slept: micros(beyond), set_by: None, unseen: Some(Blindness::SleptOrClockSet) }
            }
            None => Verdict {
                slept: Duration::ZERO,
                set_by: self.set(beyond, tolerance),
                unseen: away(passed, 0, tolerance),
            },
        }
    }

    /// How long it slept since a sleep was told last; `None` where the system does not tell.
    fn slept(&mut self, asleep: Option<i64>) -> Option<i64> {
        let slept = asleep?.saturating_sub(self.asleep?);
        if slept < APART {
            return Some(0);
        }
        self.asleep = asleep;
        Some(slept)
    }

    /// Whether a difference of the wall clock is to be told: by itself, or with those that were too small before.
    fn set(&mut self, by: i64, tolerance: i64) -> Option<i64> {
        if by.saturating_abs() >= tolerance {
            return Some(by);
        }
        self.drift = self.drift.saturating_add(by);
        (self.drift.saturating_abs() >= tolerance).then(|| std::mem::take(&mut self.drift))
    }
}

/// Why nobody looked, if the whole of it is long enough.
fn away(passed: i64, slept: i64, tolerance: i64) -> Option<Blindness> {
    let counts = passed.saturating_add(slept) >= tolerance;
    counts.then_some(if slept >= passed { Blindness::Asleep } else { Blindness::HeldUp })
}

fn micros(length: i64) -> Duration {
    Duration::from_micros(u64::try_from(length).unwrap_or(0))
}

#[cfg(test)]
mod tests;
