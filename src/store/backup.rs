//! A copy of the log beside it, brought up to date from time to time: only what is new is copied, so that it costs what the last hour
//! brought and not what the last year did, and a page that breaks in the log does not reach what was copied before. It is a log like
//! any other; what can be derived is not in it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, TransactionBehavior};

use super::beside::{free_name, with_suffix};
use super::error::StoreError;
use super::migrate::{self, MIGRATIONS};
use super::open::{self, Lock};
use super::rows::{self, EVENT_COLUMNS};
use crate::monitor::event::{Event, Record};
use crate::monitor::ids::Sid;

/// The copy is called like the log, with this behind it.
const SUFFIX: &str = ".backup";

/// What a copy holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Facts in it.
    pub facts: u64,
    /// Facts that this time brought.
    pub new_facts: u64,
    /// Bytes of it.
    pub bytes: u64,
}

/// Where the copy of a log is.
pub fn path_of(log: &Path) -> PathBuf {
    with_suffix(log, SUFFIX)
}

/// Copies everything that is new in `log`, which may be open in this process or another. A copy of another log is renamed, never written
/// over.
///
/// # Errors
/// If the log cannot be read or the copy cannot be written. The copy is as it was before, then.
pub fn back_up(log: &Path) -> Result<BackedUp, StoreError> {
    let path = path_of(log);
    match bring_up_to_date(log, &path) {
        // A page of the copy has broken: it is kept, and a new one begun.
        Err(StoreError::BackupDamaged { .. }) => {
            rename(log, &path, "damaged")?;
            bring_up_to_date(log, &path)
        }
        done => done,
    }
}

fn bring_up_to_date(log: &Path, path: &Path) -> Result<BackedUp, StoreError> {
    let live = open::open_read_only(log).and_then(|db| log_id(&db)).map_err(|error| StoreError::of(log, &error))?;
    keep_other(log, path, &live)?;
    let sql = |error: rusqlite::Error| of_copy(path, &error);
    let mut db = Connection::open(path).map_err(sql)?;
    configure(&db).map_err(sql)?;
    migrate::migrate_copy(&mut db, path, MIGRATIONS)?;
    let attach = format!("file:{}?mode=ro", uri(log));
    db.execute("ATTACH ?1 AS live", [attach]).map_err(|error| StoreError::of(log, &error))?;
    let (before, facts) = copy(&mut db).map_err(sql)?;
    let bytes = fs::metadata(path).map_or(0, |file| file.len());
    Ok(BackedUp { facts, new_facts: facts - before, bytes })
}

/// What went wrong with the copy.
fn of_copy(path: &Path, error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            StoreError::BackupDamaged { path: path.to_owned(), reason: error.to_string() }
        }
        _ => StoreError::of(path, error),
    }
}

fn rename(log: &Path, copy: &Path, word: &str) -> Result<(), StoreError> {
    fs::rename(copy, free_name(copy, word)).map_err(|error| StoreError::not_writable(log, &error))
}

/// One file, whole after each commit.
fn configure(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "journal_mode", "DELETE")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "fullfsync", true)?;
    // Rows come in the order of their tables, not of their references.
    db.pragma_update(None, "foreign_keys", false)
}

/// A path as a URI has it.
pub(super) fn uri(path: &Path) -> String {
    let mut text = String::new();
    for byte in path.to_string_lossy().bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b':' | b'\\' => {
                text.push(char::from(byte))
            }
            other => text += &format!("%{other:02X}"),
        }
    }
    text
}

/// Which log it is.
fn log_id(db: &Connection) -> rusqlite::Result<Option<String>> {
    let tables = "SELECT count(*) FROM sqlite_schema WHERE name = 'log_id'";
    if db.query_row(tables, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(None);
    }
    db.query_row("SELECT id FROM log_id", [], |row| row.get(0)).optional()
}

/// A copy that cannot go on with this log gets another name: it is of another log, or it is damaged, or somebody else's.
fn keep_other(log: &Path, path: &Path, id: &Option<String>) -> Result<(), StoreError> {
    if fs::symlink_metadata(path).is_err() {
        return Ok(());
    }
    let same = open::open_read_only(path).and_then(|db| log_id(&db));
    if matches!(same, Ok(same) if same == *id) {
        return Ok(());
    }
    rename(log, path, "of-another-log")
}

/// How many facts the copy held before, and holds now.
fn copy(db: &mut Connection) -> rusqlite::Result<(u64, u64)> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let facts = |db: &Transaction<'_>| {
        let newest = db.query_row("SELECT coalesce(max(seq), 0) FROM main.event", [], |row| row.get::<_, i64>(0));
        newest.map(i64::unsigned_abs)
    };
    let before = facts(&transaction)?;
    transaction.execute_batch(NEW_ROWS)?;
    let after = facts(&transaction)?;
    transaction.commit()?;
    Ok((before, after))
}

