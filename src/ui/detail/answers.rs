//! The answers of a stretch as the chart draws them: what each said, with which code and how long it took; one by one, or as sums of
//! an hour where only those are left. It knows time and counts, no places on a screen and no colours.

use std::time::Duration;

use super::lanes::Window;
use crate::monitor::answer::Outcome;
use crate::monitor::event::Probe;
use crate::monitor::snapshot::{History, HourOfProbes};
use crate::monitor::time::Timestamp;

/// How long a sum is.
pub const HOUR: Duration = Duration::from_secs(3600);

/// The answers of one stretch.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// Every query that is kept one by one, oldest first.
    pub polls: Vec<Poll>,
    /// What is left of the others, oldest first.
    pub hours: Vec<HourOfProbes>,
}

/// One query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Poll {
    /// When its answer came.
    pub at: Timestamp,
    /// Time to the answer, in milliseconds.
    pub latency_ms: u32,
    /// What it said.
    pub kind: PollKind,
    /// Its HTTP status, if an answer came.
    pub http: Option<u16>,
}

/// What a query said, worst last, so that the worst of a pixel wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PollKind {
    /// Status 4 or 5.
    Good,
    /// Another status.
    Other,
    /// 50x, no answer, unreadable, 429.
    Unclear,
    /// 400, 401, no such address.
    Refused,
    /// 404 `failed to find worker`.
    Missing,
}

impl PollKind {
    /// All of them.
    pub const ALL: [PollKind; 5] =
        [PollKind::Good, PollKind::Other, PollKind::Unclear, PollKind::Refused, PollKind::Missing];

    fn of(probe: &Probe) -> Self {
        match &probe.answer.outcome {
            Outcome::Status(_) if probe.is_good() => PollKind::Good,
            Outcome::Missing => PollKind::Missing,
            Outcome::Refused(_) => PollKind::Refused,
            Outcome::ServerError
            | Outcome::Gateway
            | Outcome::NoAnswer(_)
            | Outcome::Malformed
            | Outcome::Throttled
            | Outcome::NotCompleted => PollKind::Unclear,
            Outcome::Status(_)
            | Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Stopped(_)
            | Outcome::Updated
            | Outcome::NothingRecorded
            | Outcome::AlreadyLeaving
            | Outcome::UidConflict
            | Outcome::StaleResource => PollKind::Other,
        }
    }
}

/// HTTP codes as far as the chart tells them apart, from its uppermost row to its lowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// None came.
    NoAnswer,
    /// 500 to 599.
    Server,
    /// 429.
    Throttled,
    /// Another of 400 to 499.
    Client,
    /// 404.
    NotFound,
    /// Anything else.
    Other,
    /// 200.
    Ok,
}

impl Code {
    /// All of them, from the uppermost row to the lowest.
    pub const ALL: [Code; 7] =
        [Code::NoAnswer, Code::Server, Code::Throttled, Code::Client, Code::NotFound, Code::Other, Code::Ok];

    /// Where an HTTP status belongs.
    pub const fn of(http: Option<u16>) -> Self {
        match http {
            None => Code::NoAnswer,
            Some(200) => Code::Ok,
            Some(404) => Code::NotFound,
            Some(429) => Code::Throttled,
            Some(400..500) => Code::Client,
            Some(500..600) => Code::Server,
            Some(_) => Code::Other,
        }
    }
}

/// Time to the answer in milliseconds: least, median, most. Of an even number of answers the median is the upper of the middle two, as
/// in the sums of an hour.
pub type Spread = [u32; 3];

/// The spread of some answers; `None` of none.
pub fn spread(polls: &[Poll]) -> Option<Spread> {
    let mut all: Vec<u32> = polls.iter().map(|poll| poll.latency_ms).collect();
    all.sort_unstable();
    Some([*all.first()?, *all.get(all.len() / 2)?, *all.last()?])
}

