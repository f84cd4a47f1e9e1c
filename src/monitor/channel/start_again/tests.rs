//! Starts that a sleep, an outage or the end of this program interrupted: gone on with where they were, and never doubled.

use std::collections::BTreeMap;

use crate::monitor::answer::{NoAnswer, Outcome};
use crate::monitor::band::BandKind;
use crate::monitor::bench::{Bench, OWN, but, named, s};
use crate::monitor::channel::Seen;
use crate::monitor::event::{CallKind, Event};
use crate::monitor::gap::{Gap, GapEnd};
use crate::monitor::ids::{Mode, ResourceId, Sid};
use crate::monitor::io::{Call, Command, Send};
use crate::monitor::phase::{Phase, State};
use crate::monitor::time::Timestamp;
use crate::monitor::told::Told;

/// Calls of this kind are not answered, all others well.
fn no_answer_to(kind: CallKind) -> impl Fn(&Send) -> Option<(Outcome, Told)> {
    move |send| if send.call.kind() == kind { None } else { named(send) }
}

/// A channel that was asked to start, with this call on its way.
fn on_its_way(kind: CallKind) -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(0), no_answer_to(kind));
    assert_eq!(bench.in_flight(kind), 1);
    bench
}

#[test]
fn a_start_that_is_on_its_way_through_a_sleep_is_heard_after_it_and_not_sent_twice() {
    for slept in [60, 3_600] {
        let mut bench = on_its_way(CallKind::Start);
        bench.sleep(s(slept));
        bench.run(s(0), no_answer_to(CallKind::Start));
        assert_eq!(bench.in_flight(CallKind::Start), 1, "{slept}: there would be two recorders");
        bench.run(s(60), named);
        assert_eq!(bench.view(OWN).phase, Phase::Recording, "{slept}");
        assert_eq!(bench.events(OWN).filter(|event| matches!(event, Event::Started { .. })).count(), 1, "{slept}");
    }
}

#[test]
fn a_short_sleep_does_not_begin_a_row_of_tries_anew() {
    for kind in [CallKind::Acquire, CallKind::Start] {
        let mut bench = on_its_way(kind);
        let send = bench.take(kind);
        bench.answer(&send, Outcome::NoAnswer(NoAnswer::Connect), Told::default());
        bench.sleep(s(1) / 2);
        bench.run(s(0), no_answer_to(kind));
        assert_eq!(bench.in_flight(kind), 0, "{kind:?}: its second is not over");
        bench.run(s(1) / 2, no_answer_to(kind));
        assert_eq!((bench.in_flight(kind), bench.take(kind).attempt), (1, 2), "{kind:?}");
    }
}

#[test]
fn the_repeat_of_an_unknown_start_that_an_outage_held_back_is_not_sent_when_its_resource_id_is_too_old() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench.command(Command::Restart(OWN));
    bench.run(s(14), |send| match send.call.kind() {
        CallKind::Start => Some((Outcome::Malformed, Told::default())),
        CallKind::Query => Some((Outcome::ServerError, Told::default())),
        CallKind::Acquire | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => named(send),
    });
    bench.run(s(400), |_| Some((Outcome::NoAnswer(NoAnswer::Connect), Told::default())));
    assert!(bench.events(OWN).any(|event| matches!(event, Event::NotObserved { .. })), "the own network was away");
    assert_eq!(bench.view(OWN).phase, Phase::StartUnknown);
    let back = bench.now;
    bench.run(s(300), |send| match send.call.kind() {
        CallKind::Query => Some((Outcome::ServerError, Told::default())),
        CallKind::Acquire | CallKind::Start | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => named(send),
    });
    assert_eq!(bench.answered_at(CallKind::Start, back), [0; 0]);
}

#[test]
fn a_start_that_the_end_of_the_program_left_open_is_sent_again_while_its_resource_id_is_fresh_and_else_unknown() {
    for (age, sent) in [(299, true), (300, false)] {
        let mut bench = on_its_way(CallKind::Start);
        let until = bench.now + s(300);
        bench.run(s(age), no_answer_to(CallKind::Start));
        bench.restart();
        assert_eq!(bench.in_flight(CallKind::Start), usize::from(sent), "{age}");
        assert_eq!(bench.view(OWN).phase == Phase::StartUnknown, !sent, "{age}");
        let resource = bench.view(OWN).start.and_then(|start| start.resource);
        assert_eq!(resource, Some((ResourceId::new("R"), until)), "{age}");
    }
}

