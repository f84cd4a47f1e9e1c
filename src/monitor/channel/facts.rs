//! What we hold true about one channel, and the only place where it changes. Live, these facts change because a rule recorded an
//! event; after a restart, because the log is read again: both by [`Facts::apply`], so both come to the same.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, Old, Session};
pub use super::attempt::{OpenStop, UnknownStart};
use super::auto_restart::AutoRestarts;
use super::flapping::Flaps;
use super::recording::{Recording, TokenMark};
use crate::monitor::answer::Answer;
use crate::monitor::band::{Band, BandKind};
use crate::monitor::change::{ChangeKind, ChangeResult};
use crate::monitor::event::{CallKind, Event};
use crate::monitor::gap::{Gap, OpenGap};
use crate::monitor::ids::{Sid, Uid};
use crate::monitor::phase::{Blindness, Phase, Sight, StartFailure, State};
use crate::monitor::time::Timestamp;
use crate::monitor::told::Hold;

/// How much of the past stays in memory at least, the band and its closed gaps: what is older is read from the store, which has it
/// day by day once a day is over.
pub const PAST_KEEPS: Duration = Duration::from_secs(48 * 3_600);

/// The durable state of one channel. Two monitors that read the same log have equal facts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub(crate) phase: Phase,
    pub(crate) sight: Sight,
    pub(crate) state_since: Timestamp,
    pub(crate) session: Option<Session>,
    pub(crate) sessions: u32,
    pub(crate) uid: Uid,
    pub(crate) recording: Option<Recording>,
    pub(crate) attempt: Option<Attempt>,
    /// The recorders that restarts replaced, oldest first, until each is surely gone. They outlast the session.
    pub(crate) olds: Vec<Old>,
    /// Starts whose outcome nobody knows, of this session and of those shortly before: each may have left a recorder that has no name here.
    pub(crate) unknown_starts: Vec<UnknownStart>,
    /// The change that was sent and has no end yet.
    pub(crate) changing: Option<ChangeKind>,
    /// The phase a stop was asked in.
    pub(crate) stopping_from: Phase,
    /// The stop that has no end yet.
    pub(crate) open_stop: Option<Box<OpenStop>>,
    pub(crate) open_gap: Option<OpenGap>,
    /// Whether its recorder was called lost since the gap opened.
    pub(crate) gap_is_loss: bool,
    pub(crate) gaps: VecDeque<Gap>,
    pub(crate) because: Option<Answer>,
    /// Shared with the pictures that show it, and copied only when it changes.
    pub(crate) band: Arc<Band>,
    /// Restarts without the operator.
    pub(crate) auto: AutoRestarts,
    /// Turns from good to bad.
    pub(crate) flaps: Flaps,
    keeps: Keeps,
}

/// How much of the past stays in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Keeps {
    /// What the fleet page shows.
    Recent,
    /// All that is read, for a chart or an export.
    All,
}

impl Facts {
    pub(crate) fn new(uid: Uid) -> Self {
        Self {
            phase: Phase::Idle,
            sight: Sight::Clear,
            state_since: Timestamp::default(),
            session: None,
            sessions: 0,
            uid,
            recording: None,
            attempt: None,
            olds: Vec::new(),
            unknown_starts: Vec::new(),
            changing: None,
            stopping_from: Phase::Idle,
            open_stop: None,
            open_gap: None,
            gap_is_loss: false,
            gaps: VecDeque::new(),
            because: None,
            band: Arc::default(),
            auto: AutoRestarts::default(),
            flaps: Flaps::default(),
            keeps: Keeps::Recent,
        }
    }

    /// Facts that forget nothing.
    pub(crate) fn unbounded(uid: Uid) -> Self {
        Self { keeps: Keeps::All, ..Self::new(uid) }
    }

    /// The word for both axes.
    pub(crate) fn state(&self) -> State {
        State::of(self.phase, self.sight)
    }

