//! What a start sends, and what follows it.

mod tries;

use crate::monitor::answer::{Outcome, Refusal, ServiceStatus};
use crate::monitor::bench::{BEGIN, Bench, OWN, but, named, s, well};
use crate::monitor::event::{CallKind, Event, StopWait};
use crate::monitor::gap::GapEnd;
use crate::monitor::ids::Mode;
use crate::monitor::io::{Call, Command, Send};
use crate::monitor::names::Verdict;
use crate::monitor::phase::{Phase, StartFailure, State};
use crate::monitor::schedule::Why;
use crate::monitor::told::{File, Told};

/// What acquire is told to keep away from, for a restart of a recording that answers so.
fn siblings(outcome: &Outcome) -> usize {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), well);
    bench.run(s(600), but(CallKind::Query, || Some(outcome.clone())));
    bench.command(Command::Restart(OWN));
    let acquire = bench.flying.iter().find_map(|(_, send)| {
        if let Call::Acquire { siblings, .. } = &*send.call { Some(siblings.len()) } else { None }
    });
    acquire.expect("sent")
}

#[test]
fn a_restart_names_the_recordings_that_may_still_run_and_none_that_is_gone() {
    assert_eq!(siblings(&Outcome::Status(5.into())), 1);
    assert_eq!(siblings(&Outcome::ServerError), 1, "nothing certain is known");
    assert_eq!(siblings(&Outcome::Missing), 0, "lost");
    assert_eq!(siblings(&Outcome::Status(20.into())), 0, "exited abnormally");
}

/// A channel that has recorded for a minute.
fn recording() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(60), named);
    bench
}

/// What acquire and start were asked for, and what is held true at the end.
fn start_under_429(answered: CallKind) -> (usize, usize, Phase) {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(1_200), but(answered, || Some(Outcome::Throttled)));
    let acquired = bench.events(OWN).filter(|event| matches!(event, Event::Acquired { .. })).count();
    let tries = bench.events(OWN).filter(|event| matches!(event, Event::CallAnswered { call: CallKind::Start, .. }));
    let tries = tries.count();
    (acquired, tries, bench.view(OWN).phase)
}

#[test]
fn a_start_under_endless_429_never_uses_a_resource_id_that_is_too_old_and_has_an_end() {
    let (acquired, tries, phase) = start_under_429(CallKind::Start);
    assert_eq!(acquired, 2, "one more when the first was five minutes old");
    assert_eq!(tries, 66, "after 1, 2 and 5 s, then every 10 s, five minutes for each");
    assert_eq!(phase, Phase::StartFailed(StartFailure::NotCompleted));
}

#[test]
fn each_start_opens_the_session_of_the_next_number_and_a_restart_goes_on_in_it() {
    let mut bench = recording();
    for command in [Command::Restart(OWN), Command::Stop(OWN, StopWait::No), Command::Start(OWN)] {
        bench.command(command);
        bench.run(s(60), named);
    }
    let sessions = bench
        .events(OWN)
        .filter_map(|event| if let Event::StartRequested { session, .. } = event { Some(session.0) } else { None });
    assert_eq!(sessions.collect::<Vec<_>>(), [1, 1, 2]);
}

#[test]
fn a_restart_names_every_recorder_before_it_that_was_not_seen_to_go() {
    let mut bench = recording();
    bench.command(Command::Restart(OWN));
    bench.run(s(60), named);
    bench.command(Command::Restart(OWN));
    let acquire = bench.take(CallKind::Acquire);
    assert!(matches!(&*acquire.call, Call::Acquire { siblings, .. } if siblings.len() == 2), "{acquire:?}");
}

#[test]
fn the_uid_of_an_unknown_start_is_not_taken_by_the_next_restart_but_that_of_the_lost_recorder_is() {
    let mut bench = recording();
    let channel = bench.view(OWN);
    let (main, backup) = (Some(channel.uid), channel.next_uid);
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    assert_eq!((bench.view(OWN).phase, bench.view(OWN).next_uid), (Phase::Lost, backup));
    bench.command(Command::Restart(OWN));
    bench.run(s(1), nobody_knows);
    assert_eq!((bench.view(OWN).phase, bench.view(OWN).next_uid), (Phase::StartUnknown, main));
}

/// A service that finds no recorder and answers no start that can be read.
fn nobody_knows(send: &Send) -> Option<(Outcome, Told)> {
    match send.call.kind() {
        CallKind::Start => Some((Outcome::Malformed, Told::default())),
        CallKind::Query => Some((Outcome::Missing, Told::default())),
        CallKind::Acquire | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => named(send),
    }
}

#[test]
fn a_lost_recorder_that_comes_back_while_its_restart_is_unknown_is_the_channels_again() {
    let mut bench = recording();
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    bench.command(Command::Restart(OWN));
    bench.run(s(300), nobody_knows);
    assert_eq!(bench.view(OWN).phase, Phase::StartUnknown);
    bench.run(s(120), named);
    assert_eq!(bench.view(OWN).phase, Phase::Recording);
}

