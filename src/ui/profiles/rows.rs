//! Lists of tables: the regions of a layout, the images of users. One line per table, one cell per member.

use egui::{Align2, Id, Label, Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, vec2};
use toml::{Table, Value};

use super::control::{HIGH, edit, mark};
use super::fields::{Column, Field, Kind};
use super::form::Form;
use super::tree;
use crate::ui::icons;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{self, Button, Size};

/// The most room for a sketch of the picture.
const SKETCH: Vec2 = vec2(240.0, 135.0);

/// The button that adds a line.
pub fn add_button(ui: &mut Ui, form: &mut Form, field: &Field, columns: &[Column]) {
    let add = Button::new("Add", button::Kind::Secondary).size(Size::Bar).icon(Some(icons::ADD));
    if add.tooltip("One more at the end").show(ui).clicked() {
        form.change_rows(field.path, |rows| rows.push(Value::Table(first(columns))));
    }
}

/// A new line: the left upper quarter of the picture, and nothing else.
fn first(columns: &[Column]) -> Table {
    let shares = columns.iter().filter(|column| column.kind == Kind::Share && column.default.is_empty());
    let place = |key: &str| if ["x", "y"].contains(&key) { 0.0 } else { 0.5 };
    shares.map(|column| (column.key.to_owned(), Value::from(place(column.key)))).collect()
}

/// Shows the lines; true when one of its cells has the keyboard.
pub fn show(ui: &mut Ui, form: &mut Form, field: &Field, columns: &[Column]) -> bool {
    let count = form.rows(field.path).len();
    if count == 0 {
        return false;
    }
    let palette = Palette::of(ui);
    let (mut focused, mut removed) = (false, None);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        for column in columns {
            ui.add_sized(
                vec2(column.width, 16.0),
                Label::new(RichText::new(column.label).font(text::micro()).color(palette.text3)).truncate(),
            );
        }
    });
    for row in 0..count {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            for column in columns {
                focused |= cell(ui, form, field, row, column);
            }
            let name = format!("Remove {} {}", field.label, row + 1);
            if button::icon(ui, icons::CLOSE, &name, "Take this line away", None).clicked() {
                removed = Some(row);
            }
        });
    }
    if columns.iter().any(|column| column.key == "x") {
        sketch(ui, form, field);
    }
    if let Some(row) = removed {
        form.change_rows(field.path, |rows| drop(rows.remove(row)));
    }
    focused
}

/// The picture with its regions, the later ones above.
fn sketch(ui: &mut Ui, form: &Form, field: &Field) {
    let palette = Palette::of(ui);
    let side = |key: &str, default: f32| {
        let path = format!("recording.transcoding.{key}");
        tree::get(form.values(), &path).and_then(Value::as_integer).map_or(default, |side| side.clamp(1, 4096) as f32)
    };
    let (width, height) = (side("width", 360.0), side("height", 640.0));
    let scale = (SKETCH.x / width).min(SKETCH.y / height);
    ui.add_space(space::S);
    let (rect, response) = ui.allocate_exact_size(vec2(width * scale, height * scale), Sense::hover());
    let rows = form.rows(field.path);
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("The picture with {} regions", rows.len())));
    ui.painter().rect(rect, 0.0, palette.field, Stroke::new(1.0, palette.line3), StrokeKind::Inside);
    for (index, row) in rows.iter().enumerate() {
        let share =
            |key: &str| row.get(key).and_then(|value| value.as_float().or(value.as_integer().map(|n| n as f64)));
        let (Some(x), Some(y), Some(w), Some(h)) = (share("x"), share("y"), share("width"), share("height")) else {
            continue;
        };
        #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
        let at = |share: f64| share.clamp(0.0, 1.0) as f32;
        let from = rect.min + vec2(at(x), at(y)) * rect.size();
        let region = Rect::from_min_size(from, vec2(at(w), at(h)) * rect.size()).intersect(rect);
        ui.painter().rect(region, 0.0, palette.bg3, Stroke::new(1.0, palette.text3), StrokeKind::Inside);
        ui.painter().text(region.center(), Align2::CENTER_CENTER, index + 1, text::micro(), palette.text2);
    }
    ui.add_space(space::S);
}

fn cell(ui: &mut Ui, form: &mut Form, field: &Field, row: usize, column: &Column) -> bool {
    let path = format!("{}.{row}.{}", field.path, column.key);
    let name = format!("{} of {} {}", column.label, field.label, row + 1);
    let response = if let Kind::Choice(choices) = column.kind {
        let now = tree::get(form.values(), &path).and_then(Value::as_str).unwrap_or(column.default).to_owned();
        let words = choices.iter().find(|(word, _)| *word == now).map_or(now.as_str(), |(_, words)| words);
        let mut chosen = None;
        let combo = egui::ComboBox::from_id_salt(Id::unique(("profile cell", &path)))
            .selected_text(RichText::new(words).font(text::base()))
            .width(column.width);
        ui.spacing_mut().interact_size.y = HIGH;
        let shown = combo.show_ui(ui, |ui| {
            for (word, words) in choices {
                if ui.selectable_label(*word == now, *words).clicked() {
                    chosen = Some((*word).to_owned());
                }
            }
        });
        if let Some(word) = chosen {
            form.type_into_cell(field.path, row, column.key, column.kind, word);
        }
        shown.response
    } else {
        let mut content = form.text(&path, column.kind);
        let id = Id::unique(("profile cell", &path));
        let response = edit(ui, id, &mut content, column.default, column.width, text::code(), None);
        if response.changed() {
            form.type_into_cell(field.path, row, column.key, column.kind, content);
        }
        response
    };
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label(name));
    if form.checked().problems.iter().any(|problem| problem.path == path) {
        mark(ui, &response, Palette::of(ui));
    }
    response.has_focus()
}
