//! How the lanes of the chart are painted: few meshes, however many polls. The answers have a file of their own.

use std::ops::RangeInclusive;

use egui::{Align2, Color32, Pos2, Rect, Shape, Ui, pos2, vec2};
use egui_plot::{PlotBounds, PlotGeometry, PlotItem, PlotItemBase, PlotTransform};

use super::lanes::{GapKind, GapMark, Lanes, Weight};
use super::paint_answers::LatencyScale;
use crate::monitor::band::BandKind;
use crate::monitor::phase::State;
use crate::monitor::time::Timestamp;
use crate::ui::pattern::Ink;
use crate::ui::theme::{Palette, text};

/// From top to bottom of each lane, in points below the top of the chart.
pub(super) const POLLS: [f32; 2] = [2.0, 12.0];
pub(super) const STATE: [f32; 2] = [20.0, 36.0];
pub(super) const GAPS: [f32; 2] = [43.0, 63.0];
pub(super) const GAP_TEXT: f32 = 75.0;
pub(super) const EVENTS: [f32; 2] = [86.0, 100.0];
pub(super) const CODES: [f32; 2] = [107.0, 134.0];
pub(super) const LATENCY: [f32; 2] = [142.0, 186.0];

#[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 have 41 bits, a double has 53")]
pub(super) fn seconds(at: Timestamp) -> f64 {
    at.as_millis() as f64 / 1000.0
}

/// The lanes as one item of the plot: few meshes, however many polls.
pub(super) struct Painted<'a> {
    base: PlotItemBase,
    lanes: &'a Lanes,
    scale: LatencyScale,
    palette: &'static Palette,
}

impl<'a> Painted<'a> {
    pub(super) fn new(lanes: &'a Lanes, scale: LatencyScale, palette: &'static Palette) -> Self {
        Self { base: PlotItemBase::new("lanes".to_owned()), lanes, scale, palette }
    }
}

impl PlotItem for Painted<'_> {
    fn shapes(&self, ui: &Ui, transform: &PlotTransform, shapes: &mut Vec<Shape>) {
        let brush = Brush { ui, frame: *transform.frame(), transform, palette: self.palette };
        let mut ink = Ink::new(ui.pixels_per_point());
        brush.answers(&mut ink, &self.lanes.answers, self.scale);
        brush.state(&mut ink, self.lanes);
        brush.gaps(&mut ink, &self.lanes.gaps);
        let mut texts = Vec::new();
        brush.gap_texts(&mut ink, &mut texts, &self.lanes.gaps);
        brush.marks(&mut ink, &mut texts, self.lanes);
        let now = brush.frame.right() - 1.0;
        ink.fill(Rect::from_x_y_ranges(now..=now + 1.0, brush.frame.y_range()), self.palette.text1);
        shapes.extend(ink.into_shapes());
        shapes.extend(texts);
    }

    fn initialize(&mut self, _x_range: RangeInclusive<f64>) {}

    fn color(&self) -> Color32 {
        self.palette.bar
    }

    fn allow_hover(&self) -> bool {
        false
    }

    fn geometry(&self) -> PlotGeometry<'_> {
        PlotGeometry::None
    }

    fn bounds(&self) -> PlotBounds {
        PlotBounds::NOTHING
    }

    fn base(&self) -> &PlotItemBase {
        &self.base
    }

    fn base_mut(&mut self) -> &mut PlotItemBase {
        &mut self.base
    }
}

/// Turns moments and lanes into places.
pub(super) struct Brush<'a> {
    ui: &'a Ui,
    pub(super) frame: Rect,
    transform: &'a PlotTransform,
    pub(super) palette: &'static Palette,
}

