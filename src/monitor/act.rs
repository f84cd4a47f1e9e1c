//! Who acts, by which call, how a stop waits, and why a command is not carried out. Like the facts they stand in, variants are
//! never removed or renamed once released.

use serde::{Deserialize, Serialize};

/// Who did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The person at this workstation.
    Operator,
    /// The rules, by themselves.
    Reelwatch,
}

/// The calls whose every try is an event. Queries are probes and kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallKind {
    /// acquire
    Acquire,
    /// start
    Start,
    /// query
    Query,
    /// stop
    Stop,
    /// update
    Update,
    /// updateLayout
    UpdateLayout,
}

/// Whether a stop waits for the upload (`async_stop` false) or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopWait {
    /// Answer when all files are uploaded; up to 25 s.
    ForUpload,
    /// Answer at once.
    No,
}

/// Why a command was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Denial {
    /// There is no channel with this number.
    NoSuchChannel,
    /// A start or restart is running already.
    AlreadyStarting,
    /// A stop is running already.
    AlreadyStopping,
    /// A session is open: restart or stop it instead.
    SessionOpen,
    /// There is no session to act on.
    NoSession,
    /// No `sid` is known.
    NoSid,
    /// The own network is down.
    NetworkDown,
    /// The log cannot be written, so an intent could not be kept.
    LogFailing,
    /// No second recorder is known.
    NoSecondRecorder,
    /// The new recorder is not verified; ending the attempt is the way.
    NothingToCancel,
    /// The channel has no recording profile, so nobody knows what a start should send.
    NoProfile,
    /// The channel has no second UID, and the first may still be in use.
    NoBackupUid,
    /// A change of the recording is under way; the vendor wants one answer before the next update.
    AlreadyChanging,
    /// Recordings of this mode do not know such a change.
    WrongMode,
    /// No recording is known to run that could be changed.
    NotRecording,
    /// The channel stands in the settings file; it is taken out there.
    InSettings,
    /// The recording is watched already, by this channel or another.
    AlreadyWatched,
    /// The channel of this name has another channel name at Agora, or is recorded in another mode.
    OtherChannel,
    /// There is no incident with this number, or it has been closed for so long that it stands in the log alone.
    NoSuchIncident,
    /// The incident is part of a larger one by now.
    IncidentAbsorbed,
    /// The incident has ended: it can only be closed.
    IncidentOver,
    /// Somebody sees to the incident already.
    AlreadyAcknowledged,
    /// Nobody sees to the incident.
    NotAcknowledged,
    /// Something of the incident is still bad.
    IncidentActive,
    /// The incident is closed already.
    AlreadyClosed,
    /// The incident is not closed.
    NotClosed,
    /// Nobody wrote a line about the incident.
    NothingWritten,
    /// The channel is not muted.
    NotMuted,
    /// The stretch is empty, or ends in the future.
    NotPast,
}
