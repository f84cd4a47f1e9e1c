//! Changes of a running recording (vendor: update and updateLayout), as far as the core knows them: which kind, in which words
//! it stands in the log, and a body that it carries without looking. Bodies are made and checked where profiles are.

use std::fmt;
use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::event::CallKind;
use super::ids::Mode;

/// What a change concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Whose audio and video are recorded.
    Subscribe,
    /// A web recording pauses.
    Hold,
    /// A web recording goes on.
    Resume,
    /// Where a web recording is streamed to.
    Outputs,
    /// The storage and its keys: how a temporary token is renewed.
    Storage,
    /// Where the users are in the picture.
    Layout,
}

impl ChangeKind {
    /// All kinds, in the order in which they are offered.
    pub const ALL: [ChangeKind; 6] = [
        ChangeKind::Subscribe,
        ChangeKind::Layout,
        ChangeKind::Hold,
        ChangeKind::Resume,
        ChangeKind::Outputs,
        ChangeKind::Storage,
    ];

    /// The call that carries it.
    pub const fn call(self) -> CallKind {
        match self {
            ChangeKind::Layout => CallKind::UpdateLayout,
            ChangeKind::Subscribe
            | ChangeKind::Hold
            | ChangeKind::Resume
            | ChangeKind::Outputs
            | ChangeKind::Storage => CallKind::Update,
        }
    }

    /// Whether recordings of this mode know it.
    pub const fn fits(self, mode: &Mode) -> bool {
        match (self, mode) {
            (_, Mode::Other(_)) => false,
            (ChangeKind::Storage, Mode::Individual | Mode::Mix | Mode::Web)
            | (ChangeKind::Subscribe, Mode::Individual | Mode::Mix)
            | (ChangeKind::Layout, Mode::Mix)
            | (ChangeKind::Hold | ChangeKind::Resume | ChangeKind::Outputs, Mode::Web) => true,
            (ChangeKind::Subscribe, Mode::Web)
            | (ChangeKind::Layout, Mode::Individual | Mode::Web)
            | (ChangeKind::Hold | ChangeKind::Resume | ChangeKind::Outputs, Mode::Individual | Mode::Mix) => false,
        }
    }
}

/// A change, ready to be sent. `Debug` shows no body, which may hold storage keys or the key of a stream.
#[derive(Clone)]
pub struct Change {
    kind: ChangeKind,
    summary: Arc<str>,
    client_request: SecretString,
}

impl Change {
    /// A change from its kind, its words for the log, which must hold no secret, and the JSON of `clientRequest`.
    pub fn new(kind: ChangeKind, summary: impl Into<Arc<str>>, client_request: SecretString) -> Self {
        Self { kind, summary: summary.into(), client_request }
    }

    /// What it concerns.
    pub const fn kind(&self) -> ChangeKind {
        self.kind
    }

    /// What changes, in words for the log.
    pub const fn summary(&self) -> &Arc<str> {
        &self.summary
    }

    /// The JSON of `clientRequest`.
    pub fn client_request(&self) -> &str {
        self.client_request.expose_secret()
    }
}

impl PartialEq for Change {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.client_request() == other.client_request()
    }
}

impl Eq for Change {}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, summary, client_request: _ } = self;
        f.debug_struct("Change").field("kind", kind).field("summary", summary).finish_non_exhaustive()
    }
}

/// How a change ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeResult {
    /// Agora carried it out.
    Done,
    /// Agora refuses it; the recording goes on as it was.
    Refused,
    /// 404: there is no such recorder now. The next query tells more.
    NoRecorder,
    /// No clear answer to any try: it may hold or not.
    Unconfirmed,
    /// It was not sent: the log could not be written.
    NotSaved,
    /// reelwatch ended before an answer came: it may hold or not.
    Interrupted,
    /// A stop or a restart was asked for before it had an end.
    Overtaken,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_shows_its_words_and_not_its_body() {
        let change = Change::new(ChangeKind::Outputs, "streamed to live.example", r#"{"k":"CANARY"}"#.into());
        let shown = format!("{change:?}");
        assert!(shown.contains("live.example") && !shown.contains("CANARY"), "{shown}");
    }

    #[test]
    fn each_mode_knows_its_changes() {
        let known = |mode: Mode| ChangeKind::ALL.into_iter().filter(|kind| kind.fits(&mode)).collect::<Vec<_>>();
        use ChangeKind::{Hold, Layout, Outputs, Resume, Storage, Subscribe};
        assert_eq!(known(Mode::Individual), [Subscribe, Storage]);
        assert_eq!(known(Mode::Mix), [Subscribe, Layout, Storage]);
        assert_eq!(known(Mode::Web), [Hold, Resume, Outputs, Storage]);
        assert_eq!(known(Mode::Other("raw".into())), []);
    }
}
