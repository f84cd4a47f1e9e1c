//! Reading everything there is, to see whether it can be read. It changes nothing, and may run while somebody writes.

use std::path::Path;

use rusqlite::Connection;

use super::beside;
use super::error::StoreError;
use super::evidence::{block, hours};
use super::migrate::{self, MIGRATIONS};
use super::past::{build::begin_of, day};
use super::{open, rows};
use crate::monitor::ids::ChannelId;

/// How many findings of the database are told.
const FINDINGS: usize = 20;

/// How many there are, and how many of them cannot be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All.
    pub all: u64,
    /// Damaged, or of a newer version.
    pub unreadable: u64,
}

/// What a log holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What the database itself finds wrong with its pages, indexes and references; at most 20 lines.
    pub findings: Vec<String>,
    /// Facts.
    pub facts: Count,
    /// Numbers of facts that are missing between the first and the last: facts are never taken away.
    pub missing_facts: u64,
    /// Probes that are kept one by one.
    pub probes: Count,
    /// Days of hours.
    pub hours: Count,
    /// Days of bands. They can be made anew.
    pub days: Count,
    /// Bytes in use.
    pub bytes: u64,
}

impl Checked {
    /// Whether all of it can be read.
    pub fn is_whole(&self) -> bool {
        let unreadable =
            [self.facts, self.probes, self.hours, self.days].iter().map(|count| count.unreadable).sum::<u64>();
        self.findings.is_empty() && unreadable == 0 && self.missing_facts == 0
    }
}

/// Reads all of a log.
///
/// # Errors
/// If there is none, it is of a newer version, or it breaks off in the middle of reading.
pub fn check(path: &Path) -> Result<Checked, StoreError> {
    let sql = |error: rusqlite::Error| StoreError::of(path, &error);
    let db = open::open_read_only(path).map_err(sql)?;
    open::check_identity(&db, path, migrate::newest(MIGRATIONS))?;
    let found = migrate::version(&db).map_err(sql)?;
    if found < migrate::newest(MIGRATIONS) {
        return Err(StoreError::Older { path: path.to_owned(), found, known: migrate::newest(MIGRATIONS) });
    }
    let mut checked = Checked { findings: findings(&db).map_err(sql)?, ..Checked::default() };
    if checked.findings.is_empty() {
        read_all(&db, &mut checked).map_err(sql)?;
    }
    Ok(checked)
}

/// Reads all pages of a log, beside whoever writes it. What is damaged is an error, and makes the next start look at everything.
///
/// # Errors
/// If a page is damaged, or the log cannot be read.
pub fn pages(path: &Path) -> Result<(), StoreError> {
    let sql = |error: rusqlite::Error| StoreError::of(path, &error);
    let db = open::open_read_only(path).map_err(sql)?;
    let verdict: String = db.query_row("PRAGMA quick_check(2)", [], |row| row.get(0)).map_err(sql)?;
    if verdict == "ok" {
        return Ok(());
    }
    beside::ask_for_check(path);
    Err(StoreError::Damaged { path: path.to_owned(), reason: open::first_finding(&verdict) })
}

fn findings(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let lines = |pragma: &str| -> rusqlite::Result<Vec<String>> {
        db.prepare(pragma)?.query_map([], |row| row.get(0))?.collect()
    };
    let mut findings = lines(&format!("PRAGMA integrity_check({FINDINGS})"))?;
    findings.retain(|line| line != "ok");
    let tables = lines("PRAGMA foreign_key_check")?;
    findings.extend(tables.into_iter().take(FINDINGS).map(|table| format!("a row of {table} refers to nothing")));
    Ok(findings)
}

