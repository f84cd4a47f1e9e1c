//! The words for everything the core knows: states, gaps, reasons, refusals. Pure functions from facts and `now` to text, so
//! that the same thing is called the same everywhere. It decides nothing and holds no colour.

mod answers;
mod change;
mod files;
mod import;
mod incident;
mod outlook;
mod projects;
mod recording;
mod start;
mod stop;
mod story;

pub use answers::outcome;
pub use change::{change_act, change_running, change_story, change_title};
pub use files::{file, files_told, is_pattern, names_checked, playlist};
pub use import::{adopted, import_summary};
pub use incident::{
    auto_restart, flapping, incident_means, incident_opened, incident_over, incident_title, mass_story, mute_left,
};
pub use outlook::{outlook, start_repeats, unknown_start};
pub use projects::{
    asked_first, channel_name, domain_trouble, project_names, project_told, projects, stretched, throttled,
};
pub use recording::{is_paused, origin, profile, token_end, token_line, token_story, web};
pub use start::{StepState, came_to_nothing, failure, over_at, step_name, step_text, stepper_state, try_number};
pub use stop::stop_beside;
pub use story::{Story, story};

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::format;
use crate::monitor::answer::Upload;
use crate::monitor::band::BandKind;
use crate::monitor::change::ChangeKind;
use crate::monitor::event::Denial;
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::ids::{Cname, Mode, Role, Sid};
use crate::monitor::phase::{Blindness, Phase, Sight, State, StopResult};
use crate::monitor::snapshot::{ChannelView, Snapshot, SuspectView};
use crate::monitor::time::Timestamp;

/// The word an operator reads for a state.
pub const fn state(state: State) -> &'static str {
    match state {
        State::Lost => "Lost",
        State::AbnormalExit => "Abnormal exit",
        State::Ended => "Ended by itself",
        State::NotObserved => "Not observed",
        State::ConfigError => "Config error",
        State::Suspect => "Suspect",
        State::Uncertain => "Uncertain",
        State::Stopping => "Stopping",
        State::Starting => "Starting",
        State::Recording => "Recording",
        State::Stopped => "Stopped",
        State::Idle => "Idle",
    }
}

/// The word for a stretch of a band.
pub const fn band(kind: BandKind) -> &'static str {
    match kind {
        BandKind::State(it) => state(it),
        BandKind::PossiblyLost => "Possibly lost",
    }
}

/// The channel as it may be shown at `now`: what is too old to be current is not observed, even if no newer picture says so.
pub fn as_seen(view: &ChannelView, now: Timestamp) -> Cow<'_, ChannelView> {
    let (state, state_since) = view.state_at(now);
    if state == view.state {
        return Cow::Borrowed(view);
    }
    let mut band = (*view.band).clone();
    band.turn(state_since, BandKind::State(state));
    let sight = Sight::Blind(Blindness::Overdue);
    Cow::Owned(ChannelView { state, state_since, sight, band: Arc::new(band), ..view.clone() })
}

/// When Agora last answered a query about this channel. A try without an answer saw nothing; then it is the last certain
/// answer, which may be older than it need be and is never younger.
pub fn seen_at(view: &ChannelView) -> Option<Timestamp> {
    let answered = view.last_probe.as_ref().filter(|last| last.probe.answer.http.is_some());
    answered.map(|last| last.probe.at).or(view.last_certain)
}

/// When a suspicion turns into a loss, in a sentence.
pub fn turns_lost(view: &ChannelView, suspect: &SuspectView, now: Timestamp) -> String {
    if view.is_counted_anew(now) {
        "It may be back: queries have failed since. The next 404 is counted as the first".to_owned()
    } else if view.sight != Sight::Clear && now >= suspect.lost_at {
        "It turns Lost with the next 404".to_owned()
    } else {
        format!("It turns Lost at {}", clock(suspect.lost_at))
    }
}

