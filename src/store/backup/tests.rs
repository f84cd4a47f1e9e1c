//! Whether the copy holds what the log holds, costs what is new, and comes back when it is wanted.

use std::sync::Arc;

use rusqlite::types::Value;

use super::*;
use crate::monitor::event::Event;
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::StartCause;
use crate::store::Store;
use crate::store::evidence::DAY_MS;
use crate::store::evidence::steps::{Keep, Step};
use crate::store::sample::{adopted, at, everywhere, good, probe, started};

const KEEP: Keep = Keep { raw_days: 3, hour_days: 5 };

/// All rows of what a copy holds.
fn content(path: &Path) -> Vec<(String, Vec<Vec<Value>>)> {
    let db = Connection::open(path).unwrap();
    let tables = [
        "log_id",
        "channel",
        "event",
        "host",
        "answer",
        "probe",
        "probe_summary",
        "probe_block",
        "probe_hours",
        "horizon",
    ];
    let rows = |table: &str| {
        let mut select = db.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2")).unwrap();
        let columns = select.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        select.query_map([], row).unwrap().collect::<rusqlite::Result<Vec<Vec<Value>>>>().unwrap()
    };
    tables.map(|table| (table.to_owned(), rows(table))).to_vec()
}

fn day_of_life(store: &mut Store, channel: ChannelId, day: i64) {
    let polls: Vec<_> = (0..600).map(|n| probe(channel, day * DAY_MS + n * 120_000, good())).collect();
    store.append(&[started(channel, day * DAY_MS, StartCause::Start)], &polls).unwrap();
    let now = at((day + 1) * DAY_MS + 2 * 3_600_000);
    while !matches!(store.tidy(now, KEEP).unwrap(), Step::AllDone) {}
}

fn opened(folder: &tempfile::TempDir) -> (Store, PathBuf, ChannelId) {
    let log = folder.path().join("a log's name.db");
    let mut store = Store::open(&log).unwrap();
    let channel = store.channel_ids("court", &[Arc::from("hall")]).unwrap()[0];
    (store, log, channel)
}

#[test]
fn after_each_time_the_copy_holds_what_the_log_holds() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log, channel) = opened(&folder);
    for day in 100..110 {
        day_of_life(&mut store, channel, day);
        let done = back_up(&log).unwrap();
        assert_eq!((done.new_facts, done.facts), (1, u64::try_from(day).unwrap() - 99));
        assert_eq!(content(&path_of(&log)), content(&log), "day {day}");
    }
    assert!(Store::open(&path_of(&log)).unwrap().notes().is_empty(), "it is a log like any other");
}

#[test]
fn a_copy_of_another_log_is_kept_and_a_new_one_begun() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log, channel) = opened(&folder);
    day_of_life(&mut store, channel, 100);
    back_up(&log).unwrap();
    let first = content(&path_of(&log));
    drop(store);
    fs::remove_file(&log).unwrap();
    let (mut store, ..) = opened(&folder);
    store.append(&[everywhere(1, Event::WatchEnded)], &[]).unwrap();
    assert_eq!(back_up(&log).unwrap().facts, 1);
    assert_eq!(content(&path_of(&log)), content(&log));
    assert_eq!(content(&with_suffix(&path_of(&log), ".of-another-log-1")), first);
}

#[test]
fn a_damaged_log_comes_back_from_its_copy_and_nothing_is_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log, channel) = opened(&folder);
    day_of_life(&mut store, channel, 100);
    back_up(&log).unwrap();
    let before = content(&log);
    assert!(matches!(restore(&log), Err(StoreError::InUse { .. })), "not while somebody writes it");
    drop(store);
    fs::write(&log, [0_u8; 8_192]).unwrap();
    drop(Store::open(&log).unwrap());
    let restored = restore(&log).unwrap();
    assert_eq!(restored.facts, 1);
    let kept_as = restored.kept_as.unwrap();
    assert!(kept_as.ends_with("a log's name.db.replaced-1") && kept_as.exists());
    assert!(with_suffix(&log, ".damaged-1").exists());
    assert_eq!(content(&log), before);
    assert_eq!(Store::open(&log).unwrap().last_probes().unwrap().len(), 1);
}

#[test]
fn what_was_started_since_the_copy_and_still_runs_is_told_as_the_import_takes_it() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log, channel) = opened(&folder);
    let other = store.channel_ids("court", &[Arc::from("annex")]).unwrap()[0];
    store.append(&[adopted(channel, 5)], &[]).unwrap();
    back_up(&log).unwrap();
    let stopped = |channel, ms| Record {
        at: at(ms),
        channel: Some(channel),
        event: Event::Stopped { result: crate::monitor::phase::StopResult::AlreadyGone },
    };
    let later = Sid::new("later");
    let mut new = adopted(other, 7);
    if let Event::Adopted { sid, .. } = &mut new.event {
        *sid = later.clone();
    }
    store.append(&[adopted(other, 6), stopped(other, 6), new], &[]).unwrap();
    drop(store);
    let restored = restore(&log).unwrap();
    let [line] = restored.unknown.as_slice() else { panic!("{restored:?}") };
    let row: serde_json::Value = serde_json::from_str(line).unwrap();
    assert_eq!((&row["sid"], &row["name"], &row["mode"]), (&later.as_str().into(), &"annex".into(), &"mix".into()));
}

#[test]
fn no_copy_and_a_broken_one_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log, channel) = opened(&folder);
    day_of_life(&mut store, channel, 100);
    drop(store);
    let before = fs::read(&log).unwrap();
    assert!(matches!(restore(&log), Err(StoreError::NoBackup { .. })));
    back_up(&log).unwrap();
    let mut bytes = fs::read(path_of(&log)).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xAA);
    fs::write(path_of(&log), &bytes).unwrap();
    let error = restore(&log).unwrap_err();
    assert!(matches!(error, StoreError::BackupDamaged { .. }), "{error}");
    assert_eq!(fs::read(&log).unwrap(), before);
}

#[test]
fn a_copy_that_breaks_is_kept_and_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (mut store, log, channel) = opened(&folder);
    day_of_life(&mut store, channel, 100);
    back_up(&log).unwrap();
    let size = fs::metadata(path_of(&log)).unwrap().len();
    File::options().write(true).open(path_of(&log)).unwrap().set_len(size / 2).unwrap();
    day_of_life(&mut store, channel, 101);
    assert_eq!(back_up(&log).unwrap().facts, 2);
    assert_eq!(content(&path_of(&log)), content(&log));
}
