//! Stop by the operator: asked once, repeated after 206/65, 50x and no answer, and when it stays unconfirmed, decided by query.

use super::attempt::is_known_gone;
use super::{Ctx, Due, Machine, Reading};
use crate::monitor::answer::{Answer, Outcome, Upload};
use crate::monitor::dispatch::{Class, Finished, Slot};
use crate::monitor::event::{Actor, CallKind, Denial, Event, StopWait};
use crate::monitor::gap::GapEnd;
use crate::monitor::io::Call;
use crate::monitor::phase::{Phase, Sight, StopResult};
use crate::monitor::schedule::Why;

/// A stop on its way.
#[derive(Clone, Debug, Default)]
pub(super) struct Stopping {
    wait: Option<StopWait>,
    tries: usize,
    retry: Option<Due>,
    /// A stop may have reached the service.
    sent: bool,
    /// Exchanges so far, those by the rule of the domains included.
    exchanges: u32,
}

impl Stopping {
    /// Counts one more exchange; its number, from 1.
    pub(super) const fn count_try(&mut self) -> u32 {
        self.exchanges += 1;
        self.exchanges
    }
}

/// The code of a stop whose upload did not end within the service's 20 s: reported, not repeated.
const UPLOAD_TIMED_OUT: i64 = 50;

