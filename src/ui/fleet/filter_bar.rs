//! The bar above the table: a text field and one chip per state. Chips keep their places; only in a narrow window those at zero
//! fold into one.

use egui::{Align2, Popup, Rect, Stroke, StrokeKind, TextEdit, Ui, UiBuilder, pos2, vec2};

use super::filter::{Click, Filter};
use super::listing::Listing;
use crate::monitor::phase::State;
use crate::monitor::snapshot::ProjectView;
use crate::ui::commands::Cmd;
use crate::ui::glyph::Glyph;
use crate::ui::state::UiState;
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};
use crate::ui::widgets::button::{self, Button, Kind, Size};
use crate::ui::widgets::chip::{Chip, Chosen};
use crate::ui::widgets::key_hint;
use crate::ui::{format, icons};

/// Its height, in points.
pub const HEIGHT: f32 = 38.0;
const FIELD: f32 = 140.0;
const GAP: f32 = 5.0;
const MORE: f32 = 84.0;

/// The chips from left to right: trouble first, and never in another order.
const ORDER: [State; 12] = [
    State::Lost,
    State::ConfigError,
    State::AbnormalExit,
    State::Ended,
    State::Suspect,
    State::Uncertain,
    State::NotObserved,
    State::Starting,
    State::Stopping,
    State::Recording,
    State::Stopped,
    State::Idle,
];

/// Shows the bar and changes `filter` as it is used.
pub fn show(ui: &mut Ui, listing: &Listing, projects: &[ProjectView], filter: &mut Filter) {
    let all = ui.max_rect();
    ui.painter().hline(all.x_range(), all.bottom() - 0.5, Stroke::new(1.0, Palette::of(ui).line2));
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = GAP;
        ui.add_space(space::XL);
        field(ui, filter);
        if projects.len() > 1 {
            project(ui, listing, projects, filter);
        }
        chips(ui, listing, filter);
    });
}

/// The text field, the same on every page that lists channels.
pub fn field(ui: &mut Ui, filter: &mut Filter) {
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(FIELD, 28.0), egui::Sense::hover());
    let focused = ui.memory(|memory| memory.has_focus(UiState::filter_field()));
    let line = if focused || !filter.text.is_empty() { palette.text2 } else { palette.line3 };
    let frame = Stroke::new(1.0, line);
    ui.painter().rect(rect, f32::from(CONTROL_RADIUS), palette.field, frame, StrokeKind::Inside);
    let y = rect.center().y;
    ui.painter().text(pos2(rect.left() + 8.0, y), Align2::LEFT_CENTER, icons::SEARCH, text::icon(14.0), palette.text3);
    let inside = Rect::from_min_max(pos2(rect.left() + 28.0, y - 11.0), pos2(rect.right() - 26.0, y + 9.0));
    let edit = TextEdit::singleline(&mut filter.text)
        .id(UiState::filter_field())
        .frame(egui::Frame::NONE)
        .margin(egui::Margin::ZERO)
        .align(Align2::LEFT_CENTER)
        .hint_text(egui::RichText::new("Filter").color(palette.text3))
        .desired_width(inside.width());
    let mut inner = ui.new_child(UiBuilder::new().max_rect(inside));
    let response = inner.add(edit).on_hover_text("Name, UID, sid, state or answer");
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Filter"));
    if filter.text.is_empty() {
        if !focused {
            let key = Cmd::FilterFocus.key_text().unwrap_or_default();
            key_hint::cap(ui.painter(), pos2(rect.right() - 7.0, y), &key, palette);
        }
        return;
    }
    let clear = Rect::from_center_size(pos2(rect.right() - 14.0, y), vec2(22.0, 22.0));
    let id = UiState::filter_field().with("clear");
    if button::icon_at(ui, clear, id, icons::CLOSE, "Clear the text").show("Show all channels again").clicked() {
        filter.text.clear();
    }
}

