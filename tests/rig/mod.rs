//! A monitor and a simulated cloud under one fake clock: steps from moment to moment, never waits, and keeps everything that
//! was said, sent and shown, so that a test can hold it against the cloud's ground truth.

mod acts;
mod checkpoint;
mod elsewhere;
mod exchange;
mod fixtures;
mod pace;
mod store;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reelwatch::agora::account::Account;
use reelwatch::monitor::event::{CallKind, Denial, Probe, Record};
use reelwatch::monitor::ids::{ChannelId, Mode, ProjectId, ResourceId, Sid};
use reelwatch::monitor::io::{AutoRestart, Channel, Effect, Input};
use reelwatch::monitor::phase::{Blindness, State};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::snapshot::Snapshot;
use reelwatch::monitor::time::Timestamp;
use reelwatch::monitor::{Monitor, Roster};
use reelwatch::profile::Profile;
use reelwatch::sim::{Journal, Scenario, SimCloud};

pub use acts::{Act, Break, BreakKind, Cut, Sent};
use exchange::Flying;
#[allow(unused_imports, reason = "the benchmarks and the copy for mutants need fewer")]
pub use fixtures::{cloud, profile, roster};
use fixtures::{individual, page};
use pace::Named;
use store::{LastProbes, Refusal};

/// When every simulation begins: 2026-11-12 06:00 UTC.
pub const BEGIN: Timestamp = Timestamp::from_millis(1_794_463_200_000);

/// The cloud of one project, and what opens it.
struct Service {
    cloud: SimCloud,
    account: Account,
}

/// The monitor, the clouds, and everything between them.
pub struct Rig {
    pub monitor: Monitor,
    /// One of each project.
    services: Vec<Service>,
    projects: BTreeMap<ChannelId, ProjectId>,
    /// How all channels are recorded.
    pub mode: Mode,
    pub now: Timestamp,
    pub log: Vec<Record>,
    pub probes: Vec<Probe>,
    pub sent: Vec<Sent>,
    /// Every change of the word a channel shows.
    pub shown: BTreeMap<ChannelId, Vec<(Timestamp, State)>>,
    pub names: BTreeMap<Arc<str>, ChannelId>,
    /// What became of each recording that was handed over.
    pub adopted: Vec<Result<(), Denial>>,
    /// What the backend started last in each channel.
    elsewhere: BTreeMap<Arc<str>, (ResourceId, Sid)>,
    /// Channels of the scenario that the settings do not name.
    strangers: BTreeMap<Arc<str>, Channel>,
    acts: BTreeMap<(Timestamp, u64), Act>,
    flying: BTreeMap<(Timestamp, u64), Flying>,
    /// What is remembered of each channel's probes.
    last_probes: BTreeMap<ChannelId, LastProbes>,
    /// When the process did not run, or ran without the time going on.
    pub breaks: Vec<Break>,
    /// While the screen named a longer interval than the settings.
    stretched: Named,
    /// While the screen said that checks go slower, or that failed ones are not repeated before their turn.
    slower: Named,
    /// Every recorder that the customer's backend started.
    pub foreign: Vec<(Arc<str>, Sid)>,
    fuse: Option<(Cut, Duration)>,
    checkpoint: checkpoint::Checkpoint,
    killed: Option<Duration>,
    refusal: Option<Refusal>,
    /// From when on the monitor knew that the log fails, and until when.
    pub log_failing: Vec<(Timestamp, Timestamp)>,
    roster: Roster,
    policy: Policy,
    profile: Profile,
    number: u64,
}

impl Rig {
    /// A monitor of the scenario's channels, of which the settings do not name the strangers.
    pub fn new(scenario: Scenario, seed: u64, policy: Policy, strangers: &[String]) -> Self {
        Self::in_mode(Mode::Mix, scenario, seed, policy, strangers)
    }

