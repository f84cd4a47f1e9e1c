//! The one writer. Each append is one transaction and on the disk when it returns; one that fails leaves everything as it was,
//! and the store usable.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior};

use super::error::StoreError;
use super::faults;
use super::migrate::{self, MIGRATIONS};
use super::open::{self, Lock, Note};
use super::past;
use super::read::Reader;
use super::rows;
use crate::monitor::Verdict;
use crate::monitor::event::{Probe, Record};
use crate::monitor::ids::ChannelId;

/// Words of a dictionary that are remembered; servers that put a number into every reason must not fill the memory.
const WORDS_REMEMBERED: usize = 1024;

/// The log of this workstation, open for writing.
#[derive(Debug)]
pub struct Store {
    pub(super) db: Connection,
    path: PathBuf,
    /// Which file was opened; `None` for one in memory.
    identity: Option<open::Identity>,
    _lock: Option<Lock>,
    notes: Vec<Note>,
    hosts: HashMap<String, i64>,
    answers: HashMap<String, i64>,
    last_seq: u64,
    /// Probes of an append that failed: only the database knows whether it was carried out all the same.
    doubt: Option<usize>,
    /// How many facts and how much evidence of the append that is tried again are on the disk already.
    kept: (usize, usize),
    /// The channel that upkeep looked at last.
    pub(super) tidied: u32,
}