impl Answers {
    /// What `history` has of the window.
    pub fn new(history: &History, window: Window) -> Self {
        let first = history.probes.partition_point(|probe| probe.at < window.from);
        let probes = history.probes[first..].iter().take_while(|probe| probe.at <= window.to);
        let polls = probes.map(|probe| {
            let http = probe.answer.http;
            Poll { at: probe.at, latency_ms: probe.latency_ms, kind: PollKind::of(probe), http }
        });
        let hours = history.hours.iter().filter(|hour| window.touches(hour.from, hour.from + HOUR));
        Self { polls: polls.collect(), hours: hours.cloned().collect() }
    }

    /// The queries within a stretch, both ends included.
    pub fn between(&self, from: Timestamp, to: Timestamp) -> &[Poll] {
        let first = self.polls.partition_point(|poll| poll.at < from);
        let end = self.polls.partition_point(|poll| poll.at <= to);
        &self.polls[first..end.max(first)]
    }

    /// How many queries said what within a stretch, as far as they are kept one by one, in the order of [`PollKind::ALL`].
    pub fn counted(&self, from: Timestamp, to: Timestamp) -> [usize; PollKind::ALL.len()] {
        let within = self.between(from, to);
        PollKind::ALL.map(|kind| within.iter().filter(|poll| poll.kind == kind).count())
    }

    /// How many hours of the stretch are kept as sums only.
    pub fn hours_between(&self, from: Timestamp, to: Timestamp) -> usize {
        self.hours.iter().filter(|hour| hour.from < to && hour.from + HOUR > from).count()
    }

    /// How many answers had each code, those of the sums included, in the order of [`Code::ALL`].
    pub fn codes(&self) -> [u64; Code::ALL.len()] {
        let mut counts = [0; Code::ALL.len()];
        self.polls.iter().for_each(|poll| counts[Code::of(poll.http) as usize] += 1);
        let summed = self.hours.iter().flat_map(|hour| &hour.answers);
        summed.for_each(|answered| counts[Code::of(answered.http) as usize] += u64::from(answered.times));
        counts
    }

    /// The query next to a moment.
    pub fn nearest(&self, at: Timestamp) -> Option<Poll> {
        let next = self.polls.partition_point(|poll| poll.at < at);
        let around = self.polls[next.saturating_sub(1)..].iter().take(2);
        around.min_by_key(|poll| poll.at.as_millis().abs_diff(at.as_millis())).copied()
    }

    /// The sum that a moment is in.
    pub fn hour_at(&self, at: Timestamp) -> Option<&HourOfProbes> {
        self.hours.iter().find(|hour| hour.from <= at && at < hour.from + HOUR)
    }

    /// The longest time to an answer, in milliseconds.
    pub fn slowest(&self) -> Option<u32> {
        let single = self.polls.iter().map(|poll| poll.latency_ms);
        single.chain(self.hours.iter().map(|hour| hour.latency_ms[2])).max()
    }

    /// The shortest one.
    pub fn fastest(&self) -> Option<u32> {
        let single = self.polls.iter().map(|poll| poll.latency_ms);
        single.chain(self.hours.iter().map(|hour| hour.latency_ms[0])).min()
    }
}

/// All queries that share a pixel column.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its left edge.
    pub x: f32,
    /// The worst that was said.
    pub worst: PollKind,
    /// Which codes came, in the order of [`Code::ALL`].
    pub codes: [bool; Code::ALL.len()],
    /// How long they took.
    pub latency_ms: Spread,
}

