//! The life of one recorder, as a plan over time: what it is doing at any moment, past or planned. Events cut the plan off at
//! their moment and write a new end. It knows nothing of requests.

use super::journal::{Life, Stretch};
use super::scenario::Span;

/// What a recorder is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Status 0.
    NotBegun,
    /// Status 1.
    Initialised,
    /// Status 2.
    ComponentsStarting,
    /// Status 3.
    SomeReady,
    /// Status 4.
    Ready,
    /// Status 5.
    InProgress,
    /// Status 6.
    StopRequested,
    /// Status 7.
    ComponentsStopped,
    /// Status 8.
    Exited,
    /// Status 20.
    AbnormalExit,
    /// Moving to another server: 404, and back later.
    Away,
    /// 404 for good.
    Gone,
}

impl Stage {
    /// `serverResponse.status`; `None` where a query gets 404.
    pub(super) const fn status(self) -> Option<u8> {
        match self {
            Stage::NotBegun => Some(0),
            Stage::Initialised => Some(1),
            Stage::ComponentsStarting => Some(2),
            Stage::SomeReady => Some(3),
            Stage::Ready => Some(4),
            Stage::InProgress => Some(5),
            Stage::StopRequested => Some(6),
            Stage::ComponentsStopped => Some(7),
            Stage::Exited => Some(8),
            Stage::AbnormalExit => Some(20),
            Stage::Away | Stage::Gone => None,
        }
    }

    /// Whether it records: status 4 and 5.
    const fn records(self) -> bool {
        matches!(self, Stage::Ready | Stage::InProgress)
    }

    /// Whether it will never record again.
    pub(super) const fn is_over(self) -> bool {
        match self {
            Stage::StopRequested | Stage::ComponentsStopped | Stage::Exited | Stage::AbnormalExit | Stage::Gone => true,
            Stage::NotBegun
            | Stage::Initialised
            | Stage::ComponentsStarting
            | Stage::SomeReady
            | Stage::Ready
            | Stage::InProgress
            | Stage::Away => false,
        }
    }

    /// Whether it is on its way out: a stop is answered with code 49.
    pub(super) const fn is_leaving(self) -> bool {
        matches!(self, Stage::StopRequested | Stage::ComponentsStopped | Stage::Exited)
    }
}

/// One recorder of the project.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) sid: String,
    /// Leaves after this long without anybody publishing.
    pub(super) max_idle: Span,
    /// Whether an MP4 is written beside the HLS files.
    pub(super) mp4: bool,
    /// `fileNamePrefix`, joined and with a trailing slash; empty without one.
    pub(super) prefix: String,
    /// After this moment its resource ID serves no call any more.
    pub(super) expires_ms: i64,
    /// When the first slice began, or will begin: nothing is in a file before.
    pub(super) first_slice_ms: Option<i64>,
    /// Finished failovers and the one under way.
    pub(super) failovers: u8,
    /// Moments and the stage that begins there, in order of time; the first is the start.
    plan: Vec<(i64, Stage)>,
}

/// What a start makes; the rest follows.
pub(super) struct Birth {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) sid: String,
    pub(super) max_idle: Span,
    pub(super) mp4: bool,
    pub(super) prefix: String,
    pub(super) expires_ms: i64,
    /// Moments and stages from the start on.
    pub(super) plan: Vec<(i64, Stage)>,
}

impl Recorder {
    pub(super) fn new(birth: Birth) -> Self {
        let Birth { cname, uid, sid, max_idle, mp4, prefix, expires_ms, plan } = birth;
        Self { cname, uid, sid, max_idle, mp4, prefix, expires_ms, first_slice_ms: None, failovers: 0, plan }
    }

    pub(super) fn started_ms(&self) -> i64 {
        self.plan.first().map_or(i64::MAX, |(at, _)| *at)
    }

    /// What it is doing at a moment; before its start: gone.
    pub(super) fn stage(&self, now_ms: i64) -> Stage {
        self.plan.iter().rev().find(|(at, _)| *at <= now_ms).map_or(Stage::Gone, |(_, stage)| *stage)
    }

    /// When it reaches, or reached, a stage for the first time, by the plan.
    pub(super) fn reaches(&self, stage: Stage) -> Option<i64> {
        self.plan.iter().find(|(_, planned)| *planned == stage).map(|(at, _)| *at)
    }

    /// When it records next, by the plan: now, if it records now.
    pub(super) fn ready_from(&self, now_ms: i64) -> Option<i64> {
        if self.stage(now_ms).records() {
            return Some(now_ms);
        }
        self.plan.iter().find(|(at, stage)| *at >= now_ms && stage.records()).map(|(at, _)| *at)
    }

