//! What a screen sees of a channel: facts and passing work put together, nothing decided.

use std::sync::Arc;

use super::denial::acting_denial;
use super::{Ctx, Machine};
use crate::monitor::change::ChangeKind;
use crate::monitor::dispatch::Slot;
use crate::monitor::event::StopWait;
use crate::monitor::ids::{Role, Uid};
use crate::monitor::incidents::Handling;
use crate::monitor::io::Command;
use crate::monitor::outlook::{Outlook, Rest, Standing};
use crate::monitor::phase::Phase;
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::{ChannelView, Denials, NextTry, RecordingView, StartView, Step, SuspectView};

impl Machine {
    /// The picture of this channel, of which so much is done about; built again only after something changed.
    pub fn view(&mut self, ctx: &Ctx<'_>, handling: Handling) -> Arc<ChannelView> {
        if let Some(view) = self.view.as_ref().filter(|view| view.handling == handling) {
            return Arc::clone(view);
        }
        let view = Arc::new(self.build_view(ctx, handling));
        self.view = Some(Arc::clone(&view));
        view
    }

    /// Something outside of this channel changed what its picture says.
    pub fn forget_view(&mut self) {
        self.view = None;
    }

    fn build_view(&self, ctx: &Ctx<'_>, handling: Handling) -> ChannelView {
        let facts = &self.facts;
        let start = self.start_view(ctx);
        let uid = match (&facts.attempt, &facts.recording) {
            (Some(attempt), _) => attempt.uid,
            (None, Some(recording)) => recording.uid,
            (None, None) => facts.uid,
        };
        ChannelView {
            id: self.info.id,
            project: ctx.project,
            name: Arc::clone(&self.info.name),
            cname: self.info.cname.clone(),
            mode: self.info.mode.clone(),
            tags: self.info.tags.clone(),
            state: facts.state(),
            state_since: facts.state_since,
            phase: facts.phase,
            sight: facts.sight,
            throttled: self.work.throttled && facts.is_watched(),
            uid,
            role: self.role(uid),
            next_uid: self.restart_uid(),
            recording: self.recording_view(),
            last_probe: self.work.last_probe.clone(),
            last_good: self.work.last_good,
            last_certain: self.work.last_certain,
            stale_at: self.stale_at(ctx),
            outlook: self.outlook(ctx),
            open_stop: facts.open_stop.as_deref().cloned(),
            unknown_starts: facts.unknown_starts.clone().into(),
            suspect: (facts.phase == Phase::Suspect).then(|| self.suspect_view(ctx)),
            start,
            second_recorder: facts
                .olds
                .iter()
                .find(|old| old.seen_alive)
                .map(|old| (old.recording.sid.clone(), old.recording.uid)),
            gaps: facts.gaps.iter().copied().collect(),
            open_gap: facts.open_gap.map(|gap| (gap, self.work.last_bad.unwrap_or(gap.first_bad).max(gap.first_bad))),
            band: Arc::clone(&facts.band),
            because: facts.because.clone(),
            denials: self.denials(ctx),
            changing: facts.changing,
            web: self.work.web.as_deref().cloned(),
            origin: self.origin,
            profile: self.info.profile.clone(),
            auto_restart: self.auto_view(ctx),
            flapping: facts.flaps.since(),
            handling,
        }
    }

    fn role(&self, uid: Uid) -> Role {
        if uid == self.info.main_uid {
            Role::Main
        } else if Some(uid) == self.info.backup_uid {
            Role::Backup
        } else {
            Role::Spare
        }
    }

    fn recording_view(&self) -> Option<RecordingView> {
        let recording = self.facts.recording.as_ref()?;
        let names = self.names_of(recording);
        let told = recording.playlist_told(&names);
        Some(RecordingView {
            sid: recording.sid.clone(),
            resource_id: recording.resource_id.clone(),
            started_at: recording.started_at,
            session_at: self.facts.session.map_or(recording.started_at, |session| session.since),
            m3u8: names.playlist().into(),
            m3u8_verdict: told.as_deref().map(|told| names.fits(told)),
            m3u8_told: told,
            odd_files: recording.odd.clone().into(),
            files: recording.files.clone().into(),
            token_until: recording.token_until,
            hold: recording.hold.or_else(|| self.work.web.as_ref().and_then(|web| web.hold)),
        })
    }

    fn suspect_view(&self, ctx: &Ctx<'_>) -> SuspectView {
        let since = self.work.missing.first().copied().unwrap_or(self.facts.state_since);
        SuspectView { since, lost_at: since + ctx.policy.lost_after, answers: self.work.missing.clone() }
    }

    /// What comes next: the request that is under way, else the first of what the rules have planned.
    fn outlook(&self, ctx: &Ctx<'_>) -> Outlook {
        let id = self.info.id;
        let under_way = |slot| ctx.dispatch.standing(id, slot);
        if let Some((standing, call)) = [Slot::Act, Slot::Change, Slot::Watch].into_iter().find_map(under_way) {
            let held_back = ctx.network_down.is_some() && !matches!(standing, Standing::Flying(_));
            return if held_back { Outlook::NoNetwork } else { Outlook::of(standing, call) };
        }
        let has_old = !self.facts.olds.is_empty();
        let may_send = self.facts.is_watched() || has_old || self.start_due().is_some() || self.auto_due(ctx).is_some();
        let waits_for_network = ctx.network_down.is_some() && may_send;
        if waits_for_network {
            return Outlook::NoNetwork;
        }
        let query = self.watch_due(ctx).filter(|(_, why)| *why != Why::TurnStale);
        match self.sending_due(ctx).chain(query).min() {
            Some((at, why)) => Outlook::At(at, why),
            None => ctx
                .dispatch
                .standing(id, Slot::Old)
                .map_or_else(|| Outlook::Rests(self.rest()), |(standing, call)| Outlook::of(standing, call)),
        }
    }

    const fn rest(&self) -> Rest {
        match self.facts.session {
            Some(_) => Rest::Operator,
            None => Rest::NoSession,
        }
    }

    fn start_view(&self, ctx: &Ctx<'_>) -> Option<StartView> {
        let mut view = self.work.startup.as_ref()?.view().clone();
        if let Some((at, number)) = ctx.dispatch.next_try(self.info.id, Slot::Act) {
            view.next_try = Some(NextTry { at, number, of: ctx.policy.domain.tries() });
        } else if matches!(view.step, Step::Wait | Step::Verify) && self.facts.is_verifying() {
            let number = view.tries.iter().filter(|t| t.call == crate::monitor::event::CallKind::Query).count() + 1;
            view.next_try = self.work.query.map(|(at, _)| NextTry { at, number, of: None });
        }
        Some(view)
    }

    fn denials(&self, ctx: &Ctx<'_>) -> Denials {
        let id = self.info.id;
        Denials {
            start: self.denial(ctx, &Command::Start(id)),
            restart: self.denial(ctx, &Command::Restart(id)),
            cancel_start: self.denial(ctx, &Command::CancelStart(id)),
            stop: self.denial(ctx, &Command::Stop(id, StopWait::ForUpload)),
            stop_old: self.denial(ctx, &Command::StopOld(id)),
            probe_now: self.denial(ctx, &Command::ProbeNow(id)),
            change: ChangeKind::ALL.map(|kind| self.change_denial(kind).or_else(|| acting_denial(ctx))),
            forget: self.forget_denial(ctx),
            mute: self.mute_denial(),
        }
    }
}
