//! The page Timeline: all channels under each other on one time axis, so that what happened to many at once is seen as such. It
//! shows what was read and what the snapshot knows, and makes up nothing between.
//!
//! ```text
//! ┌ filter, range, live, freeze, zone, what is hidden, order, zoom ───────────┐
//! │ what cannot be read; since when the picture is held                        │
//! │ recordings seen running over time, losses red                              │
//! ├ Channel ──── 09:00 ──── 09:30 ──── 10:00 ───────── Gaps   Lost   Not seen ┤
//! │ ● court-03 M  ════════════////▨▨▨▨▨│════════════     1  3:45–5:54   14:55 │
//! ├ legend ──────────────────────────────────── gaps under 120 s cannot be seen ┤
//! ```
//!
//! | file | subject |
//! |---|---|
//! | `view` | which stretch of time, and what to read for it |
//! | `source` | what is known of each channel: spans, gaps, flags |
//! | `survey` | all channels added up, a few times a second |
//! | `order` | which rows, in which order |
//! | `columns` | spans as pixel columns |
//! | `lane` | one row's lane, kept until something changes |
//! | `rows` | the rows in sight, and the pointer on them |
//! | `axis`, `overview`, `legend`, `bar` | what stands around the rows |
//! | `card`, `sentence`, `face` | gaps and stretches in words, for the eye and for the ear |
//! | `deeds` | what the keys of the page do |

mod axis;
mod bar;
mod card;
mod columns;
mod deeds;
mod face;
mod lane;
mod legend;
mod order;
mod overview;
mod rows;
mod sentence;
mod source;
mod survey;
#[cfg(test)]
mod tests;
mod view;

use std::sync::Arc;
use std::time::Duration;

use egui::{CentralPanel, Frame, Panel, Pos2, Rect, Ui};

use self::card::Subject;
use self::columns::Scale;
use self::face::ZoneChoice;
use self::lane::LaneCache;
use self::order::{Rows, Sort};
use self::source::{Hole, Source};
use self::survey::Survey;
use self::view::View;
use super::commands::{Cmd, Facts, TimeFacts};
use super::detail::lanes::Window;
use super::fleet::empty;
use super::fleet::listing::Listing;
use super::format;
use super::pages::Desk;
use super::theme::Palette;
use super::widgets::note;
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::{ChannelView, FleetHistory, Snapshot};
use crate::monitor::time::Timestamp;
use crate::worker::handle::{Handle, Request, TimeRange};

/// Where the lanes begin, from the left edge of the page.
const LANES_FROM: f32 = 204.0;
/// Room for the columns to the right of the lanes, the scroll bar included.
const LANES_END: f32 = 258.0;
/// The sums are made anew at most so often, in seconds of the window's own time.
const SURVEY_EVERY: f64 = 0.25;

/// What the operator chose on the page.
#[derive(Debug, Default)]
struct Settings {
    view: View,
    zone: ZoneChoice,
    rows: Rows,
    sort: Sort,
    hide_under: Duration,
}

/// A picture that is held.
#[derive(Debug)]
struct Frozen {
    at: Timestamp,
    snapshot: Arc<Snapshot>,
    history: Option<Arc<FleetHistory>>,
}

/// A card that stays until it is closed.
#[derive(Debug)]
struct Pinned {
    channel: ChannelId,
    subject: Subject,
    /// Where its corner goes; without one it is put where there is room.
    at: Option<Pos2>,
}

/// What was read, counted so that what was drawn from it is known as old when it changes.
#[derive(Debug, Default)]
struct Read {
    history: Option<Arc<FleetHistory>>,
    number: u64,
}

impl Read {
    fn take(&mut self, history: Option<Arc<FleetHistory>>) {
        if self.history.as_ref().map(Arc::as_ptr) != history.as_ref().map(Arc::as_ptr) {
            self.history = history;
            self.number += 1;
        }
    }
}

/// The last survey, and what it was made of.
#[derive(Debug)]
struct Surveyed {
    survey: Arc<Survey>,
    of: Surveyable,
    made: f64,
}

