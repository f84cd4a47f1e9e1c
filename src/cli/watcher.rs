//! From settings to a running worker: the log on disk, the numbers of the channels, the client, the clock. It decides nothing
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
use crate::settings::{ChannelSettings, Settings};
use crate::store::Store;
use crate::worker::book::Book;
use crate::worker::clock::Clock;
use crate::worker::{self, Setup, Wake, Worker};

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
    let mut store = Store::open(log)?;
    let mut notes: Vec<String> = store.notes().iter().map(ToString::to_string).collect();
    let names: Vec<Arc<str>> = settings.channels.iter().map(|channel| Arc::clone(&channel.name)).collect();
    let ids = store.channel_ids(&settings.project, &names)?;
    let numbered = || ids.iter().copied().zip(&settings.channels);
    let idle_times: IdleTimes =
        settings.profiles.iter().map(|(name, profile)| (Arc::clone(name), profile.max_idle())).collect();
    let project = ProjectRoster {
        name: Arc::clone(&settings.project),
        hosts: settings.account.domains.iter().map(|domain| domain.host().clone()).collect(),
        channels: numbered().map(|(id, channel)| described(id, channel, &idle_times)).collect(),
        numbers: store.channels_of(&settings.project)?,
        policy: settings.policy.clone(),
    };
    let roster = Roster { projects: vec![project], idle_times };
    let connect_within = clock.in_world(CONNECT_WITHIN).max(CONNECT_AT_LEAST);
    let transport = Arc::new(HttpsTransport::new(connect_within)?);
    let client = Client::new(Arc::new(settings.account.clone()), settings.profiles.clone(), transport)
        .with_tokens(settings.fixed_tokens());
    let policy = settings.policy.clone();
    let book: Option<Box<dyn Book>> = Some(Box::new(book));
    let setup = Setup { store, roster, policy, clients: vec![client], book, clock, zone: TimeZone::system(), wake };
    let worker = worker::spawn(setup)?;
    notes.extend(passed_over(worker.passed_over()));
    Ok(Watcher { worker, notes })
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
