//! Watching recordings that were started elsewhere: a list is pasted or read from a file, a dry run tells what would become of
//! each row, and only then are the good ones handed to the worker. Nothing is sent to Agora but the queries that follow.

mod lists;
mod load;
mod plan;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use egui::{Context, Event, Margin, RichText, ScrollArea, TextEdit, Ui};

use self::load::{Job, Reading, Text};
use self::plan::{Fate, Plan};
use super::frame::{self, Mark};
use super::pick::{self, Ask, Pick, Picked, Suggestion};
use super::{Around, Next, fields};
use crate::monitor::ids::{Mode, ProjectId};
use crate::monitor::snapshot::Snapshot;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind, Size};
use crate::ui::widgets::segments;
use crate::ui::{format, icons, words};
use crate::worker::handle::{Adoption, NewRecording, Request};

/// A pasted text up to this many bytes goes into the field.
const FIELD_HOLDS: usize = 64 * 1024;
/// Rows of the list of problems and of the good rows that are seen at once.
const PROBLEMS_SHOWN: f32 = 4.5;
const ROWS_SHOWN: f32 = 6.5;

/// The mode of rows that tell none.
const MODES: [(Option<Mode>, &str); 4] = [
    (None, "Each row says it"),
    (Some(Mode::Mix), "mix"),
    (Some(Mode::Individual), "individual"),
    (Some(Mode::Web), "web"),
];

/// The open dialog.
#[derive(Debug)]
pub struct Import {
    text: Text,
    path: String,
    mode: Option<Mode>,
    project: ProjectId,
    profile: Option<Arc<str>>,
    ask: Ask,
    pick: Option<Pick>,
    file: Option<Job<load::FileRead>>,
    /// Text, mode or project changed since the last reading began.
    changed: bool,
    reading: Option<Reading>,
    plan: Option<Plan>,
    stage: Stage,
    note: Option<String>,
    focused: bool,
}

#[derive(Debug)]
enum Stage {
    /// The list is filled in and tried.
    Asking,
    /// The worker has it; its answer has a higher number than this. The lines of what was sent.
    Sent(u64, Vec<usize>),
    /// What came of it.
    Over(Arc<Adoption>, Vec<usize>),
}

impl Import {
    pub fn new() -> Self {
        Self {
            text: Text::Typed(String::new()),
            path: String::new(),
            mode: None,
            project: ProjectId::default(),
            profile: None,
            ask: pick::desktop_open,
            pick: None,
            file: None,
            changed: false,
            reading: None,
            plan: None,
            stage: Stage::Asking,
            note: None,
            focused: false,
        }
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        self.receive(ctx, around);
        let shown = frame::show(ctx, Mark::Icon(icons::IMPORT), "Import sessions", 1020.0, |ui| {
            let confirmed = frame::confirmed_by_key(ui);
            frame::body(ui, |ui| match &self.stage {
                Stage::Asking => self.asking(ui, around),
                Stage::Sent(..) => {
                    parts::line(ui, "The worker takes them in", text::base(), Palette::of(ui).text2);
                }
                Stage::Over(adoption, lines) => result(ui, adoption, lines),
            });
            self.foot(ui, around, confirmed)
        });
        shown.inner.unless(shown.escaped)
    }

    /// Takes what other threads and the worker have ready.
    fn receive(&mut self, ctx: &Context, around: Around<'_>) {
        if let Some(picked) = self.pick.as_ref().and_then(Pick::answer) {
            self.pick = None;
            match picked {
                Picked::File(path) => self.load(path, ctx),
                Picked::Nothing => {}
                Picked::NoDialog => self.note = Some("There is no file dialog on this desktop. Type a path".to_owned()),
            }
        }
        match self.file.as_ref().map(Job::result) {
            None | Some(Ok(None)) => {}
            Some(Ok(Some(Ok((path, bytes))))) => {
                self.file = None;
                self.take(Text::Long(path.display().to_string(), bytes));
            }
            Some(Ok(Some(Err(why)))) => (self.file, self.note) = (None, Some(why)),
            Some(Err(_)) => (self.file, self.note) = (None, Some("The file could not be read".to_owned())),
        }
        self.understand(ctx, around.moment.snapshot);
        if let (Stage::Sent(before, lines), Some((number, adoption))) =
            (&mut self.stage, around.handle.adoption_result())
            && number > *before
        {
            self.focused = false;
            self.stage = Stage::Over(adoption, std::mem::take(lines));
        }
    }

