//! The rows in sight: name, lane and sums of each channel, and what the pointer does on them. Rows out of sight cost nothing.

use std::time::Duration;

use egui::{
    Area, Frame, Id, Margin, Order, Rect, Response, Role, ScrollArea, Sense, Stroke, Theme, Ui, WidgetInfo, pos2, vec2,
};

use super::card::{self, Card};
use super::face::Face;
use super::lane::{self, Place};
use super::{Picture, Pinned, TimelinePage, axis, lane_of, overview, sentence};
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::ui::commands::Cmd;
use crate::ui::detail::glyph_of;
use crate::ui::fleet::row::Selected;
use crate::ui::format;
use crate::ui::glyph;
use crate::ui::pages::Desk;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::text::{fitted, left, right};
use crate::ui::widgets::{badge, button};

/// Height of a row, in points.
pub const ROW: f32 = 24.0;
const HEAD: f32 = 24.0;
/// Where a name begins and ends, from the left edge.
const NAME: [f32; 2] = [33.0, 170.0];
/// Where the badge of the UID in use is.
const BADGE: f32 = 183.0;
/// Where the columns on the right end, from the right edge.
const GAPS: f32 = 216.0;
const LOST: f32 = 84.0;
const UNSEEN: f32 = 20.0;
/// How near to a gap the pointer has to be, in points.
const SLACK: f32 = 4.0;
/// What one notch of the wheel does.
const WHEEL: f64 = 0.004;

/// Shows overview, axis and rows in the room that is left; gives the command that was clicked.
pub fn show(page: &mut TimelinePage, ui: &mut Ui, desk: &mut Desk<'_>, picture: &Picture<'_>) -> Option<Cmd> {
    ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
    let face = page.face(desk);
    let (strip, _) = ui.allocate_exact_size(vec2(ui.available_width(), overview::HEIGHT), Sense::hover());
    overview::show(ui, strip, lane_of(strip), &picture.survey, &picture.scale);
    let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let places = head_line(page, ui, head, picture, face);
    let room = ui.available_rect_before_wrap();
    let lanes = lane_of(room);
    grid(ui, room, &places);
    unread(ui, lanes, picture, desk);
    wheel(page, ui, lanes, picture);
    let cmd = list(page, ui, desk, picture, face);
    now_line(ui, lanes, picture);
    axis::pointer(ui, head, room, lanes, &picture.scale, face.zone);
    pinned(page, ui, desk, picture, face);
    cmd
}

fn head_line(page: &TimelinePage, ui: &Ui, head: Rect, picture: &Picture<'_>, face: Face<'_>) -> Vec<f32> {
    let (p, painter, y) = (Palette::of(ui), ui.painter(), head.center().y);
    painter.rect_filled(head, 0.0, p.bg2);
    painter.hline(head.x_range(), head.bottom() - 0.5, Stroke::new(1.0, p.line2));
    left(painter, pos2(head.left() + space::XL, y), "Channel", text::micro(), p.text3);
    let zone = page.settings.zone.text();
    right(painter, pos2(head.left() + BADGE + badge::SIDE / 2.0, y), zone, text::micro(), p.text3);
    for (x, word) in [(GAPS, "Gaps"), (LOST, "Lost"), (UNSEEN, "Not seen")] {
        right(painter, pos2(head.right() - x, y), word, text::micro(), p.text3);
    }
    axis::paint(ui, head, lane_of(head), &picture.scale, face.zone)
}

fn grid(ui: &Ui, room: Rect, places: &[f32]) {
    let p = Palette::of(ui);
    for x in places {
        ui.painter().vline(x.round() + 0.5, room.y_range(), Stroke::new(1.0, p.line1));
    }
}

/// Where the picture ends, if that is in sight: right of it nothing has happened yet.
fn now_line(ui: &Ui, lanes: Rect, picture: &Picture<'_>) {
    let x = axis::x_of(&picture.scale, lanes, picture.now).round();
    if x <= lanes.right() + 1.0 {
        ui.painter().vline(x, lanes.y_range(), Stroke::new(2.0, Palette::of(ui).text1));
    }
}

/// What was not read yet is no empty past.
fn unread(ui: &Ui, lanes: Rect, picture: &Picture<'_>, desk: &Desk<'_>) {
    let Some(window) = picture.source.unread(picture.scale.window) else { return };
    let (p, painter) = (Palette::of(ui), ui.painter());
    let x = |at| axis::x_of(&picture.scale, lanes, at);
    let room = lanes.with_min_x(x(window.from)).with_max_x(x(window.to).min(lanes.right()));
    painter.rect_filled(room, 0.0, p.bg2);
    let word = if desk.handle.fleet_trouble().is_some() { "not read" } else { "reading…" };
    let response = ui.interact(room, Id::unique("timeline unread"), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, word));
    let at = pos2(room.center().x, room.bottom() - 14.0);
    painter.text(at, egui::Align2::CENTER_CENTER, word, text::base(), p.text2);
}

