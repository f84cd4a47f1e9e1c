//! A start whose outcome nobody knows: a recorder may run that has no name here. It is never repeated with a new resource ID, and
//! what it was to replace is asked for meanwhile.

use super::{Ctx, Machine, Reading};
use crate::monitor::answer::Answer;
use crate::monitor::dispatch::{Finished, Slot};
use crate::monitor::event::{CallKind, Event};
use crate::monitor::phase::{Blindness, Phase};
use crate::monitor::schedule::Why;

/// What becomes of a start whose outcome is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The same again, with the same resource ID.
    Repeat,
    /// Nothing more is sent: the operator gave it up, or its resource ID is used up.
    Leave,
}

impl Machine {
    /// A recorder may run that has no name here. The same start is repeated a few times while its resource ID lasts: that can
    /// bring a recorder's name or tell that one runs, and never a second recorder. A recorder that was to be replaced is asked
    /// for meanwhile.
    pub(super) fn start_unknown(&mut self, ctx: &mut Ctx<'_>, answer: Option<&Answer>, then: Then) {
        ctx.dispatch.cancel(self.info.id, Slot::Act);
        if self.facts.phase != Phase::StartUnknown || self.facts.because.as_ref() != answer {
            self.record(ctx, Event::StartLeftUnknown { answer: answer.cloned() });
        }
        // Whether what it was to replace is watched from now on or nothing is: nobody looked since then.
        if let Some(since) = ctx.network_down {
            self.was_unseen(ctx, since, Blindness::NetworkDown);
            self.lose_sight(ctx, since, Blindness::NetworkDown);
        }
        if let Some(startup) = &mut self.work.startup {
            startup.retry = None;
            startup.view.next_try = None;
        }
        if self.facts.is_watched() && self.work.query.is_none() {
            self.work.query = Some((ctx.now, Why::Asked));
        }
        match then {
            Then::Leave => {}
            Then::Repeat => self.repeat_unknown(ctx),
        }
    }

    fn repeat_unknown(&mut self, ctx: &mut Ctx<'_>) {
        let acquired = self.facts.attempt.as_ref().and_then(|attempt| attempt.resource.as_ref()).map(|(_, at)| *at);
        let (Some(startup), Some(acquired)) = (&mut self.work.startup, acquired) else { return };
        startup.unknown_tries += 1;
        let Some(wait) = ctx.policy.start_unknown.after(startup.unknown_tries) else { return };
        let at = ctx.now + wait;
        if at.since(acquired) < ctx.policy.resource_lives_for {
            startup.retry_at(at, startup.unknown_tries + 1, ctx.policy.start_unknown.tries());
        }
    }

    /// The recorder that an unknown start was to replace is seen recording: it is the channel's again. What the start may have
    /// begun beside it stays told.
    pub(super) fn unknown_answered(&mut self, ctx: &mut Ctx<'_>, reading: Reading, finished: &Finished) {
        match reading {
            // While the start itself may still be answered, its answer decides.
            Reading::Good if !ctx.dispatch.is_flying(self.info.id, CallKind::Start) => {
                ctx.dispatch.cancel(self.info.id, Slot::Act);
                let end = self.seen_again();
                let answer = Some(finished.answer.clone());
                self.record(ctx, Event::PhaseChanged { to: Phase::Recording, answer });
                self.close_gap(ctx, end);
                self.work.startup = None;
                self.poll_next(ctx);
            }
            Reading::Preparing | Reading::Unclear => self.resolve_uncertain(ctx),
            Reading::Missing | Reading::Leaving(_) | Reading::Abnormal => {
                self.open_gap(ctx);
                self.poll_next(ctx);
            }
            Reading::Good | Reading::Refused(_) => self.poll_next(ctx),
        }
    }
}
