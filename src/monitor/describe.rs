//! Facts and states in plain English, for lists, exports and terminals alike. No times, no channel: those stand beside it.
//! Words only; what is wrong is never softened, and what is not known is called unknown.

mod answers;

use std::sync::Arc;

use super::answer::Answer;
use super::change::{ChangeKind, ChangeResult};
use super::event::{Actor, CallKind, Calm, Denial, Event, NoteOn, StopWait};
use super::gap::GapEnd;
use super::ids::Sid;
use super::incidents::words::{acknowledgement_end, incident_opened, lasts, mute_end, settled};
use super::names;
use super::phase::{Blindness, Phase, Sight, StartCause, StartFailure, StopResult};
use super::told::{File, Hold};
pub use answers::{no_answer, outcome, refusal, service_status, upload};

/// One sentence about a fact, without a full stop.
pub fn describe(event: &Event) -> String {
    match event {
        Event::WatchBegan { version } => format!("reelwatch {version} began to watch"),
        Event::WatchEnded => "reelwatch ended in order".to_owned(),
        Event::NotObserved { cause, .. } => format!("Not observed: {}", blindness(*cause)),
        Event::ClockSet { by_ms } if *by_ms < 0 => {
            format!("Clock of the workstation set back by {}: times here go on and run ahead of it", seconds(*by_ms))
        }
        Event::ClockSet { by_ms } => format!("Clock of the workstation set forward by {}", seconds(*by_ms)),
        Event::NetworkLost { .. } => "Own network down: no domain answers".to_owned(),
        Event::NetworkBack => "Own network back: a domain answers".to_owned(),
        Event::DomainPreferred { host, project } => format!("{host} is asked first from now on{}", of(project)),
        Event::Throttled { until: _, project } => {
            format!("Agora asked for fewer requests (429): background requests rest{}", of(project))
        }
        Event::CommandDenied { command, why } => format!("{command} not carried out: {}", denial(*why)),
        Event::StartRequested { uid, cause, by, .. } => {
            format!("{} with UID {uid} requested by {}", start_cause(*cause), actor(*by))
        }
        Event::UidTaken { uid } => format!("Goes on with UID {uid}: the tries with the one before are spent"),
        Event::Acquired { uid, .. } => format!("Resource ID acquired for UID {uid}"),
        Event::CallAnswered { call, uid, host, attempt, answer, .. } => {
            format!("{} for UID {uid}, try {attempt} at {host}: {}", call_kind(*call), outcome(answer))
        }
        Event::Started { uid, sid, .. } => format!("Recorder {sid} started with UID {uid}"),
        Event::StartFailed { why, answer } => with_answer(&format!("Start failed: {}", failure(*why)), answer.as_ref()),
        Event::StartLeftUnknown { answer } => {
            with_answer("Start sent, outcome unknown: a recorder may run without a known sid", answer.as_ref())
        }
        Event::PhaseChanged { to, answer } => with_answer(&phase(*to), answer.as_ref()),
        Event::SightChanged { to, answer, .. } => with_answer(&sight(*to), answer.as_ref()),
        Event::GapOpened { .. } => "Gap opened: not seen recording".to_owned(),
        Event::GapClosed { gap } => format!("Gap closed: {}", gap_end(gap.end)),
        Event::StopRequested { sid, wait, by } => {
            format!("Stop{} requested by {}, {}", of_recorder(sid.as_ref()), actor(*by), stop_wait(*wait))
        }
        Event::Stopped { result } => format!("Session ended: {}", stop_result(*result)),
        Event::OldStopRequested { sid, by } => format!("Stop of the old recorder {sid} requested by {}", actor(*by)),
        Event::OldTakenBack { sid } => {
            format!("The old recorder {sid} records and the new one was never seen to: it is the channel's again")
        }
        Event::OldSeenAlive { sid } => format!("Another recorder, {sid}, answers beside the channel's own"),
        Event::OldGone { sid, upload: None } => format!("The old recorder {sid} is gone"),
        Event::OldGone { sid, upload: Some(state) } => format!("The old recorder {sid} is gone: {}", upload(*state)),
        Event::FileNameTold { predicted, told } if predicted == told => format!("File name as predicted: {told}"),
        Event::FileNameTold { predicted, told } => format!("File name differs: {told} was told, {predicted} predicted"),
        Event::FilesTold { sid, files, odd } => files_told(sid, files, odd),
        Event::ChannelAdded { name, mode, main_uid, .. } => {
            format!("Channel {name} is watched from now on: mode {mode}, UID {main_uid}, not in the settings")
        }
        Event::ChannelForgotten { by } => {
            format!("Watched no longer, asked by {}; its recorder, if any, went on", actor(*by))
        }
        Event::Adopted { uid, sid, by, .. } => {
            format!("Recorder {sid} with UID {uid}, started elsewhere, adopted by {}", actor(*by))
        }
        Event::HoldSeen { sid, hold: Hold::Held } => {
            format!("Recorder {sid} pauses: nothing is recorded until it is resumed")
        }
        Event::HoldSeen { sid, hold: Hold::Running } => format!("Recorder {sid} pauses no longer"),
        Event::TokenEndsSoon { sid, .. } => {
            format!("The token of recorder {sid} ends soon and cannot be renewed: restart it with a new one")
        }
        Event::TokenEnded { sid, .. } => format!("The token of recorder {sid} has ended"),
        Event::ChangeRequested { sid, kind, summary, by } => {
            format!("{} of recorder {sid} requested by {}: {summary}", change_kind(*kind), actor(*by))
        }
        Event::ChangeEnded { kind, result, answer } => {
            with_answer(&format!("{}: {}", change_kind(*kind), change_result(*result)), answer.as_ref())
        }
        Event::IncidentOpened { incident, kind, channels, absorbed, project } => {
            incident_opened(*incident, *kind, channels.len(), absorbed, project.as_deref())
        }
        Event::IncidentGrew { incident } => format!("Part of incident {} from now on", incident.0),
        Event::IncidentSettled { incident, how } => {
            format!("Not a part of incident {} any more: {}", incident.0, settled(*how))
        }
        Event::IncidentEnded { incident, channels } => {
            let of = if channels.len() > 1 { format!(" of {} channels", channels.len()) } else { String::new() };
            format!("Incident {}{of} ended: nothing of it is bad any more", incident.0)
        }
        Event::IncidentAcknowledged { incident, reason, until, by, .. } => {
            let lasts = lasts(*until, "until it gets worse or is over");
            format!("Incident {} acknowledged by {} {lasts}: {reason}", incident.0, actor(*by))
        }
        Event::AcknowledgementEnded { incident, why, .. } => {
            format!("Acknowledgement of incident {} ended: {}", incident.0, acknowledgement_end(*why))
        }
        Event::IncidentClosed { incident, by, .. } => format!("Incident {} closed by {}", incident.0, actor(*by)),
        Event::IncidentReopened { incident, by, .. } => {
            format!("Incident {} opened again by {}", incident.0, actor(*by))
        }
        Event::NoteAdded { on: NoteOn::Incident { incident, .. }, text, by } => {
            format!("Note on incident {} by {}: {text}", incident.0, actor(*by))
        }
        Event::NoteAdded { on: NoteOn::Past { .. }, text, by } => format!("Note by {}: {text}", actor(*by)),
        Event::ChannelMuted { until, by } => {
            let lasts = lasts(*until, "until its session ends");
            format!("Muted by {} {lasts}: it is polled as before", actor(*by))
        }
        Event::MuteEnded { why } => format!("Not muted any more: {}", mute_end(*why)),
        Event::FlappingBegan { turns, .. } => {
            format!("Flapping: turned bad {turns} times in a short time; its turns are not told until it is steady")
        }
        Event::FlappingEnded { how: Calm::Steady } => "Steady again: it has recorded without a turn".to_owned(),
        Event::FlappingEnded { how: Calm::StaysBad } => "Flapping no longer: it stays bad".to_owned(),
        Event::AutoRestartSpent { used } => {
            format!("auto-restart spent: {used} in the last hour; restart it yourself")
        }
        Event::Exported { file, lines } => format!("Session log exported to {file}, {lines} lines"),
    }
}

