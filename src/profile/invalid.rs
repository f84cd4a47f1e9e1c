//! What is wrong with a value, and what is worth knowing about one that is right. Neither is ever made of a secret.

use std::borrow::Cow;
use std::fmt;

use thiserror::Error;

/// A value of the settings that cannot be used. Never made of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{field} {value} cannot be used: {rule}")]
pub struct Invalid {
    /// The name of the setting.
    pub field: &'static str,
    /// What was given, text in quotes.
    pub value: String,
    /// The rule it breaks, and what would keep it.
    pub rule: Cow<'static, str>,
}

impl Invalid {
    /// A number, or another value that reads well without quotes.
    pub fn plain(field: &'static str, value: impl fmt::Display, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field, value: value.to_string(), rule: rule.into() }
    }

    /// A text; whatever is in it cannot disturb a terminal.
    pub fn text(field: &'static str, value: &str, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field, value: format!("{value:?}"), rule: rule.into() }
    }

    /// A value that may be a secret, so that only the rule is told.
    pub fn hidden(field: &'static str, rule: impl Into<Cow<'static, str>>) -> Self {
        Self { field, value: "(not shown)".to_owned(), rule: rule.into() }
    }
}

/// Something that will be accepted and may still surprise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Which setting, or which place of an imported body.
    pub about: String,
    /// What will happen and what to do about it.
    pub says: String,
}

impl Note {
    /// A note.
    pub fn new(about: impl Into<String>, says: impl Into<String>) -> Self {
        Self { about: about.into(), says: says.into() }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.about, self.says)
    }
}
