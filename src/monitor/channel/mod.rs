//! One channel: its lasting facts, its passing work, and the rules that turn answers into facts. A rule never changes a fact by
//! itself: it records an event, and the event changes the fact.
//!
//! | file | rules |
//! |---|---|
//! | `attempt` | a session, a start on its way, a replaced recorder |
//! | `denial` | why a command is not possible now |
//! | `facts` | what we hold true, and how events change it |
//! | `reading` | what an answer to a query means |
//! | `hear` | none: what comes back is kept and goes to the rule that asked |
//! | `watch` | queries of a running recording: 50x, the end |
//! | `suspicion` | 404, until it is a loss |
//! | `gaps` | the edges of gaps |
//! | `start` | acquire, start, restart with the other UID |
//! | `start_again` | a start that is taken up again |
//! | `start_unknown` | a start whose outcome nobody knows |
//! | `startup` | what a start on its way counts and shows |
//! | `verify` | queries until status 4 or 5 |
//! | `stop` | stop and its confirmation |
//! | `files` | none: the files that Agora lists |
//! | `old` | the recorders that restarts replaced |
//! | `own_recorder` | none: which recorder is the channel's own |
//! | `recording` | what is known of one recording |
//! | `auto_restart` | restarts without the operator |
//! | `flapping` | a channel that turns bad again and again |
//! | `change` | update and updateLayout while it runs |
//! | `token` | the end of the token it was started with |
//! | `turn` | the places of polls, and who is read again first |
//! | `view` | what a screen sees of it |
//! | `work` | none: what is under way and was heard since the process began |

mod attempt;
pub(crate) mod auto_restart;
mod change;
mod denial;
pub mod facts;
mod files;
mod flapping;
mod gaps;
mod hear;
mod old;
mod own_recorder;
mod reading;
mod recording;
mod start;
mod start_again;
mod start_unknown;
mod startup;
mod stop;
mod suspicion;
mod token;
mod turn;
mod verify;
mod view;
mod watch;
mod work;

use std::sync::Arc;
use std::time::Duration;

use super::dispatch::{Class, Dispatch, Request, Slot, Tries};
use super::event::{Actor, Denial, Event, Record, StopWait};
use super::gap::GapEnd;
use super::grid::Grid;
use super::ids::{Cname, Mode, ProjectId, ResourceId, SessionId, Sid, Uid};
use super::incidents::Look;
use super::io::{Call, Channel, Command, Effect, LogHealth};
use super::names::Predicted;
use super::phase::{Blindness, Phase, Sight, StartCause, State};
use super::policy::Policy;
use super::schedule::Why;
use super::snapshot::{ChannelView, LastProbe};
use super::time::Timestamp;
use attempt::Attempt;
use denial::command_name;
use facts::Facts;
use reading::Reading;
pub use reading::Verdict;
use recording::Recording;
use work::Work;
pub use work::{Ended, Seen};

/// What the rules of a channel see of the world, and where their decisions go.
pub struct Ctx<'a> {
    pub now: Timestamp,
    pub project: ProjectId,
    pub policy: &'a Policy,
    /// The poll interval in force and the places in it.
    pub grid: Grid,
    pub log: LogHealth,
    /// Since when the own network is down.
    pub network_down: Option<Timestamp>,
    pub dispatch: &'a mut Dispatch,
    pub out: &'a mut Vec<Effect>,
}

/// Something to do at a time.
type Due = (Timestamp, Why);

/// Where a channel comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The settings file.
    Settings,
    /// The log: it was adopted.
    Adopted,
}

/// Whether a channel's recording profile can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ProfileKnown {
    Yes,
    /// It names none, or one that nobody has written.
    No,
}

/// One channel.
#[derive(Clone, Debug)]
pub struct Machine {
    info: Channel,
    origin: Origin,
    /// Whether the recording profile it names is known, so that it can be started.
    profile: ProfileKnown,
    facts: Facts,
    work: Work,
    view: Option<Arc<ChannelView>>,
}

impl Machine {
    /// A channel that nothing is known of. What the settings name they also hold; the profile of an adopted channel is to be
    /// told by [`Machine::follow_profile`].
    pub fn new(info: Channel, origin: Origin) -> Self {
        let facts = Facts::new(info.main_uid);
        let profile = match (origin, &info.profile) {
            (Origin::Settings, Some(_)) => ProfileKnown::Yes,
            (Origin::Settings, None) | (Origin::Adopted, _) => ProfileKnown::No,
        };
        Self { info, origin, profile, facts, work: Work::default(), view: None }
    }

    /// The channel was here before and had so many sessions: their numbers are not given again.
    pub const fn count_on(&mut self, sessions: u32) {
        self.facts.sessions = sessions;
    }

    /// Where it comes from.
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// The channel as it was described.
    pub const fn info(&self) -> &Channel {
        &self.info
    }

