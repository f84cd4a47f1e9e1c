//! The head of a part of the channel list: its name, how many rows, and one line about it.

use egui::{Id, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2};

use super::text::{left, right};
use crate::ui::theme::{Palette, space, text};

/// Its height, in points.
pub const HEIGHT: f32 = 20.0;

/// Shows it over the whole of `rect`.
pub fn show(ui: &mut Ui, rect: Rect, name: &str, count: usize, about: &str) {
    let response = ui.interact(rect, Id::unique(("section", name)), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Heading, true, format!("{name}, {count}")));
    let (palette, painter) = (Palette::of(ui), ui.painter());
    painter.rect_filled(rect, 0.0, palette.bg2);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, palette.line1));
    let y = rect.center().y;
    let name = left(painter, pos2(rect.left() + space::XL, y), name, text::medium(11.0), palette.text2);
    left(painter, pos2(name.right() + space::L, y), count, text::micro(), palette.text3);
    right(painter, pos2(rect.right() - space::XL, y), about, text::micro(), palette.text3);
}
