//! The whole fleet of one project: inputs go to the channel they concern, effects come out, and the next deadline says when and
//! why to come back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::channel::facts::Facts;
use super::channel::{Ctx, Machine, Origin, Seen};
use super::dispatch::{Class, Dispatch, Heard, Request, Slot, Tries};
use super::domains::Domains;
use super::event::{Denial, Event, Record};
use super::ids::{ChannelId, Host};
use super::io::{Answered, Channel, Command, Effect, Input, LogHealth, SendId};
use super::network::{Network, Turn};
use super::phase::{Blindness, State};
use super::policy::Policy;
use super::schedule::{Schedule, Why};
use super::snapshot::{LogView, ProjectView, Snapshot};
use super::time::Timestamp;

/// What a monitor is made of.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The project's name.
    pub project: Arc<str>,
    /// Its domains, primary first; at least one.
    pub hosts: Vec<Host>,
    /// Its channels.
    pub channels: Vec<Channel>,
    /// `maxIdleTime` of each recording profile; none in web mode.
    pub idle_times: BTreeMap<Arc<str>, Option<Duration>>,
}

/// The core. Feed it inputs with a `now` that never goes back; carry out its effects in order; come back at the deadline.
#[derive(Clone, Debug)]
pub struct Monitor {
    project: Arc<str>,
    policy: Policy,
    pub(super) machines: BTreeMap<ChannelId, Machine>,
    pub(super) dispatch: Dispatch,
    network: Network,
    pub(super) schedule: Schedule,
    pub(super) log: LogHealth,
    /// Recordings that are polled.
    pub(super) watched: usize,
    /// The channel that the next light probe asks for, and how many were made.
    probe_turn: usize,
    revision: u64,
    /// `maxIdleTime` of each recording profile.
    pub(super) idle_times: BTreeMap<Arc<str>, Option<Duration>>,
    /// How many sessions the channels had that were forgotten.
    pub(super) forgotten: BTreeMap<ChannelId, u32>,
}

impl Monitor {
    /// A monitor of channels that nothing is known of.
    pub fn new(roster: Roster, policy: Policy) -> Self {
        let machines = roster.channels.into_iter().map(settled).collect();
        Self {
            project: roster.project,
            policy,
            machines,
            dispatch: Dispatch::new(Domains::new(roster.hosts)),
            network: Network::default(),
            schedule: Schedule::default(),
            log: LogHealth::Saved,
            watched: 0,
            probe_turn: 0,
            revision: 0,
            idle_times: roster.idle_times,
            forgotten: BTreeMap::new(),
        }
    }

    /// The project's name.
    pub const fn project(&self) -> &Arc<str> {
        &self.project
    }

