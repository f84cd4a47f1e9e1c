//! One step of a list of steps: its circle, its name, and what stands under it.

use egui::{Align2, Painter, Rect, RichText, Role, Sense, Stroke, Ui, Vec2, WidgetInfo};

use crate::monitor::phase::State;
use crate::monitor::snapshot::Step;
use crate::ui::glyph::{self, Glyph};
use crate::ui::icons;
use crate::ui::theme::{Palette, space, text};
use crate::ui::words::StepState;

const CIRCLE: f32 = 22.0;

/// One step: its circle, its name, and what `add` puts under it.
pub fn row(ui: &mut Ui, index: usize, state: StepState, name: &str, add: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    ui.horizontal_top(|ui| {
        let (rect, response) = ui.allocate_exact_size(Vec2::splat(CIRCLE), Sense::hover());
        response.widget_info(|| {
            let spoken = format!("Step {} of {}, {name}, {}", index + 1, Step::ALL.len(), state.word());
            WidgetInfo::labeled(Role::ListItem, true, spoken)
        });
        paint_circle(ui.painter(), rect, &(index + 1).to_string(), state, palette);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = space::XS;
            let ink = if state == StepState::Waiting { palette.text2 } else { palette.text1 };
            ui.label(RichText::new(name).font(text::base_medium()).color(ink));
            add(ui);
            ui.add_space(space::L);
        });
    });
}

fn paint_circle(painter: &Painter, rect: Rect, number: &str, state: StepState, palette: &Palette) {
    let (centre, radius) = (rect.center(), rect.width() / 2.0 - 1.0);
    let centred = |what: &str, font, ink| {
        painter.text(centre, Align2::CENTER_CENTER, what, font, ink);
    };
    match state {
        StepState::Done(_) => {
            painter.circle_filled(centre, radius, palette.bg4);
            centred(icons::CHECK, text::icon(13.0), palette.text1);
        }
        StepState::Current => {
            painter.circle_stroke(centre, radius, Stroke::new(2.0, palette.ours));
            centred(number, text::semibold(12.0), palette.text1);
        }
        StepState::Waiting => {
            painter.circle_stroke(centre, radius, Stroke::new(1.0, palette.line3));
            centred(number, text::medium(12.0), palette.text2);
        }
        StepState::Failed => glyph::paint_glyph(painter, rect, Glyph::Of(State::Lost), palette, palette.bg2),
    }
}
