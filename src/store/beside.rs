//! The files beside the database: their names, and the one that asks for a longer check. Nothing in here opens the database.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A file with this ending beside the database asks for a check of everything at the next start.
const CHECK: &str = ".check";

/// Asks the next start to check every page, since this run met a damaged one. Best effort: the error that led here is told
/// whether or not this works.
pub fn ask_for_check(path: &Path) {
    if path.is_file() {
        let _ = File::create(with_suffix(path, CHECK));
    }
}

/// Whether an earlier run asked for the longer check.
pub fn is_check_asked_for(path: &Path) -> bool {
    with_suffix(path, CHECK).exists()
}

/// Everything was checked, or set aside.
pub fn forget_check(path: &Path) -> io::Result<()> {
    match fs::remove_file(with_suffix(path, CHECK)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The first of `<path>.<word>-1`, `-2`, … that is not there yet.
pub fn free_name(path: &Path, word: &str) -> PathBuf {
    let mut number = 1_u32;
    loop {
        let candidate = with_suffix(path, &format!(".{word}-{number}"));
        if fs::symlink_metadata(&candidate).is_err() {
            return candidate;
        }
        number += 1;
    }
}

/// The path with this ending.
pub fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
