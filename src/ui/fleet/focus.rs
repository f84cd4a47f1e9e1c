//! Which project the strip tells of where there are several: the selected channel's, else that of the worst row. The others are
//! never left out: whoever of them has trouble is named beside it.

use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::{ProjectView, Snapshot};

use super::listing::Listing;

/// The project in focus and its neighbours.
#[derive(Clone, Debug)]
pub struct Focus<'a> {
    /// The one that is told of.
    pub project: &'a ProjectView,
    /// The others, in their order.
    pub others: Vec<&'a ProjectView>,
}

impl<'a> Focus<'a> {
    /// The focus of one frame; `None` where there is no project.
    pub fn of(snapshot: &'a Snapshot, selected: Option<ChannelId>, listing: &Listing) -> Option<Self> {
        let chosen = selected.and_then(|id| snapshot.channel(id)).map(|view| view.project);
        let worst = || listing.channels().next().or(snapshot.channels.first()).map(|view| view.project);
        let project = snapshot.projects.get(chosen.or_else(worst).unwrap_or_default().index())?;
        let others = snapshot.projects.iter().filter(|other| other.id != project.id).collect();
        Some(Self { project, others })
    }

    /// A label, with the name of the project where there are several.
    pub fn label(&self, what: &str) -> String {
        if self.others.is_empty() { what.to_owned() } else { format!("{what} · {}", self.project.name) }
    }

    /// What `told` says of each of the others, below `text`.
    pub fn with_others(&self, text: String, told: impl Fn(&ProjectView) -> String) -> String {
        let lines = self.others.iter().map(|other| format!("\n{}: {}", other.name, told(other)));
        format!("{text}{}", lines.collect::<String>())
    }

    /// The others that `trouble` says something of.
    pub fn alert(&self, trouble: impl Fn(&ProjectView) -> Option<String>) -> Option<String> {
        let told = self.others.iter().filter_map(|other| Some(format!("{}: {}", other.name, trouble(other)?)));
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| told.join(" · "))
    }
}
