//! Facts and probes for the tests of this room.

use crate::monitor::answer::{Answer, NoAnswer, Outcome, ServiceStatus};
use crate::monitor::event::{Actor, Event, Probe, Record};
use crate::monitor::ids::{ChannelId, Host, Mode, ResourceId, SessionId, Sid, Uid};
use crate::monitor::phase::StartCause;
use crate::monitor::time::Timestamp;

pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis)
}

pub fn started(channel: ChannelId, millis: i64, cause: StartCause) -> Record {
    let uid = Uid::new(900_001).expect("not 0");
    let event = Event::StartRequested { session: SessionId(1), uid, cause, by: Actor::Operator };
    Record { at: at(millis), channel: Some(channel), event }
}

pub fn adopted(channel: ChannelId, millis: i64) -> Record {
    let event = Event::Adopted {
        session: SessionId(2),
        uid: Uid::new(900_001).expect("not 0"),
        resource_id: ResourceId::new("R"),
        sid: Sid::new("0b7e"),
        cname: "hall".parse().expect("valid"),
        mode: Mode::Mix,
        by: Actor::Operator,
    };
    Record { at: at(millis), channel: Some(channel), event }
}

pub fn everywhere(millis: i64, event: Event) -> Record {
    Record { at: at(millis), channel: None, event }
}

pub fn probe(channel: ChannelId, millis: i64, answer: Answer) -> Probe {
    let host = Host::new("api.agora.io");
    Probe { at: at(millis), channel, host, attempt: 1, latency_ms: 180, answer }
}

pub fn good() -> Answer {
    Answer { http: Some(200), ..Answer::bare(Outcome::Status(ServiceStatus::InProgress)) }
}

pub fn missing() -> Answer {
    let reason = Some("failed to find worker".into());
    Answer { outcome: Outcome::Missing, http: Some(404), code: Some(404), reason }
}

pub fn timeout() -> Answer {
    Answer::bare(Outcome::NoAnswer(NoAnswer::Timeout))
}
