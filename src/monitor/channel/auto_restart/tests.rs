//! Restarts without the operator: when they come, how many, and when they do not. Answers are fed by hand at exact moments.

use super::*;
use crate::monitor::Monitor;
use crate::monitor::answer::{Outcome, Refusal, ServiceStatus};
use crate::monitor::bench::{Bench, OWN, named as well, s};
use crate::monitor::event::{CallKind, StopWait};
use crate::monitor::gap::GapEnd;
use crate::monitor::ids::{Mode, Sid, Uid};
use crate::monitor::io::{Call, Command, Input, Send};
use crate::monitor::phase::State;
use crate::monitor::policy::Policy;
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
fn the_gap_of_an_abnormal_exit_ends_as_restarted_though_a_stop_of_its_successor_was_refused() {
    let mut bench = recording();
    bench.command(Command::ProbeNow(OWN));
    let query = bench.take(CallKind::Query);
    bench.answer(&query, Outcome::Status(ServiceStatus::AbnormalExit), Told::default());
    bench.run(s(1), |_| None);
    bench.run(s(1), |send| if send.call.kind() == CallKind::Query { None } else { well(send) });
    bench.command(Command::Stop(OWN, StopWait::No));
    bench.run(s(0), but(CallKind::Stop, || Outcome::Refused(Refusal::BadRequest)));
    bench.run(s(60), well);
    let view = bench.view(OWN);
    assert_eq!((view.phase, view.gaps.last().map(|gap| gap.end)), (Phase::Recording, Some(GapEnd::Restarted)));
}

#[test]
fn a_channel_without_the_setting_waits_for_the_operator() {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    gone(&mut bench, 1200);
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Lost, 0));
}

/// When restarts without the operator were asked for, and when starts failed, in seconds since a moment.
fn restarts_and_failures(bench: &Bench, since: Timestamp) -> [Vec<u64>; 2] {
    let at = |wanted: fn(&Event) -> bool| {
        let all = bench.log.iter().filter(|record| record.at >= since && wanted(&record.event));
        all.map(|record| record.at.since(since).as_secs()).collect()
    };
    [
        at(|event| matches!(event, Event::StartRequested { by: Actor::Reelwatch, .. })),
        at(|event| matches!(event, Event::StartFailed { .. })),
    ]
}

#[test]
fn a_restart_counts_for_an_hour_to_the_millisecond() {
    let begin = Timestamp::from_millis(0);
    assert_eq!(used([begin].iter(), Timestamp::from_millis(3_599_999)), 1);
    assert_eq!(used([begin].iter(), Timestamp::from_millis(3_600_000)), 0);
}

#[test]
fn the_highest_limit_of_the_settings_20_in_an_hour_is_kept_and_that_they_are_spent_is_shown() {
    let mut bench = Bench::auto_restarted();
    bench.roster.projects[0].policy.auto_restarts_per_hour = 20;
    bench.monitor = Monitor::new(bench.roster.clone(), bench.monitor.policy().clone());
    bench.command(Command::Start(OWN));
    bench.run(s(60), well);
    assert!(!bench.view(OWN).auto_restart.spent);
    bench.run(s(3_000), |send| match send.call.kind() {
        CallKind::Query => Some((Outcome::Missing, Told::default())),
        CallKind::Acquire => Some((Outcome::Gateway, Told::default())),
        CallKind::Start | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => well(send),
    });
    assert_eq!((asked_by_reelwatch(&bench), spent(&bench)), (20, 1));
    assert!(bench.view(OWN).auto_restart.spent);
}

#[test]
fn a_recorder_that_was_not_verified_in_time_and_still_prepares_gets_none_beside_it() {
    let mut bench = Bench::auto_restarted();
    bench.command(Command::Start(OWN));
    bench.run(s(900), but(CallKind::Query, || Outcome::Status(ServiceStatus::Preparing(2))));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified));
    assert_eq!(asked_by_reelwatch(&bench), 0, "it may still come");
}

#[test]
fn what_an_unverified_start_left_is_looked_at_60_s_later_and_restarted_if_it_is_gone() {
    // Wherever the ordinary poll falls within those 60 s or after them.
    for later in [0, 30, 60, 90] {
        let mut bench = Bench::auto_restarted();
        bench.run(s(later), well);
        bench.command(Command::Start(OWN));
        let began = bench.now;
        bench.run(s(100), but(CallKind::Query, || Outcome::Status(ServiceStatus::Preparing(2))));
        let [_, failures] = restarts_and_failures(&bench, began);
        let failed = failures[0];
        gone(&mut bench, 65);
        let [restarts, _] = restarts_and_failures(&bench, began);
        assert_eq!(restarts, [failed + 60], "{later}");
        let looks: Vec<_> =
            bench.probed_at(OWN, began).into_iter().filter(|at| (failed + 1..=failed + 60).contains(at)).collect();
        assert_eq!(looks.len(), 1, "{later}: once, at its poll or before the restart: {looks:?}");
    }
}

