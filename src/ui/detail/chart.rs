//! The chart of one channel: five lanes on one time axis. It paints [`Lanes`] and makes up nothing between them.
//!
//! ```text
//! Polls     ' ' ' ' ' ' ' ' ' ' |||| '     a tick per answer
//! State     ====================HHHH===    patterns of the states
//! Gaps                      ////HHHH/      sparse: possibly lost, dense: surely
//!                           lost 1:43 to 3:49
//! Events                          |M→B
//! Latency   . . . . . . . . . . .... .
//!           13:45     14:00     14:15
//! ```

use egui::{Align2, Rect, Response, Role, Sense, Ui, UiBuilder, Vec2b, WidgetInfo, pos2, vec2};
use egui_plot::{GridMark, Plot, PlotBounds, PlotTransform};
use jiff::tz::TimeZone;

use super::lanes::{GapKind, GapMark, Lanes, Poll, PollKind};
use super::paint::{EVENTS, GAP_TEXT, GAPS, LATENCY, LatencyScale, POLLS, Painted, STATE, seconds};
use super::range::step;
use crate::monitor::time::Timestamp;
use crate::ui::theme::{Palette, text};
use crate::ui::{format, words};

/// Room for the names of the lanes.
const NAMES: f32 = 62.0;
/// Room for the time axis.
const AXIS: f32 = 20.0;

/// Shows the chart over the whole width. `stretch` names it for a screen reader: `last hour`.
pub fn show(ui: &mut Ui, lanes: &Lanes, stretch: &str) {
    let palette = Palette::of(ui);
    let size = vec2(ui.available_width(), LATENCY[1] + AXIS);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let scale = LatencyScale::of(&lanes.polls);
    paint_names(ui, rect, scale, palette);
    let inner = rect.with_min_x(rect.left() + NAMES);
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
    child.style_mut().text_styles.insert(egui::TextStyle::Body, text::code_dense());
    child.visuals_mut().override_text_color = Some(palette.text3);
    let transform = plot(&mut child, lanes, scale, palette);
    lane_responses(ui, inner, lanes, &transform, stretch);
}

fn plot(ui: &mut Ui, lanes: &Lanes, scale: LatencyScale, palette: &'static Palette) -> PlotTransform {
    let (from, to) = (seconds(lanes.window.from), seconds(lanes.window.to));
    let every = step(lanes.window);
    let item = Painted::new(lanes, scale, palette);
    Plot::new("lanes")
        .show_axes(Vec2b::new(true, false))
        .show_grid(Vec2b::new(true, false))
        .show_background(false)
        .show_crosshair(false)
        .allow_zoom(false)
        .allow_scroll(false)
        .allow_drag(false)
        .allow_boxed_zoom(false)
        .allow_double_click_reset(false)
        .allow_axis_zoom_drag(false)
        .set_margin_fraction(vec2(0.0, 0.0))
        .grid_color(palette.line2)
        .x_grid_spacer(move |input| marks(input.bounds, every))
        .x_axis_formatter(move |mark, _| axis_text(mark, every))
        .label_formatter(|_| None)
        .show(ui, |plot| {
            plot.set_plot_bounds(PlotBounds::from_min_max([from, 0.0], [to, 1.0]));
            plot.add(item);
        })
        .transform
}

#[expect(clippy::cast_possible_truncation, reason = "places on the axis are within the years a Timestamp holds")]
fn moment(seconds: f64) -> Timestamp {
    Timestamp::from_millis((seconds * 1000.0) as i64)
}

#[expect(clippy::cast_precision_loss, reason = "a step has at most a few days' seconds")]
fn marks((from, to): (f64, f64), every: u64) -> Vec<GridMark> {
    let every = every as f64;
    let first = (from / every).ceil();
    let marks = std::iter::successors(Some(first), |n| Some(n + 1.0)).map(|n| n * every);
    marks.take_while(|at| *at <= to).take(100).map(|value| GridMark { value, step_size: every }).collect()
}

fn axis_text(mark: GridMark, every: u64) -> String {
    let at = moment(mark.value);
    match every {
        0..60 => format::clock(at, &TimeZone::UTC),
        60..86_400 => format::clock_minutes(at, &TimeZone::UTC),
        86_400.. => format::day(at, &TimeZone::UTC),
    }
}

fn paint_names(ui: &Ui, rect: Rect, scale: LatencyScale, palette: &Palette) {
    let painter = ui.painter();
    let name = |lane: [f32; 2], word: &str| {
        let y = rect.top() + lane[0].midpoint(lane[1]);
        painter.text(pos2(rect.left(), y), Align2::LEFT_CENTER, word, text::micro(), palette.text3);
    };
    name(POLLS, "Polls");
    name(STATE, "State");
    name(GAPS, "Gaps");
    name(EVENTS, "Events");
    name([LATENCY[1] - 12.0, LATENCY[1]], "Latency, ms");
    for value in scale.lines() {
        let at = pos2(rect.left() + NAMES - 5.0, rect.top() + scale.y(value));
        painter.text(at, Align2::RIGHT_CENTER, value, text::code_dense(), palette.text3);
    }
}

