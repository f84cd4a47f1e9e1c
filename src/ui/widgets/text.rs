//! Text that is painted at a place instead of laid out: table cells and strip modules. It has no accessible name of its own;
//! the widget it belongs to carries the sentence.

use egui::{Align, Color32, FontId, Painter, Pos2, Rect, pos2};

use crate::ui::format;

/// Paints `text` with its left end and middle at `at`; gives the room it takes.
pub fn left(painter: &Painter, at: Pos2, text: impl ToString, font: FontId, ink: Color32) -> Rect {
    place(painter, at, Align::LEFT, text, font, ink)
}

/// Paints `text` with its right end and middle at `at`; gives the room it takes.
pub fn right(painter: &Painter, at: Pos2, text: impl ToString, font: FontId, ink: Color32) -> Rect {
    place(painter, at, Align::RIGHT, text, font, ink)
}

/// Whole pixels, rounded up the screen: text of different sizes in one line then has one baseline.
fn place(painter: &Painter, at: Pos2, side: Align, text: impl ToString, font: FontId, ink: Color32) -> Rect {
    let galley = painter.layout_no_wrap(text.to_string(), font, ink);
    let rect = side.align_size_within_range(galley.size().x, at.x..=at.x);
    let top = (at.y - galley.size().y / 2.0).floor();
    let rect = Rect::from_min_size(pos2(rect.min, top), galley.size());
    painter.galley(rect.min, galley, ink);
    rect
}

/// How wide a line of text is.
pub fn width(painter: &Painter, text: &str, font: &FontId) -> f32 {
    painter.layout_no_wrap(text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x
}

/// The text, with as much cut out of its middle as it takes to fit into `room` points.
pub fn fitted(painter: &Painter, text: &str, font: &FontId, room: f32) -> String {
    if width(painter, text, font) <= room {
        return text.to_owned();
    }
    let (mut fits, mut too_long) = (3, text.chars().count());
    while fits + 1 < too_long {
        let middle = usize::midpoint(fits, too_long);
        if width(painter, &format::cut_middle(text, middle), font) <= room {
            fits = middle;
        } else {
            too_long = middle;
        }
    }
    format::cut_middle(text, fits)
}
