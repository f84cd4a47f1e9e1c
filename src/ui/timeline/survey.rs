//! All channels of the window added up: what each lost and was not seen, and how many were seen recording over time. It goes over
//! every span once, so it is made anew a few times a second at most, never per frame.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::columns::Scale;
use super::source::{Hole, Source};
use crate::monitor::band::{BandKind, Span};
use crate::monitor::coverage::{Coverage, Share};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;

/// What the window has of one channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Gaps that touch the window.
    pub gaps: usize,
    /// How long they were together, at least and at most: each counted whole.
    pub lost: (Duration, Duration),
    /// Time in which nobody looked.
    pub unseen: Duration,
}

/// How many channels there were of a kind, in each column of the window.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Crowd {
    /// Seen recording.
    pub recording: Vec<u32>,
    /// Without a clear answer.
    pub uncertain: Vec<u32>,
    /// Not observed.
    pub unseen: Vec<u32>,
}

/// The sums of one window.
#[derive(Clone, Debug)]
pub struct Survey {
    /// The window and its columns.
    pub scale: Scale,
    /// Of each channel with a gap or with time that nobody saw.
    totals: BTreeMap<ChannelId, Totals>,
    /// Over time.
    pub crowd: Crowd,
    /// All gaps of the channels that are shown, in order of time.
    pub holes: Vec<(ChannelId, Hole)>,
    /// When each loss began at the latest.
    pub losses: Vec<Timestamp>,
}

impl Survey {
    /// Adds up `channels`.
    pub fn new<'a>(channels: impl Iterator<Item = &'a Arc<ChannelView>>, source: &Source<'_>, scale: Scale) -> Self {
        let mut tally = Tally::new(scale);
        let (mut totals, mut holes) = (BTreeMap::new(), Vec::new());
        for view in channels {
            let spans = source.spans(view, scale.window);
            spans.iter().for_each(|span| tally.add(*span));
            let own = source.holes(view, scale.window);
            let lost = own.iter().map(|hole| hole.bounds(source.now));
            let lost = lost.fold((Duration::ZERO, Duration::ZERO), |sum, it| (sum.0 + it.0, sum.1 + it.1));
            let unseen = Coverage::of(spans).time(Share::NotObserved);
            let total = Totals { gaps: own.len(), lost, unseen };
            if total != Totals::default() {
                totals.insert(view.id, total);
            }
            holes.extend(own.into_iter().map(|hole| (view.id, hole)));
        }
        holes.sort_by_key(|(channel, hole)| (hole.first_bad, *channel));
        let losses = holes.iter().map(|(_, hole)| hole.first_bad).collect();
        Self { scale, totals, crowd: tally.counted(), holes, losses }
    }

    /// What the window has of a channel.
    pub fn of(&self, channel: ChannelId) -> Totals {
        self.totals.get(&channel).copied().unwrap_or_default()
    }

    /// How many channels have a gap.
    pub fn with_gaps(&self) -> usize {
        self.totals.values().filter(|totals| totals.gaps > 0).count()
    }

    /// The gap after `from` in order of time; without one, the first.
    pub fn next(&self, from: Option<(ChannelId, Hole)>) -> Option<(ChannelId, Hole)> {
        let behind = from.map_or(0, |from| self.holes.partition_point(|it| key(it) <= key(&from)));
        self.holes.get(behind).or(self.holes.last()).copied()
    }

    /// The gap before `from`; without one, the last.
    pub fn previous(&self, from: Option<(ChannelId, Hole)>) -> Option<(ChannelId, Hole)> {
        let at = from.map_or(self.holes.len(), |from| self.holes.partition_point(|it| key(it) < key(&from)));
        at.checked_sub(1).and_then(|at| self.holes.get(at)).or(self.holes.first()).copied()
    }
}

fn key((channel, hole): &(ChannelId, Hole)) -> (Timestamp, ChannelId) {
    (hole.first_bad, *channel)
}

/// Counts how many spans of a kind cover the middle of each column.
struct Tally {
    scale: Scale,
    steps: [Vec<i32>; 3],
}

impl Tally {
    fn new(scale: Scale) -> Self {
        let steps = || vec![0; scale.columns as usize + 1];
        Self { scale, steps: [steps(), steps(), steps()] }
    }

