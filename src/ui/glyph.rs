//! The shape of each state, painted: it differs from every other in outline, so that it is read without colour. It paints no
//! words and adds nothing for screen readers, because the word always stands beside it.

use std::f32::consts::{PI, TAU};

use egui::{Color32, Painter, Pos2, Rect, Shape, Stroke, StrokeKind, Vec2, vec2};

use super::theme::Palette;
use crate::monitor::phase::State;

/// The box a glyph has in rows and chips, in points.
pub const SMALL: f32 = 14.0;
/// The box in the head of a pane.
pub const LARGE: f32 = 20.0;

/// What to paint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Glyph {
    /// The shape of a state.
    Of(State),
    /// Suspect, filled from below to this share (0 to 1) of the time after which it turns Lost.
    SuspectFor(f32),
    /// Stopped, with every file in the customer's storage.
    Uploaded,
    /// Agora asked for fewer requests.
    Throttled,
    /// A web recording that pauses: the recorder is there, and nothing is recorded.
    Paused,
}

impl Glyph {
    /// Its colour.
    pub fn colour(self, palette: &Palette) -> Color32 {
        match self {
            Glyph::Of(state) => palette.shape_of(state),
            Glyph::SuspectFor(_) | Glyph::Paused => palette.suspect,
            Glyph::Uploaded => palette.text3,
            Glyph::Throttled => palette.ours,
        }
    }
}

/// Paints `glyph` centred in `rect`. `ground` is the colour under it: shapes with a hole let it through.
pub fn paint_glyph(painter: &Painter, rect: Rect, glyph: Glyph, palette: &Palette, ground: Color32) {
    paint_in(painter, rect, glyph, glyph.colour(palette), ground);
}

/// The same in a colour of the caller's choice, for chips of states that nobody is in.
pub fn paint_in(painter: &Painter, rect: Rect, glyph: Glyph, ink: Color32, ground: Color32) {
    let pen = Pen::new(painter, rect, ink, ground);
    match glyph {
        Glyph::SuspectFor(share) => pen.diamond(share.clamp(0.0, 1.0)),
        Glyph::Uploaded => pen.uploaded(),
        Glyph::Throttled => pen.hourglass(),
        Glyph::Paused => pen.two_bars(),
        Glyph::Of(state) => match state {
            State::Lost => pen.crossed_square(),
            State::AbnormalExit => pen.star(),
            State::Ended => pen.half_disc(),
            State::NotObserved => pen.dashed_ring(),
            State::ConfigError => pen.hexagon(),
            State::Suspect => pen.diamond(0.5),
            State::Uncertain => pen.question(),
            State::Stopping => pen.triangle(1.0),
            State::Starting => pen.triangle(-1.0),
            State::Recording => pen.disc(4.0),
            State::Stopped => pen.square_ring(),
            State::Idle => pen.ring(),
        },
    }
}

/// Draws in a box of 14 units around its centre, whatever the real size is.
struct Pen<'a> {
    painter: &'a Painter,
    centre: Pos2,
    unit: f32,
    ink: Color32,
    ground: Color32,
}

impl<'a> Pen<'a> {
    fn new(painter: &'a Painter, rect: Rect, ink: Color32, ground: Color32) -> Self {
        let unit = rect.width().min(rect.height()) / SMALL;
        Self { painter, centre: rect.center(), unit, ink, ground }
    }

    fn at(&self, x: f32, y: f32) -> Pos2 {
        self.centre + vec2(x, y) * self.unit
    }

    fn stroke(&self, width: f32) -> Stroke {
        Stroke::new(width * self.unit, self.ink)
    }

    fn hole(&self, width: f32) -> Stroke {
        Stroke::new(width * self.unit, self.ground)
    }

    fn square(&self, half: f32) -> Rect {
        Rect::from_center_size(self.centre, Vec2::splat(2.0 * half * self.unit))
    }

    fn polygon(&self, points: impl Iterator<Item = (f32, f32)>) {
        let points = points.map(|(x, y)| self.at(x, y)).collect();
        self.painter.add(Shape::convex_polygon(points, self.ink, Stroke::NONE));
    }

    fn ring(&self) {
        self.painter.circle_stroke(self.centre, 2.9 * self.unit, self.stroke(1.3));
    }

    fn disc(&self, radius: f32) {
        self.painter.circle_filled(self.centre, radius * self.unit, self.ink);
    }

    /// Points down for 1, up for −1.
    fn triangle(&self, down: f32) {
        self.polygon([(-6.2, -5.2 * down), (6.2, -5.2 * down), (0.0, 5.6 * down)].into_iter());
    }

