//! Hours of a fleet under faults, many seeds: what was shown is held against what really was. Each failure names its seed;
//! `REELWATCH_SEED=n cargo test simulation` plays that one again, `REELWATCH_SEEDS=n` plays so many.

use std::collections::BTreeMap;
use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::Duration;

use fastrand::Rng;
use reelwatch::monitor::answer::Outcome;
use reelwatch::monitor::band::BandKind;
use reelwatch::monitor::change::{Change, ChangeKind};
use reelwatch::monitor::event::{Event, Record, StopWait};
use reelwatch::monitor::gap::{Gap, GapEnd};
use reelwatch::monitor::history;
use reelwatch::monitor::ids::{ChannelId, Sid};
use reelwatch::monitor::io::Command;
use reelwatch::monitor::phase::{Phase, StartFailure, State};
use reelwatch::monitor::policy::Policy;
use reelwatch::monitor::time::Timestamp;
use reelwatch::sim::scenario::{At, CallName, Fault, Happening, Kind, Span};
use reelwatch::sim::{Journal, Scenario};

use crate::rig::{Act, BEGIN, Rig};

const CHANNELS: u32 = 24;
const LENGTH: Duration = Duration::from_secs(8 * 3600);
const SEEDS: u64 = 200;

/// Longest wait of a poll behind other requests.
const QUEUE: Duration = Duration::from_secs(30);
/// Four tries of 10 s, with 1, 3 and 6 s in between, and a rest after a 429 before two of them: an operation without an answer.
const UNANSWERED: Duration = Duration::from_secs(60);
/// An answer speaks of the moment the service worked on it.
const LATENCY: Duration = Duration::from_secs(11);

#[test]
fn hours_of_a_fleet_under_faults_are_shown_as_they_were() {
    let one = env::var("REELWATCH_SEED").ok().and_then(|seed| seed.parse().ok());
    let many = env::var("REELWATCH_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(SEEDS);
    let seeds: Vec<u64> = one.map_or_else(|| (0..many).collect(), |seed| vec![seed]);
    let (even, odd): (Vec<_>, Vec<_>) = seeds.into_iter().partition(|seed| seed % 2 == 0);
    let totals = std::thread::scope(|scope| {
        let threads = [even, odd].map(|seeds| scope.spawn(move || seeds.into_iter().map(play).collect::<Vec<_>>()));
        threads.map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).concat()
    });
    let [polls, gaps, adopted] = totals.iter().fold([0; 3], |sum, run| [0, 1, 2].map(|i| sum[i] + run[i]));
    println!("{} seeds: {polls} queries, {gaps} gaps, {adopted} adopted recordings", totals.len());
    assert!(gaps > totals.len(), "the faults of a run must make gaps, or nothing was tried");
    assert!(adopted > totals.len(), "most of what the backend started is adopted");
}

fn play(seed: u64) -> [usize; 3] {
    catch_unwind(AssertUnwindSafe(|| Shift::run(seed))).unwrap_or_else(|panic| {
        println!("seed {seed} failed; play it again with REELWATCH_SEED={seed} cargo test simulation");
        resume_unwind(panic)
    })
}

/// A whole run and what it is judged by.
struct Shift {
    rig: Rig,
    unseen: Vec<(Timestamp, Timestamp)>,
}

impl Shift {
    /// Queries, gaps and adopted recordings.
    fn run(seed: u64) -> [usize; 3] {
        let mut rng = Rng::with_seed(seed);
        let mut rig = Rig::new(scenario(&mut rng), seed, Policy::default(), &strangers());
        let unseen = breaks(&mut rng, &mut rig);
        let ids: Vec<_> = rig.names.values().copied().collect();
        for (i, (name, id)) in (0..).zip(rig.names.clone()) {
            let stranger = strangers().iter().any(|stranger| **stranger == *name);
            let act = if stranger { Act::Elsewhere(name) } else { Act::Command(Command::Start(id)) };
            rig.at(Duration::from_secs(i), act);
        }
        for minute in 1..=LENGTH.as_secs() / 60 {
            rig.run(Duration::from_secs(minute * 60));
            adopt_strangers(&mut rng, &mut rig);
            operate(&mut rng, &mut rig, &ids);
        }
        rig.run(LENGTH);
        let mut shift = Self { rig, unseen };
        shift.judge()
    }

