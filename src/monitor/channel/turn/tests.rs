//! What counts as asked for more often than the polls, seen by what it leaves to them.

use super::*;
use crate::monitor::Monitor;
use crate::monitor::answer::{Outcome, Refusal};
use crate::monitor::bench::{Bench, OWN, but, s, well};
use crate::monitor::event::{CallKind, StopWait};
use crate::monitor::ids::{Mode, ProjectId};
use crate::monitor::io::{Command, Send};
use crate::monitor::policy::{Backoff, Policy};
use crate::monitor::told::Told;

/// What 8 requests a second leave to one recording that is polled as often as may be.
const ALONE: Duration = Duration::from_millis(125);

/// One channel that was just told to start; what is urgent is asked for twice a second.
fn starting() -> Bench {
    let twice_a_second = Backoff { waits: vec![s(1) / 2], then: Some(s(1) / 2) };
    let policy = Policy {
        poll_every: Duration::from_millis(1),
        verify: twice_a_second.clone(),
        missing: twice_a_second,
        ..Policy::default()
    };
    let mut bench = Bench::new(Mode::Mix);
    bench.roster.projects[0].policy = policy.clone();
    bench.monitor = Monitor::new(bench.roster.clone(), policy);
    bench.command(Command::Start(OWN));
    bench
}

fn interval(bench: &Bench) -> Duration {
    bench.monitor.project(ProjectId(0), bench.now).expect("the project").poll_every
}

/// Stops get this answer, if any, and queries that one.
fn service(stop: Option<Outcome>, query: Outcome) -> impl Fn(&Send) -> Option<(Outcome, Told)> {
    move |send| match send.call.kind() {
        CallKind::Stop => stop.clone().map(|outcome| (outcome, Told::default())),
        CallKind::Query => Some((query.clone(), Told::default())),
        CallKind::Acquire | CallKind::Start | CallKind::Update | CallKind::UpdateLayout => well(send),
    }
}

#[test]
fn a_stop_is_urgent_while_queries_decide_it_and_neither_while_it_is_on_its_way_nor_while_they_are_refused() {
    let mut bench = starting();
    bench.run(s(60), well);
    assert_eq!(interval(&bench), ALONE);
    bench.command(Command::Stop(OWN, StopWait::No));
    bench.run(s(5), service(None, Outcome::Missing));
    assert_eq!(interval(&bench), ALONE, "its own answer is waited for");
    bench.run(s(60), service(Some(Outcome::ServerError), Outcome::Missing));
    assert!(interval(&bench) > ALONE, "404s decide it");
    bench.run(s(90), service(None, Outcome::Refused(Refusal::BadRequest)));
    assert_eq!(interval(&bench), ALONE, "it comes with the polls");
}

#[test]
fn a_start_is_urgent_while_it_is_verified_and_not_once_its_time_is_over_and_queries_fail() {
    let mut bench = starting();
    bench.run(s(60), but(CallKind::Query, || Some(Outcome::ServerError)));
    assert!(interval(&bench) > ALONE, "it is verified");
    bench.run(s(120), but(CallKind::Query, || Some(Outcome::ServerError)));
    assert_eq!(interval(&bench), ALONE, "asked for as anything uncertain");
}
