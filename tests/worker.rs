//! The worker as a program has it: real HTTP to the simulated cloud on loopback ports, a real database, a clock that runs
//! faster. Nothing here waits for a time to pass; it waits for something to be shown, for as long as that takes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reelwatch::agora::account::Account;
use reelwatch::agora::client::Client;
use reelwatch::agora::https::HttpsTransport;
use reelwatch::monitor::Roster;
use reelwatch::monitor::event::{Denial, Event, StopWait};
use reelwatch::monitor::ids::{ChannelId, Mode, ResourceId, Sid};
use reelwatch::monitor::io::Command;
use reelwatch::monitor::phase::{Blindness, Phase, State};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::snapshot::{ChannelView, Snapshot};
use reelwatch::profile::file::Sections;
use reelwatch::profile::{Draft, Profile};
use reelwatch::sim::scenario::Happening;
use reelwatch::sim::{Scenario, SimCloud, SimServer};
use reelwatch::store::Store;
use reelwatch::worker::book::{Book, Entry, Pages};
use reelwatch::worker::clock::{Clock, Speed};
use reelwatch::worker::handle::{
    Existing, ExportJob, ExportResult, Format, Handle, Look, NewRecording, Request, Stretch,
};
use reelwatch::worker::{Setup, Worker, spawn};

use crate::rig;

/// Fast enough for a test, slow enough that a busy computer does not make time-outs of its own: 10 s are half a second.
const SPEED: u32 = 20;

const CLOUD: &str = r#"
name = "two channels"
seed = 3
[project]
name = "p"
[[channel]]
cname = "court-01"
main_uid = 100001
backup_uid = 900001
[[channel]]
cname = "court-02"
main_uid = 100002
backup_uid = 900002
"#;

/// A simulated cloud that outlives the workers which use it.
struct Service {
    scenario: Scenario,
    cloud: Arc<Mutex<SimCloud>>,
    server: SimServer,
    clock: Clock,
}

impl Service {
    fn open() -> Self {
        let scenario = Scenario::parse(CLOUD).expect("a scenario");
        let clock = Clock::start_at(rig::BEGIN, Speed::new(SPEED).expect("in range"));
        let cloud = Arc::new(Mutex::new(SimCloud::new(scenario.clone(), 3, clock.now().as_millis())));
        let now = Arc::new(move || clock.now().as_millis());
        let server = SimServer::bind(Arc::clone(&cloud), &[], now, SPEED).expect("loopback ports");
        Self { scenario, cloud, server, clock }
    }

    fn worker(&self, log: &Path) -> Worker {
        let mut store = Store::open(log).expect("a log");
        let roster = rig::roster(&self.scenario);
        let names: Vec<_> = roster.channels.iter().map(|channel| Arc::clone(&channel.name)).collect();
        let ids = store.channel_ids("p", &names).expect("numbers");
        assert_eq!(ids, roster.channels.iter().map(|channel| channel.id).collect::<Vec<_>>());
        self.begin(store, roster)
    }

    /// A worker of another project, without channels of its own, over the same log.
    fn neighbour(&self, log: &Path) -> Worker {
        let roster = Roster { project: "another".into(), channels: Vec::new(), ..rig::roster(&self.scenario) };
        self.begin(Store::open(log).expect("a log"), roster)
    }

    fn begin(&self, store: Store, roster: Roster) -> Worker {
        let project = &self.scenario.project;
        let account = Account::new(
            project.app_id.parse().expect("an App ID"),
            project.customer_id.clone().into(),
            project.customer_secret.clone().into(),
            self.server.bases().iter().map(|base| base.parse().expect("an address")).collect(),
        )
        .expect("an account");
        let hosts = account.domains.iter().map(|domain| domain.host().clone()).collect();
        let profiles: BTreeMap<_, _> = BTreeMap::from([(Arc::from("scenario"), Arc::new(rig::profile(300)))]);
        let transport = Arc::new(HttpsTransport::new(Duration::from_secs(1)).expect("a transport"));
        spawn(Setup {
            store,
            roster: Roster { hosts, ..roster },
            policy: Policy::default(),
            client: Client::new(Arc::new(account), profiles, transport),
            clock: self.clock,
            book: Box::new(Shelf::default()),
            zone: jiff::tz::TimeZone::UTC,
            wake: Arc::new(|| {}),
        })
        .expect("a worker")
    }
}

