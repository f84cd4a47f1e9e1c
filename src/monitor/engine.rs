//! Everything at this workstation: inputs go to the project they concern, effects come out, and the next deadline says when and
//! why to come back. What all projects have in common is decided here: the own network, the log, and that nobody looked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::care::Care;
use super::channel::facts::Facts;
use super::channel::{Ended, Seen};
use super::event::{Denial, Event, Record};
use super::ids::{ChannelId, Host, ProjectId};
use super::incidents::{self, Alarms, Incidents};
use super::io::{Answered, Channel, Command, Effect, Input, LogHealth, SendId};
use super::network::{Network, Turn};
use super::phase::{Blindness, State};
use super::policy::Policy;
use super::project::care::note_past;
use super::project::{Around, IdleTimes, Project, ProjectRoster, workstation_record};
use super::schedule::Why;
use super::snapshot::{Attention, ChannelView, LogView, ProjectView, SlowView, Snapshot};
use super::time::Timestamp;

/// What a monitor is made of.
#[derive(Clone, Debug)]
pub struct Roster {
    /// The projects; their order gives them their numbers.
    pub projects: Vec<ProjectRoster>,
    /// `maxIdleTime` of each recording profile; none in web mode.
    pub idle_times: IdleTimes,
}

/// The core. Feed it inputs with a `now` that never goes back; carry out its effects in order; come back at the deadline.
#[derive(Clone, Debug)]
pub struct Monitor {
    policy: Policy,
    pub(super) projects: Vec<Project>,
    pub(super) network: Network,
    /// Since when the own network was down at the end of what was read of the log.
    pub(super) outage: Option<Timestamp>,
    pub(super) log: LogHealth,
    /// How many light probes were made: each asks for the next recording, on the next domain.
    probe_turn: usize,
    revision: u64,
    pub(super) idle_times: IdleTimes,
}

impl Monitor {
    /// A monitor of channels that nothing is known of. `policy` holds the numbers that concern the workstation: its network, its
    /// sleep; each project brings its own.
    pub fn new(roster: Roster, policy: Policy) -> Self {
        let numbered = (0..).map(ProjectId).zip(roster.projects);
        Self {
            policy,
            projects: numbered.map(|(id, project)| Project::new(id, project)).collect(),
            network: Network::default(),
            outage: None,
            log: LogHealth::Saved,
            probe_turn: 0,
            revision: 0,
            idle_times: roster.idle_times,
        }
    }

