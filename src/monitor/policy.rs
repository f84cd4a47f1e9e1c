//! Every number of the rules in one value. The defaults are the vendor's advice; the settings may change each of them.

use std::time::Duration;

use super::ids::Mode;

/// Waits between tries, in order; after the last one either the `then` wait repeats or the schedule is spent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The waits before the 2nd, 3rd, … try.
    pub waits: Vec<Duration>,
    /// What follows: `Some` repeats for ever, `None` gives up.
    pub then: Option<Duration>,
}

impl Backoff {
    fn seconds(waits: &[u64], then: Option<u64>) -> Self {
        Self { waits: waits.iter().copied().map(Duration::from_secs).collect(), then: then.map(Duration::from_secs) }
    }

    /// The wait after `tries` tries were made (1 or more); `None` when the schedule is spent.
    pub fn after(&self, tries: usize) -> Option<Duration> {
        self.waits.get(tries.saturating_sub(1)).copied().or(self.then)
    }

    /// How many tries the schedule allows, the first included; `None` without an end.
    pub fn tries(&self) -> Option<usize> {
        match self.then {
            None => Some(self.waits.len() + 1),
            Some(_) => None,
        }
    }
}

/// What to do with an old recorder that still answers once its successor is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OldRecorder {
    /// Ask the operator.
    Ask,
    /// Stop it.
    Stop,
}

