//! Old recorders: when they are asked for, when they are stopped, and when that is over. Each recorder has a name of its own and
//! answers for itself.

use std::time::Duration;

use super::*;
use crate::monitor::Monitor;
use crate::monitor::answer::ServiceStatus;
use crate::monitor::bench::{Bench, OWN, s};
use crate::monitor::change::{Change, ChangeKind, ChangeResult};
use crate::monitor::event::CallKind;
use crate::monitor::ids::{Mode, ProjectId, Uid};
use crate::monitor::io::{Command, Input, Send};
use crate::monitor::phase::{StartFailure, State};
use crate::monitor::policy::Policy;
use crate::monitor::told::Told;

const ALIVE: Outcome = Outcome::Status(ServiceStatus::InProgress);
const MAIN: u32 = 100_001;

fn name(uid: u32) -> Sid {
    Sid::new(format!("s-{uid}"))
}

fn sid_of(send: &Send) -> Option<&Sid> {
    match &*send.call {
        Call::Query { sid, .. } | Call::Stop { sid, .. } | Call::Change { sid, .. } => Some(sid),
        Call::Acquire { .. } | Call::Start { .. } => None,
    }
}

/// A service where the recorder of the main UID answers `old` to queries and `stop` to a stop, and any other answers `new`.
fn service(old: Outcome, stop: Outcome, new: Outcome) -> impl Fn(&Send) -> Option<(Outcome, Told)> {
    move |send| {
        let is_old = sid_of(send) == Some(&name(MAIN));
        let outcome = match &*send.call {
            Call::Start { uid, .. } => Outcome::Started(name(uid.get())),
            Call::Query { .. } => if is_old { &old } else { &new }.clone(),
            Call::Stop { .. } if is_old => stop.clone(),
            Call::Acquire { .. } | Call::Stop { .. } | Call::Change { .. } => {
                return crate::monitor::bench::well(send);
            }
        };
        Some((outcome, Told::default()))
    }
}

/// A channel that recorded with the main UID and was just asked to restart.
fn restarting(policy: OldRecorder) -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.roster.projects[0].policy.old_recorder = policy;
    bench.roster.projects[0].channels[0].spare_uids = [950_001].into_iter().filter_map(Uid::new).collect();
    bench.monitor = Monitor::new(bench.roster.clone(), Policy { old_recorder: policy, ..Policy::default() });
    bench.command(Command::Start(OWN));
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    bench.command(Command::Restart(OWN));
    bench
}

/// When a stop of the old recorder was answered, in seconds since `since`.
fn stops(bench: &Bench, since: Timestamp) -> Vec<u64> {
    bench.answered_at(CallKind::Stop, since)
}

#[test]
fn the_operator_can_stop_an_old_recorder_once_it_was_seen_and_only_once() {
    let mut bench = restarting(OldRecorder::Ask);
    assert_eq!(bench.view(OWN).denials.stop_old, Some(Denial::NoSecondRecorder), "nobody has seen two");
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    assert_eq!(bench.view(OWN).denials.stop_old, None);
    assert!(stops(&bench, bench.now - s(60)).is_empty(), "it is the operator who decides");
    bench.command(Command::StopOld(OWN));
    assert_eq!(bench.view(OWN).denials.stop_old, Some(Denial::NoSecondRecorder), "it is being stopped");
    bench.run(s(1), service(ALIVE, Outcome::AlreadyLeaving, ALIVE));
    assert!(bench.events(OWN).any(|event| matches!(event, Event::OldGone { .. })));
}

#[test]
fn a_stop_of_an_old_recorder_that_does_not_act_is_repeated_after_3_6_and_9_s_and_then_with_each_poll() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    bench.command(Command::StopOld(OWN));
    let asked = bench.now;
    bench.run(s(300), service(ALIVE, Outcome::ServerError, ALIVE));
    assert_eq!(stops(&bench, asked), [0, 3, 9, 18, 138, 258]);
}

#[test]
fn an_old_recorder_whose_stop_went_unanswered_and_that_is_gone_is_asked_for_over_the_failover_window() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    bench.command(Command::StopOld(OWN));
    let asked = bench.now;
    bench.run(s(600), service(Outcome::Missing, Outcome::Missing, ALIVE));
    let gone = bench.log.iter().find(|record| matches!(record.event, Event::OldGone { .. })).expect("gone");
    assert_eq!(gone.at.since(asked).as_secs(), 3 + 5 + 10 + 15 * 5, "the first 404 to a query, and 90 s of them");
    assert_eq!(bench.answered_at(CallKind::Query, asked), [3, 8, 18, 33, 48, 63, 78, 93]);
}

