//! Reads the past for whoever looks at a channel, beside the writer and off the loop, at most once at a time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::handle::{Look, Stretch};
use crate::monitor::history;
use crate::monitor::snapshot::History;
use crate::monitor::time::Timestamp;
use crate::store::{Reader, StoreError};

/// A reader that tasks share.
pub type Shared = Arc<Mutex<Reader>>;

/// The stretch that somebody looks at, and whether it has to be read again.
#[derive(Debug, Default)]
pub struct Lookout {
    look: Option<Look>,
    stale: bool,
    reading: bool,
    read_at: Option<Timestamp>,
}

impl Lookout {
    /// Somebody looks elsewhere.
    pub fn turn(&mut self, look: Option<Look>) {
        self.stale |= self.look != look;
        if self.look != look {
            self.read_at = None;
        }
        self.look = look;
    }

    /// Something about this channel is new on the disk.
    pub const fn something_new(&mut self) {
        self.stale = true;
    }

    /// What to read now, if anything: not while a read is under way, and not more often than `pause`.
    pub fn next(&mut self, now: Timestamp, pause: Duration) -> Option<Look> {
        let resting = self.read_at.is_some_and(|at| now.since(at) < pause);
        if !self.stale || self.reading || resting {
            return None;
        }
        let look = self.look?;
        self.stale = false;
        self.reading = true;
        self.read_at = Some(now);
        Some(look)
    }

    /// The read has ended.
    pub const fn read(&mut self) {
        self.reading = false;
    }

    /// Whether a read waits for its pause to end.
    pub const fn waits(&self) -> bool {
        self.stale && self.look.is_some() && !self.reading
    }
}

/// Reads the stretch.
pub fn read(reader: &Shared, look: Look, now: Timestamp) -> Result<History, StoreError> {
    let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    let from = match look.stretch {
        Stretch::Last(stretch) => now - stretch,
        Stretch::Session => reader.session_start(look.channel)?.unwrap_or(now),
    };
    let before = reader.records_before(look.channel, from)?;
    let past = reader.history(look.channel, from, now)?;
    let all = before.iter().chain(&past.records).map(|(_, record)| record);
    let own = all.filter(|record| record.channel.is_some());
    let folded = history::fold(own, from, now);
    Ok(History {
        channel: look.channel,
        from,
        to: now,
        spans: folded.spans,
        probes: past.probes,
        records: past.records,
        gaps: folded.gaps,
    })
}