    /// A recording that was started elsewhere: it is watched from now on, and asked for at once.
    pub fn adopt(&mut self, ctx: &mut Ctx<'_>, uid: Uid, resource_id: ResourceId, sid: Sid) {
        let session = SessionId(self.facts.sessions + 1);
        let (cname, mode) = (self.info.cname.clone(), self.info.mode.clone());
        self.record(ctx, Event::Adopted { session, uid, resource_id, sid, cname, mode, by: Actor::Operator });
        self.work = Work::default();
        self.look_at_once(ctx);
    }

    /// Keeps that a wish was not carried out.
    pub fn refuse(&mut self, ctx: &mut Ctx<'_>, command: &'static str, why: Denial) {
        self.record(ctx, Event::CommandDenied { command: command.into(), why });
    }

    /// The profile of its starts was changed, or is known from now on.
    pub fn follow_profile(&mut self, name: &str, max_idle: Option<Duration>) {
        if self.info.profile.as_deref() == Some(name) {
            self.info.max_idle = max_idle;
            self.profile = ProfileKnown::Yes;
            self.view = None;
        }
    }

    /// The profile of its starts is not there any more.
    pub fn lose_profile(&mut self, name: &str) {
        if self.info.profile.as_deref() == Some(name) {
            self.profile = ProfileKnown::No;
            self.view = None;
        }
    }

    /// How a recording is recorded: the settings may say something else by now.
    fn mode_of<'a>(&'a self, recording: &'a Recording) -> &'a Mode {
        recording.mode.as_ref().unwrap_or(&self.info.mode)
    }

    /// What the files of a recording should be called.
    fn names_of(&self, recording: &Recording) -> Predicted {
        Predicted::new(self.mode_of(recording), &recording.sid, self.cname_of(recording))
    }

    /// What Agora calls the channel of a recording.
    fn cname_of<'a>(&'a self, recording: &'a Recording) -> &'a Cname {
        recording.cname.as_ref().unwrap_or(&self.info.cname)
    }

    /// What we hold true.
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// Goes on from what was held true at a checkpoint.
    pub fn restore(&mut self, facts: Facts) {
        self.facts = facts;
    }

    /// Reads one fact of the log again.
    pub fn replay(&mut self, record: &Record) {
        self.facts.apply(record.at, &record.event);
    }

    /// Takes up work after the log was read: what ran is asked for at once, what was asked and not answered is settled.
    pub fn resume(&mut self, ctx: &mut Ctx<'_>, seen: &Seen, ended: Ended) {
        self.work.last_probe = seen.last.clone().map(|probe| LastProbe { probe, raw: None });
        self.work.last_told = seen.last.as_ref().map(|probe| probe.at);
        // The store knows when answers came, not when they were asked for: a bound may only be too wide.
        let before_sending = |at: Timestamp| at - ctx.policy.try_timeout;
        // The end of a gap says from when on it was seen, whoever told it.
        let back = self.facts.gaps.iter().rfind(|gap| gap.end != GapEnd::Stopped).map(|gap| gap.first_good);
        self.work.last_good = seen.last_good.map(before_sending).max(back);
        self.work.last_bad = seen.last_bad.map(before_sending).and_then(|at| self.bad_of_own(at));
        self.work.last_certain = seen.last_good.max(seen.last_bad);
        self.settle_change(ctx);
        // What was watched is not observed since the outage began, as the log tells; a start on its way says so only now.
        let unasked_from = ended.outage.map_or(ended.last_moment, |since| since.min(ended.last_moment));
        let unasked = self.facts.is_unasked();
        self.was_unseen(ctx, unasked_from, Blindness::AppClosed);
        self.resume_start(ctx);
        if self.facts.is_watched() {
            // What a start left unknown replaces was told above, and is asked for from now on.
            if !unasked {
                self.lose_sight(ctx, ended.last_moment, Blindness::AppClosed);
            }
            self.look_at_once(ctx);
        } else {
            self.watch_olds_anew(ctx);
        }
    }

    /// Nobody looks from `from` on.
    pub fn lose_sight(&mut self, ctx: &mut Ctx<'_>, from: Timestamp, cause: Blindness) {
        self.count_anew();
        if self.facts.is_watched() && self.facts.sight != Sight::Blind(cause) {
            self.record(ctx, Event::NotObserved { from, cause });
        }
    }

    /// Nobody looked from `from` until now, while a start was on its way: no query that were due could have told so.
    pub fn was_unseen(&mut self, ctx: &mut Ctx<'_>, from: Timestamp, cause: Blindness) {
        if !self.facts.is_unasked() {
            return;
        }
        // Before it was asked for, what outlasts blindness was what it was.
        let outlasts = |attempt: &&Attempt| State::of(attempt.prior, Sight::Blind(cause)) != State::NotObserved;
        let from = self.facts.attempt.as_ref().filter(outlasts).map_or(from, |attempt| attempt.asked_at.max(from));
        self.record(ctx, Event::NotObserved { from, cause });
    }