    fn judge(&mut self) -> [usize; 3] {
        let truth = self.rig.journal();
        quota_was_kept(&self.rig);
        assert!(self.rig.replayed().facts() == self.rig.monitor.facts(), "reading the log again gives another state");
        let names: BTreeMap<_, _> = self.rig.names.iter().map(|(name, id)| (*id, name.to_string())).collect();
        let mut gaps = 0;
        for (id, cname) in names {
            let records: Vec<_> = self.rig.log.iter().filter(|record| record.channel == Some(id)).collect();
            self.nothing_recorded_that_was_gone(id, &cname, &truth);
            no_loss_of_a_living_recorder(&cname, &records, &truth);
            gaps += gaps_hold_the_truth(&cname, &records, &truth);
            every_change_ends_once(&cname, &records, self.rig.now);
            no_recorder_is_forgotten(&cname, &records, &truth, self.rig.now);
            self.nothing_drawn_unseen(&cname, &records);
            self.nothing_drawn_recording_that_was_gone(&cname, &records, &truth);
        }
        let adopted = self.rig.log.iter().filter(|record| matches!(record.event, Event::Adopted { .. })).count();
        [self.rig.probes.len(), gaps, adopted]
    }

    fn interval(&self) -> Duration {
        self.rig.monitor.policy().poll_every
    }

    /// The live word: no Recording while the recorder was gone for longer than one poll interval (and the time a poll takes).
    fn nothing_recorded_that_was_gone(&self, id: ChannelId, cname: &str, truth: &Journal) {
        let Some(shown) = self.rig.shown.get(&id) else { return };
        let ends = shown.iter().skip(1).map(|(at, _)| *at).chain([self.rig.now]);
        let longest = self.interval() + QUEUE + UNANSWERED;
        for ((from, state), to) in shown.iter().zip(ends) {
            if *state == State::Recording {
                let hole = longest_hole(truth, cname, *from, self.before_breaks(*from, to));
                assert!(hole <= longest, "{cname} read Recording from {from} to {to}, and was gone for {hole:?} of it");
            }
        }
    }

    /// While nobody looks nothing is shown: the word before a break ends with it.
    fn before_breaks(&self, from: Timestamp, to: Timestamp) -> Timestamp {
        self.unseen.iter().map(|(begin, _)| *begin).filter(|begin| *begin >= from).fold(to, Timestamp::min)
    }

    fn nothing_drawn_recording_that_was_gone(&self, cname: &str, records: &[&Record], truth: &Journal) {
        let longest = self.interval() + QUEUE + LATENCY;
        let past = history::fold(records.iter().copied(), BEGIN, self.rig.now);
        for span in past.spans.iter().filter(|span| span.kind == BandKind::State(State::Recording)) {
            let hole = longest_hole(truth, cname, span.from, span.to);
            assert!(hole <= longest, "{cname} is drawn as recording in {span:?}, and was gone for {hole:?} of it");
        }
    }

    fn nothing_drawn_unseen(&self, cname: &str, records: &[&Record]) {
        let past = history::fold(records.iter().copied(), BEGIN, self.rig.now);
        for (from, to) in &self.unseen {
            for span in past.spans.iter().filter(|span| span.from < *to && span.to > *from) {
                let claims = match span.kind {
                    // Uncertain may stand there: a start whose outcome is unknown stays so, whoever looks or not.
                    BandKind::State(State::Recording | State::Suspect) | BandKind::PossiblyLost => {
                        span.to.min(*to).since(span.from.max(*from))
                    }
                    BandKind::State(_) => Duration::ZERO,
                };
                assert!(claims <= QUEUE, "{cname}: nobody looked from {from} to {to}, and {span:?} is drawn");
            }
        }
    }
}

