//! Numbered migrations. Each runs in one transaction that also counts the version up; its text is kept in the database and
//! compared at every start, so that a migration changed after the fact is noticed. It never goes back a version.

use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};

use super::error::StoreError;

/// «reel» in ASCII, in the header of every database of ours.
pub const APPLICATION_ID: i64 = 0x7265_656c;

/// All migrations in their order; the first is number 1. A released one is never changed: a new one is added.
pub const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_log.sql"),
    include_str!("migrations/0002_adopted.sql"),
    include_str!("migrations/0003_past.sql"),
];

/// The version a list of migrations leads to.
pub fn newest(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

/// The version of a database; 0 for an empty one.
pub fn version(db: &Connection) -> rusqlite::Result<i64> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a database that is ours, or empty, up to date. An older one that holds data is copied before, to `<path>.before-<n>`,
/// and the copy's path comes back.
pub fn migrate(db: &mut Connection, path: &Path, migrations: &[&str]) -> Result<Option<PathBuf>, StoreError> {
    let found = version(db).map_err(|error| StoreError::of(path, &error))?;
    compare(db, path, migrations, found)?;
    let copy =
        if found > 0 && found < newest(migrations) { Some(back_up(db, path, newest(migrations))?) } else { None };
    migrate_copy(db, path, migrations)?;
    Ok(copy)
}

/// The same with what is itself a copy.
pub fn migrate_copy(db: &mut Connection, path: &Path, migrations: &[&str]) -> Result<(), StoreError> {
    let sql = |error: rusqlite::Error| StoreError::of(path, &error);
    let found = version(db).map_err(sql)?;
    compare(db, path, migrations, found)?;
    for (text, number) in migrations.iter().zip(1_i64..).filter(|(_, number)| *number > found) {
        apply(db, text, number).map_err(sql)?;
    }
    Ok(())
}

/// Refuses a database whose applied migrations read differently from ours.
fn compare(db: &Connection, path: &Path, migrations: &[&str], found: i64) -> Result<(), StoreError> {
    for (text, number) in migrations.iter().zip(1_i64..=found) {
        let applied: Option<String> = db
            .query_row("SELECT max(text) FROM migration WHERE number = ?1", [number], |row| row.get(0))
            .map_err(|error| StoreError::of(path, &error))?;
        if applied.as_deref() != Some(unix_lines(text).as_str()) {
            return Err(StoreError::ChangedMigration { path: path.to_owned(), number });
        }
    }
    Ok(())
}

fn apply(db: &mut Connection, text: &str, number: i64) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(text)?;
    transaction.execute("INSERT INTO migration (number, text) VALUES (?1, ?2)", (number, unix_lines(text)))?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", number)?;
    transaction.commit()
}

/// A whole copy beside the database, on the disk before anything is changed.
fn back_up(db: &Connection, path: &Path, target: i64) -> Result<PathBuf, StoreError> {
    let copy = super::beside::free_name(path, &format!("before-{target}"));
    db.execute("VACUUM INTO ?1", [copy.to_string_lossy()]).map_err(|error| StoreError::of(path, &error))?;
    File::options()
        .write(true)
        .open(&copy)
        .and_then(|file| file.sync_all())
        .map_err(|e| StoreError::not_writable(&copy, &e))?;
    Ok(copy)
}

