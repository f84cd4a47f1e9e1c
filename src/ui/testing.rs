//! Hand-made channels and pictures for the tests of the window. The times tell one invented afternoon, around [`NOW`].

use std::sync::Arc;
use std::time::Duration;

use crate::monitor::answer::{Answer, NoAnswer, Outcome, Refusal, ServiceStatus, Upload};
use crate::monitor::band::{Band, BandKind};
use crate::monitor::care::IncidentAt;
use crate::monitor::event::{Actor, CallKind, Denial, Event, Probe, Record};
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::ids::{ChannelId, Cname, Host, Mode, ProjectId, ResourceId, Role, SessionId, Sid, Uid};
use crate::monitor::incidents::{IncidentId, IncidentKind};
use crate::monitor::io::AutoRestart;
use crate::monitor::names::Predicted;
use crate::monitor::outlook::{Outlook, Rest};
use crate::monitor::phase::{Blindness, Phase, Sight, StartCause, State, StopResult};
use crate::monitor::schedule::Why;
use crate::monitor::snapshot::{
    Alarms, Attention, AutoRestartView, ChannelView, ChildView, Denials, DomainView, Handling, History,
    IncidentDenials, IncidentView, LastProbe, LogView, NetworkView, NextTry, Origin, ProjectView, RecordingView,
    Snapshot, StartView, Step, SuspectView, TryView,
};
use crate::monitor::time::Timestamp;

/// Thu 12 Nov 2026, 14:32:07 UTC.
pub const NOW: Timestamp = Timestamp::from_millis(1_794_493_927_000);

/// This many seconds before [`NOW`].
pub fn ago(seconds: u64) -> Timestamp {
    NOW - Duration::from_secs(seconds)
}

/// This many seconds after [`NOW`].
pub fn ahead(seconds: u64) -> Timestamp {
    NOW + Duration::from_secs(seconds)
}

/// `200/5`
pub fn good() -> Answer {
    Answer { http: Some(200), ..Answer::bare(Outcome::Status(ServiceStatus::InProgress)) }
}

/// `404 worker`
pub fn missing() -> Answer {
    Answer {
        http: Some(404),
        code: Some(404),
        reason: Some("failed to find worker".into()),
        ..Answer::bare(Outcome::Missing)
    }
}

/// A service's own 50x.
pub fn server_error(http: u16) -> Answer {
    Answer { http: Some(http), ..Answer::bare(Outcome::ServerError) }
}

/// No answer in time.
pub fn timeout() -> Answer {
    Answer::bare(Outcome::NoAnswer(NoAnswer::Timeout))
}

/// A domain of Agora.
pub fn host() -> Host {
    Host::new("api.agora.io")
}

/// One query of a channel.
pub fn probe(id: ChannelId, at: Timestamp, answer: Answer) -> Probe {
    Probe { at, channel: id, host: host(), attempt: 1, latency_ms: 84, answer }
}

fn uid(number: u32) -> Uid {
    Uid::new(number).expect("not 0")
}

