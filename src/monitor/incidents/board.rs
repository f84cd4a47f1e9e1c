//! The incidents of one project and their pictures: lets the rules speak after a channel acted, takes in what they say, and keeps
//! the pictures until something changes.

use std::sync::Arc;

use super::{IncidentView, Incidents, Look, Rules, Settled};
use crate::monitor::event::{Event, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::io::Effect;
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
            self.replay(&record, |_| look.session);
            out.push(Effect::Record(record));
        }
    }

    /// Ends the part of channels that are not there any more: the settings do not name them by now.
    pub fn settle_gone(&mut self, is_there: impl Fn(ChannelId) -> bool, now: Timestamp, out: &mut Vec<Effect>) {
        let gone: Vec<_> = self.facts.unsettled().filter(|(id, _)| !is_there(*id)).collect();
        for (id, incident) in gone {
            let event = Event::IncidentSettled { incident, how: Settled::Forgotten };
            let record = Record { at: now, channel: Some(id), event };
            self.replay(&record, |_| 0);
            out.push(Effect::Record(record));
            while let Some(record) = self.facts.over(now) {
                self.replay(&record, |_| 0);
                out.push(Effect::Record(record));
            }
        }
    }

    /// The pictures of all that are open and of the last that ended, in the order of their numbers.
    pub fn views(&mut self, project: &Arc<str>, name: impl Fn(ChannelId) -> Arc<str>) -> &[Arc<IncidentView>] {
        let facts = &self.facts;
        self.views.get_or_insert_with(|| {
            facts.all.iter().map(|(id, found)| Arc::new(IncidentView::new(project, *id, found, &name))).collect()
        })
    }
}