/// A book that takes every draft but one.
#[derive(Default)]
struct Shelf(BTreeMap<Arc<str>, Draft>);

impl Book for Shelf {
    fn save(&mut self, name: &str, draft: &Draft) -> Result<Profile, String> {
        if name == "refused" {
            return Err("no room for it; take another one out".to_owned());
        }
        self.0.insert(name.into(), draft.clone());
        draft.resolve(&|_| Some("a-secret".to_owned())).map_err(|missing| format!("{missing:?}"))
    }

    fn remove(&mut self, name: &str) -> Result<(), String> {
        self.0.remove(name).map(|_| ()).ok_or_else(|| "there is none".to_owned())
    }

    fn list(&self) -> Result<BTreeMap<Arc<str>, Draft>, String> {
        Ok(self.0.clone())
    }
}

/// Waits for a picture that shows it.
fn wait_for(handle: &Handle, what: &str, shows: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut handle = handle.clone();
    runtime.block_on(async {
        let limit = Duration::from_secs(60);
        tokio::time::timeout(limit, async {
            let mut snapshot = handle.snapshot();
            while !shows(&snapshot) {
                snapshot = handle.changed().await.expect("the worker is there");
            }
            snapshot
        })
        .await
        .unwrap_or_else(|_| panic!("not shown within {limit:?}: {what}; {:#?}", handle.snapshot().channels))
    })
}

fn view(snapshot: &Snapshot, id: ChannelId) -> &ChannelView {
    snapshot.channel(id).expect("a channel")
}

const ONE: ChannelId = ChannelId(1);

#[test]
fn a_recording_is_started_lost_restarted_stopped_and_exported_over_real_http() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let worker = service.worker(&folder.path().join("log.sqlite"));
    let handle = worker.handle();

    handle.send(Command::Start(ONE)).expect("heard");
    let shown = wait_for(&handle, "Recording", |s| view(s, ONE).state == State::Recording);
    assert_eq!(view(&shown, ONE).uid.get(), 100_001);
    let first = view(&shown, ONE).recording.clone().expect("a recording").sid;

    let die = Happening::Die { cname: "court-01".to_owned() };
    service.cloud.lock().expect("not poisoned").schedule(0, die);
    wait_for(&handle, "Lost", |s| view(s, ONE).state == State::Lost);
    handle.send(Command::Restart(ONE)).expect("heard");
    let shown = wait_for(&handle, "Recording again", |s| view(s, ONE).state == State::Recording);
    let second = view(&shown, ONE);
    assert_eq!(second.uid.get(), 900_001);
    assert_ne!(second.recording.as_ref().expect("a recording").sid, first);
    assert_eq!(second.gaps.len(), 1);

    handle.send(Command::Stop(ONE, StopWait::ForUpload)).expect("heard");
    wait_for(&handle, "Stopped", |s| view(s, ONE).state == State::Stopped);
    let path = folder.path().join("session.jsonl");
    let job = ExportJob { channel: ONE, format: Format::JsonLines, path: path.clone(), existing: Existing::Keep };
    handle.request(Request::Export(job.clone())).expect("heard");
    let ExportResult::Written { lines, .. } = export_result(&handle, 1) else { panic!("not written") };
    let text = std::fs::read_to_string(&path).expect("the log");
    assert_eq!(u64::try_from(text.lines().count()).expect("small"), lines);
    assert!(text.contains(first.as_str()) && text.contains("900001") && !text.contains("simulated-secret"));
    handle.request(Request::Export(job)).expect("heard");
    assert_eq!(export_result(&handle, 2), ExportResult::Exists { path });
}

