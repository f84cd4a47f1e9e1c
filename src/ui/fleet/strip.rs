//! The strip: does anything need somebody, does anybody watch, and what do we lean on. Each module is one sentence for a
//! screen reader, built from the same facts.

use egui::{Id, Rect, Role, Sense, Stroke, Ui, Vec2, WidgetInfo, pos2, vec2};

use super::focus::Focus;
use super::listing::Listing;
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::snapshot::{DomainView, Flow, NetworkView, ProjectView};
use crate::ui::glyph::{self, Glyph};
use crate::ui::state::{Moment, Worker};
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::meter;
use crate::ui::widgets::text::{fitted, left};
use crate::ui::{format, words};

/// Its height, in points.
pub const HEIGHT: f32 = 60.0;
/// From this width on every module has its third line.
const ROOMY_FROM: f32 = 1280.0;

/// Shows the strip over the whole width; true when the operator wants the next row that needs somebody. Where there are several
/// projects, it tells of the one in [`Focus`], and of the others what is wrong with them.
pub fn show(ui: &mut Ui, moment: &Moment<'_>, listing: &Listing, selected: Option<ChannelId>) -> bool {
    let palette = Palette::of(ui);
    let (all, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
    ui.painter().rect_filled(all, 0.0, palette.bg2);
    let room = if all.width() >= ROOMY_FROM { Room::Usual } else { Room::Little };
    let widths = match room {
        Room::Usual => [216.0, 164.0, 300.0, 150.0, 150.0, 200.0],
        Room::Little => [190.0, 128.0, 216.0, 106.0, 102.0, 132.0],
    };
    let mut x = all.left();
    let mut take = |wide: f32| {
        let rect = Rect::from_min_size(pos2(x, all.top()), vec2(wide, HEIGHT));
        x += wide;
        rect
    };
    let wants = needs_you(ui, take(widths[0]), moment, listing);
    let Some(focus) = Focus::of(moment.snapshot, selected, listing) else { return wants };
    let tiles = [
        requests(&focus, moment),
        domain(&focus, moment),
        network(moment),
        last_answer(moment),
        alarms(moment),
        blind_spot(&focus),
    ];
    let rest = all.width() - widths.iter().sum::<f32>();
    for (i, tile) in tiles.into_iter().enumerate() {
        let rect = take(widths.get(i + 1).copied().unwrap_or(rest));
        tile.show(ui, rect, room);
    }
    ui.painter().hline(all.x_range(), all.bottom() - 0.5, Stroke::new(1.0, palette.line2));
    wants
}

/// Whether anybody can see what runs: the worker works, the network is up, and not everything that runs is out of sight.
pub fn nobody_watches(moment: &Moment<'_>, listing: &Listing) -> bool {
    let network_down = match moment.snapshot.network {
        NetworkView::Down { .. } => true,
        NetworkView::Up => false,
    };
    let seen =
        [State::Recording, State::Suspect, State::Uncertain, State::Starting, State::Stopping, State::ConfigError];
    let blind = listing.count(State::NotObserved) > 0 && seen.iter().all(|state| listing.count(*state) == 0);
    moment.worker == Worker::Gone || network_down || blind
}

fn needs_you(ui: &mut Ui, rect: Rect, moment: &Moment<'_>, listing: &Listing) -> bool {
    let palette = Palette::of(ui);
    let blind = nobody_watches(moment, listing);
    let count = listing.attention.unhandled;
    let head = match (blind, count) {
        (true, _) => "Nobody is watching",
        (false, 0) if moment.snapshot.channels.is_empty() => "Nothing is watched",
        (false, 0) => "Nothing needs you",
        (false, 1) => "needs you",
        (false, _) => "need you",
    };
    let about = if blind { about_blind(listing) } else { about(listing) };
    let response = ui.interact(rect, Id::unique("strip needs you"), Sense::click());
    response.widget_info(|| {
        let label = if blind || count == 0 { format!("{head}. {about}") } else { format!("{count} {head}. {about}") };
        WidgetInfo::labeled(Role::Status, true, label)
    });
    let ground = if blind {
        palette.bg4
    } else if count > 0 {
        palette.lost_bg
    } else {
        palette.bg2
    };
    let painter = ui.painter();
    painter.rect_filled(rect, 0.0, ground);
    painter.vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, palette.line2));
    let y = rect.center().y;
    let end = if blind {
        let place = Rect::from_center_size(pos2(rect.left() + 26.0, y), Vec2::splat(28.0));
        glyph::paint_in(painter, place, Glyph::Of(State::NotObserved), palette.text1, ground);
        place.right()
    } else {
        let ink = if count > 0 { palette.lost } else { palette.text1 };
        left(painter, pos2(rect.left() + 14.0, y), count, text::count(), ink).right()
    };
    let x = end + 13.0;
    let faint = if blind { palette.text2 } else { palette.text3 };
    left(painter, pos2(x, y - 8.0), head, text::semibold(13.0), palette.text1);
    let about = fitted(painter, &about, &text::small(), rect.right() - x - space::M);
    left(painter, pos2(x, y + 9.0), about, text::small(), if count > 0 { palette.text2 } else { faint });
    response.on_hover_text("Click: next row that needs somebody").clicked() && count > 0
}

