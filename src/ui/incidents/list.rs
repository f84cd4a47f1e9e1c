//! The list of incidents and the bar above it.

use std::time::Duration;

use egui::{Id, Rect, Role, ScrollArea, Sense, Stroke, TextEdit, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::sieve::{self, Part};
use crate::monitor::incidents::IncidentKind;
use crate::monitor::phase::State;
use crate::monitor::snapshot::{IncidentEnd, IncidentView};
use crate::monitor::time::Timestamp;
use crate::ui::fleet::row::Selected;
use crate::ui::glyph::{self, Glyph};
use crate::ui::pages::Desk;
use crate::ui::state::{Moment, UiState};
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button;
use crate::ui::widgets::chip::{Chip, Chosen};
use crate::ui::widgets::text::{fitted, left, right};
use crate::ui::{format, words};

/// Height of the bar, in points.
pub const BAR: f32 = 38.0;
const ROW: f32 = 46.0;
const HEAD: f32 = 26.0;
/// Where the columns end or begin, from the right edge: since, lasted, system, operator, taken by.
const COLUMNS: [f32; 5] = [328.0, 232.0, 218.0, 152.0, 88.0];

/// The chips, the search, and what is not at hand.
pub fn bar(ui: &mut Ui, desk: &mut Desk<'_>) {
    let (p, all) = (Palette::of(ui), ui.max_rect());
    ui.painter().hline(all.x_range(), all.bottom() - 0.5, Stroke::new(1.0, p.line2));
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = space::S + 1.0;
        ui.add_space(space::XL);
        let edit = TextEdit::singleline(&mut desk.state.incidents.text).id(UiState::filter_field());
        let response = ui.add(edit.hint_text("Filter").desired_width(150.0));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Filter"));
        for (part, word) in Part::ALL {
            let chosen = if desk.state.incidents.part == part { Chosen::Only } else { Chosen::No };
            let chip = Chip { glyph: None, word, count: sieve::count(part, desk.moment), chosen };
            if chip.show(ui).clicked() {
                desk.state.incidents.part = part;
            }
        }
        if let Some(line) = not_listed(desk) {
            ui.label(egui::RichText::new(line).font(text::small()).color(p.text2));
        }
    });
}

/// What is not among those that are counted.
fn not_listed(desk: &Desk<'_>) -> Option<String> {
    let Some(past) = desk.moment.past else {
        let left_out = desk.moment.snapshot.incidents_left_out;
        let reads = desk.handle.incidents_trouble().is_none();
        let more = (left_out > 0).then(|| format!("{left_out} more ended and stand in the session log alone"));
        return more.or_else(|| reads.then(|| "reading the log".to_owned()));
    };
    let parts = [(past.left_out, "older ones are not listed"), (past.homeless, "of projects that are not watched")];
    let parts: Vec<_> = parts.iter().filter(|(count, _)| *count > 0).collect();
    let words: Vec<_> = parts.iter().map(|(count, what)| format!("{} {what}", format::thousands(*count))).collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

/// The list; a click selects.
pub fn show(ui: &mut Ui, desk: &mut Desk<'_>) {
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    head(ui);
    let shown = desk.state.incidents.shown(desk.moment);
    if shown.is_empty() {
        ui.add_space(space::HUGE);
        let line = if sieve::count(Part::All, desk.moment) == 0 { "No incident so far" } else { "No incident matches" };
        ui.vertical_centered(|ui| ui.label(egui::RichText::new(line).color(Palette::of(ui).text3)));
        return;
    }
    let area = ScrollArea::vertical().id_salt("incidents").auto_shrink(false);
    area.show_rows(ui, ROW, shown.len(), |ui, range| {
        for view in shown.iter().skip(range.start).take(range.len()) {
            let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
            let id = Id::unique(("incident", view.at));
            let response = ui.interact(rect, id, Sense::click());
            let chosen = desk.state.incidents.selected == Some(view.at);
            response.widget_info(|| WidgetInfo::selected(Role::Row, true, chosen, sentence(view, desk.moment.now)));
            let selected = if chosen { Selected::Yes } else { Selected::No };
            row(ui, rect, view, selected, desk.moment);
            button::focus_ring(ui, rect.shrink(3.0), &response, Palette::of(ui));
            if response.clicked() {
                desk.state.incidents.selected = Some(view.at);
            }
        }
    });
}

fn head(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let (p, painter, y) = (Palette::of(ui), ui.painter(), rect.center().y);
    painter.rect_filled(rect, 0.0, p.bg2);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line2));
    left(painter, pos2(rect.left() + 34.0, y), "Incident", text::micro(), p.text3);
    let [since, lasted, system, operator, taken] = COLUMNS.map(|from| rect.right() - from);
    right(painter, pos2(since, y), "Since", text::micro(), p.text3);
    right(painter, pos2(lasted, y), "Lasted", text::micro(), p.text3);
    for (x, word) in [(system, "System"), (operator, "Operator"), (taken, "Taken by")] {
        left(painter, pos2(x, y), word, text::micro(), p.text3);
    }
}