    /// The same with recordings of this mode.
    pub fn in_mode(mode: Mode, scenario: Scenario, seed: u64, policy: Policy, strangers: &[String]) -> Self {
        let Roster { idle_times, .. } = roster(&scenario);
        let roster = Roster { projects: Vec::new(), idle_times };
        let max_idle = scenario.channels.first().map_or(300, |channel| channel.max_idle.0 / 1000);
        let max_idle = u32::try_from(max_idle).expect("a short time");
        let mut rig = Self {
            monitor: Monitor::new(roster.clone(), policy.clone()),
            services: Vec::new(),
            projects: BTreeMap::new(),
            mode: mode.clone(),
            now: BEGIN,
            log: Vec::new(),
            probes: Vec::new(),
            sent: Vec::new(),
            shown: BTreeMap::new(),
            names: BTreeMap::new(),
            adopted: Vec::new(),
            elsewhere: BTreeMap::new(),
            strangers: BTreeMap::new(),
            acts: BTreeMap::new(),
            flying: BTreeMap::new(),
            last_probes: BTreeMap::new(),
            breaks: Vec::new(),
            foreign: Vec::new(),
            fuse: None,
            checkpoint: checkpoint::Checkpoint::default(),
            killed: None,
            refusal: None,
            log_failing: Vec::new(),
            roster,
            policy,
            profile: match mode {
                Mode::Web => page(),
                Mode::Individual => individual(max_idle),
                Mode::Mix | Mode::Other(_) => profile(max_idle),
            },
            stretched: Named::default(),
            slower: Named::default(),
            number: 0,
        };
        rig.watch_project(scenario, seed, strangers);
        rig
    }

    /// The same monitor with one more project: another cloud, with App ID, domains and quota of its own.
    pub fn with_project(mut self, scenario: Scenario, seed: u64, strangers: &[String]) -> Self {
        self.watch_project(scenario, seed, strangers);
        self
    }

    fn watch_project(&mut self, scenario: Scenario, seed: u64, strangers: &[String]) {
        let mut project = roster(&scenario).projects.remove(0);
        let number = ProjectId(u16::try_from(self.roster.projects.len()).expect("few"));
        let before = u32::try_from(self.names.len()).expect("not that many");
        project.policy = self.policy.clone();
        project.numbers = project.numbers.iter().map(|id| ChannelId(before + id.0)).collect();
        for channel in &mut project.channels {
            (channel.id, channel.mode) = (ChannelId(before + channel.id.0), self.mode.clone());
            self.projects.insert(channel.id, number);
            self.names.insert(Arc::clone(&channel.name), channel.id);
        }
        let is_stranger = |channel: &mut Channel| strangers.iter().any(|name| **name == *channel.name);
        let strangers: Vec<_> = project.channels.extract_if(.., is_stranger).collect();
        self.strangers.extend(strangers.into_iter().map(|channel| (Arc::clone(&channel.name), channel)));
        let account = Account::new(
            scenario.project.app_id.parse().expect("the scenario's App ID"),
            scenario.project.customer_id.clone().into(),
            scenario.project.customer_secret.clone().into(),
            scenario.project.domains.iter().map(|name| name.parse().expect("a domain")).collect(),
        );
        let cloud = SimCloud::new(scenario, seed, BEGIN.as_millis());
        self.services.push(Service { cloud, account: account.expect("an account") });
        self.roster.projects.push(project);
        self.monitor = Monitor::new(self.roster.clone(), self.policy.clone());
        self.note_shown();
    }

    /// The project of a channel.
    pub fn project_of(&self, id: ChannelId) -> ProjectId {
        self.projects[&id]
    }

    fn service(&mut self, project: ProjectId) -> &mut Service {
        &mut self.services[usize::from(project.0)]
    }

    /// The same monitor with these channels restarted without the operator.
    pub fn with_auto_restart(mut self, names: &[String]) -> Self {
        let channels = self.roster.projects.iter_mut().flat_map(|project| &mut project.channels);
        for channel in channels.filter(|channel| names.iter().any(|name| **name == *channel.name)) {
            channel.auto_restart = AutoRestart::On;
        }
        self.monitor = Monitor::new(self.roster.clone(), self.policy.clone());
        self
    }

    /// The channel with this name.
    pub fn id(&self, name: &str) -> ChannelId {
        self.names[name]
    }

    /// Whether a channel is restarted without the operator.
    pub fn is_restarted(&self, id: ChannelId) -> bool {
        let mut channels = self.roster.projects.iter().flat_map(|project| &project.channels);
        channels.any(|channel| channel.id == id && channel.auto_restart == AutoRestart::On)
    }

    /// Does something at a moment, counted from the beginning.
    pub fn at(&mut self, after: Duration, act: Act) {
        self.number += 1;
        self.acts.insert((BEGIN + after, self.number), act);
    }

