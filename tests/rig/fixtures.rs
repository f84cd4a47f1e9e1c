//! Scenarios, rosters and recording profiles as most tests need them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use reelwatch::monitor::ids::{ChannelId, Host, Mode};
use reelwatch::monitor::io::{AutoRestart, Channel};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::{ProjectRoster, Roster};
use reelwatch::profile::choices::{ChannelType, StreamMode};
use reelwatch::profile::file::Sections;
use reelwatch::profile::numbers::{MaxIdleTime, UidGroup};
use reelwatch::profile::recording::{Capture, Common, Individual, Mix};
use reelwatch::profile::storage::{Keys, Place, Storage, StorageParts};
use reelwatch::profile::vendors::Vendor;
use reelwatch::profile::{Acquire, Body, Draft, Profile};
use reelwatch::sim::Scenario;
use secrecy::SecretString;

/// A cloud where all is well, with channels `court-01` and so on: UIDs 100001 and 900001 and so on.
pub fn cloud(channels: u32) -> Scenario {
    let head = "name = \"well\"\nseed = 1\n[project]\nname = \"p\"\n";
    let channel = |n: u32| {
        let (main, backup) = (100_000 + n, 900_000 + n);
        format!("[[channel]]\ncname = \"court-{n:02}\"\nmain_uid = {main}\nbackup_uid = {backup}\n")
    };
    let text: String = std::iter::once(head.to_owned()).chain((1..=channels).map(channel)).collect();
    Scenario::parse(&text).expect("a scenario")
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
pub(super) fn page() -> Profile {
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
pub(super) fn individual(max_idle_s: u32) -> Profile {
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
