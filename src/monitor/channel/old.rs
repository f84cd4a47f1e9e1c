//! The recorders that restarts replaced. Once the successor is verified, or has failed, each is asked for until it is surely
//! gone; one that still answers is a second recorder that is billed: the operator is asked, or it is stopped, as the policy says.

use super::attempt::Old;
use super::suspicion::is_stale;
use super::{Ctx, Due, Machine, Reading};
use crate::monitor::answer::{Answer, Outcome, Upload};
use crate::monitor::dispatch::{Class, Finished, Slot};
use crate::monitor::event::{Actor, Denial, Event, StopWait};
use crate::monitor::gap::GapEnd;
use crate::monitor::ids::Sid;
use crate::monitor::io::Call;
use crate::monitor::phase::{Phase, Sight};
use crate::monitor::policy::OldRecorder;
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

/// The watch over one of them. It always has a next query, so that none is forgotten, whatever becomes of a call.
#[derive(Clone, Debug)]
pub(super) struct OldWatch {
    due: Timestamp,
    missing: Vec<Timestamp>,
    /// What its last clear answer said of it.
    seen: Option<Seen>,
    waits: Waits,
    /// Whether a query since the last 404 told nothing certain.
    blurred: bool,
    /// Queries without a certain answer in a row, since its stop was asked for.
    unclear: usize,
    stop_tries: usize,
}

/// What an answer said of a replaced recorder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Recording,
    Otherwise,
}

/// Whether it would have been stopped, had the channel's own recorder been seen recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waits {
    Not,
    ForTheOwn,
}

impl OldWatch {
    const fn from(due: Timestamp) -> Self {
        Self { due, missing: Vec::new(), seen: None, waits: Waits::Not, blurred: false, unclear: 0, stop_tries: 0 }
    }
}

impl Machine {
    pub(super) fn stop_old_denial(&self) -> Option<Denial> {
        self.stoppable_old().is_none().then_some(Denial::NoSecondRecorder)
    }

    fn stoppable_old(&self) -> Option<&Old> {
        self.facts.olds.iter().find(|old| old.seen_alive && !old.is_to_be_stopped())
    }

    /// Whether one that nobody wants ended is known to live, and for all we know records.
    pub(super) fn may_be_recorded_by_an_old_one(&self) -> bool {
        let may_record = |old: &Old| {
            let seen = self.work.olds.get(&old.recording.sid).and_then(|watch| watch.seen);
            old.seen_alive && !old.is_to_be_stopped() && seen != Some(Seen::Otherwise)
        };
        self.facts.olds.iter().any(may_record)
    }

    /// Begins to ask for those that are not asked for yet, and leaves those that are the channel's again. While a successor was
    /// verified nobody asked for any of them: what was counted before counts no more.
    pub(super) fn watch_olds(&mut self, now: Timestamp) {
        let facts = &self.facts;
        self.work.olds.values_mut().for_each(|watch| watch.missing.clear());
        self.work.olds.retain(|sid, _| facts.old(sid).is_some());
        for old in &self.facts.olds {
            self.work.olds.entry(old.recording.sid.clone()).or_insert(OldWatch::from(now));
        }
    }

    /// Begins anew after nobody looked: each at its channel's place among the polls, so that those of a fleet do not all come at
    /// once; one whose stop was asked for is settled first.
    pub(super) fn watch_olds_anew(&mut self, ctx: &Ctx<'_>) {
        let place = ctx.grid.next(self.info.id, ctx.now);
        let watches = self.facts.olds.iter().map(|old| {
            let due = if old.stop_requested.is_some() { ctx.now } else { place };
            (old.recording.sid.clone(), OldWatch::from(due))
        });
        self.work.olds = watches.collect();
    }

    /// The next query. None while the successor is verified: until then nobody knows which of the two will stay.
    pub(super) fn old_due(&self, ctx: &Ctx<'_>) -> Option<Due> {
        if self.facts.is_verifying() || ctx.dispatch.has(self.info.id, Slot::Old) {
            return None;
        }
        self.next_old().map(|(at, _)| (at, Why::CheckOld))
    }

    fn next_old(&self) -> Option<(Timestamp, Sid)> {
        let watched = self.facts.olds.iter().filter_map(|old| self.work.olds.get_key_value(&old.recording.sid));
        watched.map(|(sid, watch)| (watch.due, sid)).min().map(|(at, sid)| (at, sid.clone()))
    }

    pub(super) fn tick_olds(&mut self, ctx: &mut Ctx<'_>) {
        let due = self.old_due(ctx).is_some_and(|(at, _)| at <= ctx.now);
        if !due || ctx.network_down.is_some() {
            return;
        }
        let Some((_, sid)) = self.next_old() else { return };
        let Some(old) = self.facts.old(&sid) else { return };
        let (mode, resource_id) = (self.mode_of(&old.recording).clone(), old.recording.resource_id.clone());
        let call = Call::Query { mode, resource_id, sid: sid.clone() };
        self.ask_old_at(&sid, ctx.now + ctx.grid.interval());
        self.put(ctx, Slot::Old, Class::Poll, call, 0);
    }

