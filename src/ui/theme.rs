//! Colours, type sizes and distances: the only place that knows their values. Colours come from `assets/theme/*.toml`, one
//! file per theme with the same names. It never decides which state something is in.

use std::sync::LazyLock;

use egui::style::{ScrollStyle, WidgetVisuals};
use egui::{Color32, Context, CornerRadius, Margin, Shadow, Stroke, Style, TextStyle, Theme, Ui, Visuals, vec2};
use serde::{Deserialize, Deserializer};

use crate::monitor::phase::State;

macro_rules! palette {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// All colours of one theme.
        #[derive(Clone, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Palette {
            $($(#[$doc])* #[serde(deserialize_with = "colour")] pub $name: Color32,)*
        }
    };
}

palette! {
    /// Frame, top bar, status bar.
    bg0,
    /// Table and pane.
    bg1,
    /// Strip, heads, dialogs.
    bg2,
    /// Buttons, hover.
    bg3,
    /// Pressed, chosen chip, ground of meters. Only `text1` and `text2` may stand on it.
    bg4,
    /// Selected row.
    sel,
    /// Input.
    field,
    /// Rule between rows.
    line1,
    /// Rule between panels.
    line2,
    /// Border of inputs and dialogs.
    line3,
    /// Main text.
    text1,
    /// Secondary text, quiet channel names.
    text2,
    /// Labels, quiet values.
    text3,
    /// Primary button.
    btn,
    /// Text on it.
    inv,
    /// Focus ring.
    focus,
    /// Lost, Abnormal exit.
    lost,
    /// Alarm row.
    lost_bg,
    /// Harm button.
    lost_fill,
    /// Text on it.
    on_lost_fill,
    /// Suspect, Ended by itself, warning.
    suspect,
    /// Ground of a warning.
    suspect_bg,
    /// Config error.
    config,
    /// Ground of a config error.
    config_bg,
    /// Uncertain.
    unc,
    /// Ground of what is uncertain.
    unc_bg,
    /// Our own act: Starting, Stopping, Throttled.
    ours,
    /// Ground of our own act.
    ours_bg,
    /// Recording disc; a shape only, never text.
    quiet,
    /// Recording band.
    bar,
    /// Hairline of what is idle or stopped.
    bar_dim,
    /// Not observed: outline and glyph; the word uses `text3`.
    nobs,
    /// Behind dialogs.
    scrim,
    /// Under dialogs and menus.
    shadow,
}

fn colour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Color32, D::Error> {
    let text = String::deserialize(deserializer)?;
    Color32::from_hex(&text)
        .map_err(|_| serde::de::Error::custom(format!("\"{text}\" is not a colour such as #13171A or #13171AB3")))
}

static DARK: LazyLock<Palette> = LazyLock::new(|| read(include_str!("../../assets/theme/dark.toml")));
static LIGHT: LazyLock<Palette> = LazyLock::new(|| read(include_str!("../../assets/theme/light.toml")));

fn read(file: &str) -> Palette {
    // The files are part of the program and a test reads both: they cannot be broken on a user's machine.
    toml::from_str(file).expect("the built-in theme files are whole")
}

impl Palette {
    /// The colours for what is drawn in `ui`.
    pub fn of(ui: &Ui) -> &'static Palette {
        Self::of_theme(if ui.visuals().dark_mode { Theme::Dark } else { Theme::Light })
    }

    /// The colours of a theme.
    pub fn of_theme(theme: Theme) -> &'static Palette {
        match theme {
            Theme::Dark => &DARK,
            Theme::Light => &LIGHT,
        }
    }

    /// The colour of a state's glyph and pattern.
    pub fn shape_of(&self, state: State) -> Color32 {
        match state {
            State::Lost | State::AbnormalExit => self.lost,
            State::Ended | State::Suspect => self.suspect,
            State::NotObserved => self.nobs,
            State::ConfigError => self.config,
            State::Uncertain => self.unc,
            State::Stopping | State::Starting => self.ours,
            State::Recording => self.quiet,
            State::Stopped | State::Idle => self.text3,
        }
    }

    /// The colour of a state's word.
    pub fn word_of(&self, state: State) -> Color32 {
        match state {
            State::Lost
            | State::AbnormalExit
            | State::Ended
            | State::Suspect
            | State::ConfigError
            | State::Uncertain
            | State::Stopping
            | State::Starting => self.shape_of(state),
            State::NotObserved | State::Recording | State::Stopped | State::Idle => self.text3,
        }
    }

    /// The ground of a banner, pane head or alarm about a state.
    pub fn ground_of(&self, state: State) -> Color32 {
        match state {
            State::Lost | State::AbnormalExit => self.lost_bg,
            State::Ended | State::Suspect => self.suspect_bg,
            State::ConfigError => self.config_bg,
            State::Uncertain => self.unc_bg,
            State::Stopping | State::Starting => self.ours_bg,
            State::NotObserved | State::Recording | State::Stopped | State::Idle => self.bg2,
        }
    }
}

