//! The channel table: a head, and the lines of the listing of which only those in sight are laid out.

use std::sync::Arc;

use egui::{Rect, ScrollArea, Stroke, Ui, pos2, vec2};
use jiff::tz::TimeZone;

use super::columns::{Columns, NextCheck};
use super::hover;
use super::listing::{Line, Listing};
use super::row::{self, Row, Selected};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::{Section, State};
use crate::monitor::snapshot::ChannelView;
use crate::ui::commands::{Cmd, Facts};
use crate::ui::state::{Moment, UiState};
use crate::ui::theme::{Palette, text};
use crate::ui::widgets::band::{BandCache, STRETCH};
use crate::ui::widgets::section;
use crate::ui::widgets::text::{left, right};
use crate::ui::{format, icons};

const HEAD: f32 = 26.0;
/// Room for the scroll bar, beside the columns.
const SCROLL_BAR: f32 = 8.0;

/// What was done in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// A row was clicked.
    Select(ChannelId),
    /// A command of a row.
    Do(ChannelId, Cmd),
    /// A command of what stands in place of the rows.
    OfWindow(Cmd),
}

/// Shows the table in all the room that is left.
pub fn show(
    ui: &mut Ui,
    moment: &Moment<'_>,
    listing: &Listing,
    state: &mut UiState,
    bands: &mut BandCache,
) -> Option<Act> {
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let columns = Columns::new(ui.max_rect().left(), ui.available_width() - SCROLL_BAR);
    let palette = Palette::of(ui);
    head(ui, moment, &columns, palette);
    let height: f32 = listing.lines.iter().map(height_of).sum();
    let reveal = state.reveal.take();
    let selected = state.selected;
    let mut act = None;
    let out =
        ScrollArea::vertical().id_salt("fleet table").auto_shrink([false, false]).show_viewport(ui, |ui, seen| {
            ui.set_height(height);
            let origin = ui.max_rect().min;
            let mut y = 0.0;
            for line in &listing.lines {
                let (top, high) = (y, height_of(line));
                y += high;
                let rect = Rect::from_min_size(pos2(origin.x, origin.y + top), vec2(ui.max_rect().width(), high));
                if let Line::Channel(view) = line
                    && reveal == Some(view.id)
                {
                    ui.scroll_to_rect(rect, None);
                }
                if y < seen.top() || top > seen.bottom() {
                    continue;
                }
                match line {
                    Line::Head(part, rows) => {
                        section::show(ui, rect, name_of(*part), *rows, &about(*part, listing));
                    }
                    Line::Channel(view) => {
                        let chosen = if selected == Some(view.id) { Selected::Yes } else { Selected::No };
                        let row = Row { view, selected: chosen, moment: *moment, columns: &columns };
                        act = one_row(ui, &row, rect, view, bands).or(act);
                    }
                }
            }
        });
    state.rows_at = out.inner_rect;
    // The grid goes on under the last row, so that an almost empty table looks like a table.
    let below = out.inner_rect.with_min_y(out.inner_rect.top() + height);
    for x in row::grid_lines(columns.band) {
        if below.is_positive() {
            ui.painter().vline(x, below.y_range(), Stroke::new(1.0, palette.line1));
        }
    }
    act
}

fn one_row(ui: &mut Ui, row: &Row<'_>, rect: Rect, view: &Arc<ChannelView>, bands: &mut BandCache) -> Option<Act> {
    let (mut response, quick) = row.show(ui, rect, bands);
    if let Some(text) = response.hover_pos().and_then(|at| hover::text(row, at.x)) {
        response = response.on_hover_text_at_pointer(text);
    }
    let mut act = quick.map(|cmd| Act::Do(view.id, cmd));
    if response.double_clicked() {
        act = Some(Act::Do(view.id, Cmd::PaneOpen));
    } else if response.clicked() {
        act = act.or(Some(Act::Select(view.id)));
    }
    response.context_menu(|ui| {
        let facts = Facts { selected: Some(view), ..Facts::default() };
        for cmd in Cmd::row_menu(view) {
            let refusal = cmd.refusal(&facts);
            let button = ui.add_enabled(refusal.is_none(), egui::Button::new(cmd.text(&facts)).frame(false));
            if button.on_hover_text(cmd.tooltip(&facts)).clicked() {
                act = Some(Act::Do(view.id, cmd));
                ui.close();
            }
        }
    });
    act
}

fn height_of(line: &Line) -> f32 {
    match line {
        Line::Head(..) => section::HEIGHT,
        Line::Channel(..) => row::HEIGHT,
    }
}

fn head(ui: &mut Ui, moment: &Moment<'_>, c: &Columns, p: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), egui::Sense::hover());
    let painter = ui.painter();
    painter.rect_filled(rect, 0.0, p.bg2);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line2));
    let y = rect.center().y;
    let word = |x: f32, word: &str| left(painter, pos2(x, y), word, text::micro(), p.text3);
    let sorted = word(c.state.min + 6.0, "State");
    left(painter, pos2(sorted.right() + 6.0, y), icons::DOWN, text::icon(11.0), p.text3);
    word(c.channel.min, "Channel");
    if let Some(mode) = c.mode {
        word(mode.min, "Mode");
    }
    if let Some(uid) = c.uid {
        word(uid.min, "UID in use");
    }
    right(painter, pos2(c.in_state.max, y), "In state", text::micro(), p.text3);
    word(c.answer.min, "Last answer");
    match c.next_check {
        NextCheck::Shown => word(c.seen.min, "Seen · next check"),
        NextCheck::Hidden => word(c.seen.min, "Seen"),
    };
    let at = |share: u32| format::clock_minutes(moment.now - STRETCH * (2 - share) / 2, &TimeZone::UTC);
    word(c.band.min, &at(0));
    painter.text(pos2(c.band.center(), y), egui::Align2::CENTER_CENTER, at(1), text::micro(), p.text3);
    right(painter, pos2(c.band.max, y), at(2), text::micro(), p.text3);
    if let Some(latency) = c.latency {
        right(painter, pos2(latency.max, y), "Latency", text::micro(), p.text3);
    }
    if let Some(gaps) = c.gaps {
        word(gaps.min, "Gaps, last 24 h");
    }
}

/// The name of a section.
pub const fn name_of(section: Section) -> &'static str {
    match section {
        Section::ActNow => "Act now",
        Section::NotObserved => "Not observed",
        Section::Watch => "Watch",
        Section::Handled => "Handled",
        Section::Quiet => "Quiet",
    }
}

fn about(section: Section, listing: &Listing) -> String {
    if listing.rows_of(section).any(|view| view.section() != section) {
        return "rows keep their places under the pointer".to_owned();
    }
    match section {
        Section::ActNow if listing.attention.unhandled == 0 => String::new(),
        Section::ActNow => "does not get better without you".to_owned(),
        Section::NotObserved => "last known answer and its age are shown, never a current state".to_owned(),
        Section::Watch => "no action needed yet".to_owned(),
        Section::Handled => "acknowledged or muted, still polled".to_owned(),
        Section::Quiet => [State::Recording, State::Idle, State::Stopped]
            .map(|state| {
                (
                    listing.rows_of(section).filter(|view| view.state == state).count(),
                    crate::ui::words::state(state).to_lowercase(),
                )
            })
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect::<Vec<_>>()
            .join(" · "),
    }
}