    fn ask_old_at(&mut self, sid: &Sid, at: Timestamp) {
        if let Some(watch) = self.work.olds.get_mut(sid) {
            watch.due = at;
        }
    }

    /// The operator's wish: it concerns the oldest that answers.
    pub(super) fn request_stop_old(&mut self, ctx: &mut Ctx<'_>, by: Actor) {
        if let Some(sid) = self.stoppable_old().map(|old| old.recording.sid.clone()) {
            self.stop_old(ctx, &sid, by);
        }
    }

    fn stop_old(&mut self, ctx: &mut Ctx<'_>, sid: &Sid, by: Actor) {
        self.record(ctx, Event::OldStopRequested { sid: sid.clone(), by });
        self.send_stop_old(ctx, sid);
    }

    fn send_stop_old(&mut self, ctx: &mut Ctx<'_>, sid: &Sid) {
        let Some(old) = self.facts.old(sid) else { return };
        let call = Call::Stop {
            cname: self.cname_of(&old.recording).clone(),
            uid: old.recording.uid,
            mode: self.mode_of(&old.recording).clone(),
            resource_id: old.recording.resource_id.clone(),
            sid: sid.clone(),
            wait: StopWait::No,
        };
        self.ask_old_at(sid, ctx.now + ctx.grid.interval());
        self.put(ctx, Slot::Old, Class::Stop, call, 0);
    }

