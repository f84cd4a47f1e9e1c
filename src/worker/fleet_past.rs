//! Reads the past of all channels for whoever looks at the timeline: off the loop, on a reader of its own, one read at a time.
//! It decides when to read again, and never makes a failed read look like a time in which nothing happened.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::handle::{FleetLook, FleetRead};
use super::past::Shared;
use crate::monitor::event::Record;
use crate::monitor::history::Mark;
use crate::monitor::snapshot::FleetHistory;
use crate::monitor::time::Timestamp;
use crate::store::{Reader, StoreError};

/// Between the end of a read and the next of the same stretch there are so many times its length: reading all channels of a
/// large log takes long, and must not take a core for itself.
const RESTS_TIMES: u32 = 10;
/// What goes on is read again after so long even if nothing new was to be seen: the live picture knows only a part of the past,
/// and what it forgets must have been read by then.
const GROWS_OLD: Duration = Duration::from_secs(15 * 60);

/// Which stretch somebody looks at, and when it is to be read.
#[derive(Debug, Default)]
pub struct FleetLookout {
    look: Option<FleetLook>,
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
    Runs(FleetLook, Timestamp),
    /// It was read, at that moment.
    Done(Timestamp),
}

impl FleetLookout {
    /// Somebody looks elsewhere. A read that runs goes on to its end.
    pub fn turn(&mut self, look: Option<FleetLook>) {
        if look != self.look && matches!(self.state, Reading::Done(_)) {
            self.state = Reading::Due;
        }
        self.look = look;
    }

    /// A fact is new. What the live picture shows as well needs no read.
    pub fn something_new(&mut self, record: &Record) {
        self.stale |= Mark::of(record).is_some();
    }

    /// What to read now, if anything. `pause` is the least time between two reads of one stretch.
    pub fn next(&mut self, now: Timestamp, pause: Duration) -> Option<FleetLook> {
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

/// Reads the stretch, at most up to `now`.
pub fn read(reader: &Shared, look: FleetLook, now: Timestamp) -> Result<FleetHistory, StoreError> {
    let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    let to = look.to.min(now);
    Ok(FleetHistory { from: look.from, to, channels: reader.fleet(look.from, to)? })
}

/// What a read adds to what was known: a failed one leaves the last good one in place and says so.
pub fn told(before: &FleetRead, result: Result<FleetHistory, StoreError>) -> FleetRead {
    match result {
        Ok(history) => FleetRead { history: Some(Arc::new(history)), trouble: None },
        Err(error) => FleetRead { history: before.history.clone(), trouble: Some(error.to_string().into()) },
    }
}

/// A reader that a task can take with it.
pub fn shared(reader: Reader) -> Shared {
    Arc::new(Mutex::new(reader))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::{Actor, Event};
    use crate::monitor::ids::{ChannelId, SessionId, Uid};
    use crate::monitor::phase::StartCause;

    const PAUSE: Duration = Duration::from_secs(1);

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    fn look(from: i64, to: i64) -> FleetLook {
        FleetLook { from: at(from), to: at(to) }
    }

    fn started() -> Record {
        let (session, uid, cause, by) = (SessionId(1), Uid::MIN, StartCause::Start, Actor::Operator);
        let event = Event::StartRequested { session, uid, cause, by };
        Record { at: at(1), channel: Some(ChannelId(1)), event }
    }

    #[test]
    fn one_read_at_a_time_and_the_newest_wish_wins() {
        let mut lookout = FleetLookout::default();
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
    fn what_goes_on_is_read_again_when_a_flag_is_new_or_it_grows_old_and_what_is_over_is_not() {
        let mut lookout = FleetLookout::default();
        lookout.turn(Some(look(0, 10_000)));
        lookout.next(at(100), PAUSE);
        lookout.ended(at(102));
        assert_eq!(lookout.next(at(130), PAUSE), None, "nothing is new");
        lookout.something_new(&Record { at: at(1), channel: None, event: Event::WatchEnded });
        assert_eq!(lookout.next(at(130), PAUSE), None, "no flag");
        lookout.something_new(&started());
        assert_eq!(lookout.next(at(121), PAUSE), None, "a read of 2 s is followed by a rest of 20 s");
        assert_eq!(lookout.next(at(122), PAUSE), Some(look(0, 10_000)));
        lookout.ended(at(122));
        assert_eq!(lookout.next(at(122 + 899), PAUSE), None);
        assert_eq!(lookout.next(at(122 + 900), PAUSE), Some(look(0, 10_000)));
        lookout.ended(at(1022));
        lookout.turn(Some(look(0, 50)));
        assert_eq!(lookout.next(at(1023), PAUSE), Some(look(0, 50)), "another stretch needs no rest");
        lookout.ended(at(1023));
        lookout.something_new(&started());
        assert_eq!(lookout.next(at(9000), PAUSE), None, "what is over does not change");
    }

    #[test]
    fn a_failed_read_is_told_beside_what_is_known_and_tried_again() {
        let good = told(&FleetRead::default(), Ok(FleetHistory { from: at(0), to: at(9), ..FleetHistory::default() }));
        let error = StoreError::NotOurs { path: "log.db".into() };
        let bad = told(&good, Err(error));
        assert_eq!(bad.history.map(|history| history.to), Some(at(9)));
        assert!(bad.trouble.is_some_and(|why| why.contains("log.db")));
        let mut lookout = FleetLookout::default();
        lookout.turn(Some(look(0, 10_000)));
        lookout.next(at(100), PAUSE);
        lookout.ended(at(100));
        lookout.failed();
        assert_eq!(lookout.next(at(101), PAUSE), Some(look(0, 10_000)));
    }
}