    /// Whether a recording of ours may run and therefore has to be asked for.
    pub(crate) fn is_watched(&self) -> bool {
        self.recording.is_some()
            && match self.phase {
                Phase::Recording
                | Phase::Suspect
                | Phase::Lost
                | Phase::Stopping
                | Phase::StartFailed(StartFailure::NotVerified) => true,
                Phase::Starting(_) => self.is_verifying(),
                // What it was to replace may go on, or come back.
                Phase::StartUnknown => self
                    .attempt
                    .as_ref()
                    .is_none_or(|attempt| attempt.replaces_a_lost_one() || !attempt.replaces_one_known_gone()),
                Phase::Idle | Phase::StartFailed(_) | Phase::AbnormalExit | Phase::Ended(_) | Phase::Stopped(_) => {
                    false
                }
            }
    }

    /// Whether a start is on its way, or has no known end, and nothing is asked for meanwhile. A gap that is found later may reach
    /// back over that time.
    pub(crate) fn is_unasked(&self) -> bool {
        matches!(self.phase, Phase::Starting(_) | Phase::StartUnknown) && !self.is_watched()
    }

    /// How many recordings are asked for in each poll interval: its own, and each that a restart replaced.
    pub(crate) fn polled(&self) -> usize {
        usize::from(self.is_watched()) + self.olds.len()
    }

    /// Whether a `sid` came and status 4 or 5 has not yet.
    pub(crate) fn is_verifying(&self) -> bool {
        self.attempt.as_ref().is_some_and(|attempt| attempt.sid.is_some())
    }

