//! The pattern of each stretch of a band: solid, stripes, hatch, dots, grid, outline. It is read without colour, and the
//! shorter a trouble, the less it may vanish. It knows pixels, not time: who calls it turns moments into places.

use egui::{Color32, Mesh, Painter, Pos2, Rect, Shape, Stroke, pos2};

use super::theme::Palette;
use crate::monitor::band::BandKind;
use crate::monitor::phase::State;

/// Distance between two lines of a dense hatch or of stripes, and between dots, in points.
const PITCH: f32 = 4.0;
/// A hatch in less room than this is not seen as one: it is drawn solid.
const HATCH_FROM: f32 = 3.0;

/// Shapes that are collected and painted at once: all rectangles of all spans are one mesh.
#[derive(Clone, Debug, Default)]
pub struct Ink {
    fills: Mesh,
    lines: Vec<Shape>,
    pixel: f32,
}

impl Ink {
    /// For a screen with this many pixels per point; lines of one pixel stay one pixel wide.
    pub fn new(pixels_per_point: f32) -> Self {
        Self { fills: Mesh::default(), lines: Vec::new(), pixel: 1.0 / pixels_per_point.max(0.1) }
    }

    /// All that was drawn, in the order to paint it.
    pub fn into_shapes(self) -> Vec<Shape> {
        let mut shapes = Vec::with_capacity(self.lines.len() + 1);
        if !self.fills.is_empty() {
            shapes.push(Shape::mesh(self.fills));
        }
        shapes.extend(self.lines);
        shapes
    }

    /// Draws one stretch. `rect` is its width and the whole height of the lane; kinds that are drawn lower centre themselves.
    /// A stretch too short to see is widened to the left of its end: 2 points, 3 for a loss.
    pub fn span(&mut self, rect: Rect, kind: BandKind, palette: &Palette) {
        let rect = widened(rect, narrowest(kind));
        match kind {
            BandKind::PossiblyLost => self.hatch(rect, palette.lost, PITCH * 1.75),
            BandKind::State(state) => self.state(rect, state, palette),
        }
    }

    fn state(&mut self, rect: Rect, state: State, palette: &Palette) {
        let colour = palette.shape_of(state);
        match state {
            State::Recording => self.fill(middle(rect, 0.4), palette.bar),
            State::Starting | State::Stopping => self.fill(middle(rect, 0.4), colour),
            State::Idle | State::Stopped => self.hairline(rect, palette.line2),
            State::Suspect => self.stripes(rect, colour),
            State::Lost => {
                self.hatch(rect, colour, PITCH);
                self.frame(rect, colour);
            }
            State::Uncertain => self.dots(rect, colour),
            State::ConfigError => self.grid(rect, colour),
            State::Ended | State::AbnormalExit => {
                self.hairline(rect, colour.gamma_multiply(0.75));
                self.fill(rect.with_max_x(rect.left() + 2.0), colour);
            }
            State::NotObserved => self.dashes(rect, colour),
        }
    }

    /// A filled rectangle.
    pub fn fill(&mut self, rect: Rect, colour: Color32) {
        self.fills.add_colored_rect(rect, colour);
    }

    /// A line of one pixel along the middle.
    pub fn hairline(&mut self, rect: Rect, colour: Color32) {
        let y = self.snap(rect.center().y);
        self.fill(Rect::from_min_max(pos2(rect.left(), y), pos2(rect.right(), y + self.pixel)), colour);
    }

    /// A frame of one pixel.
    pub fn frame(&mut self, rect: Rect, colour: Color32) {
        let p = self.pixel;
        self.fill(rect.with_max_x(rect.left() + p), colour);
        self.fill(rect.with_min_x(rect.right() - p), colour);
        self.fill(rect.with_max_y(rect.top() + p), colour);
        self.fill(rect.with_min_y(rect.bottom() - p), colour);
    }

    fn stripes(&mut self, rect: Rect, colour: Color32) {
        if rect.width() < HATCH_FROM {
            return self.fill(rect, colour);
        }
        for x in steps(rect.left(), rect.right(), PITCH) {
            self.fill(rect.with_min_x(x).with_max_x((x + 1.5).min(rect.right())), colour);
        }
        self.frame_top_bottom(rect, colour);
    }

    fn frame_top_bottom(&mut self, rect: Rect, colour: Color32) {
        self.fill(rect.with_max_y(rect.top() + self.pixel), colour);
        self.fill(rect.with_min_y(rect.bottom() - self.pixel), colour);
    }

    fn dots(&mut self, rect: Rect, colour: Color32) {
        let (size, pitch) = if rect.width() < HATCH_FROM { (rect.width(), 3.0) } else { (2.0, PITCH) };
        for y in steps(rect.top() + 0.5, rect.bottom(), pitch) {
            for x in steps(rect.left(), rect.right(), pitch) {
                let dot = Rect::from_min_max(pos2(x, y), pos2(x + size, y + size.min(2.0)));
                self.fill(dot.intersect(rect), colour);
            }
        }
    }

    fn grid(&mut self, rect: Rect, colour: Color32) {
        if rect.width() < HATCH_FROM {
            return self.fill(rect, colour);
        }
        for x in steps(rect.left(), rect.right(), PITCH) {
            self.fill(rect.with_min_x(x).with_max_x((x + 1.0).min(rect.right())), colour);
        }
        for y in steps(rect.top() + 1.0, rect.bottom(), PITCH) {
            self.fill(rect.with_min_y(y).with_max_y((y + 1.0).min(rect.bottom())), colour);
        }
    }

