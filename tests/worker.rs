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
use reelwatch::monitor::band::BandKind;
use reelwatch::monitor::event::{Denial, Event, Record, StopWait};
use reelwatch::monitor::history::{Mark, MarkedDeed};
use reelwatch::monitor::ids::{ChannelId, Mode, ProjectId, Sid};
use reelwatch::monitor::io::{Command, LogHealth};
use reelwatch::monitor::phase::{Blindness, Phase, State};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::snapshot::{ChannelView, PastIncidents, Snapshot};
use reelwatch::monitor::time::Timestamp;
use reelwatch::profile::Draft;
use reelwatch::sim::scenario::Happening;
use reelwatch::sim::{Scenario, SimCloud, SimServer};
use reelwatch::store::Store;
use reelwatch::store::evidence::steps::Keep;
use reelwatch::worker::book::{Book, Entry, NotKept, Refusal, Shelf, Usable};
use reelwatch::worker::clock::{Clock, Speed};
use reelwatch::worker::handle::{
    BookJob, BookResult, Existing, ExportJob, ExportResult, Format, Handle, Look, NewRecording, Request, Stretch,
    TimeRange,
};
use reelwatch::worker::{BackupPlan, Plan, Setup, Worker, spawn};

use crate::rig;

/// Fast enough for a test, slow enough that a busy computer does not make time-outs of its own: 10 s are half a second.
const SPEED: u32 = 20;

/// A simulated cloud that outlives the workers which use it.
struct Service {
    scenario: Scenario,
    cloud: Arc<Mutex<SimCloud>>,
    server: SimServer,
    clock: Clock,
}

impl Service {
    fn open() -> Self {
        let scenario = rig::cloud(2);
        let clock = Clock::start_at(rig::BEGIN, Speed::new(SPEED).expect("in range"));
        let cloud = Arc::new(Mutex::new(SimCloud::new(scenario.clone(), 3, clock.now().as_millis())));
        let now = Arc::new(move || clock.now().as_millis());
        let server = SimServer::bind(Arc::clone(&cloud), &[], now, SPEED).expect("loopback ports");
        Self { scenario, cloud, server, clock }
    }

    fn worker(&self, log: &Path) -> Worker {
        self.worker_with(log, None)
    }

    fn worker_with(&self, log: &Path, book: Option<Box<dyn Book>>) -> Worker {
        let mut store = Store::open(log).expect("a log");
        let roster = rig::roster(&self.scenario);
        let names: Vec<_> = roster.projects[0].channels.iter().map(|channel| Arc::clone(&channel.name)).collect();
        let ids = store.channel_ids("p", &names).expect("numbers");
        assert_eq!(ids, roster.projects[0].channels.iter().map(|channel| channel.id).collect::<Vec<_>>());
        self.begin(store, roster, book)
    }

    /// A worker of another project, without channels of its own, over the same log.
    fn neighbour(&self, log: &Path) -> Worker {
        let mut roster = rig::roster(&self.scenario);
        (roster.projects[0].name, roster.projects[0].channels) = ("another".into(), Vec::new());
        self.begin(Store::open(log).expect("a log"), roster, None)
    }