/// The line under a channel's name: the state, for how long, and what makes it so.
pub fn headline(view: &ChannelView, now: Timestamp) -> String {
    let word = state(view.state);
    let held = format::cell(now.since(view.state_since));
    match view.state {
        State::Suspect => match &view.suspect {
            Some(_) if view.is_counted_anew(now) => format!("{word} for {held}, and queries fail"),
            Some(suspect) => {
                let (spent, window) = (now.since(suspect.since), suspect.lost_at.since(suspect.since));
                format!("{word}: 404 worker for {} of {}", seconds(spent.min(window)), seconds(window))
            }
            None => format!("{word} for {held}"),
        },
        State::Recording => {
            let word = if is_paused(view) { "Recording, paused" } else { word };
            match view.last_good {
                Some(at) => format!("{word}, seen {} ago", format::words(now.since(at))),
                None => word.to_owned(),
            }
        }
        State::NotObserved => {
            let stop = stop_beside(view).map(|stop| format!(", {stop}")).unwrap_or_default();
            match view.last_good {
                Some(at) => {
                    format!("{word} for {held}{stop}, last seen recording {} ago", format::words(now.since(at)))
                }
                None => format!("{word} for {held}{stop}"),
            }
        }
        State::Starting => match &view.start {
            Some(start) => format!("{word}, {}", stepper_state(start, now)),
            None => format!("{word} for {held}"),
        },
        State::Stopped | State::Lost | State::ConfigError => match because(view.phase) {
            Some(why) => format!("{word}: {why}"),
            None => format!("{word} for {held}"),
        },
        State::Uncertain => {
            let stop = stop_beside(view).map(|stop| format!(", {stop}")).unwrap_or_default();
            format!("{word} for {held}{stop}")
        }
        State::AbnormalExit | State::Ended | State::Stopping => format!("{word} for {held}"),
        State::Idle => format!("{word}, no session"),
    }
}

/// The few words that make a phase clear by themselves.
fn because(phase: Phase) -> Option<String> {
    match phase {
        Phase::Stopped(result) => Some(stop_result(result).to_owned()),
        Phase::StartFailed(why) => Some(came_to_nothing(why)),
        Phase::Idle
        | Phase::Starting(_)
        | Phase::StartUnknown
        | Phase::Recording
        | Phase::Suspect
        | Phase::Lost
        | Phase::AbnormalExit
        | Phase::Ended(_)
        | Phase::Stopping => None,
    }
}

/// How a stop ended, as the end of a sentence.
pub const fn stop_result(result: StopResult) -> &'static str {
    match result {
        StopResult::Upload(Upload::Uploaded) => "uploaded",
        StopResult::Upload(Upload::BackedUp) => "backed up, Agora forwards it later",
        StopResult::Upload(Upload::Stranded) => "waiting on the recording server, uploaded later",
        StopResult::Upload(Upload::Unknown) => "upload not confirmed",
        StopResult::AlreadyGone => "already gone",
        StopResult::NothingRecorded => "nothing recorded",
        StopResult::NoRecorder => "no recorder was known here",
    }
}

/// Why a command is refused now.
pub const fn denial(why: Denial) -> &'static str {
    match why {
        Denial::NoSuchChannel => "This channel is not in the settings any more",
        Denial::AlreadyStarting => "A start is running: wait for it, or stop trying",
        Denial::AlreadyStopping => "A stop is on its way",
        Denial::SessionOpen => "A session is open: restart or stop it",
        Denial::NoSession => "There is no session yet: start a recording first",
        Denial::NoSid => "Agora gave no sid, so there is no recording to ask about",
        Denial::NetworkDown => "This needs the network, and this workstation has none",
        Denial::LogFailing => "The session log cannot be written, so nothing is sent that must be on record first",
        Denial::NoSecondRecorder => "No second recorder is known",
        Denial::NothingToCancel => "No start is running",
        Denial::NoProfile => "The channel has no recording profile: nobody knows what a start should send",
        Denial::NoBackupUid => "The channel has no backup UID, and its UID may still be in the channel",
        Denial::AlreadyChanging => "A change is on its way: Agora wants one at a time",
        Denial::WrongMode => "Recordings of this mode do not know such a change",
        Denial::NotRecording => "No recording is known to run that could be changed",
        Denial::InSettings => "The channel stands in the settings file: take it out there",
        Denial::AlreadyWatched => "This recording is watched already",
        Denial::OtherChannel => "The channel of this name has another cname or mode: choose another name",
        Denial::NoSuchIncident => "What was closed long ago stands in the log alone, and cannot be acted on",
        Denial::IncidentAbsorbed => "It is part of a larger incident by now: act on that one",
        Denial::IncidentOver => "It has ended: close it instead",
        Denial::AlreadyAcknowledged => "It is acknowledged already: take that back first",
        Denial::NotAcknowledged => "It is not acknowledged",
        Denial::IncidentActive => "Something of it is still bad: acknowledge it instead",
        Denial::AlreadyClosed => "It is closed already",
        Denial::NotClosed => "It is not closed",
        Denial::NothingWritten => "Nobody wrote a line about it: say in one what came of it",
        Denial::NotMuted => "The channel is not muted",
        Denial::NotPast => "A note is on a stretch of the past: choose one that has begun and ended",
    }
}

