//! The five steps of a start as five blocks in a row: how far it is, at a glance.

use egui::{Rect, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::monitor::snapshot::{StartView, Step};
use crate::ui::theme::{Palette, space};
use crate::ui::words::StepState;

/// The five steps as five blocks in a row, for the pane.
pub fn strip(ui: &Ui, rect: Rect, start: &StartView, palette: &Palette) {
    let gap = space::S;
    let wide = (rect.width() - gap * 4.0) / 5.0;
    let mut x = rect.left();
    for step in Step::ALL {
        let block = Rect::from_min_size(pos2(x, rect.center().y - 3.0), vec2(wide, 6.0));
        x += wide + gap;
        let (fill, line) = match StepState::of(start, step) {
            StepState::Done(_) => (palette.text3, palette.text3),
            StepState::Current => (palette.ours, palette.ours),
            StepState::Failed => (palette.lost, palette.lost),
            StepState::Waiting => (egui::Color32::TRANSPARENT, palette.line3),
        };
        ui.painter().rect(block, 0.0, fill, Stroke::new(1.0, line), StrokeKind::Inside);
    }
}