/// Which project is shown, and a menu of all of them.
fn project(ui: &mut Ui, listing: &Listing, projects: &[ProjectView], filter: &mut Filter) {
    let chosen = filter.project.and_then(|id| projects.get(id.index()));
    let word = chosen.map_or_else(|| "All projects".to_owned(), |project| format::cut_middle(&project.name, 24));
    let label = format!("{word} {}", icons::CARET_DOWN);
    let button = Button::new(&label, Kind::Secondary).size(Size::Bar).tooltip("Show one project only").show(ui);
    Popup::menu(&button).show(|ui| {
        let taken = |is_taken| if is_taken { Chosen::Only } else { Chosen::No };
        let all = Chip { glyph: None, word: "All projects", count: listing.total(), chosen: taken(chosen.is_none()) };
        if all.show(ui).clicked() {
            filter.project = None;
            ui.close();
        }
        for project in projects {
            let count = listing.count_of_project(project.id);
            let chosen = taken(filter.project == Some(project.id));
            if (Chip { glyph: None, word: &project.name, count, chosen }).show(ui).clicked() {
                filter.project = Some(project.id);
                ui.close();
            }
        }
    });
}

fn chips(ui: &mut Ui, listing: &Listing, filter: &mut Filter) {
    let chips = ORDER.map(|state| (state, chip(state, listing, filter)));
    let all = Chip {
        glyph: None,
        word: "All",
        count: listing.total(),
        chosen: if filter.has_states() { Chosen::No } else { Chosen::Only },
    };
    let room = ui.available_width() - space::XL - all.width(ui) - GAP;
    let widths = chips.each_ref().map(|(_, chip)| chip.width(ui) + GAP);
    let shown = visible(&chips, &widths, room);
    if all.show(ui).clicked() {
        filter.clear_states();
    }
    let mut folded = Vec::new();
    for ((state, chip), shown) in chips.iter().zip(shown) {
        if !shown {
            folded.push((*state, *chip));
        } else if chip.show(ui).clicked() {
            filter.click(*state, click(ui));
        }
    }
    if !folded.is_empty() {
        more(ui, &folded, filter);
    }
}

fn chip(state: State, listing: &Listing, filter: &Filter) -> Chip<'static> {
    Chip {
        glyph: Some(Glyph::Of(state)),
        word: short(state),
        count: listing.count(state),
        chosen: filter.chosen(state),
    }
}

/// Which chips have a place: all, or those above zero, or as many of these as there is room for.
fn visible(chips: &[(State, Chip<'_>); 12], widths: &[f32; 12], room: f32) -> [bool; 12] {
    if widths.iter().sum::<f32>() <= room {
        return [true; 12];
    }
    let mut left = room - MORE;
    std::array::from_fn(|i| {
        let wanted = chips[i].1.count > 0 || chips[i].1.chosen != Chosen::No;
        if !wanted || widths[i] > left {
            return false;
        }
        left -= widths[i];
        true
    })
}

fn more(ui: &mut Ui, folded: &[(State, Chip<'_>)], filter: &mut Filter) {
    let label = format!("{} more {}", folded.len(), icons::CARET_DOWN);
    let button = Button::new(&label, Kind::Secondary).size(Size::Bar).show(ui);
    Popup::menu(&button).show(|ui| {
        for (state, chip) in folded {
            if chip.show(ui).clicked() {
                filter.click(*state, click(ui));
                ui.close();
            }
        }
    });
}

fn click(ui: &Ui) -> Click {
    let modifiers = ui.input(|input| input.modifiers);
    if modifiers.alt {
        Click::Exclude
    } else if modifiers.command {
        Click::Add
    } else {
        Click::Choose
    }
}

/// The word of a state where there is little room.
pub const fn short(state: State) -> &'static str {
    match state {
        State::Lost => "Lost",
        State::AbnormalExit => "Abnormal",
        State::Ended => "Ended",
        State::NotObserved => "Not observed",
        State::ConfigError => "Config",
        State::Suspect => "Suspect",
        State::Uncertain => "Uncertain",
        State::Stopping => "Stopping",
        State::Starting => "Starting",
        State::Recording => "Recording",
        State::Stopped => "Stopped",
        State::Idle => "Idle",
    }
}
