//! Carries out what was asked for the selected channel: sends commands, opens questions, fills the clipboard. It holds the open
//! dialog, the notes and the pane's memory, and leaves selection, filter and window to whoever holds it.

use egui::{Context, Ui};

use super::commands::{Cmd, Facts};
use super::detail::{self, DetailState};
use super::dialogs::Dialogs;
use super::state::Moment;
use super::toasts::{Keyboard, Toasts, Tone};
use crate::monitor::io::Command;
use crate::monitor::snapshot::ChannelView;
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
    /// Carries out a command on `view`. Commands about selection, filter and window are not for here, and nothing happens.
    pub fn run(&mut self, cmd: Cmd, view: &ChannelView, moment: &Moment<'_>, handle: &Handle, ctx: &Context) {
        match cmd {
            Cmd::Check => {
                self.send(Command::ProbeNow(view.id), handle);
            }
            Cmd::Start => {
                if self.send(Command::Start(view.id), handle) {
                    self.dialogs.show_steps(view, Some(moment.now));
                }
            }
            Cmd::Restart => self.dialogs.ask_restart(view),
            Cmd::Steps => self.dialogs.show_steps(view, None),
            Cmd::RestartCancel => self.dialogs.ask_cancel(view),
            Cmd::Stop => self.dialogs.ask_stop(view),
            Cmd::StopOld => self.dialogs.ask_stop_old(view),
            Cmd::Export => self.dialogs.ask_export(view, moment.now),
            Cmd::CopySid | Cmd::CopyResource | Cmd::CopyM3u8 | Cmd::CopyRaw => {
                if let Some(text) = cmd.copies(view) {
                    ctx.copy_text(text);
                    self.toasts.add(Tone::Result, format!("{} of {}: done", cmd.text(&Facts::default()), view.name));
                }
            }
            Cmd::FilterFocus
            | Cmd::FilterClear
            | Cmd::SelNext
            | Cmd::SelPrev
            | Cmd::SelUnhandled
            | Cmd::PaneOpen
            | Cmd::PaneClose
            | Cmd::Theme
            | Cmd::Quit => {}
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
        self.toasts.watch(moment.snapshot, handle);
        self.dialogs.show(ctx, moment, handle);
        let keyboard = if self.dialogs.is_open() { Keyboard::OfADialog } else { Keyboard::Shared };
        self.toasts.show(ctx, keyboard);
    }
}