/// The name of a kind of fact, as it stands in the log and in exports.
pub const fn name(event: &Event) -> &'static str {
    match event {
        Event::WatchBegan { .. } => "watch_began",
        Event::WatchEnded => "watch_ended",
        Event::NotObserved { .. } => "not_observed",
        Event::ClockSet { .. } => "clock_set",
        Event::NetworkLost { .. } => "network_lost",
        Event::NetworkBack => "network_back",
        Event::DomainPreferred { .. } => "domain_preferred",
        Event::Throttled { .. } => "throttled",
        Event::CommandDenied { .. } => "command_denied",
        Event::StartRequested { .. } => "start_requested",
        Event::UidTaken { .. } => "uid_taken",
        Event::Acquired { .. } => "acquired",
        Event::CallAnswered { .. } => "call_answered",
        Event::Started { .. } => "started",
        Event::StartFailed { .. } => "start_failed",
        Event::StartLeftUnknown { .. } => "start_left_unknown",
        Event::PhaseChanged { .. } => "phase_changed",
        Event::SightChanged { .. } => "sight_changed",
        Event::GapOpened { .. } => "gap_opened",
        Event::GapClosed { .. } => "gap_closed",
        Event::StopRequested { .. } => "stop_requested",
        Event::Stopped { .. } => "stopped",
        Event::OldStopRequested { .. } => "old_stop_requested",
        Event::OldSeenAlive { .. } => "old_seen_alive",
        Event::OldTakenBack { .. } => "old_taken_back",
        Event::OldGone { .. } => "old_gone",
        Event::FileNameTold { .. } => "file_name_told",
        Event::FilesTold { .. } => "files_told",
        Event::ChannelAdded { .. } => "channel_added",
        Event::ChannelForgotten { .. } => "channel_forgotten",
        Event::Adopted { .. } => "adopted",
        Event::HoldSeen { .. } => "hold_seen",
        Event::TokenEndsSoon { .. } => "token_ends_soon",
        Event::TokenEnded { .. } => "token_ended",
        Event::ChangeRequested { .. } => "change_requested",
        Event::ChangeEnded { .. } => "change_ended",
        Event::IncidentOpened { .. } => "incident_opened",
        Event::IncidentGrew { .. } => "incident_grew",
        Event::IncidentSettled { .. } => "incident_settled",
        Event::IncidentEnded { .. } => "incident_ended",
        Event::IncidentAcknowledged { .. } => "incident_acknowledged",
        Event::AcknowledgementEnded { .. } => "acknowledgement_ended",
        Event::IncidentClosed { .. } => "incident_closed",
        Event::IncidentReopened { .. } => "incident_reopened",
        Event::NoteAdded { .. } => "note_added",
        Event::ChannelMuted { .. } => "channel_muted",
        Event::MuteEnded { .. } => "mute_ended",
        Event::FlappingBegan { .. } => "flapping_began",
        Event::FlappingEnded { .. } => "flapping_ended",
        Event::AutoRestartSpent { .. } => "auto_restart_spent",
        Event::Exported { .. } => "exported",
    }
}