/// A channel that has recorded for 37 min and was seen 11 s ago.
pub fn recording(number: u32, name: &str) -> ChannelView {
    let cname: Cname = name.parse().expect("a valid channel name");
    let id = ChannelId(number);
    let sid = Sid::new(format!("5f2c9a0e7b41d6838c1e0f97a24b{number:04}"));
    let started_at = ago(2246);
    let mut band = Band::default();
    band.turn(started_at, BandKind::State(State::Recording));
    ChannelView {
        id,
        project: ProjectId::default(),
        name: name.into(),
        mode: Mode::Mix,
        tags: vec!["ground floor".into()],
        state: State::Recording,
        state_since: started_at,
        phase: Phase::Recording,
        sight: Sight::Clear,
        throttled: false,
        uid: uid(100_000 + number),
        role: Role::Main,
        next_uid: Some(uid(900_000 + number)),
        open_stop: None,
        unknown_starts: Arc::from([]),
        recording: Some(RecordingView {
            m3u8: Predicted::new(&Mode::Mix, &sid, &cname).playlist().into(),
            sid,
            resource_id: ResourceId::new(format!("JyvK8nXHuV1BE64GDkAaBGEscvtHW7v8BrQoRPCHxmeV{number}")),
            started_at,
            session_at: started_at,
            m3u8_told: None,
            m3u8_verdict: None,
            odd_files: Arc::new([]),
            files: Arc::from([]),
            token_until: None,
            hold: None,
        }),
        last_probe: Some(LastProbe {
            probe: probe(id, ago(11), good()),
            raw: Some(r#"{"serverResponse":{"status":5}}"#.into()),
        }),
        last_good: Some(ago(11)),
        last_certain: Some(ago(11)),
        stale_at: Some(ahead(229)),
        outlook: Outlook::At(ahead(109), Why::Poll),
        suspect: None,
        start: None,
        second_recorder: None,
        gaps: Vec::new(),
        open_gap: None,
        band: Arc::new(band),
        because: None,
        denials: Denials {
            start: Some(Denial::SessionOpen),
            cancel_start: Some(Denial::NothingToCancel),
            stop_old: Some(Denial::NoSecondRecorder),
            ..Denials::default()
        },
        changing: None,
        web: None,
        auto_restart: AutoRestartView { setting: AutoRestart::Off, starts: Arc::from([]), most: 3, spent: false },
        flapping: None,
        handling: Handling::default(),
        origin: Origin::Settings,
        profile: Some("evening".into()),
        cname,
    }
}

/// A channel without a session.
pub fn idle(number: u32, name: &str) -> ChannelView {
    ChannelView {
        state: State::Idle,
        phase: Phase::Idle,
        recording: None,
        last_probe: None,
        last_good: None,
        last_certain: None,
        stale_at: None,
        outlook: Outlook::Rests(Rest::NoSession),
        band: Arc::default(),
        denials: Denials {
            restart: Some(Denial::NoSession),
            cancel_start: Some(Denial::NothingToCancel),
            stop: Some(Denial::NoSession),
            stop_old: Some(Denial::NoSecondRecorder),
            probe_now: Some(Denial::NoSession),
            ..Denials::default()
        },
        ..recording(number, name)
    }
}

/// A channel that has answered 404 for 41 s of 90 s.
pub fn suspect(number: u32, name: &str) -> ChannelView {
    let view = recording(number, name);
    let mut band = (*view.band).clone();
    band.repaint(ago(161), ago(41), BandKind::PossiblyLost, BandKind::State(State::Suspect));
    ChannelView {
        state: State::Suspect,
        state_since: ago(41),
        phase: Phase::Suspect,
        last_probe: Some(LastProbe {
            probe: Probe { attempt: 4, latency_ms: 91, ..probe(view.id, ago(11), missing()) },
            raw: Some(r#"{"code":404,"reason":"failed to find worker"}"#.into()),
        }),
        last_good: Some(ago(161)),
        outlook: Outlook::At(ahead(4), Why::ConfirmMissing),
        suspect: Some(SuspectView {
            since: ago(41),
            lost_at: ahead(49),
            answers: vec![ago(41), ago(36), ago(26), ago(11)],
        }),
        open_gap: Some((OpenGap { last_good: ago(161), first_bad: ago(41) }, ago(11))),
        band: Arc::new(band),
        because: Some(missing()),
        ..view
    }
}

/// A channel that has been lost for 44 s.
pub fn lost(number: u32, name: &str) -> ChannelView {
    let view = suspect(number, name);
    let mut band = Band::default();
    band.turn(ago(3000), BandKind::State(State::Recording));
    band.repaint(ago(254), ago(134), BandKind::PossiblyLost, BandKind::State(State::Suspect));
    band.turn(ago(44), BandKind::State(State::Lost));
    ChannelView {
        state: State::Lost,
        state_since: ago(44),
        phase: Phase::Lost,
        last_good: Some(ago(254)),
        suspect: None,
        open_gap: Some((OpenGap { last_good: ago(254), first_bad: ago(134) }, ago(6))),
        band: Arc::new(band),
        ..view
    }
}

/// A lost channel whose restart waits for the third of four tries of `start`.
pub fn restarting(number: u32, name: &str) -> ChannelView {
    let view = lost(number, name);
    let failed = |at, host: &str| TryView {
        at,
        call: CallKind::Start,
        host: Host::new(host),
        answer: server_error(503),
        latency: Duration::from_millis(120),
    };
    let acquired = TryView {
        at: ago(12),
        call: CallKind::Acquire,
        host: host(),
        answer: Answer { http: Some(200), ..Answer::bare(Outcome::Acquired(ResourceId::new("T8sJ0qYdkVx3n1mC4w"))) },
        latency: Duration::from_millis(212),
    };
    ChannelView {
        state: State::Starting,
        state_since: ago(13),
        phase: Phase::Starting(StartCause::Restart),
        outlook: Outlook::At(ahead(4), Why::RetryStart),
        start: Some(StartView {
            cause: StartCause::Restart,
            uid: view.next_uid.expect("a pair"),
            asked_at: ago(13),
            step: Step::Start,
            done: vec![(Step::Acquire, ago(12))],
            tries: vec![acquired, failed(ago(11), "api.agora.io"), failed(ago(5), "api.agora.io")],
            next_try: Some(NextTry { at: ahead(4), number: 3, of: Some(4) }),
            resource: Some((ResourceId::new("T8sJ0qYdkVx3n1mC4w"), ahead(288))),
            sid: None,
            verify_until: None,
            failed: None,
        }),
        denials: Denials { restart: Some(Denial::AlreadyStarting), cancel_start: None, ..view.denials },
        ..view
    }
}

/// A closed gap of 1:43 to 3:49.
pub fn gap(end: GapEnd) -> Gap {
    Gap { last_good: ago(2469), first_bad: ago(2349), last_bad: ago(2246), first_good: ago(2240), end }
}

/// What the store tells of a channel: three hours with a poll every 2 min, 404s since the suspicion began, and the restart
/// after [`gap`].
pub fn history(view: &ChannelView) -> History {
    let from = ago(3 * 3600);
    let good_until = view.last_good.unwrap_or(NOW);
    let mut probes: Vec<Probe> = (0..90)
        .map(|i| (i, from + Duration::from_secs(120 * u64::from(i))))
        .filter(|(_, at)| *at <= good_until)
        .map(|(i, at)| Probe { latency_ms: 74 + i * 7 % 31, ..probe(view.id, at, good()) })
        .collect();
    if let Some((gap, last_bad)) = view.open_gap {
        let tries = [0, 5, 15, 30, 45, 60, 75, 90, 105, 120].map(|s| gap.first_bad + Duration::from_secs(s));
        probes.extend(tries.into_iter().filter(|at| *at <= last_bad).map(|at| probe(view.id, at, missing())));
    }
    let record = |at, event| Record { at, channel: Some(view.id), event };
    let requested =
        Event::StartRequested { session: SessionId(1), uid: view.uid, cause: StartCause::Restart, by: Actor::Operator };
    let records = vec![
        (1, record(ago(2300), requested)),
        (2, record(ago(2240), Event::PhaseChanged { to: Phase::Recording, answer: Some(good()) })),
    ];
    History { channel: view.id, from, to: NOW, spans: Vec::new(), probes, hours: Vec::new(), records, gaps: Vec::new() }
}

/// A project whose network is up, polled every 120 s.
pub fn project() -> ProjectView {
    let domain = |host: &str, preferred| DomainView {
        host: Host::new(host),
        preferred,
        answered: 20,
        tried: 20,
        latency: Some(Duration::from_millis(84)),
        tried_at: Some(ago(2)),
        trouble: None,
    };
    ProjectView {
        id: ProjectId::default(),
        name: "Northgate Live".into(),
        sent_last_10_s: 26,
        quota_per_second: 10,
        quota_reserved: 1,
        queued: 0,
        poll_every: Duration::from_secs(120),
        poll_wanted: Duration::from_secs(120),
        throttled_until: None,
        slow: None,
        retries_spent_since: None,
        domains: vec![domain("api.agora.io", true), domain("api.sd-rtn.com", false)],
        lost_after: Duration::from_secs(90),
        token_warning: Duration::from_secs(3600),
    }
}

/// An open incident of these channels, a minute old.
pub fn incident(number: u32, kind: IncidentKind, names: &[&str]) -> IncidentView {
    let child = |(channel, name): (u32, &&str)| ChildView {
        channel: ChannelId(channel),
        name: (*name).into(),
        since: ago(60),
        settled: None,
        mute: None,
    };
    IncidentView {
        at: IncidentAt { project: ProjectId(0), number: IncidentId(number) },
        project: project().name,
        kind,
        opened_at: ago(60),
        children: (1..).zip(names).map(child).collect(),
        end: None,
        acknowledged: None,
        taken_at: None,
        lines: 0,
        closed_at: None,
        denials: IncidentDenials {
            acknowledge: None,
            take_back: Some(Denial::NotAcknowledged),
            close: Some(Denial::IncidentActive),
            reopen: Some(Denial::NotClosed),
        },
    }
}

/// A picture of these channels, in this order.
pub fn snapshot(channels: Vec<ChannelView>) -> Snapshot {
    let counts = State::ALL.map(|state| channels.iter().filter(|view| view.state == state).count());
    Snapshot {
        at: NOW,
        revision: 1,
        projects: vec![project()],
        network: NetworkView::Up,
        last_answer_at: Some(ago(2)),
        counts,
        channels: channels.into_iter().map(Arc::new).collect(),
        incidents: Vec::new(),
        incidents_left_out: 0,
        alarms: Alarms::default(),
        attention: Attention::default(),
        log: LogView { saved: 48_211, ..LogView::default() },
    }
}

/// Two projects, each with a channel called `hall`: the one of the second is lost.
pub fn two_projects() -> Snapshot {
    let eastgate = ProjectView { id: ProjectId(1), name: "Eastgate".into(), ..project() };
    let lost = ChannelView { project: ProjectId(1), ..lost(2, "hall") };
    let picture = sorted_snapshot(vec![recording(1, "hall"), lost]);
    Snapshot { projects: vec![project(), eastgate], ..picture }
}

/// A channel in this state, with the answer and the times that go with it.
pub fn in_state(number: u32, name: &str, state: State) -> ChannelView {
    let view = recording(number, name);
    match state {
        State::Recording => view,
        State::Idle => idle(number, name),
        State::Suspect => suspect(number, name),
        State::Lost => lost(number, name),
        State::AbnormalExit => over(view, Phase::AbnormalExit, ServiceStatus::AbnormalExit, 30),
        State::Ended => over(view, Phase::Ended(ServiceStatus::Leaving(8)), ServiceStatus::Leaving(8), 734),
        State::NotObserved => {
            let blind = Sight::Blind(Blindness::NetworkDown);
            turned(ChannelView { sight: blind, ..answered(view, ago(175), good()) }, state, ago(159))
        }
        State::ConfigError => {
            let answer = Answer { http: Some(401), ..Answer::bare(Outcome::Refused(Refusal::Unauthorized)) };
            let refused = Sight::Refused(Refusal::Unauthorized);
            turned(ChannelView { sight: refused, ..answered(view, ago(50), answer) }, state, ago(50))
        }
        State::Uncertain => {
            let outlook = Outlook::At(ahead(8), Why::ResolveUncertain);
            let view = answered(view, ago(7), timeout());
            turned(ChannelView { sight: Sight::Uncertain, outlook, ..view }, state, ago(22))
        }
        State::Stopping => turned(ChannelView { phase: Phase::Stopping, ..view }, state, ago(6)),
        State::Starting => turned(ChannelView { phase: Phase::Starting(StartCause::Start), ..view }, state, ago(9)),
        State::Stopped => {
            let phase = Phase::Stopped(StopResult::Upload(Upload::Uploaded));
            turned(
                ChannelView { phase, outlook: Outlook::Rests(Rest::Operator), stale_at: None, recording: None, ..view },
                state,
                ago(1200),
            )
        }
    }
}

fn over(view: ChannelView, phase: Phase, status: ServiceStatus, seconds: u64) -> ChannelView {
    let answer = Answer { http: Some(200), ..Answer::bare(Outcome::Status(status)) };
    let view = ChannelView {
        phase,
        outlook: Outlook::Rests(Rest::Operator),
        stale_at: None,
        ..answered(view, ago(seconds), answer)
    };
    turned(view, State::of(phase, Sight::Clear), ago(seconds))
}

fn answered(view: ChannelView, at: Timestamp, answer: Answer) -> ChannelView {
    ChannelView { last_probe: Some(LastProbe { probe: probe(view.id, at, answer), raw: None }), ..view }
}

fn turned(view: ChannelView, state: State, since: Timestamp) -> ChannelView {
    let mut band = (*view.band).clone();
    band.turn(since, BandKind::State(state));
    ChannelView { state, state_since: since, band: Arc::new(band), ..view }
}

/// A picture of these channels, in the order the core gives them.
pub fn sorted_snapshot(mut channels: Vec<ChannelView>) -> Snapshot {
    channels.sort_by_key(|view| (view.section(), view.state, view.state_since, view.name.clone()));
    snapshot(channels)
}
