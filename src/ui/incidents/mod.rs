//! The page Incidents: what needs or needed somebody, one under the other, and the selected one in full beside it. The system
//! says whether one is active, the operator whether it is open.
//!
//! | file | subject |
//! |---|---|
//! | `sieve` | which are listed and which one is selected |
//! | `list` | the list and the bar above it |
//! | `detail` | the selected one |
//! | `course` | what happened and was written, line by line, and a new line |
//! | `affected` | how many of its channels were bad over time |

mod affected;
mod course;
mod detail;
mod list;
pub mod sieve;

use egui::{CentralPanel, Frame, Panel, Ui};

use self::course::Draft;
pub use self::course::focus as focus_note;
use super::commands::Cmd;
use super::format;
use super::pages::Desk;
use super::theme::Palette;
use super::widgets::note;
use crate::monitor::time::Timestamp;
use crate::worker::handle::{Handle, Request, TimeRange};

/// The part of the width that the list takes.
const LIST: f32 = 0.49;
/// All that the log has; how many are read at most is the worker's to say.
const EVER: TimeRange = TimeRange { from: Timestamp::from_millis(0), to: Timestamp::from_millis(i64::MAX) };

/// What the page remembers.
#[derive(Debug, Default)]
pub struct IncidentsPage {
    asked: Option<TimeRange>,
    draft: Draft,
}

impl IncidentsPage {
    /// Shows the page; gives the commands that were clicked.
    pub fn show(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Vec<Cmd> {
        self.look(desk.handle);
        let p = Palette::of(ui);
        let bar = Panel::top("incidents bar").exact_size(list::BAR).resizable(false).show_separator_line(false);
        bar.frame(Frame::NONE.fill(p.bg1)).show(ui, |ui| list::bar(ui, desk));
        for (name, words) in notes(desk) {
            note::show(ui, name, &words);
        }
        let width = ui.available_width() * LIST;
        let panel = Panel::left("incidents list").exact_size(width).resizable(false).frame(Frame::NONE.fill(p.bg1));
        panel.show(ui, |ui| {
            desk.acts.toasts.keep_room(ui);
            list::show(ui, desk);
        });
        let shown = CentralPanel::no_frame().frame(Frame::NONE.fill(p.bg1));
        let shown = shown.show(ui, |ui| detail::show(ui, desk, &mut self.draft));
        shown.inner.into_iter().collect()
    }

    /// Asks the worker for the incidents of the log.
    fn look(&mut self, handle: &Handle) {
        // A worker that is too busy now is asked again with the next frame.
        if self.asked != Some(EVER) && handle.request(Request::LookAtIncidents(Some(EVER))).is_ok() {
            self.asked = Some(EVER);
        }
    }

    /// Tells the worker that nobody looks any more.
    pub fn rest(&mut self, handle: &Handle) {
        if self.asked.is_some() && handle.request(Request::LookAtIncidents(None)).is_ok() {
            self.asked = None;
        }
    }
}

/// What has to be known before the list is believed.
fn notes(desk: &Desk<'_>) -> Vec<(&'static str, String)> {
    let trouble = desk.handle.incidents_trouble();
    let missing = "The log cannot be read, older incidents may be missing here";
    let trouble = trouble.map(|why| ("incidents trouble", format!("{missing}: {why}")));
    let unread = desk.moment.past.map(|past| past.unread).filter(|unread| *unread > 0);
    let unread = unread.map(|unread| {
        let lines = format::thousands(unread);
        let what =
            "lines about incidents cannot be read, what they say is missing here: open the log with a newer reelwatch";
        ("incidents unread", format!("{lines} {what}"))
    });
    trouble.into_iter().chain(unread).collect()
}
