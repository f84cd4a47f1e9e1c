//! What is foretold of a channel is what happens to it.

use super::{Outlook, Rest};
use crate::monitor::answer::{NoAnswer, Outcome};
use crate::monitor::bench::{Bench, OWN, but, s, well};
use crate::monitor::event::{CallKind, StopWait};
use crate::monitor::ids::Mode;
use crate::monitor::io::{Command, Input};
use crate::monitor::phase::State;
use crate::monitor::schedule::Why;
use crate::monitor::time::Timestamp;

fn outlook(bench: &mut Bench) -> Outlook {
    bench.view(OWN).outlook
}

/// Steps through `lasts` and holds each foretold moment against the next request.
fn foretells(bench: &mut Bench, lasts: u64, outcome: &Outcome) -> Vec<Why> {
    let end = bench.now + s(lasts);
    let mut foretold = Vec::new();
    while bench.now < end {
        let Some((at, why)) = outlook(bench).deadline() else { panic!("nothing foretold at {}", bench.now) };
        let before: Vec<Timestamp> = bench.flying.iter().map(|(at, _)| *at).collect();
        assert!(before.is_empty(), "all is answered");
        while bench.flying.is_empty() {
            let (next, _) = bench.monitor.next_deadline(bench.now).expect("something is to do");
            assert!(next <= at, "nothing happened at {at}, for {why:?}, and next is {next}");
            bench.now = bench.now.max(next);
            bench.feed(Input::Tick);
        }
        assert_eq!(bench.now, at, "{why:?}");
        assert!(matches!(outlook(bench), Outlook::Asked(since, CallKind::Query) if since == at), "{why:?}");
        foretold.push(why);
        bench.run(s(0), but(CallKind::Query, || Some(outcome.clone())));
    }
    foretold
}

fn recording() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(200), well);
    bench
}

#[test]
fn each_check_comes_when_and_why_it_was_foretold() {
    let mut polls = foretells(&mut recording(), 600, &Outcome::Status(5.into()));
    polls.dedup();
    assert_eq!(polls, [Why::Poll]);
    let mut confirmed = foretells(&mut recording(), 400, &Outcome::Missing);
    confirmed.dedup();
    assert_eq!(confirmed, [Why::Poll, Why::ConfirmMissing, Why::Poll], "lost after 90 s, and polled on");
    let mut unclear = foretells(&mut recording(), 300, &Outcome::ServerError);
    unclear.dedup();
    assert_eq!(unclear, [Why::Poll, Why::ResolveUncertain]);
}

#[test]
fn where_nothing_comes_by_itself_it_says_why() {
    let mut bench = Bench::new(Mode::Mix);
    assert_eq!(outlook(&mut bench), Outlook::Rests(Rest::NoSession));
    bench.command(Command::Start(OWN));
    bench.run(s(200), well);
    bench.run(s(200), but(CallKind::Query, || Some(Outcome::Status(8.into()))));
    assert_eq!(outlook(&mut bench), Outlook::Rests(Rest::Operator));
    bench.command(Command::Stop(OWN, StopWait::No));
    bench.run(s(10), well);
    assert_eq!(outlook(&mut bench), Outlook::Rests(Rest::NoSession));
}

#[test]
fn a_try_that_waits_for_its_domain_and_a_lost_network_are_foretold() {
    let mut bench = recording();
    let dead = but(CallKind::Query, || None);
    bench.run(s(120), &dead);
    let (sent, send) = bench.flying.pop().expect("a poll is on its way");
    assert_eq!(outlook(&mut bench), Outlook::Asked(sent, CallKind::Query));
    bench.answer(&send, Outcome::NoAnswer(NoAnswer::Connect), Default::default());
    assert_eq!(outlook(&mut bench), Outlook::At(bench.now + s(1), Why::RetryDomain));
    bench.run(s(60), but(CallKind::Query, || Some(Outcome::NoAnswer(NoAnswer::Connect))));
    assert_eq!(outlook(&mut bench), Outlook::NoNetwork);
}

#[test]
fn a_stop_under_lasting_429_stays_open_with_its_last_answer_and_its_next_try() {
    let mut bench = recording();
    let asked_at = bench.now;
    bench.command(Command::Stop(OWN, StopWait::ForUpload));
    bench.run(s(600), but(CallKind::Stop, || Some(Outcome::Throttled)));
    let view = bench.view(OWN);
    assert_eq!(view.state, State::NotObserved, "nobody saw the recorder for so long");
    let open = view.open_stop.clone().expect("the stop has no end");
    assert_eq!(open.asked_at, asked_at);
    let (heard_at, answer) = open.heard.expect("it was answered");
    assert_eq!(answer.outcome, Outcome::Throttled);
    assert_eq!(view.outlook, Outlook::At(heard_at + s(10), Why::Throttle));
    bench.run(s(11), well);
    assert_eq!((bench.state(OWN), bench.view(OWN).open_stop), (State::Stopped, None));
}

#[test]
fn a_check_answered_429_waits_for_the_rest_and_not_for_a_domain() {
    let mut bench = recording();
    bench.run(s(120), but(CallKind::Query, || None));
    let (_, send) = bench.flying.pop().expect("a poll is on its way");
    bench.answer(&send, Outcome::Throttled, Default::default());
    assert_eq!(outlook(&mut bench), Outlook::At(bench.now + s(5), Why::Throttle));
}

#[test]
fn a_channel_that_was_stopped_while_its_checks_rested_is_throttled_no_more() {
    let mut bench = recording();
    bench.run(s(200), but(CallKind::Query, || Some(Outcome::Throttled)));
    assert!(bench.view(OWN).throttled);
    bench.command(Command::Stop(OWN, StopWait::No));
    bench.run(s(10), well);
    assert_eq!((bench.state(OWN), bench.view(OWN).throttled), (State::Stopped, false));
}

#[test]
fn an_unknown_start_keeps_the_last_that_came_of_it() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(12), but(CallKind::Start, || Some(Outcome::NoAnswer(NoAnswer::Timeout))));
    let came = |bench: &mut Bench| bench.view(OWN).unknown_starts[0].answer.clone().map(|answer| answer.outcome);
    assert_eq!(came(&mut bench), Some(Outcome::NoAnswer(NoAnswer::Timeout)));
    assert!(bench.view(OWN).start.and_then(|start| start.next_try).is_some(), "it is repeated");
    bench.run(s(200), but(CallKind::Start, || Some(Outcome::AlreadyStarted)));
    assert_eq!(came(&mut bench), Some(Outcome::AlreadyStarted));
    assert_eq!(bench.view(OWN).unknown_starts.len(), 1);
    bench.restart();
    assert_eq!(came(&mut bench), Some(Outcome::AlreadyStarted), "the log knows it");
}

#[test]
fn the_next_request_has_a_moment_unless_there_is_none() {
    let at = Timestamp::from_millis(7);
    for (outlook, moment) in [
        (Outlook::At(at, Why::Poll), Some(at)),
        (Outlook::Queued(at, CallKind::Query), Some(at)),
        (Outlook::Asked(at, CallKind::Query), Some(at)),
        (Outlook::NoNetwork, None),
        (Outlook::Rests(Rest::Operator), None),
    ] {
        assert_eq!(outlook.request_at(), moment, "{outlook:?}");
    }
}
