//! Changes of a running recording: a form for each kind, the request as it will be sent with every secret hidden, and after that
//! how it goes and how it ended. What may be sent is decided where profiles are checked; the order goes to the core.

mod layout;
mod progress;
mod regions;
mod storage;
mod streams;
mod subscribe;

use egui::{Context, Frame, RichText, ScrollArea, Ui};

use self::layout::LayoutForm;
use self::progress::Progress;
use self::storage::StorageForm;
use self::streams::StreamsForm;
use self::subscribe::SubscribeForm;
use super::frame::{self, Mark, column};
use super::{Around, Next};
use crate::monitor::change::ChangeKind;
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Command;
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::profile::Draft;
use crate::profile::change::{Hold, Update};
use crate::ui::commands::{Cmd, Deed};
use crate::ui::detail::parts;
use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::{icons, words};

/// Room for the request beside a form, in points.
const PREVIEW: f32 = 300.0;

/// An open dialog.
#[derive(Debug)]
pub struct Change {
    channel: ChannelId,
    kind: ChangeKind,
    form: Form,
    /// When it was sent.
    sent: Option<Timestamp>,
    focused: bool,
    refused: Option<String>,
}

#[derive(Debug)]
enum Form {
    Hold(Hold),
    Subscribe(SubscribeForm),
    Layout(Box<LayoutForm>),
    Streams(StreamsForm),
    Storage(Box<StorageForm>),
}

impl Form {
    fn of(kind: ChangeKind, profile: Option<&Draft>) -> Self {
        match kind {
            ChangeKind::Hold => Form::Hold(Hold::Pause),
            ChangeKind::Resume => Form::Hold(Hold::Resume),
            ChangeKind::Subscribe => Form::Subscribe(SubscribeForm::default()),
            ChangeKind::Layout => Form::Layout(Box::default()),
            ChangeKind::Outputs => Form::Streams(StreamsForm::default()),
            ChangeKind::Storage => {
                let form = profile.map(|profile| StorageForm::with_place(profile.storage.place()));
                Form::Storage(Box::new(form.unwrap_or_default()))
            }
        }
    }

    fn show(&mut self, ui: &mut Ui, now: Timestamp) {
        match self {
            Form::Hold(hold) => consequences(ui, *hold),
            Form::Subscribe(form) => form.show(ui),
            Form::Layout(form) => form.show(ui),
            Form::Streams(form) => form.show(ui),
            Form::Storage(form) => form.show(ui, now),
        }
    }

    /// What would be sent, or what is missing.
    fn update(&self) -> Result<Update, String> {
        match self {
            Form::Hold(hold) => Ok(Update::Hold(*hold)),
            Form::Subscribe(form) => form.update(),
            Form::Layout(form) => form.update(),
            Form::Streams(form) => form.update(),
            Form::Storage(form) => form.update(),
        }
    }
}

impl Change {
    /// The form of this kind of change, with what `profile`, the recording profile of the channel, has to say.
    pub fn new(channel: ChannelId, kind: ChangeKind, profile: Option<&Draft>) -> Self {
        Self { channel, kind, form: Form::of(kind, profile), sent: None, focused: false, refused: None }
    }

    /// Whose history tells how it ended.
    pub const fn channel(&self) -> ChannelId {
        self.channel
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let Some(view) = around.moment.snapshot.channel(self.channel) else { return Next::Close };
        let title = words::change_title(self.kind, &words::channel_name(view, around.moment.snapshot));
        let icon = Cmd::Of(Deed::Change(self.kind)).icon().unwrap_or(icons::INFO);
        let width = match self.kind {
            ChangeKind::Hold | ChangeKind::Resume => 680.0,
            ChangeKind::Subscribe | ChangeKind::Outputs | ChangeKind::Storage => 920.0,
            ChangeKind::Layout => 1020.0,
        };
        let shown = frame::show(ctx, Mark::Icon(icon), &title, width, |ui| match self.sent {
            None => self.asking(ui, view, around),
            Some(sent) => self.under_way(ui, view, around, sent),
        });
        shown.inner.unless(shown.escaped)
    }

