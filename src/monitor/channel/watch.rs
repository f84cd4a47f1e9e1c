//! Watching a recording: the ordinary poll, the 50x that proves nothing, and the end.

use std::time::Duration;

use super::suspicion::is_stale;
use super::{Ctx, Due, Machine, Reading};
use crate::monitor::dispatch::{Class, Finished, Slot};
use crate::monitor::event::{Denial, Event};
use crate::monitor::io::Call;
use crate::monitor::phase::{Blindness, Phase, Sight, StartFailure};
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

impl Machine {
    /// Asks when it is time, and notices when what is known has become too old.
    pub(super) fn tick_watch(&mut self, ctx: &mut Ctx<'_>) {
        if !self.facts.is_watched() {
            self.work.query = None;
            return;
        }
        if self.stale_at(ctx).is_some_and(|at| at <= ctx.now) {
            let since = self.stale_at(ctx).unwrap_or(ctx.now);
            self.lose_sight(ctx, since, Blindness::Overdue);
        }
        if ctx.network_down.is_some() {
            return;
        }
        // One query serves all that is due, as urgently as the most urgent of it.
        let due = self.unserved(ctx).filter(|(at, _)| *at <= ctx.now);
        let Some(class) = due.map(|(_, why)| class_of(why)).min() else { return };
        if ctx.dispatch.has(self.info.id, Slot::Watch) {
            ctx.dispatch.hasten(self.info.id, Slot::Watch, class);
            return;
        }
        self.work.file_checks.retain(|check| *check > ctx.now);
        if self.work.query.is_some_and(|(at, _)| at <= ctx.now) {
            self.work.query = None;
        }
        self.put_query(ctx, class);
    }

    fn put_query(&mut self, ctx: &mut Ctx<'_>, class: Class) {
        if let Some(call) = self.query_call() {
            // After two unclear answers the other domain is asked first.
            let ahead = usize::from(self.work.uncertain_tries >= 2);
            self.put(ctx, Slot::Watch, class, call, ahead);
        }
    }

    /// The query that the light probe makes while the own network is down.
    pub fn probe_call(&self) -> Option<Call> {
        self.query_call()
    }

    /// The query of the recording.
    fn query_call(&self) -> Option<Call> {
        self.facts.recording.as_ref().map(|recording| Call::Query {
            mode: self.mode_of(recording).clone(),
            resource_id: recording.resource_id.clone(),
            sid: recording.sid.clone(),
        })
    }

    /// Whether a query asks for the recording at hand: one of a session that has ended may be answered late.
    pub(super) fn is_about_the_recording(&self, call: &Call) -> bool {
        let Call::Query { sid, .. } = call else { return false };
        self.facts.recording.as_ref().is_some_and(|recording| recording.sid == *sid)
    }

    /// The queries to come that are more urgent than the one under way, which serves all others. That one takes their place in
    /// the queue, so that no poll waits behind a look at the files.
    fn unserved(&self, ctx: &Ctx<'_>) -> impl Iterator<Item = Due> + use<> {
        let under_way = ctx.dispatch.class(self.info.id, Slot::Watch);
        let due = [self.work.query, self.file_due()].into_iter().flatten();
        due.filter(move |(_, why)| under_way.is_none_or(|under_way| class_of(*why) < under_way))
    }

    /// The next check of the files. While answers are in doubt the queries that clear it bring the files as well.
    fn file_due(&self) -> Option<Due> {
        let in_doubt = self.work.uncertain_tries > 0 || !self.work.missing.is_empty();
        self.work.file_checks.first().filter(|_| !in_doubt).map(|at| (*at, Why::FileName))
    }

    pub(super) fn watch_due(&self, ctx: &Ctx<'_>) -> Option<Due> {
        if !self.facts.is_watched() {
            return None;
        }
        let stale = self.stale_at(ctx).map(|at| (at, Why::TurnStale));
        let query = if ctx.network_down.is_some() { None } else { self.unserved(ctx).min() };
        [stale, query].into_iter().flatten().min()
    }

