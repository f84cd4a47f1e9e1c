//! One row of the form: label, control, range, and what is wrong. It shows a setting and hands changes to the form; it knows no
//! rule.

use egui::{
    Align, CursorIcon, Id, Label, Layout, Margin, Response, RichText, Sense, Stroke, StrokeKind, TextEdit, Ui, vec2,
};
use toml::Value;

use super::check::What;
use super::fields::{Field, Kind};
use super::form::Form;
use super::{rows, tree, words};
use crate::profile::secret::Variable;
use crate::profile::vendors::Vendor;
use crate::ui::detail::parts;
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};

/// Height of a control, in points.
pub const HIGH: f32 = 26.0;
/// Width of the labels.
const LABEL: f32 = 140.0;
/// Width of the controls.
const CONTROL: f32 = 184.0;

/// Shows the setting; gives whether the operator is at it.
pub fn show(ui: &mut Ui, form: &mut Form, field: &'static Field) -> At {
    let palette = Palette::of(ui);
    let checked = form.checked();
    // What is wrong inside of a table is said there.
    let what = if field.kind == Kind::Group { checked.exactly(field.path) } else { checked.about(field.path) }.cloned();
    let mut at = At::Elsewhere;
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let label = label(ui, field, palette);
        if label.hovered() {
            at = At::Pointed;
        }
        if let Kind::Rows(columns) = field.kind {
            rows::add_button(ui, form, field, columns);
            quiet(ui, field, what.as_ref(), palette);
            return;
        }
        let control = control(ui, form, field, label.id);
        if matches!(what, Some(What::Breaks(_))) {
            mark(ui, &control, palette);
        }
        if control.has_focus() {
            at = At::Focused;
        } else if control.hovered() {
            at = At::Pointed;
        }
        quiet(ui, field, what.as_ref(), palette);
    });
    if let Kind::Rows(columns) = field.kind
        && rows::show(ui, form, field, columns)
    {
        at = At::Focused;
    }
    if let Some(What::Breaks(rule)) = &what {
        ui.horizontal(|ui| {
            ui.add_space(LABEL + space::L);
            parts::line(ui, rule, text::small(), palette.suspect);
        });
    }
    at
}

/// Where the operator is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum At {
    /// Not here.
    Elsewhere,
    /// The pointer is over it.
    Pointed,
    /// The control has the keyboard.
    Focused,
}

fn label(ui: &mut Ui, field: &Field, palette: &Palette) -> Response {
    let size = vec2(LABEL, HIGH);
    let shown = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.add(
            Label::new(RichText::new(field.label).font(text::base()).color(palette.text2))
                .truncate()
                .sense(Sense::hover()),
        )
    });
    shown.inner.on_hover_text(format!("{}\n{}\n{}", field.help, field.range, field.json))
}

/// The range beside the control, and whether something is needed.
fn quiet(ui: &mut Ui, field: &Field, what: Option<&What>, palette: &Palette) {
    let words = |ui: &mut Ui, words: &str, ink| {
        ui.add(Label::new(RichText::new(words).font(text::small()).color(ink)).truncate());
    };
    if what == Some(&What::Needed) {
        words(ui, "Needed", palette.text1);
    }
    match field.kind {
        Kind::Number(_) | Kind::Text | Kind::Parts | Kind::Uids | Kind::Secret | Kind::Share | Kind::Rows(_) => {
            words(ui, field.range, palette.text3);
        }
        Kind::Choice(_) | Kind::Vendor | Kind::Region | Kind::Switch | Kind::Group | Kind::Files(_) => {}
    }
}

/// Marks a control whose value cannot be used.
pub fn mark(ui: &Ui, control: &Response, palette: &Palette) {
    let stroke = Stroke::new(1.0, palette.suspect);
    ui.painter().rect_stroke(control.rect, f32::from(CONTROL_RADIUS), stroke, StrokeKind::Inside);
}

