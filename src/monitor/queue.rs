//! Who goes first when requests wait: by class, and before that whoever waited too long already. It knows the order only; whether
//! anything may be sent is the quota's business.

use std::collections::BTreeSet;
use std::time::Duration;

use super::ids::ChannelId;
use super::policy::Policy;
use super::quota::Claim;
use super::time::Timestamp;

/// Whose operation.
pub type Key = (ChannelId, Slot);

/// What a channel may have under way at the same time: one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// Queries of the recording.
    Watch,
    /// acquire, start, stop.
    Act,
    /// Queries and the stop of the recorder that a restart replaced.
    Old,
    /// update and updateLayout: one at a time (vendor: wait for the answer to one update before the next).
    Change,
}

impl Slot {
    /// All of them.
    pub const ALL: [Slot; 4] = [Slot::Watch, Slot::Act, Slot::Old, Slot::Change];
}

/// Who goes first when requests wait for the quota. A start goes before any acquire, so that a resource ID is used at once
/// (vendor: within 2 s) even when many recordings are started together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    Stop,
    Start,
    Acquire,
    Change,
    Verify,
    Suspect,
    Poll,
    FileName,
}

impl Class {
    pub(super) const fn claim(self) -> Claim {
        match self {
            Class::Stop | Class::Start | Class::Acquire | Class::Change => Claim::Command,
            Class::Verify | Class::Suspect | Class::Poll | Class::FileName => Claim::Background,
        }
    }

    /// An operator's command does not wait as long as the polls do, which are what used the quota up.
    pub(super) fn rest_after_429(self, policy: &Policy) -> Duration {
        match self.claim() {
            Claim::Command => Duration::from_secs(1),
            Claim::Background => policy.throttle_for,
        }
    }
}

/// Where an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// It may be sent as soon as the quota allows.
    Ready,
    /// Its next try is due then.
    Waiting(Timestamp),
    /// With the service since then.
    Flying(Timestamp),
}

/// Operations in the order in which they are sent.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    ready: BTreeSet<(Class, Timestamp, Key)>,
    by_age: BTreeSet<(Timestamp, Key)>,
    waiting: BTreeSet<(Timestamp, Key)>,
}

impl Queue {
    /// Takes an operation in that stands at this place since `queued_at`.
    pub fn put_in(&mut self, key: Key, class: Class, queued_at: Timestamp, place: Place) {
        match place {
            Place::Ready => {
                self.ready.insert((class, queued_at, key));
                self.by_age.insert((queued_at, key));
            }
            Place::Waiting(at) => {
                self.waiting.insert((at, key));
            }
            Place::Flying(_) => {}
        }
    }

    /// Takes it out again.
    pub fn take_out(&mut self, key: Key, class: Class, queued_at: Timestamp, place: Place) {
        match place {
            Place::Ready => {
                self.ready.remove(&(class, queued_at, key));
                self.by_age.remove(&(queued_at, key));
            }
            Place::Waiting(at) => {
                self.waiting.remove(&(at, key));
            }
            Place::Flying(_) => {}
        }
    }

    /// Whether it waits for nothing but the quota.
    pub fn is_ready(&self, key: Key) -> bool {
        self.by_age.iter().any(|(_, ready)| *ready == key)
    }

    /// How many wait for the quota.
    pub fn len(&self) -> usize {
        self.ready.len()
    }

    /// The next whose wait for another try is over, and when.
    pub fn next_waking(&self) -> Option<(Timestamp, Key)> {
        self.waiting.first().copied()
    }

    /// Who could go next: first whoever waited for longer than `patience`, then by class.
    pub fn candidates(&self, now: Timestamp, patience: Duration) -> impl Iterator<Item = Key> + '_ {
        let aged = self.by_age.first().filter(|(queued, _)| now.since(*queued) >= patience).map(|(_, key)| *key);
        let first = self.ready.first().map(|(_, _, key)| *key);
        aged.into_iter().chain(first)
    }
}
