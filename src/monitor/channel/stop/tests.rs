//! Stops that are not answered plainly: repeated, decided by query, and never left without an end.

use super::*;
use crate::monitor::answer::{NoAnswer, Refusal, ServiceStatus};
use crate::monitor::bench::{Bench, OWN, but, named, s, well};
use crate::monitor::ids::Mode;
use crate::monitor::io::{Answered, Command, Input, Send};
use crate::monitor::phase::State;
use crate::monitor::time::Timestamp;
use crate::monitor::told::Told;

/// A channel that records and was just told to stop.
fn stopping() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    bench.command(Command::Stop(OWN, StopWait::ForUpload));
    bench
}

/// Stops get this answer, and queries this one.
fn service(stop: Outcome, query: Outcome) -> impl Fn(&Send) -> Option<(Outcome, Told)> {
    move |send| match send.call.kind() {
        CallKind::Stop => Some((stop.clone(), Told::default())),
        CallKind::Query => Some((query.clone(), Told::default())),
        CallKind::Acquire | CallKind::Start | CallKind::Update | CallKind::UpdateLayout => well(send),
    }
}

const ALIVE: Outcome = Outcome::Status(ServiceStatus::InProgress);

/// When a stop was answered, in seconds since `since`.
fn stops(bench: &Bench, since: Timestamp) -> Vec<u64> {
    bench.answered_at(CallKind::Stop, since)
}

fn result(bench: &Bench) -> Option<StopResult> {
    bench.events(OWN).find_map(|event| if let Event::Stopped { result } = event { Some(*result) } else { None })
}

#[test]
fn a_stop_whose_recorder_was_not_found_and_is_alive_is_sent_again_until_its_tries_are_spent() {
    let mut bench = stopping();
    let asked = bench.now;
    bench.run(s(60), service(Outcome::Missing, ALIVE));
    assert_eq!(stops(&bench, asked), [0, 5, 10, 15, 20], "each after the query that follows a 404 and finds it alive");
    assert_eq!(bench.state(OWN), State::Recording, "it goes on, and that is shown");
    assert_eq!(result(&bench), None);
}

#[test]
fn a_stop_that_the_last_run_asked_for_is_not_sent_again_when_the_recorder_is_seen_alive() {
    let mut bench = stopping();
    bench.restart();
    let again = bench.now;
    bench.run(s(60), service(Outcome::Stopped(Upload::Uploaded), ALIVE));
    assert!(stops(&bench, again).is_empty(), "nobody at this workstation asks for it now");
    assert_eq!((bench.state(OWN), result(&bench)), (State::Recording, None));
}

#[test]
fn a_stop_whose_upload_did_not_end_in_time_is_a_stop_and_is_not_repeated() {
    let mut bench = stopping();
    let at = bench.flying.iter().position(|(_, send)| send.call.kind() == CallKind::Stop).expect("sent");
    let (_, send) = bench.flying.remove(at);
    let answer = Answer { code: Some(UPLOAD_TIMED_OUT), ..Answer::bare(Outcome::ServerError) };
    let told = Told::default();
    bench.feed(Input::Answered(Box::new(Answered { id: send.id, latency: s(20), answer, told, raw: None })));
    assert_eq!(result(&bench), Some(StopResult::Upload(Upload::Unknown)));
    assert!(bench.flying.is_empty());
}

#[test]
fn a_stop_that_the_own_network_swallowed_is_sent_again_as_soon_as_it_is_back() {
    let mut bench = stopping();
    let dead = || Outcome::NoAnswer(NoAnswer::Connect);
    bench.run(s(300), service(dead(), dead()));
    assert_eq!(bench.state(OWN), State::NotObserved);
    let back = bench.now;
    bench.run(s(30), service(Outcome::Stopped(Upload::Uploaded), ALIVE));
    assert_eq!(stops(&bench, back).len(), 1, "once");
    assert_eq!(result(&bench), Some(StopResult::Upload(Upload::Uploaded)));
}

