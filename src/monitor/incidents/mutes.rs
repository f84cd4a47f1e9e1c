//! When a mute ends: its time is over, its channel recovered from something bad, or the session is over. It hides nothing: the
//! channel is polled and judged as if it were not muted.

use super::facts::Child;
use super::rules::{Look, Rules, settled};
use super::{Incidents, Mute, MuteEnd, Settled};
use crate::monitor::event::{Event, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::time::Timestamp;

impl Incidents {
    /// The mute of a channel.
    pub(super) fn mute_of(&self, id: ChannelId) -> Option<&Mute> {
        self.mutes.get(&id)
    }

    /// The end of a channel's mute, as the channel stands now. `part` is its bad part in an incident: with that it recovers.
    pub(super) fn mute_over(
        &self,
        id: ChannelId,
        part: Option<Child>,
        look: Look,
        rules: &Rules<'_>,
    ) -> Option<Record> {
        let mute = self.mutes.get(&id)?;
        let part = part.filter(|part| part.settled.is_none());
        let why = if look.session > mute.session || matches!(look.state, State::Stopped | State::Idle) {
            MuteEnd::SessionEnded
        } else if part.and_then(|part| settled(part, look, rules)) == Some(Settled::Recovered) {
            MuteEnd::Recovered
        } else {
            return None;
        };
        Some(unmuted(id, why, rules.now))
    }

    /// The end of the mute of a channel that is not there any more.
    pub(super) fn mute_of_gone(&self, is_there: impl Fn(ChannelId) -> bool, now: Timestamp) -> Option<Record> {
        let gone = self.mutes.keys().copied().find(|id| !is_there(*id))?;
        Some(unmuted(gone, MuteEnd::SessionEnded, now))
    }
}

/// The fact that a channel is silent no longer.
pub(super) const fn unmuted(id: ChannelId, why: MuteEnd, now: Timestamp) -> Record {
    Record { at: now, channel: Some(id), event: Event::MuteEnded { why } }
}
