//! Buttons: four kinds, two sizes, and a reason when one cannot be pressed.

use egui::{Align2, Color32, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo, pos2, vec2};

use crate::ui::theme::{CONTROL_RADIUS, Palette, space, text};

/// How much a button asks to be pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The act this place is for; one per place.
    Primary,
    /// Any other act.
    Secondary,
    /// Without a fill: opens a question, or only changes the picture.
    Plain,
    /// Does harm when it is pressed; only in dialogs that ask.
    Harm,
}

/// How high it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 28 points: panes and dialogs.
    Normal,
    /// 24 points: bars.
    Bar,
}

/// Whether a button that switches something stays down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pressed {
    /// What it switches is on.
    Yes,
    /// It is off, or it switches nothing.
    No,
}

impl Pressed {
    /// Down while `on` holds.
    pub const fn when(on: bool) -> Self {
        if on { Pressed::Yes } else { Pressed::No }
    }
}

/// A button to be shown.
#[derive(Clone, Copy, Debug)]
pub struct Button<'a> {
    text: &'a str,
    icon: Option<&'a str>,
    kind: Kind,
    size: Size,
    refusal: Option<&'a str>,
    tooltip: Option<&'a str>,
    pressed: Pressed,
}

impl<'a> Button<'a> {
    /// A button of normal size.
    pub const fn new(text: &'a str, kind: Kind) -> Self {
        Self { text, icon: None, kind, size: Size::Normal, refusal: None, tooltip: None, pressed: Pressed::No }
    }

    /// With an icon before the text.
    pub const fn icon(mut self, icon: Option<&'a str>) -> Self {
        self.icon = icon;
        self
    }

    /// In another size.
    pub const fn size(mut self, size: Size) -> Self {
        self.size = size;
        self
    }

    /// Not to be pressed when there is a reason; the tooltip tells it.
    pub const fn refused(mut self, why: Option<&'a str>) -> Self {
        self.refusal = why;
        self
    }

    /// Whether it stays down.
    pub const fn pressed(mut self, pressed: Pressed) -> Self {
        self.pressed = pressed;
        self
    }

    /// What it does, for the tooltip.
    pub const fn tooltip(mut self, text: &'a str) -> Self {
        self.tooltip = Some(text);
        self
    }

    /// Shows it; `clicked()` of the answer is only ever true when it may be pressed.
    pub fn show(self, ui: &mut Ui) -> Response {
        let palette = Palette::of(ui);
        let font = text::base_medium();
        let label = ui.painter().layout_no_wrap(self.text.to_owned(), font.clone(), Color32::PLACEHOLDER).size().x;
        let icon = if self.icon.is_some() { 20.0 } else { 0.0 };
        let height = match self.size {
            Size::Normal => 28.0,
            Size::Bar => 24.0,
        };
        let size = vec2(label + icon + 2.0 * space::XL, height);
        let enabled = self.refusal.is_none() && ui.is_enabled();
        let sense = if enabled { Sense::click() } else { Sense::hover() };
        let (rect, response) = ui.allocate_exact_size(size, sense);
        let look = match self.pressed {
            Pressed::No => {
                response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, self.text));
                Look::of(self.kind, palette, &response)
            }
            Pressed::Yes => {
                response.widget_info(|| WidgetInfo::selected(Role::Button, enabled, true, self.text));
                Look { fill: palette.bg4, line: palette.text2, ink: palette.text1 }
            }
        };
        look.paint_ground(ui, rect, &response, palette);
        let mut x = rect.left() + space::XL;
        if let Some(icon) = self.icon {
            ui.painter().text(pos2(x, rect.center().y), Align2::LEFT_CENTER, icon, text::icon(14.0), look.ink);
            x += 20.0;
        }
        ui.painter().text(pos2(x, rect.center().y), Align2::LEFT_CENTER, self.text, font, look.ink);
        match self.refusal.or(self.tooltip) {
            Some(hint) => response.on_hover_text(hint),
            None => response,
        }
    }
}

