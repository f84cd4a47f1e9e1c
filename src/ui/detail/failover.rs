//! The bar of a suspicion: from the first 404 to the moment it turns Lost, with a tick for every answer.

use egui::{Label, Rect, RichText, Role, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::monitor::snapshot::{ChannelView, SuspectView};
use crate::monitor::time::Timestamp;
use crate::ui::pattern::Ink;
use crate::ui::theme::{Palette, text};
use crate::ui::{format, words};

/// Its height, in points.
const HEIGHT: f32 = 12.0;

/// Shows the bar over the whole width, and under it when it turns Lost and when the next check comes.
pub fn show(ui: &mut Ui, view: &ChannelView, suspect: &SuspectView, now: Timestamp) {
    let palette = Palette::of(ui);
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT + 2.0), Sense::hover());
    response.widget_info(|| {
        let left = suspect.lost_at.since(now);
        let left = if left.is_zero() { String::new() } else { format!(", {} left", format::spoken(left)) };
        WidgetInfo::labeled(Role::ProgressIndicator, true, format!("{}{left}", words::headline(view, now)))
    });
    let bar = Rect::from_min_size(rect.min + vec2(0.0, 1.0), vec2(rect.width(), HEIGHT));
    paint(ui, bar, view, suspect, now);
    let meaning = format!("Agora may be moving this recorder. {}", words::turns_lost(view, suspect, now));
    ui.add(Label::new(RichText::new(meaning).font(text::small()).color(palette.text1)).wrap());
}

fn paint(ui: &Ui, bar: Rect, view: &ChannelView, suspect: &SuspectView, now: Timestamp) {
    let palette = Palette::of(ui);
    let window = suspect.lost_at.since(suspect.since).as_secs_f32().max(1.0);
    let x = |at: Timestamp| bar.left() + bar.width() * (at.since(suspect.since).as_secs_f32() / window).min(1.0);
    let tick = |ink: &mut Ink, at: Timestamp, height: f32, wide: f32, colour| {
        let centre = pos2(x(at).clamp(bar.left() + 1.0, bar.right() - 1.0), bar.center().y);
        ink.fill(Rect::from_center_size(centre, vec2(wide, height)), colour);
    };
    let mut ink = Ink::new(ui.pixels_per_point());
    let lane = bar.shrink2(vec2(0.0, 2.0));
    ink.frame(lane, palette.line3);
    let spent = if view.is_counted_anew(now) { lane.with_max_x(lane.left()) } else { lane.with_max_x(x(now)) };
    ink.fill(spent, palette.suspect_bg);
    let kind = crate::monitor::band::BandKind::State(crate::monitor::phase::State::Suspect);
    ink.span(spent, kind, palette);
    for answer in &suspect.answers {
        tick(&mut ink, *answer, HEIGHT, 2.0, palette.suspect);
    }
    if let Some((next, _)) = view.outlook.deadline().filter(|(at, _)| *at > now) {
        tick(&mut ink, next, 5.0, 1.0, palette.text3);
    }
    tick(&mut ink, now, HEIGHT + 2.0, 2.0, palette.text1);
    ui.painter().extend(ink.into_shapes());
}
