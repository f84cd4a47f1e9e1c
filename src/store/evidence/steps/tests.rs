//! Whether evidence is all there after each step, and goes when it should: by the days, not by a clock that leapt.

use std::sync::Arc;

use super::*;
use crate::monitor::answer::{Answer, Outcome};
use crate::monitor::snapshot::Answered;
use crate::store::sample::{at, good, missing, probe};

const KEEP: Keep = Keep { raw_days: 3, hour_days: 10 };

fn store(channels: u32) -> (Store, Vec<ChannelId>) {
    let mut store = Store::in_memory().unwrap();
    let names: Vec<Arc<str>> = (0..channels).map(|n| format!("hall-{n}").into()).collect();
    let ids = store.channel_ids("court", &names).unwrap();
    (store, ids)
}

/// A probe every two minutes from the beginning of `day` on.
fn polls(channel: ChannelId, day: i64, many: i64) -> Vec<Probe> {
    let answer = |n| if n % 100 == 7 { missing() } else { good() };
    (0..many)
        .map(|n| Probe {
            latency_ms: u32::try_from(n % 90).unwrap(),
            ..probe(channel, day * DAY_MS + n * 120_000, answer(n))
        })
        .collect()
}

fn read(store: &Store, channel: ChannelId) -> Vec<Probe> {
    store.reader().unwrap().history(channel, at(i64::MIN / 2), at(i64::MAX / 2)).unwrap().probes
}

/// Steps until nothing is to do; what was done.
fn tidy(store: &mut Store, day: i64, keep: Keep) -> Vec<Step> {
    let now = at(day * DAY_MS + 2 * FRESH_MS);
    let steps = std::iter::repeat_with(|| store.tidy(now, keep).unwrap());
    steps.take_while(|step| *step != Step::AllDone).filter(|step| *step != Step::PassedBy).collect()
}

#[test]
fn packed_probes_read_the_same_and_take_fewer_rows() {
    let (mut store, ids) = store(2);
    let probes: Vec<_> = polls(ids[0], 100, 1_000);
    store.append(&[], &probes).unwrap();
    store.append(&[], &polls(ids[1], 100, 3)).unwrap();
    // The middle of the second day: 720 of the first are packed as 512 and the rest, and 280 of the second wait.
    let steps = tidy(&mut store, 101, KEEP);
    assert_eq!(steps, [Step::Packed(512), Step::Packed(208), Step::Packed(3)]);
    let left: i64 = store.db.query_row("SELECT count(*) FROM probe", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 280);
    assert_eq!(read(&store, ids[0]), probes);
    assert_eq!(
        store.reader().unwrap().history(ids[0], probes[500].at, probes[530].at).unwrap().probes,
        probes[500..=530]
    );
    assert_eq!(store.counts().unwrap().probes, 1_003);
    assert_eq!(store.last_probes().unwrap()[0].last.as_ref(), probes.last());
    assert_eq!(store.last_probes().unwrap()[1].last, polls(ids[1], 100, 3).pop(), "also where all are packed");
}

#[test]
fn what_is_fresh_stays_as_it_is_and_a_full_block_does_not_wait_for_the_night() {
    let (mut store, ids) = store(1);
    store.append(&[], &polls(ids[0], 100, 600)).unwrap();
    let within = at(100 * DAY_MS + FULL_AT_MS + FRESH_MS - 1);
    assert_eq!(store.tidy(within, KEEP).unwrap(), Step::AllDone);
    assert_eq!(store.tidy(within + std::time::Duration::from_millis(1), KEEP).unwrap(), Step::Packed(512));
}

/// When the 512th poll of a day has just come.
const FULL_AT_MS: i64 = 511 * 120_000 + 1;