/// A checkout on Windows may have other line ends; the migration is still the same.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::Event;
    use crate::store::evidence::steps::{Keep, Step};
    use crate::store::sample::{at, everywhere};
    use crate::store::{Note, Store};

    const MORE: &[&str] = &[MIGRATIONS[0], MIGRATIONS[1], MIGRATIONS[2], "ALTER TABLE host ADD COLUMN city TEXT;"];
    const BROKEN: &[&str] = &[
        MIGRATIONS[0],
        MIGRATIONS[1],
        MIGRATIONS[2],
        "CREATE TABLE half (x TEXT) STRICT; INSERT INTO nowhere VALUES (1);",
    ];

    #[test]
    fn an_empty_file_becomes_a_database_of_ours_in_the_newest_version() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("log.db")).unwrap();
        assert_eq!(version(&store.db).unwrap(), newest(MIGRATIONS));
        let application: i64 = store.db.pragma_query_value(None, "application_id", |row| row.get(0)).unwrap();
        assert_eq!(application, APPLICATION_ID);
        assert_eq!(store.notes(), []);
    }

    #[test]
    fn an_older_log_is_copied_before_it_is_brought_up_to_date() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        let fact = everywhere(1, Event::WatchEnded);
        Store::open(&path).unwrap().append(std::slice::from_ref(&fact), &[]).unwrap();

        let store = Store::open_with(&path, MORE).unwrap();
        assert_eq!(version(&store.db).unwrap(), newest(MORE));
        assert_eq!(store.events().unwrap().records, [(1, fact.clone())]);
        let copy = folder.path().join("log.db.before-4-1");
        assert_eq!(store.notes(), [Note::Upgraded { copy: copy.clone() }]);
        assert_eq!(Store::open(&copy).unwrap().events().unwrap().records, [(1, fact)]);
    }

    /// A log as the version with this number wrote it: a channel, two facts, two probes.
    fn of_version(path: &Path, number: usize) {
        let mut db = Connection::open(path).unwrap();
        migrate_copy(&mut db, path, &MIGRATIONS[..number]).unwrap();
        db.execute_batch(
            r#"INSERT INTO channel VALUES (1, 'court', 'hall');
               INSERT INTO event VALUES (1, 10, NULL, 'watch_began', 1, '{"version":"0.1.0"}');
               INSERT INTO event VALUES (2, 20, 1, 'phase_changed', 1, '{"to":"recording","answer":null}');
               INSERT INTO host VALUES (1, 'api.agora.io');
               INSERT INTO answer VALUES (1, '{"outcome":{"status":5},"http":200}');
               INSERT INTO probe VALUES (1, 30, 0, 1, 1, 80, 1);
               INSERT INTO probe VALUES (1, 40, 0, 1, 1, 90, 1);
               INSERT INTO probe_summary VALUES (1, 2, 40, NULL);"#,
        )
        .unwrap();
    }

    #[test]
    fn logs_of_every_earlier_version_are_brought_up_to_date_and_hold_what_they_held() {
        for number in 1..MIGRATIONS.len() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("log.db");
            of_version(&path, number);
            let mut store = Store::open(&path).unwrap();
            assert!(matches!(store.notes(), [Note::Upgraded { .. }]), "version {number}");
            let channel = store.channel_ids("court", &["hall".into()]).unwrap()[0];
            let facts: Vec<_> = store.events().unwrap().records.iter().map(|(seq, fact)| (*seq, fact.at)).collect();
            assert_eq!(facts, [(1, at(10)), (2, at(20))], "version {number}");
            let past = store.reader().unwrap().history(channel, at(0), at(99)).unwrap();
            let probes: Vec<_> =
                past.probes.iter().map(|probe| (probe.at, probe.latency_ms, probe.is_good())).collect();
            assert_eq!((probes, past.skipped), (vec![(at(30), 80, true), (at(40), 90, true)], 0), "version {number}");
            // And goes on as one of today.
            while store.tidy(at(2 * 86_400_000), Keep::default()).unwrap() != Step::AllDone {}
            assert_eq!(store.reader().unwrap().history(channel, at(0), at(99)).unwrap().probes, past.probes);
            assert!(crate::store::check::check(&path).unwrap().is_whole(), "version {number}");
        }
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        drop(Store::open(&path).unwrap());
        assert!(Store::open_with(&path, BROKEN).is_err());
        let store = Store::open(&path).unwrap();
        let half: i64 =
            store.db.query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'half'", [], |row| row.get(0)).unwrap();
        assert_eq!((version(&store.db).unwrap(), half), (newest(MIGRATIONS), 0));
    }

    #[test]
    fn a_changed_migration_is_refused_and_other_line_ends_are_not_a_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        drop(Store::open(&path).unwrap());
        let windows = MIGRATIONS[0].replace('\n', "\r\n");
        assert!(Store::open_with(&path, &[&windows, MIGRATIONS[1], MIGRATIONS[2]]).is_ok());
        let changed = MIGRATIONS[0].replace("latency_ms", "latency");
        let error = Store::open_with(&path, &[&changed, MIGRATIONS[1], MIGRATIONS[2]]).unwrap_err();
        assert!(matches!(error, StoreError::ChangedMigration { number: 1, .. }), "{error}");
    }
}
