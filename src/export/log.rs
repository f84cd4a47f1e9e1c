//! What a session log tells about one channel, and in which order. It adds nothing to what it is given and leaves nothing out.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use crate::monitor::event::{Probe, Record};
use crate::monitor::gap::{Gap, OpenGap};
use crate::monitor::history;
use crate::monitor::io::Channel;
use crate::monitor::names::{self, Recorded};
use crate::monitor::time::Timestamp;

/// Everything that is known about one channel over a stretch of time.
#[derive(Clone, Debug)]
pub struct SessionLog {
    /// The version of reelwatch that writes it.
    pub app_version: Arc<str>,
    /// The project's name in the settings.
    pub project: Arc<str>,
    /// Names, mode and UIDs.
    pub channel: Channel,
    /// The first moment it covers.
    pub from: Timestamp,
    /// The last moment it covers.
    pub to: Timestamp,
    /// When it was asked for.
    pub exported_at: Timestamp,
    /// The zone of the local times.
    pub zone: TimeZone,
    /// The poll interval: gaps shorter than this may not have been seen.
    pub poll_every: Duration,
    /// How long 404s span before a recording is called lost.
    pub lost_after: Duration,
    /// Facts of the channel and of the workstation, with their numbers, in the order they were kept.
    pub records: Vec<(u64, Record)>,
    /// Every try of a query, oldest first.
    pub probes: Vec<Probe>,
    /// Gaps with both ends.
    pub gaps: Vec<Gap>,
    /// A gap that is still open at `to`, and its last bad answer.
    pub open_gap: Option<(OpenGap, Timestamp)>,
    /// Stretches in which nobody looked.
    pub not_observed: Vec<Unobserved>,
    /// Rows of the stretch that could not be read, and are missing here.
    pub unreadable: u64,
}

/// A stretch in which nobody looked. Why stands in the facts around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unobserved {
    /// Its first moment.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
}

/// One line of a log, whatever the format.
#[derive(Clone, Copy, Debug)]
pub enum Entry<'a> {
    NotObserved(Unobserved),
    Probe(&'a Probe),
    Event(u64, &'a Record),
    Gap(&'a Gap),
    OpenGap(OpenGap, Timestamp),
}

impl Entry<'_> {
    /// The time it is told at; for a gap, the answer that opened it.
    pub const fn at(&self) -> Timestamp {
        match self {
            Entry::NotObserved(stretch) => stretch.from,
            Entry::Probe(probe) => probe.at,
            Entry::Event(_, record) => record.at,
            Entry::Gap(gap) => gap.first_bad,
            Entry::OpenGap(gap, _) => gap.first_bad,
        }
    }
}

impl SessionLog {
    /// The recordings that the facts tell of, in the order of their starts.
    pub(super) fn recordings(&self) -> Vec<Recorded> {
        names::recordings(history::with_own(self.records.iter().map(|(_, record)| record)))
    }

    /// All lines in order of time. In the same millisecond evidence stands before the facts that were made of it.
    pub(super) fn entries(&self) -> Vec<Entry<'_>> {
        let not_observed = self.not_observed.iter().copied().map(Entry::NotObserved);
        let probes = self.probes.iter().map(Entry::Probe);
        let events = self.records.iter().map(|(seq, record)| Entry::Event(*seq, record));
        let gaps = self.gaps.iter().map(Entry::Gap);
        let open = self.open_gap.map(|(gap, last_bad)| Entry::OpenGap(gap, last_bad));
        let mut entries: Vec<_> = not_observed.chain(probes).chain(events).chain(gaps).chain(open).collect();
        entries.sort_by_key(Entry::at);
        entries
    }
}
