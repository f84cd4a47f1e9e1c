//! A small session for the tests of this room: started, lost, restarted with the backup UID, with an unobserved night and a gap that is still
//! open; and texts that mean harm.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;

use super::log::{SessionLog, Unobserved};
use crate::monitor::answer::{Answer, Outcome, ServiceStatus};
use crate::monitor::event::{Actor, CallKind, Event, Probe, Record, StopWait};
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::ids::{ChannelId, Host, Mode, ResourceId, SessionId, Sid, Uid};
use crate::monitor::io::{AutoRestart, Channel};
use crate::monitor::phase::{Blindness, Phase, StartCause};
use crate::monitor::time::Timestamp;
use crate::monitor::told::File;

const CHANNEL: ChannelId = ChannelId(3);

/// Seconds after 2026-01-05T10:00:00Z.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_767_607_200_000 + seconds * 1000)
}

fn uid(number: u32) -> Uid {
    Uid::new(number).expect("not 0")
}

fn good() -> Answer {
    Answer { http: Some(200), ..Answer::bare(Outcome::Status(ServiceStatus::InProgress)) }
}

fn missing() -> Answer {
    let reason = Some("failed to find worker".into());
    Answer { outcome: Outcome::Missing, http: Some(404), code: Some(404), reason }
}

fn probe(seconds: i64, attempt: u32, answer: Answer) -> Probe {
    Probe { at: at(seconds), channel: CHANNEL, host: Host::new("api.agora.io"), attempt, latency_ms: 180, answer }
}

fn channel() -> Channel {
    Channel {
        id: CHANNEL,
        name: "Hall 3, east".into(),
        cname: "court-03".parse().expect("valid"),
        mode: Mode::Mix,
        main_uid: uid(900_001),
        backup_uid: Some(uid(900_002)),
        spare_uids: vec![uid(900_011), uid(900_012)],
        profile: Some("evening".into()),
        max_idle: Some(Duration::from_secs(30)),
        tags: Vec::new(),
        auto_restart: AutoRestart::Off,
    }
}

fn records() -> Vec<(u64, Record)> {
    let ours = |seconds, event| Record { at: at(seconds), channel: Some(CHANNEL), event };
    let started = |number, sid: &str| Event::Started {
        uid: uid(number),
        resource_id: ResourceId::new(format!("R-{number}")),
        sid: Sid::new(sid),
        token_until: None,
        cname: None,
        mode: None,
    };
    let request =
        |number, cause| Event::StartRequested { session: SessionId(1), uid: uid(number), cause, by: Actor::Operator };
    let call = Event::CallAnswered {
        call: CallKind::Start,
        uid: uid(900_001),
        host: Host::new("api.agora.io"),
        attempt: 1,
        latency_ms: 420,
        answer: Answer { http: Some(200), ..Answer::bare(Outcome::Started(Sid::new("0b7e"))) },
    };
    let gap = gap();
    let events = [
        Record { at: at(0), channel: None, event: Event::WatchBegan { version: "0.1.0".into() } },
        ours(1, request(900_001, StartCause::Start)),
        ours(2, call),
        ours(2, started(900_001, "0b7e")),
        ours(120, Event::GapOpened { gap: OpenGap { last_good: gap.last_good, first_bad: gap.first_bad } }),
        ours(120, Event::PhaseChanged { to: Phase::Suspect, answer: Some(missing()) }),
        ours(210, Event::PhaseChanged { to: Phase::Lost, answer: Some(missing()) }),
        ours(220, request(900_002, StartCause::Restart)),
        ours(222, started(900_002, "1c8f")),
        ours(229, Event::GapClosed { gap }),
        ours(
            229,
            Event::FilesTold {
                sid: Sid::new("1c8f"),
                files: vec![file("rec/bak0_1c8f_court-03.m3u8"), file("rec/1c8f_court-03_0.mp4")],
                odd: Vec::new(),
            },
        ),
        Record { at: at(300), channel: None, event: Event::NotObserved { from: at(300), cause: Blindness::AppClosed } },
        ours(930, Event::StopRequested { sid: Some(Sid::new("1c8f")), wait: StopWait::ForUpload, by: Actor::Operator }),
    ];
    (11..).zip(events).collect()
}

fn file(name: &str) -> File {
    File { name: name.into(), track: None, user: None, began: Some(at(222)) }
}

fn gap() -> Gap {
    Gap { last_good: at(60), first_bad: at(120), last_bad: at(223), first_good: at(229), end: GapEnd::Restarted }
}

/// The session.
pub fn session() -> SessionLog {
    let unreachable = Answer {
        outcome: Outcome::Gateway,
        http: Some(504),
        code: None,
        reason: Some("<html>\r\n=cmd|' /C calc'!A0 \u{202e}".into()),
    };
    SessionLog {
        app_version: "0.1.0".into(),
        project: "=HYPERLINK(\"x\")".into(),
        channel: channel(),
        from: at(0),
        to: at(960),
        exported_at: at(1000),
        zone: TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").expect("valid"),
        poll_every: Duration::from_secs(120),
        lost_after: Duration::from_secs(90),
        records: records(),
        probes: vec![
            probe(60, 1, good()),
            probe(120, 1, missing()),
            probe(125, 1, unreachable),
            probe(126, 2, missing()),
            probe(210, 1, missing()),
            probe(229, 1, good()),
            probe(900, 1, Answer { code: Some(-1), ..missing() }),
        ],
        gaps: vec![gap()],
        open_gap: Some((OpenGap { last_good: at(880), first_bad: at(900) }, at(945))),
        not_observed: vec![Unobserved { from: at(300), to: at(870) }],
        unreadable: 2,
    }
}

/// The same session with this text wherever text from elsewhere can stand.
pub fn with_text(text: &str) -> SessionLog {
    let mut log = session();
    let text: Arc<str> = text.into();
    log.project = Arc::clone(&text);
    log.channel.name = Arc::clone(&text);
    let reason = Some(Arc::clone(&text));
    log.probes = vec![Probe { host: Host::new(Arc::clone(&text)), ..probe(1, 1, Answer { reason, ..missing() }) }];
    let started = Event::Started {
        uid: uid(1),
        resource_id: ResourceId::new(Arc::clone(&text)),
        sid: Sid::new(Arc::clone(&text)),
        token_until: None,
        cname: None,
        mode: None,
    };
    let told = Event::FileNameTold { predicted: Arc::clone(&text), told: text };
    log.records = (1..).zip([started, told].map(|event| Record { at: at(2), channel: None, event })).collect();
    log
}
