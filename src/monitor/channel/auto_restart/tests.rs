//! Restarts without the operator: when they come, how many, and when they do not. Answers are fed by hand at exact moments.

use super::*;
use crate::monitor::answer::{Outcome, Refusal, ServiceStatus};
use crate::monitor::bench::{Bench, OWN, named as well, s};
use crate::monitor::event::{CallKind, StopWait};
use crate::monitor::ids::Mode;
use crate::monitor::io::{Command, Input, Send};
use crate::monitor::phase::State;
use crate::monitor::told::Told;

/// A service where everything is well but for one kind of call.
fn but(kind: CallKind, outcome: impl Fn() -> Outcome) -> impl Fn(&Send) -> Option<(Outcome, Told)> {
    move |send| if send.call.kind() == kind { Some((outcome(), Told::default())) } else { well(send) }
}

/// A channel that is restarted without the operator, recording for ten minutes.
fn recording() -> Bench {
    let mut bench = Bench::auto_restarted();
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    bench
}

/// Everything but queries, which find no recorder.
fn gone(bench: &mut Bench, lasts: u64) {
    bench.run(s(lasts), but(CallKind::Query, || Outcome::Missing));
}

fn asked_by_reelwatch(bench: &Bench) -> usize {
    let own = |event: &&Event| matches!(event, Event::StartRequested { by: Actor::Reelwatch, .. });
    bench.events(OWN).filter(own).count()
}

fn spent(bench: &Bench) -> usize {
    bench.events(OWN).filter(|event| matches!(event, Event::AutoRestartSpent { .. })).count()
}

#[test]
fn a_service_that_never_shows_the_recorder_costs_three_restarts_and_one_alarm() {
    let mut bench = recording();
    gone(&mut bench, 3 * 3600);
    assert_eq!((asked_by_reelwatch(&bench), spent(&bench)), (3, 1), "the window slid on twice, for no new loss");
    bench.restart();
    gone(&mut bench, 3600);
    assert_eq!((asked_by_reelwatch(&bench), spent(&bench)), (3, 1), "nor does a restart of the program begin anew");
}

#[test]
fn the_limit_is_kept_over_a_restart_of_the_program() {
    let mut bench = recording();
    while asked_by_reelwatch(&bench) < 2 {
        gone(&mut bench, 10);
    }
    bench.restart();
    gone(&mut bench, 1200);
    assert_eq!((asked_by_reelwatch(&bench), spent(&bench)), (3, 1));
}

#[test]
fn after_the_operators_restart_and_an_hour_a_new_loss_is_restarted_again() {
    let mut bench = recording();
    gone(&mut bench, 1200);
    assert_eq!((asked_by_reelwatch(&bench), spent(&bench)), (3, 1));
    bench.command(Command::Restart(OWN));
    bench.run(s(3600), well);
    assert_eq!(bench.state(OWN), State::Recording);
    gone(&mut bench, 300);
    assert_eq!((asked_by_reelwatch(&bench), spent(&bench)), (4, 1));
}

#[test]
fn while_the_log_cannot_be_written_it_waits_and_spins_not() {
    let mut bench = recording();
    bench.feed(Input::Log(LogHealth::Failing));
    gone(&mut bench, 600);
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Lost, 0));
    bench.feed(Input::Log(LogHealth::Saved));
    assert_eq!(asked_by_reelwatch(&bench), 1, "at once when it can be written again");
}

#[test]
fn what_repeating_cannot_help_and_what_the_operator_ended_is_left_alone() {
    let refused = but(CallKind::Start, || Outcome::Refused(Refusal::TokenExpired));
    let mut bench = Bench::auto_restarted();
    bench.command(Command::Start(OWN));
    bench.run(s(600), refused);
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::ConfigError, 0));

    let mut bench = recording();
    bench.run(s(600), but(CallKind::Query, || Outcome::Status(ServiceStatus::Leaving(7))));
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Ended, 0));

    let mut bench = recording();
    bench.run(s(600), but(CallKind::Query, || Outcome::ServerError));
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Uncertain, 0));

    let mut bench = recording();
    bench.feed(Input::Log(LogHealth::Failing));
    gone(&mut bench, 300);
    bench.feed(Input::Log(LogHealth::Saved));
    bench.command(Command::CancelStart(OWN));
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Lost, 1));
    gone(&mut bench, 600);
    assert_eq!(asked_by_reelwatch(&bench), 1, "the operator ended the attempt");
    bench.command(Command::Stop(OWN, StopWait::No));
    gone(&mut bench, 600);
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Stopped, 1));
}

#[test]
fn an_abnormal_exit_is_restarted_at_once_and_a_failed_restart_after_its_wait() {
    let mut bench = recording();
    let began = bench.now;
    bench.run(s(300), |send| match send.call.kind() {
        CallKind::Query => Some((Outcome::Status(ServiceStatus::AbnormalExit), Told::default())),
        CallKind::Acquire => Some((Outcome::Gateway, Told::default())),
        CallKind::Start | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => well(send),
    });
    let at = |event: fn(&Event) -> bool| {
        let own = bench.log.iter().filter(|record| record.at >= began && event(&record.event));
        own.map(|record| record.at).collect::<Vec<_>>()
    };
    let exits = at(|event| matches!(event, Event::PhaseChanged { to: Phase::AbnormalExit, .. }));
    let starts = at(|event| matches!(event, Event::StartRequested { .. }));
    let failures = at(|event| matches!(event, Event::StartFailed { .. }));
    assert_eq!(starts.first(), exits.first());
    assert_eq!(starts.get(1).copied(), failures.first().map(|failed| *failed + s(60)));
    assert_eq!(bench.monitor.policy().auto_restart_again_after, s(60));
}

#[test]
fn a_channel_without_the_setting_waits_for_the_operator() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    gone(&mut bench, 1200);
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Lost, 0));
}
