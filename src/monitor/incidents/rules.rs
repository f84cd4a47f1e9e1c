//! When an incident opens, grows and ends. It looks at one channel after the channel acted, and says which fact follows, one at a
//! time, until none does.

use std::sync::Arc;
use std::time::Duration;

use super::facts::{Child, Incident};
use super::{AcknowledgementEnd, IncidentId, IncidentKind, Incidents, Settled, kind_of};
use crate::monitor::event::{Event, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::policy::Policy;
use crate::monitor::time::Timestamp;

/// What the rules look at in a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The word it reads; a suspect whose last query failed counts as uncertain.
    pub state: State,
    /// Since when.
    pub since: Timestamp,
    /// The number of its session.
    pub session: u32,
    /// Good answers in a row.
    pub good_answers: u32,
    /// How its turns have been of late.
    pub pace: Pace,
}

/// Whether a channel goes from good to bad and back all the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// It does not.
    Calm,
    /// It does: its next turns say nothing new.
    Flapping,
}

/// What the rules go by.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// The moment.
    pub now: Timestamp,
    /// The numbers.
    pub policy: &'a Policy,
    /// One sweep: the poll interval in force.
    pub sweep: Duration,
    /// Whether the own network is down: then nothing is called bad.
    pub network_down: bool,
    /// The name of the project.
    pub project: &'a Arc<str>,
}

impl Incidents {
    /// The next fact that follows from how a channel stands now.
    pub(super) fn next(&self, id: ChannelId, look: Look, rules: &Rules<'_>) -> Option<Record> {
        if let Some(over) = self.over(rules.now) {
            return Some(over);
        }
        let part = self.active_part(id);
        if let Some(unmuted) = self.mute_over(id, part.map(|(_, child)| child), look, rules) {
            return Some(unmuted);
        }
        let record = |event| Some(Record { at: rules.now, channel: Some(id), event });
        let Some((incident, child)) = part else { return self.opening(id, look, rules) };
        let settle = |how| record(Event::IncidentSettled { incident, how });
        let group = self.all.get(&incident)?.kind == IncidentKind::Uncertain;
        let bad = turned_bad(look, rules);
        let worse = group && bad.is_some_and(|kind| kind != IncidentKind::Uncertain);
        match (child.settled, worse) {
            (None, true) => settle(Settled::Worse),
            (None, false) => match settled(child, look, rules) {
                Some(how) => settle(how),
                None => bad.and_then(|_| self.worsened(incident, look, rules.now)),
            },
            (Some(_), true) => self.opening(id, look, rules),
            (Some(_), false) => bad.and_then(|_| self.growing(incident, id, rules.now)),
        }
    }

    /// An acknowledgement ends with a channel that reads worse than all of its incident did when it was made. The turns of one
    /// that flaps say nothing new.
    fn worsened(&self, incident: IncidentId, look: Look, now: Timestamp) -> Option<Record> {
        let acknowledged = self.all.get(&incident)?.acknowledged.as_ref()?;
        let is_worse = look.state < acknowledged.worst && look.pace == Pace::Calm;
        is_worse.then(|| self.acknowledgement_over(incident, AcknowledgementEnd::Worse, now)).flatten()
    }

    /// A channel joins an incident, or turns bad again in it. That ends its acknowledgement first.
    fn growing(&self, incident: IncidentId, id: ChannelId, now: Timestamp) -> Option<Record> {
        if self.all.get(&incident)?.acknowledged.is_some() {
            return self.acknowledgement_over(incident, AcknowledgementEnd::Worse, now);
        }
        Some(Record { at: now, channel: Some(id), event: Event::IncidentGrew { incident } })
    }

    /// The end of an incident of which nothing is bad any more.
    pub(super) fn over(&self, now: Timestamp) -> Option<Record> {
        let incident = *self.over.first()?;
        let found = self.all.get(&incident)?;
        let channels = found.children.keys().copied().collect();
        let event = Event::IncidentEnded { incident, channels };
        Some(Record { at: now, channel: found.only_channel(), event })
    }

    /// The active incident that a channel belongs to, and its part in it.
    pub(super) fn active_part(&self, id: ChannelId) -> Option<(IncidentId, Child)> {
        let incident = *self.of.get(&id)?;
        Some((incident, *self.all.get(&incident)?.children.get(&id)?))
    }

