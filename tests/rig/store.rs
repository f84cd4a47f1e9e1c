//! The disk and what it remembers: what is read again after a kill, and what happens while it refuses.

use std::collections::BTreeMap;
use std::time::Duration;

use reelwatch::monitor::event::Probe;
use reelwatch::monitor::ids::ChannelId;
use reelwatch::monitor::io::{Input, LogHealth};
use reelwatch::monitor::time::Timestamp;
use reelwatch::monitor::{Seen, Verdict};

use super::{Act, BreakKind, Rig};

/// The disk while it refuses.
#[derive(Clone, Copy, Debug)]
pub(super) struct Refusal {
    until: Timestamp,
    /// How many facts are on it; the rest waits in memory.
    pub(super) saved: usize,
    /// Whether the monitor knows.
    noticed: bool,
}

/// What the store would remember of a channel's probes, by their places.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LastProbes {
    last: Option<usize>,
    good: Option<Timestamp>,
    bad: Option<Timestamp>,
}

impl Rig {
    /// Kills the process: calls in flight stay with the cloud, their answers are never heard.
    pub(super) fn restart(&mut self, length: Duration) {
        if let Some(refusal) = self.refusal.take() {
            self.log.truncate(refusal.saved);
            self.end_of_refusal();
        }
        let last_moment = self.log.last().map(|r| r.at).max(self.probes.last().map(|p| p.at)).unwrap_or(self.now);
        self.flying.clear();
        self.fuse = None;
        self.pass(length, BreakKind::Killed);
        let probes = &self.probes;
        let remembered = self.last_probes.iter().map(|(id, last)| {
            let probe = last.last.map(|at| probes[at].clone());
            (*id, Seen { last: probe, last_good: last.good, last_bad: last.bad })
        });
        let seen: BTreeMap<ChannelId, Seen> = remembered.collect();
        self.monitor = self.replayed_from_checkpoint();
        let effects = self.monitor.resume(&seen, last_moment, self.now);
        self.carry_out(effects);
        self.feed(Input::Tick);
    }

    pub(super) fn measure(&mut self, probe: Probe) {
        let last = self.last_probes.entry(probe.channel).or_default();
        match Verdict::of(&probe.answer) {
            Verdict::Good => last.good = Some(probe.at),
            Verdict::Bad => last.bad = Some(probe.at),
            Verdict::Unclear => {}
        }
        last.last = Some(self.probes.len());
        self.probes.push(probe);
    }

    pub(super) fn disk_full(&mut self, length: Duration) {
        let (saved, noticed) = self.refusal.map_or((self.log.len(), false), |disk| (disk.saved, disk.noticed));
        self.refusal = Some(Refusal { until: self.now + length, saved, noticed });
        self.number += 1;
        self.acts.insert((self.now + length, self.number), Act::DiskAgain);
    }

    /// The disk takes everything again, unless it was told to refuse for longer meanwhile.
    pub(super) fn disk_again(&mut self) {
        if self.refusal.take_if(|refusal| refusal.until <= self.now).is_some() {
            self.end_of_refusal();
            self.feed(Input::Log(LogHealth::Saved));
        }
    }

    fn end_of_refusal(&mut self) {
        if let Some((_, to)) = self.log_failing.last_mut() {
            *to = (*to).min(self.now);
        }
    }

    /// The first fact that is refused tells the monitor.
    pub(super) fn try_disk(&mut self) {
        let facts = self.log.len();
        let Some(refusal) = self.refusal.as_mut().filter(|refusal| refusal.saved < facts) else { return };
        if !std::mem::replace(&mut refusal.noticed, true) {
            self.log_failing.push((self.now, Timestamp::from_millis(i64::MAX)));
            let effects = self.monitor.handle(Input::Log(LogHealth::Failing), self.now);
            self.carry_out(effects);
        }
    }
}
