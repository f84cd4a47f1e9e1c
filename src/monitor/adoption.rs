//! Channels that come and go while it runs: recordings that were started elsewhere are taken in with their channels, and
//! adopted channels are forgotten. The log keeps both, so that they are there again after a restart. It sends nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::channel::facts::Facts;
use super::channel::{Machine, Origin};
use super::dispatch::Slot;
use super::engine::Monitor;
use super::event::{Denial, Event, Record};
use super::ids::{ChannelId, Sid};
use super::io::{Adoptee, AutoRestart, Channel, Effect, LogHealth};
use super::project::{Around, IdleTimes, Project, workstation_record};
use super::time::Timestamp;

/// The words of the command list.
const ADOPT: &str = "Adopt a recording";

impl Monitor {
    /// Takes recordings in, each into its project, with their channels where those are new. What cannot be taken changes nothing
    /// and is told. A recording is watched once, whatever project it is said to belong to.
    pub(super) fn adopt(&mut self, adoptees: Vec<Adoptee>, now: Timestamp, out: &mut Vec<Effect>) {
        let around = self.around(now);
        let mut watched: BTreeMap<Sid, ChannelId> = self.projects.iter().flat_map(Project::sids).collect();
        let idle_times = &self.idle_times;
        let (mut results, mut joined) = (Vec::with_capacity(adoptees.len()), BTreeSet::new());
        for adoptee in adoptees {
            let Some(project) = self.projects.get_mut(adoptee.project.index()) else {
                results.push(Err(Denial::NoSuchChannel));
                continue;
            };
            let denied = project.adopt_denial(&adoptee, &watched, around);
            match denied {
                Some(why) => project.refuse(&adoptee, why, &watched, around, out),
                None => {
                    watched.insert(adoptee.sid.clone(), adoptee.channel.id);
                    joined.insert(adoptee.project);
                    project.take_in(adoptee, idle_times, around, out);
                }
            }
            results.push(denied.map_or(Ok(()), Err));
        }
        for id in joined {
            if let Some(project) = self.projects.get_mut(id.index()) {
                project.read_again(around, out);
            }
        }
        out.push(Effect::Adopted(results));
    }
}

impl Project {
    /// The recordings that are watched, with their channels.
    fn sids(&self) -> Vec<(Sid, ChannelId)> {
        let of = |(id, facts): (ChannelId, &Facts)| facts.sids().map(|sid| (sid.clone(), id)).collect::<Vec<_>>();
        self.facts().flat_map(of).collect()
    }

    fn adopt_denial(&self, adoptee: &Adoptee, watched: &BTreeMap<Sid, ChannelId>, around: Around) -> Option<Denial> {
        if watched.contains_key(&adoptee.sid) {
            return Some(Denial::AlreadyWatched);
        }
        let machine = self.machines.get(&adoptee.channel.id);
        let own = machine.and_then(|machine| machine.adopt_denial(&adoptee.channel));
        own.or_else(|| (around.log == LogHealth::Failing).then_some(Denial::LogFailing))
    }

    /// Keeps the refusal with the channel that it concerns: its own, or the one of this project that has the recording already.
    fn refuse(
        &mut self,
        adoptee: &Adoptee,
        why: Denial,
        watched: &BTreeMap<Sid, ChannelId>,
        around: Around,
        out: &mut Vec<Effect>,
    ) {
        let here = |id: &ChannelId| self.machines.contains_key(id);
        let own = Some(adoptee.channel.id).filter(here);
        match own.or_else(|| watched.get(&adoptee.sid).copied().filter(here)) {
            Some(id) => self.with(id, around, out, |machine, ctx| machine.refuse(ctx, ADOPT, why)),
            None => out.push(workstation_record(around.now, Event::CommandDenied { command: ADOPT.into(), why })),
        }
    }

    fn take_in(&mut self, adoptee: Adoptee, idle_times: &IdleTimes, around: Around, out: &mut Vec<Effect>) {
        let Adoptee { project: _, channel, uid, resource_id, sid } = adoptee;
        let id = channel.id;
        if !self.machines.contains_key(&id) {
            let event = added(&channel);
            self.follow_roster(id, &event, idle_times);
            out.push(Effect::Record(Record { at: around.now, channel: Some(id), event }));
        }
        self.with(id, around, out, |machine, ctx| machine.adopt(ctx, uid, resource_id, sid));
    }

    /// A channel joins or leaves as the log says. Of one that is in the settings by now, the settings are right.
    pub(super) fn follow_roster(&mut self, id: ChannelId, event: &Event, idle_times: &IdleTimes) {
        if let Event::ChannelForgotten { .. } = event {
            self.forget(id);
        }
        let Event::ChannelAdded { name, cname, mode, main_uid, backup_uid, spare_uids, profile, tags } = event else {
            return;
        };
        if self.machines.contains_key(&id) {
            return;
        }
        let channel = Channel {
            id,
            name: Arc::clone(name),
            cname: cname.clone(),
            mode: mode.clone(),
            main_uid: *main_uid,
            backup_uid: *backup_uid,
            spare_uids: spare_uids.clone(),
            profile: profile.clone(),
            max_idle: None,
            tags: tags.clone(),
            auto_restart: AutoRestart::Off,
        };
        let mut machine = Box::new(Machine::new(channel, Origin::Adopted));
        machine.count_on(self.forgotten.remove(&id).unwrap_or(0));
        let known = profile.as_ref().and_then(|profile| idle_times.get_key_value(profile));
        if let Some((profile, max_idle)) = known {
            machine.follow_profile(profile, *max_idle);
        }
        self.machines.insert(id, machine);
    }

    /// The channel is looked at no longer. One of the settings stays: the log is from a time when it was not there.
    pub(super) fn forget(&mut self, id: ChannelId) {
        let adopted = self.machines.get(&id).is_some_and(|machine| machine.origin() == Origin::Adopted);
        if !adopted {
            return;
        }
        let Some(machine) = self.machines.remove(&id) else { return };
        self.forgotten.insert(id, machine.facts().sessions);
        self.polled = self.polled.saturating_sub(machine.facts().polled());
        self.urgent.set(id, None);
        self.schedule.set(id, None);
        for slot in Slot::ALL {
            self.dispatch.cancel(id, slot);
        }
    }
}

/// The fact that a channel joined.
pub(super) fn added(channel: &Channel) -> Event {
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

#[cfg(test)]
mod tests;
