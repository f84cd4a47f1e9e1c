//! The regions of a custom layout: a table to fill in and a small drawing of what it gives.

use egui::{Margin, Rect, RichText, Role, Sense, Stroke, StrokeKind, TextEdit, Ui, WidgetInfo, pos2, vec2};

use super::subscribe::read_uid;
use crate::profile::choices::RenderMode;
use crate::profile::layout::{REGIONS_AT_MOST, Region, Regions};
use crate::profile::numbers::Share;
use crate::ui::detail::parts;
use crate::ui::dialogs::frame::column;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{self, Button, Kind, Size};
use crate::ui::{format, icons};

/// Room for a share and for a UID, in points.
const SHARE: f32 = 50.0;
const UID: f32 = 92.0;
/// Size of the drawing, in points.
const DRAWING: egui::Vec2 = vec2(160.0, 90.0);
/// Room for the table beside it.
const TABLE: f32 = 480.0;

/// Columns of the table: head and what a screen reader says.
const SHARES: [(&str, &str); 5] =
    [("x", "x"), ("y", "y"), ("Width", "width"), ("Height", "height"), ("Alpha", "alpha")];

/// The table as it is filled in.
#[derive(Debug)]
pub struct Table {
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Row {
    uid: String,
    shares: [String; 5],
    fit: RenderMode,
}

impl Row {
    fn new(shares: [&str; 4]) -> Self {
        let [x, y, width, height] = shares.map(str::to_owned);
        Self { uid: String::new(), shares: [x, y, width, height, "1".to_owned()], fit: RenderMode::Crop }
    }

    fn region(&self) -> Result<Region, String> {
        let uid = if self.uid.trim().is_empty() { None } else { Some(read_uid(&self.uid)?) };
        let share = |at: usize| read_share(SHARES[at].1, &self.shares[at]);
        let [x, y, width, height] = [share(0)?, share(1)?, share(2)?, share(3)?];
        Ok(Region { uid, x, y, width, height, alpha: share(4)?, render_mode: self.fit })
    }
}

fn read_share(name: &str, typed: &str) -> Result<Share, String> {
    let wrong = || format!("{name} {typed:?}: it has to be a number from 0 to 1, a share of the picture");
    let number: f64 = typed.trim().replace(',', ".").parse().map_err(|_| wrong())?;
    Share::try_from(number).map_err(|_| wrong())
}

impl Default for Table {
    fn default() -> Self {
        Self { rows: vec![Row::new(["0", "0", "0.5", "1"]), Row::new(["0.5", "0", "0.5", "1"])] }
    }
}

impl Table {
    /// The regions, or what is wrong with which.
    pub fn regions(&self) -> Result<Regions, String> {
        let each = self.rows.iter().enumerate();
        let regions: Vec<Region> = each
            .map(|(at, row)| row.region().map_err(|why| format!("region {}: {why}", at + 1)))
            .collect::<Result<_, _>>()?;
        Regions::try_from(regions).map_err(|invalid| invalid.rule.into_owned())
    }

    pub fn show(&mut self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        ui.horizontal_top(|ui| {
            column(ui, TABLE, |ui| self.table(ui));
            self.drawing(ui);
        });
        ui.horizontal(|ui| {
            let full = (self.rows.len() >= REGIONS_AT_MOST).then_some("A custom layout has at most 17 regions");
            let add = Button::new("Add a region", Kind::Secondary).size(Size::Bar).refused(full);
            if add.show(ui).clicked() {
                self.rows.push(Row::new(["0", "0", "0.25", "0.25"]));
            }
            let count = format::counted(self.rows.len(), "region", "regions");
            parts::line(ui, format!("{count}, later ones lie above earlier ones"), text::small(), palette.text3);
        });
        if let Err(why) = self.regions() {
            parts::line(ui, why, text::small(), palette.suspect);
        }
    }

    fn table(&mut self, ui: &mut Ui) {
        ui.spacing_mut().interact_size.y = 24.0;
        self.heads(ui);
        let mut gone = None;
        for (at, row) in self.rows.iter_mut().enumerate() {
            if one(ui, at, row) {
                gone = Some(at);
            }
        }
        if let Some(at) = gone {
            self.rows.remove(at);
        }
    }

    fn heads(&self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        ui.horizontal(|ui| {
            ui.spacing_mut().item_spacing.x = space::S;
            parts::cell(ui, 20.0, "", text::micro(), palette.text3);
            parts::cell(ui, UID, "UID", text::micro(), palette.text3);
            for (head, _) in SHARES {
                parts::cell(ui, SHARE, head, text::micro(), palette.text3);
            }
            parts::cell(ui, 60.0, "Fit", text::micro(), palette.text3);
        });
    }

