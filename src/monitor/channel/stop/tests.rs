//! Stops that are not answered plainly: repeated, decided by query, and never left without an end.

use super::*;
use crate::monitor::answer::{NoAnswer, ServiceStatus};
use crate::monitor::bench::{Bench, OWN, s, well};
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
    let stop = |event: &Event| matches!(event, Event::CallAnswered { call: CallKind::Stop, .. });
    let all = bench.log.iter().filter(|record| record.at >= since && stop(&record.event));
    all.map(|record| record.at.since(since).as_secs()).collect()
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
        [(Outcome::Gateway, StopResult::Upload(Upload::Unknown)), (Outcome::ServerError, StopResult::AlreadyGone)]
    {
        let mut bench = stopping();
        bench.run(s(400), service(answered.clone(), Outcome::Missing));
        assert_eq!(result(&bench), Some(expected), "{answered:?}");
    }
}
