//! Recordings that were started elsewhere, on their way from a list of the operator's to the core, and what became of each. It
//! checks nothing: the list was checked where it was read, and the core refuses what cannot be.

use std::sync::Arc;

use crate::monitor::describe;
use crate::monitor::event::Denial;
use crate::monitor::ids::{ChannelId, Cname, Mode, ProjectId, ResourceId, Sid, Uid};
use crate::monitor::io::{Adoptee, AutoRestart, Channel};

/// A recording that was started elsewhere, as a list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRecording {
    /// The project that its channel belongs to.
    pub project: ProjectId,
    /// What the operator calls its channel; not empty. A channel of this name that is watched already takes the recording in,
    /// if it has no open session, and stays otherwise as it is.
    pub name: Arc<str>,
    /// What Agora calls the channel.
    pub cname: Cname,
    /// How it is recorded.
    pub mode: Mode,
    /// The recorder's UID.
    pub uid: Uid,
    /// The UID a restart would take.
    pub backup_uid: Option<Uid>,
    /// Further UIDs for restarts.
    pub spare_uids: Vec<Uid>,
    /// The recording profile of restarts, by name.
    pub profile: Option<Arc<str>>,
    /// Words to find it by.
    pub tags: Vec<Arc<str>>,
    /// As started.
    pub resource_id: ResourceId,
    /// As started.
    pub sid: Sid,
}

impl NewRecording {
    /// As the core takes it, with the number that the store gave its channel.
    pub(super) fn adoptee(self, id: ChannelId) -> Adoptee {
        let Self { project, name, cname, mode, uid, backup_uid, spare_uids, profile, tags, resource_id, sid } = self;
        let channel = Channel {
            id,
            name,
            cname,
            mode,
            main_uid: uid,
            backup_uid,
            spare_uids,
            profile,
            max_idle: None,
            tags,
            auto_restart: AutoRestart::Off,
        };
        Adoptee { project, channel, uid, resource_id, sid }
    }
}

/// What became of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Adoption {
    /// How many recordings are watched from now on.
    pub taken: usize,
    /// The others, in the order of the list.
    pub refused: Vec<NotTaken>,
    /// Why those that are watched are not on the disk yet: they are forgotten if reelwatch ends before it takes them.
    pub unsaved: Option<Arc<str>>,
}

/// A recording that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// Its place in the list, from 0.
    pub row: usize,
    /// Why, in words.
    pub why: Arc<str>,
}

impl Adoption {
    /// From the core's answer to each.
    pub(super) fn of(results: &[Result<(), Denial>]) -> Self {
        let refused = results.iter().enumerate().filter_map(|(row, result)| {
            let why = result.err()?;
            Some(NotTaken { row, why: describe::denial(why).into() })
        });
        let refused: Vec<_> = refused.collect();
        Self { taken: results.len() - refused.len(), refused, unsaved: None }
    }

    /// With what the disk said about those that were taken.
    pub(super) fn kept(self, unsaved: Option<Arc<str>>) -> Self {
        Self { unsaved: unsaved.filter(|_| self.taken > 0), ..self }
    }

    /// None of so many could be taken, all for one reason.
    pub(super) fn none(rows: usize, why: &str) -> Self {
        let why: Arc<str> = why.into();
        let refused = (0..rows).map(|row| NotTaken { row, why: Arc::clone(&why) }).collect();
        Self { taken: 0, refused, unsaved: None }
    }
}
