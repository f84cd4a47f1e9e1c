//! Reads all incidents of a stretch of time for whoever looks at them: off the loop, on a reader of its own. It never makes a failed
//! read look like a time without incidents.

use std::sync::{Arc, PoisonError};

use super::handle::{IncidentsRead, TimeRange};
use super::past::Shared;
use crate::monitor::ids::{ChannelId, ProjectId};
use crate::monitor::incidents::{Home, PastIncidents};
use crate::monitor::time::Timestamp;
use crate::store::{Most, StoreError};

/// How many are read at most, the newest ones.
const MOST: Most = Most { incidents: 5_000, lines: 100_000 };

/// Reads those of the stretch, at most up to `now`. `projects` are those that are watched.
pub fn read(
    reader: &Shared,
    look: TimeRange,
    now: Timestamp,
    projects: &[(ProjectId, Arc<str>)],
) -> Result<PastIncidents, StoreError> {
    let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    let lines = reader.incidents(look.from, look.to.min(now), MOST)?;
    let home = |channel: ChannelId| {
        let (project, name) = lines.channels.get(&channel)?;
        let (id, project_name) = projects.iter().find(|(_, name)| name == project)?;
        Some(Home { project: *id, project_name: Arc::clone(project_name), name: Arc::clone(name) })
    };
    let past = PastIncidents::of(&lines.records, home);
    Ok(PastIncidents { left_out: lines.left_out, unread: lines.unread, ..past })
}

/// What a read adds to what was known: a failed one leaves the last good one in place and says so.
pub fn told(before: &IncidentsRead, result: Result<PastIncidents, StoreError>) -> IncidentsRead {
    match result {
        Ok(past) => IncidentsRead { past: Some(Arc::new(past)), trouble: None },
        Err(error) => IncidentsRead { past: before.past.clone(), trouble: Some(error.to_string().into()) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_read_is_told_beside_what_is_known() {
        let past = PastIncidents { left_out: 7, ..PastIncidents::default() };
        let good = told(&IncidentsRead::default(), Ok(past));
        let bad = told(&good, Err(StoreError::NotOurs { path: "log.db".into() }));
        assert_eq!(bad.past.map(|past| past.left_out), Some(7));
        assert!(bad.trouble.is_some_and(|why| why.contains("log.db")));
    }
}
