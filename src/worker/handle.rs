//! What a window or a terminal holds of the worker: it sends wishes without ever waiting, and reads the latest picture.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use thiserror::Error;
use tokio::sync::{mpsc, watch};

pub use super::adopt::{Adoption, NewRecording, NotTaken};
pub use super::book::{BookJob, BookResult, Entry, Refusal, Shelf};
use super::clock::Clock;
pub use crate::disk::Existing;
use crate::monitor::care::Care;
use crate::monitor::event::Denial;
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Command;
use crate::monitor::snapshot::{FleetHistory, History, PastIncidents, Snapshot};
use crate::monitor::time::Timestamp;

/// How many wishes may wait; a person cannot click this fast.
const WAITING_AT_MOST: usize = 256;

/// The worker cannot take the wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Unheard {
    /// Too many wishes wait already.
    #[error("too much waits to be done: try again in a moment")]
    Busy,
    /// The worker has ended.
    #[error("the worker has ended: nothing is watched any more; restart reelwatch")]
    Gone,
}

/// The stretch of a channel's past that somebody looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whose.
    pub channel: ChannelId,
    /// From when to now.
    pub stretch: Stretch,
}

/// How far back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// This long.
    Last(Duration),
    /// To the beginning of the running or last session.
    Session,
}

/// A stretch of the past of all channels that somebody looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeRange {
    /// Since when.
    pub from: Timestamp,
    /// Until when. A moment to come means that it goes on: it is read up to now, and again when there is more.
    pub to: Timestamp,
}

/// What was read of all channels' past.
#[derive(Clone, Debug, Default)]
pub struct FleetRead {
    /// The last read that succeeded.
    pub history: Option<Arc<FleetHistory>>,
    /// Why the newest one did not, and what to do, if it did not.
    pub trouble: Option<Arc<str>>,
}

/// What was read of the incidents of the log.
#[derive(Clone, Debug, Default)]
pub struct IncidentsRead {
    /// The last read that succeeded.
    pub past: Option<Arc<PastIncidents>>,
    /// Why the newest one did not, and what to do, if it did not.
    pub trouble: Option<Arc<str>>,
}

/// The format of a session log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Comma-separated values: one line per event, probe and gap.
    Csv,
    /// One JSON object per line.
    JsonLines,
}

/// A session log to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportJob {
    /// Whose.
    pub channel: ChannelId,
    /// How.
    pub format: Format,
    /// Where. An existing file is replaced only when `replace` says so.
    pub path: PathBuf,
    /// What to do about a file that is there already.
    pub existing: Existing,
}

/// What became of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExportResult {
    /// Written.
    Written {
        /// Where.
        path: PathBuf,
        /// Lines, the heading included.
        lines: u64,
    },
    /// There is a file already, and it was kept.
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// Not written; the old file, if any, is as it was.
    Failed {
        /// Where it should have gone.
        path: PathBuf,
        /// What happened and what to do.
        why: Arc<str>,
    },
}

/// What somebody can ask for and wait until it was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// An operator's command.
    Command(Command),
    /// The operator sees to something that needs a person.
    Care(Care),
}

impl From<Command> for Asked {
    fn from(command: Command) -> Self {
        Self::Command(command)
    }
}

impl From<Care> for Asked {
    fn from(care: Care) -> Self {
        Self::Care(care)
    }
}

/// A wish to the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// An operator's command.
    Command(Command),
    /// The operator sees to something that needs a person.
    Care(Care),
    /// Somebody asks for something, and waits for the answer to this number.
    Ask(u64, Asked),
    /// Keep the history of this stretch ready.
    Look(Option<Look>),
    /// Keep the past of all channels over this stretch ready.
    LookAtFleet(Option<TimeRange>),
    /// Keep the incidents that opened in this stretch ready.
    LookAtIncidents(Option<TimeRange>),
    /// Write a session log.
    Export(ExportJob),
    /// Watch recordings that were started elsewhere.
    Adopt(Vec<NewRecording>),
    /// Do something with the recording profiles.
    Book(BookJob),
    /// End in order.
    End,
}

/// The worker, as the window and the terminal see it.
#[derive(Clone, Debug)]
pub struct Handle {
    requests: mpsc::Sender<Request>,
    snapshots: watch::Receiver<Arc<Snapshot>>,
    histories: watch::Receiver<Option<Arc<History>>>,
    fleets: watch::Receiver<FleetRead>,
    incidents: watch::Receiver<IncidentsRead>,
    exports: watch::Receiver<Option<(u64, ExportResult)>>,
    adoptions: watch::Receiver<Option<(u64, Arc<Adoption>)>>,
    shelves: watch::Receiver<Option<Arc<Shelf>>>,
    bookings: watch::Receiver<Option<(u64, BookResult)>>,
    answers: watch::Receiver<Option<(u64, Option<Denial>)>>,
    clock: watch::Receiver<Clock>,
}

/// The other end of a [`Handle`].
#[derive(Debug)]
pub struct Far {
    /// Wishes arrive here.
    pub requests: mpsc::Receiver<Request>,
    /// The picture goes out here.
    pub snapshots: watch::Sender<Arc<Snapshot>>,
    /// The history looked at goes out here.
    pub histories: watch::Sender<Option<Arc<History>>>,
    /// The past of all channels goes out here, or why it could not be read.
    pub fleets: watch::Sender<FleetRead>,
    /// The incidents of the log go out here, or why they could not be read.
    pub incidents: watch::Sender<IncidentsRead>,
    /// Results of exports go out here, numbered from 1.
    pub exports: watch::Sender<Option<(u64, ExportResult)>>,
    /// Results of adoptions go out here, numbered from 1.
    pub adoptions: watch::Sender<Option<(u64, Arc<Adoption>)>>,
    /// The recording profiles go out here, once they were read.
    pub shelves: watch::Sender<Option<Arc<Shelf>>>,
    /// What became of changes to them, numbered from 1.
    pub bookings: watch::Sender<Option<(u64, BookResult)>>,
    /// Why a command that was asked for is refused goes out here, or that it is not, with its number.
    pub answers: watch::Sender<Option<(u64, Option<Denial>)>>,
    /// The clock in force goes out here.
    pub clock: watch::Sender<Clock>,
}

