//! A line over a page that cannot be overlooked: what has to be known before the page is believed.

use egui::{Frame, Margin, Panel, RichText, Sense, Ui, vec2};

use crate::ui::icons;
use crate::ui::theme::{Palette, space, text};

/// Shows it under what stands at the top already. `name` stays while its words change.
pub fn show(ui: &mut Ui, name: &'static str, words: &str) {
    let p = Palette::of(ui);
    let frame = Frame::NONE.fill(p.suspect_bg).inner_margin(Margin::symmetric(12, 5));
    let panel = Panel::top(name).resizable(false);
    panel.show_separator_line(false).frame(frame).show(ui, |ui| {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            let _ = ui.allocate_exact_size(vec2(0.0, 16.0), Sense::hover());
            ui.label(RichText::new(icons::WARNING).font(text::icon(14.0)).color(p.suspect));
            ui.label(RichText::new(words).font(text::base_medium()).color(p.text1));
        });
    });
}
