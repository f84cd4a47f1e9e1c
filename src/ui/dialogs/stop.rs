//! The question before a stop: what runs, what a stop does, and Cancel under the cursor.

use egui::{Context, RichText, Ui};

use super::frame::{self, Mark};
use super::{Around, Next};
use crate::monitor::event::StopWait;
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Command;
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::ui::detail::{glyph_of, parts};
use crate::ui::glyph;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::badge;
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::{format, icons, words};

const NAME: f32 = 96.0;

/// An open question.
#[derive(Debug)]
pub struct Stop {
    channel: ChannelId,
    wait: StopWait,
    focused: bool,
    refused: Option<String>,
}

impl Stop {
    pub fn new(channel: ChannelId) -> Self {
        Self { channel, wait: StopWait::ForUpload, focused: false, refused: None }
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let Some(view) = around.moment.snapshot.channel(self.channel) else { return Next::Close };
        let now = around.moment.now;
        let view = words::as_seen(view, now);
        let title = format!("Stop recording {}?", words::channel_name(&view, around.moment.snapshot));
        let shown = frame::show(ctx, Mark::Icon(icons::STOP), &title, 580.0, |ui| {
            let confirmed = frame::confirmed_by_key(ui);
            frame::body(ui, |ui| {
                if let Some(doubt) = words::not_confirmed(&view, around.moment.snapshot, now) {
                    parts::warning(ui, &doubt, "A stop ends the sid for good, whether it still records or not");
                    ui.add_space(space::M);
                }
                facts(ui, &view, now);
                parts::rule(ui, 0.0);
                consequences(ui);
                parts::rule(ui, 0.0);
                self.choice(ui);
                frame::refusal(ui, self.refused.as_deref());
            });
            self.foot(ui, &view, around, confirmed)
        });
        shown.inner.unless(shown.escaped)
    }

    fn choice(&mut self, ui: &mut Ui) {
        for (wait, name, meaning) in [
            (StopWait::ForUpload, "Wait for the upload", "Shows uploaded or backed up; the answer may take 25 s"),
            (StopWait::No, "Do not wait", "Ends the request at once. Look into the storage later"),
        ] {
            let palette = Palette::of(ui);
            ui.radio_value(&mut self.wait, wait, RichText::new(name).font(text::base_medium()));
            ui.horizontal(|ui| {
                ui.add_space(22.0);
                parts::line(ui, meaning, text::small(), palette.text3);
            });
        }
    }

    fn foot(&mut self, ui: &mut Ui, view: &ChannelView, around: Around<'_>, confirmed: bool) -> Next {
        let mut next = Next::Stay;
        let refusal = view.denials.stop.map(words::denial);
        frame::foot(ui, |ui| {
            let harm = Button::new("Stop recording", Kind::Harm).icon(Some(icons::STOP)).refused(refusal);
            let clicked = harm.tooltip("Ctrl+Enter").show(ui).clicked();
            ui.add_space(space::HUGE - space::L);
            let cancel = Button::new("Cancel", Kind::Secondary).tooltip("Enter or Esc").show(ui);
            if !self.focused {
                cancel.request_focus();
                self.focused = true;
            }
            frame::note(ui, "Enter cancels, Ctrl+Enter stops");
            if cancel.clicked() || frame::enter_without_focus(ui) {
                next = Next::Close;
            } else if clicked || (confirmed && refusal.is_none()) {
                match around.handle.send(Command::Stop(self.channel, self.wait)) {
                    Ok(()) => next = Next::Close,
                    Err(unheard) => self.refused = Some(unheard.to_string()),
                }
            }
        });
        if let Some(why) = refusal {
            self.refused = Some(why.to_owned());
        }
        next
    }
}

fn facts(ui: &mut Ui, view: &ChannelView, now: Timestamp) {
    let palette = Palette::of(ui);
    parts::row(ui, "Now", NAME, |ui| {
        ui.horizontal(|ui| {
            glyph::show(ui, glyph_of(view, now), palette.bg2);
            parts::line(ui, words::headline(view, now), text::base_medium(), palette.text1);
        });
    });
    let value = |ui: &mut Ui, name: &str, value: &str| {
        parts::row(ui, name, NAME, |ui| {
            parts::line(ui, value, text::code(), palette.text1);
        });
    };
    let Some(recording) = &view.recording else {
        return value(ui, "sid", "none is known: only the session here ends");
    };
    let since = recording.session_at;
    value(ui, "Session", &format!("{} since {}", format::cell(now.since(since)), words::clock(since)));
    parts::row(ui, "UID in use", NAME, |ui| {
        ui.horizontal(|ui| badge::show(ui, view.role, view.uid));
    });
    value(ui, "sid", recording.sid.as_str());
    value(ui, "File", &words::short_file(words::playlist(recording), &recording.sid));
    parts::row(ui, "Users in it", NAME, |ui| {
        parts::line(ui, "Not known: a query does not tell", text::base(), palette.text2);
    });
}

fn consequences(ui: &mut Ui) {
    let palette = Palette::of(ui);
    parts::head(ui, "What will happen", "");
    for (number, what, more) in [
        ("1", "Stop is sent for this sid.", "Media after that moment is not recorded"),
        ("2", "Agora uploads the last files.", "The result is shown in the row and in the log"),
        ("3", "The sid ends for good.", "Recording again makes a new sid and a new file"),
    ] {
        ui.horizontal(|ui| {
            ui.label(RichText::new(number).font(text::code()).color(palette.text3));
            ui.label(RichText::new(what).font(text::base()).color(palette.text1));
            ui.label(RichText::new(more).font(text::small()).color(palette.text3));
        });
    }
}