/// The wheel zooms at the pointer, and sideways it pans.
fn wheel(page: &mut TimelinePage, ui: &Ui, lanes: Rect, picture: &Picture<'_>) {
    let Some(at) = ui.input(|input| input.pointer.hover_pos()).filter(|at| lanes.contains(*at)) else { return };
    if !ui.ui_contains_pointer() {
        return;
    }
    let turned = ui.input_mut(|input| std::mem::take(&mut input.smooth_scroll_delta));
    if turned.y != 0.0 {
        let factor = (-f64::from(turned.y) * WHEEL).exp();
        page.settings.view.zoom(factor, axis::moment_at(&picture.scale, lanes, at.x), picture.now);
    }
    if turned.x != 0.0 {
        pan(page, turned.x, lanes, picture);
    }
    if turned != egui::Vec2::ZERO {
        ui.ctx().request_repaint();
    }
}

fn pan(page: &mut TimelinePage, points: f32, lanes: Rect, picture: &Picture<'_>) {
    let moved = axis::moment_at(&picture.scale, lanes, lanes.left() + points.abs());
    let by = moved.as_millis() - picture.scale.window.from.as_millis();
    page.settings.view.pan(if points > 0.0 { by } else { -by }, picture.now);
}

fn list(
    page: &mut TimelinePage,
    ui: &mut Ui,
    desk: &mut Desk<'_>,
    picture: &Picture<'_>,
    face: Face<'_>,
) -> Option<Cmd> {
    if picture.rows.is_empty() {
        let words = match picture.source.unread(picture.scale.window) {
            Some(_) => "No channel with a gap in what was read so far".to_owned(),
            None => "No channel has a gap in this range. Only channels with gaps are shown".to_owned(),
        };
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() * 0.28);
            ui.label(egui::RichText::new(words).font(text::base()).color(Palette::of(ui).text2));
        });
        return None;
    }
    let reveal = desk.state.reveal.take().and_then(|id| picture.rows.iter().position(|view| view.id == id));
    let (mut wants, wide) = (None, ui.available_width());
    let out = ScrollArea::vertical().id_salt("timeline rows").auto_shrink(false).show_viewport(ui, |ui, seen| {
        #[expect(clippy::cast_precision_loss, reason = "rows on a screen")]
        let y_of = |row: usize| row as f32 * ROW;
        ui.set_height(y_of(picture.rows.len()));
        let origin = ui.max_rect();
        // As wide as the page: the scroll bar stands beside the last column, and all lanes are as long as the axis.
        let place = |row: usize| Rect::from_min_size(origin.min + vec2(0.0, y_of(row)), vec2(wide, ROW));
        if let Some(row) = reveal {
            ui.scroll_to_rect(place(row), None);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rows on a screen")]
        let at = |y: f32| (y / ROW).max(0.0) as usize;
        let end = (at(seen.bottom()) + 1).min(picture.rows.len());
        for (row, view) in picture.rows.iter().enumerate().take(end).skip(at(seen.top())) {
            wants = one(page, ui, place(row), view, desk, picture, face).or(wants);
        }
    });
    desk.state.rows_at = out.inner_rect;
    wants
}

fn one(
    page: &mut TimelinePage,
    ui: &mut Ui,
    rect: Rect,
    view: &ChannelView,
    desk: &mut Desk<'_>,
    picture: &Picture<'_>,
    face: Face<'_>,
) -> Option<Cmd> {
    let response = ui.interact(rect, Id::unique(("timeline row", view.id.0)), Sense::click_and_drag());
    let selected = if desk.state.selected == Some(view.id) { Selected::Yes } else { Selected::No };
    response.widget_info(|| {
        let label = sentence::row(view, &picture.source, picture.scale.window, picture.survey.of(view.id), face);
        WidgetInfo::selected(Role::Row, true, selected == Selected::Yes, label)
    });
    paint(page, ui, rect, view, selected, &response, picture);
    let lane = lane_of(rect);
    if response.dragged() && response.drag_delta().x != 0.0 {
        pan(page, response.drag_delta().x, lane, picture);
    }
    let at = response.interact_pointer_pos().or(response.hover_pos());
    let at = at.filter(|at| lane.x_range().contains(at.x)).map(|at| axis::moment_at(&picture.scale, lane, at.x));
    let subject = at.and_then(|at| card::subject(view, &picture.source, at, slack(picture, lane)));
    if response.clicked() {
        desk.state.selected = Some(view.id);
        let at = response.interact_pointer_pos();
        page.card = subject.map(|subject| Pinned { channel: view.id, subject, at });
    } else if let Some(subject) = subject.filter(|_| page.card.is_none() && !response.dragged()) {
        let card = Card::new(view, subject, &picture.source, face);
        response.clone().on_hover_ui_at_pointer(|ui| card.show(ui));
    }
    response.double_clicked().then(|| {
        page.card = None;
        Cmd::PaneOpen
    })
}

