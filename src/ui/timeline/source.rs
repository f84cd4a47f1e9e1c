//! What is known of each channel over time, from what was read and from the picture: spans, gaps, flags. It keeps nothing, paints
//! nothing and fills no hole.

use std::time::Duration;

use crate::monitor::band::Span;
use crate::monitor::gap::{Gap, GapEnd};
use crate::monitor::history::{self, Mark, Past};
use crate::monitor::snapshot::{ChannelView, FleetHistory};
use crate::monitor::time::Timestamp;
use crate::ui::detail::lanes::Window;

/// What was read, and the moment of the picture.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// What was read of all channels, once it is there.
    pub history: Option<&'a FleetHistory>,
    /// The moment of the picture.
    pub now: Timestamp,
}

/// A gap of a channel, which may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// It went after this …
    pub last_good: Timestamp,
    /// … and before this.
    pub first_bad: Timestamp,
    /// It came back after this …
    pub last_bad: Timestamp,
    /// … and before this; not yet while it is open.
    pub back: Option<(Timestamp, GapEnd)>,
}

impl Hole {
    fn of(gap: &Gap) -> Self {
        let back = Some((gap.first_good, gap.end));
        Self { last_good: gap.last_good, first_bad: gap.first_bad, last_bad: gap.last_bad.max(gap.first_bad), back }
    }

    /// Its end at the latest: now while it is open.
    pub fn to(&self, now: Timestamp) -> Timestamp {
        self.back.map_or(now, |(at, _)| at)
    }

    /// How long it was at least and at most.
    pub fn bounds(&self, now: Timestamp) -> (Duration, Duration) {
        (self.last_bad.since(self.first_bad), self.to(now).since(self.last_good))
    }
}

impl<'a> Source<'a> {
    fn past(&self, view: &ChannelView) -> Option<&'a Past> {
        self.history.and_then(|history| history.channels.get(&view.id))
    }

    /// The state over the window; before the first record there is nothing.
    pub fn spans(&self, view: &ChannelView, window: Window) -> Vec<Span> {
        let read = self.past(view).map_or(&[][..], |past| past.spans.as_slice());
        history::joined(read, &view.band, window.from, window.to.min(self.now))
    }

    /// The gaps that touch the window, each once, oldest first.
    pub fn holes(&self, view: &ChannelView, window: Window) -> Vec<Hole> {
        let read = self.past(view).map_or(&[][..], |past| past.gaps.as_slice());
        let live = view.gaps.iter();
        let open = view.open_gap.map(|(gap, last_bad)| {
            let last_bad = last_bad.max(gap.first_bad);
            Hole { last_good: gap.last_good, first_bad: gap.first_bad, last_bad, back: None }
        });
        let touches = |hole: &Hole| hole.to(self.now) > window.from && hole.last_good < window.to;
        let mut holes: Vec<Hole> = read.iter().chain(live).map(Hole::of).chain(open).filter(touches).collect();
        holes.sort_by_key(|hole| (hole.first_bad, hole.last_good, hole.back.map(|(at, _)| at)));
        holes.dedup_by_key(|hole| (hole.first_bad, hole.last_good));
        holes
    }

    /// What was done to it in the window, oldest first.
    pub fn marks(&self, view: &ChannelView, window: Window) -> &'a [Mark] {
        let all = self.past(view).map_or(&[][..], |past| past.marks.as_slice());
        let first = all.partition_point(|mark| mark.at < window.from);
        let end = all.partition_point(|mark| mark.at <= window.to);
        &all[first..end.max(first)]
    }

    /// From the earliest moment that is known of a channel to the moment of the picture.
    pub fn known(&self, view: &ChannelView) -> Window {
        let read = self.history.map(|history| history.from);
        let from = [read, view.band.begin(), view.open_gap.map(|(gap, _)| gap.last_good)].into_iter().flatten().min();
        Window { from: from.unwrap_or(self.now), to: self.now }
    }

    /// Whether a stretch may have begun before what was read.
    pub fn is_cut(&self, span: Span) -> bool {
        self.history.is_some_and(|history| history.from == span.from)
    }

    /// The part of the window that was not read yet. The live picture may know some of it, and never all.
    pub fn unread(&self, window: Window) -> Option<Window> {
        let read = self.history.filter(|history| history.to > window.from);
        match read {
            Some(history) if history.from <= window.from => None,
            Some(history) => Some(Window { to: history.from.min(window.to), ..window }),
            None => Some(window),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::ui::testing::{NOW, ago, gap, lost, recording};

    const HOUR: Window = Window { from: Timestamp::from_millis(NOW.as_millis() - 3_600_000), to: NOW };

    #[test]
    fn a_gap_that_both_know_is_told_once_and_an_open_one_lasts_until_now() {
        let both = gap(GapEnd::Restarted);
        let view = ChannelView { gaps: vec![both], ..lost(3, "court-03") };
        let past = Past { gaps: vec![both], ..Past::default() };
        let channels = BTreeMap::from([(view.id, past)]);
        let history = FleetHistory { from: ago(9999), to: NOW, channels };
        let source = Source { history: Some(&history), now: NOW };
        let holes = source.holes(&view, HOUR);
        assert_eq!(holes.iter().map(|hole| hole.last_good).collect::<Vec<_>>(), [ago(2469), ago(254)]);
        let bounds = |hole: &Hole| (hole.bounds(NOW).0.as_secs(), hole.bounds(NOW).1.as_secs());
        assert_eq!(holes.iter().map(bounds).collect::<Vec<_>>(), [(103, 229), (128, 254)]);
        assert_eq!(source.holes(&view, Window { from: ago(200), to: NOW }).len(), 1, "the other one is over by then");
    }

    #[test]
    fn what_was_not_read_yet_is_known_as_such() {
        let history = |from, to| FleetHistory { from: ago(from), to: ago(to), channels: BTreeMap::new() };
        let unread = |history: Option<&FleetHistory>| Source { history, now: NOW }.unread(HOUR);
        assert_eq!(unread(None), Some(HOUR));
        assert_eq!(unread(Some(&history(7200, 0))), None);
        assert_eq!(unread(Some(&history(1800, 0))), Some(Window { to: ago(1800), ..HOUR }));
        assert_eq!(unread(Some(&history(9000, 7200))), Some(HOUR), "that was somewhere else");
        let view = recording(1, "court-01");
        assert!(Source { history: None, now: NOW }.marks(&view, HOUR).is_empty());
    }
}
