//! The incidents of one project and their pictures: lets the rules speak after a channel acted or a person did, takes in what they
//! say, and keeps the pictures until something changes.

use std::sync::Arc;

use super::alarms::Rang;
use super::mutes::unmuted;
use super::view::Owner;
use super::{Expiry, Handling, IncidentId, IncidentView, Incidents, Look, MuteEnd, Rules, Settled};
use crate::monitor::care::IncidentCare;
use crate::monitor::event::{Actor, Denial, Event, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Effect;
use crate::monitor::phase::State;
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

/// The incidents of one project.
#[derive(Clone, Debug, Default)]
pub struct Board {
    facts: Incidents,
    views: Option<Vec<Arc<IncidentView>>>,
}

impl Board {
    /// What we hold true; the same after reading the log again.
    pub const fn facts(&self) -> &Incidents {
        &self.facts
    }

    /// Goes on from what was held true at a checkpoint.
    pub fn restore(&mut self, facts: Incidents) {
        *self = Self { facts, views: None };
    }

    /// Reads one fact of the log again. `session` is the number of the session a channel was in by then.
    pub fn replay(&mut self, record: &Record, session: impl Fn(ChannelId) -> u32) {
        self.facts.apply(record.at, record.channel, &record.event, session);
        self.views = None;
    }

    /// A channel acted: records what follows from how it stands now.
    pub fn review(&mut self, id: ChannelId, look: Look, rules: &Rules<'_>, out: &mut Vec<Effect>) {
        while let Some(record) = self.facts.next(id, look, rules) {
            self.keep(record, look.session, out);
        }
    }

    /// The operator does something about an incident. `state` is what a channel reads now.
    pub fn attend(
        &mut self,
        incident: IncidentId,
        care: IncidentCare,
        state: impl Fn(ChannelId) -> State,
        now: Timestamp,
        out: &mut Vec<Effect>,
    ) -> Result<(), Denial> {
        for record in self.facts.attend(incident, care, state, now)? {
            self.keep(record, 0, out);
        }
        Ok(())
    }

    /// The operator silences a channel in this session of it, until then or until the session ends.
    pub fn mute(
        &mut self,
        id: ChannelId,
        session: u32,
        until: Option<Timestamp>,
        now: Timestamp,
        out: &mut Vec<Effect>,
    ) {
        let event = Event::ChannelMuted { until, by: Actor::Operator };
        self.keep(Record { at: now, channel: Some(id), event }, session, out);
    }

    /// The operator wants to hear of a channel again.
    pub fn unmute(&mut self, id: ChannelId, now: Timestamp, out: &mut Vec<Effect>) -> Result<(), Denial> {
        self.facts.mute_of(id).ok_or(Denial::NotMuted)?;
        self.keep(unmuted(id, MuteEnd::TakenBack, now), 0, out);
        Ok(())
    }

    /// The only channel of an incident, unless it is about several.
    pub fn only_channel(&self, incident: IncidentId) -> Option<ChannelId> {
        self.facts.all.get(&incident)?.only_channel()
    }

    /// When something ends by itself, and why.
    pub fn next_deadline(&self) -> Option<(Timestamp, Why)> {
        let (at, expiry) = self.facts.expiries.first()?;
        let why = match expiry {
            Expiry::Acknowledgement(_) => Why::AcknowledgementEnds,
            Expiry::Mute(_) => Why::MuteEnds,
        };
        Some((*at, why))
    }

    /// Ends what ends by itself.
    pub fn run_due(&mut self, now: Timestamp, out: &mut Vec<Effect>) {
        while let Some(record) = self.facts.expired(now) {
            self.keep(record, 0, out);
        }
    }

    /// Ends the part and the mute of channels that are not there any more: the settings do not name them by now.
    pub fn settle_gone(&mut self, is_there: impl Fn(ChannelId) -> bool, now: Timestamp, out: &mut Vec<Effect>) {
        while let Some(record) = self.facts.mute_of_gone(&is_there, now) {
            self.keep(record, 0, out);
        }
        let gone: Vec<_> = self.facts.unsettled().filter(|(id, _)| !is_there(*id)).collect();
        for (id, incident) in gone {
            let event = Event::IncidentSettled { incident, how: Settled::Forgotten };
            self.keep(Record { at: now, channel: Some(id), event }, 0, out);
            while let Some(record) = self.facts.over(now) {
                self.keep(record, 0, out);
            }
        }
    }

    /// Takes a fact in that the log gets, too.
    fn keep(&mut self, record: Record, session: u32, out: &mut Vec<Effect>) {
        self.replay(&record, |_| session);
        out.push(Effect::Record(record));
    }

    /// What is done about a channel.
    pub fn handling(&self, id: ChannelId) -> Handling {
        Handling::of(&self.facts, id)
    }

    /// The alarms of the last hour.
    pub(crate) const fn rang(&self) -> &Rang {
        &self.facts.rang
    }

    /// How many incidents that ended and were not closed stand in the log alone.
    pub const fn left_out(&self) -> u32 {
        self.facts.left_out
    }

    /// The pictures of all that are active, of those that ended and are open, and of the last that were closed, in the order of
    /// their numbers.
    pub fn views(&mut self, project: &Owner<'_>, name: impl Fn(ChannelId) -> Arc<str>) -> &[Arc<IncidentView>] {
        let facts = &self.facts;
        self.views.get_or_insert_with(|| {
            let view = |(id, _): (&IncidentId, _)| IncidentView::new(project, facts, *id, &name).map(Arc::new);
            facts.all.iter().filter_map(view).collect()
        })
    }
}