/// Whose it is, where the log says so.
fn of(project: &Option<Arc<str>>) -> String {
    project.as_ref().map(|name| format!(" (project {name})")).unwrap_or_default()
}

/// What Agora says.
pub fn phase(phase: Phase) -> String {
    match phase {
        Phase::Idle => "Idle: no session".to_owned(),
        Phase::Starting(StartCause::Start) => "Starting".to_owned(),
        Phase::Starting(StartCause::Restart) => "Restarting".to_owned(),
        Phase::StartUnknown => "Start outcome unknown".to_owned(),
        Phase::StartFailed(why) => format!("Start failed: {}", failure(why)),
        Phase::Recording => "Recording".to_owned(),
        Phase::Suspect => "Suspect: 404, not yet confirmed".to_owned(),
        Phase::Lost => "Lost: 404 confirmed".to_owned(),
        Phase::AbnormalExit => "Abnormal exit".to_owned(),
        Phase::Ended(status) => format!("Ended by itself: {}", service_status(status)),
        Phase::Stopping => "Stopping".to_owned(),
        Phase::Stopped(result) => format!("Stopped: {}", stop_result(result)),
    }
}

/// Whether we can see it.
pub fn sight(sight: Sight) -> String {
    match sight {
        Sight::Clear => "Seen clearly again".to_owned(),
        Sight::Uncertain => "Uncertain: the query failed, nothing certain is known".to_owned(),
        Sight::Refused(why) => format!("Queries refused: {}", refusal(why)),
        Sight::Blind(why) => format!("Not observed: {}", blindness(why)),
    }
}

