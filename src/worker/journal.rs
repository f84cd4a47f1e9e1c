//! The way to the store. What the disk refuses waits in memory, within a bound, and is tried again; nothing is lost silently.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::upkeep::{BackupPlan, Plan, Upkeep};
use crate::monitor::Monitor;
use crate::monitor::event::{Probe, Record};
use crate::monitor::io::LogHealth;
use crate::monitor::snapshot::{BackupView, LogKeeps, LogView};
use crate::monitor::time::Timestamp;
use crate::store::backup::BackedUp;
use crate::store::past::{DaysDue, DaysMade};
use crate::store::{Store, StoreError};

/// How many facts and probes wait at most while the disk refuses: about an hour of 30 a second.
const WAITING_AT_MOST: usize = 100_000;
/// How often a refusing disk is tried again.
const RETRY_EVERY: Duration = Duration::from_secs(5);

/// The store and what waits for it.
#[derive(Debug)]
pub struct Journal {
    store: Store,
    records: Vec<Record>,
    probes: Vec<Probe>,
    view: LogView,
    retry_at: Option<Timestamp>,
    upkeep: Upkeep,
}

impl Journal {
    /// Over an open store, of which so many facts could not be read.
    pub fn new(store: Store, passed_over: u64, plan: Plan) -> Result<Self, StoreError> {
        let saved = store.counts()?.events;
        let path = store.path_on_disk().map_or_else(String::new, |path| path.display().to_string());
        let keeps = LogKeeps { raw_days: plan.keep.raw_days, hour_days: plan.keep.hour_days };
        let backup = match plan.backup {
            BackupPlan::Hourly => BackupView::ToCome,
            BackupPlan::Off => BackupView::Off,
        };
        let view = LogView { saved, path: path.into(), keeps, backup, ..LogView::default() };
        let upkeep = Upkeep::new(passed_over, plan);
        Ok(Self { store, records: Vec::new(), probes: Vec::new(), view, retry_at: None, upkeep })
    }

    /// The store, for reading at the start.
    pub const fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Takes facts and evidence in. They are on the disk after the next [`Journal::save`].
    pub fn keep(&mut self, records: impl IntoIterator<Item = Record>, probes: impl IntoIterator<Item = Probe>) {
        self.records.extend(records);
        self.probes.extend(probes);
        // Evidence goes before facts, and the oldest first.
        let excess = (self.records.len() + self.probes.len()).saturating_sub(WAITING_AT_MOST);
        let probes = excess.min(self.probes.len());
        self.probes.drain(..probes);
        self.records.drain(..excess - probes);
        self.view.dropped += u64::try_from(excess).unwrap_or(u64::MAX);
        self.view.waiting = self.records.len() + self.probes.len();
    }

    /// Whether facts wait to be saved, so that an intent among them is not on the disk.
    pub fn has_waiting_facts(&self) -> bool {
        !self.records.is_empty()
    }

    /// Whether anything waits to be saved.
    pub const fn has_waiting(&self) -> bool {
        self.view.waiting > 0
    }

    /// The same once more, whatever it said last: nobody will ask it again.
    pub fn save_at_the_end(&mut self, now: Timestamp) -> LogHealth {
        self.retry_at = None;
        self.save(now)
    }

    /// Puts everything that waits on the disk. While the disk refuses it is asked again only every few seconds.
    pub fn save(&mut self, now: Timestamp) -> LogHealth {
        let resting = self.retry_at.is_some_and(|at| now < at);
        if resting || !self.has_waiting() {
            return self.view.health;
        }
        match self.store.append(&self.records, &self.probes) {
            Ok(_) => {
                self.view.saved += u64::try_from(self.records.len()).unwrap_or(u64::MAX);
                self.records.drain(..).for_each(|record| self.upkeep.note(&record));
                self.probes.clear();
                self.view.waiting = 0;
                self.view.health = LogHealth::Saved;
                self.view.error = None;
                self.retry_at = None;
            }
            Err(error) => {
                self.view.health = LogHealth::Failing;
                self.view.error = Some(Arc::from(error.to_string()));
                self.retry_at = Some(now + RETRY_EVERY);
            }
        }
        self.view.health
    }

    /// Takes a step of upkeep, if one is due, and everything is on the disk.
    pub fn tend(&mut self, monitor: &Monitor, now: Timestamp) {
        if self.is_at_rest()
            && let Some(step) = self.upkeep.step(&mut self.store, monitor, now)
        {
            self.view.upkeep_error = step.err().map(|error| error.to_string().into());
            self.view.size = self.upkeep.size();
        }
    }

