//! How a change goes that was sent: read from the picture and from the session log, which has its end and Agora's reason.

use egui::Ui;

use crate::monitor::answer::Answer;
use crate::monitor::change::{ChangeKind, ChangeResult};
use crate::monitor::event::{Denial, Event};
use crate::monitor::snapshot::{ChannelView, History};
use crate::monitor::time::Timestamp;
use crate::ui::detail::parts;
use crate::ui::glyph::{self, Glyph};
use crate::ui::theme::{Palette, text};
use crate::ui::words;

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Progress {
    /// No picture shows it yet.
    Sent,
    /// Agora was asked and has not answered.
    Running,
    /// The rules did not let it out.
    Denied(Denial),
    /// It came to an end.
    Over(ChangeResult, Option<Answer>),
}

impl Progress {
    /// The progress of the change that was sent at `sent`.
    pub fn of(view: &ChannelView, history: Option<&History>, kind: ChangeKind, sent: Timestamp) -> Self {
        let records = history.filter(|it| it.channel == view.id).map_or(&[][..], |it| &it.records);
        let since = records.iter().rev().map(|(_, record)| record).take_while(|record| record.at >= sent);
        let told = since.filter(|record| record.channel == Some(view.id)).find_map(|record| told(&record.event, kind));
        match told {
            Some(told) => told,
            None if view.changing == Some(kind) => Progress::Running,
            None => Progress::Sent,
        }
    }

    /// Whether nothing more will come.
    pub const fn is_over(&self) -> bool {
        match self {
            Progress::Sent | Progress::Running => false,
            Progress::Denied(_) | Progress::Over(..) => true,
        }
    }

    /// Whether the form can be of use again.
    pub fn may_be_sent_again(&self) -> bool {
        self.is_over() && !matches!(self, Progress::Over(ChangeResult::Done, _))
    }

    /// Shows it.
    pub fn show(&self, ui: &mut Ui, kind: ChangeKind) {
        let palette = Palette::of(ui);
        let story = match self {
            Progress::Sent => {
                parts::line(ui, "Sent to the worker, nothing begun yet", text::base(), palette.text2);
                return;
            }
            Progress::Running => {
                ui.horizontal(|ui| {
                    glyph::show(ui, Glyph::Throttled, palette.bg2);
                    parts::line(ui, words::change_running(kind), text::base_medium(), palette.text1);
                });
                let about =
                    "Agora is asked again when it does not answer, and at the other domain from the third try on";
                parts::line(ui, about, text::small(), palette.text3);
                return;
            }
            Progress::Denied(why) => {
                parts::warning(ui, "Not carried out", words::denial(*why));
                return;
            }
            Progress::Over(result, answer) => words::change_story(kind, *result, answer.as_ref()),
        };
        for (name, words) in
            [("What happened", story.happened), ("What it means", story.means), ("What to do", story.todo)]
        {
            parts::row(ui, name, 96.0, |ui| {
                parts::line(ui, words, text::base(), palette.text1);
            });
        }
    }
}

/// What an event tells about the change of this kind.
fn told(event: &Event, kind: ChangeKind) -> Option<Progress> {
    if let Event::ChangeEnded { kind: ended, result, answer } = event {
        return (*ended == kind).then(|| Progress::Over(*result, answer.clone()));
    }
    // While the dialog is open nothing else is asked for, so that a refusal is this one's.
    if let Event::CommandDenied { why, .. } = event { Some(Progress::Denied(*why)) } else { None }
}