/// The names of the lanes for a screen reader, and what the pointer rests on.
fn lane_responses(ui: &Ui, inner: Rect, lanes: &Lanes, transform: &PlotTransform, stretch: &str) {
    let lane = |name: &str, [top, bottom]: [f32; 2], spoken: String| -> Response {
        let room = Rect::from_x_y_ranges(inner.x_range(), inner.top() + top - 2.0..=inner.top() + bottom + 2.0);
        let response = ui.interact(room, ui.scope_id().with(name), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &spoken));
        response
    };
    let at = |response: &Response| response.hover_pos().map(|pos| moment(transform.value_from_position(pos).x));
    let counts = lanes.counted(lanes.window.from, lanes.window.to);
    let polls = lane("polls", POLLS, format!("Polls, {stretch}: {}", counted_text(counts)));
    let state = lane("state", STATE, lanes.spoken(stretch));
    let gaps = lane("gaps", [GAPS[0], GAP_TEXT + 8.0], gaps_spoken(&lanes.gaps, stretch));
    let latency = lane("latency", LATENCY, latency_spoken(&lanes.polls, stretch));
    for response in [polls, latency] {
        if let Some(poll) = at(&response).and_then(|at| nearest(&lanes.polls, at)) {
            let line = format!("{}  {}  {} ms", words::clock(poll.at), poll_word(poll.kind), poll.latency_ms);
            response.on_hover_text_at_pointer(line);
        }
    }
    if let Some(span) = at(&state).and_then(|at| lanes.span_at(at)) {
        let answers = counted_text(lanes.counted(span.from, span.to));
        let (from, to) = (words::clock(span.from), words::clock(span.to));
        let length = format::words(span.to.since(span.from));
        state.on_hover_text_at_pointer(format!("{}\n{from} to {to}, {length}\n{answers}", words::band(span.kind)));
    }
    if let Some(gap) = at(&gaps).and_then(|at| lanes.gaps.iter().rev().find(|gap| gap.from <= at && at <= gap.to)) {
        gaps.on_hover_text_at_pointer(gap_tooltip(gap));
    }
}

fn gap_tooltip(gap: &GapMark) -> String {
    let clock = words::clock;
    match gap.kind {
        GapKind::Unknown | GapKind::NotObserved => format!("{}\n{} to {}", gap.text, clock(gap.from), clock(gap.to)),
        GapKind::Open => format!("{}\nWent between {} and {}", gap.text, clock(gap.from), clock(gap.sure_from)),
        GapKind::Closed => format!(
            "{}\nWent between {} and {}\nBack between {} and {}",
            gap.text,
            clock(gap.from),
            clock(gap.sure_from),
            clock(gap.sure_to),
            clock(gap.to)
        ),
    }
}

fn gaps_spoken(gaps: &[GapMark], stretch: &str) -> String {
    if gaps.is_empty() {
        return format!("Gaps, {stretch}: none");
    }
    let list: Vec<_> = gaps.iter().map(|gap| format!("{} at {}", gap.text, words::clock(gap.from))).collect();
    format!("Gaps, {stretch}: {}", list.join(", "))
}

fn latency_spoken(polls: &[Poll], stretch: &str) -> String {
    let latencies = polls.iter().map(|poll| poll.latency_ms);
    match (latencies.clone().min(), latencies.max()) {
        (Some(least), Some(most)) => format!("Latency, {stretch}: {least} to {most} ms"),
        _ => format!("Latency, {stretch}: no answers"),
    }
}

fn counted_text(counts: [usize; PollKind::ALL.len()]) -> String {
    let parts: Vec<_> = PollKind::ALL
        .into_iter()
        .zip(counts)
        .filter(|(_, n)| *n > 0)
        .map(|(kind, n)| format!("{n} × {}", poll_word(kind)))
        .collect();
    if parts.is_empty() { "no answers".to_owned() } else { parts.join(", ") }
}

const fn poll_word(kind: PollKind) -> &'static str {
    match kind {
        PollKind::Good => "status 4 or 5",
        PollKind::Other => "another status",
        PollKind::Unclear => "no clear answer",
        PollKind::Refused => "refused",
        PollKind::Missing => "404 worker",
    }
}

fn nearest(polls: &[Poll], at: Timestamp) -> Option<Poll> {
    let next = polls.partition_point(|poll| poll.at < at);
    let around = polls[next.saturating_sub(1)..].iter().take(2);
    around.min_by_key(|poll| poll.at.as_millis().abs_diff(at.as_millis())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::ago;

    #[test]
    fn the_nearest_poll_is_found_on_both_sides() {
        let polls = [ago(100), ago(50)].map(|at| Poll { at, latency_ms: 1, kind: PollKind::Good });
        assert_eq!(nearest(&polls, ago(90)).map(|poll| poll.at), Some(ago(100)));
        assert_eq!(nearest(&polls, ago(60)).map(|poll| poll.at), Some(ago(50)));
        assert_eq!(nearest(&polls, ago(1)).map(|poll| poll.at), Some(ago(50)));
        assert_eq!(nearest(&[], ago(1)), None);
    }
}
