//! A channel that goes from good to bad and back all the time is told once, then left in peace until it has held one state for
//! long enough. Blips count here, and here only. It hides nothing: the row reads what is true all along.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::{Ctx, Due, Machine};
use crate::monitor::event::{Calm, Event};
use crate::monitor::gap::GapEnd;
use crate::monitor::incidents::Pace;
use crate::monitor::phase::State;
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

/// How many of the last turns are kept: as many as the settings may ask for.
const KEPT: usize = 10;

/// Whether a channel is in the middle of a bad stretch, which counts once, however many states it goes through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
enum Stretch {
    #[default]
    Good,
    Bad,
}

/// What the log tells of a channel's turns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flaps {
    /// When it turned bad, oldest first.
    turns: VecDeque<Timestamp>,
    stretch: Stretch,
    /// Since when it is flapping.
    since: Option<Timestamp>,
}

impl Flaps {
    /// Takes a fact in that led to this state.
    pub(super) fn follow(&mut self, at: Timestamp, event: &Event, state: State) {
        if let Event::GapClosed { gap } = event
            && gap.end == GapEnd::Blip
        {
            self.turn(at);
        }
        if let Event::FlappingBegan { .. } = event {
            self.since = Some(at);
        }
        if let Event::FlappingEnded { .. } = event {
            self.since = None;
            self.turns.clear();
        }
        match state {
            State::Lost | State::AbnormalExit | State::Ended | State::ConfigError => {
                if self.stretch == Stretch::Good {
                    self.turn(at);
                }
                self.stretch = Stretch::Bad;
            }
            State::Recording => self.stretch = Stretch::Good,
            // The session is over, and with it what was true of it.
            State::Stopped | State::Idle => *self = Self::default(),
            State::NotObserved | State::Suspect | State::Uncertain | State::Stopping | State::Starting => {}
        }
    }

    fn turn(&mut self, at: Timestamp) {
        self.turns.push_back(at);
        if self.turns.len() > KEPT {
            self.turns.pop_front();
        }
    }

    /// How its turns have been of late.
    pub(super) const fn pace(&self) -> Pace {
        match self.since {
            Some(_) => Pace::Flapping,
            None => Pace::Calm,
        }
    }

    /// Since when it is flapping.
    pub(super) const fn since(&self) -> Option<Timestamp> {
        self.since
    }
}

impl Machine {
    /// When a flapping channel will have held its state for long enough, and how it then stands.
    fn calm_at(&self, ctx: &Ctx<'_>) -> Option<(Timestamp, Calm)> {
        let since = self.facts.flaps.since?;
        let calm = match self.facts.state() {
            State::Recording => Calm::Steady,
            State::Lost | State::AbnormalExit | State::Ended | State::ConfigError | State::Uncertain => Calm::StaysBad,
            State::NotObserved | State::Suspect | State::Stopping | State::Starting | State::Stopped | State::Idle => {
                return None;
            }
        };
        Some((self.facts.state_since.max(since) + ctx.policy.flapping_within, calm))
    }

    /// Says that a flapping channel has come to rest, when it has.
    pub(super) fn tick_calm(&mut self, ctx: &mut Ctx<'_>) {
        if let Some((at, how)) = self.calm_at(ctx)
            && at <= ctx.now
        {
            self.record(ctx, Event::FlappingEnded { how });
        }
    }

    pub(super) fn calm_due(&self, ctx: &Ctx<'_>) -> Option<Due> {
        self.calm_at(ctx).map(|(at, _)| (at, Why::FlappingEnds))
    }

    /// Says that a channel is flapping, when it turned bad often enough. To be asked after its incidents: the turn that makes it
    /// so still has its own.
    pub fn note_flapping(&mut self, ctx: &mut Ctx<'_>) {
        let flaps = &self.facts.flaps;
        let turns = usize::try_from(ctx.policy.flapping_turns).unwrap_or(usize::MAX);
        let first = flaps.turns.len().checked_sub(turns).and_then(|first| flaps.turns.get(first)).copied();
        if let Some(since) = first
            && flaps.since.is_none()
            && ctx.now.since(since) <= ctx.policy.flapping_within
        {
            self.record(ctx, Event::FlappingBegan { turns: ctx.policy.flapping_turns, since });
        }
    }
}

#[cfg(test)]
mod tests;
