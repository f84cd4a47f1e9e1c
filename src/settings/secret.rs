//! Secrets of a table: each is named as `{ env = "NAME" }` with the variable of the environment that holds it. One that is
//! written into the file is refused, and none is ever repeated in a message.

use secrecy::SecretString;

use super::Secrets;
use super::reader::{Reader, Table};
use crate::profile::secret::Variable;

/// Where a secret is looked for that is not named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fallback {
    /// In this variable.
    Variable(&'static str),
    /// Nowhere: it has to be named.
    None,
}

/// A secret that has no default; `what` says what it is. `None` where it is not there, which was noted, or not asked for.
pub fn needed(
    table: &mut Table<'_, '_>,
    key: &'static str,
    what: &str,
    fallback: Fallback,
    (secrets, reader): (Secrets<'_>, &Reader<'_>),
) -> Option<SecretString> {
    if table.raw(key).is_some() {
        return named(table, key, what, fallback, secrets);
    }
    match (fallback, secrets) {
        (Fallback::None, _) => {
            let told = format!(
                "is missing; each of several projects names the variable that holds its {what}: {key} = {{ env = \"NAME\" }}"
            );
            table.report(key, None, told);
            None
        }
        (Fallback::Variable(_), Secrets::Unasked) => None,
        (Fallback::Variable(variable), Secrets::From(environment)) => {
            let value = environment(variable).filter(|value| !value.trim().is_empty());
            if value.is_none() {
                let told = format!("is not set; it holds the {what}, from the Agora console");
                reader.report(None, &format!("environment variable {variable}"), told);
            }
            value.map(SecretString::from)
        }
    }
}

/// The secret in the variable that `key` names; `None` where it is not there, which was noted, or not asked for.
pub fn named(
    table: &mut Table<'_, '_>,
    key: &'static str,
    what: &str,
    fallback: Fallback,
    secrets: Secrets<'_>,
) -> Option<SecretString> {
    let value = table.raw(key)?;
    let span = Some(value.span());
    if value.get_ref().as_table().is_none() {
        let usual = match fallback {
            Fallback::Variable(variable) => format!("leave this out and set {variable}, or "),
            Fallback::None => String::new(),
        };
        let told = format!(
            "secrets are not kept in this file; {usual}write {{ env = \"NAME\" }} with the variable that holds the {what}"
        );
        table.report(key, span, told);
        return None;
    }
    let mut inner = table.table(key)?;
    if inner.raw("env").is_none() {
        inner.missing("env");
    }
    let name = inner.text("env").map(|found| Variable::try_from(found.value.to_owned()));
    inner.end();
    let found = match (name?, secrets) {
        (Err(error), _) => Err(error.to_string()),
        (Ok(_), Secrets::Unasked) => return None,
        (Ok(name), Secrets::From(environment)) => match environment(name.as_str()) {
            Some(text) if !text.trim().is_empty() => Ok(SecretString::from(text.trim())),
            Some(_) => Err("the environment variable named here is empty".to_owned()),
            None => Err("the environment variable named here is not set".to_owned()),
        },
    };
    found.map_err(|told| table.report(key, span, told)).ok()
}

/// The variable that `key` names, where it does so in the right form; nothing is noted.
pub fn variable_of(table: &mut Table<'_, '_>, key: &'static str) -> Option<String> {
    let entries = table.raw(key)?.get_ref().as_table()?;
    Some(entries.get("env")?.get_ref().as_str()?.to_owned())
}