#[test]
fn a_recorder_that_404s_do_not_find_any_more_was_ended_by_a_stop_that_may_have_arrived_or_was_gone_before() {
    for (answered, expected) in
        [Outcome::Gateway, Outcome::ServerError, Outcome::NotCompleted, Outcome::Missing].map(|answered| {
            let gone = answered == Outcome::Missing;
            (answered, if gone { StopResult::AlreadyGone } else { StopResult::Upload(Upload::Unknown) })
        })
    {
        let mut bench = stopping();
        bench.run(s(400), service(answered.clone(), Outcome::Missing));
        assert_eq!(result(&bench), Some(expected), "{answered:?}");
    }
}

#[test]
fn a_stop_that_could_not_be_written_down_was_not_sent_and_the_recording_goes_on() {
    let mut bench = stopping();
    let send = bench.take(CallKind::Stop);
    bench.feed(Input::NotSaved(send.id));
    assert_eq!((bench.view(OWN).phase, result(&bench)), (Phase::Recording, None));
    assert_eq!(bench.in_flight(CallKind::Query), 1, "it is looked at at once");
}

#[test]
fn a_stop_that_may_have_arrived_is_never_taken_back_and_queries_tell_what_came_of_it() {
    let unwritten = |bench: &mut Bench| {
        bench.run(s(0), service(Outcome::NoAnswer(NoAnswer::Timeout), ALIVE));
        bench.run(s(1), |_| None);
        let again = bench.take(CallKind::Stop);
        bench.feed(Input::NotSaved(again.id));
    };
    let refused_at_the_next_domain = |bench: &mut Bench| {
        bench.run(s(0), service(Outcome::NoAnswer(NoAnswer::Timeout), ALIVE));
        bench.run(s(1), service(Outcome::Refused(Refusal::BadRequest), Outcome::Missing));
    };
    let refused_later = |bench: &mut Bench| {
        bench.run(s(12), service(Outcome::Gateway, ALIVE));
        bench.run(s(3), service(Outcome::Refused(Refusal::BadRequest), Outcome::Missing));
    };
    let ways: [&dyn Fn(&mut Bench); 3] = [&unwritten, &refused_at_the_next_domain, &refused_later];
    for (n, way) in ways.into_iter().enumerate() {
        for (query, phase) in
            [(Outcome::Missing, Phase::Stopped(StopResult::Upload(Upload::Unknown))), (ALIVE, Phase::Recording)]
        {
            let mut bench = stopping();
            way(&mut bench);
            assert_eq!(bench.view(OWN).phase, Phase::Stopping, "{n}: it may be on its way");
            bench.run(s(120), service(Outcome::Refused(Refusal::BadRequest), query.clone()));
            assert_eq!(bench.view(OWN).phase, phase, "{n}: {query:?}");
        }
    }
}

#[test]
fn a_refused_stop_that_nothing_came_before_changes_nothing() {
    let mut bench = stopping();
    bench.run(s(0), service(Outcome::Refused(Refusal::BadRequest), ALIVE));
    assert_eq!(bench.view(OWN).phase, Phase::Recording);
}

#[test]
fn while_a_stop_is_on_its_way_or_about_to_be_repeated_a_living_recorder_gets_no_second_one() {
    for answered in [false, true] {
        let mut bench = stopping();
        bench.run(s(0), service(Outcome::Missing, ALIVE));
        // The query that follows the 404 and the stop that follows the sleep are under way together.
        bench.sleep(s(10));
        bench.run(s(0), |_| None);
        assert_eq!((bench.in_flight(CallKind::Stop), bench.in_flight(CallKind::Query)), (1, 1));
        if answered {
            let stop = bench.take(CallKind::Stop);
            bench.answer(&stop, Outcome::ServerError, Told::default());
        }
        let query = bench.take(CallKind::Query);
        bench.answer(&query, ALIVE, Told::default());
        assert_eq!(bench.in_flight(CallKind::Stop), usize::from(!answered), "no further one");
        if answered {
            bench.run(s(2), |_| None);
            assert_eq!(bench.in_flight(CallKind::Stop), 0, "before its 3 s are over");
            bench.run(s(1), |_| None);
            assert_eq!(bench.in_flight(CallKind::Stop), 1);
        }
    }
}

