//! What the operator may do about an incident, why not, and which facts follow. It changes nothing of what the system says: an
//! incident is active until the rules end it.

use super::facts::Incident;
use super::mutes::unmuted;
use super::{AcknowledgementEnd, Expiry, IncidentDenials, IncidentEnd, IncidentId, Incidents, MuteEnd};
use crate::monitor::care::IncidentCare;
use crate::monitor::event::{Actor, Denial, Event, NoteOn, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::remark::Remark;
use crate::monitor::time::Timestamp;

impl Incident {
    /// Why each of the acts is not possible now.
    pub(super) fn denials(&self) -> IncidentDenials {
        let absorbed = matches!(self.end, Some(IncidentEnd::Absorbed(..))).then_some(Denial::IncidentAbsorbed);
        let refuse = |own: Option<Denial>| absorbed.or(own);
        IncidentDenials {
            acknowledge: refuse(match (self.end, &self.acknowledged) {
                (Some(_), _) => Some(Denial::IncidentOver),
                (None, Some(_)) => Some(Denial::AlreadyAcknowledged),
                (None, None) => None,
            }),
            take_back: refuse(match (self.end, &self.acknowledged) {
                (Some(_), _) => Some(Denial::IncidentOver),
                (None, Some(_)) => None,
                (None, None) => Some(Denial::NotAcknowledged),
            }),
            close: refuse(match (self.end, self.closed_at) {
                (None, _) => Some(Denial::IncidentActive),
                (Some(_), Some(_)) => Some(Denial::AlreadyClosed),
                (Some(_), None) => None,
            }),
            reopen: refuse(self.closed_at.is_none().then_some(Denial::NotClosed)),
        }
    }

    fn denial(&self, care: &IncidentCare) -> Option<Denial> {
        let denials = self.denials();
        match care {
            IncidentCare::Acknowledge { .. } => denials.acknowledge,
            IncidentCare::TakeBack => denials.take_back,
            IncidentCare::Close { note: None } if self.lines == 0 => denials.close.or(Some(Denial::NothingWritten)),
            IncidentCare::Close { .. } => denials.close,
            IncidentCare::Reopen => denials.reopen,
            IncidentCare::Note(_) => None,
        }
    }
}

impl Incidents {
    /// What follows from an act of the operator. `state` is what a channel reads now.
    pub(super) fn attend(
        &self,
        incident: IncidentId,
        care: IncidentCare,
        state: impl Fn(ChannelId) -> State,
        now: Timestamp,
    ) -> Result<Vec<Record>, Denial> {
        let found = self.all.get(&incident).ok_or(Denial::NoSuchIncident)?;
        if let Some(why) = found.denial(&care) {
            return Err(why);
        }
        let about = found.about().ok_or(Denial::NoSuchIncident)?;
        let by = Actor::Operator;
        let note = |text: Remark| Event::NoteAdded { on: NoteOn::Incident { incident, about }, text, by };
        let events = match care {
            IncidentCare::Acknowledge { reason, lasts } => {
                let until = lasts.map(|lasts| now + lasts);
                let worst = found.bad().map(state).min().unwrap_or(State::Idle);
                vec![Event::IncidentAcknowledged { incident, about, reason, until, worst, by }]
            }
            IncidentCare::TakeBack => {
                vec![Event::AcknowledgementEnded { incident, about, why: AcknowledgementEnd::TakenBack }]
            }
            IncidentCare::Close { note: text } => {
                text.map(note).into_iter().chain([Event::IncidentClosed { incident, about, by }]).collect()
            }
            IncidentCare::Reopen => vec![Event::IncidentReopened { incident, about, by }],
            IncidentCare::Note(text) => vec![note(text)],
        };
        let channel = found.only_channel();
        Ok(events.into_iter().map(|event| Record { at: now, channel, event }).collect())
    }

    /// The end of an acknowledgement before its incident's.
    pub(super) fn acknowledgement_over(
        &self,
        incident: IncidentId,
        why: AcknowledgementEnd,
        now: Timestamp,
    ) -> Option<Record> {
        let found = self.all.get(&incident)?;
        let event = Event::AcknowledgementEnded { incident, about: found.about()?, why };
        Some(Record { at: now, channel: found.only_channel(), event })
    }

    /// What has ended by itself by now.
    pub(super) fn expired(&self, now: Timestamp) -> Option<Record> {
        let (_, expiry) = self.expiries.first().filter(|(at, _)| *at <= now)?;
        match expiry {
            Expiry::Acknowledgement(incident) => {
                self.acknowledgement_over(*incident, AcknowledgementEnd::TimeOver, now)
            }
            Expiry::Mute(id) => Some(unmuted(*id, MuteEnd::TimeOver, now)),
        }
    }
}