/// How a gap ended.
pub const fn gap_end(end: GapEnd) -> &'static str {
    match end {
        GapEnd::Blip => "came back, likely a failover",
        GapEnd::CameBack => "came back after it was Lost",
        GapEnd::Restarted => "ended by a restart",
        GapEnd::Stopped => "open until the stop",
    }
}

/// The two bounds of a gap, `1:43 to 3:49`.
pub fn gap_bounds(gap: &Gap) -> String {
    format::range_words(gap.shortest(), gap.longest())
}

/// The two bounds of an open gap so far.
pub fn open_gap_bounds(open: (OpenGap, Timestamp), now: Timestamp) -> String {
    let (gap, last_bad) = open;
    format::range_words(gap.shortest(last_bad), gap.longest(now))
}

/// A moment as the whole window shows it: UTC, to the second.
pub fn clock(at: Timestamp) -> String {
    format::clock(at, &TimeZone::UTC)
}

/// The mode in the narrow column of the table.
pub fn mode_cell(mode: &Mode) -> &str {
    match mode {
        Mode::Individual => "indiv.",
        Mode::Mix | Mode::Web | Mode::Other(_) => mode.as_str(),
    }
}

/// A short length in seconds alone, `62 s`, where it is held against a window of the same kind.
pub fn seconds(length: Duration) -> String {
    format!("{} s", length.as_secs())
}

/// The badge letter of a UID's role.
pub const fn role_letter(role: Role) -> &'static str {
    match role {
        Role::Main => "M",
        Role::Backup => "B",
        Role::Spare => "S",
    }
}

/// What a UID is in its channel's set.
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Main => "main UID",
        Role::Backup => "backup UID",
        Role::Spare => "spare UID",
    }
}

/// What the UID of the next restart is called. The UIDs of a pair swap roles, so whichever is not in use is the backup.
pub const fn role_of_next(view: &ChannelView) -> &'static str {
    match view.role {
        Role::Main | Role::Spare => "backup UID",
        Role::Backup => "main UID",
    }
}

/// The UID the next restart takes.
pub fn next_uid(view: &ChannelView) -> String {
    view.next_uid.map_or_else(|| "(none known)".to_owned(), |uid| uid.to_string())
}

/// The few letters of a change at its mark in a chart.
pub const fn change_mark(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Subscribe => "subscribe",
        ChangeKind::Hold => "pause",
        ChangeKind::Resume => "resume",
        ChangeKind::Outputs => "stream",
        ChangeKind::Storage => "keys",
        ChangeKind::Layout => "layout",
    }
}

/// A sid in the middle of which a reader misses nothing: `5f2c9a0e…4bd3b7`.
pub fn short_sid(sid: &Sid) -> String {
    format::short_sid(sid.as_str())
}

/// A file name with its sid shortened, the channel's name whole.
pub fn short_file(file: &str, sid: &Sid) -> String {
    file.replacen(sid.as_str(), &short_sid(sid), 1)
}

/// The name an exported log gets unless the operator types another.
pub fn export_name(cname: &Cname, now: Timestamp, extension: &str) -> String {
    let safe: String =
        cname.as_str().chars().map(|c| if c.is_ascii_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
    format!("reelwatch_{safe}_{}.{extension}", format::stamp(now, &TimeZone::UTC))
}

/// The line that must stand before a question when the state is not what was last seen, `None` when it is certain.
pub fn not_confirmed(view: &ChannelView, around: &Snapshot, now: Timestamp) -> Option<String> {
    let last = match view.last_certain {
        Some(at) => format!("the last certain answer came {} ago", format::words(now.since(at))),
        None => "no certain answer has come yet".to_owned(),
    };
    let what = match view.state {
        State::Suspect => format!("404 may be a failover for up to {}", seconds(around.project_of(view).lost_after)),
        State::Uncertain => "the last check got no clear answer".to_owned(),
        State::NotObserved => "nobody here sees this recording now".to_owned(),
        State::ConfigError => match view.sight {
            Sight::Refused(_) => "Agora refuses our queries".to_owned(),
            Sight::Clear | Sight::Uncertain | Sight::Blind(_) => return None,
        },
        State::Lost
        | State::AbnormalExit
        | State::Ended
        | State::Stopping
        | State::Starting
        | State::Recording
        | State::Stopped
        | State::Idle => return None,
    };
    Some(format!("The state is not confirmed: {what}, {last}"))
}

#[cfg(test)]
mod tests;
