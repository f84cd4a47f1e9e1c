//! The window as a whole: one picture per frame, handed to the parts of the screen, and what was asked for, carried out. It
//! repaints when a new picture comes and when a second passes, never otherwise.

use std::time::Duration;

use egui::{CentralPanel, Frame, Panel, Ui};
use jiff::tz::TimeZone;

use super::acts::Acts;
use super::commands::{self, Cmd, Facts};
use super::fleet::hold::{Hold, Pointer};
use super::fleet::listing::Listing;
use super::fleet::table::Act;
use super::fleet::{banners, empty, filter_bar, status_bar, strip, table, top_bar};
use super::state::{Kept, Moment, Pane, UiState, Worker, World};
use super::theme::Palette;
use super::widgets::band::BandCache;
use super::words;
use crate::monitor::snapshot::ChannelView;
use crate::worker::clock::Speed;
use crate::worker::handle::Handle;

/// The key under which [`Kept`] is kept.
const KEPT: &str = "window";
/// From this width of the window on the pane has its usual width.
const ROOMY_FROM: f32 = 1280.0;
/// From this width on it begins at its greatest.
const WIDE_FROM: f32 = 1680.0;

/// The window.
pub struct App {
    handle: Handle,
    state: UiState,
    acts: Acts,
    bands: BandCache,
    hold: Hold,
    zone: TimeZone,
    problem: Option<String>,
    world: World,
}

impl App {
    /// A window on what `handle` shows. `zone` is the operator's; `problem` is what the operator has to know
    /// before anything else.
    pub fn new(handle: Handle, zone: TimeZone, problem: Option<String>) -> Self {
        let (state, acts, bands, hold) = (UiState::default(), Acts::default(), BandCache::default(), Hold::default());
        Self { handle, state, acts, bands, hold, zone, problem, world: World::default() }
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
        let moment = Moment {
            snapshot: &snapshot,
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
        self.bands.end_frame();
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
        let selected = self.selected(moment);
        let pressed = commands::pressed(ui.ctx(), &self.facts(selected.as_ref(), listing));
        if !pressed.is_empty() {
            // What it changes is listed with the next frame.
            ui.ctx().request_repaint();
        }
        for cmd in pressed {
            self.carry_out(ui, cmd, moment, listing);
        }
    }

    /// The selected channel as it is seen now.
    fn selected(&self, moment: &Moment<'_>) -> Option<ChannelView> {
        let view = moment.snapshot.channel(self.state.selected?)?;
        Some(words::as_seen(view, moment.now).into_owned())
    }

    fn facts<'a>(&self, selected: Option<&'a ChannelView>, listing: &Listing) -> Facts<'a> {
        Facts {
            selected,
            rows: listing.shown(),
            unhandled: listing.unhandled().count(),
            filtered: self.state.filter.is_set(),
            pane_open: self.state.pane == Pane::Open && selected.is_some(),
            book: self.handle.shelf().is_some(),
            typed: self.state.typed,
        }
    }

    fn panels(&mut self, ui: &mut Ui, moment: &Moment<'_>, listing: &Listing) {
        let p = Palette::of(ui);
        let bar = |panel: Panel, high: f32, fill| {
            panel.exact_size(high).resizable(false).show_separator_line(false).frame(Frame::NONE.fill(fill))
        };
        let mut wanted = Vec::new();
        bar(Panel::top("top bar"), top_bar::HEIGHT, p.bg0).show(ui, |ui| {
            let facts = Facts { book: self.handle.shelf().is_some(), ..Facts::default() };
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
            panel.show(ui, |ui| banners::show(ui, &due));
        }
        bar(Panel::bottom("status bar"), status_bar::HEIGHT, p.bg0)
            .show(ui, |ui| status_bar::show(ui, &moment.snapshot.log));
        bar(Panel::top("filter bar"), filter_bar::HEIGHT, p.bg1).show(ui, |ui| {
            filter_bar::show(ui, listing, &moment.snapshot.projects, &mut self.state.filter);
        });
        wanted.extend(self.pane(ui, moment, listing));
        let act = CentralPanel::no_frame().frame(Frame::NONE.fill(p.bg1)).show(ui, |ui| {
            self.acts.toasts.keep_room(ui);
            self.table(ui, moment, listing)
        });
        match act.inner {
            Some(Act::Select(channel)) => self.state.selected = Some(channel),
            Some(Act::Do(channel, cmd)) => {
                self.state.selected = Some(channel);
                wanted.push(cmd);
            }
            Some(Act::OfWindow(cmd)) => wanted.push(cmd),
            None => {}
        }
        for cmd in wanted {
            self.carry_out(ui, cmd, moment, listing);
        }
    }

    /// The details beside the table, when they are open and a channel is selected; gives the command that was clicked there.
    fn pane(&mut self, ui: &mut Ui, moment: &Moment<'_>, listing: &Listing) -> Option<Cmd> {
        let selected = self.selected(moment).filter(|_| self.state.pane == Pane::Open);
        let looked_at = self.acts.dialogs.looks_at().or(selected.as_ref().map(|view| view.id));
        self.acts.detail.look(looked_at, &self.handle);
        let view = selected?;
        let facts = self.facts(Some(&view), listing);
        let width = ui.max_rect().width();
        let panel = Panel::right("detail").frame(Frame::NONE.fill(Palette::of(ui).bg1));
        let panel = if width < ROOMY_FROM {
            panel.exact_size(384.0).resizable(false)
        } else {
            let usual = if width < WIDE_FROM { 468.0 } else { 560.0 };
            panel.default_size(usual).size_range(400.0..=560.0).resizable(true)
        };
        panel.show(ui, |ui| self.acts.show_pane(ui, &view, moment, &self.handle, &facts)).inner
    }

    fn table(&mut self, ui: &mut Ui, moment: &Moment<'_>, listing: &Listing) -> Option<Act> {
        if moment.snapshot.channels.is_empty() {
            return empty::no_channels(ui, moment.problem).map(Act::OfWindow);
        }
        if self.state.filter.is_set() && listing.shown() == 0 {
            empty::nothing_matches(ui, &mut self.state.filter);
            return None;
        }
        table::show(ui, moment, listing, &mut self.state, &mut self.bands)
    }

    /// Carries out what concerns the window here, and everything about the selected channel in [`Acts`].
    fn carry_out(&mut self, ui: &Ui, cmd: Cmd, moment: &Moment<'_>, listing: &Listing) {
        let from = self.state.selected;
        match cmd {
            Cmd::FilterFocus => UiState::focus_filter(ui),
            Cmd::FilterClear => self.state.filter.clear(),
            Cmd::SelNext => self.state.select(listing.next(from)),
            Cmd::SelPrev => self.state.select(listing.previous(from)),
            Cmd::SelUnhandled => self.state.select(listing.next_unhandled(from)),
            Cmd::PaneOpen => self.state.pane = Pane::Open,
            Cmd::PaneClose => self.state.pane = Pane::Closed,
            Cmd::Import => self.acts.dialogs.ask_import(),
            Cmd::Profiles => self.acts.dialogs.edit_profiles(&self.handle),
            Cmd::Theme => {
                let now = ui.ctx().options(|options| options.theme_preference);
                ui.ctx().set_theme(top_bar::next_theme(now));
            }
            Cmd::Quit => ui.ctx().send_viewport_cmd(egui::ViewportCommand::Close),
            Cmd::Of(deed) => {
                if let Some(view) = self.selected(moment) {
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
