//! The selected incident in full: what happened, what it means, what was done, its channels, and what can be done now.

use std::time::Duration;

use egui::{Align, Frame, Layout, Margin, Rect, ScrollArea, Sense, Ui, Vec2, pos2, vec2};

use super::course::{self, Draft};
use super::{affected, list, sieve};
use crate::monitor::band::Span;
use crate::monitor::ids::ChannelId;
use crate::monitor::incidents::words::{incident_kind, settled};
use crate::monitor::snapshot::{ChildView, IncidentView};
use crate::monitor::time::Timestamp;
use crate::ui::commands::{Cmd, Tend};
use crate::ui::detail::parts;
use crate::ui::glyph::{self, Glyph};
use crate::ui::pages::Desk;
use crate::ui::pattern::Ink;
use crate::ui::state::{Moment, Page, ShowAt};
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::{format, words};

/// Room for the names of its facts, in points.
const NAMES: f32 = 110.0;
/// Channels that are listed.
const CHANNELS: usize = 20;
/// Room for the name of a channel, in points.
const NAME: f32 = 180.0;
/// Room for the band of a channel, in points.
const BAND: Vec2 = vec2(90.0, 12.0);

/// Shows it; gives the command that was clicked.
pub fn show(ui: &mut Ui, desk: &mut Desk<'_>, draft: &mut Draft) -> Option<Cmd> {
    let Some(view) = desk.state.incidents.selected(desk.moment) else {
        ui.add_space(space::HUGE);
        let ink = Palette::of(ui).text3;
        ui.vertical_centered(|ui| ui.label(egui::RichText::new("No incident is selected").color(ink)));
        return None;
    };
    let mut wants = None;
    let mut opens = None;
    ScrollArea::vertical().id_salt("incident").auto_shrink(false).show(ui, |ui| {
        Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
            ui.spacing_mut().item_spacing = vec2(space::M, space::M);
            wants = head(ui, view, desk);
            facts(ui, view, desk.moment.now);
            if view.is_group() {
                affected::show(ui, view, desk.moment.now);
            }
            opens = channels(ui, view, desk.moment);
            course::show(ui, view, desk, draft);
        });
    });
    if let Some(channel) = opens {
        desk.state.selected = Some(channel);
        return Some(Cmd::PaneOpen);
    }
    wants
}

fn head(ui: &mut Ui, view: &IncidentView, desk: &mut Desk<'_>) -> Option<Cmd> {
    let p = Palette::of(ui);
    ui.horizontal(|ui| {
        let (place, _) = ui.allocate_exact_size(Vec2::splat(20.0), Sense::hover());
        let shape = Rect::from_center_size(place.center(), Vec2::splat(glyph::LARGE));
        glyph::paint_glyph(ui.painter(), shape, Glyph::Of(list::like(view.kind)), p, p.bg1);
        parts::line(ui, words::incident_title(view), text::title(), p.text1);
    });
    let from = words::clock(view.opened_at);
    let lasted = list::length(view, desk.moment);
    let number = view.at.number.0;
    let about = format!(
        "Incident {number} of {} · {}, {} · since {from}, lasted {lasted}",
        view.project,
        list::system_word(view),
        list::operator_word(view)
    );
    parts::line(ui, about, text::base(), p.text2);
    let facts = desk.facts(None);
    let mut wants = None;
    ui.horizontal_wrapped(|ui| {
        let (tend, kind) = offered(view);
        if sieve::is_at_hand(view.at, desk.moment) && parts::command(ui, Cmd::About(tend), kind, &facts) {
            wants = Some(Cmd::About(tend));
        }
        if Button::new("Show in timeline", Kind::Secondary).show(ui).clicked() {
            wants = view.children.first().map(|first| {
                desk.state.show_at = Some(ShowAt { channel: first.channel, at: view.opened_at });
                Cmd::View(Page::Timeline)
            });
        }
    });
    wants
}

/// What may help now.
fn offered(view: &IncidentView) -> (Tend, Kind) {
    let tend = if view.closed_at.is_some() {
        Tend::Reopen
    } else if !view.is_active() {
        Tend::Close
    } else if view.acknowledged.is_some() {
        Tend::TakeBack
    } else {
        Tend::Acknowledge
    };
    let kind = match tend {
        Tend::Acknowledge | Tend::Close => Kind::Primary,
        Tend::TakeBack | Tend::Note | Tend::Reopen => Kind::Secondary,
    };
    (tend, kind)
}

