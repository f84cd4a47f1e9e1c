//! Text that is painted at a place instead of laid out: table cells and strip modules. It has no accessible name of its own;
//! the widget it belongs to carries the sentence.

use egui::{Align2, Color32, FontId, Painter, Pos2, Rect};

use crate::ui::format;

/// Paints `text` with its left end and middle at `at`; gives the room it takes.
pub fn left(painter: &Painter, at: Pos2, text: impl ToString, font: FontId, ink: Color32) -> Rect {
    painter.text(at, Align2::LEFT_CENTER, text, font, ink)
}

/// Paints `text` with its right end and middle at `at`; gives the room it takes.
pub fn right(painter: &Painter, at: Pos2, text: impl ToString, font: FontId, ink: Color32) -> Rect {
    painter.text(at, Align2::RIGHT_CENTER, text, font, ink)
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
