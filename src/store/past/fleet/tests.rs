//! Whether the days tell the same as the facts they are made of, whatever day is made when.

use std::sync::Arc;

use super::*;
use crate::monitor::event::{Event, Record};
use crate::monitor::gap::{Gap, GapEnd, OpenGap};
use crate::monitor::phase::{Phase, Sight, StartCause};
use crate::store::Store;
use crate::store::evidence::DAY_MS;
use crate::store::past::build::Kept;
use crate::store::sample::{at, started};

const HOUR_MS: i64 = 3_600_000;

fn fact(channel: ChannelId, at_ms: i64, event: Event) -> Record {
    Record { at: at(at_ms), channel: Some(channel), event }
}

/// Ten days of two channels from day 100 on: sessions, losses over midnight, uncertain stretches.
fn filled(random: &mut fastrand::Rng) -> (Store, Vec<ChannelId>) {
    let mut store = Store::in_memory().unwrap();
    let ids = store.channel_ids("court", &[Arc::from("hall"), Arc::from("annex")]).unwrap();
    let mut records = Vec::new();
    for channel in &ids {
        let mut now = 100 * DAY_MS + random.i64(0..DAY_MS);
        records.push(started(*channel, now, StartCause::Start));
        while now < 110 * DAY_MS {
            now += random.i64(1_000..20 * HOUR_MS);
            let turn = |to| Event::PhaseChanged { to, answer: None };
            match random.u8(0..5) {
                0 => records.push(started(*channel, now, StartCause::Start)),
                1 => records.push(fact(*channel, now, turn(Phase::Recording))),
                2 => {
                    let since = at(now - random.i64(0..90_000));
                    records.push(fact(
                        *channel,
                        now,
                        Event::SightChanged { to: Sight::Uncertain, since, answer: None },
                    ));
                }
                3 => {
                    let gap = OpenGap { last_good: at(now - random.i64(0..HOUR_MS)), first_bad: at(now) };
                    records.push(fact(*channel, now, turn(Phase::Suspect)));
                    records.push(fact(*channel, now, Event::GapOpened { gap }));
                    now += random.i64(1_000..10 * HOUR_MS);
                    let OpenGap { last_good, first_bad } = gap;
                    let gap =
                        Gap { last_good, first_bad, last_bad: at(now - 500), first_good: at(now), end: GapEnd::Blip };
                    records.push(fact(*channel, now, Event::GapClosed { gap }));
                    records.push(fact(*channel, now, turn(Phase::Recording)));
                }
                _ => records.push(fact(*channel, now, turn(Phase::Lost))),
            }
        }
    }
    records.sort_by_key(|record| record.at);
    store.append(&records, &[]).unwrap();
    (store, ids)
}

/// Makes every day that is over at the beginning of `day`.
fn make(store: &mut Store, day: i64) {
    let now = begin_of(day);
    let reader = store.reader().unwrap();
    while let Some(due) = store.days_due(now).unwrap() {
        let mut made = reader.make_days(&due, now).unwrap();
        while store.keep_days(&mut made).unwrap() == Kept::Some {}
    }
}

fn windows(random: &mut fastrand::Rng) -> Vec<[Timestamp; 2]> {
    let mut moment = || at(random.i64(99 * DAY_MS..112 * DAY_MS) / 1_000 * 1_000);
    (0..20).map(|_| [moment(), moment()]).filter(|[from, to]| from < to).collect()
}

#[test]
fn days_and_facts_tell_the_same_in_every_window() {
    for seed in 0..40 {
        let mut random = fastrand::Rng::with_seed(seed);
        let (mut store, _) = filled(&mut random);
        let windows = windows(&mut random);
        let reader = store.reader().unwrap();
        let from_facts: Vec<_> = windows.iter().map(|[from, to]| reader.fleet(*from, *to).unwrap()).collect();
        for day in [103, 108, 113] {
            make(&mut store, day);
            for ([from, to], facts) in windows.iter().zip(&from_facts) {
                assert_eq!(&reader.fleet(*from, *to).unwrap(), facts, "seed {seed}, made up to {day}: {from} to {to}");
            }
        }
    }
}

#[test]
fn a_fact_that_reaches_far_back_undoes_the_days_it_speaks_of_and_those_after() {
    let mut random = fastrand::Rng::with_seed(3);
    let (mut store, ids) = filled(&mut random);
    make(&mut store, 113);
    let whole = [begin_of(100), begin_of(113)];
    let reader = store.reader().unwrap();
    let before = reader.fleet(whole[0], whole[1]).unwrap();
    let gap = OpenGap { last_good: begin_of(104), first_bad: begin_of(112) };
    store.append(&[fact(ids[0], 112 * DAY_MS, Event::GapOpened { gap })], &[]).unwrap();
    let drawn = reader.fleet(whole[0], whole[1]).unwrap();
    assert_ne!(drawn[&ids[0]], before[&ids[0]], "the past is drawn anew at once");
    assert_eq!(drawn[&ids[1]], before[&ids[1]]);
    make(&mut store, 114);
    assert_eq!(reader.fleet(whole[0], whole[1]).unwrap(), drawn, "and stays so when its days are made again");
}

#[test]
fn days_that_a_fact_overtook_while_they_were_made_are_not_kept() {
    let mut random = fastrand::Rng::with_seed(4);
    let (mut store, ids) = filled(&mut random);
    let reader = store.reader().unwrap();
    let due = store.days_due(begin_of(113)).unwrap().unwrap();
    let mut made = reader.make_days(&due, begin_of(113)).unwrap();
    let gap = OpenGap { last_good: begin_of(104), first_bad: begin_of(112) };
    store.append(&[fact(ids[0], 112 * DAY_MS, Event::GapOpened { gap })], &[]).unwrap();
    assert_eq!(store.keep_days(&mut made).unwrap(), Kept::Outdated);
    assert_eq!(store.days_due(begin_of(113)).unwrap(), Some(due));
}

#[test]
fn a_channel_without_facts_is_looked_at_once_a_day_and_not_for_ever() {
    let mut store = Store::in_memory().unwrap();
    store.channel_ids("court", &[Arc::from("hall")]).unwrap();
    make(&mut store, 113);
    assert_eq!(store.days_due(begin_of(113)).unwrap(), None);
    assert!(store.days_due(begin_of(114)).unwrap().is_some());
}

#[test]
fn damaged_days_are_read_from_the_facts_and_made_anew_when_asked_for() {
    let mut random = fastrand::Rng::with_seed(5);
    let (mut store, _) = filled(&mut random);
    let reader = store.reader().unwrap();
    let facts = reader.fleet(begin_of(100), begin_of(113)).unwrap();
    make(&mut store, 113);
    store.db.execute("UPDATE past_day SET body = x'00' WHERE day = 105", []).unwrap();
    assert_eq!(reader.fleet(begin_of(100), begin_of(113)).unwrap(), facts);
    let broken = |store: &Store| {
        let select = "SELECT count(*) FROM past_day WHERE length(body) = 1";
        store.db.query_row(select, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    assert!(broken(&store) > 0);
    store.undo_all_days().unwrap();
    make(&mut store, 113);
    assert_eq!(broken(&store), 0);
    assert_eq!(reader.fleet(begin_of(100), begin_of(113)).unwrap(), facts);
}
