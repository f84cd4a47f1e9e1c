//! What passes: what a channel has under way and has heard since the process began. Nothing of it outlives the process; what has
//! to is a fact, or comes from the store as [`Seen`].

use std::collections::BTreeMap;

use super::startup::Startup;
use super::{Due, change, old, stop};
use crate::monitor::event::Probe;
use crate::monitor::ids::Sid;
use crate::monitor::snapshot::LastProbe;
use crate::monitor::time::Timestamp;
use crate::monitor::told::Web;

/// What passes: nothing of it outlives the process.
#[derive(Clone, Debug, Default)]
pub(super) struct Work {
    pub(super) last_probe: Option<LastProbe>,
    /// How a web recording said it is. Boxed like all that is large and seldom there, so that what a poll touches lies close
    /// together.
    pub(super) web: Option<Box<Web>>,
    pub(super) last_good: Option<Timestamp>,
    pub(super) last_bad: Option<Timestamp>,
    /// The last bad answer about the recorder that is being replaced: bounds of its gap know nothing of its successor's.
    pub(super) last_bad_before: Option<Timestamp>,
    pub(super) last_certain: Option<Timestamp>,
    /// When the last answer came that said anything of the recording, be it unclear; a 429 says nothing.
    pub(super) last_told: Option<Timestamp>,
    /// When this channel was first known in this process, or last seen again: knowledge is not stale before.
    pub(super) fresh_from: Option<Timestamp>,
    /// The next query.
    pub(super) query: Option<Due>,
    /// Queries without a certain answer in a row.
    pub(super) uncertain_tries: usize,
    /// Good answers in a row, since we can see.
    pub(super) good_answers: u32,
    /// 404s in a row, since we can see.
    pub(super) missing: Vec<Timestamp>,
    /// Queries for the file name that are still to come.
    pub(super) file_checks: Vec<Timestamp>,
    pub(super) startup: Option<Box<Startup>>,
    pub(super) stop: stop::Stopping,
    pub(super) change: Option<Box<change::Changing>>,
    /// When a change was carried out last.
    pub(super) changed_at: Option<Timestamp>,
    /// The watch over each replaced recorder.
    pub(super) olds: BTreeMap<Sid, old::OldWatch>,
    pub(super) throttled: bool,
}

/// What the store remembers of a channel's probes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The last probe of any kind.
    pub last: Option<Probe>,
    /// The last one that said status 4 or 5.
    pub last_good: Option<Timestamp>,
    /// The last one that said 404, or a documented status other than 4 and 5.
    pub last_bad: Option<Timestamp>,
}

/// How the last run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// The last moment anything was written.
    pub last_moment: Timestamp,
    /// Since when the own network was down then.
    pub outage: Option<Timestamp>,
}
