//! The bounds of gaps, whose answer an answer is, and how often an unclear one is asked for again.

use std::collections::BTreeMap;

use super::*;
use crate::monitor::Monitor;
use crate::monitor::answer::{Answer, NoAnswer, Outcome, Refusal, ServiceStatus};
use crate::monitor::band::BandKind;
use crate::monitor::bench::{BEGIN, Bench, OWN, adoptee, but, named, s};
use crate::monitor::channel::Seen;
use crate::monitor::event::{CallKind, StopWait};
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::ids::{ChannelId, Mode};
use crate::monitor::io::{Answered, Command, Input};
use crate::monitor::phase::State;
use crate::monitor::policy::Policy;
use crate::monitor::told::Told;

/// A channel that has recorded for so many seconds.
fn recording(seconds: u64) -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    bench.command(Command::Start(OWN));
    bench.run(s(seconds), named);
    bench
}

fn missing(bench: &mut Bench, seconds: u64) {
    bench.run(s(seconds), but(CallKind::Query, || Some(Outcome::Missing)));
}

fn open_gap(bench: &mut Bench) -> OpenGap {
    bench.view(OWN).open_gap.expect("open").0
}

#[test]
fn a_gap_lies_between_the_last_good_and_the_first_bad_query_and_the_last_bad_and_the_first_good_one() {
    let mut bench = recording(600);
    let good = bench.probes.last().expect("asked").at;
    let lost = bench.probes.len();
    missing(&mut bench, 300);
    let bad = bench.probes[lost].at;
    assert_eq!(open_gap(&mut bench), OpenGap { last_good: good, first_bad: bad });
    let last_bad = bench.probes.last().expect("asked").at;
    bench.run(s(120), named);
    let first_good = bench.probes.iter().find(|probe| probe.at > last_bad).expect("asked").at;
    let gap = Gap { last_good: good, first_bad: bad, last_bad, first_good, end: GapEnd::CameBack };
    assert_eq!(bench.view(OWN).gaps, [gap]);
}

#[test]
fn the_gap_of_a_new_session_does_not_begin_before_its_recorder() {
    let mut bench = recording(600);
    bench.command(Command::Stop(OWN, StopWait::No));
    bench.run(s(600), named);
    bench.command(Command::Start(OWN));
    bench.run(s(0), named);
    let started = bench.now;
    bench.run(s(10), but(CallKind::Query, || Some(Outcome::Status(ServiceStatus::Leaving(7)))));
    assert_eq!(open_gap(&mut bench).last_good, started);
}

#[test]
fn the_bounds_that_a_store_remembers_are_widened_by_the_longest_try() {
    // It knows when answers came, and they speak of a moment up to 10 s before.
    let mut bench = recording(600);
    let good = bench.now;
    bench.now = good + s(5);
    let seen = Seen { last: None, last_good: Some(good), last_bad: None };
    bench.restart_with(&BTreeMap::from([(OWN, seen)]));
    missing(&mut bench, 300);
    assert_eq!(open_gap(&mut bench).last_good, good - s(10));

    let first_bad = open_gap(&mut bench).first_bad;
    bench.restart();
    bench.run(s(1), named);
    let gap = bench.view(OWN).gaps[0];
    assert_eq!(gap.last_bad, first_bad - s(10), "all that the log alone can tell");
}

#[test]
fn a_recording_whose_last_answer_came_in_the_very_moment_the_program_begins_again_is_asked_for_at_once() {
    // As when the clock was set back meanwhile: the log's time then stands still until it is caught up with.
    let mut bench = recording(600);
    let again = bench.now;
    let seen = Seen { last: None, last_good: Some(again), last_bad: None };
    bench.restart_with(&BTreeMap::from([(OWN, seen)]));
    bench.run(s(1), named);
    assert_eq!(bench.probed_at(OWN, again), [0]);
    assert_eq!(bench.view(OWN).sight, Sight::Clear);
}

#[test]
fn a_late_answer_about_the_recorder_of_the_session_before_is_not_shown_as_one_about_the_new_one() {
    let mut bench = recording(60);
    bench.command(Command::ProbeNow(OWN));
    let late = bench.take(CallKind::Query);
    for command in [Command::Stop(OWN, StopWait::No), Command::Start(OWN)] {
        bench.command(command);
        bench.run(s(0), named);
    }
    bench.answer(&late, Outcome::Throttled, Told::default());
    let view = bench.view(OWN);
    assert!(view.last_probe.is_none() && !view.throttled, "nobody has asked for the new one yet");
}

