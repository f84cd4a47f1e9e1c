//! The files of the recording: the playlist's name by the naming rules, whether the service called it so, and every file the
//! service listed, each to be copied whole. It never says that a file is in the bucket: nobody looked there.

use egui::{Frame, Rect, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use super::{facts, parts};
use crate::monitor::snapshot::{ChannelView, RecordingView};
use crate::monitor::told::File;
use crate::ui::commands::{Cmd, Deed, Facts};
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};
use crate::ui::widgets::button;
use crate::ui::widgets::text::{fitted, left};
use crate::ui::{icons, words};

/// Height of one file, in points: its name and a line about it.
const FILE: f32 = 34.0;
/// Files shown at once; the rest is scrolled to.
const AT_ONCE: f32 = 4.5;

/// Shows them. Gives the command that was clicked.
pub fn show(ui: &mut Ui, view: &ChannelView, facts: &Facts<'_>) -> Option<Cmd> {
    let recording = view.recording.as_ref()?;
    parts::head(ui, "Files", &words::files_told(recording));
    let cmd = Cmd::Of(Deed::CopyM3u8);
    let mut clicked = None;
    let name = if words::is_pattern(recording) { "Pattern" } else { "Playlist" };
    parts::row(ui, name, facts::NAME, |ui| {
        let value = words::short_file(words::playlist(recording), &recording.sid);
        if facts::value_with_copy(ui, &value, cmd, facts) {
            clicked = Some(cmd);
        }
        parts::line(ui, words::names_checked(view, recording), text::micro(), Palette::of(ui).text3);
    });
    if !recording.files.is_empty() {
        list(ui, view, recording);
    }
    clicked
}

fn list(ui: &mut Ui, view: &ChannelView, recording: &RecordingView) {
    let palette = Palette::of(ui);
    let frame = Frame::new()
        .fill(palette.field)
        .stroke(egui::Stroke::new(1.0, palette.line2))
        .corner_radius(CONTROL_RADIUS)
        .inner_margin(egui::Margin { left: 8, right: 4, top: 2, bottom: 2 });
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        // As high in the last lines of the pane as anywhere else: the pane scrolls.
        let area = ScrollArea::vertical().id_salt("files").auto_shrink([false, true]);
        let area = area.max_height(FILE * AT_ONCE).min_scrolled_height(FILE * AT_ONCE);
        area.show_rows(ui, FILE, recording.files.len(), |ui, rows| {
            for file in recording.files.get(rows).unwrap_or_default() {
                one(ui, file, &words::file(view, recording, file), palette);
            }
        });
    });
}

fn one(ui: &mut Ui, file: &File, about: &str, palette: &Palette) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), FILE), Sense::hover());
    response.widget_info(|| WidgetInfo::labeled(Role::ListItem, true, format!("{}, {about}", file.name)));
    let place = Rect::from_min_size(pos2(rect.right() - 34.0, rect.top() + 5.0), vec2(24.0, 24.0));
    let name = fitted(ui.painter(), &file.name, &text::code(), place.left() - rect.left() - space::M);
    left(ui.painter(), pos2(rect.left(), rect.top() + 10.0), name, text::code(), palette.text1);
    left(ui.painter(), pos2(rect.left(), rect.top() + 25.0), about, text::micro(), palette.text3);
    response.on_hover_text(file.name.as_ref());
    let id = ui.scope_id().with(("copy file", &file.name));
    let words = format!("Copy {}", file.name);
    if button::icon_at(ui, place, id, icons::COPY, &words).show("Copy the whole name").clicked() {
        // As with a marked text: what is on the screen goes to the clipboard, and nothing else happens.
        ui.ctx().copy_text(file.name.to_string());
    }
}
