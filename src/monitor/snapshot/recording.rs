//! What a screen sees of one recording: facts and times, no texts.

use std::sync::Arc;
use std::time::Duration;

use crate::monitor::ids::{ResourceId, Sid};
use crate::monitor::names::Verdict;
use crate::monitor::time::Timestamp;
use crate::monitor::told::{File, Hold};

/// Facts of one recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordingView {
    /// Its name.
    pub sid: Sid,
    /// The resource ID it was started under.
    pub resource_id: ResourceId,
    /// When the `sid` came.
    pub started_at: Timestamp,
    /// When the session began; earlier than `started_at` after a restart.
    pub session_at: Timestamp,
    /// The M3U8 name by the naming rules; a pattern with `*` where users and tracks are part of it, or where no rule is known.
    pub m3u8: Arc<str>,
    /// The name a query told, once it did.
    pub m3u8_told: Option<Arc<str>>,
    /// How the told name stands to the rules.
    pub m3u8_verdict: Option<Verdict>,
    /// Told files that do not follow the rules, each with the difference, in words; only the first few.
    pub odd_files: Arc<[Arc<str>]>,
    /// The files the service listed last.
    pub files: Arc<[File]>,
    /// When the channel token ends that it was started with; none where that is not known.
    pub token_until: Option<Timestamp>,
    /// Whether a web recording pauses, as far as that was told.
    pub hold: Option<Hold>,
}

/// How it stands with the token that a recording was started with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenView {
    /// It lasts.
    Fine,
    /// It ends soon; it cannot be renewed, so a restart with a new one is the way.
    EndsSoon,
    /// It has ended.
    Ended,
}

impl RecordingView {
    /// How it stands with its token at `now`, with [`ProjectView::token_warning`](super::ProjectView::token_warning); `None` where no end is known.
    pub fn token_at(&self, now: Timestamp, warning: Duration) -> Option<TokenView> {
        let until = self.token_until?;
        Some(if until <= now {
            TokenView::Ended
        } else if until - warning <= now {
            TokenView::EndsSoon
        } else {
            TokenView::Fine
        })
    }
}
