//! The course of an incident: the lines of the log that are its evidence, in the order in which they came, and a field for one more
//! line. Many channels that do the same one after the other are one line.

use std::sync::Arc;

use egui::{Id, Key, Label, Margin, RichText, TextEdit, Ui};

use crate::monitor::care::{Care, IncidentAt, IncidentCare};
use crate::monitor::describe::actor;
use crate::monitor::event::{Event, NoteOn, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::incidents::words::{acknowledgement_end, incident_kind, settled};
use crate::monitor::remark::Remark;
use crate::monitor::snapshot::{IncidentView, PastIncident};
use crate::monitor::time::Timestamp;
use crate::ui::detail::parts;
use crate::ui::incidents::sieve;
use crate::ui::pages::Desk;
use crate::ui::theme::{Palette, space, text};
use crate::ui::{format, icons, words};

/// The newest lines that are shown; the rest is in the session log.
const AT_MOST: usize = 60;

/// The line that is being written, and about which incident.
#[derive(Debug, Default)]
pub struct Draft {
    about: Option<IncidentAt>,
    typed: String,
    refused: Option<String>,
}

/// One line of the course.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When; the first of those that are told in one.
    pub at: Timestamp,
    /// Its shape, a code point of the icon font.
    pub icon: &'static str,
    /// What.
    pub text: String,
}

fn field() -> Id {
    Id::unique("note on an incident")
}

/// Puts the cursor into the field.
pub fn focus(ui: &Ui) {
    ui.memory_mut(|memory| memory.request_focus(field()));
}

/// Shows the lines, the newest last, and the field under them.
pub fn show(ui: &mut Ui, view: &IncidentView, desk: &Desk<'_>, draft: &mut Draft) {
    parts::rule(ui, space::L);
    match desk.moment.past.and_then(|past| past.find(view.at)) {
        Some(past) => lines_of(ui, past),
        None if desk.handle.incidents_trouble().is_some() => parts::head(ui, "Course and notes", "cannot be read"),
        None => parts::head(ui, "Course and notes", "being read"),
    }
    if sieve::is_at_hand(view.at, desk.moment) {
        write(ui, view, desk, draft);
    } else {
        let line = "It stands in the log alone: it can be read, and nothing can be added";
        parts::line(ui, line, text::small(), Palette::of(ui).text3);
    }
}

fn lines_of(ui: &mut Ui, past: &PastIncident) {
    let lines = course(past);
    let first = lines.len().saturating_sub(AT_MOST);
    let about = if first == 0 { String::new() } else { format!("the newest {AT_MOST} of {} lines", lines.len()) };
    parts::head(ui, "Course and notes", &about);
    let p = Palette::of(ui);
    for line in &lines[first..] {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = space::L;
            ui.label(RichText::new(words::clock(line.at)).font(text::code()).color(p.text3));
            ui.label(RichText::new(line.icon).font(text::icon(14.0)).color(p.text2));
            ui.add(Label::new(RichText::new(&line.text).font(text::base()).color(p.text1)).wrap());
        });
    }
}

/// The lines of an incident, the newest last.
pub fn course(past: &PastIncident) -> Vec<Line> {
    let name = |channel: Option<ChannelId>| {
        let child = past.view.children.iter().find(|child| Some(child.channel) == channel);
        child.map_or_else(|| Arc::from("?"), |child| Arc::clone(&child.name))
    };
    let mut lines = Vec::new();
    let mut rest = past.lines.as_slice();
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|record| are_one(first, record)).count().max(1);
        let who = match alike {
            1 => name(first.channel).to_string(),
            many => format!("{} and {} more", name(first.channel), many - 1),
        };
        let (icon, text) = told(&first.event, &who);
        lines.push(Line { at: first.at, icon, text });
        rest = &rest[alike..];
    }
    lines
}

/// Whether two lines are told in one: different channels that do the same.
fn are_one(one: &Record, other: &Record) -> bool {
    matches!(one.event, Event::IncidentGrew { .. } | Event::IncidentSettled { .. }) && one.event == other.event
}

/// A fact about an incident that stands above it, without its number.
fn told(event: &Event, who: &str) -> (&'static str, String) {
    if let Event::IncidentOpened { kind, channels, absorbed, .. } = event {
        let numbers: Vec<_> = absorbed.iter().map(|absorbed| absorbed.0.to_string()).collect();
        let with = if numbers.is_empty() { String::new() } else { format!("; it takes in {}", numbers.join(", ")) };
        let of = format::counted(channels.len(), "channel", "channels");
        (icons::WARNING, format!("Opened with {of}: {}{with}", incident_kind(*kind)))
    } else if let Event::IncidentGrew { .. } = event {
        (icons::ADD, format!("{who}: part of it from now on"))
    } else if let Event::IncidentSettled { how, .. } = event {
        (icons::LESS, format!("{who}: {}", settled(*how)))
    } else if let Event::IncidentEnded { .. } = event {
        (icons::CLOSED, "Ended: nothing of it is bad any more".to_owned())
    } else if let Event::IncidentAcknowledged { reason, until, by, .. } = event {
        let lasts = match until {
            Some(until) => format!("until {}", words::clock(*until)),
            None => "until it gets worse or is over".to_owned(),
        };
        (icons::CHECK, format!("Acknowledged by {} {lasts}: «{reason}»", actor(*by)))
    } else if let Event::AcknowledgementEnded { why, .. } = event {
        (icons::INFO, format!("Acknowledgement ended: {}", acknowledgement_end(*why)))
    } else if let Event::IncidentClosed { by, .. } = event {
        (icons::CLOSED, format!("Closed by {}", actor(*by)))
    } else if let Event::IncidentReopened { by, .. } = event {
        (icons::RESCUE, format!("Opened again by {}", actor(*by)))
    } else if let Event::NoteAdded { on: NoteOn::Incident { .. }, text, by } = event {
        (icons::NOTE, format!("{}: {text}", format::sentence(actor(*by))))
    } else {
        (icons::INFO, crate::monitor::describe::describe(event))
    }
}

/// The field for one more line; Enter sends.
fn write(ui: &mut Ui, view: &IncidentView, desk: &Desk<'_>, draft: &mut Draft) {
    if draft.about != Some(view.at) {
        *draft = Draft { about: Some(view.at), ..Draft::default() };
    }
    let edit = TextEdit::singleline(&mut draft.typed).id(field()).font(text::base()).hint_text("Add a note (Shift+N)");
    let response = ui.add(edit.desired_width(ui.available_width()).margin(Margin::symmetric(8, 6)));
    ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("Add a note"));
    if response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
        draft.refused = send(view.at, desk, &draft.typed).err();
        if draft.refused.is_none() {
            draft.typed.clear();
        } else {
            // Where the line cannot be sent, the cursor stays.
            response.request_focus();
        }
    }
    let p = Palette::of(ui);
    match &draft.refused {
        Some(why) => parts::line(ui, format::sentence(why), text::small(), p.suspect),
        None => parts::line(ui, "Enter sends it. It stays in the log, and is never changed", text::small(), p.text3),
    };
}

fn send(incident: IncidentAt, desk: &Desk<'_>, typed: &str) -> Result<(), String> {
    let note = typed.parse::<Remark>().map_err(|bad| bad.to_string())?;
    let care = Care::Incident(incident, IncidentCare::Note(note));
    desk.handle.attend(care).map_err(|unheard| unheard.to_string())
}