/// The recording that a channel has from this fact on.
const fn sid_of(event: &Event) -> Option<&Sid> {
    if let Event::Started { sid, .. } | Event::Adopted { sid, .. } = event { Some(sid) } else { None }
}

/// The longest stretch in `from..to` in which nothing recorded the channel.
fn longest_hole(truth: &Journal, cname: &str, from: Timestamp, to: Timestamp) -> Duration {
    let mut hole = Duration::ZERO;
    let mut last = from;
    for (begin, end) in truth.recorded(cname, from.as_millis(), to.as_millis()) {
        hole = hole.max(Timestamp::from_millis(begin).since(last));
        last = Timestamp::from_millis(end);
    }
    hole.max(to.since(last))
}

fn quota_was_kept(rig: &Rig) {
    let limit = usize::try_from(rig.monitor.policy().quota_per_second).expect("small");
    for window in rig.sent.windows(limit + 1) {
        let took = window[limit].at.since(window[0].at);
        assert!(took >= Duration::from_secs(1), "{} requests in {took:?} at {}", limit + 1, window[0].at);
    }
}

/// A recorder whose `sid` we were told and that lives is the channel's own, or one that a restart replaced.
fn no_recorder_is_forgotten(cname: &str, records: &[&Record], truth: &Journal, now: Timestamp) {
    for life in truth.live_recorders(cname, now.as_millis()) {
        let of_life = |sid: &Sid| sid.as_str() == life.sid;
        let told = records.iter().any(|r| sid_of(&r.event).is_some_and(of_life));
        let answered = records.iter().any(|r| {
            matches!(&r.event, Event::CallAnswered { answer, .. } if matches!(&answer.outcome, Outcome::Started(sid) if of_life(sid)))
        });
        assert!(told || !answered, "{cname}: the sid of {life:?} was told and not kept");
        let gone = records.iter().any(|r| matches!(&r.event, Event::OldGone { sid, .. } if of_life(sid)));
        assert!(!gone, "{cname}: {life:?} was called gone");
    }
}

/// Lost, from 404s: the recorder had ended by then. A failover never counts as a loss.
fn no_loss_of_a_living_recorder(cname: &str, records: &[&Record], truth: &Journal) {
    let mut sids: Vec<&Sid> = Vec::new();
    let mut ran = false;
    for record in records {
        if let Some(sid) = sid_of(&record.event) {
            sids.push(sid);
        } else if let Event::StartLeftUnknown { .. } = &record.event {
            ran = false;
        } else if let Event::PhaseChanged { to, .. } = &record.event {
            ran = matches!(to, Phase::Recording | Phase::Suspect);
        } else if let Event::StartFailed { why: StartFailure::NotVerified, .. } = &record.event
            && ran
        {
            // The recorder that was to be replaced is the channel's again.
            sids.pop();
        }
        if let Event::PhaseChanged { to: Phase::Lost, .. } = &record.event {
            let life = sids.last().and_then(|sid| truth.of_sid(sid.as_str())).expect("a recorder was started");
            let at = (record.at - LATENCY).as_millis();
            assert!(!life.lives_at(at), "{cname} was called lost at {} while {life:?}", record.at);
        }
    }
}

/// A change that was asked for comes to one end, soon, and no other is asked for before.
fn every_change_ends_once(cname: &str, records: &[&Record], now: Timestamp) {
    let mut open: Option<Timestamp> = None;
    for record in records {
        if let Event::ChangeRequested { .. } = record.event {
            assert!(open.is_none(), "{cname}: a second change at {} while one of {open:?} is open", record.at);
            open = Some(record.at);
        } else if let Event::ChangeEnded { .. } = record.event {
            assert!(open.take().is_some(), "{cname}: a change ended twice, at {}", record.at);
        }
    }
    // Four rounds, each of them an operation without an answer.
    let longest = UNANSWERED * 4 + QUEUE;
    assert!(open.is_none_or(|asked| now.since(asked) < longest), "{cname}: the change of {open:?} has no end");
}

