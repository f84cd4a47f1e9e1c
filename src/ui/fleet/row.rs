//! One row of the channel table: painted cells, one accessible node, quick actions on rows that need them.

use std::time::Duration;

use egui::{Color32, Id, Rangef, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::columns::{Columns, NextCheck};
use super::{filter_bar, sentence};
use crate::monitor::answer::Answer;
use crate::monitor::care::IncidentAt;
use crate::monitor::outlook::Outlook;
use crate::monitor::phase::{Section, State};
use crate::monitor::snapshot::{ChannelView, LastProbe, NetworkView, TokenView};
use crate::ui::commands::{Cmd, Deed, Facts, Tend};
use crate::ui::detail::glyph_of;
use crate::ui::glyph::{self, Glyph};
use crate::ui::state::Moment;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::band::BandCache;
use crate::ui::widgets::text::{fitted, left, right, width};
use crate::ui::widgets::{badge, button, meter};
use crate::ui::{format, icons, words};

/// Its height, in points.
pub const HEIGHT: f32 = 27.0;

/// How long a row that changed its state carries a frame, in seconds of the world.
const CHANGED_FOR_S: u64 = 3;

/// The age up to which the meter has a place beside it.
const METER_UP_TO: Duration = Duration::from_secs(3600);

/// So many quick actions have room.
const ACTIONS: usize = 2;

/// A row to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// Whose, as it is seen now.
    pub view: &'a ChannelView,
    /// Whether it is the selected one.
    pub selected: Selected,
    /// The frame's facts.
    pub moment: Moment<'a>,
    /// Where its cells are.
    pub columns: &'a Columns,
}

/// Whether a row is the selected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selected {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// Where the marks before the state are, from the left of their column: the first one beside the state.
const MARKS_AT: [f32; 2] = [20.0, 7.0];

/// A mark before the state.
#[derive(Clone, Copy)]
enum Mark {
    /// A shape of the legend.
    Shape(Glyph),
    /// An icon in a colour of the theme.
    Icon(&'static str, fn(&Palette) -> Color32),
}

/// Colours of one row.
struct Inks {
    ground: Color32,
    name: Color32,
    value: Color32,
    faint: Color32,
}

impl Row<'_> {
    /// Shows it in `rect`; gives the row's response and the quick action that was clicked.
    pub fn show(&self, ui: &mut Ui, rect: Rect, bands: &mut BandCache) -> (Response, Option<Cmd>) {
        let palette = Palette::of(ui);
        let response = ui.interact(rect, Id::unique(("fleet row", self.view.id.0)), Sense::click());
        let selected = self.selected == Selected::Yes;
        response.widget_info(|| {
            let label = sentence::row(self.view, self.moment.snapshot, self.moment.now);
            WidgetInfo::selected(Role::Row, true, selected, label)
        });
        let inks = self.inks(palette, &response);
        self.paint_ground(ui, rect, &inks, palette);
        self.paint_state(ui, rect, &inks, palette);
        self.paint_values(ui, rect, &inks, palette);
        self.paint_seen(ui, rect, &inks, palette);
        self.paint_band(ui, rect, bands, palette);
        self.paint_frame(ui, rect, palette);
        button::focus_ring(ui, rect.shrink(3.0), &response, palette);
        let act = (self.section() == Section::ActNow || response.contains_pointer() || selected)
            .then(|| self.actions(ui, rect));
        if act.is_none() {
            self.paint_mute(ui, rect, palette);
        }
        let act = act.flatten();
        (response, act)
    }

    fn section(&self) -> Section {
        self.view.section()
    }

    fn inks(&self, p: &Palette, response: &Response) -> Inks {
        let ground = match (self.selected, self.section(), response.contains_pointer()) {
            (_, Section::ActNow, _) => p.ground_of(self.view.state),
            (Selected::Yes, ..) => p.sel,
            (Selected::No, _, true) => p.bg2,
            (Selected::No, _, false) => p.bg1,
        };
        match self.section() {
            Section::ActNow => Inks { ground, name: p.text1, value: p.text1, faint: p.text2 },
            Section::Watch | Section::Handled => Inks { ground, name: p.text1, value: p.text1, faint: p.text3 },
            Section::NotObserved => Inks { ground, name: p.text1, value: p.text2, faint: p.text3 },
            Section::Quiet if self.selected == Selected::Yes => {
                Inks { ground, name: p.text1, value: p.text2, faint: p.text3 }
            }
            Section::Quiet => Inks { ground, name: p.text2, value: p.text3, faint: p.text3 },
        }
    }

