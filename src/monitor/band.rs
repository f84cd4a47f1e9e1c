//! The state of a channel over time, as spans that touch each other: what charts, tables and exports draw. It is a fold over
//! the log and invents nothing: a stretch nobody looked at is its own kind, and what may have been lost is not drawn as good.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::phase::State;
use super::time::Timestamp;

/// What a span shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BandKind {
    /// The state of that name.
    State(State),
    /// From the last good answer to the first 404: somewhere in it the recorder went.
    PossiblyLost,
}

impl BandKind {
    /// How much it matters, the worst most: where several share one place, that one is shown.
    pub const fn weight(self) -> u8 {
        match self {
            BandKind::State(State::Lost) => 12,
            BandKind::State(State::AbnormalExit) => 11,
            BandKind::State(State::Ended) => 10,
            BandKind::PossiblyLost => 9,
            BandKind::State(State::NotObserved) => 8,
            BandKind::State(State::ConfigError) => 7,
            BandKind::State(State::Suspect) => 6,
            BandKind::State(State::Uncertain) => 5,
            BandKind::State(State::Stopping) => 4,
            BandKind::State(State::Starting) => 3,
            BandKind::State(State::Recording) => 2,
            BandKind::State(State::Stopped) => 1,
            BandKind::State(State::Idle) => 0,
        }
    }
}

/// A stretch of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its first moment.
    pub from: Timestamp,
    /// Its end, which the next span begins with.
    pub to: Timestamp,
    /// What it shows.
    pub kind: BandKind,
}

/// Spans in order of time, the last one open.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Band {
    closed: VecDeque<Span>,
    open: Option<(Timestamp, BandKind)>,
}

impl Band {
    /// Goes on with `kind` from `at`. A moment before what is drawn already repaints that part.
    pub fn turn(&mut self, at: Timestamp, kind: BandKind) {
        self.cut(at);
        if let Some((from, open)) = self.open {
            if open == kind {
                return;
            }
            self.close(from, at, open);
        } else if let Some(last) = self.closed.back()
            && last.to == at
            && last.kind == kind
        {
            let from = last.from;
            self.closed.pop_back();
            self.open = Some((from, kind));
            return;
        }
        self.open = Some((at, kind));
    }

    /// Paints `kind` over `from..to` and goes on after it with `then`. What nobody observed stays as it is, and what was forgotten is
    /// not drawn anew: nobody knows any more whether it was observed.
    pub fn repaint(&mut self, from: Timestamp, to: Timestamp, kind: BandKind, then: BandKind) {
        let begin = self.spans(to).next().map(|span| span.from);
        let from = begin.map_or(from, |begin| from.max(begin));
        let unseen = BandKind::State(State::NotObserved);
        let stays: Vec<_> = self.spans(to).filter(|span| span.kind == unseen && span.to > from).collect();
        self.turn(from, kind);
        for span in stays {
            self.turn(span.from.max(from), unseen);
            self.turn(span.to.min(to), kind);
        }
        self.turn(to, then);
    }

    /// Takes back everything from `at` on.
    fn cut(&mut self, at: Timestamp) {
        if let Some((from, _)) = self.open
            && from >= at
        {
            self.open = None;
        }
        while let Some(last) = self.closed.back_mut() {
            if last.to <= at {
                break;
            }
            if last.from >= at {
                self.closed.pop_back();
            } else {
                last.to = at;
                break;
            }
        }
    }

    fn close(&mut self, from: Timestamp, to: Timestamp, kind: BandKind) {
        if from < to {
            self.closed.push_back(Span { from, to, kind });
        }
    }

    /// Whether something of it ended before `before`.
    pub fn reaches_back_before(&self, before: Timestamp) -> bool {
        self.closed.front().is_some_and(|span| span.to <= before)
    }

    /// Forgets what ended before `before`.
    pub fn trim(&mut self, before: Timestamp) {
        while self.closed.front().is_some_and(|span| span.to <= before) {
            self.closed.pop_front();
        }
    }

    /// When the span began that goes on.
    pub fn open_since(&self) -> Option<Timestamp> {
        self.open.map(|(from, _)| from)
    }