fn gaps_hold_the_truth(cname: &str, records: &[&Record], truth: &Journal) -> usize {
    let closed =
        records.iter().filter_map(|record| if let Event::GapClosed { gap } = &record.event { Some(gap) } else { None });
    let starts: Vec<_> = records.iter().filter(|r| sid_of(&r.event).is_some()).map(|r| r.at).collect();
    closed.map(|gap| gap_holds_the_truth(cname, gap, &starts, truth)).count()
}

/// It went between the last good and the first bad answer, and came back between the last bad and the first good one.
fn gap_holds_the_truth(cname: &str, gap: &Gap, starts: &[Timestamp], truth: &Journal) {
    let beside = truth.live_recorders(cname, gap.first_bad.as_millis());
    if beside.iter().any(|life| life.records_at(gap.first_bad.as_millis())) {
        // A replaced recorder, or one whose sid nobody knows, goes on: the gap is that of the channel's own.
        return;
    }
    let recorded = |from: Timestamp, to: Timestamp| truth.recorded(cname, from.as_millis(), to.as_millis());
    // A recording that was never seen recording is missed from the moment it was asked for or started.
    let was_seen = gap.last_good < gap.first_bad && !starts.contains(&gap.last_good);
    let moment = Duration::from_millis(1);
    if was_seen {
        let before = recorded(gap.last_good, gap.last_good + moment);
        assert!(!before.is_empty(), "{cname}: nothing recorded at the last good answer of {gap:?}");
    }
    let gone = longest_hole(truth, cname, gap.last_good, gap.first_bad + moment);
    assert!(!gone.is_zero(), "{cname}: it recorded all along before the first bad answer of {gap:?}");
    if gap.end != GapEnd::Stopped {
        let back = recorded(gap.last_bad, gap.first_good + moment);
        assert!(!back.is_empty(), "{cname}: nothing recorded at the first good answer of {gap:?}");
    }
    let hole = longest_hole(truth, cname, gap.last_good, gap.first_good);
    assert!(hole <= gap.longest(), "{cname}: gone for {hole:?}, longer than {gap:?} allows");
}

/// 24 channels, and everything that can go wrong, at random moments.
fn scenario(rng: &mut Rng) -> Scenario {
    let mut text = "name = \"random\"\nseed = 1\n[project]\nname = \"p\"\n[service]\npcw = 200\n".to_owned();
    for i in 1..=CHANNELS {
        let (main, backup, spare) = (100_000 + i, 900_000 + i, 950_000 + i);
        text += &format!("[[channel]]\ncname = \"channel-{i:02}\"\nmain_uid = {main}\nbackup_uid = {backup}\n");
        text += &format!("spare_uids = [{spare}]\n");
    }
    let mut scenario = Scenario::parse(&text).expect("a scenario");
    for _ in 0..rng.usize(10..60) {
        let t = Span(rng.u64(0..u64::try_from(LENGTH.as_millis()).expect("hours")));
        scenario.happenings.push(At { t, what: happening(rng) });
    }
    scenario.happenings.sort_by_key(|at| at.t);
    drop_failovers_in_a_failover(&mut scenario.happenings);
    scenario
}

/// Channels that the customer's backend records, and that are adopted.
fn strangers() -> Vec<String> {
    (CHANNELS - 3..=CHANNELS).map(|i| format!("channel-{i:02}")).collect()
}

/// Some time after the backend started them.
fn adopt_strangers(rng: &mut Rng, rig: &mut Rig) {
    for name in rig.unwatched() {
        if rng.u8(0..3) == 0 {
            rig.adopt(&name);
        }
    }
}

/// The vendor promises an end of a failover after 90 s; a second one in the middle of the first would break that promise.
fn drop_failovers_in_a_failover(happenings: &mut Vec<At>) {
    let mut over: BTreeMap<String, u64> = BTreeMap::new();
    happenings.retain(|at| {
        let Happening::FailOver { cname, lasts } = &at.what else { return true };
        let free = over.get(cname).is_none_or(|end| *end < at.t.0);
        if free {
            over.insert(cname.clone(), at.t.0 + lasts.0 + 5_000);
        }
        free
    });
}

