//! The client and the simulated cloud over real HTTP: every call in every mode, and every answer that may come instead. Neither
//! side shares a line of the protocol with the other, so what they agree on is what the vendor's documents say. The simulated
//! time stands still until a test moves it.

mod refusals;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reelwatch::agora::client::Client;
use reelwatch::agora::https::HttpsTransport;
use reelwatch::agora::reading::Reading;
use reelwatch::monitor::answer::{NoAnswer, Outcome, Refusal, ServiceStatus, Upload};
use reelwatch::monitor::change::{Change, ChangeKind};
use reelwatch::monitor::event::{CallKind, StopWait};
use reelwatch::monitor::ids::{ChannelId, Host, Mode, ProjectId, ResourceId, Sid, Uid};
use reelwatch::monitor::io::{Call, Send, SendId};
use reelwatch::monitor::time::Timestamp;
use reelwatch::monitor::told::Hold;
use reelwatch::settings::{self, EXAMPLE};
use reelwatch::sim::scenario::{CallName, Fault, Happening, Kind};
use reelwatch::sim::{Scenario, SimCloud, SimServer};

const START_MS: i64 = 1_772_439_000_000;
const CERTIFICATE: &str = "5c0f7a9d2b4e61388a7d9c0b1e2f3a4d";
const MODES: [(Mode, &str); 3] = [(Mode::Individual, "exams"), (Mode::Mix, "classes"), (Mode::Web, "page")];
const CALLS: [CallName; 6] =
    [CallName::Acquire, CallName::Start, CallName::Query, CallName::Stop, CallName::Update, CallName::UpdateLayout];

/// A client of the example's profiles, and the cloud it talks to.
struct Bench {
    client: Client,
    cloud: Arc<Mutex<SimCloud>>,
    clock: Arc<AtomicI64>,
    server: SimServer,
    hosts: Vec<Host>,
    runtime: tokio::runtime::Runtime,
}

/// A recorder as the client knows it.
#[derive(Clone)]
struct Recorder {
    mode: Mode,
    profile: &'static str,
    uid: u32,
    resource_id: ResourceId,
    sid: Sid,
}

impl Bench {
    fn new() -> Self {
        Self::with("", "", &|_| None)
    }

    /// With more in the scenario's `[project]` and `[service]`, and variables of the environment.
    fn with(project: &str, service: &str, variables: &dyn Fn(&str) -> Option<String>) -> Self {
        let scenario = format!(
            "name = \"n\"\nseed = 1\n[project]\nname = \"p\"\n{project}\n[[channel]]\ncname = \"room\"\nmain_uid = 1\n\
             backup_uid = 2\n[service]\nlatency = [\"0ms\", \"0ms\"]\n{service}\n"
        );
        let scenario = Scenario::parse(&scenario).unwrap_or_else(|error| panic!("{error}"));
        let project = scenario.project.clone();
        let cloud = Arc::new(Mutex::new(SimCloud::new(scenario, 1, START_MS)));
        let clock = Arc::new(AtomicI64::new(START_MS));
        let read = Arc::clone(&clock);
        let now = Arc::new(move || read.load(Ordering::SeqCst));
        let server = SimServer::bind(Arc::clone(&cloud), &[], now, 1).expect("ports");
        let text = EXAMPLE
            .replace("0123456789abcdef0123456789abcdef", &project.app_id)
            .replace("[\"https://api.agora.io\", \"https://api.sd-rtn.com\"]", &format!("{:?}", server.bases()))
            .replace("# rtmp_url = { env = \"NAME\" }", "rtmp_url = { env = \"RTMP\" }");
        let environment = |name: &str| match name {
            settings::CUSTOMER_KEY => Some(project.customer_id.clone()),
            settings::CUSTOMER_SECRET => Some(variables(name).unwrap_or_else(|| project.customer_secret.clone())),
            "RTMP" => Some("rtmp://live.example.org/app/CANARY-stream-key".to_owned()),
            settings::APP_CERTIFICATE => variables(name),
            _ => Some(format!("CANARY-{name}")),
        };
        let settings = settings::parse(&text, &environment).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let hosts = settings.projects[0].account.domains.iter().map(|domain| domain.host().clone()).collect();
        let transport = Arc::new(HttpsTransport::new(Duration::from_secs(5)).expect("a transport"));
        let client = Client::new(Arc::new(settings.projects[0].account.clone()), settings.profiles.clone(), transport);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        Self { client, cloud, clock, server, hosts, runtime }
    }