    fn begin(&self, store: Store, mut roster: Roster, book: Option<Box<dyn Book>>) -> Worker {
        let project = &self.scenario.project;
        let account = Account::new(
            project.app_id.parse().expect("an App ID"),
            project.customer_id.clone().into(),
            project.customer_secret.clone().into(),
            self.server.bases().iter().map(|base| base.parse().expect("an address")).collect(),
        )
        .expect("an account");
        let home = &mut roster.projects[0];
        home.numbers = store.channels_of(&home.name).expect("numbers");
        home.hosts = account.domains.iter().map(|domain| domain.host().clone()).collect();
        let profiles: BTreeMap<_, _> = BTreeMap::from([(Arc::from("scenario"), Arc::new(rig::profile(300)))]);
        let transport = Arc::new(HttpsTransport::new(Duration::from_secs(1)).expect("a transport"));
        spawn(Setup {
            store,
            roster,
            policy: Policy::default(),
            clients: vec![Client::new(Arc::new(account), profiles, transport)],
            book,
            plan: Plan { keep: Keep::default(), backup: BackupPlan::Off },
            clock: self.clock,
            zone: jiff::tz::TimeZone::UTC,
            wake: Arc::new(|| {}),
        })
        .expect("a worker")
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
fn the_past_of_all_channels_is_read_for_whoever_looks_and_has_the_flag_of_the_start() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let worker = service.worker(&folder.path().join("log.sqlite"));
    let handle = worker.handle();
    assert!(handle.fleet_history().is_none(), "nobody looks");
    let began = handle.now();
    handle.send(Command::Start(ONE)).expect("heard");
    wait_for(&handle, "Recording", |s| view(s, ONE).state == State::Recording);
    let to = began + Duration::from_secs(86_400);
    handle.request(Request::LookAtFleet(Some(TimeRange { from: began, to }))).expect("heard");
    let history = loop {
        if let Some(history) = handle.fleet_history() {
            break history;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    };
    assert!(history.to < to, "nothing is told of a time to come");
    let past = history.channels.get(&ONE).expect("it has a past");
    assert!(matches!(past.marks.as_slice(), [Mark { deed: MarkedDeed::Start(_), .. }]), "{:?}", past.marks);
    assert_eq!(past.spans.last().map(|span| span.kind), Some(BandKind::State(State::Recording)));
    assert!(handle.fleet_trouble().is_none());
}

#[test]
fn the_incidents_of_the_log_are_read_for_whoever_looks_and_again_when_there_is_a_new_line() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let worker = service.worker(&folder.path().join("log.sqlite"));
    let handle = worker.handle();
    assert!(handle.past_incidents().is_none(), "nobody looks");
    let (from, to) = (Timestamp::default(), Timestamp::from_millis(i64::MAX));
    handle.request(Request::LookAtIncidents(Some(TimeRange { from, to }))).expect("heard");
    let read = |is: fn(&PastIncidents) -> bool| loop {
        if let Some(past) = handle.past_incidents().filter(|past| is(past)) {
            break past;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    };
    read(|past| past.incidents.is_empty());
    handle.send(Command::Start(ONE)).expect("heard");
    wait_for(&handle, "Recording", |s| view(s, ONE).state == State::Recording);
    let die = Happening::Die { cname: "court-01".to_owned() };
    service.cloud.lock().expect("not poisoned").schedule(0, die);
    let past = read(|past| !past.incidents.is_empty());
    let [incident] = past.incidents.as_slice() else { panic!("one loss: {past:#?}") };
    assert_eq!(incident.view.children.first().map(|child| &*child.name), Some("court-01"));
    assert!(matches!(incident.lines.as_slice(), [Record { event: Event::IncidentOpened { .. }, .. }]));
    assert!(handle.incidents_trouble().is_none());
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
        project: ProjectId::default(),
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

/// The disk refuses, or takes again: another connection takes the table of facts away, and gives it back.
fn rename(log: &Path, from: &str, to: &str) {
    let other = rusqlite::Connection::open(log).expect("the log");
    other.execute_batch(&format!("ALTER TABLE {from} RENAME TO {to}")).expect("renamed");
}

#[test]
fn an_adoption_that_the_disk_does_not_take_says_so_and_nothing_that_needs_an_intent_is_possible_until_it_does() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let log = folder.path().join("log.sqlite");
    let worker = service.worker(&log);
    let handle = worker.handle();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    // A refusal is a fact: once it is told, it and all before it are on the disk.
    let refused = runtime.block_on(handle.ask(Command::ProbeNow(ONE))).expect("heard");
    assert_eq!(refused, Some(Denial::NoSid));
    rename(&log, "event", "event_gone");
    let row = NewRecording {
        project: ProjectId(0),
        name: "lesson".into(),
        cname: "court-01".parse().expect("valid"),
        mode: Mode::Mix,
        uid: "100001".parse().expect("valid"),
        backup_uid: Some("900001".parse().expect("valid")),
        spare_uids: Vec::new(),
        profile: Some("scenario".into()),
        tags: Vec::new(),
        resource_id: reelwatch::monitor::ids::ResourceId::new("R"),
        sid: Sid::new("0b7e"),
    };
    handle.request(Request::Adopt(vec![row.clone()])).expect("heard");
    let shown = wait_for(&handle, "a failing log", |s| s.log.health == LogHealth::Failing && s.channels.len() == 3);
    let (_, result) = handle.adoption_result().expect("told with the picture or before");
    assert!(result.taken == 1 && result.unsaved.is_some(), "{result:?}");
    assert!(shown.log.waiting > 0 && shown.log.error.is_some(), "{:?}", shown.log);
    let lesson = shown.channels.iter().find(|c| &*c.name == "lesson").expect("there");
    let denied = lesson.denials;
    assert_eq!([denied.restart, denied.stop], [Some(Denial::LogFailing); 2], "{denied:?}");
    assert_eq!(view(&shown, ONE).denials.start, Some(Denial::LogFailing));
    let refused = runtime.block_on(handle.ask(Command::Start(ONE))).expect("heard");
    assert_eq!(refused, Some(Denial::LogFailing));
    handle.request(Request::Adopt(vec![NewRecording { sid: Sid::new("1c8f"), ..row }])).expect("heard");
    let id = lesson.id;
    rename(&log, "event_gone", "event");
    wait_for(&handle, "a log that is written", |s| s.log.health == LogHealth::Saved && s.log.waiting == 0);
    let (_, result) = handle.adoption_result().expect("the second");
    assert_eq!((result.taken, result.refused.len()), (0, 1), "{result:?}");
    worker.end();
    let worker = service.worker(&log);
    assert!(worker.handle().snapshot().channel(id).is_some(), "what waited is on the disk");
}

/// A book in memory; its one variable may be missing.
struct Memory {
    profiles: BTreeMap<String, Draft>,
    variable: Arc<Mutex<Option<String>>>,
}

impl Memory {
    fn usable(&self, draft: &Draft) -> Usable {
        let value = self.variable.lock().expect("not poisoned").clone();
        draft.resolve(&|_| value.clone()).map(Arc::new).map_err(|_| Arc::from("KEY is not set"))
    }
}

impl Book for Memory {
    fn list(&mut self) -> Result<Shelf, Refusal> {
        let entry = |(name, draft): (&String, &Draft)| Entry {
            name: name.as_str().into(),
            draft: Ok(draft.clone()),
            unusable: self.usable(draft).err(),
        };
        Ok(Shelf { place: "memory".into(), note: None, profiles: self.profiles.iter().map(entry).collect() })
    }

    fn save(&mut self, name: &str, was: Option<&Draft>, draft: &Draft) -> Result<Usable, NotKept> {
        if self.profiles.get(name) != was {
            return Err(NotKept::Changed);
        }
        self.profiles.insert(name.to_owned(), draft.clone());
        Ok(self.usable(draft))
    }

    fn remove(&mut self, name: &str, _: Option<&Draft>) -> Result<(), NotKept> {
        self.profiles.remove(name);
        Ok(())
    }
}

fn draft(bucket: &str) -> Draft {
    let text = format!(
        "[profile.x.recording]\nchannel_type = \"live_broadcast\"\n[profile.x.storage]\nvendor = \"google\"\n\
         bucket = \"{bucket}\"\naccess_key = {{ env = \"KEY\" }}\nsecret_key = {{ env = \"KEY\" }}\n"
    );
    let (mut drafts, problems) = reelwatch::settings::drafts(&text);
    drafts.remove("x").unwrap_or_else(|| panic!("{problems:#?}"))
}

fn with_group(mut tree: toml::Table) -> toml::Table {
    tree["recording"].as_table_mut().expect("a table").insert("subscribe_uid_group".to_owned(), 0.into());
    tree
}

/// Asks for it and waits for what became of it.
fn book(handle: &Handle, job: BookJob) -> BookResult {
    let before = handle.book_result().map_or(0, |(number, _)| number);
    handle.request(Request::Book(job)).expect("heard");
    for _ in 0..60_000 {
        match handle.book_result() {
            Some((number, result)) if number > before && result != BookResult::Read => return result,
            Some(_) | None => std::thread::park_timeout(Duration::from_millis(1)),
        }
    }
    panic!("no result");
}

#[test]
fn a_saved_profile_counts_from_the_next_start_on_and_one_without_its_secrets_is_refused() {
    let (service, folder) = (Service::open(), tempfile::tempdir().expect("a folder"));
    let variable = Arc::new(Mutex::new(None));
    let memory = Memory { profiles: BTreeMap::new(), variable: Arc::clone(&variable) };
    let worker = service.worker_with(&folder.path().join("log.sqlite"), Some(Box::new(memory)));
    let handle = worker.handle();
    let save = |was: Option<&str>, bucket: &str| BookJob::Save {
        name: "scenario".into(),
        was: was.map(|bucket| Box::new(draft(bucket))),
        draft: Box::new(draft(bucket)),
    };
    let saved =
        |unusable: Option<&str>| BookResult::Saved { name: "scenario".into(), unusable: unusable.map(Into::into) };

    assert_eq!(book(&handle, save(None, "one")), saved(Some("KEY is not set")));
    assert_eq!(handle.shelf().expect("it was read").profiles.len(), 1);
    let denied = |why| move |s: &Snapshot| view(s, ONE).denials.start == why;
    wait_for(&handle, "no profile that could be sent", denied(Some(Denial::NoProfile)));

    *variable.lock().expect("not poisoned") = Some("value-of-the-key".to_owned());
    assert_eq!(book(&handle, save(None, "two")), BookResult::Changed { name: "scenario".into() });
    assert_eq!(book(&handle, save(Some("one"), "two")), saved(None));
    wait_for(&handle, "a profile", denied(None));
    handle.send(Command::Start(ONE)).expect("heard");
    wait_for(&handle, "Recording", |s| view(s, ONE).state == State::Recording);

    let mut tree = toml::Table::try_from(reelwatch::profile::file::Sections::from(&draft("two"))).expect("TOML");
    tree.insert("mode".to_owned(), "individual".into());
    let individual = reelwatch::ui::profiles::check::check(&with_group(tree)).draft.expect("nothing is wrong");
    let was = Some(Box::new(draft("two")));
    let BookResult::Refused(refusal) =
        book(&handle, BookJob::Save { name: "scenario".into(), was, draft: Box::new(individual) })
    else {
        panic!("its channels are composite recordings")
    };
    assert_eq!(&*refusal.happened, "scenario is used in another mode by court-01, court-02");

    let remove = BookJob::Remove { name: "scenario".into(), was: None };
    let BookResult::Refused(refusal) = book(&handle, remove) else { panic!("channels use it") };
    assert_eq!(&*refusal.happened, "scenario is used by court-01, court-02");
    assert!(handle.shelf().expect("it was read").entry("scenario").is_some());
}
