//! What keeps the log small and a start quick, when nothing else is to do: one short step at a time. It decides nothing about a
//! recording, and leaves everything alone while the disk refuses.

use std::path::PathBuf;
use std::time::Duration;

use super::clock::Pace;
use crate::monitor::Monitor;
use crate::monitor::checkpoint::Changes;
use crate::monitor::event::Record;
use crate::monitor::snapshot::LogSize;
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

/// How often the log is measured.
const SIZE_EVERY: Duration = Duration::from_secs(60);
/// How often the copy is brought up to date.
const BACKUP_EVERY: Duration = Duration::from_secs(3_600);
/// The first time after a start: not while everything is read again.
const FIRST_BACKUP_AFTER: Duration = Duration::from_secs(120);

/// How often all pages are read, and how long after a start for the first time: a start itself does not read years of them.
const CHECK_EVERY: Duration = Duration::from_secs(86_400);
const FIRST_CHECK_AFTER: Duration = Duration::from_secs(300);

/// What is to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How long evidence is.
    pub keep: Keep,
    /// Whether a copy of the log is.
    pub backup: BackupPlan,
}

/// Whether a copy of the log is kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupPlan {
    /// Brought up to date every hour.
    Hourly,
    /// No.
    Off,
}

/// When what is due.
#[derive(Debug)]
pub struct Upkeep {
    changes: Changes,
    /// Facts since the last checkpoint.
    facts: usize,
    /// Facts of the log that could not be read at the start.
    passed_over: u64,
    plan: Plan,
    checkpointing: Pace,
    tidying: Pace,
    days: Days,
    asking: Pace,
    sizing: Pace,
    size: Option<LogSize>,
    backing_up: Pace,
    is_backing_up: bool,
    checking: Pace,
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
    pub fn new(passed_over: u64, plan: Plan) -> Self {
        Self {
            changes: Changes::default(),
            facts: 0,
            passed_over,
            plan,
            checkpointing: Pace::from_now(CHECKPOINT_EVERY),
            tidying: Pace::every(BETWEEN_STEPS),
            days: Days::Rest,
            asking: Pace::every(BETWEEN_STEPS),
            sizing: Pace::every(SIZE_EVERY),
            size: None,
            backing_up: Pace::from_now(FIRST_BACKUP_AFTER),
            is_backing_up: false,
            checking: Pace::from_now(FIRST_CHECK_AFTER),
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
        if self.sizing.is_due() {
            self.sizing.mark();
            let size = store.size(now);
            self.size = size.as_ref().ok().copied();
            return Some(size.map(drop));
        }
        if let Days::Made(made) = &mut self.days {
            let kept = store.keep_days(made);
            if !matches!(kept, Ok(Kept::Some)) {
                self.days = Days::Rest;
            }
            self.tidying = Pace::from_now(BETWEEN_STEPS);
            return Some(kept.map(drop));
        }
        let step = store.tidy(now, self.plan.keep);
        self.tidying = Pace::from_now(match step {
            Ok(Step::Packed(_) | Step::LetGo(_) | Step::HoursLetGo(_) | Step::PassedBy) => BETWEEN_STEPS,
            Ok(Step::AllDone) | Err(_) => ROUND_EVERY,
        });
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
        self.asking = Pace::from_now(if matches!(due, Ok(Some(_))) { BETWEEN_STEPS } else { ROUND_EVERY });
        if let Ok(Some(_)) = due {
            self.days = Days::Making;
        }
        due
    }

    /// They are made; `None` if that came to nothing.
    pub fn days_made(&mut self, made: Option<DaysMade>) {
        if made.is_none() {
            self.asking = Pace::from_now(ROUND_EVERY);
        }
        self.days = made.map_or(Days::Rest, Days::Made);
    }

    /// The log to copy, if that is due; it ends with [`Upkeep::backed_up`].
    pub fn backup_due(&mut self, store: &Store) -> Option<PathBuf> {
        let wanted = self.plan.backup == BackupPlan::Hourly && !self.is_backing_up && self.backing_up.is_due();
        let path = store.path_on_disk().filter(|_| wanted)?;
        self.is_backing_up = true;
        Some(path.to_owned())
    }

    /// The log of which all pages are to be read now.
    pub fn check_due(&mut self, store: &Store) -> Option<PathBuf> {
        let path = store.path_on_disk().filter(|_| self.checking.is_due())?;
        self.checking = Pace::from_now(CHECK_EVERY);
        Some(path.to_owned())
    }

    /// It was copied, or could not be.
    pub fn backed_up(&mut self) {
        self.is_backing_up = false;
        self.backing_up = Pace::from_now(BACKUP_EVERY);
    }

    /// How large the log is, once that was measured.
    pub const fn size(&self) -> Option<LogSize> {
        self.size
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