/// `1 not observed · 4 to watch`
fn about(listing: &Listing) -> String {
    match (listing.total(), listing.count(State::NotObserved)) {
        (0, _) => "no channels".to_owned(),
        (_, 0) if listing.attention.handled > 0 => {
            format!("{} handled · {} to watch", listing.attention.handled, to_watch(listing))
        }
        (_, 0) => format!("{} to watch", to_watch(listing)),
        (_, unseen) => format!("{unseen} not observed · {} to watch", to_watch(listing)),
    }
}

/// What is left to say while nobody watches: only what there is.
fn about_blind(listing: &Listing) -> String {
    let parts = [
        (listing.attention.unhandled, "to act on"),
        (listing.count(State::NotObserved), "not observed"),
        (to_watch(listing), "to watch"),
    ];
    let said = parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}"));
    said.collect::<Vec<_>>().join(" · ")
}

fn to_watch(listing: &Listing) -> usize {
    listing.watch
}

/// How much room the window has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    /// For three lines.
    Usual,
    /// For two lines.
    Little,
}

/// A module: label, value with what belongs to it, third line or meter.
struct Tile {
    key: &'static str,
    label: String,
    glyph: Option<State>,
    value: String,
    unit: String,
    third: Third,
    /// What is wrong with a project that the tile does not tell of; it takes the place of the third line.
    alert: Option<String>,
    tooltip: String,
}

enum Third {
    Text(String),
    /// Shares of 1: used, kept back.
    Meter(f32, f32),
}

impl Tile {
    fn show(&self, ui: &mut Ui, rect: Rect, size: Room) {
        let palette = Palette::of(ui);
        let response = ui.interact(rect, Id::unique(("strip", self.key)), Sense::hover());
        response.widget_info(|| WidgetInfo::labeled(Role::Label, true, self.sentence()));
        let painter = ui.painter().with_clip_rect(rect);
        painter.vline(rect.right() - 0.5, rect.y_range(), Stroke::new(1.0, palette.line2));
        let (x, top, room) = (rect.left() + 14.0, rect.top(), rect.width() - 28.0);
        let label = fitted(&painter, &self.label, &text::micro(), room + 8.0);
        left(&painter, pos2(x, top + 14.0), label, text::micro(), palette.text3);
        let mut value_x = x;
        if let Some(state) = self.glyph {
            let place = Rect::from_center_size(pos2(x + 7.0, top + 32.0), Vec2::splat(glyph::SMALL));
            glyph::paint_glyph(&painter, place, Glyph::Of(state), palette, palette.bg2);
            value_x += 20.0;
        }
        let value = left(&painter, pos2(value_x, top + 31.0), &self.value, text::strong(), palette.text1);
        let unit_x = value.right() + space::S;
        let unit = fitted(&painter, &self.unit, &text::small(), rect.right() - unit_x - space::S);
        left(&painter, pos2(unit_x, top + 32.0), unit, text::small(), palette.text2);
        match (self.alert.as_deref(), &self.third) {
            (Some(alert), _) => {
                let place = Rect::from_center_size(pos2(x + 6.0, top + 49.0), Vec2::splat(12.0));
                glyph::paint_glyph(&painter, place, Glyph::Of(State::Uncertain), palette, palette.bg2);
                let line = fitted(&painter, alert, &text::micro(), room - 8.0);
                left(&painter, pos2(x + 16.0, top + 49.0), line, text::micro(), palette.text1);
            }
            (None, Third::Meter(used, kept)) => {
                let place = Rect::from_min_size(pos2(x, top + 45.0), vec2(room, 6.0));
                meter::strip(&painter, place, *used, *kept, palette);
            }
            (None, Third::Text(line)) if size == Room::Usual => {
                let line = fitted(&painter, line, &text::micro(), room + 8.0);
                left(&painter, pos2(x, top + 49.0), line, text::micro(), palette.text3);
            }
            (None, Third::Text(_)) => {}
        }
        response.on_hover_text(&self.tooltip);
    }