    fn paint_ground(&self, ui: &Ui, rect: Rect, inks: &Inks, p: &Palette) {
        let painter = ui.painter();
        painter.rect_filled(rect, 0.0, inks.ground);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line1));
        let selected = self.selected == Selected::Yes;
        if self.section() == Section::ActNow {
            painter.rect_filled(rect.with_max_x(rect.left() + 4.0), 0.0, p.shape_of(self.view.state));
        } else if selected {
            painter.rect_filled(rect.with_max_x(rect.left() + 2.0), 0.0, p.text1);
        }
    }

    /// Around a selected alarm, and for a moment around a row whose state changed.
    fn paint_frame(&self, ui: &Ui, rect: Rect, p: &Palette) {
        let selected = self.selected == Selected::Yes;
        let age = self.moment.now.since(self.view.state_since).as_secs() / u64::from(self.moment.speed.times());
        if (selected && self.section() == Section::ActNow) || age < CHANGED_FOR_S {
            ui.painter().rect_stroke(rect, 0.0, Stroke::new(1.0, p.text2), StrokeKind::Inside);
        }
    }

    fn paint_state(&self, ui: &Ui, rect: Rect, inks: &Inks, p: &Palette) {
        let (painter, y) = (ui.painter(), rect.center().y);
        let small = |x: f32| Rect::from_center_size(pos2(x, y), Vec2::splat(glyph::SMALL));
        for (mark, x) in self.marks().into_iter().flatten().zip(MARKS_AT) {
            let x = self.columns.flags.min + x;
            match mark {
                Mark::Shape(shape) => glyph::paint_glyph(painter, small(x), shape, p, inks.ground),
                Mark::Icon(icon, ink) => {
                    painter.text(pos2(x, y), egui::Align2::CENTER_CENTER, icon, text::icon(14.0), ink(p));
                }
            }
        }
        let column = self.columns.state;
        let (place, shape) = (small(column.min + 13.0), glyph_of(self.view, self.moment.now));
        if self.view.handling.is_handled() {
            glyph::paint_in(painter, place, shape, p.text2, inks.ground);
        } else {
            glyph::paint_glyph(painter, place, shape, p, inks.ground);
        }
        let (word, alarm) = (self.word(), self.section() == Section::ActNow);
        let font = if alarm { text::semibold(13.0) } else { text::base() };
        let ink = if words::is_paused(self.view) { p.suspect } else { p.word_of(self.view.state) };
        left(painter, pos2(column.min + 27.0, y), word, font, ink);
        let font = match self.section() {
            Section::ActNow => text::semibold(13.0),
            Section::NotObserved | Section::Watch | Section::Handled | Section::Quiet => text::base(),
        };
        self.paint_name(painter, y, font, inks);
    }

    /// The channel's name; beside it that of its project where there are several, since names are unique within one only, and how
    /// long it is still silent where the end of the row has no room for that.
    fn paint_name(&self, painter: &egui::Painter, y: f32, font: egui::FontId, inks: &Inks) {
        let column = self.columns.channel;
        let project = words::project_told(self.view, self.moment.snapshot).map(str::to_owned);
        let mute = self.view.handling.mute.filter(|_| self.columns.actions.is_none());
        let beside: Vec<_> =
            project.into_iter().chain(mute.map(|mute| words::mute_left(&mute, self.moment.now))).collect();
        let room = if !beside.is_empty() { column.span() * 0.62 } else { column.span() };
        let name = fitted(painter, &self.view.name, &font, room);
        let end = left(painter, pos2(column.min, y), name, font, inks.name).right() + space::M;
        if !beside.is_empty() {
            let beside = fitted(painter, &beside.join(" · "), &text::small(), column.max - end);
            left(painter, pos2(end, y), beside, text::small(), inks.faint);
        }
    }

    /// What the state does not say, the most urgent first: there is room for two; the tooltip and the pane tell all.
    fn marks(&self) -> [Option<Mark>; 6] {
        let view = self.view;
        let warning = self.moment.snapshot.project_of(view).token_warning;
        let token = words::token_end(view, warning, self.moment.now).and_then(|(token, _)| match token {
            TokenView::EndsSoon => Some(Mark::Icon(icons::RUNS_OUT, |p| p.suspect)),
            TokenView::Ended => Some(Mark::Icon(icons::RUNS_OUT, |p| p.lost)),
            TokenView::Fine => None,
        });
        [
            view.handling.acknowledged_at.map(|_| Mark::Icon(icons::CHECK, |p| p.text2)),
            view.handling.mute.map(|_| Mark::Icon(icons::MUTE, |p| p.text2)),
            words::stop_beside(view).map(|_| Mark::Shape(Glyph::Of(State::Stopping))),
            view.throttled.then_some(Mark::Shape(Glyph::Throttled)),
            token,
            view.flapping.map(|_| Mark::Icon(icons::FLAPS, |p| p.suspect)),
        ]
    }

    fn word(&self) -> &'static str {
        let state = self.view.state;
        if words::is_paused(self.view) {
            return "Paused";
        }
        if self.columns.is_narrow() { filter_bar::short(state) } else { words::state(state) }
    }

    fn paint_values(&self, ui: &Ui, rect: Rect, inks: &Inks, p: &Palette) {
        let (painter, y, c) = (ui.painter(), rect.center().y, self.columns);
        if let Some(mode) = c.mode {
            left(painter, pos2(mode.min, y), words::mode_cell(&self.view.mode), text::small(), p.text3);
        }
        let has_session = self.view.recording.is_some() || self.view.start.is_some();
        if let Some(uid) = c.uid {
            if has_session {
                badge::paint(painter, pos2(uid.min + badge::SIDE / 2.0, y), self.view.role, p);
                left(painter, pos2(uid.min + 21.0, y), self.view.uid, text::code(), inks.value);
            } else {
                left(painter, pos2(uid.min, y), format::NONE, text::code(), p.text3);
            }
        }
        let held = match self.view.state {
            State::Idle => format::NONE.to_owned(),
            State::Recording => self.running(),
            State::Lost
            | State::AbnormalExit
            | State::Ended
            | State::NotObserved
            | State::ConfigError
            | State::Suspect
            | State::Uncertain
            | State::Stopping
            | State::Starting
            | State::Stopped => format::cell(self.moment.now.since(self.view.state_since)),
        };
        right(painter, pos2(c.in_state.max, y), held, text::code(), inks.value);
        // Where no query was answered yet, it may be the answer to the start that explains the state.
        let answer = self.view.last_probe.as_ref().map(|last| &last.probe.answer).or(self.view.because.as_ref());
        let answer = answer.map_or_else(|| format::NONE.to_owned(), Answer::label);
        let room = c.answer.span();
        let font = if width(painter, &answer, &text::code()) <= room { text::code() } else { text::code_dense() };
        let answer = fitted(painter, &answer, &font, room);
        left(painter, pos2(c.answer.min, y), answer, font, inks.value);
        if let Some(latency) = c.latency {
            let taken = |last: &LastProbe| format::latency(Duration::from_millis(last.probe.latency_ms.into()));
            // How long it took to get no answer is no latency of Agora.
            let answered = self.view.last_probe.as_ref().filter(|last| last.probe.answer.http.is_some());
            let value = answered.map(taken);
            right(painter, pos2(latency.max, y), value.as_deref().unwrap_or(format::NONE), text::code(), inks.faint);
        }
        if let Some(gaps) = c.gaps {
            left(painter, pos2(gaps.min, y), self.gaps(), text::code_dense(), inks.faint);
        }
    }

    fn running(&self) -> String {
        format::cell(self.moment.now.since(self.view.state_since))
    }

    /// `2 · 3:30–7:42`: how many and both bounds of all together.
    fn gaps(&self) -> String {
        let now = self.moment.now;
        let open = self.view.open_gap.map(|(gap, last_bad)| (gap.shortest(last_bad), gap.longest(now)));
        let closed = self.view.gaps_since(now - sentence::A_DAY).map(|gap| (gap.shortest(), gap.longest()));
        let all: Vec<_> = closed.chain(open).collect();
        if all.is_empty() {
            return format::NONE.to_owned();
        }
        let count = all.len();
        let (shortest, longest) = sentence::bounds(all.into_iter());
        format!("{count} · {}", format::range_cell(shortest, longest))
    }

    fn paint_seen(&self, ui: &Ui, rect: Rect, inks: &Inks, p: &Palette) {
        let (painter, y, column, now) = (ui.painter(), rect.center().y, self.columns.seen, self.moment.now);
        let Some(seen_at) = words::seen_at(self.view) else {
            left(painter, pos2(column.min, y), format::NONE, text::code(), p.text3);
            return;
        };
        let age = now.since(seen_at);
        if self.columns.next_check == NextCheck::Hidden {
            left(painter, pos2(column.min, y), format::cell(age), text::code_dense(), inks.value);
            return;
        }
        let Some(next) = self.next_words() else {
            left(painter, pos2(column.min, y), "no more checks", text::small(), p.text3);
            return;
        };
        let paused = self.moment.snapshot.network != NetworkView::Up;
        let middle = if paused || age >= METER_UP_TO {
            // The meter says nothing more: its place is needed for the words.
            left(painter, pos2(column.min, y), format::cell(age), text::code_dense(), inks.value).right()
        } else {
            let centre = pos2(column.min + meter::SEEN_WIDTH / 2.0, y);
            let place = Rect::from_center_size(centre, vec2(meter::SEEN_WIDTH, 8.0));
            meter::seen(painter, place, age, self.moment.snapshot.project_of(self.view).poll_every, p);
            let end = column.min + meter::SEEN_WIDTH + 36.0;
            right(painter, pos2(end, y), format::cell(age), text::code_dense(), inks.value).right()
        };
        left(painter, pos2(middle + space::M, y), next, text::code_dense(), p.text3);
    }

    /// Time to the next check, `now`, `paused` without a network, `None` when none will come.
    fn next_words(&self) -> Option<String> {
        // Without a network no check is planned, and yet there will be one.
        if self.view.outlook == Outlook::NoNetwork {
            return Some("paused".to_owned());
        }
        let at = self.view.outlook.request_at()?;
        match self.moment.snapshot.network {
            NetworkView::Down { .. } => Some("paused".to_owned()),
            // It is due, or on its way.
            NetworkView::Up if at.since(self.moment.now) < Duration::from_secs(1) => Some("now".to_owned()),
            NetworkView::Up => Some(format::cell(at.since(self.moment.now))),
        }
    }

    fn paint_band(&self, ui: &Ui, rect: Rect, bands: &mut BandCache, p: &Palette) {
        let lane = Rect::from_x_y_ranges(self.columns.band, rect.y_range());
        for x in grid_lines(self.columns.band) {
            ui.painter().vline(x, rect.y_range(), Stroke::new(1.0, p.line1));
        }
        let theme = if ui.visuals().dark_mode { egui::Theme::Dark } else { egui::Theme::Light };
        bands.paint(ui.painter(), lane, self.view, self.moment.now, theme);
    }

    /// How long it is still silent, where no actions stand.
    fn paint_mute(&self, ui: &Ui, rect: Rect, p: &Palette) {
        if let (Some(mute), Some(column)) = (self.view.handling.mute, self.columns.actions) {
            let words = words::mute_left(&mute, self.moment.now);
            right(ui.painter(), pos2(column.max, rect.center().y), words, text::small(), p.text2);
        }
    }

    /// Acknowledge, restart and check, where they can help: as many as there is room for.
    fn actions(&self, ui: &mut Ui, rect: Rect) -> Option<Cmd> {
        let column = self.columns.actions?;
        let project = self.view.project;
        let own = self.view.handling.incident.map(|number| IncidentAt { project, number });
        let incident = self.moment.snapshot.incidents.iter().find(|view| Some(view.at) == own).map(|view| &**view);
        let facts = Facts { selected: Some(self.view), incident, ..Facts::default() };
        let mut clicked = None;
        let mut x = column.min;
        let all = [Cmd::About(Tend::Acknowledge), Cmd::Of(Deed::Restart), Cmd::Of(Deed::Check)];
        for cmd in all.into_iter().filter(|cmd| cmd.refusal(&facts).is_none()).take(ACTIONS) {
            let Some(icon) = cmd.icon() else { continue };
            let place = Rect::from_center_size(pos2(x + 12.0, rect.center().y), vec2(24.0, 24.0));
            let name = format!("{} {}", cmd.text(&facts), self.view.name);
            let id = Id::unique(("fleet row action", self.view.id.0, cmd.id()));
            if button::icon_at(ui, place, id, icon, &name).show(&cmd.tooltip(&facts)).clicked() {
                clicked = Some(cmd);
            }
            x += 26.0;
        }
        clicked
    }
}

/// The quarters of the hour, the same in all rows, so that rows compare.
pub fn grid_lines(band: Rangef) -> [f32; 5] {
    [0.0, 0.25, 0.5, 0.75, 1.0].map(|share| (band.min + band.span() * share).round() + 0.5)
}