    /// Takes a fact in.
    pub(crate) fn apply(&mut self, at: Timestamp, event: &Event) {
        let before = self.state();
        match event {
            Event::StartRequested { session, uid, cause, by: _ } => self.start_requested(at, *session, *uid, *cause),
            Event::UidTaken { uid } => {
                if let Some(attempt) = &mut self.attempt {
                    attempt.uid = *uid;
                    attempt.resource = None;
                }
            }
            Event::Acquired { uid: _, resource_id } => {
                if let Some(attempt) = &mut self.attempt {
                    attempt.resource = Some((resource_id.clone(), at));
                }
            }
            Event::Started { uid, resource_id, sid, token_until, cname, mode } => {
                let new = Recording::new(sid, resource_id, *uid, at);
                self.started(Recording { token_until: *token_until, cname: cname.clone(), mode: mode.clone(), ..new });
            }
            Event::StartFailed { why, answer } => self.start_failed(at, *why, answer.as_ref()),
            Event::StartLeftUnknown { answer } => {
                self.phase = Phase::StartUnknown;
                self.because.clone_from(answer);
                self.start_left_unknown(answer.as_ref());
            }
            Event::PhaseChanged { to, answer } => {
                self.phase = *to;
                self.because.clone_from(answer);
                self.attempt = None;
                self.note_successor(answer.as_ref());
            }
            Event::SightChanged { to, since, answer } => {
                self.sight = *to;
                if answer.is_some() {
                    self.because.clone_from(answer);
                }
                self.note_successor(answer.as_ref());
                self.turn_band(*since, BandKind::State(self.state()));
            }
            Event::NotObserved { from, cause } if self.is_watched() => {
                self.sight = Sight::Blind(*cause);
                self.turn_band(*from, BandKind::State(self.state()));
            }
            Event::NotObserved { from, cause } => self.was_unseen(at, *from, *cause),
            Event::GapOpened { gap } => {
                self.open_gap = Some(*gap);
                // Where the edge is exact nothing is possibly lost.
                if gap.last_good < gap.first_bad {
                    let now = BandKind::State(self.state());
                    Arc::make_mut(&mut self.band).repaint(gap.last_good, gap.first_bad, BandKind::PossiblyLost, now);
                }
            }
            Event::GapClosed { gap } => {
                self.open_gap = None;
                self.gaps.push_back(*gap);
                self.forget_old(at);
            }
            Event::StopRequested { .. } => {
                self.stopping_from = self.phase;
                self.phase = Phase::Stopping;
                self.attempt = None;
            }
            Event::Stopped { result } => {
                self.phase = Phase::Stopped(*result);
                self.sight = Sight::Clear;
                self.session = None;
                self.because = None;
            }
            Event::OldStopRequested { sid, by } => self.with_old(sid, |old| old.stop_requested = Some(*by)),
            Event::OldSeenAlive { sid } => {
                self.with_old(sid, |old| (old.seen_alive, old.known_gone) = (true, false));
            }
            Event::OldTakenBack { sid } => self.take_back(at, sid),
            Event::OldGone { sid, upload: _ } => self.olds.retain(|old| old.recording.sid != *sid),
            Event::FileNameTold { predicted: _, told } => {
                if let Some(recording) = &mut self.recording {
                    recording.file_told = Some(Arc::clone(told));
                }
            }
            Event::FilesTold { sid, files, odd } => self.with_recording(sid, |recording| {
                recording.files.clone_from(files);
                recording.odd.clone_from(odd);
            }),
            Event::Adopted { session, uid, resource_id, sid, cname, mode, by: _ } => {
                let (cname, mode) = (Some(cname.clone()), Some(mode.clone()));
                let new = Recording::new(sid, resource_id, *uid, at);
                self.adopted(at, *session, Recording { cname, mode, ..new });
            }
            Event::ChangeRequested { kind, .. } => self.changing = Some(*kind),
            Event::ChangeEnded { kind, result, answer: _ } => self.change_ended(*kind, *result),
            Event::HoldSeen { sid, hold } => self.with_recording(sid, |recording| recording.hold = Some(*hold)),
            Event::TokenEndsSoon { sid, until: _ } => {
                self.with_recording(sid, |recording| recording.token = TokenMark::EndsSoon);
            }
            Event::TokenEnded { sid, until: _ } => {
                self.with_recording(sid, |recording| recording.token = TokenMark::Ended);
            }
            Event::ChannelForgotten { by: _ } => self.forgotten(),
            Event::ChannelAdded { .. }
            | Event::WatchBegan { .. }
            | Event::WatchEnded
            | Event::ClockSet { .. }
            | Event::NetworkLost { .. }
            | Event::NetworkBack
            | Event::DomainPreferred { .. }
            | Event::Throttled { .. }
            | Event::CommandDenied { .. }
            | Event::CallAnswered { .. }
            | Event::IncidentOpened { .. }
            | Event::IncidentGrew { .. }
            | Event::IncidentSettled { .. }
            | Event::IncidentEnded { .. }
            | Event::IncidentAcknowledged { .. }
            | Event::AcknowledgementEnded { .. }
            | Event::IncidentClosed { .. }
            | Event::IncidentReopened { .. }
            | Event::NoteAdded { .. }
            | Event::ChannelMuted { .. }
            | Event::MuteEnded { .. }
            | Event::FlappingBegan { .. }
            | Event::FlappingEnded { .. }
            | Event::AutoRestartSpent { .. }
            | Event::Exported { .. } => {}
        }
        self.follow_stop(at, event);
        self.gap_is_loss = self.open_gap.is_some() && (self.gap_is_loss || self.state().is_loss());
        self.auto.follow(at, event);
        self.flaps.follow(at, event, self.state());
        self.follow(at, effective(event), before);
    }

    /// A start goes on: no query is due that could end this blindness, so it ends here. What it is to replace is not seen any more.
    fn was_unseen(&mut self, at: Timestamp, from: Timestamp, cause: Blindness) {
        if let Some(attempt) = &mut self.attempt {
            attempt.prior_sight = Sight::Blind(cause);
        }
        self.turn_band(from, BandKind::State(State::NotObserved));
        self.turn_band(at, BandKind::State(self.state()));
        self.forget_old(at);
    }

    /// Keeps the word's age and the band in step with the axes.
    fn follow(&mut self, at: Timestamp, since: Option<Timestamp>, before: State) {
        let state = self.state();
        if state != before {
            self.turn_band(at, BandKind::State(state));
            // Where a start that nobody observed comes to an end, that goes on.
            let unseen = self.band.open_since().filter(|_| state == State::NotObserved);
            self.state_since = since.or(unseen).unwrap_or(at);
            self.forget_old(at);
        }
    }

