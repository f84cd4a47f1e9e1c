//! How much waits for a person, and how much is seen to. A group counts as one, however many channels it has.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{ChannelView, IncidentView};
use crate::monitor::care::IncidentAt;
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::Section;

/// Both counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attention {
    /// What nobody sees to: rows of «act now», those of one incident as one, and groups.
    pub unhandled: usize,
    /// What is seen to: rows that are muted, and those of incidents that are acknowledged, of one incident as one.
    pub handled: usize,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Matter {
    Incident(IncidentAt),
    Channel(ChannelId),
}

impl Attention {
    /// Counts over all channels and incidents.
    pub fn of(channels: &[Arc<ChannelView>], incidents: &[Arc<IncidentView>]) -> Self {
        let waiting = channels.iter().filter(|view| view.section() == Section::ActNow).map(|view| matter(view));
        let groups = incidents.iter().filter(|view| view.is_group() && view.needs_somebody());
        let unhandled: BTreeSet<_> = waiting.chain(groups.map(|view| Matter::Incident(view.at))).collect();
        let handled: BTreeSet<_> =
            channels.iter().filter(|view| view.section() == Section::Handled).map(|view| matter(view)).collect();
        Self { unhandled: unhandled.len(), handled: handled.len() }
    }
}

/// A row that is muted is a matter of its own: others of its incident may be heard.
fn matter(view: &ChannelView) -> Matter {
    let incident = view.handling.incident.filter(|_| view.handling.mute.is_none());
    incident.map_or(Matter::Channel(view.id), |number| Matter::Incident(IncidentAt { project: view.project, number }))
}