#[test]
fn a_stop_of_an_old_recorder_that_could_not_be_written_down_waits_for_the_next_look_at_it() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    bench.command(Command::StopOld(OWN));
    let (asked, stop) = (bench.now, bench.take(CallKind::Stop));
    bench.feed(Input::NotSaved(stop.id));
    bench.run(s(121), service(ALIVE, Outcome::NothingRecorded, ALIVE));
    assert_eq!((bench.answered_at(CallKind::Query, asked), stops(&bench, asked)), (vec![120], vec![120]));
}

#[test]
fn the_policy_stops_an_old_recorder_only_while_its_successor_records() {
    let mut bench = restarting(OldRecorder::Stop);
    let asked = bench.now;
    bench.run(s(60), service(ALIVE, Outcome::NothingRecorded, ALIVE));
    assert_eq!(stops(&bench, asked).len(), 1);

    let mut bench = restarting(OldRecorder::Stop);
    bench.run(s(60), service(Outcome::Gateway, ALIVE, ALIVE));
    bench.run(s(200), service(Outcome::Gateway, ALIVE, Outcome::Missing));
    let lost = bench.now;
    bench.run(s(600), service(ALIVE, Outcome::NothingRecorded, Outcome::Missing));
    assert!(stops(&bench, lost).is_empty(), "it may be the only one that records");
    bench.run(s(600), service(ALIVE, Outcome::NothingRecorded, ALIVE));
    assert_eq!(stops(&bench, lost).len(), 1, "its successor is back");
}

#[test]
fn an_adoption_goes_on_with_the_watch_over_the_old_recorders() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    bench.command(Command::Stop(OWN, StopWait::No));
    bench.run(s(1), service(ALIVE, ALIVE, ALIVE));
    let mut taken = crate::monitor::bench::adoptee(7, Mode::Mix);
    taken.channel = bench.roster.projects[0].channels[0].clone();
    assert_eq!(bench.adopt(vec![taken]), [Ok(())]);
    bench.run(s(300), service(Outcome::Status(ServiceStatus::Leaving(7)), ALIVE, ALIVE));
    assert!(bench.events(OWN).any(|event| matches!(event, Event::OldGone { .. })), "it was asked for");
}

#[test]
fn when_the_recorder_of_a_restart_leaves_unverified_the_living_one_is_the_channels_again() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(30), service(ALIVE, ALIVE, Outcome::Status(ServiceStatus::Leaving(7))));
    assert_eq!(bench.view(OWN).recording.map(|recording| recording.sid), Some(name(MAIN)));
    bench.run(s(300), service(ALIVE, ALIVE, Outcome::Status(ServiceStatus::Leaving(7))));
    assert_eq!(bench.view(OWN).phase, Phase::Recording);
}

#[test]
fn an_old_recorder_that_is_asked_for_takes_its_part_of_the_polls_quota() {
    let tight = Policy { poll_every: Duration::from_millis(1), ..Policy::default() };
    let mut bench = Bench::new(Mode::Mix);
    bench.roster.projects[0].policy = tight.clone();
    bench.monitor = Monitor::new(bench.roster.clone(), tight);
    let interval = |bench: &Bench| bench.monitor.project(ProjectId(0), bench.now).map(|project| project.poll_every);
    bench.command(Command::Start(OWN));
    bench.run(s(20), service(ALIVE, ALIVE, ALIVE));
    // 8 requests a second are for polls.
    assert_eq!(interval(&bench), Some(Duration::from_millis(125)));
    bench.command(Command::Restart(OWN));
    bench.run(s(20), service(ALIVE, ALIVE, ALIVE));
    assert_eq!(interval(&bench), Some(Duration::from_millis(250)));
    bench.run(s(100), service(Outcome::Missing, ALIVE, ALIVE));
    assert_eq!(interval(&bench), Some(Duration::from_millis(125)), "it is gone");
}

#[test]
fn after_a_sleep_an_old_recorder_is_asked_for_at_its_channels_place_and_one_that_is_to_be_stopped_at_once() {
    let mut bench = restarting(OldRecorder::Ask);
    let refuses = || service(ALIVE, Outcome::NotCompleted, ALIVE);
    let asked = |bench: &mut Bench| {
        bench.sleep(s(600));
        let since = bench.now;
        bench.run(s(5), refuses());
        bench.answered_at(CallKind::Query, since).len()
    };
    bench.run(s(60), refuses());
    assert_eq!(asked(&mut bench), 0);
    bench.run(s(120), refuses());
    bench.command(Command::StopOld(OWN));
    assert_eq!(asked(&mut bench), 1);
}