    /// The incident that a channel opens or joins by turning bad.
    fn opening(&self, id: ChannelId, look: Look, rules: &Rules<'_>) -> Option<Record> {
        let kind = turned_bad(look, rules)?;
        if let Some(incident) = self.taking(kind, rules) {
            return self.growing(incident, id, rules.now);
        }
        let incident = IncidentId(self.last + 1);
        let singles = if kind == IncidentKind::Uncertain { Vec::new() } else { self.singles(rules) };
        let many = singles.len() + 1 >= usize::try_from(rules.policy.mass_failure_from).unwrap_or(usize::MAX);
        let (channel, kind, absorbed, project) = if many {
            (None, IncidentKind::Mass, singles, Some(Arc::clone(rules.project)))
        } else {
            (Some(id), kind, Vec::new(), None)
        };
        let earlier = absorbed.iter().filter_map(|absorbed| self.all.get(absorbed));
        let channels = earlier.flat_map(|incident| incident.children.keys().copied()).chain([id]).collect();
        let event = Event::IncidentOpened { incident, kind, channels, absorbed, project };
        Some(Record { at: rules.now, channel, event })
    }

    /// The active incident that takes a channel of this kind in: the group of uncertain ones, or a mass of this sweep.
    fn taking(&self, kind: IncidentKind, rules: &Rules<'_>) -> Option<IncidentId> {
        let takes = |incident: &Incident| match incident.kind {
            IncidentKind::Uncertain => kind == IncidentKind::Uncertain,
            IncidentKind::Mass => kind != IncidentKind::Uncertain && rules.now.since(incident.last_join) <= rules.sweep,
            IncidentKind::Lost | IncidentKind::AbnormalExit | IncidentKind::Ended | IncidentKind::ConfigError => false,
        };
        let found = self.all.iter().rev().find(|(_, incident)| incident.end.is_none() && takes(incident));
        found.map(|(id, _)| *id)
    }

    /// The active incidents of one channel each that began within this sweep, in their order.
    fn singles(&self, rules: &Rules<'_>) -> Vec<IncidentId> {
        let is_single = |kind| match kind {
            IncidentKind::Lost | IncidentKind::AbnormalExit | IncidentKind::Ended | IncidentKind::ConfigError => true,
            IncidentKind::Uncertain | IncidentKind::Mass => false,
        };
        // Numbers rise with time: those of this sweep stand at the end.
        let recent = self.all.iter().rev().take_while(|(_, found)| rules.now.since(found.opened_at) <= rules.sweep);
        let mut singles: Vec<_> =
            recent.filter(|(_, found)| found.end.is_none() && is_single(found.kind)).map(|(id, _)| *id).collect();
        singles.reverse();
        singles
    }

    /// Channels of active incidents that still count as bad.
    pub(super) fn unsettled(&self) -> impl Iterator<Item = (ChannelId, IncidentId)> {
        self.of.iter().filter_map(|(id, incident)| {
            let child = self.all.get(incident)?.children.get(id)?;
            child.settled.is_none().then_some((*id, *incident))
        })
    }
}

/// Why a channel has no part in its incident any more, if so. One that flaps keeps its part until it is steady: so its turns open
/// one incident and no further ones.
pub(super) fn settled(child: Child, look: Look, rules: &Rules<'_>) -> Option<Settled> {
    if look.session > child.session {
        return Some(Settled::NewSession);
    }
    match look.state {
        State::Idle => Some(Settled::Forgotten),
        State::Stopped => Some(Settled::Stopped),
        State::Recording => {
            let proven = look.good_answers >= rules.policy.recovered_after_probes && look.pace == Pace::Calm;
            proven.then_some(Settled::Recovered)
        }
        State::Lost
        | State::AbnormalExit
        | State::Ended
        | State::NotObserved
        | State::ConfigError
        | State::Suspect
        | State::Uncertain
        | State::Stopping
        | State::Starting => None,
    }
}

/// What kind of incident a channel is by now. Nothing is called bad while the own network is down.
fn turned_bad(look: Look, rules: &Rules<'_>) -> Option<IncidentKind> {
    let kind = kind_of(look.state)?;
    let lasted = rules.now.since(look.since) >= rules.policy.uncertain_alarms_after;
    let counts = kind != IncidentKind::Uncertain || lasted;
    (counts && !rules.network_down).then_some(kind)
}