    fn take(&mut self, text: Text) {
        (self.text, self.changed, self.plan, self.note) = (text, true, None, None);
    }

    fn load(&mut self, path: PathBuf, ctx: &Context) {
        self.path = path.display().to_string();
        self.note = None;
        self.file = Some(Job::start(ctx.clone(), move || load::read_file(&path)));
    }

    /// Reads the list again after a change, and makes a plan of what was read.
    fn understand(&mut self, ctx: &Context, snapshot: &Snapshot) {
        if self.changed && !matches!(self.reading, Some(Reading::Beside(_))) {
            self.changed = false;
            self.plan = None;
            let empty = self.text.bytes().iter().all(u8::is_ascii_whitespace);
            self.reading = (!empty).then(|| Reading::start(&self.text, self.mode.clone(), ctx));
        }
        let import = match self.reading.take() {
            None => return,
            Some(Reading::Done(import)) => *import,
            Some(Reading::Beside(job)) => match job.result() {
                Ok(Some(import)) => import,
                Ok(None) => {
                    self.reading = Some(Reading::Beside(job));
                    return;
                }
                Err(_) => {
                    self.note = Some("The list could not be read".to_owned());
                    return;
                }
            },
        };
        // What was read meanwhile is not what stands there now.
        if !self.changed {
            self.plan = Some(Plan::new(import, snapshot, self.project));
        }
    }

    fn asking(&mut self, ui: &mut Ui, around: Around<'_>) {
        self.take_long_paste(ui);
        self.source(ui);
        ui.add_space(space::M);
        self.choices(ui, around);
        ui.add_space(space::M);
        self.dry_run(ui);
    }

    /// A long text would be laid out letter by letter in the field: it goes past it.
    fn take_long_paste(&mut self, ui: &Ui) {
        let mut taken = None;
        ui.input_mut(|input| {
            input.events.retain_mut(|event| {
                if let Event::Paste(text) = event
                    && text.len() > FIELD_HOLDS
                {
                    taken = Some(std::mem::take(text));
                    return false;
                }
                true
            });
        });
        if let Some(text) = taken {
            self.take(Text::Long("the clipboard".to_owned(), text.into_bytes().into()));
        }
    }

    fn source(&mut self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        let label = ui.label(RichText::new("List").font(text::base_medium()).color(palette.text2));
        let mut cleared = false;
        match &mut self.text {
            Text::Typed(typed) => {
                ScrollArea::vertical().id_salt("list").max_height(116.0).min_scrolled_height(116.0).show(ui, |ui| {
                    let hint =
                        "Paste CSV, JSON, JSON Lines or the answer of a start, with resourceId, sid, cname, uid, mode";
                    let field = TextEdit::multiline(typed).font(text::code()).desired_rows(6).hint_text(hint);
                    let field = field.desired_width(ui.available_width()).margin(Margin::symmetric(8, 6));
                    let field = ui.add(field).labelled_by(label.id);
                    if !self.focused {
                        field.request_focus();
                        self.focused = true;
                    }
                    self.changed |= field.changed();
                });
            }
            Text::Long(from, bytes) => {
                ui.horizontal(|ui| {
                    let size = format!("{} bytes from {from}", format::thousands(bytes.len() as u64));
                    parts::line(ui, size, text::code(), palette.text1);
                    let clear = Button::new("Take it out", Kind::Secondary).size(Size::Bar);
                    cleared = clear.show(ui).clicked();
                });
            }
        }
        if cleared {
            self.focused = false;
            self.take(Text::Typed(String::new()));
        }
        self.file_line(ui);
    }

    fn file_line(&mut self, ui: &mut Ui) {
        let ctx = ui.ctx().clone();
        let mut load = false;
        ui.horizontal(|ui| {
            let width = ui.available_width() - 240.0;
            ui.allocate_ui(egui::vec2(width, 28.0), |ui| {
                let field = fields::line(ui, "Or a file", &mut self.path);
                load = field.lost_focus() && ui.input(|input| input.key_pressed(egui::Key::Enter));
            });
            let busy = self.file.is_some().then_some("A file is being read");
            let empty = self.path.trim().is_empty().then_some("Type a path, or browse");
            let read = Button::new("Read it", Kind::Secondary).refused(busy.or(empty)).tooltip("Enter").show(ui);
            load = (load && busy.or(empty).is_none()) || read.clicked();
            let open = self.pick.is_some().then_some("A file dialog is open already");
            let browse = Button::new("Browse…", Kind::Secondary).icon(Some(icons::FOLDER)).refused(busy.or(open));
            if browse.tooltip("Choose with the desktop's file dialog").show(ui).clicked() {
                let folder = Path::new(&self.path).parent().map(Path::to_path_buf).unwrap_or_default();
                let suggestion = Suggestion {
                    folder,
                    name: String::new(),
                    kind: ("Lists", &["csv", "tsv", "txt", "json", "jsonl", "ndjson"]),
                };
                self.pick = Some(Pick::open(self.ask, suggestion, ctx.clone()));
            }
        });
        if load {
            self.load(PathBuf::from(self.path.trim()), &ctx);
        }
        if let Some(note) = &self.note {
            fields::about(ui, Some(note), "");
        }
    }

