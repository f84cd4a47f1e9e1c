//! Everything a screen needs, immutable and ready: sorted, counted, and with a time beside every claim. It holds facts and
//! times, no texts and no colours; ages are the difference to the clock of whoever shows it.

mod attention;
mod hours;
mod log;
mod recording;
mod start;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::answer::Answer;
use super::band::{Band, Span};
use super::change::ChangeKind;
pub use super::channel::Origin;
pub use super::channel::facts::{OpenStop, UnknownStart};
use super::event::{Probe, Record};
use super::gap::{Gap, OpenGap};
use super::history::Past;
use super::ids::{ChannelId, Cname, Host, Mode, ProjectId, Role, Sid, Uid};
pub use super::incidents::{
    Alarms, ChildView, Flow, Handling, IncidentDenials, IncidentEnd, IncidentView, PastIncident, PastIncidents,
};
use super::io::AutoRestart;
use super::outlook::{Outlook, Rest};
use super::phase::{Phase, Section, Sight, State};
use super::time::Timestamp;
use super::told::{Hold, Web};
pub use attention::Attention;
pub use hours::{Answered, HourOfProbes};
pub use log::{BackupView, LogKeeps, LogSize, LogView};
pub use recording::{RecordingView, TokenView};
pub use start::{NextTry, StartView, Step, TryView};

/// The whole picture at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// When it was taken.
    pub at: Timestamp,
    /// Rises with every change.
    pub revision: u64,
    /// The projects in the order of their numbers: quota, domains.
    pub projects: Vec<ProjectView>,
    /// The own network.
    pub network: NetworkView,
    /// When the last HTTP answer of any kind came.
    pub last_answer_at: Option<Timestamp>,
    /// How many channels read as each state, in the order of `State::ALL`.
    pub counts: [usize; State::ALL.len()],
    /// All channels: by section, then worst first, then longest in that state, then by name.
    pub channels: Vec<Arc<ChannelView>>,
    /// The incidents that are active, those that ended and are open, and the last that were closed, by project and number.
    pub incidents: Vec<Arc<IncidentView>>,
    /// How many that ended and were not closed are more than fit in memory: they stand in the log alone.
    pub incidents_left_out: u32,
    /// The alarms of the last hour.
    pub alarms: Alarms,
    /// How much waits for a person, and how much is seen to.
    pub attention: Attention,
    /// The log on disk; the worker fills it in.
    pub log: LogView,
}

impl Snapshot {
    /// How many channels read as `state`.
    pub fn count(&self, state: State) -> usize {
        State::ALL.iter().position(|s| *s == state).map_or(0, |i| self.counts[i])
    }

    /// The project of a channel: each view's is in the list.
    pub fn project_of(&self, view: &ChannelView) -> &ProjectView {
        &self.projects[view.project.index()]
    }

    /// The channel with this number.
    pub fn channel(&self, id: ChannelId) -> Option<&Arc<ChannelView>> {
        self.channels.iter().find(|view| view.id == id)
    }
}

/// Quota and domains of one project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectView {
    /// Its number.
    pub id: ProjectId,
    /// Its name in the settings.
    pub name: Arc<str>,
    /// Requests sent in the last 10 s.
    pub sent_last_10_s: usize,
    /// Most requests in a sliding second.
    pub quota_per_second: u32,
    /// Of those, reserved for commands.
    pub quota_reserved: u32,
    /// Requests that wait for the quota.
    pub queued: usize,
    /// The poll interval in force.
    pub poll_every: Duration,
    /// The interval the settings ask for; shorter than `poll_every` when the quota makes it stretch.
    pub poll_wanted: Duration,
    /// Background requests rest until then, because Agora answered 429.
    pub throttled_until: Option<Timestamp>,
    /// The background goes slower than it could, because Agora answered 429.
    pub slow: Option<SlowView>,
    /// Failed checks are not repeated before their ordinary turn since then: so many failed that repeats would only add load.
    pub retries_spent_since: Option<Timestamp>,
    /// The domains in the order of the settings.
    pub domains: Vec<DomainView>,
    /// How long 404s span before a recording is called lost.
    pub lost_after: Duration,
    /// How long before its end the token of a recording is warned of.
    pub token_warning: Duration,
}

/// A background that goes slower than it could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlowView {
    /// The 429 that began it.
    pub since: Timestamp,
    /// The present share of its full rate, in percent.
    pub percent: u32,
}