#[test]
fn an_unconfirmed_stop_that_queries_cannot_settle_is_asked_for_after_5_10_15_and_then_every_30_s() {
    let mut bench = stopping();
    let asked = bench.now;
    bench.run(s(120), service(Outcome::ServerError, Outcome::ServerError));
    let from_the_last_stop = [18, 23, 33, 48, 78, 108];
    assert_eq!(bench.probed_at(OWN, asked), from_the_last_stop);
    assert_eq!((bench.view(OWN).phase, result(&bench)), (Phase::Stopping, None));
}

#[test]
fn a_stop_whose_tries_were_spent_before_a_sleep_is_sent_again_after_it() {
    let mut bench = stopping();
    bench.run(s(17), service(Outcome::ServerError, ALIVE));
    bench.run(s(1), service(Outcome::ServerError, Outcome::ServerError));
    bench.run(s(4), but(CallKind::Query, || None));
    bench.sleep(s(3600));
    let awake = bench.now;
    bench.run(s(1), service(Outcome::Stopped(Upload::Uploaded), ALIVE));
    assert_eq!(stops(&bench, awake), [0]);
    assert_eq!(result(&bench), Some(StopResult::Upload(Upload::Uploaded)));
}

#[test]
fn the_404s_from_before_a_stop_do_not_shorten_the_90_s_in_which_queries_decide_over_it() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(60), but(CallKind::Query, || Some(Outcome::Missing)));
    assert_eq!(bench.state(OWN), State::Suspect);
    bench.command(Command::Stop(OWN, StopWait::ForUpload));
    bench.run(s(89), service(Outcome::Missing, Outcome::Missing));
    assert_eq!(result(&bench), None, "the service may be moving it");
    bench.run(s(1), service(Outcome::Missing, Outcome::Missing));
    assert_eq!(result(&bench), Some(StopResult::AlreadyGone));
}

#[test]
fn a_stop_under_429_goes_again_after_1_2_and_5_s_and_then_every_10_s() {
    let mut bench = stopping();
    let asked = bench.now;
    bench.run(s(40), service(Outcome::Throttled, Outcome::Throttled));
    assert_eq!(stops(&bench, asked), [0, 1, 3, 8, 18, 28, 38]);
    bench.run(s(10), service(Outcome::AlreadyLeaving, ALIVE));
    assert_eq!(result(&bench), Some(StopResult::AlreadyGone), "the first answer that is none of these ends it");
}

#[test]
fn after_a_404_to_a_stop_failed_queries_are_repeated_ever_more_seldom() {
    let mut bench = stopping();
    let asked = bench.now;
    bench.run(s(120), service(Outcome::Missing, Outcome::ServerError));
    assert_eq!(bench.probed_at(OWN, asked), [5, 10, 20, 35, 65, 95]);
}

#[test]
fn while_queries_that_would_decide_a_stop_are_refused_they_come_with_the_polls() {
    let mut bench = stopping();
    let asked = bench.now;
    bench.run(s(400), service(Outcome::Missing, Outcome::Refused(Refusal::Unauthorized)));
    assert!(bench.probed_at(OWN, asked).len() <= 5, "{:?}", bench.probed_at(OWN, asked));
    assert_eq!(bench.view(OWN).phase, Phase::Stopping);
}

