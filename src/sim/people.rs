//! Who is in the channels besides our recorders: users who publish, users who took a recorder's UID, recorders of others. It
//! knows nothing of what follows from that.

use std::collections::HashMap;

use super::scenario::Channel;

/// UIDs of the simulation's own users, where the scenario names none.
const OWN_USERS: [u32; 2] = [41, 42];

/// Everybody in all channels.
pub(super) struct People {
    /// Never iterated, so its order does not matter.
    publishing: HashMap<String, Publishing>,
    /// Never iterated either.
    users: HashMap<String, Vec<u32>>,
    strangers: Vec<Stranger>,
}

/// Whether anybody publishes in a channel, and since when that is so.
#[derive(Clone, Copy)]
pub(super) struct Publishing {
    pub(super) on: bool,
    pub(super) since_ms: i64,
}

/// Somebody who is not ours under a UID.
pub(super) struct Stranger {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) until_ms: i64,
    pub(super) kind: StrangerKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum StrangerKind {
    Recorder,
    User,
}

impl People {
    pub(super) fn new(channels: &[Channel], start_ms: i64) -> Self {
        let publishing = |channel: &Channel| Publishing { on: channel.publishing, since_ms: start_ms };
        Self {
            publishing: channels.iter().map(|channel| (channel.cname.clone(), publishing(channel))).collect(),
            users: channels.iter().map(|channel| (channel.cname.clone(), channel.users.clone())).collect(),
            strangers: Vec::new(),
        }
    }

    /// A channel nobody described has publishers all along.
    pub(super) fn publishing(&self, cname: &str) -> Publishing {
        self.publishing.get(cname).copied().unwrap_or(Publishing { on: true, since_ms: i64::MIN })
    }

    pub(super) fn publish(&mut self, cname: String, publishing: Publishing) {
        self.publishing.insert(cname, publishing);
    }

    /// Whose streams there are while anybody publishes; never the recorder's own UID.
    pub(super) fn users(&self, cname: &str, recorder: u32) -> Vec<u32> {
        let named = self.users.get(cname).filter(|users| !users.is_empty());
        let users = named.map_or(OWN_USERS.as_slice(), Vec::as_slice);
        users.iter().copied().filter(|user| *user != recorder).collect()
    }

    pub(super) fn join(&mut self, stranger: Stranger) {
        self.strangers.push(stranger);
    }

    pub(super) fn is_there(&self, cname: &str, uid: u32, kind: StrangerKind, now_ms: i64) -> bool {
        self.strangers.iter().any(|stranger| {
            stranger.kind == kind && stranger.uid == uid && stranger.cname == cname && now_ms < stranger.until_ms
        })
    }

    /// Recorders of others that run now.
    pub(super) fn other_recorders(&self, now_ms: i64) -> usize {
        let present = |stranger: &&Stranger| stranger.kind == StrangerKind::Recorder && now_ms < stranger.until_ms;
        self.strangers.iter().filter(present).count()
    }
}
