//! Changes while it runs: update and updateLayout, one at a time. What is sent sets a state and may be sent again, so an
//! unclear answer is followed by the same request; when all tries are spent the change stays unconfirmed, and says so.

use super::{Ctx, Machine, Origin};
use crate::monitor::answer::{Answer, Outcome};
use crate::monitor::change::{Change, ChangeKind, ChangeResult};
use crate::monitor::dispatch::{Class, Finished, Slot};
use crate::monitor::event::{Actor, Denial, Event};
use crate::monitor::io::Call;

impl Machine {
    pub(super) fn change_denial(&self, kind: ChangeKind) -> Option<Denial> {
        if !kind.fits(&self.info.mode) {
            Some(Denial::WrongMode)
        } else if self.facts.recording.is_none() || !self.facts.is_watched() {
            Some(Denial::NotRecording)
        } else {
            self.facts.changing.is_some().then_some(Denial::AlreadyChanging)
        }
    }

    pub(super) fn forget_denial(&self) -> Option<Denial> {
        (self.origin == Origin::Settings).then_some(Denial::InSettings)
    }

    pub(super) fn request_change(&mut self, ctx: &mut Ctx<'_>, change: Change) {
        let Some(recording) = &self.facts.recording else { return };
        let (kind, summary, sid) = (change.kind(), change.summary().clone(), recording.sid.clone());
        self.record(ctx, Event::ChangeRequested { sid, kind, summary, by: Actor::Operator });
        self.send_change(ctx, change);
    }

    fn send_change(&mut self, ctx: &mut Ctx<'_>, change: Change) {
        let Some(recording) = &self.facts.recording else { return };
        let call = Call::Change {
            cname: self.info.cname.clone(),
            uid: recording.uid,
            mode: self.info.mode.clone(),
            resource_id: recording.resource_id.clone(),
            sid: recording.sid.clone(),
            change,
        };
        self.put(ctx, Slot::Change, Class::Change, call, 0);
    }

    pub(super) fn change_answered(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let result = match &finished.answer.outcome {
            Outcome::Updated => ChangeResult::Done,
            Outcome::Missing | Outcome::AlreadyLeaving => ChangeResult::NoRecorder,
            Outcome::Refused(_) | Outcome::UidConflict | Outcome::StaleResource => ChangeResult::Refused,
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
            | Outcome::NothingRecorded => ChangeResult::Unconfirmed,
        };
        self.end_change(ctx, result, Some(&finished.answer));
    }

    pub(super) fn end_change(&mut self, ctx: &mut Ctx<'_>, result: ChangeResult, answer: Option<&Answer>) {
        if let Some(kind) = self.facts.changing {
            self.record(ctx, Event::ChangeEnded { kind, result, answer: answer.cloned() });
        }
    }
}