fn row(ui: &Ui, rect: Rect, view: &IncidentView, selected: Selected, moment: &Moment<'_>) {
    let chosen = selected == Selected::Yes;
    let (p, painter, y) = (Palette::of(ui), ui.painter(), rect.center().y);
    let ground = if chosen { p.sel } else { p.bg1 };
    painter.rect_filled(rect, 0.0, ground);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line1));
    if chosen {
        painter.rect_filled(rect.with_max_x(rect.left() + 2.0), 0.0, p.text1);
    }
    let place = Rect::from_center_size(pos2(rect.left() + 18.0, y), Vec2::splat(glyph::SMALL));
    let shape = Glyph::Of(like(view.kind));
    if view.is_open() && !view.is_handled() {
        glyph::paint_glyph(painter, place, shape, p, ground);
    } else {
        glyph::paint_in(painter, place, shape, p.text2, ground);
    }
    let [since, lasted, system, operator, taken] = COLUMNS.map(|from| rect.right() - from);
    let room = since - 64.0 - (rect.left() + 34.0);
    let (font, ink) = if view.is_open() { (text::semibold(13.0), p.text1) } else { (text::base(), p.text2) };
    let title = fitted(painter, &words::incident_title(view), &font, room);
    left(painter, pos2(rect.left() + 34.0, y - 9.0), title, font, ink);
    let about = fitted(painter, &about(view), &text::small(), room);
    left(painter, pos2(rect.left() + 34.0, y + 9.0), about, text::small(), p.text3);
    right(painter, pos2(since, y), words::clock(view.opened_at), text::code(), p.text2);
    right(painter, pos2(lasted, y), length(view, moment), text::code(), ink);
    let strong = |on: bool| if on { p.text1 } else { p.text3 };
    left(painter, pos2(system, y), system_word(view), text::small(), strong(view.is_active()));
    left(painter, pos2(operator, y), operator_word(view), text::small(), strong(view.is_open()));
    left(painter, pos2(taken, y), taken_by(view), text::small(), strong(view.taken_at.is_none() && view.is_open()));
}

/// The state whose shape and colour stand for a kind.
pub const fn like(kind: IncidentKind) -> State {
    match kind {
        IncidentKind::Lost | IncidentKind::Mass => State::Lost,
        IncidentKind::AbnormalExit => State::AbnormalExit,
        IncidentKind::Ended => State::Ended,
        IncidentKind::ConfigError => State::ConfigError,
        IncidentKind::Uncertain => State::Uncertain,
    }
}

/// How far it has come.
pub fn about(view: &IncidentView) -> String {
    let all = format::counted(view.children.len(), "channel", "channels");
    match (view.is_active(), view.children.as_slice()) {
        (true, [_]) => "still bad".to_owned(),
        (true, _) => format!("{} of {all} still bad", view.bad().count()),
        (false, _) => words::incident_over(view).unwrap_or_else(|| "ended by a stop or a new session".to_owned()),
    }
}

/// How long it lasted: where it is one loss with a gap whose bounds are known, both bounds of that.
pub fn length(view: &IncidentView, moment: &Moment<'_>) -> String {
    match bounds(view, moment) {
        Some((shortest, longest)) => format::range_cell(shortest, longest),
        None => format::cell(lasted_for(view, moment.now)),
    }
}

/// The bounds of the gap in which its only channel was lost, as far as the picture has it.
fn bounds(view: &IncidentView, moment: &Moment<'_>) -> Option<(Duration, Duration)> {
    let ([only], IncidentKind::Lost) = (view.children.as_slice(), view.kind) else { return None };
    let channel = moment.snapshot.channel(only.channel)?;
    let began = |last_good| last_good <= only.since;
    let open = channel.open_gap.filter(|(gap, _)| view.is_active() && began(gap.last_good));
    let open = open.map(|(gap, last_bad)| (gap.shortest(last_bad), gap.longest(moment.now)));
    open.or_else(|| {
        let closed = channel.gaps.iter().find(|gap| began(gap.last_good) && only.since <= gap.first_good);
        closed.filter(|_| !view.is_active()).map(|gap| (gap.shortest(), gap.longest()))
    })
}

/// From its begin to its end, or to now.
pub fn lasted_for(view: &IncidentView, now: Timestamp) -> Duration {
    match view.end {
        Some(IncidentEnd::Over(at) | IncidentEnd::Absorbed(at, _)) => at.since(view.opened_at),
        None => now.since(view.opened_at),
    }
}

/// What the system says.
pub const fn system_word(view: &IncidentView) -> &'static str {
    if view.is_active() { "active" } else { "ended" }
}

/// What the operator says.
pub const fn operator_word(view: &IncidentView) -> &'static str {
    if view.is_open() { "open" } else { "closed" }
}

/// Who took it.
pub const fn taken_by(view: &IncidentView) -> &'static str {
    if view.taken_at.is_some() { "operator" } else { "nobody" }
}

fn sentence(view: &IncidentView, now: Timestamp) -> String {
    format!(
        "{}, {}, {}, since {}, lasted {}, taken by {}, {}",
        words::incident_title(view),
        system_word(view),
        operator_word(view),
        words::clock(view.opened_at),
        format::spoken(lasted_for(view, now)),
        taken_by(view),
        about(view)
    )
}
