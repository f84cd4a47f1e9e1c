//! The window as a whole: one picture per frame, handed to the parts of the screen and to the page that is shown, and what was
//! asked for, carried out. It repaints when a new picture comes and when a second passes, never otherwise.

use std::time::Duration;

use egui::{Frame, Panel, Ui};
use jiff::tz::TimeZone;

use super::acts::Acts;
use super::commands::{self, Cmd, Facts, Tend};
use super::fleet::hold::{Hold, Pointer};
use super::fleet::listing::{Listing, after, before};
use super::fleet::{banners, status_bar, strip, top_bar};
use super::incidents::{self, sieve::Step};
use super::pages::{self, Desk, Pages};
use super::state::{Kept, Moment, Page, Pane, UiState, Worker, World};
use super::theme::Palette;
use crate::worker::clock::Speed;
use crate::worker::handle::Handle;

/// The key under which [`Kept`] is kept.
const KEPT: &str = "window";

/// The window.
pub struct App {
    handle: Handle,
    state: UiState,
    acts: Acts,
    pages: Pages,
    hold: Hold,
    zone: TimeZone,
    problem: Option<String>,
    world: World,
}

impl App {
    /// A window on what `handle` shows. `zone` is the operator's; `problem` is what the operator has to know
    /// before anything else.
    pub fn new(handle: Handle, zone: TimeZone, problem: Option<String>) -> Self {
        let (state, acts, pages, hold) = (UiState::default(), Acts::default(), Pages::default(), Hold::default());
        Self { handle, state, acts, pages, hold, zone, problem, world: World::default() }
    }

