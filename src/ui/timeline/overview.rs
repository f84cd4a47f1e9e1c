//! The strip over the rows: how many recordings were seen running at each moment, how many could not be seen, and a red mark for
//! every loss.

use std::fmt::Write as _;

use egui::{Id, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2};

use super::axis;
use super::columns::Scale;
use super::survey::Survey;
use crate::monitor::band::BandKind;
use crate::monitor::phase::State;
use crate::ui::format;
use crate::ui::pattern::Ink;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::text::left;

/// Its height, in points.
pub const HEIGHT: f32 = 40.0;
/// Room above and below the bars.
const MARGIN: f32 = 5.0;

/// Paints the strip into `all`, over the same time as `lane`.
pub fn show(ui: &Ui, all: Rect, lane: Rect, survey: &Survey, scale: &Scale) {
    let (p, painter) = (Palette::of(ui), ui.painter());
    painter.hline(all.x_range(), all.bottom() - 0.5, Stroke::new(1.0, p.line2));
    let crowd = &survey.crowd;
    let heights = || crowd.recording.iter().zip(&crowd.uncertain).zip(&crowd.unseen).map(|((a, b), c)| a + b + c);
    let most = heights().max().unwrap_or(0);
    let seen = crowd.recording.iter().max().copied().unwrap_or(0);
    let least = crowd.recording.iter().min().copied().unwrap_or(0);
    let response = ui.interact(all, Id::unique("timeline overview"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, spoken(survey, least, seen)));
    let x = all.left() + space::XL;
    left(painter, pos2(x, all.center().y - 8.0), "Recordings seen running", text::micro(), p.text2);
    left(painter, pos2(x, all.center().y + 8.0), format!("{least} to {seen}"), text::micro(), p.text3);
    if most == 0 {
        return;
    }
    let room = Rect::from_x_y_ranges(lane.x_range(), all.top() + MARGIN..=all.bottom() - MARGIN);
    let painter = painter.with_clip_rect(room.expand(1.0));
    let mut ink = Ink::new(ui.pixels_per_point());
    for bar in bars(survey) {
        let (left, right) = (column(survey, room, scale, bar.from), column(survey, room, scale, bar.to));
        #[expect(clippy::cast_precision_loss, reason = "counts of channels")]
        let y = |count: u32| room.bottom() - room.height() * count as f32 / most as f32;
        let [recording, uncertain, unseen] = bar.counts;
        let part = |from: u32, count: u32| Rect::from_x_y_ranges(left..=right, y(from + count)..=y(from));
        ink.fill(part(0, recording), p.bar_dim);
        if uncertain > 0 {
            ink.span(part(recording, uncertain), BandKind::State(State::Uncertain), p);
        }
        if unseen > 0 {
            ink.span(part(recording + uncertain, unseen), BandKind::State(State::NotObserved), p);
        }
    }
    for loss in &survey.losses {
        let x = axis::x_of(scale, room, *loss);
        ink.fill(Rect::from_x_y_ranges(x - 1.0..=x + 2.0, room.top()..=room.top() + 9.0), p.lost);
    }
    painter.extend(ink.into_shapes());
}

/// Columns beside each other with the same counts.
struct Bar {
    from: u32,
    to: u32,
    counts: [u32; 3],
}

fn bars(survey: &Survey) -> Vec<Bar> {
    let crowd = &survey.crowd;
    let mut bars: Vec<Bar> = Vec::new();
    let counts = crowd.recording.iter().zip(&crowd.uncertain).zip(&crowd.unseen);
    for (from, ((recording, uncertain), unseen)) in (0..).zip(counts) {
        let counts = [*recording, *uncertain, *unseen];
        match bars.last_mut().filter(|last| last.counts == counts) {
            Some(last) => last.to = from + 1,
            None => bars.push(Bar { from, to: from + 1, counts }),
        }
    }
    bars
}

/// Where a column of the survey is on the scale that is shown: the survey may be a moment older.
fn column(survey: &Survey, room: Rect, scale: &Scale, column: u32) -> f32 {
    let window = survey.scale.window;
    let share = f64::from(column) / f64::from(survey.scale.columns.max(1));
    let at = window.from + window.to.since(window.from).mul_f64(share);
    axis::x_of(scale, room, at)
}

fn spoken(survey: &Survey, least: u32, most: u32) -> String {
    let mut text = format!("Recordings seen running: {least} to {most}");
    if survey.losses.is_empty() {
        text.push_str(", no gap is known in this range");
    } else {
        let _ = write!(text, ", {}", format::counted(survey.losses.len(), "gap", "gaps"));
    }
    let unseen = survey.crowd.unseen.iter().max().copied().unwrap_or(0);
    if unseen > 0 {
        let _ = write!(text, ", up to {unseen} not observed");
    }
    text
}