impl Machine {
    pub(super) fn stop_denial(&self, ctx: &Ctx<'_>) -> Option<Denial> {
        match self.facts.phase {
            Phase::Idle | Phase::Stopped(_) => Some(Denial::NoSession),
            Phase::Stopping => Some(Denial::AlreadyStopping),
            Phase::Starting(_) if !self.facts.is_verifying() => Some(Denial::AlreadyStarting),
            Phase::StartUnknown if ctx.dispatch.is_flying(self.info.id, CallKind::Start) => {
                Some(Denial::AlreadyStarting)
            }
            Phase::StartFailed(_) if self.facts.session.is_none() => Some(Denial::NoSession),
            Phase::Starting(_)
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::Recording
            | Phase::Suspect
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_) => None,
        }
    }

    pub(super) fn request_stop(&mut self, ctx: &mut Ctx<'_>, wait: StopWait) {
        let sid = self.facts.recording.as_ref().map(|recording| recording.sid.clone());
        ctx.dispatch.cancel(self.info.id, Slot::Watch);
        ctx.dispatch.cancel(self.info.id, Slot::Act);
        self.overtake_change(ctx);
        self.work.startup = None;
        self.work.query = None;
        self.count_anew();
        self.work.file_checks.clear();
        self.work.stop = Stopping { wait: Some(wait), ..Stopping::default() };
        self.record(ctx, Event::StopRequested { sid: sid.clone(), wait, by: Actor::Operator });
        self.watch_olds(ctx.now);
        if sid.is_some() {
            self.send_stop(ctx);
        } else {
            self.stopped(ctx, StopResult::NoRecorder);
        }
    }

    fn send_stop(&mut self, ctx: &mut Ctx<'_>) {
        let Some(recording) = &self.facts.recording else { return };
        let call = Call::Stop {
            cname: self.cname_of(recording).clone(),
            uid: recording.uid,
            mode: self.mode_of(recording).clone(),
            resource_id: recording.resource_id.clone(),
            sid: recording.sid.clone(),
            wait: self.work.stop.wait.unwrap_or(StopWait::ForUpload),
        };
        let ahead = self.work.stop.tries / 2;
        self.put(ctx, Slot::Act, Class::Stop, call, ahead);
    }

    pub(super) fn stop_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let answer = &finished.answer;
        self.work.stop.sent |= finished.may_have_acted;
        match &answer.outcome {
            Outcome::Stopped(upload) => self.stopped(ctx, StopResult::Upload(*upload)),
            Outcome::NothingRecorded => self.stopped(ctx, StopResult::NothingRecorded),
            Outcome::AlreadyLeaving => self.stopped(ctx, StopResult::AlreadyGone),
            Outcome::Missing => self.stop_missing(ctx),
            // An earlier try may have stopped it.
            Outcome::Refused(_) | Outcome::UidConflict | Outcome::StaleResource if self.work.stop.sent => {
                self.decide_stop_by_query(ctx);
            }
            Outcome::Refused(_) | Outcome::UidConflict | Outcome::StaleResource => {
                self.go_on_unstopped(ctx, Some(answer));
            }
            Outcome::ServerError if answer.code == Some(UPLOAD_TIMED_OUT) => {
                self.stopped(ctx, StopResult::Upload(Upload::Unknown));
            }
            // It reached the service, which then did not carry it out or did not say so.
            Outcome::NotCompleted | Outcome::ServerError => {
                self.work.stop.sent = true;
                self.stop_unclear(ctx);
            }
            Outcome::NoAnswer(_)
            | Outcome::Gateway
            | Outcome::Malformed
            | Outcome::Throttled
            | Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Updated
            | Outcome::Status(_) => self.stop_unclear(ctx),
        }
    }

    /// 404 to a stop: gone for good if that was known before. Otherwise the service may be moving the recorder, which then
    /// would go on unwatched, so queries decide over the failover window.
    fn stop_missing(&mut self, ctx: &mut Ctx<'_>) {
        if is_known_gone(self.facts.stopping_from) {
            self.stopped(ctx, StopResult::AlreadyGone);
        } else {
            self.work.missing.push(ctx.now);
            self.confirm_missing(ctx);
        }
    }

    fn stop_unclear(&mut self, ctx: &Ctx<'_>) {
        self.work.stop.tries += 1;
        match ctx.policy.stop.after(self.work.stop.tries) {
            Some(wait) => self.work.stop.retry = Some((ctx.now + wait, Why::RetryStop)),
            None => self.work.query = Some((ctx.now, Why::ConfirmStop)),
        }
    }

    /// An answer to a query while a stop is not confirmed.
    pub(super) fn stop_query_answered(&mut self, ctx: &mut Ctx<'_>, reading: Reading, finished: &Finished) {
        let spent = ctx.policy.stop.after(self.work.stop.tries).is_none();
        match reading {
            // Its tries are spent; or the last run asked for it and ended, and whether it was sent or not, it plainly did not act.
            Reading::Good if spent || self.work.stop.wait.is_none() => self.records_on(ctx, &finished.answer),
            // The stop is on its way, or about to be repeated: its own answer decides.
            Reading::Good if ctx.dispatch.has(self.info.id, Slot::Act) || self.work.stop.retry.is_some() => {}
            Reading::Good => {
                self.work.stop.tries += 1;
                self.send_stop(ctx);
            }
            Reading::Missing if self.missing_span() >= ctx.policy.lost_after => {
                self.stopped(ctx, self.gone_by());
            }
            Reading::Leaving(_) | Reading::Abnormal => self.stopped(ctx, StopResult::Upload(Upload::Unknown)),
            Reading::Missing => self.confirm_missing(ctx),
            // Repeating cannot help: somebody has to change something first.
            Reading::Refused(_) => self.poll_next(ctx),
            Reading::Preparing | Reading::Unclear => {
                self.work.query = Some((ctx.now + self.unclear_wait(ctx), Why::ConfirmStop));
            }
        }
    }

    /// The stop came to nothing: the recorder is seen recording, and no gap stays open over that.
    fn records_on(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        let end = self.seen_again();
        self.record(ctx, Event::PhaseChanged { to: Phase::Recording, answer: Some(answer.clone()) });
        self.close_gap(ctx, end);
        self.work.stop = Stopping::default();
        self.poll_next(ctx);
    }

    /// 404s over the whole failover window: a stop that may have arrived ended it, or it was gone before. Whether the stop of a run
    /// before this one was sent nobody knows.
    const fn gone_by(&self) -> StopResult {
        if self.work.stop.sent || self.work.stop.wait.is_none() {
            StopResult::Upload(Upload::Unknown)
        } else {
            StopResult::AlreadyGone
        }
    }

    /// Asks again after a 404, and exactly when the window ends, so that it is decided no later than it can be.
    fn confirm_missing(&mut self, ctx: &Ctx<'_>) {
        let (at, ends) = (self.next_missing_query(ctx, &ctx.policy.missing), self.lost_at(ctx));
        let at = if ends > ctx.now { at.min(ends) } else { at };
        self.work.query = Some((at, Why::ConfirmStop));
    }

    fn stopped(&mut self, ctx: &mut Ctx<'_>, result: StopResult) {
        // A stop that is still on its way has nothing left to say.
        ctx.dispatch.cancel(self.info.id, Slot::Watch);
        ctx.dispatch.cancel(self.info.id, Slot::Act);
        self.close_gap(ctx, GapEnd::Stopped);
        self.record(ctx, Event::Stopped { result });
        self.work.query = None;
        self.work.missing.clear();
        self.work.stop = Stopping::default();
        self.watch_olds(ctx.now);
    }

    /// Whether a stop of this run is on its way or about to be repeated, so that queries would only disturb.
    pub(super) fn is_stop_under_way(&self) -> bool {
        self.facts.phase == Phase::Stopping && self.work.stop.wait.is_some()
    }

    /// Whether queries are to tell what became of a stop, or are asked right now. Polls are none of them.
    pub(super) fn is_stop_decided_by_query(&self, ctx: &Ctx<'_>) -> bool {
        let planned = self.work.query.is_some_and(|(_, why)| why == Why::ConfirmStop);
        planned || ctx.dispatch.class(self.info.id, Slot::Watch) == Some(Class::Verify)
    }

    /// A stop that may have arrived is not taken back: queries tell what came of it.
    pub(super) fn decide_stop_by_query(&mut self, ctx: &Ctx<'_>) {
        self.work.stop.sent = true;
        self.work.stop.tries = ctx.policy.stop.tries().unwrap_or(usize::MAX);
        self.work.stop.retry = None;
        self.work.query = Some((ctx.now, Why::ConfirmStop));
    }

    /// The stop was refused, or never left, since its intent is not on disk: the channel is what it was before.
    pub(super) fn go_on_unstopped(&mut self, ctx: &mut Ctx<'_>, answer: Option<&Answer>) {
        let verifying = matches!(self.facts.stopping_from, Phase::Starting(_));
        // What was being verified has a recorder, and nobody has seen it record: uncertain until a query tells.
        let to = if verifying { Phase::Recording } else { self.facts.stopping_from };
        if verifying {
            let unseen = Event::SightChanged { to: Sight::Uncertain, since: ctx.now, answer: None };
            self.record(ctx, unseen);
        }
        self.record(ctx, Event::PhaseChanged { to, answer: answer.cloned() });
        self.work.stop = Stopping::default();
        self.work.query = Some((ctx.now, Why::Asked));
    }

    pub(super) fn tick_stop(&mut self, ctx: &mut Ctx<'_>) {
        if ctx.network_down.is_none() && self.stop_due().is_some_and(|(at, _)| at <= ctx.now) {
            self.work.stop.retry = None;
            self.send_stop(ctx);
        }
    }

    pub(super) fn stop_due(&self) -> Option<Due> {
        self.work.stop.retry
    }

    /// The network came back: a stop that was given up with it is tried again.
    pub(super) fn stop_again(&mut self, ctx: &mut Ctx<'_>) {
        let waiting = self.facts.phase == Phase::Stopping && self.work.stop.wait.is_some();
        if waiting && !ctx.dispatch.has(self.info.id, Slot::Act) && self.work.stop.retry.is_none() {
            self.work.stop.retry = Some((ctx.now, Why::RetryStop));
        }
    }
}

#[cfg(test)]
mod tests;
