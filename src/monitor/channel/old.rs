//! The recorder that a restart replaced. Once its successor is verified it is asked for until it is surely gone; if it still
//! answers, the operator is asked, or it is stopped, as the policy says: two recorders are billed.

use super::{Ctx, Due, Machine, Reading};
use crate::monitor::answer::{Outcome, Upload};
use crate::monitor::dispatch::{Class, Finished, Slot};
use crate::monitor::event::{Actor, CallKind, Denial, Event, StopWait};
use crate::monitor::io::Call;
use crate::monitor::policy::OldRecorder;
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

/// The watch over an old recorder.
#[derive(Clone, Debug, Default)]
pub(super) struct OldWatch {
    due: Option<Timestamp>,
    missing: Vec<Timestamp>,
    stop_tries: usize,
}

impl OldWatch {
    /// Asks again at `at`, if it is watched at all; a break in the watching starts the suspicion anew.
    pub(super) fn look_again(&mut self, at: Timestamp) {
        if self.due.is_some() {
            self.missing.clear();
            self.due = Some(at);
        }
    }
}

impl Machine {
    pub(super) fn stop_old_denial(&self) -> Option<Denial> {
        match &self.facts.old {
            Some(old) if old.seen_alive && !old.stop_requested => None,
            Some(_) | None => Some(Denial::NoSecondRecorder),
        }
    }

    /// Begins to ask for the old recorder, if there is one.
    pub(super) fn watch_old(&mut self, ctx: &Ctx<'_>) {
        if self.facts.old.is_some() && self.work.old.due.is_none() && !ctx.dispatch.has(self.info.id, Slot::Old) {
            self.work.old = OldWatch { due: Some(ctx.now), ..OldWatch::default() };
        }
    }

    pub(super) fn old_due(&self) -> Option<Due> {
        self.facts.old.as_ref()?;
        self.work.old.due.map(|at| (at, Why::CheckOld))
    }

    pub(super) fn tick_old(&mut self, ctx: &mut Ctx<'_>) {
        let due = self.old_due().is_some_and(|(at, _)| at <= ctx.now);
        if !due || ctx.network_down || ctx.dispatch.has(self.info.id, Slot::Old) {
            return;
        }
        let Some(old) = &self.facts.old else { return };
        let call = Call::Query {
            mode: self.info.mode,
            resource_id: old.recording.resource_id.clone(),
            sid: old.recording.sid.clone(),
        };
        self.work.old.due = None;
        self.put(ctx, Slot::Old, Class::Poll, call, 0);
    }

    pub(super) fn request_stop_old(&mut self, ctx: &mut Ctx<'_>, by: Actor) {
        let Some(old) = &self.facts.old else { return };
        let sid = old.recording.sid.clone();
        self.work.old = OldWatch::default();
        self.record(ctx, Event::OldStopRequested { sid, by });
        self.send_stop_old(ctx);
    }

    fn send_stop_old(&mut self, ctx: &mut Ctx<'_>) {
        let Some(old) = &self.facts.old else { return };
        let call = Call::Stop {
            cname: self.info.cname.clone(),
            uid: old.recording.uid,
            mode: self.info.mode,
            resource_id: old.recording.resource_id.clone(),
            sid: old.recording.sid.clone(),
            wait: StopWait::No,
        };
        self.put(ctx, Slot::Old, Class::Stop, call, 0);
    }

    pub(super) fn old_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        match finished.call.kind() {
            CallKind::Stop => self.old_stop_answered(ctx, finished),
            CallKind::Query | CallKind::Acquire | CallKind::Start => self.old_query_answered(ctx, finished),
        }
    }

    fn old_stop_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        match &finished.answer.outcome {
            Outcome::Stopped(upload) => self.old_gone(ctx, Some(*upload)),
            Outcome::NothingRecorded | Outcome::AlreadyLeaving => self.old_gone(ctx, None),
            Outcome::Missing
            | Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Status(_)
            | Outcome::NotCompleted
            | Outcome::UidConflict
            | Outcome::StaleResource
            | Outcome::ServerError
            | Outcome::Throttled
            | Outcome::Refused(_)
            | Outcome::Malformed
            | Outcome::Gateway
            | Outcome::NoAnswer(_) => {
                // Queries tell whether it is still there; if so it is stopped again.
                self.work.old.stop_tries += 1;
                let wait = ctx.policy.stop.after(self.work.old.stop_tries).unwrap_or(ctx.interval);
                self.work.old.due = Some(ctx.now + wait);
            }
        }
    }

    fn old_query_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let Some(old) = self.facts.old.clone() else { return };
        match Reading::of(&finished.answer) {
            Reading::Good | Reading::Preparing => self.old_alive(ctx, &old),
            Reading::Leaving(_) | Reading::Abnormal => self.old_gone(ctx, None),
            Reading::Missing => {
                self.work.old.missing.push(ctx.now);
                let first = self.work.old.missing.first().copied().unwrap_or(ctx.now);
                if old.known_gone || ctx.now.since(first) >= ctx.policy.lost_after {
                    self.old_gone(ctx, None);
                } else {
                    let wait = ctx.policy.missing.after(self.work.old.missing.len()).unwrap_or(ctx.interval);
                    self.work.old.due = Some(ctx.now + wait);
                }
            }
            Reading::Refused(_) | Reading::Unclear => self.work.old.due = Some(ctx.now + ctx.interval),
        }
    }

    fn old_alive(&mut self, ctx: &mut Ctx<'_>, old: &super::facts::Old) {
        self.work.old.missing.clear();
        self.work.old.due = Some(ctx.now + ctx.interval);
        if !old.seen_alive {
            self.record(ctx, Event::OldSeenAlive { sid: old.recording.sid.clone() });
        }
        match ctx.policy.old_recorder {
            OldRecorder::Ask if !old.stop_requested => {}
            OldRecorder::Ask => self.send_stop_old(ctx),
            OldRecorder::Stop if old.stop_requested => self.send_stop_old(ctx),
            OldRecorder::Stop => self.request_stop_old(ctx, Actor::Reelwatch),
        }
    }

    fn old_gone(&mut self, ctx: &mut Ctx<'_>, upload: Option<Upload>) {
        if let Some(old) = &self.facts.old {
            let sid = old.recording.sid.clone();
            self.record(ctx, Event::OldGone { sid, upload });
        }
        self.work.old = OldWatch::default();
    }
}