    /// When what is known begins.
    pub fn begin(&self) -> Option<Timestamp> {
        self.closed.front().map(|span| span.from).or(self.open_since())
    }

    /// The spans that end after `from`, the open one up to `now`. What ended before costs nothing.
    pub fn spans_after(&self, from: Timestamp, now: Timestamp) -> impl Iterator<Item = Span> + '_ {
        let first = self.closed.partition_point(|span| span.to <= from);
        let open = self.open.map(|(from, kind)| Span { from, to: now.max(from), kind });
        self.closed.range(first..).copied().chain(open.filter(move |span| span.to > from))
    }

    /// All spans, the open one up to `now`.
    pub fn spans(&self, now: Timestamp) -> impl Iterator<Item = Span> + '_ {
        let open = self.open.map(|(from, kind)| Span { from, to: now.max(from), kind });
        self.closed.iter().copied().chain(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    fn drawn(band: &Band, now: i64) -> Vec<(i64, i64, BandKind)> {
        band.spans(at(now)).map(|s| (s.from.as_millis() / 1000, s.to.as_millis() / 1000, s.kind)).collect()
    }

    const REC: BandKind = BandKind::State(State::Recording);
    const SUS: BandKind = BandKind::State(State::Suspect);
    const UNC: BandKind = BandKind::State(State::Uncertain);

    #[test]
    fn a_gap_repaints_back_to_the_last_good_answer() {
        let mut band = Band::default();
        band.turn(at(0), REC);
        band.turn(at(120), UNC);
        band.repaint(at(100), at(150), BandKind::PossiblyLost, SUS);
        assert_eq!(drawn(&band, 160), [(0, 100, REC), (100, 150, BandKind::PossiblyLost), (150, 160, SUS)]);
    }

    #[test]
    fn what_nobody_observed_is_never_painted_over() {
        let mut band = Band::default();
        let unseen = BandKind::State(State::NotObserved);
        band.turn(at(0), REC);
        band.turn(at(50), unseen);
        band.turn(at(80), REC);
        band.repaint(at(40), at(100), BandKind::PossiblyLost, SUS);
        let lost = BandKind::PossiblyLost;
        assert_eq!(
            drawn(&band, 110),
            [(0, 40, REC), (40, 50, lost), (50, 80, unseen), (80, 100, lost), (100, 110, SUS)]
        );
    }

    #[test]
    fn going_on_with_the_same_kind_keeps_one_span() {
        let mut band = Band::default();
        band.turn(at(0), REC);
        band.turn(at(60), REC);
        band.turn(at(90), UNC);
        band.turn(at(90), REC);
        assert_eq!(drawn(&band, 100), [(0, 100, REC)]);
    }

    #[test]
    fn spans_after_a_moment_are_those_that_reach_beyond_it() {
        let mut band = Band::default();
        assert_eq!(band.begin(), None);
        for (s, kind) in [(0, REC), (10, UNC), (20, REC)] {
            band.turn(at(s), kind);
        }
        let after = |from| band.spans_after(at(from), at(30)).collect::<Vec<_>>();
        let all: Vec<Span> = band.spans(at(30)).collect();
        assert_eq!((after(-5), after(9), after(10)), (all.clone(), all.clone(), all[1..].to_vec()));
        assert_eq!((after(20), after(30)), (all[2..].to_vec(), Vec::new()));
        assert_eq!(band.begin(), Some(at(0)));
    }

    #[test]
    fn what_is_trimmed_is_gone_and_the_rest_is_whole() {
        let mut band = Band::default();
        band.turn(at(0), REC);
        band.turn(at(10), UNC);
        band.turn(at(20), REC);
        band.trim(at(15));
        assert_eq!(drawn(&band, 30), [(10, 20, UNC), (20, 30, REC)]);
    }

    #[test]
    fn what_was_forgotten_is_not_drawn_anew() {
        let mut band = Band::default();
        band.turn(at(0), REC);
        band.turn(at(10), BandKind::State(State::NotObserved));
        band.turn(at(20), UNC);
        band.trim(at(20));
        band.repaint(at(5), at(30), BandKind::PossiblyLost, SUS);
        assert_eq!(drawn(&band, 40), [(20, 30, BandKind::PossiblyLost), (30, 40, SUS)]);
    }
}