#[test]
fn an_old_recorder_whose_stop_went_unanswered_is_asked_for_soon_while_queries_fail() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, Outcome::NotCompleted, ALIVE));
    bench.command(Command::StopOld(OWN));
    bench.run(s(1), service(ALIVE, Outcome::NotCompleted, ALIVE));
    let since = bench.now;
    bench.run(s(100), service(Outcome::ServerError, Outcome::NotCompleted, ALIVE));
    let asked = bench.answered_at(CallKind::Query, since);
    let waits: Vec<_> = asked.windows(2).map(|pair| pair[1] - pair[0]).collect();
    assert_eq!(waits, [5, 10, 15, 30, 30], "{asked:?}");
}

#[test]
fn an_old_recorder_is_not_gone_by_404s_on_both_sides_of_failed_queries() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    let gone = |bench: &Bench| bench.events(OWN).any(|event| matches!(event, Event::OldGone { .. }));
    bench.run(s(122), service(Outcome::Missing, ALIVE, ALIVE));
    bench.run(s(118), service(Outcome::ServerError, ALIVE, ALIVE));
    bench.run(s(60), service(Outcome::Missing, ALIVE, ALIVE));
    assert!(!gone(&bench), "nobody knows whether it came back");
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    assert!(!gone(&bench));
}

#[test]
fn what_was_counted_of_an_old_recorder_before_its_channel_was_restarted_or_stopped_counts_no_more() {
    let gone = |bench: &Bench| bench.events(OWN).any(|event| matches!(event, Event::OldGone { .. }));
    let stopped = |bench: &mut Bench| {
        bench.command(Command::Stop(OWN, StopWait::ForUpload));
        bench.take(CallKind::Stop);
    };
    let again: [&dyn Fn(&mut Bench); 2] = [&|_| {}, &stopped];
    for (n, then) in again.into_iter().enumerate() {
        let mut bench = restarting(OldRecorder::Ask);
        bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
        let since = bench.now;
        while bench.answered_at(CallKind::Query, since).is_empty() {
            bench.run(s(1), service(Outcome::Missing, ALIVE, ALIVE));
        }
        bench.command(Command::Restart(OWN));
        let unclear = service(Outcome::Missing, ALIVE, Outcome::ServerError);
        bench.run(s(85), &unclear);
        then(&mut bench);
        bench.run(s(40), service(Outcome::Missing, Outcome::NotCompleted, ALIVE));
        assert!(bench.answered_at(CallKind::Query, since).len() > 1, "{n}: it is asked for again");
        assert!(!gone(&bench), "{n}: nobody asked while the new one was verified");
    }
}

#[test]
fn one_that_was_seen_beside_its_successor_is_not_the_channels_again() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    bench.run(s(300), service(ALIVE, ALIVE, Outcome::Missing));
    assert_eq!(bench.state(OWN), State::Lost);
    bench.command(Command::Restart(OWN));
    let prepares = Outcome::Status(ServiceStatus::Preparing(2));
    bench.run(s(600), service(ALIVE, ALIVE, prepares));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified));
    assert!(!bench.events(OWN).any(|event| matches!(event, Event::OldTakenBack { .. })), "the operator was asked");
}

#[test]
fn one_that_comes_back_is_asked_for_as_any_recording_and_its_successor_as_an_old_one() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(Outcome::Missing, ALIVE, ALIVE));
    bench.run(s(300), service(Outcome::Missing, ALIVE, Outcome::Missing));
    assert_eq!(bench.state(OWN), State::Lost);
    let gone = bench.view(OWN).recording.expect("started").sid;
    bench.command(Command::Restart(OWN));
    let (first, never) = (gone.clone(), Outcome::Status(ServiceStatus::Preparing(2)));
    let answers = move |send: &Send| match (&*send.call, sid_of(send) == Some(&first)) {
        (Call::Query { .. }, true) => Some((ALIVE, Told::default())),
        (Call::Query { .. }, false) => Some((never.clone(), Told::default())),
        (Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. }, _) => {
            service(ALIVE, ALIVE, ALIVE)(send)
        }
    };
    bench.run(s(600), &answers);
    assert_eq!((bench.state(OWN), bench.view(OWN).recording.map(|own| own.sid)), (State::Recording, Some(gone)));
    assert!(bench.view(OWN).open_gap.is_none());
    let since = bench.now;
    bench.run(s(240), &answers);
    assert_eq!(bench.probed_at(OWN, since).len(), 2, "its own poll");
    assert_eq!(bench.answered_at(CallKind::Query, since).len(), 2, "and its successor's");
}