#[test]
fn days_go_one_by_one_and_leave_their_hours() {
    let (mut store, ids) = store(1);
    for day in 100..105 {
        store.append(&[], &polls(ids[0], day, 720)).unwrap();
    }
    tidy(&mut store, 105, KEEP);
    let past = store.reader().unwrap().history(ids[0], at(0), at(i64::MAX / 2)).unwrap();
    assert_eq!(past.probes.first().map(|probe| day_of(probe.at.as_millis())), Some(102), "three days are kept");
    assert_eq!((past.hours.len(), past.skipped), (48, 0));
    let first = &past.hours[0];
    assert_eq!(first.from, at(100 * DAY_MS));
    let kind = |http, recording, times| Answered { http: Some(http), recording, times };
    assert_eq!(first.answers, [kind(200, true, 29), kind(404, false, 1)]);
    assert_eq!(first.latency_ms, [0, 15, 29]);
    assert_eq!(store.counts().unwrap().probes, 3 * 720);
}

#[test]
fn hours_go_as_well_when_their_time_is_over_and_the_channels_last_answers_stay() {
    let (mut store, ids) = store(1);
    store.append(&[], &polls(ids[0], 100, 720)).unwrap();
    (101..=112).for_each(|day| drop(tidy(&mut store, day, KEEP)));
    let past = store.reader().unwrap().history(ids[0], at(0), at(i64::MAX / 2)).unwrap();
    assert_eq!((past.probes.len(), past.hours.len()), (0, 0));
    let last = store.last_probes().unwrap();
    assert_eq!(last[0].last, None);
    assert_eq!(last[0].good_at, Some(at(100 * DAY_MS + 719 * 120_000)));
}

#[test]
fn a_clock_that_leaps_years_ahead_costs_two_days_and_not_all_of_them() {
    let (mut store, ids) = store(1);
    for day in 90..105 {
        store.append(&[], &polls(ids[0], day, 10)).unwrap();
    }
    tidy(&mut store, 94, Keep { raw_days: 4, ..KEEP });
    tidy(&mut store, 2_000, Keep { raw_days: 4, ..KEEP });
    tidy(&mut store, 2_000, Keep { raw_days: 4, ..KEEP });
    assert_eq!(read(&store, ids[0]).first().map(|probe| day_of(probe.at.as_millis())), Some(92));
}

#[test]
fn a_step_that_fails_changes_nothing() {
    let (mut store, ids) = store(1);
    let probes = polls(ids[0], 100, 720);
    store.append(&[], &probes).unwrap();
    store
        .db
        .execute_batch("CREATE TEMP TRIGGER no BEFORE DELETE ON probe BEGIN SELECT raise(ABORT, 'no'); END")
        .unwrap();
    assert!(store.tidy(at(102 * DAY_MS), KEEP).is_err());
    assert_eq!(read(&store, ids[0]), probes);
    store.db.execute_batch("DROP TRIGGER no").unwrap();
    assert_eq!(tidy(&mut store, 102, KEEP).len(), 2);
    assert_eq!(read(&store, ids[0]), probes);
}

#[test]
fn a_damaged_block_is_counted_and_the_rest_is_read() {
    let (mut store, ids) = store(1);
    store.append(&[], &polls(ids[0], 100, 720)).unwrap();
    tidy(&mut store, 102, KEEP);
    store.db.execute("UPDATE probe_block SET body = substr(body, 1, 40) WHERE probes = 512", []).unwrap();
    let past = store.reader().unwrap().history(ids[0], at(0), at(i64::MAX / 2)).unwrap();
    assert_eq!((past.probes.len(), past.skipped), (208, 512));
    // It goes in its time like any other.
    (103..=106).for_each(|day| drop(tidy(&mut store, day, KEEP)));
    assert_eq!(store.counts().unwrap().probes, 0);
}

#[test]
fn each_answer_keeps_its_words_although_thousands_of_others_came() {
    let (mut store, ids) = store(1);
    let answer = |n: i64| Answer { reason: Some(format!("request {n}").into()), ..Answer::bare(Outcome::ServerError) };
    let probes: Vec<_> = (0..700).map(|n| probe(ids[0], 100 * DAY_MS + n, answer(n % 350))).collect();
    store.append(&[], &probes).unwrap();
    tidy(&mut store, 102, KEEP);
    assert_eq!(read(&store, ids[0]), probes);
}
