//! How often a start is tried, when it has failed, when it is unknown, and when its resource ID is too old.

use crate::monitor::answer::{NoAnswer, Outcome, Refusal, ServiceStatus};
use crate::monitor::band::BandKind;
use crate::monitor::bench::{Bench, OWN, but, named, s};
use crate::monitor::event::{CallKind, Denial, Event};
use crate::monitor::ids::{Mode, ResourceId, Sid};
use crate::monitor::io::{Command, Input, Send};
use crate::monitor::phase::{Phase, StartFailure, State};
use crate::monitor::snapshot::NextTry;
use crate::monitor::told::Told;

/// A channel whose start was just sent.
fn starting() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(0), unanswered);
    assert_eq!(bench.in_flight(CallKind::Start), 1);
    bench
}

/// A recording that is restarted: the start was just sent.
fn restarting() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench.command(Command::Restart(OWN));
    bench.run(s(0), unanswered);
    bench
}

/// A service that does not answer starts.
fn unanswered(send: &Send) -> Option<(Outcome, Told)> {
    if send.call.kind() == CallKind::Start { None } else { named(send) }
}

fn answer(bench: &mut Bench, outcome: Outcome) {
    let start = bench.take(CallKind::Start);
    bench.answer(&start, outcome, Told::default());
}

fn acquired(bench: &Bench) -> usize {
    bench.events(OWN).filter(|event| matches!(event, Event::Acquired { .. })).count()
}

#[test]
fn each_row_of_tries_shows_which_try_comes_next_of_how_many_and_when() {
    let rows: [(Outcome, &[u64]); 4] = [
        (Outcome::NoAnswer(NoAnswer::Connect), &[1, 3, 6]),
        (Outcome::ServerError, &[3, 6, 9]),
        (Outcome::NotCompleted, &[3, 6]),
        (Outcome::Malformed, &[15, 30, 60]),
    ];
    for (outcome, waits) in rows {
        let mut bench = starting();
        for (number, wait) in (2..).zip(waits) {
            answer(&mut bench, outcome.clone());
            let next = NextTry { at: bench.now + s(*wait), number, of: Some(waits.len() + 1) };
            assert_eq!(bench.view(OWN).start.and_then(|start| start.next_try), Some(next), "{outcome:?}");
            bench.run(s(*wait), unanswered);
        }
        answer(&mut bench, outcome.clone());
        assert_eq!(bench.view(OWN).start.and_then(|start| start.next_try), None, "{outcome:?}: the row is over");
    }
}

#[test]
fn a_start_that_reached_nobody_has_failed_and_one_that_may_have_arrived_is_unknown() {
    for (why, phase) in
        [(NoAnswer::Connect, Phase::StartFailed(StartFailure::Unreachable)), (NoAnswer::Timeout, Phase::StartUnknown)]
    {
        let mut bench = starting();
        bench.run(s(12), but(CallKind::Start, || Some(Outcome::NoAnswer(why))));
        assert_eq!(bench.view(OWN).phase, phase, "{why:?}");
    }
}

#[test]
fn nothing_that_comes_after_an_unanswered_try_makes_a_start_a_failure_or_asks_for_another_resource_id() {
    for outcome in [
        Outcome::Refused(Refusal::BadRequest),
        Outcome::UidConflict,
        Outcome::ServerError,
        Outcome::NotCompleted,
        Outcome::StaleResource,
        Outcome::Throttled,
    ] {
        let mut bench = starting();
        answer(&mut bench, Outcome::NoAnswer(NoAnswer::Timeout));
        bench.run(s(400), but(CallKind::Start, || Some(outcome.clone())));
        assert_eq!((bench.view(OWN).phase, acquired(&bench)), (Phase::StartUnknown, 1), "{outcome:?}");
        assert_eq!(bench.view(OWN).unknown_starts.len(), 1, "{outcome:?}: told once, however often it was repeated");
    }
}

#[test]
fn a_start_that_could_not_be_written_down_was_not_sent_and_has_failed() {
    let mut bench = starting();
    let start = bench.take(CallKind::Start);
    bench.feed(Input::NotSaved(start.id));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotSaved));
}

