//! What the log came to up to one fact, so that a start needs not read a year of facts again. It is derived: without it, or with one of
//! another format, the whole log is read, and comes to the same.
//!
//! It comes in parts, one for each channel and each project, so that only what changed has to be written again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::adoption::added;
use super::channel::facts::Facts;
use super::channel::{Machine, Origin};
use super::engine::Monitor;
use super::event::{Event, Record};
use super::ids::ChannelId;
use super::incidents::Incidents;
use super::project::Project;
use super::time::Timestamp;

/// What the parts are called. It rises with every change of what facts are held or of what an event makes of them: a test tells when.
pub const FORMAT: i64 = 2;

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The project's name; empty for the workstation.
    pub project: Arc<str>,
    /// The channel; none for what belongs to the project, or to the workstation.
    pub channel: Option<ChannelId>,
    /// JSON.
    pub body: String,
}

#[derive(Serialize, Deserialize)]
struct ChannelPart {
    /// How it joined, where the settings did not name it.
    joined: Option<Event>,
    facts: Facts,
}

#[derive(Serialize, Deserialize)]
struct ProjectPart {
    incidents: Incidents,
    forgotten: BTreeMap<ChannelId, u32>,
}

#[derive(Serialize, Deserialize)]
struct WorkstationPart {
    /// Since when the own network was down.
    outage: Option<Timestamp>,
}

/// What has to be written so that a checkpoint is one of now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    /// Parts that are new or have changed.
    pub parts: Vec<Part>,
    /// What becomes of those that were written before.
    pub others: Others,
}

/// What becomes of parts that were written before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Others {
    /// They stay, but for those of these channels.
    Stay(Vec<ChannelId>),
    /// They go: they are of an earlier run.
    Go,
}

/// Which parts have changed since they were written last: facts change by events alone.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// None before the first update of a run: then all have.
    channels: Option<BTreeSet<ChannelId>>,
}

impl Changes {
    /// A fact was kept.
    pub fn note(&mut self, record: &Record) {
        if let Some(channels) = &mut self.channels {
            channels.extend(record.channel);
        }
    }

    /// What to write now. If it cannot be written, call [`Changes::failed`].
    ///
    /// # Errors
    /// If a part cannot be written as JSON.
    pub fn take(&mut self, monitor: &Monitor) -> serde_json::Result<Update> {
        let mut parts = monitor.other_parts()?;
        let changed = self.channels.replace(BTreeSet::new());
        let is_first = changed.is_none();
        let (mut gone, changed) = (Vec::new(), changed.unwrap_or_else(|| monitor.facts().into_keys().collect()));
        for id in changed {
            match monitor.channel_part(id)? {
                Some(part) => parts.push(part),
                None => gone.push(id),
            }
        }
        Ok(Update { parts, others: if is_first { Others::Go } else { Others::Stay(gone) } })
    }

    /// What was taken is not written: the next update is one of everything.
    pub fn failed(&mut self) {
        self.channels = None;
    }
}

impl Monitor {
    /// The part of a channel; none when it is watched no longer.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn channel_part(&self, id: ChannelId) -> serde_json::Result<Option<Part>> {
        let found = self.projects.iter().find_map(|project| Some((project, &**project.machines.get(&id)?)));
        let part = |(project, machine): (&Project, &Machine)| {
            let joined = (machine.origin() == Origin::Adopted).then(|| added(machine.info()));
            let body = serde_json::to_string(&ChannelPart { joined, facts: machine.facts().clone() })?;
            Ok(Part { project: Arc::clone(project.name()), channel: Some(id), body })
        };
        found.map(part).transpose()
    }

    /// The parts of all projects and of the workstation.
    ///
    /// # Errors
    /// If one cannot be written as JSON.
    pub fn other_parts(&self) -> serde_json::Result<Vec<Part>> {
        let workstation = WorkstationPart { outage: self.network.down_since() };
        let workstation = Part { project: "".into(), channel: None, body: serde_json::to_string(&workstation)? };
        let of = |project: &Project| {
            let part = ProjectPart { incidents: project.incidents().clone(), forgotten: project.forgotten.clone() };
            Ok(Part { project: Arc::clone(project.name()), channel: None, body: serde_json::to_string(&part)? })
        };
        let projects = self.projects.iter().map(of);
        std::iter::once(Ok(workstation)).chain(projects).collect()
    }

    /// Takes all parts of a checkpoint in, before anything else is read. The result are the channels of the settings that have no
    /// part: their own facts up to the checkpoint are still to be read, by [`Monitor::replay_of`].
    ///
    /// `None` if they cannot be used, since one is broken or a project has none: nothing has changed then, and the whole log is to be
    /// read. Parts of channels that are in no project any more are passed over.
    pub fn restore(&mut self, parts: &[Part]) -> Option<Vec<ChannelId>> {
        let mut restored = self.clone();
        let without = restored.take_in_parts(parts)?;
        *self = restored;
        Some(without)
    }

    fn take_in_parts(&mut self, parts: &[Part]) -> Option<Vec<ChannelId>> {
        let workstation = parts.iter().find(|part| part.project.is_empty() && part.channel.is_none())?;
        self.outage = serde_json::from_str::<WorkstationPart>(&workstation.body).ok()?.outage;
        let (mut without, idle_times) = (Vec::new(), &self.idle_times);
        for project in &mut self.projects {
            let own: Vec<_> = parts.iter().filter(|part| part.project == *project.name()).collect();
            let of_project = own.iter().find(|part| part.channel.is_none())?;
            let ProjectPart { incidents, forgotten } = serde_json::from_str(&of_project.body).ok()?;
            project.incidents.restore(incidents);
            project.forgotten = forgotten;
            let mut missing: BTreeSet<ChannelId> = project.machines.keys().copied().collect();
            for (id, part) in own.iter().filter_map(|part| Some((part.channel?, part))) {
                let ChannelPart { joined, facts } = serde_json::from_str(&part.body).ok()?;
                if let Some(joined) = joined {
                    project.follow_roster(id, &joined, idle_times);
                }
                if let Some(machine) = project.machines.get_mut(&id) {
                    machine.restore(facts);
                    missing.remove(&id);
                }
            }
            without.extend(missing);
        }
        Some(without)
    }

    /// Reads facts of a channel again that a checkpoint had no part for. What they said to its project is in the project's part.
    pub fn replay_of(&mut self, id: ChannelId, record: &Record) {
        if let Some(machine) = self.projects.iter_mut().find_map(|project| project.machines.get_mut(&id)) {
            machine.replay(record);
        }
    }
}

#[cfg(test)]
mod tests;
