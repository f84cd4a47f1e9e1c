//! Two meters: how old the last answer is against the poll interval, and how much of a limit is used.

use std::time::Duration;

use egui::{Painter, Rect, pos2};

use crate::ui::pattern::Ink;
use crate::ui::theme::Palette;

/// Width of the age meter, in points.
pub const SEEN_WIDTH: f32 = 34.0;

/// The age of what was seen, from 0 to twice the interval, with a tick at the interval. Full means: not observed.
pub fn seen(painter: &Painter, rect: Rect, age: Duration, interval: Duration, palette: &Palette) {
    let y = rect.center().y.round();
    let line = |from: f32, to: f32, half: f32| Rect::from_min_max(pos2(from, y - half), pos2(to, y + half));
    let full = interval.as_secs_f32() * 2.0;
    let share = if full > 0.0 { (age.as_secs_f32() / full).min(1.0) } else { 1.0 };
    painter.rect_filled(line(rect.left(), rect.right(), 0.5), 0.0, palette.bar);
    painter.rect_filled(line(rect.left(), rect.left() + (rect.width() * share).max(1.0), 1.0), 0.0, palette.text2);
    let tick = Rect::from_center_size(pos2(rect.center().x.round(), y), egui::vec2(1.0, 8.0));
    painter.rect_filled(tick, 0.0, palette.bar);
}

/// How much of a limit is used (solid) and how much is kept back (hatched, at the end); shares of 1.
pub fn strip(painter: &Painter, rect: Rect, used: f32, kept_back: f32, palette: &Palette) {
    let mut ink = Ink::new(painter.pixels_per_point());
    ink.fill(rect, palette.bg4);
    let reserve = rect.with_min_x(rect.right() - rect.width() * kept_back.clamp(0.0, 1.0));
    ink.hatch(reserve, palette.text3, 4.0);
    ink.fill(rect.with_max_x(rect.left() + rect.width() * used.clamp(0.0, 1.0)), palette.text2);
    painter.extend(ink.into_shapes());
}