    fn asking(&mut self, ui: &mut Ui, view: &ChannelView, around: Around<'_>) -> Next {
        let confirmed = frame::confirmed_by_key(ui);
        let now = around.moment.now;
        frame::body(ui, |ui| {
            let doubt = words::not_confirmed(&words::as_seen(view, now), around.moment.snapshot, now);
            if let Some(doubt) = doubt {
                parts::warning(ui, &doubt, "The change may meet no recorder");
                ui.add_space(space::M);
            }
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = space::HUGE;
                let width = ui.available_width() - PREVIEW - space::HUGE;
                column(ui, width, |ui| self.form.show(ui, now));
                let update = self.form.update();
                column(ui, PREVIEW, |ui| preview(ui, &update));
            });
            frame::refusal(ui, self.refused.as_deref());
        });
        self.foot(ui, view, around, confirmed)
    }

    fn foot(&mut self, ui: &mut Ui, view: &ChannelView, around: Around<'_>, confirmed: bool) -> Next {
        let mut next = Next::Stay;
        let update = self.form.update();
        let denied = view.denials.of_change(self.kind).map(words::denial);
        let refusal = denied.or_else(|| update.as_ref().err().map(String::as_str));
        let kind = if self.kind == ChangeKind::Hold { Kind::Harm } else { Kind::Primary };
        frame::foot(ui, |ui| {
            let send = Button::new(words::change_act(self.kind), kind).refused(refusal).tooltip("Ctrl+Enter").show(ui);
            ui.add_space(if kind == Kind::Harm { space::HUGE - space::L } else { 0.0 });
            let cancel = Button::new("Cancel", Kind::Secondary).tooltip("Esc").show(ui);
            if !self.focused {
                match self.form {
                    Form::Hold(Hold::Pause) => cancel.request_focus(),
                    Form::Hold(Hold::Resume) => send.request_focus(),
                    // These begin with a field, or with the keyboard free for Tab.
                    Form::Subscribe(_) | Form::Layout(_) | Form::Streams(_) | Form::Storage(_) => {}
                }
                self.focused = true;
            }
            frame::note(ui, denied.unwrap_or("Every change is written to the session log before it is sent"));
            if cancel.clicked() {
                next = Next::Close;
            } else if (send.clicked() || confirmed)
                && refusal.is_none()
                && let Ok(update) = &update
            {
                self.send(update, around);
            }
        });
        next
    }

    fn send(&mut self, update: &Update, around: Around<'_>) {
        match around.handle.send(Command::Change(self.channel, update.change())) {
            Ok(()) => {
                self.sent = Some(around.moment.now);
                self.focused = false;
                self.refused = None;
            }
            Err(unheard) => self.refused = Some(unheard.to_string()),
        }
    }

    fn under_way(&mut self, ui: &mut Ui, view: &ChannelView, around: Around<'_>, sent: Timestamp) -> Next {
        let history = around.handle.history();
        let progress = Progress::of(view, history.as_deref(), self.kind, sent);
        frame::body(ui, |ui| progress.show(ui, self.kind));
        let mut next = Next::Stay;
        frame::foot(ui, |ui| {
            let words = if progress.is_over() { "Close" } else { "Go on in background" };
            let close = Button::new(words, Kind::Primary).tooltip("Enter or Esc").show(ui);
            if !self.focused {
                close.request_focus();
                self.focused = true;
            }
            let again =
                progress.may_be_sent_again() && Button::new("Back to the form", Kind::Secondary).show(ui).clicked();
            frame::note(ui, "The session log has it too");
            if again {
                self.sent = None;
            } else if close.clicked() || frame::enter_without_focus(ui) {
                next = Next::Close;
            }
        });
        next
    }
}

/// The question before a pause or a resume.
fn consequences(ui: &mut Ui, hold: Hold) {
    let lines = match hold {
        Hold::Pause => [
            "Nothing is recorded from then on until it is resumed",
            "The recorder stays: the recording goes on reading as running, with «paused» beside it",
        ],
        Hold::Resume => ["The page is recorded again from then on", "What happened while it was paused is in no file"],
    };
    for line in lines {
        parts::line(ui, line, text::base(), Palette::of(ui).text1);
    }
}

/// The request as it will be sent, without its secrets.
fn preview(ui: &mut Ui, update: &Result<Update, String>) {
    let palette = Palette::of(ui);
    parts::head(ui, "Request", "secrets hidden");
    let frame = Frame::new().fill(palette.field).stroke(egui::Stroke::new(1.0, palette.line2));
    frame.corner_radius(CONTROL_RADIUS).inner_margin(8).show(ui, |ui| {
        ui.set_width(ui.available_width());
        match update {
            Ok(update) => {
                let shown = update.client_request().shown();
                ScrollArea::both()
                    .id_salt("request")
                    .auto_shrink([false, true])
                    .max_height(320.0)
                    .min_scrolled_height(320.0)
                    .show(ui, |ui| {
                        let label = RichText::new(shown).font(text::code_dense()).color(palette.text1);
                        ui.add(egui::Label::new(label).extend().selectable(true));
                    });
            }
            Err(missing) => {
                parts::line(ui, format!("Not ready: {missing}"), text::small(), palette.text3);
            }
        }
    });
}
