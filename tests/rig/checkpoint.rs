//! A start from a checkpoint comes to the same as a start from the whole log, whenever the checkpoint was taken.

use std::collections::BTreeMap;
use std::sync::Arc;

use reelwatch::monitor::Monitor;
use reelwatch::monitor::checkpoint::{Changes, Others, Part};
use reelwatch::monitor::ids::ChannelId;

use super::Rig;

/// So many facts lie between two checkpoints at least.
const FACTS_BETWEEN: usize = 60;

/// What the store would hold of it.
#[derive(Debug, Default)]
pub(super) struct Checkpoint {
    changes: Changes,
    parts: BTreeMap<(Arc<str>, Option<ChannelId>), Part>,
    /// How many facts of the log are in the parts.
    facts: usize,
    /// How many were told to `changes`.
    noted: usize,
}

impl Rig {
    /// Takes a checkpoint now and then, as the worker does: only when every fact is on the disk.
    pub(super) fn keep_checkpoint(&mut self) {
        if self.refusal.is_some() || self.killed.is_some() {
            return;
        }
        let checkpoint = &mut self.checkpoint;
        self.log[checkpoint.noted..].iter().for_each(|record| checkpoint.changes.note(record));
        checkpoint.noted = self.log.len();
        if self.log.len() < checkpoint.facts + FACTS_BETWEEN {
            return;
        }
        let update = checkpoint.changes.take(&self.monitor).expect("JSON");
        match update.others {
            Others::Go => checkpoint.parts.clear(),
            Others::Stay(gone) => checkpoint.parts.retain(|(_, id), _| id.is_none_or(|id| !gone.contains(&id))),
        }
        let keyed = update.parts.into_iter().map(|part| ((Arc::clone(&part.project), part.channel), part));
        checkpoint.parts.extend(keyed);
        checkpoint.facts = self.log.len();
    }

    /// A monitor that begins with the checkpoint and reads the rest of the log. It has to hold the same true as one that read all.
    pub(super) fn replayed_from_checkpoint(&mut self) -> Monitor {
        let whole = self.replayed();
        // A new run knows nothing of what the last one changed.
        self.checkpoint.changes = Changes::default();
        self.checkpoint.noted = self.log.len();
        if self.checkpoint.parts.is_empty() || self.checkpoint.facts > self.log.len() {
            self.checkpoint = Checkpoint { noted: self.log.len(), ..Checkpoint::default() };
            return whole;
        }
        let mut quick = Monitor::new(self.roster.clone(), self.policy.clone());
        let parts: Vec<Part> = self.checkpoint.parts.values().cloned().collect();
        let without = quick.restore(&parts).expect("the parts of the last run");
        assert_eq!(without, [], "every channel has a part");
        quick.replay(&self.log[self.checkpoint.facts..]);
        assert_eq!(quick.facts(), whole.facts(), "a checkpoint after {} facts", self.checkpoint.facts);
        assert_eq!(quick.incidents(), whole.incidents(), "a checkpoint after {} facts", self.checkpoint.facts);
        quick
    }
}
