//! The list of gaps under the chart: when, how long at least and at most, and how each ended.

use std::time::Duration;

use egui::{Label, RichText, Sense, Ui, vec2};

use super::lanes::{GapKind, GapMark, Lanes, closed_gaps, summed};
use super::parts;
use crate::monitor::band::BandKind;
use crate::monitor::gap::{Gap, OpenGap};
use crate::monitor::phase::State;
use crate::monitor::snapshot::{ChannelView, History};
use crate::monitor::time::Timestamp;
use crate::ui::pattern::paint_span;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::text::width;
use crate::ui::{format, words};

/// More than these are in the session log.
const AT_MOST: usize = 8;
/// Room for both bounds of a gap, at least, in points.
const BOUNDS: f32 = 91.0;
/// The snapshot itself carries the gaps of this long.
const KNOWN_ANYWAY: Duration = Duration::from_secs(24 * 3600);

struct Line {
    from: Timestamp,
    kind: BandKind,
    when: String,
    bounds: String,
    how: &'static str,
}

/// Shows the gaps of the window, newest first, and what could not be seen, which counts neither as gap nor as recorded.
pub fn show(ui: &mut Ui, view: &ChannelView, history: Option<&History>, lanes: &Lanes, poll_every: Duration) {
    let window = lanes.window;
    let gaps: Vec<_> = closed_gaps(view, history).into_iter().filter(|gap| gap.first_good > window.from).collect();
    let read = history.is_some() || window.from + KNOWN_ANYWAY >= window.to;
    parts::head(ui, "Gaps", &about(&gaps, view.open_gap.is_some(), lanes, read, poll_every));
    let mut lines: Vec<Line> = gaps.iter().map(closed_line).collect();
    lines.extend(view.open_gap.map(|open| open_line(open, view.state, window.to)));
    lines.extend(lanes.gaps.iter().filter_map(|mark| blind_line(mark, window.to)));
    lines.sort_by_key(|line| std::cmp::Reverse(line.from));
    let shown = &lines[..lines.len().min(AT_MOST)];
    // Long gaps need more room, and all lines of the list the same.
    let widest = shown.iter().map(|line| width(ui.painter(), &line.bounds, &text::code()));
    let bounds = widest.fold(BOUNDS, f32::max).ceil() + 1.0;
    for line in shown {
        row(ui, line, bounds);
    }
    if lines.len() > AT_MOST {
        let more = format!("{} more in the session log", format::thousands((lines.len() - AT_MOST) as u64));
        parts::line(ui, more, text::small(), Palette::of(ui).text3);
    }
}

/// The sum in one line. «None» only when the stretch was read and seen.
fn about(gaps: &[Gap], open: bool, lanes: &Lanes, read: bool, poll_every: Duration) -> String {
    let unseen = |kind: GapKind, word: &str| {
        let marks = lanes.gaps.iter().filter(|mark| mark.kind == kind);
        let sum: Duration = marks.map(|mark| mark.to.since(mark.from)).sum();
        (!sum.is_zero()).then(|| format!("{word} {}", format::cell(sum)))
    };
    let parts: Vec<String> = [
        summed(gaps),
        open.then(|| "1 open".to_owned()),
        unseen(GapKind::Unknown, "unknown"),
        unseen(GapKind::NotObserved, "not observed"),
        (!read).then(|| "older ones are being read".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() {
        return format!("none longer than the {} blind spot", words::seconds(poll_every));
    }
    parts.join(" · ")
}

fn closed_line(gap: &Gap) -> Line {
    Line {
        from: gap.last_good,
        kind: BandKind::State(State::Lost),
        when: format!("{}–{}", words::clock(gap.last_good), words::clock(gap.first_good)),
        bounds: words::gap_bounds(gap),
        how: words::gap_end(gap.end),
    }
}

fn open_line(open: (OpenGap, Timestamp), state: State, now: Timestamp) -> Line {
    let (kind, how) = if state == State::Suspect {
        (BandKind::PossiblyLost, "open, may be a failover")
    } else {
        (BandKind::State(State::Lost), "open")
    };
    let when = format!("{}–", words::clock(open.0.last_good));
    Line { from: open.0.last_good, kind, when, bounds: words::open_gap_bounds(open, now), how }
}

fn blind_line(mark: &GapMark, now: Timestamp) -> Option<Line> {
    let (state, how) = match mark.kind {
        GapKind::Unknown => (State::Uncertain, "no clear answer, not counted"),
        GapKind::NotObserved => (State::NotObserved, "nobody looked, not counted"),
        GapKind::Open | GapKind::Closed => return None,
    };
    let end = if mark.to >= now { String::new() } else { words::clock(mark.to) };
    Some(Line {
        from: mark.from,
        kind: BandKind::State(state),
        when: format!("{}–{end}", words::clock(mark.from)),
        bounds: format::cell(mark.to.since(mark.from)),
        how,
    })
}

fn row(ui: &mut Ui, gap: &Line, bounds: f32) {
    let palette = Palette::of(ui);
    ui.spacing_mut().interact_size.y = parts::ROW;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 10.0), Sense::hover());
        paint_span(ui.painter(), rect, gap.kind, palette);
        parts::cell(ui, 126.0, &gap.when, text::code(), palette.text1);
        parts::cell(ui, bounds, &gap.bounds, text::code(), palette.text1);
        ui.add(Label::new(RichText::new(gap.how).font(text::small()).color(palette.text3)).truncate());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::detail::range::Range;
    use crate::ui::testing::{NOW, ago, gap, recording};

    fn said(view: &ChannelView, range: Range) -> String {
        let lanes = Lanes::new(view, None, range.window(view, None, NOW));
        let gaps = closed_gaps(view, None);
        about(&gaps, view.open_gap.is_some(), &lanes, true, Duration::from_secs(120))
    }

    #[test]
    fn none_is_said_only_of_what_was_seen() {
        let view = recording(1, "court-01");
        assert_eq!(said(&view, Range::H1), "none longer than the 120 s blind spot");
        let stale = ChannelView { stale_at: Some(ago(159)), ..view };
        assert_eq!(said(&stale, Range::H1), "not observed 2:39");
    }

    #[test]
    fn gaps_are_summed_with_both_bounds() {
        let end = crate::monitor::gap::GapEnd::Restarted;
        let view = ChannelView { gaps: vec![gap(end)], ..recording(1, "court-01") };
        assert_eq!(said(&view, Range::H1), "1 gap, 1:43 to 3:49");
    }
}
