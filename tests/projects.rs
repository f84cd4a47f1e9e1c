//! Two projects in one program: two simulated clouds with App IDs of their own on loopback ports, one worker, real HTTP. The
//! channels of both have the same name, so whatever went to the wrong project would be seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reelwatch::agora::account::Account;
use reelwatch::agora::client::Client;
use reelwatch::agora::https::HttpsTransport;
use reelwatch::monitor::ids::{ChannelId, ProjectId};
use reelwatch::monitor::io::{Channel, Command};
use reelwatch::monitor::phase::State;
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::snapshot::Snapshot;
use reelwatch::monitor::{ProjectRoster, Roster};
use reelwatch::sim::scenario::Happening;
use reelwatch::sim::{Scenario, SimCloud, SimServer};
use reelwatch::store::Store;
use reelwatch::store::evidence::steps::Keep;
use reelwatch::worker::clock::{Clock, Speed};
use reelwatch::worker::handle::{Existing, ExportJob, ExportResult, Format, Handle, Request};
use reelwatch::worker::{BackupPlan, Plan, Setup, spawn};

use crate::rig;

/// Fast enough for a test, slow enough that a busy computer does not make time-outs of its own.
const SPEED: u32 = 20;

/// A cloud that knows one App ID and one customer, and answers 401 or 404 to everybody else.
struct Service {
    scenario: Scenario,
    cloud: Arc<Mutex<SimCloud>>,
    server: SimServer,
}

impl Service {
    fn open(name: &str, digit: char, clock: Clock) -> Self {
        let app_id: String = std::iter::repeat_n(digit, 32).collect();
        let text = format!(
            "name = \"one hall\"\nseed = 3\n[project]\nname = \"{name}\"\napp_id = \"{app_id}\"\ncustomer_id = \"{name}-id\"\n\
             customer_secret = \"{name}-secret\"\n[[channel]]\ncname = \"hall\"\nmain_uid = 7\nbackup_uid = 8\n"
        );
        let scenario = Scenario::parse(&text).expect("a scenario");
        let cloud = Arc::new(Mutex::new(SimCloud::new(scenario.clone(), 3, clock.now().as_millis())));
        let now = Arc::new(move || clock.now().as_millis());
        let server = SimServer::bind(Arc::clone(&cloud), &[], now, SPEED).expect("loopback ports");
        Self { scenario, cloud, server }
    }

    fn account(&self) -> Account {
        let project = &self.scenario.project;
        let bases = self.server.bases();
        Account::new(
            project.app_id.parse().expect("an App ID"),
            project.customer_id.clone().into(),
            project.customer_secret.clone().into(),
            bases.iter().map(|base| base.parse().expect("an address")).collect(),
        )
        .expect("an account")
    }

    /// Its project as the core knows it, with the numbers of the store.
    fn project(&self, store: &mut Store, account: &Account, policy: Policy) -> ProjectRoster {
        let own = rig::roster(&self.scenario).projects.remove(0);
        let names: Vec<_> = own.channels.iter().map(|channel| Arc::clone(&channel.name)).collect();
        let ids = store.channel_ids(&own.name, &names).expect("numbers");
        ProjectRoster {
            hosts: account.domains.iter().map(|domain| domain.host().clone()).collect(),
            channels: own.channels.into_iter().zip(ids).map(|(channel, id)| Channel { id, ..channel }).collect(),
            numbers: BTreeSet::new(),
            policy,
            ..own
        }
    }
}

fn wait_for(handle: &Handle, what: &str, shows: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut handle = handle.clone();
    runtime.block_on(async {
        let limit = Duration::from_secs(60);
        let waited = tokio::time::timeout(limit, async {
            let mut snapshot = handle.snapshot();
            while !shows(&snapshot) {
                snapshot = handle.changed().await.expect("the worker is there");
            }
            snapshot
        });
        waited.await.unwrap_or_else(|_| panic!("not shown within {limit:?}: {what}; {:#?}", handle.snapshot()))
    })
}

#[test]
fn two_app_ids_are_watched_side_by_side_each_with_its_own_credentials_domains_and_troubles() {
    let clock = Clock::start_at(rig::BEGIN, Speed::new(SPEED).expect("in range"));
    let (north, east) = (Service::open("north", 'a', clock), Service::open("east", 'b', clock));
    let folder = tempfile::tempdir().expect("a folder");
    let mut store = Store::open(&folder.path().join("log.sqlite")).expect("a log");
    let often =
        Policy { poll_every: Duration::from_secs(30), lost_after: Duration::from_secs(60), ..Policy::default() };
    let accounts = [north.account(), east.account()];
    let projects =
        vec![north.project(&mut store, &accounts[0], Policy::default()), east.project(&mut store, &accounts[1], often)];
    let [first, second] = [projects[0].channels[0].id, projects[1].channels[0].id];
    assert_ne!(first, second, "channels of one name in two projects are two channels");
    let profiles: BTreeMap<_, _> = BTreeMap::from([(Arc::from("scenario"), Arc::new(rig::profile(300)))]);
    let transport = Arc::new(HttpsTransport::new(Duration::from_secs(1)).expect("a transport"));
    let client = |account: Account| Client::new(Arc::new(account), profiles.clone(), transport.clone());
    let worker = spawn(Setup {
        store,
        roster: Roster { projects, idle_times: BTreeMap::new() },
        policy: Policy::default(),
        clients: accounts.map(client).into(),
        book: None,
        plan: Plan { keep: Keep::default(), backup: BackupPlan::Off },
        clock,
        zone: jiff::tz::TimeZone::UTC,
        wake: Arc::new(|| {}),
    })
    .expect("a worker");
    let handle = worker.handle();
    let state = |snapshot: &Snapshot, id: ChannelId| snapshot.channel(id).expect("a channel").state;

    for id in [first, second] {
        handle.send(Command::Start(id)).expect("heard");
    }
    let both = |s: &Snapshot| state(s, first) == State::Recording && state(s, second) == State::Recording;
    wait_for(&handle, "both record", both);

    // What befalls one of them befalls nothing of the other's.
    let die = Happening::Die { cname: "hall".to_owned() };
    east.cloud.lock().expect("not poisoned").schedule(0, die);
    let shown = wait_for(&handle, "Lost in the east", |s| state(s, second) == State::Lost);
    assert_eq!(state(&shown, first), State::Recording, "its namesake goes on");
    assert_eq!(shown.project_of(shown.channel(second).expect("there")).id, ProjectId(1));
    assert_eq!(shown.project_of(shown.channel(second).expect("there")).poll_every, Duration::from_secs(30));

    let path = folder.path().join("session.jsonl");
    let job = ExportJob { channel: second, format: Format::JsonLines, path: path.clone(), existing: Existing::Keep };
    handle.request(Request::Export(job)).expect("heard");
    let written = loop {
        if let Some((_, result)) = handle.export_result() {
            break result;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    };
    assert!(matches!(written, ExportResult::Written { .. }), "{written:?}");
    let head = std::fs::read_to_string(&path).expect("the log");
    let head = head.lines().next().expect("a header");
    for part in ["\"project\":\"east\"", "\"poll_interval_ms\":30000", "\"lost_after_ms\":60000"] {
        assert!(head.contains(part), "{part} is not in {head}");
    }
}
