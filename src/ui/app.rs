//! The window as a whole: one picture per frame, handed to the parts of the screen, and what was asked for, carried out. It
//! repaints when a new picture comes and when a second passes, never otherwise.

use std::time::Duration;

use egui::{CentralPanel, Frame, Panel, Ui};
use jiff::tz::TimeZone;

use super::commands::{self, Cmd, Facts};
use super::fleet::listing::Listing;
use super::fleet::table::Act;
use super::fleet::{banners, empty, filter_bar, status_bar, strip, table, top_bar};
use super::state::{Kept, Moment, Pane, UiState, Worker};
use super::theme::Palette;
use super::widgets::band::BandCache;
use crate::worker::clock::Speed;
use crate::worker::handle::Handle;

/// The key under which [`Kept`] is kept.
const KEPT: &str = "window";

/// The window.
pub struct App {
    handle: Handle,
    state: UiState,
    bands: BandCache,
    zone: TimeZone,
    problem: Option<String>,
}

impl App {
    /// A window on what `handle` shows. `zone` is the operator's; `problem` is what is wrong with the settings, if anything is.
    pub fn new(handle: Handle, zone: TimeZone, problem: Option<String>) -> Self {
        Self { handle, state: UiState::default(), bands: BandCache::default(), zone, problem }
    }

    /// The same, going on where the last one ended.
    pub fn restored(mut self, storage: Option<&dyn eframe::Storage>) -> Self {
        let kept: Option<Kept> = storage.and_then(|storage| eframe::get_value(storage, KEPT));
        self.state = UiState::from_kept(kept.unwrap_or_default());
        self
    }

    /// What it remembers, for tests.
    #[cfg(test)]
    pub fn state(&self) -> &UiState {
        &self.state
    }

    /// One frame.
    pub fn show(&mut self, ui: &mut Ui) {
        let snapshot = self.handle.snapshot();
        let clock = self.handle.clock();
        let (zone, problem) = (self.zone.clone(), self.problem.clone());
        let moment = Moment {
            snapshot: &snapshot,
            now: clock.now().max(snapshot.at),
            speed: clock.speed(),
            worker: if self.handle.is_alive() { Worker::There } else { Worker::Gone },
            zone: &zone,
            problem: problem.as_deref(),
        };
        let listing = Listing::new(&snapshot, &self.state.filter, moment.now);
        self.keys(ui, &moment, &listing);
        self.panels(ui, &moment, &listing);
        self.bands.end_frame();
        repaint_with_the_clock(ui, &moment);
    }

    fn panels(&mut self, ui: &mut Ui, moment: &Moment<'_>, listing: &Listing) {
        let p = Palette::of(ui);
        let bar = |id: &'static str, high: f32, fill| {
            Panel::top(id).exact_size(high).resizable(false).show_separator_line(false).frame(Frame::NONE.fill(fill))
        };
        let mut wanted = Vec::new();
        bar("top bar", top_bar::HEIGHT, p.bg0).show(ui, |ui| {
            if top_bar::show(ui, moment) {
                wanted.push(Cmd::Theme);
            }
        });
        bar("strip", strip::HEIGHT, p.bg2).show(ui, |ui| {
            if strip::show(ui, moment, listing) {
                wanted.push(Cmd::SelUnhandled);
            }
        });
        let due = banners::due(moment, listing);
        if !due.is_empty() {
            let panel = Panel::top("banners").resizable(false).show_separator_line(false).frame(Frame::NONE);
            panel.show(ui, |ui| banners::show(ui, &due));
        }
        Panel::bottom("status bar")
            .exact_size(status_bar::HEIGHT)
            .resizable(false)
            .show_separator_line(false)
            .frame(Frame::NONE.fill(p.bg0))
            .show(ui, |ui| status_bar::show(ui, &moment.snapshot.log));
        bar("filter bar", filter_bar::HEIGHT, p.bg1).show(ui, |ui| {
            filter_bar::show(ui, listing, &mut self.state.filter);
        });
        CentralPanel::no_frame().frame(Frame::NONE.fill(p.bg1)).show(ui, |ui| self.table(ui, moment, listing));
        for cmd in wanted {
            self.carry_out(ui, cmd, moment, listing);
        }
    }

    fn table(&mut self, ui: &mut Ui, moment: &Moment<'_>, listing: &Listing) {
        if moment.snapshot.channels.is_empty() {
            return empty::no_channels(ui);
        }
        if self.state.filter.is_set() && listing.shown() == 0 {
            return empty::nothing_matches(ui, &mut self.state.filter);
        }
        match table::show(ui, moment, listing, &mut self.state, &mut self.bands) {
            Some(Act::Select(channel)) => self.state.selected = Some(channel),
            Some(Act::Do(channel, cmd)) => {
                self.state.selected = Some(channel);
                self.carry_out(ui, cmd, moment, listing);
            }
            None => {}
        }
    }

    fn keys(&mut self, ui: &Ui, moment: &Moment<'_>, listing: &Listing) {
        let selected = self.state.selected.and_then(|id| moment.snapshot.channel(id)).cloned();
        let facts = Facts {
            selected: selected.as_deref(),
            rows: listing.shown(),
            unhandled: listing.unhandled().count(),
            filtered: self.state.filter.is_set(),
            pane_open: self.state.pane == Pane::Open,
        };
        for cmd in commands::pressed(ui.ctx(), &facts) {
            self.carry_out(ui, cmd, moment, listing);
        }
    }

    fn carry_out(&mut self, ui: &Ui, cmd: Cmd, moment: &Moment<'_>, listing: &Listing) {
        let from = self.state.selected;
        let _ = moment;
        let to = match cmd {
            Cmd::FilterFocus => return UiState::focus_filter(ui),
            Cmd::FilterClear => return self.state.filter.clear(),
            Cmd::SelNext => listing.next(from),
            Cmd::SelPrev => listing.previous(from),
            Cmd::SelUnhandled => listing.next_unhandled(from),
            Cmd::Theme => {
                let now = ui.ctx().options(|options| options.theme_preference);
                return ui.ctx().set_theme(top_bar::next_theme(now));
            }
            Cmd::Quit => return ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close),
            Cmd::PaneOpen
            | Cmd::PaneClose
            | Cmd::Check
            | Cmd::Start
            | Cmd::Restart
            | Cmd::RestartCancel
            | Cmd::Stop
            | Cmd::StopOld
            | Cmd::CopySid
            | Cmd::CopyResource
            | Cmd::CopyM3u8
            | Cmd::CopyRaw
            | Cmd::Export => return,
        };
        if let Some(channel) = to {
            self.state.select(channel);
        }
    }
}

/// The next frame comes with the next full second of the clock that is shown; a fast clock shows four frames a second.
fn repaint_with_the_clock(ui: &Ui, moment: &Moment<'_>) {
    let wait = if moment.speed == Speed::REAL {
        Duration::from_millis(1000 - moment.now.as_millis().rem_euclid(1000).unsigned_abs())
    } else {
        Duration::from_millis(250)
    };
    ui.ctx().request_repaint_after(wait);
}

impl eframe::App for App {
    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        self.show(ui);
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, KEPT, &self.state.to_keep());
    }
}
