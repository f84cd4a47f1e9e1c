//! The few shapes the pane and the dialogs repeat: rules, heads, rows of name and value.

use egui::{Align, Color32, FontId, Label, Layout, RichText, Sense, Stroke, Ui, vec2};

use crate::ui::commands::{Cmd, Deed, Facts};
use crate::ui::icons;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::words::Story;

/// Height of one line of name and value, in points.
pub const ROW: f32 = 18.0;

/// A line from edge to edge, past the margin of the pane.
pub fn rule(ui: &mut Ui, margin: f32) {
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 13.0), Sense::hover());
    let x = rect.x_range().expand(margin);
    ui.painter().hline(x, rect.center().y.round() + 0.5, Stroke::new(1.0, palette.line2));
}

/// A line of text in the pane's words.
pub fn line(ui: &mut Ui, words: impl Into<String>, font: FontId, ink: Color32) -> egui::Response {
    ui.add(Label::new(RichText::new(words).font(font).color(ink)).wrap())
}

/// The head of a part, with one quiet line about it.
pub fn head(ui: &mut Ui, title: &str, about: &str) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        ui.label(RichText::new(title).font(text::semibold(12.0)).color(palette.text2));
        ui.add(Label::new(RichText::new(about).font(text::small()).color(palette.text3)).truncate());
    });
}

/// A name and what stands beside it.
pub fn row(ui: &mut Ui, name: &str, name_width: f32, value: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        ui.spacing_mut().interact_size.y = ROW;
        cell(ui, name_width, name, text::small(), palette.text3);
        ui.vertical(|ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            value(ui);
        });
    });
}

/// Text in a column of its own, so that lines under each other align.
pub fn cell(ui: &mut Ui, width: f32, words: &str, font: FontId, ink: Color32) {
    let size = vec2(width, ui.spacing().interact_size.y);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.add(Label::new(RichText::new(words).font(font).color(ink)).truncate());
    });
}

/// The button of a command; true when it was clicked, which a refused one never is.
pub fn command(ui: &mut Ui, cmd: Cmd, kind: Kind, facts: &Facts<'_>) -> bool {
    let (words, tooltip) = (cmd.text(facts), cmd.tooltip(facts));
    // Three buttons have to fit beside each other: only those that change what records carry their icon.
    let icon = if cmd == Cmd::Of(Deed::Check) { None } else { cmd.icon() };
    let button = Button::new(&words, kind).icon(icon).refused(cmd.refusal(facts)).tooltip(&tooltip);
    button.show(ui).clicked()
}

/// A box that warns: what may go wrong, in one head and one line.
pub fn warning(ui: &mut Ui, title: &str, meaning: &str) {
    boxed(ui, title, &[meaning]);
}

/// The same in three parts: what happened, what it means, what to do.
pub fn caution(ui: &mut Ui, story: &Story) {
    boxed(ui, &story.happened, &[&story.means, &story.todo]);
}

fn boxed(ui: &mut Ui, title: &str, lines: &[&str]) {
    let palette = Palette::of(ui);
    let frame = egui::Frame::new()
        .fill(palette.suspect_bg)
        .stroke(Stroke::new(1.0, palette.suspect))
        .corner_radius(crate::ui::theme::CONTROL_RADIUS)
        .inner_margin(10);
    frame.show(ui, |ui| {
        ui.set_width(ui.available_width());
        ui.horizontal_top(|ui| {
            ui.label(RichText::new(icons::WARNING).font(text::icon(16.0)).color(palette.suspect));
            ui.vertical(|ui| {
                line(ui, title, text::base_medium(), palette.text1);
                for words in lines {
                    line(ui, *words, text::small(), palette.text2);
                }
            });
        });
    });
}
