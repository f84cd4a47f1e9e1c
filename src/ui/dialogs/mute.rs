//! For how long a channel is silent. Nothing is asked twice: a mute hides no state and ends by itself.

use std::time::Duration;

use egui::Context;

use super::frame::{self, Mark};
use super::{Around, Next};
use crate::monitor::care::{Care, ChannelCare};
use crate::monitor::ids::ChannelId;
use crate::ui::detail::parts;
use crate::ui::theme::{Palette, text};
use crate::ui::widgets::button::{Button, Kind};
use crate::ui::{icons, words};

/// For how long, with its words; from the right to the left, the first one has the focus.
const LASTS: [(&str, Option<Duration>); 3] = [
    ("15 min", Some(Duration::from_secs(900))),
    ("1 h", Some(Duration::from_secs(3600))),
    ("Until its session ends", None),
];

/// Asks for how long.
#[derive(Debug)]
pub struct Mute {
    channel: ChannelId,
    focused: bool,
    refused: Option<String>,
}

impl Mute {
    pub fn new(channel: ChannelId) -> Self {
        Self { channel, focused: false, refused: None }
    }

    pub fn show(&mut self, ctx: &Context, around: Around<'_>) -> Next {
        let Some(view) = around.moment.snapshot.channel(self.channel) else { return Next::Close };
        let title = format!("Mute {}", words::channel_name(view, around.moment.snapshot));
        let refusal = view.denials.mute.map(words::denial);
        let shown = frame::show(ctx, Mark::Icon(icons::MUTE), &title, 580.0, |ui| {
            frame::body(ui, |ui| {
                let lines = [
                    "It is polled as before and reads what is true; only alarms are held back",
                    "It ends by itself: with its time, with the session, or when the channel has recovered",
                ];
                for line in lines {
                    parts::line(ui, line, text::base(), Palette::of(ui).text1);
                }
                frame::refusal(ui, self.refused.as_deref());
            });
            let mut next = Next::Stay;
            frame::foot(ui, |ui| {
                for (index, (words, lasts)) in LASTS.into_iter().enumerate() {
                    let kind = if index == 0 { Kind::Primary } else { Kind::Secondary };
                    let response = Button::new(words, kind).refused(refusal).show(ui);
                    if index == 0 && !self.focused {
                        response.request_focus();
                        self.focused = true;
                    }
                    if response.clicked() {
                        next = self.send(lasts, around);
                    }
                }
                if Button::new("Cancel", Kind::Plain).tooltip("Esc").show(ui).clicked() {
                    next = Next::Close;
                }
            });
            next
        });
        shown.inner.unless(shown.escaped)
    }

    fn send(&mut self, lasts: Option<Duration>, around: Around<'_>) -> Next {
        match around.handle.attend(Care::Channel(self.channel, ChannelCare::Mute { lasts })) {
            Ok(()) => Next::Close,
            Err(unheard) => {
                self.refused = Some(unheard.to_string());
                Next::Stay
            }
        }
    }
}
