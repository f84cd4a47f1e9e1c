//! A recording as the log knows it: what Agora calls it, and what was told of it since. It asks nothing and decides nothing.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::monitor::ids::{Cname, Mode, ResourceId, Sid, Uid};
use crate::monitor::names::{Predicted, Verdict};
use crate::monitor::time::Timestamp;
use crate::monitor::told::{File, Hold};

/// A recording of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Recording {
    pub(crate) sid: Sid,
    pub(crate) resource_id: ResourceId,
    pub(crate) uid: Uid,
    /// What the channel was called, and how it was recorded, when this began: the settings may have changed since. Older logs
    /// do not tell.
    pub(crate) cname: Option<Cname>,
    pub(crate) mode: Option<Mode>,
    pub(crate) started_at: Timestamp,
    /// When it was asked for.
    pub(crate) asked_at: Timestamp,
    /// Since when it is the channel's own: since it began, or since the one that was to replace it came to nothing.
    pub(crate) own_since: Timestamp,
    pub(crate) token_until: Option<Timestamp>,
    /// What the log says of the token's end so far.
    pub(crate) token: TokenMark,
    /// The files the service listed last.
    pub(crate) files: Vec<File>,
    /// The first of them that are not called as they should be, each with the difference.
    pub(crate) odd: Vec<Arc<str>>,
    /// The one name that older logs hold.
    pub(crate) file_told: Option<Arc<str>>,
    /// Whether a web recording pauses, as far as that was told.
    pub(crate) hold: Option<Hold>,
}

/// What was recorded of the end of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum TokenMark {
    /// Nothing yet.
    Fine,
    /// That it ends soon.
    EndsSoon,
    /// That it ended.
    Ended,
}

impl Recording {
    pub(crate) fn new(sid: &Sid, resource_id: &ResourceId, uid: Uid, started_at: Timestamp) -> Self {
        Self {
            sid: sid.clone(),
            resource_id: resource_id.clone(),
            uid,
            cname: None,
            mode: None,
            started_at,
            asked_at: started_at,
            own_since: started_at,
            token_until: None,
            token: TokenMark::Fine,
            files: Vec::new(),
            odd: Vec::new(),
            file_told: None,
            hold: None,
        }
    }

    /// The playlist as the service named it, without its directory prefix: the plain one, if there are others as well.
    pub(crate) fn playlist_told(&self, names: &Predicted) -> Option<Arc<str>> {
        let playlists = || self.files.iter().map(|file| &file.name).filter(|name| name.ends_with(".m3u8"));
        let plain = playlists().find(|name| names.fits(name) == Verdict::AsPredicted);
        let told = plain.or_else(|| playlists().next());
        let bare = told.map(|name| name.rsplit('/').next().unwrap_or(name).into());
        bare.or_else(|| self.file_told.clone())
    }
}