#[test]
fn nothing_is_restarted_by_itself_while_every_other_uid_may_still_be_held() {
    let mut bench = Bench::auto_restarted();
    bench.command(Command::Start(OWN));
    let main = bench.view(OWN).uid;
    bench.run(s(0), well);
    let first = bench.view(OWN).recording.expect("started").sid;
    while asked_by_reelwatch(&bench) == 0 {
        gone(&mut bench, 1);
    }
    // The second one does not come either, and nobody can say what became of the first.
    bench.run(s(1_200), |send| match &*send.call {
        Call::Query { sid, .. } if *sid == first => Some((Outcome::ServerError, Told::default())),
        Call::Query { .. } => Some((Outcome::Missing, Told::default())),
        Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. } => well(send),
    });
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified));
    assert_eq!(
        (asked_by_reelwatch(&bench), bench.view(OWN).next_uid),
        (1, Some(main)),
        "only the operator may take it"
    );
}

/// A recording of a minute that the operator just asked to restart, with a spare UID left; and the name of the first recorder.
fn replaced() -> (Bench, Sid) {
    let mut bench = Bench::auto_restarted();
    bench.roster.projects[0].channels[0].spare_uids = [950_001].into_iter().filter_map(Uid::new).collect();
    bench.monitor = Monitor::new(bench.roster.clone(), Policy::default());
    bench.command(Command::Start(OWN));
    bench.run(s(60), well);
    let first = bench.view(OWN).recording.expect("started").sid;
    bench.command(Command::Restart(OWN));
    (bench, first)
}

#[test]
fn no_restart_beside_a_replaced_recorder_that_is_known_to_live() {
    let (mut bench, first) = replaced();
    bench.run(s(60), well);
    let lives_on = |send: &Send| match &*send.call {
        Call::Query { sid, .. } if *sid != first => Some((Outcome::Missing, Told::default())),
        Call::Query { .. } | Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. } => {
            well(send)
        }
    };
    bench.run(s(900), lives_on);
    assert_eq!((bench.state(OWN), asked_by_reelwatch(&bench)), (State::Lost, 0), "the first may be all that records");
    bench.command(Command::StopOld(OWN));
    bench.run(s(5), lives_on);
    assert_eq!(asked_by_reelwatch(&bench), 1);
}

#[test]
fn a_recorder_that_comes_back_begins_the_count_of_failures_anew() {
    let mut bench = recording();
    let first = bench.view(OWN).recording.expect("started").sid;
    let dark = |send: &Send| match &*send.call {
        Call::Query { sid, .. } if *sid == first => Some((Outcome::ServerError, Told::default())),
        Call::Query { .. } => Some((Outcome::Missing, Told::default())),
        Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. } => well(send),
    };
    let back = |send: &Send| match &*send.call {
        Call::Query { sid, .. } if *sid != first => Some((Outcome::Missing, Told::default())),
        Call::Query { .. } | Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. } => {
            well(send)
        }
    };
    while asked_by_reelwatch(&bench) == 0 {
        gone(&mut bench, 1);
    }
    bench.run(s(100), dark);
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified));
    bench.command(Command::Restart(OWN));
    bench.command(Command::CancelStart(OWN));
    bench.run(s(300), back);
    assert_eq!(bench.state(OWN), State::Recording);
    while asked_by_reelwatch(&bench) == 1 {
        gone(&mut bench, 1);
    }
}

#[test]
fn a_replaced_recorder_that_nobody_saw_or_that_only_prepares_holds_up_no_restart() {
    for old in [Outcome::ServerError, Outcome::Status(ServiceStatus::Preparing(2))] {
        let (mut bench, first) = replaced();
        let answers = |own: Outcome| {
            let (first, old) = (first.clone(), old.clone());
            move |send: &Send| match &*send.call {
                Call::Query { sid, .. } => {
                    Some((if *sid == first { old.clone() } else { own.clone() }, Told::default()))
                }
                Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. } => well(send),
            }
        };
        bench.run(s(60), answers(Outcome::Status(ServiceStatus::InProgress)));
        bench.run(s(300), answers(Outcome::Missing));
        assert_eq!(asked_by_reelwatch(&bench), 1, "{old:?}");
    }
}
