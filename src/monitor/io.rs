//! What goes into the core and what comes out of it. The core does nothing itself: each effect is an order to the worker.

use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::care::Care;
use super::change::Change;
use super::event::{CallKind, Denial, Probe, Record, StopWait};
use super::ids::{ChannelId, Cname, Host, Mode, ProjectId, ResourceId, Sid, Uid};
use super::phase::Blindness;
use super::time::Timestamp;
use super::told::Told;

/// Whether a lost recorder is restarted without the operator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AutoRestart {
    /// The operator restarts it.
    #[default]
    Off,
    /// The rules do, so often in an hour.
    On,
}

/// A channel as the settings describe it, or as it was adopted.
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
    /// The UID restarts alternate with. An adopted channel may have none.
    pub backup_uid: Option<Uid>,
    /// Further UIDs for when neither of the pair is known to be free.
    pub spare_uids: Vec<Uid>,
    /// The name of its recording profile. An adopted channel may have none; then it can be watched and stopped.
    pub profile: Option<Arc<str>>,
    /// `maxIdleTime` of its recording profile: Agora ends the recording after this long without anybody publishing. None in
    /// web mode, and where nobody knows it.
    pub max_idle: Option<Duration>,
    /// The operator's own words for it, to filter by.
    pub tags: Vec<Arc<str>>,
    /// Whether it is restarted without the operator. An adopted channel is not.
    pub auto_restart: AutoRestart,
}

/// A recording that was started elsewhere, and the channel it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoptee {
    /// The project that the channel belongs to.
    pub project: ProjectId,
    /// The channel; its number is the store's. One that is known already stays as it is.
    pub channel: Channel,
    /// The recorder's UID.
    pub uid: Uid,
    /// As started.
    pub resource_id: ResourceId,
    /// As started.
    pub sid: Sid,
}

/// What the operator wants.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Change the running recording (update, updateLayout).
    Change(ChannelId, Change),
    /// Watch an adopted channel no longer. Nothing is sent: its recorder, if any, goes on.
    Forget(ChannelId),
}

impl Command {
    /// The channel it acts on.
    pub const fn channel(&self) -> ChannelId {
        match self {
            Command::Start(id)
            | Command::Restart(id)
            | Command::CancelStart(id)
            | Command::Stop(id, _)
            | Command::StopOld(id)
            | Command::ProbeNow(id)
            | Command::Change(id, _)
            | Command::Forget(id) => *id,
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
        /// Mode.
        mode: Mode,
        /// The name of the recording profile.
        profile: Arc<str>,
        /// When the start was asked for: a token is issued at this moment, so that acquire and start carry the same one.
        asked_at: Timestamp,
        /// Resource IDs of recordings of the same channel that may still run (`excludeResourceIds`).
        siblings: Vec<ResourceId>,
    },
    /// A recording.
    Start {
        /// Channel name.
        cname: Cname,
        /// Recorder UID; the same as in acquire.
        uid: Uid,
        /// Mode.
        mode: Mode,
        /// The name of the recording profile; the same as in acquire.
        profile: Arc<str>,
        /// When the start was asked for; the same as in acquire.
        asked_at: Timestamp,
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
    /// A change while it runs: update or updateLayout.
    Change {
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
        /// What changes.
        change: Change,
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
            Call::Change { change, .. } => change.kind().call(),
        }
    }
}

/// The number of one HTTP exchange, unique within a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SendId {
    /// Whose account it is made with.
    pub project: ProjectId,
    /// Unique within the project.
    pub number: u64,
}

/// One HTTP exchange to carry out now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// Comes back with the answer.
    pub id: SendId,
    /// Whose it is: the worker picks the recording profile by it.
    pub channel: ChannelId,
    /// What to ask.
    pub call: Arc<Call>,
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
    /// What it tells beside its meaning.
    pub told: Told,
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
    /// The operator sees to something that needs a person.
    Care(Care),
    /// The operator hands over recordings that were started elsewhere.
    Adopt(Vec<Adoptee>),
    /// A recording profile was changed: starts of its channels follow it from now on.
    Profile {
        /// Its name.
        name: Arc<str>,
        /// Its `maxIdleTime`; none in web mode.
        max_idle: Option<Duration>,
    },
    /// A recording profile is not there any more: channels that name it cannot be started.
    ProfileGone {
        /// Its name.
        name: Arc<str>,
    },
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
    /// Tell whoever asked what became of each recording of an [`Input::Adopt`], in its order.
    Adopted(Vec<Result<(), Denial>>),
}