/// How long [`SLACK`] is.
fn slack(picture: &Picture<'_>, lane: Rect) -> Duration {
    let from: Timestamp = picture.scale.window.from;
    axis::moment_at(&picture.scale, lane, lane.left() + SLACK).since(from)
}

fn paint(
    page: &mut TimelinePage,
    ui: &Ui,
    rect: Rect,
    view: &ChannelView,
    selected: Selected,
    response: &Response,
    picture: &Picture<'_>,
) {
    let (p, painter, y) = (Palette::of(ui), ui.painter(), rect.center().y);
    let ground = match (selected, response.hovered()) {
        (Selected::Yes, _) => p.sel,
        (Selected::No, true) => p.bg2,
        (Selected::No, false) => p.bg1,
    };
    // The lanes keep the grid and what stands behind them.
    let lane = lane_of(rect);
    for part in [rect.with_max_x(lane.left()), rect.with_min_x(lane.right() + 1.0)] {
        painter.rect_filled(part, 0.0, ground);
    }
    if ground != p.bg1 {
        painter.rect_filled(lane, 0.0, ground.gamma_multiply(0.6));
    }
    if selected == Selected::Yes {
        painter.rect_filled(rect.with_max_x(rect.left() + 2.0), 0.0, p.text1);
    }
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line1));
    let shape = Rect::from_center_size(pos2(rect.left() + 18.0, y), vec2(glyph::SMALL, glyph::SMALL));
    glyph::paint_glyph(painter, shape, glyph_of(view, picture.now), p, ground);
    let name = fitted(painter, &view.name, &text::base(), NAME[1] - NAME[0]);
    left(painter, pos2(rect.left() + NAME[0], y), name, text::base(), p.text1);
    if view.recording.is_some() || view.start.is_some() {
        badge::paint(painter, pos2(rect.left() + BADGE, y), view.role, p);
    }
    let place = Place {
        rect: Rect::from_x_y_ranges(lane.x_range(), y - lane::HIGH / 2.0..=y + lane::HIGH / 2.0),
        scale: picture.scale,
        pixels_per_point: ui.pixels_per_point(),
        theme: if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light },
        hide_under: page.settings.hide_under,
        read: picture.read,
    };
    page.lanes.paint(&painter.with_clip_rect(lane.intersect(ui.clip_rect())), view, &picture.source, place);
    sums(ui, rect, view, picture);
    button::focus_ring(ui, rect.shrink(3.0), response, p);
}

fn sums(ui: &Ui, rect: Rect, view: &ChannelView, picture: &Picture<'_>) {
    let (p, y, totals) = (Palette::of(ui), rect.center().y, picture.survey.of(view.id));
    let (gaps, lost, ink) = match totals.gaps {
        0 => (format::NONE.to_owned(), format::NONE.to_owned(), p.text3),
        gaps => (gaps.to_string(), format::range_cell(totals.lost.0, totals.lost.1), p.text1),
    };
    let unseen = if totals.unseen.is_zero() { format::NONE.to_owned() } else { format::cell(totals.unseen) };
    for (x, words, ink) in [(GAPS, gaps, ink), (LOST, lost, ink), (UNSEEN, unseen, p.text3)] {
        right(ui.painter(), pos2(rect.right() - x, y), words, text::code_dense(), ink);
    }
}

/// The card that stays: where it was clicked, or beside the gap that was reached by its key.
fn pinned(page: &mut TimelinePage, ui: &Ui, desk: &Desk<'_>, picture: &Picture<'_>, face: Face<'_>) {
    let Some(pinned) = &page.card else { return };
    let Some(view) = picture.snapshot.channel(pinned.channel) else { return };
    let view = crate::ui::words::as_seen(view, picture.now);
    let subject = card::refreshed(&view, &picture.source, pinned.subject);
    let card = Card::new(&view, subject, &picture.source, face);
    let rows = desk.state.rows_at;
    let at = pinned.at.map_or_else(|| rows.right_bottom() - vec2(640.0, 190.0), |at| at + vec2(12.0, 16.0));
    let p = Palette::of(ui);
    let frame =
        Frame::new().fill(p.bg2).stroke(Stroke::new(1.0, p.line3)).corner_radius(4.0).inner_margin(Margin::same(10));
    let area = Area::new(Id::unique("timeline card")).order(Order::Foreground).fixed_pos(at).constrain(true);
    let out = area.show(ui.ctx(), |ui| frame.show(ui, |ui| card.show(ui)));
    let response = out.response;
    response.widget_info(|| WidgetInfo::labeled(Role::Tooltip, true, card.spoken()));
    // Whoever cannot see it hears it as soon as it is there.
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_live(egui::accesskit::Live::Polite));
}