/// Facts and blocks only ever come to an end; what is small is copied whole; what was let go goes here, too.
const NEW_ROWS: &str = "
    INSERT OR REPLACE INTO main.log_id SELECT * FROM live.log_id;
    INSERT OR REPLACE INTO main.channel SELECT * FROM live.channel;
    INSERT INTO main.event SELECT * FROM live.event WHERE seq > (SELECT coalesce(max(seq), 0) FROM main.event);
    DELETE FROM main.probe;
    DELETE FROM main.host;
    DELETE FROM main.answer;
    INSERT INTO main.host SELECT * FROM live.host;
    INSERT INTO main.answer SELECT * FROM live.answer;
    INSERT INTO main.probe SELECT * FROM live.probe;
    DELETE FROM main.probe_summary;
    INSERT INTO main.probe_summary SELECT * FROM live.probe_summary;
    DELETE FROM main.probe_block WHERE id NOT IN (SELECT id FROM live.probe_block);
    INSERT INTO main.probe_block SELECT * FROM live.probe_block
        WHERE id > (SELECT coalesce(max(seq), 0) FROM main.sqlite_sequence WHERE name = 'probe_block');
    INSERT OR REPLACE INTO main.probe_hours SELECT * FROM live.probe_hours
        WHERE day >= (SELECT coalesce(max(raw), 0) - 3 FROM main.horizon);
    DELETE FROM main.probe_hours WHERE day < (SELECT coalesce(max(hours), 0) FROM live.horizon);
    INSERT OR REPLACE INTO main.horizon SELECT * FROM live.horizon;
    INSERT OR REPLACE INTO main.size_of_day SELECT * FROM live.size_of_day;
";

/// What a restoring came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Facts that are in the log again.
    pub facts: u64,
    /// What was in its place; none when there was nothing.
    pub kept_as: Option<PathBuf>,
    /// Recordings of which that knew and the copy does not, one JSON object each, as the import of sessions takes them.
    pub unknown: Vec<String>,
}

/// Puts the copy in the place of the log, which nobody may have open. What is there is renamed, never deleted.
///
/// # Errors
/// If somebody uses the log, if there is no copy or it is damaged, or if the disk refuses. The log is as it was before, then.
pub fn restore(log: &Path) -> Result<Restored, StoreError> {
    let path = path_of(log);
    if fs::symlink_metadata(&path).is_err() {
        return Err(StoreError::NoBackup { path });
    }
    let _lock = Lock::take(log)?;
    let facts = check(&path)?;
    let failed = |error: io::Error| StoreError::not_writable(log, &error);
    // First the whole copy under a name of its own: a full disk changes nothing.
    let part = with_suffix(log, ".restoring");
    fs::copy(&path, &part).map_err(failed)?;
    File::options().write(true).open(&part).and_then(|file| file.sync_all()).map_err(failed)?;
    let kept_as = if fs::symlink_metadata(log).is_ok() { Some(open::rename(log, "replaced")?) } else { None };
    fs::rename(&part, log).map_err(failed)?;
    // What cannot be read tells nothing: then the operator compares with the vendor's console.
    let unknown = kept_as.as_ref().map(|other| running(other).and_then(|theirs| Ok(unknown(theirs, &running(log)?))));
    Ok(Restored { facts, kept_as, unknown: unknown.and_then(Result::ok).unwrap_or_default() })
}

/// A recording that nobody has stopped, by its channel's project and name.
struct Running {
    project: String,
    name: String,
    sid: Sid,
    row: serde_json::Value,
}

/// What a log knows to run.
fn running(log: &Path) -> rusqlite::Result<BTreeMap<u32, Running>> {
    let db = open::open_read_only(log)?;
    let select = format!(
        "SELECT {EVENT_COLUMNS}, project, name FROM event JOIN channel ON channel.id = event.channel
         WHERE kind IN ('started', 'adopted', 'stopped') ORDER BY seq"
    );
    let mut select = db.prepare(&select)?;
    let (mut rows, mut running) = (select.query([])?, BTreeMap::new());
    while let Some(row) = rows.next()? {
        let Some((_, Record { channel: Some(id), event, .. })) = rows::record(row) else { continue };
        let (project, name): (String, String) = (row.get(6)?, row.get(7)?);
        match begun(&event, &name, &project) {
            Some((sid, row)) => drop(running.insert(id.0, Running { project, name, sid, row })),
            None => drop(running.remove(&id.0)),
        }
    }
    Ok(running)
}

fn begun(event: &Event, name: &str, project: &str) -> Option<(Sid, serde_json::Value)> {
    let (uid, resource_id, sid, cname, mode) = if let Event::Started { uid, resource_id, sid, cname, mode, .. } = event
    {
        (uid, resource_id, sid, cname.as_ref(), mode.as_ref())
    } else if let Event::Adopted { uid, resource_id, sid, cname, mode, .. } = event {
        (uid, resource_id, sid, Some(cname), Some(mode))
    } else {
        return None;
    };
    let row = serde_json::json!({
        "resourceId": resource_id.as_str(),
        "sid": sid.as_str(),
        "cname": cname.map_or(name, |cname| cname.as_str()),
        "uid": uid.get(),
        "mode": mode,
        "name": name,
        "project": project,
    });
    Some((sid.clone(), row))
}

/// What theirs has that ours has not.
fn unknown(theirs: BTreeMap<u32, Running>, ours: &BTreeMap<u32, Running>) -> Vec<String> {
    let is_ours = |other: &Running| {
        ours.values().any(|own| own.sid == other.sid && own.project == other.project && own.name == other.name)
    };
    theirs.into_values().filter(|other| !is_ours(other)).map(|other| other.row.to_string()).collect()
}

/// Whether a copy is one, and whole; how many facts are in it.
fn check(path: &Path) -> Result<u64, StoreError> {
    let sql = |error: rusqlite::Error| of_copy(path, &error);
    let db = open::open_read_only(path).map_err(sql)?;
    open::check_identity(&db, path, migrate::newest(MIGRATIONS))?;
    let verdict: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).map_err(sql)?;
    if verdict != "ok" {
        return Err(StoreError::BackupDamaged { path: path.to_owned(), reason: open::first_finding(&verdict) });
    }
    let facts = db.query_row("SELECT coalesce(max(seq), 0) FROM event", [], |row| row.get::<_, i64>(0));
    facts.map(i64::unsigned_abs).map_err(sql)
}

#[cfg(test)]
mod tests;
