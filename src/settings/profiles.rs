//! The `[profile.<name>]` tables: how a recording is made and where its files go. The storage's keys are named by variables of
//! the environment; a key written into the file is refused without repeating it.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use secrecy::SecretString;
use serde::de::DeserializeOwned;
use toml::Spanned;
use toml::de::{DeValue, ValueDeserializer};

use super::Environment;
use super::reader::{Found, Table};
use crate::agora::profile::{Profile, Recording, Storage, StorageKeys};

/// The profiles by name. One with a problem is there as `None`, so that channels which name it are not reported as well.
pub type Profiles = BTreeMap<String, Option<Arc<Profile>>>;

/// Reads all of them.
pub fn read(tables: Vec<(Found<String>, Table<'_, '_>)>, environment: Environment<'_>) -> Profiles {
    tables.into_iter().map(|(name, table)| (name.value, read_one(table, environment).map(Arc::new))).collect()
}

fn read_one(mut table: Table<'_, '_>, environment: Environment<'_>) -> Option<Profile> {
    for key in ["recording", "storage"] {
        if table.raw(key).is_none() {
            table.missing(key);
        }
    }
    let recording = table.raw("recording").and_then(|value| decoded::<Recording>(&table, "recording", value, &[]));
    let storage = table.raw("storage").and_then(|value| decoded::<Storage>(&table, "storage", value, &KEYS));
    let keys = table.table("storage").and_then(|storage| read_keys(storage, environment));
    table.end();
    Some(Profile::new(recording?, storage?, keys?))
}

/// The settings of the storage that are read here and not by [`Storage`].
const KEYS: [&str; 2] = ["access_key", "secret_key"];

/// A table that one of the client's types reads by itself, without the settings in `except`.
fn decoded<T: DeserializeOwned>(
    table: &Table<'_, '_>,
    key: &str,
    value: &Spanned<DeValue<'_>>,
    except: &[&str],
) -> Option<T> {
    let mut value = value.clone();
    let whole = value.span();
    if let DeValue::Table(entries) = value.get_mut() {
        for key in except {
            entries.remove(*key);
        }
    }
    T::deserialize(ValueDeserializer::from(value))
        .map_err(|error| table.report(key, error.span().or(Some(whole)), error.message().to_owned()))
        .ok()
}

fn read_keys(mut storage: Table<'_, '_>, environment: Environment<'_>) -> Option<StorageKeys> {
    let access_key = read_key(&mut storage, KEYS[0], environment);
    let secret_key = read_key(&mut storage, KEYS[1], environment);
    let (access_key, secret_key) = (access_key?, secret_key?);
    StorageKeys::new(access_key, secret_key).map_err(|error| storage.report("", None, error.to_string())).ok()
}

/// `access_key = { env = "NAME" }`. Neither the value nor the name is repeated: people paste the key itself into both.
fn read_key(storage: &mut Table<'_, '_>, key: &'static str, environment: Environment<'_>) -> Option<SecretString> {
    let Some(value) = storage.raw(key) else {
        storage.missing(key);
        return None;
    };
    if !value.get_ref().is_table() {
        let what = format!(
            "a key does not belong into this file; put it into a variable and write {key} = {{ env = \"ITS_NAME\" }}"
        );
        storage.report(key, Some(value.span()), what);
        return None;
    }
    let mut reference = storage.table(key)?;
    let Some(name) = reference.name_text("env") else {
        if reference.raw("env").is_none() {
            reference.missing("env");
        }
        return None;
    };
    let Found { value: name, span } = name;
    reference.end();
    found_in(environment, name).map_err(|why| storage.report(key, Some(Range { ..span }), why.to_owned())).ok()
}

fn found_in(environment: Environment<'_>, name: &str) -> Result<SecretString, &'static str> {
    match environment(name) {
        Some(value) if !value.trim().is_empty() => Ok(SecretString::from(value)),
        Some(_) => Err("the environment variable named here is empty"),
        None => Err("the environment variable named here is not set"),
    }
}