    fn turn_band(&mut self, at: Timestamp, kind: BandKind) {
        Arc::make_mut(&mut self.band).turn(at, kind);
    }

    fn forget_old(&mut self, at: Timestamp) {
        if self.keeps == Keeps::All {
            return;
        }
        let before = at - PAST_KEEPS;
        if self.band.reaches_back_before(before) {
            Arc::make_mut(&mut self.band).trim(before);
        }
        while self.gaps.front().is_some_and(|old| at.since(old.first_good) > PAST_KEEPS) {
            self.gaps.pop_front();
        }
    }

    /// Keeps what is known of a stop while it has no end.
    fn follow_stop(&mut self, at: Timestamp, event: &Event) {
        if matches!(event, Event::StopRequested { .. }) {
            self.open_stop = Some(Box::new(OpenStop { asked_at: at, heard: None }));
        }
        if self.phase != Phase::Stopping {
            self.open_stop = None;
        }
        // A stop of a recorder that was replaced is logged under the UID of that one.
        let own = self.recording.as_ref().map(|recording| recording.uid);
        if let (Some(open), Event::CallAnswered { call: CallKind::Stop, uid, answer, .. }) =
            (&mut self.open_stop, event)
            && own == Some(*uid)
        {
            open.heard = Some((at, answer.clone()));
        }
    }

    /// The replaced recorder with this `sid`.
    pub(crate) fn old(&self, sid: &Sid) -> Option<&Old> {
        self.olds.iter().find(|old| old.recording.sid == *sid)
    }

    /// The recording with this `sid`: the channel's own, or one that a restart replaced.
    pub(crate) fn recording_of(&self, sid: &Sid) -> Option<&Recording> {
        let olds = self.olds.iter().map(|old| &old.recording);
        self.recording.iter().chain(olds).find(|recording| recording.sid == *sid)
    }

    fn with_recording(&mut self, sid: &Sid, change: impl FnOnce(&mut Recording)) {
        let olds = self.olds.iter_mut().map(|old| &mut old.recording);
        if let Some(recording) = self.recording.iter_mut().chain(olds).find(|recording| recording.sid == *sid) {
            change(recording);
        }
    }

    /// The recordings that are asked for, or belong to the open session.
    pub(crate) fn sids(&self) -> impl Iterator<Item = &Sid> {
        let own = self.recording.iter().filter(|_| self.session.is_some());
        own.chain(self.olds.iter().map(|old| &old.recording)).map(|recording| &recording.sid)
    }

    fn with_old(&mut self, sid: &Sid, change: impl FnOnce(&mut Old)) {
        if let Some(old) = self.olds.iter_mut().find(|old| old.recording.sid == *sid) {
            change(old);
        }
    }

    fn change_ended(&mut self, kind: ChangeKind, result: ChangeResult) {
        self.changing = None;
        if result == ChangeResult::Done
            && let Some(recording) = &mut self.recording
        {
            match kind {
                ChangeKind::Hold => recording.hold = Some(Hold::Held),
                ChangeKind::Resume => recording.hold = Some(Hold::Running),
                ChangeKind::Subscribe | ChangeKind::Outputs | ChangeKind::Storage | ChangeKind::Layout => {}
            }
        }
    }

    /// Nothing of the channel is watched any more. Its sessions stay counted, so that a number never comes twice.
    fn forgotten(&mut self) {
        self.phase = Phase::Idle;
        self.sight = Sight::Clear;
        self.session = None;
        self.recording = None;
        self.attempt = None;
        self.olds.clear();
        self.unknown_starts.clear();
        self.changing = None;
        self.open_gap = None;
        self.because = None;
    }
}

/// Since when a fact holds that is older than its event: sight is lost before that is noticed.
const fn effective(event: &Event) -> Option<Timestamp> {
    if let Event::NotObserved { from: since, .. } | Event::SightChanged { since, .. } = event {
        Some(*since)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