#[test]
fn none_is_stopped_by_reelwatch_while_nobody_knows_whether_the_channels_own_records() {
    let mut bench = restarting(OldRecorder::Stop);
    // The successor is not seen recording in time: the channel goes back, and its own recorder answers nothing clear.
    bench.run(
        s(100),
        service(Outcome::ServerError, Outcome::NotCompleted, Outcome::Status(ServiceStatus::Preparing(2))),
    );
    assert_eq!((bench.view(OWN).phase, bench.state(OWN)), (Phase::Recording, State::Uncertain));
    let since = bench.now;
    bench.run(s(300), service(Outcome::ServerError, Outcome::NotCompleted, ALIVE));
    assert!(stops(&bench, since).is_empty(), "the successor may be the only one that records");
    bench.run(s(300), service(ALIVE, Outcome::NotCompleted, ALIVE));
    assert!(!stops(&bench, since).is_empty(), "both record");
}

#[test]
fn a_stop_by_reelwatch_is_not_repeated_once_the_channels_own_recorder_is_missed() {
    let mut bench = restarting(OldRecorder::Stop);
    bench.run(s(30), service(ALIVE, Outcome::NotCompleted, ALIVE));
    assert!(!stops(&bench, Timestamp::default()).is_empty());
    bench.run(s(200), service(Outcome::ServerError, Outcome::NotCompleted, Outcome::Missing));
    assert_eq!(bench.state(OWN), State::Lost);
    let since = bench.now;
    bench.run(s(600), service(ALIVE, Outcome::NotCompleted, Outcome::Missing));
    assert!(stops(&bench, since).is_empty(), "it is all that records");
}

#[test]
fn the_change_of_a_recorder_is_over_when_the_channel_goes_back_to_the_one_before() {
    let mut bench = restarting(OldRecorder::Ask);
    let prepares = || Outcome::Status(ServiceStatus::Preparing(2));
    bench.run(s(85), service(ALIVE, ALIVE, prepares()));
    bench.command(Command::Change(OWN, Change::new(ChangeKind::Layout, "in words", "{}".into())));
    let busy = move |send: &Send| match &*send.call {
        Call::Change { .. } => Some((Outcome::ServerError, Told::default())),
        Call::Query { .. } | Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } => {
            service(ALIVE, ALIVE, prepares())(send)
        }
    };
    bench.run(s(120), busy);
    assert_eq!(bench.state(OWN), State::Recording);
    let overtaken = |event: &Event| matches!(event, Event::ChangeEnded { result: ChangeResult::Overtaken, .. });
    assert!(bench.events(OWN).any(overtaken));
}

#[test]
fn one_that_was_lost_and_is_seen_beside_its_successor_needs_more_than_one_404_to_be_gone() {
    let mut bench = restarting(OldRecorder::Ask);
    bench.run(s(60), service(ALIVE, ALIVE, ALIVE));
    let lost = service(ALIVE, ALIVE, Outcome::Missing);
    bench.run(s(300), lost);
    let second = bench.view(OWN).recording.expect("started").sid;
    bench.command(Command::Restart(OWN));
    let answers = |outcome: Outcome| {
        let second = second.clone();
        move |send: &Send| match &*send.call {
            Call::Query { sid, .. } if *sid == second => Some((outcome.clone(), Told::default())),
            Call::Query { .. }
            | Call::Acquire { .. }
            | Call::Start { .. }
            | Call::Stop { .. }
            | Call::Change { .. } => service(ALIVE, ALIVE, ALIVE)(send),
        }
    };
    bench.run(s(120), answers(ALIVE));
    let gone =
        |bench: &Bench| bench.events(OWN).any(|event| matches!(event, Event::OldGone { sid, .. } if *sid == second));
    let since = bench.now;
    while bench.answered_at(CallKind::Query, since).is_empty() {
        bench.run(s(1), answers(Outcome::Missing));
    }
    assert!(!gone(&bench), "it may be moving");
    bench.run(s(300), answers(Outcome::Missing));
    assert!(gone(&bench));
}

#[test]
fn the_operator_can_stop_one_whose_stop_by_reelwatch_failed() {
    let mut bench = restarting(OldRecorder::Stop);
    bench.run(s(30), service(ALIVE, Outcome::NotCompleted, ALIVE));
    bench.run(s(200), service(Outcome::ServerError, Outcome::NotCompleted, Outcome::Missing));
    bench.run(s(120), service(ALIVE, Outcome::NotCompleted, Outcome::Missing));
    assert_eq!((bench.state(OWN), bench.view(OWN).denials.stop_old), (State::Lost, None));
    let since = bench.now;
    bench.command(Command::StopOld(OWN));
    bench.run(s(1), service(ALIVE, Outcome::NotCompleted, Outcome::Missing));
    assert_eq!(stops(&bench, since).len(), 1);
    assert_eq!(bench.view(OWN).denials.stop_old, Some(Denial::NoSecondRecorder), "it is being stopped");
}