    /// Goes on to this long after the beginning.
    pub fn run(&mut self, until: Duration) {
        let end = BEGIN + until;
        loop {
            let act = self.acts.first_key_value().map(|((at, _), _)| *at);
            let answer = self.flying.first_key_value().map(|((at, _), _)| *at);
            let deadline = self.monitor.next_deadline(self.now).map(|(at, _)| at);
            let Some(next) = [act, answer, deadline].into_iter().flatten().min().filter(|at| *at <= end) else { break };
            self.now = self.now.max(next);
            if answer.is_some_and(|at| at <= self.now) {
                let (_, flying) = self.flying.pop_first().expect("there is one");
                self.sent[flying.sent].heard = Some((self.now, flying.response));
                self.feed(Input::Answered(Box::new(flying.answered)));
            } else if act.is_some_and(|at| at <= self.now) {
                let (_, act) = self.acts.pop_first().expect("there is one");
                self.act(act);
            } else {
                self.feed(Input::Tick);
            }
        }
        self.now = self.now.max(end);
    }

    /// The picture now.
    pub fn snapshot(&mut self) -> Snapshot {
        self.monitor.snapshot(self.now)
    }

    /// The truth now, of each cloud.
    pub fn journals(&mut self) -> Vec<Journal> {
        let now = self.now.as_millis();
        self.services.iter_mut().map(|service| service.cloud.journal(now)).collect()
    }

    /// A second monitor that has read the log of the first.
    pub fn replayed(&self) -> Monitor {
        let mut monitor = Monitor::new(self.roster.clone(), self.policy.clone());
        monitor.replay(&self.log);
        monitor
    }

    pub fn feed(&mut self, input: Input) {
        let effects = self.monitor.handle(input, self.now);
        self.note_pace();
        self.carry_out(effects);
        self.keep_checkpoint();
        if let Some(length) = self.killed.take() {
            self.restart(length);
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Command(command) => self.feed(Input::Command(command)),
            Act::Sleep(length) => {
                let from = self.now;
                self.pass(length, BreakKind::Asleep);
                self.feed(Input::Resumed { from, cause: Blindness::Asleep });
            }
            Act::Restart(length) => self.restart(length),
            Act::KillInBatch(cut, length) => self.fuse = Some((cut, length)),
            Act::Stall(length) => self.pass(length, BreakKind::Stalled),
            Act::DiskFull(length) => self.disk_full(length),
            Act::DiskAgain => self.disk_again(),
            Act::ChangeElsewhere(name, change) => self.change_elsewhere(&name, change),
            Act::Elsewhere(name) => self.start_elsewhere(&name),
            Act::Adopt(name) => self.adopt(&name),
            Act::Secret(secret) => self.services[0].account.customer_secret = secret.into(),
        }
    }

    fn pass(&mut self, length: Duration, kind: BreakKind) {
        let from = self.now;
        self.now = from + length;
        self.breaks.push(Break { from, to: self.now, kind });
    }

    /// Facts first, then calls, as the worker does; the process may be killed in between.
    fn carry_out(&mut self, effects: Vec<Effect>) {
        if self.killed.is_some() {
            return;
        }
        let is_act = |effect: &Effect| matches!(effect, Effect::Send(send) if send.call.kind() != CallKind::Query);
        let cut = if effects.iter().any(is_act) { self.fuse.take() } else { None };
        self.killed = cut.map(|(_, length)| length);
        let cut = cut.map(|(cut, _)| cut);
        if cut == Some(Cut::BeforeFacts) {
            return;
        }
        let mut sends = Vec::new();
        let facts = self.log.len();
        for effect in effects {
            match effect {
                Effect::Record(record) => {
                    self.log.push(record);
                    self.note_shown();
                }
                Effect::Measure(probe) => self.measure(probe),
                Effect::Send(send) => sends.push(*send),
                Effect::Adopted(results) => self.adopted.extend(results),
            }
        }
        if self.log.len() > facts {
            self.try_disk();
        }
        if cut == Some(Cut::AfterFacts) {
            return;
        }
        let mut unsaved = Vec::new();
        for send in sends {
            if send.call.kind() != CallKind::Query && self.refusal.is_some_and(|disk| disk.saved < self.log.len()) {
                unsaved.push(send.id);
            } else {
                self.send(send);
            }
        }
        unsaved.into_iter().for_each(|id| self.feed(Input::NotSaved(id)));
    }

    fn note_shown(&mut self) {
        let about = self.log.last().and_then(|record| record.channel);
        let ids = about.map_or_else(|| self.names.values().copied().collect(), |id| vec![id]);
        for id in ids {
            let Some(state) = self.monitor.state(id) else { continue };
            let shown = self.shown.entry(id).or_default();
            if shown.last().is_none_or(|(_, last)| *last != state) {
                shown.push((self.now, state));
            }
        }
    }
}