    pub(super) fn old_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        match &*finished.call {
            Call::Stop { sid, .. } => self.old_stop_answered(ctx, sid, &finished.answer),
            Call::Query { sid, .. } => self.old_query_answered(ctx, sid, finished),
            Call::Acquire { .. } | Call::Start { .. } | Call::Change { .. } => {}
        }
    }

    fn old_stop_answered(&mut self, ctx: &mut Ctx<'_>, sid: &Sid, answer: &Answer) {
        match &answer.outcome {
            Outcome::Stopped(upload) => self.old_gone(ctx, sid, Some(*upload)),
            Outcome::NothingRecorded | Outcome::AlreadyLeaving => self.old_gone(ctx, sid, None),
            Outcome::Missing
            | Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Updated
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
                if let Some(watch) = self.work.olds.get_mut(sid) {
                    watch.stop_tries += 1;
                    watch.due = ctx.now + ctx.policy.stop.after(watch.stop_tries).unwrap_or(ctx.grid.interval());
                }
            }
        }
    }

    fn old_query_answered(&mut self, ctx: &mut Ctx<'_>, sid: &Sid, finished: &Finished) {
        match Reading::of(&finished.answer) {
            Reading::Good if self.is_back(sid) => self.take_back_old(ctx, sid, finished.sent_at),
            Reading::Good => self.old_alive(ctx, sid, Seen::Recording),
            Reading::Preparing => self.old_alive(ctx, sid, Seen::Otherwise),
            Reading::Leaving(_) | Reading::Abnormal => self.old_gone(ctx, sid, None),
            Reading::Missing => self.old_missing(ctx, sid),
            Reading::Refused(_) => self.blur_old(sid),
            Reading::Unclear => {
                self.blur_old(sid);
                self.old_unclear(ctx, sid);
            }
        }
    }

    /// Whether no successor of this one recorded, neither the last nor any other of the session: then it is no second recorder
    /// but the only one.
    fn is_back(&self, sid: &Sid) -> bool {
        let (Some(old), Some(session)) = (self.facts.old(sid), self.facts.session) else { return false };
        let of_session = session.since <= old.recording.started_at;
        self.is_unverified() && of_session && !old.succeeded && !old.is_to_be_stopped()
    }

    fn take_back_old(&mut self, ctx: &mut Ctx<'_>, sid: &Sid, sent_at: Timestamp) {
        // What was heard since it was replaced was heard of others.
        let replaced_last = self.facts.olds.last().is_some_and(|old| old.recording.sid == *sid);
        self.work.last_bad = self.work.last_bad_before.filter(|_| replaced_last);
        self.overtake_change(ctx);
        // What is asked of the one that failed would hold up the polls of this one.
        ctx.dispatch.cancel(self.info.id, Slot::Watch);
        self.record(ctx, Event::OldTakenBack { sid: sid.clone() });
        self.close_gap(ctx, GapEnd::CameBack);
        self.count_anew();
        (self.work.last_good, self.work.good_answers) = (Some(sent_at), 1);
        (self.work.last_certain, self.work.last_told) = (Some(ctx.now), Some(ctx.now));
        (self.work.last_probe, self.work.web, self.work.startup) = (None, None, None);
        self.work.file_checks.clear();
        self.poll_next(ctx);
        self.watch_olds(ctx.now);
    }

    /// Nobody knows how it was at this moment.
    fn blur_old(&mut self, sid: &Sid) {
        if let Some(watch) = self.work.olds.get_mut(sid) {
            watch.blurred = true;
        }
    }

    /// While nobody knows what became of a stop that was asked for, it is asked again soon, as far as the budget goes; else at its
    /// ordinary turn.
    fn old_unclear(&mut self, ctx: &mut Ctx<'_>, sid: &Sid) {
        let stop_requested = self.facts.old(sid).is_some_and(|old| old.stop_requested.is_some());
        let Some(watch) = self.work.olds.get_mut(sid).filter(|_| stop_requested) else { return };
        watch.unclear += 1;
        if let Some(wait) = ctx.policy.uncertain.after(watch.unclear)
            && ctx.dispatch.may_ask_again(ctx.now, ctx.policy)
        {
            watch.due = ctx.now + wait;
        }
    }

    /// 404: gone for good if that was known before, else once 404s span the vendor's failover window.
    fn old_missing(&mut self, ctx: &mut Ctx<'_>, sid: &Sid) {
        let known_gone = self.facts.old(sid).is_some_and(|old| old.known_gone);
        let Some(watch) = self.work.olds.get_mut(sid) else { return };
        if watch.blurred && is_stale(&watch.missing, ctx) {
            watch.missing.clear();
        }
        (watch.blurred, watch.unclear) = (false, 0);
        watch.missing.push(ctx.now);
        let spanned = watch.missing.first().is_some_and(|first| ctx.now.since(*first) >= ctx.policy.lost_after);
        if known_gone || spanned {
            self.old_gone(ctx, sid, None);
        } else {
            watch.due = ctx.now + ctx.policy.missing.after(watch.missing.len()).unwrap_or(ctx.grid.interval());
        }
    }

    fn old_alive(&mut self, ctx: &mut Ctx<'_>, sid: &Sid, seen: Seen) {
        if let Some(watch) = self.work.olds.get_mut(sid) {
            watch.missing.clear();
            (watch.seen, watch.blurred, watch.unclear) = (Some(seen), false, 0);
        }
        let Some(old) = self.facts.old(sid) else { return };
        let stop_requested = old.stop_requested;
        if !old.seen_alive {
            self.record(ctx, Event::OldSeenAlive { sid: sid.clone() });
        }
        match (stop_requested, ctx.policy.old_recorder) {
            (Some(Actor::Operator), OldRecorder::Ask | OldRecorder::Stop) => self.send_stop_old(ctx, sid),
            (Some(Actor::Reelwatch), OldRecorder::Ask | OldRecorder::Stop) => {
                self.if_another_records(ctx, sid, Self::send_stop_old);
            }
            (None, OldRecorder::Stop) => {
                self.if_another_records(ctx, sid, |machine, ctx, sid| machine.stop_old(ctx, sid, Actor::Reelwatch));
            }
            (None, OldRecorder::Ask) => {}
        }
    }

    /// Ends one without the operator only where it cannot be the only one that records: the session is over, or the channel's own
    /// was seen recording a moment ago. Else the next good answer of that one lets this one be looked at again.
    fn if_another_records(&mut self, ctx: &mut Ctx<'_>, sid: &Sid, act: impl FnOnce(&mut Self, &mut Ctx<'_>, &Sid)) {
        let own = self.work.last_good.is_some_and(|at| ctx.now.since(at) <= ctx.policy.own_seen_within);
        let may = match self.facts.phase {
            Phase::Stopped(_) => true,
            Phase::Recording => own && self.facts.sight == Sight::Clear,
            Phase::Idle
            | Phase::Starting(_)
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::Suspect
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopping => false,
        };
        if may {
            act(self, ctx, sid);
        } else if let Some(watch) = self.work.olds.get_mut(sid) {
            watch.waits = Waits::ForTheOwn;
        }
    }

    /// The channel's own recorder was seen recording: those that were only kept since it might not are looked at now.
    pub(super) fn own_seen(&mut self, now: Timestamp) {
        for watch in self.work.olds.values_mut().filter(|watch| watch.waits == Waits::ForTheOwn) {
            (watch.waits, watch.due) = (Waits::Not, now);
        }
    }

    fn old_gone(&mut self, ctx: &mut Ctx<'_>, sid: &Sid, upload: Option<Upload>) {
        self.work.olds.remove(sid);
        if self.facts.old(sid).is_some() {
            self.record(ctx, Event::OldGone { sid: sid.clone(), upload });
        }
    }
}

#[cfg(test)]
mod tests;
