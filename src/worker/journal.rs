//! The way to the store. What the disk refuses waits in memory, within a bound, and is tried again; nothing is lost silently.

use std::sync::Arc;
use std::time::Duration;

use crate::monitor::event::{Probe, Record};
use crate::monitor::io::LogHealth;
use crate::monitor::snapshot::LogView;
use crate::monitor::time::Timestamp;
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
}

impl Journal {
    /// Over an open store.
    pub fn new(mut store: Store) -> Result<Self, StoreError> {
        let saved = store.counts()?.events;
        let view = LogView { saved, ..LogView::default() };
        Ok(Self { store, records: Vec::new(), probes: Vec::new(), view, retry_at: None })
    }

    /// The store, for reading at the start.
    pub const fn store(&mut self) -> &mut Store {
        &mut self.store
    }

    /// Takes facts and evidence in. They are on the disk after the next [`Journal::save`].
    pub fn keep(&mut self, records: impl IntoIterator<Item = Record>, probes: impl IntoIterator<Item = Probe>) {
        self.records.extend(records);
        self.probes.extend(probes);
        while self.records.len() + self.probes.len() > WAITING_AT_MOST {
            // Evidence goes before facts, and the oldest first.
            if self.probes.is_empty() {
                self.records.remove(0);
            } else {
                self.probes.remove(0);
            }
            self.view.dropped += 1;
        }
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

    /// Puts everything that waits on the disk. While the disk refuses it is asked again only every few seconds.
    pub fn save(&mut self, now: Timestamp) -> LogHealth {
        let resting = self.retry_at.is_some_and(|at| now < at);
        if resting || !self.has_waiting() {
            return self.view.health;
        }
        match self.store.append(&self.records, &self.probes) {
            Ok(_) => {
                self.view.saved += u64::try_from(self.records.len()).unwrap_or(u64::MAX);
                self.records.clear();
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

    /// When a refusing disk is tried again.
    pub const fn retry_at(&self) -> Option<Timestamp> {
        self.retry_at
    }

    /// For people.
    pub const fn view(&self) -> &LogView {
        &self.view
    }
}