/// When an old recorder that is to be stopped is gone, after 404s on both sides of this answer, which comes for so many seconds; since
/// the first of them.
fn gone_after(between: Outcome, seconds: u64) -> Option<u64> {
    let mut bench = restarting(OldRecorder::Ask);
    let service = |old| service(old, Outcome::NotCompleted, ALIVE);
    bench.run(s(60), service(ALIVE));
    bench.command(Command::StopOld(OWN));
    bench.run(s(1), service(ALIVE));
    let asked = |bench: &Bench| bench.answered_at(CallKind::Query, Timestamp::default()).len();
    let before = asked(&bench);
    while asked(&bench) == before {
        bench.run(s(1), service(Outcome::Missing));
    }
    let first = bench.now;
    bench.run(s(seconds), service(between));
    bench.run(s(80), service(Outcome::Missing));
    let gone = bench.log.iter().find(|record| matches!(record.event, Event::OldGone { .. }))?;
    Some(gone.at.since(first).as_secs())
}

#[test]
fn failed_queries_begin_the_count_of_an_old_recorders_404s_anew_only_after_90_s_and_429_never_does() {
    assert!(gone_after(Outcome::ServerError, 20).is_some(), "too short for a failover to end");
    assert!(gone_after(Outcome::Throttled, 130).is_some(), "429 says nothing of it");
    assert_eq!(gone_after(Outcome::ServerError, 130), None, "nobody knows whether it came back");
}

/// A channel whose one recorder 404s did not find any more.
fn lost() -> Bench {
    let mut bench = restarting(OldRecorder::Ask);
    bench.command(Command::CancelStart(OWN));
    bench.run(s(1), service(ALIVE, ALIVE, ALIVE));
    bench.run(s(300), service(Outcome::Missing, ALIVE, ALIVE));
    bench
}

#[test]
fn one_that_comes_back_tells_the_end_of_its_gap_by_what_was_last_heard_of_it_and_not_of_its_successor() {
    let mut bench = lost();
    assert_eq!(bench.state(OWN), State::Lost);
    let last = bench.probes.last().expect("404s").at;
    bench.command(Command::Restart(OWN));
    let prepares = Outcome::Status(ServiceStatus::Preparing(2));
    bench.run(s(100), service(Outcome::ServerError, ALIVE, prepares.clone()));
    bench.run(s(300), service(ALIVE, ALIVE, prepares));
    let view = bench.view(OWN);
    assert_eq!(view.gaps.last().map(|gap| (gap.end, gap.last_bad)), Some((GapEnd::CameBack, last)));
}

#[test]
fn a_successor_that_only_prepares_takes_no_recorder_from_the_channel_however_clearly_it_answers() {
    let mut bench = lost();
    bench.command(Command::Restart(OWN));
    let prepares = Outcome::Status(ServiceStatus::Preparing(2));
    bench.run(s(10), service(Outcome::Missing, ALIVE, Outcome::ServerError));
    bench.run(s(90), service(Outcome::ServerError, ALIVE, prepares.clone()));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified));
    bench.run(s(300), service(ALIVE, ALIVE, prepares));
    assert_eq!(bench.state(OWN), State::Recording, "the one before is all there is");
}

#[test]
fn none_is_stopped_by_reelwatch_more_than_30_s_after_the_channels_own_was_seen_recording() {
    let mut bench = restarting(OldRecorder::Stop);
    bench.run(s(60), service(Outcome::ServerError, Outcome::NotCompleted, ALIVE));
    // Its own turn comes some time after that of the channel's own.
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(100), service(Outcome::ServerError, Outcome::NotCompleted, ALIVE));
    bench.run(s(300), service(ALIVE, Outcome::NotCompleted, ALIVE));
    let seen = bench.log.iter().find(|record| matches!(record.event, Event::OldSeenAlive { .. })).expect("seen").at;
    let asked =
        bench.log.iter().find(|record| matches!(record.event, Event::OldStopRequested { .. })).expect("asked").at;
    let own = |at: Timestamp| {
        let before = bench.probes.iter().filter(|probe| probe.at <= at).map(|probe| at.since(probe.at));
        before.min().expect("polls")
    };
    assert!(own(seen) > s(30) && own(asked) <= s(30), "it waited for the next look at the channel's own");
}