/// One domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainView {
    /// Its name.
    pub host: Host,
    /// Whether it is asked first.
    pub preferred: bool,
    /// Answers among the last tries.
    pub answered: u32,
    /// The last tries, at most 20.
    pub tried: u32,
    /// Latency of the last answer.
    pub latency: Option<Duration>,
    /// When it was last asked.
    pub tried_at: Option<Timestamp>,
    /// What the last try came to, when it was no answer of the service.
    pub trouble: Option<Arc<str>>,
}

/// The own network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkView {
    /// At least one domain answered, or nothing was asked yet.
    Up,
    /// No domain gives an HTTP answer.
    Down {
        /// The first try without an answer.
        since: Timestamp,
        /// The next light probe.
        next_probe: Timestamp,
    },
}

/// One channel.
#[derive(Clone, Debug)]
pub struct ChannelView {
    /// Its number.
    pub id: ChannelId,
    /// Its project.
    pub project: ProjectId,
    /// What the operator calls it.
    pub name: Arc<str>,
    /// What Agora calls it.
    pub cname: Cname,
    /// How it is recorded.
    pub mode: Mode,
    /// The operator's own words for it.
    pub tags: Vec<Arc<str>>,
    /// The word.
    pub state: State,
    /// Since when that word holds.
    pub state_since: Timestamp,
    /// What Agora says.
    pub phase: Phase,
    /// Whether we can see it.
    pub sight: Sight,
    /// Whether Agora answered 429 to the last request for it.
    pub throttled: bool,
    /// The UID in use, or the one the next start takes.
    pub uid: Uid,
    /// What it is in the channel's set.
    pub role: Role,
    /// The UID the next restart takes; none when the channel has only one.
    pub next_uid: Option<Uid>,
    /// The recording, if one is known.
    pub recording: Option<RecordingView>,
    /// The last answer of any kind to a query.
    pub last_probe: Option<LastProbe>,
    /// The last answer that said status 4 or 5, in this recording.
    pub last_good: Option<Timestamp>,
    /// The last answer that was certain: a status or a 404.
    pub last_certain: Option<Timestamp>,
    /// When what is known turns into «not observed».
    pub stale_at: Option<Timestamp>,
    /// What happens next, when, and why.
    pub outlook: Outlook,
    /// The first 404 and when it turns Lost, while Suspect.
    pub suspect: Option<SuspectView>,
    /// The start or restart that runs or ran last.
    pub start: Option<StartView>,
    /// The stop that was asked for and has no end yet.
    pub open_stop: Option<OpenStop>,
    /// Starts of the last day whose outcome nobody knows, newest first: each may have left a recorder that has no name here.
    pub unknown_starts: Arc<[UnknownStart]>,
    /// An old recorder that answers beside the new one.
    pub second_recorder: Option<(Sid, Uid)>,
    /// Closed gaps of the last 48 h at least, oldest first.
    pub gaps: Vec<Gap>,
    /// The open gap, with its last bad answer.
    pub open_gap: Option<(OpenGap, Timestamp)>,
    /// The last 48 h at least.
    pub band: Arc<Band>,
    /// The answer that explains the state, when one does.
    pub because: Option<Answer>,
    /// Why each command is not possible now; a command that is not in the list is possible.
    pub denials: Denials,
    /// The change that was sent and has no end yet.
    pub changing: Option<ChangeKind>,
    /// How a web recording said it is, when it was asked last.
    pub web: Option<Web>,
    /// Restarts without the operator.
    pub auto_restart: AutoRestartView,
    /// Since when it turns bad again and again.
    pub flapping: Option<Timestamp>,
    /// What is done about it. It changes no word.
    pub handling: Handling,
    /// Where the channel comes from.
    pub origin: Origin,
    /// The name of its recording profile, if it has one.
    pub profile: Option<Arc<str>>,
}

/// Which commands are refused, and why; `None` is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Denials {
    /// Start.
    pub start: Option<super::event::Denial>,
    /// Restart with the other UID.
    pub restart: Option<super::event::Denial>,
    /// End the running start.
    pub cancel_start: Option<super::event::Denial>,
    /// Stop.
    pub stop: Option<super::event::Denial>,
    /// Stop the old recorder.
    pub stop_old: Option<super::event::Denial>,
    /// Probe now.
    pub probe_now: Option<super::event::Denial>,
    /// Each kind of change, in the order of [`ChangeKind::ALL`].
    pub change: [Option<super::event::Denial>; ChangeKind::ALL.len()],
    /// Watch it no longer.
    pub forget: Option<super::event::Denial>,
    /// Silence it.
    pub mute: Option<super::event::Denial>,
}

