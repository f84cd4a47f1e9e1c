//! Carries out what was asked for the selected channel: sends commands, opens questions, fills the clipboard. It holds the open
//! dialog, the notes and the pane's memory, and leaves selection, filter and window to whoever holds it.

use egui::{Context, Ui};

use super::commands::{Cmd, Deed, Facts, Tend};
use super::detail::{self, DetailState};
use super::dialogs::{About, Dialogs};
use super::state::Moment;
use super::toasts::{Keyboard, Toasts, Tone};
use crate::monitor::care::{Care, ChannelCare, IncidentCare};
use crate::monitor::io::Command;
use crate::monitor::snapshot::{ChannelView, IncidentView};
use crate::worker::handle::Handle;

/// Everything that stands over or beside the table.
#[derive(Debug, Default)]
pub struct Acts {
    /// The pane's memory.
    pub detail: DetailState,
    /// The open question.
    pub dialogs: Dialogs,
    /// The notes.
    pub toasts: Toasts,
}

impl Acts {
    /// Does it to the channel of `view`.
    pub fn run(&mut self, deed: Deed, view: &ChannelView, moment: &Moment<'_>, handle: &Handle, ctx: &Context) {
        match deed {
            Deed::Check => {
                self.send(Command::ProbeNow(view.id), handle);
            }
            Deed::Start => {
                if self.send(Command::Start(view.id), handle) {
                    self.dialogs.show_steps(view, Some(moment.now));
                }
            }
            Deed::Restart => self.dialogs.ask_restart(view),
            Deed::Steps => self.dialogs.show_steps(view, None),
            Deed::RestartCancel => self.dialogs.ask_cancel(view),
            Deed::Stop => self.dialogs.ask_stop(view),
            Deed::StopOld => self.dialogs.ask_stop_old(view),
            Deed::Export => self.dialogs.ask_export(view, moment.now),
            Deed::Change(kind) => self.dialogs.ask_change(view, kind, handle),
            Deed::Forget => self.dialogs.ask_forget(view),
            Deed::Mute => self.dialogs.ask_mute(view),
            Deed::Unmute => self.attend(Care::Channel(view.id, ChannelCare::Unmute), handle),
            Deed::CopySid | Deed::CopyResource | Deed::CopyM3u8 | Deed::CopyRaw => {
                if let Some(text) = deed.copies(view) {
                    ctx.copy_text(text);
                    self.toasts
                        .add(Tone::Result, format!("{} of {}: done", Cmd::Of(deed).text(&Facts::default()), view.name));
                }
            }
        }
    }

    /// Does it about the incident of `view`.
    pub fn tend(&mut self, tend: Tend, view: &IncidentView, handle: &Handle) {
        match tend {
            Tend::Acknowledge => self.dialogs.ask_line(view.at, About::Acknowledge),
            Tend::Note => self.dialogs.ask_line(view.at, About::Note),
            Tend::Close => self.dialogs.ask_line(view.at, About::Close),
            Tend::TakeBack => self.attend(Care::Incident(view.at, IncidentCare::TakeBack), handle),
            Tend::Reopen => self.attend(Care::Incident(view.at, IncidentCare::Reopen), handle),
        }
    }

    fn attend(&mut self, care: Care, handle: &Handle) {
        if let Err(unheard) = handle.attend(care) {
            self.toasts.add(Tone::Error, unheard.to_string());
        }
    }

    /// Sends a command; false when the worker did not take it, which is then on the screen.
    fn send(&mut self, command: Command, handle: &Handle) -> bool {
        match handle.send(command) {
            Ok(()) => true,
            Err(unheard) => {
                self.toasts.add(Tone::Error, unheard.to_string());
                false
            }
        }
    }

    /// Shows the pane of `view` and gives the command that was clicked there.
    pub fn show_pane(
        &mut self,
        ui: &mut Ui,
        view: &ChannelView,
        moment: &Moment<'_>,
        handle: &Handle,
        facts: &Facts<'_>,
    ) -> Option<Cmd> {
        let history = handle.history();
        detail::show(ui, &mut self.detail, view, history.as_deref(), moment, facts)
    }

    /// Shows the open dialog and the notes over everything else.
    pub fn show_over(&mut self, ctx: &Context, moment: &Moment<'_>, handle: &Handle) {
        self.dialogs.show(ctx, moment, handle);
        let keyboard = if self.dialogs.is_open() { Keyboard::OfADialog } else { Keyboard::Shared };
        self.toasts.show(ctx, keyboard);
    }
}