#[test]
fn what_a_stop_says_after_its_session_has_ended_changes_nothing() {
    let mut bench = stopping();
    bench.run(s(0), service(Outcome::Missing, ALIVE));
    bench.sleep(s(10));
    bench.run(s(0), |_| None);
    let (stop, query) = (bench.take(CallKind::Stop), bench.take(CallKind::Query));
    bench.answer(&query, Outcome::Status(ServiceStatus::Leaving(7)), Told::default());
    let ended = result(&bench).expect("it is leaving");
    bench.answer(&stop, Outcome::Refused(Refusal::BadRequest), Told::default());
    assert_eq!(bench.view(OWN).phase, Phase::Stopped(ended));
}

#[test]
fn a_404_to_the_second_try_of_a_stop_whose_first_may_have_arrived_is_its_doing() {
    let mut bench = stopping();
    bench.run(s(0), service(Outcome::NoAnswer(NoAnswer::Timeout), ALIVE));
    bench.run(s(120), service(Outcome::Missing, Outcome::Missing));
    assert_eq!(result(&bench), Some(StopResult::Upload(Upload::Unknown)));
}

/// A channel whose recorder 404s do not find any more.
fn missing(lasts: u64) -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(lasts), but(CallKind::Query, || Some(Outcome::Missing)));
    bench
}

/// The gap that is open, and how those that are not have ended.
fn gaps(bench: &mut Bench) -> (bool, Vec<GapEnd>) {
    let view = bench.view(OWN);
    (view.open_gap.is_some(), view.gaps.iter().map(|gap| gap.end).collect())
}

#[test]
fn no_gap_stays_open_over_a_recorder_that_is_seen_again_after_a_stop_that_came_to_nothing() {
    for (missed_for, end) in [(30, GapEnd::Blip), (100, GapEnd::CameBack)] {
        for killed in [false, true] {
            let mut bench = missing(missed_for);
            assert_eq!(gaps(&mut bench), (true, vec![]));
            bench.command(Command::Stop(OWN, StopWait::ForUpload));
            if killed {
                bench.restart();
            }
            bench.run(s(60), service(Outcome::ServerError, ALIVE));
            assert_eq!(bench.state(OWN), State::Recording);
            assert_eq!(gaps(&mut bench), (false, vec![end]), "after {missed_for} s of 404s");
        }
    }
}

#[test]
fn no_gap_stays_open_over_a_restart_that_is_seen_recording_after_its_stop_was_refused() {
    for missed_again in [false, true] {
        let mut bench = missing(100);
        bench.command(Command::Restart(OWN));
        bench.run(s(1), named);
        bench.command(Command::Stop(OWN, StopWait::ForUpload));
        let query = if missed_again { Outcome::Missing } else { ALIVE };
        bench.run(s(1), service(Outcome::Refused(Refusal::BadRequest), query));
        bench.run(s(20), named);
        assert_eq!(bench.state(OWN), State::Recording);
        assert_eq!(gaps(&mut bench), (false, vec![GapEnd::Restarted]), "it was the gap of the one before");
    }
}

#[test]
fn while_a_stop_is_on_its_way_no_query_leaves_after_a_sleep() {
    let mut bench = stopping();
    bench.run(s(1), |_| None);
    assert_eq!(bench.in_flight(CallKind::Stop), 1);
    bench.sleep(s(60));
    bench.run(s(5), |_| None);
    assert_eq!((bench.in_flight(CallKind::Stop), bench.in_flight(CallKind::Query)), (1, 0));
}

#[test]
fn a_second_refused_stop_changes_nothing_about_whose_gap_it_is() {
    let mut bench = missing(100);
    bench.command(Command::Restart(OWN));
    bench.run(s(1), named);
    for _ in 0..2 {
        bench.command(Command::Stop(OWN, StopWait::ForUpload));
        bench.run(s(1), service(Outcome::Refused(Refusal::BadRequest), Outcome::ServerError));
    }
    bench.run(s(30), named);
    assert_eq!((bench.state(OWN), gaps(&mut bench)), (State::Recording, (false, vec![GapEnd::Restarted])));
}