    /// The same on the recordings of `world`.
    pub fn in_world(mut self, world: World) -> Self {
        self.world = world;
        self
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

    /// What stands over and beside the table, for tests.
    #[cfg(test)]
    pub fn acts(&self) -> &Acts {
        &self.acts
    }

    /// One frame.
    pub fn show(&mut self, ui: &mut Ui) {
        let (snapshot, clock) = (self.handle.snapshot(), self.handle.clock());
        let (zone, problem) = (self.zone.clone(), self.problem.clone());
        let past = self.handle.past_incidents();
        let moment = Moment {
            snapshot: &snapshot,
            past: past.as_deref(),
            now: clock.now().max(snapshot.at),
            speed: clock.speed(),
            world: if clock.speed() == Speed::REAL { self.world } else { World::Simulated },
            worker: if self.handle.is_alive() { Worker::There } else { Worker::Gone },
            zone: &zone,
            problem: problem.as_deref(),
        };
        let listing = self.listing(ui, &moment);
        if !self.acts.dialogs.is_open() {
            self.keys(ui, &moment, &listing);
        }
        self.acts.toasts.watch(&snapshot, &self.handle);
        self.panels(ui, &moment, &listing);
        self.acts.show_over(ui.ctx(), &moment, &self.handle);
        self.state.typed = ui.ctx().text_edit_focused();
        repaint_with_the_clock(ui, &moment);
    }

    /// The rows in the order of the picture, or for a moment where they were, so that none moves under the pointer.
    fn listing(&mut self, ui: &Ui, moment: &Moment<'_>) -> Listing {
        let listing = Listing::new(moment.snapshot, &self.state.filter, moment.now);
        let (at, now) = ui.input(|input| (input.pointer.latest_pos(), input.time));
        let over = at.is_some_and(|at| self.state.rows_at.contains(at)) && !self.acts.dialogs.is_open();
        self.hold.arrange(listing, if over { Pointer::OverRows } else { Pointer::Elsewhere }, now)
    }

    fn keys(&mut self, ui: &Ui, moment: &Moment<'_>, listing: &Listing) {
        let selected = pages::selected(&self.state, moment);
        let incident = pages::incident(&self.state, moment, selected.as_ref());
        let (rows, time) = (pages::rows(&self.state, moment, listing), self.pages.time());
        let facts =
            Facts { incident, rows, time, ..pages::facts(&self.state, &self.handle, listing, selected.as_ref()) };
        let pressed = commands::pressed(ui.ctx(), &facts);
        if !pressed.is_empty() {
            // What it changes is listed with the next frame.
            ui.ctx().request_repaint();
        }
        for cmd in pressed {
            self.carry_out(ui, cmd, moment, listing);
        }
    }

    fn panels(&mut self, ui: &mut Ui, moment: &Moment<'_>, listing: &Listing) {
        let p = Palette::of(ui);
        let bar = |panel: Panel, high: f32, fill| {
            panel.exact_size(high).resizable(false).show_separator_line(false).frame(Frame::NONE.fill(fill))
        };
        let mut wanted = Vec::new();
        bar(Panel::top("top bar"), top_bar::HEIGHT, p.bg0).show(ui, |ui| {
            let facts = pages::facts(&self.state, &self.handle, listing, None);
            wanted.extend(top_bar::show(ui, moment, &facts));
        });
        bar(Panel::top("strip"), strip::HEIGHT, p.bg2).show(ui, |ui| {
            if strip::show(ui, moment, listing, self.state.selected) {
                wanted.push(Cmd::SelUnhandled);
            }
        });
        let due = banners::due(moment, listing);
        if !due.is_empty() {
            let panel = Panel::top("banners").resizable(false).show_separator_line(false).frame(Frame::NONE);
            if let Some(view) = panel.show(ui, |ui| banners::show(ui, &due)).inner {
                self.acts.tend(Tend::Acknowledge, view, &self.handle);
            }
        }
        bar(Panel::bottom("status bar"), status_bar::HEIGHT, p.bg0)
            .show(ui, |ui| wanted.extend(status_bar::show(ui, &moment.snapshot.log, self.state.page)));
        self.look(moment);
        let (state, acts, handle) = (&mut self.state, &mut self.acts, &self.handle);
        wanted.extend(self.pages.show(ui, &mut Desk { moment, listing, handle, state, acts }));
        for cmd in wanted {
            self.carry_out(ui, cmd, moment, listing);
        }
    }

    /// Asks the worker for the past of the channel whose details or dialog is open.
    fn look(&mut self, moment: &Moment<'_>) {
        let shown = pages::selected(&self.state, moment).filter(|_| self.state.shows_pane());
        let looked_at = self.acts.dialogs.looks_at().or(shown.map(|view| view.id));
        self.acts.detail.look(looked_at, &self.handle);
    }

    /// Carries out what concerns the window here, and everything about the selected channel in [`Acts`].
    fn carry_out(&mut self, ui: &Ui, cmd: Cmd, moment: &Moment<'_>, listing: &Listing) {
        let from = self.state.selected;
        match cmd {
            Cmd::View(page) => self.state.page = page,
            Cmd::FilterFocus => UiState::focus_filter(ui),
            Cmd::FilterClear => self.state.filter.clear(),
            Cmd::SelNext if self.state.page == Page::Incidents => self.state.incidents.step(moment, Step::Next),
            Cmd::SelPrev if self.state.page == Page::Incidents => self.state.incidents.step(moment, Step::Previous),
            Cmd::SelNext => self.state.select(after(&self.pages.rows(self.state.page, listing), from)),
            Cmd::SelPrev => self.state.select(before(&self.pages.rows(self.state.page, listing), from)),
            Cmd::SelUnhandled => {
                self.state.page = self.state.page.of_channels();
                self.state.select(listing.next_unhandled(from));
            }
            Cmd::About(Tend::Note) if self.state.page == Page::Incidents => incidents::focus_note(ui),
            Cmd::About(tend) => {
                let selected = pages::selected(&self.state, moment);
                if let Some(view) = pages::incident(&self.state, moment, selected.as_ref()) {
                    self.acts.tend(tend, view, &self.handle);
                }
            }
            Cmd::PaneOpen => self.state.open_pane(),
            Cmd::PaneClose => self.state.pane = Pane::Closed,
            Cmd::Import => self.acts.dialogs.ask_import(),
            Cmd::Profiles => self.acts.dialogs.edit_profiles(&self.handle),
            Cmd::Storage => self.acts.dialogs.show_storage(),
            Cmd::Theme => {
                let now = ui.ctx().options(|options| options.theme_preference);
                ui.ctx().set_theme(top_bar::next_theme(now));
            }
            Cmd::Quit => ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close),
            Cmd::Time(cmd) => {
                let (state, acts, handle) = (&mut self.state, &mut self.acts, &self.handle);
                self.pages.run(cmd, &mut Desk { moment, listing, handle, state, acts });
            }
            Cmd::Of(deed) => {
                if let Some(view) = pages::selected(&self.state, moment) {
                    self.acts.run(deed, &view, moment, &self.handle, ui.ctx());
                }
            }
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