/// The queries by pixel column, from left to right; `x` is where a moment is.
pub fn columns(polls: &[Poll], x: impl Fn(Timestamp) -> f32) -> Vec<Column> {
    let column = |poll: &Poll| x(poll.at).floor();
    let of = |polls: &[Poll]| {
        let (first, worst) = (polls.first()?, polls.iter().map(|poll| poll.kind).max()?);
        let codes = Code::ALL.map(|code| polls.iter().any(|poll| Code::of(poll.http) == code));
        Some(Column { x: column(first), worst, codes, latency_ms: spread(polls)? })
    };
    polls.chunk_by(|before, after| column(before) >= column(after)).filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::snapshot::Answered;
    use crate::ui::testing::{NOW, ago, history, lost};

    fn poll(s: u64, latency_ms: u32, kind: PollKind, http: Option<u16>) -> Poll {
        Poll { at: ago(s), latency_ms, kind, http }
    }

    #[test]
    fn a_column_keeps_the_worst_answer_every_code_and_least_median_and_most() {
        let polls = [
            poll(30, 80, PollKind::Good, Some(200)),
            poll(29, 300, PollKind::Missing, Some(404)),
            poll(28, 60, PollKind::Unclear, None),
            poll(27, 70, PollKind::Good, Some(200)),
            poll(10, 90, PollKind::Good, Some(200)),
        ];
        let found = columns(&polls, |at| if at < ago(20) { 5.4 } else { 9.9 });
        let codes = |shown: &[Code]| Code::ALL.map(|code| shown.contains(&code));
        let mixed = codes(&[Code::NoAnswer, Code::NotFound, Code::Ok]);
        let first = Column { x: 5.0, worst: PollKind::Missing, codes: mixed, latency_ms: [60, 80, 300] };
        let second = Column { x: 9.0, worst: PollKind::Good, codes: codes(&[Code::Ok]), latency_ms: [90, 90, 90] };
        assert_eq!(found, [first, second]);
    }

    #[test]
    fn every_code_has_a_row_of_its_own_kind_and_none_is_taken_for_200() {
        let rows = [None, Some(503), Some(429), Some(401), Some(404), Some(206), Some(200)].map(Code::of);
        assert_eq!(rows, Code::ALL);
        let edges = [400, 499, 500, 599].map(|http| Code::of(Some(http)));
        assert_eq!(edges, [Code::Client, Code::Client, Code::Server, Code::Server]);
        assert_eq!([302, 100, 600].map(|http| Code::of(Some(http))), [Code::Other; 3]);
        let places: Vec<usize> = Code::ALL.into_iter().map(|code| code as usize).collect();
        assert_eq!(places, [0, 1, 2, 3, 4, 5, 6], "counts are found by their place");
    }

    #[test]
    fn what_is_left_of_old_days_counts_by_code_and_never_as_a_single_answer() {
        let view = lost(3, "court-03");
        let mut history = history(&view);
        let answered = |http, times| Answered { http, recording: http == Some(200), times };
        let sum = |s, answers| HourOfProbes { from: ago(s), answers, latency_ms: [50, 70, 900] };
        history.hours = vec![
            sum(9 * 3600, vec![answered(Some(200), 500)]),
            sum(5 * 3600, vec![answered(Some(200), 28), answered(Some(504), 2), answered(None, 1)]),
        ];
        let window = Window { from: ago(6 * 3600), to: NOW };
        let answers = Answers::new(&history, window);
        let single = answers.polls.len();
        assert_eq!(answers.hours.len(), 1, "the other hour is outside");
        assert_eq!(answers.codes().iter().sum::<u64>(), 31 + u64::try_from(single).expect("few"));
        assert_eq!((answers.codes()[0], answers.codes()[1]), (1, 2));
        assert_eq!(answers.counted(window.from, NOW).iter().sum::<usize>(), single);
        assert_eq!((answers.slowest(), answers.fastest()), (Some(900), Some(50)));
        assert!(answers.hour_at(ago(5 * 3600 - 1)).is_some() && answers.hour_at(ago(4 * 3600 - 1)).is_none());
    }

    #[test]
    fn the_nearest_poll_is_found_on_both_sides() {
        let polls = [100, 50].map(|s| poll(s, 1, PollKind::Good, Some(200))).to_vec();
        let nearest = |polls: &[Poll], s| {
            let answers = Answers { polls: polls.to_vec(), hours: Vec::new() };
            answers.nearest(ago(s)).map(|poll| poll.at)
        };
        assert_eq!(nearest(&polls, 90), Some(ago(100)));
        assert_eq!(nearest(&polls, 60), Some(ago(50)));
        assert_eq!(nearest(&polls, 1), Some(ago(50)));
        assert_eq!(nearest(&[], 1), None);
    }
}
