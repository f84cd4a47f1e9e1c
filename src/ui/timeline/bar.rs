//! The bar above the timeline: filter, range, live or frozen, zone, and what is hidden from the picture, zoom and export. It changes what is shown,
//! never what is counted.

use std::time::Duration;

use egui::{Popup, Ui};

use super::Settings;
use super::face::ZoneChoice;
use super::order::{Rows, Sort};
use super::view::RANGES;
use crate::ui::commands::{Cmd, Deed, Facts, TimeCmd};
use crate::ui::fleet::filter_bar;
use crate::ui::pages::Desk;
use crate::ui::theme::{Palette, space};
use crate::ui::widgets::button::{self, Button, Kind, Pressed, Size};
use crate::ui::widgets::segments;
use crate::ui::{format, icons};

/// Its height, in points.
pub const HEIGHT: f32 = 38.0;
/// From this width on buttons have their words.
const ROOMY_FROM: f32 = 1280.0;
/// Choices of what is too short to be drawn, in seconds.
const HIDE: [u64; 6] = [0, 10, 60, 120, 300, 900];

/// Shows the bar and changes `settings` as it is used; gives the command that was clicked.
pub fn show(ui: &mut Ui, desk: &mut Desk<'_>, settings: &mut Settings, facts: &Facts<'_>) -> Option<Cmd> {
    let all = ui.max_rect();
    ui.painter().hline(all.x_range(), all.bottom() - 0.5, egui::Stroke::new(1.0, Palette::of(ui).line2));
    let room = if all.width() < ROOMY_FROM { Room::Narrow } else { Room::Wide };
    let mut wants = None;
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        ui.add_space(space::XL);
        filter_bar::field(ui, &mut desk.state.filter);
        let chosen = RANGES.iter().position(|(_, length)| *length == settings.view.length());
        let words = RANGES.map(|(words, _)| words);
        if let Some(index) = segments::show(ui, "timeline range", &words, chosen.unwrap_or(usize::MAX)) {
            settings.view.choose(RANGES[index].1);
        }
        for (cmd, on) in [(TimeCmd::Live, facts.time.live), (TimeCmd::Freeze, facts.time.frozen)] {
            let words = Cmd::Time(cmd).text(facts);
            let icon = Cmd::Time(cmd).icon().filter(|_| room == Room::Wide);
            wants = switch(ui, cmd, facts, &words, icon, Pressed::when(on)).or(wants);
        }
        let zone = usize::from(settings.zone == ZoneChoice::Local);
        if segments::show(ui, "timeline zone", &[ZoneChoice::Utc, ZoneChoice::Local].map(ZoneChoice::text), zone)
            .is_some_and(|index| index != zone)
        {
            settings.zone = settings.zone.other();
        }
        hide(ui, settings, room);
        let only = format!("Only with gaps {}", facts.time.with_gaps);
        let on = Pressed::when(settings.rows == Rows::WithGaps);
        wants = switch(ui, TimeCmd::OnlyGaps, facts, &only, None, on).or(wants);
        sort(ui, settings, room);
        for cmd in [Cmd::Time(TimeCmd::ZoomOut), Cmd::Time(TimeCmd::ZoomIn), Cmd::Of(Deed::Export)] {
            let icon = cmd.icon().unwrap_or_default();
            if button::icon(ui, icon, &cmd.text(facts), &cmd.tooltip(facts), cmd.refusal(facts)).clicked() {
                wants = Some(cmd);
            }
        }
    });
    wants
}

/// How much room there is for words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Wide,
    Narrow,
}

/// A button that stays pressed while what it switches is on.
fn switch(
    ui: &mut Ui,
    cmd: TimeCmd,
    facts: &Facts<'_>,
    words: &str,
    icon: Option<&str>,
    pressed: Pressed,
) -> Option<Cmd> {
    let cmd = Cmd::Time(cmd);
    let tip = cmd.tooltip(facts);
    let button = Button::new(words, Kind::Secondary).icon(icon).size(Size::Bar).tooltip(&tip).pressed(pressed);
    button.show(ui).clicked().then_some(cmd)
}

fn hide(ui: &mut Ui, settings: &mut Settings, room: Room) {
    let words = |seconds: u64| {
        let length = format::words(Duration::from_secs(seconds));
        if room == Room::Wide { format!("Hide under {length}") } else { format!("Hide <{length}") }
    };
    let label = format!("{} {}", words(settings.hide_under.as_secs()), icons::CARET_DOWN);
    let tip = "What is shorter and stands between equal states is not drawn. Losses are drawn always, and counts stay";
    let on = Pressed::when(!settings.hide_under.is_zero());
    let response = Button::new(&label, Kind::Secondary).size(Size::Bar).tooltip(tip).pressed(on).show(ui);
    Popup::menu(&response).show(|ui| {
        for seconds in HIDE {
            let word = if seconds == 0 { "Hide nothing".to_owned() } else { words(seconds) };
            if Button::new(&word, Kind::Plain).size(Size::Bar).show(ui).clicked() {
                settings.hide_under = Duration::from_secs(seconds);
                ui.close();
            }
        }
    });
}

fn sort(ui: &mut Ui, settings: &mut Settings, room: Room) {
    let words = if room == Room::Wide { settings.sort.text() } else { "Sort" };
    let label = format!("{words} {}", icons::CARET_DOWN);
    let response = Button::new(&label, Kind::Plain).size(Size::Bar).tooltip("The order of the rows").show(ui);
    Popup::menu(&response).show(|ui| {
        for sort in Sort::ALL {
            let button = Button::new(sort.text(), Kind::Plain).size(Size::Bar);
            if button.pressed(Pressed::when(settings.sort == sort)).show(ui).clicked() {
                settings.sort = sort;
                ui.close();
            }
        }
    });
}
