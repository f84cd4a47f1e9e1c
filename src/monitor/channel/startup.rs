//! A start or restart on its way: what its stepper shows, and what its rules count. Passing work, not facts.

use super::{Ctx, Due, Machine};
use crate::monitor::dispatch::{Heard, Slot};
use crate::monitor::event::CallKind;
use crate::monitor::ids::Uid;
use crate::monitor::phase::StartCause;
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::{NextTry, StartView, Step, TryView};
use crate::monitor::time::Timestamp;

/// A start that runs, or the last one that ran: what its stepper shows and its rules count.
#[derive(Clone, Debug)]
pub(super) struct Startup {
    pub(super) view: StartView,
    pub(super) tries_50x: usize,
    pub(super) tries_65: usize,
    /// How often the same start was left unknown.
    pub(super) unknown_tries: usize,
    /// Resource IDs acquired for this UID.
    pub(super) acquired: usize,
    /// UIDs used so far.
    pub(super) used: Vec<Uid>,
    pub(super) verify_tries: usize,
    pub(super) retry: Option<Due>,
    /// Tries of the present step.
    pub(super) step_tries: u32,
    /// A `start` with the present resource ID may have reached the service without our hearing of it.
    pub(super) ambiguous: bool,
}

/// How many tries a stepper keeps; a verification without a certain answer may go on for hours.
const TRIES_SHOWN: usize = 100;
/// How many resource IDs one UID gets: the first, and one more when it went stale or code 65 did not end.
pub(super) const RESOURCES_EACH: usize = 2;

impl Startup {
    pub(super) fn new(cause: StartCause, uid: Uid, now: Timestamp) -> Self {
        let view = StartView {
            cause,
            uid,
            asked_at: now,
            step: Step::Acquire,
            done: Vec::new(),
            tries: Vec::new(),
            next_try: None,
            resource: None,
            sid: None,
            verify_until: None,
            failed: None,
        };
        Self {
            view,
            tries_50x: 0,
            tries_65: 0,
            unknown_tries: 0,
            acquired: 0,
            used: vec![uid],
            verify_tries: 0,
            retry: None,
            step_tries: 0,
            ambiguous: false,
        }
    }

    pub(super) fn step(&mut self, step: Step, now: Timestamp) {
        self.view.done.push((self.view.step, now));
        self.view.step = step;
        self.view.next_try = None;
        self.retry = None;
        self.step_tries = 0;
    }

    pub(super) fn retry_at(&mut self, at: Timestamp, number: usize, of: Option<usize>) {
        self.retry = Some((at, Why::RetryStart));
        self.view.next_try = Some(NextTry { at, number, of });
    }

    pub(super) const fn view(&self) -> &StartView {
        &self.view
    }
}

impl Machine {
    /// The number of a try within its step: the rules of the domains and of 50x together make one row of tries.
    pub(super) fn number_of_try(&mut self, heard: &Heard) -> u32 {
        match (&mut self.work.startup, heard.call.kind()) {
            (Some(startup), CallKind::Acquire | CallKind::Start) => {
                startup.step_tries += 1;
                startup.step_tries
            }
            (_, CallKind::Stop) if heard.slot == Slot::Act => self.work.stop.count_try(),
            (_, CallKind::Update | CallKind::UpdateLayout) => {
                self.work.change.as_mut().map_or(heard.attempt, |change| change.count_try())
            }
            (None, CallKind::Acquire | CallKind::Start) | (_, CallKind::Stop | CallKind::Query) => heard.attempt,
        }
    }

    /// Keeps a try for the stepper.
    pub(super) fn note_try(&mut self, ctx: &Ctx<'_>, heard: &Heard) {
        let of_start = match heard.call.kind() {
            CallKind::Acquire | CallKind::Start => true,
            CallKind::Query => heard.slot == Slot::Watch && self.facts.is_verifying(),
            CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => false,
        };
        if let Some(startup) = self.work.startup.as_mut().filter(|_| of_start) {
            startup.ambiguous |= heard.call.kind() == CallKind::Start && heard.answer.outcome.is_ambiguous();
            if startup.view.tries.len() == TRIES_SHOWN {
                startup.view.tries.remove(0);
            }
            startup.view.tries.push(TryView {
                at: ctx.now,
                call: heard.call.kind(),
                host: heard.host.clone(),
                answer: heard.answer.clone(),
                latency: heard.latency,
            });
        }
    }
}
