//! What goes into the core and what comes out of it. The core does nothing itself: each effect is an order to the worker.

use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::event::{CallKind, Probe, Record, StopWait};
use super::ids::{ChannelId, Cname, Host, Mode, ResourceId, Sid, Uid};
use super::phase::Blindness;
use super::time::Timestamp;

/// A channel as the settings describe it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its number in the store.
    pub id: ChannelId,
    /// What the operator calls it; unique in the project.
    pub name: Arc<str>,
    /// What Agora calls it.
    pub cname: Cname,
    /// How it is recorded.
    pub mode: Mode,
    /// The first UID.
    pub main_uid: Uid,
    /// The UID restarts alternate with.
    pub backup_uid: Uid,
    /// Further UIDs for when neither of the pair is known to be free.
    pub spare_uids: Vec<Uid>,
    /// `maxIdleTime` of its recording profile: Agora ends the recording after this long without anybody publishing.
    pub max_idle: Duration,
    /// The operator's own words for it, to filter by.
    pub tags: Vec<Arc<str>>,
}

/// What the operator wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open a session: acquire, start, verify.
    Start(ChannelId),
    /// The same with the other UID, in the same session.
    Restart(ChannelId),
    /// End a running start or restart before it is verified.
    CancelStart(ChannelId),
    /// End the session.
    Stop(ChannelId, StopWait),
    /// Stop the old recorder that answers beside the new one.
    StopOld(ChannelId),
    /// One query now, inside the quota.
    ProbeNow(ChannelId),
}

impl Command {
    /// The channel it acts on.
    pub const fn channel(self) -> ChannelId {
        match self {
            Command::Start(id)
            | Command::Restart(id)
            | Command::CancelStart(id)
            | Command::Stop(id, _)
            | Command::StopOld(id)
            | Command::ProbeNow(id) => id,
        }
    }
}

/// A call to the service, with everything of the core that it needs; bodies come from the recording profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// A resource ID for this UID.
    Acquire {
        /// Channel name.
        cname: Cname,
        /// Recorder UID.
        uid: Uid,
    },
    /// A recording.
    Start {
        /// Channel name.
        cname: Cname,
        /// Recorder UID; the same as in acquire.
        uid: Uid,
        /// Mode.
        mode: Mode,
        /// Not older than 5 minutes.
        resource_id: ResourceId,
    },
    /// The status.
    Query {
        /// Mode.
        mode: Mode,
        /// As started.
        resource_id: ResourceId,
        /// As started.
        sid: Sid,
    },
    /// The end.
    Stop {
        /// Channel name.
        cname: Cname,
        /// Recorder UID.
        uid: Uid,
        /// Mode.
        mode: Mode,
        /// As started.
        resource_id: ResourceId,
        /// As started.
        sid: Sid,
        /// Waiting for the upload or not.
        wait: StopWait,
    },
}

impl Call {
    /// Which call it is.
    pub const fn kind(&self) -> CallKind {
        match self {
            Call::Acquire { .. } => CallKind::Acquire,
            Call::Start { .. } => CallKind::Start,
            Call::Query { .. } => CallKind::Query,
            Call::Stop { .. } => CallKind::Stop,
        }
    }
}

/// The number of one HTTP exchange, unique within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendId(pub u64);

/// One HTTP exchange to carry out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// Comes back with the answer.
    pub id: SendId,
    /// Whose it is: the worker picks the recording profile by it.
    pub channel: ChannelId,
    /// What to ask.
    pub call: Call,
    /// Whom to ask.
    pub host: Host,
    /// 1 for the first try.
    pub attempt: u32,
    /// Give up after this long.
    pub timeout: Duration,
}

/// What one exchange brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Which exchange.
    pub id: SendId,
    /// Time to the answer, or to giving up.
    pub latency: Duration,
    /// What it means.
    pub answer: Answer,
    /// The file name a query or stop told, without its directory prefix.
    pub file: Option<Arc<str>>,
    /// The body as it came, cut to 2 KiB, for the eye only.
    pub raw: Option<Arc<str>>,
}

/// Something that reached us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// `next_deadline` has come.
    Tick,
    /// The operator wants something.
    Command(Command),
    /// An exchange ended.
    Answered(Box<Answered>),
    /// An exchange was not made, since the events that had to be on disk before it are not.
    NotSaved(SendId),
    /// We could not look from `from` until now: the workstation slept, or the process was halted.
    Resumed {
        /// The last moment we surely ran.
        from: Timestamp,
        /// Why.
        cause: Blindness,
    },
    /// The store began to refuse writes, or takes them again.
    Log(LogHealth),
}

/// Whether the log can be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogHealth {
    /// Every fact is on disk.
    #[default]
    Saved,
    /// The disk refuses; facts wait in memory, and nothing that needs an intent is sent.
    Failing,
}

/// An order to the worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Keep this fact. On disk before any `Send` of the same batch leaves.
    Record(Record),
    /// Keep this evidence.
    Measure(Probe),
    /// Make this exchange.
    Send(Box<Send>),
}
