//! Opening the file: one process at a time, only if it is ours, only if it is whole. A damaged file is renamed, never deleted.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::backup;
use super::beside::{self, forget_check, free_name, with_suffix};
use super::error::StoreError;
use super::migrate::{self, APPLICATION_ID};
use super::stand_in::EarlierRuns;

/// How long a lock of another program is waited for.
const BUSY_TIMEOUT: Duration = Duration::from_secs(2);
/// The write-ahead log is cut back to this size after a checkpoint.
const JOURNAL_SIZE_LIMIT: i64 = 64 * 1024 * 1024;
/// Tables of a log larger than this, in bytes, are not all read at the start.
const CHECKED_AT_START: u64 = 64 * 1024 * 1024;
/// Evidence: never read at the start.
const EVIDENCE: [&str; 3] = ["probe", "probe_block", "probe_hours"];
/// What grows with the years.
const HISTORY: [&str; 3] = ["event", "past_day", "answer"];

/// Something the operator should know about a store that did open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The file was damaged; it was renamed, and a new one begun.
    SetAside {
        /// Its new name.
        kept_as: PathBuf,
        /// What was wrong.
        reason: String,
        /// Whether the hourly copy is there.
        backup: Backup,
    },
    /// The disk refuses the log. Watching goes on, and what is new waits in memory.
    StandsIn {
        /// What is wrong.
        why: String,
        /// Whether what is there can be read.
        earlier_runs: EarlierRuns,
    },
    /// An older version was brought up to date; this is a copy from before.
    Upgraded {
        /// The copy.
        copy: PathBuf,
    },
}

/// Whether there is a copy of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backup {
    /// There is.
    There,
    /// There is none.
    None,
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Note::SetAside { kept_as, reason, backup } => {
                let kept_as = kept_as.display();
                write!(
                    f,
                    "the log was damaged ({reason}): a new one was begun, so the history starts now; the old file is kept as {kept_as}"
                )?;
                match backup {
                    Backup::There => {
                        f.write_str("; close reelwatch and run reelwatch store restore to bring the hourly backup back")
                    }
                    Backup::None => Ok(()),
                }
            }
            Note::StandsIn { why, earlier_runs: EarlierRuns::Known } => {
                write!(f, "{why}; watching goes on, and what is new waits in memory until the log can be written")
            }
            Note::StandsIn { why, earlier_runs: EarlierRuns::Unknown } => write!(
                f,
                "{why}; watching goes on, and what is new waits in memory until the log can be written; what earlier runs wrote \
                 cannot be read, so recordings that they started are not known here: compare with the Agora console"
            ),
            Note::Upgraded { copy } => {
                write!(f, "the log was brought up to date; a copy from before is kept as {}", copy.display())
            }
        }
    }
}

/// The lock that makes this process the only writer; it ends with the value, also when the process is killed.
#[derive(Debug)]
pub struct Lock {
    _held: File,
}

impl Lock {
    /// Takes it.
    ///
    /// # Errors
    /// If another process has it, or the file of the lock cannot be made.
    pub fn take(path: &Path) -> Result<Self, StoreError> {
        let beside = with_suffix(path, ".lock");
        let file = File::options()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(beside)
            .map_err(|error| StoreError::not_writable(path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _held: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::InUse { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => Err(StoreError::not_writable(path, &error)),
        }
    }
}

/// Which file a path leads to, whatever it is called. Only Unix lets a file be taken away while it is open; elsewhere any file
/// counts as the same one.
#[derive(Debug, PartialEq, Eq)]
pub struct Identity(u64, u64);

impl Identity {
    /// `None` when there is no file, or it cannot be looked at.
    #[cfg(unix)]
    pub fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        fs::metadata(path).ok().map(|file| Self(file.dev(), file.ino()))
    }

    /// `None` when there is no file, or it cannot be looked at.
    #[cfg(not(unix))]
    pub fn of(path: &Path) -> Option<Self> {
        fs::metadata(path).ok().map(|_| Self(0, 0))
    }
}

/// A connection that is ours, whole and up to date.
pub struct Opened {
    pub db: Connection,
    pub lock: Lock,
    pub notes: Vec<Note>,
}

/// Opens or creates the database.
pub fn open(path: &Path, migrations: &[&str]) -> Result<Opened, StoreError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| StoreError::not_writable(path, &error))?;
    }
    let lock = Lock::take(path)?;
    let mut notes = Vec::new();
    let (db, copy) = match prepare(path, migrations) {
        Err(StoreError::Damaged { reason, .. }) => {
            let backup = if backup::path_of(path).is_file() { Backup::There } else { Backup::None };
            notes.push(Note::SetAside { kept_as: rename(path, "damaged")?, reason, backup });
            prepare(path, migrations)?
        }
        prepared => prepared?,
    };
    notes.extend(copy.map(|copy| Note::Upgraded { copy }));
    forget_check(path).map_err(|error| StoreError::not_writable(path, &error))?;
    Ok(Opened { db, lock, notes })
}

