//! Which stretch of time the timeline shows: its length and where it ends. Pure: `now` is passed in. It is never longer than
//! 30 days, never shorter than 15 minutes, and never reaches into the time to come.

use std::time::Duration;

use crate::monitor::time::Timestamp;
use crate::ui::detail::lanes::Window;
use crate::worker::handle::TimeRange;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;
const DAY: u64 = 24 * HOUR;

/// The lengths that have a button, and its words.
pub const RANGES: [(&str, Duration); 6] = [
    ("15 m", Duration::from_secs(15 * MINUTE)),
    ("1 h", Duration::from_secs(HOUR)),
    ("6 h", Duration::from_secs(6 * HOUR)),
    ("24 h", Duration::from_secs(DAY)),
    ("7 d", Duration::from_secs(7 * DAY)),
    ("30 d", Duration::from_secs(30 * DAY)),
];

const SHORTEST: Duration = RANGES[0].1;
const LONGEST: Duration = RANGES[5].1;
/// What is read ahead on both sides, as a part of the length.
const AHEAD: i64 = 4;
/// A read stretch is kept while it is at most so many times as long as what is shown.
const KEPT_UP_TO: i64 = 8;

/// The stretch that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    length: Duration,
    end: End,
}

/// Where the stretch ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Now, whenever that is.
    Live,
    /// There.
    At(Timestamp),
}

impl Default for View {
    fn default() -> Self {
        Self { length: RANGES[2].1, end: End::Live }
    }
}

impl View {
    /// The stretch at `now`, its edges on whole pixels of `pixel` milliseconds, so that nothing on it trembles.
    pub fn window(&self, now: Timestamp, pixels: f32) -> Window {
        let pixel = millis_per_pixel(self.length, pixels);
        let end = match self.end {
            End::Live => now,
            End::At(at) => at.min(now),
        };
        let whole = end.as_millis().div_euclid(pixel) * pixel;
        let to = Timestamp::from_millis(if whole < end.as_millis() { whole + pixel } else { whole });
        Window { from: to - self.length, to }
    }

    /// How long it is.
    pub const fn length(&self) -> Duration {
        self.length
    }

    /// Whether it ends now and goes on.
    pub fn is_live(&self) -> bool {
        self.end == End::Live
    }

    /// Follows now.
    pub const fn follow(&mut self) {
        self.end = End::Live;
    }

    /// Another length; the end stays.
    pub fn choose(&mut self, length: Duration) {
        self.length = length.clamp(SHORTEST, LONGEST);
    }

    /// Makes it `factor` times as long and keeps `at` where it is.
    pub fn zoom(&mut self, factor: f64, at: Timestamp, now: Timestamp) {
        let end = self.end_at(now);
        let length = self.length.mul_f64(factor.clamp(0.01, 100.0)).clamp(SHORTEST, LONGEST);
        let share = length.as_secs_f64() / self.length.as_secs_f64();
        let behind = end.since(at).mul_f64(share);
        self.length = length;
        self.end = match self.end {
            End::Live if at + behind >= now => End::Live,
            End::Live | End::At(_) => End::At((at + behind).min(now)),
        };
    }

    /// Moves it by so many milliseconds towards the past, or towards now where negative. It follows now no longer.
    pub fn pan(&mut self, towards_the_past: i64, now: Timestamp) {
        let end = self.end_at(now).as_millis().saturating_sub(towards_the_past);
        self.end = End::At(Timestamp::from_millis(end).min(now));
    }

    /// Brings `from..to` into its middle, unless all of it is shown already.
    pub fn centre(&mut self, from: Timestamp, to: Timestamp, now: Timestamp) {
        let end = self.end_at(now);
        if from >= end - self.length && to <= end {
            return;
        }
        let middle = from + to.since(from) / 2;
        self.end = End::At((middle + self.length / 2).min(now));
    }

    /// Brings `at` into its middle. What is so young that the middle cannot be reached is shown as it goes on.
    pub fn show(&mut self, at: Timestamp, now: Timestamp) {
        let end = at + self.length / 2;
        self.end = if end >= now { End::Live } else { End::At(end) };
    }

    fn end_at(&self, now: Timestamp) -> Timestamp {
        match self.end {
            End::Live => now,
            End::At(at) => at.min(now),
        }
    }
}

/// How many milliseconds a pixel stands for, at least one.
#[expect(clippy::cast_possible_truncation, reason = "30 days have 2.6 thousand million milliseconds")]
pub fn millis_per_pixel(length: Duration, pixels: f32) -> i64 {
    ((length.as_millis() as f64 / f64::from(pixels.max(1.0))) as i64).max(1)
}

