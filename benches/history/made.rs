//! A log of years that never happened: sessions, losses, uncertain stretches and millions of probes, from a seed.

use std::sync::Arc;

use reelwatch::monitor::answer::{Answer, NoAnswer, Outcome, ServiceStatus};
use reelwatch::monitor::event::{Actor, CallKind, Event, Probe, Record, StopWait};
use reelwatch::monitor::gap::{Gap, GapEnd, OpenGap};
use reelwatch::monitor::ids::{ChannelId, Host, ResourceId, SessionId, Sid, Uid};
use reelwatch::monitor::phase::{Phase, Sight, StartCause, StopResult};
use reelwatch::monitor::time::Timestamp;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// The day after the last one.
pub const TODAY: i64 = 20_400;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

/// Polls of all channels on one day, in the order of time.
pub struct Polls {
    channels: Vec<ChannelId>,
    host: Host,
    other: Host,
    good: Answer,
    missing: Answer,
    failed: Answer,
    silent: Answer,
    random: fastrand::Rng,
    every_ms: i64,
}

impl Polls {
    /// Of these channels, each asked once in so many milliseconds.
    pub fn new(channels: Vec<ChannelId>, every_ms: i64, seed: u64) -> Self {
        let worker = Some("failed to find worker".into());
        Self {
            channels,
            host: Host::new("api.agora.io"),
            other: Host::new("api.sd-rtn.com"),
            good: Answer { http: Some(200), ..Answer::bare(Outcome::Status(ServiceStatus::InProgress)) },
            missing: Answer { http: Some(404), code: Some(404), reason: worker, ..Answer::bare(Outcome::Missing) },
            failed: Answer { http: Some(504), ..Answer::bare(Outcome::Gateway) },
            silent: Answer::bare(Outcome::NoAnswer(NoAnswer::Timeout)),
            random: fastrand::Rng::with_seed(seed),
            every_ms,
        }
    }

    /// One sweep over all channels that begins with `begin_ms`.
    pub fn sweep(&mut self, begin_ms: i64, into: &mut Vec<Probe>) {
        let many = i64::try_from(self.channels.len()).expect("few");
        for (channel, n) in self.channels.iter().zip(0..) {
            let random = &mut self.random;
            let (answer, host) = match random.u16(0..2_000) {
                0..=3 => (&self.missing, &self.host),
                4..=9 => (&self.failed, &self.host),
                10 => (&self.silent, &self.other),
                _ => (&self.good, &self.host),
            };
            let latency_ms = 60 + random.u32(0..120) + if random.u8(..) == 0 { random.u32(0..3_000) } else { 0 };
            let at = at(begin_ms + n * self.every_ms / many + random.i64(0..40));
            into.push(Probe {
                at,
                channel: *channel,
                host: host.clone(),
                attempt: 1,
                latency_ms,
                answer: answer.clone(),
            });
        }
    }

    /// The time between two sweeps, in milliseconds.
    pub const fn every_ms(&self) -> i64 {
        self.every_ms
    }
}

/// What happened to one channel on one day: a session from morning to evening, now and then a loss or a stretch without an answer.
pub fn events_of_day(channel: ChannelId, day: i64, random: &mut fastrand::Rng) -> Vec<Record> {
    let begin = day * DAY_MS + 6 * 3_600_000 + random.i64(0..3_600_000);
    let mut facts = Vec::new();
    let mut say = |ms: i64, event| facts.push(Record { at: at(ms), channel: Some(channel), event });
    let (uid, other) = (Uid::new(900_001).expect("not 0"), Uid::new(900_002).expect("not 0"));
    started(&mut say, begin, uid, StartCause::Start, channel, day);
    let mut now = begin + random.i64(600_000..2 * 3_600_000);
    if random.u8(0..4) == 0 {
        say(now, Event::SightChanged { to: Sight::Uncertain, since: at(now - 200), answer: None });
        now += random.i64(5_000..600_000);
        say(now, Event::SightChanged { to: Sight::Clear, since: at(now - 200), answer: None });
        now += 60_000;
    }
    if random.u8(0..3) == 0 {
        let gap = OpenGap { last_good: at(now - 120_000), first_bad: at(now) };
        say(now, Event::PhaseChanged { to: Phase::Suspect, answer: None });
        say(now, Event::GapOpened { gap });
        now += 95_000;
        say(now, Event::PhaseChanged { to: Phase::Lost, answer: None });
        let last_bad = at(now);
        now += random.i64(20_000..900_000);
        started(&mut say, now, other, StartCause::Restart, channel, day);
        let OpenGap { last_good, first_bad } = gap;
        let closed = Gap { last_good, first_bad, last_bad, first_good: at(now + 9_000), end: GapEnd::Restarted };
        say(now + 9_000, Event::GapClosed { gap: closed });
    }
    let end = (day * DAY_MS + 20 * 3_600_000).max(now + 60_000);
    say(end, Event::StopRequested { sid: None, wait: StopWait::No, by: Actor::Operator });
    say(end + 900, called(CallKind::Stop, uid));
    say(end + 900, Event::Stopped { result: StopResult::AlreadyGone });
    facts
}

fn started(say: &mut impl FnMut(i64, Event), ms: i64, uid: Uid, cause: StartCause, channel: ChannelId, day: i64) {
    let session = SessionId(u32::try_from(day).expect("after 1970"));
    let resource_id = ResourceId::new(format!("JyvK8nXHuV1BE64GDkAaBGEscvtHW7v8BrQoRPCHxmeVxwY22-x{day}"));
    let sid = Sid::new(format!("5f2c9a0e7b41d6838c1e0f97a{:03x}{:06x}", channel.0, day));
    say(ms, Event::StartRequested { session, uid, cause, by: Actor::Operator });
    say(ms + 150, called(CallKind::Acquire, uid));
    say(ms + 150, Event::Acquired { uid, resource_id: resource_id.clone() });
    say(ms + 700, called(CallKind::Start, uid));
    say(ms + 700, Event::Started { uid, resource_id, sid, token_until: None, cname: None, mode: None });
    say(ms + 8_000, Event::PhaseChanged { to: Phase::Recording, answer: None });
}

fn called(call: CallKind, uid: Uid) -> Event {
    let answer = Answer { http: Some(200), ..Answer::bare(Outcome::Updated) };
    Event::CallAnswered { call, uid, host: Host::new("api.agora.io"), attempt: 1, latency_ms: 140, answer }
}

/// Names for so many channels.
pub fn names(many: u32) -> Vec<Arc<str>> {
    (0..many).map(|n| format!("channel-{n:04}").into()).collect()
}
