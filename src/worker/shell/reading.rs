//! What the loop does for whoever looks at the past: it starts reads off the loop and passes on what they came to.

use std::sync::Arc;

use super::{News, READ_EVERY, Shell};
use crate::monitor::io::LogHealth;
use crate::monitor::snapshot::{FleetHistory, PastIncidents};
use crate::store::StoreError;
use crate::worker::fleet_past;
use crate::worker::handle::{FleetRead, IncidentsRead};
use crate::worker::{incident_past, past};

impl Shell {
    /// Reads the past that somebody looks at, off the loop.
    pub(super) fn read_past(&mut self) {
        let now = self.clock.now();
        let pause = READ_EVERY * self.clock.speed().times();
        let Some(look) = self.lookout.next(now, pause) else { return };
        if self.journal.view().health == LogHealth::Saved {
            self.save();
        }
        let Some(reader) = self.reader.clone() else { return };
        let news = self.news.clone();
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::History(past::read(&reader, look, now).ok()));
        });
    }

    /// Reads the past of all channels for whoever looks at it, off the loop and beside every other read.
    pub(super) fn read_fleet(&mut self) {
        let now = self.clock.now();
        let Some(look) = self.fleet_lookout.next(now, READ_EVERY * self.clock.speed().times()) else { return };
        if self.journal.view().health == LogHealth::Saved {
            self.save();
        }
        let opened = || self.journal.store().reader().map(fleet_past::shared);
        let reader = match self.fleet_reader.clone().map_or_else(opened, Ok) {
            Ok(reader) => Arc::clone(self.fleet_reader.insert(reader)),
            Err(error) => return self.fleet_read(Err(error)),
        };
        let news = self.news.clone();
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::Fleet(fleet_past::read(&reader, look, now)));
        });
    }

    pub(super) fn fleet_read(&mut self, result: Result<FleetHistory, StoreError>) {
        if result.is_err() {
            self.fleet_lookout.failed();
        }
        let read = if self.fleet_lookout.ended(self.clock.now()) {
            fleet_past::told(&self.far.fleets.borrow(), result)
        } else {
            FleetRead::default()
        };
        self.far.fleets.send_replace(read);
        (self.wake)();
    }

    /// Reads the incidents of the log for whoever looks at them, off the loop and beside every other read.
    pub(super) fn read_incidents(&mut self) {
        let now = self.clock.now();
        let Some(look) = self.incident_lookout.next(now, READ_EVERY * self.clock.speed().times()) else { return };
        if self.journal.view().health == LogHealth::Saved {
            self.save();
        }
        let opened = || self.journal.store().reader().map(fleet_past::shared);
        let reader = match self.incident_reader.clone().map_or_else(opened, Ok) {
            Ok(reader) => Arc::clone(self.incident_reader.insert(reader)),
            Err(error) => return self.incidents_read(Err(error)),
        };
        let projects = self.monitor.project_names();
        let news = self.news.clone();
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::Incidents(incident_past::read(&reader, look, now, &projects)));
        });
    }

    pub(super) fn incidents_read(&mut self, result: Result<PastIncidents, StoreError>) {
        if result.is_err() {
            self.incident_lookout.failed();
        }
        let read = if self.incident_lookout.ended(self.clock.now()) {
            incident_past::told(&self.far.incidents.borrow(), result)
        } else {
            IncidentsRead::default()
        };
        self.far.incidents.send_replace(read);
        (self.wake)();
    }
}
