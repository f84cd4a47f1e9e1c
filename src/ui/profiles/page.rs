//! The form: name, mode, the settings by sections, and help for the one the operator is at. It hands changes to the form's
//! state and knows no rule.

use egui::{Align, Id, Label, Layout, RichText, ScrollArea, Stroke, Ui, vec2};

use super::control::{self, At, HIGH};
use super::fields::{self, Field, Section};
use super::form::Form;
use super::words;
use crate::profile::choices::Kind as Mode;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::segments;
use crate::worker::handle::Shelf;

/// Height of the help under the form, in points: three lines of it, whatever they say, so that nothing jumps.
const HELP: f32 = 92.0;

/// Shows it. `at` is the setting whose help is shown.
pub fn show(ui: &mut Ui, form: &mut Form, shelf: &Shelf, said: impl FnOnce(&mut Ui), at: &mut Option<&'static Field>) {
    let high = ui.available_height() - HELP;
    let scroll = ScrollArea::vertical().id_salt("profile form").auto_shrink(false).max_height(high);
    let scroll = if form.take_fresh() { scroll.vertical_scroll_offset(0.0) } else { scroll };
    scroll.show(ui, |ui| {
        ui.set_width(ui.available_width() - space::L);
        ui.spacing_mut().item_spacing.y = space::S;
        said(ui);
        name(ui, form, shelf);
        mode(ui, form);
        for rule in form.without_place().map(str::to_owned).collect::<Vec<_>>() {
            ui.add_space(space::S);
            parts::warning(ui, "This cannot be used", &rule);
        }
        sections(ui, form, at);
    });
    help(ui, at.filter(|field| field.is_shown(form.mode(), form.values())));
}

fn name(ui: &mut Ui, form: &mut Form, shelf: &Shelf) {
    let palette = Palette::of(ui);
    let refusal = form.name_refusal(shelf);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        let label = head(ui, "Name");
        if !form.is_new() {
            ui.add(Label::new(RichText::new(form.name()).font(text::base_medium()).color(palette.text1)).truncate());
            return;
        }
        let mut content = form.name().to_owned();
        let field = control::edit(ui, name_field(), &mut content, "", 184.0, text::base(), None).labelled_by(label);
        if field.changed() {
            form.rename(content);
        }
        match refusal {
            Some(_) => control::mark(ui, &field, palette),
            None => {
                let words = "Channels name it. It stays as it is once saved";
                ui.add(Label::new(RichText::new(words).font(text::small()).color(palette.text3)).truncate());
            }
        }
    });
    if let Some(why) = form.name_refusal(shelf) {
        parts::line(ui, why, text::small(), palette.suspect);
    }
}

/// The field of the name.
pub fn name_field() -> Id {
    Id::unique("profile name")
}

fn head(ui: &mut Ui, words: &str) -> Id {
    let palette = Palette::of(ui);
    let size = vec2(140.0, HIGH);
    let shown = ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.label(RichText::new(words).font(text::base()).color(palette.text2)).id
    });
    shown.inner
}

fn mode(ui: &mut Ui, form: &mut Form) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        head(ui, "Mode");
        let modes: Vec<&str> = Mode::ALL.iter().map(|mode| words::mode(*mode)).collect();
        let now = Mode::ALL.iter().position(|mode| *mode == form.mode()).unwrap_or_default();
        if let Some(index) = segments::show(ui, "profile mode", &modes, now) {
            form.turn(Mode::ALL[index]);
        }
        ui.add(
            Label::new(RichText::new(words::mode_makes(form.mode())).font(text::small()).color(palette.text3))
                .truncate(),
        );
    });
}

fn sections(ui: &mut Ui, form: &mut Form, help: &mut Option<&'static Field>) {
    let mut at = (At::Elsewhere, None);
    for section in Section::ALL {
        let shown: Vec<&'static Field> =
            fields::shown(form.mode(), form.values()).filter(|field| field.section == section).collect();
        if shown.is_empty() {
            continue;
        }
        let (title, about) = section.words();
        ui.add_space(space::XL);
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), egui::Sense::hover());
        ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, Palette::of(ui).line1));
        ui.add_space(space::M);
        parts::head(ui, title, about);
        ui.add_space(space::XS);
        for field in shown {
            let here = control::show(ui, form, field);
            if here > at.0 {
                at = (here, Some(field));
            }
        }
    }
    ui.add_space(space::XL);
    if let Some(field) = at.1 {
        *help = Some(field);
    }
}

fn help(ui: &mut Ui, at: Option<&'static Field>) {
    let palette = Palette::of(ui);
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), egui::Sense::hover());
    ui.painter().hline(rect.x_range(), rect.center().y, Stroke::new(1.0, palette.line2));
    ui.add_space(space::M);
    ui.spacing_mut().item_spacing.y = space::XS;
    let Some(field) = at else {
        parts::line(ui, "What a setting does is said here", text::small(), palette.text3);
        return;
    };
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::L;
        ui.label(RichText::new(field.label).font(text::base_medium()).color(palette.text1));
        ui.label(RichText::new(field.json).font(text::code_dense()).color(palette.text3));
        let left_out = if field.is_needed() { "needed".to_owned() } else { format!("left out: {}", field.default) };
        ui.add(Label::new(RichText::new(left_out).font(text::small()).color(palette.text3)).truncate());
    });
    parts::line(ui, field.range, text::small(), palette.text1);
    parts::line(ui, field.help, text::small(), palette.text2);
}