    /// Whether everything is on the disk, and the disk takes more.
    fn is_at_rest(&self) -> bool {
        !self.has_waiting() && self.view.health == LogHealth::Saved
    }

    /// Days that are to be made now, beside the loop.
    pub fn days_to_make(&mut self, now: Timestamp) -> Option<DaysDue> {
        if !self.is_at_rest() {
            return None;
        }
        let due = self.upkeep.days_to_make(&self.store, now);
        due.unwrap_or_else(|error| {
            self.view.upkeep_error = Some(error.to_string().into());
            None
        })
    }

    /// They are made, or why they are not.
    pub fn days_made(&mut self, made: Result<DaysMade, StoreError>) {
        let made = made.map_err(|error| self.view.upkeep_error = Some(error.to_string().into()));
        self.upkeep.days_made(made.ok());
    }

    /// The log to copy now, beside the loop.
    pub fn backup_due(&mut self) -> Option<PathBuf> {
        if self.is_at_rest() { self.upkeep.backup_due(&self.store) } else { None }
    }

    /// The log of which all pages are to be read now, beside the loop.
    pub fn check_due(&mut self) -> Option<PathBuf> {
        if self.is_at_rest() { self.upkeep.check_due(&self.store) } else { None }
    }

    /// They were read, or why they cannot be.
    pub fn checked(&mut self, done: Result<(), StoreError>) {
        self.view.damage = done.err().map(|error| error.to_string().into());
    }

    /// It was copied at `now`, or why it was not.
    pub fn backed_up(&mut self, done: Result<BackedUp, StoreError>, now: Timestamp) {
        self.upkeep.backed_up();
        self.view.backup = match done {
            Ok(done) => BackupView::Made { at: now, bytes: done.bytes },
            Err(error) => BackupView::Failed { at: now, why: error.to_string().into() },
        };
    }

    /// Keeps a checkpoint, so that the next start is quick.
    pub fn checkpoint(&mut self, monitor: &Monitor) {
        if self.is_at_rest() {
            // Without one the next start takes longer, and comes to the same.
            let _ = self.upkeep.checkpoint(&mut self.store, monitor);
        }
    }

    /// How long until a step of upkeep is due; none while there can be none.
    pub fn tend_in(&self) -> Option<Duration> {
        self.is_at_rest().then(|| self.upkeep.left())
    }

    /// When a refusing disk is tried again.
    pub const fn retry_at(&self) -> Option<Timestamp> {
        self.retry_at
    }

    /// For people.
    pub const fn view(&self) -> &LogView {
        &self.view
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::Event;
    use crate::store::evidence::steps::Keep;

    const PLAN: Plan = Plan { keep: Keep { raw_days: 30, hour_days: 365 }, backup: BackupPlan::Off };

    /// Stands in for a disk that refuses: another connection takes the table away, and gives it back.
    fn rename(path: &std::path::Path, from: &str, to: &str) {
        let other = rusqlite::Connection::open(path).unwrap();
        other.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")).unwrap();
    }

    fn fact(ms: i64) -> Record {
        Record { at: Timestamp::from_millis(ms), channel: None, event: Event::WatchEnded }
    }

    #[test]
    fn what_the_disk_refuses_waits_and_is_saved_in_order_once_it_can_be() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.sqlite");
        let mut journal = Journal::new(Store::open(&path).unwrap(), 0, PLAN).unwrap();
        let at = |s: i64| Timestamp::from_millis(s * 1000);
        rename(&path, "event", "event_gone");
        journal.keep([fact(1)], []);
        assert_eq!(journal.save(at(1)), LogHealth::Failing);
        assert!(journal.has_waiting_facts() && journal.view().error.is_some());
        journal.keep([fact(2)], []);
        rename(&path, "event_gone", "event");
        assert_eq!(journal.save(at(2)), LogHealth::Failing, "not asked again so soon");
        assert_eq!(journal.save(at(6)), LogHealth::Saved);
        let view = journal.view();
        assert_eq!((view.saved, view.waiting, view.health, &view.error), (2, 0, LogHealth::Saved, &None));
        let kept = journal.store().events().unwrap().records;
        assert_eq!(kept.iter().map(|(_, record)| record.at.as_millis()).collect::<Vec<_>>(), [1, 2]);
    }

    #[test]
    fn beyond_the_bound_the_oldest_goes_and_is_counted() {
        let mut journal = Journal::new(Store::in_memory().unwrap(), 0, PLAN).unwrap();
        journal.keep((0..).map(fact).take(WAITING_AT_MOST + 3), []);
        assert_eq!((journal.view().waiting, journal.view().dropped), (WAITING_AT_MOST, 3));
    }
}
