//! The page Timeline: all channels under each other on one time axis, so that what happened to many at once is seen as such. It
//! shows what the snapshot knows and makes up nothing between.

use egui::{Align2, CentralPanel, Frame, Id, Rect, Role, ScrollArea, Sense, Stroke, Theme, Ui, WidgetInfo, pos2, vec2};
use jiff::tz::TimeZone;

use super::commands::Cmd;
use super::detail::glyph_of;
use super::fleet::row::Selected;
use super::fleet::{empty, sentence};
use super::format;
use super::glyph;
use super::pages::Desk;
use super::theme::{Palette, text};
use super::widgets::badge;
use super::widgets::band::{BandCache, STRETCH};
use super::widgets::text::{fitted, left};
use crate::monitor::snapshot::ChannelView;

/// Height of a row, in points.
const ROW: f32 = 24.0;
const HEAD: f32 = 24.0;
/// Where a name begins and ends, from the left edge.
const NAME: [f32; 2] = [33.0, 170.0];
/// Where the bands begin.
const BANDS: f32 = 204.0;

/// What the page remembers.
#[derive(Debug, Default)]
pub struct TimelinePage {
    bands: BandCache,
}

impl TimelinePage {
    /// Shows the page; gives the commands that were clicked.
    pub fn show(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Vec<Cmd> {
        let p = Palette::of(ui);
        let panel = CentralPanel::no_frame().frame(Frame::NONE.fill(p.bg1));
        let clicked = panel.show(ui, |ui| {
            desk.acts.toasts.keep_room(ui);
            if desk.moment.snapshot.channels.is_empty() {
                return empty::no_channels(ui, desk.moment.problem);
            }
            if desk.state.filter.is_set() && desk.listing.shown() == 0 {
                empty::nothing_matches(ui, &mut desk.state.filter);
                return None;
            }
            self.rows(ui, desk)
        });
        self.bands.end_frame();
        clicked.inner.into_iter().collect()
    }

    fn rows(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) -> Option<Cmd> {
        ui.spacing_mut().item_spacing = vec2(0.0, 0.0);
        head(ui, desk);
        let rows = desk.listing.shown();
        let mut wants = None;
        let area = ScrollArea::vertical().id_salt("timeline").auto_shrink(false);
        let out = area.show_rows(ui, ROW, rows, |ui, range| {
            for view in desk.listing.channels().skip(range.start).take(range.len()) {
                let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
                let response = ui.interact(rect, Id::unique(("timeline row", view.id.0)), Sense::click());
                let chosen = desk.state.selected == Some(view.id);
                let label = || sentence::row(view, desk.moment.snapshot, desk.moment.now);
                response.widget_info(|| WidgetInfo::selected(Role::Row, true, chosen, label()));
                let selected = if chosen { Selected::Yes } else { Selected::No };
                self.row(ui, rect, view, selected, desk);
                if response.double_clicked() {
                    wants = Some(Cmd::PaneOpen);
                }
                if response.clicked() || response.double_clicked() {
                    desk.state.selected = Some(view.id);
                }
            }
        });
        desk.state.rows_at = out.inner_rect;
        wants
    }

    fn row(&mut self, ui: &Ui, rect: Rect, view: &ChannelView, selected: Selected, desk: &Desk<'_>) {
        let (p, painter, y) = (Palette::of(ui), ui.painter(), rect.center().y);
        let ground = match selected {
            Selected::Yes => p.sel,
            Selected::No => p.bg1,
        };
        painter.rect_filled(rect, 0.0, ground);
        painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line1));
        let place = Rect::from_center_size(pos2(rect.left() + 18.0, y), vec2(glyph::SMALL, glyph::SMALL));
        glyph::paint_glyph(painter, place, glyph_of(view, desk.moment.now), p, ground);
        let name = fitted(painter, &view.name, &text::base(), NAME[1] - NAME[0]);
        left(painter, pos2(rect.left() + NAME[0], y), name, text::base(), p.text1);
        if view.recording.is_some() || view.start.is_some() {
            badge::paint(painter, pos2(rect.left() + 183.0, y), view.role, p);
        }
        let lane = rect.with_min_x(rect.left() + BANDS).with_max_x(rect.right() - 12.0);
        let theme = if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light };
        self.bands.paint(painter, lane, view, desk.moment.now, theme);
    }
}

fn head(ui: &mut Ui, desk: &Desk<'_>) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), HEAD), Sense::hover());
    let (p, painter, y) = (Palette::of(ui), ui.painter(), rect.center().y);
    painter.rect_filled(rect, 0.0, p.bg2);
    painter.hline(rect.x_range(), rect.bottom() - 0.5, Stroke::new(1.0, p.line2));
    left(painter, pos2(rect.left() + 12.0, y), "Channel", text::micro(), p.text3);
    let lane = rect.with_min_x(rect.left() + BANDS).with_max_x(rect.right() - 12.0);
    for (share, align) in [(0, Align2::LEFT_CENTER), (1, Align2::CENTER_CENTER), (2, Align2::RIGHT_CENTER)] {
        let at = format::clock_minutes(desk.moment.now - STRETCH * (2 - share) / 2, &TimeZone::UTC);
        let x = [lane.left(), lane.center().x, lane.right()][share as usize];
        painter.text(pos2(x, y), align, at, text::micro(), p.text3);
    }
}
