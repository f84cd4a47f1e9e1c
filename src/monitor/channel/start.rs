//! Start and restart: acquire, then start at once (vendor: ensure the recording service starts successfully). A start whose
//! outcome is not known is never repeated with a new resource ID.

use std::sync::Arc;

use super::attempt::{Attempt, is_known_gone};
use super::start_unknown::Then;
use super::startup::{RESOURCES_EACH, Startup};
use super::{Ctx, Due, Machine};
use crate::monitor::answer::{Answer, Outcome};
use crate::monitor::dispatch::{Class, Finished, Slot};
use crate::monitor::event::{Actor, Event};
use crate::monitor::gap::GapEnd;
use crate::monitor::ids::{ResourceId, SessionId, Sid, Uid};
use crate::monitor::io::Call;
use crate::monitor::phase::{Blindness, Phase, StartCause, StartFailure};
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::Step;
use crate::monitor::time::Timestamp;

impl Machine {
    /// Opens a session, or goes on with the other UID in the one that is open.
    pub(super) fn request_start(&mut self, ctx: &mut Ctx<'_>, cause: StartCause, by: Actor) {
        let (session, uid) = match cause {
            StartCause::Start => (SessionId(self.facts.sessions + 1), self.start_uid()),
            StartCause::Restart => (SessionId(self.facts.sessions), self.restart_uid()),
        };
        let Some(uid) = uid else { return };
        ctx.dispatch.cancel(self.info.id, Slot::Watch);
        self.overtake_change(ctx);
        if cause == StartCause::Start {
            self.close_gap(ctx, GapEnd::Stopped);
        }
        self.record(ctx, Event::StartRequested { session, uid, cause, by });
        self.work.startup = Some(Box::new(Startup::new(cause, uid, ctx.now)));
        self.work.query = None;
        self.count_anew();
        self.acquire(ctx, uid);
    }

    /// The UID of a new session: the one in use, unless a recorder that may still live holds it.
    fn start_uid(&self) -> Option<Uid> {
        if self.facts.is_held(self.facts.uid) { self.restart_uid() } else { Some(self.facts.uid) }
    }

    /// The UID that an operator's restart takes: one that is free, or else the other one of the pair, at the operator's risk.
    pub(super) fn restart_uid(&self) -> Option<Uid> {
        self.free_restart_uid().or(self.other_uid())
    }

    /// The other one of the pair, or one that no recorder which may still live holds.
    pub(super) fn free_restart_uid(&self) -> Option<Uid> {
        let own = self.own_is_gone().then_some(self.facts.uid);
        let spare = self.info.spare_uids.iter().copied().filter(|uid| *uid != self.facts.uid);
        let mut free = self.other_uid().into_iter().chain(spare).chain(own).filter(|uid| !self.facts.is_held(*uid));
        free.next()
    }

    /// Whether the recorder under the UID in use is surely gone; a start that nobody answered has changed nothing about that.
    fn own_is_gone(&self) -> bool {
        let unknown = self.facts.attempt.as_ref().filter(|_| self.facts.phase == Phase::StartUnknown);
        unknown.map_or(is_known_gone(self.facts.phase), Attempt::replaces_one_known_gone)
    }

    fn other_uid(&self) -> Option<Uid> {
        let on_main = self.facts.uid == self.info.main_uid;
        if on_main { self.info.backup_uid } else { Some(self.info.main_uid) }
    }

    fn acquire(&mut self, ctx: &mut Ctx<'_>, uid: Uid) {
        let ahead = self.work.startup.as_ref().map_or(0, |startup| domains_ahead(startup.tries_50x));
        let Some((profile, asked_at)) = self.start_terms() else { return };
        let siblings = self.siblings();
        let call = Call::Acquire {
            cname: self.info.cname.clone(),
            uid,
            mode: self.info.mode.clone(),
            profile,
            asked_at,
            siblings,
        };
        self.put(ctx, Slot::Act, Class::Acquire, call, ahead);
    }

    pub(super) fn send_start(&mut self, ctx: &mut Ctx<'_>, uid: Uid, resource_id: ResourceId) {
        let ahead = self.work.startup.as_ref().map_or(0, |startup| domains_ahead(startup.tries_50x));
        let Some((profile, asked_at)) = self.start_terms() else { return };
        let (cname, mode) = (self.info.cname.clone(), self.info.mode.clone());
        let call = Call::Start { cname, uid, mode, profile, asked_at, resource_id };
        self.put(ctx, Slot::Act, Class::Start, call, ahead);
    }

