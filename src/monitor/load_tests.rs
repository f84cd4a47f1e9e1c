//! Whole fleets under outages, at simulated time: what leaves, how evenly, and what the picture says meanwhile.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use super::answer::{Answer, NoAnswer, Outcome, ServiceStatus};
use super::bench::{BEGIN, adoptee, s};
use super::engine::{Monitor, Roster};
use super::event::{Event, Record};
use super::ids::{ChannelId, Host, Mode};
use super::io::{Answered, Command, Effect, Input, Send};
use super::phase::{Blindness, Sight, State};
use super::policy::Policy;
use super::project::ProjectRoster;
use super::schedule::Why;
use super::snapshot::ProjectView;
use super::time::Timestamp;
use super::told::Told;

/// How long an exchange takes and what it comes to.
type Reply = (Duration, Outcome);

/// Recordings that run, adopted one by one, and the service they are asked of.
struct Fleet {
    monitor: Monitor,
    now: Timestamp,
    log: Vec<Record>,
    sent: Vec<(Timestamp, Send)>,
    flying: BTreeMap<(Timestamp, u64), Answered>,
    /// Most requests that waited for the quota at one moment.
    queued: usize,
    /// The present moment, for services that count by it.
    clock: Rc<Cell<Timestamp>>,
}

fn well(_: &Send) -> Reply {
    (Duration::from_millis(100), Outcome::Status(ServiceStatus::InProgress))
}

fn all(outcome: Outcome) -> impl Fn(&Send) -> Reply {
    move |_| (Duration::from_millis(100), outcome.clone())
}

impl Fleet {
    /// So many recordings, watched for ten minutes.
    fn of(recordings: u32) -> Self {
        let project = ProjectRoster {
            name: "p".into(),
            hosts: vec![Host::new("a"), Host::new("b")],
            channels: Vec::new(),
            numbers: BTreeSet::new(),
            policy: Policy::default(),
        };
        let roster = Roster { projects: vec![project], idle_times: BTreeMap::new() };
        let monitor = Monitor::new(roster, Policy::default());
        let (log, sent, flying) = (Vec::new(), Vec::new(), BTreeMap::new());
        let mut fleet = Self { monitor, now: BEGIN, log, sent, flying, queued: 0, clock: Rc::default() };
        let adoptees = (1..=recordings).map(|id| adoptee(id, Mode::Mix)).collect();
        fleet.feed(Input::Adopt(adoptees), well);
        fleet.run(s(600), well);
        fleet.forget();
        fleet
    }

    fn forget(&mut self) {
        self.log.clear();
        self.sent.clear();
        self.queued = 0;
    }

    fn feed(&mut self, input: Input, reply: impl Fn(&Send) -> Reply) {
        self.clock.set(self.now);
        for effect in self.monitor.handle(input, self.now) {
            match effect {
                Effect::Record(record) => self.log.push(record),
                Effect::Measure(_) | Effect::Adopted(_) => {}
                Effect::Send(send) => {
                    let (latency, outcome) = reply(&send);
                    let (latency, answer) = (latency.min(send.timeout), Answer::bare(outcome));
                    let answered = Answered { id: send.id, latency, answer, told: Told::default(), raw: None };
                    self.flying.insert((self.now + latency, u64::try_from(self.sent.len()).unwrap_or(0)), answered);
                    self.sent.push((self.now, *send));
                }
            }
        }
        self.queued = self.queued.max(self.project().queued);
    }

    fn run(&mut self, lasts: Duration, reply: impl Fn(&Send) -> Reply) {
        let end = self.now + lasts;
        loop {
            let answer = self.flying.first_key_value().map(|((at, _), _)| *at);
            let deadline = self.monitor.next_deadline(self.now).map(|(at, _)| at);
            let Some(next) = answer.into_iter().chain(deadline).min().filter(|at| *at <= end) else { break };
            self.now = self.now.max(next);
            if answer.is_some_and(|at| at <= self.now)
                && let Some((_, answered)) = self.flying.pop_first()
            {
                self.feed(Input::Answered(Box::new(answered)), &reply);
            } else {
                self.feed(Input::Tick, &reply);
            }
        }
        self.now = end;
    }

