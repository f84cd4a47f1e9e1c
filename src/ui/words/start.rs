//! The words of a start or restart: its steps, what each does, and why it came to nothing.

use super::answers::refused;
use crate::monitor::ids::Uid;
use crate::monitor::phase::{StartCause, StartFailure};
use crate::monitor::snapshot::{StartView, Step};
use crate::monitor::time::Timestamp;
use crate::ui::format;

/// Why something came to nothing, or what an answer says: a few words for a line, what it means, and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// After a colon, in a table or head.
    pub short: &'static str,
    /// What happened.
    pub happened: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What to do.
    pub todo: &'static str,
}

pub(super) const fn failed(
    short: &'static str,
    happened: &'static str,
    means: &'static str,
    todo: &'static str,
) -> Failure {
    Failure { short, happened, means, todo }
}

/// The words for a failed start.
pub const fn failure(why: StartFailure) -> Failure {
    match why {
        StartFailure::Refused(refusal) => refused(refusal),
        StartFailure::UidConflict => failed(
            "the UID is taken",
            "Agora says a recorder with this channel and UID is alive under another resource ID",
            "A second one would be refused, and whoever started the first may still use it",
            "Restart with the backup UID, or stop the other recorder where it was started",
        ),
        StartFailure::ServerErrors => failed(
            "50x to every try",
            "Agora answered 50x to every try of acquire or start",
            "No sid came, so nothing records as far as Agora tells",
            "Try again with the backup UID in a minute; if it stays, show Agora the exported log",
        ),
        StartFailure::Unreadable => failed(
            "unreadable answers",
            "The answer to acquire could not be read",
            "A proxy or a sign-in page may have answered in Agora's place. No start was sent, so nothing records",
            "Open a web page to see whether the network wants a sign-in; check proxy and domains, then start again",
        ),
        StartFailure::NotCompleted => failed(
            "code 65 to every try",
            "Agora answered 206/65 to every try, with a fresh resource ID too",
            "The request was never carried out, so nothing records",
            "Try again; if it stays, show Agora the exported log",
        ),
        StartFailure::Unreachable => failed(
            "no domain answered",
            "No domain took the request",
            "No start reached Agora, so nothing records",
            "Check network, proxy and the domains in the settings, then try again",
        ),
        StartFailure::NotVerified => failed(
            "never reached status 4 or 5",
            "A sid came, but neither status 4 nor 5 within the time allowed",
            "The recorder did not begin, or left early",
            "Restart with the backup UID",
        ),
        StartFailure::Cancelled => failed(
            "the attempt was ended here",
            "The operator ended the attempt",
            "No further try is made",
            "Start again when it is wanted",
        ),
        StartFailure::NotSaved => failed(
            "the log cannot be written",
            "The session log could not be written, so the call was not sent",
            "Nothing records: a start that is not on record could not be found again after a crash",
            "Free disk space or choose another folder, then try again",
        ),
        StartFailure::Interrupted => failed(
            "never sent",
            "reelwatch ended before the start was sent",
            "No start reached Agora, so nothing records",
            "Start again",
        ),
    }
}

/// Why a start came to nothing, for the line behind the word of the state. Where no recorder ever came of it, that is said:
/// «Lost» alone would let one look for something that never was.
pub fn came_to_nothing(why: StartFailure) -> String {
    let short = failure(why).short;
    match why {
        StartFailure::ServerErrors
        | StartFailure::Unreadable
        | StartFailure::NotCompleted
        | StartFailure::Unreachable
        | StartFailure::NotSaved
        | StartFailure::Interrupted => format!("not started, {short}"),
        StartFailure::Refused(_) | StartFailure::UidConflict | StartFailure::NotVerified | StartFailure::Cancelled => {
            short.to_owned()
        }
    }
}

/// The name of a step.
pub const fn step_name(step: Step, cause: StartCause) -> &'static str {
    match (step, cause) {
        (Step::Acquire, _) => "Acquire",
        (Step::Start, _) => "Start",
        (Step::Wait, _) => "Wait",
        (Step::Verify, _) => "Verify",
        (Step::Done, StartCause::Start) => "Recording",
        (Step::Done, StartCause::Restart) => "Swap and link",
    }
}

/// What a step does. `uid` is the one being started, `other` the one in use so far.
pub fn step_text(step: Step, cause: StartCause, uid: Uid, other: Option<Uid>) -> String {
    match (step, cause) {
        (Step::Acquire, _) => format!("Asks for a resource ID for UID {uid}, valid 5 min"),
        (Step::Start, _) => {
            "Asks for the recording. After 50x the same again with growing waits, then another UID".to_owned()
        }
        (Step::Wait, _) => "A recorder needs some seconds before it can be asked".to_owned(),
        (Step::Verify, _) => "Asks until status 4 or 5".to_owned(),
        (Step::Done, StartCause::Start) => format!("UID {uid} is in use, checks go on at the poll interval"),
        (Step::Done, StartCause::Restart) => match other {
            Some(other) => format!("{uid} becomes the UID in use, {other} the backup. Both sids belong to one session"),
            None => format!("{uid} becomes the UID in use. Both sids belong to one session"),
        },
    }
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepState {
    /// Behind us.
    Done(Timestamp),
    /// Under way.
    Current,
    /// It ended the attempt.
    Failed,
    /// Not reached.
    Waiting,
}

impl StepState {
    /// The state of one step of a start.
    pub fn of(start: &StartView, step: Step) -> Self {
        if let Some((_, at)) = start.done.iter().find(|(done, _)| *done == step) {
            return StepState::Done(*at);
        }
        if step != start.step {
            return StepState::Waiting;
        }
        if let (Step::Done, Some(at)) = (step, over_at(start)) {
            return StepState::Done(at);
        }
        if start.failed.is_some() { StepState::Failed } else { StepState::Current }
    }

    /// The word for a screen reader.
    pub const fn word(self) -> &'static str {
        match self {
            StepState::Done(_) => "done",
            StepState::Current => "under way",
            StepState::Failed => "not achieved",
            StepState::Waiting => "waiting",
        }
    }
}

/// When a start that was verified was over: with its last step. `None` for one that runs or failed.
pub fn over_at(start: &StartView) -> Option<Timestamp> {
    let verified = start.failed.is_none() && start.step == Step::Done;
    start.done.iter().map(|(_, at)| *at).max().filter(|_| verified)
}

/// Where a start stands in one line: `step 2 of 5, try 3 of 4 in 4 s`.
pub fn stepper_state(start: &StartView, now: Timestamp) -> String {
    if let Some(why) = start.failed {
        return failure(why).short.to_owned();
    }
    let number = Step::ALL.iter().position(|step| *step == start.step).map_or(1, |i| i + 1);
    let step = format!("step {number} of {}", Step::ALL.len());
    match start.next_try {
        Some(next) => format!("{step}, {} in {}", try_number(next.number, next.of), format::words(next.at.since(now))),
        None => step,
    }
}

/// `try 3 of 4`, or `try 3` where the schedule has no end.
pub fn try_number(number: usize, of: Option<usize>) -> String {
    match of {
        Some(of) => format!("try {number} of {of}"),
        None => format!("try {number}"),
    }
}
