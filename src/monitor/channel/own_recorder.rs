//! Which recorder is the channel's own: how starts, restarts that came to nothing and recorders that came back change that. It is a
//! part of what we hold true and decides nothing.

use std::time::Duration;

use super::attempt::{Attempt, Old, Session, UnknownStart, is_known_gone};
use super::facts::Facts;
use super::reading::Reading;
use super::recording::Recording;
use crate::monitor::answer::Answer;
use crate::monitor::ids::{SessionId, Sid, Uid};
use crate::monitor::phase::{Blindness, Phase, Sight, StartCause, StartFailure};
use crate::monitor::time::Timestamp;

/// How many starts of unknown outcome are kept; the oldest gives way.
const UNKNOWN_STARTS_AT_MOST: usize = 16;
/// How long they outlast their session: Agora's longest documented token, and with it the recorder, ends by then.
const UNKNOWN_STARTS_KEEP: Duration = Duration::from_secs(86_400);

impl Facts {
    pub(super) fn start_requested(&mut self, at: Timestamp, session: SessionId, uid: Uid, cause: StartCause) {
        if cause == StartCause::Start {
            self.session = Some(Session { id: session, since: at });
            self.sessions = session.0;
            self.recording = None;
            self.open_gap = None;
            self.unknown_starts.retain(|unknown| at.since(unknown.asked_at) < UNKNOWN_STARTS_KEEP);
        }
        let unknown = self.attempt.take().filter(|_| self.phase == Phase::StartUnknown).map(Box::new);
        self.attempt = Some(Attempt {
            cause,
            uid,
            asked_at: at,
            prior: self.phase,
            prior_sight: self.sight,
            unknown,
            missed: self.open_gap.is_some(),
            resource: None,
            replaced_since: None,
            sid: None,
        });
        self.phase = Phase::Starting(cause);
        self.sight = Sight::Clear;
        self.because = None;
    }

    pub(super) fn started(&mut self, new: Recording) {
        let (uid, sid) = (new.uid, new.sid.clone());
        let known_gone = self.attempt.as_ref().map_or(is_known_gone(self.phase), Attempt::replaces_one_known_gone);
        let asked_at = self.attempt.as_ref().map_or(new.asked_at, |attempt| attempt.asked_at);
        let replaced = self.recording.replace(Recording { asked_at, ..new }).filter(|old| old.sid != sid);
        let replaced_since = replaced.as_ref().map(|old| old.own_since);
        self.olds.extend(replaced.map(|old| Old::new(old, known_gone)));
        self.uid = uid;
        if let Some(attempt) = &mut self.attempt {
            attempt.replaced_since = replaced_since;
            self.unknown_starts.retain(|unknown| unknown.asked_at != attempt.asked_at);
            attempt.sid = Some(sid);
            self.phase = Phase::Starting(attempt.cause);
        }
    }

    pub(super) fn start_left_unknown(&mut self, answer: Option<&Answer>) {
        let Some(Attempt { uid, asked_at, .. }) = self.attempt else { return };
        match self.unknown_starts.iter_mut().find(|unknown| unknown.asked_at == asked_at) {
            Some(unknown) => unknown.answer = answer.cloned().or_else(|| unknown.answer.take()),
            None => {
                self.unknown_starts.truncate(UNKNOWN_STARTS_AT_MOST - 1);
                self.unknown_starts.insert(0, UnknownStart { uid, asked_at, answer: answer.cloned() });
            }
        }
    }

    /// A failed restart goes back to what it wanted to replace, seen no better than before; it may still run.
    pub(super) fn start_failed(&mut self, at: Timestamp, why: StartFailure, answer: Option<&Answer>) {
        self.phase = Phase::StartFailed(why);
        if let Some(attempt) = self.attempt.take().filter(|attempt| attempt.goes_back(why)) {
            if attempt.sid.is_some() {
                self.take_back_last(at);
            }
            self.phase = attempt.prior;
            self.attempt = attempt.unknown.map(|before| *before);
            self.sight = match attempt.prior_sight {
                // Nobody asked for it while its successor was verified.
                Sight::Clear if attempt.sid.is_some() => Sight::Uncertain,
                // Nothing is asked that could end it.
                Sight::Blind(_) if !self.is_watched() => Sight::Clear,
                sight @ (Sight::Clear | Sight::Uncertain | Sight::Refused(_) | Sight::Blind(_)) => sight,
            };
        }
        self.because = answer.cloned();
        if self.phase == Phase::StartFailed(StartFailure::Cancelled) && self.recording.is_none() {
            self.session = None;
        }
    }

    /// A recording that somebody else started: nobody here has seen it yet.
    pub(super) fn adopted(&mut self, at: Timestamp, session: SessionId, recording: Recording) {
        self.session = Some(Session { id: session, since: at });
        self.sessions = session.0;
        self.uid = recording.uid;
        self.recording = Some(recording);
        self.open_gap = None;
        self.attempt = None;
        self.because = None;
        self.phase = Phase::Recording;
        self.sight = Sight::Blind(Blindness::Adopted);
    }

    /// The successor never recorded: the recorder it was to replace is the channel's again, and it is the one to watch beside.
    fn take_back_last(&mut self, at: Timestamp) {
        if let Some(old) = self.olds.pop() {
            self.change_places(at, old);
        }
    }

    /// No successor recorded, and this one is seen to.
    pub(super) fn take_back(&mut self, at: Timestamp, sid: &Sid) {
        let Some(place) = self.olds.iter().position(|old| old.recording.sid == *sid) else { return };
        let old = self.olds.remove(place);
        self.change_places(at, old);
        self.phase = Phase::Recording;
        self.sight = Sight::Clear;
        self.because = None;
        self.succeed_olds();
    }

    fn change_places(&mut self, at: Timestamp, old: Old) {
        self.uid = old.recording.uid;
        let failed = self.recording.replace(Recording { own_since: at, ..old.recording });
        self.olds.extend(failed.map(|failed| Old::new(failed, false)));
    }

    /// Once the channel's own recorder is seen recording, those that were replaced have a successor.
    pub(super) fn note_successor(&mut self, answer: Option<&Answer>) {
        let seen = answer.is_some_and(|answer| Reading::of(answer) == Reading::Good);
        if seen && self.phase == Phase::Recording && self.sight == Sight::Clear {
            self.succeed_olds();
        }
    }

    fn succeed_olds(&mut self) {
        self.olds.iter_mut().for_each(|old| old.succeeded = true);
    }

    /// Whether the recorder that a start wants to replace may still record.
    pub(crate) fn may_go_back(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.goes_back(StartFailure::NotVerified))
    }

    /// Whether a replaced recorder, or one of a start that nobody answered, may still run under this UID, so that another one would be
    /// refused or kicked out.
    pub(crate) fn is_held(&self, uid: Uid) -> bool {
        self.olds.iter().any(|old| old.recording.uid == uid && !old.known_gone)
            || self.unknown_starts.iter().any(|unknown| unknown.uid == uid)
    }
}