    fn dashes(&mut self, rect: Rect, colour: Color32) {
        let p = self.pixel.max(1.0);
        for x in steps(rect.left(), rect.right(), 4.0) {
            let end = (x + 2.5).min(rect.right());
            self.fill(Rect::from_min_max(pos2(x, rect.top()), pos2(end, rect.top() + p)), colour);
            self.fill(Rect::from_min_max(pos2(x, rect.bottom() - p), pos2(end, rect.bottom())), colour);
        }
        for y in steps(rect.top(), rect.bottom(), 4.0) {
            let end = (y + 2.5).min(rect.bottom());
            self.fill(Rect::from_min_max(pos2(rect.left(), y), pos2(rect.left() + p, end)), colour);
            self.fill(Rect::from_min_max(pos2(rect.right() - p, y), pos2(rect.right(), end)), colour);
        }
    }

    /// Lines of 45°, rising to the right, cut at the edges. They are fixed to the screen, so spans beside each other match.
    pub fn hatch(&mut self, rect: Rect, colour: Color32, pitch: f32) {
        if rect.width() < HATCH_FROM {
            return self.fill(rect, colour);
        }
        let stroke = Stroke::new(if pitch > PITCH { 1.1 } else { 1.6 }, colour);
        let sum_from = ((rect.left() + rect.top()) / pitch).ceil() * pitch;
        for sum in steps(sum_from, rect.right() + rect.bottom(), pitch) {
            if let Some(ends) = diagonal(rect, sum) {
                self.lines.push(Shape::line_segment(ends, stroke));
            }
        }
    }

    fn snap(&self, points: f32) -> f32 {
        (points / self.pixel).floor() * self.pixel
    }
}

/// Paints one stretch at once; for more than a few, collect them in an [`Ink`].
pub fn paint_span(painter: &Painter, rect: Rect, kind: BandKind, palette: &Palette) {
    let mut ink = Ink::new(painter.pixels_per_point());
    ink.span(rect, kind, palette);
    painter.extend(ink.into_shapes());
}

/// The least width of a stretch, in points.
pub fn narrowest(kind: BandKind) -> f32 {
    match kind {
        BandKind::PossiblyLost => 2.0,
        BandKind::State(state) => match state {
            State::Lost | State::AbnormalExit => 3.0,
            State::Ended
            | State::NotObserved
            | State::ConfigError
            | State::Suspect
            | State::Uncertain
            | State::Stopping
            | State::Starting => 2.0,
            State::Recording | State::Stopped | State::Idle => 0.0,
        },
    }
}

fn widened(rect: Rect, least: f32) -> Rect {
    if rect.width() >= least { rect } else { rect.with_min_x(rect.right() - least) }
}

fn middle(rect: Rect, share: f32) -> Rect {
    let half = (rect.height() * share / 2.0).round().max(1.0);
    let y = rect.center().y.round();
    Rect::from_min_max(pos2(rect.left(), y - half), pos2(rect.right(), y + half))
}

/// The part of the line x + y = `sum` inside of `rect`.
fn diagonal(rect: Rect, sum: f32) -> Option<[Pos2; 2]> {
    let (left, right) = (rect.left().max(sum - rect.bottom()), rect.right().min(sum - rect.top()));
    (right - left > 0.5).then(|| [pos2(left, sum - left), pos2(right, sum - right)])
}

/// `from`, `from + step`, … below `to`; at most a screen's worth.
fn steps(from: f32, to: f32, step: f32) -> impl Iterator<Item = f32> {
    std::iter::successors(Some(from), move |x| Some(x + step)).take_while(move |x| *x < to).take(4096)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::{Theme, vec2};

    const LOST: BandKind = BandKind::State(State::Lost);

    fn drawn(width: f32, kind: BandKind) -> Vec<Shape> {
        let mut ink = Ink::new(1.0);
        let rect = Rect::from_min_size(pos2(100.0, 10.0), vec2(width, 14.0));
        ink.span(rect, kind, Palette::of_theme(Theme::Dark));
        ink.into_shapes()
    }

    fn bounds(shapes: &[Shape]) -> Rect {
        shapes.iter().fold(Rect::NOTHING, |all, shape| all | shape.visual_bounding_rect())
    }

    #[test]
    fn no_trouble_is_too_short_to_be_seen() {
        for state in State::ALL {
            let kind = BandKind::State(state);
            let width = bounds(&drawn(0.1, kind)).width();
            assert!(width + 0.01 >= narrowest(kind).max(0.09), "{state:?} is {width} wide");
        }
        assert!(bounds(&drawn(0.1, LOST)).width() >= 3.0);
        assert!(bounds(&drawn(0.1, BandKind::PossiblyLost)).width() >= 2.0);
    }

    #[test]
    fn a_hatch_keeps_inside_of_its_stretch() {
        let inside = Rect::from_min_size(pos2(100.0, 10.0), vec2(40.0, 14.0)).expand(2.0);
        for kind in [LOST, BandKind::PossiblyLost] {
            assert!(inside.contains_rect(bounds(&drawn(40.0, kind))), "{kind:?}");
        }
    }

    #[test]
    fn kinds_of_trouble_differ_without_colour() {
        let vertices = |state: State| {
            let shapes = drawn(40.0, BandKind::State(state));
            let mesh = shapes.iter().map(|s| if let Shape::Mesh(m) = s { m.vertices.len() } else { 0 }).sum::<usize>();
            (mesh, shapes.len())
        };
        let kinds = [State::Suspect, State::Lost, State::Uncertain, State::ConfigError, State::NotObserved];
        let mut seen: Vec<_> = kinds.map(vertices).to_vec();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), kinds.len());
    }
}