/// A connection that is ours, whole and up to date, and the copy that was made of an older one.
fn prepare(path: &Path, migrations: &[&str]) -> Result<(Connection, Option<PathBuf>), StoreError> {
    let mut db = examine(path, migrations)?;
    configure(&db).map_err(|error| StoreError::of(path, &error))?;
    let copy = migrate::migrate(&mut db, path, migrations)?;
    Ok((db, copy))
}

/// Connects without changing anything, and refuses what is not ours, too new, or damaged.
fn examine(path: &Path, migrations: &[&str]) -> Result<Connection, StoreError> {
    refuse_foreign_header(path)?;
    let sql = |error: rusqlite::Error| StoreError::of(path, &error);
    let db = Connection::open(path).map_err(sql)?;
    db.busy_timeout(BUSY_TIMEOUT).map_err(sql)?;
    check_identity(&db, path, migrate::newest(migrations))?;
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
        .and_then(|mut rows| rows.query_map([], |row| row.get(0))?.collect())
        .map_err(sql)?;
    let all = beside::is_check_asked_for(path);
    // Only the longer check holds an index against its table.
    let check = if all { "integrity_check" } else { "quick_check" };
    // Reading all evidence, and years of facts, at every start would take longer than a start may. They are read while the program
    // runs, and at the next start when a damaged page was met.
    let large = fs::metadata(path).is_ok_and(|file| file.len() > CHECKED_AT_START);
    let reads = |table: &str| all || !(EVIDENCE.contains(&table) || (large && HISTORY.contains(&table)));
    for table in tables.iter().filter(|table| reads(table)) {
        let verdict: String = db
            .query_row(&format!("PRAGMA {check}(\"{}\")", table.replace('"', "\"\"")), [], |row| row.get(0))
            .map_err(sql)?;
        if verdict != "ok" {
            return Err(StoreError::Damaged { path: path.to_owned(), reason: first_finding(&verdict) });
        }
    }
    Ok(db)
}

/// The first of what SQLite found, and how many more: one damaged page can make dozens of lines, which say no more than that.
pub fn first_finding(verdict: &str) -> String {
    let mut findings = verdict.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("***"));
    let first = findings.next().unwrap_or("no reason given");
    match findings.count() {
        0 => first.to_owned(),
        more => format!("{first}, and {more} more findings"),
    }
}

/// Refuses a database that another program, or a newer reelwatch, made.
pub fn check_identity(db: &Connection, path: &Path, known: i64) -> Result<(), StoreError> {
    let sql = |error: rusqlite::Error| StoreError::of(path, &error);
    let application: i64 = db.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(sql)?;
    let found = migrate::version(db).map_err(sql)?;
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(sql)?;
    let empty = application == 0 && found == 0 && tables == 0;
    if application != APPLICATION_ID && !empty {
        return Err(StoreError::NotOurs { path: path.to_owned() });
    }
    if found > known {
        return Err(StoreError::Newer { path: path.to_owned(), found, known });
    }
    Ok(())
}

/// A file that does not begin like a database is somebody's file, and not to be renamed by us. Zeros are what a lost disk write
/// leaves behind: those count as damage.
fn refuse_foreign_header(path: &Path) -> Result<(), StoreError> {
    let mut header = Vec::new();
    match File::open(path) {
        Ok(file) => file.take(16).read_to_end(&mut header).map_err(|error| StoreError::not_writable(path, &error))?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::not_writable(path, &error)),
    };
    if header.is_empty() || header == b"SQLite format 3\0" {
        Ok(())
    } else if header.iter().all(|byte| *byte == 0) {
        Err(StoreError::Damaged { path: path.to_owned(), reason: "it begins with zeros".to_owned() })
    } else {
        Err(StoreError::NotOurs { path: path.to_owned() })
    }
}

