//! The lives of recorders, each held against the truth to the millisecond.

use super::{Bench, START_MS};
use crate::sim::scenario::{Happening, Span};

fn a() -> String {
    "a".to_owned()
}

#[test]
fn a_recorder_walks_from_0_to_5_within_seconds() {
    let mut bench = Bench::with("qps = 1000000", "");
    let recording = bench.record("a", "1");
    let mut seen = Vec::new();
    for ms in 0..10_000 {
        seen.push(bench.at(ms).status(&recording).expect("it lives"));
    }
    assert!(seen.is_sorted());
    seen.dedup();
    assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
}

#[test]
fn a_death_is_404_for_good_and_ends_the_truth_there() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    bench.schedule(150_000, Happening::Die { cname: a() });
    assert_eq!(bench.at(149_999).status(&recording), Some(5));
    assert_eq!(bench.at(150_000).status(&recording), None);
    assert_eq!(bench.at(3_600_000).status(&recording), None);
    let journal = bench.journal();
    let life = journal.of_sid(&recording.sid).expect("a life");
    assert_eq!((life.ended_ms, life.uid), (Some(START_MS + 150_000), 1));
    assert_eq!(life.recorded.len(), 1);
    assert_eq!(life.recorded[0].to_ms, Some(START_MS + 150_000));
}

#[test]
fn a_failover_is_404_for_a_while_and_back_under_the_same_sid_with_bak_files() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    bench.schedule(60_000, Happening::FailOver { cname: a(), lasts: Span::secs(60) });
    assert_eq!(bench.at(60_000).status(&recording), None);
    assert_eq!(bench.at(119_999).status(&recording), None);
    assert_eq!(bench.stop(&recording).0, 404, "a stop finds no worker either");
    assert_eq!(bench.at(120_000).status(&recording), Some(4));
    let (_, body) = bench.at(130_000).query(&recording);
    assert_eq!(body["serverResponse"]["status"], 5);
    let name = body["serverResponse"]["fileList"][0]["fileName"].as_str().expect("a name");
    assert_eq!(name, format!("rec/bak0_{}_a.m3u8", recording.sid));
    let journal = bench.journal();
    let hole = journal.recorded("a", START_MS + 50_000, START_MS + 130_000);
    assert_eq!(
        hole,
        [50_000, 120_000]
            .map(|ms| START_MS + ms)
            .into_iter()
            .zip([60_000, 130_000].map(|ms| START_MS + ms))
            .collect::<Vec<_>>()
    );
    assert_eq!(journal.live_recorders("a", START_MS + 90_000).len(), 1, "it lives while it moves");
}

#[test]
fn the_fourth_failover_ends_the_recording() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    for nth in 1..=4 {
        bench.schedule(nth * 100_000, Happening::FailOver { cname: a(), lasts: Span::secs(10) });
    }
    assert_eq!(bench.at(320_000).status(&recording), Some(5));
    assert_eq!(bench.at(420_000).status(&recording), None);
    assert_eq!(bench.journal().lives[0].ended_ms, Some(START_MS + 400_000));
}

#[test]
fn nobody_publishing_for_max_idle_time_ends_it_through_6_7_8() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    bench.schedule(60_000, Happening::Publish { cname: a(), on: false });
    bench.schedule(80_000, Happening::Publish { cname: a(), on: true });
    bench.schedule(100_000, Happening::Publish { cname: a(), on: false });
    assert_eq!(bench.at(129_999).status(&recording), Some(5), "the first silence was too short");
    let seen = [130_000, 132_000, 134_000, 135_000].map(|ms| bench.at(ms).status(&recording));
    assert_eq!(seen, [Some(6), Some(7), Some(8), None]);
    assert_eq!(bench.journal().lives[0].ended_ms, Some(START_MS + 130_000));
}

#[test]
fn a_recorder_that_finds_nobody_waits_at_4_and_leaves() {
    let mut bench = Bench::new();
    let recording = bench.record("empty", "5");
    assert_eq!(bench.at(30_000).status(&recording), Some(4));
    assert_eq!(bench.at(36_000).stop(&recording).1["code"], 49, "leaving already");
    assert_eq!(bench.at(45_000).status(&recording), None);
}

#[test]
fn somebody_who_comes_late_is_recorded_all_the_same() {
    let mut bench = Bench::new();
    let recording = bench.record("empty", "5");
    bench.schedule(20_000, Happening::Publish { cname: "empty".to_owned(), on: true });
    let (_, body) = bench.at(60_000).query(&recording);
    assert_eq!(body["serverResponse"]["status"], 5);
    assert!(body["serverResponse"]["sliceStartTime"].as_i64() >= Some(START_MS + 20_000));
    assert_eq!(bench.stop(&recording).0, 200);
}

