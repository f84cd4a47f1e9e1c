//! The fonts that come with the program: IBM Plex for text and codes, Phosphor for icons, egui's own for everything else that
//! a channel name may hold. It never looks for fonts of the operating system, so every machine shows the same.

use std::sync::Arc;

use egui::{Context, FontData, FontDefinitions, FontFamily, FontTweak};

/// Font data by its name in the families below.
const FILES: [(&str, &[u8]); 5] = [
    ("plex-sans", include_bytes!("../../assets/fonts/IBMPlexSans-Regular.ttf")),
    ("plex-sans-medium", include_bytes!("../../assets/fonts/IBMPlexSans-Medium.ttf")),
    ("plex-sans-semibold", include_bytes!("../../assets/fonts/IBMPlexSans-SemiBold.ttf")),
    ("plex-mono", include_bytes!("../../assets/fonts/IBMPlexMono-Regular.ttf")),
    ("plex-mono-medium", include_bytes!("../../assets/fonts/IBMPlexMono-Medium.ttf")),
];

/// Installs the fonts, once at the start.
pub fn install(ctx: &Context) {
    ctx.set_fonts(definitions());
}

fn definitions() -> FontDefinitions {
    let mut fonts = FontDefinitions::default();
    let fallback: Vec<String> = fonts.families.get(&FontFamily::Proportional).cloned().unwrap_or_default();
    for (name, bytes) in FILES {
        fonts.font_data.insert(name.to_owned(), Arc::new(FontData::from_static(bytes)));
    }
    // Phosphor's box sits on the baseline like a capital letter would not: a little lower centres it on Plex's capitals.
    let icons = FontData::from_static(include_bytes!("../../assets/fonts/Phosphor.ttf")).tweak(FontTweak {
        scale: 1.15,
        y_offset_factor: 0.06,
        ..FontTweak::default()
    });
    fonts.font_data.insert("phosphor".to_owned(), Arc::new(icons));

    let families = [
        (FontFamily::Proportional, "plex-sans"),
        (FontFamily::Name("medium".into()), "plex-sans-medium"),
        (FontFamily::Name("semibold".into()), "plex-sans-semibold"),
        (FontFamily::Monospace, "plex-mono"),
        (FontFamily::Name("mono-medium".into()), "plex-mono-medium"),
    ];
    for (family, first) in families {
        let chain = [first, "phosphor"].into_iter().map(str::to_owned).chain(fallback.iter().cloned()).collect();
        fonts.families.insert(family, chain);
    }
    fonts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::{icons, theme};

    #[test]
    fn every_icon_is_in_the_icon_font_and_digits_have_equal_width() {
        let ctx = Context::default();
        install(&ctx);
        theme::apply(&ctx);
        let mut output = ctx.run_ui(egui::RawInput::default(), |ui| {
            ui.ctx().fonts_mut(|fonts| {
                for icon in icons::ALL {
                    for c in icon.chars() {
                        assert!(fonts.has_glyph(&theme::text::base(), c), "U+{:X}", u32::from(c));
                    }
                }
                for font in [theme::text::base(), theme::text::strong(), theme::text::code()] {
                    let widths: Vec<_> = ('0'..='9').map(|c| fonts.glyph_width(&font, c)).collect();
                    assert!(widths.iter().all(|w| (w - widths[0]).abs() < 0.01), "{font:?}: {widths:?}");
                }
            });
        });
        output.textures_delta.clear();
    }
}
