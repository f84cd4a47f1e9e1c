//! What a screen sees of a start or restart: facts and times, no texts.

use std::time::Duration;

use crate::monitor::answer::Answer;
use crate::monitor::event::CallKind;
use crate::monitor::ids::{Host, ResourceId, Sid, Uid};
use crate::monitor::phase::{StartCause, StartFailure};
use crate::monitor::time::Timestamp;

/// The steps of a start or restart, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// acquire
    Acquire,
    /// start
    Start,
    /// Wait before the first query.
    Wait,
    /// Query until status 4 or 5.
    Verify,
    /// The UIDs swap roles, the gap closes.
    Done,
}

impl Step {
    /// All steps.
    pub const ALL: [Step; 5] = [Step::Acquire, Step::Start, Step::Wait, Step::Verify, Step::Done];
}

/// A start or restart, as its stepper shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StartView {
    /// Start or restart.
    pub cause: StartCause,
    /// The UID it uses now.
    pub uid: Uid,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// The step it is at.
    pub step: Step,
    /// When each finished step ended.
    pub done: Vec<(Step, Timestamp)>,
    /// All tries so far, of all steps, with the last one first in time order.
    pub tries: Vec<TryView>,
    /// The next request and its place in the schedule.
    pub next_try: Option<NextTry>,
    /// The resource ID and when it is too old for a start.
    pub resource: Option<(ResourceId, Timestamp)>,
    /// The `sid`, once there is one.
    pub sid: Option<Sid>,
    /// When verification gives up.
    pub verify_until: Option<Timestamp>,
    /// Why it came to nothing.
    pub failed: Option<StartFailure>,
}

/// One try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TryView {
    /// When its answer came.
    pub at: Timestamp,
    /// Which call.
    pub call: CallKind,
    /// Whom.
    pub host: Host,
    /// What came.
    pub answer: Answer,
    /// How long it took.
    pub latency: Duration,
}

/// The next try of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NextTry {
    /// When.
    pub at: Timestamp,
    /// Its number.
    pub number: usize,
    /// How many the schedule has, if it has an end.
    pub of: Option<usize>,
}
