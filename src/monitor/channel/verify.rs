//! Verifying a start: queries until status 4 or 5, each sooner than `maxIdleTime`, for 90 s and after that until the first clear
//! answer (vendor: ensure the recording service starts successfully).

use std::time::Duration;

use super::{Ctx, Machine, Reading};
use crate::monitor::answer::Answer;
use crate::monitor::dispatch::Finished;
use crate::monitor::event::Event;
use crate::monitor::gap::GapEnd;
use crate::monitor::phase::{Phase, StartFailure};
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::Step;

impl Machine {
    /// An answer to a query while status 4 or 5 has not come yet.
    pub(super) fn verify_answered(&mut self, ctx: &mut Ctx<'_>, reading: Reading, finished: &Finished) {
        let answer = &finished.answer;
        if let Some(startup) = &mut self.work.startup {
            if startup.view.step == Step::Wait {
                startup.step(Step::Verify, ctx.now);
            }
            startup.verify_tries += 1;
        }
        match reading {
            Reading::Good => self.verified(ctx, answer),
            Reading::Leaving(_) | Reading::Abnormal if self.facts.may_go_back() => self.not_verified(ctx, answer),
            Reading::Leaving(status) => self.verify_ended(ctx, Phase::Ended(status), answer),
            Reading::Abnormal => self.verify_ended(ctx, Phase::AbnormalExit, answer),
            Reading::Preparing | Reading::Missing if self.verify_is_over(ctx) => {
                self.not_verified(ctx, answer);
            }
            // No certain answer when the time is over: it stays uncertain, and the first certain one decides.
            Reading::Preparing | Reading::Missing | Reading::Unclear | Reading::Refused(_) => self.verify_next(ctx),
        }
    }

    fn verify_next(&mut self, ctx: &mut Ctx<'_>) {
        let tries = self.work.startup.as_ref().map_or(1, |startup| startup.verify_tries);
        // Shorter than maxIdleTime, so that a recording which left cannot hide between two queries.
        let second = Duration::from_secs(1);
        let longest = self.info.max_idle.map_or(Duration::MAX, |idle| idle.saturating_sub(second).max(second));
        // Past its time nothing certain came: go on as with any uncertain recording.
        let backoff = if self.verify_is_over(ctx) { &ctx.policy.uncertain } else { &ctx.policy.verify };
        let wait = backoff.after(tries).unwrap_or(ctx.grid.interval()).min(longest);
        self.work.query = Some((ctx.now + wait, Why::Verify));
    }

    /// The time nobody looked does not count.
    pub(super) fn verify_anew(&mut self, ctx: &Ctx<'_>) {
        let verifying = self.facts.is_verifying();
        if let Some(startup) = self.work.startup.as_mut().filter(|_| verifying) {
            startup.view.verify_until = Some(ctx.now + ctx.policy.verify_within);
        }
    }

    pub(super) fn verify_is_over(&self, ctx: &Ctx<'_>) -> bool {
        let until = self.work.startup.as_ref().and_then(|startup| startup.view.verify_until);
        until.is_none_or(|until| until <= ctx.now)
    }

    fn verified(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        self.record(ctx, Event::PhaseChanged { to: Phase::Recording, answer: Some(answer.clone()) });
        self.close_gap(ctx, GapEnd::Restarted);
        if let Some(startup) = &mut self.work.startup {
            startup.step(Step::Done, ctx.now);
        }
        self.poll_next(ctx);
        self.watch_olds(ctx.now);
    }

    /// The start came to nothing. What it was to replace, if that may still record, is asked for at once.
    fn not_verified(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        self.fail_start(ctx, StartFailure::NotVerified, Some(answer));
        if self.is_unverified() {
            self.poll_next(ctx);
            self.look_before_auto(ctx);
        } else {
            // What was heard of a recorder that did not come says nothing of the one before it.
            self.work.last_bad = self.work.last_bad_before;
        }
    }

    fn verify_ended(&mut self, ctx: &mut Ctx<'_>, phase: Phase, answer: &Answer) {
        self.record(ctx, Event::PhaseChanged { to: phase, answer: Some(answer.clone()) });
        self.open_gap(ctx);
        self.end_startup(StartFailure::NotVerified);
        self.work.query = None;
        self.watch_olds(ctx.now);
    }
}

#[cfg(test)]
mod tests;
