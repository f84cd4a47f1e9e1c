//! The whole demo, played in one go: every answer agrees with the journal, and playing it again makes the same bytes.

use super::{Bench, Recording, START_MS, answer};
use crate::sim::DEMO;
use crate::sim::cloud::{Reply, SimCloud, What};
use crate::sim::journal::Journal;
use crate::sim::scenario::Scenario;

/// One query and what came.
struct Seen {
    at_ms: i64,
    sid: String,
    reply: Reply,
}

/// Starts every channel of the demo and queries each every 7 s for an hour.
fn play(seed: u64) -> (Vec<Seen>, Journal) {
    let mut scenario = Scenario::parse(DEMO).unwrap_or_else(|error| panic!("{error}"));
    scenario.service.qps = u32::MAX;
    let channels = scenario.channels.clone();
    let mut bench = Bench { cloud: SimCloud::new(scenario, seed, START_MS), now_ms: START_MS, domain: 1 };
    let recordings: Vec<Recording> =
        channels.iter().map(|channel| bench.record(&channel.cname, &channel.main_uid.to_string())).collect();
    let mut seen = Vec::new();
    for second in (1..3_600).step_by(7) {
        bench.at(second * 1_000 + 13);
        for (index, recording) in recordings.iter().enumerate() {
            bench.domain = index % 2;
            let reply = bench.query_reply(recording);
            seen.push(Seen { at_ms: bench.now_ms, sid: recording.sid.clone(), reply });
        }
    }
    let journal = bench.journal();
    (seen, journal)
}

#[test]
fn status_4_and_5_are_answered_exactly_while_the_journal_says_recording() {
    for seed in 1..=5 {
        let (seen, journal) = play(seed);
        let (mut good, mut missing) = (0, 0);
        for Seen { at_ms, sid, reply } in seen {
            let life = journal.of_sid(&sid).expect("every recorder has a life");
            let What::Response(response) = &reply.what else { continue };
            let Ok(body) = serde_json::from_slice::<serde_json::Value>(&response.body) else { continue };
            let status = body["serverResponse"]["status"].as_i64();
            match (response.status, status) {
                (200, Some(4 | 5)) => {
                    good += 1;
                    assert!(life.records_at(at_ms), "seed {seed}, {sid} at {at_ms}: answered, not recording");
                }
                (200, Some(_)) | (404, None) => {
                    missing += 1;
                    assert!(!life.records_at(at_ms), "seed {seed}, {sid} at {at_ms}: recording, answered {status:?}");
                }
                (_, _) => {}
            }
        }
        assert!(good > 8_000 && missing > 500, "seed {seed}: {good} good, {missing} missing");
    }
}

#[test]
fn the_same_seed_and_requests_make_the_same_bytes_and_another_seed_others() {
    let (first, first_journal) = play(42);
    let (second, second_journal) = play(42);
    assert_eq!(first_journal, second_journal);
    assert!(first.iter().zip(&second).all(|(one, other)| one.reply == other.reply));
    let (_, other_journal) = play(43);
    assert_ne!(first_journal, other_journal);
}

#[test]
fn the_demos_first_minutes_hold_one_of_everything() {
    let (seen, journal) = play(Scenario::parse(DEMO).unwrap_or_else(|error| panic!("{error}")).seed);
    let life = |cname: &str| journal.lives.iter().find(|life| life.cname == cname).expect("started");
    let minute = |ms: i64| (ms - START_MS) / 60_000;
    assert_eq!(life("court-03").ended_ms, Some(START_MS + 150_000));
    assert_eq!(life("arena-01-main").recorded.len(), 3, "two failovers");
    let idle_out = life("class-7b-algebra").ended_ms;
    assert_eq!(idle_out, Some(START_MS + 360_000), "half a minute of silence, as the bench's starts ask for");
    let refused = seen.iter().filter(|seen| seen.reply.what == What::Refused).map(|seen| minute(seen.at_ms));
    assert_eq!((refused.clone().min(), refused.max()), (Some(8), Some(39)), "one domain is dark, later the other");
    let unanswered = seen.into_iter().filter(|seen| minute(seen.at_ms) == 6).filter(|seen| match &seen.reply.what {
        What::Response(response) => response.status == 504 && answer(seen.reply.clone()).1["code"] == 62,
        What::Cut(_) | What::Drip { .. } | What::Reset | What::Refused | What::Stall => false,
    });
    assert!(unanswered.count() > 30, "the burst of the sixth minute");
}
