//! The names of things: Agora's identifiers as types of their own, so that none can stand in for another.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a name or number cannot be one of Agora's identifiers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidId {
    /// A UID outside of what the service accepts.
    #[error("UID {0:?} is not a whole number from 1 to 4294967295")]
    Uid(String),
    /// A mode that no path could carry.
    #[error("mode {0:?} is not a word of 1 to 32 lower-case letters, digits, - and _; write individual, mix or web")]
    Mode(String),
    /// A channel name outside of what the service accepts.
    #[error("channel name {name:?} {rule}")]
    Cname {
        /// What was given.
        name: String,
        /// The rule it breaks.
        rule: &'static str,
    },
}

/// A channel on this workstation. The store hands the number out once and keeps it for ever, so the log can refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelId(pub u32);

/// The n-th project of this run, from 0, in the order of the settings. It is not stored: the log names projects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProjectId(pub u16);

impl ProjectId {
    /// Its place in a list of all projects.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The n-th session of one channel, from 1: from the operator's start to the stop, restarts included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(pub u32);

/// A recorder's user ID: a 32-bit number in quotes on the wire, never 0 (vendor: acquire, `uid`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Uid(NonZeroU32);

impl Uid {
    /// The smallest UID.
    pub const MIN: Uid = Uid(NonZeroU32::MIN);

    /// A UID from its number; `None` for 0, which the service refuses.
    pub const fn new(number: u32) -> Option<Self> {
        match NonZeroU32::new(number) {
            Some(number) => Some(Self(number)),
            None => None,
        }
    }

    /// The number, 1 to 2^32 − 1.
    pub const fn get(self) -> u32 {
        self.0.get()
    }
}

impl FromStr for Uid {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        text.parse::<u32>().ok().and_then(Uid::new).ok_or_else(|| InvalidId::Uid(text.to_owned()))
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// A channel name as Agora knows it: 1 to 63 bytes of the vendor's 89 characters (common errors, code 1013); in web mode,
/// where it is only a label, 1 to 1024 bytes without control characters (acquire, `cname`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Cname(Arc<str>);

impl Cname {
    /// The longest name of a channel, in bytes.
    pub const MAX_BYTES: usize = 63;
    /// The longest label in web mode, in bytes. Older documents say 128.
    pub const MAX_LABEL_BYTES: usize = 1024;
    const PUNCTUATION: &str = " !#$%&()+-:;<=.>?@[]^_{}~,|";

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name by the rules of a mode; a mode that is not known gets the wide rule of the web mode.
    ///
    /// # Errors
    /// When the name breaks them.
    pub fn of(name: &str, mode: &Mode) -> Result<Self, InvalidId> {
        match mode {
            Mode::Individual | Mode::Mix => name.parse(),
            Mode::Web | Mode::Other(_) => Self::label(name),
        }
    }

    fn label(name: &str) -> Result<Self, InvalidId> {
        let broken = if name.is_empty() {
            Some("is empty; it needs at least one character")
        } else if name.len() > Self::MAX_LABEL_BYTES {
            Some("is too long; it may have at most 1024 bytes")
        } else if name.chars().any(char::is_control) {
            Some("has a control character")
        } else {
            None
        };
        match broken {
            None => Ok(Self(name.into())),
            Some(rule) => Err(InvalidId::Cname { name: name.to_owned(), rule }),
        }
    }
}

impl FromStr for Cname {
    type Err = InvalidId;