    fn project(&self) -> ProjectView {
        self.monitor.projects[0].view(self.now)
    }

    fn count(&mut self, state: State) -> usize {
        self.monitor.snapshot(self.now).count(state)
    }

    /// When this channel was asked for, since a moment.
    fn asked(&self, id: u32, since: Timestamp) -> Vec<Duration> {
        let own = self.sent.iter().filter(|(at, send)| send.channel == ChannelId(id) && *at >= since);
        own.map(|(at, _)| at.since(since)).collect()
    }

    /// Most sends in any second that begins with one of them.
    fn densest_second(&self) -> usize {
        let times: Vec<_> = self.sent.iter().map(|(at, _)| *at).collect();
        let within = |from: &Timestamp| times.iter().filter(|at| **at >= *from && at.since(*from) < s(1)).count();
        times.iter().map(within).max().unwrap_or(0)
    }
}

fn per_cent(part: usize, whole: usize) -> usize {
    part * 100 / whole
}

#[test]
fn an_outage_of_the_whole_service_costs_a_large_fleet_a_tenth_more_requests_and_no_more() {
    for outcome in [Outcome::ServerError, Outcome::Gateway, Outcome::Malformed] {
        let fleets = if outcome == Outcome::Gateway { vec![(500, 2_500), (1_200, 4_800)] } else { vec![(500, 2_500)] };
        for (recordings, normal) in fleets {
            let mut fleet = Fleet::of(recordings);
            fleet.run(s(600), all(outcome.clone()));
            let sent = fleet.sent.len();
            println!("{recordings} recordings, {outcome:?}: {sent} requests in ten minutes, {normal} in ordinary ones");
            assert!(per_cent(sent, normal) <= 110, "{recordings} recordings, {outcome:?}: {sent} instead of {normal}");
            assert_eq!(fleet.count(State::Uncertain), recordings as usize, "{outcome:?}");
            assert!(fleet.project().retries_spent_since.is_some(), "and the screen says so");
            let snapshot = fleet.monitor.snapshot(fleet.now);
            let spared = snapshot
                .channels
                .iter()
                .filter(|c| c.outlook.deadline().is_some_and(|(_, why)| why == Why::RetriesSpent));
            assert!(spared.count() > recordings as usize * 9 / 10, "{outcome:?}");
            fleet.run(s(155), well);
            assert_eq!(fleet.count(State::Recording), recordings as usize, "{outcome:?}");
            assert_eq!(fleet.project().retries_spent_since, None);
        }
    }
}

#[test]
fn suspects_add_eight_queries_each_at_most_to_an_outage_of_the_whole_service_and_then_keep_to_the_budget() {
    for outcome in [Outcome::ServerError, Outcome::Gateway] {
        let (recordings, suspects, normal) = (500, 50, 2_500);
        let mut fleet = Fleet::of(recordings);
        let lost = |send: &Send| if send.channel.0 <= suspects { all(Outcome::Missing)(send) } else { well(send) };
        for id in 1..=suspects {
            fleet.feed(Input::Command(Command::ProbeNow(ChannelId(id))), lost);
        }
        fleet.run(s(10), lost);
        assert_eq!(fleet.count(State::Suspect), suspects as usize);
        fleet.forget();
        fleet.run(s(600), all(outcome.clone()));
        let (sent, at_most) = (fleet.sent.len(), normal * 110 / 100 + 8 * suspects as usize);
        println!("{outcome:?}: {sent} requests in ten minutes");
        assert!(sent <= at_most, "{outcome:?}: {sent}");
        assert_eq!(fleet.count(State::Suspect), suspects as usize, "none is lost by failed queries");
    }
}

