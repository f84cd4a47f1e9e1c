//! A chip of the filter bar: shape, word, count. It keeps its place when its count becomes zero.

use egui::{Align2, Color32, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::button::focus_ring;
use super::text::width;
use crate::ui::glyph::{self, Glyph};
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};

/// Its height, in points.
pub const HEIGHT: f32 = 24.0;

/// How the filter uses the chip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// Not at all.
    No,
    /// Only rows like this.
    Only,
    /// No rows like this.
    Without,
}

/// A chip to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Chip<'a> {
    /// Its shape; the chip for all has none.
    pub glyph: Option<Glyph>,
    /// Its word.
    pub word: &'a str,
    /// How many rows there are.
    pub count: usize,
    /// How the filter uses it.
    pub chosen: Chosen,
}

impl Chip<'_> {
    /// How wide it will be.
    pub fn width(&self, ui: &Ui) -> f32 {
        let painter = ui.painter();
        let glyph = if self.glyph.is_some() { glyph::SMALL + space::S } else { 0.0 };
        let count = width(painter, &self.count.to_string(), &text::semibold(12.0));
        space::L * 2.0 + glyph + width(painter, self.word, &text::small()) + space::M + count
    }

    /// Shows it.
    pub fn show(&self, ui: &mut Ui) -> Response {
        let palette = Palette::of(ui);
        let (rect, response) = ui.allocate_exact_size(vec2(self.width(ui), HEIGHT), Sense::click());
        response.widget_info(|| {
            let label = match self.chosen {
                Chosen::No | Chosen::Only => format!("{} {}", self.word, self.count),
                Chosen::Without => format!("Without {} {}", self.word, self.count),
            };
            WidgetInfo::selected(Role::Button, true, self.chosen != Chosen::No, label)
        });
        let (fill, line, ink, strong) = self.look(palette, &response);
        ui.painter().rect(rect, f32::from(CONTROL_RADIUS), fill, Stroke::new(1.0, line), StrokeKind::Inside);
        self.paint_inside(ui, rect, fill, ink, strong);
        focus_ring(ui, rect, &response, palette);
        response.on_hover_text("Click: only these. Ctrl-click: these too. Alt-click: without these")
    }

    fn look(&self, p: &Palette, response: &Response) -> (Color32, Color32, Color32, Color32) {
        let ground = if response.hovered() { p.bg3 } else { p.bg2 };
        match (self.chosen, self.count) {
            (Chosen::Only | Chosen::Without, _) => (p.bg4, p.text2, p.text1, p.text1),
            (Chosen::No, 0) => (if response.hovered() { p.bg2 } else { p.bg1 }, p.line1, p.text3, p.text3),
            (Chosen::No, _) => (ground, p.line2, p.text2, p.text1),
        }
    }

    fn paint_inside(&self, ui: &Ui, rect: Rect, fill: Color32, ink: Color32, strong: Color32) {
        let (palette, painter, y) = (Palette::of(ui), ui.painter(), rect.center().y);
        let mut x = rect.left() + space::L;
        if let Some(glyph) = self.glyph {
            let place = Rect::from_center_size(pos2(x + glyph::SMALL / 2.0, y), Vec2::splat(glyph::SMALL));
            glyph::paint_glyph(painter, place, glyph, palette, fill);
            x += glyph::SMALL + space::S;
        }
        let word = painter.text(pos2(x, y), Align2::LEFT_CENTER, self.word, text::small(), ink);
        if self.chosen == Chosen::Without {
            painter.hline(word.x_range(), y + 0.5, Stroke::new(1.0, ink));
        }
        let right = pos2(rect.right() - space::L, y);
        painter.text(right, Align2::RIGHT_CENTER, self.count, text::semibold(12.0), strong);
    }
}
