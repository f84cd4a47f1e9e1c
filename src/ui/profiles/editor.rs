//! The dialog: list, form and request beside each other, what is asked before something is lost, and what came of saving.

use egui::{Context, Rect, Ui, UiBuilder, pos2, vec2};

use super::fields::Field;
use super::form::Form;
use super::import::Import;
use super::list::{self, Wish};
use super::page;
use super::preview::{self, Which};
use crate::monitor::snapshot::Snapshot;
use crate::ui::detail::parts;
use crate::ui::dialogs::frame::{self, Mark};
use crate::ui::icons;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::worker::handle::{BookJob, BookResult, Handle, Refusal, Request, Shelf};

/// Greatest height of the three columns, in points.
const HIGH: f32 = 720.0;
/// Width of the list.
const LIST: f32 = 232.0;
/// Width of the request, as a part of all.
const PREVIEW: f32 = 0.29;

/// Whether the dialog goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Open {
    /// It does.
    Still,
    /// It is closed.
    NoMore,
}

/// The open dialog.
#[derive(Debug)]
pub struct Editor {
    form: Option<Form>,
    /// The profile that was chosen in the list; it may be one that cannot be read.
    chosen: Option<String>,
    import: Option<Import>,
    which: Which,
    at: Option<&'static Field>,
    question: Option<Question>,
    /// The number of results before the one that is waited for.
    waiting: Option<u64>,
    after: Option<After>,
    said: Option<Said>,
    focus_name: bool,
}

/// What is asked in the foot before something is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Question {
    /// Changes are not saved, and the operator wants to go on to this.
    Unsaved(After),
    /// The shown profile is to be removed.
    Remove,
}

/// What comes after the question.
#[derive(Clone, Debug, PartialEq, Eq)]
enum After {
    Close,
    Do(Wish),
}

/// The last result, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Done(String),
    Warning(String, String),
}

impl Editor {
    /// Opens it on the first profile, and has the book read again.
    pub fn open(handle: &Handle) -> Self {
        // Where the worker cannot take it, what was read before is shown.
        let _ = handle.request(Request::Book(BookJob::Read));
        let mut editor = Self {
            form: None,
            chosen: None,
            import: None,
            which: Which::default(),
            at: None,
            question: None,
            waiting: None,
            after: None,
            said: None,
            focus_name: false,
        };
        if let Some(shelf) = handle.shelf() {
            editor.chosen = shelf.profiles.first().map(|entry| entry.name.to_string());
            editor.load(&shelf);
        }
        editor
    }

    /// Shows it.
    pub fn show(&mut self, ctx: &Context, snapshot: &Snapshot, handle: &Handle) -> Open {
        let Some(shelf) = handle.shelf() else { return Open::NoMore };
        if let Open::NoMore = self.receive(handle, &shelf) {
            return Open::NoMore;
        }
        self.follow(&shelf);
        let mut open = Open::Still;
        let shown = frame::show(ctx, Mark::Icon(icons::PROFILES), "Recording profiles", 1140.0, |ui| {
            let save = ui.input_mut(|input| input.consume_key(egui::Modifiers::COMMAND, egui::Key::S));
            let high = (ctx.content_rect().height() - 44.0 - 52.0 - 48.0).min(HIGH);
            self.columns(ui, high, snapshot, &shelf);
            self.foot(ui, &shelf, handle, &mut open);
            if save && self.save_refusal(&shelf).is_none() {
                self.save(handle);
            }
        });
        if shown.escaped {
            open = self.escape();
        }
        open
    }

