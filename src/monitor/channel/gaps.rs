//! The edges of a channel's gaps: where one opens and closes, always as two bounds that were seen. Whether a recording is gone is
//! decided elsewhere.

use super::{Ctx, Machine};
use crate::monitor::event::Event;
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::phase::{Phase, StartCause};
use crate::monitor::time::Timestamp;

impl Machine {
    /// Opens a gap with its two early bounds, unless one is open.
    pub(super) fn open_gap(&mut self, ctx: &mut Ctx<'_>) {
        if self.facts.open_gap.is_some() {
            return;
        }
        let started = self.facts.recording.as_ref().map(|recording| recording.started_at);
        let last_good = self.work.last_good.filter(|at| started.is_none_or(|start| *at >= start)).or(started);
        let gap = OpenGap { last_good: last_good.unwrap_or(ctx.now), first_bad: ctx.now };
        self.record(ctx, Event::GapOpened { gap });
    }

    /// Closes the open gap: back somewhere between the last bad and this good answer. A bad answer from before the gap, which is
    /// all that a store may remember, bounds nothing.
    pub(super) fn close_gap(&mut self, ctx: &mut Ctx<'_>, end: GapEnd) {
        if let Some(OpenGap { last_good, first_bad }) = self.facts.open_gap {
            // Where none is kept, the first bad one counts, from its sending at the latest.
            let earliest = first_bad - ctx.policy.try_timeout;
            let last_bad = self.work.last_bad.unwrap_or(earliest).max(last_good);
            let gap = Gap { last_good, first_bad, last_bad, first_good: ctx.now, end };
            self.record(ctx, Event::GapClosed { gap });
        }
    }

    /// The gap that is left when the start under way comes to nothing.
    pub(super) fn gap_of_this_start(&self, now: Timestamp) -> OpenGap {
        let begun = self.facts.session.map_or(now, |session| session.since);
        match self.facts.attempt.as_ref().map(|attempt| (attempt.cause, attempt.asked_at)) {
            // Nothing has run since it was asked for: that edge is exact.
            Some((StartCause::Start, at)) => OpenGap { last_good: at, first_bad: at },
            // Nobody saw the end of what it was to replace.
            Some((StartCause::Restart, _)) | None => {
                OpenGap { last_good: self.work.last_good.map_or(begun, |at| at.max(begun)), first_bad: now }
            }
        }
    }

    /// How the open gap ends with a good answer that comes now.
    pub(super) fn seen_again(&self) -> GapEnd {
        // A gap that was open when a stop was asked for which came to nothing ends as it would have without.
        let stopping = self.facts.phase == Phase::Stopping;
        let phase = if stopping { self.facts.stopping_from } else { self.facts.phase };
        let by_itself = if self.facts.gap_is_loss { GapEnd::CameBack } else { GapEnd::Blip };
        match phase {
            Phase::Starting(_) => GapEnd::Restarted,
            Phase::Recording | Phase::Suspect | Phase::Lost | Phase::StartUnknown | Phase::StartFailed(_)
                if self.is_gap_of_another() =>
            {
                GapEnd::Restarted
            }
            Phase::Recording
            | Phase::Suspect
            | Phase::Lost
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Idle
            | Phase::Stopping
            | Phase::Stopped(_) => by_itself,
        }
    }

    /// A bad answer of before this run, as far as it bounds the open gap: what was told of another recorder says nothing of the
    /// channel's own. While a successor is verified the gap is that of the one before, until the successor was asked for.
    pub(super) fn bad_of_own(&self, at: Timestamp) -> Option<Timestamp> {
        let own_since = self.facts.recording.as_ref().map(|recording| recording.own_since);
        let of_own = own_since.filter(|since| at >= *since).map(|_| at);
        of_own.or_else(|| {
            let attempt = self.facts.attempt.as_ref()?;
            attempt.replaced_since.filter(|since| at >= *since).map(|_| at.min(attempt.asked_at))
        })
    }

    /// Whether the open gap is that of a recorder before the channel's own. The one of a first start that came to nothing is its own,
    /// and begins when that was asked for.
    fn is_gap_of_another(&self) -> bool {
        let gap = self.facts.open_gap.zip(self.facts.recording.as_ref());
        gap.is_some_and(|(gap, own)| gap.first_bad < own.started_at && gap.last_good != own.asked_at)
    }
}
