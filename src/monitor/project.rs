//! One project, which is one App ID: its channels, its quota and domains, its schedule. It knows nothing of other projects, nor
//! of the own network beyond being told whether that is down.

pub mod care;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::channel::facts::Facts;
use super::channel::{Ctx, Machine, Origin};
use super::dispatch::{Class, Dispatch, Heard, Request, Slot, Tries};
use super::domains::Domains;
use super::event::{Event, Record};
use super::grid::Grid;
use super::ids::{ChannelId, Host, ProjectId};
use super::incidents::{Board, IncidentView, Incidents, Owner, Rang, Rules};
use super::io::{Answered, Channel, Command, Effect, LogHealth, SendId};
use super::pace::Load;
use super::phase::State;
use super::policy::Policy;
use super::schedule::{Schedule, Why};
use super::snapshot::{ChannelView, ProjectView};
use super::time::Timestamp;
use super::urgent::Urgent;

/// What a project is made of.
#[derive(Clone, Debug)]
pub struct ProjectRoster {
    /// What the operator calls it.
    pub name: Arc<str>,
    /// Its domains, primary first; at least one.
    pub hosts: Vec<Host>,
    /// Its channels in the settings.
    pub channels: Vec<Channel>,
    /// The numbers of all channels it ever had: those that the log adds belong here, too.
    pub numbers: BTreeSet<ChannelId>,
    /// Its numbers: the quota is one of each App ID.
    pub policy: Policy,
}

/// What a project is told of the world outside.
#[derive(Clone, Copy, Debug)]
pub struct Around {
    pub now: Timestamp,
    pub log: LogHealth,
    /// Since when the own network is down.
    pub network_down: Option<Timestamp>,
}

/// `maxIdleTime` of each recording profile; none in web mode.
pub type IdleTimes = BTreeMap<Arc<str>, Option<Duration>>;

/// One App ID.
#[derive(Clone, Debug)]
pub struct Project {
    id: ProjectId,
    name: Arc<str>,
    policy: Policy,
    /// Boxed, since a map of values so large is slow to search.
    pub(super) machines: BTreeMap<ChannelId, Box<Machine>>,
    pub(super) dispatch: Dispatch,
    pub(super) schedule: Schedule,
    grid: Grid,
    /// Recordings that are polled.
    pub(super) polled: usize,
    pub(super) urgent: Urgent,
    /// How many sessions the channels had that were forgotten.
    pub(super) forgotten: BTreeMap<ChannelId, u32>,
    numbers: BTreeSet<ChannelId>,
    pub(super) incidents: Board,
}

impl Project {
    /// A project of channels that nothing is known of.
    pub fn new(id: ProjectId, roster: ProjectRoster) -> Self {
        let ProjectRoster { name, hosts, channels, mut numbers, policy } = roster;
        numbers.extend(channels.iter().map(|channel| channel.id));
        let grid = Grid::new(policy.poll_every);
        Self {
            id,
            name,
            policy,
            machines: channels
                .into_iter()
                .map(|channel| (channel.id, Box::new(Machine::new(channel, Origin::Settings))))
                .collect(),
            dispatch: Dispatch::new(id, Domains::new(hosts)),
            schedule: Schedule::default(),
            grid,
            polled: 0,
            urgent: Urgent::default(),
            forgotten: BTreeMap::new(),
            numbers,
            incidents: Board::default(),
        }
    }

    /// What the operator calls it.
    pub const fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// Whether a channel was one of this project's before this run.
    pub fn owns(&self, id: ChannelId) -> bool {
        self.numbers.contains(&id)
    }

    /// Its domains.
    pub fn hosts(&self) -> impl Iterator<Item = &Host> {
        self.dispatch.domains().hosts()
    }

    /// What we hold true of each channel.
    pub fn facts(&self) -> impl Iterator<Item = (ChannelId, &Facts)> {
        self.machines.iter().map(|(id, machine)| (*id, machine.facts()))
    }

    /// The word one channel reads.
    pub fn state(&self, id: ChannelId) -> Option<State> {
        self.machines.get(&id).map(|machine| machine.facts().state())
    }

    /// The channels that are asked for, in the order of their numbers.
    pub fn watched_channels(&self) -> impl Iterator<Item = ChannelId> {
        self.machines.iter().filter(|(_, machine)| machine.facts().is_watched()).map(|(id, _)| *id)
    }

    /// Reads one fact of the log again.
    pub fn replay(&mut self, id: ChannelId, record: &Record, idle_times: &IdleTimes) {
        self.follow_roster(id, &record.event, idle_times);
        if let Some(machine) = self.machines.get_mut(&id) {
            machine.replay(record);
        }
        let session = |id| self.machines.get(&id).map_or(0, |machine| machine.look().session);
        self.incidents.replay(record, session);
    }

    /// The log was read to its end: nothing is scheduled yet.
    pub fn replayed(&mut self) {
        self.polled = self.machines.values().map(|machine| machine.facts().polled()).sum();
        self.dispatch.follow(Load { polled: self.polled, urgent: 0 });
        self.grid = Grid::new(self.dispatch.interval(&self.policy));
    }