impl Denials {
    /// Why this kind of change is not possible now.
    pub fn of_change(&self, kind: ChangeKind) -> Option<super::event::Denial> {
        let at = ChangeKind::ALL.iter().position(|other| *other == kind)?;
        self.change.get(at).copied().flatten()
    }
}

/// How it stands with restarts without the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AutoRestartView {
    /// Whether the settings ask for them.
    pub setting: AutoRestart,
    /// When the last ones were asked for, oldest first.
    pub starts: Arc<[Timestamp]>,
    /// How many there may be in an hour.
    pub most: u32,
    /// Whether the last loss found them used up.
    pub spent: bool,
}

impl AutoRestartView {
    /// How many there were in the hour before `now`.
    pub fn used_at(&self, now: Timestamp) -> u32 {
        super::channel::auto_restart::used(self.starts.iter(), now)
    }
}

/// The last query and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastProbe {
    /// The evidence.
    pub probe: Probe,
    /// The body as it came.
    pub raw: Option<Arc<str>>,
}

/// A suspicion on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuspectView {
    /// The first 404.
    pub since: Timestamp,
    /// It turns Lost then, if it still answers 404; where queries fail at that moment, with the next 404.
    pub lost_at: Timestamp,
    /// The 404s so far.
    pub answers: Vec<Timestamp>,
}

/// What a detail pane shows of one channel over a stretch of time, read from the store.
#[derive(Clone, Debug)]
pub struct History {
    /// Whose.
    pub channel: ChannelId,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// The state over time.
    pub spans: Vec<Span>,
    /// Every probe of the stretch that is kept one by one, oldest first.
    pub probes: Vec<Probe>,
    /// The hours of the stretch whose probes are not kept any more, oldest first.
    pub hours: Vec<HourOfProbes>,
    /// Every fact of the stretch that concerns the channel, oldest first, with the facts of the whole workstation.
    pub records: Vec<(u64, Record)>,
    /// All gaps that touch the stretch.
    pub gaps: Vec<Gap>,
}

/// What a timeline shows of all channels over a stretch of time, read from the store.
#[derive(Clone, Debug, Default)]
pub struct FleetHistory {
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// What was read of each channel; one without an entry had nothing in it.
    pub channels: BTreeMap<ChannelId, Past>,
}

impl ChannelView {
    /// Closed gaps that went on after `from`, oldest first; those of the last 48 h are known.
    pub fn gaps_since(&self, from: Timestamp) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(move |gap| gap.first_good > from)
    }

    /// Whether the queries of a suspect have failed for so long since its last 404 that they are counted anew from the next one.
    pub fn is_counted_anew(&self, now: Timestamp) -> bool {
        self.suspect.as_ref().filter(|_| self.sight != Sight::Clear).is_some_and(|suspect| {
            let window = suspect.lost_at.since(suspect.since);
            suspect.answers.last().is_none_or(|last| now.since(*last) >= window)
        })
    }

    /// Whether a web recording pauses: its recorder runs, and nothing is recorded until it is resumed.
    pub fn is_held(&self) -> bool {
        self.recording.as_ref().is_some_and(|recording| recording.hold == Some(Hold::Held))
    }

    /// The word at `now` and since when it holds. What is known gets too old at `stale_at` even if no newer snapshot comes to
    /// say so: whoever shows a snapshot must never show an old «recording» as a current one.
    pub fn state_at(&self, now: Timestamp) -> (State, Timestamp) {
        match (self.state, self.stale_at) {
            (
                State::ConfigError
                | State::Suspect
                | State::Uncertain
                | State::Stopping
                | State::Starting
                | State::Recording,
                Some(stale_at),
            ) if stale_at <= now => (State::NotObserved, stale_at),
            (state, _) => (state, self.state_since),
        }
    }

    /// The part of the list it belongs to.
    pub fn section(&self) -> Section {
        if self.handling.is_handled() {
            return Section::Handled;
        }
        if self.phase == Phase::StartUnknown && self.outlook == Outlook::Rests(Rest::Operator) {
            // Nothing more will tell whether a recorder runs: somebody has to look.
            return Section::ActNow;
        }
        if self.throttled && self.state.section() == Section::Quiet {
            return Section::Watch;
        }
        self.state.section()
    }
}