/// Type tokens: size and weight by use, never by number.
pub mod text {
    use std::sync::LazyLock;

    use egui::{FontFamily, FontId};

    static MEDIUM: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("medium".into()));
    static SEMIBOLD: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("semibold".into()));
    static MONO_MEDIUM: LazyLock<FontFamily> = LazyLock::new(|| FontFamily::Name("mono-medium".into()));

    /// Sans of weight 400.
    pub fn regular(size: f32) -> FontId {
        FontId::new(size, FontFamily::Proportional)
    }

    /// Sans of weight 500.
    pub fn medium(size: f32) -> FontId {
        FontId::new(size, MEDIUM.clone())
    }

    /// Sans of weight 600.
    pub fn semibold(size: f32) -> FontId {
        FontId::new(size, SEMIBOLD.clone())
    }

    /// Mono of weight 400.
    pub fn mono(size: f32) -> FontId {
        FontId::new(size, FontFamily::Monospace)
    }

    /// Mono of weight 500.
    pub fn mono_medium(size: f32) -> FontId {
        FontId::new(size, MONO_MEDIUM.clone())
    }

    /// Table head, axis, strip labels, status bar.
    pub fn micro() -> FontId {
        regular(11.0)
    }

    /// Hints, secondary facts, chips.
    pub fn small() -> FontId {
        regular(12.0)
    }

    /// Everything else.
    pub fn base() -> FontId {
        regular(13.0)
    }

    /// Labels and names among everything else.
    pub fn base_medium() -> FontId {
        medium(13.0)
    }

    /// Ids, raw answers, durations.
    pub fn code() -> FontId {
        mono(12.0)
    }

    /// The same in dense cells.
    pub fn code_dense() -> FontId {
        mono(11.0)
    }

    /// Strip values, heads of dialogs and banners.
    pub fn strong() -> FontId {
        semibold(15.0)
    }

    /// Head of the pane.
    pub fn title() -> FontId {
        semibold(17.0)
    }

    /// Heads of a screen without data.
    pub fn large() -> FontId {
        semibold(18.0)
    }

    /// The number of channels that need somebody.
    pub fn count() -> FontId {
        semibold(30.0)
    }

    /// An icon of this size.
    pub fn icon(size: f32) -> FontId {
        FontId::new(size, FontFamily::Proportional)
    }
}

/// Distances, in points.
pub mod space {
    /// Between things of one group.
    pub const XS: f32 = 2.0;
    /// Between a glyph and its word.
    pub const S: f32 = 4.0;
    /// Between controls of one bar.
    pub const M: f32 = 6.0;
    /// Between groups.
    pub const L: f32 = 8.0;
    /// Margin of bars.
    pub const XL: f32 = 12.0;
    /// Margin of panes.
    pub const XXL: f32 = 16.0;
    /// Between parts of a dialog.
    pub const HUGE: f32 = 24.0;
}

/// Corner of buttons, chips, fields.
pub const CONTROL_RADIUS: u8 = 4;
/// Corner of dialogs.
pub const DIALOG_RADIUS: u8 = 6;

/// Sets colours, type and distances of both themes, once at the start.
pub fn apply(ctx: &Context) {
    for theme in [Theme::Dark, Theme::Light] {
        ctx.style_mut_of(theme, |style| dress(style, theme));
    }
}

fn dress(style: &mut Style, theme: Theme) {
    let palette = Palette::of_theme(theme);
    style.visuals = visuals(theme, palette);
    style.text_styles = [
        (TextStyle::Small, text::small()),
        (TextStyle::Body, text::base()),
        (TextStyle::Button, text::base_medium()),
        (TextStyle::Heading, text::title()),
        (TextStyle::Monospace, text::code()),
    ]
    .into();
    style.spacing.item_spacing = vec2(space::M, space::S);
    style.spacing.button_padding = vec2(12.0, 4.0);
    style.spacing.interact_size = vec2(24.0, 24.0);
    style.spacing.window_margin = Margin::same(0);
    style.spacing.menu_margin = Margin::same(4);
    style.spacing.scroll = ScrollStyle { bar_width: 6.0, ..ScrollStyle::solid() };
    style.interaction.tooltip_delay = 0.4;
    style.interaction.selectable_labels = false;
    // Nothing slides or fades: a monitor that moves without a reason teaches to overlook it.
    style.animation_time = 0.0;
}

