//! The members of one JSON object, read with complaints that name the place, the member and the rule. It knows no rule of its
//! own: callers say what is right.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::{Checked, Complaint};

/// An object of a request body and the name it has in complaints.
#[derive(Clone, Copy)]
pub(super) struct Members<'a> {
    pub(super) place: &'static str,
    pub(super) map: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    /// Nothing but these: the service takes a misspelt name for an invalid parameter (code 2: type, spelling, range, missing).
    pub(super) fn only(&self, names: &[&str]) -> Checked<()> {
        match self.map.keys().find(|key| !names.contains(&key.as_str())) {
            Some(key) => Err(Complaint::invalid(format!("{} has no member {key}", self.place))),
            None => Ok(()),
        }
    }

    /// None of these: they belong to another mode.
    pub(super) fn without(&self, names: &[&str], why: &str) -> Checked<()> {
        match names.iter().find(|name| self.map.contains_key(**name)) {
            Some(name) => Err(Complaint::invalid(format!("{}.{name} {why}", self.place))),
            None => Ok(()),
        }
    }

    pub(super) fn missing(&self, name: &str) -> Complaint {
        Complaint::invalid(format!("{}: {name} is missing", self.place))
    }

    pub(super) fn wrong(&self, name: &str, right: impl std::fmt::Display) -> Complaint {
        Complaint::invalid(format!("{}.{name} must be {right}", self.place))
    }

    pub(super) fn text(&self, name: &str) -> Checked<Option<&'a str>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong(name, "a string"))
    }

    pub(super) fn needed_text(&self, name: &str) -> Checked<&'a str> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    /// A string that is there and not empty.
    pub(super) fn filled_text(&self, name: &str) -> Checked<&'a str> {
        let text = self.needed_text(name)?;
        if text.is_empty() { Err(self.wrong(name, "a string that is not empty")) } else { Ok(text) }
    }

    /// One of these words.
    pub(super) fn word(&self, name: &str, words: &[&str]) -> Checked<Option<&'a str>> {
        match self.text(name)? {
            Some(word) if !words.contains(&word) => Err(self.wrong(name, words.join(" or "))),
            found => Ok(found),
        }
    }

    pub(super) fn whole(&self, name: &str, range: RangeInclusive<u64>) -> Checked<Option<u64>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        let number = value.as_u64().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| self.wrong(name, format!("{}..{}", range.start(), range.end())))
    }

    pub(super) fn needed_whole(&self, name: &str, range: RangeInclusive<u64>) -> Checked<u64> {
        self.whole(name, range)?.ok_or_else(|| self.missing(name))
    }

    /// A number from 0 to 1, whole or not.
    pub(super) fn fraction(&self, name: &str) -> Checked<Option<f64>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        let number = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
        number.map(Some).ok_or_else(|| self.wrong(name, "a number from 0 to 1"))
    }

    pub(super) fn flag(&self, name: &str) -> Checked<Option<bool>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| self.wrong(name, "true or false"))
    }

    pub(super) fn object(&self, name: &'static str) -> Checked<Option<Members<'a>>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        let map = value.as_object().ok_or_else(|| self.wrong(name, "an object"))?;
        Ok(Some(Members { place: name, map }))
    }

    pub(super) fn needed_object(&self, name: &'static str) -> Checked<Members<'a>> {
        self.object(name)?.ok_or_else(|| self.missing(name))
    }

    /// A list of objects; empty where there is none.
    pub(super) fn objects(&self, name: &'static str) -> Checked<Vec<Members<'a>>> {
        let Some(value) = self.map.get(name) else { return Ok(Vec::new()) };
        let list = value.as_array().ok_or_else(|| self.wrong(name, "a list of objects"))?;
        let objects: Option<Vec<Members<'a>>> =
            list.iter().map(|item| Some(Members { place: name, map: item.as_object()? })).collect();
        objects.ok_or_else(|| self.wrong(name, "a list of objects"))
    }

    /// A list of strings; empty where there is none.
    pub(super) fn texts(&self, name: &str) -> Checked<Vec<&'a str>> {
        let Some(value) = self.map.get(name) else { return Ok(Vec::new()) };
        let list = value.as_array().ok_or_else(|| self.wrong(name, "a list of strings"))?;
        let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
        texts.ok_or_else(|| self.wrong(name, "a list of strings"))
    }

    /// A UID in quotes, as everywhere in this API.
    pub(super) fn uid(&self, name: &str) -> Checked<Option<u32>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        uid(text).map(Some).ok_or_else(|| self.wrong(name, "a number from 1 to 4294967295 in quotes"))
    }

    /// An address that begins with one of these.
    pub(super) fn address(&self, name: &str, schemes: &[&str]) -> Checked<Option<&'a str>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme));
        let sound = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
        if sound { Ok(Some(text)) } else { Err(self.wrong(name, format!("an address with {}", schemes.join(" or ")))) }
    }
}

/// 1 to 2^32-1, in digits alone.
pub(super) fn uid(text: &str) -> Option<u32> {
    text.parse().ok().filter(|uid| *uid != 0 && text.bytes().all(|byte| byte.is_ascii_digit()))
}
