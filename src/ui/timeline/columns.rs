//! Spans as pixel columns: however many there are, a lane has at most one stretch per column, and where several share one, the
//! worst is what it shows. Pure: it knows time and pixels, no colours.

use std::time::Duration;

use crate::monitor::band::{BandKind, Span};
use crate::monitor::time::Timestamp;
use crate::ui::detail::lanes::Window;

/// Some columns beside each other that show one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first column.
    pub from: u32,
    /// The one after the last.
    pub to: u32,
    /// What they show.
    pub kind: BandKind,
}

/// Time as pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The stretch.
    pub window: Window,
    /// How many columns it has.
    pub columns: u32,
}

impl Scale {
    /// The place of a moment, in columns from the left; outside of the window it is outside of the lane.
    #[expect(clippy::cast_precision_loss, reason = "a window has at most 30 days, in milliseconds below 2^53")]
    pub fn place(&self, at: Timestamp) -> f64 {
        let length = (self.window.to.as_millis() - self.window.from.as_millis()).max(1) as f64;
        (at.as_millis() - self.window.from.as_millis()) as f64 / length * f64::from(self.columns)
    }

    /// The column a moment is in, cut at the edges. In whole numbers, so that a moment between two columns is in the second one.
    fn column(&self, at: Timestamp) -> u32 {
        let length = (self.window.to.as_millis() - self.window.from.as_millis()).max(1);
        let into = (at.as_millis() - self.window.from.as_millis()).clamp(0, length);
        u32::try_from(into * i64::from(self.columns) / length).unwrap_or(self.columns)
    }

    /// The runs of spans in order of time that do not overlap.
    pub fn runs(&self, spans: &[Span]) -> Vec<Run> {
        let mut runs: Vec<Run> = Vec::new();
        for span in spans {
            let from = self.column(span.from).min(self.columns.saturating_sub(1));
            // A stretch has every column it reaches into, if only by a millisecond.
            let last = self.column(Timestamp::from_millis(span.to.as_millis() - 1)).min(self.columns.saturating_sub(1));
            put(&mut runs, Run { from, to: last.max(from) + 1, kind: span.kind });
        }
        runs
    }
}

/// Puts a run behind those that are there. The column in which two meet belongs to the worse of them.
fn put(runs: &mut Vec<Run>, mut run: Run) {
    while let Some(last) = runs.last_mut().filter(|last| last.to > run.from) {
        if last.kind.weight() >= run.kind.weight() {
            run.from = last.to;
            break;
        }
        if last.from < run.from {
            last.to = run.from;
            break;
        }
        runs.pop();
    }
    if run.from >= run.to {
        return;
    }
    match runs.last_mut().filter(|last| last.kind == run.kind && last.to == run.from) {
        Some(last) => last.to = run.to,
        None => runs.push(run),
    }
}

/// The spans without what is shorter than `least` and stands between two stretches of one kind: those are drawn as one. A loss, an
/// abnormal exit and an end are facts and always stay, and so does what is longer together.
pub fn without_short(spans: &[Span], least: Duration) -> Vec<Span> {
    let mut shown: Vec<Span> = Vec::new();
    let mut rest = spans;
    while let [span, after @ ..] = rest {
        match shown.last_mut() {
            Some(last) if let Some(skip) = resumes(*last, rest, least) => {
                last.to = rest[skip].to;
                rest = &rest[skip + 1..];
            }
            Some(_) | None => {
                shown.push(*span);
                rest = after;
            }
        }
    }
    shown
}

/// How many spans of `rest` to skip until the kind of `last` goes on, when all of them may be hidden.
fn resumes(last: Span, rest: &[Span], least: Duration) -> Option<usize> {
    let near = rest.iter().take_while(|span| span.from.since(last.to) < least);
    let mut short = near.take_while(|span| span.kind.weight() < ALWAYS_SHOWN);
    short.position(|span| span.kind == last.kind)
}

/// From this weight on nothing is hidden: ended by itself, abnormal exit, lost.
const ALWAYS_SHOWN: u8 = BandKind::State(crate::monitor::phase::State::Ended).weight();

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::phase::State;

    const REC: BandKind = BandKind::State(State::Recording);
    const UNC: BandKind = BandKind::State(State::Uncertain);
    const LOST: BandKind = BandKind::State(State::Lost);

    fn span(from: i64, to: i64, kind: BandKind) -> Span {
        Span { from: Timestamp::from_millis(from), to: Timestamp::from_millis(to), kind }
    }

    /// 100 columns of 10 ms.
    fn runs(spans: &[Span]) -> Vec<(u32, u32, BandKind)> {
        let window = Window { from: Timestamp::from_millis(0), to: Timestamp::from_millis(1000) };
        Scale { window, columns: 100 }.runs(spans).into_iter().map(|run| (run.from, run.to, run.kind)).collect()
    }

    #[test]
    fn the_worst_of_a_column_is_what_it_shows_wherever_it_stands() {
        for order in [[REC, LOST, UNC], [UNC, LOST, REC], [LOST, UNC, REC], [REC, UNC, LOST]] {
            let spans: Vec<Span> = (0..).zip(order).map(|(i, kind)| span(500 + i * 3, 503 + i * 3, kind)).collect();
            assert_eq!(runs(&spans), [(50, 51, LOST)], "{order:?}");
        }
    }

    #[test]
    fn a_short_trouble_takes_its_column_from_the_quiet_on_both_sides() {
        let spans = [span(0, 505, REC), span(505, 506, LOST), span(506, 1000, REC)];
        assert_eq!(runs(&spans), [(0, 50, REC), (50, 51, LOST), (51, 100, REC)]);
    }

    #[test]
    fn no_column_is_shown_twice_and_thousands_of_spans_become_one_run_per_column_at_most() {
        let kinds = [REC, UNC, LOST];
        let spans: Vec<Span> = (0..1000).zip(kinds.into_iter().cycle()).map(|(i, kind)| span(i, i + 1, kind)).collect();
        assert_eq!(runs(&spans), [(0, 100, LOST)]);
        let few: Vec<Span> =
            (0..100).zip([REC, UNC].into_iter().cycle()).map(|(i, kind)| span(i * 10, i * 10 + 10, kind)).collect();
        let found = runs(&few);
        assert!(found.windows(2).all(|pair| pair[0].1 == pair[1].0) && found.len() == 100);
    }

    #[test]
    fn nothing_is_drawn_where_nothing_is_known_and_the_edges_hold() {
        assert_eq!(runs(&[span(200, 300, REC)]), [(20, 30, REC)]);
        assert_eq!(runs(&[span(-500, 100, REC), span(900, 4000, UNC)]), [(0, 10, REC), (90, 100, UNC)]);
    }

    #[test]
    fn short_stretches_between_equal_ones_are_hidden_and_losses_never() {
        let least = Duration::from_millis(100);
        let blip =
            [span(0, 300, REC), span(300, 340, BandKind::PossiblyLost), span(340, 390, UNC), span(390, 900, REC)];
        assert_eq!(without_short(&blip, least), [span(0, 900, REC)]);
        let lost = [span(0, 300, REC), span(300, 310, UNC), span(310, 320, LOST), span(320, 900, REC)];
        assert_eq!(without_short(&lost, least), lost);
        let long = [span(0, 300, REC), span(300, 401, UNC), span(401, 900, REC)];
        assert_eq!(without_short(&long, least), long);
        let edge = [span(0, 50, UNC), span(50, 900, REC)];
        assert_eq!(without_short(&edge, least), edge, "nobody knows what was before");
        assert_eq!(without_short(&blip, Duration::ZERO), blip);
    }
}
