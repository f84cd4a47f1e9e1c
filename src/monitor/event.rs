//! Facts we hold true, in the past tense, kept for ever. The log of these is the only truth: live state and restarted state
//! come from applying them one by one. A variant or field is never removed or renamed once released; new ones are added.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use super::act::{Actor, CallKind, Denial, StopWait};
use super::answer::{Answer, Upload};
use super::change::{ChangeKind, ChangeResult};
use super::gap::{Gap, OpenGap};
use super::ids::{ChannelId, Cname, Host, Mode, ResourceId, SessionId, Sid, Uid};
use super::incidents::{AcknowledgementEnd, IncidentId, IncidentKind, MuteEnd, Settled};
use super::phase::{Blindness, Phase, Sight, StartCause, StartFailure, State, StopResult};
use super::remark::Remark;
use super::time::Timestamp;
use super::told::{File, Hold};

/// How a channel that was flapping came to rest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Calm {
    /// It records.
    Steady,
    /// It stays bad.
    StaysBad,
}

/// What a note is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteOn {
    /// An incident.
    Incident {
        /// Which.
        incident: IncidentId,
        /// One of its channels, by which the project is known.
        about: ChannelId,
    },
    /// A stretch of the past, of the channel of this line or, without one, of all.
    Past {
        /// Its begin.
        from: Timestamp,
        /// Its end.
        to: Timestamp,
    },
}

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The application began to watch.
    WatchBegan {
        /// Its version.
        version: Arc<str>,
    },
    /// The application ended in order.
    WatchEnded,
    /// Nobody looks at this channel from `from` on, until its sight changes again; while a start is on its way and nothing is asked
    /// for, up to the moment of this line.
    NotObserved {
        /// Since when.
        from: Timestamp,
        /// Why.
        cause: Blindness,
    },
    /// The wall clock of the workstation was set. Times of the log never go back: after a set back they run ahead of it.
    ClockSet {
        /// By how many milliseconds; negative when it was set back.
        by_ms: i64,
    },
    /// The own network went away.
    NetworkLost {
        /// The first try without an answer.
        since: Timestamp,
    },
    /// A domain answers again.
    NetworkBack,
    /// Another domain is asked first from now on.
    DomainPreferred {
        /// Which.
        host: Host,
        /// The project whose it is. Older logs know only one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        project: Option<Arc<str>>,
    },
    /// Agora asked for fewer requests.
    Throttled {
        /// Background requests rest until then.
        until: Timestamp,
        /// The project whose rate it is. Older logs know only one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        project: Option<Arc<str>>,
    },
    /// The operator asked for something that the state forbids.
    CommandDenied {
        /// What, in the words of the command list.
        command: Arc<str>,
        /// Why not.
        why: Denial,
    },
    /// Write-ahead: a start or restart is wanted. On disk before `acquire` leaves.
    StartRequested {
        /// The session it belongs to.
        session: SessionId,
        /// The UID it will use.
        uid: Uid,
        /// Start or restart.
        cause: StartCause,
        /// Who.
        by: Actor,
    },
    /// The tries with one UID are spent; the next one is used. On disk before its `acquire` leaves.
    UidTaken {
        /// The UID it goes on with.
        uid: Uid,
    },
    /// A resource ID came.
    Acquired {
        /// For this UID.
        uid: Uid,
        /// The ID.
        resource_id: ResourceId,
    },
    /// A try of `acquire`, `start` or `stop`, and what came of it.
    CallAnswered {
        /// Which call.
        call: CallKind,
        /// For this UID.
        uid: Uid,
        /// The domain asked.
        host: Host,
        /// 1 for the first try of the call.
        attempt: u32,
        /// Time to the answer, or to giving up.
        latency_ms: u32,
        /// What came.
        answer: Answer,
    },
    /// A `sid` came.
    Started {
        /// The UID in use from now on.
        uid: Uid,
        /// Under this resource ID.
        resource_id: ResourceId,
        /// The recording.
        sid: Sid,
        /// When the channel token ends that it was started with. It cannot be renewed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token_until: Option<Timestamp>,
        /// What Agora calls the channel. Older logs do not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cname: Option<Cname>,
        /// How it is recorded. Older logs do not tell.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mode: Option<Mode>,
    },
    /// A start came to nothing.
    StartFailed {
        /// Why.
        why: StartFailure,
        /// The last answer, if one decided it.
        answer: Option<Answer>,
    },
    /// A start was sent and its outcome is not known.
    StartLeftUnknown {
        /// The last answer, if any.
        answer: Option<Answer>,
    },
    /// What Agora says changed.
    PhaseChanged {
        /// From now on.
        to: Phase,
        /// The answer that changed it.
        answer: Option<Answer>,
    },
    /// Whether we can see changed.
    SightChanged {
        /// From `since` on.
        to: Sight,
        /// When the query was sent that found it out.
        since: Timestamp,
        /// The answer that changed it.
        answer: Option<Answer>,
    },
    /// A recording that should run was not seen running.
    GapOpened {
        /// Its two early bounds.
        gap: OpenGap,
    },
    /// The gap has an end.
    GapClosed {
        /// All four bounds.
        gap: Gap,
    },
    /// Write-ahead: a stop is wanted. On disk before it leaves.
    StopRequested {
        /// The recording.
        sid: Option<Sid>,
        /// Waiting for the upload or not.
        wait: StopWait,
        /// Who.
        by: Actor,
    },
    /// The session ended by our stop.
    Stopped {
        /// How.
        result: StopResult,
    },
    /// Write-ahead: the old recorder of a restart is to be stopped.
    OldStopRequested {
        /// The old recording.
        sid: Sid,
        /// Who.
        by: Actor,
    },
    /// The old recorder of a restart was seen alive beside the new one.
    OldSeenAlive {
        /// The old recording.
        sid: Sid,
    },
    /// The old recorder of a restart records, and the new one never was seen to: it is the channel's again.
    OldTakenBack {
        /// The old recording.
        sid: Sid,
    },
    /// The old recorder of a restart is gone.
    OldGone {
        /// The old recording.
        sid: Sid,
        /// The upload state, when a stop of ours told it.
        upload: Option<Upload>,
    },
    /// The service named the file; `told` should equal `predicted`.
    FileNameTold {
        /// Spliced by the naming rules.
        predicted: Arc<str>,
        /// What the query said, without the directory prefix.
        told: Arc<str>,
    },
    /// The service listed files of a recording that it had not listed before. In place of `FileNameTold`, which only older logs
    /// hold.
    FilesTold {
        /// The recording.
        sid: Sid,
        /// All files of the list.
        files: Vec<File>,
        /// The first of them that do not follow the naming rules, each with the difference, in words.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        odd: Vec<Arc<str>>,
    },
    /// A channel that the settings do not name is watched from now on.
    ChannelAdded {
        /// What the operator calls it.
        name: Arc<str>,
        /// What Agora calls it.
        cname: Cname,
        /// How it is recorded.
        mode: Mode,
        /// The first UID.
        main_uid: Uid,
        /// The UID restarts alternate with.
        backup_uid: Option<Uid>,
        /// Further UIDs.
        #[serde(default)]
        spare_uids: Vec<Uid>,
        /// The name of its recording profile.
        profile: Option<Arc<str>>,
        /// Words to find it by.
        #[serde(default)]
        tags: Vec<Arc<str>>,
    },
    /// The channel is watched no longer. Nothing was sent: its recorder, if any, went on.
    ChannelForgotten {
        /// Who.
        by: Actor,
    },
    /// A recording that was started elsewhere is watched from now on, in a session of its own.
    Adopted {
        /// The session it opens.
        session: SessionId,
        /// The recorder's UID.
        uid: Uid,
        /// As started.
        resource_id: ResourceId,
        /// As started.
        sid: Sid,
        /// What Agora calls the channel.
        cname: Cname,
        /// How it is recorded.
        mode: Mode,
        /// Who.
        by: Actor,
    },
    /// A query says that a web recording pauses, or goes on, other than was known.
    HoldSeen {
        /// The recording.
        sid: Sid,
        /// What it says.
        hold: Hold,
    },
    /// The token that the recording was started with ends soon. It cannot be renewed.
    TokenEndsSoon {
        /// The recording.
        sid: Sid,
        /// When it ends.
        until: Timestamp,
    },
    /// The token that the recording was started with has ended.
    TokenEnded {
        /// The recording.
        sid: Sid,
        /// When it ended.
        until: Timestamp,
    },
    /// Write-ahead: a change of the running recording is wanted.
    ChangeRequested {
        /// The recording.
        sid: Sid,
        /// What it concerns.
        kind: ChangeKind,
        /// In words, without secrets.
        summary: Arc<str>,
        /// Who.
        by: Actor,
    },
    /// A change came to an end.
    ChangeEnded {
        /// What it concerned.
        kind: ChangeKind,
        /// How.
        result: ChangeResult,
        /// The answer that decided it.
        answer: Option<Answer>,
    },
    /// Something needs a person. About one channel, or about several, which then belong to a project.
    IncidentOpened {
        /// Its number.
        incident: IncidentId,
        /// What it is about.
        kind: IncidentKind,
        /// The channels that are bad.
        channels: Vec<ChannelId>,
        /// Earlier incidents that are part of it from now on.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        absorbed: Vec<IncidentId>,
        /// The project, where it is about several channels.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        project: Option<Arc<str>>,
    },
    /// The channel is part of an open incident from now on, or again.
    IncidentGrew {
        /// Which.
        incident: IncidentId,
    },
    /// The channel is not a bad part of an incident any more.
    IncidentSettled {
        /// Which.
        incident: IncidentId,
        /// Why.
        how: Settled,
    },
    /// Nothing of an incident is bad any more.
    IncidentEnded {
        /// Which.
        incident: IncidentId,
        /// The channels it was about.
        channels: Vec<ChannelId>,
    },
    /// Somebody sees to an incident. Like the facts after it: about one channel, or about several, which then belong to a project.
    IncidentAcknowledged {
        /// Which.
        incident: IncidentId,
        /// One of its channels, by which the project is known.
        about: ChannelId,
        /// Why it may be silent.
        reason: Remark,
        /// Until when; none for as long as it gets neither worse nor over.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// The worst that a bad channel of it read.
        worst: State,
        /// Who.
        by: Actor,
    },
    /// Nobody sees to an incident any more that is not over.
    AcknowledgementEnded {
        /// Which.
        incident: IncidentId,
        /// One of its channels, by which the project is known.
        about: ChannelId,
        /// Why.
        why: AcknowledgementEnd,
    },
    /// An incident that ended was read.
    IncidentClosed {
        /// Which.
        incident: IncidentId,
        /// One of its channels, by which the project is known.
        about: ChannelId,
        /// Who.
        by: Actor,
    },
    /// An incident that was closed is to be read again.
    IncidentReopened {
        /// Which.
        incident: IncidentId,
        /// One of its channels, by which the project is known.
        about: ChannelId,
        /// Who.
        by: Actor,
    },
    /// Somebody wrote a line. It is added to, and never changed.
    NoteAdded {
        /// On what.
        on: NoteOn,
        /// The line.
        text: Remark,
        /// Who.
        by: Actor,
    },
    /// The channel is silent from now on. It is polled as before and reads what is true.
    ChannelMuted {
        /// Until when; none until its session ends.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Timestamp>,
        /// Who.
        by: Actor,
    },
    /// The channel is silent no longer.
    MuteEnded {
        /// Why.
        why: MuteEnd,
    },
    /// The channel turns bad again and again; its turns are not told any more.
    FlappingBegan {
        /// How often it turned bad.
        turns: u32,
        /// The first of these turns.
        since: Timestamp,
    },
    /// The channel has held one state for long enough.
    FlappingEnded {
        /// Which.
        how: Calm,
    },
    /// A loss was not restarted: the restarts without the operator are used up.
    AutoRestartSpent {
        /// How many there were in the last hour.
        used: u32,
    },
    /// A session log left this workstation.
    Exported {
        /// The file's name, without its folder.
        file: Arc<str>,
        /// Lines written.
        lines: u64,
    },
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// When it was held true.
    pub at: Timestamp,
    /// Whom it is about; `None` for the project or the workstation.
    pub channel: Option<ChannelId>,
    /// The fact.
    pub event: Event,
}

/// One try of a query: evidence for charts, apart from the log, thinned out in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// When the answer came, or was given up.
    pub at: Timestamp,
    /// Whom it is about.
    pub channel: ChannelId,
    /// The domain asked.
    pub host: Host,
    /// 1 for the first try of the query.
    pub attempt: u32,
    /// Time to the answer, or to giving up.
    pub latency_ms: u32,
    /// What came.
    pub answer: Answer,
}

impl Probe {
    /// Whether the answer says that the recorder records: status 4 or 5.
    pub fn is_good(&self) -> bool {
        self.answer.is_recording()
    }
}