    /// What holds for rows that do not say it themselves.
    fn choices(&mut self, ui: &mut Ui, around: Around<'_>) {
        fields::named(ui, "Mode", |ui, _| {
            let chosen = MODES.iter().position(|(mode, _)| *mode == self.mode).unwrap_or_default();
            if let Some(index) = segments::show(ui, "mode", &MODES.each_ref().map(|(_, words)| *words), chosen) {
                self.mode = MODES[index].0.clone();
                self.changed = true;
            }
            parts::line(ui, "of rows that tell none", text::small(), Palette::of(ui).text3);
        });
        self.project_choice(ui, around);
        let shelf = around.handle.shelf();
        let known = shelf.iter().flat_map(|shelf| shelf.profiles.iter().map(|entry| &entry.name));
        let used = around.moment.snapshot.channels.iter().filter_map(|view| view.profile.as_ref());
        let profiles: BTreeSet<&Arc<str>> = known.chain(used).collect();
        let chosen = self.profile.as_deref().unwrap_or("none");
        let names = std::iter::once("none").chain(profiles.iter().map(|name| &***name));
        if let Some(index) = fields::choice(ui, "Profile", chosen, names) {
            self.profile = index.checked_sub(1).and_then(|index| profiles.iter().nth(index)).map(|it| Arc::clone(it));
        }
        let hint = "For restarts of rows that name none. Without one a recording can be watched, changed and stopped";
        fields::about(ui, None, hint);
    }

    /// The project of rows that name none, where there is more than one.
    fn project_choice(&mut self, ui: &mut Ui, around: Around<'_>) {
        let projects = &around.moment.snapshot.projects;
        if projects.len() < 2 {
            return;
        }
        let chosen = projects.get(self.project.index()).map_or("", |project| &*project.name);
        let names = projects.iter().map(|project| &*project.name);
        if let Some(project) = fields::choice(ui, "Project", chosen, names).and_then(|index| projects.get(index)) {
            self.project = project.id;
            self.changed = true;
        }
        fields::about(ui, None, "Of rows that name none in a column project");
    }

    fn dry_run(&self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        let Some(plan) = &self.plan else {
            let reading = self.reading.is_some() || self.file.is_some();
            let words = if reading { "Being read" } else { "Nothing is taken in before you have seen what it is" };
            parts::line(ui, words, text::small(), palette.text3);
            return;
        };
        let summary = words::import_summary(plan.takers().count(), plan.known(), plan.bad_lines());
        ui.horizontal(|ui| {
            parts::line(ui, summary, text::strong(), palette.text1);
            parts::line(ui, format!("read as {}", plan.format), text::small(), palette.text3);
        });
        if !plan.ignored.is_empty() {
            let words = format!("Columns that mean nothing here: {}", plan.ignored.join(", "));
            parts::line(ui, words, text::small(), palette.text3);
        }
        if !plan.problems.is_empty() {
            problems(ui, plan);
        }
        if !plan.entries.is_empty() {
            entries(ui, plan);
        }
    }

    fn foot(&mut self, ui: &mut Ui, around: Around<'_>, confirmed: bool) -> Next {
        let mut next = Next::Stay;
        frame::foot(ui, |ui| match &self.stage {
            Stage::Asking => next = self.foot_asking(ui, around, confirmed),
            Stage::Sent(..) | Stage::Over(..) => {
                let close = Button::new("Close", Kind::Primary).tooltip("Enter or Esc").show(ui);
                if !self.focused {
                    close.request_focus();
                    self.focused = true;
                }
                if close.clicked() || frame::enter_without_focus(ui) {
                    next = Next::Close;
                }
            }
        });
        next
    }

