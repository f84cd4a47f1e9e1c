//! What comes back: each answer is kept, as a probe or as a fact, and goes to the rule that asked. It decides nothing.

use super::{Ctx, Machine};
use crate::monitor::answer::Outcome;
use crate::monitor::dispatch::{Earlier, Finished, Heard, Slot};
use crate::monitor::event::{CallKind, Event, Probe};
use crate::monitor::ids::Uid;
use crate::monitor::io::{Call, Effect};
use crate::monitor::phase::{Phase, StartFailure};
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::LastProbe;

impl Machine {
    /// A try was answered.
    pub fn heard(&mut self, ctx: &mut Ctx<'_>, heard: &Heard) {
        match self.uid_of(&heard.call) {
            None => self.keep_probe(ctx, heard),
            Some(uid) => self.keep_call(ctx, heard, uid),
        }
        self.note_try(ctx, heard);
        match (&heard.finished, &heard.answer.outcome) {
            (Some(finished), _) => self.finished(ctx, finished),
            // Given up by the operator, and the service started it all the same: now it has a name and can be stopped.
            (None, Outcome::Started(sid)) if self.facts.phase == Phase::StartUnknown => {
                self.started(ctx, sid.clone(), heard.told.token_until);
            }
            (None, _) => {}
        }
        self.view = None;
    }

    /// What a query of the recording at hand brought.
    fn keep_probe(&mut self, ctx: &mut Ctx<'_>, heard: &Heard) {
        let probe = Probe {
            at: ctx.now,
            channel: self.info.id,
            host: heard.host.clone(),
            attempt: heard.attempt,
            latency_ms: latency_ms(heard),
            answer: heard.answer.clone(),
        };
        ctx.out.push(Effect::Measure(probe.clone()));
        self.note_hold(ctx, heard);
        if heard.slot == Slot::Watch && self.is_about_the_recording(&heard.call) {
            self.work.throttled = heard.answer.outcome == Outcome::Throttled;
            if !self.work.throttled {
                self.work.last_told = Some(ctx.now);
            }
            self.work.last_probe = Some(LastProbe { probe, raw: heard.raw.clone() });
            self.work.web = heard.told.web.clone().map(Box::new).or_else(|| self.work.web.take());
        }
    }

    /// What any other call brought.
    fn keep_call(&mut self, ctx: &mut Ctx<'_>, heard: &Heard, uid: Uid) {
        let attempt = self.number_of_try(heard);
        let event = Event::CallAnswered {
            call: heard.call.kind(),
            uid,
            host: heard.host.clone(),
            attempt,
            latency_ms: latency_ms(heard),
            answer: heard.answer.clone(),
        };
        self.record(ctx, event);
    }

    fn finished(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        self.note_files(ctx, finished);
        match (finished.slot, finished.call.kind()) {
            (Slot::Old, _) => self.old_answered(ctx, finished),
            (Slot::Change, _) | (Slot::Act, CallKind::Update | CallKind::UpdateLayout) => {
                self.change_answered(ctx, finished);
            }
            (Slot::Act, CallKind::Acquire) => self.acquire_answered(ctx, finished),
            (Slot::Act, CallKind::Start) => self.start_answered(ctx, finished),
            (Slot::Act, CallKind::Stop) => self.stop_answered(ctx, finished),
            (Slot::Watch | Slot::Act, CallKind::Query) | (Slot::Watch, _) => self.query_answered(ctx, finished),
        }
    }

    /// An exchange was not made, since its intent is not on disk.
    pub fn not_saved(&mut self, ctx: &mut Ctx<'_>, slot: Slot, earlier: Earlier) {
        match slot {
            Slot::Act if self.facts.phase == Phase::Stopping && earlier == Earlier::MayHaveActed => {
                self.decide_stop_by_query(ctx);
            }
            Slot::Act if self.facts.phase == Phase::Stopping => self.go_on_unstopped(ctx, None),
            Slot::Act => self.fail_start(ctx, StartFailure::NotSaved, None),
            // The watch asks again after an interval in any case.
            Slot::Old => {}
            Slot::Change => self.change_not_saved(ctx),
            Slot::Watch => self.work.query = Some((ctx.now + ctx.grid.interval(), Why::Poll)),
        }
    }

    /// The UID a call is logged under; `None` for a query of the recording at hand, which is a probe.
    fn uid_of(&self, call: &Call) -> Option<Uid> {
        match call {
            Call::Acquire { uid, .. } | Call::Start { uid, .. } | Call::Stop { uid, .. } | Call::Change { uid, .. } => {
                Some(*uid)
            }
            Call::Query { sid, .. } => self.facts.old(sid).map(|old| old.recording.uid),
        }
    }
}

fn latency_ms(heard: &Heard) -> u32 {
    u32::try_from(heard.latency.as_millis()).unwrap_or(u32::MAX)
}
