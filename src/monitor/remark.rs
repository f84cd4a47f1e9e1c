//! A line that a person wrote: the reason of an acknowledgement, or a note. It decides nothing and is never changed.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// One line of 1 to [`Remark::MAX_CHARS`] characters, without white space around it and without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Remark(Arc<str>);

/// Why a text is no remark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BadRemark {
    /// Nothing but white space.
    #[error("the line is empty; write what is known in one line")]
    Empty,
    /// Too long.
    #[error("the line is longer than 500 characters; say it shorter, or write two notes")]
    TooLong,
    /// A line break or another control character.
    #[error("the text has a line break or a control character; write one line")]
    NotOneLine,
}

impl Remark {
    /// The longest remark, in characters.
    pub const MAX_CHARS: usize = 500;

    /// The line as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Remark {
    type Err = BadRemark;

    fn from_str(text: &str) -> Result<Self, BadRemark> {
        let text = text.trim();
        if text.is_empty() {
            Err(BadRemark::Empty)
        } else if text.chars().count() > Self::MAX_CHARS {
            Err(BadRemark::TooLong)
        } else if text.chars().any(char::is_control) {
            Err(BadRemark::NotOneLine)
        } else {
            Ok(Self(text.into()))
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for Remark {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remark_is_one_trimmed_line_of_500_characters_at_most() {
        assert_eq!("  feed down \n".parse::<Remark>().map(|it| it.to_string()), Ok("feed down".to_owned()));
        assert_eq!(" \t".parse::<Remark>(), Err(BadRemark::Empty));
        assert_eq!("a\nb".parse::<Remark>(), Err(BadRemark::NotOneLine));
        assert!("é".repeat(500).parse::<Remark>().is_ok(), "characters are counted, not bytes");
        assert_eq!("é".repeat(501).parse::<Remark>(), Err(BadRemark::TooLong));
    }
}
