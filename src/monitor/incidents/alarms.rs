//! How often there was an alarm of late, and whether there are more than a person can take in. It is a matter of the last hour:
//! nothing older is looked at.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::IncidentId;
use crate::monitor::policy::Policy;
use crate::monitor::time::Timestamp;

/// How long an alarm is kept.
const KEEPS: Duration = Duration::from_secs(3_600);
/// How many of a project are kept at most.
const KEPT: usize = 1_000;

/// The incidents of a project that rang, each with its last alarm; oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Rang(VecDeque<(Timestamp, IncidentId)>);

impl Rang {
    /// An incident rings, and counts once however often it does.
    pub(super) fn note(&mut self, incident: IncidentId, at: Timestamp) {
        self.forget(incident);
        self.0.push_back((at, incident));
        while self.0.len() > KEPT || self.0.front().is_some_and(|(first, _)| at.since(*first) > KEEPS) {
            self.0.pop_front();
        }
    }

    /// It became part of another, which rings for both.
    pub(super) fn forget(&mut self, incident: IncidentId) {
        self.0.retain(|(_, other)| *other != incident);
    }

    fn times(&self) -> impl Iterator<Item = Timestamp> {
        self.0.iter().map(|(at, _)| *at)
    }
}

/// The alarms at this workstation. Time alone makes them fewer, so whoever shows them asks by the clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alarms {
    /// When incidents rang within the last hour, oldest first; each its last time.
    rang: Vec<Timestamp>,
    window: Duration,
    flood_above: u32,
    flood_until_below: u32,
}

/// Whether there are more alarms than a person can take in one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// There are not.
    #[default]
    Steady,
    /// There are: they are to be shown by their causes.
    Flood,
}

impl Alarms {
    pub(crate) fn new<'a>(rang: impl Iterator<Item = &'a Rang>, policy: &Policy) -> Self {
        let mut rang: Vec<_> = rang.flat_map(Rang::times).collect();
        rang.sort_unstable();
        Self {
            rang,
            window: policy.alarm_window,
            flood_above: policy.flood_above,
            flood_until_below: policy.flood_until_below,
        }
    }

    /// The time over which they are counted.
    pub const fn window(&self) -> Duration {
        self.window
    }

    /// More than so many within the window are a flood.
    pub const fn flood_above(&self) -> u32 {
        self.flood_above
    }

    /// How many incidents rang within the window before `now`.
    pub fn rate(&self, now: Timestamp) -> usize {
        self.within(self.rang.len(), now)
    }

    /// Whether that is a flood: it is one from the moment there are more than so many, until there are fewer than so many.
    pub fn flow(&self, now: Timestamp) -> Flow {
        let (above, below) = (count(self.flood_above), count(self.flood_until_below));
        let mut flow = Flow::Steady;
        for (before, at) in self.rang.iter().enumerate() {
            if self.within(before, *at) < below {
                flow = Flow::Steady;
            }
            if self.within(before + 1, *at) > above {
                flow = Flow::Flood;
            }
        }
        if self.rate(now) < below { Flow::Steady } else { flow }
    }

    /// How many of the first `all` alarms are within the window before `now`.
    fn within(&self, all: usize, now: Timestamp) -> usize {
        let first = self.rang.partition_point(|at| now.since(*at) >= self.window);
        all.saturating_sub(first)
    }
}

fn count(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Alarms at these seconds.
    fn rang(seconds: &[u64]) -> Alarms {
        let mut rang = Rang::default();
        for (number, at) in (1..).zip(seconds) {
            rang.note(IncidentId(number), at_s(*at));
        }
        Alarms::new([&rang].into_iter(), &Policy::default())
    }

    fn at_s(seconds: u64) -> Timestamp {
        Timestamp::default() + Duration::from_secs(seconds)
    }

    #[test]
    fn eleven_in_ten_minutes_are_a_flood_until_there_are_fewer_than_five() {
        let ten = rang(&(0..10).map(|i| 10 * i).collect::<Vec<_>>());
        assert_eq!((ten.rate(at_s(100)), ten.flow(at_s(100))), (10, Flow::Steady), "ten are none");
        let eleven = rang(&(0..11).map(|i| 10 * i).collect::<Vec<_>>());
        assert_eq!((eleven.rate(at_s(100)), eleven.flow(at_s(100))), (11, Flow::Flood));
        assert_eq!((eleven.rate(at_s(659)), eleven.flow(at_s(659))), (5, Flow::Flood), "five are still one");
        assert_eq!((eleven.rate(at_s(660)), eleven.flow(at_s(660))), (4, Flow::Steady));
    }

    #[test]
    fn a_flood_that_was_over_begins_anew_only_above_ten() {
        let early: Vec<u64> = (0..11).collect();
        let late = 700..706;
        let both = rang(&early.into_iter().chain(late).collect::<Vec<_>>());
        assert_eq!((both.rate(at_s(706)), both.flow(at_s(706))), (6, Flow::Steady));
    }

    #[test]
    fn an_incident_that_rings_twice_counts_once_and_an_hour_is_all_that_is_kept() {
        let mut rang = Rang::default();
        for at in [0, 10, 20] {
            rang.note(IncidentId(1), at_s(at));
        }
        rang.note(IncidentId(2), at_s(3_620));
        assert_eq!(rang.0.len(), 2, "not older than an hour");
        rang.note(IncidentId(3), at_s(3_621));
        assert_eq!(rang.times().collect::<Vec<_>>(), [at_s(3_620), at_s(3_621)]);
    }
}
