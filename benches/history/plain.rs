//! The same probes in a plain table with an index, for scale: one row each, nothing packed, no dictionary of answers beside it but
//! their label.

use std::path::Path;
use std::time::{Duration, Instant};

use reelwatch::monitor::ids::ChannelId;
use rusqlite::{Connection, params};

use crate::made::{DAY_MS, Polls, TODAY};
use crate::timed::{Size, Times, per_second, say};

/// Days of probes.
const DAYS: i64 = 30;

/// Writes so many probes and reads days of single channels.
pub fn compare(folder: &Path, ids: &[ChannelId], probes: i64) {
    let path = folder.join("plain.db");
    let mut db = Connection::open(&path).expect("a database");
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE probe (at INTEGER, channel INTEGER, host TEXT, attempt INTEGER, latency_ms INTEGER, http INTEGER, label TEXT);
         CREATE INDEX probe_channel_at ON probe (channel, at);",
    )
    .expect("tables");
    let written = write(&mut db, ids, probes);
    db.pragma_update(None, "wal_checkpoint", "TRUNCATE").expect("folded");
    let each = Size::of(&path).bytes() as f64 / written as f64;
    say("  bytes of a probe in a plain table", &format!("{each:.1}"));
    let (mut random, mut times) = (fastrand::Rng::with_seed(3), Times::default());
    for _ in 0..50 {
        let channel = ids[random.usize(..ids.len())];
        let to = TODAY * DAY_MS - random.i64(0..(DAYS - 1) * DAY_MS);
        let began = Instant::now();
        let mut select =
            db.prepare_cached("SELECT * FROM probe WHERE channel = ?1 AND at BETWEEN ?2 AND ?3 ORDER BY at");
        let rows = select.as_mut().expect("SQL").query_map((channel.0, to - DAY_MS, to), |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(4)?, row.get::<_, String>(6)?))
        });
        rows.expect("read").for_each(|row| drop(row.expect("a row")));
        times.add(began.elapsed());
    }
    say("  24 h of one channel in a plain table", &times.to_string());
}

fn write(db: &mut Connection, ids: &[ChannelId], probes: i64) -> usize {
    let sweeps = probes / i64::from(u32::try_from(ids.len()).expect("few")) / DAYS;
    let mut polls = Polls::new(ids.to_vec(), DAY_MS / sweeps, 2);
    let (mut written, mut writing, mut wave) = (0, Duration::ZERO, Vec::new());
    for sweep in 0..sweeps * DAYS {
        wave.clear();
        polls.sweep((TODAY - DAYS) * DAY_MS + sweep * polls.every_ms(), &mut wave);
        let began = Instant::now();
        let transaction = db.transaction().expect("begun");
        let mut insert =
            transaction.prepare_cached("INSERT INTO probe VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)").expect("SQL");
        for probe in &wave {
            let (host, label) = (probe.host.as_str(), probe.answer.label());
            let values = params![
                probe.at.as_millis(),
                probe.channel.0,
                host,
                probe.attempt,
                probe.latency_ms,
                probe.answer.http,
                label
            ];
            insert.execute(values).expect("taken");
        }
        drop(insert);
        transaction.commit().expect("kept");
        writing += began.elapsed();
        written += wave.len();
    }
    say("  probes written into a plain table", &per_second(written, writing));
    written
}
