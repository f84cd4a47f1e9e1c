//! What stands in place of the table when there is no row to show, and what to do about it.

use egui::{Grid, Label, RichText, ScrollArea, Ui, UiBuilder, vec2};

use super::filter::Filter;
use crate::ui::commands::{Cmd, Facts};
use crate::ui::format;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};

/// The ways to a first channel: command and what it does.
const WAYS: [(&str, &str); 3] = [
    ("reelwatch demo", "opens a simulated shift: no account, no network"),
    ("reelwatch settings example", "prints a settings file to start from"),
    ("reelwatch settings path", "tells where the settings file belongs"),
];

/// Without a single channel, of the settings or adopted. Gives the command that was clicked.
pub fn no_channels(ui: &mut Ui, problem: Option<&str>) -> Option<Cmd> {
    let mut clicked = None;
    let palette = Palette::of(ui);
    let room = ui.max_rect();
    // A long list of what is wrong needs the height, a short word stands in the middle.
    let top = if problem.is_some_and(|problem| problem.lines().count() > 3) { 0.06 } else { 0.28 };
    let place = egui::Rect::from_min_max(
        egui::pos2(room.center().x - 280.0, room.top() + room.height() * top),
        egui::pos2(room.center().x + 280.0, room.bottom()),
    );
    let mut middle = ui.new_child(UiBuilder::new().max_rect(place));
    ScrollArea::vertical().auto_shrink(false).show(&mut middle, |ui| {
        let head = if problem.is_some() { "No channel can be watched" } else { "No recordings yet" };
        ui.label(RichText::new(head).font(text::large()).color(palette.text1));
        ui.add_space(space::M);
        if let Some(problem) = problem {
            let text = RichText::new(format::sentence(problem)).font(text::base()).color(palette.config);
            ui.add(Label::new(text).wrap().selectable(true));
            ui.add_space(space::L);
        }
        let about = "reelwatch watches the channels that its settings file names, and recordings started elsewhere:";
        ui.label(RichText::new(about).font(text::base()).color(palette.text2));
        ui.add_space(space::L);
        let facts = Facts::default();
        let (words, tooltip) = (Cmd::Import.text(&facts), Cmd::Import.tooltip(&facts));
        let import = Button::new(&words, Kind::Secondary).icon(Cmd::Import.icon()).tooltip(&tooltip);
        if import.show(ui).clicked() {
            clicked = Some(Cmd::Import);
        }
        ui.add_space(space::L);
        let about = "In a terminal:";
        ui.label(RichText::new(about).font(text::base()).color(palette.text2));
        ui.add_space(space::L);
        Grid::new("ways to a first channel").spacing(vec2(space::HUGE, space::L)).show(ui, |ui| {
            for (command, does) in WAYS {
                ui.add(Label::new(RichText::new(command).font(text::code()).color(palette.text1)).selectable(true));
                ui.label(RichText::new(does).font(text::base()).color(palette.text2));
                ui.end_row();
            }
        });
    });
    clicked
}

/// With channels, none of which passes the filter.
pub fn nothing_matches(ui: &mut Ui, filter: &mut Filter) {
    let palette = Palette::of(ui);
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.28);
        let what = match filter.text.trim() {
            "" => "No channel is in a chosen state".to_owned(),
            text => format!("No channel matches {text}"),
        };
        ui.label(RichText::new(what).font(text::base()).color(palette.text2));
        ui.add_space(space::L);
        if Button::new("Clear filter", Kind::Secondary).show(ui).clicked() {
            filter.clear();
        }
    });
}
