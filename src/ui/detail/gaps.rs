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
use crate::ui::widgets::segments;
use crate::ui::widgets::text::width;
use crate::ui::{format, words};

/// More than these are in the session log.
const AT_MOST: usize = 8;
/// Room for both bounds of a gap, at least, in points.
const BOUNDS: f32 = 91.0;
/// The snapshot itself carries the gaps of this long.
const KNOWN_ANYWAY: Duration = Duration::from_secs(24 * 3600);

/// Which gaps are listed: a view, which changes no sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listed {
    /// All of them.
    #[default]
    All,
    /// Only what may have lasted a minute or more.
    Minute,
    /// Only what may have lasted five minutes or more.
    FiveMinutes,
}

impl Listed {
    const ALL: [Listed; 3] = [Listed::All, Listed::Minute, Listed::FiveMinutes];

    const fn text(self) -> &'static str {
        match self {
            Listed::All => "All",
            Listed::Minute => "From 1 min",
            Listed::FiveMinutes => "From 5 min",
        }
    }

    const fn least(self) -> Duration {
        match self {
            Listed::All => Duration::ZERO,
            Listed::Minute => Duration::from_secs(60),
            Listed::FiveMinutes => Duration::from_secs(300),
        }
    }
}

struct Line {
    from: Timestamp,
    /// How long it may have been.
    longest: Duration,
    kind: BandKind,
    when: String,
    bounds: String,
    how: &'static str,
}

/// Shows the gaps of the window, newest first, and what could not be seen, which counts neither as gap nor as recorded. `listed` is
/// changed as it is used.
pub fn show(
    ui: &mut Ui,
    view: &ChannelView,
    history: Option<&History>,
    lanes: &Lanes,
    listed: &mut Listed,
    poll_every: Duration,
) {
    let window = lanes.window;
    let gaps: Vec<_> = closed_gaps(view, history).into_iter().filter(|gap| gap.first_good > window.from).collect();
    let read = history.is_some() || window.from + KNOWN_ANYWAY >= window.to;
    parts::head(ui, "Gaps", &about(&gaps, view.open_gap.is_some(), lanes, read, poll_every));
    let mut lines: Vec<Line> = gaps.iter().map(closed_line).collect();
    lines.extend(view.open_gap.map(|open| open_line(open, view.state, window.to)));
    lines.extend(lanes.gaps.iter().filter_map(|mark| blind_line(mark, window.to)));
    lines.sort_by_key(|line| std::cmp::Reverse(line.from));
    if !lines.is_empty() {
        let chosen = Listed::ALL.iter().position(|it| it == listed).unwrap_or_default();
        if let Some(index) = segments::show(ui, "gaps listed", &Listed::ALL.map(Listed::text), chosen) {
            *listed = Listed::ALL[index];
        }
    }
    let short = keep_long(&mut lines, *listed);
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
    if short > 0 {
        let hidden = format!("{} under {} not listed, and counted above", short, format::words(listed.least()));
        parts::line(ui, hidden, text::small(), Palette::of(ui).text3);
    }
}

/// Takes away what is shorter for sure; gives how many that were.
fn keep_long(lines: &mut Vec<Line>, listed: Listed) -> usize {
    let all = lines.len();
    lines.retain(|line| line.longest >= listed.least());
    all - lines.len()
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
        longest: gap.longest(),
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
    let longest = open.0.longest(now);
    Line { from: open.0.last_good, longest, kind, when, bounds: words::open_gap_bounds(open, now), how }
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
        longest: mark.to.since(mark.from),
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
    fn short_gaps_can_be_left_out_of_the_list_and_never_by_their_lower_bound_alone() {
        let lines = || vec![closed_line(&gap(crate::monitor::gap::GapEnd::Blip))];
        let hidden = |listed| keep_long(&mut lines(), listed);
        assert_eq!(hidden(Listed::All), 0);
        assert_eq!(hidden(Listed::Minute), 0, "1:43 to 3:49");
        assert_eq!(hidden(Listed::FiveMinutes), 1);
    }

    #[test]
    fn gaps_are_summed_with_both_bounds() {
        let end = crate::monitor::gap::GapEnd::Restarted;
        let view = ChannelView { gaps: vec![gap(end)], ..recording(1, "court-01") };
        assert_eq!(said(&view, Range::H1), "1 gap, 1:43 to 3:49");
    }
}
