//! When it is this channel's turn among all that are polled: its own place in the interval, and the order in which everything is
//! read again after nobody looked.

use std::cmp::Reverse;
use std::time::Duration;

use super::{Ctx, Machine};
use crate::monitor::grid::Grid;
use crate::monitor::phase::Phase;
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

impl Machine {
    /// The next ordinary poll, at this channel's own place in the interval: polls stay spread, whatever happened before.
    pub(super) fn poll_next(&mut self, ctx: &Ctx<'_>) {
        self.work.query = Some((ctx.grid.next(self.info.id, ctx.now), Why::Poll));
    }

    /// The interval became another: the ordinary poll goes to its new place, unless it leaves this very moment.
    pub fn follow_grid(&mut self, ctx: &Ctx<'_>) {
        if let Some((at, why @ (Why::Poll | Why::RetriesSpent))) = self.work.query
            && at.since(ctx.now) >= Duration::from_secs(1)
        {
            self.work.query = Some((ctx.grid.next(self.info.id, ctx.now), why));
        }
    }

    /// The wait between its queries while it is asked for every few seconds, beside the ordinary polls: while it is verified, while
    /// a stop is decided by query, and while it is suspected with 404s that still count.
    pub fn asked_for_every(&self, ctx: &Ctx<'_>) -> Option<Duration> {
        match self.facts.phase {
            Phase::Starting(_) if !self.facts.is_verifying() => None,
            Phase::Starting(_) if self.verify_is_over(ctx) => ctx.policy.uncertain.then,
            Phase::Starting(_) => ctx.policy.verify.then,
            Phase::Suspect => ctx.policy.missing.then.filter(|_| self.has_fresh_missing(ctx)),
            Phase::Stopping => ctx.policy.missing.then.filter(|_| self.is_stop_decided_by_query(ctx)),
            Phase::Recording
            | Phase::Lost
            | Phase::Idle
            | Phase::StartUnknown
            | Phase::StartFailed(_)
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopped(_) => None,
        }
    }

    /// Who is read again first after nobody looked: what was in doubt, then what would wait longest for its own poll, so that
    /// nobody is asked about twice within moments. `None` when there is nothing to read.
    pub fn reads_again(&self, now: Timestamp, grid: &Grid) -> Option<(Doubt, Reverse<Timestamp>)> {
        self.work.query.filter(|(_, why)| *why == Why::Again)?;
        let doubt = match self.facts.phase {
            Phase::Suspect | Phase::Starting(_) | Phase::Stopping | Phase::StartFailed(_) => Doubt::Some,
            Phase::Recording
            | Phase::Lost
            | Phase::Idle
            | Phase::StartUnknown
            | Phase::AbnormalExit
            | Phase::Ended(_)
            | Phase::Stopped(_) => Doubt::None,
        };
        Some((doubt, Reverse(grid.next(self.info.id, now))))
    }

    /// Its turn to be read again. Whether that takes a turn: the ordinary poll may come first.
    pub fn read_again_at(&mut self, ctx: &Ctx<'_>, turn: Timestamp) -> bool {
        let poll = ctx.grid.next(self.info.id, ctx.now);
        self.work.query = Some((poll.min(turn), Why::Again));
        turn < poll
    }
}

/// Whether a recording was in doubt when nobody looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    Some,
    None,
}

#[cfg(test)]
mod tests;
