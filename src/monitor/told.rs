//! What an answer tells beside its outcome: files, the state of a web recording, the end of a token. Kept apart from the
//! outcome, since none of it decides whether a recording runs.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// Everything an answer tells beside its outcome; each part may be missing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The files that a query or stop lists, in the service's order; empty before the first slice.
    pub files: Vec<File>,
    /// How a web recording is.
    pub web: Option<Web>,
    /// When the token ends that a start was sent with.
    pub token_until: Option<Timestamp>,
}

/// A file as the service lists it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its name, directory prefix included, as the service wrote it.
    pub name: Arc<str>,
    /// `trackType`: `audio`, `video`, `audio_and_video`, or a word of days to come.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub track: Option<Arc<str>>,
    /// The recorded user; `0` stands for all of them in one picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<Arc<str>>,
    /// When its first slice began. The documents say seconds and show milliseconds; read by magnitude.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub began: Option<Timestamp>,
}

/// A web recording by its own words (vendor: query, `extensionServiceState`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Web {
    /// `init`, `inProgress`, `exit`, or a word of days to come.
    pub state: Option<Arc<str>>,
    /// Whether it pauses.
    pub hold: Option<Hold>,
    /// Where it is streamed to.
    pub outputs: Vec<Output>,
}

/// Whether a web recording pauses (`onhold`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// It goes on.
    Running,
    /// It pauses: nothing is recorded until it is resumed.
    Held,
}

/// One stream of a web recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Where it goes, without the key at its end.
    pub target: Arc<str>,
    /// `connecting`, `publishing`, `onhold`, `disconnected`, or a word of days to come.
    pub status: Arc<str>,
}
