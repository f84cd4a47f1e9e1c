//! What can go wrong with the file: what happened, what it means, what to do, and always which file.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

use super::beside;

/// Why the store cannot be opened, or did not take or give what was asked.
#[derive(Debug, Error)]
pub enum StoreError {
    /// Another process holds it.
    #[error(
        "another reelwatch uses the log {}: two would write over each other; close the other one, or give this one a log \
         of its own", path.display()
    )]
    InUse {
        /// The database.
        path: PathBuf,
    },
    /// A newer reelwatch made it.
    #[error(
        "the log {} has version {found}, and this reelwatch knows versions up to {known}: a newer one wrote it; nothing was \
         changed; install that version, or use another log", path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version this program knows.
        known: i64,
    },
    /// It is something else.
    #[error(
        "{} is not a log of reelwatch: nothing was changed; move it away, or use another path for the log", path.display()
    )]
    NotOurs {
        /// The file.
        path: PathBuf,
    },
    /// The database was made by a different text of a migration.
    #[error(
        "migration {number} of the log {} is not the one this reelwatch has: a build that was never released wrote it; \
         nothing was changed; use the program that made it, or another log", path.display()
    )]
    ChangedMigration {
        /// The database.
        path: PathBuf,
        /// Which migration.
        number: i64,
    },
    /// The folder or the file may not be written.
    #[error(
        "the log {} cannot be written ({reason}): nothing new is kept; make its folder writable for this user, or use \
         another path", path.display()
    )]
    NotWritable {
        /// The database.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// No space.
    #[error(
        "no space left for the log {}: nothing new is kept, what is there is whole; free some space on that disk",
        path.display()
    )]
    DiskFull {
        /// The database.
        path: PathBuf,
    },
    /// The file was taken away, or there is another one in its place.
    #[error(
        "the log {} was removed or replaced while reelwatch uses it: nothing new is kept; put it back, or restart \
         reelwatch", path.display()
    )]
    Gone {
        /// The database.
        path: PathBuf,
    },
    /// Another program holds a lock on the database.
    #[error(
        "another program holds the log {} locked: nothing new is kept until it lets go; close database tools that have it \
         open", path.display()
    )]
    Busy {
        /// The database.
        path: PathBuf,
    },
    /// It changed while this process could not write it.
    #[error(
        "the log {} has changed since it could be read: nothing new is kept, so that nothing is mixed up; restart reelwatch",
        path.display()
    )]
    Moved {
        /// The database.
        path: PathBuf,
    },
    /// The content is broken.
    #[error(
        "the log {} is damaged ({reason}): part of it cannot be read; restart reelwatch, which sets the file aside and \
         begins a new one", path.display()
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// A damaged file could not be renamed.
    #[error(
        "the log {} is damaged and could not be renamed ({reason}): nothing new is kept; move it away by hand",
        path.display()
    )]
    NotSetAside {
        /// The database.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// There is no log.
    #[error("there is no log {}: nothing was done; name another one, or its folder with --data-dir", path.display())]
    Missing {
        /// The database that was looked for.
        path: PathBuf,
    },
    /// An older version, which only a start of the program brings up to date.
    #[error(
        "the log {} has version {found}, and this reelwatch knows version {known}: nothing was done; start reelwatch once, which \
         brings it up to date and keeps a copy", path.display()
    )]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version of this program.
        known: i64,
    },
    /// There is no copy to restore.
    #[error("there is no backup {}: nothing was changed; reelwatch makes one every hour while it runs", path.display())]
    NoBackup {
        /// The copy that was looked for.
        path: PathBuf,
    },
    /// The copy is broken.
    #[error("the backup {} is damaged ({reason}): nothing was changed; the log stays as it is", path.display())]
    BackupDamaged {
        /// The copy.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
    /// Anything else the database says.
    #[error("the log {} refuses ({reason}): nothing new is kept; restart reelwatch, and report this if it stays", path.display())]
    Refused {
        /// The database.
        path: PathBuf,
        /// What the database said.
        reason: String,
    },
}

impl StoreError {
    /// Whether the same may succeed a while later, with nothing done but space made or a permission given.
    pub(super) const fn may_pass(&self) -> bool {
        match self {
            Self::NotWritable { .. }
            | Self::DiskFull { .. }
            | Self::Busy { .. }
            | Self::NotSetAside { .. }
            | Self::Refused { .. } => true,
            Self::InUse { .. }
            | Self::Newer { .. }
            | Self::NotOurs { .. }
            | Self::ChangedMigration { .. }
            | Self::Gone { .. }
            | Self::Moved { .. }
            | Self::Damaged { .. }
            | Self::Missing { .. }
            | Self::Older { .. }
            | Self::NoBackup { .. }
            | Self::BackupDamaged { .. } => false,
        }
    }

    /// The error of the database at `path`, sorted by what a person can do about it. A damaged page makes the next start look at
    /// all of them.
    pub(super) fn of(path: &Path, error: &rusqlite::Error) -> Self {
        let (path, reason) = (path.to_owned(), error.to_string());
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull { path },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::NotWritable { path, reason }
            }
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                beside::ask_for_check(&path);
                Self::Damaged { path, reason }
            }
            _ if is_no_such_value(error) => {
                beside::ask_for_check(&path);
                Self::Damaged { path, reason }
            }
            _ => Self::Refused { path, reason },
        }
    }

    /// The folder or the lock file could not be made.
    pub(super) fn not_writable(path: &Path, error: &io::Error) -> Self {
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&error.kind());
        let path = path.to_owned();
        if full { Self::DiskFull { path } } else { Self::NotWritable { path, reason: error.to_string() } }
    }
}

/// Whether a column holds what was never written there: the tables are strict, so only damage can have put it in.
fn is_no_such_value(error: &rusqlite::Error) -> bool {
    use rusqlite::Error::{IntegralValueOutOfRange, InvalidColumnType, Utf8Error};
    matches!(error, Utf8Error(..) | InvalidColumnType(..) | IntegralValueOutOfRange(..))
}