/// What to read so that `window` can be shown and moved a little; what is read already is kept while it serves. Where the window
/// reaches `now`, so does what is read, and beyond.
pub fn to_read(kept: Option<TimeRange>, window: Window, now: Timestamp) -> TimeRange {
    let length = i64::try_from(window.to.since(window.from).as_millis()).unwrap_or(i64::MAX);
    let serves = |look: &TimeRange| {
        let read = look.to.as_millis() - look.from.as_millis();
        look.from <= window.from && look.to >= window.to.min(now) && read / KEPT_UP_TO <= length
    };
    if let Some(look) = kept.filter(serves) {
        return look;
    }
    let part = (length / AHEAD).max(1);
    let from = (window.from.as_millis().div_euclid(part) - 1) * part;
    let to = (window.to.as_millis().div_euclid(part) + 2) * part;
    TimeRange { from: Timestamp::from_millis(from), to: Timestamp::from_millis(to) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, ago};

    const H6: Duration = RANGES[2].1;

    fn edges(view: &View) -> (u64, u64) {
        let window = view.window(NOW, 21_600.0);
        (NOW.since(window.from).as_secs(), NOW.since(window.to).as_secs())
    }

    #[test]
    fn it_begins_live_and_a_pan_leaves_that_without_reaching_into_the_time_to_come() {
        let mut view = View::default();
        assert_eq!((edges(&view), view.is_live()), ((21_600, 0), true));
        view.pan(60_000, NOW);
        assert_eq!((edges(&view), view.is_live()), ((21_660, 60), false));
        view.pan(-600_000, NOW);
        assert_eq!((edges(&view), view.is_live()), ((21_600, 0), false));
        view.follow();
        assert!(view.is_live());
    }

    #[test]
    fn a_zoom_keeps_the_moment_under_the_pointer_and_stops_at_the_limits() {
        let mut view = View::default();
        view.zoom(0.5, ago(7200), NOW);
        assert_eq!(edges(&view), (14_400, 3600), "the moment stays at two thirds");
        view.zoom(2.0, ago(7200), NOW);
        assert_eq!(edges(&view), (21_600, 0));
        let mut live = View::default();
        live.zoom(0.5, NOW, NOW);
        assert!(live.is_live(), "at the right edge it goes on following");
        for (factor, limit) in [(0.1, SHORTEST), (100.0, LONGEST)] {
            for _ in 0..5 {
                view.zoom(factor, ago(60), NOW);
            }
            assert_eq!(view.length(), limit);
        }
    }

    #[test]
    fn a_gap_that_is_not_wholly_shown_comes_into_the_middle() {
        let mut view = View::default();
        view.centre(ago(7200), ago(7000), NOW);
        assert!(view.is_live(), "it is shown already");
        view.centre(ago(90_000), ago(89_000), NOW);
        assert_eq!(edges(&view), (89_500 + 10_800, 89_500 - 10_800));
    }

    #[test]
    fn a_moment_that_is_asked_for_is_in_the_middle_unless_it_is_too_young() {
        let mut view = View::default();
        view.show(ago(18_000), NOW);
        assert_eq!(edges(&view), (18_000 + 10_800, 18_000 - 10_800));
        view.show(ago(600), NOW);
        assert_eq!((edges(&view), view.is_live()), ((21_600, 0), true));
    }

    #[test]
    fn the_edges_keep_to_whole_pixels() {
        let view = View::default();
        let pixel = millis_per_pixel(H6, 1000.0);
        let windows = [0, 7, 13].map(|s| view.window(NOW + Duration::from_secs(s), 1000.0));
        assert!(windows.iter().all(|window| window.to.as_millis() % pixel == 0));
        assert!(windows[0].to >= NOW && windows[0].to.since(NOW).as_millis() <= 21_600);
    }

    #[test]
    fn a_stretch_is_read_anew_only_when_the_old_one_does_not_serve() {
        let mut view = View::default();
        let window = |view: &View| view.window(NOW, 1000.0);
        let first = to_read(None, window(&view), NOW);
        assert!(first.from < ago(21_600) && first.to > NOW);
        view.pan(600_000, NOW);
        assert_eq!(to_read(Some(first), window(&view), NOW), first);
        view.pan(6 * 3_600_000, NOW);
        let second = to_read(Some(first), window(&view), NOW);
        assert!(second.from < first.from && second.to < NOW + H6);
        view.choose(SHORTEST);
        assert_ne!(to_read(Some(second), window(&view), NOW), second, "much too long to be read again and again");
    }
}