/// Why nobody looked.
pub const fn blindness(why: Blindness) -> &'static str {
    match why {
        Blindness::AppClosed => "reelwatch was not running",
        Blindness::Asleep => "the workstation slept",
        Blindness::NetworkDown => "the own network was down",
        Blindness::Overdue => "the check was overdue",
        Blindness::Adopted => "it was adopted and not asked for since",
        Blindness::HeldUp => "reelwatch was held up, although the workstation did not sleep",
        Blindness::SleptOrClockSet => "the workstation slept, or its clock was set forward",
        Blindness::ClockSet => "the clock of the workstation was set forward over this stretch",
    }
}

/// How a gap ended.
pub const fn gap_end(end: GapEnd) -> &'static str {
    match end {
        GapEnd::Blip => "came back by itself before the loss was confirmed",
        GapEnd::CameBack => "came back by itself after it had been called lost",
        GapEnd::Restarted => "a restart was verified",
        GapEnd::Stopped => "the session was stopped while it was open",
    }
}

/// Why a start came to nothing.
pub const fn failure(why: StartFailure) -> &'static str {
    match why {
        StartFailure::Refused(why) => refusal(why),
        StartFailure::UidConflict => "a recorder with this channel and UID runs under another resource ID",
        StartFailure::Unreadable => "the answer could not be read, no start was sent, and no free UID is left",
        StartFailure::ServerErrors => "the service failed at every try, and no free UID is left",
        StartFailure::NotCompleted => "not completed at any try",
        StartFailure::Unreachable => "no domain answered",
        StartFailure::NotVerified => "not seen recording in time",
        StartFailure::Cancelled => "cancelled",
        StartFailure::NotSaved => "the log could not be written, so it was never sent",
        StartFailure::Interrupted => "reelwatch ended before the start was sent",
    }
}

const fn stop_result(result: StopResult) -> &'static str {
    match result {
        StopResult::Upload(state) => upload(state),
        StopResult::AlreadyGone => "it was gone already",
        StopResult::NothingRecorded => "nothing was recorded, since nobody published",
        StopResult::NoRecorder => "there was no known recorder to stop",
    }
}

/// Why a command was not carried out.
pub const fn denial(why: Denial) -> &'static str {
    match why {
        Denial::NoSuchChannel => "there is no such channel",
        Denial::AlreadyStarting => "a start or restart is running already",
        Denial::AlreadyStopping => "a stop is running already",
        Denial::SessionOpen => "a session is open",
        Denial::NoSession => "there is no session",
        Denial::NoSid => "no sid is known",
        Denial::NetworkDown => "the own network is down",
        Denial::LogFailing => "the log cannot be written",
        Denial::NoSecondRecorder => "no second recorder is known",
        Denial::NothingToCancel => "there is nothing to cancel",
        Denial::NoProfile => "the channel has no recording profile",
        Denial::NoBackupUid => "the channel has no backup UID, and its UID may still be in use",
        Denial::AlreadyChanging => "a change is under way",
        Denial::WrongMode => "recordings of this mode do not know such a change",
        Denial::NotRecording => "no recording is known to run",
        Denial::InSettings => "the channel stands in the settings file; take it out there",
        Denial::AlreadyWatched => "this recording is watched already",
        Denial::OtherChannel => "the channel of this name has another cname or mode; choose another name",
        Denial::NoSuchIncident => "no such incident is at hand; what was closed long ago stands in the log alone",
        Denial::IncidentAbsorbed => "it is part of a larger incident by now; act on that one",
        Denial::IncidentOver => "it has ended; close it instead",
        Denial::AlreadyAcknowledged => "it is acknowledged already; take that back first",
        Denial::NotAcknowledged => "it is not acknowledged",
        Denial::IncidentActive => "something of it is still bad; acknowledge it instead",
        Denial::AlreadyClosed => "it is closed already",
        Denial::NotClosed => "it is not closed",
        Denial::NothingWritten => "nobody wrote a line about it; say in one what came of it",
        Denial::NotMuted => "the channel is not muted",
        Denial::NotPast => "a note is on a stretch of the past; choose one that has begun and ended",
    }
}

/// Who, in words.
pub const fn actor(by: Actor) -> &'static str {
    match by {
        Actor::Operator => "the operator",
        Actor::Reelwatch => "reelwatch",
    }
}

const fn start_cause(cause: StartCause) -> &'static str {
    match cause {
        StartCause::Start => "Start",
        StartCause::Restart => "Restart",
    }
}

