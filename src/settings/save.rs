//! Writes one profile into the settings file, or takes one out, and leaves every other byte as it was. The new text is read before
//! it takes the place of the old one, and the file is written wholly or not at all. It never writes a secret: a draft has none.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use thiserror::Error;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

use super::problem::{Place, Problem, SettingsError};
use super::{drafts, load_with};
use crate::disk::{Existing, FileError, write_file};
use crate::profile::Draft;
use crate::profile::file::Sections;
use crate::profile::name::broken_rule;

/// Why a profile was not written or taken out. The file is as it was.
#[derive(Debug, Error)]
pub enum SaveError {
    /// The name cannot stand in the file as it is.
    #[error("{0:?} cannot be the name of a profile: it has 1 to 64 letters a-z A-Z, digits, - and _; choose another")]
    Name(String),
    /// There is no such profile to take out.
    #[error("{path} has no profile {name:?} any more; somebody else took it out", path = .path.display())]
    NoProfile {
        /// Which file.
        path: PathBuf,
        /// The name.
        name: String,
    },
    /// The file cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// It is no TOML; it was when the program read it.
    #[error(
        "{path} was changed outside of reelwatch and is no TOML now, so nothing was written: {problem}; put it right, then save again",
        path = .path.display()
    )]
    NoToml {
        /// Which file.
        path: PathBuf,
        /// Where it ceases to be.
        problem: Problem,
    },
    /// It is TOML, and what it says leaves no room for the profile.
    #[error("{path} says profile = ... where tables [profile.<name>] belong, so nothing was written; put it right, then save again", path = .path.display())]
    NoRoom {
        /// Which file.
        path: PathBuf,
    },
    /// The file would not load any more.
    #[error("{path} was left as it is, since it could not be used afterwards:{}", lines(.problems), path = .path.display())]
    Breaks {
        /// Which file.
        path: PathBuf,
        /// What would be wrong with it.
        problems: Vec<Problem>,
    },
    /// The system did not let it be written.
    #[error(transparent)]
    File(#[from] FileError),
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n  {problem}")).collect()
}

/// Writes a profile into the file, in the place of one with its name or as a new one.
///
/// # Errors
/// When the name or the file cannot be used, and when the file would not load afterwards.
pub fn save_profile(path: &Path, name: &str, draft: &Draft) -> Result<(), SaveError> {
    if broken_rule(name).is_some() {
        return Err(SaveError::Name(name.to_owned()));
    }
    change(
        path,
        |document| {
            let profiles = document.entry("profile").or_insert_with(|| Item::Table(implicit()));
            let profiles = profiles.as_table_like_mut().ok_or_else(|| SaveError::NoRoom { path: path.to_owned() })?;
            let new = written(draft);
            match profiles.get_mut(name).and_then(Item::as_table_like_mut) {
                Some(old) => merge(old, &new),
                None => {
                    profiles.insert(name, Item::Table(new));
                }
            }
            Ok(())
        },
        Some((name, draft)),
    )
}

/// Takes a profile out of the file.
///
/// # Errors
/// When there is none of that name, when the file cannot be used, and when a channel still names the profile.
pub fn remove_profile(path: &Path, name: &str) -> Result<(), SaveError> {
    change(
        path,
        |document| {
            let profiles = document.get_mut("profile").and_then(Item::as_table_like_mut);
            let removed = profiles.and_then(|profiles| profiles.remove(name));
            removed.map(|_| ()).ok_or_else(|| SaveError::NoProfile { path: path.to_owned(), name: name.to_owned() })
        },
        None,
    )
}

/// Reads the file, lets `edit` change it, looks at the outcome, and writes it. `expected` is what has to be read from it again.
fn change(
    path: &Path,
    edit: impl FnOnce(&mut DocumentMut) -> Result<(), SaveError>,
    expected: Option<(&str, &Draft)>,
) -> Result<(), SaveError> {
    // A link stays a link: what it leads to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let old = load_with(&target, |text| Ok(text.to_owned()))?;
    let (there, before) = drafts(&old);
    if expected.is_some_and(|(name, draft)| there.get(name) == Some(draft)) {
        return Ok(());
    }
    let mut document = old.parse::<DocumentMut>().map_err(|error| no_toml(path, &old, &error))?;
    edit(&mut document)?;
    let new = as_before(&old, document.to_string());
    let (there, after) = drafts(&new);
    let is_new = |problem: &Problem| {
        !before.iter().any(|known| (&known.setting, &known.what) == (&problem.setting, &problem.what))
    };
    let problems: Vec<Problem> = after.into_iter().filter(is_new).collect();
    if !problems.is_empty() || expected.is_some_and(|(name, draft)| there.get(name) != Some(draft)) {
        return Err(SaveError::Breaks { path: path.to_owned(), problems });
    }
    let permissions = fs::metadata(&target).map(|metadata| metadata.permissions());
    write_file(&target, Existing::Replace, |out| {
        out.write_all(new.as_bytes())?;
        // Who may read the file stays as it was.
        permissions.and_then(|permissions| out.get_ref().set_permissions(permissions))
    })?;
    Ok(())
}

