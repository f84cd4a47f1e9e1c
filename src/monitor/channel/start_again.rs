//! A start that is taken up again: after the own network was away, or after this program ended in the middle of it. It never
//! uses a resource ID that is too old.

use super::start_unknown::Then;
use super::startup::Startup;
use super::{Ctx, Machine};
use crate::monitor::dispatch::Slot;
use crate::monitor::event::CallKind;
use crate::monitor::phase::{Phase, StartFailure};
use crate::monitor::snapshot::Step;
use crate::monitor::time::Timestamp;

impl Machine {
    /// The network came back: a start that was waiting goes on.
    pub(super) fn start_again(&mut self, ctx: &mut Ctx<'_>) {
        let waiting = matches!(self.facts.phase, Phase::Starting(_)) && !self.facts.is_verifying();
        let repeats = self.facts.phase == Phase::StartUnknown;
        if (waiting || repeats)
            && self.resource_is_too_old(ctx)
            && !ctx.dispatch.is_flying(self.info.id, CallKind::Start)
        {
            ctx.dispatch.cancel(self.info.id, Slot::Act);
        }
        if !waiting || ctx.dispatch.has(self.info.id, Slot::Act) || self.start_due().is_some() {
            return;
        }
        if let Some(startup) = &mut self.work.startup {
            startup.retry_at(ctx.now, 1, None);
        }
    }

    /// When the resource ID of the present attempt is too old for a start.
    pub(super) fn resource_lives_until(&self, ctx: &Ctx<'_>) -> Option<Timestamp> {
        let (_, at) = self.facts.attempt.as_ref()?.resource.as_ref()?;
        Some(*at + ctx.policy.resource_lives_for)
    }

    /// Whether a start is to be sent with a resource ID that outlived its time while nothing could be sent.
    fn resource_is_too_old(&self, ctx: &Ctx<'_>) -> bool {
        let starting = self.work.startup.as_ref().is_some_and(|startup| startup.view.step == Step::Start);
        starting && self.resource_lives_until(ctx).is_some_and(|until| until <= ctx.now)
    }

    /// Settles a start that the last run left open: verified if its `sid` is known, tried again with the same resource ID
    /// while that is fresh, shown as unknown otherwise.
    pub(super) fn resume_start(&mut self, ctx: &mut Ctx<'_>) {
        let Phase::Starting(cause) = self.facts.phase else { return };
        let Some(attempt) = self.facts.attempt.clone() else { return };
        let mut startup = Box::new(Startup::new(cause, attempt.uid, attempt.asked_at));
        if attempt.sid.is_some() {
            startup.view.step = Step::Verify;
            startup.view.sid.clone_from(&attempt.sid);
            self.work.startup = Some(startup);
            return;
        }
        let Some((resource_id, at)) = attempt.resource else {
            self.work.startup = Some(startup);
            self.fail_start(ctx, StartFailure::Interrupted, None);
            return;
        };
        startup.view.step = Step::Start;
        // The last run may have sent it.
        startup.ambiguous = true;
        startup.view.resource = Some((resource_id.clone(), at + ctx.policy.resource_lives_for));
        self.work.startup = Some(startup);
        if ctx.now.since(at) < ctx.policy.resource_lives_for {
            self.send_start(ctx, attempt.uid, resource_id);
        } else {
            self.start_unknown(ctx, None, Then::Leave);
        }
    }
}

#[cfg(test)]
mod tests;