#[test]
fn an_unanswered_acquire_begins_nothing_so_that_start_has_failed() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(12), but(CallKind::Acquire, || Some(Outcome::NoAnswer(NoAnswer::Timeout))));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::Unreachable));
}

#[test]
fn an_unknown_start_whose_later_try_names_its_recorder_is_verified_like_any_other() {
    for (query, phase) in [
        (Outcome::Missing, Phase::StartFailed(StartFailure::NotVerified)),
        (Outcome::Status(ServiceStatus::InProgress), Phase::Recording),
    ] {
        let mut bench = starting();
        answer(&mut bench, Outcome::Malformed);
        assert_eq!(bench.view(OWN).unknown_starts.len(), 1);
        bench.run(s(15), named);
        assert!(bench.view(OWN).unknown_starts.is_empty(), "it has a name now");
        bench.run(s(100), but(CallKind::Query, || Some(query.clone())));
        assert_eq!(bench.view(OWN).phase, phase);
    }
}

#[test]
fn an_unknown_start_is_not_repeated_once_its_resource_id_is_used_up() {
    for (outcome, tries) in [(Outcome::Malformed, vec![0, 15, 45, 105]), (Outcome::StaleResource, vec![0, 15])] {
        let mut bench = starting();
        let asked = bench.now;
        answer(&mut bench, Outcome::Malformed);
        bench.run(s(600), but(CallKind::Start, || Some(outcome.clone())));
        assert_eq!(bench.answered_at(CallKind::Start, asked), tries, "{outcome:?}");
    }
}

#[test]
fn a_try_that_is_due_when_the_resource_id_is_five_minutes_old_acquires_another() {
    for (answered, resources) in [(296, 1), (297, 2)] {
        let mut bench = starting();
        let until = bench.now + s(300);
        let resource = bench.view(OWN).start.and_then(|start| start.resource);
        assert_eq!(resource, Some((ResourceId::new("R"), until)));
        bench.run(s(answered), unanswered);
        answer(&mut bench, Outcome::ServerError);
        bench.run(s(3), unanswered);
        assert_eq!((acquired(&bench), bench.in_flight(CallKind::Start)), (resources, 1), "{answered}");
    }
}

#[test]
fn an_unknown_start_is_not_sent_with_a_resource_id_that_is_five_minutes_old_nor_with_another() {
    let mut bench = starting();
    bench.run(s(296), unanswered);
    answer(&mut bench, Outcome::NoAnswer(NoAnswer::Timeout));
    bench.run(s(1), unanswered);
    answer(&mut bench, Outcome::ServerError);
    bench.run(s(60), unanswered);
    assert_eq!((acquired(&bench), bench.in_flight(CallKind::Start)), (1, 0));
    assert_eq!(bench.view(OWN).phase, Phase::StartUnknown);

    for (answered, repeated) in [(284, true), (285, false)] {
        let mut bench = starting();
        bench.run(s(answered), unanswered);
        answer(&mut bench, Outcome::Malformed);
        let next = bench.view(OWN).start.and_then(|start| start.next_try);
        assert_eq!(next.is_some(), repeated, "{answered}: 15 s later it is five minutes old or not");
    }
}

#[test]
fn the_repeats_of_an_unknown_start_do_not_hurry_the_queries_of_the_recorder_it_was_to_replace() {
    let mut bench = restarting();
    let asked = bench.now;
    bench.run(s(130), |send| match send.call.kind() {
        CallKind::Start => Some((Outcome::Malformed, Told::default())),
        CallKind::Query => Some((Outcome::ServerError, Told::default())),
        CallKind::Acquire | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => named(send),
    });
    assert_eq!(bench.answered_at(CallKind::Start, asked), [0, 15, 45, 105]);
    assert_eq!(bench.probed_at(OWN, asked), [0, 5, 15, 30, 60, 90, 120]);
}

#[test]
fn the_answer_to_a_start_that_was_given_up_names_its_recorder_though_the_one_before_was_seen_meanwhile() {
    let mut bench = restarting();
    bench.command(Command::CancelStart(OWN));
    bench.run(s(30), unanswered);
    assert!(!bench.probed_at(OWN, bench.now - s(30)).is_empty(), "the one before was seen");
    assert_eq!(bench.view(OWN).phase, Phase::StartUnknown);
    answer(&mut bench, Outcome::Started(Sid::new("late")));
    assert_eq!(bench.view(OWN).recording.map(|recording| recording.sid), Some(Sid::new("late")));
}

