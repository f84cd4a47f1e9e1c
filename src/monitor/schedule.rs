//! What happens next, when, and why: one deadline per channel in an ordered index, so that finding and moving one costs log n.

use std::collections::{BTreeMap, BTreeSet};

use super::ids::ChannelId;
use super::time::Timestamp;

/// Why something happens at a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// The ordinary poll.
    Poll,
    /// The first query after nobody looked.
    Again,
    /// The ordinary poll in place of a re-query, for which the budget has nothing left.
    RetriesSpent,
    /// The operator asked.
    Asked,
    /// Query after a 404.
    ConfirmMissing,
    /// Query after a 50x or no answer, while 404s before it still count towards a loss.
    ResolveSuspect,
    /// Query after a 50x or no answer.
    ResolveUncertain,
    /// Query to verify a start.
    Verify,
    /// The next try of a start.
    RetryStart,
    /// The next try of a stop.
    RetryStop,
    /// The next try of a change.
    RetryChange,
    /// Query to decide an unconfirmed stop.
    ConfirmStop,
    /// The next try of the same operation, maybe on the other domain.
    RetryDomain,
    /// Query for the file name.
    FileName,
    /// Query of the old recorder after a restart.
    CheckOld,
    /// What is known gets too old.
    TurnStale,
    /// A request waits for the quota.
    Quota,
    /// Background requests rest after a 429.
    Throttle,
    /// The light probe while the own network is down.
    NetworkProbe,
    /// The token of a recording ends soon, or has ended.
    TokenEnds,
    /// The restart without the operator, where the settings ask for it.
    AutoRestart,
    /// A flapping channel has held its state for long enough.
    FlappingEnds,
    /// A failed query has been uncertain for so long that it is an incident.
    UncertainAlarm,
    /// An acknowledgement was for a time.
    AcknowledgementEnds,
    /// A mute was for a time.
    MuteEnds,
}

/// One deadline per channel, ordered.
#[derive(Clone, Debug, Default)]
pub struct Schedule {
    by_time: BTreeSet<(Timestamp, ChannelId)>,
    by_channel: BTreeMap<ChannelId, (Timestamp, Why)>,
}

impl Schedule {
    /// Sets, moves or (with `None`) removes the deadline of a channel.
    pub fn set(&mut self, channel: ChannelId, deadline: Option<(Timestamp, Why)>) {
        let before = match deadline {
            Some(deadline) => self.by_channel.insert(channel, deadline),
            None => self.by_channel.remove(&channel),
        };
        let (before, after) = (before.map(|(at, _)| at), deadline.map(|(at, _)| at));
        if before == after {
            return;
        }
        if let Some(at) = before {
            self.by_time.remove(&(at, channel));
        }
        if let Some(at) = after {
            self.by_time.insert((at, channel));
        }
    }

    /// The earliest deadline.
    pub fn next(&self) -> Option<(Timestamp, Why)> {
        let (at, channel) = self.by_time.first()?;
        self.by_channel.get(channel).map(|(_, why)| (*at, *why))
    }

    /// The channels whose deadline has come, earliest first.
    pub fn due(&self, now: Timestamp) -> Vec<ChannelId> {
        self.by_time.iter().take_while(|(at, _)| *at <= now).map(|(_, channel)| *channel).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_deadline_leaves_no_trace_of_the_old_one() {
        let mut schedule = Schedule::default();
        let at = Timestamp::from_millis;
        schedule.set(ChannelId(1), Some((at(50), Why::Poll)));
        schedule.set(ChannelId(2), Some((at(40), Why::Verify)));
        schedule.set(ChannelId(2), Some((at(90), Why::Poll)));
        assert_eq!(schedule.next(), Some((at(50), Why::Poll)));
        schedule.set(ChannelId(1), None);
        assert_eq!(schedule.due(at(89)), []);
        assert_eq!(schedule.due(at(90)), [ChannelId(2)]);
    }
}
