//! Restarting a lost recorder without the operator, where the channel's settings ask for it: at once after a loss or an abnormal
//! exit, some time after a start that failed, and only so often in an hour. Never where a recorder may still run or repeating cannot
//! help, and by the same way as the operator's restart, so the intent is on disk before the call and the count comes from the log.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{Ctx, Due, Machine};
use crate::monitor::answer::Outcome;
use crate::monitor::event::{Actor, Event};
use crate::monitor::io::{AutoRestart, LogHealth};
use crate::monitor::phase::{Phase, Sight, StartCause, StartFailure};
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::AutoRestartView;
use crate::monitor::time::Timestamp;

/// The sliding window of the limit.
const HOUR: Duration = Duration::from_secs(3_600);
/// How many of the last ones are kept: as many as the settings may allow in an hour.
const KEPT: usize = 20;

/// Why nothing is restarted by itself until the channel has recorded again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Rest {
    /// There is no reason.
    #[default]
    None,
    /// Those of the hour were used up.
    Spent,
    /// The operator ended an attempt, or asked for a stop.
    Cancelled,
}

/// What the log tells of restarts without the operator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AutoRestarts {
    /// When the last ones were asked for, oldest first.
    starts: VecDeque<Timestamp>,
    /// When a start failed last, and why, since the channel recorded.
    failed: Option<(Timestamp, StartFailure)>,
    rest: Rest,
}

impl AutoRestarts {
    /// Takes a fact in.
    pub(super) fn follow(&mut self, at: Timestamp, event: &Event) {
        if let Event::StartRequested { by: Actor::Reelwatch, .. } = event {
            self.starts.push_back(at);
            if self.starts.len() > KEPT {
                self.starts.pop_front();
            }
        }
        if let Event::StartFailed { why, .. } = event {
            self.failed = Some((at, *why));
            if *why == StartFailure::Cancelled {
                self.rest = Rest::Cancelled;
            }
        }
        if let Event::StopRequested { .. } = event {
            // Whatever becomes of the stop: what the operator wants ended is not begun again.
            self.rest = Rest::Cancelled;
        }
        if let Event::AutoRestartSpent { .. } = event {
            self.rest = Rest::Spent;
        }
        let begins_anew = matches!(
            event,
            Event::StartRequested { cause: StartCause::Start, .. }
                | Event::PhaseChanged { to: Phase::Recording, .. }
                | Event::OldTakenBack { .. }
                | Event::Adopted { .. }
                | Event::ChannelForgotten { .. }
        );
        if begins_anew {
            self.failed = None;
            self.rest = Rest::None;
        }
    }

    fn used(&self, now: Timestamp) -> u32 {
        used(self.starts.iter(), now)
    }
}

/// How many of these lie within the last hour.
pub(crate) fn used<'a>(starts: impl Iterator<Item = &'a Timestamp>, now: Timestamp) -> u32 {
    u32::try_from(starts.filter(|start| now.since(**start) < HOUR).count()).unwrap_or(u32::MAX)
}

impl Machine {
    /// When a restart without the operator is due, the log permitting.
    pub(super) fn auto_due(&self, ctx: &Ctx<'_>) -> Option<Due> {
        let auto = &self.facts.auto;
        let wanted = self.info.auto_restart == AutoRestart::On && auto.rest == Rest::None;
        let sees = match self.facts.sight {
            Sight::Clear | Sight::Uncertain => true,
            // What was lost before may have come back since: it is looked at first.
            Sight::Blind(_) | Sight::Refused(_) => false,
        };
        // A restart that failed leaves the phase of what it was to replace, so its reason counts by itself.
        let helps = may_help(self.facts.phase) && auto.failed.is_none_or(|(_, why)| may_be_repeated(why));
        let may = wanted && sees && helps && ctx.log == LogHealth::Saved;
        let alone = !self.may_still_come() && !self.may_be_recorded_by_an_old_one();
        if !may || !alone || self.restart_denial(ctx).is_some() || self.free_restart_uid().is_none() {
            return None;
        }
        let at = auto.failed.map_or(self.facts.state_since, |(failed, _)| failed + ctx.policy.auto_restart_again_after);
        Some((at, Why::AutoRestart))
    }

    /// Whether the recorder of a start that was not verified may be there after all: only a 404 since then rules it out.
    fn may_still_come(&self) -> bool {
        let gone = self.work.last_probe.as_ref().is_some_and(|last| {
            last.probe.answer.outcome == Outcome::Missing
                && self.facts.auto.failed.is_none_or(|(failed, _)| last.probe.at >= failed)
        });
        self.is_unverified() && !gone
    }

    /// When a start failed that may be repeated without the operator, what it left is looked at before that.
    pub(super) fn look_before_auto(&mut self, ctx: &Ctx<'_>) {
        if self.info.auto_restart == AutoRestart::On && self.is_unverified() {
            let at = ctx.now + ctx.policy.auto_restart_again_after;
            self.work.query = self.work.query.filter(|(query, _)| *query <= at).or(Some((at, Why::Asked)));
        }
    }

    /// Restarts, or says once that those of the hour are used up.
    pub(super) fn tick_auto(&mut self, ctx: &mut Ctx<'_>) {
        if ctx.network_down.is_some() || self.auto_due(ctx).is_none_or(|(at, _)| at > ctx.now) {
            return;
        }
        let used = self.facts.auto.used(ctx.now);
        if used < ctx.policy.auto_restarts_per_hour {
            self.request_start(ctx, StartCause::Restart, Actor::Reelwatch);
        } else {
            self.record(ctx, Event::AutoRestartSpent { used });
        }
    }

    pub(super) fn auto_view(&self, ctx: &Ctx<'_>) -> AutoRestartView {
        AutoRestartView {
            setting: self.info.auto_restart,
            starts: self.facts.auto.starts.iter().copied().collect(),
            most: ctx.policy.auto_restarts_per_hour,
            spent: self.facts.auto.rest == Rest::Spent,
        }
    }
}

/// Whether a restart can help and can double nothing.
const fn may_help(phase: Phase) -> bool {
    match phase {
        Phase::Lost | Phase::AbnormalExit => true,
        Phase::StartFailed(why) => may_be_repeated(why),
        Phase::Idle
        | Phase::Starting(_)
        | Phase::StartUnknown
        | Phase::Recording
        | Phase::Suspect
        | Phase::Ended(_)
        | Phase::Stopping
        | Phase::Stopped(_) => false,
    }
}

/// Whether the same start may succeed another time. Cancelled ones are not failures, and nobody repeats them.
const fn may_be_repeated(why: StartFailure) -> bool {
    match why {
        StartFailure::ServerErrors
        | StartFailure::Unreadable
        | StartFailure::NotCompleted
        | StartFailure::Unreachable
        | StartFailure::NotVerified
        // Nothing was sent.
        | StartFailure::NotSaved
        | StartFailure::Interrupted => true,
        StartFailure::Refused(_) | StartFailure::UidConflict | StartFailure::Cancelled => false,
    }
}

#[cfg(test)]
mod tests;