#[test]
fn suspicions_that_keep_coming_are_confirmed_at_their_own_pace_beside_the_polls_of_1200_recordings() {
    let (mut fleet, suspects, every) = (Fleet::of(1_200), 480, Duration::from_millis(2_500));
    let (clock, begin) = (Rc::clone(&fleet.clock), fleet.now);
    let ill = |id: u32| {
        let from = begin + every * id;
        (from, from + s(110))
    };
    let moves = |send: &Send| {
        let (from, to) = ill(send.channel.0);
        if send.channel.0 <= suspects && (from..to).contains(&clock.get()) {
            all(Outcome::Missing)(send)
        } else {
            well(send)
        }
    };
    for id in 1..=suspects {
        fleet.run(every, moves);
        fleet.feed(Input::Command(Command::ProbeNow(ChannelId(id))), moves);
    }
    let waits = (1..=suspects - 40).flat_map(|id| {
        let asked: Vec<_> = fleet.asked(id, ill(id).0).into_iter().take_while(|at| *at < s(90)).collect();
        asked.windows(2).map(|two| two[1] - two[0]).collect::<Vec<_>>()
    });
    let longest = waits.max().expect("suspects were asked for again");
    println!(
        "a suspect is asked for again after {longest:?} at the latest, {:?} between two polls",
        fleet.project().poll_every
    );
    assert!(longest <= s(20), "{longest:?} instead of 15 s");
    let interval = fleet.project().poll_every;
    assert!(interval > s(150) && interval < s(300), "{interval:?}");
    fleet.run(s(400), moves);
    assert_eq!(fleet.project().poll_every, s(150), "and back");
    assert_eq!(fleet.count(State::Recording), 1_200);
}

#[test]
fn a_single_channel_of_a_large_fleet_keeps_its_exact_schedule() {
    let mut fleet = Fleet::of(500);
    let ill = |send: &Send| if send.channel == ChannelId(7) { all(Outcome::ServerError)(send) } else { well(send) };
    let first = fleet.now;
    fleet.run(s(300), ill);
    let asked = fleet.asked(7, first);
    let waits: Vec<_> = asked.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
    // Each wait begins with the answer, 100 ms after the query; the quota adds a gap at most.
    for (wait, rule) in waits.iter().zip([5_100, 10_100, 15_100, 30_100, 30_100]) {
        assert!((rule..=rule + 222).contains(wait), "{waits:?}");
    }
}

#[test]
fn a_few_channels_keep_their_exact_schedules_in_an_outage_of_everything() {
    let mut fleet = Fleet::of(8);
    let first = fleet.now;
    fleet.run(s(240), all(Outcome::Gateway));
    assert_eq!(fleet.project().retries_spent_since, None);
    for id in 1..=8 {
        let asked = fleet.asked(id, first);
        let waits: Vec<_> = asked.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
        let rule = [1_100, 3_100, 6_100, 5_100, 1_100, 3_100, 6_100, 10_100, 1_100, 3_100, 6_100, 15_100];
        assert!(waits.len() >= rule.len(), "{waits:?}");
        for (wait, rule) in waits.iter().zip(rule) {
            assert!((rule..=rule + 444).contains(wait), "channel {id}: {waits:?}");
        }
    }
}

#[test]
fn after_the_own_network_500_recordings_are_read_again_within_90_s_and_no_queue_builds_up() {
    let mut fleet = Fleet::of(500);
    let dead = |_: &Send| (Duration::from_millis(1), Outcome::NoAnswer(NoAnswer::Connect));
    fleet.run(s(600), dead);
    assert!(fleet.log.iter().any(|record| matches!(record.event, Event::NetworkLost { .. })));
    assert!(fleet.sent.len() <= 200, "{} requests while nothing can be reached", fleet.sent.len());
    fleet.forget();
    let back = fleet.now;
    fleet.run(s(5), well);
    let back = fleet.log.iter().find(|r| r.event == Event::NetworkBack).map_or(back, |record| record.at);
    fleet.run(s(90) - fleet.now.since(back), well);
    assert_eq!(fleet.count(State::Recording), 500);
    let last = (1..=500).filter_map(|id| fleet.asked(id, back).first().copied()).max().unwrap_or_default();
    println!("500 recordings are read again within {last:?}, at most {} wait for the quota", fleet.queued);
    assert!(fleet.queued <= 8, "{} requests waited for the quota", fleet.queued);
}

