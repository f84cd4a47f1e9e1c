//! The short questions: end a running start, stop an old recorder, watch a channel no longer.

use egui::Context;

use super::frame::{self, Mark};
use super::{Around, Next, Way};
use crate::monitor::event::{CallKind, Denial};
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Command;
use crate::monitor::snapshot::StartView;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::{format, icons, words};

/// Ends a running start or not.
#[derive(Debug)]
pub struct Cancel(Question);

/// Stops the old recorder of a restart or not.
#[derive(Debug)]
pub struct StopOld(Question);

/// Watches an adopted channel no longer or does.
#[derive(Debug)]
pub struct Forget(Question);

#[derive(Debug)]
struct Question {
    channel: ChannelId,
    focused: bool,
    refused: Option<String>,
}

/// What makes one question different from another.
struct Asked<'a> {
    title: &'a str,
    lines: &'a [String],
    leave: &'a str,
    act: &'a str,
    command: Command,
    denial: Option<Denial>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    None,
    Leave,
    Acted,
}

impl Question {
    fn new(channel: ChannelId) -> Self {
        Self { channel, focused: false, refused: None }
    }

    fn show(&mut self, ctx: &Context, around: Around<'_>, asked: &Asked<'_>) -> Answer {
        let shown = frame::show(ctx, Mark::Icon(icons::WARNING), asked.title, 580.0, |ui| {
            let confirmed = frame::confirmed_by_key(ui);
            frame::body(ui, |ui| {
                for line in asked.lines {
                    parts::line(ui, line, text::base(), Palette::of(ui).text1);
                }
                frame::refusal(ui, self.refused.as_deref());
            });
            let mut answer = Answer::None;
            frame::foot(ui, |ui| {
                let refusal = asked.denial.map(words::denial);
                let act = Button::new(asked.act, Kind::Harm).refused(refusal).tooltip("Ctrl+Enter").show(ui);
                ui.add_space(16.0);
                let leave = Button::new(asked.leave, Kind::Secondary).tooltip("Enter or Esc").show(ui);
                if !self.focused {
                    leave.request_focus();
                    self.focused = true;
                }
                if leave.clicked() || frame::enter_without_focus(ui) {
                    answer = Answer::Leave;
                } else if act.clicked() || (confirmed && refusal.is_none()) {
                    match around.handle.send(asked.command.clone()) {
                        Ok(()) => answer = Answer::Acted,
                        Err(unheard) => self.refused = Some(unheard.to_string()),
                    }
                }
            });
            answer
        });
        if shown.escaped { Answer::Leave } else { shown.inner }
    }
}

impl Cancel {
    pub fn new(channel: ChannelId) -> Self {
        Self(Question::new(channel))
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let id = self.0.channel;
        let Some(view) = around.moment.snapshot.channel(id) else { return Next::Close };
        let of_start = |start: &StartView| start.tries.iter().filter(|it| it.call == CallKind::Start).count();
        let tries = view.start.as_ref().map_or(0, of_start);
        let lines = [
            format!("Start was tried {}. It is not tried again", format::counted(tries, "time", "times")),
            "A request that is on its way may still start a recorder. If it does, the log says so".to_owned(),
        ];
        let title = format!("Stop trying to start {}?", words::channel_name(view, around.moment.snapshot));
        let asked = Asked {
            title: &title,
            lines: &lines,
            leave: "Go on",
            act: "Stop trying",
            command: Command::CancelStart(id),
            denial: view.denials.cancel_start,
        };
        match self.0.show(ctx, around, &asked) {
            Answer::None => Next::Stay,
            Answer::Leave => Next::To(Way::Steps(id, None)),
            Answer::Acted => Next::Close,
        }
    }
}

impl StopOld {
    pub fn new(channel: ChannelId) -> Self {
        Self(Question::new(channel))
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let id = self.0.channel;
        let Some(view) = around.moment.snapshot.channel(id) else { return Next::Close };
        let Some((sid, uid)) = &view.second_recorder else { return Next::Close };
        let lines = [
            format!(
                "Another recorder, UID {uid}, sid {}, answers beside the channel's own, UID {}",
                words::short_sid(sid),
                view.uid
            ),
            "Both may record the same channel, and both may be billed".to_owned(),
            "Stopping it ends its sid for good; the channel's own goes on as it is".to_owned(),
        ];
        let title = format!("Two recorders in {}", words::channel_name(view, around.moment.snapshot));
        let asked = Asked {
            title: &title,
            lines: &lines,
            leave: "Leave it",
            act: "Stop the other one",
            command: Command::StopOld(id),
            denial: view.denials.stop_old,
        };
        match self.0.show(ctx, around, &asked) {
            Answer::None => Next::Stay,
            Answer::Leave | Answer::Acted => Next::Close,
        }
    }
}

impl Forget {
    pub fn new(channel: ChannelId) -> Self {
        Self(Question::new(channel))
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let id = self.0.channel;
        let Some(view) = around.moment.snapshot.channel(id) else { return Next::Close };
        let mut lines = vec![
            "Nothing is sent to Agora. A recorder that runs goes on, and nobody here sees when it is lost".to_owned(),
            "The session log keeps what was seen. To watch it again, import its sid again".to_owned(),
        ];
        if let Some(recording) = &view.recording {
            lines.insert(0, format!("sid {}, UID {}", recording.sid, view.uid));
        }
        let title = format!("Stop watching {}?", words::channel_name(view, around.moment.snapshot));
        let asked = Asked {
            title: &title,
            lines: &lines,
            leave: "Go on watching",
            act: "Stop watching",
            command: Command::Forget(id),
            denial: view.denials.forget,
        };
        match self.0.show(ctx, around, &asked) {
            Answer::None => Next::Stay,
            Answer::Leave | Answer::Acted => Next::Close,
        }
    }
}
