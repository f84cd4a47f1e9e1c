//! Channels that come and go while it runs: recordings that were started elsewhere are taken in with their channels, and
//! adopted channels are forgotten. The log keeps both, so that they are there again after a restart. It sends nothing.

use std::sync::Arc;

use super::channel::{Machine, Origin};
use super::dispatch::Slot;
use super::engine::Monitor;
use super::event::{Event, Record};
use super::ids::ChannelId;
use super::io::{Adoptee, Channel, Effect};
use super::time::Timestamp;

impl Monitor {
    /// Takes a recording in, with its channel if that is new.
    pub(super) fn adopt(&mut self, adoptee: Adoptee, now: Timestamp, out: &mut Vec<Effect>) {
        let Adoptee { channel, uid, resource_id, sid } = adoptee;
        let id = channel.id;
        if !self.machines.contains_key(&id) {
            let event = added(&channel);
            self.follow_roster(id, &event);
            out.push(Effect::Record(Record { at: now, channel: Some(id), event }));
        }
        self.with(id, now, out, |machine, ctx| machine.adopt(ctx, uid, resource_id, sid));
    }

    /// A channel joins or leaves as the log says. Of one that is in the settings by now, the settings are right.
    pub(super) fn follow_roster(&mut self, id: ChannelId, event: &Event) {
        if let Event::ChannelForgotten { .. } = event {
            self.forget(id);
        }
        let Event::ChannelAdded { name, cname, mode, main_uid, backup_uid, spare_uids, profile, tags } = event else {
            return;
        };
        let max_idle = profile.as_ref().and_then(|profile| self.idle_times.get(profile).copied().flatten());
        self.machines.entry(id).or_insert_with(|| {
            let channel = Channel {
                id,
                name: Arc::clone(name),
                cname: cname.clone(),
                mode: mode.clone(),
                main_uid: *main_uid,
                backup_uid: *backup_uid,
                spare_uids: spare_uids.clone(),
                profile: profile.clone(),
                max_idle,
                tags: tags.clone(),
            };
            Machine::new(channel, Origin::Adopted)
        });
    }

    /// The channel is looked at no longer. One of the settings stays: the log is from a time when it was not there.
    pub(super) fn forget(&mut self, id: ChannelId) {
        let adopted = self.machines.get(&id).is_some_and(|machine| machine.origin() == Origin::Adopted);
        if !adopted {
            return;
        }
        let Some(machine) = self.machines.remove(&id) else { return };
        self.watched = self.watched.saturating_sub(usize::from(machine.facts().is_watched()));
        self.schedule.set(id, None);
        for slot in Slot::ALL {
            self.dispatch.cancel(id, slot);
        }
    }
}

fn added(channel: &Channel) -> Event {
    Event::ChannelAdded {
        name: Arc::clone(&channel.name),
        cname: channel.cname.clone(),
        mode: channel.mode.clone(),
        main_uid: channel.main_uid,
        backup_uid: channel.backup_uid,
        spare_uids: channel.spare_uids.clone(),
        profile: channel.profile.clone(),
        tags: channel.tags.clone(),
    }
}
