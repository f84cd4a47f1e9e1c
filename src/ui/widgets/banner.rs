//! A banner: what happened and what it means, for something that concerns more than one row.

use egui::{Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::button::{Button, Kind};
use super::text::{fitted, left};
use crate::monitor::band::BandKind;
use crate::monitor::phase::State;
use crate::ui::glyph::{self, Glyph};
use crate::ui::pattern::paint_span;
use crate::ui::theme::{Palette, space, text};

/// Its height, in points.
pub const HEIGHT: f32 = 56.0;
/// Room for its button.
const BUTTON: f32 = 130.0;

/// A banner to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Banner {
    /// Gives colour, shape and pattern.
    pub like: State,
    /// What happened.
    pub head: String,
    /// What it means and what to do, in one line; may be empty when the head says it all.
    pub meaning: String,
}

impl Banner {
    /// Shows it over the whole width, with a button where there is an act; true when that was clicked.
    pub fn show(&self, ui: &mut Ui, act: Option<&str>) -> bool {
        let palette = Palette::of(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Alert, true, format!("{}. {}", self.head, self.meaning)));
        let (painter, ground) = (ui.painter().with_clip_rect(rect), palette.ground_of(self.like));
        painter.rect_filled(rect, 0.0, ground);
        let block = Rect::from_min_size(rect.min, vec2(14.0, HEIGHT)).shrink2(vec2(0.0, 1.0));
        paint_span(&painter, block, BandKind::State(self.like), palette);
        let colour = palette.shape_of(self.like);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, colour));
        let place = Rect::from_center_size(pos2(rect.left() + 37.0, rect.center().y), Vec2::splat(glyph::LARGE));
        glyph::paint_glyph(&painter, place, Glyph::Of(self.like), palette, ground);
        let x = rect.left() + 60.0;
        let taken = if act.is_some() { BUTTON } else { 0.0 };
        let room = rect.right() - x - space::XL - taken;
        let head = fitted(&painter, &self.head, &text::strong(), room);
        let up = if self.meaning.is_empty() { 0.0 } else { 9.0 };
        left(&painter, pos2(x, rect.center().y - up), head, text::strong(), palette.text1);
        let meaning = fitted(&painter, &self.meaning, &text::base(), room);
        left(&painter, pos2(x, rect.center().y + 10.0), meaning, text::base(), palette.text2);
        response.on_hover_text(format!("{}\n{}", self.head, self.meaning));
        act.is_some_and(|act| {
            let place = rect.with_min_x(rect.right() - BUTTON - space::XL).shrink2(vec2(0.0, 14.0));
            let layout = egui::Layout::right_to_left(egui::Align::Center);
            let mut inner =
                ui.new_child(egui::UiBuilder::new().id_salt(("banner", &self.head)).max_rect(place).layout(layout));
            Button::new(act, Kind::Primary).show(&mut inner).clicked()
        })
    }
}
