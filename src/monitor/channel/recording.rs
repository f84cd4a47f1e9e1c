//! A recording as the log knows it: what Agora calls it, and what was told of it since. It asks nothing and decides nothing.

use std::sync::Arc;

use crate::monitor::ids::{Cname, Mode, ResourceId, Sid, Uid};
use crate::monitor::time::Timestamp;
use crate::monitor::told::{File, Hold};

/// A recording of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recording {
    pub(crate) sid: Sid,
    pub(crate) resource_id: ResourceId,
    pub(crate) uid: Uid,
    /// What the channel was called, and how it was recorded, when this began: the settings may have changed since. Older logs
    /// do not tell.
    pub(crate) cname: Option<Cname>,
    pub(crate) mode: Option<Mode>,
    pub(crate) started_at: Timestamp,
    pub(crate) token_until: Option<Timestamp>,
    /// What the log says of the token's end so far.
    pub(crate) token: TokenMark,
    /// The files the service listed last.
    pub(crate) files: Vec<File>,
    /// The one name that older logs hold.
    pub(crate) file_told: Option<Arc<str>>,
    /// Whether a web recording pauses, as far as that was told.
    pub(crate) hold: Option<Hold>,
}

/// What was recorded of the end of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
            token_until: None,
            token: TokenMark::Fine,
            files: Vec::new(),
            file_told: None,
            hold: None,
        }
    }

    /// The playlist as the service named it, without its directory prefix.
    pub(crate) fn playlist_told(&self) -> Option<Arc<str>> {
        let told = self.files.iter().map(|file| &file.name).find(|name| name.ends_with(".m3u8"));
        let bare = told.map(|name| name.rsplit('/').next().unwrap_or(name).into());
        bare.or_else(|| self.file_told.clone())
    }
}
