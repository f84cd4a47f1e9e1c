//! The pane beside the table: everything known about the selected channel. It shows what the snapshot and the store say, hands
//! back the command that was clicked and carries nothing out.
//!
//! ```text
//! ┌ shape, name, mode, session ─────── export, close ┐
//! │ the line of the state                            │
//! ├──────────────────────────────────────────────────┤
//! │ what happened, what it means, what to do         │
//! │ buttons                                          │
//! │ chart: six lanes                                 │
//! │ gaps, and how much of the range was recorded     │
//! │ UIDs, sid, resource ID, token, profile           │
//! │ files                                            │
//! │ last raw answer                                  │
//! │ session log                                      │
//! └──────────────────────────────────────────────────┘
//! ```

pub mod answers;
pub mod chart;
mod coverage;
mod facts;
mod failover;
mod files;
mod gaps;
mod head;
pub mod lanes;
mod log;
mod paint;
mod paint_answers;
pub(super) mod parts;
pub mod range;
mod tips;

use egui::{Align, Frame, Layout, Margin, RichText, ScrollArea, Ui};

use self::gaps::Listed;
use self::lanes::Lanes;
use self::range::Range;
use super::commands::{Cmd, Facts};
use super::state::Moment;
use super::theme::{Palette, space, text};
use super::widgets::segments;
use super::words;
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::{ChannelView, History};
use crate::worker::handle::{Handle, Look, Request};

pub use self::failover::show as show_failover;
pub use self::head::glyph_of;

const MARGIN: i8 = 16;

/// What the pane remembers: how far back it looks, and what it last asked the worker for.
#[derive(Debug, Default)]
pub struct DetailState {
    /// The chosen range.
    pub range: Range,
    /// Which gaps are listed.
    listed: Listed,
    asked: Option<Look>,
}

impl DetailState {
    /// Asks the worker for the history of what is shown, when that changed. `None`: no pane is open.
    pub fn look(&mut self, shown: Option<ChannelId>, handle: &Handle) {
        let wanted = shown.map(|channel| Look { channel, stretch: self.range.stretch() });
        // A worker that is too busy now is asked again with the next frame.
        if wanted != self.asked && handle.request(Request::Look(wanted)).is_ok() {
            self.asked = wanted;
        }
    }
}

/// Shows the pane for `view` over the whole of `ui` and gives the command that was clicked.
pub fn show(
    ui: &mut Ui,
    state: &mut DetailState,
    view: &ChannelView,
    history: Option<&History>,
    moment: &Moment<'_>,
    facts: &Facts<'_>,
) -> Option<Cmd> {
    let seen = words::as_seen(view, moment.now);
    let view = seen.as_ref();
    let history = history.filter(|it| it.channel == view.id);
    ui.spacing_mut().item_spacing.y = 0.0;
    let mut clicked = head::title(ui, view, moment.now, facts);
    // Over the margin instead of beside it: the lines keep their width whether there is something to scroll or not.
    ui.spacing_mut().scroll.floating = true;
    ScrollArea::vertical().id_salt(("detail", view.id)).auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin { left: MARGIN, right: MARGIN, top: 10, bottom: 12 }).show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = space::S;
            ui.spacing_mut().interact_size.y = parts::ROW;
            let parts = body(ui, state, view, history, moment, facts);
            clicked = clicked.or(parts);
        });
    });
    clicked
}

fn body(
    ui: &mut Ui,
    state: &mut DetailState,
    view: &ChannelView,
    history: Option<&History>,
    moment: &Moment<'_>,
    facts: &Facts<'_>,
) -> Option<Cmd> {
    let margin = f32::from(MARGIN);
    head::start_strip(ui, view, moment.now);
    let explained = head::explain(ui, view, moment, facts);
    parts::rule(ui, margin);
    range_bar(ui, &mut state.range);
    let window = state.range.window(view, history, moment.now);
    let lanes = Lanes::new(view, history, window);
    chart::show(ui, &lanes, &state.range.title().to_lowercase());
    let poll_every = moment.snapshot.project_of(view).poll_every;
    gaps::show(ui, view, history, &lanes, &mut state.listed, poll_every);
    ui.add_space(space::S);
    coverage::show(ui, &lanes, poll_every);
    parts::rule(ui, margin);
    let facts_clicked = facts::show(ui, view, moment, facts);
    if view.recording.is_some() {
        parts::rule(ui, margin);
    }
    let files_clicked = files::show(ui, view, facts);
    parts::rule(ui, margin);
    let answer_clicked = facts::last_answer(ui, view, moment.now, facts);
    ui.add_space(space::M);
    log::show(ui, history);
    explained.or(facts_clicked).or(files_clicked).or(answer_clicked)
}

fn range_bar(ui: &mut Ui, range: &mut Range) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.label(RichText::new(range.title()).font(text::semibold(12.0)).color(palette.text2));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let chosen = Range::ALL.iter().position(|it| it == range).unwrap_or_default();
            if let Some(index) = segments::show(ui, "range", &Range::ALL.map(Range::text), chosen) {
                *range = Range::ALL[index];
            }
        });
    });
}
