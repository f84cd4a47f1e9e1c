//! Reading the past of one channel, beside the writer and without disturbing it: for charts and exports.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Params};

use super::error::StoreError;
use super::evidence::{self, read::Evidence};
use super::migrate::{self, MIGRATIONS};
use super::open;
use super::rows::{self, EVENT_COLUMNS};
use crate::monitor::event::{Event, Probe, Record};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::StartCause;
use crate::monitor::snapshot::HourOfProbes;
use crate::monitor::time::Timestamp;

/// What is kept about a channel over a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Its facts and those of the whole workstation, with their numbers, in the order they were kept.
    pub records: Vec<(u64, Record)>,
    /// Its probes that are kept one by one, oldest first.
    pub probes: Vec<Probe>,
    /// The hours of days whose probes are kept no longer.
    pub hours: Vec<HourOfProbes>,
    /// Rows of the stretch that cannot be read: of a newer version, or broken.
    pub skipped: u64,
}

/// The log, open for reading only.
#[derive(Debug)]
pub struct Reader {
    db: Connection,
    path: PathBuf,
}

impl Reader {
    /// Reads the log at `path`, which may be open for writing in this process or another.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let db = open::open_read_only(path).map_err(|error| StoreError::of(path, &error))?;
        open::check_identity(&db, path, migrate::newest(MIGRATIONS))?;
        Ok(Self { db, path: path.to_owned() })
    }

    /// Everything from `from` to `to`, both included.
    pub fn history(&self, channel: ChannelId, from: Timestamp, to: Timestamp) -> Result<Past, StoreError> {
        let records = self.records(channel, from, to);
        let past = records.and_then(|(records, unread)| {
            let Evidence { probes, hours, skipped } = evidence::read::stretch(&self.db, channel, from, to)?;
            Ok(Past { records, probes, hours, skipped: skipped + unread })
        });
        past.map_err(|error| StoreError::of(&self.path, &error))
    }

    /// The facts of a channel and those of the whole workstation from `from` to `to`, both included.
    pub(super) fn history_of(
        &self,
        channel: ChannelId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<(u64, Record)>, StoreError> {
        self.records(channel, from, to).map(|(records, _)| records).map_err(|error| self.error(&error))
    }

    /// The numbers of all channels that the log knows.
    pub(super) fn channels(&self) -> Result<Vec<ChannelId>, StoreError> {
        let numbers = || -> rusqlite::Result<_> {
            let mut select = self.db.prepare_cached("SELECT id FROM channel ORDER BY id")?;
            select.query_map([], |row| row.get(0).map(ChannelId))?.collect()
        };
        numbers().map_err(|error| self.error(&error))
    }

    /// The moment of the first fact of a channel.
    pub(super) fn first_moment(&self, channel: ChannelId) -> Result<Option<Timestamp>, StoreError> {
        let first = self.db.prepare_cached("SELECT min(at) FROM event WHERE channel = ?1");
        let first = first.and_then(|mut first| first.query_row([channel.0], |row| row.get::<_, Option<i64>>(0)));
        first.map(|at| at.map(Timestamp::from_millis)).map_err(|error| self.error(&error))
    }

    /// The number of the newest fact; 0 without any.
    pub(super) fn newest_seq(&self) -> Result<u64, StoreError> {
        let newest = self.db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get::<_, i64>(0));
        newest.map(i64::unsigned_abs).map_err(|error| self.error(&error))
    }

    pub(super) const fn db(&self) -> &Connection {
        &self.db
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::of(&self.path, error)
    }

    /// What the database itself did not refuse.
    pub(super) fn refused(&self, reason: String) -> StoreError {
        StoreError::Refused { path: self.path.clone(), reason }
    }

    /// The facts that make up the state just before `from`: those since the session began that runs at `from`, or since ever if
    /// none began before.
    pub fn records_before(&self, channel: ChannelId, from: Timestamp) -> Result<Vec<(u64, Record)>, StoreError> {
        let before = Timestamp::from_millis(from.as_millis().saturating_sub(1));
        let records = self.started_before(channel, before).and_then(|began| {
            let began = began.unwrap_or(Timestamp::from_millis(i64::MIN));
            self.records(channel, began, before).map(|(records, _)| records)
        });
        records.map_err(|error| StoreError::of(&self.path, &error))
    }

    /// When the running or last session of a channel was asked for; `None` if there was never one.
    pub fn session_start(&self, channel: ChannelId) -> Result<Option<Timestamp>, StoreError> {
        let began = self.started_before(channel, Timestamp::from_millis(i64::MAX));
        began.map_err(|error| StoreError::of(&self.path, &error))
    }

    /// The newest beginning of a session at `moment` or before: a start (no restart) that was asked for, or an adoption.
    fn started_before(&self, channel: ChannelId, moment: Timestamp) -> rusqlite::Result<Option<Timestamp>> {
        // Two questions, since each has an index of its own.
        let started = self.newest_beginning("start_requested", channel, moment)?;
        let adopted = self.newest_beginning("adopted", channel, moment)?;
        Ok(started.max(adopted))
    }

    fn newest_beginning(
        &self,
        kind: &'static str,
        channel: ChannelId,
        moment: Timestamp,
    ) -> rusqlite::Result<Option<Timestamp>> {
        let select = format!(
            "SELECT {EVENT_COLUMNS} FROM event WHERE channel = ?1 AND at <= ?2 AND kind = '{kind}'
             ORDER BY at DESC, seq DESC"
        );
        let mut select = self.db.prepare_cached(&select)?;
        let mut rows = select.query((channel.0, moment.as_millis()))?;
        while let Some(row) = rows.next()? {
            let Some((_, Record { at, event, .. })) = rows::record(row) else { continue };
            if matches!(event, Event::StartRequested { cause: StartCause::Start, .. } | Event::Adopted { .. }) {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    fn records(
        &self,
        channel: ChannelId,
        from: Timestamp,
        to: Timestamp,
    ) -> rusqlite::Result<(Vec<(u64, Record)>, u64)> {
        let select = format!(
            "SELECT {EVENT_COLUMNS} FROM event WHERE channel = ?1 AND at BETWEEN ?2 AND ?3
             UNION ALL
             SELECT {EVENT_COLUMNS} FROM event WHERE channel IS NULL AND at BETWEEN ?2 AND ?3
             ORDER BY seq"
        );
        self.read(&select, (channel.0, from.as_millis(), to.as_millis()), rows::record)
    }

    /// Rows that can be read, and how many cannot.
    fn read<T>(
        &self,
        select: &str,
        parameters: impl Params,
        row_of: fn(&rusqlite::Row<'_>) -> Option<T>,
    ) -> rusqlite::Result<(Vec<T>, u64)> {
        let mut select = self.db.prepare_cached(select)?;
        let mut rows = select.query(parameters)?;
        let (mut read, mut skipped) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            match row_of(row) {
                Some(value) => read.push(value),
                None => skipped += 1,
            }
        }
        Ok((read, skipped))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::store::Store;
    use crate::store::sample::{adopted, at, everywhere, good, missing, probe, started};

    /// Two channels: the first with two sessions and a restart, the second with one.
    fn filled(mut store: Store) -> (Store, Vec<ChannelId>) {
        let ids = store.channel_ids("court", &[Arc::from("hall"), Arc::from("annex")]).unwrap();
        let records = [
            everywhere(1, Event::NetworkBack),
            started(ids[0], 10, StartCause::Start),
            started(ids[1], 15, StartCause::Start),
            started(ids[0], 20, StartCause::Start),
            everywhere(25, Event::WatchEnded),
            started(ids[0], 30, StartCause::Restart),
        ];
        let probes = [probe(ids[0], 12, good()), probe(ids[0], 22, missing()), probe(ids[1], 22, good())];
        store.append(&records, &probes).unwrap();
        (store, ids)
    }

    fn seqs(records: &[(u64, Record)]) -> Vec<u64> {
        records.iter().map(|(seq, _)| *seq).collect()
    }

    #[test]
    fn a_stretch_has_the_channels_own_facts_and_the_workstations_with_both_ends() {
        let folder = tempfile::tempdir().unwrap();
        let on_disk = Store::open(&folder.path().join("log.db")).unwrap();
        for store in [on_disk, Store::in_memory().unwrap()] {
            let (store, ids) = filled(store);
            let reader = store.reader().unwrap();
            let past = reader.history(ids[0], at(10), at(25)).unwrap();
            assert_eq!(seqs(&past.records), [2, 4, 5]);
            assert_eq!(past.probes, [probe(ids[0], 12, good()), probe(ids[0], 22, missing())]);
            assert_eq!(past.skipped, 0);
        }
    }

    #[test]
    fn a_session_begins_with_the_newest_start_and_a_restart_does_not_end_it() {
        let (store, ids) = filled(Store::in_memory().unwrap());
        let reader = store.reader().unwrap();
        assert_eq!(reader.session_start(ids[0]).unwrap(), Some(at(20)));
        assert_eq!(reader.session_start(ids[1]).unwrap(), Some(at(15)));
        assert_eq!(reader.session_start(ChannelId(99)).unwrap(), None);
    }

    #[test]
    fn a_session_begins_with_an_adoption_as_well_and_neither_is_looked_for_in_all_events() {
        let (mut store, ids) = filled(Store::in_memory().unwrap());
        store.append(&[adopted(ids[1], 40)], &[]).unwrap();
        let reader = store.reader().unwrap();
        assert_eq!(reader.session_start(ids[1]).unwrap(), Some(at(40)));
        for (kind, index) in [("start_requested", "event_start"), ("adopted", "event_adopted")] {
            let plan = format!(
                "EXPLAIN QUERY PLAN SELECT seq FROM event WHERE channel = 1 AND at <= 9 AND kind = '{kind}' ORDER BY at DESC"
            );
            let told: String = reader.db.query_row(&plan, [], |row| row.get(3)).unwrap();
            assert!(told.contains(index), "{told}");
        }
    }

    #[test]
    fn the_state_at_the_left_edge_comes_from_the_session_that_ran_there() {
        let (store, ids) = filled(Store::in_memory().unwrap());
        let reader = store.reader().unwrap();
        let before = |moment| seqs(&reader.records_before(ids[0], at(moment)).unwrap());
        assert_eq!(before(40), [4, 5, 6]);
        assert_eq!(before(20), [2]);
        assert_eq!(before(10), [1]);
        assert_eq!(before(1), Vec::<u64>::new());
    }

    #[test]
    fn a_reader_sees_what_is_appended_after_it_opened() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, ids) = filled(Store::open(&folder.path().join("log.db")).unwrap());
        let reader = Reader::open(store.path()).unwrap();
        store.append(&[], &[probe(ids[1], 90, good())]).unwrap();
        assert_eq!(reader.history(ids[1], at(90), at(90)).unwrap().probes.len(), 1);
    }

    #[test]
    fn a_reader_of_nothing_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = Reader::open(&folder.path().join("none.db")).unwrap_err();
        assert!(error.to_string().contains("none.db"), "{error}");
    }
}
