//! What the worker reads once, at start-up: all facts for the replay, and the newest evidence of each channel.

use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;
use super::evidence;
use super::rows::{self, EVENT_COLUMNS};
use super::write::Store;
use crate::monitor::event::{Probe, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::time::Timestamp;

/// The whole log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Every fact that can be read, with its number, in the order it was kept.
    pub records: Vec<(u64, Record)>,
    /// Rows of a newer version, or broken ones. They stay on the disk.
    pub skipped: u64,
}

/// The newest evidence about one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastProbe {
    /// Whose.
    pub channel: ChannelId,
    /// The newest probe that is kept; `None` when there is none, or it cannot be read.
    pub last: Option<Probe>,
    /// The newest answer that said recording: status 4 or 5.
    pub good_at: Option<Timestamp>,
    /// The newest answer that said otherwise: 404, or another status.
    pub bad_at: Option<Timestamp>,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Facts.
    pub events: u64,
    /// Probes.
    pub probes: u64,
    /// Size of the database, without its write-ahead log.
    pub bytes: u64,
}

impl Store {
    /// Every fact of the log, oldest first.
    pub fn events(&self) -> Result<Replay, StoreError> {
        let mut records = Vec::new();
        let skipped = self.replay_after(0, |seq, record| records.push((seq, record)))?;
        Ok(Replay { records, skipped })
    }

    /// Hands out every fact behind this number, oldest first; how many of them cannot be read.
    pub fn replay_after(&self, seq: u64, take: impl FnMut(u64, Record)) -> Result<u64, StoreError> {
        let select = format!("SELECT {EVENT_COLUMNS} FROM event WHERE seq > ?1 ORDER BY seq");
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        replay(&self.db, &select, [seq], take).map_err(|error| self.error(&error))
    }

    /// Hands out the facts of one channel up to this number, oldest first; how many of them cannot be read.
    pub fn replay_of(&self, channel: ChannelId, up_to: u64, take: impl FnMut(u64, Record)) -> Result<u64, StoreError> {
        let select = format!("SELECT {EVENT_COLUMNS} FROM event WHERE channel = ?1 AND seq <= ?2 ORDER BY seq");
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
        replay(&self.db, &select, [i64::from(channel.0), up_to], take).map_err(|error| self.error(&error))
    }

    /// The newest evidence of every channel that was ever probed, by number.
    pub fn last_probes(&self) -> Result<Vec<LastProbe>, StoreError> {
        last_probes(&self.db).map_err(|error| self.error(&error))
    }

    /// The newest moment of anything in the log, of which `probes` is the newest evidence. Before it nothing may be recorded: a wall
    /// clock may have been set back.
    pub fn last_moment(&self, probes: &[LastProbe]) -> Result<Option<Timestamp>, StoreError> {
        // Times of the log never go back, so the newest fact and each channel's newest probe tell it without reading the rest.
        let fact = "SELECT at FROM event ORDER BY seq DESC LIMIT 1";
        let fact: rusqlite::Result<Option<i64>> = self.db.query_row(fact, [], |row| row.get(0)).optional();
        let fact = fact.map_err(|error| self.error(&error))?.map(Timestamp::from_millis);
        let probes =
            probes.iter().flat_map(|last| [last.last.as_ref().map(|probe| probe.at), last.good_at, last.bad_at]);
        Ok(probes.flatten().chain(fact).max())
    }

    /// How much is kept.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        let counts = self.db.query_row(
            // Facts are never taken away, so the newest number is how many there are.
            "SELECT (SELECT coalesce(max(seq), 0) FROM event), (SELECT coalesce(sum(probes), 0) FROM probe_summary),
                    (SELECT page_count * page_size FROM pragma_page_count, pragma_page_size)",
            [],
            |row| {
                let number = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
                Ok(Counts { events: number(0)?, probes: number(1)?, bytes: number(2)? })
            },
        );
        counts.map_err(|error| self.error(&error))
    }
}