fn export_result(handle: &Handle, number: u64) -> ExportResult {
    let mut tries = 0;
    loop {
        match handle.export_result() {
            Some((n, result)) if n >= number => return result,
            Some(_) | None => {
                tries += 1;
                assert!(tries < 60_000, "no result of export {number}");
                std::thread::park_timeout(Duration::from_millis(1));
            }
        }
    }
}

#[test]
fn after_the_program_ends_and_begins_again_recordings_are_known_and_the_time_between_is_not_observed() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let log = folder.path().join("log.sqlite");
    let worker = service.worker(&log);
    worker.handle().send(Command::Start(ONE)).expect("heard");
    let shown = wait_for(&worker.handle(), "Recording", |s| view(s, ONE).state == State::Recording);
    let sid = view(&shown, ONE).recording.clone().expect("a recording").sid;
    worker.end();

    let worker = service.worker(&log);
    let handle = worker.handle();
    let shown = wait_for(&handle, "Recording again", |s| view(s, ONE).state == State::Recording);
    assert_eq!(view(&shown, ONE).recording.clone().expect("a recording").sid, sid);
    handle.request(Request::Look(Some(Look { channel: ONE, stretch: Stretch::Session }))).expect("heard");
    let history = loop {
        if let Some(history) = handle.history() {
            break history;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    };
    let facts: Vec<_> = history.records.iter().map(|(_, record)| &record.event).collect();
    let unseen = |event: &&&Event| matches!(event, Event::NotObserved { cause: Blindness::AppClosed, .. });
    assert_eq!(facts.iter().filter(unseen).count(), 1);
    let seen = |event: &&&Event| matches!(event, Event::PhaseChanged { to: Phase::Recording, .. });
    assert_eq!(facts.iter().filter(seen).count(), 1, "known from the log, not started again");
}

#[test]
fn what_the_backend_started_is_adopted_with_a_reason_for_every_row_that_is_not_and_there_again_after_a_restart() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let log = folder.path().join("log.sqlite");
    // The backend's recording: one that another workstation started.
    let backend = service.worker(&folder.path().join("backend.sqlite"));
    backend.handle().send(Command::Start(ONE)).expect("heard");
    let shown = wait_for(&backend.handle(), "Recording", |s| view(s, ONE).state == State::Recording);
    let started = view(&shown, ONE).recording.clone().expect("a recording");
    drop(backend);

    let row = |name: &str, sid: &str| NewRecording {
        name: name.into(),
        cname: "court-01".parse().expect("valid"),
        mode: Mode::Mix,
        uid: "100001".parse().expect("valid"),
        backup_uid: None,
        spare_uids: Vec::new(),
        profile: None,
        tags: Vec::new(),
        resource_id: started.resource_id.clone(),
        sid: Sid::new(sid),
    };
    let worker = service.worker(&log);
    let handle = worker.handle();
    let rows = vec![row("lesson", started.sid.as_str()), row("twin", started.sid.as_str()), row("court-02", "other")];
    handle.request(Request::Adopt(rows)).expect("heard");
    let shown = wait_for(&handle, "the adopted one", |s| s.channels.iter().any(|c| &*c.name == "lesson"));
    let (number, result) = handle.adoption_result().expect("told with the picture or before");
    assert_eq!((number, result.taken), (1, 1));
    let refused: Vec<_> = result.refused.iter().map(|refused| (refused.row, &*refused.why)).collect();
    assert_eq!(refused.iter().map(|(row, _)| *row).collect::<Vec<_>>(), [1, 2]);
    assert!(refused[0].1.contains("watched already") && refused[1].1.contains("another cname"), "{refused:?}");
    let lesson = shown.channels.iter().find(|c| &*c.name == "lesson").expect("there").id;
    wait_for(&handle, "Recording", |s| view(s, lesson).state == State::Recording);

    let path = folder.path().join("lesson.jsonl");
    let job = ExportJob { channel: lesson, format: Format::JsonLines, path: path.clone(), existing: Existing::Keep };
    handle.request(Request::Export(job)).expect("heard");
    assert!(matches!(export_result(&handle, 1), ExportResult::Written { .. }));
    let text = std::fs::read_to_string(&path).expect("the log");
    assert!(text.contains("\"adopted\"") && text.contains(started.sid.as_str()), "{text}");
    worker.end();

    let neighbour = service.neighbour(&log);
    assert_eq!(neighbour.handle().snapshot().channels.len(), 0, "what another project adopted is its own");
    neighbour.end();
    let worker = service.worker(&log);
    wait_for(&worker.handle(), "Recording again", |s| view(s, lesson).state == State::Recording);
    worker.handle().send(Command::Forget(lesson)).expect("heard");
    wait_for(&worker.handle(), "no such channel", |s| s.channel(lesson).is_none());
}

