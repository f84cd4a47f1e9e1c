//! Fields of dialogs: a name, what is typed, and under it what is wrong with it. A masked one holds a secret: it is shown as
//! dots, cannot be copied out and is never part of `Debug`; the copy here is wiped when the dialog goes.

use std::fmt;

use egui::{ComboBox, Id, Margin, Response, RichText, TextEdit, Ui, vec2};
use secrecy::SecretString;
use secrecy::zeroize::Zeroize;

use crate::ui::detail::parts;
use crate::ui::theme::{Palette, space, text};

/// Room for the name of a field, in points.
pub const NAME: f32 = 132.0;

/// A secret while it is typed.
#[derive(Default)]
pub struct Masked(String);

impl Masked {
    /// What was typed.
    pub fn secret(&self) -> SecretString {
        self.0.as_str().into()
    }

    /// As if it had been typed.
    #[cfg(test)]
    pub fn of(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Masked(not shown)")
    }
}

impl Drop for Masked {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A line of text with its name before it.
pub fn line(ui: &mut Ui, name: &str, value: &mut String) -> Response {
    named(ui, name, |ui, label| {
        let field = TextEdit::singleline(value).font(text::code()).desired_width(ui.available_width());
        ui.add(field.margin(Margin::symmetric(8, 5))).labelled_by(label)
    })
}

/// The same for a secret.
pub fn masked(ui: &mut Ui, name: &str, value: &mut Masked) -> Response {
    named(ui, name, |ui, label| {
        let field = TextEdit::singleline(&mut value.0).password(true).font(text::code());
        ui.add(field.desired_width(ui.available_width()).margin(Margin::symmetric(8, 5))).labelled_by(label)
    })
}

/// A choice from a list, `None` when it stays as it is.
pub fn choice<'a>(ui: &mut Ui, name: &str, chosen: &str, choices: impl Iterator<Item = &'a str>) -> Option<usize> {
    named(ui, name, |ui, label| {
        let mut taken = None;
        let shown = RichText::new(chosen).font(text::code());
        let list = ComboBox::from_id_salt(("choice", name)).width(220.0).selected_text(shown);
        let shown = list.show_ui(ui, |ui| {
            for (index, it) in choices.enumerate() {
                if ui.selectable_label(it == chosen, RichText::new(it).font(text::code())).clicked() {
                    taken = Some(index);
                }
            }
        });
        shown.response.labelled_by(label);
        taken
    })
}

/// A name in the column of names, and `add` beside it. Gives the label's id to be named by.
pub fn named<T>(ui: &mut Ui, name: &str, add: impl FnOnce(&mut Ui, Id) -> T) -> T {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::M;
        let size = vec2(NAME, 26.0);
        let layout = egui::Layout::left_to_right(egui::Align::Center);
        let label = ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_size(size);
            ui.label(RichText::new(name).font(text::base_medium()).color(palette.text2)).id
        });
        add(ui, label.inner)
    })
    .inner
}

/// What is wrong with the field above, or what is worth knowing about it.
pub fn about(ui: &mut Ui, problem: Option<&str>, hint: &str) {
    let palette = Palette::of(ui);
    let (words, ink) = problem.map_or((hint, palette.text3), |problem| (problem, palette.suspect));
    if words.is_empty() {
        return;
    }
    ui.horizontal(|ui| {
        ui.add_space(NAME + space::M);
        parts::line(ui, words, text::small(), ink);
    });
}
