//! A line about an incident: the reason of an acknowledgement, a note, or what came of it when it is closed. The field has the
//! cursor, and Enter sends.

use std::time::Duration;

use egui::{Context, Id, Key, TextEdit, Ui};

use super::frame::{self, Mark};
use super::{Around, Next};
use crate::monitor::care::{Care, IncidentAt, IncidentCare};
use crate::monitor::remark::Remark;
use crate::monitor::snapshot::IncidentView;
use crate::ui::commands::Tend;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::widgets::segments;
use crate::ui::{format, icons, words};

/// What the line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Why the incident may be silent.
    Acknowledge,
    /// What is known of it.
    Note,
    /// What came of it.
    Close,
}

/// For how long an acknowledgement may last, with its words.
const LASTS: [(&str, Option<Duration>); 3] = [
    ("Until it gets worse or is over", None),
    ("15 min", Some(Duration::from_secs(900))),
    ("1 h", Some(Duration::from_secs(3600))),
];

/// Asks for a line about an incident.
#[derive(Debug)]
pub struct Line {
    incident: IncidentAt,
    about: About,
    typed: String,
    lasts: usize,
    focused: bool,
    refused: Option<String>,
}

impl Line {
    pub fn new(incident: IncidentAt, about: About) -> Self {
        Self { incident, about, typed: String::new(), lasts: 0, focused: false, refused: None }
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let found = around.moment.snapshot.incidents.iter().find(|view| view.at == self.incident);
        let Some(view) = found.map(|view| &**view) else { return Next::Close };
        let (mark, act) = match self.about {
            About::Acknowledge => (icons::CHECK, "Acknowledge"),
            About::Note => (icons::NOTE, "Add note"),
            About::Close => (icons::CLOSED, "Close incident"),
        };
        let title = format!("{act}: {}", words::incident_title(view));
        let shown = frame::show(ctx, Mark::Icon(mark), &title, 580.0, |ui| {
            let mut sent = false;
            frame::body(ui, |ui| sent = self.field(ui, view));
            let refusal = self.refusal(view);
            let mut next = Next::Stay;
            frame::foot(ui, |ui| {
                let clicked =
                    Button::new(act, Kind::Primary).refused(refusal.as_deref()).tooltip("Enter").show(ui).clicked();
                if Button::new("Cancel", Kind::Secondary).tooltip("Esc").show(ui).clicked() {
                    next = Next::Close;
                } else if (clicked || sent) && refusal.is_none() {
                    next = self.send(around);
                }
            });
            next
        });
        shown.inner.unless(shown.escaped)
    }

    /// The field and what belongs to it; whether Enter was pressed in it.
    fn field(&mut self, ui: &mut Ui, view: &IncidentView) -> bool {
        let palette = Palette::of(ui);
        let hint = match self.about {
            About::Acknowledge => "It is silent from now on. The row stays, and it is polled as before",
            About::Note => "It stays in the log, and is never changed",
            About::Close if view.lines == 0 => "Nobody wrote a line about it yet: say what came of it",
            About::Close => "A last line, if there is something to add",
        };
        parts::line(ui, hint, text::base(), palette.text2);
        let id = Id::unique("line about an incident");
        let edit = TextEdit::singleline(&mut self.typed).id(id).font(text::base()).desired_width(ui.available_width());
        let response = ui.add(edit.margin(egui::Margin::symmetric(8, 6)));
        ui.ctx().accesskit_node_builder(response.id, |node| node.set_label("One line"));
        if !self.focused {
            response.request_focus();
            self.focused = true;
        }
        let entered = response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        if entered {
            // Where the line cannot be sent, the cursor stays.
            response.request_focus();
        }
        if self.about == About::Acknowledge {
            let choices = LASTS.map(|(words, _)| words);
            self.lasts = segments::show(ui, "lasts", &choices, self.lasts).unwrap_or(self.lasts);
        }
        frame::refusal(ui, self.refused.as_deref());
        entered
    }

    /// Why it cannot be sent now.
    fn refusal(&self, view: &IncidentView) -> Option<String> {
        let tend = match self.about {
            About::Acknowledge => Tend::Acknowledge,
            About::Note => Tend::Note,
            About::Close => Tend::Close,
        };
        if let Some(why) = tend.refusal(view) {
            return Some(why.to_owned());
        }
        let may_be_empty = self.about == About::Close && view.lines > 0 && self.typed.trim().is_empty();
        let line = self.typed.parse::<Remark>();
        line.err().filter(|_| !may_be_empty).map(|bad| format::sentence(&bad.to_string()))
    }

    fn send(&mut self, around: Around<'_>) -> Next {
        let line = self.typed.parse::<Remark>();
        let care = match (self.about, line) {
            (About::Acknowledge, Ok(reason)) => IncidentCare::Acknowledge { reason, lasts: LASTS[self.lasts].1 },
            (About::Note, Ok(text)) => IncidentCare::Note(text),
            (About::Close, line) => IncidentCare::Close { note: line.ok() },
            (About::Acknowledge | About::Note, Err(bad)) => {
                self.refused = Some(bad.to_string());
                return Next::Stay;
            }
        };
        match around.handle.attend(Care::Incident(self.incident, care)) {
            Ok(()) => Next::Close,
            Err(unheard) => {
                self.refused = Some(unheard.to_string());
                Next::Stay
            }
        }
    }
}
