//! A monitor with a clock that is set by hand and answers that are fed by hand, for tests of rules that need exact answers at
//! exact moments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use super::answer::{Answer, Outcome, ServiceStatus};
use super::channel::Seen;
use super::describe::describe;
use super::engine::{Monitor, Roster};
use super::event::{CallKind, Denial, Event, Probe, Record};
use super::ids::{ChannelId, Host, Mode, ProjectId, ResourceId, Sid, Uid};
use super::io::{Adoptee, Answered, AutoRestart, Channel, Command, Effect, Input, Send};
use super::phase::{Blindness, State};
use super::policy::Policy;
use super::project::ProjectRoster;
use super::snapshot::ChannelView;
use super::time::Timestamp;
use super::told::{Hold, Told, Web};

/// A quarter past the epoch's first day.
pub const BEGIN: Timestamp = Timestamp::from_millis(86_400_000);

/// The one channel of the settings.
pub const OWN: ChannelId = ChannelId(1);

/// A monitor, its clock, and everything that came out of it.
pub struct Bench {
    pub monitor: Monitor,
    pub now: Timestamp,
    pub log: Vec<Record>,
    /// What queries brought.
    pub probes: Vec<Probe>,
    /// What left and was not answered yet.
    pub flying: Vec<(Timestamp, Send)>,
    /// What became of the recordings handed over last.
    pub adopted: Vec<Result<(), Denial>>,
    pub roster: Roster,
}

impl Bench {
    /// One channel of the settings, recorded in this mode, and a profile called `p`.
    pub fn new(mode: Mode) -> Self {
        let own = Channel { profile: Some("p".into()), backup_uid: Uid::new(900_001), ..channel(OWN.0, mode) };
        let roster = Roster {
            projects: vec![ProjectRoster {
                name: "p".into(),
                hosts: vec![Host::new("a"), Host::new("b")],
                channels: vec![own],
                numbers: BTreeSet::new(),
                policy: Policy::default(),
            }],
            idle_times: BTreeMap::from([(Arc::from("p"), Some(Duration::from_secs(300)))]),
        };
        Self::over(roster)
    }

    /// Whatever this describes.
    pub fn over(roster: Roster) -> Self {
        let monitor = Monitor::new(roster.clone(), Policy::default());
        Self {
            monitor,
            now: BEGIN,
            log: Vec::new(),
            probes: Vec::new(),
            flying: Vec::new(),
            adopted: Vec::new(),
            roster,
        }
    }

    /// The same, restarted without the operator.
    pub fn auto_restarted() -> Self {
        let mut bench = Self::new(Mode::Mix);
        let channels = bench.roster.projects.iter_mut().flat_map(|project| &mut project.channels);
        channels.for_each(|channel| channel.auto_restart = AutoRestart::On);
        Self { monitor: Monitor::new(bench.roster.clone(), Policy::default()), ..bench }
    }

    pub fn feed(&mut self, input: Input) {
        for effect in self.monitor.handle(input, self.now) {
            match effect {
                Effect::Record(record) => self.log.push(record),
                Effect::Measure(probe) => self.probes.push(probe),
                Effect::Send(send) => self.flying.push((self.now, *send)),
                Effect::Adopted(results) => self.adopted = results,
            }
        }
    }

    pub fn command(&mut self, command: Command) {
        self.feed(Input::Command(command));
    }

    /// Goes on, answering every call at once with what `answer` says; calls without an answer stay in flight.
    pub fn run(&mut self, lasts: Duration, answer: impl Fn(&Send) -> Option<(Outcome, Told)>) {
        let end = self.now + lasts;
        loop {
            while let Some(at) = self.flying.iter().position(|(_, send)| answer(send).is_some()) {
                let (_, send) = self.flying.remove(at);
                let Some((outcome, told)) = answer(&send) else { break };
                self.answer(&send, outcome, told);
            }
            let Some((next, _)) = self.monitor.next_deadline(self.now).filter(|(at, _)| *at <= end) else { break };
            self.now = self.now.max(next);
            self.feed(Input::Tick);
        }
        self.now = end;
        self.feed(Input::Tick);
    }

    pub fn answer(&mut self, send: &Send, outcome: Outcome, told: Told) {
        let answered =
            Answered { id: send.id, latency: Duration::ZERO, answer: Answer::bare(outcome), told, raw: None };
        self.feed(Input::Answered(Box::new(answered)));
    }

    /// Takes one call of this kind that is on its way out of the air, to be answered by hand.
    pub fn take(&mut self, kind: CallKind) -> Send {
        let at = self.flying.iter().position(|(_, send)| send.call.kind() == kind).expect("such a call is on its way");
        self.flying.remove(at).1
    }

    /// How many calls of this kind are on their way.
    pub fn in_flight(&self, kind: CallKind) -> usize {
        self.flying.iter().filter(|(_, send)| send.call.kind() == kind).count()
    }

    /// Nobody looked for so long: the workstation slept.
    pub fn sleep(&mut self, lasts: Duration) {
        let from = self.now;
        self.now = from + lasts;
        self.feed(Input::Resumed { from, cause: Blindness::Asleep });
    }

    /// Adopts recordings; how each went.
    pub fn adopt(&mut self, adoptees: Vec<Adoptee>) -> Vec<Result<(), Denial>> {
        self.feed(Input::Adopt(adoptees));
        std::mem::take(&mut self.adopted)
    }

