//! How the answers of the chart are painted: a tick per pixel column for what was said, a row per kind of code, and the time they took
//! as a line from least to most with the median on it. Sums of an hour are drawn as wide as their hour.

use egui::{Color32, Rect};

use super::answers::{self, Answers, Code, HOUR, PollKind, Spread};
use super::paint::{Brush, CODES, LATENCY, POLLS};
use crate::ui::pattern::Ink;
use crate::ui::theme::Palette;

/// From one row of codes to the next, in points.
const PITCH: f32 = 4.0;
/// Height of a tick in its row.
const TICK: f32 = 3.0;

/// The highest latency the lane has room for, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LatencyScale(u32);

impl LatencyScale {
    pub(super) fn of(answers: &Answers) -> Self {
        let most = answers.slowest().unwrap_or(0);
        let steps = [200, 400, 1000, 2000, 5000, 10_000, 20_000];
        Self(steps.into_iter().find(|step| *step >= most).unwrap_or(most))
    }

    /// The two values with a line.
    pub(super) const fn lines(self) -> [u32; 2] {
        [self.0 / 2, self.0]
    }

    /// Points below the top of the chart.
    #[expect(clippy::cast_precision_loss, reason = "a latency in ms is far below 2^23")]
    pub(super) fn y(self, latency_ms: u32) -> f32 {
        let share = latency_ms as f32 / self.0.max(1) as f32;
        LATENCY[1] - 2.0 - (LATENCY[1] - LATENCY[0] - 6.0) * share.min(1.0)
    }
}

/// From top to bottom of the row of a code, in points below the top of the chart.
#[expect(clippy::cast_precision_loss, reason = "seven rows")]
pub(super) const fn row(code: Code) -> [f32; 2] {
    let top = CODES[0] + code as usize as f32 * PITCH;
    [top, top + TICK]
}

impl Brush<'_> {
    /// Everything that is told of answers.
    pub(super) fn answers(&self, ink: &mut Ink, answers: &Answers, scale: LatencyScale) {
        self.grounds(ink, scale);
        self.hours(ink, answers, scale);
        for column in answers::columns(&answers.polls, |at| self.x(at)) {
            self.poll(ink, column.x, column.worst);
            let codes = Code::ALL.into_iter().zip(column.codes).filter(|(_, came)| *came);
            codes.for_each(|(code, _)| self.code(ink, column.x..=column.x + wide(code), code));
            self.latency(ink, column.x, column.latency_ms, scale, poll_colour(column.worst, self.palette));
        }
    }

    /// A line per row and per value of the scale.
    fn grounds(&self, ink: &mut Ink, scale: LatencyScale) {
        let rows = Code::ALL.into_iter().map(|code| row(code)[0] + TICK / 2.0);
        for below in rows.chain(scale.lines().map(|value| scale.y(value))) {
            let y = (self.frame.top() + below).round();
            ink.fill(Rect::from_x_y_ranges(self.frame.x_range(), y..=y + 0.5), self.palette.line1);
        }
    }

    /// The worst answer of a column; what is not as it should be stands out.
    fn poll(&self, ink: &mut Ink, x: f32, worst: PollKind) {
        let [top, bottom] = POLLS;
        let top = if worst == PollKind::Good { top + 4.0 } else { top };
        let y = self.frame.top() + top..=self.frame.top() + bottom;
        ink.fill(Rect::from_x_y_ranges(x..=x + 1.0, y), poll_colour(worst, self.palette));
    }

    fn code(&self, ink: &mut Ink, x: std::ops::RangeInclusive<f32>, code: Code) {
        let [top, bottom] = row(code);
        let y = self.frame.top() + top..=self.frame.top() + bottom;
        ink.fill(Rect::from_x_y_ranges(x, y), code_colour(code, self.palette));
    }

    /// From the least to the most, and the median thick; a single answer is a dot.
    fn latency(&self, ink: &mut Ink, x: f32, [least, median, most]: Spread, scale: LatencyScale, colour: Color32) {
        let y = |value| self.frame.top() + scale.y(value);
        ink.fill(Rect::from_x_y_ranges(x..=x + 1.0, y(most)..=y(least)), colour.gamma_multiply(0.6));
        ink.fill(Rect::from_x_y_ranges(x - 0.5..=x + 1.5, y(median) - 1.0..=y(median) + 1.0), colour);
    }

    fn hours(&self, ink: &mut Ink, answers: &Answers, scale: LatencyScale) {
        for hour in &answers.hours {
            let room = self.room(hour.from, hour.from + HOUR, LATENCY);
            // A line between two hours, where there is room for one.
            let room = if room.width() > 3.0 { room.with_max_x(room.right() - 1.0) } else { room };
            for answered in hour.answers.iter().filter(|answered| answered.times > 0) {
                self.code(ink, room.left()..=room.right().max(room.left() + 1.0), Code::of(answered.http));
            }
            let [least, median, most] = hour.latency_ms.map(|value| self.frame.top() + scale.y(value));
            ink.fill(Rect::from_x_y_ranges(room.x_range(), most..=least.max(most + 1.0)), self.palette.bar_dim);
            ink.fill(Rect::from_x_y_ranges(room.x_range(), median - 1.0..=median + 1.0), self.palette.text2);
        }
    }
}

/// What is not 200 is seen although it was there once only.
const fn wide(code: Code) -> f32 {
    match code {
        Code::Ok => 1.0,
        Code::NoAnswer | Code::Server | Code::Throttled | Code::Client | Code::NotFound | Code::Other => 2.0,
    }
}

fn poll_colour(kind: PollKind, palette: &Palette) -> Color32 {
    match kind {
        PollKind::Good => palette.text2,
        PollKind::Other => palette.ours,
        PollKind::Unclear => palette.unc,
        PollKind::Refused => palette.config,
        PollKind::Missing => palette.suspect,
    }
}

fn code_colour(code: Code, palette: &Palette) -> Color32 {
    match code {
        Code::NoAnswer | Code::Server => palette.unc,
        Code::Throttled | Code::Other => palette.ours,
        Code::Client => palette.config,
        Code::NotFound => palette.suspect,
        Code::Ok => palette.text3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::detail::answers::Poll;
    use crate::ui::testing::ago;

    #[test]
    fn the_latency_scale_holds_every_answer() {
        let of = |latencies: &[u32]| {
            let poll =
                |latency_ms: &u32| Poll { at: ago(1), latency_ms: *latency_ms, kind: PollKind::Good, http: None };
            LatencyScale::of(&Answers { polls: latencies.iter().map(poll).collect(), hours: Vec::new() })
        };
        assert_eq!(of(&[]), LatencyScale(200));
        assert_eq!(of(&[91, 430]), LatencyScale(1000));
        assert_eq!(of(&[25_000]), LatencyScale(25_000));
        let scale = LatencyScale(200);
        assert!(scale.y(200) >= LATENCY[0] && scale.y(0) <= LATENCY[1] && scale.y(0) > scale.y(100));
    }

    #[test]
    fn codes_are_told_apart_by_their_row() {
        let rows = Code::ALL.map(row);
        assert!(rows.windows(2).all(|pair| pair[0][1] < pair[1][0]), "{rows:?}");
        assert!(rows[0][0] >= CODES[0] && rows[6][1] <= CODES[1]);
    }
}
