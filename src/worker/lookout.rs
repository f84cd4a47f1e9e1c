//! Which stretch of the past somebody looks at, and when it is to be read: one read at a time, the newest wish wins, and what is
//! over is not read again. It reads nothing itself.

use std::time::Duration;

use super::handle::TimeRange;
use crate::monitor::time::Timestamp;

/// Between the end of a read and the next of the same stretch there are so many times its length: reading all channels of a
/// large log takes long, and must not take a core for itself.
const RESTS_TIMES: u32 = 10;
/// What goes on is read again after so long even if nothing new was to be seen: the live picture knows only a part of the past,
/// and what it forgets must have been read by then.
const GROWS_OLD: Duration = Duration::from_secs(15 * 60);

/// Which stretch somebody looks at, and when it is to be read.
#[derive(Debug, Default)]
pub struct RangeLookout {
    look: Option<TimeRange>,
    state: Reading,
    /// Whether something happened that the last read does not have.
    stale: bool,
    rests_until: Option<Timestamp>,
}

/// How far it is with the stretch looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Reading {
    /// It was not read yet.
    #[default]
    Due,
    /// A read runs, since then, of this stretch.
    Runs(TimeRange, Timestamp),
    /// It was read, at that moment.
    Done(Timestamp),
}

impl RangeLookout {
    /// Somebody looks elsewhere. A read that runs goes on to its end.
    pub fn turn(&mut self, look: Option<TimeRange>) {
        if look != self.look && matches!(self.state, Reading::Done(_)) {
            self.state = Reading::Due;
        }
        self.look = look;
    }

    /// Something of that time is new that no live picture shows.
    pub const fn something_new(&mut self) {
        self.stale = true;
    }

    /// What to read now, if anything. `pause` is the least time between two reads of one stretch.
    pub fn next(&mut self, now: Timestamp, pause: Duration) -> Option<TimeRange> {
        let look = self.look?;
        let rests = self.rests_until.is_some_and(|until| now < until);
        let due = match self.state {
            Reading::Due => true,
            Reading::Runs(..) => false,
            Reading::Done(at) => {
                let old = now.since(at) >= GROWS_OLD;
                look.to > at && !rests && now.since(at) >= pause && (self.stale || old)
            }
        };
        if !due {
            return None;
        }
        self.state = Reading::Runs(look, now);
        self.stale = false;
        Some(look)
    }

    /// The read has ended; tells whether somebody still looks. A read that failed is tried again after its rest.
    pub fn ended(&mut self, now: Timestamp) -> bool {
        if let Reading::Runs(look, since) = self.state {
            self.rests_until = Some(now + now.since(since) * RESTS_TIMES);
            self.state = if self.look == Some(look) { Reading::Done(since) } else { Reading::Due };
        }
        self.look.is_some()
    }

    /// The read came to nothing.
    pub const fn failed(&mut self) {
        self.stale = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAUSE: Duration = Duration::from_secs(1);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    fn look(from: i64, to: i64) -> TimeRange {
        TimeRange { from: at(from), to: at(to) }
    }

    #[test]
    fn one_read_at_a_time_and_the_newest_wish_wins() {
        let mut lookout = RangeLookout::default();
        assert_eq!(lookout.next(at(0), PAUSE), None, "nobody looks");
        lookout.turn(Some(look(0, 100)));
        assert_eq!(lookout.next(at(0), PAUSE), Some(look(0, 100)));
        for from in [10, 20, 30] {
            lookout.turn(Some(look(from, 100)));
            assert_eq!(lookout.next(at(1), PAUSE), None, "a read runs");
        }
        assert!(lookout.ended(at(2)));
        assert_eq!(lookout.next(at(2), PAUSE), Some(look(30, 100)));
        lookout.turn(None);
        assert!(!lookout.ended(at(3)), "nobody looks any more");
        assert_eq!(lookout.next(at(99), PAUSE), None);
    }

    #[test]
    fn what_goes_on_is_read_again_when_something_is_new_or_it_grows_old_and_what_is_over_is_not() {
        let mut lookout = RangeLookout::default();
        lookout.turn(Some(look(0, 10_000)));
        lookout.next(at(100), PAUSE);
        lookout.ended(at(102));
        assert_eq!(lookout.next(at(130), PAUSE), None, "nothing is new");
        lookout.something_new();
        assert_eq!(lookout.next(at(121), PAUSE), None, "a read of 2 s is followed by a rest of 20 s");
        assert_eq!(lookout.next(at(122), PAUSE), Some(look(0, 10_000)));
        lookout.ended(at(122));
        assert_eq!(lookout.next(at(122 + 899), PAUSE), None);
        assert_eq!(lookout.next(at(122 + 900), PAUSE), Some(look(0, 10_000)));
        lookout.ended(at(1022));
        lookout.turn(Some(look(0, 50)));
        assert_eq!(lookout.next(at(1023), PAUSE), Some(look(0, 50)), "another stretch needs no rest");
        lookout.ended(at(1023));
        lookout.something_new();
        assert_eq!(lookout.next(at(9000), PAUSE), None, "what is over does not change");
    }

    #[test]
    fn a_read_that_failed_is_tried_again() {
        let mut lookout = RangeLookout::default();
        lookout.turn(Some(look(0, 10_000)));
        lookout.next(at(100), PAUSE);
        lookout.ended(at(100));
        lookout.failed();
        assert_eq!(lookout.next(at(101), PAUSE), Some(look(0, 10_000)));
    }
}