    /// Asks as soon as its turn comes among all that are read again.
    pub fn look_at_once(&mut self, ctx: &mut Ctx<'_>) {
        self.work.fresh_from = Some(ctx.now);
        // What was answered this very moment has been seen, unless it was the last run that heard it.
        let seen = self.work.last_certain == Some(ctx.now) && self.work.query.is_some();
        if self.facts.is_watched() && !self.is_stop_under_way() && !seen {
            self.work.query = Some((ctx.now, Why::Again));
        }
        self.verify_anew(ctx);
        self.watch_olds_anew(ctx);
        self.start_again(ctx);
        self.stop_again(ctx);
    }

    /// Carries out what is due.
    pub fn tick(&mut self, ctx: &mut Ctx<'_>) {
        self.tick_start(ctx);
        self.tick_stop(ctx);
        self.tick_change(ctx);
        self.tick_token(ctx);
        self.tick_olds(ctx);
        self.tick_watch(ctx);
        self.tick_calm(ctx);
        self.tick_auto(ctx);
    }

    /// The next thing to do by itself, apart from what the dispatcher has under way.
    pub fn next_deadline(&self, ctx: &Ctx<'_>) -> Option<Due> {
        let silent = [self.watch_due(ctx), self.token_due(ctx), self.calm_due(ctx), self.alarm_due(ctx)];
        let silent = silent.into_iter().flatten();
        if ctx.network_down.is_some() {
            return silent.min();
        }
        silent.chain(self.sending_due(ctx)).min()
    }

    /// When something is to be sent by itself, apart from the ordinary queries.
    fn sending_due(&self, ctx: &Ctx<'_>) -> impl Iterator<Item = Due> + use<> {
        let due = [self.start_due(), self.stop_due(), self.change_due(), self.old_due(ctx), self.auto_due(ctx)];
        due.into_iter().flatten()
    }

    /// What the rules of incidents look at.
    pub fn look(&self) -> Look {
        let (state, since) = self.alarming();
        Look {
            state,
            since,
            session: self.facts.sessions,
            good_answers: self.work.good_answers,
            pace: self.facts.flaps.pace(),
        }
    }

    /// What it is by now to the rules of incidents, and since when: a suspicion that no query clears needs a person as any other
    /// failed query does.
    fn alarming(&self) -> (State, Timestamp) {
        if self.facts.phase == Phase::Suspect && self.facts.sight == Sight::Uncertain {
            return (State::Uncertain, self.facts.state_since);
        }
        (self.facts.state(), self.facts.state_since)
    }

    /// When a failed query has been uncertain for so long that it is an incident.
    fn alarm_due(&self, ctx: &Ctx<'_>) -> Option<Due> {
        let (state, since) = self.alarming();
        let at = since + ctx.policy.uncertain_alarms_after;
        (state == State::Uncertain && at > ctx.now).then_some((at, Why::UncertainAlarm))
    }

    /// The operator wants something.
    pub fn command(&mut self, ctx: &mut Ctx<'_>, command: Command) {
        let denied = self.denial(ctx, &command);
        if let Some(why) = denied {
            self.refuse(ctx, command_name(&command), why);
            return;
        }
        match command {
            Command::Start(_) => self.request_start(ctx, StartCause::Start, Actor::Operator),
            Command::Restart(_) => self.request_start(ctx, StartCause::Restart, Actor::Operator),
            Command::CancelStart(_) => self.cancel_start(ctx),
            Command::Stop(_, wait) => self.request_stop(ctx, wait),
            Command::StopOld(_) => self.request_stop_old(ctx, Actor::Operator),
            Command::ProbeNow(_) => self.work.query = Some((ctx.now, Why::Asked)),
            Command::Change(_, change) => self.request_change(ctx, change),
            Command::Forget(_) => self.record(ctx, Event::ChannelForgotten { by: Actor::Operator }),
        }
    }

    /// Records a fact: it changes what we hold true and goes to the log.
    fn record(&mut self, ctx: &mut Ctx<'_>, event: Event) {
        self.facts.apply(ctx.now, &event);
        ctx.out.push(Effect::Record(Record { at: ctx.now, channel: Some(self.info.id), event }));
        self.view = None;
    }

    fn put(&mut self, ctx: &mut Ctx<'_>, slot: Slot, class: Class, call: Call, ahead: usize) {
        let timeout = match &call {
            Call::Stop { wait: StopWait::ForUpload, .. } => ctx.policy.stop_timeout,
            Call::Stop { wait: StopWait::No, .. }
            | Call::Acquire { .. }
            | Call::Start { .. }
            | Call::Query { .. }
            | Call::Change { .. } => ctx.policy.try_timeout,
        };
        let until = match class {
            Class::Start => self.resource_lives_until(ctx),
            Class::Stop
            | Class::Acquire
            | Class::Change
            | Class::Verify
            | Class::Suspect
            | Class::SuspectAgain
            | Class::Uncertain
            | Class::Poll
            | Class::FileName => None,
        };
        let request = Request { class, call: Arc::new(call), tries: Tries::ByDomains, ahead, timeout, until };
        ctx.dispatch.put(ctx.now, self.info.id, slot, request);
    }
}
