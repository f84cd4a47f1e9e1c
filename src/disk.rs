//! Files that are written wholly or not at all: into a temporary one in the same folder, to the disk, then renamed. What is
//! cut short leaves no half of a file under the name that was asked for. Exports and the settings file are written so; what
//! stands in them is not known here.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// What to do about a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it and say so.
    Keep,
    /// Replace it in one step, once the new one is whole.
    Replace,
}

/// Why a file was not written. What was there before is as it was.
#[derive(Debug, Error)]
pub enum FileError {
    /// There is one, and it was to be kept.
    #[error("{} is there already and was kept: choose another name, or replace it", path.display())]
    Exists {
        /// Where.
        path: PathBuf,
    },
    /// There is no such folder.
    #[error("{} was not written: the folder {} does not exist; make it, or choose another", path.display(), folder.display())]
    NoFolder {
        /// Where it should have gone.
        path: PathBuf,
        /// What is missing.
        folder: PathBuf,
    },
    /// The system does not allow it.
    #[error(
        "{} was not written: not allowed ({reason}); close the program that has it open, or choose a folder you may write to",
        path.display()
    )]
    NotAllowed {
        /// Where it should have gone.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
    /// No space.
    #[error("{} was not written: no space left on that disk; free some, or choose another", path.display())]
    DiskFull {
        /// Where it should have gone.
        path: PathBuf,
    },
    /// Anything else.
    #[error("{} was not written: {reason}; choose another place", path.display())]
    Other {
        /// Where it should have gone.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

/// Writes a file with what `content` puts into it, and gives back what `content` gave (its number of lines).
pub fn write_file<T>(
    path: &Path,
    existing: Existing,
    content: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>,
) -> Result<T, FileError> {
    if existing == Existing::Keep && fs::symlink_metadata(path).is_ok() {
        return Err(FileError::Exists { path: path.to_owned() });
    }
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        Some(_) | None => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(FileError::NoFolder { path: path.to_owned(), folder: folder.to_owned() });
    }
    let (temporary, file) = temporary_in(folder).map_err(|error| sort(path, &error))?;
    let written = fill(file, content).and_then(|given| put_in_place(&temporary, path, existing).map(|()| given));
    if written.is_err() {
        // The error itself is what matters; a temporary file that stays carries our name.
        let _ = fs::remove_file(&temporary);
    }
    written.map_err(|error| sort(path, &error))
}

fn fill<T>(file: File, content: impl FnOnce(&mut BufWriter<File>) -> io::Result<T>) -> io::Result<T> {
    let mut out = BufWriter::new(file);
    let given = content(&mut out)?;
    out.into_inner()?.sync_all()?;
    Ok(given)
}

/// A new file beside the one that is wanted, so that renaming never crosses disks.
fn temporary_in(folder: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 1_u32;
    loop {
        let path = folder.join(format!(".reelwatch-{}-{number}.part", std::process::id()));
        match File::options().write(true).create_new(true).open(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
            Ok(file) => return Ok((path, file)),
        }
    }
}

fn put_in_place(temporary: &Path, path: &Path, existing: Existing) -> io::Result<()> {
    match existing {
        Existing::Replace => fs::rename(temporary, path)?,
        Existing::Keep => put_where_nothing_is(temporary, path)?,
    }
    // The new name has to reach the disk too; Windows has no such call and needs none.
    #[cfg(unix)]
    if let Some(folder) = temporary.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A second name is refused where there is a file already, even one that came just now; renaming would replace it. Disks that know
/// no second names get a rename after one more look.
fn put_where_nothing_is(temporary: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(temporary, path) {
        Ok(()) => fs::remove_file(temporary),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) if fs::symlink_metadata(path).is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(temporary, path),
    }
}

fn sort(path: &Path, error: &io::Error) -> FileError {
    let (path, kind, reason) = (path.to_owned(), error.kind(), error.to_string());
    if kind == io::ErrorKind::AlreadyExists {
        FileError::Exists { path }
    } else if [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded].contains(&kind) {
        FileError::DiskFull { path }
    } else if [io::ErrorKind::PermissionDenied, io::ErrorKind::ReadOnlyFilesystem].contains(&kind) {
        FileError::NotAllowed { path, reason }
    } else {
        FileError::Other { path, reason }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn names_in(folder: &Path) -> Vec<String> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_file_is_written_whole_and_nothing_else_is_left() {
        for existing in [Existing::Keep, Existing::Replace] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("log.csv");
            let given = write_file(&path, existing, |out| out.write_all(b"all of it").map(|()| 7)).unwrap();
            assert_eq!(given, 7);
            assert_eq!(fs::read_to_string(&path).unwrap(), "all of it");
            assert_eq!(names_in(folder.path()), ["log.csv"]);
        }
    }

    #[test]
    fn a_file_that_is_there_is_kept_or_replaced_as_asked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.csv");
        fs::write(&path, "old").unwrap();
        let kept = write_file(&path, Existing::Keep, |out| out.write_all(b"new"));
        assert!(matches!(kept, Err(FileError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        write_file(&path, Existing::Replace, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn a_file_that_appears_while_we_write_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.csv");
        let kept = write_file(&path, Existing::Keep, |_| fs::write(&path, "somebody else's"));
        assert!(matches!(kept, Err(FileError::Exists { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "somebody else's");
        assert_eq!(names_in(folder.path()), ["log.csv"]);
    }

    #[test]
    fn a_file_that_fails_half_way_leaves_the_old_file_and_no_part() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.csv");
        fs::write(&path, "old").unwrap();
        let failed = write_file(&path, Existing::Replace, |out| {
            out.write_all(&[b'x'; 100_000])?;
            Err::<(), _>(io::ErrorKind::StorageFull.into())
        });
        assert!(matches!(failed, Err(FileError::DiskFull { .. })));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names_in(folder.path()), ["log.csv"]);
    }

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("gone");
        let error = write_file(&missing.join("log.csv"), Existing::Keep, |_| Ok(())).unwrap_err();
        assert!(matches!(&error, FileError::NoFolder { folder, .. } if *folder == missing), "{error}");
    }
}