    fn pass(&self, seconds: i64) {
        self.clock.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::SeqCst))
    }

    fn befall(&self, what: Happening) {
        let now = self.clock.load(Ordering::SeqCst);
        self.cloud.lock().expect("not poisoned").schedule(now, what);
    }

    /// One second later, so that the quota never speaks.
    fn ask(&self, call: Call) -> Reading {
        self.ask_within(call, Duration::from_secs(30))
    }

    fn ask_within(&self, call: Call, timeout: Duration) -> Reading {
        self.pass(1);
        let send = Send {
            id: SendId { project: ProjectId(0), number: 1 },
            channel: ChannelId(1),
            call: call.into(),
            host: self.hosts[0].clone(),
            attempt: 1,
            timeout,
        };
        let reading = self.runtime.block_on(self.client.exchange(&send));
        let shown = format!("{reading:?}");
        assert!(!shown.contains("CANARY") && !shown.contains("007eJ"), "a secret came back: {shown}");
        reading
    }

    fn outcome(&self, call: Call) -> Outcome {
        self.ask(call).answer.outcome
    }

    fn acquire(&self, mode: &Mode, profile: &'static str, uid: u32) -> Recorder {
        let mut recorder =
            Recorder { mode: mode.clone(), profile, uid, resource_id: ResourceId::new("none"), sid: Sid::new("none") };
        let reading = self.ask(acquire(&recorder, self.now()));
        let Outcome::Acquired(resource_id) = reading.answer.outcome else { panic!("{mode}: {reading:?}") };
        recorder.resource_id = resource_id;
        recorder
    }

    fn begin(&self, mode: &Mode, profile: &'static str, uid: u32) -> Recorder {
        let mut recorder = self.acquire(mode, profile, uid);
        let reading = self.ask(start(&recorder, self.now()));
        let Outcome::Started(sid) = reading.answer.outcome else { panic!("{mode}: {reading:?}") };
        recorder.sid = sid;
        recorder
    }
}

fn acquire(of: &Recorder, asked_at: Timestamp) -> Call {
    let (cname, uid) = ("room".parse().expect("valid"), Uid::new(of.uid).expect("valid"));
    Call::Acquire { cname, uid, mode: of.mode.clone(), profile: of.profile.into(), asked_at, siblings: Vec::new() }
}

fn start(of: &Recorder, asked_at: Timestamp) -> Call {
    let (cname, uid) = ("room".parse().expect("valid"), Uid::new(of.uid).expect("valid"));
    let (mode, profile, resource_id) = (of.mode.clone(), of.profile.into(), of.resource_id.clone());
    Call::Start { cname, uid, mode, profile, asked_at, resource_id }
}

fn query(of: &Recorder) -> Call {
    Call::Query { mode: of.mode.clone(), resource_id: of.resource_id.clone(), sid: of.sid.clone() }
}

fn stop(of: &Recorder, wait: StopWait) -> Call {
    let (cname, uid) = ("room".parse().expect("valid"), Uid::new(of.uid).expect("valid"));
    Call::Stop { cname, uid, mode: of.mode.clone(), resource_id: of.resource_id.clone(), sid: of.sid.clone(), wait }
}

fn change(of: &Recorder, kind: ChangeKind, body: &str) -> Call {
    let (cname, uid) = ("room".parse().expect("valid"), Uid::new(of.uid).expect("valid"));
    let change = Change::new(kind, "changed", body.into());
    Call::Change { cname, uid, mode: of.mode.clone(), resource_id: of.resource_id.clone(), sid: of.sid.clone(), change }
}