impl Store {
    /// Opens or creates the log at `path`, folders included. It is this process's alone until the value is dropped.
    ///
    /// A damaged file is renamed to `<path>.damaged-<n>` and a new one begun; an older one is copied to `<path>.before-<version>-<n>`
    /// and brought up to date. Both are told by [`Store::notes`]. Everything else that is wrong is an error, and nothing changed.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, MIGRATIONS)
    }

    pub(super) fn open_with(path: &Path, migrations: &[&str]) -> Result<Self, StoreError> {
        let opened = open::open(path, migrations)?;
        Self::over(opened.db, path.to_owned(), Some(opened.lock), opened.notes)
    }

    /// A log that lives as long as this value: the stand-in when the disk cannot be had, and for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        static NUMBER: AtomicU64 = AtomicU64::new(1);
        let name = format!("file:/reelwatch-{}?vfs=memdb", NUMBER.fetch_add(1, Ordering::Relaxed));
        let name = PathBuf::from(name);
        let mut db = Connection::open(&name).map_err(|error| StoreError::of(&name, &error))?;
        open::configure(&db).map_err(|error| StoreError::of(&name, &error))?;
        migrate::migrate(&mut db, &name, MIGRATIONS)?;
        Self::over(db, name, None, Vec::new())
    }

    fn over(db: Connection, path: PathBuf, lock: Option<Lock>, notes: Vec<Note>) -> Result<Self, StoreError> {
        let identity = lock.is_some().then(|| open::Identity::of(&path)).flatten();
        let mut store = Self {
            db,
            path,
            identity,
            _lock: lock,
            notes,
            hosts: HashMap::new(),
            answers: HashMap::new(),
            last_seq: 0,
            doubt: None,
            kept: (0, 0),
            tidied: 0,
        };
        let last: i64 = store
            .db
            .query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get(0))
            .map_err(|error| store.error(&error))?;
        store.last_seq = last.unsigned_abs();
        Ok(store)
    }

    /// The number of the newest fact; 0 without any.
    pub const fn last_seq(&self) -> u64 {
        self.last_seq
    }

    /// What the operator should know about the opening; empty when all was well.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The file, or the name of the one in memory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A reader beside this writer, for the log on disk and the one in memory alike.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.path)
    }

    /// The numbers of channels, in the order of `names`. A name has the same number for ever; a new one gets its own.
    pub fn channel_ids(&mut self, project: &str, names: &[Arc<str>]) -> Result<Vec<ChannelId>, StoreError> {
        let ids = number_channels(&mut self.db, project, names);
        ids.map_err(|error| self.error(&error))
    }

    /// The numbers of all channels that a project ever had: the log also holds those of others.
    pub fn channels_of(&self, project: &str) -> Result<BTreeSet<ChannelId>, StoreError> {
        let numbers = || -> rusqlite::Result<_> {
            let mut select = self.db.prepare("SELECT id FROM channel WHERE project = ?1")?;
            select.query_map([project], |row| row.get(0).map(ChannelId))?.collect()
        };
        numbers().map_err(|error| self.error(&error))
    }

    /// Keeps facts and evidence in one transaction, on the disk when this returns. The result is the number of the newest fact
    /// of all (0 without any). After an error the same may be tried again, with more behind it: what was kept is not kept twice.
    pub fn append(&mut self, records: &[Record], probes: &[Probe]) -> Result<u64, StoreError> {
        self.still_there()?;
        let behind = records.get(self.kept.0..).unwrap_or_default();
        let (more_records, more_probes) = self.kept_all_the_same(behind).map_err(|error| self.error(&error))?;
        // Counted until an append succeeds: until then the same is handed in from its beginning.
        self.kept = (self.kept.0 + more_records, self.kept.1 + more_probes);
        let records = records.get(self.kept.0..).unwrap_or_default();
        let probes = probes.get(self.kept.1..).unwrap_or_default();
        match self.try_append(records, probes) {
            Ok(seq) => {
                self.last_seq = seq;
                self.kept = (0, 0);
                Ok(seq)
            }
            Err(error) => {
                self.doubt = Some(probes.len());
                // Words that were learnt in the transaction went back with it.
                self.hosts.clear();
                self.answers.clear();
                Err(self.error(&error))
            }
        }
    }

    /// A file that was removed or replaced goes on taking what nobody will ever read: that is no keeping.
    pub(super) fn still_there(&self) -> Result<(), StoreError> {
        match &self.identity {
            Some(opened) if open::Identity::of(&self.path).as_ref() != Some(opened) => {
                Err(StoreError::Gone { path: self.path.clone() })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// How much of `records` and of the evidence with them an append kept that was told to have failed: a commit may fail after
    /// the data is on the disk. Evidence without facts leaves no trace to tell it by, and may then be kept twice.
    fn kept_all_the_same(&mut self, records: &[Record]) -> rusqlite::Result<(usize, usize)> {
        let Some(probes) = self.doubt else { return Ok((0, 0)) };
        let kept = self.facts_after(self.last_seq)?;
        let same = kept.iter().zip(records).take_while(|((_, kept), record)| kept == *record).count();
        self.last_seq = kept.last().map_or(self.last_seq, |(seq, _)| *seq);
        self.doubt = None;
        Ok(if same > 0 { (same, probes) } else { (0, 0) })
    }

    /// The facts behind this number.
    fn facts_after(&self, seq: u64) -> rusqlite::Result<Vec<(u64, Record)>> {
        let text = format!("SELECT {} FROM event WHERE seq > ?1 ORDER BY seq", rows::EVENT_COLUMNS);
        let mut select = self.db.prepare(&text)?;
        let mut found = select.query([i64::try_from(seq).unwrap_or(i64::MAX)])?;
        let mut facts = Vec::new();
        while let Some(row) = found.next()? {
            facts.extend(rows::record(row));
        }
        Ok(facts)
    }

    fn try_append(&mut self, records: &[Record], probes: &[Probe]) -> rusqlite::Result<u64> {
        pass(faults::STORE_BEFORE)?;
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let seq = append_records(&transaction, records)?.unwrap_or(self.last_seq);
        append_probes(&transaction, probes, &mut self.hosts, &mut self.answers)?;
        pass(faults::STORE_INSIDE)?;
        transaction.commit()?;
        pass(faults::STORE_AFTER)?;
        Ok(seq)
    }

    pub(super) fn error(&self, error: &rusqlite::Error) -> StoreError {
        StoreError::of(&self.path, error)
    }
}

/// A place where a test may want an error of the disk.
fn pass(point: &str) -> rusqlite::Result<()> {
    faults::pass(point).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn number_channels(db: &mut Connection, project: &str, names: &[Arc<str>]) -> rusqlite::Result<Vec<ChannelId>> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let ids = names
        .iter()
        .map(|name| {
            transaction.execute("INSERT OR IGNORE INTO channel (project, name) VALUES (?1, ?2)", (project, name))?;
            let find = "SELECT id FROM channel WHERE project = ?1 AND name = ?2";
            transaction.query_row(find, (project, name), |row| row.get(0).map(ChannelId))
        })
        .collect::<rusqlite::Result<_>>()?;
    transaction.commit()?;
    Ok(ids)
}

/// Appends facts; the number of the last one.
fn append_records(transaction: &Transaction<'_>, records: &[Record]) -> rusqlite::Result<Option<u64>> {
    let mut insert = transaction
        .prepare_cached("INSERT INTO event (at, channel, kind, version, body) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for record in records {
        let (kind, body) =
            rows::encode(&record.event).map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let channel = record.channel.map(|channel| channel.0);
        insert.execute((record.at.as_millis(), channel, kind, rows::EVENT_VERSION, body))?;
        past::build::undo(transaction, record)?;
    }
    Ok((!records.is_empty()).then(|| transaction.last_insert_rowid().unsigned_abs()))
}

/// Appends evidence and brings the summaries of its channels up to date.
fn append_probes(
    transaction: &Transaction<'_>,
    probes: &[Probe],
    hosts: &mut HashMap<String, i64>,
    answers: &mut HashMap<String, i64>,
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO probe (channel, at, n, host, attempt, latency_ms, answer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT DO NOTHING",
    )?;
    let mut summarise = transaction.prepare_cached(
        "INSERT INTO probe_summary (channel, probes, good_at, bad_at) VALUES (?1, 1, ?2, ?3)
         ON CONFLICT DO UPDATE SET probes = probes + 1,
            good_at = max(coalesce(good_at, excluded.good_at), coalesce(excluded.good_at, good_at)),
            bad_at = max(coalesce(bad_at, excluded.bad_at), coalesce(excluded.bad_at, bad_at))",
    )?;
    for probe in probes {
        let host = word(transaction, hosts, "host", "name", probe.host.as_str())?;
        let body = serde_json::to_string(&probe.answer)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let answer = word(transaction, answers, "answer", "body", &body)?;
        insert_at_first_free(&mut insert, probe, host, answer)?;
        let at = probe.at.as_millis();
        let (good, bad) = match Verdict::of(&probe.answer) {
            Verdict::Good => (Some(at), None),
            Verdict::Bad => (None, Some(at)),
            Verdict::Unclear => (None, None),
        };
        summarise.execute((probe.channel.0, good, bad))?;
    }
    Ok(())
}

/// Two probes of a channel in one millisecond are rare, so the place is not looked for before.
fn insert_at_first_free(
    insert: &mut CachedStatement<'_>,
    probe: &Probe,
    host: i64,
    answer: i64,
) -> rusqlite::Result<()> {
    let (channel, at) = (probe.channel.0, probe.at.as_millis());
    let mut n = 0_i64;
    while insert.execute((channel, at, n, host, probe.attempt, probe.latency_ms, answer))? == 0 {
        n += 1;
    }
    Ok(())
}

/// The number of a word in a dictionary, new or known.
fn word(
    transaction: &Transaction<'_>,
    known: &mut HashMap<String, i64>,
    table: &str,
    column: &str,
    text: &str,
) -> rusqlite::Result<i64> {
    if let Some(id) = known.get(text) {
        return Ok(*id);
    }
    let found = transaction
        .prepare_cached(&format!("SELECT id FROM {table} WHERE {column} = ?1"))?
        .query_row([text], |row| row.get(0))
        .optional()?;
    let id = match found {
        Some(id) => id,
        None => {
            transaction.prepare_cached(&format!("INSERT INTO {table} ({column}) VALUES (?1)"))?.execute([text])?;
            transaction.last_insert_rowid()
        }
    };
    if known.len() >= WORDS_REMEMBERED {
        known.clear();
    }
    known.insert(text.to_owned(), id);
    Ok(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::Event;
    use crate::monitor::phase::StartCause;
    use crate::store::sample::{at, everywhere, good, missing, probe, started, timeout};

    fn names(names: &[&str]) -> Vec<Arc<str>> {
        names.iter().map(|name| Arc::from(*name)).collect()
    }

    #[test]
    fn a_channel_keeps_its_number_over_restarts_and_among_projects() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let mut store = Store::open(&path).unwrap();
        let first = store.channel_ids("court", &names(&["hall", "annex"])).unwrap();
        drop(store);
        let mut store = Store::open(&path).unwrap();
        let again = store.channel_ids("court", &names(&["annex", "lobby", "hall"])).unwrap();
        assert_eq!((again[0], again[2]), (first[1], first[0]));
        let other = store.channel_ids("school", &names(&["hall"])).unwrap();
        assert!(!again.contains(&other[0]));
        assert_eq!(store.channels_of("school").unwrap(), other.into_iter().collect());
        assert_eq!(store.channels_of("court").unwrap(), again.into_iter().collect());
    }

    #[test]
    fn a_log_that_was_taken_away_is_not_written_and_told_until_it_is_back() {
        let folder = tempfile::tempdir().unwrap();
        let (path, elsewhere) = (folder.path().join("log.db"), folder.path().join("elsewhere.db"));
        let mut store = Store::open(&path).unwrap();
        let fact = [everywhere(1, Event::WatchEnded)];
        store.append(&fact, &[]).unwrap();
        std::fs::rename(&path, &elsewhere).unwrap();
        assert!(matches!(store.append(&fact, &[]), Err(StoreError::Gone { .. })));
        std::fs::copy(&elsewhere, &path).unwrap();
        assert!(matches!(store.append(&fact, &[]), Err(StoreError::Gone { .. })), "another file under the same name");
        std::fs::rename(&elsewhere, &path).unwrap();
        assert_eq!(store.append(&fact, &[]).unwrap(), 2);
    }

    #[test]
    fn what_append_took_is_there_for_whoever_looks_even_while_the_writer_lives() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let mut store = Store::open(&path).unwrap();
        let channel = store.channel_ids("court", &names(&["hall"])).unwrap()[0];
        let seq = store.append(&[started(channel, 5, StartCause::Start)], &[probe(channel, 9, good())]).unwrap();
        // Neither a clean end nor a checkpoint: what a killed process leaves.
        let copy = tempfile::tempdir().unwrap();
        for suffix in ["", "-wal"] {
            std::fs::copy(format!("{}{suffix}", path.display()), copy.path().join(format!("log.db{suffix}"))).unwrap();
        }
        let left = Store::open(&copy.path().join("log.db")).unwrap();
        assert_eq!(left.events().unwrap().records, [(seq, started(channel, 5, StartCause::Start))]);
        assert_eq!(left.last_probes().unwrap()[0].last, Some(probe(channel, 9, good())));
        assert_eq!(left.notes(), []);
    }

    #[test]
    fn an_append_that_fails_leaves_the_old_facts_whole_and_the_store_usable() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("log.db")).unwrap();
        let channel = store.channel_ids("court", &names(&["hall"])).unwrap()[0];
        let kept = store.append(&[started(channel, 1, StartCause::Start)], &[]).unwrap();
        let pages: i64 = store.db.pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
        store.db.pragma_update(None, "max_page_count", pages).unwrap();
        let many: Vec<_> = (2..5_000).map(|millis| probe(channel, millis, missing())).collect();
        let error = store.append(&[started(channel, 2, StartCause::Restart)], &many).unwrap_err();
        assert!(matches!(error, StoreError::DiskFull { .. }), "{error}");
        assert_eq!(store.counts().unwrap().probes, 0);

        store.db.pragma_update(None, "max_page_count", 1_000_000).unwrap();
        let next = store.append(&[started(channel, 2, StartCause::Restart)], &many).unwrap();
        assert_eq!(next, kept + 1);
        assert_eq!(store.counts().unwrap().probes, 4_998);
        assert_eq!(store.reader().unwrap().history(channel, at(2), at(2)).unwrap().probes, many[..1]);
    }

    #[test]
    fn what_a_failed_append_kept_all_the_same_is_not_kept_twice() {
        let mut store = Store::in_memory().unwrap();
        let channel = store.channel_ids("court", &names(&["hall"])).unwrap()[0];
        let facts: Vec<_> = (1..=3).map(|millis| started(channel, millis, StartCause::Start)).collect();
        let probes = [probe(channel, 1, good()), probe(channel, 2, good())];
        // As if the error had come after the commit.
        store.append(&facts[..2], &probes[..1]).unwrap();
        (store.last_seq, store.doubt) = (0, Some(1));
        assert_eq!(store.append(&facts, &probes).unwrap(), 3);
        assert_eq!(store.events().unwrap().records.into_iter().map(|(_, fact)| fact).collect::<Vec<_>>(), facts);
        assert_eq!(store.counts().unwrap().probes, 2);
        // And as if nothing of it had been kept.
        store.doubt = Some(0);
        assert_eq!(store.append(&facts[..1], &[]).unwrap(), 4);
    }

    #[test]
    fn a_probe_of_an_unknown_channel_is_refused_with_all_that_came_with_it() {
        let mut store = Store::in_memory().unwrap();
        let stranger = ChannelId(77);
        let fact = everywhere(1, Event::WatchEnded);
        assert!(store.append(std::slice::from_ref(&fact), &[probe(stranger, 1, good())]).is_err());
        assert_eq!(store.append(&[], &[]).unwrap(), 0);
        // A fact is never refused because of whom it names.
        assert_eq!(store.append(&[started(stranger, 2, StartCause::Start)], &[]).unwrap(), 1);
    }

    #[test]
    fn probes_of_one_millisecond_are_all_kept_in_their_order() {
        let mut store = Store::in_memory().unwrap();
        let channel = store.channel_ids("court", &names(&["hall"])).unwrap()[0];
        let same = [probe(channel, 7, timeout()), probe(channel, 7, missing()), probe(channel, 7, good())];
        store.append(&[], &same[..2]).unwrap();
        store.append(&[], &same[2..]).unwrap();
        assert_eq!(store.reader().unwrap().history(channel, at(0), at(9)).unwrap().probes, same);
    }

    #[test]
    fn logs_in_memory_are_apart_from_each_other() {
        let (mut one, other) = (Store::in_memory().unwrap(), Store::in_memory().unwrap());
        one.append(&[everywhere(1, Event::WatchEnded)], &[]).unwrap();
        assert_eq!(other.events().unwrap().records, []);
        assert_eq!(one.events().unwrap().records.len(), 1);
    }

    #[test]
    fn a_thousand_new_reasons_do_not_confuse_the_dictionary() {
        let mut store = Store::in_memory().unwrap();
        let channel = store.channel_ids("court", &names(&["hall"])).unwrap()[0];
        let answer =
            |n: i64| crate::monitor::answer::Answer { reason: Some(format!("request {n}").into()), ..missing() };
        let probes: Vec<_> = (0..3_000).map(|n| probe(channel, n, answer(n % 1_500))).collect();
        store.append(&[], &probes).unwrap();
        assert_eq!(store.reader().unwrap().history(channel, at(0), at(3_000)).unwrap().probes, probes);
    }
}
