//! The list of profiles and what can be done with it. It says what was clicked and does nothing.

use egui::{Align2, Color32, Rect, Role, ScrollArea, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::form::Form;
use super::words;
use crate::monitor::snapshot::Snapshot;
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};
use crate::ui::widgets::button::{Button, Kind, focus_ring};
use crate::ui::widgets::text::{fitted, left};
use crate::ui::{format, icons};
use crate::worker::handle::{Entry, Shelf};

/// Height of a line, in points.
const HIGH: f32 = 44.0;

/// What was clicked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Show this one.
    Show(String),
    /// An empty one.
    New,
    /// A copy of the one that is shown.
    Copy,
    /// A body of start.
    Import,
    /// Take the one that is shown away.
    Remove,
}

/// How many channels start with a profile.
pub fn users<'s>(snapshot: &'s Snapshot, name: &'s str) -> impl Iterator<Item = &'s str> {
    snapshot.channels.iter().filter(move |view| view.profile.as_deref() == Some(name)).map(|view| view.name.as_ref())
}

/// Shows it.
pub fn show(ui: &mut Ui, shelf: &Shelf, form: Option<&Form>, shown: Option<&str>, snapshot: &Snapshot) -> Option<Wish> {
    let mut wish = None;
    buttons(ui, form, snapshot, &mut wish);
    ui.add_space(space::L);
    ScrollArea::vertical().id_salt("profiles").auto_shrink(false).show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = space::XS;
        // Room for the ring of what has the keyboard.
        ui.add_space(space::S);
        if let Some(form) = form.filter(|form| form.is_new()) {
            let about = format!("{}, not saved yet", words::mode(form.mode()));
            line(ui, 0, [form.name(), &about], None, Shown::Yes);
        }
        let is_new = form.is_some_and(Form::is_new);
        for (index, entry) in (1..).zip(&shelf.profiles) {
            let is_shown = !is_new && shown == Some(&*entry.name);
            let (about, problem) = about(entry, snapshot);
            let shown = if is_shown { Shown::Yes } else { Shown::No };
            if line(ui, index, [&entry.name, &about], problem, shown) {
                wish = Some(Wish::Show(entry.name.to_string()));
            }
        }
        if shelf.profiles.is_empty() && !is_new {
            let palette = Palette::of(ui);
            ui.add_space(space::L);
            let words = "No profile yet. Make a new one, or import the start body of your backend";
            crate::ui::detail::parts::line(ui, words, text::small(), palette.text3);
        }
    });
    wish
}

fn buttons(ui: &mut Ui, form: Option<&Form>, snapshot: &Snapshot, wish: &mut Option<Wish>) {
    ui.spacing_mut().item_spacing = vec2(space::M, space::M);
    let none = form.is_none().then_some("No profile is shown");
    ui.horizontal(|ui| {
        if Button::new("New", Kind::Secondary).icon(Some(icons::ADD)).tooltip("An empty profile").show(ui).clicked() {
            *wish = Some(Wish::New);
        }
        let copy = Button::new("Duplicate", Kind::Secondary).icon(Some(icons::COPY)).refused(none);
        if copy.tooltip("A new profile with the same values").show(ui).clicked() {
            *wish = Some(Wish::Copy);
        }
    });
    let used: Vec<&str> = form.map(|form| users(snapshot, form.name()).collect()).unwrap_or_default();
    let used = (!used.is_empty()).then(|| {
        let more = if used.len() > 3 { format!(" and {} more", used.len() - 3) } else { String::new() };
        format!("Used by {}{more}: give them another profile first", used[..used.len().min(3)].join(", "))
    });
    let new = form.is_some_and(Form::is_new).then_some("It is not saved yet");
    ui.horizontal(|ui| {
        let import = Button::new("Import…", Kind::Secondary).icon(Some(icons::IMPORT));
        if import.tooltip("From the JSON body of a start").show(ui).clicked() {
            *wish = Some(Wish::Import);
        }
        let refusal = none.or(new).or(used.as_deref());
        let remove = Button::new("Remove…", Kind::Plain).icon(Some(icons::REMOVE)).refused(refusal);
        if remove.tooltip("Take it out of the settings file").show(ui).clicked() {
            *wish = Some(Wish::Remove);
        }
    });
}

/// The quiet line of an entry, and what is wrong with it.
fn about<'e>(entry: &'e Entry, snapshot: &Snapshot) -> (String, Option<&'e str>) {
    let used = match users(snapshot, &entry.name).count() {
        0 => "not used".to_owned(),
        count => format!("used by {}", format::counted(count, "channel", "channels")),
    };
    match &entry.draft {
        Ok(draft) => (format!("{}, {used}", words::mode(draft.kind())), entry.unusable.as_deref()),
        Err(why) => (format!("Cannot be read, {used}"), Some(why)),
    }
}

/// Whether a line is the one that the form shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Yes,
    No,
}

fn line(ui: &mut Ui, index: usize, [name, about]: [&str; 2], problem: Option<&str>, shown: Shown) -> bool {
    let palette = Palette::of(ui);
    let (outer, _) = ui.allocate_exact_size(vec2(ui.available_width(), HIGH), Sense::hover());
    let rect = outer.shrink2(vec2(space::S, 0.0));
    let response = ui.interact(rect, ui.scope_id().with(("profile", index)), Sense::click());
    response.widget_info(|| {
        let problem = problem.map(|problem| format!(", {problem}")).unwrap_or_default();
        WidgetInfo::selected(Role::ListItem, true, shown == Shown::Yes, format!("{name}, {about}{problem}"))
    });
    let fill = match (shown, response.hovered()) {
        (Shown::Yes, _) => palette.sel,
        (Shown::No, true) => palette.bg3,
        (Shown::No, false) => Color32::TRANSPARENT,
    };
    ui.painter().rect_filled(rect, f32::from(CONTROL_RADIUS), fill);
    if shown == Shown::Yes {
        let bar = Rect::from_min_size(rect.min, vec2(2.0, rect.height()));
        ui.painter().rect_filled(bar, 0.0, palette.text1);
    }
    let room = rect.width() - 2.0 * space::XL - if problem.is_some() { 18.0 } else { 0.0 };
    let x = rect.left() + space::XL;
    let painter = ui.painter();
    let words = fitted(painter, name, &text::base_medium(), room);
    left(painter, pos2(x, rect.top() + 14.0), words, text::base_medium(), palette.text1);
    let words = fitted(painter, about, &text::small(), rect.width() - space::XL - space::S);
    left(painter, pos2(x, rect.top() + 31.0), words, text::small(), palette.text3);
    if problem.is_some() {
        let at = pos2(rect.right() - space::L, rect.top() + 14.0);
        painter.text(at, Align2::RIGHT_CENTER, icons::WARNING, text::icon(14.0), palette.suspect);
    }
    focus_ring(ui, rect, &response, palette);
    match problem {
        Some(problem) => response.on_hover_text(problem).clicked(),
        None => response.clicked(),
    }
}

/// The line between two columns.
pub fn divider(ui: &Ui, x: f32, rect: Rect) {
    ui.painter().vline(x, rect.y_range(), Stroke::new(1.0, Palette::of(ui).line2));
}
