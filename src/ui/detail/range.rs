//! How much of the past the chart shows: the choices, the window each makes, and the marks of its time axis.

use std::time::Duration;

use crate::monitor::snapshot::{ChannelView, History};
use crate::monitor::time::Timestamp;
use crate::ui::detail::lanes::Window;
use crate::worker::handle::Stretch;

const MINUTE: u64 = 60;
const HOUR: u64 = 3600;

/// A choice of the range buttons.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Range {
    /// 15 minutes.
    M15,
    /// One hour.
    #[default]
    H1,
    /// Two hours.
    H2,
    /// Six hours.
    H6,
    /// A day.
    H24,
    /// Since the session began.
    Session,
}

impl Range {
    /// All choices, in their order.
    pub const ALL: [Range; 6] = [Range::M15, Range::H1, Range::H2, Range::H6, Range::H24, Range::Session];

    /// The words on its button.
    pub const fn text(self) -> &'static str {
        match self {
            Range::M15 => "15 m",
            Range::H1 => "1 h",
            Range::H2 => "2 h",
            Range::H6 => "6 h",
            Range::H24 => "24 h",
            Range::Session => "Session",
        }
    }

    /// The head over the chart.
    pub const fn title(self) -> &'static str {
        match self {
            Range::M15 => "Last 15 min",
            Range::H1 => "Last hour",
            Range::H2 => "Last 2 h",
            Range::H6 => "Last 6 h",
            Range::H24 => "Last 24 h",
            Range::Session => "This session",
        }
    }

    /// What the worker is asked for.
    pub const fn stretch(self) -> Stretch {
        match self.length() {
            Some(length) => Stretch::Last(length),
            None => Stretch::Session,
        }
    }

    const fn length(self) -> Option<Duration> {
        match self {
            Range::M15 => Some(Duration::from_secs(15 * MINUTE)),
            Range::H1 => Some(Duration::from_secs(HOUR)),
            Range::H2 => Some(Duration::from_secs(2 * HOUR)),
            Range::H6 => Some(Duration::from_secs(6 * HOUR)),
            Range::H24 => Some(Duration::from_secs(24 * HOUR)),
            Range::Session => None,
        }
    }

    /// The stretch that is drawn; a session shorter than a minute gets a minute.
    pub fn window(self, view: &ChannelView, history: Option<&History>, now: Timestamp) -> Window {
        let session = view.recording.as_ref().map(|it| it.session_at).or(history.map(|it| it.from));
        let from = match self.length() {
            Some(length) => now - length,
            None => session.unwrap_or(view.state_since).min(now - Duration::from_secs(MINUTE)),
        };
        Window { from, to: now }
    }
}

/// The distance between two marks of the time axis, in seconds: about five of them fit.
pub fn step(window: Window) -> u64 {
    const STEPS: [u64; 12] = [
        10,
        30,
        MINUTE,
        3 * MINUTE,
        5 * MINUTE,
        15 * MINUTE,
        30 * MINUTE,
        HOUR,
        2 * HOUR,
        6 * HOUR,
        12 * HOUR,
        24 * HOUR,
    ];
    let wanted = window.to.since(window.from).as_secs() / 6;
    let days = wanted.div_ceil(24 * HOUR) * 24 * HOUR;
    STEPS.into_iter().find(|step| *step >= wanted).unwrap_or(days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, ago, recording};

    #[test]
    fn the_axis_has_a_handful_of_marks_whatever_the_range() {
        let view = recording(1, "court-01");
        for range in Range::ALL {
            let window = range.window(&view, None, NOW);
            let marks = window.to.since(window.from).as_secs() / step(window);
            assert!((2..=6).contains(&marks), "{range:?}: {marks}");
        }
        let week = Window { from: NOW - Duration::from_secs(7 * 24 * HOUR), to: NOW };
        assert!((2..=6).contains(&(7 * 24 * HOUR / step(week))));
    }

    #[test]
    fn a_session_is_shown_from_its_beginning() {
        let window = Range::Session.window(&recording(1, "court-01"), None, NOW);
        assert_eq!(window, Window { from: ago(2246), to: NOW });
    }
}