fn read_all(db: &Connection, checked: &mut Checked) -> rusqlite::Result<()> {
    let count = |unreadable: bool| Count { all: 1, unreadable: u64::from(unreadable) };
    let mut add = |into: fn(&mut Checked) -> &mut Count, more: Count| {
        let into = into(checked);
        into.all += more.all;
        into.unreadable += more.unreadable;
    };
    each(db, &format!("SELECT {} FROM event", rows::EVENT_COLUMNS), |row| {
        add(|checked| &mut checked.facts, count(rows::record(row).is_none()));
        Ok(())
    })?;
    each(db, &format!("SELECT {} FROM {}", rows::PROBE_COLUMNS, rows::PROBE_TABLES), |row| {
        add(|checked| &mut checked.probes, count(rows::probe(row).is_none()));
        Ok(())
    })?;
    each(db, "SELECT channel, probes, body FROM probe_block", |row| {
        let probes = row.get::<_, i64>(1)?.unsigned_abs();
        let read = block::unpack(ChannelId(row.get(0)?), row.get_ref(2)?.as_blob()?);
        let read = read.map_or(0, |read| u64::try_from(read.len()).unwrap_or(u64::MAX));
        add(|checked| &mut checked.probes, Count { all: probes, unreadable: probes.saturating_sub(read) });
        Ok(())
    })?;
    each(db, "SELECT body FROM probe_hours", |row| {
        add(|checked| &mut checked.hours, count(hours::unpack(row.get_ref(0)?.as_blob()?).is_none()));
        Ok(())
    })?;
    each(db, "SELECT day, body FROM past_day", |row| {
        let read = day::unpack(row.get_ref(1)?.as_blob()?, begin_of(row.get(0)?));
        add(|checked| &mut checked.days, count(read.is_none()));
        Ok(())
    })?;
    let number = |select: &str| db.query_row(select, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    checked.missing_facts = number("SELECT coalesce(max(seq) - min(seq) + 1 - count(*), 0) FROM event")?;
    checked.bytes = number("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")?;
    Ok(())
}

fn each(
    db: &Connection,
    select: &str,
    mut look: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut select = db.prepare(select)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        look(row)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::monitor::event::Event;
    use crate::store::Store;
    use crate::store::evidence::DAY_MS;
    use crate::store::evidence::steps::{Keep, Step};
    use crate::store::sample::{at, everywhere, good, probe};

    #[test]
    fn a_damaged_page_is_found_while_the_log_is_written_and_looked_for_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("log.db");
        let mut store = Store::open(&log).unwrap();
        store.append(&vec![everywhere(1, Event::WatchEnded); 3_000], &[]).unwrap();
        assert!(pages(&log).is_ok());
        drop(store);
        let mut bytes = std::fs::read(&log).unwrap();
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xAA);
        std::fs::write(&log, &bytes).unwrap();
        assert!(matches!(pages(&log), Err(StoreError::Damaged { .. })));
        assert!(matches!(Store::open(&log).unwrap().notes(), [crate::store::Note::SetAside { .. }]));
    }

    #[test]
    fn whatever_is_broken_is_counted_and_what_is_whole_is_said_to_be() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("log.db")).unwrap();
        let channel = store.channel_ids("court", &[Arc::from("hall")]).unwrap()[0];
        let polls: Vec<_> = (0..600).map(|n| probe(channel, 100 * DAY_MS + n * 120_000, good())).collect();
        store.append(&vec![everywhere(1, Event::WatchEnded); 4], &polls).unwrap();
        while store.tidy(at(101 * DAY_MS), Keep::default()).unwrap() != Step::AllDone {}
        let whole = check(store.path()).unwrap();
        assert!(whole.is_whole(), "{whole:?}");
        assert_eq!((whole.facts.all, whole.probes.all), (4, 600));
        for (damage, told) in [
            ("UPDATE event SET body = '{' WHERE seq = 2", (1, 0, 0)),
            ("UPDATE probe_block SET body = x'00'", (1, 512, 0)),
            ("DELETE FROM event WHERE seq = 3", (1, 512, 1)),
        ] {
            store.db.execute(damage, []).unwrap();
            let checked = check(store.path()).unwrap();
            assert!(!checked.is_whole());
            assert_eq!((checked.facts.unreadable, checked.probes.unreadable, checked.missing_facts), told, "{damage}");
        }
    }
}