    fn foot_asking(&mut self, ui: &mut Ui, around: Around<'_>, confirmed: bool) -> Next {
        let takers = self.plan.as_ref().map_or(0, |plan| plan.takers().count());
        let refusal = match &self.plan {
            None => Some("Paste a list, or read a file"),
            Some(_) if takers == 0 => Some("No row can be adopted"),
            Some(_) => None,
        };
        let words =
            if takers == 0 { "Adopt".to_owned() } else { format!("Adopt {}", format::thousands(takers as u64)) };
        let adopt = Button::new(&words, Kind::Primary).refused(refusal).tooltip("Ctrl+Enter").show(ui);
        let cancel = Button::new("Cancel", Kind::Secondary).tooltip("Esc").show(ui);
        frame::note(ui, "Agora is asked about each, and nothing else is sent. Rows with problems are left out");
        if cancel.clicked() {
            return Next::Close;
        }
        if (adopt.clicked() || confirmed) && refusal.is_none() {
            self.adopt(around);
        }
        Next::Stay
    }

    fn adopt(&mut self, around: Around<'_>) {
        let Some(plan) = &self.plan else { return };
        let (lines, list): (Vec<usize>, Vec<NewRecording>) = plan
            .takers()
            .map(|entry| {
                let profile = entry.recording.profile.clone().or_else(|| self.profile.clone());
                (entry.line, NewRecording { profile, ..entry.recording.clone() })
            })
            .unzip();
        let before = around.handle.adoption_result().map_or(0, |(number, _)| number);
        match around.handle.request(Request::Adopt(list)) {
            Ok(()) => (self.stage, self.focused) = (Stage::Sent(before, lines), false),
            Err(unheard) => self.note = Some(format::sentence(&unheard.to_string())),
        }
    }
}

fn problems(ui: &mut Ui, plan: &Plan) {
    let about = match plan.further_problems {
        0 => format::counted(plan.problems.len(), "problem", "problems"),
        n => format!("the first {}, and {} more", plan.problems.len(), format::thousands(n as u64)),
    };
    parts::head(ui, "Problems", &about);
    let columns = [("Line", 70.0), ("Field", 110.0), ("Value", 220.0), ("Reason", 0.0)];
    lists::show(ui, "problems", columns, plan.problems.len(), PROBLEMS_SHOWN, |index| {
        let problem = &plan.problems[index];
        let field = problem.field.unwrap_or_default().to_owned();
        [problem.line.to_string(), field, problem.value.clone().unwrap_or_default(), problem.reason.clone()]
    });
}

fn entries(ui: &mut Ui, plan: &Plan) {
    parts::head(ui, "Rows", &format::counted(plan.entries.len(), "row without a problem", "rows without a problem"));
    let columns = [
        ("Line", 70.0),
        ("Channel", 220.0),
        ("UID", 100.0),
        ("Mode", 90.0),
        ("sid", 180.0),
        ("What becomes of it", 0.0),
    ];
    lists::show(ui, "rows", columns, plan.entries.len(), ROWS_SHOWN, |index| {
        let entry = &plan.entries[index];
        let it = &entry.recording;
        let fate = match entry.fate {
            Fate::New => "a channel of its own",
            Fate::Joins => "joins the channel that is watched",
            Fate::Known => "watched already, left as it is",
        };
        let sid = words::short_sid(&it.sid);
        [entry.line.to_string(), it.name.to_string(), it.uid.to_string(), it.mode.to_string(), sid, fate.to_owned()]
    });
}

/// What the worker says came of it.
fn result(ui: &mut Ui, adoption: &Adoption, lines: &[usize]) {
    let palette = Palette::of(ui);
    let words = words::adopted(adoption.taken, adoption.refused.len());
    parts::line(ui, words, text::strong(), palette.text1);
    if adoption.taken > 0 {
        let words = "They read Not observed until Agora has answered for them, as fast as the quota allows";
        parts::line(ui, words, text::small(), palette.text2);
    }
    if let Some(why) = &adoption.unsaved {
        let words =
            format!("They are not in the log yet, and forgotten if reelwatch ends before it can be written: {why}");
        parts::line(ui, words, text::small(), palette.lost);
    }
    if adoption.refused.is_empty() {
        return;
    }
    ui.add_space(space::M);
    parts::head(ui, "Not taken", "");
    lists::show(ui, "refused", [("Line", 70.0), ("Why", 0.0)], adoption.refused.len(), ROWS_SHOWN, |index| {
        let refused = &adoption.refused[index];
        let line = lines.get(refused.row).map_or_else(String::new, ToString::to_string);
        [line, refused.why.to_string()]
    });
}