#[test]
fn a_recorder_that_was_missed_while_a_restart_was_unknown_is_not_gone_back_to() {
    let mut bench = recording();
    bench.command(Command::Restart(OWN));
    bench.run(s(300), nobody_knows);
    assert!(bench.view(OWN).open_gap.is_some());
    bench.command(Command::Restart(OWN));
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified), "and not unknown without end");
}

#[test]
fn a_recording_is_asked_for_and_stopped_as_it_was_started_whatever_the_settings_say_by_now() {
    let mut bench = recording();
    let settings = &mut bench.roster.projects[0].channels[0];
    (settings.mode, settings.cname) = (Mode::Web, "renamed".parse().expect("valid"));
    bench.restart();
    let query = bench.take(CallKind::Query);
    assert!(matches!(&*query.call, Call::Query { mode: Mode::Mix, .. }), "{query:?}");
    bench.command(Command::Stop(OWN, StopWait::No));
    let stop = bench.take(CallKind::Stop);
    assert!(matches!(&*stop.call, Call::Stop { mode: Mode::Mix, cname, .. } if cname.as_str() == "c-1"), "{stop:?}");
}

#[test]
fn files_are_asked_for_when_each_mode_has_them() {
    for (mode, checks) in [(Mode::Mix, [15, 75]), (Mode::Web, [15, 75]), (Mode::Individual, [60, 120])] {
        let mut bench = Bench::new(mode.clone());
        bench.command(Command::Start(OWN));
        let (begun, mut asked) = (bench.now, Vec::new());
        bench.run(s(0), well);
        while let Some((at, why)) = bench.monitor.next_deadline(bench.now).filter(|(at, _)| at.since(begun) < s(200)) {
            if why == Why::FileName {
                asked.push(at.since(begun).as_secs());
            }
            bench.run(at.since(bench.now), well);
        }
        asked.dedup();
        assert_eq!(asked, checks, "{mode}");
    }
}

#[test]
fn a_told_file_is_held_against_the_naming_rules_of_the_mode() {
    let file = |name: &str| File { name: name.into(), track: None, user: None, began: None };
    let individual = "rec/s_c-1__uid_s_41__uid_e_audio.m3u8";
    for (mode, files, verdict, odd) in [
        (Mode::Mix, vec!["rec/s_c-1.m3u8"], Some(Verdict::AsPredicted), 0),
        (Mode::Mix, vec!["rec/bak0_s_c-1.m3u8"], Some(Verdict::Backup(0)), 0),
        (Mode::Mix, vec!["rec/bak0_s_c-1.m3u8", "rec/s_c-1.m3u8"], Some(Verdict::AsPredicted), 0),
        (Mode::Individual, vec![individual], Some(Verdict::AsPredicted), 0),
        (Mode::Mix, vec!["rec/other_c-1.m3u8", "rec/s_c-1_0.mp4"], None, 1),
    ] {
        let mut bench = Bench::new(mode.clone());
        bench.command(Command::Start(OWN));
        let told = Told { files: files.iter().map(|name| file(name)).collect(), ..Told::default() };
        bench.run(s(300), |send| match well(send) {
            Some((outcome @ Outcome::Status(_), _)) => Some((outcome, told.clone())),
            other => other,
        });
        let recording = bench.view(OWN).recording.expect("it records");
        match verdict {
            Some(verdict) => assert_eq!(recording.m3u8_verdict, Some(verdict), "{files:?}"),
            None => assert!(matches!(recording.m3u8_verdict, Some(Verdict::Different(_))), "{files:?}"),
        }
        assert_eq!(recording.odd_files.len(), odd, "{files:?}");
        let lines: Vec<_> = bench.told(OWN, BEGIN).into_iter().filter(|line| line.contains(" lists ")).collect();
        assert_eq!(lines.len(), 1, "told once: {lines:#?}");
        assert_eq!(lines[0].contains("not as predicted: rec/other_c-1.m3u8: "), odd > 0, "{lines:#?}");
        bench.restart();
    }
}

#[test]
fn an_acquire_that_gets_nothing_readable_is_not_told_as_50x() {
    let failed = |outcome: fn() -> Outcome| {
        let mut bench = Bench::new(Mode::Mix);
        bench.command(Command::Start(OWN));
        bench.run(s(120), but(CallKind::Acquire, || Some(outcome())));
        bench.view(OWN).phase
    };
    assert_eq!(failed(|| Outcome::Malformed), Phase::StartFailed(StartFailure::Unreadable));
    assert_eq!(failed(|| Outcome::ServerError), Phase::StartFailed(StartFailure::ServerErrors));
}

#[test]
fn a_third_restart_does_not_take_the_uid_of_an_unknown_start_either() {
    let mut bench = recording();
    let channel = bench.view(OWN);
    let main = Some(channel.uid);
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    bench.command(Command::Restart(OWN));
    bench.run(s(1), nobody_knows);
    assert_eq!((bench.view(OWN).phase, bench.view(OWN).next_uid), (Phase::StartUnknown, main));
    bench.command(Command::Restart(OWN));
    let refused = Outcome::Refused(Refusal::BadRequest);
    bench.run(s(1), |send| match send.call.kind() {
        CallKind::Acquire => Some((refused.clone(), Told::default())),
        CallKind::Start | CallKind::Query | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => {
            nobody_knows(send)
        }
    });
    assert_eq!((bench.view(OWN).phase, bench.view(OWN).next_uid), (Phase::StartUnknown, main));
}