fn facts(ui: &mut Ui, view: &IncidentView, now: Timestamp) {
    let (means, helps) = words::incident_means(view.kind);
    let mut lines = vec![
        ("What happened", format::sentence(&format!("{}; {}", incident_kind(view.kind), list::about(view)))),
        ("What it means", means.to_owned()),
        ("What was done", done(view, now)),
    ];
    if view.needs_somebody() {
        lines.push(("What to do", helps.to_owned()));
    }
    for (name, value) in lines {
        parts::row(ui, name, NAMES, |ui| {
            ui.add(egui::Label::new(egui::RichText::new(value).color(Palette::of(ui).text1)).wrap());
        });
    }
}

/// Who took it, why and for how long, and how much was written.
fn done(view: &IncidentView, now: Timestamp) -> String {
    let taken = match (&view.acknowledged, view.taken_at) {
        (Some(taken), _) => {
            let until = match (taken.until, view.is_active()) {
                (Some(until), true) => {
                    format!(", until {}, for {} more", words::clock(until), format::words(until.since(now)))
                }
                (None, true) => ", until it gets worse or is over".to_owned(),
                (Some(_) | None, false) => String::new(),
            };
            format!("Acknowledged at {}{until}: «{}»", words::clock(taken.at), taken.reason)
        }
        (None, Some(at)) => format!("Acknowledged first at {}, and no longer", words::clock(at)),
        (None, None) => "Nobody took it".to_owned(),
    };
    let lines = format::counted(usize::try_from(view.lines).unwrap_or(usize::MAX), "line", "lines");
    let closed = view.closed_at.map(|at| format!("; closed at {}", words::clock(at))).unwrap_or_default();
    format!("{taken}; {lines} in the log{closed}")
}

/// Its channels, the longest first; gives the one that was clicked.
fn channels(ui: &mut Ui, view: &IncidentView, moment: &Moment<'_>) -> Option<ChannelId> {
    let now = moment.now;
    let lasted = |child: &ChildView| child.settled.map_or(now, |(at, _)| at).since(child.since);
    let mut children: Vec<&ChildView> = view.children.iter().collect();
    children.sort_by_key(|child| std::cmp::Reverse(lasted(child)));
    parts::rule(ui, space::L);
    let shown = children.len().min(CHANNELS);
    parts::head(ui, "Channels", &format!("longest first, {shown} of {}", children.len()));
    let mut opens = None;
    for child in children.into_iter().take(CHANNELS) {
        let p = Palette::of(ui);
        ui.horizontal(|ui| {
            let name = egui::RichText::new(&*child.name).font(text::base()).color(p.text1);
            let layout = Layout::left_to_right(Align::Center);
            let link = ui.allocate_ui_with_layout(vec2(NAME, parts::ROW), layout, |ui| {
                ui.set_min_width(NAME);
                ui.add(egui::Button::new(name).frame(false).truncate()).on_hover_text("Open in Fleet")
            });
            if link.inner.clicked() {
                opens = Some(child.channel);
            }
            parts::cell(ui, 80.0, &format::cell(lasted(child)), text::code(), p.text2);
            band(ui, child, view, moment);
            let muted = child.mute.map(|mute| format!(", muted, {}", words::mute_left(&mute, now))).unwrap_or_default();
            let how = child.settled.map_or("still bad", |(_, how)| settled(how));
            parts::line(ui, format!("{how}{muted}"), text::small(), p.text3);
        });
    }
    opens
}

/// What the channel read while the incident lasted and a little around, as far as the picture has it.
fn band(ui: &mut Ui, child: &ChildView, view: &IncidentView, moment: &Moment<'_>) {
    let (rect, _) = ui.allocate_exact_size(BAND, Sense::hover());
    let Some(channel) = moment.snapshot.channel(child.channel) else { return };
    let lasted = list::lasted_for(view, moment.now);
    let around = (lasted / 3).max(Duration::from_secs(60));
    let (from, to) = (view.opened_at - around, (view.opened_at + lasted + around).min(moment.now));
    let whole = to.since(from).as_secs_f32().max(0.001);
    let x_of = |at: Timestamp| rect.left() + rect.width() * (at.since(from).as_secs_f32() / whole);
    let mut ink = Ink::new(ui.pixels_per_point());
    for span in channel.band.spans_after(from, moment.now).filter(|span| span.from < to) {
        let Span { from: begin, to: end, kind } = span;
        let place = [pos2(x_of(begin.max(from)), rect.top()), pos2(x_of(end.min(to)), rect.bottom())];
        ink.span(Rect::from_min_max(place[0], place[1]), kind, Palette::of(ui));
    }
    ui.painter().extend(ink.into_shapes());
}
