//! Changes come to an end, whatever is answered, and say which.

use super::*;
use crate::monitor::answer::{NoAnswer, Refusal, ServiceStatus};
use crate::monitor::bench::{Bench, OWN, but, s, web, well};
use crate::monitor::ids::Mode;
use crate::monitor::io::{Command, Input, LogHealth, Send};
use crate::monitor::phase::{Blindness, State};
use crate::monitor::told::Told;

/// A channel that records.
fn recording(mode: Mode) -> Bench {
    let mut bench = Bench::new(mode);
    bench.command(Command::Start(OWN));
    bench.run(s(600), well);
    assert_eq!(bench.state(OWN), State::Recording);
    bench
}

fn change(kind: ChangeKind) -> Command {
    Command::Change(OWN, Change::new(kind, "in words", r#"{"CANARY":1}"#.into()))
}

/// When each change ended, and how.
fn results(bench: &Bench) -> impl Iterator<Item = (Timestamp, ChangeResult)> {
    bench.log.iter().filter_map(|record| {
        if let Event::ChangeEnded { result, .. } = &record.event { Some((record.at, *result)) } else { None }
    })
}

fn is_change(send: &Send) -> bool {
    matches!(send.call.kind(), CallKind::Update | CallKind::UpdateLayout)
}

/// Asks for a change of the layout and lets every try of it be answered so; the results and when they came, in ms.
fn ended(outcome: &Outcome) -> (Bench, Vec<(u128, ChangeResult)>, usize) {
    let mut bench = recording(Mode::Mix);
    let (asked, before) = (bench.now, bench.log.len());
    bench.command(change(ChangeKind::Layout));
    bench.run(s(90), but(CallKind::UpdateLayout, || Some(outcome.clone())));
    let tries = bench.log[before..].iter().filter(|record| matches!(record.event, Event::CallAnswered { .. })).count();
    let results = results(&bench).map(|(at, result)| (at.since(asked).as_millis(), result)).collect();
    (bench, results, tries)
}

#[test]
fn a_change_is_done_refused_or_has_no_recorder_at_the_first_clear_answer() {
    for (outcome, result) in [
        (Outcome::Updated, ChangeResult::Done),
        (Outcome::Refused(Refusal::BadRequest), ChangeResult::Refused),
        (Outcome::StaleResource, ChangeResult::Refused),
        (Outcome::Missing, ChangeResult::NoRecorder),
    ] {
        let (mut bench, results, tries) = ended(&outcome);
        assert_eq!((results, tries), (vec![(0, result)], 1), "{outcome:?}");
        assert_eq!(bench.view(OWN).changing, None);
        assert_eq!(bench.view(OWN).denials.of_change(ChangeKind::Layout), None, "another may follow");
        bench.restart();
    }
}

#[test]
fn an_unclear_answer_is_followed_by_the_same_request_after_3_6_and_9_s_and_then_it_is_unconfirmed() {
    for outcome in [Outcome::NotCompleted, Outcome::ServerError] {
        let (_, results, tries) = ended(&outcome);
        assert_eq!((results, tries), (vec![(18_000, ChangeResult::Unconfirmed)], 4), "{outcome:?}");
    }
}

#[test]
fn no_answer_of_the_service_is_tried_on_both_domains_and_in_the_end_unconfirmed() {
    let (bench, results, tries) = ended(&Outcome::Gateway);
    assert_eq!(results.iter().map(|(_, result)| *result).collect::<Vec<_>>(), [ChangeResult::Unconfirmed]);
    assert_eq!(tries, 16, "four rounds of four tries by the rule of the domains");
    let numbers = bench.events(OWN).filter_map(|event| {
        if let Event::CallAnswered { call: CallKind::UpdateLayout, attempt, .. } = event {
            Some(*attempt)
        } else {
            None
        }
    });
    assert!(numbers.eq(1..=16), "one row of tries");
}

#[test]
fn a_404_to_a_change_is_followed_by_a_query_at_once() {
    let mut bench = recording(Mode::Mix);
    let asked = bench.now;
    bench.command(change(ChangeKind::Layout));
    let (_, send) = bench.flying.pop().expect("on its way");
    bench.answer(&send, Outcome::Missing, Told::default());
    bench.run(s(1), |_| None);
    let queries: Vec<_> = bench.flying.iter().filter(|(_, send)| send.call.kind() == CallKind::Query).collect();
    assert_eq!(queries.len(), 1);
    assert!(queries[0].0.since(asked) < s(1));
    assert_eq!(bench.state(OWN), State::Recording, "a 404 to a change alone proves nothing");
}

#[test]
fn one_change_at_a_time_and_only_where_the_mode_knows_it() {
    let mut bench = recording(Mode::Mix);
    bench.command(change(ChangeKind::Hold));
    bench.command(change(ChangeKind::Layout));
    bench.command(change(ChangeKind::Subscribe));
    let told = bench.told(OWN, bench.now);
    assert!(told[0].contains("do not know such a change") && told[2].contains("a change is under way"), "{told:#?}");
    assert_eq!(bench.flying.iter().filter(|(_, send)| is_change(send)).count(), 1);
    assert!(told.iter().all(|line| !line.contains("CANARY")));
}

#[test]
fn a_stop_or_a_restart_overtakes_a_change_and_its_late_answer_is_only_logged() {
    for command in [Command::Stop(OWN, crate::monitor::event::StopWait::No), Command::Restart(OWN)] {
        let mut bench = recording(Mode::Mix);
        bench.command(change(ChangeKind::Layout));
        let (_, late) = bench.flying.iter().find(|(_, send)| is_change(send)).cloned().expect("it is on its way");
        bench.command(command);
        let ended = |event: &&Event| matches!(event, Event::ChangeEnded { .. });
        let overtaken = Event::ChangeEnded { kind: ChangeKind::Layout, result: ChangeResult::Overtaken, answer: None };
        assert_eq!(bench.events(OWN).filter(ended).collect::<Vec<_>>(), [&overtaken]);
        bench.answer(&late, Outcome::ServerError, Told::default());
        bench.run(s(60), but(CallKind::UpdateLayout, || None));
        assert_eq!(bench.events(OWN).filter(ended).count(), 1);
        assert!(!bench.flying.iter().any(|(_, send)| is_change(send) && send.id != late.id), "nothing is sent again");
        bench.restart();
    }
}

#[test]
fn during_a_stop_nothing_is_changed() {
    let mut bench = recording(Mode::Mix);
    bench.command(Command::Stop(OWN, crate::monitor::event::StopWait::No));
    assert_eq!(bench.view(OWN).denials.of_change(ChangeKind::Layout), Some(Denial::AlreadyStopping));
}

#[test]
fn a_kill_in_the_middle_leaves_it_interrupted_and_another_may_follow() {
    let mut bench = recording(Mode::Mix);
    bench.command(change(ChangeKind::Layout));
    bench.now = bench.now + s(30);
    let again = bench.now;
    bench.restart();
    assert!(bench.told(OWN, again)[0].contains("reelwatch ended before an answer came"));
    bench.command(change(ChangeKind::Layout));
    bench.run(s(1), well);
    assert!(bench.told(OWN, again).iter().any(|line| line.contains(": done")), "{:#?}", bench.told(OWN, again));
}

#[test]
fn a_wish_does_not_come_true_after_an_outage_or_a_sleep() {
    let mut asleep = recording(Mode::Mix);
    asleep.command(change(ChangeKind::Layout));
    asleep.run(s(1), but(CallKind::UpdateLayout, || Some(Outcome::ServerError)));
    let from = asleep.now;
    asleep.now = from + s(3600);
    asleep.feed(Input::Resumed { from, cause: Blindness::Asleep });

    let mut down = recording(Mode::Mix);
    down.command(change(ChangeKind::Layout));
    let dark = |_: &Send| Some((Outcome::NoAnswer(NoAnswer::Connect), Told::default()));
    down.run(s(300), dark);
    assert!(down.log.iter().any(|record| matches!(record.event, Event::NetworkLost { .. })));

    for mut bench in [asleep, down] {
        let ended: Vec<_> = results(&bench).map(|(_, result)| result).collect();
        assert_eq!(ended, [ChangeResult::Unconfirmed]);
        bench.flying.clear();
        bench.run(s(300), but(CallKind::UpdateLayout, || None));
        assert!(!bench.flying.iter().any(|(_, send)| is_change(send)), "sent late");
    }
}

#[test]
fn a_change_whose_intent_is_not_on_disk_was_not_sent_unless_an_earlier_try_was() {
    for (tries, result) in [(0, ChangeResult::NotSaved), (1, ChangeResult::Unconfirmed)] {
        let mut bench = recording(Mode::Mix);
        bench.command(change(ChangeKind::Layout));
        for _ in 0..tries {
            let at = bench.flying.iter().position(|(_, send)| is_change(send)).expect("on its way");
            let (_, send) = bench.flying.remove(at);
            bench.answer(&send, Outcome::ServerError, Told::default());
            bench.run(s(4), but(CallKind::UpdateLayout, || None));
        }
        let (_, send) = bench.flying.iter().find(|(_, send)| is_change(send)).cloned().expect("on its way");
        bench.feed(Input::NotSaved(send.id));
        assert!(matches!(bench.events(OWN).last(), Some(Event::ChangeEnded { result: r, .. }) if *r == result));
        bench.feed(Input::Log(LogHealth::Failing));
        bench.command(change(ChangeKind::Layout));
        assert!(bench.told(OWN, bench.now).last().is_some_and(|line| line.contains("the log cannot be written")));
    }
}

#[test]
fn a_web_recording_pauses_after_its_change_and_a_query_that_says_otherwise_is_right() {
    let mut bench = recording(Mode::Web);
    bench.command(change(ChangeKind::Hold));
    bench.run(s(0), but(CallKind::Query, || None));
    assert!(bench.view(OWN).is_held() && bench.state(OWN) == State::Recording);

    let running = |send: &Send| {
        let status = Outcome::Status(ServiceStatus::InProgress);
        if send.call.kind() == CallKind::Query { Some((status, web(Hold::Running))) } else { well(send) }
    };
    let since = bench.now;
    bench.run(s(300), running);
    assert!(!bench.view(OWN).is_held());
    let told = bench.told(OWN, since);
    assert_eq!(told.iter().filter(|line| line.contains("pauses no longer")).count(), 1, "{told:#?}");
    bench.restart();
    assert!(!bench.view(OWN).is_held());

    let held = |send: &Send| {
        let status = Outcome::Status(ServiceStatus::InProgress);
        if send.call.kind() == CallKind::Query { Some((status, web(Hold::Held))) } else { well(send) }
    };
    bench.run(s(300), held);
    assert!(bench.view(OWN).is_held(), "somebody else paused it");
    bench.restart();
    assert!(bench.view(OWN).is_held(), "and the log knows");
}

#[test]
fn a_query_that_was_asked_before_the_change_does_not_speak_against_it() {
    let mut bench = recording(Mode::Web);
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(1), but(CallKind::Query, || None));
    let (_, query) = bench.flying.pop().expect("asked");
    bench.command(change(ChangeKind::Hold));
    bench.run(s(0), but(CallKind::Query, || None));
    bench.answer(&query, Outcome::Status(ServiceStatus::InProgress), web(Hold::Running));
    assert!(bench.view(OWN).is_held());
}

#[test]
fn a_new_recorder_does_not_inherit_the_pause_of_the_one_before() {
    let mut bench = recording(Mode::Web);
    let held = |send: &Send| {
        let status = Outcome::Status(ServiceStatus::InProgress);
        if send.call.kind() == CallKind::Query { Some((status, web(Hold::Held))) } else { well(send) }
    };
    bench.run(s(300), held);
    assert!(bench.view(OWN).is_held());
    let before = bench.view(OWN).recording.map(|recording| recording.sid);
    bench.command(Command::Restart(OWN));
    let started = Outcome::Started(crate::monitor::ids::Sid::new("another"));
    bench.run(s(2), |send| match send.call.kind() {
        CallKind::Query => None,
        CallKind::Start => Some((started.clone(), Told::default())),
        CallKind::Acquire | CallKind::Update | CallKind::UpdateLayout | CallKind::Stop => well(send),
    });
    let view = bench.view(OWN);
    assert_ne!(view.recording.as_ref().map(|recording| recording.sid.clone()), before, "it has started");
    assert!(!view.is_held() && view.web.is_none(), "nobody has asked it yet");
}

#[test]
fn while_a_change_is_on_its_way_or_waits_for_its_next_try_it_is_not_sent_again() {
    let mut bench = recording(Mode::Mix);
    bench.command(change(ChangeKind::Layout));
    bench.run(s(300), but(CallKind::UpdateLayout, || None));
    assert_eq!(bench.in_flight(CallKind::UpdateLayout), 1, "whatever polls came meanwhile");
    let send = bench.take(CallKind::UpdateLayout);
    bench.answer(&send, Outcome::ServerError, Told::default());
    bench.run(s(1), |_| None);
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(1), but(CallKind::UpdateLayout, || None));
    assert_eq!(bench.in_flight(CallKind::UpdateLayout), 0, "its 3 s are not over");
    bench.run(s(1), but(CallKind::UpdateLayout, || None));
    assert_eq!(bench.in_flight(CallKind::UpdateLayout), 1);
}