    /// When what is known turns into «not observed»: two poll intervals after the last answer that says what is shown. A 429 or a
    /// gateway's page says nothing of a recorder, so it keeps no Recording fresh.
    pub(super) fn stale_at(&self, ctx: &Ctx<'_>) -> Option<Timestamp> {
        if !self.facts.is_watched() {
            return None;
        }
        let started = self.facts.recording.as_ref().map(|recording| recording.started_at);
        let seen = match self.facts.sight {
            Sight::Clear => self.work.last_certain,
            Sight::Uncertain | Sight::Refused(_) => self.work.last_told,
            Sight::Blind(_) => return None,
        };
        seen.max(started).max(self.work.fresh_from).map(|at| at + ctx.policy.stale_after(ctx.grid.interval()))
    }

    pub(super) fn probe_denial(&self, ctx: &Ctx<'_>) -> Option<Denial> {
        if self.facts.recording.is_none() {
            Some(Denial::NoSid)
        } else if !self.facts.is_watched() {
            Some(Denial::NoSession)
        } else if self.is_stop_under_way() {
            // The stop's own queries decide it; one more could only take its place.
            Some(Denial::AlreadyStopping)
        } else {
            ctx.network_down.map(|_| Denial::NetworkDown)
        }
    }

    /// A query came to its end: the one place where what Agora says about a running recording is judged.
    pub(super) fn query_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        if ctx.network_down.is_some() || !self.is_about_the_recording(&finished.call) {
            // The light probe, or the try that found it out: it says nothing about this recording; nor does a late answer
            // about the one before.
            return;
        }
        let reading = Reading::of(&finished.answer);
        self.note_reading(ctx, reading, finished.sent_at);
        if !self.facts.is_watched() {
            return;
        }
        self.see(ctx, reading, finished);
        match self.facts.phase {
            Phase::Starting(_) => self.verify_answered(ctx, reading, finished),
            Phase::Stopping => self.stop_query_answered(ctx, reading, finished),
            Phase::Recording | Phase::Suspect | Phase::Lost | Phase::StartFailed(_) => {
                self.watch_answered(ctx, reading, finished);
            }
            Phase::StartUnknown => self.unknown_answered(ctx, reading, finished),
            Phase::Idle | Phase::AbnormalExit | Phase::Ended(_) | Phase::Stopped(_) => {}
        }
    }

    /// Keeps what bounds are made of. An answer speaks of some moment between its sending and its arrival, so a last answer
    /// counts from its sending; a first one counts, where a gap is opened or closed, at its arrival.
    fn note_reading(&mut self, ctx: &Ctx<'_>, reading: Reading, sent_at: Timestamp) {
        self.work.good_answers = if reading == Reading::Good { self.work.good_answers.saturating_add(1) } else { 0 };
        let unclear_tries = self.work.uncertain_tries + 1;
        self.work.uncertain_tries = 0;
        match reading {
            Reading::Good => {
                self.work.last_good = Some(sent_at);
                self.work.missing.clear();
                self.own_seen(ctx.now);
            }
            Reading::Missing => {
                self.work.last_bad = Some(sent_at);
                let blurred = self.facts.sight != Sight::Clear;
                if blurred && is_stale(&self.work.missing, ctx) {
                    self.work.missing.clear();
                }
                if self.is_in_doubt() {
                    self.work.missing.push(ctx.now);
                }
            }
            Reading::Leaving(_) | Reading::Abnormal => self.work.last_bad = Some(sent_at),
            Reading::Preparing => {
                self.work.last_bad = Some(sent_at);
                self.work.uncertain_tries = if self.may_be_preparing() { 0 } else { unclear_tries };
            }
            Reading::Refused(_) => return,
            Reading::Unclear => {
                self.work.uncertain_tries = unclear_tries;
                return;
            }
        }
        self.work.last_certain = Some(ctx.now);
    }

    /// Keeps the second axis: whether we can see.
    fn see(&mut self, ctx: &mut Ctx<'_>, reading: Reading, finished: &Finished) {
        let verifying = self.may_be_preparing();
        // A light probe leaves while nobody looks: what it leaves unclear is unclear from when somebody looks again.
        let asked = self.work.fresh_from.map_or(finished.first_sent, |fresh| finished.first_sent.max(fresh));
        let (sight, since) = match reading {
            Reading::Good | Reading::Missing | Reading::Leaving(_) | Reading::Abnormal => (Sight::Clear, ctx.now),
            // Alive, and neither starting nor recording: nothing we could name.
            Reading::Preparing if verifying => (Sight::Clear, ctx.now),
            Reading::Preparing | Reading::Unclear => (Sight::Uncertain, asked),
            Reading::Refused(refusal) => (Sight::Refused(refusal), asked),
        };
        if sight != self.facts.sight {
            let answer = Some(finished.answer.clone());
            self.record(ctx, Event::SightChanged { to: sight, since, answer });
        }
    }

    fn watch_answered(&mut self, ctx: &mut Ctx<'_>, reading: Reading, finished: &Finished) {
        let answer = &finished.answer;
        match reading {
            Reading::Good => {
                let end = self.seen_again();
                if self.facts.phase != Phase::Recording {
                    self.record(ctx, Event::PhaseChanged { to: Phase::Recording, answer: Some(answer.clone()) });
                }
                self.close_gap(ctx, end);
                self.poll_next(ctx);
            }
            Reading::Missing => self.missing(ctx, finished),
            Reading::Leaving(status) => self.ended(ctx, Phase::Ended(status), finished),
            Reading::Abnormal => self.ended(ctx, Phase::AbnormalExit, finished),
            Reading::Refused(_) => self.poll_next(ctx),
            Reading::Preparing if self.is_unverified() => self.poll_next(ctx),
            Reading::Preparing | Reading::Unclear => self.resolve_uncertain(ctx),
        }
    }

    /// 50x and no answer prove nothing: asked again soon, without end, as far as the budget of all channels together goes; else at
    /// the ordinary turn. A suspicion whose 404s still count is cleared whatever the budget says: at its ordinary turns it could
    /// not become a loss. That costs a handful of queries, then the count begins anew in any case.
    pub(super) fn resolve_uncertain(&mut self, ctx: &mut Ctx<'_>) {
        let at = ctx.now + self.unclear_wait(ctx);
        self.work.query = Some(if self.facts.phase == Phase::Suspect && self.has_fresh_missing(ctx) {
            (at, Why::ResolveSuspect)
        } else if ctx.dispatch.may_ask_again(ctx.now, ctx.policy) {
            (at, Why::ResolveUncertain)
        } else {
            (ctx.grid.next(self.info.id, ctx.now), Why::RetriesSpent)
        });
    }

    /// How long after an unclear answer the next query follows.
    pub(super) fn unclear_wait(&self, ctx: &Ctx<'_>) -> Duration {
        ctx.policy.uncertain.after(self.work.uncertain_tries.max(1)).unwrap_or(ctx.grid.interval())
    }

    /// It ended by itself, or broke: a fact that no later query is needed for.
    fn ended(&mut self, ctx: &mut Ctx<'_>, phase: Phase, finished: &Finished) {
        self.record(ctx, Event::PhaseChanged { to: phase, answer: Some(finished.answer.clone()) });
        self.open_gap(ctx);
        self.work.query = None;
        self.work.file_checks.clear();
    }

    /// Whether status 0 to 3 is what one would expect.
    fn may_be_preparing(&self) -> bool {
        matches!(self.facts.phase, Phase::Starting(_)) || self.is_unverified()
    }

    /// Whether the last start failed with a recorder that may still come.
    pub(super) fn is_unverified(&self) -> bool {
        self.facts.phase == Phase::StartFailed(StartFailure::NotVerified)
    }
}

const fn class_of(why: Why) -> Class {
    match why {
        Why::ConfirmMissing | Why::Asked => Class::Suspect,
        Why::ResolveSuspect => Class::SuspectAgain,
        Why::ResolveUncertain => Class::Uncertain,
        Why::Verify | Why::ConfirmStop => Class::Verify,
        Why::FileName => Class::FileName,
        Why::Poll
        | Why::Again
        | Why::RetriesSpent
        | Why::RetryStart
        | Why::RetryStop
        | Why::RetryChange
        | Why::TokenEnds
        | Why::AutoRestart
        | Why::FlappingEnds
        | Why::UncertainAlarm
        | Why::AcknowledgementEnds
        | Why::MuteEnds
        | Why::RetryDomain
        | Why::CheckOld
        | Why::TurnStale
        | Why::Quota
        | Why::Throttle
        | Why::NetworkProbe => Class::Poll,
    }
}

#[cfg(test)]
mod tests;