    fn sentence(&self) -> String {
        let third = match &self.third {
            Third::Text(line) if !line.is_empty() => format!(", {line}"),
            Third::Text(_) | Third::Meter(..) => String::new(),
        };
        let alert = self.alert.as_ref().map(|alert| format!(". {alert}")).unwrap_or_default();
        format!("{}: {} {}{third}{alert}", self.label, self.value, self.unit)
    }
}

#[allow(clippy::cast_precision_loss, reason = "shares of a quota of some tens, to be drawn")]
fn requests(focus: &Focus<'_>, moment: &Moment<'_>) -> Tile {
    let project = focus.project;
    let quota = project.quota_per_second.max(1) as f32;
    let waiting = if project.queued > 0 { format!(" · {} wait", project.queued) } else { String::new() };
    Tile {
        key: "requests",
        label: focus.label("Requests, last 10 s"),
        glyph: None,
        value: format::rate_of_10_s(project.sent_last_10_s),
        unit: format!("of {} q/s{waiting}", project.quota_per_second),
        third: Third::Meter(project.sent_last_10_s as f32 / 10.0 / quota, project.quota_reserved as f32 / quota),
        alert: focus.alert(|other| words::throttled(other, moment.now)),
        tooltip: focus.with_others(
            format!(
                "Polls and commands, retries included. Agora allows {} per second and App ID; {} of them are kept for \
                 commands (hatched). {} wait for room.",
                project.quota_per_second, project.quota_reserved, project.queued
            ),
            |other| {
                let rest = words::throttled(other, moment.now).map(|rest| format!(", {rest}")).unwrap_or_default();
                let rate = format::rate_of_10_s(other.sent_last_10_s);
                format!("{rate} of {} q/s, {} wait{rest}", other.quota_per_second, other.queued)
            },
        ),
    }
}

fn domain(focus: &Focus<'_>, moment: &Moment<'_>) -> Tile {
    let (project, key, label) = (focus.project, "domain", focus.label("Answering domain"));
    let tooltip = focus.with_others(all_domains(project, moment), |other| {
        other.domains.iter().map(|domain| domain_line(domain, moment)).collect::<Vec<_>>().join("; ")
    });
    if let NetworkView::Down { next_probe, .. } = moment.snapshot.network {
        let left = format::words(next_probe.since(moment.now));
        return Tile {
            key,
            label,
            glyph: None,
            value: "no answer".to_owned(),
            unit: "not Agora's fault".to_owned(),
            third: Third::Text(format!("checks paused, next probe in {left}")),
            alert: None,
            tooltip,
        };
    }
    let first = words::asked_first(project);
    let others = project.domains.iter().filter(|domain| Some(*domain) != first);
    let standby = others.map(|domain| format!("standby {}, {}", domain.host, standby_words(domain, moment)));
    Tile {
        key,
        label,
        glyph: first.filter(|domain| domain.trouble.is_some()).map(|_| State::Uncertain),
        value: first.map_or_else(|| format::NONE.to_owned(), |domain| domain.host.to_string()),
        unit: first.map(domain_words).unwrap_or_default(),
        third: Third::Text(standby.collect::<Vec<_>>().join(" · ")),
        alert: focus.alert(words::domain_trouble),
        tooltip,
    }
}

/// `84 ms · 100 %`, or what is wrong with it.
fn domain_words(domain: &DomainView) -> String {
    match (&domain.trouble, domain.latency) {
        _ if domain.tried == 0 => "not asked yet".to_owned(),
        (Some(trouble), _) => format!("{trouble}, {} of {} failed", domain.tried - domain.answered, domain.tried),
        (None, Some(latency)) => format!("{} · {} %", format::latency(latency), share(domain)),
        (None, None) => format!("{} %", share(domain)),
    }
}

fn standby_words(domain: &DomainView, moment: &Moment<'_>) -> String {
    let tried = domain.tried_at.map(|at| format!(", {} ago", format::words(moment.now.since(at))));
    match (&domain.trouble, domain.latency) {
        _ if domain.tried == 0 => "not asked yet".to_owned(),
        (Some(trouble), _) => format!("{trouble}{}", tried.unwrap_or_default()),
        (None, Some(latency)) => format!("{}{}", format::latency(latency), tried.unwrap_or_default()),
        (None, None) => tried.unwrap_or_default(),
    }
}

