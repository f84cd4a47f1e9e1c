//! The `[profile.<name>]` tables: how a recording is made and where its files go. What they mean is checked by the types of the
//! profiles; here it gets its place in the file. Secrets are named by variables of the environment; one written into the file is
//! refused without repeating it.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::ops::Range;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::reader::{Found, Table};
use super::{Environment, Secrets};
use crate::profile::choices::Kind;
use crate::profile::file::{AcquireText, RecordingText, Sections, SnapshotText, StorageText, WebText};
use crate::profile::secret::{Unresolved, Variable};
use crate::profile::storage::Storage;
use crate::profile::web::Web;
use crate::profile::{Draft, Profile};

/// The profiles by name. One with a problem is there as `None`, so that channels which name it are not reported as well.
pub type Profiles = BTreeMap<String, Option<Entry>>;

/// A profile of the file.
pub struct Entry {
    /// As it is written.
    pub draft: Draft,
    /// With its secrets; `None` where they were not asked for, or one was missing, which was noted.
    pub profile: Option<Arc<Profile>>,
}

/// Reads all of them and looks their secrets up.
pub fn read(tables: Vec<(Found<String>, Table<'_, '_>)>, secrets: Secrets<'_>) -> Profiles {
    let entry = |name: Found<String>, mut table: Table<'_, '_>| {
        let draft = read_draft(&mut table);
        let entry = draft.map(|draft| {
            let profile = match secrets {
                Secrets::From(environment) => resolve(&draft, &table, environment),
                Secrets::Unasked => None,
            };
            Entry { draft, profile: profile.map(Arc::new) }
        });
        table.end();
        (name.value, entry)
    };
    tables.into_iter().map(|(name, table)| entry(name, table)).collect()
}

fn read_draft(table: &mut Table<'_, '_>) -> Option<Draft> {
    let words: Vec<(&str, Kind)> = Kind::ALL.iter().map(|kind| (kind.word(), *kind)).collect();
    let mode_given = table.raw("mode").is_some();
    let mode = table.choice("mode", &words);
    let needed: &[&'static str] = match (mode, mode_given) {
        (Some(Kind::Web), _) => &["web", "storage"],
        (Some(Kind::Individual | Kind::Mix), _) | (None, false) => &["recording", "storage"],
        (None, true) => &["storage"],
    };
    for key in needed {
        if table.raw(key).is_none() {
            table.missing(key);
        }
    }
    let acquire = section::<AcquireText>(table, "acquire");
    let recording = section::<RecordingText>(table, "recording");
    let snapshot = section::<SnapshotText>(table, "snapshot");
    let web = section::<WebText>(table, "web").and_then(|web| checked::<_, Web<Variable>>(table, "web", web));
    let storage = section::<StorageText>(table, "storage");
    let storage = storage.and_then(|storage| checked::<_, Storage<Variable>>(table, "storage", storage));
    let whole = |key: &'static str, table: &mut Table<'_, '_>, read: bool| read || table.raw(key).is_none();
    let all = whole("acquire", table, acquire.is_some())
        && whole("recording", table, recording.is_some())
        && whole("snapshot", table, snapshot.is_some())
        && whole("web", table, web.is_some());
    let needed_are_there = needed.iter().all(|key| table.raw(key).is_some());
    if !all || !needed_are_there || (mode.is_none() && mode_given) {
        return None;
    }
    let mode = mode.unwrap_or_default();
    let sections = Sections { mode, acquire: acquire.unwrap_or_default(), recording, snapshot, web, storage: storage? };
    sections
        .try_into()
        .map_err(|error: crate::profile::invalid::Invalid| table.report("", None, error.to_string()))
        .ok()
}

/// A table of the profile. Every problem in it is noted, each at its own setting: one that cannot be used is taken out and the
/// rest is read again.
fn section<T: DeserializeOwned>(table: &mut Table<'_, '_>, key: &'static str) -> Option<T> {
    let value = table.raw(key)?;
    let whole = value.span();
    let mut rest = value.clone();
    let mut first = true;
    loop {
        let error = match T::deserialize(ValueDeserializer::from(rest.clone())) {
            Ok(read) => return first.then_some(read),
            Err(error) => error,
        };
        let span = error.span().unwrap_or_else(|| whole.clone());
        let culprit = rest.get_ref().as_table().and_then(|entries| entry_at(entries, &span));
        // What is missing is told on the first round only: later it may be what was taken out.
        if culprit.is_some() || first {
            let setting = culprit.as_ref().map_or_else(|| key.to_owned(), |setting| format!("{key}.{setting}"));
            table.report(&setting, Some(span), error.message().to_owned());
        }
        first = false;
        match (culprit, rest.get_mut()) {
            (Some(culprit), DeValue::Table(entries)) => entries.remove(culprit.as_str()),
            _ => return None,
        };
    }
}

/// The setting that a span lies in.
fn entry_at(entries: &DeTable<'_>, span: &Range<usize>) -> Option<String> {
    let inside = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let found = entries.iter().find(|(key, value)| inside(key.span()) || inside(value.span()));
    found.map(|(key, _)| key.get_ref().to_string())
}

/// `text`, if what it means keeps to the rules of its table.
fn checked<T: Clone, C: TryFrom<T, Error: Display>>(
    table: &mut Table<'_, '_>,
    key: &'static str,
    text: T,
) -> Option<T> {
    match C::try_from(text.clone()) {
        Ok(_) => Some(text),
        Err(error) => {
            let span = table.raw(key).map(Spanned::span);
            table.report(key, span, error.to_string());
            None
        }
    }
}

fn resolve(draft: &Draft, table: &Table<'_, '_>, environment: Environment<'_>) -> Option<Profile> {
    let report = |Unresolved { field, why, .. }: Unresolved| {
        table.report(field.setting(), span_of(table, field.setting()), why);
    };
    draft.resolve(environment).map_err(|missing| missing.into_iter().for_each(report)).ok()
}

/// Where a setting stands whose name is a path with dots.
fn span_of(table: &Table<'_, '_>, path: &str) -> Option<Range<usize>> {
    let mut entries = table.entries();
    let mut span = None;
    for key in path.split('.') {
        let value = entries.get(key)?;
        span = Some(value.span());
        entries = match value.get_ref().as_table() {
            Some(table) => table,
            None => break,
        };
    }
    span
}
