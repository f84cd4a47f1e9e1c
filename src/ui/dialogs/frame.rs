//! What all dialogs share: scrim, head with Esc, foot with buttons. Only Esc and the buttons close one: a second click of a
//! double click lands outside and must not.

use egui::{
    Align, Context, CornerRadius, Frame, Id, Key, Layout, Margin, Modal, Modifiers, Order, RichText, Sense, Stroke, Ui,
    Vec2, pos2, vec2,
};

use crate::ui::detail::parts;
use crate::ui::glyph::{self, Glyph};
use crate::ui::theme::{DIALOG_RADIUS, Palette, space, text};
use crate::ui::widgets::key_hint;

/// The shape before a dialog's title.
#[derive(Clone, Copy, Debug)]
pub enum Mark {
    /// An icon of an act.
    Icon(&'static str),
    /// The glyph of a state.
    Glyph(Glyph),
}

/// What a dialog gave in one frame.
#[derive(Clone, Copy, Debug)]
pub struct Shown<T> {
    /// What its content gave.
    pub inner: T,
    /// Esc was pressed: it goes, and nothing of what it asked is done.
    pub escaped: bool,
}

/// Shows a dialog `width` points wide; its content is a [`body`] and a [`foot`].
pub fn show<T>(ctx: &Context, mark: Mark, title: &str, width: f32, content: impl FnOnce(&mut Ui) -> T) -> Shown<T> {
    let palette = Palette::of_theme(ctx.theme());
    let frame = Frame::new()
        .fill(palette.bg2)
        .stroke(Stroke::new(1.0, palette.line3))
        .corner_radius(DIALOG_RADIUS)
        .shadow(egui::Shadow { color: palette.shadow, offset: [0, 8], blur: 24, spread: 0 });
    let width = width.min(ctx.content_rect().width() - 32.0);
    // Below what opens from it: a press raises the dialog, and a list that opens in the same frame would stay behind it.
    let area = Modal::default_area(Id::unique("dialog")).order(Order::Middle);
    let modal = Modal::new(Id::unique("dialog")).area(area).backdrop_color(palette.scrim).frame(frame);
    let shown = modal.show(ctx, |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing = vec2(space::L, 0.0);
        head(ui, mark, title, palette);
        content(ui)
    });
    stay_centred(ctx, shown.response.rect.size());
    let may_escape = shown.is_top_modal && !shown.any_popup_open;
    let escaped = may_escape && ctx.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Escape));
    Shown { inner: shown.inner, escaped }
}

/// egui centres a dialog by the size it had in the frame before: when that changed, the frame is laid out again at once, so
/// that no button stands under the pointer where another one was.
fn stay_centred(ctx: &Context, size: Vec2) {
    let id = Id::unique("size of the dialog");
    let before: Option<Vec2> = ctx.data(|data| data.get_temp(id));
    if before.is_none_or(|before| (before - size).length() > 0.5) {
        ctx.data_mut(|data| data.insert_temp(id, size));
        ctx.request_discard("the dialog changed its size");
    }
}

/// The middle of a dialog; scrolls when the window is too low for it.
pub fn body(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let most = ui.ctx().content_rect().height() - 44.0 - 52.0 - 48.0;
    egui::ScrollArea::vertical().max_height(most).show(ui, |ui| {
        Frame::new().inner_margin(Margin::same(16)).show(ui, |ui| {
            ui.set_width(ui.available_width());
            ui.spacing_mut().item_spacing.y = space::S;
            ui.spacing_mut().interact_size.y = parts::ROW;
            add(ui);
        });
    });
}

fn head(ui: &mut Ui, mark: Mark, title: &str, palette: &Palette) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 44.0), Sense::hover());
    let centre = pos2(rect.left() + 26.0, rect.center().y);
    match mark {
        Mark::Icon(icon) => {
            ui.painter().text(centre, egui::Align2::CENTER_CENTER, icon, text::icon(18.0), palette.text1);
        }
        Mark::Glyph(shape) => {
            let place = egui::Rect::from_center_size(centre, Vec2::splat(glyph::SMALL));
            glyph::paint_glyph(ui.painter(), place, shape, palette, palette.bg2);
        }
    }
    let room = egui::Rect::from_min_max(pos2(rect.left() + 44.0, rect.top()), pos2(rect.right() - 60.0, rect.bottom()));
    let mut words = ui.new_child(egui::UiBuilder::new().max_rect(room).layout(Layout::left_to_right(Align::Center)));
    words.add(egui::Label::new(RichText::new(title).font(text::strong()).color(palette.text1)).truncate());
    key_hint::cap(ui.painter(), pos2(rect.right() - 16.0, rect.center().y), "Esc", palette);
    ui.painter().hline(rect.x_range(), rect.bottom(), Stroke::new(1.0, palette.line2));
}

/// The buttons of a dialog, laid out from the right.
pub fn foot(ui: &mut Ui, add: impl FnOnce(&mut Ui)) {
    let palette = Palette::of(ui);
    let radius = CornerRadius { nw: 0, ne: 0, sw: DIALOG_RADIUS, se: DIALOG_RADIUS };
    let frame = Frame::new().fill(palette.bg1).corner_radius(radius).inner_margin(Margin::symmetric(16, 12));
    let shown = frame.show(ui, |ui| {
        let size = vec2(ui.available_width(), 28.0);
        ui.allocate_ui_with_layout(size, Layout::right_to_left(Align::Center), |ui| {
            ui.set_min_size(size);
            ui.spacing_mut().item_spacing.x = space::L;
            add(ui);
        });
    });
    let rect = shown.response.rect;
    ui.painter().hline(rect.x_range(), rect.top(), Stroke::new(1.0, palette.line2));
}

/// A quiet line at the left end of a foot.
pub fn note(ui: &mut Ui, words: &str) {
    let palette = Palette::of(ui);
    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
        ui.add(egui::Label::new(RichText::new(words).font(text::small()).color(palette.text3)).truncate());
    });
}

/// A column of a dialog.
pub fn column(ui: &mut Ui, width: f32, add: impl FnOnce(&mut Ui)) {
    ui.allocate_ui_with_layout(vec2(width, 0.0), Layout::top_down(Align::Min), |ui| {
        ui.set_width(width);
        ui.spacing_mut().item_spacing = vec2(space::L, space::S);
        add(ui);
    });
}

/// Why the worker or the rules did not take an order, in the body of the dialog that gave it.
pub fn refusal(ui: &mut Ui, why: Option<&str>) {
    if let Some(why) = why {
        ui.add_space(space::M);
        parts::warning(ui, "Not carried out", why);
    }
}

/// Whether Ctrl+Enter was pressed; takes it away, so that the button with the focus does not hear it as Enter.
pub fn confirmed_by_key(ui: &Ui) -> bool {
    ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter))
}

/// Whether Enter was pressed while no control has the keyboard.
pub fn enter_without_focus(ui: &Ui) -> bool {
    ui.memory(|memory| memory.focused().is_none())
        && ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
}