/// Answered tries of a hundred, cut off, so that 100 % means all.
fn share(domain: &DomainView) -> u32 {
    domain.answered * 100 / domain.tried.max(1)
}

fn all_domains(project: &ProjectView, moment: &Moment<'_>) -> String {
    project.domains.iter().map(|domain| domain_line(domain, moment)).collect::<Vec<_>>().join("\n")
}

fn domain_line(domain: &DomainView, moment: &Moment<'_>) -> String {
    let DomainView { host, answered, tried, .. } = domain;
    format!("{host}: {answered} of the last {tried} tries answered, {}", standby_words(domain, moment))
}

fn network(moment: &Moment<'_>) -> Tile {
    let tooltip = "Down when no domain gives an HTTP answer: then it is this workstation, not Agora".to_owned();
    let (glyph, value, unit, third) = match (moment.snapshot.network, moment.snapshot.last_answer_at) {
        (NetworkView::Down { since, next_probe }, _) => (
            Some(State::NotObserved),
            "Down".to_owned(),
            format::cell(moment.now.since(since)),
            format!("next probe in {}", format::words(next_probe.since(moment.now))),
        ),
        (NetworkView::Up, None) => (None, "Unknown".to_owned(), String::new(), "nothing was asked yet".to_owned()),
        (NetworkView::Up, Some(_)) => (None, "Up".to_owned(), String::new(), "a domain answers".to_owned()),
    };
    let (key, label) = ("network", "Own network".to_owned());
    Tile { key, label, glyph, value, unit, third: Third::Text(third), alert: None, tooltip }
}

fn last_answer(moment: &Moment<'_>) -> Tile {
    let at = moment.snapshot.last_answer_at;
    let (value, unit) = match at {
        Some(at) => (format::words(moment.now.since(at)), "ago".to_owned()),
        None => (format::NONE.to_owned(), "none yet".to_owned()),
    };
    Tile {
        key: "last answer",
        label: "Last answer".to_owned(),
        glyph: None,
        value,
        unit,
        third: Third::Text("of any domain".to_owned()),
        alert: None,
        tooltip: "Age of the last HTTP answer of any kind, whatever it said".to_owned(),
    }
}

fn alarms(moment: &Moment<'_>) -> Tile {
    let (alarms, now) = (&moment.snapshot.alarms, moment.now);
    let (glyph, third) = match alarms.flow(now) {
        Flow::Steady => (None, format!("a flood above {}", alarms.flood_above())),
        Flow::Flood => (Some(State::Suspect), "a flood: look for causes".to_owned()),
    };
    Tile {
        key: "alarms",
        label: format!("Alarms, last {}", format::words(alarms.window())),
        glyph,
        value: alarms.rate(now).to_string(),
        unit: format!("of {}", alarms.flood_above()),
        third: Third::Text(third),
        alert: None,
        tooltip: "Incidents that opened, or got worse while they were acknowledged. A group counts as one, and muted \
                  channels do not count"
            .to_owned(),
    }
}

fn blind_spot(focus: &Focus<'_>) -> Tile {
    let project = focus.project;
    let stretched = project.poll_every > project.poll_wanted;
    let third = if let Some(slow) = project.slow.filter(|_| stretched) {
        format!("from {} at {} % after 429", interval(project.poll_wanted), slow.percent)
    } else if stretched {
        format!("stretched from {} by the quota", interval(project.poll_wanted))
    } else {
        "shorter gaps cannot be seen".to_owned()
    };
    Tile {
        key: "blind spot",
        label: focus.label("Blind spot"),
        glyph: None,
        value: interval(project.poll_every),
        unit: "poll interval".to_owned(),
        third: Third::Text(third),
        alert: focus.alert(words::stretched),
        tooltip: focus.with_others(
            format!(
                "Each recording is asked about every {}. A gap shorter than that can stay unseen, and the edges of every \
                 gap are known to that precision only.",
                interval(project.poll_every)
            ),
            |other| words::stretched(other).unwrap_or_else(|| format!("every {}", interval(other.poll_every))),
        ),
    }
}

fn interval(length: std::time::Duration) -> String {
    if length.as_secs() < 600 { format!("{} s", length.as_secs()) } else { format::words(length) }
}