fn happening(rng: &mut Rng) -> Happening {
    let cname = format!("channel-{:02}", rng.u32(1..=CHANNELS));
    let domain = (*rng.choice(&["api.agora.io", "api.sd-rtn.com"]).expect("two")).to_owned();
    match rng.u32(0..12) {
        0..=2 => Happening::Die { cname },
        3..=4 => Happening::FailOver { cname, lasts: Span::secs(rng.u64(5..=90)) },
        5 => Happening::IdleOut { cname },
        6 => Happening::AbnormalExit { cname },
        7 => Happening::StuckStart { cname },
        8 => Happening::DomainDark { domain, lasts: Span::secs(rng.u64(10..1200)) },
        _ => Happening::Fault(fault(rng, cname, domain)),
    }
}

fn fault(rng: &mut Rng, cname: String, domain: String) -> Fault {
    let kinds = [
        Kind::Internal,
        Kind::BadGateway,
        Kind::Unavailable,
        Kind::BackendTimeout,
        Kind::GatewayTimeout,
        Kind::NotCompleted,
        Kind::Throttled,
        Kind::Garbage,
        Kind::Html,
        Kind::Cut,
        Kind::Stall,
        Kind::Reset,
        Kind::Refuse,
    ];
    let calls = [vec![], vec![CallName::Query], vec![CallName::Start], vec![CallName::Acquire], vec![CallName::Stop]];
    Fault {
        kind: *rng.choice(&kinds).expect("some"),
        domains: if rng.bool() { vec![domain] } else { vec![] },
        calls: rng.choice(&calls).expect("some").clone(),
        cnames: if rng.bool() { vec![cname] } else { vec![] },
        lasts: Some(Span::secs(rng.u64(5..900))),
        count: None,
        share: rng.u8(20..=100),
        after: None,
        acted: None,
    }
}

/// A sleep and a kill of the process, at random moments.
fn breaks(rng: &mut Rng, rig: &mut Rig) -> Vec<(Timestamp, Timestamp)> {
    let mut unseen = Vec::new();
    for (hour, sleeps) in [(2, true), (5, false)] {
        let at = Duration::from_secs(hour * 3600 + rng.u64(0..3600));
        let length = Duration::from_secs(rng.u64(20..3000));
        rig.at(at, if sleeps { Act::Sleep(length) } else { Act::Restart(length) });
        unseen.push((BEGIN + at, BEGIN + at + length));
    }
    unseen
}

/// A change that the service takes.
fn layout(id: ChannelId) -> Command {
    Command::Change(id, Change::new(ChangeKind::Layout, "best fit", r#"{"mixedVideoLayout":1}"#.into()))
}

/// What a person does about it, once a minute.
fn operate(rng: &mut Rng, rig: &mut Rig, ids: &[ChannelId]) {
    for view in rig.snapshot().channels {
        let (one_in, command) = match view.state {
            State::Lost | State::Ended | State::AbnormalExit | State::ConfigError => (3, Command::Restart(view.id)),
            State::Stopped | State::Idle => (20, Command::Start(view.id)),
            State::Recording if rng.bool() => (1000, Command::Restart(view.id)),
            State::Recording if rng.bool() => (100, layout(view.id)),
            State::Recording => (1000, Command::Stop(view.id, StopWait::ForUpload)),
            State::Starting => (4, Command::CancelStart(view.id)),
            State::Suspect | State::Uncertain => (10, Command::Restart(view.id)),
            State::NotObserved | State::Stopping => continue,
        };
        if rng.u16(0..one_in) == 0 {
            rig.feed(reelwatch::monitor::io::Input::Command(command));
        }
    }
    for view in rig.snapshot().channels.iter().filter(|view| view.second_recorder.is_some()) {
        if rng.u8(0..5) == 0 {
            rig.feed(reelwatch::monitor::io::Input::Command(Command::StopOld(view.id)));
        }
    }
    if rng.u8(0..10) == 0 {
        let id = *rng.choice(ids).expect("channels");
        rig.feed(reelwatch::monitor::io::Input::Command(Command::ProbeNow(id)));
    }
}