/// A square button with an icon alone; `name` is what a screen reader says and the tooltip begins with.
pub fn icon(ui: &mut Ui, icon: &str, name: &str, tooltip: &str, refusal: Option<&str>) -> Response {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(24.0), Sense::hover());
    icon_at(ui, rect, ui.scope_id().with(("icon", name)), icon, name).refused(refusal).show(tooltip)
}

/// The same at a place of the caller's choice; see [`IconAt`].
pub fn icon_at<'a>(ui: &'a mut Ui, rect: Rect, id: egui::Id, icon: &'a str, name: &'a str) -> IconAt<'a> {
    IconAt { ui, rect, id, icon, name, refusal: None, pressed: Sense::click() }
}

/// An icon button on its way to the screen.
pub struct IconAt<'a> {
    ui: &'a mut Ui,
    rect: Rect,
    id: egui::Id,
    icon: &'a str,
    name: &'a str,
    refusal: Option<&'a str>,
    pressed: Sense,
}

impl<'a> IconAt<'a> {
    /// Not a stop of the Tab key.
    pub const fn by_pointer_only(mut self) -> Self {
        self.pressed = Sense::CLICK;
        self
    }

    /// Not to be pressed when there is a reason.
    pub const fn refused(mut self, why: Option<&'a str>) -> Self {
        self.refusal = why;
        self
    }

    /// Shows it.
    pub fn show(self, tooltip: &str) -> Response {
        let palette = Palette::of(self.ui);
        let enabled = self.refusal.is_none();
        let sense = if enabled { self.pressed } else { Sense::hover() };
        let response = self.ui.interact(self.rect, self.id, sense);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, enabled, self.name));
        let look = Look::of(Kind::Plain, palette, &response);
        look.paint_ground(self.ui, self.rect, &response, palette);
        self.ui.painter().text(self.rect.center(), Align2::CENTER_CENTER, self.icon, text::icon(15.0), look.ink);
        response.on_hover_text(self.refusal.unwrap_or(tooltip))
    }
}

struct Look {
    fill: Color32,
    line: Color32,
    ink: Color32,
}

impl Look {
    fn of(kind: Kind, p: &Palette, response: &Response) -> Self {
        let none = Color32::TRANSPARENT;
        // What may not be pressed does not sense clicks.
        if !response.sense.senses_click() {
            let line = match kind {
                Kind::Primary | Kind::Secondary | Kind::Harm => p.line2,
                Kind::Plain => none,
            };
            return Self { fill: none, line, ink: p.text3 };
        }
        let down = response.is_pointer_button_down_on();
        let lit = response.hovered();
        let raised = if down {
            p.bg4
        } else if lit {
            p.bg3
        } else {
            none
        };
        match kind {
            Kind::Primary => Self { fill: if lit { p.text1 } else { p.btn }, line: none, ink: p.inv },
            Kind::Secondary => Self { fill: if lit { p.bg4 } else { p.bg3 }, line: p.line2, ink: p.text1 },
            Kind::Plain => Self { fill: raised, line: none, ink: if lit { p.text1 } else { p.text2 } },
            Kind::Harm => Self { fill: p.lost_fill, line: if lit { p.text1 } else { none }, ink: p.on_lost_fill },
        }
    }

    fn paint_ground(&self, ui: &Ui, rect: Rect, response: &Response, palette: &Palette) {
        let stroke = Stroke::new(1.0, self.line);
        ui.painter().rect(rect, f32::from(CONTROL_RADIUS), self.fill, stroke, StrokeKind::Inside);
        focus_ring(ui, rect, response, palette);
    }
}

/// The ring around whatever has the keyboard, 2 points wide and 2 points off.
pub fn focus_ring(ui: &Ui, rect: Rect, response: &Response, palette: &Palette) {
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette.focus);
        ui.painter().rect_stroke(rect.expand(2.0), f32::from(CONTROL_RADIUS) + 2.0, ring, StrokeKind::Outside);
    }
}