#[test]
fn what_was_in_doubt_is_read_again_first() {
    let mut fleet = Fleet::of(300);
    let ill = |send: &Send| if send.channel.0.is_multiple_of(50) { all(Outcome::Missing)(send) } else { well(send) };
    while fleet.count(State::Suspect) < 3 {
        fleet.run(s(1), ill);
    }
    let snapshot = fleet.monitor.snapshot(fleet.now);
    let suspects: BTreeSet<_> = snapshot.channels.iter().filter(|c| c.state == State::Suspect).map(|c| c.id).collect();
    let from = fleet.now;
    fleet.now = fleet.now + s(3_600);
    fleet.flying.clear();
    fleet.forget();
    fleet.feed(Input::Resumed { from, cause: Blindness::Asleep }, well);
    fleet.run(s(1), well);
    let first: BTreeSet<_> = fleet.sent.iter().take(suspects.len() + 3).map(|(_, send)| send.channel).collect();
    assert!(suspects.iter().all(|id| first.contains(id)), "{suspects:?} before the others, not {first:?}");
}

#[test]
fn polls_stay_evenly_spread_after_a_sleep_and_an_outage() {
    for recordings in [24, 300, 1_200] {
        let mut fleet = Fleet::of(recordings);
        let interval = fleet.project().poll_every;
        let fair = f64::from(recordings) / interval.as_secs_f64();
        let even = |fleet: &mut Fleet, after: &str| {
            fleet.forget();
            fleet.run(interval, well);
            let most = fleet.densest_second();
            println!("{recordings} recordings, {after}: at most {most} in a second, {fair:.1} on average");
            assert_eq!(fleet.sent.len(), recordings as usize, "{after}");
            assert!(most as f64 <= (fair * 1.5).max(fair + 2.0), "{after}: {most} of {recordings} in a second");
        };
        even(&mut fleet, "in ordinary hours");
        let from = fleet.now;
        fleet.now = fleet.now + s(7_777);
        fleet.flying.clear();
        fleet.feed(Input::Resumed { from, cause: Blindness::Asleep }, well);
        fleet.run(interval + s(30), well);
        even(&mut fleet, "after a sleep");
        fleet.run(s(300), all(Outcome::ServerError));
        fleet.run(interval * 2, well);
        even(&mut fleet, "after an outage");
        fleet.run(s(20), all(Outcome::Throttled));
        fleet.run(s(1_200), well);
        assert_eq!(fleet.project().slow, None);
        even(&mut fleet, "after a slow-down");
    }
}

#[test]
fn under_429_the_fleet_slows_down_and_nothing_turns_red_nor_stays_wrongly_green() {
    let mut fleet = Fleet::of(500);
    fleet.run(s(600), all(Outcome::Throttled));
    let slow = fleet.project().slow.expect("slowed down");
    assert_eq!(slow.percent, Policy::default().throttle_floor_percent);
    assert_eq!(fleet.project().poll_every, s(625), "500 recordings at a tenth of 8 a second");
    println!("{} requests in ten minutes of 429", fleet.sent.len());
    assert!(fleet.sent.len() < 600, "{}", fleet.sent.len());
    fleet.run(s(900), all(Outcome::Throttled));
    assert_eq!(fleet.count(State::NotObserved), 500, "nothing was seen for two intervals");
    let red = |record: &&Record| matches!(record.event, Event::PhaseChanged { .. });
    assert_eq!(fleet.log.iter().filter(red).count(), 0);
    fleet.forget();
    fleet.run(s(900), well);
    assert_eq!(fleet.project().slow, None);
    assert_eq!(fleet.count(State::Recording), 500);
}

#[test]
fn the_end_of_a_slow_down_is_seen_with_no_request_beside_it() {
    let mut fleet = Fleet::of(1);
    fleet.run(s(130), all(Outcome::Throttled));
    fleet.run(s(10), well);
    let mut strained = vec![fleet.monitor.strain()];
    while let Some((at, why)) = fleet.monitor.next_deadline(fleet.clock.get()).filter(|(_, why)| *why == Why::Throttle)
    {
        fleet.clock.set(at);
        assert!(fleet.monitor.handle(Input::Tick, at).is_empty(), "{why:?}");
        strained.push(fleet.monitor.strain());
    }
    assert!(strained.windows(2).all(|two| two[0] != two[1]), "each step can be told by itself: {strained:?}");
}