/// The book once so many entries were made or refused.
fn book(handle: &Handle, entries: u64) -> Arc<Pages> {
    let mut tries = 0;
    loop {
        let (number, pages) = handle.book();
        if number >= entries {
            return pages;
        }
        tries += 1;
        assert!(tries < 60_000, "no entry {entries} in the book");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

#[test]
fn a_profile_that_is_saved_is_in_force_at_once_and_one_that_is_refused_changes_nothing() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let worker = service.worker(&folder.path().join("log.sqlite"));
    let handle = worker.handle();
    assert_eq!(*book(&handle, 1), Pages::default(), "read at the start");
    let gone = NewRecording {
        name: "lesson".into(),
        cname: "court-09".parse().expect("valid"),
        mode: Mode::Mix,
        uid: "100009".parse().expect("valid"),
        backup_uid: "900009".parse().ok(),
        spare_uids: Vec::new(),
        profile: Some("later".into()),
        tags: Vec::new(),
        resource_id: ResourceId::new("R"),
        sid: Sid::new("long-gone"),
    };
    handle.request(Request::Adopt(vec![gone])).expect("heard");
    let lesson = |s: &Snapshot| s.channels.iter().find(|c| &*c.name == "lesson").cloned();
    let denied = |s: &Snapshot| lesson(s).is_some_and(|c| c.denials.restart == Some(Denial::NoProfile));
    wait_for(&handle, "no profile yet", denied);

    let text = "[recording]\nchannel_type = \"live_broadcast\"\n[storage]\nvendor = \"amazon_s3\"\nregion = \"EU_CENTRAL_1\"\n\
                bucket = \"b\"\naccess_key = { env = \"ACCESS\" }\nsecret_key = { env = \"SECRET\" }\n";
    let draft = Draft::try_from(toml::from_str::<Sections>(text).expect("sections")).expect("a draft");
    let save = |name: &str| Request::Book(Entry::Save { name: name.into(), draft: Box::new(draft.clone()) });
    handle.request(save("refused")).expect("heard");
    let pages = book(&handle, 2);
    assert_eq!((pages.profiles.len(), pages.trouble.as_deref()), (0, Some("no room for it; take another one out")));
    handle.request(save("later")).expect("heard");
    let pages = book(&handle, 3);
    assert_eq!((pages.profiles.get("later"), &pages.trouble), (Some(&draft), &None));
    let shown = wait_for(&handle, "a profile", |s| lesson(s).is_some_and(|c| c.denials.restart.is_none()));
    let id = lesson(&shown).expect("there").id;
    handle.send(Command::Restart(id)).expect("heard");
    wait_for(&handle, "Recording", |s| view(s, id).state == State::Recording);

    handle.request(Request::Book(Entry::Remove { name: "later".into() })).expect("heard");
    assert_eq!(*book(&handle, 4), Pages::default());
    wait_for(&handle, "no profile any more", denied);
}