    /// Nobody publishes any more: a first slice that was still to come does not come.
    pub(super) fn forget_unwritten_files(&mut self, now_ms: i64) {
        if !self.has_files(now_ms) {
            self.first_slice_ms = None;
            self.plan.retain(|(at, stage)| *at <= now_ms || *stage != Stage::InProgress);
        }
    }

    /// From `from_ms` on this is the plan.
    pub(super) fn replan(&mut self, from_ms: i64, steps: &[(i64, Stage)]) {
        self.plan.retain(|(at, _)| *at < from_ms);
        self.plan.extend_from_slice(steps);
    }

    /// Adds a step at its place without touching the others.
    pub(super) fn add_step(&mut self, at_ms: i64, stage: Stage) {
        let place = self.plan.partition_point(|(at, _)| *at <= at_ms);
        self.plan.insert(place, (at_ms, stage));
    }

    /// Leaves from `from_ms` on, with status 6, 7 and 8 seen over `lingers`.
    pub(super) fn leave(&mut self, from_ms: i64, lingers: Span) {
        let third = Span(lingers.0 / 3);
        let stopped = third.after(from_ms);
        let exited = third.after(stopped);
        self.replan(
            from_ms,
            &[
                (from_ms, Stage::StopRequested),
                (stopped, Stage::ComponentsStopped),
                (exited, Stage::Exited),
                (lingers.after(from_ms), Stage::Gone),
            ],
        );
    }

    /// Whether anything was recorded into a file by now.
    pub(super) fn has_files(&self, now_ms: i64) -> bool {
        self.first_slice_ms.is_some_and(|first| first <= now_ms)
    }

    /// The truth about it, as known at `now_ms`.
    pub(super) fn life(&self, now_ms: i64) -> Life {
        let mut life = Life {
            cname: self.cname.clone(),
            uid: self.uid,
            sid: self.sid.clone(),
            started_ms: self.started_ms(),
            ended_ms: None,
            recorded: Vec::new(),
        };
        let mut since: Option<i64> = None;
        for (at, stage) in self.plan.iter().copied().take_while(|(at, _)| *at <= now_ms) {
            if stage.records() {
                since = since.or(Some(at));
            } else if let Some(from_ms) = since.take() {
                life.recorded.push(Stretch { from_ms, to_ms: Some(at) });
            }
            if stage.is_over() {
                life.ended_ms = life.ended_ms.or(Some(at));
            }
        }
        life.recorded.extend(since.map(|from_ms| Stretch { from_ms, to_ms: None }));
        life
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recorder() -> Recorder {
        Recorder::new(Birth {
            cname: "a".to_owned(),
            uid: 1,
            sid: "s".to_owned(),
            max_idle: Span::secs(30),
            mp4: false,
            prefix: String::new(),
            expires_ms: i64::MAX,
            plan: vec![(100, Stage::NotBegun), (300, Stage::Ready), (500, Stage::InProgress)],
        })
    }

    #[test]
    fn it_is_gone_before_it_starts_and_walks_its_plan_after() {
        let recorder = recorder();
        assert_eq!(recorder.stage(99), Stage::Gone);
        assert_eq!(recorder.stage(100).status(), Some(0));
        assert_eq!(recorder.stage(499).status(), Some(4));
        assert_eq!(recorder.stage(9_000).status(), Some(5));
    }

    #[test]
    fn the_truth_leaves_out_the_hole_of_a_failover_and_ends_where_it_leaves() {
        let mut recorder = recorder();
        recorder.replan(1_000, &[(1_000, Stage::Away), (1_600, Stage::Ready)]);
        recorder.leave(2_000, Span(300));
        let life = recorder.life(5_000);
        assert_eq!(
            life.recorded,
            [Stretch { from_ms: 300, to_ms: Some(1_000) }, Stretch { from_ms: 1_600, to_ms: Some(2_000) }]
        );
        assert_eq!(life.ended_ms, Some(2_000));
        assert_eq!([2_000, 2_100, 2_200].map(|at| recorder.stage(at).status()), [6, 7, 8].map(Some));
        assert_eq!(recorder.stage(2_300), Stage::Gone);
    }

    #[test]
    fn the_truth_does_not_look_ahead() {
        let mut recorder = recorder();
        recorder.leave(2_000, Span(300));
        let life = recorder.life(1_999);
        assert_eq!((life.ended_ms, life.recorded), (None, vec![Stretch { from_ms: 300, to_ms: None }]));
    }
}