    fn add(&mut self, span: Span) {
        let kind = match span.kind {
            BandKind::State(State::Recording) => 0,
            BandKind::State(State::Uncertain | State::ConfigError) => 1,
            BandKind::State(State::NotObserved) => 2,
            BandKind::State(
                State::Lost
                | State::AbnormalExit
                | State::Ended
                | State::Suspect
                | State::Stopping
                | State::Starting
                | State::Stopped
                | State::Idle,
            )
            | BandKind::PossiblyLost => return,
        };
        let (from, to) = (self.middle(span.from), self.middle(span.to));
        self.steps[kind][from] += 1;
        self.steps[kind][to] -= 1;
    }

    /// The first column whose middle is at `at` or later.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "cut to the columns there are")]
    fn middle(&self, at: Timestamp) -> usize {
        (self.scale.place(at) - 0.5).ceil().clamp(0.0, f64::from(self.scale.columns)) as usize
    }

    fn counted(self) -> Crowd {
        let [recording, uncertain, unseen] = self.steps.map(|steps| {
            let mut sum = 0;
            let counts = steps.into_iter().map(|step| {
                sum += step;
                u32::try_from(sum).unwrap_or(0)
            });
            let mut counts: Vec<u32> = counts.collect();
            counts.pop();
            counts
        });
        Crowd { recording, uncertain, unseen }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::gap::GapEnd;
    use crate::ui::detail::lanes::Window;
    use crate::ui::testing::{NOW, ago, gap, lost, recording};

    const HOUR: Window = Window { from: Timestamp::from_millis(NOW.as_millis() - 3_600_000), to: NOW };
    const SCALE: Scale = Scale { window: HOUR, columns: 60 };

    fn survey() -> Survey {
        let healed = ChannelView { gaps: vec![gap(GapEnd::Restarted)], ..recording(1, "court-01") };
        let views = [Arc::new(lost(3, "court-03")), Arc::new(healed), Arc::new(recording(2, "court-02"))];
        Survey::new(views.iter(), &Source { history: None, now: NOW }, SCALE)
    }

    #[test]
    fn each_channel_has_its_gaps_with_both_bounds() {
        let survey = survey();
        let seconds = |(a, b): (Duration, Duration)| (a.as_secs(), b.as_secs());
        let told = [1, 2, 3].map(|n| survey.of(ChannelId(n))).map(|it| (it.gaps, seconds(it.lost)));
        assert_eq!(told, [(1, (103, 229)), (0, (0, 0)), (1, (128, 254))]);
        assert_eq!(survey.with_gaps(), 2);
    }

    #[test]
    fn the_crowd_counts_who_was_seen_recording_in_the_middle_of_each_column() {
        let crowd = survey().crowd;
        assert_eq!(crowd.recording.len(), 60);
        assert_eq!(crowd.recording[0], 0, "nothing is known of the first minute");
        assert_eq!((crowd.recording[11], crowd.recording[40], crowd.recording[59]), (1, 3, 2));
        assert!(crowd.unseen.iter().all(|count| *count == 0));
    }

    #[test]
    fn gaps_follow_each_other_across_rows_in_order_of_time_and_stop_at_the_ends() {
        let survey = survey();
        let id = |it: Option<(ChannelId, Hole)>| it.map(|(channel, _)| channel.0);
        let first = survey.next(None);
        assert_eq!(id(first), Some(1));
        let second = survey.next(first);
        assert_eq!((id(second), id(survey.next(second))), (Some(3), Some(3)));
        assert_eq!((id(survey.previous(second)), id(survey.previous(first))), (Some(1), Some(1)));
        assert_eq!(id(survey.previous(None)), Some(3));
    }

    #[test]
    fn time_that_nobody_saw_is_counted_apart() {
        let stale = ChannelView { stale_at: Some(ago(600)), ..recording(1, "court-01") };
        let seen = crate::ui::words::as_seen(&stale, NOW).into_owned();
        let survey = Survey::new([Arc::new(seen)].iter(), &Source { history: None, now: NOW }, SCALE);
        assert_eq!(survey.of(ChannelId(1)).unseen, Duration::from_secs(600));
        assert_eq!((survey.crowd.recording[55], survey.crowd.unseen[55]), (0, 1));
    }
}