/// Intervals, thresholds and budgets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Poll interval per recording; 5 s to 1 h (vendor: about two minutes).
    pub poll_every: Duration,
    /// Most requests in any sliding second, per App ID, retries included (vendor: 10).
    pub quota_per_second: u32,
    /// Of those, how many the background leaves alone for the operator's own commands. What lies between this and the share of
    /// the polls is for re-queries: with none left over, each of them would make the queue longer for good.
    pub quota_reserved: u32,
    /// Share of the quota that polls may take before the interval stretches, in percent; never more than the reserve leaves. While
    /// channels are verified, suspected or being stopped, half of it at least.
    pub quota_stretch_percent: u32,
    /// Longest wait of a poll behind more urgent requests. After half of it commands keep to their reserve until the polls that
    /// waited so long have left.
    pub poll_waits_at_most: Duration,
    /// The interval that gave way to what is verified, suspected or being stopped goes back by one request a second each time.
    pub interval_back_every: Duration,
    /// Budget for background queries beyond the ordinary polls: this share of the polls, in percent.
    pub retry_percent: u32,
    /// Polls and their repeats together may use this share of the quota in any case, in percent: a few channels keep their exact
    /// schedules.
    pub retry_floor_percent: u32,
    /// So many repeats may come at once.
    pub retry_burst: u32,
    /// With the budget spent, one operation at this distance still asks every domain.
    pub retry_scout_every: Duration,
    /// Waits between the tries of one operation when a domain does not answer (vendor: 1, 3, 6 s). The first repeats the
    /// domain; from the third try on the other domain is asked.
    pub domain: Backoff,
    /// How long the domain that worked stays first before the primary is tried again with one probe.
    pub domain_sticks_for: Duration,
    /// Time for one try of a call that is not a stop.
    pub try_timeout: Duration,
    /// Time for one try of a synchronous stop; the service itself gives up after 20 s.
    pub stop_timeout: Duration,
    /// Oldest resource ID a start may use (vendor: 5 min).
    pub resource_lives_for: Duration,
    /// Waits of a start after 50x (vendor: 3, 6, 9 s).
    pub start_50x: Backoff,
    /// Waits of a start after code 65 (vendor: 3, 6 s).
    pub start_65: Backoff,
    /// Waits between repetitions of a start whose outcome is unknown, with the same resource ID while that lasts: it can name a
    /// recorder, and can never begin a second one (vendor: start, 201).
    pub start_unknown: Backoff,
    /// Wait between the `sid` and the first query (vendor: 5 s).
    pub verify_after: Duration,
    /// Waits between the queries that verify a start. Each is cut to less than `maxIdleTime`.
    pub verify: Backoff,
    /// Without status 4 or 5 for this long after the `sid`, the next clear answer that says neither makes it a failed start
    /// (vendor: 90 s).
    pub verify_within: Duration,
    /// Waits between queries after a 404 (vendor: 5, 10, 15 s).
    pub missing: Backoff,
    /// Lost when 404s span this long; the vendor's own failover answers 404 up to 90 s. 30 s is the vendor's older advice.
    pub lost_after: Duration,
    /// Waits between queries after a 50x or no answer (vendor: 5, 10, 15, 30 s).
    pub uncertain: Backoff,
    /// Waits of a stop after 206/65 and 50x.
    pub stop: Backoff,
    /// Waits of a change after 206/65, 50x and no answer.
    pub change: Backoff,
    /// How long before its end the token of a recording is warned of.
    pub token_warning: Duration,
    /// Rate of the light probe while the own network is down.
    pub network_probe_every: Duration,
    /// A sleep, a hold-up of the process or a change of the wall clock of at least this length counts, each since the look
    /// before: once a second at least.
    pub sleep_is_over: Duration,
    /// First check of the files by query, after the start, and the second, in composite and web mode (vendor: 15 s, and 60 s
    /// later).
    pub file_name_after: [Duration; 2],
    /// The same in individual mode, where files come later (vendor: 60 s, and 60 s later), and in modes of days to come.
    pub file_name_after_individual: [Duration; 2],
    /// Slow-down after a 429: no background request for this long, and half the rate afterwards.
    pub throttle_for: Duration,
    /// Waits of a command of the operator's between tries that were answered 429. It does not wait for the background's rest,
    /// since the polls are what used the quota up, and it goes on as long as what it asks with is valid.
    pub throttle_command: Backoff,
    /// The background never goes slower than this share of its rate, in percent.
    pub throttle_floor_percent: u32,
    /// How much of its rate the background gains with each step while no 429 comes, in percent.
    pub throttle_step_percent: u32,
    /// The time between two such steps.
    pub throttle_step_every: Duration,
    /// What to do with an old recorder that still answers after a restart.
    pub old_recorder: OldRecorder,
    /// So long after the channel's own recorder was seen recording, an old one may be ended without the operator. Two queries take
    /// 20 s at most, and one of them may wait behind polls.
    pub own_seen_within: Duration,
    /// Knowledge older than this many poll intervals is not shown as current.
    pub stale_after_intervals: u32,
    /// Good answers in a row until a bad channel is told to have recovered.
    pub recovered_after_probes: u32,
    /// Uncertain for this long is an incident; shorter is not. A suspicion whose last query failed counts as uncertain.
    pub uncertain_alarms_after: Duration,
    /// This many channels of a project that turn bad within one sweep of the polls are one incident.
    pub mass_failure_from: u32,
    /// A channel that turns bad so often within `flapping_within` is flapping.
    pub flapping_turns: u32,
    /// The window for that, and how long one state has to hold until it is told again. At a poll every 120 s one turn, from a good
    /// answer over the loss to the next good one, takes about five minutes: three of them fit into 30 min and not into 15.
    pub flapping_within: Duration,
    /// The time over which the alarms of the workstation are counted.
    pub alarm_window: Duration,
    /// More alarms than this within it are a flood.
    pub flood_above: u32,
    /// A flood is over when there are fewer than this.
    pub flood_until_below: u32,
    /// Restarts without the operator, of one channel, in any sliding hour.
    pub auto_restarts_per_hour: u32,
    /// Wait between a start that failed and a restart without the operator.
    pub auto_restart_again_after: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        let s = Duration::from_secs;
        Self {
            poll_every: s(120),
            quota_per_second: 10,
            quota_reserved: 1,
            quota_stretch_percent: 80,
            poll_waits_at_most: s(30),
            interval_back_every: s(30),
            retry_percent: 5,
            retry_floor_percent: 25,
            retry_burst: 100,
            retry_scout_every: s(30),
            domain: Backoff::seconds(&[1, 3, 6], None),
            domain_sticks_for: s(600),
            try_timeout: s(10),
            stop_timeout: s(25),
            resource_lives_for: s(300),
            start_50x: Backoff::seconds(&[3, 6, 9], None),
            start_65: Backoff::seconds(&[3, 6], None),
            start_unknown: Backoff::seconds(&[15, 30, 60], None),
            verify_after: s(5),
            verify: Backoff::seconds(&[3, 5, 8], Some(10)),
            verify_within: s(90),
            missing: Backoff::seconds(&[5, 10, 15], Some(15)),
            lost_after: s(90),
            uncertain: Backoff::seconds(&[5, 10, 15, 30], Some(30)),
            stop: Backoff::seconds(&[3, 6, 9], None),
            change: Backoff::seconds(&[3, 6, 9], None),
            token_warning: s(3600),
            network_probe_every: s(5),
            sleep_is_over: s(5),
            file_name_after: [s(15), s(75)],
            file_name_after_individual: [s(60), s(120)],
            throttle_for: s(5),
            throttle_command: Backoff::seconds(&[1, 2, 5, 10], Some(10)),
            throttle_floor_percent: 10,
            throttle_step_percent: 5,
            throttle_step_every: s(30),
            old_recorder: OldRecorder::Ask,
            own_seen_within: s(30),
            stale_after_intervals: 2,
            recovered_after_probes: 2,
            uncertain_alarms_after: s(300),
            mass_failure_from: 3,
            flapping_turns: 3,
            flapping_within: s(1800),
            alarm_window: s(600),
            flood_above: 10,
            flood_until_below: 5,
            auto_restarts_per_hour: 3,
            auto_restart_again_after: s(60),
        }
    }
}

impl Policy {
    /// The age at which knowledge turns into «not observed», for a poll interval that may be stretched.
    pub fn stale_after(&self, interval: Duration) -> Duration {
        interval * self.stale_after_intervals
    }

    /// When the files of a recording are asked for, after its start.
    pub const fn file_checks(&self, mode: &Mode) -> [Duration; 2] {
        match mode {
            Mode::Mix | Mode::Web => self.file_name_after,
            Mode::Individual | Mode::Other(_) => self.file_name_after_individual,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_schedule_says_so_and_an_endless_one_repeats_its_tail() {
        let start = Policy::default().start_50x;
        let waits: Vec<_> = (1..=4).map(|tries| start.after(tries).map(|w| w.as_secs())).collect();
        assert_eq!(waits, [Some(3), Some(6), Some(9), None]);
        assert_eq!(start.tries(), Some(4));
        let uncertain = Policy::default().uncertain;
        let waits: Vec<_> = (1..=6).map(|tries| uncertain.after(tries).map(|w| w.as_secs())).collect();
        assert_eq!(waits, [5, 10, 15, 30, 30, 30].map(Some));
        assert_eq!(uncertain.tries(), None);
    }
}
