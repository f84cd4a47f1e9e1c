//! A key cap with what the key does, for the status bar and fields.

use egui::{Align2, Painter, Pos2, Rect, Stroke, StrokeKind, pos2, vec2};

use super::text::width;
use crate::ui::theme::{Palette, space, text};

/// Paints the caps of `keys` (`Ctrl+Q` is two) and the word after them, ending at `right`; gives the left end.
pub fn paint_ending_at(painter: &Painter, right: Pos2, keys: &str, word: &str, palette: &Palette) -> f32 {
    let at = super::text::right(painter, right, word, text::micro(), palette.text3);
    let mut x = at.left() - space::S;
    // Letters alone are typed without Shift, and are shown that way.
    let keys = if keys.len() == 1 { keys.to_lowercase() } else { keys.to_owned() };
    let caps = if keys.len() == 1 { vec![keys.as_str()] } else { keys.rsplit('+').collect() };
    for key in caps {
        x = cap(painter, pos2(x, right.y), key, palette).left() - space::XS;
    }
    x
}

/// Paints one cap that ends at `right`; gives its room.
pub fn cap(painter: &Painter, right: Pos2, key: &str, palette: &Palette) -> Rect {
    let font = text::mono(10.5);
    let wide = (width(painter, key, &font) + 8.0).max(16.0);
    let rect = Rect::from_min_size(pos2(right.x - wide, right.y - 8.0), vec2(wide, 16.0));
    painter.rect(rect, 2.0, palette.bg3, Stroke::new(1.0, palette.line2), StrokeKind::Inside);
    painter.text(rect.center(), Align2::CENTER_CENTER, key, font, palette.text2);
    rect
}