/// A recording whose restart was asked for, with this call on its way, and whose program was closed then for an hour.
fn closed_at(kind: CallKind) -> (Bench, Timestamp) {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench.command(Command::Restart(OWN));
    bench.run(s(0), no_answer_to(kind));
    let closed = bench.now;
    bench.now = closed + s(3_600);
    bench.restart();
    (bench, closed)
}

#[test]
fn what_a_closed_program_left_unfinished_is_not_observed_for_as_long_as_it_was_closed_and_told_once() {
    for (kind, state) in [(CallKind::Acquire, State::NotObserved), (CallKind::Start, State::Uncertain)] {
        let (mut bench, closed) = closed_at(kind);
        let view = bench.view(OWN);
        let since = if state == State::NotObserved { closed } else { bench.now };
        assert_eq!((view.state, view.state_since), (state, since), "{kind:?}");
        let drawn = view.band.spans(bench.now).find(|span| span.to > closed).map(|span| (span.from, span.kind));
        assert_eq!(drawn, Some((closed, BandKind::State(State::NotObserved))), "{kind:?}");
        let unseen = bench.events(OWN).filter(|event| matches!(event, Event::NotObserved { .. })).count();
        assert_eq!(unseen, 1, "{kind:?}");
    }
}

/// A recording that was missed, whose restart was asked for 30 s later and never found; since then its own queries fail. The first
/// 404 of its own, and the last one of its successor.
fn missed_and_gone_back_to() -> (Bench, Timestamp, Timestamp) {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(30), but(CallKind::Query, || Some(Outcome::Missing)));
    let first_bad = bench.view(OWN).open_gap.expect("a gap").0.first_bad;
    let first = bench.view(OWN).recording.expect("a recording").sid;
    bench.command(Command::Restart(OWN));
    let query = |sid: &Sid| if *sid == first { Outcome::ServerError } else { Outcome::Missing };
    bench.run(s(120), |send| match &*send.call {
        Call::Query { sid, .. } => Some((query(sid), Told::default())),
        Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. } => named(send),
    });
    assert_eq!(bench.view(OWN).phase, Phase::Suspect, "the one before is the channel's again");
    let last_bad = bench.probes.iter().rfind(|probe| probe.answer.outcome == Outcome::Missing).expect("404s").at;
    (bench, first_bad, last_bad)
}

/// The program is closed for an hour, and then the service does well; the end of the last gap.
fn closed_gap(mut bench: Bench, last_bad: Timestamp) -> Gap {
    bench.now = bench.now + s(3_600);
    bench.restart_with(&BTreeMap::from([(OWN, Seen { last: None, last_good: None, last_bad: Some(last_bad) })]));
    bench.run(s(10), named);
    *bench.view(OWN).gaps.last().expect("a gap")
}

#[test]
fn what_was_told_of_a_successor_bounds_no_gap_of_another_recorder_after_the_program_was_closed() {
    let (bench, first_bad, last_bad) = missed_and_gone_back_to();
    let gap = closed_gap(bench, last_bad);
    assert!(gap.last_bad <= first_bad, "{gap:?}");
    // The same with another restart on its way, before and after its recorder is known.
    for kind in [CallKind::Acquire, CallKind::Query] {
        let (mut bench, first_bad, last_bad) = missed_and_gone_back_to();
        bench.command(Command::Restart(OWN));
        bench.run(s(6), no_answer_to(kind));
        let gap = closed_gap(bench, last_bad);
        assert!(gap.last_bad <= first_bad, "{kind:?}: {gap:?}");
    }
}

#[test]
fn a_gap_is_as_long_as_was_told_when_the_program_was_closed_while_a_restart_was_verified() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    let last_bad = bench.probes.last().expect("404s").at;
    bench.command(Command::Restart(OWN));
    bench.run(s(6), no_answer_to(CallKind::Query));
    let gap = closed_gap(bench, last_bad);
    assert_eq!((gap.end, gap.last_bad), (GapEnd::Restarted, last_bad - s(10)), "it is kept when an answer came");
}
