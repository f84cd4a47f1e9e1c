//! Where the users are in the picture of a composite recording: three presets, or regions by hand, and what is behind them.

use egui::{RichText, Ui};

use super::regions::Table;
use super::subscribe::read_uid;
use crate::profile::address::ImageUrl;
use crate::profile::change::Update;
use crate::profile::invalid::Invalid;
use crate::profile::layout::{Arrangement, Background, Color, Layout};
use crate::ui::detail::parts;
use crate::ui::dialogs::fields;
use crate::ui::icons;
use crate::ui::theme::{Palette, space, text};
use crate::ui::widgets::button::{self, Button, Kind, Size};
use crate::ui::widgets::segments;

/// What is filled in.
#[derive(Debug, Default)]
pub struct LayoutForm {
    preset: Preset,
    large: String,
    table: Table,
    color: String,
    image: String,
    user_image: String,
    backgrounds: Vec<UserImage>,
}

/// The image of one user who sends no pictures.
#[derive(Debug, Default)]
struct UserImage {
    uid: String,
    image: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Preset {
    #[default]
    Floating,
    BestFit,
    Vertical,
    Custom,
}

/// Preset, name and meaning.
const PRESETS: [(Preset, &str, &str); 4] = [
    (Preset::Floating, "Floating", "The first user fills the picture, the others float above"),
    (Preset::BestFit, "Best fit", "As many equal tiles as there are users"),
    (Preset::Vertical, "Vertical", "One user large, the others in a column beside"),
    (Preset::Custom, "Custom", "Every region by hand, in shares of the picture"),
];

impl LayoutForm {
    pub fn show(&mut self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        parts::warning(
            ui,
            "This replaces all earlier layout settings",
            "What is left out here goes back to Agora's default, also what the start or an earlier change had set",
        );
        ui.add_space(space::M);
        let chosen = PRESETS.iter().position(|(preset, ..)| *preset == self.preset).unwrap_or_default();
        if let Some(index) = segments::show(ui, "layout", &PRESETS.map(|(_, name, _)| name), chosen) {
            self.preset = PRESETS[index].0;
        }
        parts::line(ui, PRESETS[chosen].2, text::small(), palette.text3);
        match self.preset {
            Preset::Floating | Preset::BestFit => {}
            Preset::Vertical => {
                fields::line(ui, "Large user", &mut self.large);
                let problem = self.layout().err();
                fields::about(ui, problem.as_deref(), "A UID; Agora chooses when it is left empty");
            }
            Preset::Custom => self.table.show(ui),
        }
        ui.add_space(space::L);
        self.behind(ui);
    }

    /// Colour and images behind the users.
    fn behind(&mut self, ui: &mut Ui) {
        let palette = Palette::of(ui);
        ui.label(RichText::new("Behind the users").font(text::base_medium()).color(palette.text1));
        fields::line(ui, "Colour", &mut self.color);
        let hint = "# and six hexadecimal digits; black when it is left empty";
        fields::about(ui, color(&self.color).err().as_deref(), hint);
        fields::line(ui, "Image", &mut self.image);
        fields::about(ui, image(&self.image).err().as_deref(), "Address of a JPG or BMP, over the colour");
        fields::line(ui, "User without video", &mut self.user_image);
        let hint = "Address of an image in the place of users who send no video";
        fields::about(ui, image(&self.user_image).err().as_deref(), hint);
        let mut gone = None;
        for (at, one) in self.backgrounds.iter_mut().enumerate() {
            fields::line(ui, &format!("User {}: UID", at + 1), &mut one.uid);
            fields::line(ui, &format!("User {}: image", at + 1), &mut one.image);
            let typed = !one.uid.is_empty() && !one.image.is_empty();
            fields::about(ui, one.background().err().filter(|_| typed).as_deref(), "");
            if button::icon(ui, icons::CLOSE, &format!("Remove user {}", at + 1), "Remove", None).clicked() {
                gone = Some(at);
            }
        }
        if let Some(at) = gone {
            self.backgrounds.remove(at);
        }
        if Button::new("Add an image for one user", Kind::Secondary).size(Size::Bar).show(ui).clicked() {
            self.backgrounds.push(UserImage::default());
        }
    }

    fn layout(&self) -> Result<Layout, String> {
        match self.preset {
            Preset::Floating => Ok(Layout::Floating),
            Preset::BestFit => Ok(Layout::BestFit),
            Preset::Vertical if self.large.trim().is_empty() => Ok(Layout::Vertical { large: None }),
            Preset::Vertical => Ok(Layout::Vertical { large: Some(read_uid(&self.large)?) }),
            Preset::Custom => self.table.regions().map(Layout::Custom),
        }
    }

    pub fn update(&self) -> Result<Update, String> {
        let backgrounds = self.backgrounds.iter().map(UserImage::background).collect::<Result<_, _>>()?;
        Ok(Update::Layout(Arrangement {
            layout: self.layout()?,
            background_color: color(&self.color)?,
            background_image: image(&self.image)?,
            default_user_background_image: image(&self.user_image)?,
            backgrounds,
        }))
    }
}

impl UserImage {
    fn background(&self) -> Result<Background, String> {
        let image = image(&self.image)?.ok_or("a user of the list has no image")?;
        Ok(Background { uid: read_uid(&self.uid)?, image, render_mode: Default::default() })
    }
}

fn told(invalid: Invalid) -> String {
    format!("{}: {}", invalid.value, invalid.rule)
}

fn color(typed: &str) -> Result<Option<Color>, String> {
    given(typed).map(|text| Color::try_from(text).map_err(told)).transpose()
}

fn image(typed: &str) -> Result<Option<ImageUrl>, String> {
    given(typed).map(|text| ImageUrl::try_from(text).map_err(told)).transpose()
}

fn given(typed: &str) -> Option<String> {
    (!typed.trim().is_empty()).then(|| typed.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_anywhere_keeps_it_from_being_sent() {
        let sent = |form: &LayoutForm| form.update().map(|update| update.summary());
        assert_eq!(sent(&LayoutForm::default()).as_deref(), Ok("floating layout"));
        let vertical = |large: &str| LayoutForm { preset: Preset::Vertical, large: large.into(), ..Default::default() };
        assert_eq!(sent(&vertical("7")).as_deref(), Ok("vertical layout, 7 large"));
        assert!(sent(&vertical("x")).expect_err("no UID").contains("is no UID"));
        let red = LayoutForm { color: "red".into(), ..Default::default() };
        assert!(sent(&red).expect_err("a word").contains("six hexadecimal digits"));
        let ftp = LayoutForm { image: "ftp://x".into(), ..Default::default() };
        assert!(sent(&ftp).expect_err("not HTTP").contains("https://"));
        let alone =
            LayoutForm { backgrounds: vec![UserImage { uid: "7".into(), ..Default::default() }], ..Default::default() };
        assert!(sent(&alone).expect_err("no image").contains("no image"));
    }
}