    /// When something is due by itself, and why; while the own network is down only what sends nothing.
    pub fn next_deadline(&self, around: Around) -> Option<(Timestamp, Why)> {
        let sending =
            if around.network_down.is_some() { None } else { self.dispatch.next_deadline(around.now, &self.policy) };
        [self.schedule.next(), self.incidents.next_deadline(), sending].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Carries out what is due, and sends what the quota allows.
    pub fn run_due(&mut self, around: Around, out: &mut Vec<Effect>) {
        self.follow_interval(around, out);
        self.incidents.run_due(around.now, out);
        for id in self.schedule.due(around.now) {
            self.with(id, around, out, |machine, ctx| machine.tick(ctx));
        }
        let first = out.len();
        if around.network_down.is_none() {
            self.dispatch.pump(around.now, &self.policy, out);
        }
        for effect in out.iter().skip(first) {
            if let Effect::Send(send) = effect
                && let Some(machine) = self.machines.get_mut(&send.channel)
            {
                machine.forget_view();
            }
        }
    }

    /// The operator wants something of one of its channels.
    pub fn command(&mut self, command: Command, around: Around, out: &mut Vec<Effect>) {
        let id = command.channel();
        let first = out.len();
        self.with(id, around, out, |machine, ctx| machine.command(ctx, command));
        if out.iter().skip(first).any(is_forgotten) {
            self.forget(id);
        }
    }

    /// An exchange ended: what the dispatcher makes of it.
    pub fn take_answer(&mut self, answered: Answered, now: Timestamp) -> Option<Heard> {
        self.dispatch.answered(now, answered, &self.policy)
    }

    /// Lets the channel judge what was heard, after what concerns the project.
    pub fn hear(&mut self, heard: &Heard, around: Around, out: &mut Vec<Effect>) {
        let project = || Some(Arc::clone(&self.name));
        if let Some(host) = &heard.preferred {
            let event = Event::DomainPreferred { host: host.clone(), project: project() };
            out.push(workstation_record(around.now, event));
        }
        if let Some(until) = heard.throttled_until {
            out.push(workstation_record(around.now, Event::Throttled { until, project: project() }));
        }
        self.with(heard.channel, around, out, |machine, ctx| machine.heard(ctx, heard));
    }

    /// An exchange was not made.
    pub fn not_saved(&mut self, id: SendId, around: Around, out: &mut Vec<Effect>) {
        if let Some((channel, slot, earlier)) = self.dispatch.not_sent(id) {
            self.with(channel, around, out, |machine, ctx| machine.not_saved(ctx, slot, earlier));
        }
    }

    /// One query of one recording that the quota must allow now, on the domain that comes so many after the preferred one.
    pub fn light_probe(
        &mut self,
        id: ChannelId,
        ahead: usize,
        timeout: Duration,
        now: Timestamp,
        out: &mut Vec<Effect>,
    ) {
        let Some(call) = self.machines.get(&id).and_then(|machine| machine.probe_call()) else { return };
        let timeout = self.policy.try_timeout.min(timeout);
        let request =
            Request { class: Class::Suspect, call: Arc::new(call), tries: Tries::Once, ahead, timeout, until: None };
        self.dispatch.put(now, id, Slot::Watch, request);
        self.dispatch.pump_only(now, id, Slot::Watch, &self.policy, out);
    }

    /// The pictures of its channels.
    pub fn views(&mut self, around: Around, into: &mut Vec<Arc<ChannelView>>) {
        let mut out = Vec::new();
        for (id, machine) in &mut self.machines {
            let handling = self.incidents.handling(*id);
            let ctx = Ctx {
                now: around.now,
                project: self.id,
                policy: &self.policy,
                grid: self.grid,
                log: around.log,
                network_down: around.network_down,
                dispatch: &mut self.dispatch,
                out: &mut out,
            };
            into.push(machine.view(&ctx, handling));
        }
    }

    /// The picture of the project itself.
    pub fn view(&self, now: Timestamp) -> ProjectView {
        ProjectView {
            id: self.id,
            name: Arc::clone(&self.name),
            sent_last_10_s: self.dispatch.quota().sent_last_10_s(now),
            quota_per_second: self.policy.quota_per_second,
            quota_reserved: self.policy.quota_reserved,
            queued: self.dispatch.queued(),
            poll_every: self.grid.interval(),
            poll_wanted: self.policy.poll_every,
            throttled_until: self.dispatch.pace().rests_until(now),
            slow: self.dispatch.pace().view(),
            retries_spent_since: self.dispatch.retries_spent_since(),
            domains: self.dispatch.domains().view(),
            lost_after: self.policy.lost_after,
            token_warning: self.policy.token_warning,
        }
    }

    /// What we hold true of its incidents.
    pub const fn incidents(&self) -> &Incidents {
        self.incidents.facts()
    }

    /// The pictures of its incidents.
    pub fn incident_views(&mut self) -> Vec<Arc<IncidentView>> {
        let machines = &self.machines;
        let name = |id: ChannelId| {
            machines
                .get(&id)
                .map_or_else(|| format!("channel {}", id.0).into(), |machine| Arc::clone(&machine.info().name))
        };
        self.incidents.views(&Owner { id: self.id, name: &self.name }, name).to_vec()
    }

    /// The alarms of the last hour.
    pub const fn rang(&self) -> &Rang {
        self.incidents.rang()
    }

    /// How many incidents that ended and were not closed stand in the log alone.
    pub const fn incidents_left_out(&self) -> u32 {
        self.incidents.left_out()
    }

    /// Ends the incidents of channels that the settings do not name any more.
    pub fn settle_gone(&mut self, around: Around, out: &mut Vec<Effect>) {
        let machines = &self.machines;
        self.incidents.settle_gone(|id| machines.contains_key(&id), around.now, out);
    }

    /// The interval follows what there is to do and the pace of the background; with it every poll that is still to come.
    fn follow_interval(&mut self, around: Around, out: &mut Vec<Effect>) {
        self.dispatch.recover(around.now, &self.policy);
        let at_most = self.dispatch.pace().urgent_at_most(&self.policy);
        let urgent = self.urgent.follow(around.now, at_most, self.policy.interval_back_every);
        self.dispatch.follow(Load { polled: self.polled, urgent });
        if self.grid.follow(around.now, self.dispatch.interval(&self.policy)) {
            self.each(around, out, |machine, ctx, _| machine.follow_grid(ctx));
        }
    }

    /// After nobody looked, everything is read again as soon as the quota allows and without a queue: the ordinary polls keep their
    /// places, and what they leave of the rate goes to those in doubt first, then to those whose place comes last.
    pub fn read_again(&mut self, around: Around, out: &mut Vec<Effect>) {
        self.follow_interval(around, out);
        let reads = |machine: &Machine| machine.reads_again(around.now, &self.grid);
        let mut all: Vec<_> =
            self.machines.iter().filter_map(|(id, machine)| reads(machine).map(|order| (order, *id))).collect();
        all.sort();
        let gap = self.gap_beside_polls();
        let mut turn = around.now;
        for (_, id) in all {
            self.with(id, around, out, |machine, ctx| {
                if machine.read_again_at(ctx, turn) {
                    turn = turn + gap;
                }
            });
        }
    }

    /// The time between two queries that fit between the ordinary polls.
    fn gap_beside_polls(&self) -> Duration {
        let micros = |time: Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        let gap = micros(self.dispatch.pace().gap(&self.policy));
        let polls = micros(self.grid.interval()) / u64::try_from(self.polled.max(1)).unwrap_or(u64::MAX);
        match polls.checked_sub(gap) {
            None | Some(0) => self.grid.interval(),
            Some(left) => Duration::from_micros(gap.saturating_mul(polls) / left),
        }
    }

    /// Lets one channel act, and puts its next deadline in order.
    pub(super) fn with(
        &mut self,
        id: ChannelId,
        around: Around,
        out: &mut Vec<Effect>,
        act: impl FnOnce(&mut Machine, &mut Ctx<'_>),
    ) {
        let Some(machine) = self.machines.get_mut(&id) else { return };
        let before = machine.facts().polled();
        let mut ctx = Ctx {
            now: around.now,
            project: self.id,
            policy: &self.policy,
            grid: self.grid,
            log: around.log,
            network_down: around.network_down,
            dispatch: &mut self.dispatch,
            out,
        };
        act(machine, &mut ctx);
        let rules = Rules {
            now: around.now,
            policy: &self.policy,
            sweep: self.grid.interval(),
            network_down: around.network_down.is_some(),
            project: &self.name,
        };
        self.incidents.review(id, machine.look(), &rules, ctx.out);
        machine.note_flapping(&mut ctx);
        machine.forget_view();
        let deadline = machine.next_deadline(&ctx);
        self.urgent.set(id, machine.asked_for_every(&ctx));
        self.polled = self.polled - before + machine.facts().polled();
        self.schedule.set(id, deadline);
    }

    /// Lets every channel act, in the order of their numbers.
    pub(super) fn each(
        &mut self,
        around: Around,
        out: &mut Vec<Effect>,
        act: impl Fn(&mut Machine, &mut Ctx<'_>, ChannelId),
    ) {
        let ids: Vec<_> = self.machines.keys().copied().collect();
        for id in ids {
            self.with(id, around, out, |machine, ctx| act(machine, ctx, id));
        }
    }
}

/// Whether a channel is looked at no longer.
const fn is_forgotten(effect: &Effect) -> bool {
    matches!(effect, Effect::Record(Record { event: Event::ChannelForgotten { .. }, .. }))
}

/// A fact about no channel in particular.
pub fn workstation_record(at: Timestamp, event: Event) -> Effect {
    Effect::Record(Record { at, channel: None, event })
}

#[cfg(test)]
mod tests;