    /// The channels as they were described, each project's in the order of their numbers.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.projects.iter().flat_map(|project| project.machines.values().map(|machine| machine.info()))
    }

    /// The name of a project.
    pub fn project_name(&self, id: ProjectId) -> Option<&Arc<str>> {
        self.projects.get(id.index()).map(Project::name)
    }

    /// The projects by their numbers.
    pub fn project_names(&self) -> Vec<(ProjectId, Arc<str>)> {
        (0..).map(ProjectId).zip(self.projects.iter().map(|project| Arc::clone(project.name()))).collect()
    }

    /// Reads the log again, oldest fact first.
    pub fn replay<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) {
        records.into_iter().for_each(|record| self.replay_one(record));
    }

    /// Reads the next fact of the log again. One about a channel that belongs to no project is passed over.
    pub fn replay_one(&mut self, record: &Record) {
        self.follow_outage(&record.event);
        let Some(id) = record.channel.or_else(|| incidents::about(&record.event)) else { return };
        if let Some(project) = self.projects.iter_mut().find(|project| project.owns(id)) {
            project.replay(id, record, &self.idle_times);
        }
    }

    /// Keeps since when the own network was down when the last run ended.
    fn follow_outage(&mut self, event: &Event) {
        if let Event::NetworkLost { since } = event {
            self.outage = Some(*since);
        } else if matches!(event, Event::NetworkBack | Event::WatchBegan { .. }) {
            self.outage = None;
        }
    }

    /// Takes up work after `replay`: `seen` is what the store remembers of each channel's probes, `last_moment` the last
    /// moment anything was written before this run.
    pub fn resume(&mut self, seen: &BTreeMap<ChannelId, Seen>, last_moment: Timestamp, now: Timestamp) -> Vec<Effect> {
        let (none, mut out) = (Seen::default(), Vec::new());
        self.projects.iter_mut().for_each(Project::replayed);
        let ended = Ended { last_moment, outage: self.outage.take() };
        self.each_project(now, &mut out, |project, around, out| {
            project.each(around, out, |machine, ctx, id| {
                machine.resume(ctx, seen.get(&id).unwrap_or(&none), ended);
            });
            project.settle_gone(around, out);
            project.read_again(around, out);
        });
        self.revision += 1;
        out
    }

    /// Decides what follows from an input.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        self.revision += 1;
        let mut out = Vec::new();
        match input {
            Input::Tick => {}
            Input::Command(command) => self.command(command, now, &mut out),
            Input::Care(care) => self.care(care, now, &mut out),
            Input::Adopt(adoptees) => self.adopt(adoptees, now, &mut out),
            Input::Profile { name, max_idle } => {
                for project in &mut self.projects {
                    project.machines.values_mut().for_each(|machine| machine.follow_profile(&name, max_idle));
                }
                self.idle_times.insert(name, max_idle);
            }
            Input::ProfileGone { name } => {
                for project in &mut self.projects {
                    project.machines.values_mut().for_each(|machine| machine.lose_profile(&name));
                }
                self.idle_times.remove(&name);
            }
            Input::Answered(answered) => self.answered(*answered, now, &mut out),
            Input::NotSaved(id) => self.not_saved(id, now, &mut out),
            Input::Resumed { from, cause } => self.resumed(from, cause, now, &mut out),
            Input::Log(health) => {
                self.log = health;
                // What may be sent now was not before, or the other way round.
                self.each_project(now, &mut out, |project, around, out| project.each(around, out, |_, _, _| {}));
            }
        }
        self.run_due(now, &mut out);
        out
    }

    /// When to send the next [`Input::Tick`], and why.
    pub fn next_deadline(&self, now: Timestamp) -> Option<(Timestamp, Why)> {
        let around = self.around(now);
        let probe = self.network.probe_due().map(|at| (at, Why::NetworkProbe));
        let projects = self.projects.iter().filter_map(|project| project.next_deadline(around));
        probe.into_iter().chain(projects).min_by_key(|(at, _)| *at)
    }

    /// The picture for people.
    pub fn snapshot(&mut self, now: Timestamp) -> Snapshot {
        let around = self.around(now);
        let mut channels = Vec::new();
        self.projects.iter_mut().for_each(|project| project.views(around, &mut channels));
        channels.sort_by(|a, b| {
            let key = |v: &ChannelView| (v.section(), v.state, v.state_since);
            key(a).cmp(&key(b)).then_with(|| a.name.cmp(&b.name)).then_with(|| a.id.cmp(&b.id))
        });
        let mut counts = [0; State::ALL.len()];
        for view in &channels {
            if let Some(i) = State::ALL.iter().position(|state| *state == view.state) {
                counts[i] += 1;
            }
        }
        let incidents: Vec<_> = self.projects.iter_mut().flat_map(Project::incident_views).collect();
        Snapshot {
            at: now,
            revision: self.revision,
            projects: self.projects.iter().map(|project| project.view(now)).collect(),
            network: self.network.view(),
            last_answer_at: self.network.last_answer(),
            counts,
            attention: Attention::of(&channels, &incidents),
            channels,
            incidents,
            incidents_left_out: self.projects.iter().map(Project::incidents_left_out).sum(),
            alarms: Alarms::new(self.projects.iter().map(Project::rang), &self.policy),
            log: LogView::default(),
        }
    }

    /// What we hold true of each channel; the same after reading the log again.
    pub fn facts(&self) -> BTreeMap<ChannelId, &Facts> {
        self.projects.iter().flat_map(Project::facts).collect()
    }

    /// What we hold true of each project's incidents; the same after reading the log again.
    pub fn incidents(&self) -> Vec<&Incidents> {
        self.projects.iter().map(Project::incidents).collect()
    }

    /// The word one channel reads.
    pub fn state(&self, id: ChannelId) -> Option<State> {
        self.projects.iter().find_map(|project| project.state(id))
    }

    /// The picture of one project alone.
    pub fn project(&self, id: ProjectId, now: Timestamp) -> Option<ProjectView> {
        self.projects.get(id.index()).map(|project| project.view(now))
    }

    /// What time alone changes for people, with no fact and no request beside it: how slow each project's background goes after
    /// a 429, and since when its repeats are spent.
    pub fn strain(&self) -> Vec<(Option<SlowView>, Option<Timestamp>)> {
        self.projects
            .iter()
            .map(|project| (project.dispatch.pace().view(), project.dispatch.retries_spent_since()))
            .collect()
    }

    /// The numbers in force that concern the workstation.
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(super) fn around(&self, now: Timestamp) -> Around {
        Around { now, log: self.log, network_down: self.network.down_since() }
    }

    fn each_project(
        &mut self,
        now: Timestamp,
        out: &mut Vec<Effect>,
        mut act: impl FnMut(&mut Project, Around, &mut Vec<Effect>),
    ) {
        let around = self.around(now);
        self.projects.iter_mut().for_each(|project| act(project, around, out));
    }

    fn command(&mut self, command: Command, now: Timestamp, out: &mut Vec<Effect>) {
        let around = self.around(now);
        let id = command.channel();
        match self.project_with(id) {
            Some(project) => project.command(command, around, out),
            None => {
                let event = Event::CommandDenied { command: "command".into(), why: Denial::NoSuchChannel };
                out.push(workstation_record(now, event));
            }
        }
    }

    fn care(&mut self, care: Care, now: Timestamp, out: &mut Vec<Effect>) {
        let (around, name) = (self.around(now), care.name());
        let (channel, done) = match care {
            Care::Incident(at, care) => match self.projects.get_mut(at.project.index()) {
                Some(project) => (project.only_channel(at.number), project.attend(at.number, care, around, out)),
                None => (None, Err(Denial::NoSuchIncident)),
            },
            Care::Channel(id, care) => match self.project_with(id) {
                Some(project) => (Some(id), project.attend_channel(id, care, around, out)),
                None => (None, Err(Denial::NoSuchChannel)),
            },
            Care::Past { channel: Some(id), .. } if self.project_with(id).is_none() => {
                (None, Err(Denial::NoSuchChannel))
            }
            Care::Past { channel, from, to, text } => {
                (channel, note_past(channel, (from, to), text, now).map(|note| out.push(note)))
            }
        };
        if let Err(why) = done {
            let event = Event::CommandDenied { command: name.into(), why };
            out.push(Effect::Record(Record { at: now, channel, event }));
        }
    }

    /// The project that has this channel.
    fn project_with(&mut self, id: ChannelId) -> Option<&mut Project> {
        self.projects.iter_mut().find(|project| project.machines.contains_key(&id))
    }

    fn answered(&mut self, answered: Answered, now: Timestamp, out: &mut Vec<Effect>) {
        let at = answered.id.project.index();
        let Some(heard) = self.projects.get_mut(at).and_then(|project| project.take_answer(answered, now)) else {
            return;
        };
        let (projects, network) = (&self.projects, &mut self.network);
        let turn = network.note(&heard.host, heard.sent_at, now, &heard.answer.outcome, || asked_hosts(projects));
        if let Turn::Back(since) = turn {
            self.network_back(since, now, out);
        }
        let around = self.around(now);
        if let Some(project) = self.projects.get_mut(at) {
            project.hear(&heard, around, out);
        }
        match turn {
            Turn::Same => {}
            Turn::Lost(since) => self.network_lost(since, now, out),
            Turn::Back(_) => self.look_at_all(now, out),
        }
    }

    fn not_saved(&mut self, id: SendId, now: Timestamp, out: &mut Vec<Effect>) {
        let around = self.around(now);
        if let Some(project) = self.projects.get_mut(id.project.index()) {
            project.not_saved(id, around, out);
        }
    }

    /// No domain gives an HTTP answer. Nothing is asked any more but by one light probe, and nothing turns bad.
    fn network_lost(&mut self, since: Timestamp, now: Timestamp, out: &mut Vec<Effect>) {
        out.push(workstation_record(now, Event::NetworkLost { since }));
        self.go_blind(since, Blindness::NetworkDown, now, out);
        self.network.probe_next(now + self.policy.network_probe_every);
    }

    /// It is back: what a start on its way kept from being asked for was not seen since.
    fn network_back(&mut self, since: Timestamp, now: Timestamp, out: &mut Vec<Effect>) {
        out.push(workstation_record(now, Event::NetworkBack));
        self.was_unseen(since, Blindness::NetworkDown, now, out);
    }

    fn resumed(&mut self, from: Timestamp, cause: Blindness, now: Timestamp, out: &mut Vec<Effect>) {
        self.projects.iter_mut().for_each(|project| project.dispatch.leap(from, now));
        self.go_blind(from, cause, now, out);
        self.was_unseen(from, cause, now, out);
        self.look_at_all(now, out);
    }

    fn go_blind(&mut self, from: Timestamp, cause: Blindness, now: Timestamp, out: &mut Vec<Effect>) {
        self.each_project(now, out, |project, around, out| {
            project.dispatch.cancel_queries();
            project.each(around, out, |machine, ctx, _| {
                machine.give_change_up(ctx);
                machine.lose_sight(ctx, from, cause);
            });
        });
    }

    fn was_unseen(&mut self, from: Timestamp, cause: Blindness, now: Timestamp, out: &mut Vec<Effect>) {
        self.each_project(now, out, |project, around, out| {
            project.each(around, out, |machine, ctx, _| machine.was_unseen(ctx, from, cause));
        });
    }

    fn look_at_all(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        self.each_project(now, out, |project, around, out| {
            project.each(around, out, |machine, ctx, _| machine.look_at_once(ctx));
            project.read_again(around, out);
        });
    }

    /// One query of one recording, each time of another and on another domain, until something answers.
    fn light_probe(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        let every = self.policy.network_probe_every;
        self.network.probe_next(now + every);
        let watched =
            |(at, project): (usize, &Project)| project.watched_channels().map(|id| (at, id)).collect::<Vec<_>>();
        let watched: Vec<_> = self.projects.iter().enumerate().flat_map(watched).collect();
        let Some((at, id)) = watched.get(self.probe_turn % watched.len().max(1)).copied() else {
            // Nobody is left to be asked for: whether it is there shows with the next request.
            let since = self.network.down_since();
            self.network.forget();
            self.network_back(since.unwrap_or(now), now, out);
            self.look_at_all(now, out);
            return;
        };
        let ahead = self.probe_turn;
        self.probe_turn += 1;
        if let Some(project) = self.projects.get_mut(at) {
            project.light_probe(id, ahead, every, now, out);
        }
    }

    fn run_due(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        if self.network.probe_due().is_some_and(|at| at <= now) {
            self.light_probe(now, out);
        }
        self.each_project(now, out, Project::run_due);
    }
}

/// The domains of all projects that have something to ask for: only they can tell whether the own network is there. None where no
/// channel is watched, since one of those is what is asked for until it is back.
fn asked_hosts(projects: &[Project]) -> BTreeSet<Host> {
    if projects.iter().all(|project| project.watched_channels().next().is_none()) {
        return BTreeSet::new();
    }
    projects.iter().filter(|project| project.polled > 0).flat_map(Project::hosts).cloned().collect()
}

#[cfg(test)]
mod tests;