#[test]
fn a_lost_recorder_that_comes_back_out_of_an_unknown_restart_was_no_blip() {
    let mut bench = recording();
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    bench.command(Command::Restart(OWN));
    bench.run(s(1), nobody_knows);
    bench.run(s(120), but(CallKind::Start, || Some(Outcome::Malformed)));
    assert_eq!(bench.view(OWN).gaps.last().map(|gap| gap.end), Some(GapEnd::CameBack));
}

#[test]
fn a_stop_that_came_to_nothing_does_not_change_whether_what_comes_back_out_of_an_unknown_restart_was_lost() {
    for (missed_for, end) in [(30, GapEnd::Blip), (300, GapEnd::CameBack)] {
        let mut bench = recording();
        bench.command(Command::ProbeNow(OWN));
        bench.run(s(missed_for), but(CallKind::Query, || Some(Outcome::Missing)));
        bench.command(Command::Restart(OWN));
        bench.run(s(1), nobody_knows);
        bench.command(Command::Stop(OWN, StopWait::No));
        bench.run(s(0), but(CallKind::Stop, || Some(Outcome::Refused(Refusal::BadRequest))));
        bench.run(s(120), named);
        let view = bench.view(OWN);
        assert_eq!((view.phase, view.gaps.last().map(|gap| gap.end)), (Phase::Recording, Some(end)), "{missed_for} s");
    }
}

#[test]
fn what_was_missed_beside_an_unknown_restart_and_comes_back_when_that_failed_was_never_lost() {
    let mut bench = recording();
    bench.command(Command::Restart(OWN));
    bench.run(s(1), nobody_knows);
    assert_eq!((bench.view(OWN).phase, bench.view(OWN).open_gap.is_some()), (Phase::StartUnknown, true));
    let first = bench.view(OWN).recording.expect("a recording").sid;
    bench.run(s(130), |send| match &*send.call {
        Call::Query { sid, .. } if *sid == first => Some((Outcome::ServerError, Told::default())),
        Call::Query { .. } => nobody_knows(send),
        Call::Acquire { .. } | Call::Start { .. } | Call::Stop { .. } | Call::Change { .. } => named(send),
    });
    assert_eq!(bench.view(OWN).recording.map(|own| own.sid), Some(first), "what was to replace it did not come");
    bench.run(s(120), named);
    assert_eq!(bench.view(OWN).gaps.last().map(|gap| gap.end), Some(GapEnd::Blip));
}

#[test]
fn a_recorder_that_was_not_verified_and_comes_beside_an_unknown_restart_was_not_restarted() {
    for refused in [false, true] {
        let mut bench = Bench::new(Mode::Mix);
        bench.command(Command::Start(OWN));
        bench.run(s(1), |_| None);
        bench.run(s(120), but(CallKind::Query, || Some(Outcome::Missing)));
        assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified));
        bench.command(Command::Restart(OWN));
        bench.run(s(1), nobody_knows);
        if refused {
            bench.command(Command::Stop(OWN, StopWait::No));
            bench.run(s(0), but(CallKind::Stop, || Some(Outcome::Refused(Refusal::BadRequest))));
        }
        bench.run(s(120), but(CallKind::Start, || Some(Outcome::Malformed)));
        let view = bench.view(OWN);
        assert_eq!((view.phase, view.gaps.last().map(|gap| gap.end)), (Phase::Recording, Some(GapEnd::CameBack)));
    }
}

#[test]
fn a_restart_that_is_verified_too_late_ends_the_gap_of_the_recorder_it_replaced_as_restarted() {
    let mut bench = recording();
    bench.run(s(300), but(CallKind::Query, || Some(Outcome::Missing)));
    bench.command(Command::Restart(OWN));
    bench.run(s(120), |send| if send.call.kind() == CallKind::Start { named(send) } else { nobody_knows(send) });
    assert_eq!(bench.view(OWN).phase, Phase::StartFailed(StartFailure::NotVerified));
    bench.run(s(120), named);
    let view = bench.view(OWN);
    assert_eq!((view.phase, view.gaps.last().map(|gap| gap.end)), (Phase::Recording, Some(GapEnd::Restarted)));
}

#[test]
fn a_recording_that_ended_is_not_asked_for_however_many_restarts_of_it_are_unknown() {
    let mut bench = recording();
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(1), but(CallKind::Query, || Some(Outcome::Status(ServiceStatus::Leaving(8)))));
    assert_eq!(bench.state(OWN), State::Ended);
    for _ in 0..2 {
        bench.command(Command::Restart(OWN));
        bench.run(s(60), nobody_knows);
        assert_eq!(bench.view(OWN).phase, Phase::StartUnknown);
    }
    let since = bench.now;
    bench.run(s(600), nobody_knows);
    assert_eq!(bench.probed_at(OWN, since), [0; 0]);
}
