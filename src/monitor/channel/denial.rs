//! Why a command is not possible now, and what it is called. It decides nothing about a command that is possible.

use super::{Ctx, Machine};
use crate::monitor::change::ChangeKind;
use crate::monitor::event::Denial;
use crate::monitor::io::{Command, LogHealth};

impl Machine {
    /// Why a command is not possible now.
    pub fn denial(&self, ctx: &Ctx<'_>, command: &Command) -> Option<Denial> {
        match command {
            Command::ProbeNow(_) => self.probe_denial(ctx),
            Command::CancelStart(_) => self.cancel_denial(),
            Command::Start(_) => self.start_denial().or_else(|| acting_denial(ctx)),
            Command::Restart(_) => self.restart_denial(ctx).or_else(|| acting_denial(ctx)),
            Command::Stop(..) => self.stop_denial(ctx).or_else(|| acting_denial(ctx)),
            Command::StopOld(_) => self.stop_old_denial().or_else(|| acting_denial(ctx)),
            Command::Change(_, change) => self.change_denial(change.kind()).or_else(|| acting_denial(ctx)),
            Command::Forget(_) => self.forget_denial(ctx),
        }
    }
}

/// What forbids every call that changes something.
pub(super) const fn acting_denial(ctx: &Ctx<'_>) -> Option<Denial> {
    match ctx.log {
        LogHealth::Failing => Some(Denial::LogFailing),
        LogHealth::Saved if ctx.network_down => Some(Denial::NetworkDown),
        LogHealth::Saved => None,
    }
}

/// The words of the command list.
pub(super) const fn command_name(command: &Command) -> &'static str {
    match command {
        Command::Start(_) => "Start recording",
        Command::Restart(_) => "Restart with backup UID",
        Command::CancelStart(_) => "Stop trying",
        Command::Stop(..) => "Stop",
        Command::StopOld(_) => "Stop the old recorder",
        Command::ProbeNow(_) => "Check now",
        Command::Change(_, change) => change_name(change.kind()),
        Command::Forget(_) => "Stop watching",
    }
}

const fn change_name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Subscribe => "Change whose media is recorded",
        ChangeKind::Hold => "Pause",
        ChangeKind::Resume => "Resume",
        ChangeKind::Outputs => "Change where it is streamed to",
        ChangeKind::Storage => "Renew the storage keys",
        ChangeKind::Layout => "Change the layout",
    }
}
