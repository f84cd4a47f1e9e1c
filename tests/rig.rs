//! A monitor and a simulated cloud under one fake clock: steps from moment to moment, never waits, and keeps everything that
//! was said, sent and shown, so that a test can hold it against the cloud's ground truth.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reelwatch::agora::account::Account;
use reelwatch::agora::reading;
use reelwatch::agora::request::{Terms, request};
use reelwatch::agora::transport::{HttpResponse, TransportError};
use reelwatch::monitor::answer::{NoAnswer, Outcome};
use reelwatch::monitor::change::Change;
use reelwatch::monitor::event::CallKind;
use reelwatch::monitor::event::{Denial, Probe, Record};
use reelwatch::monitor::ids::{ChannelId, Host, Mode, ProjectId, ResourceId, Sid};
use reelwatch::monitor::io::{
    Adoptee, Answered, AutoRestart, Call, Channel, Command, Effect, Input, LogHealth, Send, SendId,
};
use reelwatch::monitor::phase::{Blindness, State};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::snapshot::{RecordingView, Snapshot};
use reelwatch::monitor::time::Timestamp;
use reelwatch::monitor::{Monitor, ProjectRoster, Roster, Seen};
use reelwatch::profile::choices::{ChannelType, StreamMode};
use reelwatch::profile::file::Sections;
use reelwatch::profile::numbers::{MaxIdleTime, UidGroup};
use reelwatch::profile::recording::{Capture, Common, Individual, Mix};
use reelwatch::profile::storage::{Keys, Place, Storage, StorageParts};
use reelwatch::profile::vendors::Vendor;
use reelwatch::profile::{Acquire, Body, Draft, Profile};
use reelwatch::sim::{Journal, Reply, Scenario, SimCloud, What};
use secrecy::SecretString;

/// When every simulation begins: 2026-11-12 06:00 UTC.
pub const BEGIN: Timestamp = Timestamp::from_millis(1_794_463_200_000);

/// Something of the rig's own at a time.
#[derive(Clone, Debug)]
pub enum Act {
    Command(Command),
    /// The process is killed and started again after this long.
    Restart(Duration),
    /// The process is killed in the middle of the next batch that sends anything but a query, and started again after this
    /// long.
    KillInBatch(Cut, Duration),
    /// The process stands still for this long, too short to be taken for sleep: time goes on and nobody is told.
    Stall(Duration),
    /// The disk refuses the log for this long.
    DiskFull(Duration),
    /// The disk is asked again.
    DiskAgain,
    /// The workstation sleeps for this long.
    Sleep(Duration),
    /// The customer secret is this from now on.
    Secret(String),
    /// The customer's own backend starts a recording of this channel, and nobody tells us.
    Elsewhere(Arc<str>),
    /// The backend changes the running recording of this channel, and nobody tells us.
    ChangeElsewhere(Arc<str>, Change),
    /// The recording that the backend started is adopted.
    Adopt(Arc<str>),
}

/// Where in a batch of effects the process is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before anything of it is on disk.
    BeforeFacts,
    /// Its facts are on disk, and none of its calls left.
    AfterFacts,
    /// Its calls left, and no answer is ever heard.
    AfterCalls,
}

/// A stretch in which the process did not do its work.
#[derive(Clone, Copy, Debug)]
pub struct Break {
    pub from: Timestamp,
    pub to: Timestamp,
    pub kind: BreakKind,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakKind {
    Killed,
    Asleep,
    /// Too short to be noticed.
    Stalled,
}

/// One call that left.
#[derive(Clone, Debug)]
pub struct Sent {
    pub at: Timestamp,
    pub send: Send,
    /// What was asked, as the service saw it.
    pub path: String,
    /// When its end was heard, if it was, and the HTTP answer, if one came.
    pub heard: Option<(Timestamp, Option<HttpResponse>)>,
}

/// The disk while it refuses.
#[derive(Clone, Copy, Debug)]
struct Refusal {
    until: Timestamp,
    /// How many facts are on it; the rest waits in memory.
    saved: usize,
    /// Whether the monitor knows.
    noticed: bool,
}

/// What the store would remember of a channel's probes, by their places.
#[derive(Clone, Copy, Debug, Default)]
struct LastProbes {
    last: Option<usize>,
    good: Option<Timestamp>,
    bad: Option<Timestamp>,
}

/// An answer on its way, and the call it belongs to.
struct Flying {
    answered: Answered,
    sent: usize,
    response: Option<HttpResponse>,
}

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
    killed: Option<Duration>,
    refusal: Option<Refusal>,
    /// From when on the monitor knew that the log fails, and until when.
    pub log_failing: Vec<(Timestamp, Timestamp)>,
    roster: Roster,
    policy: Policy,
    profile: Profile,
    number: u64,
}

