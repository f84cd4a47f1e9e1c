//! Incidents as the log tells them, all of a stretch of time: told by the same code that keeps the live ones, each with the lines
//! that are its evidence. It forgets none, and what it was not given it does not make up.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{IncidentId, IncidentView, Incidents, Owner, about, number};
use crate::monitor::care::IncidentAt;
use crate::monitor::event::{Event, Record};
use crate::monitor::ids::{ChannelId, ProjectId};

/// Where a channel belongs, and what the operator calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// The number of its project.
    pub project: ProjectId,
    /// The project's name.
    pub project_name: Arc<str>,
    /// The channel's name.
    pub name: Arc<str>,
}

/// One incident of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastIncident {
    /// As it stood at the end of what was read. What is muted is not told.
    pub view: IncidentView,
    /// Opened, grew, settled, ended, and what was done and written about it; oldest first.
    pub lines: Vec<Record>,
}

/// What was read of the incidents of a stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PastIncidents {
    /// Those that opened in it, by project and number.
    pub incidents: Vec<PastIncident>,
    /// How many more opened in it, all of them older than these.
    pub left_out: u64,
    /// How many belong to projects that are not watched now.
    pub homeless: u64,
    /// How many lines cannot be read: of a newer version, or broken.
    pub unread: u64,
}

impl PastIncidents {
    /// Tells the incidents that open in these facts, which are in the order of the log.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>, home: impl Fn(ChannelId) -> Option<Home>) -> Self {
        let mut projects: BTreeMap<ProjectId, Told> = BTreeMap::new();
        let mut past = Self::default();
        for record in records {
            let Some(incident) = number(&record.event) else { continue };
            let Some(home) = record.channel.or_else(|| about(&record.event)).and_then(&home) else {
                past.homeless += u64::from(opens(record));
                continue;
            };
            projects.entry(home.project).or_insert_with(|| Told::of(home.project_name)).take(incident, record);
        }
        let name = |channel| home(channel).map_or_else(|| "?".into(), |home| home.name);
        past.incidents = projects.into_iter().flat_map(|(id, told)| told.incidents(id, &name)).collect();
        past
    }

    /// The incident of this number.
    pub fn find(&self, at: IncidentAt) -> Option<&PastIncident> {
        let found = self.incidents.binary_search_by_key(&at, |past| past.view.at);
        found.ok().and_then(|place| self.incidents.get(place))
    }
}

fn opens(record: &Record) -> bool {
    matches!(record.event, Event::IncidentOpened { .. })
}

/// The incidents of one project, as far as they are told.
struct Told {
    project: Arc<str>,
    facts: Incidents,
    lines: BTreeMap<IncidentId, Vec<Record>>,
}

impl Told {
    fn of(project: Arc<str>) -> Self {
        Self { project, facts: Incidents::default(), lines: BTreeMap::new() }
    }

    /// A line about one whose opening was not read is of no use.
    fn take(&mut self, incident: IncidentId, record: &Record) {
        if opens(record) {
            self.lines.insert(incident, Vec::new());
        }
        if let Some(lines) = self.lines.get_mut(&incident) {
            lines.push(record.clone());
            self.facts.take_in(record.at, record.channel, &record.event, |_| 0);
        }
    }

    fn incidents(mut self, id: ProjectId, name: &impl Fn(ChannelId) -> Arc<str>) -> Vec<PastIncident> {
        let owner = Owner { id, name: &self.project };
        let views = self.facts.all.keys().filter_map(|number| IncidentView::new(&owner, &self.facts, *number, name));
        views
            .map(|view| {
                let lines = self.lines.remove(&view.at.number).unwrap_or_default();
                PastIncident { view, lines }
            })
            .collect()
    }
}