/// A handle and its other end: the worker's, or a test's.
pub fn pair(first: Arc<Snapshot>, clock: Clock) -> (Handle, Far) {
    let (requests, far_requests) = mpsc::channel(WAITING_AT_MOST);
    let (far_snapshots, snapshots) = watch::channel(first);
    let (far_histories, histories) = watch::channel(None);
    let (far_fleets, fleets) = watch::channel(FleetRead::default());
    let (far_incidents, incidents) = watch::channel(IncidentsRead::default());
    let (far_exports, exports) = watch::channel(None);
    let (far_adoptions, adoptions) = watch::channel(None);
    let (far_shelves, shelves) = watch::channel(None);
    let (far_bookings, bookings) = watch::channel(None);
    let (far_answers, answers) = watch::channel(None);
    let (far_clock, clock) = watch::channel(clock);
    let far = Far {
        requests: far_requests,
        snapshots: far_snapshots,
        histories: far_histories,
        fleets: far_fleets,
        incidents: far_incidents,
        exports: far_exports,
        adoptions: far_adoptions,
        shelves: far_shelves,
        bookings: far_bookings,
        answers: far_answers,
        clock: far_clock,
    };
    (
        Handle {
            requests,
            snapshots,
            histories,
            fleets,
            incidents,
            exports,
            adoptions,
            shelves,
            bookings,
            answers,
            clock,
        },
        far,
    )
}

impl Handle {
    /// Sends a command. Its effect, or why it was refused, is in a later snapshot.
    pub fn send(&self, command: Command) -> Result<(), Unheard> {
        self.request(Request::Command(command))
    }

    /// Sends what the operator does about an incident or a channel; its effect, or why it was refused, is in a later snapshot.
    pub fn attend(&self, care: Care) -> Result<(), Unheard> {
        self.request(Request::Care(care))
    }

    /// Asks for something and waits until it was heard: why it is refused, if it is. When the answer comes, what is not refused
    /// was handed to the disk; where the disk did not take it, the next snapshot says so. One asks at a time.
    pub async fn ask(&self, asked: impl Into<Asked>) -> Result<Option<Denial>, Unheard> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut answers = self.answers.clone();
        self.request(Request::Ask(number, asked.into()))?;
        let is_ours = |answer: &Option<(u64, Option<Denial>)>| answer.is_some_and(|(answered, _)| answered == number);
        let answer = answers.wait_for(is_ours).await.map_err(|_| Unheard::Gone)?;
        Ok(answer.and_then(|(_, denial)| denial))
    }

    /// Sends any wish, without waiting.
    pub fn request(&self, request: Request) -> Result<(), Unheard> {
        self.requests.try_send(request).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Unheard::Busy,
            mpsc::error::TrySendError::Closed(_) => Unheard::Gone,
        })
    }

    /// The latest picture.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&self.snapshots.borrow())
    }

    /// Waits for a newer picture than the one last seen by this handle; `None` when the worker has ended.
    pub async fn changed(&mut self) -> Option<Arc<Snapshot>> {
        self.snapshots.changed().await.ok()?;
        Some(Arc::clone(&self.snapshots.borrow_and_update()))
    }

    /// The history last asked for by [`Request::Look`], once it is there.
    pub fn history(&self) -> Option<Arc<History>> {
        self.histories.borrow().clone()
    }

    /// The past of all channels as it was last read for [`Request::LookAtFleet`]; what it covers stands in it.
    pub fn fleet_history(&self) -> Option<Arc<FleetHistory>> {
        self.fleets.borrow().history.clone()
    }

    /// Why the past of all channels could not be read, as long as it cannot.
    pub fn fleet_trouble(&self) -> Option<Arc<str>> {
        self.fleets.borrow().trouble.clone()
    }

    /// The incidents of the log as they were last read for [`Request::LookAtIncidents`].
    pub fn past_incidents(&self) -> Option<Arc<PastIncidents>> {
        self.incidents.borrow().past.clone()
    }

    /// Why the incidents of the log could not be read, as long as they cannot.
    pub fn incidents_trouble(&self) -> Option<Arc<str>> {
        self.incidents.borrow().trouble.clone()
    }

    /// The result of the last export and its number, which rises by one with each.
    pub fn export_result(&self) -> Option<(u64, ExportResult)> {
        self.exports.borrow().clone()
    }

    /// The result of the last adoption and its number, which rises by one with each.
    pub fn adoption_result(&self) -> Option<(u64, Arc<Adoption>)> {
        self.adoptions.borrow().clone()
    }

    /// The recording profiles; `None` until they were read, and where there is no place for them.
    pub fn shelf(&self) -> Option<Arc<Shelf>> {
        self.shelves.borrow().clone()
    }

    /// What became of the last [`BookJob`] and its number, which rises by one with each.
    pub fn book_result(&self) -> Option<(u64, BookResult)> {
        self.bookings.borrow().clone()
    }

    /// The time by the worker's clock.
    pub fn now(&self) -> Timestamp {
        self.clock.borrow().now()
    }

    /// The worker's clock.
    pub fn clock(&self) -> Clock {
        *self.clock.borrow()
    }

    /// Whether the worker is still there.
    pub fn is_alive(&self) -> bool {
        !self.requests.is_closed()
    }
}
