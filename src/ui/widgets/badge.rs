//! The badge of a UID: which of the pair is in use, not which is better.

use egui::{Align2, Painter, Pos2, Rect, Stroke, StrokeKind, Ui, Vec2};

use crate::monitor::ids::{Role, Uid};
use crate::ui::theme::{Palette, space, text};
use crate::ui::words;

/// Its side, in points.
pub const SIDE: f32 = 14.0;

/// Paints the badge centred at `centre`: main is an outline, the others are filled.
pub fn paint(painter: &Painter, centre: Pos2, role: Role, palette: &Palette) {
    let rect = Rect::from_center_size(centre, Vec2::splat(SIDE));
    let ink = match role {
        Role::Main => {
            painter.rect_stroke(rect, 2.0, Stroke::new(1.0, palette.text3), StrokeKind::Inside);
            palette.text2
        }
        Role::Backup | Role::Spare => {
            painter.rect_filled(rect, 2.0, palette.text2);
            palette.bg0
        }
    };
    painter.text(rect.center(), Align2::CENTER_CENTER, words::role_letter(role), text::mono_medium(9.5), ink);
}

/// The badge with its number, as widgets in a row: `M 100002`.
pub fn show(ui: &mut Ui, role: Role, uid: Uid) {
    let palette = Palette::of(ui);
    ui.spacing_mut().item_spacing.x = space::M;
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(SIDE), egui::Sense::hover());
    paint(ui.painter(), rect.center(), role, palette);
    response.on_hover_text(words::role(role));
    ui.label(egui::RichText::new(uid.to_string()).font(text::code()).color(palette.text1));
}