#[test]
fn an_abnormal_exit_says_20_and_later_404() {
    let mut bench = Bench::new();
    let recording = bench.record("a", "1");
    bench.schedule(60_000, Happening::AbnormalExit { cname: a() });
    assert_eq!(bench.at(60_000).status(&recording), Some(20));
    assert_eq!(bench.at(360_000).status(&recording), None);
    assert_eq!(bench.journal().lives[0].ended_ms, Some(START_MS + 60_000));
}

#[test]
fn a_user_with_the_same_uid_kicks_the_recorder_out_and_the_next_one_too() {
    let mut bench = Bench::new();
    let first = bench.record("a", "1");
    bench.schedule(60_000, Happening::SameUidUser { cname: a(), uid: 1, lasts: Span::secs(120) });
    assert_eq!(bench.at(60_500).stop(&first).1["code"], 49);
    assert_eq!(bench.at(64_000).status(&first), None);
    let second = bench.record("a", "1");
    assert!(bench.at(69_000).status(&second).is_some(), "status 4 for some seconds");
    assert_eq!(bench.at(80_000).status(&second), None);
    let other = bench.record("a", "2");
    bench.at(181_000);
    let third = bench.record("a", "1");
    let seen = [&other, &third].map(|recording| bench.at(200_000).status(recording));
    assert_eq!(seen, [Some(5), Some(5)]);
}

#[test]
fn a_stuck_start_never_gets_beyond_3_and_records_nothing() {
    let mut bench = Bench::new();
    bench.schedule(0, Happening::StuckStart { cname: a() });
    let stuck = bench.record("a", "1");
    assert_eq!(bench.at(100_000).status(&stuck), Some(3));
    assert_eq!(bench.journal().recorded("a", START_MS, START_MS + 100_000), []);
    assert_eq!(bench.stop(&stuck).0, 206);
    let next = bench.record("a", "2");
    assert_eq!(bench.at(120_000).status(&next), Some(5));
}

#[test]
fn happenings_befall_the_recorder_that_started_last() {
    let mut bench = Bench::new();
    let (old, new) = (bench.record("a", "1"), bench.at(10_000).record("a", "2"));
    bench.schedule(20_000, Happening::Die { cname: a() });
    bench.schedule(30_000, Happening::Die { cname: "b".to_owned() });
    assert_eq!([&old, &new].map(|recording| bench.at(40_000).status(recording)), [Some(5), None]);
    bench.schedule(50_000, Happening::IdleOut { cname: a() });
    assert_eq!(bench.at(51_000).status(&old), Some(6));
}

#[test]
fn what_befalls_a_recorder_is_written_down_with_its_moment() {
    let mut bench = Bench::with("qps = 1000", "");
    let idle = bench.record("empty", "5");
    let kicked = bench.record("a", "1");
    bench.schedule(60_000, Happening::SameUidUser { cname: a(), uid: 1, lasts: Span::secs(1) });
    let crashed = bench.at(70_000).record("a", "2");
    bench.schedule(80_000, Happening::AbnormalExit { cname: a() });
    let died = bench.at(90_000).record("a", "3");
    bench.schedule(100_000, Happening::Die { cname: a() });
    let stopped = bench.at(110_000).record("a", "4");
    bench.at(120_000).stop(&stopped);
    let moved = bench.at(130_000).record("a", "5");
    for nth in 0..4 {
        bench.schedule(140_000 + nth * 20_000, Happening::FailOver { cname: a(), lasts: Span::secs(10) });
    }
    let journal = bench.at(300_000).journal();
    assert!(journal.events.is_sorted_by_key(|event| event.at_ms));
    let of = |sid: &str| -> Vec<(i64, String)> {
        let ours = journal.events.iter().filter(|event| event.sid == sid);
        let told = ours.map(|event| (event.at_ms - START_MS, serde_json::json!(event)));
        told.map(|(at, event)| {
            let why = event["why"].as_str().map_or(String::new(), |why| format!(" {why}"));
            (at, format!("{}{why}", event["event"].as_str().expect("a word")))
        })
        .collect()
    };
    let line = |at: i64, what: &str| (at, what.to_owned());
    assert_eq!(of(&kicked.sid), [line(0, "started"), line(60_000, "kicked")]);
    assert_eq!(of(&crashed.sid), [line(70_000, "started"), line(80_000, "crashed")]);
    assert_eq!(of(&died.sid), [line(90_000, "started"), line(100_000, "died")]);
    assert_eq!(of(&stopped.sid), [line(110_000, "started"), line(120_000, "stopped")]);
    let moves = [140_000, 160_000, 180_000].map(|at| line(at, "moved"));
    assert_eq!(of(&moved.sid)[1..4], moves);
    assert_eq!(of(&moved.sid)[4..], [line(200_000, "left too_many_failovers")]);
    let left = of(&idle.sid);
    assert_eq!((left.len(), left[1].1.as_str()), (2, "left idle"));
    assert_eq!(Some(left[1].0 + START_MS), journal.of_sid(&idle.sid).expect("a life").ended_ms);
}
