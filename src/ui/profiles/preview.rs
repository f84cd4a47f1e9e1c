//! The request that comes of a form, secrets hidden, and what is worth knowing about it. It shows and changes nothing.

use egui::text::LayoutJob;
use egui::{Color32, Label, ScrollArea, TextFormat, Ui};

use super::form::Form;
use super::words;
use crate::profile::json::HIDDEN;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::segments;

/// Which of the two requests is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Which {
    /// Start's.
    #[default]
    Start,
    /// Acquire's.
    Acquire,
}

/// Shows it.
pub fn show(ui: &mut Ui, form: &Form, which: &mut Which) {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        let chosen = usize::from(*which == Which::Acquire);
        if let Some(index) = segments::show(ui, "request", &["start", "acquire"], chosen) {
            *which = if index == 0 { Which::Start } else { Which::Acquire };
        }
        parts::line(ui, "clientRequest, as it is sent", text::small(), palette.text3);
    });
    ui.add_space(space::M);
    let notes = notes(form);
    let high = ui.available_height();
    let room = if notes.is_empty() { high } else { high * 0.62 };
    ScrollArea::both().id_salt("request").auto_shrink(false).max_height(room).show(ui, |ui| match form.previews() {
        Some(previews) => {
            let json = &previews[usize::from(*which == Which::Acquire)];
            let is_current = form.checked().draft.is_some();
            if !is_current {
                parts::line(ui, "As it was before the marked values", text::small(), palette.text3);
            }
            let inks = if is_current { [palette.text2, palette.text1] } else { [palette.text3, palette.text3] };
            ui.add(Label::new(coloured(json, inks, palette.text3)).extend().selectable(true));
        }
        None => {
            parts::line(ui, "It is shown once everything that is needed is there", text::small(), palette.text3);
        }
    });
    if notes.is_empty() {
        return;
    }
    ui.add_space(space::L);
    parts::head(ui, "Worth knowing", "");
    ui.add_space(space::XS);
    ScrollArea::vertical().id_salt("notes").auto_shrink(false).show(ui, |ui| {
        for (about, says) in notes {
            parts::line(ui, about, text::base_medium(), palette.text1);
            parts::line(ui, says, text::small(), palette.text2);
            ui.add_space(space::M);
        }
    });
}

/// What may surprise, and what an import had to say.
fn notes(form: &Form) -> Vec<(String, String)> {
    let mode = form.mode();
    let warnings = form.checked().draft.as_ref().map(|draft| draft.warnings()).unwrap_or_default();
    form.notes().iter().chain(&warnings).map(|note| words::note(mode, note)).collect()
}

/// Names quieter than values, what is hidden quietest.
pub fn coloured(json: &str, [name, value]: [Color32; 2], hidden: Color32) -> LayoutJob {
    let mut job = LayoutJob::default();
    let mut add = |words: &str, ink| job.append(words, 0.0, TextFormat::simple(text::code_dense(), ink));
    for line in json.split_inclusive('\n') {
        match line.split_once("\": ") {
            Some((key, rest)) => {
                add(&format!("{key}\": "), name);
                add(rest, if rest.contains(HIDDEN) { hidden } else { value });
            }
            None => add(line, value),
        }
    }
    job
}
