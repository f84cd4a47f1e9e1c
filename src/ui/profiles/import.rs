//! Takes a start body of somebody's backend in: pasted or from a file, and shows what came of it before anything changes. The
//! text may hold secrets, so it is kept out of sight and forgotten as soon as the page is left.

use std::io::Read as _;
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver};

use egui::{Event, RichText, ScrollArea, Ui, ViewportCommand};
use secrecy::{ExposeSecret, SecretString};

use super::form::{Form, free_name};
use super::{control, preview, words};
use crate::profile::choices::Kind as Mode;
use crate::profile::import::{Imported, Problem, import};
use crate::profile::name::broken_rule;
use crate::ui::detail::parts;
use crate::ui::dialogs::pick::{self, Ask, Pick, Picked, Suggestion};
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::widgets::segments;
use crate::ui::{format, icons};
use crate::worker::handle::Shelf;

/// Longest body that is read: the service takes no such request.
const LONGEST: u64 = 1024 * 1024;

/// The page.
pub struct Import {
    name: String,
    /// Told by the operator; else known from the body.
    mode: Option<Mode>,
    body: Option<Body>,
    pick: Option<Pick>,
    reading: Option<Receiver<Result<SecretString, String>>>,
    ask: Ask,
    note: Option<String>,
}

/// What was taken in, and what it came to.
struct Body {
    text: SecretString,
    lines: usize,
    result: Result<Imported, Vec<Problem>>,
}

impl std::fmt::Debug for Import {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Import").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Import {
    /// An empty page.
    pub fn new(shelf: &Shelf) -> Self {
        let name = free_name("imported", shelf);
        Self { name, mode: None, body: None, pick: None, reading: None, ask: pick::desktop_open, note: None }
    }

    /// The form of what was taken in.
    pub fn form(&self) -> Option<Form> {
        let Imported { draft, notes } = self.body.as_ref()?.result.as_ref().ok()?;
        Some(Form::imported(self.name.clone(), draft, notes.clone()))
    }

    /// Why it cannot be taken over.
    pub fn refusal(&self, shelf: &Shelf) -> Option<String> {
        if let Some(rule) = broken_rule(&self.name) {
            return Some(rule.to_owned());
        }
        if shelf.entry(&self.name).is_some() {
            return Some(format!("There is a profile with the name {} already", self.name));
        }
        match &self.body {
            None => Some("Paste a body or choose a file first".to_owned()),
            Some(Body { result: Err(_), .. }) => Some("It cannot be used as it is".to_owned()),
            Some(Body { result: Ok(_), .. }) => None,
        }
    }

    /// Shows it.
    pub fn show(&mut self, ui: &mut Ui, shelf: &Shelf) {
        self.receive(ui);
        let palette = Palette::of(ui);
        parts::line(ui, "Import the body of a start", text::strong(), palette.text1);
        let about = "The JSON that your backend sends, whole or clientRequest alone, in any spelling of the vendor's. Its secrets \
                     are not kept: variables of the environment take their place";
        parts::line(ui, about, text::small(), palette.text2);
        ui.add_space(space::L);
        self.name_and_mode(ui, shelf);
        ui.add_space(space::L);
        self.sources(ui);
        if let Some(note) = &self.note {
            parts::line(ui, note, text::small(), palette.suspect);
        }
        ui.add_space(space::L);
        self.outcome(ui);
    }