    /// What acquire and start have in common: the profile, and the moment their token is issued at.
    fn start_terms(&self) -> Option<(Arc<str>, Timestamp)> {
        let asked_at = self.facts.attempt.as_ref()?.asked_at;
        Some((self.info.profile.clone()?, asked_at))
    }

    /// Recordings of this channel that may still run beside the one that is asked for.
    fn siblings(&self) -> Vec<ResourceId> {
        let gone = self.facts.attempt.as_ref().is_some_and(Attempt::replaces_one_known_gone);
        let current = self.facts.recording.iter().filter(|_| !gone);
        let olds = self.facts.olds.iter().filter(|old| !old.known_gone).map(|old| &old.recording);
        current.chain(olds).map(|recording| recording.resource_id.clone()).collect()
    }

    pub(super) fn acquire_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let answer = &finished.answer;
        match &answer.outcome {
            Outcome::Acquired(resource_id) => self.acquired(ctx, resource_id.clone()),
            Outcome::Refused(refusal) => self.fail_start(ctx, StartFailure::Refused(*refusal), Some(answer)),
            Outcome::NoAnswer(_) | Outcome::Gateway => self.fail_start(ctx, StartFailure::Unreachable, Some(answer)),
            Outcome::NotCompleted => self.retry_65(ctx, answer),
            Outcome::UidConflict => self.fail_start(ctx, StartFailure::UidConflict, Some(answer)),
            Outcome::ServerError
            | Outcome::Malformed
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Status(_)
            | Outcome::Stopped(_)
            | Outcome::Updated
            | Outcome::NothingRecorded
            | Outcome::AlreadyLeaving
            | Outcome::Missing
            | Outcome::StaleResource
            | Outcome::Throttled => self.retry_50x(ctx, answer),
        }
    }

    fn acquired(&mut self, ctx: &mut Ctx<'_>, resource_id: ResourceId) {
        let Some(uid) = self.facts.attempt.as_ref().map(|attempt| attempt.uid) else { return };
        self.record(ctx, Event::Acquired { uid, resource_id: resource_id.clone() });
        let expires = ctx.now + ctx.policy.resource_lives_for;
        if let Some(startup) = &mut self.work.startup {
            startup.acquired += 1;
            startup.ambiguous = false;
            startup.step(Step::Start, ctx.now);
            startup.view.resource = Some((resource_id.clone(), expires));
        }
        self.send_start(ctx, uid, resource_id);
    }

    pub(super) fn start_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let answer = &finished.answer;
        match &answer.outcome {
            Outcome::Started(sid) => self.started(ctx, sid.clone(), finished.told.token_until),
            Outcome::AlreadyStarted => self.start_unknown(ctx, Some(answer), Then::Leave),
            Outcome::Refused(refusal) => self.fail_start(ctx, StartFailure::Refused(*refusal), Some(answer)),
            Outcome::UidConflict => self.fail_start(ctx, StartFailure::UidConflict, Some(answer)),
            // 429 until the resource ID was too old, and the service did nothing, unless an earlier try says otherwise.
            Outcome::StaleResource | Outcome::Throttled => self.acquire_anew(ctx, answer),
            Outcome::ServerError => self.retry_50x(ctx, answer),
            Outcome::NotCompleted => self.retry_65(ctx, answer),
            Outcome::NoAnswer(_) if !finished.may_have_acted => {
                self.fail_start(ctx, StartFailure::Unreachable, Some(answer));
            }
            // Whatever else came, the service may have started a recorder that we cannot name.
            Outcome::NoAnswer(_)
            | Outcome::Gateway
            | Outcome::Malformed
            | Outcome::Acquired(_)
            | Outcome::Status(_)
            | Outcome::Stopped(_)
            | Outcome::Updated
            | Outcome::NothingRecorded
            | Outcome::AlreadyLeaving
            | Outcome::Missing => self.start_unknown(ctx, Some(answer), Then::Repeat),
        }
    }

    /// 50x: the same parameters again after 3, 6, 9 s; then another UID that is known to be free.
    fn retry_50x(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        let Some(startup) = &mut self.work.startup else { return };
        startup.tries_50x += 1;
        let tries = startup.tries_50x;
        match ctx.policy.start_50x.after(tries) {
            Some(wait) => startup.retry_at(ctx.now + wait, tries + 1, ctx.policy.start_50x.tries()),
            None => self.next_uid(ctx, answer),
        }
    }

    /// Code 65: the same again after 3, 6 s; then a fresh resource ID.
    fn retry_65(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        let Some(startup) = &mut self.work.startup else { return };
        startup.tries_65 += 1;
        let tries = startup.tries_65;
        match ctx.policy.start_65.after(tries) {
            Some(wait) => startup.retry_at(ctx.now + wait, tries + 1, ctx.policy.start_65.tries()),
            None => self.acquire_anew(ctx, answer),
        }
    }

    fn acquire_anew(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        let Some(startup) = &mut self.work.startup else { return };
        if startup.ambiguous {
            let used_up = answer.outcome == Outcome::StaleResource;
            self.start_unknown(ctx, Some(answer), if used_up { Then::Leave } else { Then::Repeat });
            return;
        }
        if startup.acquired >= RESOURCES_EACH {
            self.fail_start(ctx, StartFailure::NotCompleted, Some(answer));
            return;
        }
        startup.tries_65 = 0;
        startup.step(Step::Acquire, ctx.now);
        let uid = startup.view.uid;
        self.acquire(ctx, uid);
    }

    fn next_uid(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        let ambiguous = self.work.startup.as_ref().is_some_and(|startup| startup.ambiguous);
        if ambiguous {
            self.start_unknown(ctx, Some(answer), Then::Repeat);
            return;
        }
        let Some(uid) = self.free_uid() else {
            // A start that got such an answer would be unknown: only acquire can have.
            let unreadable = answer.outcome == Outcome::Malformed;
            let why = if unreadable { StartFailure::Unreadable } else { StartFailure::ServerErrors };
            self.fail_start(ctx, why, Some(answer));
            return;
        };
        self.record(ctx, Event::UidTaken { uid });
        if let Some(startup) = &mut self.work.startup {
            startup.step(Step::Acquire, ctx.now);
            startup.used.push(uid);
            startup.view.uid = uid;
            startup.view.resource = None;
            (startup.tries_50x, startup.tries_65, startup.acquired) = (0, 0, 0);
        }
        self.acquire(ctx, uid);
    }

    /// A UID not used in this attempt: the other one of the pair if its recorder is known to be gone, else a spare one.
    fn free_uid(&self) -> Option<Uid> {
        let used = &self.work.startup.as_ref()?.used;
        let gone = self.facts.attempt.as_ref()?.replaces_one_known_gone();
        let pair = [Some(self.info.main_uid), self.info.backup_uid].into_iter().flatten().filter(|uid| {
            let ours = self.facts.recording.as_ref().is_some_and(|recording| recording.uid == *uid);
            !ours || gone
        });
        let all = pair.chain(self.info.spare_uids.iter().copied());
        all.filter(|uid| !self.facts.is_held(*uid)).find(|uid| !used.contains(uid))
    }

    pub(super) fn started(&mut self, ctx: &mut Ctx<'_>, sid: Sid, token_until: Option<Timestamp>) {
        let Some(attempt) = self.facts.attempt.clone() else { return };
        let Some((resource_id, _)) = attempt.resource else { return };
        let (cname, mode) = (Some(self.info.cname.clone()), Some(self.info.mode.clone()));
        let started = Event::Started { uid: attempt.uid, resource_id, sid: sid.clone(), token_until, cname, mode };
        self.record(ctx, started);
        // What was asked of the recorder before says nothing of this one.
        ctx.dispatch.cancel(self.info.id, Slot::Watch);
        let until = ctx.now + ctx.policy.verify_within;
        if let Some(startup) = &mut self.work.startup {
            startup.step(Step::Wait, ctx.now);
            startup.view.sid = Some(sid);
            startup.view.verify_until = Some(until);
            startup.verify_tries = 0;
        }
        self.count_anew();
        self.work.last_bad_before = self.work.last_bad;
        // What was heard of the recorder before since then says nothing of this one, which may have begun by that time.
        self.work.last_bad = self.work.last_bad.map(|at| at.min(attempt.asked_at));
        self.work.last_probe = None;
        self.work.last_told = None;
        // It told of the recorder before.
        self.work.web = None;
        self.work.file_checks =
            ctx.policy.file_checks(&self.info.mode).into_iter().map(|wait| ctx.now + wait).collect();
        self.work.query = Some((ctx.now + ctx.policy.verify_after, Why::Verify));
    }

    /// The start came to nothing. A restart goes back to what it wanted to replace, and looks at it at once. Where an earlier
    /// try may have started a recorder, nothing that comes later makes it a failure.
    pub(super) fn fail_start(&mut self, ctx: &mut Ctx<'_>, why: StartFailure, answer: Option<&Answer>) {
        let ambiguous = self.work.startup.as_ref().is_some_and(|startup| startup.ambiguous);
        if ambiguous && !self.facts.is_verifying() {
            self.start_unknown(ctx, answer, Then::Leave);
            return;
        }
        let gap = self.gap_of_this_start(ctx.now);
        ctx.dispatch.cancel(self.info.id, Slot::Act);
        if self.facts.is_verifying() {
            // It was asked of a recorder that may not be the channel's any more.
            self.overtake_change(ctx);
        }
        if let Some(since) = ctx.network_down {
            self.was_unseen(ctx, since, Blindness::NetworkDown);
        }
        self.record(ctx, Event::StartFailed { why, answer: answer.cloned() });
        self.end_startup(why);
        self.count_anew();
        let nothing_runs = matches!(self.facts.phase, Phase::StartFailed(_)) && why != StartFailure::Cancelled;
        if nothing_runs && self.facts.open_gap.is_none() {
            self.record(ctx, Event::GapOpened { gap });
        }
        if self.facts.is_watched() {
            self.work.query = Some((ctx.now, Why::Asked));
        }
        if let Some(since) = ctx.network_down {
            self.lose_sight(ctx, since, Blindness::NetworkDown);
        }
        self.watch_olds(ctx.now);
    }

    pub(super) fn end_startup(&mut self, why: StartFailure) {
        if let Some(startup) = &mut self.work.startup {
            startup.retry = None;
            startup.view.next_try = None;
            startup.view.failed = Some(why);
        }
    }

    /// The operator gives up: harmless while nothing but acquire was sent, unknown once a start may be with the service.
    pub(super) fn cancel_start(&mut self, ctx: &mut Ctx<'_>) {
        let start_sent = self.work.startup.as_ref().is_some_and(|s| s.view.step == Step::Start);
        let unknown = start_sent && ctx.dispatch.may_have_acted(self.info.id, Slot::Act);
        if unknown {
            self.start_unknown(ctx, None, Then::Leave);
        } else {
            self.fail_start(ctx, StartFailure::Cancelled, None);
        }
    }

    /// The next try of acquire or start, when its wait is over.
    pub(super) fn tick_start(&mut self, ctx: &mut Ctx<'_>) {
        let due = self.start_due().is_some_and(|(at, _)| at <= ctx.now);
        if !due || ctx.network_down.is_some() {
            return;
        }
        let Some(startup) = &mut self.work.startup else { return };
        startup.retry = None;
        startup.view.next_try = None;
        let ambiguous = startup.ambiguous;
        let acquired = startup.view.step != Step::Acquire;
        let Some(attempt) = self.facts.attempt.clone() else { return };
        match attempt.resource.filter(|_| acquired) {
            Some((resource_id, at)) if ctx.now.since(at) < ctx.policy.resource_lives_for => {
                self.send_start(ctx, attempt.uid, resource_id);
            }
            Some(_) if ambiguous => self.start_unknown(ctx, None, Then::Leave),
            Some(_) => {
                if let Some(startup) = &mut self.work.startup {
                    startup.step(Step::Acquire, ctx.now);
                }
                self.acquire(ctx, attempt.uid);
            }
            None => self.acquire(ctx, attempt.uid),
        }
    }

    pub(super) fn start_due(&self) -> Option<Due> {
        self.work.startup.as_ref().and_then(|startup| startup.retry)
    }
}

/// The first two tries ask the preferred domain, later ones the next.
const fn domains_ahead(tries: usize) -> usize {
    tries / 2
}

#[cfg(test)]
mod tests;
