//! What the screen says about the pace of the checks, kept for whoever judges it.

use std::time::Duration;

use reelwatch::monitor::ids::ProjectId;
use reelwatch::monitor::time::Timestamp;

use super::Rig;

/// From when to when the screen named an interval, and the longest that it named meanwhile.
#[derive(Default)]
pub(super) struct Named {
    over: Vec<(Timestamp, Timestamp, Duration)>,
    open: Option<(Timestamp, Duration)>,
}

impl Named {
    /// A stretch is cut after so long, so that what was named in it says something of its moments.
    const CUT: Duration = Duration::from_secs(600);

    fn note(&mut self, now: Timestamp, interval: Option<Duration>) {
        let open = self.open.take();
        let (go_on, end) = match (open, interval) {
            (Some((since, longest)), Some(interval)) if now.since(since) < Self::CUT => {
                (Some((since, longest.max(interval))), None)
            }
            (open, interval) => (interval.map(|interval| (now, interval)), open),
        };
        self.over.extend(end.map(|(since, longest)| (since, now, longest)));
        self.open = go_on;
    }

    fn all(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, Timestamp, Duration)> + '_ {
        self.over.iter().copied().chain(self.open.map(|(since, longest)| (since, now, longest)))
    }
}

impl Rig {
    /// Keeps what the screen says about the pace.
    pub(super) fn note_pace(&mut self) {
        let projects = (0..).map(ProjectId).take(self.roster.projects.len());
        let projects: Vec<_> = projects.filter_map(|id| self.monitor.project(id, self.now)).collect();
        let stretched = projects.iter().filter(|it| it.poll_every > it.poll_wanted);
        let slow = projects.iter().filter(|it| it.slow.is_some() || it.retries_spent_since.is_some());
        self.stretched.note(self.now, stretched.map(|it| it.poll_every).max());
        self.slower.note(self.now, slow.map(|it| it.poll_every).max());
    }

    /// The stretches of an interval longer than the settings', the present one included.
    pub fn stretched(&self) -> impl Iterator<Item = (Timestamp, Timestamp, Duration)> + '_ {
        self.stretched.all(self.now)
    }

    /// The stretches of a slower pace, the present one included.
    pub fn declared_slower(&self) -> impl Iterator<Item = (Timestamp, Timestamp, Duration)> + '_ {
        self.slower.all(self.now)
    }
}