/// What a survey depends on.
#[derive(Debug, PartialEq)]
struct Surveyable {
    revision: u64,
    read: u64,
    scale: Scale,
    /// The channels that are shown, by their number: a change of their order changes no sum.
    channels: Vec<ChannelId>,
}

/// What the page remembers.
#[derive(Debug, Default)]
pub struct TimelinePage {
    settings: Settings,
    frozen: Option<Frozen>,
    card: Option<Pinned>,
    /// The gap the keys reached last.
    gap: Option<(ChannelId, Hole)>,
    asked: Option<TimeRange>,
    read: Read,
    surveyed: Option<Surveyed>,
    lanes: LaneCache,
    /// The rows of the last frame, top to bottom.
    order: Vec<ChannelId>,
    /// How many columns the lanes had in the last frame.
    columns: f32,
}

/// Everything one frame of the page shows.
struct Picture<'a> {
    snapshot: &'a Snapshot,
    now: Timestamp,
    rows: Vec<Arc<ChannelView>>,
    source: Source<'a>,
    survey: Arc<Survey>,
    scale: Scale,
    read: u64,
}

impl TimelinePage {
    /// Shows the page; gives the commands that were clicked.
    pub fn show(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Vec<Cmd> {
        if let Some(wanted) = desk.state.show_at.take() {
            self.show_at(wanted, desk);
        }
        let p = Palette::of(ui);
        let selected = desk.selected();
        let facts = Facts { time: self.facts(), ..desk.facts(selected.as_ref()) };
        let mut wanted = Vec::new();
        let bar = |panel: Panel, high: f32| {
            panel.exact_size(high).resizable(false).show_separator_line(false).frame(Frame::NONE.fill(p.bg1))
        };
        bar(Panel::top("timeline bar"), bar::HEIGHT)
            .show(ui, |ui| wanted.extend(bar::show(ui, desk, &mut self.settings, &facts)));
        for (name, words) in self.notes(desk) {
            note::show(ui, name, &words);
        }
        bar(Panel::bottom("timeline legend"), legend::HEIGHT)
            .show(ui, |ui| legend::show(ui, &desk.moment.snapshot.projects));
        let panel = CentralPanel::no_frame().frame(Frame::NONE.fill(p.bg1));
        wanted.extend(panel.show(ui, |ui| self.middle(ui, desk)).inner);
        self.lanes.end_frame();
        wanted
    }

    /// Tells the worker that nobody looks any more.
    pub fn rest(&mut self, handle: &Handle) {
        if self.asked.is_some() && handle.request(Request::LookAtFleet(None)).is_ok() {
            self.asked = None;
        }
    }

    /// What commands depend on.
    pub fn facts(&self) -> TimeFacts {
        let survey = self.surveyed.as_ref().map(|it| &it.survey);
        TimeFacts {
            gaps: survey.map_or(0, |survey| survey.holes.len()),
            with_gaps: survey.map_or(0, |survey| survey.with_gaps()),
            live: self.settings.view.is_live() && self.frozen.is_none(),
            frozen: self.frozen.is_some(),
            card: self.card.is_some(),
        }
    }

    /// The rows of the last frame, top to bottom.
    pub fn order(&self) -> &[ChannelId] {
        &self.order
    }

    fn middle(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Option<Cmd> {
        desk.acts.toasts.keep_room(ui);
        if desk.moment.snapshot.channels.is_empty() {
            return empty::no_channels(ui, desk.moment.problem);
        }
        if desk.state.filter.is_set() && desk.listing.shown() == 0 {
            empty::nothing_matches(ui, &mut desk.state.filter);
            return None;
        }
        self.columns = ((ui.available_width() - LANES_FROM - LANES_END) * ui.pixels_per_point()).max(1.0);
        // What is held stays in reach while the rest of the page is lent out.
        let frozen = self.frozen.take();
        let cmd = self.picture(ui, desk, frozen.as_ref());
        self.frozen = frozen;
        cmd
    }

    fn picture(&mut self, ui: &mut Ui, desk: &mut Desk<'_>, frozen: Option<&Frozen>) -> Option<Cmd> {
        let now = frozen.map_or(desk.moment.now, |it| it.at);
        let snapshot = frozen.map_or(desk.moment.snapshot, |it| it.snapshot.as_ref());
        let held;
        let listing = match frozen {
            Some(_) => {
                held = Listing::new(snapshot, &desk.state.filter, now);
                &held
            }
            None => desk.listing,
        };
        let scale = self.scale(now);
        self.look(scale.window, now, desk.handle);
        // A newer read knows what the held picture did not.
        let newest = desk.handle.fleet_history().filter(|it| frozen.is_none() || it.to <= now);
        self.read.take(newest.or_else(|| frozen.and_then(|it| it.history.clone())));
        let history = self.read.history.clone();
        let source = Source { history: history.as_deref(), now };
        let survey = self.survey(ui, snapshot, listing, &source, scale);
        let rows = order::rows(listing.channels(), &survey, self.settings.sort, self.settings.rows);
        self.order = rows.iter().map(|view| view.id).collect();
        let picture = Picture { snapshot, now, rows, source, survey, scale, read: self.read.number };
        rows::show(self, ui, desk, &picture)
    }

    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a lane has some thousand pixels")]
    fn scale(&self, now: Timestamp) -> Scale {
        Scale { window: self.settings.view.window(now, self.columns), columns: (self.columns as u32).max(1) }
    }

    /// Asks the worker for what is shown, when what was asked for last does not serve.
    fn look(&mut self, window: Window, now: Timestamp, handle: &Handle) {
        let wanted = view::to_read(self.asked, window, now);
        if self.asked != Some(wanted) && handle.request(Request::LookAtFleet(Some(wanted))).is_ok() {
            self.asked = Some(wanted);
        }
    }

    /// The sums of the window: those of a moment ago, unless something changed and that moment is over.
    fn survey(
        &mut self,
        ui: &Ui,
        snapshot: &Snapshot,
        listing: &Listing,
        source: &Source<'_>,
        scale: Scale,
    ) -> Arc<Survey> {
        let mut channels: Vec<ChannelId> = listing.channels().map(|view| view.id).collect();
        channels.sort_unstable();
        let of = Surveyable { revision: snapshot.revision, read: self.read.number, scale, channels };
        let time = ui.input(|input| input.time);
        if let Some(last) = &self.surveyed {
            if last.of == of {
                return Arc::clone(&last.survey);
            }
            if time - last.made < SURVEY_EVERY && last.of.channels == of.channels {
                ui.ctx().request_repaint_after(Duration::from_secs_f64(SURVEY_EVERY));
                return Arc::clone(&last.survey);
            }
        }
        let survey = Arc::new(Survey::new(listing.channels(), source, scale));
        self.surveyed = Some(Surveyed { survey: Arc::clone(&survey), of, made: time });
        survey
    }

    /// What has to be known before the rows are believed.
    fn notes(&self, desk: &Desk<'_>) -> Vec<(&'static str, String)> {
        let frozen = self.frozen.as_ref().map(|it| {
            let (at, zone) = (self.face(desk).clock(it.at), self.settings.zone.spoken());
            let age = format::words(desk.moment.now.since(it.at));
            let what = "This page does not change until it is Live again; checks go on";
            ("timeline frozen", format!("Frozen at {at} {zone}, {age} ago. {what}"))
        });
        let trouble = desk.handle.fleet_trouble().map(|why| {
            let what = "The past cannot be read, what is missing here is unknown";
            ("timeline trouble", format!("{what}: {why}"))
        });
        frozen.into_iter().chain(trouble).collect()
    }
}

/// The room of the lanes within a row or strip of the page.
fn lane_of(row: Rect) -> Rect {
    row.with_min_x(row.left() + LANES_FROM).with_max_x((row.right() - LANES_END).max(row.left() + LANES_FROM + 1.0))
}