#[test]
fn a_failed_restart_of_what_had_ended_tells_its_failure_and_one_that_the_operator_ended_leaves_it_ended() {
    let ended = Phase::Ended(ServiceStatus::Leaving(7));
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench.run(s(120), but(CallKind::Query, || Some(Outcome::Status(ServiceStatus::Leaving(7)))));
    assert_eq!(bench.view(OWN).phase, ended);
    bench.command(Command::Restart(OWN));
    bench.command(Command::CancelStart(OWN));
    assert_eq!(bench.view(OWN).phase, ended);
    bench.command(Command::Restart(OWN));
    bench.run(s(1), but(CallKind::Start, || Some(Outcome::UidConflict)));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::UidConflict));
    bench.restart();
}

#[test]
fn a_second_start_that_the_operator_ends_leaves_no_session_as_the_first_one_would() {
    let mut bench = starting();
    answer(&mut bench, Outcome::UidConflict);
    bench.command(Command::Start(OWN));
    bench.command(Command::CancelStart(OWN));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::Cancelled));
    assert_eq!(bench.view(OWN).denials.restart, Some(Denial::NoSession));
}

#[test]
fn what_a_refused_restart_goes_back_to_is_not_shown_as_recording_after_time_that_nobody_looked() {
    let asleep: fn(&mut Bench) = |bench| bench.sleep(s(3_600));
    for (name, way) in [("asleep", asleep), ("killed", Bench::restart)] {
        let mut bench = restarting();
        way(&mut bench);
        answer(&mut bench, Outcome::Refused(Refusal::BadRequest));
        assert_ne!(bench.state(OWN), State::Recording, "{name}");
        bench.run(s(0), named);
        assert_eq!(bench.state(OWN), State::Recording, "{name}: now it was asked for");
    }
}

#[test]
fn a_start_that_fails_after_a_sleep_leaves_the_sleep_not_observed() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    let asked = bench.now;
    bench.run(s(5), |_| None);
    bench.sleep(s(100));
    let acquire = bench.take(CallKind::Acquire);
    bench.answer(&acquire, Outcome::Refused(Refusal::BadRequest), Told::default());
    bench.run(s(10), named);
    let spans: Vec<_> = bench.view(OWN).band.spans(bench.now).map(|span| (span.from.since(asked), span.kind)).collect();
    let expected = [(0, State::Starting), (5, State::NotObserved), (105, State::ConfigError)];
    assert_eq!(spans, expected.map(|(at, state)| (s(at), BandKind::State(state))));
}

#[test]
fn an_unknown_start_that_nothing_is_asked_for_stays_uncertain_when_the_restart_after_it_is_refused() {
    let mut bench = starting();
    bench.run(s(200), but(CallKind::Start, || Some(Outcome::Malformed)));
    assert_eq!(bench.state(OWN), State::Uncertain);
    bench.command(Command::Restart(OWN));
    bench.run(s(0), |_| None);
    bench.sleep(s(100));
    let acquire = bench.take(CallKind::Acquire);
    bench.answer(&acquire, Outcome::Refused(Refusal::BadRequest), Told::default());
    assert_eq!(bench.state(OWN), State::Uncertain, "no query would ever end a blindness");
}

#[test]
fn a_program_that_was_closed_twice_around_a_restart_observed_neither_time() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench.now = bench.now + s(600);
    bench.restart();
    bench.flying.clear();
    bench.command(Command::Restart(OWN));
    bench.run(s(5), |_| None);
    let closed = bench.now;
    bench.now = closed + s(3_600);
    bench.restart();
    let drawn =
        |bench: &mut Bench, at| bench.view(OWN).band.spans(bench.now).find(|span| at < span.to).map(|span| span.kind);
    let unseen = Some(BandKind::State(State::NotObserved));
    assert_eq!(drawn(&mut bench, closed + s(1_800)), unseen);
    bench.run(s(1), but(CallKind::Query, || Some(Outcome::Missing)));
    assert_eq!(bench.state(OWN), State::Suspect);
    assert_eq!(drawn(&mut bench, closed + s(1_800)), unseen, "and not possibly lost");
}
