//! The lane of one channel: its states as patterns, gap edges and flags over them. What was drawn is kept per row until the data,
//! the window or the place changes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use egui::{Painter, Rect, Shape, Theme, pos2, vec2};

use super::columns::{self, Run, Scale};
use super::source::{Hole, Source};
use crate::monitor::band::{Band, BandKind};
use crate::monitor::history::{Mark, MarkedDeed};
use crate::monitor::ids::ChannelId;
use crate::monitor::snapshot::ChannelView;
use crate::ui::pattern::Ink;
use crate::ui::theme::Palette;

/// Height of a lane, in points.
pub const HIGH: f32 = 14.0;
/// A gap narrower than this has no room for its edges: the band itself shows it, never narrower than 2 points.
const EDGES_FROM: f32 = 5.0;

/// Everything but the data that changes what is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// The lane.
    pub rect: Rect,
    /// Time as physical pixels of it.
    pub scale: Scale,
    /// Pixels of a point.
    pub pixels_per_point: f32,
    /// The colours.
    pub theme: Theme,
    /// What is shorter is not drawn.
    pub hide_under: Duration,
    /// Which read the data came from.
    pub read: u64,
}

/// The lanes drawn lately, by row.
#[derive(Debug, Default)]
pub struct LaneCache {
    drawn: BTreeMap<ChannelId, Drawn>,
    frame: u64,
}

#[derive(Debug)]
struct Drawn {
    band: Arc<Band>,
    gaps: (usize, bool),
    place: Place,
    shapes: Vec<Shape>,
    /// The last frame it was painted in.
    frame: u64,
}

impl LaneCache {
    /// Paints the lane of `view`.
    pub fn paint(&mut self, painter: &Painter, view: &ChannelView, source: &Source<'_>, place: Place) {
        let gaps = (view.gaps.len(), view.open_gap.is_some());
        let is_fresh = |it: &Drawn| it.place == place && it.gaps == gaps && Arc::ptr_eq(&it.band, &view.band);
        if !self.drawn.get(&view.id).is_some_and(is_fresh) {
            let shapes = draw(view, source, place);
            let drawn = Drawn { band: Arc::clone(&view.band), gaps, place, shapes, frame: self.frame };
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

fn draw(view: &ChannelView, source: &Source<'_>, place: Place) -> Vec<Shape> {
    let window = place.scale.window;
    let mut pen = Pen { ink: Ink::new(place.pixels_per_point), place, palette: Palette::of_theme(place.theme) };
    let spans = columns::without_short(&source.spans(view, window), place.hide_under);
    let mut runs = place.scale.runs(&spans);
    // The worst goes on top, so that a short loss is not painted over by the long quiet beside it.
    runs.sort_by_key(|run| run.kind.weight());
    runs.iter().for_each(|run| pen.run(*run));
    source.holes(view, window).iter().for_each(|hole| pen.edges(hole, source));
    source.marks(view, window).iter().for_each(|mark| pen.mark(mark));
    pen.ink.into_shapes()
}

struct Pen {
    ink: Ink,
    place: Place,
    palette: &'static Palette,
}

impl Pen {
    #[expect(clippy::cast_possible_truncation, reason = "places on a screen")]
    fn x(&self, columns: f64) -> f32 {
        self.place.rect.left() + columns as f32 / self.place.pixels_per_point
    }

    fn run(&mut self, run: Run) {
        let (left, right) = (self.x(run.from.into()), self.x(run.to.into()));
        let rect = self.place.rect;
        // The least width goes to the left, and there is none left of the lane.
        let least = crate::ui::pattern::narrowest(run.kind);
        let right = right.max((rect.left() + least).min(rect.right()));
        self.ink.span(Rect::from_x_y_ranges(left..=right, rect.y_range()), run.kind, self.palette);
    }

    /// Both edges of a gap: a thin line under the lane from the last good answer to the first good one, and a thick one for as long
    /// as it surely was gone.
    fn edges(&mut self, hole: &Hole, source: &Source<'_>) {
        let at = |moment| self.x(self.place.scale.place(moment)).clamp(self.place.rect.left(), self.place.rect.right());
        let (from, sure_from) = (at(hole.last_good), at(hole.first_bad));
        let (sure_to, to) = (at(hole.last_bad), at(hole.to(source.now)));
        if to - from < EDGES_FROM {
            return;
        }
        let (y, lost) = (self.place.rect.bottom() + 1.0, self.palette.lost);
        let line = |left: f32, right: f32, high: f32| Rect::from_x_y_ranges(left..=right.max(left), y..=y + high);
        for rect in [line(from, to, 1.0), line(sure_from, sure_to, 2.0)] {
            self.ink.fill(rect, lost);
        }
        for x in [from, to] {
            self.ink.fill(Rect::from_x_y_ranges(x - 0.5..=x + 0.5, y - 2.0..=y + 2.0), lost);
        }
    }

    /// A restart is a full tick, a start a flag at its top, a stop one at its foot, an adoption one in the middle.
    fn mark(&mut self, mark: &Mark) {
        let (rect, ink) = (self.place.rect, self.palette.text1);
        let at = pos2(self.x(self.place.scale.place(mark.at)), rect.center().y);
        flag(&mut self.ink, at, mark.deed, ink);
    }
}

/// Draws the flag of a deed with its pole at `at`.
pub fn flag(ink: &mut Ink, at: egui::Pos2, deed: MarkedDeed, colour: egui::Color32) {
    let pole = Rect::from_center_size(at, vec2(1.0, HIGH));
    let (pole, flag) = match deed {
        MarkedDeed::Restart(_) => (pole.expand2(vec2(0.5, 1.0)), None),
        MarkedDeed::Start(_) => (pole, Some(pole.top())),
        MarkedDeed::Adopt(_) => (pole, Some(pole.center().y - 2.0)),
        MarkedDeed::Stop => (pole, Some(pole.bottom() - 4.0)),
    };
    ink.fill(pole, colour);
    if let Some(top) = flag {
        ink.fill(Rect::from_min_size(pos2(pole.right(), top), vec2(3.0, 4.0)), colour);
    }
}

/// The kinds of stretches in the order of the legend: what gives way in a narrow window stands last.
pub const LEGEND: [BandKind; 10] = {
    use crate::monitor::phase::State;
    [
        BandKind::State(State::Recording),
        BandKind::State(State::Lost),
        BandKind::PossiblyLost,
        BandKind::State(State::Suspect),
        BandKind::State(State::Uncertain),
        BandKind::State(State::NotObserved),
        BandKind::State(State::ConfigError),
        BandKind::State(State::Starting),
        BandKind::State(State::Ended),
        BandKind::State(State::Idle),
    ]
};
