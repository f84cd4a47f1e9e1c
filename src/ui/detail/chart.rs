//! The chart of one channel: six lanes on one time axis. It paints [`Lanes`] and makes up nothing between them.
//!
//! ```text
//! Polls     ' ' ' ' ' ' ' ' ' ' |||| '     a tick per answer
//! State     ====================HHHH===    patterns of the states
//! Gaps                      ////HHHH/      sparse: possibly lost, dense: surely
//!                           lost 1:43 to 3:49
//! Events                          |M→B
//! Codes     . . . . . . . . . . :::: .     a row per kind of HTTP code
//! Latency   . . . . . . . . . . .... .     least to most of a pixel, and the median
//!           13:45     14:00     14:15
//! ```

use egui::{Align2, Rect, Sense, Ui, UiBuilder, Vec2b, pos2, vec2};
use egui_plot::{GridMark, Plot, PlotBounds, PlotTransform};
use jiff::tz::TimeZone;

use super::answers::Code;
use super::lanes::Lanes;
use super::paint::{CODES, EVENTS, GAPS, LATENCY, POLLS, Painted, STATE, seconds};
use super::paint_answers::{self, LatencyScale};
use super::range::step;
use super::tips;
use crate::monitor::time::Timestamp;
use crate::ui::format;
use crate::ui::theme::{Palette, text};

/// Room for the names of the lanes.
const NAMES: f32 = 62.0;
/// Room for the time axis.
const AXIS: f32 = 20.0;

/// Shows the chart over the whole width. `stretch` names it for a screen reader: `last hour`.
pub fn show(ui: &mut Ui, lanes: &Lanes, stretch: &str) {
    let palette = Palette::of(ui);
    let size = vec2(ui.available_width(), LATENCY[1] + AXIS);
    let (rect, _) = ui.allocate_exact_size(size, Sense::hover());
    let scale = LatencyScale::of(&lanes.answers);
    paint_names(ui, rect, scale, palette);
    let inner = rect.with_min_x(rect.left() + NAMES);
    let mut child = ui.new_child(UiBuilder::new().max_rect(inner));
    child.style_mut().text_styles.insert(egui::TextStyle::Body, text::code_dense());
    child.visuals_mut().override_text_color = Some(palette.text3);
    let transform = plot(&mut child, lanes, scale, palette);
    tips::show(ui, inner, lanes, &transform, stretch);
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
pub(super) fn moment(seconds: f64) -> Timestamp {
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
    name(CODES, "Codes");
    name([LATENCY[1] - 12.0, LATENCY[1]], "Latency, ms");
    let value = |below: f32, value: String| {
        let at = pos2(rect.left() + NAMES - 5.0, rect.top() + below);
        painter.text(at, Align2::RIGHT_CENTER, value, text::code_dense(), palette.text3);
    };
    for latency_ms in scale.lines() {
        value(scale.y(latency_ms), latency_ms.to_string());
    }
    // The ends of the rows: what is between them stands in the tooltip.
    for (code, word) in [(Code::NoAnswer, "none"), (Code::Ok, "200")] {
        let [top, bottom] = paint_answers::row(code);
        value(top.midpoint(bottom), word.to_owned());
    }
}
