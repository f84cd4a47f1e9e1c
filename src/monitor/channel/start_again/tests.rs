//! Starts that a sleep, an outage or the end of this program interrupted: gone on with where they were, and never doubled.

use crate::monitor::answer::{NoAnswer, Outcome};
use crate::monitor::bench::{Bench, OWN, named, s};
use crate::monitor::event::{CallKind, Event};
use crate::monitor::ids::{Mode, ResourceId};
use crate::monitor::io::{Command, Send};
use crate::monitor::phase::Phase;
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