/// A change that every recording of the mode can take.
fn some_change(of: &Recorder) -> Call {
    match of.mode {
        Mode::Individual | Mode::Mix | Mode::Other(_) => {
            let body = r#"{"streamSubscribe":{"audioUidList":{"subscribeAudioUids":["41"]}}}"#;
            change(of, ChangeKind::Subscribe, body)
        }
        Mode::Web => change(of, ChangeKind::Hold, r#"{"webRecordingConfig":{"onhold":true}}"#),
    }
}

fn layout(of: &Recorder) -> Call {
    change(of, ChangeKind::Layout, r##"{"mixedVideoLayout":1,"backgroundColor":"#102030"}"##)
}

#[test]
fn a_recording_of_every_mode_is_acquired_started_asked_changed_and_stopped() {
    for (mode, profile) in MODES {
        let bench = Bench::new();
        let recorder = bench.begin(&mode, profile, 1);
        bench.pass(60);
        let reading = bench.ask(query(&recorder));
        assert_eq!(reading.answer.outcome, Outcome::Status(ServiceStatus::InProgress), "{mode}: {reading:?}");
        let web = reading.told.web;
        match mode {
            Mode::Web => {
                let web = web.expect("a page");
                assert_eq!((web.state.as_deref(), web.hold), (Some("inProgress"), Some(Hold::Running)));
                assert_eq!(&*web.outputs[0].target, "rtmp://live.example.org/app");
            }
            Mode::Individual | Mode::Mix | Mode::Other(_) => assert_eq!(web, None),
        }
        // The example's individual profile takes screenshots, and their names are told by notifications only.
        assert_eq!(reading.told.files.is_empty(), mode == Mode::Individual, "{mode}: {:?}", reading.told.files);
        assert_eq!(bench.outcome(some_change(&recorder)), Outcome::Updated, "{mode}");
        if mode == Mode::Mix {
            assert_eq!(bench.outcome(layout(&recorder)), Outcome::Updated);
        }
        if mode == Mode::Web {
            let held = bench.ask(query(&recorder)).told.web.and_then(|web| web.hold);
            assert_eq!(held, Some(Hold::Held));
        }
        let reading = bench.ask(stop(&recorder, StopWait::ForUpload));
        assert_eq!(reading.answer.outcome, Outcome::Stopped(Upload::Uploaded), "{mode}: {reading:?}");
        assert_eq!(reading.told.files.iter().any(|file| file.name.ends_with(".m3u8")), mode != Mode::Individual);
        bench.pass(60);
        assert_eq!(bench.outcome(query(&recorder)), Outcome::Missing, "{mode}");
        bench.server.stop();
    }
}

/// How each fault of the simulated cloud has to be read.
fn faults() -> [(Kind, Outcome); 14] {
    [
        (Kind::Internal, Outcome::ServerError),
        (Kind::NoSid, Outcome::ServerError),
        (Kind::BadGateway, Outcome::Gateway),
        (Kind::Unavailable, Outcome::Gateway),
        (Kind::GatewayTimeout, Outcome::Gateway),
        (Kind::BackendTimeout, Outcome::ServerError),
        (Kind::NotCompleted, Outcome::NotCompleted),
        (Kind::Throttled, Outcome::Throttled),
        (Kind::Garbage, Outcome::Malformed),
        (Kind::Html, Outcome::Malformed),
        (Kind::Cut, Outcome::NoAnswer(NoAnswer::Reset)),
        (Kind::Reset, Outcome::NoAnswer(NoAnswer::Reset)),
        (Kind::Refuse, Outcome::NoAnswer(NoAnswer::Reset)),
        (Kind::Stall, Outcome::NoAnswer(NoAnswer::Timeout)),
    ]
}

fn fault(kind: Kind, call: CallName) -> Happening {
    Happening::Fault(Fault {
        kind,
        domains: Vec::new(),
        calls: vec![call],
        cnames: Vec::new(),
        lasts: None,
        count: Some(1),
        share: 100,
        after: None,
        acted: Some(false),
    })
}

#[test]
fn every_fault_of_every_call_in_every_mode_is_read_as_what_it_is() {
    for (mode, profile) in MODES {
        let bench = Bench::new();
        let fresh = bench.acquire(&mode, profile, 1);
        let running = bench.begin(&mode, profile, 2);
        for name in CALLS {
            let (call, recorder) = match name {
                CallName::Acquire => (CallKind::Acquire, &fresh),
                CallName::Start => (CallKind::Start, &fresh),
                CallName::Query => (CallKind::Query, &running),
                CallName::Stop => (CallKind::Stop, &running),
                CallName::Update => (CallKind::Update, &running),
                CallName::UpdateLayout if mode == Mode::Mix => (CallKind::UpdateLayout, &running),
                CallName::UpdateLayout | CallName::NcsIp => continue,
            };
            for (kind, expected) in faults() {
                // An answer that is cut was a right one: the stop would be carried out.
                if kind == Kind::Cut && call == CallKind::Stop {
                    continue;
                }
                bench.befall(fault(kind, name));
                let order = match call {
                    CallKind::Acquire => acquire(recorder, bench.now()),
                    CallKind::Start => start(recorder, bench.now()),
                    CallKind::Query => query(recorder),
                    CallKind::Stop => stop(recorder, StopWait::No),
                    CallKind::Update => some_change(recorder),
                    CallKind::UpdateLayout => layout(recorder),
                };
                // Only for a call that is never answered, the time to give up is waited for.
                let timeout = if kind == Kind::Stall { Duration::from_millis(50) } else { Duration::from_secs(30) };
                let reading = bench.ask_within(order, timeout);
                assert_eq!(reading.answer.outcome, expected, "{mode} {call:?} {kind:?}: {reading:?}");
            }
        }
        // None of it was carried out.
        bench.pass(60);
        assert_eq!(bench.outcome(query(&running)), Outcome::Status(ServiceStatus::InProgress), "{mode}");
        bench.befall(fault(Kind::Cut, CallName::Stop));
        let cut = bench.outcome(stop(&running, StopWait::No));
        assert_eq!(cut, Outcome::NoAnswer(NoAnswer::Reset), "{mode}");
        assert_eq!(bench.outcome(stop(&running, StopWait::No)), Outcome::AlreadyLeaving, "{mode}");
        bench.server.stop();
    }
}

#[test]
fn the_addresses_of_notifications_are_asked_and_faults_are_told() {
    let bench = Bench::new();
    let ask = || bench.runtime.block_on(bench.client.ncs_ip(&bench.hosts[0], Duration::from_secs(30)));
    assert!(!ask().expect("a list").is_empty());
    bench.befall(fault(Kind::BadGateway, CallName::NcsIp));
    bench.pass(1);
    assert_eq!(ask().expect_err("a fault").outcome, Outcome::Gateway);
    bench.server.stop();
}
