//! A row of choices of which one is taken, in one frame: ranges of a chart, formats of a file.

use egui::{Align2, Color32, Rect, Role, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};

use super::button::focus_ring;
use super::text::width;
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};

const HEIGHT: f32 = 22.0;

/// Shows the choices; gives the one that was clicked.
pub fn show(ui: &mut Ui, salt: &str, choices: &[&str], chosen: usize) -> Option<usize> {
    let palette = Palette::of(ui);
    let font = text::medium(11.0);
    let widths: Vec<f32> = choices.iter().map(|it| width(ui.painter(), it, &font) + 2.0 * space::L).collect();
    let (rect, _) = ui.allocate_exact_size(vec2(widths.iter().sum(), HEIGHT), Sense::hover());
    let radius = f32::from(CONTROL_RADIUS);
    ui.painter().rect_stroke(rect, radius, Stroke::new(1.0, palette.line2), StrokeKind::Inside);
    let (mut clicked, mut x) = (None, rect.left());
    for (index, (words, wide)) in choices.iter().zip(widths).enumerate() {
        let place = Rect::from_min_size(pos2(x, rect.top()), vec2(wide, HEIGHT));
        x += wide;
        let response = ui.interact(place, ui.scope_id().with((salt, index)), Sense::click());
        response.widget_info(|| WidgetInfo::selected(Role::RadioButton, true, index == chosen, *words));
        let fill = match (index == chosen, response.hovered()) {
            (true, _) => palette.bg4,
            (false, true) => palette.bg3,
            (false, false) => Color32::TRANSPARENT,
        };
        ui.painter().rect_filled(place.shrink(1.0), radius - 1.0, fill);
        let ink = if index == chosen { palette.text1 } else { palette.text2 };
        ui.painter().text(place.center(), Align2::CENTER_CENTER, words, font.clone(), ink);
        focus_ring(ui, place, &response, palette);
        if response.clicked() {
            clicked = Some(index);
        }
    }
    clicked
}
