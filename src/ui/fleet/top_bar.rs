//! The top bar: which program, its pages, which project or demo, the theme, and what time it is by the clock that everything is
//! shown in.

use egui::{
    Color32, Layout, Pos2, Rect, Role, Sense, Stroke, StrokeKind, ThemePreference, Ui, Vec2, WidgetInfo, pos2, vec2,
};
use jiff::tz::TimeZone;

use crate::ui::commands::{Cmd, Facts};
use crate::ui::state::{Moment, Page, World};
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button;
use crate::ui::widgets::text::{left, width};
use crate::ui::{format, icons, words};
use crate::worker::clock::Speed;

/// Its height, in points.
pub const HEIGHT: f32 = 40.0;

/// Shows the bar; gives the command that was clicked.
pub fn show(ui: &mut Ui, moment: &Moment<'_>, facts: &Facts<'_>) -> Option<Cmd> {
    let palette = Palette::of(ui);
    let all = ui.max_rect();
    if moment.world == World::Simulated {
        ui.painter().rect_filled(all.with_max_y(all.top() + 2.0), 0.0, palette.text1);
    }
    ui.painter().hline(all.x_range(), all.bottom() - 0.5, Stroke::new(1.0, palette.line2));
    mark(ui, pos2(all.left() + 22.0, all.center().y), palette);
    let name = pos2(all.left() + 40.0, all.center().y);
    let name = ui.painter().text(name, egui::Align2::LEFT_CENTER, "reelwatch", text::semibold(15.0), palette.text1);
    let waiting = moment.snapshot.attention.unhandled;
    let (mut wants, end) = tabs(ui, pos2(name.right() + space::HUGE, all.top()), facts, waiting);
    let rest = all.with_min_x(end + space::HUGE).with_max_x(all.right() - space::XXL);
    ui.scope_builder(egui::UiBuilder::new().max_rect(rest).layout(Layout::right_to_left(egui::Align::Center)), |ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        clock(ui, moment, palette);
        rule(ui, palette);
        if theme_switch(ui) {
            wants = Some(Cmd::Theme);
        }
        let (profiles, tooltip) = (Cmd::Profiles, Cmd::Profiles.tooltip(facts));
        if button::icon(ui, icons::PROFILES, &profiles.text(facts), &tooltip, profiles.refusal(facts)).clicked() {
            wants = Some(profiles);
        }
        if import(ui, facts) {
            wants = Some(Cmd::Import);
        }
        rule(ui, palette);
        project(ui, moment, palette);
    });
    wants
}

/// One tab per page, each with its key; that of the incidents with how many wait for somebody. Gives the command of the one that
/// was clicked, and where they end.
fn tabs(ui: &Ui, from: Pos2, facts: &Facts<'_>, waiting: usize) -> (Option<Cmd>, f32) {
    let (palette, painter) = (Palette::of(ui), ui.painter());
    let (mut wants, mut x) = (None, from.x);
    for page in Page::ALL {
        let cmd = Cmd::View(page);
        let (words, key) = (cmd.text(facts), cmd.key_text().unwrap_or_default());
        let badge = (page == Page::Incidents && waiting > 0).then(|| waiting.to_string());
        let badged = badge.as_ref().map_or(0.0, |badge| badge_width(ui, badge) + space::L);
        let wide = width(painter, &words, &text::base_medium()) + width(painter, &key, &text::small()) + badged;
        let place = Rect::from_min_size(pos2(x, from.y), vec2(wide + 2.0 * space::XL + space::L, HEIGHT - 1.0));
        x = place.right();
        let response = ui.interact(place, ui.scope_id().with(("tab", page)), Sense::click());
        let chosen = page == facts.page;
        response.widget_info(|| {
            let waits = badge.as_ref().map(|badge| format!(", {badge} wait for somebody")).unwrap_or_default();
            WidgetInfo::selected(Role::Tab, true, chosen, format!("{words}{waits}"))
        });
        if chosen {
            painter.rect_filled(place, 0.0, palette.bg2);
            painter.rect_filled(place.with_max_y(place.top() + 2.0), 0.0, palette.text1);
        } else if response.hovered() {
            painter.rect_filled(place, 0.0, palette.bg1);
        }
        let ink = if chosen { palette.text1 } else { palette.text2 };
        let at = pos2(place.left() + space::XL, place.center().y);
        let mut end = left(painter, at, words.as_ref(), text::base_medium(), ink).right();
        if let Some(badge) = &badge {
            let size = vec2(badge_width(ui, badge), 18.0);
            let ground = Rect::from_min_size(pos2(end + space::L, at.y - 9.0), size);
            painter.rect_filled(ground, 4.0, palette.lost_bg);
            painter.text(ground.center(), egui::Align2::CENTER_CENTER, badge, text::semibold(12.0), palette.lost);
            end = ground.right();
        }
        left(painter, pos2(end + space::L, at.y), key, text::small(), palette.text3);
        button::focus_ring(ui, place.shrink(4.0), &response, palette);
        if response.on_hover_text(cmd.tooltip(facts)).clicked() {
            wants = Some(cmd);
        }
    }
    (wants, x)
}

