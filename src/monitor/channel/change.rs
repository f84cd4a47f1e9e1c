//! Changes while it runs: update and updateLayout, one at a time. What is sent sets a state and may be sent again, so an
//! unclear answer is followed by the same request; when all tries are spent the change stays unconfirmed, and says so. A wish
//! is never carried out late: what still waits when the network goes, the computer sleeps or a stop comes is given up.

use super::{Ctx, Due, Machine, Origin};
use crate::monitor::answer::{Answer, Outcome};
use crate::monitor::change::{Change, ChangeKind, ChangeResult};
use crate::monitor::dispatch::{Class, Finished, Heard, Slot};
use crate::monitor::event::{Actor, CallKind, Denial, Event};
use crate::monitor::io::Call;
use crate::monitor::phase::{Phase, StartFailure};
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;
use crate::monitor::told::Hold;

/// A change on its way. Its body is kept here only: after a restart of the program nobody could send it again.
#[derive(Clone, Debug)]
pub(super) struct Changing {
    change: Change,
    tries: usize,
    retry: Option<Due>,
    /// Exchanges so far, those by the rule of the domains included.
    exchanges: u32,
}

impl Changing {
    /// Counts one more exchange; its number, from 1.
    pub(super) const fn count_try(&mut self) -> u32 {
        self.exchanges += 1;
        self.exchanges
    }
}

impl Machine {
    pub(super) fn change_denial(&self, kind: ChangeKind) -> Option<Denial> {
        let mode = self.facts.recording.as_ref().map_or(&self.info.mode, |recording| self.mode_of(recording));
        if !kind.fits(mode) {
            return Some(Denial::WrongMode);
        }
        if self.facts.recording.is_none() {
            return Some(Denial::NotRecording);
        }
        match self.facts.phase {
            Phase::Stopping => Some(Denial::AlreadyStopping),
            Phase::Starting(_) if !self.facts.is_verifying() => Some(Denial::AlreadyStarting),
            Phase::Starting(_) | Phase::Recording | Phase::Suspect | Phase::StartFailed(StartFailure::NotVerified) => {
                self.facts.changing.is_some().then_some(Denial::AlreadyChanging)
            }
            Phase::Idle
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopped(_) => Some(Denial::NotRecording),
        }
    }

    /// A channel is left alone only while nothing of it is under way: an answer that nobody hears could be a recorder's name.
    pub(super) fn forget_denial(&self, ctx: &Ctx<'_>) -> Option<Denial> {
        if self.origin == Origin::Settings {
            return Some(Denial::InSettings);
        }
        match self.facts.phase {
            Phase::Stopping => Some(Denial::AlreadyStopping),
            Phase::Starting(_) => Some(Denial::AlreadyStarting),
            Phase::StartUnknown if ctx.dispatch.is_flying(self.info.id, CallKind::Start) => {
                Some(Denial::AlreadyStarting)
            }
            Phase::Idle
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::Recording
            | Phase::Suspect
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopped(_) => self.facts.changing.is_some().then_some(Denial::AlreadyChanging),
        }
    }

    pub(super) fn request_change(&mut self, ctx: &mut Ctx<'_>, change: Change) {
        let Some(recording) = &self.facts.recording else { return };
        let (kind, summary, sid) = (change.kind(), change.summary().clone(), recording.sid.clone());
        self.record(ctx, Event::ChangeRequested { sid, kind, summary, by: Actor::Operator });
        self.work.change = Some(Box::new(Changing { change, tries: 0, retry: None, exchanges: 0 }));
        self.send_change(ctx);
    }

    fn send_change(&mut self, ctx: &mut Ctx<'_>) {
        let (Some(recording), Some(changing)) = (&self.facts.recording, &self.work.change) else { return };
        let call = Call::Change {
            cname: self.cname_of(recording).clone(),
            uid: recording.uid,
            mode: self.mode_of(recording).clone(),
            resource_id: recording.resource_id.clone(),
            sid: recording.sid.clone(),
            change: changing.change.clone(),
        };
        let ahead = changing.tries / 2;
        self.put(ctx, Slot::Change, Class::Change, call, ahead);
    }

