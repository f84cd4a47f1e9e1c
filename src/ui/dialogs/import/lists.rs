//! Long lists in a dialog: only the rows that can be seen are laid out, so that thousands cost as much as ten.

use egui::{Frame, Role, ScrollArea, Sense, Ui, WidgetInfo, pos2, vec2};

use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};
use crate::ui::widgets::text::{fitted, left};

const ROW: f32 = 21.0;

/// A column: its head and its width in points; the last one takes what is left.
pub type Column = (&'static str, f32);

/// Shows a list of `count` rows, at most `rows_shown` at once; `row` gives the words of one.
pub fn show<const N: usize>(
    ui: &mut Ui,
    salt: &str,
    columns: [Column; N],
    count: usize,
    rows_shown: f32,
    row: impl Fn(usize) -> [String; N],
) {
    let palette = Palette::of(ui);
    let frame = Frame::new()
        .fill(palette.field)
        .stroke(egui::Stroke::new(1.0, palette.line2))
        .corner_radius(CONTROL_RADIUS)
        .inner_margin(egui::Margin::symmetric(8, 2));
    frame.show(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 0.0;
        let (head, _) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
        for (x, (name, _)) in places(columns).into_iter().zip(columns) {
            left(ui.painter(), pos2(head.left() + x, head.center().y), name, text::micro(), palette.text3);
        }
        let area = ScrollArea::vertical().id_salt(salt).max_height(ROW * rows_shown).auto_shrink([false, true]);
        area.show_rows(ui, ROW, count, |ui, shown| {
            for index in shown {
                one(ui, columns, &row(index), palette);
            }
        });
    });
}

/// Where each column begins.
fn places<const N: usize>(columns: [Column; N]) -> [f32; N] {
    let mut x = 0.0;
    columns.map(|(_, width)| {
        let begins = x;
        x += width;
        begins
    })
}

fn one<const N: usize>(ui: &mut Ui, columns: [Column; N], words: &[String; N], palette: &Palette) {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), ROW), Sense::hover());
    response.widget_info(|| {
        let spoken = columns.iter().zip(words).filter(|(_, words)| !words.is_empty());
        let spoken = spoken.map(|((name, _), words)| format!("{} {words}", name.to_lowercase()));
        WidgetInfo::labeled(Role::ListItem, true, spoken.collect::<Vec<_>>().join(", "))
    });
    let places = places(columns);
    let mut cut = false;
    for (index, words) in words.iter().enumerate() {
        let begins = places[index];
        let ends = places.get(index + 1).copied().unwrap_or(rect.width()) - space::L;
        // The last column holds a sentence, the others values.
        let font = if index + 1 == N { text::small() } else { text::code() };
        let shown = fitted(ui.painter(), words, &font, ends - begins);
        cut |= shown != *words;
        let ink = if index == 0 { palette.text3 } else { palette.text1 };
        left(ui.painter(), pos2(rect.left() + begins, rect.center().y), shown, font, ink);
    }
    if cut {
        response.on_hover_text(words.join("\n"));
    }
}
