//! Where and how to write a session log. The path field is the main way; the desktop's file dialog only fills it in. The file
//! is written by the worker, and what came of it is shown here.

use std::path::{Path, PathBuf};

use egui::{Context, RichText, TextEdit, Ui};

use super::frame::{self, Mark};
use super::pick::{self, Ask, Pick, Picked, Suggestion};
use super::{Around, Next};
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::widgets::segments;
use crate::ui::{format, icons, words};
use crate::worker::handle::{Existing, ExportJob, ExportResult, Format, Request};

const FORMATS: [Format; 2] = [Format::Csv, Format::JsonLines];

/// Name, file ending and meaning of a format.
const fn about(format: Format) -> (&'static str, &'static str, &'static str) {
    match format {
        Format::Csv => ("CSV", "csv", "One line per event, query and gap, for spreadsheets"),
        Format::JsonLines => ("JSON Lines", "jsonl", "One JSON object per line, for programs"),
    }
}

/// The endings of its files, for the filter of the system's dialog.
const fn endings(format: Format) -> &'static [&'static str] {
    match format {
        Format::Csv => &["csv"],
        Format::JsonLines => &["jsonl"],
    }
}

/// The folder for exports unless the operator types another: documents, else home, else where the program runs.
pub fn default_folder() -> PathBuf {
    let dirs = directories::UserDirs::new();
    let documents = dirs.as_ref().and_then(|dirs| dirs.document_dir().map(Path::to_path_buf));
    documents.or_else(|| dirs.map(|dirs| dirs.home_dir().to_path_buf())).unwrap_or_default()
}

/// The open dialog.
#[derive(Debug)]
pub struct Export {
    channel: ChannelId,
    format: Format,
    path: String,
    stage: Stage,
    pick: Option<Pick>,
    ask: Ask,
    note: Option<String>,
    focused: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    /// The operator fills it in.
    Asking,
    /// The worker writes; the result has a higher number than this.
    Writing(u64),
    /// It was written or not.
    Over(ExportResult),
}

impl Export {
    pub fn new(view: &ChannelView, folder: &Path, now: Timestamp) -> Self {
        let format = Format::Csv;
        let name = words::export_name(&view.cname, now, about(format).1);
        Self {
            channel: view.id,
            format,
            path: folder.join(name).display().to_string(),
            stage: Stage::Asking,
            pick: None,
            ask: pick::desktop,
            note: None,
            focused: false,
        }
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let Some(view) = around.moment.snapshot.channel(self.channel) else { return Next::Close };
        self.receive(around);
        let title = format!("Export session log of {}", words::channel_name(view, around.moment.snapshot));
        let shown = frame::show(ctx, Mark::Icon(icons::EXPORT), &title, 680.0, |ui| {
            let confirmed = frame::confirmed_by_key(ui);
            let mut entered = false;
            frame::body(ui, |ui| {
                self.formats(ui);
                ui.add_space(space::L);
                entered = self.path_field(ui);
                self.outcome(ui);
            });
            self.foot(ui, around, entered || confirmed)
        });
        shown.inner.unless(shown.escaped)
    }

    /// Takes what the file dialog and the worker answered.
    fn receive(&mut self, around: Around<'_>) {
        if let Some(picked) = self.pick.as_ref().and_then(Pick::answer) {
            self.pick = None;
            match picked {
                Picked::File(path) => self.path = path.display().to_string(),
                Picked::Nothing => {}
                Picked::NoDialog => self.note = Some("There is no file dialog on this desktop. Type a path".to_owned()),
            }
        }
        if let (Stage::Writing(before), Some((number, result))) = (&self.stage, around.handle.export_result())
            && number > *before
        {
            // Another path is what helps: the cursor goes back to where it was.
            self.focused = matches!(result, ExportResult::Written { .. });
            self.stage = Stage::Over(result);
        }
    }