    fn diamond(&self, filled: f32) {
        let half = 6.2;
        let corners = [(0.0, -half), (half, 0.0), (0.0, half), (-half, 0.0)];
        let outline = corners.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.painter.add(Shape::closed_line(outline, self.stroke(1.4)));
        // The surface of the filling at this height; above the middle the diamond gets narrower again.
        let y = half - 2.0 * half * filled;
        let x = half - y.abs();
        if y >= 0.0 {
            self.polygon([(-x, y), (x, y), (0.0, half)].into_iter());
        } else {
            self.polygon([(-x, y), (x, y), (half, 0.0), (0.0, half), (-half, 0.0)].into_iter());
        }
    }

    fn crossed_square(&self) {
        self.painter.rect_filled(self.square(6.0), self.unit, self.ink);
        for (a, b) in [((-3.0, -3.0), (3.0, 3.0)), ((-3.0, 3.0), (3.0, -3.0))] {
            self.painter.line_segment([self.at(a.0, a.1), self.at(b.0, b.1)], self.hole(2.2));
        }
    }

    /// Eight rays around a hole.
    fn star(&self) {
        for ray in 0..8_u8 {
            let along = Vec2::angled(f32::from(ray) * TAU / 8.0) * self.unit;
            let tip = self.centre + along * 7.0;
            let (left, right) = (self.centre + along.rot90() * 2.2, self.centre - along.rot90() * 2.2);
            self.painter.add(Shape::convex_polygon(vec![left, tip, right], self.ink, Stroke::NONE));
        }
        self.disc(4.0);
        self.painter.circle_filled(self.centre, 1.7 * self.unit, self.ground);
    }

    fn half_disc(&self) {
        let arc = (0..=16_u8).map(|i| {
            let angle = PI / 2.0 + PI * f32::from(i) / 16.0;
            (5.4 * angle.cos(), 5.4 * angle.sin())
        });
        self.polygon(arc);
        self.painter.circle_stroke(self.centre, 5.4 * self.unit, self.stroke(1.4));
    }

    fn dashed_ring(&self) {
        let dashes = 8_u8;
        for dash in 0..dashes {
            let from = TAU * f32::from(dash) / f32::from(dashes);
            let arc = (0..=4_u8)
                .map(|i| self.centre + Vec2::angled(from + TAU / 16.0 * 1.1 * f32::from(i) / 4.0) * 5.6 * self.unit)
                .collect();
            self.painter.add(Shape::line(arc, self.stroke(1.3)));
        }
        self.painter.line_segment([self.at(-3.2, 3.2), self.at(3.2, -3.2)], self.stroke(1.4));
    }

    fn hexagon(&self) {
        self.polygon((0..6_u8).map(|i| {
            let angle = PI / 6.0 + TAU * f32::from(i) / 6.0;
            (6.6 * angle.cos(), 6.6 * angle.sin())
        }));
        let bar = Rect::from_center_size(self.at(0.0, -1.4), vec2(1.8, 5.0) * self.unit);
        self.painter.rect_filled(bar, 0.0, self.ground);
        let dot = Rect::from_center_size(self.at(0.0, 3.2), vec2(1.8, 1.8) * self.unit);
        self.painter.rect_filled(dot, 0.0, self.ground);
    }

    fn question(&self) {
        self.disc(6.0);
        let hook = (0..=12_u8).map(|i| {
            let angle = PI * 1.05 + PI * 1.45 * f32::from(i) / 12.0;
            self.at(1.9 * angle.cos(), -1.5 + 1.9 * angle.sin())
        });
        let hook = hook.chain([self.at(0.0, 1.3)]).collect();
        self.painter.add(Shape::line(hook, self.hole(1.4)));
        self.painter.circle_filled(self.at(0.0, 3.3), 0.95 * self.unit, self.ground);
    }

    fn hourglass(&self) {
        self.polygon([(-4.6, -6.0), (4.6, -6.0), (0.0, 0.6)].into_iter());
        self.polygon([(-4.6, 6.0), (4.6, 6.0), (0.0, -0.6)].into_iter());
    }

    fn two_bars(&self) {
        for x in [-2.9, 2.9] {
            let bar = Rect::from_center_size(self.at(x, 0.0), vec2(3.4, 10.4) * self.unit);
            self.painter.rect_filled(bar, 0.0, self.ink);
        }
    }

    fn square_ring(&self) {
        self.painter.rect_stroke(self.square(4.6), 0.0, self.stroke(1.3), StrokeKind::Middle);
    }

    fn uploaded(&self) {
        self.square_ring();
        let check = [(-2.3, 0.2), (-0.6, 1.9), (2.4, -1.8)].iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.painter.add(Shape::line(check, self.stroke(1.3)));
    }
}

/// Reserves the room of a small glyph in a row of widgets and paints it there.
pub fn show(ui: &mut egui::Ui, glyph: Glyph, ground: Color32) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(SMALL), egui::Sense::hover());
    paint_glyph(ui.painter(), rect, glyph, Palette::of(ui), ground);
}
