//! 404 while a recording runs: a suspicion that has to be confirmed over the vendor's failover window, and the count of 404s
//! behind it. Only this count makes a loss.

use std::time::Duration;

use super::{Ctx, Machine};
use crate::monitor::dispatch::Finished;
use crate::monitor::event::Event;
use crate::monitor::phase::Phase;
use crate::monitor::policy::Backoff;
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

impl Machine {
    /// Another row of queries begins: what was counted was counted for another recorder, or before nobody looked.
    pub(super) fn count_anew(&mut self) {
        self.work.missing.clear();
        self.work.good_answers = 0;
        self.work.uncertain_tries = 0;
    }

    /// Whether 404s are counted towards a decision.
    pub(super) const fn is_in_doubt(&self) -> bool {
        match self.facts.phase {
            Phase::Starting(_) | Phase::Recording | Phase::Suspect | Phase::Stopping => true,
            Phase::Idle
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopped(_) => false,
        }
    }

    /// Whether there are 404s that count towards a decision.
    pub(super) fn has_fresh_missing(&self, ctx: &Ctx<'_>) -> bool {
        !self.work.missing.is_empty() && !is_stale(&self.work.missing, ctx)
    }

    /// 404 `failed to find worker`: a suspicion until 404s span the vendor's failover window.
    pub(super) fn missing(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let answer = Some(finished.answer.clone());
        match self.facts.phase {
            Phase::Recording => {
                self.record(ctx, Event::PhaseChanged { to: Phase::Suspect, answer });
                self.open_gap(ctx);
            }
            Phase::Suspect if self.missing_span() >= ctx.policy.lost_after => {
                self.record(ctx, Event::PhaseChanged { to: Phase::Lost, answer });
            }
            Phase::Suspect
            | Phase::Lost
            | Phase::StartFailed(_)
            | Phase::Idle
            | Phase::Starting(_)
            | Phase::StartUnknown
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopping
            | Phase::Stopped(_) => {}
        }
        if self.facts.phase == Phase::Suspect {
            let lost_at = self.lost_at(ctx);
            let at = self.next_missing_query(ctx, &ctx.policy.missing);
            // Asked exactly when the window ends, so that a loss is called no later than it can be.
            let at = if lost_at > ctx.now { at.min(lost_at) } else { at };
            self.work.query = Some((at, Why::ConfirmMissing));
        } else {
            self.poll_next(ctx);
        }
    }

    pub(super) fn next_missing_query(&self, ctx: &Ctx<'_>, backoff: &Backoff) -> Timestamp {
        ctx.now + backoff.after(self.work.missing.len()).unwrap_or(ctx.grid.interval())
    }

    /// How long 404s have spanned, as far as we looked without a break.
    pub(super) fn missing_span(&self) -> Duration {
        match (self.work.missing.first(), self.work.missing.last()) {
            (Some(first), Some(last)) => last.since(*first),
            (None, _) | (_, None) => Duration::ZERO,
        }
    }

    /// When the suspicion turns into a loss, if the answer is still 404.
    pub(super) fn lost_at(&self, ctx: &Ctx<'_>) -> Timestamp {
        self.work.missing.first().copied().unwrap_or(ctx.now) + ctx.policy.lost_after
    }
}

/// Whether the last of these 404s lies so far back that a failover may have ended since, and another one begun.
pub(super) fn is_stale(missing: &[Timestamp], ctx: &Ctx<'_>) -> bool {
    missing.last().is_some_and(|last| ctx.now.since(*last) >= ctx.policy.lost_after)
}