    /// The process is killed and begins again, with the same roster; the store knows nothing of probes.
    pub fn restart(&mut self) {
        self.restart_with(&BTreeMap::new());
    }

    /// The same, with what the store knows of each channel's probes.
    pub fn restart_with(&mut self, seen: &BTreeMap<ChannelId, Seen>) {
        self.flying.clear();
        // What the store would know.
        self.roster.projects[0].numbers = self.log.iter().filter_map(|record| record.channel).collect();
        let mut monitor = Monitor::new(self.roster.clone(), Policy::default());
        monitor.replay(&self.log);
        assert!(monitor.facts() == self.monitor.facts(), "reading the log again gives another state");
        assert!(monitor.incidents() == self.monitor.incidents(), "reading the log again gives other incidents");
        self.monitor = monitor;
        let last = self.log.last().map_or(self.now, |record| record.at);
        for effect in self.monitor.resume(seen, last, self.now) {
            if let Effect::Record(record) = effect {
                self.log.push(record);
            }
        }
        self.feed(Input::Tick);
    }

    pub fn view(&mut self, id: ChannelId) -> ChannelView {
        let snapshot = self.monitor.snapshot(self.now);
        ChannelView::clone(snapshot.channel(id).expect("a channel"))
    }

    pub fn state(&self, id: ChannelId) -> State {
        self.monitor.state(id).expect("a channel")
    }

    /// The facts about one channel since a moment, in words.
    pub fn told(&self, id: ChannelId, since: Timestamp) -> Vec<String> {
        let own = self.log.iter().filter(|record| record.channel == Some(id) && record.at >= since);
        own.map(|record| describe(&record.event)).collect()
    }

    /// When calls of this kind that change something, or ask a replaced recorder, were answered; in seconds since a moment.
    pub fn answered_at(&self, kind: CallKind, since: Timestamp) -> Vec<u64> {
        let of_kind = |event: &Event| matches!(event, Event::CallAnswered { call, .. } if *call == kind);
        let all = self.log.iter().filter(|record| record.at >= since && of_kind(&record.event));
        all.map(|record| record.at.since(since).as_secs()).collect()
    }

    /// When queries of a channel's recording were answered, in seconds since a moment.
    pub fn probed_at(&self, id: ChannelId, since: Timestamp) -> Vec<u64> {
        let own = self.probes.iter().filter(|probe| probe.channel == id && probe.at >= since);
        own.map(|probe| probe.at.since(since).as_secs()).collect()
    }

    pub fn events(&self, id: ChannelId) -> impl Iterator<Item = &Event> {
        self.log.iter().filter(move |record| record.channel == Some(id)).map(|record| &record.event)
    }
}

/// A channel that nobody can start.
pub fn channel(id: u32, mode: Mode) -> Channel {
    let name = format!("c-{id}");
    Channel {
        id: ChannelId(id),
        name: name.as_str().into(),
        cname: name.parse().expect("valid"),
        mode,
        main_uid: Uid::new(100_000 + id).expect("not 0"),
        backup_uid: None,
        spare_uids: Vec::new(),
        profile: None,
        max_idle: None,
        tags: Vec::new(),
        auto_restart: AutoRestart::Off,
    }
}

/// A recording that was started elsewhere, in a channel of its own.
pub fn adoptee(id: u32, mode: Mode) -> Adoptee {
    let channel = channel(id, mode);
    let uid = channel.main_uid;
    let (resource_id, sid) = (ResourceId::new(format!("R-{id}")), Sid::new(format!("s-{id}")));
    Adoptee { project: ProjectId(0), channel, uid, resource_id, sid }
}

/// A service where everything is well.
#[allow(clippy::unnecessary_wraps, reason = "an answer of the kind that `run` asks for")]
pub fn well(send: &Send) -> Option<(Outcome, Told)> {
    use CallKind::{Acquire, Query, Start, Stop, Update, UpdateLayout};
    let outcome = match send.call.kind() {
        Acquire => Outcome::Acquired(ResourceId::new("R")),
        Start => Outcome::Started(Sid::new("s")),
        Query => Outcome::Status(ServiceStatus::InProgress),
        Stop => Outcome::Stopped(super::answer::Upload::Uploaded),
        Update | UpdateLayout => Outcome::Updated,
    };
    Some((outcome, Told::default()))
}

/// The same, and no two recorders have the same name.
pub fn named(send: &Send) -> Option<(Outcome, Told)> {
    if send.call.kind() == CallKind::Start {
        return Some((Outcome::Started(Sid::new(format!("s-{}", send.id.number))), Told::default()));
    }
    well(send)
}

/// The same for everything but one kind of call.
pub fn but(kind: CallKind, outcome: impl Fn() -> Option<Outcome>) -> impl Fn(&Send) -> Option<(Outcome, Told)> {
    move |send| {
        if send.call.kind() == kind { outcome().map(|outcome| (outcome, Told::default())) } else { well(send) }
    }
}

/// What a query of a web recording tells of its pause.
pub fn web(hold: Hold) -> Told {
    Told { web: Some(Web { state: None, hold: Some(hold), outputs: Vec::new() }), ..Told::default() }
}

/// So many seconds.
pub const fn s(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
