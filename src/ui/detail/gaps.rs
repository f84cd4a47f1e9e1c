//! The list of gaps under the chart: when, how long at least and at most, and how each ended.

use egui::{Label, RichText, Sense, Ui, vec2};

use super::lanes::{Window, closed_gaps, summed};
use super::parts;
use crate::monitor::band::BandKind;
use crate::monitor::phase::State;
use crate::monitor::snapshot::{ChannelView, History};
use crate::monitor::time::Timestamp;
use crate::ui::pattern::paint_span;
use crate::ui::theme::{Palette, space, text};
use crate::ui::{format, words};

/// More than these are in the session log.
const AT_MOST: usize = 8;

struct Line {
    kind: BandKind,
    when: String,
    bounds: String,
    how: String,
}

/// Shows the gaps of the window, newest first.
pub fn show(
    ui: &mut Ui,
    view: &ChannelView,
    history: Option<&History>,
    window: Window,
    poll_every: std::time::Duration,
) {
    let gaps: Vec<_> = closed_gaps(view, history).into_iter().filter(|gap| gap.first_good > window.from).collect();
    let open = view.open_gap.map(|open| open_line(open, view.state, window.to));
    let about = match (summed(&gaps), &open) {
        (None, None) => format!("none longer than the {} blind spot", words::seconds(poll_every)),
        (None, Some(_)) => "1 open".to_owned(),
        (Some(sum), None) => sum,
        (Some(sum), Some(_)) => format!("{sum} · 1 open"),
    };
    parts::head(ui, "Gaps", &about);
    let closed = gaps.iter().rev().map(|gap| Line {
        kind: BandKind::State(State::Lost),
        when: format!("{}–{}", words::clock(gap.last_good), words::clock(gap.first_good)),
        bounds: words::gap_bounds(gap),
        how: words::gap_end(gap.end).to_owned(),
    });
    let shown = open.into_iter().chain(closed).take(AT_MOST);
    for gap in shown {
        row(ui, &gap);
    }
    if gaps.len() > AT_MOST {
        let more = format!("{} more in the session log", format::thousands((gaps.len() - AT_MOST) as u64));
        parts::line(ui, more, text::small(), Palette::of(ui).text3);
    }
}

fn open_line(open: (crate::monitor::gap::OpenGap, Timestamp), state: State, now: Timestamp) -> Line {
    let (kind, how) = if state == State::Suspect {
        (BandKind::PossiblyLost, "open, may be a failover")
    } else {
        (BandKind::State(State::Lost), "open")
    };
    Line {
        kind,
        when: format!("{}–", words::clock(open.0.last_good)),
        bounds: words::open_gap_bounds(open, now),
        how: how.to_owned(),
    }
}

fn row(ui: &mut Ui, gap: &Line) {
    let palette = Palette::of(ui);
    ui.spacing_mut().interact_size.y = parts::ROW;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 10.0), Sense::hover());
        paint_span(ui.painter(), rect, gap.kind, palette);
        parts::cell(ui, 126.0, &gap.when, text::code(), palette.text1);
        parts::cell(ui, 92.0, &gap.bounds, text::code(), palette.text1);
        ui.add(Label::new(RichText::new(&gap.how).font(text::small()).color(palette.text3)).truncate());
    });
}