fn visuals(theme: Theme, p: &Palette) -> Visuals {
    let mut v = match theme {
        Theme::Dark => Visuals::dark(),
        Theme::Light => Visuals::light(),
    };
    let widget = |fill: Color32, line: Color32, ink: Color32| WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, line),
        corner_radius: CornerRadius::same(CONTROL_RADIUS),
        fg_stroke: Stroke::new(1.0, ink),
        expansion: 0.0,
    };
    v.widgets.noninteractive = widget(p.bg2, p.line2, p.text1);
    v.widgets.inactive = widget(p.bg3, p.line2, p.text1);
    v.widgets.hovered = widget(p.bg4, p.line2, p.text1);
    v.widgets.active = widget(p.bg4, p.line3, p.text1);
    v.widgets.open = widget(p.bg4, p.line2, p.text1);
    v.selection.bg_fill = p.bg4;
    v.selection.stroke = Stroke::new(1.0, p.text1);
    v.weak_text_color = Some(p.text3);
    v.hyperlink_color = p.ours;
    v.faint_bg_color = p.bg2;
    v.extreme_bg_color = p.field;
    v.text_edit_bg_color = Some(p.field);
    v.code_bg_color = p.field;
    v.warn_fg_color = p.suspect;
    v.error_fg_color = p.lost;
    v.window_fill = p.bg2;
    v.panel_fill = p.bg1;
    v.window_stroke = Stroke::new(1.0, p.line3);
    v.window_corner_radius = CornerRadius::same(DIALOG_RADIUS);
    v.menu_corner_radius = CornerRadius::same(CONTROL_RADIUS);
    let shadow = Shadow { offset: [0, 8], blur: 24, spread: 0, color: p.shadow };
    v.window_shadow = shadow;
    v.popup_shadow = shadow;
    v.text_cursor.stroke = Stroke::new(1.0, p.text1);
    v
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance (WCAG 2.2, 1.4.3).
    fn luminance(c: Color32) -> f64 {
        let linear = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.040_45 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b())
    }

    fn contrast(a: Color32, b: Color32) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_text_pair_reaches_4_5_to_1_in_both_themes() {
        for theme in [Theme::Dark, Theme::Light] {
            let p = Palette::of_theme(theme);
            let mut pairs = vec![
                (p.inv, p.btn),
                (p.on_lost_fill, p.lost_fill),
                (p.text1, p.bg4),
                (p.text2, p.bg4),
                (p.text1, p.field),
                (p.text3, p.field),
            ];
            for ground in [p.bg0, p.bg1, p.bg2, p.bg3, p.sel] {
                pairs.extend([(p.text1, ground), (p.text2, ground), (p.text3, ground)]);
            }
            for state in State::ALL {
                let word = p.word_of(state);
                pairs.extend([(word, p.bg1), (word, p.sel), (word, p.ground_of(state))]);
                pairs.extend([(p.text1, p.ground_of(state)), (p.text2, p.ground_of(state))]);
            }
            for (ink, ground) in pairs {
                let ratio = contrast(ink, ground);
                assert!(ratio >= 4.45, "{theme:?}: {ink:?} on {ground:?} is {ratio:.2}");
            }
        }
    }

    #[test]
    fn shapes_and_borders_reach_3_to_1_on_the_table() {
        for theme in [Theme::Dark, Theme::Light] {
            let p = Palette::of_theme(theme);
            for shape in State::ALL.map(|s| p.shape_of(s)).into_iter().chain([p.line3, p.bar, p.focus]) {
                let ratio = contrast(shape, p.bg1);
                assert!(ratio >= 2.95, "{theme:?}: {shape:?} is {ratio:.2}");
            }
        }
    }

    #[test]
    fn no_colour_of_either_theme_is_green() {
        for theme in [Theme::Dark, Theme::Light] {
            let p = Palette::of_theme(theme);
            for state in State::ALL {
                let c = p.shape_of(state);
                assert!(c.g() <= c.r().max(c.b()).saturating_add(12), "{theme:?} {state:?} {c:?}");
            }
        }
    }
}