    /// The picture with its regions, in proportion.
    fn drawing(&self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        let regions: Vec<Option<Region>> = self.rows.iter().map(|row| row.region().ok()).collect();
        let (rect, response) = ui.allocate_exact_size(DRAWING, Sense::hover());
        let drawn = regions.iter().flatten().count();
        response.widget_info(|| {
            let counted = format::counted(drawn, "region", "regions");
            WidgetInfo::labeled(Role::Image, true, format!("Drawing of the layout, {counted}"))
        });
        ui.painter().rect(rect, 0.0, palette.field, Stroke::new(1.0, palette.line3), StrokeKind::Inside);
        for (at, region) in regions.iter().enumerate().filter_map(|(at, region)| Some((at, region.as_ref()?))) {
            let place = place_of(region, rect).intersect(rect);
            ui.painter().rect(place, 0.0, palette.bg3, Stroke::new(1.0, palette.text2), StrokeKind::Inside);
            let number = (at + 1).to_string();
            ui.painter().text(place.center(), egui::Align2::CENTER_CENTER, number, text::code(), palette.text1);
        }
    }
}

/// Where a region lies in a drawing of the picture.
fn place_of(region: &Region, picture: Rect) -> Rect {
    #[expect(clippy::cast_possible_truncation, reason = "a share of a small drawing")]
    let share = |share: Share| f64::from(share) as f32;
    let from =
        pos2(picture.left() + share(region.x) * picture.width(), picture.top() + share(region.y) * picture.height());
    Rect::from_min_size(from, vec2(share(region.width) * picture.width(), share(region.height) * picture.height()))
}

/// One line of the table; true when it is to go.
fn one(ui: &mut Ui, at: usize, row: &mut Row) -> bool {
    let palette = Palette::of(ui);
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = space::S;
        let number = at + 1;
        parts::cell(ui, 20.0, &number.to_string(), text::code(), palette.text3);
        cell(ui, UID, &format!("UID of region {number}"), &mut row.uid, "any");
        for (value, (_, name)) in row.shares.iter_mut().zip(SHARES) {
            cell(ui, SHARE, &format!("{name} of region {number}"), value, "");
        }
        let words = RichText::new(row.fit.word()).font(text::small());
        let fit = ui.add(egui::Button::new(words).min_size(vec2(60.0, 24.0)));
        fit.widget_info(|| {
            WidgetInfo::labeled(Role::Button, true, format!("Fit of region {number}: {}", row.fit.word()))
        });
        if fit.on_hover_text("crop fills the region, fit keeps the whole picture of the user").clicked() {
            row.fit = match row.fit {
                RenderMode::Crop => RenderMode::Fit,
                RenderMode::Fit => RenderMode::Crop,
            };
        }
        button::icon(ui, icons::CLOSE, &format!("Remove region {number}"), "Remove the region", None).clicked()
    })
    .inner
}

fn cell(ui: &mut Ui, width: f32, name: &str, value: &mut String, hint: &str) {
    let field = TextEdit::singleline(value).font(text::code()).hint_text(hint).margin(Margin::symmetric(5, 4));
    let response = ui.add_sized(vec2(width, 24.0), field);
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_cell_is_named_by_its_region_its_column_and_its_value() {
        let mut table = Table::default();
        assert_eq!(table.regions().expect("two halves").regions().len(), 2);
        table.rows[1].shares[2] = "1.5".into();
        assert!(
            table.regions().expect_err("too wide").starts_with("region 2: width \"1.5\": it has to be a number from 0")
        );
        table.rows[1].shares[2] = "0,5".into();
        table.rows[0].uid = "anna".into();
        assert!(table.regions().expect_err("no UID").starts_with("region 1: \"anna\" is no UID"));
        table.rows.clear();
        assert!(table.regions().expect_err("none").contains("1 to 17"));
    }

    #[test]
    fn a_region_is_drawn_where_its_shares_say() {
        let picture = Rect::from_min_size(pos2(100.0, 50.0), vec2(200.0, 100.0));
        let region = Row::new(["0.5", "0.25", "0.5", "0.5"]).region().expect("valid");
        assert_eq!(place_of(&region, picture), Rect::from_min_size(pos2(200.0, 75.0), vec2(100.0, 50.0)));
    }
}