/// What every writing connection is set to.
pub fn configure(db: &Connection) -> rusqlite::Result<()> {
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    // FULL: a commit is on the disk before its call leaves; NORMAL may lose the last commits with the power.
    db.pragma_update(None, "synchronous", "FULL")?;
    // Only macOS knows these two; without them its fsync stops at the drive's cache.
    db.pragma_update(None, "fullfsync", true)?;
    db.pragma_update(None, "checkpoint_fullfsync", true)?;
    db.pragma_update(None, "journal_size_limit", JOURNAL_SIZE_LIMIT)?;
    db.pragma_update(None, "foreign_keys", true)?;
    db.pragma_update(None, "trusted_schema", false)
}

/// A read-only connection; `name` may also be the URI of a database in memory.
pub fn open_read_only(name: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(name, flags)?;
    db.busy_timeout(BUSY_TIMEOUT)?;
    db.pragma_update(None, "trusted_schema", false)?;
    Ok(db)
}

/// Renames the database with its write-ahead log, so that both can still be read together: to `<path>.<word>-<n>`.
pub fn rename(path: &Path, word: &str) -> Result<PathBuf, StoreError> {
    let kept_as = free_name(path, word);
    let rename = |suffix: &str| match fs::rename(with_suffix(path, suffix), with_suffix(&kept_as, suffix)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(StoreError::NotSetAside { path: path.to_owned(), reason: error.to_string() })
        }
        _ => Ok(()),
    };
    rename("")?;
    rename("-wal")?;
    rename("-shm")?;
    Ok(kept_as)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::Event;
    use crate::store::Store;
    use crate::store::sample::everywhere;

    fn path_in(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("log.db")
    }

    #[test]
    fn two_instances_cannot_have_one_log_and_the_second_may_once_the_first_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let first = Store::open(&path_in(&folder)).unwrap();
        let error = Store::open(&path_in(&folder)).unwrap_err();
        assert!(matches!(error, StoreError::InUse { .. }), "{error}");
        drop(first);
        assert!(Store::open(&path_in(&folder)).is_ok());
    }

    #[test]
    fn folders_are_made_and_one_that_cannot_be_made_is_told() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Store::open(&folder.path().join("a").join("b").join("log.db")).is_ok());
        let file = folder.path().join("file");
        fs::write(&file, "x").unwrap();
        let error = Store::open(&file.join("log.db")).unwrap_err();
        assert!(matches!(error, StoreError::NotWritable { .. }), "{error}");
    }

    #[test]
    fn somebody_elses_files_are_refused_and_stay_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes.txt");
        fs::write(&notes, "shopping: milk, eggs, bread").unwrap();
        assert!(matches!(Store::open(&notes), Err(StoreError::NotOurs { .. })));
        assert_eq!(fs::read_to_string(&notes).unwrap(), "shopping: milk, eggs, bread");

        let other = folder.path().join("other.db");
        Connection::open(&other).unwrap().execute_batch("CREATE TABLE bird (name TEXT)").unwrap();
        let before = fs::read(&other).unwrap();
        assert!(matches!(Store::open(&other), Err(StoreError::NotOurs { .. })));
        assert_eq!(fs::read(&other).unwrap(), before);
    }

    #[test]
    fn a_newer_log_is_refused_and_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(&folder);
        drop(Store::open(&path).unwrap());
        Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
        let before = fs::read(&path).unwrap();
        let error = Store::open(&path).unwrap_err();
        assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), before);
    }

    #[test]
    fn of_many_findings_the_first_is_told_and_the_others_are_counted() {
        let verdict = "*** in database main ***\nTree 2 page 9: wrong\nTree 2 page 10: wrong\n\nPage 11: never used";
        assert_eq!(first_finding(verdict), "Tree 2 page 9: wrong, and 2 more findings");
        assert_eq!(first_finding("malformed inverted index"), "malformed inverted index");
    }

    #[test]
    fn a_damaged_log_is_set_aside_whole_and_a_new_one_begun() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(&folder);
        let mut store = Store::open(&path).unwrap();
        let facts = vec![everywhere(1, Event::WatchEnded); 2_000];
        store.append(&facts, &[]).unwrap();
        drop(store);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2 / 4096 * 4096;
        bytes[middle..middle + 4096].fill(0xAA);
        fs::write(&path, &bytes).unwrap();

        for (number, text) in [(1, bytes.as_slice()), (2, [0_u8; 8192].as_slice())] {
            fs::write(&path, text).unwrap();
            let store = Store::open(&path).unwrap();
            let aside = folder.path().join(format!("log.db.damaged-{number}"));
            assert!(
                matches!(store.notes(), [Note::SetAside { kept_as, .. }] if *kept_as == aside),
                "{:?}",
                store.notes()
            );
            assert!(!store.notes()[0].to_string().contains('\n'), "one line: {}", store.notes()[0]);
            assert_eq!(fs::read(&aside).unwrap(), text);
            assert_eq!(store.events().unwrap().records, []);
        }
    }

    /// Defines the index of channels and times anew without touching its content.
    fn edit_schema(path: &Path, sql: &str, then: &str) {
        let edit = format!("UPDATE sqlite_schema SET sql = {sql} WHERE name = 'event_channel_at'");
        let db = Connection::open(path).unwrap();
        db.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false).unwrap();
        db.execute_batch(&format!("PRAGMA writable_schema = ON; {edit}; PRAGMA writable_schema = RESET; {then}"))
            .unwrap();
    }

    #[test]
    fn an_index_that_contradicts_its_table_is_found_once_a_run_met_damage() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(&folder);
        let mut store = Store::open(&path).unwrap();
        store.append(&[everywhere(1, Event::NetworkBack), everywhere(2, Event::WatchEnded)], &[]).unwrap();
        drop(store);
        edit_schema(&path, "replace(sql, '(channel, at)', '(channel, -at)')", "REINDEX");
        edit_schema(&path, "replace(sql, '(channel, -at)', '(channel, at)')", "");
        assert_eq!(Store::open(&path).unwrap().notes(), [], "too long a check for every start");
        beside::ask_for_check(&path);
        let store = Store::open(&path).unwrap();
        assert!(matches!(store.notes(), [Note::SetAside { .. }]), "{:?}", store.notes());
    }

    #[test]
    fn text_that_is_none_is_damage_and_does_not_bar_every_later_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(&folder);
        let store = Store::open(&path).unwrap();
        store.db.execute("UPDATE migration SET text = CAST(x'43524541ff' AS TEXT)", []).unwrap();
        drop(store);
        let store = Store::open(&path).unwrap();
        assert!(matches!(store.notes(), [Note::SetAside { .. }]), "{:?}", store.notes());
    }

    #[test]
    fn a_damaged_page_met_while_running_is_looked_for_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let path = path_in(&folder);
        let mut store = Store::open(&path).unwrap();
        let channel = store.channel_ids("court", &["hall".into()]).unwrap()[0];
        let probes: Vec<_> = (0..20_000)
            .map(|millis| crate::store::sample::probe(channel, millis, crate::store::sample::good()))
            .collect();
        store.append(&[], &probes).unwrap();
        let root: u32 = store
            .db
            .query_row("SELECT rootpage FROM sqlite_schema WHERE name = 'probe'", [], |row| row.get(0))
            .unwrap();
        drop(store);
        let mut bytes = fs::read(&path).unwrap();
        let root = usize::try_from(root).unwrap();
        bytes[(root - 1) * 4096..root * 4096].fill(0xAA);
        fs::write(&path, bytes).unwrap();

        let mut store = Store::open(&path).unwrap();
        assert_eq!(store.notes(), []);
        let error = store.append(&[], &probes[..1]).unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        drop(store);
        assert!(path_in(&folder).with_extension("db.check").is_file());
        let mut store = Store::open(&path).unwrap();
        assert!(matches!(store.notes(), [Note::SetAside { .. }]));
        store.channel_ids("court", &["hall".into()]).unwrap();
        store.append(&[], &probes[..1]).unwrap();
        assert!(!path_in(&folder).with_extension("db.check").exists());
    }
}
