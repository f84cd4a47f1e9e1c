//! From settings to a running worker: the log on disk, the numbers of the channels, a client for each project, the clock. It decides nothing
//! and keeps nothing.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::Trouble;
use super::book::SettingsBook;
use crate::agora::client::Client;
use crate::agora::https::HttpsTransport;
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Channel;
use crate::monitor::{ProjectRoster, Roster};
use crate::settings::{self, ChannelSettings, History, ProjectSettings, Settings};
use crate::store::evidence::steps::Keep;
use crate::store::{Store, StoreError};
use crate::worker::book::Book;
use crate::worker::clock::Clock;
use crate::worker::{self, BackupPlan, Plan, Setup, Wake, Worker};

/// A connection that takes longer is no connection.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// Shortest time to connect when a fast clock shortens everything: the computer itself is not faster.
const CONNECT_AT_LEAST: Duration = Duration::from_millis(100);

/// `maxIdleTime` of each recording profile.
type IdleTimes = BTreeMap<Arc<str>, Option<Duration>>;

/// A worker that runs, and what the operator should know about how it began.
pub struct Watcher {
    /// Ends in order when dropped.
    pub worker: Worker,
    /// Words about the log, such as a damaged one that was set aside.
    pub notes: Vec<String>,
}

/// Opens the log at `log` and starts a worker on the channels of `settings`.
pub fn start(
    settings: &Settings,
    book: SettingsBook,
    log: &Path,
    clock: Clock,
    wake: Wake,
) -> Result<Watcher, Trouble> {
    let mut store = Store::open_or_stand_in(log)?;
    let mut notes: Vec<String> = store.notes().iter().map(ToString::to_string).collect();
    let idle_times: IdleTimes =
        settings.profiles.iter().map(|(name, profile)| (Arc::clone(name), profile.max_idle())).collect();
    let enrolled = settings.projects.iter().map(|project| enrolled(project, &mut store, &idle_times));
    let projects = enrolled.collect::<Result<Vec<_>, _>>()?;
    let roster = Roster { projects, idle_times };
    let connect_within = clock.in_world(CONNECT_WITHIN).max(CONNECT_AT_LEAST);
    let transport: Arc<HttpsTransport> = Arc::new(HttpsTransport::new(connect_within)?);
    let client = |project: &ProjectSettings| {
        Client::new(Arc::new(project.account.clone()), settings.profiles.clone(), transport.clone())
            .with_tokens(project.fixed_tokens())
    };
    let clients = settings.projects.iter().map(client).collect();
    let policy = settings.policy.clone();
    let book: Option<Box<dyn Book>> = Some(Box::new(book));
    let plan = plan(settings.history);
    let setup = Setup { store, roster, policy, clients, book, plan, clock, zone: TimeZone::system(), wake };
    let worker = worker::spawn(setup)?;
    notes.extend(passed_over(worker.passed_over()));
    Ok(Watcher { worker, notes })
}

/// What the settings say about the log.
const fn plan(history: History) -> Plan {
    let keep = Keep { raw_days: history.raw_days, hour_days: history.hour_days };
    let backup = match history.backup {
        settings::BackupPlan::Hourly => BackupPlan::Hourly,
        settings::BackupPlan::Off => BackupPlan::Off,
    };
    Plan { keep, backup }
}

/// A project as the core knows it, with the numbers that the store has for its channels.
fn enrolled(project: &ProjectSettings, store: &mut Store, idle_times: &IdleTimes) -> Result<ProjectRoster, StoreError> {
    let ProjectSettings { name, account, policy, channels } = project;
    let names: Vec<Arc<str>> = channels.iter().map(|channel| Arc::clone(&channel.name)).collect();
    let ids = store.channel_ids(name, &names)?;
    Ok(ProjectRoster {
        name: Arc::clone(name),
        hosts: account.domains.iter().map(|domain| domain.host().clone()).collect(),
        channels: ids.into_iter().zip(channels).map(|(id, channel)| described(id, channel, idle_times)).collect(),
        numbers: store.channels_of(name)?,
        policy: policy.clone(),
    })
}

/// What the operator should know about facts that are in the log and could not be read.
fn passed_over(facts: u64) -> Option<String> {
    (facts > 0).then(|| {
        format!(
            "{facts} of the facts in the log cannot be read (a newer reelwatch wrote them, or the file is damaged) and were \
             passed over: a recording that runs may be missing here; compare with the Agora console"
        )
    })
}

/// A channel as the core knows it.
fn described(id: ChannelId, channel: &ChannelSettings, idle_times: &IdleTimes) -> Channel {
    let ChannelSettings { name, cname, mode, main_uid, backup_uid, spare_uids, profile, tags, auto_restart, tokens: _ } =
        channel;
    Channel {
        id,
        name: Arc::clone(name),
        cname: cname.clone(),
        mode: mode.clone(),
        main_uid: *main_uid,
        backup_uid: Some(*backup_uid),
        spare_uids: spare_uids.clone(),
        profile: Some(Arc::clone(profile)),
        max_idle: idle_times.get(profile).copied().flatten(),
        tags: tags.clone(),
        auto_restart: *auto_restart,
    }
}