    fn formats(&mut self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            let chosen = FORMATS.iter().position(|it| *it == self.format).unwrap_or_default();
            if let Some(index) = segments::show(ui, "format", &FORMATS.map(|it| about(it).0), chosen) {
                self.take_format(FORMATS[index]);
            }
            parts::line(ui, about(self.format).2, text::small(), palette.text3);
        });
    }

    /// The ending follows the format as long as it is the one we proposed.
    fn take_format(&mut self, format: Format) {
        if let Some(stem) = self.path.strip_suffix(&format!(".{}", about(self.format).1)) {
            self.path = format!("{stem}.{}", about(format).1);
        }
        self.format = format;
        self.stage = Stage::Asking;
    }

    /// The path and the way to the file dialog; true when Enter was pressed in the field.
    fn path_field(&mut self, ui: &mut Ui) -> bool {
        let palette = Palette::of(ui);
        let label = ui.label(RichText::new("File").font(text::base_medium()).color(palette.text2));
        let mut entered = false;
        ui.horizontal(|ui| {
            let width = ui.available_width() - 116.0;
            let field = TextEdit::singleline(&mut self.path).font(text::code()).desired_width(width);
            let field = ui.add(field.margin(egui::Margin::symmetric(8, 6))).labelled_by(label.id);
            if !self.focused {
                field.request_focus();
                self.focused = true;
            }
            if field.changed() {
                self.stage = Stage::Asking;
                self.note = None;
            }
            entered = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            let busy = self.pick.is_some().then_some("A file dialog is open already");
            let browse = Button::new("Browse…", Kind::Secondary).icon(Some(icons::FOLDER)).refused(busy);
            if browse.tooltip("Choose with the desktop's file dialog").show(ui).clicked() {
                self.browse(ui.ctx());
            }
        });
        if let Some(note) = &self.note {
            parts::line(ui, note, text::small(), palette.suspect);
        }
        entered
    }

    fn browse(&mut self, ctx: &Context) {
        let path = Path::new(&self.path);
        let (name, ..) = about(self.format);
        let suggestion = Suggestion {
            folder: path.parent().map(Path::to_path_buf).unwrap_or_default(),
            name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            kind: (name, endings(self.format)),
        };
        self.note = None;
        self.pick = Some(Pick::open(self.ask, suggestion, ctx.clone()));
    }

    /// Why the path cannot be written to; nothing is looked up on the disk from here.
    fn path_refusal(&self) -> Option<&'static str> {
        let path = Path::new(self.path.trim());
        if self.path.trim().is_empty() {
            Some("Type where the file goes")
        } else if !path.is_absolute() {
            Some("Type the whole path, from the root of the disk")
        } else if path.file_name().is_none() || self.path.trim().ends_with(std::path::MAIN_SEPARATOR) {
            Some("Type a file name after the folder")
        } else {
            None
        }
    }

    fn outcome(&self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        ui.add_space(space::M);
        match &self.stage {
            Stage::Asking => {
                let why = self.path_refusal().unwrap_or("Times are UTC. Keys, secrets and tokens are never in it");
                parts::line(ui, why, text::small(), palette.text3);
            }
            Stage::Writing(_) => {
                parts::line(ui, "Being written. Checks go on meanwhile", text::small(), palette.text2);
            }
            Stage::Over(ExportResult::Written { path, lines }) => {
                let lines = format!("{} lines written to", format::thousands(*lines));
                ui.horizontal(|ui| {
                    ui.label(RichText::new(icons::CHECK).font(text::icon(14.0)).color(palette.text2));
                    parts::line(ui, lines, text::base_medium(), palette.text1);
                });
                parts::line(ui, path.display().to_string(), text::code(), palette.text1);
            }
            Stage::Over(ExportResult::Exists { path }) => {
                let meaning = format!("{} was kept as it is", path.display());
                parts::warning(ui, "There is a file of that name already", &meaning);
            }
            Stage::Over(ExportResult::Failed { path, why }) if why.starts_with(&*path.to_string_lossy()) => {
                parts::warning(ui, "The file was not written", why);
            }
            Stage::Over(ExportResult::Failed { path, why }) => {
                parts::warning(ui, &format!("{} was not written", path.display()), why);
            }
        }
    }

    fn foot(&mut self, ui: &mut Ui, around: Around<'_>, entered: bool) -> Next {
        let mut next = Next::Stay;
        let exists = matches!(self.stage, Stage::Over(ExportResult::Exists { .. }));
        let written = matches!(self.stage, Stage::Over(ExportResult::Written { .. }));
        let busy = matches!(self.stage, Stage::Writing(_)).then_some("It is being written");
        let refusal = busy.or(self.path_refusal());
        frame::foot(ui, |ui| {
            if written {
                let close = Button::new("Close", Kind::Primary).tooltip("Enter or Esc").show(ui);
                if ui.memory(|memory| memory.focused().is_none()) {
                    close.request_focus();
                }
                if close.clicked() || entered {
                    next = Next::Close;
                }
                return;
            }
            let (words, existing) = if exists { ("Replace it", Existing::Replace) } else { ("Export", Existing::Keep) };
            let kind = if exists { Kind::Harm } else { Kind::Primary };
            let main = Button::new(words, kind).icon(Some(icons::EXPORT)).refused(refusal).show(ui);
            ui.add_space(if exists { space::XXL } else { 0.0 });
            if Button::new("Cancel", Kind::Secondary).tooltip("Esc").show(ui).clicked() {
                next = Next::Close;
            }
            frame::note(ui, "The export itself is noted in the session log");
            // Enter in the field must not replace a file that was only just found to be there.
            if main.clicked() || (entered && refusal.is_none() && !exists) {
                self.send(around, existing);
            }
        });
        next
    }

    fn send(&mut self, around: Around<'_>, existing: Existing) {
        let before = around.handle.export_result().map_or(0, |(number, _)| number);
        let path = PathBuf::from(self.path.trim());
        let job = ExportJob { channel: self.channel, format: self.format, path: path.clone(), existing };
        self.stage = match around.handle.request(Request::Export(job)) {
            Ok(()) => Stage::Writing(before),
            Err(unheard) => Stage::Over(ExportResult::Failed { path, why: unheard.to_string().into() }),
        };
    }
}