fn badge_width(ui: &Ui, badge: &str) -> f32 {
    width(ui.painter(), badge, &text::semibold(12.0)) + 2.0 * space::M
}

fn mark(ui: &Ui, centre: Pos2, palette: &Palette) {
    let rect = Rect::from_center_size(centre, Vec2::splat(17.0));
    ui.painter().rect_stroke(rect, 4.0, Stroke::new(2.0, palette.text1), StrokeKind::Middle);
    ui.painter().circle_filled(centre, 3.0, palette.text1);
}

fn rule(ui: &mut Ui, palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(9.0, 22.0), Sense::hover());
    ui.painter().vline(rect.center().x, rect.y_range(), Stroke::new(1.0, palette.line2));
}

fn word(ui: &mut Ui, words: impl Into<String>, font: egui::FontId, ink: Color32) {
    ui.label(egui::RichText::new(words).font(font).color(ink));
}

fn clock(ui: &mut Ui, moment: &Moment<'_>, palette: &Palette) {
    let (utc, zone) = (format::clock(moment.now, &TimeZone::UTC), moment.zone);
    let local = format::clock_minutes(moment.now, zone);
    if local == format::clock_minutes(moment.now, &TimeZone::UTC) {
        word(ui, "UTC", text::code_dense(), palette.text3);
    } else {
        word(ui, format!("UTC {local} local"), text::code_dense(), palette.text3);
    }
    word(ui, utc, text::mono_medium(14.0), palette.text1);
}

fn project(ui: &mut Ui, moment: &Moment<'_>, palette: &Palette) {
    let name = egui::RichText::new(words::projects(moment.snapshot)).font(text::base()).color(palette.text2);
    let label = ui.label(name);
    if moment.snapshot.projects.len() > 1 {
        label.on_hover_text(words::project_names(moment.snapshot));
    }
    if moment.world == World::Real {
        word(ui, icons::PROJECT, text::icon(14.0), palette.text2);
        return;
    }
    let times = moment.speed.times();
    let (demo, pace) = if moment.speed == Speed::REAL {
        ("Demo".to_owned(), "Its clock runs as fast as the world's".to_owned())
    } else {
        (format!("Demo ×{times}"), format!("Its clock runs {times} times as fast as the world's"))
    };
    let label = ui.label(egui::RichText::new(demo).font(text::base_medium()).color(palette.text1));
    label.on_hover_text(format!("A simulated Agora cloud. {pace}"));
}

fn import(ui: &mut Ui, facts: &Facts<'_>) -> bool {
    let (name, tooltip) = (Cmd::Import.text(facts), Cmd::Import.tooltip(facts));
    button::icon(ui, icons::IMPORT, &name, &tooltip, None).clicked()
}

fn theme_switch(ui: &mut Ui) -> bool {
    let (icon, now) = match ui.ctx().options(|options| options.theme_preference) {
        ThemePreference::Dark => (icons::MOON, "dark"),
        ThemePreference::Light => (icons::SUN, "light"),
        ThemePreference::System => (icons::CONTRAST, "as the system"),
    };
    button::icon(ui, icon, "Theme", &format!("Theme: {now}. Click for the next one"), None).clicked()
}

/// The theme after this one: dark, light, as the system.
pub fn next_theme(now: ThemePreference) -> ThemePreference {
    match now {
        ThemePreference::Dark => ThemePreference::Light,
        ThemePreference::Light => ThemePreference::System,
        ThemePreference::System => ThemePreference::Dark,
    }
}