fn no_toml(path: &Path, text: &str, error: &toml_edit::TomlError) -> SaveError {
    let place = error.span().map(|span| Place::of_byte(text, span.start));
    // `message`, not `Display`: the latter repeats the line, which may hold a secret.
    let problem = Problem { place, setting: String::new(), what: format!("is not TOML: {}", error.message()) };
    SaveError::NoToml { path: path.to_owned(), problem }
}

/// With the line ends of the old text.
fn as_before(old: &str, new: String) -> String {
    if old.contains("\r\n") { new.replace("\r\n", "\n").replace('\n', "\r\n") } else { new }
}

fn implicit() -> Table {
    let mut table = Table::new();
    table.set_implicit(true);
    table
}

/// The tables of a profile as a person would write them: one heading for each, and one line for what is inside of it.
fn written(draft: &Draft) -> Table {
    // Whatever could go wrong here is found when the new text is read again.
    let text = toml::to_string(&Sections::from(draft)).unwrap_or_default();
    let document = text.parse::<DocumentMut>().unwrap_or_default();
    let mut profile = Table::new();
    for (key, item) in document.iter() {
        match item {
            Item::Table(section) => profile.insert(key, Item::Table(section_of(section))),
            Item::None | Item::Value(_) | Item::ArrayOfTables(_) => profile.insert(key, item.clone()),
        };
    }
    profile
}

/// Plain values come first: they are what is read most.
fn section_of(table: &Table) -> Table {
    let mut section = Table::new();
    let values = table.iter().filter_map(|(key, item)| Some((key, on_one_line(item)?)));
    let (inline, plain): (Vec<_>, Vec<_>) = values.partition(|(_, value)| value.is_inline_table());
    for (key, value) in plain.into_iter().chain(inline) {
        section.insert(key, Item::Value(value));
    }
    section
}

/// A table or a list of tables as a value.
fn on_one_line(item: &Item) -> Option<Value> {
    match item {
        Item::Table(table) => {
            let mut inline = InlineTable::new();
            for (key, inner) in table {
                inline.insert(key, on_one_line(inner)?);
            }
            inline.fmt();
            Some(Value::InlineTable(inline))
        }
        Item::ArrayOfTables(tables) => {
            let items = tables.iter().map(|table| on_one_line(&Item::Table(table.clone())));
            Some(Value::Array(items.collect::<Option<Array>>()?))
        }
        Item::Value(value) => Some(value.clone().decorated(" ", "")),
        Item::None => None,
    }
}

/// Makes `old` say what `new` says. What stays the same keeps its bytes, and what changes keeps its comment.
fn merge(old: &mut dyn TableLike, new: &Table) {
    let gone: Vec<String> = old.iter().map(|(key, _)| key.to_owned()).filter(|key| !new.contains_key(key)).collect();
    for key in gone {
        old.remove(&key);
    }
    for (key, item) in new {
        match (old.get_mut(key), item) {
            (Some(there), Item::Table(section)) if there.is_table_like() => {
                if let Some(there) = there.as_table_like_mut() {
                    merge(there, section);
                }
            }
            (Some(Item::Value(there)), Item::Value(value)) => {
                if plain(there) != plain(value) {
                    let decor = there.decor().clone();
                    *there = value.clone();
                    *there.decor_mut() = decor;
                }
            }
            (_, item) => {
                old.insert(key, item.clone());
            }
        }
    }
}

/// A value without the spaces and comments around it, and with all numbers, texts and keys written alike.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{:?}", text.value()),
        Value::Integer(number) => number.value().to_string(),
        Value::Float(number) => number.value().to_string(),
        Value::Boolean(flag) => flag.value().to_string(),
        Value::Datetime(moment) => moment.value().to_string(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(",")),
        Value::InlineTable(table) => {
            let mut members: Vec<String> =
                table.iter().map(|(key, value)| format!("{key:?}={}", plain(value))).collect();
            members.sort();
            format!("{{{}}}", members.join(","))
        }
    }
}

#[cfg(test)]
mod tests;