/// The vendor's name of a call.
pub const fn call_kind(call: CallKind) -> &'static str {
    match call {
        CallKind::Acquire => "acquire",
        CallKind::Start => "start",
        CallKind::Query => "query",
        CallKind::Stop => "stop",
        CallKind::Update => "update",
        CallKind::UpdateLayout => "updateLayout",
    }
}

/// What a change concerns.
pub const fn change_kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Subscribe => "Change of whose media is recorded",
        ChangeKind::Hold => "Pause",
        ChangeKind::Resume => "Resume",
        ChangeKind::Outputs => "Change of where it is streamed to",
        ChangeKind::Storage => "Renewal of the storage keys",
        ChangeKind::Layout => "Change of the layout",
    }
}

/// How a change ended.
pub const fn change_result(result: ChangeResult) -> &'static str {
    match result {
        ChangeResult::Done => "done",
        ChangeResult::Refused => "Agora refuses it; the recording goes on as it was",
        ChangeResult::NoRecorder => "Agora knows no such recorder now",
        ChangeResult::Unconfirmed => "no clear answer, it may hold or not",
        ChangeResult::NotSaved => "not sent, since the log could not be written",
        ChangeResult::Interrupted => "reelwatch ended before an answer came, it may hold or not",
        ChangeResult::Overtaken => "a stop or a restart was asked for before it had an end",
    }
}

fn files_told(sid: &Sid, files: &[File], odd: &[Arc<str>]) -> String {
    let names: Vec<&str> = files.iter().map(|file| &*file.name).collect();
    let list = match names.as_slice() {
        [] => format!("Recorder {sid} lists no file"),
        [one] => format!("Recorder {sid} lists the file {one}"),
        [first, ..] => format!("Recorder {sid} lists {} files, first {first}", names.len()),
    };
    let later = match (names.iter().filter(|name| names::parse(name).backup.is_some()).count(), names.len()) {
        (0, _) => String::new(),
        (_, 1) => ", written after a failover".to_owned(),
        (some, _) => format!(", {some} of them written after a failover"),
    };
    let differs = odd.first().map(|odd| format!("; not as predicted: {odd}")).unwrap_or_default();
    format!("{list}{later}{differs}")
}

/// A number of milliseconds without its sign, in seconds.
fn seconds(millis: i64) -> String {
    let millis = millis.unsigned_abs();
    match millis % 1000 {
        0 => format!("{} s", millis / 1000),
        part => format!("{}.{part:03} s", millis / 1000),
    }
}

const fn stop_wait(wait: StopWait) -> &'static str {
    match wait {
        StopWait::ForUpload => "waiting for the upload",
        StopWait::No => "not waiting for the upload",
    }
}

fn of_recorder(sid: Option<&Sid>) -> String {
    sid.map(|sid| format!(" of recorder {sid}")).unwrap_or_default()
}

fn with_answer(text: &str, answer: Option<&Answer>) -> String {
    match answer {
        Some(answer) => format!("{text} [{}]", answer.label()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    fn event(json: &str) -> Event {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_fact_has_its_name_and_its_own_words() {
        let written = include_str!("../../tests/fixtures/log/events_v1.jsonl");
        let mut texts = BTreeSet::new();
        for line in written.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            let kind = line["kind"].as_str().unwrap();
            let event = event(&serde_json::json!({ kind: line["body"] }).to_string());
            assert_eq!(name(&event), kind);
            let text = describe(&event);
            assert!(text.len() > 5 && !text.ends_with('.') && !text.contains('\n'), "{kind}: {text:?}");
            assert!(texts.insert((kind.to_owned(), text.clone())), "two {kind} read the same: {text}");
        }
    }

    #[test]
    fn a_try_tells_call_uid_domain_and_what_came() {
        let call = r#"{"call_answered": {"call": "start", "uid": 900002, "host": "api.sd-rtn.com", "attempt": 2,
            "latency_ms": 30, "answer": {"outcome": "server_error", "http": 500, "code": 500, "reason": "busy"}}}"#;
        assert_eq!(
            describe(&event(call)),
            "start for UID 900002, try 2 at api.sd-rtn.com: the service failed (500): busy"
        );
        let lost = r#"{"phase_changed": {"to": "lost", "answer": {"outcome": "missing", "http": 404}}}"#;
        assert_eq!(describe(&event(lost)), "Lost: 404 confirmed [404 worker]");
    }
}