fn control(ui: &mut Ui, form: &mut Form, field: &'static Field, label: Id) -> Response {
    let path = field.path;
    match field.kind {
        Kind::Number(_) if field.default.len() < 8 => typed(ui, form, field, 96.0, label),
        Kind::Number(_) | Kind::Text | Kind::Parts | Kind::Uids | Kind::Secret | Kind::Share | Kind::Rows(_) => {
            typed(ui, form, field, CONTROL, label)
        }
        Kind::Switch => {
            let mut on = tree::get(form.values(), path).and_then(Value::as_bool).unwrap_or_default();
            let response = ui.checkbox(&mut on, "").labelled_by(label);
            if response.changed() {
                form.set(path, on.then_some(true.into()));
            }
            response
        }
        Kind::Group => {
            let mut on = tree::get(form.values(), path).is_some();
            let response = ui.checkbox(&mut on, "").labelled_by(label);
            if response.changed() {
                form.set(path, on.then(|| Value::Table(toml::Table::new())));
            }
            response
        }
        Kind::Choice(choices) => {
            let options = choices.iter().map(|(word, words)| (Value::from(*word), (*words).to_owned())).collect();
            choose(ui, form, field, options, label)
        }
        Kind::Files(lists) => {
            let list = |words: &[&str]| words.iter().copied().map(Value::from).collect::<Vec<_>>().into();
            let options = lists.iter().map(|(list_of, words)| (list(list_of), (*words).to_owned())).collect();
            choose(ui, form, field, options, label)
        }
        Kind::Vendor => {
            let options = Vendor::ALL.map(|vendor| (Value::from(vendor.word()), words::vendor(vendor).to_owned()));
            choose(ui, form, field, options.to_vec(), label)
        }
        Kind::Region => {
            let vendor = tree::get(form.values(), "storage.vendor").and_then(Value::as_str).and_then(Vendor::of_word);
            let regions = vendor.map_or(&[][..], Vendor::regions);
            let options = regions.iter().map(|(_, name, _)| (Value::from(*name), (*name).to_owned())).collect();
            choose(ui, form, field, options, label)
        }
    }
}

/// A field to type into.
fn typed(ui: &mut Ui, form: &mut Form, field: &Field, width: f32, label: Id) -> Response {
    let mut content = form.text(field.path, field.kind);
    // What is no name may be the secret itself.
    let is_hidden =
        field.kind == Kind::Secret && !content.is_empty() && Variable::try_from(content.trim().to_owned()).is_err();
    let is_code = matches!(field.kind, Kind::Secret | Kind::Number(_) | Kind::Uids);
    let font = if is_code { text::code() } else { text::base() };
    let hint = if field.kind == Kind::Secret && field.is_needed() { "NAME_OF_A_VARIABLE" } else { field.default };
    let response =
        edit(ui, Id::unique(("profile field", field.path)), &mut content, hint, width, font, is_hidden.then_some('•'))
            .labelled_by(label);
    if response.changed() {
        form.type_in(field.path, field.kind, content);
    }
    response
}

/// A line of text in the editor's look; with `mask`, not to be read.
pub fn edit(
    ui: &mut Ui,
    id: Id,
    content: &mut String,
    hint: &str,
    width: f32,
    font: egui::FontId,
    mask: Option<char>,
) -> Response {
    let palette = Palette::of(ui);
    let hint = RichText::new(hint).color(palette.text3);
    let margin = Margin::symmetric(8, 5);
    let field = TextEdit::singleline(content).id(id).font(font).hint_text(hint).margin(margin);
    ui.add_sized(vec2(width, HIGH), field.password(mask.is_some()).desired_width(width))
}

/// One of some values; the first way out is what counts without any.
fn choose(ui: &mut Ui, form: &mut Form, field: &Field, options: Vec<(Value, String)>, label: Id) -> Response {
    let palette = Palette::of(ui);
    let now = tree::get(form.values(), field.path);
    let is_default = |value: &Value| match value {
        Value::String(word) => word == field.default,
        Value::Array(list) => list.len() == 1 && list[0].as_str() == Some(field.default),
        Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) | Value::Table(_) => false,
    };
    let by_default = options.iter().find(|(value, _)| is_default(value)).map(|(_, words)| words.clone());
    let known = now.and_then(|now| options.iter().find(|(value, _)| value == now)).map(|(_, words)| words.clone());
    let unset =
        by_default.clone().unwrap_or_else(|| if field.is_needed() { "Choose" } else { field.default }.to_owned());
    let (shown, ink) = match (now, known) {
        (Some(_), Some(words)) => (words, palette.text1),
        (Some(now), None) => (now.as_str().map_or_else(|| now.to_string(), str::to_owned), palette.suspect),
        (None, _) => (unset.clone(), if by_default.is_some() { palette.text1 } else { palette.text3 }),
    };
    let now = now.cloned();
    let mut chosen = None;
    let combo = egui::ComboBox::from_id_salt(Id::unique(("profile choice", field.path)))
        .selected_text(RichText::new(shown).font(text::base()).color(ink))
        .width(CONTROL)
        .truncate()
        .height(320.0);
    ui.spacing_mut().interact_size.y = HIGH;
    let shown = combo.show_ui(ui, |ui| {
        ui.spacing_mut().interact_size.y = HIGH;
        if by_default.is_none() && !field.is_needed() && ui.selectable_label(now.is_none(), unset).clicked() {
            chosen = Some(None);
        }
        for (value, words) in &options {
            let is_now = now.as_ref().map_or_else(|| is_default(value), |now| now == value);
            if ui.selectable_label(is_now, words).clicked() {
                chosen = Some(Some(value.clone()));
            }
        }
    });
    let response = shown.response.labelled_by(label).on_hover_cursor(CursorIcon::Default);
    if let Some(value) = chosen {
        form.set(field.path, value);
    }
    response
}