#[test]
fn a_recorder_that_says_it_prepares_in_the_middle_of_a_recording_is_asked_again_after_5_10_15_and_every_30_s() {
    let mut bench = recording(60);
    bench.command(Command::ProbeNow(OWN));
    let asked = bench.now;
    bench.run(s(100), but(CallKind::Query, || Some(Outcome::Status(ServiceStatus::Preparing(1)))));
    assert_eq!(bench.probed_at(OWN, asked), [0, 5, 15, 30, 60, 90]);
    assert_eq!((bench.view(OWN).phase, bench.view(OWN).sight), (Phase::Recording, Sight::Uncertain));
}

#[test]
fn a_query_that_was_not_made_comes_again_after_a_poll_interval_and_not_at_once() {
    let mut bench = recording(600);
    bench.command(Command::ProbeNow(OWN));
    let query = bench.take(CallKind::Query);
    bench.feed(Input::NotSaved(query.id));
    let failed = bench.now;
    bench.run(s(130), named);
    assert_eq!(bench.probed_at(OWN, failed), [120]);
}

#[test]
fn a_query_that_the_operator_asks_for_goes_ahead_of_a_poll_of_the_same_channel_that_waits_for_the_quota() {
    let mut bench = Bench::new(Mode::Mix);
    bench.adopt((2..=300).map(|id| adoptee(id, Mode::Mix)).collect());
    bench.run(s(2), named);
    let last = ChannelId(300);
    assert!(bench.probed_at(last, BEGIN).is_empty(), "it waits for those before it");
    bench.command(Command::ProbeNow(last));
    bench.run(s(1), named);
    assert_eq!(bench.probed_at(last, BEGIN).len(), 1, "one query serves both");
}

/// A suspicion just begun, while the budget for repeats is spent.
fn suspect_on_no_budget() -> Bench {
    let mut bench = Bench::new(Mode::Mix);
    let policy = &mut bench.roster.projects[0].policy;
    (policy.retry_percent, policy.retry_floor_percent, policy.retry_burst) = (0, 0, 0);
    bench.monitor = Monitor::new(bench.roster.clone(), Policy::default());
    bench.command(Command::Start(OWN));
    bench.run(s(600), named);
    bench.command(Command::ProbeNow(OWN));
    let query = bench.take(CallKind::Query);
    bench.answer(&query, Outcome::Missing, Told::default());
    bench
}

#[test]
fn a_suspicion_is_cleared_at_its_own_pace_whatever_the_budget_for_repeats_says() {
    let mut bench = suspect_on_no_budget();
    let asked = bench.now;
    bench.run(s(36), but(CallKind::Query, || Some(Outcome::ServerError)));
    assert_eq!(bench.probed_at(OWN, asked), [0, 5, 10, 20, 35]);
    missing(&mut bench, 84);
    assert_eq!(bench.state(OWN), State::Lost, "404s on both sides of less than 90 s are one span");
}

#[test]
fn a_suspicion_that_no_query_clears_for_five_minutes_is_an_incident_as_any_uncertainty() {
    let mut bench = suspect_on_no_budget();
    let suspected = bench.now;
    bench.run(s(400), but(CallKind::Query, || Some(Outcome::ServerError)));
    assert_eq!(bench.state(OWN), State::Suspect, "nothing else is known");
    let opened = bench.log.iter().find(|record| matches!(record.event, Event::IncidentOpened { .. })).expect("one");
    assert_eq!(opened.at, suspected + Policy::default().uncertain_alarms_after);
    assert!(bench.view(OWN).is_counted_anew(bench.now));
    while bench.view(OWN).is_counted_anew(bench.now) {
        missing(&mut bench, 1);
    }
    let again = bench.now;
    missing(&mut bench, 60);
    assert_eq!(bench.state(OWN), State::Suspect);
    missing(&mut bench, 31);
    assert_eq!(bench.state(OWN), State::Lost);
    assert!(bench.now.since(again) >= Policy::default().lost_after);
}

#[test]
fn two_404s_on_both_sides_of_a_refusal_that_lasted_as_long_as_a_failover_are_no_span() {
    let mut bench = recording(600);
    bench.command(Command::ProbeNow(OWN));
    let query = bench.take(CallKind::Query);
    bench.answer(&query, Outcome::Missing, Told::default());
    bench.run(s(100), but(CallKind::Query, || Some(Outcome::Refused(Refusal::NoRoute))));
    while bench.state(OWN) == State::ConfigError {
        missing(&mut bench, 1);
    }
    assert_eq!(bench.state(OWN), State::Suspect);
}

