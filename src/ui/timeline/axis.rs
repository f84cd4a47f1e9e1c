//! The time axis over the rows: marks at round times of the zone that is shown, and the label of the moment under the pointer.

use egui::{Align2, Rect, Stroke, StrokeKind, Ui, pos2, vec2};
use jiff::tz::TimeZone;

use super::columns::Scale;
use crate::monitor::time::Timestamp;
use crate::ui::format;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::text::width;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Distances of two marks, in milliseconds.
const STEPS: [i64; 13] = [
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    10 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
];
/// A mark needs so much room, in points.
const ROOM: f32 = 74.0;

/// The marks of an axis that is `points` wide: round times in `zone`, from left to right, and the distance between two.
pub fn marks(scale: &Scale, points: f32, zone: &TimeZone) -> (Vec<Timestamp>, i64) {
    let (from, to) = (scale.window.from.as_millis(), scale.window.to.as_millis());
    #[expect(clippy::cast_possible_truncation, reason = "a handful of marks")]
    let fit = ((points / ROOM) as i64).max(1);
    let step = STEPS.into_iter().find(|step| (to - from) / step <= fit).unwrap_or(5 * DAY);
    let offset = jiff::Timestamp::from_millisecond(from).map_or(0, |at| i64::from(zone.to_offset(at).seconds()) * 1000);
    let first = (from + offset).div_euclid(step) * step - offset;
    let all = std::iter::successors(Some(first), |at| Some(at + step)).take_while(|at| *at <= to);
    (all.filter(|at| *at >= from).map(Timestamp::from_millis).collect(), step)
}

/// A mark in words: the time of day, and at midnight the day.
fn word(at: Timestamp, step: i64, zone: &TimeZone) -> String {
    let minutes = format::clock_minutes(at, zone);
    if step >= DAY || minutes == "00:00" { format::day(at, zone) } else { minutes }
}

/// Where a moment is, in points.
#[expect(clippy::cast_possible_truncation, reason = "places on a screen")]
pub fn x_of(scale: &Scale, lane: Rect, at: Timestamp) -> f32 {
    lane.left() + (scale.place(at) / f64::from(scale.columns.max(1))) as f32 * lane.width()
}

/// The moment at a place, cut at the edges of the lane.
#[expect(clippy::cast_possible_truncation, reason = "a moment of the window")]
pub fn moment_at(scale: &Scale, lane: Rect, x: f32) -> Timestamp {
    let (from, to) = (scale.window.from.as_millis(), scale.window.to.as_millis());
    let share = f64::from((x - lane.left()) / lane.width().max(1.0)).clamp(0.0, 1.0);
    #[expect(clippy::cast_precision_loss, reason = "at most 30 days in milliseconds")]
    let into = (to - from) as f64 * share;
    Timestamp::from_millis(from + into as i64)
}

/// Paints the words of the marks over the lane; gives the places of the marks.
pub fn paint(ui: &Ui, head: Rect, lane: Rect, scale: &Scale, zone: &TimeZone) -> Vec<f32> {
    let (p, painter) = (Palette::of(ui), ui.painter());
    let (marks, step) = marks(scale, lane.width(), zone);
    let mut places = Vec::with_capacity(marks.len());
    for at in marks {
        let x = x_of(scale, lane, at);
        places.push(x);
        let words = word(at, step, zone);
        let half = width(painter, &words, &text::code_dense()) / 2.0;
        // Words that would hang over an end are left out; the line stays.
        if x - half > lane.left() - space::L && x + half < lane.right() + space::S {
            painter.text(pos2(x, head.center().y), Align2::CENTER_CENTER, words, text::code_dense(), p.text3);
        }
    }
    places
}

/// The dotted line at the pointer, through all rows, with its moment on the axis.
pub fn pointer(ui: &Ui, head: Rect, rows: Rect, lane: Rect, scale: &Scale, zone: &TimeZone) {
    let Some(at) = ui.input(|input| input.pointer.latest_pos()) else { return };
    if !rows.with_min_x(lane.left()).with_max_x(lane.right()).contains(at) {
        return;
    }
    let (p, painter) = (Palette::of(ui), ui.painter());
    let x = at.x.round() + 0.5;
    let line = [pos2(x, rows.top()), pos2(x, rows.bottom())];
    painter.extend(egui::Shape::dashed_line(&line, Stroke::new(1.0, p.text3), 2.0, 3.0));
    let words = format::clock(moment_at(scale, lane, at.x), zone);
    let wide = width(painter, &words, &text::code_dense()) + 2.0 * space::M;
    let left = (x - wide / 2.0).clamp(lane.left(), (lane.right() - wide).max(lane.left()));
    let tag = Rect::from_min_size(pos2(left, head.top() + 3.0), vec2(wide, head.height() - 6.0));
    painter.rect(tag, 2.0, p.bg4, Stroke::new(1.0, p.line3), StrokeKind::Inside);
    painter.text(tag.center(), Align2::CENTER_CENTER, words, text::code_dense(), p.text1);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::ui::detail::lanes::Window;
    use crate::ui::testing::NOW;
    use crate::ui::timeline::view::RANGES;

    fn scale(length: Duration) -> Scale {
        Scale { window: Window { from: NOW - length, to: NOW }, columns: 1000 }
    }

    #[test]
    fn every_range_has_marks_at_round_times_that_do_not_touch() {
        let berlin = TimeZone::fixed(jiff::tz::offset(1));
        for (range, length) in RANGES {
            for zone in [&TimeZone::UTC, &berlin] {
                let (marks, step) = marks(&scale(length), 975.0, zone);
                assert!((4..=14).contains(&marks.len()), "{range}: {}", marks.len());
                assert!(marks.windows(2).all(|pair| pair[1].since(pair[0]).as_millis() == step.unsigned_abs().into()));
                let words: Vec<String> = marks.iter().map(|at| format::clock(*at, zone)).collect();
                assert!(words.iter().all(|word| word.ends_with(":00")), "{range}: {words:?}");
            }
        }
    }

    #[test]
    fn days_begin_at_midnight_of_the_zone_that_is_shown() {
        let half = TimeZone::fixed(jiff::tz::Offset::from_seconds(19_800).expect("5 h 30 min"));
        let (marks, _) = marks(&scale(RANGES[4].1), 975.0, &half);
        assert!(marks.iter().any(|at| word(*at, HOUR, &half) == "Thu 12 Nov"), "{marks:?}");
    }

    #[test]
    fn a_place_and_its_moment_agree() {
        let lane = Rect::from_min_size(pos2(200.0, 0.0), vec2(1000.0, 14.0));
        let scale = scale(Duration::from_secs(1000));
        assert_eq!(moment_at(&scale, lane, 700.0), NOW - Duration::from_secs(500));
        assert!((x_of(&scale, lane, NOW - Duration::from_secs(500)) - 700.0).abs() < 0.01);
        assert_eq!(moment_at(&scale, lane, 9999.0), NOW);
    }
}
