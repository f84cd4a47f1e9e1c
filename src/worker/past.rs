//! Reads the past for whoever looks at a channel, beside the writer and off the loop, at most once at a time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::handle::{Look, Stretch};
use crate::monitor::history;
use crate::monitor::ids::ChannelId;
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

    /// Something is new about a channel, or (`None`) about the whole workstation. News of another channel changes nothing.
    pub fn something_new(&mut self, about: Option<ChannelId>) {
        self.stale |= self.look.is_some_and(|look| about.is_none_or(|channel| channel == look.channel));
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
        hours: past.hours,
        records: past.records,
        gaps: folded.gaps,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_news_of_the_channel_looked_at_or_of_all_make_its_past_be_read_again() {
        let (at, pause) = (|s: i64| Timestamp::from_millis(s * 1000), Duration::from_secs(1));
        let look = Look { channel: ChannelId(1), stretch: Stretch::Session };
        let mut lookout = Lookout::default();
        lookout.turn(Some(look));
        assert_eq!(lookout.next(at(0), pause), Some(look), "somebody looks elsewhere");
        lookout.read();
        lookout.something_new(Some(ChannelId(2)));
        assert_eq!(lookout.next(at(9), pause), None);
        lookout.something_new(Some(ChannelId(1)));
        assert_eq!(lookout.next(at(9), pause), Some(look));
        lookout.something_new(None);
        assert_eq!(lookout.next(at(19), pause), None, "one read at a time");
        lookout.read();
        assert_eq!(lookout.next(at(19), pause), Some(look));
    }
}