#[test]
fn while_queries_fail_for_as_long_as_a_failover_may_take_no_time_counts_towards_a_loss() {
    for (fails, lost_after) in [(60, 90), (100, 200)] {
        let mut bench = recording(600);
        bench.command(Command::ProbeNow(OWN));
        let query = bench.take(CallKind::Query);
        bench.answer(&query, Outcome::Missing, Told::default());
        bench.run(s(fails), but(CallKind::Query, || Some(Outcome::ServerError)));
        while bench.state(OWN) != State::Lost {
            missing(&mut bench, 1);
        }
        let suspected = bench.view(OWN).open_gap.expect("open").0.first_bad;
        let lost = bench.now.since(suspected).as_secs();
        assert!((lost_after..lost_after + 20).contains(&lost), "50x for {fails} s: lost after {lost} s");
    }
}

#[test]
fn the_end_of_a_gap_by_a_stop_is_no_last_good_answer() {
    let mut bench = recording(600);
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(30), but(CallKind::Query, || Some(Outcome::Missing)));
    bench.command(Command::Stop(OWN, StopWait::No));
    bench.run(s(1), named);
    assert_eq!(bench.view(OWN).gaps.last().map(|gap| gap.end), Some(GapEnd::Stopped));
    bench.restart();
    assert_eq!(bench.view(OWN).last_good, None, "nothing was good at that moment");
}

#[test]
fn what_is_kept_of_an_answer_says_how_long_it_took() {
    let mut bench = recording(600);
    bench.command(Command::ProbeNow(OWN));
    bench.command(Command::Stop(OWN, StopWait::No));
    for latency in [120, 250] {
        let (_, send) = bench.flying.remove(0);
        let (outcome, told) = named(&send).expect("an answer");
        let latency = Duration::from_millis(latency);
        let answered = Answered { id: send.id, latency, answer: Answer::bare(outcome), told, raw: None };
        bench.feed(Input::Answered(Box::new(answered)));
    }
    let of_call =
        |event: &Event| if let Event::CallAnswered { latency_ms, .. } = event { Some(*latency_ms) } else { None };
    let call = bench.events(OWN).filter_map(of_call).last();
    let probe = bench.probes.last().map(|probe| probe.latency_ms);
    let mut kept = [probe, call].map(Option::unwrap_or_default);
    kept.sort_unstable();
    assert_eq!(kept, [120, 250]);
}

#[test]
fn between_the_last_good_answer_and_the_first_404_the_band_reads_possibly_lost() {
    let mut bench = recording(600);
    let good = bench.probes.last().expect("polls").at;
    bench.command(Command::ProbeNow(OWN));
    bench.run(s(1), but(CallKind::Query, || Some(Outcome::Missing)));
    let bad = bench.probes.iter().find(|probe| probe.answer.outcome == Outcome::Missing).expect("a 404").at;
    let spans: Vec<_> = bench.view(OWN).band.spans(bench.now).collect();
    let [.., lost, suspect] = spans[..] else { panic!("{spans:?}") };
    assert_eq!((lost.from, lost.to, lost.kind), (good, bad, BandKind::PossiblyLost));
    assert_eq!((suspect.from, suspect.kind), (bad, BandKind::State(State::Suspect)));
}

#[test]
fn a_light_probe_that_is_answered_after_the_outage_makes_none_of_it_uncertain() {
    let mut bench = recording(600);
    let other = adoptee(7, Mode::Mix);
    let beside = other.channel.id;
    assert_eq!(bench.adopt(vec![other]), [Ok(())]);
    bench.run(s(300), named);
    bench.run(s(300), |_| Some((Outcome::NoAnswer(NoAnswer::Connect), Told::default())));
    assert_eq!(bench.state(OWN), State::NotObserved);
    while !bench.flying.iter().any(|(_, send)| send.channel == OWN) {
        bench.run(s(1), |send| {
            (send.channel == beside).then(|| (Outcome::NoAnswer(NoAnswer::Connect), Told::default()))
        });
    }
    while bench.state(beside) == State::NotObserved {
        bench.run(s(1), |send| if send.channel == beside { named(send) } else { None });
    }
    let (back, probe) = (bench.now, bench.flying.iter().position(|(_, send)| send.channel == OWN).expect("it flies"));
    let (_, probe) = bench.flying.remove(probe);
    bench.answer(&probe, Outcome::ServerError, Told::default());
    assert_eq!(bench.state(OWN), State::Uncertain);
    let seen = BandKind::State(State::NotObserved);
    let spans: Vec<_> = bench.view(OWN).band.spans(bench.now + s(9)).collect();
    let [.., unseen, uncertain] = spans[..] else { panic!("{spans:?}") };
    assert_eq!((unseen.kind, uncertain.kind), (seen, BandKind::State(State::Uncertain)));
    assert!(back.since(uncertain.from) <= s(1), "not before the network was back: {spans:?}, {back:?}");
}
