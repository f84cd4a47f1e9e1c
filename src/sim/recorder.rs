//! The life of one recorder, as a plan over time: what it is doing at any moment, past or planned. Events cut the plan off at
//! their moment and write a new end. It knows nothing of requests.

use super::journal::{Life, Stretch};
use super::scenario::{BadKeys, Span};
use super::task::Task;

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

/// What a start told a recorder.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) sid: String,
    pub(super) task: Task,
    /// Leaves after this long without anybody publishing; web pages have nobody who does.
    pub(super) max_idle: Option<Span>,
    /// `fileNamePrefix`, joined and with a trailing slash; empty without one.
    pub(super) prefix: String,
    /// After this moment its resource ID serves no call any more.
    pub(super) expires_ms: i64,
    /// When its token stops letting it in.
    pub(super) token_ends_ms: Option<i64>,
}

/// One user's stream of one medium, in a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Track {
    pub(super) uid: u32,
    pub(super) medium: Medium,
    /// When its first slice begins.
    pub(super) began_ms: i64,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Medium {
    Audio,
    Video,
    /// The merged playlist of `streamMode` `standard`.
    Both,
}

/// One recorder of the project.
#[derive(Clone, Debug)]
pub(super) struct Recorder {
    pub(super) told: Told,
    /// When the first slice began, or will begin: nothing is in a file before.
    pub(super) first_slice_ms: Option<i64>,
    /// In mode individual: what has a file, in order of the files.
    pub(super) tracks: Vec<Track>,
    /// Finished failovers and the one under way.
    pub(super) failovers: u8,
    /// Whether the customer's storage refuses its files, and how that shows.
    pub(super) refused: Option<BadKeys>,
    /// When recording of its page paused: from and to, in order of time.
    pauses: Vec<(i64, i64)>,
    /// Moments and the stage that begins there, in order of time; the first is the start.
    plan: Vec<(i64, Stage)>,
}

impl Recorder {
    /// Follows `plan`, whose first step is the start.
    pub(super) fn new(told: Told, plan: Vec<(i64, Stage)>) -> Self {
        let mut recorder = Self {
            told,
            first_slice_ms: None,
            tracks: Vec::new(),
            failovers: 0,
            refused: None,
            pauses: Vec::new(),
            plan,
        };
        if recorder.told.task.page().is_some_and(|page| page.onhold) {
            recorder.pause(recorder.started_ms());
        }
        recorder
    }

    /// Its page is not recorded from now on, until [`Recorder::resume`].
    pub(super) fn pause(&mut self, at_ms: i64) {
        self.pauses.push((at_ms, i64::MAX));
    }

    /// Its page is recorded again.
    pub(super) fn resume(&mut self, at_ms: i64) {
        if let Some((_, to)) = self.pauses.last_mut() {
            *to = at_ms.min(*to);
        }
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

    /// Nobody publishes any more, or the page pauses: a first slice that was still to come does not come.
    pub(super) fn forget_unwritten_files(&mut self, now_ms: i64) {
        self.tracks.retain(|track| track.began_ms <= now_ms);
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
            cname: self.told.cname.clone(),
            uid: self.told.uid,
            sid: self.told.sid.clone(),
            mode: self.told.task.mode().name().to_owned(),
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
        for (from_ms, to_ms) in self.pauses.iter().copied().take_while(|(from, _)| *from <= now_ms) {
            // An end that is still to come is not known yet.
            let to_ms = Some(to_ms).filter(|to| *to <= now_ms);
            life.recorded = life.recorded.iter().flat_map(|stretch| without(*stretch, from_ms, to_ms)).collect();
        }
        life
    }
}

/// What is left of a stretch when another one, open at its end or not, is taken out.
fn without(stretch: Stretch, from_ms: i64, to_ms: Option<i64>) -> Vec<Stretch> {
    let end = |moment: Option<i64>| moment.unwrap_or(i64::MAX);
    let before = Stretch { to_ms: Some(end(stretch.to_ms).min(from_ms)).filter(|to| *to < i64::MAX), ..stretch };
    let mut left = vec![before];
    if let Some(to_ms) = to_ms {
        left.push(Stretch { from_ms: stretch.from_ms.max(to_ms), to_ms: stretch.to_ms });
    }
    left.retain(|part| part.from_ms < end(part.to_ms));
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::task::{Mix, Streams};

    fn recorder() -> Recorder {
        let told = Told {
            cname: "a".to_owned(),
            uid: 1,
            sid: "s".to_owned(),
            task: Task::Mix(Mix { mp4: false, streams: Streams::EVERYBODY }),
            max_idle: Some(Span::secs(30)),
            prefix: String::new(),
            expires_ms: i64::MAX,
            token_ends_ms: None,
        };
        Recorder::new(told, vec![(100, Stage::NotBegun), (300, Stage::Ready), (500, Stage::InProgress)])
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

    #[test]
    fn the_truth_leaves_out_pauses_and_does_not_know_when_one_will_end() {
        let mut recorder = recorder();
        recorder.pause(400);
        recorder.resume(700);
        recorder.pause(900);
        let stretch = |from_ms, to_ms| Stretch { from_ms, to_ms };
        assert_eq!(recorder.life(600).recorded, [stretch(300, Some(400))]);
        assert_eq!(recorder.life(800).recorded, [stretch(300, Some(400)), stretch(700, None)]);
        assert_eq!(recorder.life(950).recorded, [stretch(300, Some(400)), stretch(700, Some(900))]);
    }
}
