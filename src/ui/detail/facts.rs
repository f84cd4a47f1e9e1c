//! The facts of the running recording, each with a way to copy it whole, and the last answer as it came.

use egui::{Align, Frame, Label, Layout, RichText, Sense, Ui};

use super::parts;
use crate::monitor::ids::Role;
use crate::monitor::snapshot::{ChannelView, LastProbe, TokenView};
use crate::monitor::time::Timestamp;
use crate::ui::commands::{Cmd, Deed, Facts, raw_of};
use crate::ui::state::Moment;
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};
use crate::ui::widgets::{badge, button};
use crate::ui::{format, icons, words};

/// Room for the names of values, in points.
pub const NAME: f32 = 72.0;

/// UIDs, sid, resource ID, token, profile, and what a web recording says of itself. Gives the command that was clicked.
pub fn show(ui: &mut Ui, view: &ChannelView, moment: &Moment<'_>, facts: &Facts<'_>) -> Option<Cmd> {
    let now = moment.now;
    let mut clicked = None;
    parts::row(ui, "UID in use", NAME, |ui| {
        ui.horizontal(|ui| uids(ui, view));
    });
    let Some(recording) = &view.recording else {
        parts::row(ui, "sid", NAME, |ui| {
            parts::line(ui, "none: no recording is known", text::small(), Palette::of(ui).text3);
        });
        origin(ui, view, moment);
        restarts(ui, view, now);
        return clicked;
    };
    for (name, value, cmd) in [
        ("sid", recording.sid.as_str().to_owned(), Cmd::Of(Deed::CopySid)),
        ("Resource ID", recording.resource_id.as_str().to_owned(), Cmd::Of(Deed::CopyResource)),
    ] {
        parts::row(ui, name, NAME, |ui| {
            if value_with_copy(ui, &value, cmd, facts) {
                clicked = Some(cmd);
            }
        });
    }
    if let Some((end, until)) = words::token_end(view, moment.snapshot.project_of(view).token_warning, now) {
        let palette = Palette::of(ui);
        let ink = match end {
            TokenView::Fine => palette.text2,
            TokenView::EndsSoon => palette.suspect,
            TokenView::Ended => palette.lost,
        };
        said(ui, "Token", words::token_line(until, now), ink);
    }
    origin(ui, view, moment);
    restarts(ui, view, now);
    for (name, words) in words::web(view) {
        said(ui, name, words, Palette::of(ui).text2);
    }
    clicked
}

/// Whether it is restarted without the operator, and whether it flaps.
fn restarts(ui: &mut Ui, view: &ChannelView, now: Timestamp) {
    let palette = Palette::of(ui);
    let ink = if view.auto_restart.spent { palette.lost } else { palette.text2 };
    said(ui, "Auto-restart", words::auto_restart(view, now), ink);
    if let Some(flapping) = words::flapping(view, now) {
        said(ui, "Flapping", flapping, palette.suspect);
    }
}

/// The project where there are several, the recording profile, and that the channel was adopted, if it was.
fn origin(ui: &mut Ui, view: &ChannelView, moment: &Moment<'_>) {
    let palette = Palette::of(ui);
    if let Some(project) = words::project_told(view, moment.snapshot) {
        said(ui, "Project", project.to_owned(), palette.text2);
    }
    if let Some(origin) = words::origin(view.origin) {
        said(ui, "Origin", origin.to_owned(), palette.text2);
    }
    said(ui, "Profile", words::profile(view), palette.text2);
}

fn said(ui: &mut Ui, name: &str, words: String, ink: egui::Color32) {
    parts::row(ui, name, NAME, |ui| {
        parts::line(ui, words, text::small(), ink);
    });
}

fn uids(ui: &mut Ui, view: &ChannelView) {
    let palette = Palette::of(ui);
    badge::show(ui, view.role, view.uid);
    ui.add_space(space::L);
    let (word, role) = match view.role {
        Role::Main => ("backup", Role::Backup),
        Role::Backup | Role::Spare => ("next", Role::Main),
    };
    if let Some(next) = view.next_uid {
        ui.label(RichText::new(word).font(text::small()).color(palette.text3));
        badge::show(ui, role, next);
    }
}

/// A value on one line with the button that copies it whole; true when that was clicked.
pub fn value_with_copy(ui: &mut Ui, value: &str, cmd: Cmd, facts: &Facts<'_>) -> bool {
    let palette = Palette::of(ui);
    let inner = ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let (name, tooltip) = (cmd.text(facts), cmd.tooltip(facts));
            let (place, _) = ui.allocate_exact_size(egui::vec2(24.0, 20.0), Sense::hover());
            let id = ui.scope_id().with(cmd.id());
            let copy = button::icon_at(ui, place, id, icons::COPY, &name).refused(cmd.refusal(facts)).show(&tooltip);
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                let label = Label::new(RichText::new(value).font(text::code()).color(palette.text1));
                ui.add(label.truncate().selectable(true));
            });
            copy.clicked()
        })
        .inner
    });
    inner.inner
}

/// The last answer of any kind, as it came. Gives the command that was clicked.
pub fn last_answer(ui: &mut Ui, view: &ChannelView, now: Timestamp, facts: &Facts<'_>) -> Option<Cmd> {
    let Some(last) = &view.last_probe else {
        parts::head(ui, "Last raw answer", "no query was answered yet");
        return None;
    };
    parts::head(ui, "Last raw answer", &about(last, now));
    let palette = Palette::of(ui);
    let mut clicked = None;
    Frame::new()
        .fill(palette.field)
        .stroke(egui::Stroke::new(1.0, palette.line2))
        .corner_radius(CONTROL_RADIUS)
        .inner_margin(egui::Margin { left: 8, right: 4, top: 4, bottom: 4 })
        .show(ui, |ui| {
            if value_with_copy(ui, &raw_line(last, raw_of(view)), Cmd::Of(Deed::CopyRaw), facts) {
                clicked = Some(Cmd::Of(Deed::CopyRaw));
            }
        });
    clicked
}

fn about(last: &LastProbe, now: Timestamp) -> String {
    let probe = &last.probe;
    let latency = format::latency(std::time::Duration::from_millis(probe.latency_ms.into()));
    let age = format::words(now.since(probe.at));
    format!("query, try {}, {}, {latency}, {age} ago", probe.attempt, probe.host)
}

/// The status and the body on one line; line breaks of the body would only cost height.
fn raw_line(last: &LastProbe, raw: Option<&str>) -> String {
    let answer = &last.probe.answer;
    match (answer.http, raw) {
        (Some(http), Some(raw)) => format!("{http} {}", raw.split_whitespace().collect::<Vec<_>>().join(" ")),
        (Some(http), None) => format!("{http} without a body"),
        (None, _) => match &answer.reason {
            // The reason may begin with the same words.
            Some(reason) if reason.starts_with(&answer.label()) => reason.to_string(),
            Some(reason) => format!("{}: {reason}", answer.label()),
            None => answer.label(),
        },
    }
}
