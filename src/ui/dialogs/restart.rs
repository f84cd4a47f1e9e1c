//! The question before a restart. When nothing records it is one Enter; while something may still record it warns first.

use egui::{Context, Ui};

use super::frame::{self, Mark, column};
use super::{Around, Next, Way, steps};
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Command;
use crate::monitor::phase::{StartCause, State};
use crate::monitor::snapshot::{ChannelView, Step};
use crate::ui::detail::{glyph_of, parts, show_failover};
use crate::ui::glyph;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::{icons, words};

/// An open question.
#[derive(Debug)]
pub struct Restart {
    channel: ChannelId,
    opened_on: State,
    focused: bool,
    refused: Option<String>,
}

/// Whether the old recorder may still be alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Old {
    /// Agora says it is gone.
    Gone,
    /// It records, or nobody can tell.
    MayLive,
}

const fn old_recorder(state: State) -> Old {
    match state {
        State::Lost | State::AbnormalExit | State::Ended | State::Stopped | State::Idle => Old::Gone,
        State::NotObserved
        | State::ConfigError
        | State::Suspect
        | State::Uncertain
        | State::Stopping
        | State::Starting
        | State::Recording => Old::MayLive,
    }
}

impl Restart {
    pub fn new(view: &ChannelView) -> Self {
        Self { channel: view.id, opened_on: view.state, focused: false, refused: None }
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let Some(view) = around.moment.snapshot.channel(self.channel) else { return Next::Close };
        let view = words::as_seen(view, around.moment.now);
        let title = format!(
            "Restart {} with {} {}",
            words::channel_name(&view, around.moment.snapshot),
            words::role_of_next(&view),
            words::next_uid(&view)
        );
        let shown = frame::show(ctx, Mark::Icon(icons::RESCUE), &title, 920.0, |ui| {
            let confirmed = frame::confirmed_by_key(ui);
            frame::body(ui, |ui| {
                ui.horizontal_top(|ui| {
                    let half = (ui.available_width() - space::HUGE) / 2.0;
                    ui.spacing_mut().item_spacing.x = space::HUGE;
                    column(ui, half, |ui| self.why(ui, &view, around));
                    column(ui, half, |ui| what_will_happen(ui, &view));
                });
                frame::refusal(ui, self.refused.as_deref());
            });
            self.foot(ui, &view, around, confirmed)
        });
        shown.inner.unless(shown.escaped)
    }

    /// It answers again while the question is open: then there is nothing to rescue.
    fn recovered(&self, view: &ChannelView) -> bool {
        self.opened_on != State::Recording && view.state == State::Recording
    }

    fn why(&self, ui: &mut Ui, view: &ChannelView, around: Around<'_>) {
        let palette = Palette::of(ui);
        let now = around.moment.now;
        ui.horizontal(|ui| {
            glyph::show(ui, glyph_of(view, now), palette.bg2);
            parts::line(ui, words::headline(view, now), text::base_medium(), palette.word_of(view.state));
        });
        if let (Some(suspect), State::Suspect) = (&view.suspect, view.state) {
            show_failover(ui, view, suspect, now);
        }
        ui.add_space(space::S);
        let story = words::story(view, around.moment.snapshot, now);
        for (name, words) in [("What happened", story.happened), ("What it means", story.means)] {
            parts::row(ui, name, 92.0, |ui| {
                parts::line(ui, words, text::base(), palette.text1);
            });
        }
        if let Some(open) = view.open_gap {
            parts::row(ui, "Gap so far", 92.0, |ui| {
                parts::line(ui, words::open_gap_bounds(open, now), text::code(), palette.text1);
            });
        }
        ui.add_space(space::M);
        if self.recovered(view) {
            parts::warning(ui, "The recorder answers again", "It records. There is nothing to restart");
        } else if old_recorder(view.state) == Old::MayLive {
            let whose = if view.recording.is_some() { "The old recorder" } else { "A recorder not started here" };
            let meaning =
                format!("{whose} may still run. Then there are two, and both may be billed until one is stopped");
            parts::warning(ui, "A second recorder may run", &meaning);
        }
        ui.add_space(space::M);
        let kept = format!(
            "The new recorder does not take UID {}, so the two cannot kick each other out of the channel",
            view.uid
        );
        parts::line(ui, kept, text::small(), palette.text3);
    }

    fn foot(&mut self, ui: &mut Ui, view: &ChannelView, around: Around<'_>, confirmed: bool) -> Next {
        let mut next = Next::Stay;
        frame::foot(ui, |ui| {
            if self.recovered(view) {
                if Button::new("Close", Kind::Primary).show(ui).clicked() || frame::enter_without_focus(ui) {
                    next = Next::Close;
                }
                return;
            }
            let safe = old_recorder(view.state) == Old::Gone;
            let refusal = view.denials.restart.map(words::denial);
            let (words, key) = if safe { ("Restart now", "Enter") } else { ("Restart anyway", "Ctrl+Enter") };
            let main =
                Button::new(words, Kind::Primary).icon(Some(icons::RESCUE)).refused(refusal).tooltip(key).show(ui);
            let cancel = Button::new("Cancel", Kind::Secondary).show(ui);
            if !self.focused {
                if safe && refusal.is_none() { &main } else { &cancel }.request_focus();
                self.focused = true;
            }
            frame::note(ui, "Every step is written to the session log before it is sent");
            if cancel.clicked() {
                next = Next::Close;
            } else if main.clicked() || (confirmed && refusal.is_none()) {
                next = self.restart(around);
            }
        });
        next
    }

    fn restart(&mut self, around: Around<'_>) -> Next {
        match around.handle.send(Command::Restart(self.channel)) {
            Ok(()) => Next::To(Way::Steps(self.channel, Some(around.moment.now))),
            Err(unheard) => {
                self.refused = Some(unheard.to_string());
                Next::Stay
            }
        }
    }
}

fn what_will_happen(ui: &mut Ui, view: &ChannelView) {
    parts::head(ui, "What will happen", "");
    for (index, step) in Step::ALL.into_iter().enumerate() {
        let name = words::step_name(step, StartCause::Restart);
        let meaning = words::step_text(step, StartCause::Restart, view.next_uid.unwrap_or(view.uid), Some(view.uid));
        steps::row(ui, index, words::StepState::Waiting, name, |ui| {
            parts::line(ui, meaning, text::small(), Palette::of(ui).text3);
        });
    }
}
