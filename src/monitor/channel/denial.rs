//! Why a command is not possible now, and what it is called. It decides nothing about a command that is possible.

use super::{Ctx, Machine, ProfileKnown};
use crate::monitor::change::ChangeKind;
use crate::monitor::event::{CallKind, Denial};
use crate::monitor::io::{Channel, Command, LogHealth};
use crate::monitor::phase::Phase;

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

    pub(super) fn start_denial(&self) -> Option<Denial> {
        match self.facts.phase {
            Phase::Starting(_) => Some(Denial::AlreadyStarting),
            Phase::Stopping => Some(Denial::AlreadyStopping),
            Phase::Idle | Phase::Stopped(_) => self.profile_denial(),
            Phase::StartFailed(_) if self.facts.recording.is_none() => self.profile_denial(),
            Phase::StartFailed(_)
            | Phase::StartUnknown
            | Phase::Recording
            | Phase::Suspect
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_) => Some(Denial::SessionOpen),
        }
    }

    pub(super) fn restart_denial(&self, ctx: &Ctx<'_>) -> Option<Denial> {
        match self.facts.phase {
            Phase::Starting(_) => Some(Denial::AlreadyStarting),
            Phase::Stopping => Some(Denial::AlreadyStopping),
            Phase::Idle | Phase::Stopped(_) => Some(Denial::NoSession),
            Phase::StartFailed(_) if self.facts.session.is_none() => Some(Denial::NoSession),
            // Given up on its way: until its answer is in or cannot come any more, its `sid` must find its place.
            Phase::StartUnknown if ctx.dispatch.is_flying(self.info.id, CallKind::Start) => {
                Some(Denial::AlreadyStarting)
            }
            Phase::StartFailed(_)
            | Phase::StartUnknown
            | Phase::Recording
            | Phase::Suspect
            | Phase::Lost
            | Phase::AbnormalExit
            | Phase::Ended(_) => {
                self.profile_denial().or_else(|| self.restart_uid().is_none().then_some(Denial::NoBackupUid))
            }
        }
    }

    /// A channel takes a recording in where a start would be possible, if it is the one that is meant.
    pub fn adopt_denial(&self, meant: &Channel) -> Option<Denial> {
        if (&meant.cname, &meant.mode) != (&self.info.cname, &self.info.mode) {
            return Some(Denial::OtherChannel);
        }
        self.start_denial().filter(|why| *why != Denial::NoProfile)
    }

    /// Why it cannot be silenced: without a session nothing of it is asked for.
    pub fn mute_denial(&self) -> Option<Denial> {
        self.facts.session.is_none().then_some(Denial::NoSession)
    }

    fn profile_denial(&self) -> Option<Denial> {
        (self.profile == ProfileKnown::No).then_some(Denial::NoProfile)
    }

    pub(super) fn cancel_denial(&self) -> Option<Denial> {
        let starting = matches!(self.facts.phase, Phase::Starting(_));
        (!starting || self.facts.is_verifying()).then_some(Denial::NothingToCancel)
    }
}

/// What forbids every call that changes something.
pub(super) const fn acting_denial(ctx: &Ctx<'_>) -> Option<Denial> {
    match ctx.log {
        LogHealth::Failing => Some(Denial::LogFailing),
        LogHealth::Saved if ctx.network_down.is_some() => Some(Denial::NetworkDown),
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

#[cfg(test)]
mod tests;