#[test]
fn a_service_that_takes_less_than_its_quota_is_asked_at_a_rate_it_takes_and_no_poll_waits_for_long() {
    let mut fleet = Fleet::of(500);
    let (clock, taken) = (Rc::clone(&fleet.clock), RefCell::new(VecDeque::new()));
    // Three in a sliding second, and 429 beyond.
    let busy = |send: &Send| {
        let (now, mut taken) = (clock.get(), taken.borrow_mut());
        taken.retain(|at| now.since(*at) < s(1));
        if taken.len() >= 3 {
            return all(Outcome::Throttled)(send);
        }
        taken.push_back(now);
        well(send)
    };
    fleet.run(s(3_600), busy);
    let refused = fleet.log.iter().filter(|r| matches!(r.event, Event::Throttled { .. })).count();
    println!("{} requests in an hour, {refused} rests, at most {} waited", fleet.sent.len(), fleet.queued);
    assert!((1..=60).contains(&refused), "{refused} rests in an hour: it rises, is told, and goes back");
    assert!(!fleet.log.iter().any(|r| matches!(r.event, Event::NotObserved { .. } | Event::PhaseChanged { .. })));
    // At the slowest rate here, 2.25 a second, so many leave within 30 s.
    assert!(fleet.queued <= 67, "{} polls waited", fleet.queued);
}

#[test]
fn one_domain_that_fails_in_whatever_way_is_never_blamed_on_a_channel() {
    let failures = [
        (s(60), Outcome::NoAnswer(NoAnswer::Timeout)),
        (Duration::from_millis(5), Outcome::NoAnswer(NoAnswer::Dns)),
        (Duration::from_millis(5), Outcome::NoAnswer(NoAnswer::Connect)),
        (Duration::from_millis(50), Outcome::NoAnswer(NoAnswer::Tls)),
        (s(2), Outcome::NoAnswer(NoAnswer::Reset)),
        (Duration::from_millis(100), Outcome::Gateway),
    ];
    for (recordings, lasts) in [(1, s(3_600)), (24, s(3_600)), (500, s(100))] {
        for host in ["a", "b"] {
            for failure in &failures {
                let mut fleet = Fleet::of(recordings);
                let dark = |send: &Send| if send.host.as_str() == host { failure.clone() } else { well(send) };
                fleet.run(lasts, dark);
                let told = fleet.log.iter().find(|record| record.channel.is_some());
                assert!(told.is_none(), "{recordings} recordings, {host} answers {failure:?}: {told:?}");
                assert_eq!(fleet.count(State::Recording), recordings as usize);
                let on_record: Vec<_> = fleet.log.iter().map(|record| &record.event).collect();
                let preferred = on_record.iter().filter(|event| matches!(event, Event::DomainPreferred { .. })).count();
                assert_eq!(preferred, usize::from(host == "a"), "{recordings} recordings: {on_record:?}");
            }
        }
    }
}

#[test]
fn when_the_domain_that_stuck_is_to_be_left_one_query_finds_out_and_not_the_herd() {
    let mut fleet = Fleet::of(300);
    let dark = |send: &Send| {
        if send.host.as_str() == "a" { (s(60), Outcome::NoAnswer(NoAnswer::Timeout)) } else { well(send) }
    };
    fleet.run(s(60), dark);
    fleet.forget();
    fleet.run(s(3_000), dark);
    let probes: Vec<_> = fleet.sent.iter().filter(|(_, send)| send.host.as_str() == "a").collect();
    assert_eq!(probes.len(), 4, "one, ten minutes after the answer of the one before");
    assert!(probes.iter().all(|(_, send)| send.attempt == 1));
    assert!(!fleet.log.iter().any(|r| matches!(r.event, Event::SightChanged { to: Sight::Uncertain, .. })));
}
