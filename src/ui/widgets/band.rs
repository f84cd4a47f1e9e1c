//! The last hour of one channel as a small band in its row, right edge = now. What was drawn is kept per row until the band
//! changes or a pixel of time has passed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use egui::{Painter, Rect, Shape, Theme, pos2};

use crate::monitor::band::{Band, BandKind, Span};
use crate::monitor::gap::{Gap, GapEnd};
use crate::monitor::ids::ChannelId;
use crate::monitor::phase::State;
use crate::monitor::snapshot::ChannelView;
use crate::monitor::time::Timestamp;
use crate::ui::pattern::{self, Ink};
use crate::ui::theme::Palette;

/// How much of the past the band shows.
pub const STRETCH: Duration = Duration::from_secs(3600);
/// Height of the lane, in points.
const LANE: f32 = 14.0;

/// The bands drawn lately, by row.
#[derive(Debug, Default)]
pub struct BandCache {
    drawn: BTreeMap<ChannelId, Drawn>,
    frame: u64,
}

#[derive(Debug)]
struct Drawn {
    band: Arc<Band>,
    gaps: usize,
    muted: bool,
    place: Place,
    shapes: Vec<Shape>,
    /// The last frame it was painted in.
    frame: u64,
}

/// Everything but the band that changes what is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Place {
    rect: Rect,
    pixels_per_point: f32,
    theme: Theme,
    /// The moment of the right edge: the begin of the pixel that shows now, so that the same moment is at the same place in all rows,
    /// whenever each was drawn.
    edge: Timestamp,
}

impl Place {
    fn new(rect: Rect, pixels_per_point: f32, theme: Theme, now: Timestamp) -> Self {
        let pixel = millis_per_pixel(rect.width() * pixels_per_point);
        let edge = Timestamp::from_millis(now.as_millis().div_euclid(pixel) * pixel);
        Self { rect, pixels_per_point, theme, edge }
    }
}

impl BandCache {
    /// Paints the last hour of `view` into `rect`, right edge = now.
    pub fn paint(&mut self, painter: &Painter, rect: Rect, view: &ChannelView, now: Timestamp, theme: Theme) {
        let place = Place::new(rect, painter.pixels_per_point(), theme, now);
        let fresh = self.drawn.get(&view.id).is_some_and(|it| {
            it.place == place
                && it.muted == is_muted(view)
                && it.gaps == view.gaps.len()
                && Arc::ptr_eq(&it.band, &view.band)
        });
        if !fresh {
            let shapes = draw(view, place);
            let (band, gaps, muted) = (Arc::clone(&view.band), view.gaps.len(), is_muted(view));
            let drawn = Drawn { band, gaps, muted, place, shapes, frame: self.frame };
            self.drawn.insert(view.id, drawn);
        }
        if let Some(drawn) = self.drawn.get_mut(&view.id) {
            drawn.frame = self.frame;
            painter.extend(drawn.shapes.iter().cloned());
        }
    }

    /// Forgets rows that were not painted in this frame.
    pub fn end_frame(&mut self) {
        let frame = self.frame;
        self.drawn.retain(|_, drawn| drawn.frame == frame);
        self.frame += 1;
    }
}

#[allow(clippy::cast_possible_truncation, reason = "an hour has 3.6 million milliseconds")]
fn millis_per_pixel(pixels: f32) -> i64 {
    ((STRETCH.as_millis() as f32 / pixels.max(1.0)) as i64).max(1)
}

fn draw(view: &ChannelView, place: Place) -> Vec<Shape> {
    let bright = Palette::of_theme(place.theme);
    let dim = Palette { bar: bright.bar_dim, ..*bright };
    let palette = if is_muted(view) { &dim } else { bright };
    let lane = Rect::from_center_size(place.rect.center(), egui::vec2(place.rect.width(), LANE));
    let from = place.edge - STRETCH;
    let mut ink = Ink::new(place.pixels_per_point);
    let spans: Vec<Span> = view.band.spans_after(from, place.edge).collect();
    // Trouble goes on top, so that a short loss is not painted over by the long quiet beside it.
    let (quiet, trouble): (Vec<&Span>, Vec<&Span>) = spans.iter().partition(|span| is_quiet(span.kind));
    for span in quiet.into_iter().chain(trouble) {
        let (left, right) = (x_of(span.from.max(from), from, lane), x_of(span.to, from, lane));
        let left = left.min(right - pattern::narrowest(span.kind)).max(lane.left());
        ink.span(Rect::from_min_max(pos2(left, lane.top()), pos2(right.max(left), lane.bottom())), span.kind, palette);
    }
    for gap in view.gaps.iter().filter(|gap| is_restart(gap) && gap.first_good > from) {
        let x = x_of(gap.first_good, from, lane);
        ink.fill(Rect::from_min_max(pos2(x - 1.0, lane.top()), pos2(x + 1.0, lane.bottom())), palette.text1);
    }
    ink.into_shapes()
}

const fn is_muted(view: &ChannelView) -> bool {
    view.handling.mute.is_some()
}

fn is_restart(gap: &Gap) -> bool {
    gap.end == GapEnd::Restarted
}

fn is_quiet(kind: BandKind) -> bool {
    match kind {
        BandKind::State(State::Recording | State::Idle | State::Stopped) => true,
        BandKind::PossiblyLost | BandKind::State(_) => false,
    }
}

fn x_of(moment: Timestamp, from: Timestamp, lane: Rect) -> f32 {
    lane.left() + lane.width() * (moment.since(from).as_secs_f32() / STRETCH.as_secs_f32()).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::testing::{NOW, ago, gap, lost};

    fn place(top: f32, now: Timestamp) -> Place {
        Place::new(Rect::from_min_size(pos2(700.0, top), egui::vec2(173.0, 27.0)), 1.0, Theme::Dark, now)
    }

    fn edges(view: &ChannelView, place: Place) -> Vec<(f32, f32)> {
        draw(view, place).iter().map(|shape| shape.visual_bounding_rect()).map(|it| (it.left(), it.right())).collect()
    }

    #[test]
    fn rows_with_the_same_moments_line_up_to_the_pixel_whenever_each_was_drawn() {
        let view = ChannelView { gaps: vec![gap(GapEnd::Restarted)], ..lost(3, "court-03") };
        let begin = place(0.0, NOW).edge;
        let pixel = Duration::from_millis(millis_per_pixel(173.0).unsigned_abs());
        let late = begin + pixel - Duration::from_millis(1);
        // The hatch is fixed to the screen: over 28 points it is the same again.
        assert_eq!(edges(&view, place(100.0, begin)), edges(&view, place(128.0, late)));
        assert_ne!(edges(&view, place(100.0, begin)), edges(&view, place(100.0, begin + pixel)), "then it moves on");
        assert!(begin > ago(60));
    }
}
