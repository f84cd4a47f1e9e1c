//! The page Fleet: the filter bar, the table, and the details of the selected channel beside it. It holds what was drawn lately
//! and hands back what was asked for.

use egui::{CentralPanel, Frame, Panel, Ui};

use super::table::{self, Act};
use super::{empty, filter_bar};
use crate::ui::commands::Cmd;
use crate::ui::pages::Desk;
use crate::ui::theme::Palette;
use crate::ui::widgets::band::BandCache;

/// From this width of the window on the pane has its usual width.
const ROOMY_FROM: f32 = 1280.0;
/// From this width on it begins at its greatest.
const WIDE_FROM: f32 = 1680.0;

/// What the page remembers.
#[derive(Debug, Default)]
pub struct FleetPage {
    bands: BandCache,
}

impl FleetPage {
    /// Shows the page; gives the commands that were clicked.
    pub fn show(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Vec<Cmd> {
        let p = Palette::of(ui);
        let bar = Panel::top("filter bar").exact_size(filter_bar::HEIGHT).resizable(false);
        bar.show_separator_line(false).frame(Frame::NONE.fill(p.bg1)).show(ui, |ui| {
            filter_bar::show(ui, desk.listing, &desk.moment.snapshot.projects, &mut desk.state.filter);
        });
        let mut wanted: Vec<Cmd> = pane(ui, desk).into_iter().collect();
        let act = CentralPanel::no_frame().frame(Frame::NONE.fill(p.bg1)).show(ui, |ui| {
            desk.acts.toasts.keep_room(ui);
            self.table(ui, desk)
        });
        self.bands.end_frame();
        match act.inner {
            Some(Act::Select(channel)) => desk.state.selected = Some(channel),
            Some(Act::Do(channel, cmd)) => {
                desk.state.selected = Some(channel);
                wanted.push(cmd);
            }
            Some(Act::OfWindow(cmd)) => wanted.push(cmd),
            None => {}
        }
        wanted
    }

    fn table(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Option<Act> {
        if desk.moment.snapshot.channels.is_empty() {
            return empty::no_channels(ui, desk.moment.problem).map(Act::OfWindow);
        }
        if desk.state.filter.is_set() && desk.listing.shown() == 0 {
            empty::nothing_matches(ui, &mut desk.state.filter);
            return None;
        }
        table::show(ui, desk.moment, desk.listing, desk.state, &mut self.bands)
    }
}

/// The details beside the table, when they are open and a channel is selected; gives the command that was clicked there.
fn pane(ui: &mut Ui, desk: &mut Desk<'_>) -> Option<Cmd> {
    let view = desk.selected().filter(|_| desk.state.shows_pane())?;
    let facts = desk.facts(Some(&view));
    let width = ui.max_rect().width();
    let panel = Panel::right("detail").frame(Frame::NONE.fill(Palette::of(ui).bg1));
    let panel = if width < ROOMY_FROM {
        panel.exact_size(384.0).resizable(false)
    } else {
        let usual = if width < WIDE_FROM { 468.0 } else { 560.0 };
        panel.default_size(usual).size_range(400.0..=560.0).resizable(true)
    };
    panel.show(ui, |ui| desk.acts.show_pane(ui, &view, desk.moment, desk.handle, &facts)).inner
}