impl Brush<'_> {
    pub(super) fn x(&self, at: Timestamp) -> f32 {
        self.transform.position_from_point_x(seconds(at))
    }

    /// The room of `from..to` in a lane, cut at the edges of the chart.
    pub(super) fn room(&self, from: Timestamp, to: Timestamp, [top, bottom]: [f32; 2]) -> Rect {
        let (left, right) = (self.x(from).max(self.frame.left()), self.x(to).min(self.frame.right()));
        Rect::from_x_y_ranges(left..=right.max(left), self.frame.top() + top..=self.frame.top() + bottom)
    }

    fn state(&self, ink: &mut Ink, lanes: &Lanes) {
        for span in &lanes.spans {
            ink.span(self.room(span.from, span.to, STATE), span.kind, self.palette);
        }
    }

    fn gaps(&self, ink: &mut Ink, gaps: &[GapMark]) {
        for gap in gaps {
            let sure = self.room(gap.sure_from, gap.sure_to, GAPS);
            match gap.kind {
                GapKind::Unknown => ink.span(sure, BandKind::State(State::Uncertain), self.palette),
                GapKind::NotObserved => ink.span(sure, BandKind::State(State::NotObserved), self.palette),
                GapKind::Open | GapKind::Closed => {
                    for (from, to) in [(gap.from, gap.sure_from), (gap.sure_to, gap.to)] {
                        let room = self.room(from, to, GAPS);
                        if room.width() > 0.5 {
                            ink.span(room, BandKind::PossiblyLost, self.palette);
                        }
                    }
                    ink.span(sure, BandKind::State(State::Lost), self.palette);
                    self.bracket(ink, self.room(gap.from, gap.to, [GAPS[1] + 1.0, GAPS[1] + 4.0]));
                }
            }
        }
    }

    fn bracket(&self, ink: &mut Ink, room: Rect) {
        let colour = self.palette.text3;
        ink.fill(room.with_max_x(room.left() + 1.0), colour);
        ink.fill(room.with_min_x(room.right() - 1.0), colour);
        ink.fill(room.with_min_y(room.bottom() - 1.0), colour);
    }

    /// Under the gaps, as long as there is room: unknown gives way first, then open, then lost.
    fn gap_texts(&self, ink: &mut Ink, texts: &mut Vec<Shape>, gaps: &[GapMark]) {
        let mut by_weight: Vec<&GapMark> = gaps.iter().collect();
        by_weight.sort_by_key(|gap| std::cmp::Reverse(gap.kind));
        let mut taken: Vec<Rect> = Vec::new();
        for gap in by_weight {
            let room = self.room(gap.from, gap.to, GAPS);
            let centre = pos2(room.center().x, self.frame.top() + GAP_TEXT);
            let Some((rect, shape)) = self.text_within(centre, &gap.text, self.palette.text1) else { continue };
            if taken.iter().any(|other| other.expand(4.0).intersects(rect)) {
                continue;
            }
            // A line of the grid through the words would read like a letter.
            ink.fill(rect, self.palette.bg1);
            taken.push(rect);
            texts.push(shape);
        }
    }

    /// A tick for every mark, and its words where there is room to its right or left.
    fn marks(&self, ink: &mut Ink, texts: &mut Vec<Shape>, lanes: &Lanes) {
        let mut taken = f32::NEG_INFINITY;
        for mark in &lanes.marks {
            let room = self.room(mark.at, mark.at, EVENTS);
            let (ground, colour) = match mark.weight {
                Weight::Act => (self.palette.bg3, self.palette.text2),
                Weight::Trouble => (self.palette.lost_bg, self.palette.lost),
            };
            ink.fill(room.with_max_x(room.left() + 1.0).expand2(vec2(0.0, 2.0)), colour);
            let font = text::mono(10.0);
            let galley = self.ui.painter().layout_no_wrap(mark.text.clone(), font, colour);
            let wide = galley.size().x + 8.0;
            let left =
                if room.left() + wide + 2.0 > self.frame.right() { room.left() - wide } else { room.left() + 2.0 };
            if left < taken.max(self.frame.left()) {
                continue;
            }
            let tag = Rect::from_min_size(pos2(left, room.top()), vec2(wide, room.height()));
            ink.fill(tag, ground);
            let at = Align2::CENTER_CENTER.anchor_size(tag.center(), galley.size()).min;
            texts.push(Shape::galley(at, galley, colour));
            taken = tag.right().max(room.left()) + 2.0;
        }
    }

    /// Text around `centre`, moved inside of the chart; `None` when it is wider than the chart.
    fn text_within(&self, centre: Pos2, words: &str, ink: Color32) -> Option<(Rect, Shape)> {
        let galley = self.ui.painter().layout_no_wrap(words.to_owned(), text::micro(), ink);
        let half = galley.size().x / 2.0;
        let (left, right) = (self.frame.left() + half, self.frame.right() - half - 3.0);
        if left > right {
            return None;
        }
        let rect = Align2::CENTER_CENTER.anchor_size(pos2(centre.x.clamp(left, right), centre.y), galley.size());
        Some((rect, Shape::galley(rect.min, galley, ink)))
    }
}