    pub(super) fn change_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let answer = &finished.answer;
        match &answer.outcome {
            Outcome::Updated => {
                self.work.changed_at = Some(ctx.now);
                self.end_change(ctx, ChangeResult::Done, Some(answer));
            }
            Outcome::Missing | Outcome::AlreadyLeaving => {
                self.end_change(ctx, ChangeResult::NoRecorder, Some(answer));
                // A stop would have overtaken it.
                if self.facts.is_watched() {
                    self.work.query = Some((ctx.now, Why::Asked));
                }
            }
            Outcome::Refused(_) | Outcome::UidConflict | Outcome::StaleResource => {
                self.end_change(ctx, ChangeResult::Refused, Some(answer));
            }
            Outcome::NotCompleted
            | Outcome::ServerError
            | Outcome::NoAnswer(_)
            | Outcome::Gateway
            | Outcome::Malformed
            | Outcome::Throttled
            | Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Status(_)
            | Outcome::Stopped(_)
            | Outcome::NothingRecorded => self.change_unclear(ctx, answer),
        }
    }

    fn change_unclear(&mut self, ctx: &mut Ctx<'_>, answer: &Answer) {
        let Some(changing) = &mut self.work.change else { return };
        changing.tries += 1;
        match ctx.policy.change.after(changing.tries) {
            Some(wait) => changing.retry = Some((ctx.now + wait, Why::RetryChange)),
            None => self.end_change(ctx, ChangeResult::Unconfirmed, Some(answer)),
        }
    }

    fn end_change(&mut self, ctx: &mut Ctx<'_>, result: ChangeResult, answer: Option<&Answer>) {
        self.work.change = None;
        if let Some(kind) = self.facts.changing {
            self.record(ctx, Event::ChangeEnded { kind, result, answer: answer.cloned() });
        }
    }

    /// Its intent is not on disk, so this try did not leave; an earlier one may have.
    pub(super) fn change_not_saved(&mut self, ctx: &mut Ctx<'_>) {
        let sent = self.work.change.as_ref().is_some_and(|changing| changing.exchanges > 0);
        let result = if sent { ChangeResult::Unconfirmed } else { ChangeResult::NotSaved };
        self.end_change(ctx, result, None);
    }

    /// Nobody can look or send for a while, and a wish must not come true later than anybody expects. What is on its way may
    /// still be answered; that is only logged.
    pub fn give_change_up(&mut self, ctx: &mut Ctx<'_>) {
        ctx.dispatch.cancel(self.info.id, Slot::Change);
        self.end_change(ctx, ChangeResult::Unconfirmed, None);
    }

    /// A stop or a restart comes first: what is to change is over with it.
    pub(super) fn overtake_change(&mut self, ctx: &mut Ctx<'_>) {
        ctx.dispatch.cancel(self.info.id, Slot::Change);
        self.end_change(ctx, ChangeResult::Overtaken, None);
    }

    /// The last run asked for a change and heard no answer.
    pub(super) fn settle_change(&mut self, ctx: &mut Ctx<'_>) {
        self.end_change(ctx, ChangeResult::Interrupted, None);
    }

    pub(super) fn tick_change(&mut self, ctx: &mut Ctx<'_>) {
        if ctx.network_down.is_some() || self.change_due().is_none_or(|(at, _)| at > ctx.now) {
            return;
        }
        if let Some(changing) = &mut self.work.change {
            changing.retry = None;
        }
        self.send_change(ctx);
    }

    pub(super) fn change_due(&self) -> Option<Due> {
        self.work.change.as_ref().and_then(|changing| changing.retry)
    }

    /// Whether a web recording pauses, as a query tells it. The query is right, whatever we asked for; one that was asked
    /// before a change was carried out speaks of the time before.
    pub(super) fn note_hold(&mut self, ctx: &mut Ctx<'_>, heard: &Heard) {
        let Some(told) = heard.told.web.as_ref().and_then(|web| web.hold) else { return };
        let (Call::Query { sid, .. }, Some(recording)) = (&*heard.call, &self.facts.recording) else { return };
        let outdated = self.work.changed_at.is_some_and(|changed: Timestamp| heard.sent_at < changed);
        if recording.sid == *sid && !outdated && recording.hold.unwrap_or(Hold::Running) != told {
            self.record(ctx, Event::HoldSeen { sid: sid.clone(), hold: told });
        }
    }
}

#[cfg(test)]
mod tests;