    fn from_str(name: &str) -> Result<Self, InvalidId> {
        let broken = if name.is_empty() {
            Some("is empty; it needs at least one character")
        } else if name.len() > Self::MAX_BYTES {
            Some("is too long; it may have at most 63 bytes")
        } else if !name.chars().all(|c| c.is_ascii_alphanumeric() || Self::PUNCTUATION.contains(c)) {
            Some("has a character that Agora does not allow; use a-z A-Z 0-9 space !#$%&()+-:;<=.>?@[]^_{}~,|")
        } else {
            None
        };
        match broken {
            None => Ok(Self(name.into())),
            Some(rule) => Err(InvalidId::Cname { name: name.to_owned(), rule }),
        }
    }
}

impl fmt::Display for Cname {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl<'de> Deserialize<'de> for Cname {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::label(&String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes the text as Agora sent it; nothing inside is interpreted.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The text as Agora sent it.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }
    };
}

opaque! {
    /// A recording: what one `start` call made. Opaque, in samples 32 lower-case hex characters; never used again.
    Sid
}
opaque! {
    /// What `acquire` hands out for one `start`, valid for 5 minutes until then. Opaque, 200 characters and more.
    ResourceId
}
opaque! {
    /// The name of an API domain, such as `api.agora.io`, without scheme.
    Host
}

/// How a channel is recorded (vendor: the `mode` of the paths).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "Arc<str>", into = "Arc<str>")]
pub enum Mode {
    /// Each user in files of their own.
    Individual,
    /// Composite recording: all users in one picture.
    #[default]
    Mix,
    /// A web page.
    Web,
    /// A mode of days to come: such a recording can be watched and stopped, not started.
    Other(Arc<str>),
}

impl Mode {
    /// The word in the service's paths.
    pub fn as_str(&self) -> &str {
        match self {
            Mode::Individual => "individual",
            Mode::Mix => "mix",
            Mode::Web => "web",
            Mode::Other(word) => word,
        }
    }
}

impl From<Arc<str>> for Mode {
    fn from(word: Arc<str>) -> Self {
        match &*word {
            "individual" => Mode::Individual,
            "mix" => Mode::Mix,
            "web" => Mode::Web,
            _ => Mode::Other(word),
        }
    }
}

impl From<Mode> for Arc<str> {
    fn from(mode: Mode) -> Self {
        mode.as_str().into()
    }
}

impl FromStr for Mode {
    type Err = InvalidId;

    /// Reads a person's or a file's word, whatever its case; one older page of the vendor's writes `Web`.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let word = text.trim().to_ascii_lowercase();
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if (1..=32).contains(&word.len()) && word.bytes().all(fits) {
            Ok(Mode::from(Arc::<str>::from(word)))
        } else {
            Err(InvalidId::Mode(text.to_owned()))
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Which UID of a channel's set a recorder runs under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The first UID of the channel.
    Main,
    /// The UID that restarts alternate with, so that two recorders never kick each other out.
    Backup,
    /// A further UID, taken only when neither of the pair is known to be free.
    Spare,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uid_is_a_number_from_1_to_2_to_the_32_minus_1() {
        assert_eq!("1".parse::<Uid>().map(Uid::get), Ok(1));
        assert_eq!("4294967295".parse::<Uid>().map(Uid::get), Ok(u32::MAX));
        for bad in ["0", "4294967296", "-1", "", "7 ", "anna"] {
            assert_eq!(bad.parse::<Uid>(), Err(InvalidId::Uid(bad.to_owned())), "{bad:?}");
        }
    }

    #[test]
    fn a_channel_name_keeps_to_the_vendors_characters() {
        assert!("court-03 (main) ~50%".parse::<Cname>().is_ok());
        assert!("x".repeat(63).parse::<Cname>().is_ok());
        for bad in ["", "köln", "a/b", "tab\t", &"x".repeat(64)] {
            assert!(bad.parse::<Cname>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_mode_is_one_of_three_words_or_kept_as_it_is() {
        assert_eq!("Web".parse(), Ok(Mode::Web));
        assert_eq!("raw".parse(), Ok(Mode::Other("raw".into())));
        for bad in ["", "mix/../x", "mi x", &"x".repeat(33)] {
            assert!(bad.parse::<Mode>().is_err_and(|error| error.to_string().contains("individual, mix or web")));
        }
        let read: Mode = serde_json::from_str("\"raw\"").expect("any word");
        assert_eq!(serde_json::to_string(&read).expect("a word"), "\"raw\"");
    }

    #[test]
    fn a_label_of_the_web_mode_may_be_long_and_of_any_script() {
        assert!(Cname::of("köln / Dom", &Mode::Web).is_ok() && Cname::of("köln", &Mode::Mix).is_err());
        assert!(Cname::of(&"x".repeat(1024), &Mode::Web).is_ok());
        for bad in ["", "a\nb", &"x".repeat(1025)] {
            assert!(Cname::of(bad, &Mode::Web).is_err(), "{bad:?}");
        }
    }
}