    /// The channels as they were described, in the order of their numbers.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.machines.values().map(Machine::info)
    }

    /// Reads the log again, oldest fact first.
    pub fn replay<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) {
        for record in records {
            let Some(id) = record.channel else { continue };
            self.follow_roster(id, &record.event);
            if let Some(machine) = self.machines.get_mut(&id) {
                machine.replay(record);
            }
        }
        self.watched = self.machines.values().filter(|machine| machine.facts().is_watched()).count();
    }

    /// Takes up work after `replay`: `seen` is what the store remembers of each channel's probes, `last_moment` the last
    /// moment anything was written before this run.
    pub fn resume(&mut self, seen: &BTreeMap<ChannelId, Seen>, last_moment: Timestamp, now: Timestamp) -> Vec<Effect> {
        let none = Seen::default();
        self.each(now, |machine, ctx, id| machine.resume(ctx, seen.get(&id).unwrap_or(&none), last_moment))
    }

    /// Decides what follows from an input.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        self.revision += 1;
        let mut out = Vec::new();
        match input {
            Input::Tick => {}
            Input::Command(command) => self.command(command, now, &mut out),
            Input::Adopt(adoptees) => self.adopt(adoptees, now, &mut out),
            Input::Profile { name, max_idle } => {
                for machine in self.machines.values_mut() {
                    machine.follow_profile(&name, max_idle);
                }
                self.idle_times.insert(name, max_idle);
            }
            Input::ProfileGone { name } => {
                for machine in self.machines.values_mut() {
                    machine.lose_profile(&name);
                }
                self.idle_times.remove(&name);
            }
            Input::Answered(answered) => self.answered(*answered, now, &mut out),
            Input::NotSaved(id) => self.not_saved(id, now, &mut out),
            Input::Resumed { from, cause } => self.resumed(from, cause, now, &mut out),
            Input::Log(health) => {
                self.log = health;
                self.forget_views();
            }
        }
        self.run_due(now, &mut out);
        out
    }

    /// When to send the next [`Input::Tick`], and why.
    pub fn next_deadline(&self, now: Timestamp) -> Option<(Timestamp, Why)> {
        let others = match self.network.probe_due() {
            Some(at) => Some((at, Why::NetworkProbe)),
            None => self.dispatch.next_deadline(now, &self.policy),
        };
        [self.schedule.next(), others].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// The picture for people.
    pub fn snapshot(&mut self, now: Timestamp) -> Snapshot {
        let interval = self.interval();
        let mut channels = Vec::with_capacity(self.machines.len());
        let mut out = Vec::new();
        for machine in self.machines.values_mut() {
            let ctx = Ctx {
                now,
                policy: &self.policy,
                interval,
                log: self.log,
                network_down: self.network.is_down(),
                dispatch: &mut self.dispatch,
                out: &mut out,
            };
            channels.push(machine.view(&ctx));
        }
        channels.sort_by(|a, b| {
            let key = |v: &super::snapshot::ChannelView| (v.section(), v.state, v.state_since);
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name))
        });
        let mut counts = [0; State::ALL.len()];
        for view in &channels {
            if let Some(i) = State::ALL.iter().position(|state| *state == view.state) {
                counts[i] += 1;
            }
        }
        let project = self.project_view(now);
        Snapshot { at: now, revision: self.revision, project, counts, channels, log: LogView::default() }
    }

    /// What we hold true of each channel; the same after reading the log again.
    pub fn facts(&self) -> BTreeMap<ChannelId, &Facts> {
        self.machines.iter().map(|(id, machine)| (*id, machine.facts())).collect()
    }

    /// The word one channel reads.
    pub fn state(&self, id: ChannelId) -> Option<State> {
        self.machines.get(&id).map(|machine| machine.facts().state())
    }

    /// The numbers in force.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    fn project_view(&self, now: Timestamp) -> ProjectView {
        ProjectView {
            name: Arc::clone(&self.project),
            sent_last_10_s: self.dispatch.quota().sent_last_10_s(now),
            quota_per_second: self.policy.quota_per_second,
            quota_reserved: self.policy.quota_reserved,
            queued: self.dispatch.queued(),
            poll_every: self.interval(),
            poll_wanted: self.policy.poll_every,
            throttled_until: self.dispatch.throttled_until(now),
            domains: self.dispatch.domains().view(),
            network: self.network.view(),
            last_answer_at: self.network.last_answer(),
            lost_after: self.policy.lost_after,
            token_warning: self.policy.token_warning,
        }
    }

    /// The poll interval: as the settings say, longer when the sum of all polls would take too much of the quota.
    fn interval(&self) -> Duration {
        let per_second = self.policy.quota_per_second * self.policy.quota_stretch_percent;
        let watched = u64::try_from(self.watched).unwrap_or(u64::MAX);
        let needed = Duration::from_millis(watched.saturating_mul(100_000) / u64::from(per_second.max(1)));
        self.policy.poll_every.max(needed)
    }

    fn command(&mut self, command: Command, now: Timestamp, out: &mut Vec<Effect>) {
        let id = command.channel();
        if self.machines.contains_key(&id) {
            let first = out.len();
            self.with(id, now, out, |machine, ctx| machine.command(ctx, command));
            if out.iter().skip(first).any(is_forgotten) {
                self.forget(id);
            }
        } else {
            let event = Event::CommandDenied { command: "command".into(), why: Denial::NoSuchChannel };
            out.push(project_record(now, event));
        }
    }

    fn answered(&mut self, answered: Answered, now: Timestamp, out: &mut Vec<Effect>) {
        let Some(heard) = self.dispatch.answered(now, answered, &self.policy) else { return };
        let domains = self.dispatch.domains().len();
        let turn = self.network.note(&heard.host, heard.sent_at, now, &heard.answer.outcome, domains);
        self.note_project(&heard, now, out);
        self.with(heard.channel, now, out, |machine, ctx| machine.heard(ctx, &heard));
        match turn {
            Turn::Same => {}
            Turn::Lost(since) => self.network_lost(since, now, out),
            Turn::Back => {
                out.push(project_record(now, Event::NetworkBack));
                self.look_at_all(now, out);
            }
        }
    }

    fn note_project(&mut self, heard: &Heard, now: Timestamp, out: &mut Vec<Effect>) {
        if let Some(host) = &heard.preferred {
            out.push(project_record(now, Event::DomainPreferred { host: host.clone() }));
        }
        if let Some(until) = heard.throttled_until {
            out.push(project_record(now, Event::Throttled { until }));
        }
    }

    fn not_saved(&mut self, id: SendId, now: Timestamp, out: &mut Vec<Effect>) {
        if let Some((channel, slot)) = self.dispatch.not_sent(id) {
            self.with(channel, now, out, |machine, ctx| machine.not_saved(ctx, slot));
        }
    }

    /// No domain answers below HTTP. Nothing is asked any more but by one light probe, and nothing turns bad.
    fn network_lost(&mut self, since: Timestamp, now: Timestamp, out: &mut Vec<Effect>) {
        if self.watched == 0 {
            self.network.forget();
            return;
        }
        self.dispatch.cancel_queries();
        out.push(project_record(now, Event::NetworkLost { since }));
        out.extend(self.each(now, |machine, ctx, _| {
            machine.give_change_up(ctx);
            machine.lose_sight(ctx, since, Blindness::NetworkDown);
        }));
        self.network.probe_next(now + self.policy.network_probe_every);
    }

    fn resumed(&mut self, from: Timestamp, cause: Blindness, now: Timestamp, out: &mut Vec<Effect>) {
        self.dispatch.cancel_queries();
        out.extend(self.each(now, |machine, ctx, _| {
            machine.give_change_up(ctx);
            machine.lose_sight(ctx, from, cause);
        }));
        if !self.network.is_down() {
            self.look_at_all(now, out);
        }
    }

    fn look_at_all(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        out.extend(self.each(now, |machine, ctx, _| machine.look_at_once(ctx)));
    }

    /// One query of one recording, each time of another and on another domain, until something answers.
    fn light_probe(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.network.probe_next(now + self.policy.network_probe_every);
        let watched: Vec<_> = self.machines.iter().filter(|(_, m)| m.facts().is_watched()).map(|(id, _)| *id).collect();
        let Some(id) = watched.get(self.probe_turn % watched.len().max(1)).copied() else {
            self.network.forget();
            return;
        };
        let Some(call) = self.machines.get(&id).and_then(Machine::probe_call) else { return };
        let ahead = self.probe_turn;
        self.probe_turn += 1;
        let timeout = self.policy.try_timeout.min(self.policy.network_probe_every);
        let request = Request { class: Class::Suspect, call, tries: Tries::Once, ahead, timeout };
        self.dispatch.put(now, id, Slot::Watch, request);
        self.dispatch.pump_only(now, id, Slot::Watch, &self.policy, out);
    }

    fn run_due(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.network.probe_due().is_some_and(|at| at <= now) {
            self.light_probe(now, out);
        }
        for id in self.schedule.due(now) {
            self.with(id, now, out, |machine, ctx| machine.tick(ctx));
        }
        if !self.network.is_down() {
            self.dispatch.pump(now, &self.policy, out);
        }
    }

    fn forget_views(&mut self) {
        for machine in self.machines.values_mut() {
            machine.forget_view();
        }
    }

    /// Lets one channel act, and puts its next deadline in order.
    pub(super) fn with(
        &mut self,
        id: ChannelId,
        now: Timestamp,
        out: &mut Vec<Effect>,
        act: impl FnOnce(&mut Machine, &mut Ctx<'_>),
    ) {
        let interval = self.interval();
        let Some(machine) = self.machines.get_mut(&id) else { return };
        let was_watched = machine.facts().is_watched();
        let mut ctx = Ctx {
            now,
            policy: &self.policy,
            interval,
            log: self.log,
            network_down: self.network.is_down(),
            dispatch: &mut self.dispatch,
            out,
        };
        act(machine, &mut ctx);
        machine.forget_view();
        let deadline = machine.next_deadline(&ctx);
        let is_watched = machine.facts().is_watched();
        self.schedule.set(id, deadline);
        match (was_watched, is_watched) {
            (false, true) => self.watched += 1,
            (true, false) => self.watched -= 1,
            (true, true) | (false, false) => {}
        }
    }

    fn each(&mut self, now: Timestamp, act: impl Fn(&mut Machine, &mut Ctx<'_>, ChannelId)) -> Vec<Effect> {
        let mut out = Vec::new();
        let ids: Vec<_> = self.machines.keys().copied().collect();
        for id in ids {
            self.with(id, now, &mut out, |machine, ctx| act(machine, ctx, id));
        }
        self.revision += 1;
        out
    }
}

fn settled(channel: Channel) -> (ChannelId, Machine) {
    (channel.id, Machine::new(channel, Origin::Settings))
}

/// Whether a channel is looked at no longer.
const fn is_forgotten(effect: &Effect) -> bool {
    matches!(effect, Effect::Record(Record { event: Event::ChannelForgotten { .. }, .. }))
}

pub(super) const fn project_record(at: Timestamp, event: Event) -> Effect {
    Effect::Record(Record { at, channel: None, event })
}
