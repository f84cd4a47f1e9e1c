//! The page Incidents: what needs or needed somebody, one under the other, and the selected one in full beside it. The system
//! says whether one is active, the operator whether it is open.

mod detail;
mod list;
pub mod sieve;

use egui::{CentralPanel, Frame, Panel, Ui};

use super::commands::Cmd;
use super::pages::Desk;
use super::theme::Palette;

/// The part of the width that the list takes.
const LIST: f32 = 0.49;

/// What the page remembers.
#[derive(Debug, Default)]
pub struct IncidentsPage;

impl IncidentsPage {
    /// Shows the page; gives the commands that were clicked.
    pub fn show(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Vec<Cmd> {
        let p = Palette::of(ui);
        let bar = Panel::top("incidents bar").exact_size(list::BAR).resizable(false).show_separator_line(false);
        bar.frame(Frame::NONE.fill(p.bg1)).show(ui, |ui| list::bar(ui, desk));
        let width = ui.available_width() * LIST;
        let panel = Panel::left("incidents list").exact_size(width).resizable(false).frame(Frame::NONE.fill(p.bg1));
        panel.show(ui, |ui| {
            desk.acts.toasts.keep_room(ui);
            list::show(ui, desk);
        });
        let shown = CentralPanel::no_frame().frame(Frame::NONE.fill(p.bg1)).show(ui, |ui| detail::show(ui, desk));
        shown.inner.into_iter().collect()
    }
}