fn replay<const N: usize>(
    db: &Connection,
    select: &str,
    parameters: [i64; N],
    mut take: impl FnMut(u64, Record),
) -> rusqlite::Result<u64> {
    let mut skipped = 0;
    let mut select = db.prepare(select)?;
    let mut rows = select.query(rusqlite::params_from_iter(parameters))?;
    while let Some(row) = rows.next()? {
        match rows::record(row) {
            Some((seq, record)) => take(seq, record),
            None => skipped += 1,
        }
    }
    Ok(skipped)
}

fn last_probes(db: &Connection) -> rusqlite::Result<Vec<LastProbe>> {
    let mut select = db.prepare("SELECT channel, good_at, bad_at FROM probe_summary ORDER BY channel")?;
    let found = select.query_map([], |row| {
        let channel = ChannelId(row.get(0)?);
        let last = evidence::read::newest(db, channel)?.flatten();
        let [good_at, bad_at] = [1, 2].map(|column| row.get::<_, Option<i64>>(column));
        Ok(LastProbe {
            channel,
            last,
            good_at: good_at?.map(Timestamp::from_millis),
            bad_at: bad_at?.map(Timestamp::from_millis),
        })
    });
    found?.collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::monitor::event::Event;
    use crate::monitor::phase::StartCause;
    use crate::store::sample::{at, everywhere, good, missing, probe, started, timeout};

    #[test]
    fn rows_of_a_newer_version_and_broken_ones_are_counted_and_passed_over() {
        let mut store = Store::in_memory().unwrap();
        store.append(&[everywhere(1, Event::NetworkBack)], &[]).unwrap();
        for (kind, version, body) in [("moon_rose", 1, "{}"), ("network_back", 2, "null"), ("watch_began", 1, "{\"ver")]
        {
            let insert = "INSERT INTO event (at, kind, version, body) VALUES (2, ?1, ?2, ?3)";
            store.db.execute(insert, (kind, version, body)).unwrap();
        }
        store.append(&[everywhere(3, Event::WatchEnded)], &[]).unwrap();
        let replay = store.events().unwrap();
        assert_eq!(replay.skipped, 3);
        assert_eq!(replay.records, [(1, everywhere(1, Event::NetworkBack)), (5, everywhere(3, Event::WatchEnded))]);
    }

    #[test]
    fn the_newest_evidence_tells_good_from_bad_and_leaves_the_unclear_out() {
        let mut store = Store::in_memory().unwrap();
        let names: Vec<Arc<str>> = ["quiet", "ill", "never asked"].map(Arc::from).to_vec();
        let ids = store.channel_ids("court", &names).unwrap();
        let probes = [probe(ids[0], 10, good()), probe(ids[0], 20, good())];
        store.append(&[], &probes).unwrap();
        let ill = [probe(ids[1], 11, good()), probe(ids[1], 21, missing()), probe(ids[1], 31, timeout())];
        store.append(&[], &ill).unwrap();
        // Settled late: an old answer does not take the newest one back.
        store.append(&[], &[probe(ids[1], 15, missing())]).unwrap();
        let last = store.last_probes().unwrap();
        assert_eq!(
            last,
            [
                LastProbe { channel: ids[0], last: Some(probes[1].clone()), good_at: Some(at(20)), bad_at: None },
                LastProbe { channel: ids[1], last: Some(ill[2].clone()), good_at: Some(at(11)), bad_at: Some(at(21)) },
            ]
        );
    }

    #[test]
    fn the_last_moment_is_the_newest_of_facts_and_probes() {
        let mut store = Store::in_memory().unwrap();
        assert_eq!(store.last_moment(&store.last_probes().unwrap()).unwrap(), None);
        let channel = store.channel_ids("court", &[Arc::from("hall")]).unwrap()[0];
        store.append(&[started(channel, 50, StartCause::Start)], &[]).unwrap();
        assert_eq!(store.last_moment(&store.last_probes().unwrap()).unwrap(), Some(at(50)));
        store.append(&[], &[probe(channel, 70, timeout()), probe(channel, 60, good())]).unwrap();
        assert_eq!(store.last_moment(&store.last_probes().unwrap()).unwrap(), Some(at(70)));
        let counts = store.counts().unwrap();
        assert_eq!((counts.events, counts.probes), (1, 2));
        assert!(counts.bytes >= 4096);
    }
}
