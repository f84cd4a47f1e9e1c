//! What keeps the log small and a start quick, when nothing else is to do: one short step at a time. It decides nothing about a
//! recording, and leaves everything alone while the disk refuses.

use std::time::Duration;

use super::clock::Pace;
use crate::monitor::Monitor;
use crate::monitor::checkpoint::Changes;
use crate::monitor::event::Record;
use crate::monitor::time::Timestamp;
use crate::store::evidence::steps::{Keep, Step};
use crate::store::past::build::Kept;
use crate::store::past::{DaysDue, DaysMade};
use crate::store::{Store, StoreError};

/// A checkpoint is due when so many facts have come since the last one: a start then reads no more than these.
const CHECKPOINT_AFTER_FACTS: usize = 2_000;
/// It is also due after this long, if any fact has come.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(600);
/// Between two steps that had something to do: nine tenths of the time are for others.
const BETWEEN_STEPS: Duration = Duration::from_millis(50);
/// After all channels were looked at.
const ROUND_EVERY: Duration = Duration::from_secs(60);

/// When what is due.
#[derive(Debug)]
pub struct Upkeep {
    changes: Changes,
    /// Facts since the last checkpoint.
    facts: usize,
    /// Facts of the log that could not be read at the start.
    passed_over: u64,
    keep: Keep,
    checkpointing: Pace,
    tidying: Pace,
    days: Days,
    asking: Pace,
}

/// Days of bands, on their way.
#[derive(Debug)]
enum Days {
    /// None are.
    Rest,
    /// They are made, beside the loop.
    Making,
    /// They are made, and to be kept.
    Made(DaysMade),
}

impl Upkeep {
    /// Of a log of which so many facts could not be read.
    pub fn new(passed_over: u64) -> Self {
        let mut checkpointing = Pace::every(CHECKPOINT_EVERY);
        checkpointing.mark();
        Self {
            changes: Changes::default(),
            facts: 0,
            passed_over,
            keep: Keep::default(),
            checkpointing,
            tidying: Pace::every(BETWEEN_STEPS),
            days: Days::Rest,
            asking: Pace::every(BETWEEN_STEPS),
        }
    }

    /// A fact is on the disk.
    pub fn note(&mut self, record: &Record) {
        self.changes.note(record);
        self.facts += 1;
    }

    /// Takes a step, if one is due; `None` if none is. If the disk refuses nothing is lost by that: the step is due again.
    pub fn step(&mut self, store: &mut Store, monitor: &Monitor, now: Timestamp) -> Option<Result<(), StoreError>> {
        let due = self.facts >= CHECKPOINT_AFTER_FACTS || (self.facts > 0 && self.checkpointing.is_due());
        if due {
            return Some(self.checkpoint(store, monitor));
        }
        if !self.tidying.is_due() {
            return None;
        }
        if let Days::Made(made) = &mut self.days {
            let kept = store.keep_days(made);
            if !matches!(kept, Ok(Kept::Some)) {
                self.days = Days::Rest;
            }
            self.tidying = Pace::every(BETWEEN_STEPS);
            self.tidying.mark();
            return Some(kept.map(drop));
        }
        let step = store.tidy(now, self.keep);
        self.tidying = Pace::every(match step {
            Ok(Step::Packed(_) | Step::LetGo(_) | Step::HoursLetGo(_) | Step::PassedBy) => BETWEEN_STEPS,
            Ok(Step::AllDone) | Err(_) => ROUND_EVERY,
        });
        self.tidying.mark();
        Some(step.map(drop))
    }

    /// Days that are to be made now, beside the loop; their making ends with [`Upkeep::days_made`].
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn days_to_make(&mut self, store: &Store, now: Timestamp) -> Result<Option<DaysDue>, StoreError> {
        if !matches!(self.days, Days::Rest) || !self.asking.is_due() {
            return Ok(None);
        }
        let due = store.days_due(now);
        self.asking = Pace::every(if matches!(due, Ok(Some(_))) { BETWEEN_STEPS } else { ROUND_EVERY });
        self.asking.mark();
        if let Ok(Some(_)) = due {
            self.days = Days::Making;
        }
        due
    }

    /// They are made; `None` if that came to nothing.
    pub fn days_made(&mut self, made: Option<DaysMade>) {
        if made.is_none() {
            self.asking = Pace::every(ROUND_EVERY);
            self.asking.mark();
        }
        self.days = made.map_or(Days::Rest, Days::Made);
    }

    /// Keeps what the core holds true by now. Every fact it has taken in must be on the disk.
    ///
    /// # Errors
    /// If the disk refuses; the next one is whole again.
    pub fn checkpoint(&mut self, store: &mut Store, monitor: &Monitor) -> Result<(), StoreError> {
        self.checkpointing.mark();
        self.facts = 0;
        // What cannot be written as JSON is left to the whole log.
        let Ok(update) = self.changes.take(monitor) else {
            self.changes.failed();
            return Ok(());
        };
        let kept = store.keep_checkpoint(&update, self.passed_over);
        if kept.is_err() {
            self.changes.failed();
        }
        kept
    }

    /// How long until the next step.
    pub fn left(&self) -> Duration {
        self.tidying.left()
    }
}