    fn name_and_mode(&mut self, ui: &mut Ui, shelf: &Shelf) {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            let label = ui.label(RichText::new("Name").font(text::base()).color(palette.text2)).id;
            let id = egui::Id::unique("import name");
            let field = control::edit(ui, id, &mut self.name, "", 184.0, text::base(), None).labelled_by(label);
            if field.changed() {
                self.read_again();
            }
            ui.label(RichText::new("Mode").font(text::base()).color(palette.text2));
            let modes: Vec<&str> =
                std::iter::once("As in the body").chain(Mode::ALL.iter().map(|mode| words::mode(*mode))).collect();
            let now = Mode::ALL.iter().position(|mode| Some(*mode) == self.mode).map_or(0, |index| index + 1);
            if let Some(index) = segments::show(ui, "import mode", &modes, now) {
                self.mode = index.checked_sub(1).map(|index| Mode::ALL[index]);
                self.read_again();
            }
        });
        let taken = shelf.entry(&self.name).is_some().then_some("There is a profile with this name already");
        if let Some(why) = broken_rule(&self.name).or(taken) {
            parts::line(ui, why, text::small(), palette.suspect);
        }
    }

    fn sources(&mut self, ui: &mut Ui) {
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            let paste = Button::new("Paste", Kind::Secondary).icon(Some(icons::PASTE)).tooltip("Ctrl+V does the same");
            if paste.show(ui).clicked() {
                ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
            }
            let busy = (self.pick.is_some() || self.reading.is_some()).then_some("A file is being chosen already");
            let file = Button::new("Choose a file…", Kind::Secondary).icon(Some(icons::FOLDER)).refused(busy);
            if file.show(ui).clicked() {
                self.note = None;
                let suggestion = Suggestion { folder: PathBuf::new(), name: String::new(), kind: ("JSON", &["json"]) };
                self.pick = Some(Pick::open(self.ask, suggestion, ui.ctx().clone()));
            }
        });
    }

    fn outcome(&self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        let Some(body) = &self.body else {
            parts::line(ui, "Nothing was taken in yet", text::small(), palette.text3);
            return;
        };
        let lines = format::counted(body.lines, "line", "lines");
        ScrollArea::vertical().id_salt("import").auto_shrink(false).show(ui, |ui| match &body.result {
            Err(problems) => {
                let count = format::counted(problems.len(), "thing", "things");
                parts::warning(ui, &format!("It cannot be used: {count} to put right"), "Nothing was changed");
                ui.add_space(space::M);
                for problem in problems {
                    let path = if problem.path.is_empty() { "The whole" } else { &problem.path };
                    item(ui, path, &problem.what);
                }
            }
            Ok(imported) => {
                let mode = words::mode(imported.draft.kind());
                let head = format!("{lines} were read as {mode}. Nothing is saved yet");
                parts::line(ui, head, text::base_medium(), palette.text1);
                ui.add_space(space::M);
                for note in &imported.notes {
                    item(ui, if note.about.is_empty() { "The whole" } else { &note.about }, &note.says);
                }
                ui.add_space(space::M);
                let inks = [palette.text2, palette.text1];
                ui.label(preview::coloured(&imported.draft.start_preview(), inks, palette.text3));
            }
        });
    }

    /// Takes what the file dialog answered, what was read, and what was pasted.
    fn receive(&mut self, ui: &Ui) {
        if let Some(picked) = self.pick.as_ref().and_then(Pick::answer) {
            self.pick = None;
            match picked {
                Picked::File(path) => self.reading = Some(read_beside(path, ui.ctx().clone())),
                Picked::Nothing => {}
                Picked::NoDialog => {
                    self.note = Some("There is no file dialog on this desktop. Paste the body instead".to_owned());
                }
            }
        }
        if let Some(read) = self.reading.as_ref().and_then(|reading| reading.try_recv().ok()) {
            self.reading = None;
            match read {
                Ok(text) => self.take(text),
                Err(why) => self.note = Some(why),
            }
        }
        let mut pasted = None;
        let typing = ui.ctx().text_edit_focused();
        ui.input_mut(|input| {
            input.events.retain(|event| {
                let Event::Paste(text) = event else { return true };
                // A body never goes into a field where it could be read.
                let is_body = !typing || text.trim_start().starts_with('{');
                if is_body {
                    pasted = Some(SecretString::from(text.as_str()));
                }
                !is_body
            });
        });
        if let Some(text) = pasted {
            self.take(text);
        }
    }

    /// Reads a body.
    pub fn take(&mut self, text: SecretString) {
        self.note = None;
        let result = import(text.expose_secret(), &self.name, self.mode);
        let lines = text.expose_secret().lines().count();
        self.body = Some(Body { text, lines, result });
    }

    fn read_again(&mut self) {
        if let Some(body) = &mut self.body {
            body.result = import(body.text.expose_secret(), &self.name, self.mode);
        }
    }
}

fn item(ui: &mut Ui, about: &str, says: &str) {
    let palette = Palette::of(ui);
    parts::line(ui, about, text::code(), palette.text1);
    parts::line(ui, says, text::small(), palette.text2);
    ui.add_space(space::S);
}

/// Reads a file on a thread of its own: it may be on a disk that sleeps.
fn read_beside(path: PathBuf, ctx: egui::Context) -> Receiver<Result<SecretString, String>> {
    let (told, answer) = mpsc::channel();
    std::thread::spawn(move || {
        let read = read(&path).map_err(|error| format!("{} cannot be read: {error}", path.display()));
        // The page may be closed meanwhile: then nobody listens, and that is fine.
        let _ = told.send(read);
        ctx.request_repaint_after(std::time::Duration::from_millis(1));
    });
    answer
}

fn read(path: &std::path::Path) -> std::io::Result<SecretString> {
    let mut text = String::new();
    std::fs::File::open(path)?.take(LONGEST + 1).read_to_string(&mut text)?;
    if text.len() as u64 > LONGEST {
        return Err(std::io::Error::other("it is longer than 1 MiB, so it is no body of start"));
    }
    Ok(text.into())
}