/// From when to when the screen named an interval, and the longest that it named meanwhile.
#[derive(Default)]
struct Named {
    over: Vec<(Timestamp, Timestamp, Duration)>,
    open: Option<(Timestamp, Duration)>,
}

impl Named {
    /// A stretch is cut after so long, so that what was named in it says something of its moments.
    const CUT: Duration = Duration::from_secs(600);

    fn note(&mut self, now: Timestamp, interval: Option<Duration>) {
        let open = self.open.take();
        let (go_on, end) = match (open, interval) {
            (Some((since, longest)), Some(interval)) if now.since(since) < Self::CUT => {
                (Some((since, longest.max(interval))), None)
            }
            (open, interval) => (interval.map(|interval| (now, interval)), open),
        };
        self.over.extend(end.map(|(since, longest)| (since, now, longest)));
        self.open = go_on;
    }

    fn all(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp, Duration)> + '_ {
        self.over.iter().copied().chain(self.open.map(|(since, longest)| (since, now, longest)))
    }
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

    /// Keeps what the screen says about the pace.
    fn note_pace(&mut self) {
        let projects = (0..).map(ProjectId).take(self.roster.projects.len());
        let projects: Vec<_> = projects.filter_map(|id| self.monitor.project(id, self.now)).collect();
        let stretched = projects.iter().filter(|it| it.poll_every > it.poll_wanted);
        let slow = projects.iter().filter(|it| it.slow.is_some() || it.retries_spent_since.is_some());
        self.stretched.note(self.now, stretched.map(|it| it.poll_every).max());
        self.slower.note(self.now, slow.map(|it| it.poll_every).max());
    }

    /// The stretches of an interval longer than the settings', the present one included.
    pub fn stretched(&self) -> impl Iterator<Item = (Timestamp, Timestamp, Duration)> + '_ {
        self.stretched.all(self.now)
    }

    /// The stretches of a slower pace, the present one included.
    pub fn declared_slower(&self) -> impl Iterator<Item = (Timestamp, Timestamp, Duration)> + '_ {
        self.slower.all(self.now)
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

    /// The backend's own acquire and start, by the same door as ours.
    fn start_elsewhere(&mut self, name: &Arc<str>) {
        let Some(channel) = self.described(name) else { return };
        let project = self.project_of(channel.id);
        let Channel { cname, mode, main_uid: uid, .. } = channel;
        let (profile, asked_at, siblings) = (Arc::from("scenario"), self.now, Vec::new());
        let acquire = Call::Acquire {
            cname: cname.clone(),
            uid,
            mode: mode.clone(),
            profile: Arc::clone(&profile),
            asked_at,
            siblings,
        };
        let Outcome::Acquired(resource_id) = self.ask(project, acquire) else { return };
        let start = Call::Start { cname, uid, mode, profile, asked_at, resource_id: resource_id.clone() };
        if let Outcome::Started(sid) = self.ask(project, start) {
            self.foreign.push((Arc::clone(name), sid.clone()));
            self.elsewhere.insert(Arc::clone(name), (resource_id, sid));
        }
    }

    fn change_elsewhere(&mut self, name: &str, change: Change) {
        let id = self.id(name);
        let snapshot = self.snapshot();
        let view = snapshot.channel(id).expect("a channel that is watched");
        let recording = view.recording.clone().expect("a recording");
        let (cname, uid, mode) = (view.cname.clone(), view.uid, view.mode.clone());
        let RecordingView { resource_id, sid, .. } = recording;
        let outcome = self.ask(self.project_of(id), Call::Change { cname, uid, mode, resource_id, sid, change });
        assert_eq!(outcome, Outcome::Updated, "the backend's change");
    }

    /// One exchange of the backend's, answered at once.
    fn ask(&mut self, project: ProjectId, call: Call) -> Outcome {
        let host = self.roster.projects[usize::from(project.0)].hosts[0].clone();
        let (timeout, kind) = (Duration::from_secs(10), call.kind());
        let send = Send { id: SendId { project, number: 0 }, channel: ChannelId(0), call, host, attempt: 1, timeout };
        let terms = Some(Terms { profile: &self.profile, token: None });
        let account = &self.services[usize::from(project.0)].account;
        let request = request(account, terms, &send).expect("a request the service would take");
        let now = self.now.as_millis();
        let Reply { what, .. } = self.service(project).cloud.handle(0, &request, now);
        let What::Response(response) = what else { return Outcome::Malformed };
        reading::read(kind, &Ok(response)).answer.outcome
    }

    fn described(&self, name: &str) -> Option<Channel> {
        let own = self.roster.projects.iter().flat_map(|it| &it.channels).find(|channel| *channel.name == *name);
        own.or_else(|| self.strangers.get(name)).cloned()
    }

    /// Hands over what the backend started in this channel; nothing if it started nothing.
    pub fn adopt(&mut self, name: &str) {
        let Some(channel) = self.described(name) else { return };
        if let Some((resource_id, sid)) = self.elsewhere.get(name).cloned() {
            let uid = channel.main_uid;
            let project = self.project_of(channel.id);
            self.feed(Input::Adopt(vec![Adoptee { project, channel, uid, resource_id, sid }]));
        }
    }

    /// Channels of the scenario that nobody watches.
    pub fn unwatched(&self) -> Vec<Arc<str>> {
        self.strangers.keys().filter(|name| self.monitor.state(self.id(name)).is_none()).cloned().collect()
    }

    /// Kills the process: calls in flight stay with the cloud, their answers are never heard.
    fn restart(&mut self, length: Duration) {
        if let Some(refusal) = self.refusal.take() {
            self.log.truncate(refusal.saved);
            self.end_of_refusal();
        }
        let last_moment = self.log.last().map(|r| r.at).max(self.probes.last().map(|p| p.at)).unwrap_or(self.now);
        self.flying.clear();
        self.fuse = None;
        self.pass(length, BreakKind::Killed);
        let probes = &self.probes;
        let remembered = self.last_probes.iter().map(|(id, last)| {
            let probe = last.last.map(|at| probes[at].clone());
            (*id, Seen { last: probe, last_good: last.good, last_bad: last.bad })
        });
        let seen: BTreeMap<ChannelId, Seen> = remembered.collect();
        self.monitor = self.replayed();
        let effects = self.monitor.resume(&seen, last_moment, self.now);
        self.carry_out(effects);
        self.feed(Input::Tick);
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

    fn measure(&mut self, probe: Probe) {
        let last = self.last_probes.entry(probe.channel).or_default();
        if probe.is_good() {
            last.good = Some(probe.at);
        } else if matches!(probe.answer.outcome, Outcome::Missing) {
            last.bad = Some(probe.at);
        }
        last.last = Some(self.probes.len());
        self.probes.push(probe);
    }

    fn disk_full(&mut self, length: Duration) {
        let (saved, noticed) = self.refusal.map_or((self.log.len(), false), |disk| (disk.saved, disk.noticed));
        self.refusal = Some(Refusal { until: self.now + length, saved, noticed });
        self.number += 1;
        self.acts.insert((self.now + length, self.number), Act::DiskAgain);
    }

    /// The disk takes everything again, unless it was told to refuse for longer meanwhile.
    fn disk_again(&mut self) {
        if self.refusal.take_if(|refusal| refusal.until <= self.now).is_some() {
            self.end_of_refusal();
            self.feed(Input::Log(LogHealth::Saved));
        }
    }

    fn end_of_refusal(&mut self) {
        if let Some((_, to)) = self.log_failing.last_mut() {
            *to = (*to).min(self.now);
        }
    }

    /// The first fact that is refused tells the monitor.
    fn try_disk(&mut self) {
        let facts = self.log.len();
        let Some(refusal) = self.refusal.as_mut().filter(|refusal| refusal.saved < facts) else { return };
        if !std::mem::replace(&mut refusal.noticed, true) {
            self.log_failing.push((self.now, Timestamp::from_millis(i64::MAX)));
            let effects = self.monitor.handle(Input::Log(LogHealth::Failing), self.now);
            self.carry_out(effects);
        }
    }

    fn send(&mut self, send: Send) {
        let project = send.id.project;
        let hosts = &self.roster.projects[usize::from(project.0)].hosts;
        let domain = hosts.iter().position(|host| *host == send.host).expect("a host of its project");
        let terms = Some(Terms { profile: &self.profile, token: None });
        let account = &self.services[usize::from(project.0)].account;
        let request = request(account, terms, &send).expect("a request the service would take");
        let now = self.now.as_millis();
        let Reply { after_ms, what } = self.service(project).cloud.handle(domain, &request, now);
        let limit = send.timeout;
        let takes = Duration::from_millis(after_ms);
        let no_answer = |kind| Err(TransportError::NoAnswer { kind, detail: String::new() });
        let (latency, result) = match what {
            What::Stall => (limit, no_answer(NoAnswer::Timeout)),
            What::Response(_) | What::Cut(_) | What::Reset | What::Refused if takes > limit => {
                (limit, no_answer(NoAnswer::Timeout))
            }
            What::Drip { response, over_ms } => {
                let whole = takes + Duration::from_millis(over_ms);
                if whole > limit { (limit, no_answer(NoAnswer::Timeout)) } else { (whole, Ok(response)) }
            }
            What::Response(response) => (takes, Ok(response)),
            What::Cut(_) | What::Reset => (takes, no_answer(NoAnswer::Reset)),
            What::Refused => (takes, no_answer(NoAnswer::Connect)),
        };
        let answered = reading::read(send.call.kind(), &result).answered(send.id, latency);
        self.number += 1;
        let flying = Flying { answered, sent: self.sent.len(), response: result.ok() };
        self.flying.insert((self.now + latency, self.number), flying);
        self.sent.push(Sent { at: self.now, send, path: request.path, heard: None });
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

/// The scenario's channels, numbered from 1 as a new store does.
pub fn roster(scenario: &Scenario) -> Roster {
    let hosts = scenario.project.domains.iter().map(|name| Host::new(name.as_str())).collect();
    let channels = scenario.channels.iter().zip(1..).map(channel).collect();
    let idle = scenario.channels.first().map(|channel| Duration::from_millis(channel.max_idle.0));
    let idle_times = BTreeMap::from([(Arc::from("scenario"), idle)]);
    let name = scenario.project.name.as_str().into();
    let numbers = (1..).map(ChannelId).zip(&scenario.channels).map(|(id, _)| id).collect();
    let project = ProjectRoster { name, hosts, channels, numbers, policy: Policy::default() };
    Roster { projects: vec![project], idle_times }
}

fn channel((given, id): (&reelwatch::sim::scenario::Channel, u32)) -> Channel {
    Channel {
        id: ChannelId(id),
        name: given.cname.as_str().into(),
        cname: given.cname.parse().expect("a channel name"),
        mode: Mode::Mix,
        main_uid: given.main_uid.to_string().parse().expect("a UID"),
        backup_uid: Some(given.backup_uid.to_string().parse().expect("a UID")),
        spare_uids: given.spare_uids.iter().map(|uid| uid.to_string().parse().expect("a UID")).collect(),
        profile: Some("scenario".into()),
        max_idle: Some(Duration::from_millis(given.max_idle.0)),
        tags: Vec::new(),
        auto_restart: AutoRestart::Off,
    }
}

/// A recording of a web page.
fn page() -> Profile {
    let text = "mode = \"web\"\n[web]\nurl = \"https://example.org/\"\nvideo_width = 1280\nvideo_height = 720\n\
                max_recording_hour = 3\n[storage]\nvendor = \"amazon_s3\"\nregion = \"EU_CENTRAL_1\"\nbucket = \"b\"\n\
                access_key = { env = \"ACCESS\" }\nsecret_key = { env = \"SECRET\" }\n";
    let draft = Draft::try_from(toml::from_str::<Sections>(text).expect("sections")).expect("a draft");
    draft.resolve(&|name| Some(format!("value-of-{name}"))).expect("all is set")
}

/// All users in one picture.
pub fn profile(max_idle_s: u32) -> Profile {
    let common = common(max_idle_s);
    profile_of(Body::Mix(Mix { common, ..Mix::new(ChannelType::LiveBroadcast) }))
}

/// Every user for itself.
fn individual(max_idle_s: u32) -> Profile {
    let group = UidGroup::try_from(3).expect("in range");
    let body = Individual::new(common(max_idle_s), StreamMode::Default, group, Capture::Files).expect("a body");
    profile_of(Body::Individual(body))
}

fn common(max_idle_s: u32) -> Common<SecretString> {
    Common {
        max_idle_time: MaxIdleTime::try_from(max_idle_s).expect("in range"),
        ..Common::new(ChannelType::LiveBroadcast)
    }
}

fn profile_of(body: Body<SecretString>) -> Profile {
    let place = Place::try_from(StorageParts::new(Vendor::AmazonS3, 7, "b")).expect("a storage");
    let keys = Keys::new("access-key".into(), "secret-key".into(), None).expect("keys");
    Profile { acquire: Acquire::default(), body, storage: Storage::new(place, keys).expect("a storage") }
}