    fn columns(&mut self, ui: &mut Ui, high: f32, snapshot: &Snapshot, shelf: &Shelf) {
        let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), high), egui::Sense::hover());
        let last = (rect.width() * PREVIEW).max(280.0);
        let [first, second] = [rect.left() + LIST, rect.right() - last];
        list::divider(ui, first, rect);
        let part =
            |from: f32, to: f32| Rect::from_min_max(pos2(from, rect.top()), pos2(to, rect.bottom())).shrink(space::XL);
        let mut column = |from: f32, to: f32, add: &mut dyn FnMut(&mut Ui)| {
            let mut ui = ui.new_child(UiBuilder::new().max_rect(part(from, to)));
            ui.set_clip_rect(part(from, to).expand(space::S));
            add(&mut ui);
        };
        let mut wish = None;
        let locked = self.question.is_some() || self.waiting.is_some();
        column(rect.left(), first, &mut |ui| {
            if locked {
                ui.disable();
            }
            wish = list::show(ui, shelf, self.form.as_ref(), self.chosen.as_deref(), snapshot);
        });
        if let Some(import) = &mut self.import {
            column(first, rect.right(), &mut |ui| import.show(ui, shelf));
        } else {
            column(first, second, &mut |ui| self.middle(ui, shelf));
            if let Some(form) = &self.form {
                let which = &mut self.which;
                column(second, rect.right(), &mut |ui| preview::show(ui, form, which));
            }
        }
        if self.import.is_none() {
            list::divider(ui, second, rect);
        }
        if let Some(wish) = wish {
            self.wish(wish, shelf);
        }
    }

    fn middle(&mut self, ui: &mut Ui, shelf: &Shelf) {
        let said = self.said.clone();
        let unusable =
            self.chosen.as_deref().and_then(|name| shelf.entry(name)).and_then(|entry| entry.unusable.clone());
        let Some(form) = &mut self.form else {
            self.nothing(ui, shelf);
            return;
        };
        let is_new = form.is_new();
        if std::mem::take(&mut self.focus_name) {
            ui.memory_mut(|memory| memory.request_focus(page::name_field()));
        }
        let say = |ui: &mut Ui| {
            if let Some(Said::Warning(head, meaning)) = &said {
                parts::warning(ui, head, meaning);
                ui.add_space(space::L);
            }
            if let Some(why) = unusable.filter(|_| !is_new) {
                parts::warning(ui, "Starts with this profile are refused for now", &why);
                ui.add_space(space::L);
            }
        };
        page::show(ui, form, shelf, say, &mut self.at);
    }

    /// In place of the form.
    fn nothing(&self, ui: &mut Ui, shelf: &Shelf) {
        let palette = Palette::of(ui);
        let entry = self.chosen.as_deref().and_then(|name| shelf.entry(name));
        match entry.map(|entry| &entry.draft) {
            Some(Err(why)) => {
                parts::warning(ui, "This profile cannot be read", why);
                ui.add_space(space::M);
                let todo = format!("Put it right in {}", shelf.place);
                parts::line(ui, todo, text::small(), palette.text2);
            }
            Some(Ok(_)) | None => {
                parts::line(ui, "No profile is shown", text::base(), palette.text3);
            }
        }
    }

    /// What was clicked in the list.
    fn wish(&mut self, wish: Wish, shelf: &Shelf) {
        let stays = matches!(&wish, Wish::Remove) || wish == Wish::Copy;
        if !stays && self.form.as_ref().is_some_and(Form::is_changed) {
            self.question = Some(Question::Unsaved(After::Do(wish)));
            return;
        }
        self.carry_out(wish, shelf);
    }

    fn carry_out(&mut self, wish: Wish, shelf: &Shelf) {
        (self.said, self.import) = (None, None);
        match wish {
            Wish::Show(name) => {
                self.chosen = Some(name);
                self.load(shelf);
            }
            Wish::New => self.edit(Form::empty(shelf)),
            Wish::Copy => {
                if let Some(form) = &self.form {
                    self.edit(form.copy(shelf));
                }
            }
            Wish::Import => self.import = Some(Import::new(shelf)),
            Wish::Remove => self.question = Some(Question::Remove),
        }
    }

    fn edit(&mut self, form: Form) {
        self.form = Some(form);
        self.focus_name = true;
    }

    /// Shows the chosen profile as the book has it.
    fn load(&mut self, shelf: &Shelf) {
        self.form = self.chosen.as_deref().and_then(|name| shelf.entry(name)).and_then(Form::of);
    }

    /// What is not changed here follows the book.
    fn follow(&mut self, shelf: &Shelf) {
        let Some(form) = &self.form else {
            if self.chosen.is_none() && self.import.is_none() {
                self.chosen = shelf.profiles.first().map(|entry| entry.name.to_string());
                self.load(shelf);
            }
            return;
        };
        if form.is_new() || form.is_changed() || self.waiting.is_some() {
            return;
        }
        let there = self.chosen.as_deref().and_then(|name| shelf.entry(name));
        match there.map(|entry| entry.draft.as_ref().ok()) {
            Some(draft) if draft == form.was() => {}
            Some(_) => self.load(shelf),
            None => {
                self.chosen = shelf.profiles.first().map(|entry| entry.name.to_string());
                self.load(shelf);
            }
        }
    }

    fn escape(&mut self) -> Open {
        if self.question.take().is_some() || self.import.take().is_some() {
            return Open::Still;
        }
        self.close()
    }

    fn close(&mut self) -> Open {
        if self.form.as_ref().is_some_and(Form::is_changed) {
            self.question = Some(Question::Unsaved(After::Close));
            return Open::Still;
        }
        Open::NoMore
    }

    fn foot(&mut self, ui: &mut Ui, shelf: &Shelf, handle: &Handle, open: &mut Open) {
        match self.question.clone() {
            Some(Question::Unsaved(after)) => self.ask_unsaved(ui, shelf, handle, after, open),
            Some(Question::Remove) => self.ask_remove(ui, handle),
            None if self.import.is_some() => self.import_foot(ui, shelf),
            None => self.usual_foot(ui, shelf, handle, open),
        }
    }

    fn usual_foot(&mut self, ui: &mut Ui, shelf: &Shelf, handle: &Handle, open: &mut Open) {
        let refusal = self.save_refusal(shelf);
        let changed = self.form.as_ref().is_some_and(Form::is_changed);
        let new = self.form.as_ref().is_some_and(Form::is_new);
        let unchanged = (!changed).then_some("Nothing was changed");
        frame::foot(ui, |ui| {
            let save = Button::new("Save", Kind::Primary).icon(Some(icons::SAVED)).refused(refusal.as_deref());
            if save.tooltip("Ctrl+S. It counts from the next start on").show(ui).clicked() {
                self.save(handle);
            }
            if Button::new("Revert", Kind::Secondary).refused(unchanged).tooltip("Undo all changes").show(ui).clicked()
            {
                self.said = None;
                self.form.iter_mut().for_each(Form::revert);
            }
            if Button::new("Close", Kind::Secondary).tooltip("Esc").show(ui).clicked() {
                *open = self.close();
            }
            let place = match &shelf.note {
                Some(note) => format!("In {}. {note}", shelf.place),
                None => format!("In {}", shelf.place),
            };
            // A new profile cannot be in the file yet, changed or not.
            let blocked = refusal.filter(|_| changed || new);
            match (&self.said, self.waiting, blocked) {
                (_, Some(_), _) => beside(ui, "Being saved"),
                (_, None, Some(why)) => beside(ui, &why),
                (Some(Said::Done(words)), None, None) => beside(ui, words),
                (Some(Said::Warning(..)) | None, None, None) => beside(ui, &place),
            }
        });
    }

    fn import_foot(&mut self, ui: &mut Ui, shelf: &Shelf) {
        let refusal = self.import.as_ref().and_then(|import| import.refusal(shelf));
        frame::foot(ui, |ui| {
            let take = Button::new("Take over", Kind::Primary).icon(Some(icons::CHECK)).refused(refusal.as_deref());
            if take.tooltip("Into the form. It is saved from there").show(ui).clicked()
                && let Some(form) = self.import.as_ref().and_then(Import::form)
            {
                self.import = None;
                self.edit(form);
            }
            if Button::new("Cancel", Kind::Secondary).tooltip("Esc").show(ui).clicked() {
                self.import = None;
            }
            beside(ui, "Nothing changes before it is taken over and saved");
        });
    }

    fn ask_unsaved(&mut self, ui: &mut Ui, shelf: &Shelf, handle: &Handle, after: After, open: &mut Open) {
        let refusal = self.save_refusal(shelf);
        let name = self.form.as_ref().map(|form| form.name().to_owned()).unwrap_or_default();
        frame::foot(ui, |ui| {
            let save = Button::new("Save", Kind::Primary).refused(refusal.as_deref()).show(ui);
            let keep = Button::new("Keep editing", Kind::Secondary).tooltip("Esc").show(ui);
            if ui.memory(|memory| memory.focused().is_none()) {
                if refusal.is_none() { save.request_focus() } else { keep.request_focus() }
            }
            ui.add_space(space::XXL);
            let discard = Button::new("Discard the changes", Kind::Plain).show(ui);
            beside(ui, &format!("{name} has changes that are not saved"));
            if save.clicked() {
                self.question = None;
                self.after = Some(after.clone());
                self.save(handle);
            } else if keep.clicked() {
                self.question = None;
            } else if discard.clicked() {
                self.question = None;
                match after {
                    After::Close => *open = Open::NoMore,
                    After::Do(wish) => {
                        self.load(shelf);
                        self.carry_out(wish, shelf);
                    }
                }
            }
        });
    }

    fn ask_remove(&mut self, ui: &mut Ui, handle: &Handle) {
        let Some(form) = &self.form else { return };
        let (name, was) = (form.name().to_owned(), form.was().cloned().map(Box::new));
        frame::foot(ui, |ui| {
            let remove = Button::new("Remove it", Kind::Harm).icon(Some(icons::REMOVE)).show(ui);
            ui.add_space(space::XXL);
            let keep = Button::new("Keep it", Kind::Secondary).tooltip("Esc").show(ui);
            if ui.memory(|memory| memory.focused().is_none()) {
                keep.request_focus();
            }
            beside(ui, &format!("{name} goes out of the settings file for good"));
            if remove.clicked() {
                self.question = None;
                self.send(BookJob::Remove { name: name.as_str().into(), was: was.clone() }, handle);
            } else if keep.clicked() {
                self.question = None;
            }
        });
    }

    fn save_refusal(&self, shelf: &Shelf) -> Option<String> {
        match &self.form {
            None => Some("No profile is shown".to_owned()),
            Some(_) if self.waiting.is_some() => Some("It is being saved".to_owned()),
            Some(_) if self.import.is_some() => Some("Take the import over first".to_owned()),
            Some(form) => form.refusal(shelf),
        }
    }

    fn save(&mut self, handle: &Handle) {
        let Some(form) = &self.form else { return };
        let Some(draft) = form.checked().draft.clone() else { return };
        let was = form.was().cloned().map(Box::new);
        self.send(BookJob::Save { name: form.name().into(), was, draft: Box::new(draft) }, handle);
    }

    fn send(&mut self, job: BookJob, handle: &Handle) {
        let before = handle.book_result().map_or(0, |(number, _)| number);
        self.said = None;
        match handle.request(Request::Book(job)) {
            Ok(()) => self.waiting = Some(before),
            Err(unheard) => self.said = Some(Said::Warning("Nothing was saved".to_owned(), unheard.to_string())),
        }
    }

    /// Takes what the worker answered.
    fn receive(&mut self, handle: &Handle, shelf: &Shelf) -> Open {
        let Some(before) = self.waiting else { return Open::Still };
        let Some((_, result)) = handle.book_result().filter(|(number, _)| *number > before) else { return Open::Still };
        if let BookResult::Read = result {
            // That of the opening; the one that is waited for comes after it.
            self.waiting = Some(before + 1);
            return Open::Still;
        }
        self.waiting = None;
        let after = self.after.take();
        match result {
            BookResult::Read => {}
            BookResult::Saved { name, .. } => {
                self.chosen = Some(name.to_string());
                self.form.iter_mut().for_each(Form::saved);
                self.said = Some(Said::Done(format!("{name} is saved. It counts from the next start on")));
                match after {
                    Some(After::Close) => return Open::NoMore,
                    Some(After::Do(wish)) => self.carry_out(wish, shelf),
                    None => {}
                }
            }
            BookResult::Removed { name } => {
                (self.chosen, self.form) = (None, None);
                self.follow(shelf);
                self.said = Some(Said::Done(format!("{name} is removed")));
            }
            BookResult::Changed { name } => {
                self.form.iter_mut().for_each(|form| form.compare_with(shelf.entry(&name)));
                let meaning = "The file was read again. Your changes are still here and are not saved: Save puts them in place of \
                               theirs, Revert shows theirs";
                let head = format!("Somebody else changed {name} in the file meanwhile");
                self.said = Some(Said::Warning(head, meaning.to_owned()));
            }
            BookResult::Refused(Refusal { happened, means, todo }) => {
                self.said = Some(Said::Warning(happened.to_string(), format!("{means}. {todo}")));
            }
        }
        Open::Still
    }
}

/// A quiet line beside the buttons: the left end of the foot may be under a note of the window.
fn beside(ui: &mut Ui, words: &str) {
    let palette = Palette::of(ui);
    ui.add_space(space::S);
    ui.add(egui::Label::new(egui::RichText::new(words).font(text::small()).color(palette.text3)).truncate());
}
