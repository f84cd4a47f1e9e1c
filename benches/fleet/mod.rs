//! A fleet that records, of any size, made from a log as after a restart of the program; and a service that answers at once.
//! Nothing here reads a clock.

use std::collections::{BTreeMap, VecDeque};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use reelwatch::monitor::answer::{Answer, Outcome, ServiceStatus};
use reelwatch::monitor::event::{Actor, Event, Record};
use reelwatch::monitor::ids::{ChannelId, Host, Mode, ResourceId, SessionId, Sid, Uid};
use reelwatch::monitor::io::{Answered, AutoRestart, Channel, Effect, Input, SendId};
use reelwatch::monitor::phase::{Phase, StartCause};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::time::Timestamp;
use reelwatch::monitor::told::Told;
use reelwatch::monitor::{Monitor, ProjectRoster, Roster};

/// When it begins: 2026-11-12 06:00 UTC.
const BEGIN: Timestamp = Timestamp::from_millis(1_794_463_200_000);

/// Recordings that are polled, and their clock.
pub struct Fleet {
    pub monitor: Monitor,
    pub now: Timestamp,
    flying: VecDeque<SendId>,
}

impl Fleet {
    /// So many recordings, each polled every two minutes; the quota is no limit.
    pub fn recording(channels: u32) -> Self {
        let policy = Policy { quota_per_second: 1_000_000, ..Policy::default() };
        let project = ProjectRoster {
            name: "bench".into(),
            hosts: vec![Host::new("api.agora.io"), Host::new("api.sd-rtn.com")],
            channels: (1..=channels).map(channel).collect(),
            numbers: (1..=channels).map(ChannelId).collect(),
            policy: policy.clone(),
        };
        let mut monitor = Monitor::new(Roster { projects: vec![project], idle_times: BTreeMap::new() }, policy);
        monitor.replay(&(1..=channels).flat_map(started).collect::<Vec<_>>());
        let mut fleet = Self { monitor, now: BEGIN, flying: VecDeque::new() };
        let effects = fleet.monitor.resume(&BTreeMap::new(), BEGIN, BEGIN);
        fleet.carry_out(effects);
        // Two intervals: every recording was seen, and has its place in the interval.
        for _ in 0..2 * channels {
            fleet.outcome(&good());
        }
        fleet
    }

    /// The next outcome: its poll falls due and is answered so.
    pub fn outcome(&mut self, outcome: &Outcome) {
        while self.flying.is_empty() {
            let (at, _) = self.monitor.next_deadline(self.now).expect("there is always a next poll");
            self.now = self.now.max(at);
            let effects = self.monitor.handle(Input::Tick, self.now);
            self.carry_out(effects);
        }
        let id = self.flying.pop_front().expect("one flies");
        let latency = Duration::from_millis(80);
        let answered =
            Answered { id, latency, answer: Answer::bare(outcome.clone()), told: Told::default(), raw: None };
        let effects = self.monitor.handle(Input::Answered(Box::new(answered)), self.now);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            if let Effect::Send(send) = &effect {
                self.flying.push_back(send.id);
            }
            black_box(effect);
        }
    }
}

/// Status 5.
pub const fn good() -> Outcome {
    Outcome::Status(ServiceStatus::InProgress)
}

fn uid(number: u32) -> Uid {
    Uid::new(number).expect("not 0")
}

fn channel(id: u32) -> Channel {
    let name: Arc<str> = format!("channel-{id:06}").into();
    Channel {
        id: ChannelId(id),
        cname: name.parse().expect("a channel name"),
        name,
        mode: Mode::Mix,
        main_uid: uid(id),
        backup_uid: Some(uid(1_000_000 + id)),
        spare_uids: Vec::new(),
        profile: Some("bench".into()),
        max_idle: Some(Duration::from_secs(300)),
        tags: Vec::new(),
        auto_restart: AutoRestart::Off,
    }
}

/// What the log holds of a recording that runs.
fn started(id: u32) -> Vec<Record> {
    let (uid, session, cause) = (uid(id), SessionId(1), StartCause::Start);
    let resource_id = ResourceId::new(format!("resource-{id}"));
    let answer = Some(Answer::bare(good()));
    let events = [
        Event::StartRequested { session, uid, cause, by: Actor::Operator },
        Event::Acquired { uid, resource_id: resource_id.clone() },
        Event::Started {
            uid,
            resource_id,
            sid: Sid::new(format!("sid-{id}")),
            token_until: None,
            cname: None,
            mode: None,
        },
        Event::PhaseChanged { to: Phase::Recording, answer },
    ];
    events.into_iter().map(|event| Record { at: BEGIN, channel: Some(ChannelId(id)), event }).collect()
}
