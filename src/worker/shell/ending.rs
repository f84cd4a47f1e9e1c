//! The end of the loop: calls that change something are heard to their end, and everything known is put on the disk. It makes no
//! new calls.

use std::sync::Arc;
use std::time::Duration;

use super::{News, Shell, die_at};
use crate::monitor::event::{CallKind, Event, Record};
use crate::monitor::io::{Answered, Effect, Input};
use crate::store::faults;

/// How long the end waits for calls that change something.
const END_WITHIN: Duration = Duration::from_secs(4);

impl Shell {
    /// Hears the calls that change something to their end, as far as the time goes, and closes the log.
    pub(super) async fn end(mut self) {
        // When the time is over, what is still open is settled at the next start.
        let _ = tokio::time::timeout(END_WITHIN, self.hear_out()).await;
        die_at(faults::ENDING);
        self.journal.keep([Record { at: self.clock.now(), channel: None, event: Event::WatchEnded }], []);
        self.journal.save_at_the_end(self.clock.now());
        self.journal.checkpoint(&self.monitor);
        die_at(faults::ENDED);
        let snapshot = self.picture();
        self.far.snapshots.send_replace(Arc::new(snapshot));
        // The writer closes last: only it can fold the write-ahead log into the database.
        self.reader = None;
        self.fleet_reader = None;
        self.incident_reader = None;
        self.days_reader = None;
    }

    async fn hear_out(&mut self) {
        while self.flying.values().any(|kind| *kind != CallKind::Query) || self.bookings.is_busy {
            match self.inbox.recv().await {
                Some(News::Answered(answered)) => {
                    self.flying.remove(&answered.id);
                    self.hear_at_the_end(answered);
                }
                Some(News::Export(_, record)) => self.journal.keep(record, []),
                Some(News::Book(_)) => {
                    self.bookings.is_busy = false;
                    self.next_booking();
                }
                Some(
                    News::History(_)
                    | News::Fleet(_)
                    | News::Incidents(_)
                    | News::Days(_)
                    | News::BackedUp(_)
                    | News::Checked(_),
                ) => {}
                None => break,
            }
        }
    }

    /// Keeps what an answer changes, and makes no new calls.
    fn hear_at_the_end(&mut self, answered: Box<Answered>) {
        let now = self.clock.now();
        for effect in self.monitor.handle(Input::Answered(answered), now) {
            match effect {
                Effect::Record(record) => self.journal.keep([record], []),
                Effect::Measure(probe) => self.journal.keep([], [probe]),
                Effect::Send(_) | Effect::Adopted(_) => {}
            }
        }
    }
}
