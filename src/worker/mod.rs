//! The thin shell: one thread and one loop that join the core, the service and the store. It carries out what the core
//! decides and decides nothing itself. Commands come in, snapshots go out.
//!
//! | file | subject |
//! |---|---|
//! | `clock` | the one place that reads a clock |
//! | `leaps` | whether the workstation slept or its clock was set, judged without a clock |
//! | `handle` | what a window or a terminal holds of the worker |
//! | `shell` | the loop |
//! | `adopt` | recordings that were started elsewhere, on their way in |
//! | `journal` | the way to the disk, and what waits for it |
//! | `upkeep` | checkpoints and tidying, a step at a time |
//! | `past` | reading the history of one channel beside the writer |
//! | `fleet_past` | the same of all channels |
//! | `incident_past` | all incidents of the log |
//! | `lookout` | which stretch of it somebody looks at, and when to read it again |
//! | `book` | the recording profiles: listing, saving, removing |
//! | `report` | writing session logs |

pub mod adopt;
pub mod book;
pub mod clock;
mod fleet_past;
pub mod handle;
mod incident_past;
mod journal;
mod leaps;
mod lookout;
mod past;
mod report;
mod shell;
mod upkeep;

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use jiff::tz::TimeZone;
use thiserror::Error;

use crate::agora::client::Client;
use crate::monitor::ids::ChannelId;
use crate::monitor::policy::Policy;
use crate::monitor::snapshot::Snapshot;
use crate::monitor::time::Timestamp;
use crate::monitor::{Monitor, Roster, Seen};
use crate::store::{Checkpoint, LastProbe, Store, StoreError};
use book::Book;
use clock::Clock;
use handle::{Handle, Request};
use journal::Journal;
pub use shell::Wake;
use shell::{Parts, Shell};
pub use upkeep::{BackupPlan, Plan};

/// What a worker is made of.
pub struct Setup {
    /// The open log.
    pub store: Store,
    /// The project; its channels carry the numbers that the store gave them.
    pub roster: Roster,
    /// The numbers of the rules.
    pub policy: Policy,
    /// Each project's way to the service, in the order of the roster.
    pub clients: Vec<Client>,
    /// Where recording profiles are kept, if they can be changed.
    pub book: Option<Box<dyn Book>>,
    /// What is kept of the log, and for how long.
    pub plan: Plan,
    /// The clock. It is moved forward if the log is already further.
    pub clock: Clock,
    /// The zone of local times in session logs.
    pub zone: TimeZone,
    /// Called from the worker's thread whenever there is something new to show; must not block.
    pub wake: Wake,
}

/// Why there is no worker.
#[derive(Debug, Error)]
pub enum NoWorker {
    /// The log cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system refuses a thread or its timers.
    #[error("the worker cannot be started: {0}; close other programs, then start reelwatch again")]
    Thread(#[from] io::Error),
}

/// A running worker. Dropping it ends it in order and waits for that, at most about 5 s.
#[derive(Debug)]
pub struct Worker {
    handle: Handle,
    passed_over: u64,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// For whoever shows it and commands it.
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// Facts of the log that could not be read at the start, so that what is shown may lack them.
    pub const fn passed_over(&self) -> u64 {
        self.passed_over
    }

    /// Ends it: calls that change something are heard to their end, everything known is put on the disk.
    pub fn end(mut self) {
        self.end_and_wait();
    }

    fn end_and_wait(&mut self) {
        // A worker that is gone already needs no telling.
        let _ = self.handle.request(Request::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.end_and_wait();
    }
}

/// Reads the log, starts the worker's thread and watches from then on.
///
/// # Errors
/// If the log cannot be read or no thread can be had. Nothing was sent then.
pub fn spawn(setup: Setup) -> Result<Worker, NoWorker> {
    let Setup { store, roster, policy, clients, book, plan, clock, zone, wake } = setup;
    let last = store.last_probes()?;
    let newest = store.last_moment(&last)?;
    let seen = seen(last);
    let clock = match newest {
        Some(newest) if newest > clock.now() => Clock::start_at(newest, clock.speed()),
        Some(_) | None => clock,
    };
    let mut monitor = Monitor::new(roster, policy);
    let passed_over = read_log(&store, &mut monitor)?;
    let journal = Journal::new(store, passed_over, plan)?;
    let first = Arc::new(first_picture(&monitor, &seen, newest, clock.now()));
    let (handle, far) = handle::pair(first, clock);
    let last_moment = newest.unwrap_or_else(|| clock.now());
    let book = book.map(|book| Arc::new(Mutex::new(book)));
    let parts =
        Parts { monitor, journal, clients: clients.into_iter().map(Arc::new).collect(), book, clock, far, wake, zone };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::Builder::new().name("worker".to_owned()).spawn(move || {
        runtime.block_on(Shell::new(parts).run(seen, last_moment));
        runtime.shutdown_background();
    })?;
    Ok(Worker { handle, passed_over, thread: Some(thread) })
}

/// The picture until the worker has begun: nothing of the last run is shown as if it were known now.
fn first_picture(
    monitor: &Monitor,
    seen: &BTreeMap<ChannelId, Seen>,
    newest: Option<Timestamp>,
    now: Timestamp,
) -> Snapshot {
    let mut begun = monitor.clone();
    begun.resume(seen, newest.unwrap_or(now), now);
    begun.snapshot(now)
}

/// Brings the core to where the log ends: from the checkpoint on, or from the beginning where there is none that fits. The result are
/// the facts that could not be read.
fn read_log(store: &Store, monitor: &mut Monitor) -> Result<u64, StoreError> {
    let checkpoint = store.checkpoint()?;
    let restored = checkpoint.and_then(|checkpoint| Some((monitor.restore(&checkpoint.parts)?, checkpoint)));
    let Some((without, Checkpoint { seq, skipped, .. })) = restored else {
        return store.replay_after(0, |_, record| monitor.replay_one(&record));
    };
    for id in without {
        store.replay_of(id, seq, |_, record| monitor.replay_of(id, &record))?;
    }
    Ok(skipped + store.replay_after(seq, |_, record| monitor.replay_one(&record))?)
}

/// What the store remembers of each channel's probes.
fn seen(last: Vec<LastProbe>) -> BTreeMap<ChannelId, Seen> {
    let evidence = |last: LastProbe| Seen { last: last.last, last_good: last.good_at, last_bad: last.bad_at };
    last.into_iter().map(|last| (last.channel, evidence(last))).collect()
}
