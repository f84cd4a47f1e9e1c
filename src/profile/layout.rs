//! The composite picture: size, rates, and who is where in it. The part about who is where can be changed while a recording
//! runs, so it is a type of its own.

use serde::{Deserialize, Serialize};

use super::address::ImageUrl;
use super::choices::RenderMode;
use super::invalid::Invalid;
use super::json::{Json, Object};
use super::numbers::{Bitrate, Fps, Share};
use crate::monitor::ids::Uid;

/// Most regions of a custom layout.
pub const REGIONS_AT_MOST: usize = 17;
/// Most pixels of a picture.
pub const PIXELS_AT_MOST: u32 = 1920 * 1080;

/// `transcodingConfig`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcoding(Picture);

/// The parts of a [`Transcoding`]; the size is not checked yet. The defaults are the service's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels; with the height at most as many as in 1920 x 1080.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub fps: Fps,
    /// kbit/s.
    pub bitrate: Bitrate,
    /// Who is where.
    pub arrangement: Arrangement,
}

impl Default for Picture {
    fn default() -> Self {
        Self {
            width: 360,
            height: 640,
            fps: Fps::default(),
            bitrate: Bitrate::default(),
            arrangement: Arrangement::default(),
        }
    }
}

impl Transcoding {
    /// Its parts.
    pub const fn picture(&self) -> &Picture {
        &self.0
    }

    pub(super) fn json(&self) -> Object {
        let Picture { width, height, fps, bitrate, arrangement } = &self.0;
        let object = Object::new().with("width", *width).with("height", *height);
        arrangement.add_to(object.with("fps", fps.get()).with("bitrate", bitrate.get()))
    }
}

impl TryFrom<Picture> for Transcoding {
    type Error = Invalid;

    fn try_from(picture: Picture) -> Result<Self, Invalid> {
        let Picture { width, height, .. } = picture;
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) > u64::from(PIXELS_AT_MOST) {
            let rule = "each side has to be at least 1 and the product at most 1920x1080";
            return Err(Invalid::plain("transcoding size", format_args!("{width}x{height}"), rule));
        }
        Ok(Self(picture))
    }
}

/// Who is where in the picture, and what is behind them. A change of a running recording replaces all of it: what it leaves
/// out goes back to the service's default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrangement {
    /// Where the users are.
    pub layout: Layout,
    /// Behind them; black where it is left out.
    pub background_color: Option<Color>,
    /// Behind them, over the colour.
    pub background_image: Option<ImageUrl>,
    /// In the place of a user who has sent no pictures for 3.5 s.
    pub default_user_background_image: Option<ImageUrl>,
    /// The same for some users.
    pub backgrounds: Vec<Background>,
}

/// `mixedVideoLayout`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// 0: the first user fills the picture, the others float above.
    #[default]
    Floating,
    /// 1: as many equal tiles as there are users.
    BestFit,
    /// 2: one user large, the others in a column.
    Vertical {
        /// `maxResolutionUid`: the large one; the service chooses where nobody is named.
        large: Option<Uid>,
    },
    /// 3: every region by hand.
    Custom(Regions),
}

impl Layout {
    /// `mixedVideoLayout`.
    pub const fn number(&self) -> u32 {
        match self {
            Self::Floating => 0,
            Self::BestFit => 1,
            Self::Vertical { .. } => 2,
            Self::Custom(_) => 3,
        }
    }
}

/// 1 to 17 regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Region>", into = "Vec<Region>")]
pub struct Regions(Vec<Region>);

impl Regions {
    /// The regions, the first one at the bottom.
    pub fn regions(&self) -> &[Region] {
        &self.0
    }
}

impl TryFrom<Vec<Region>> for Regions {
    type Error = Invalid;

    fn try_from(regions: Vec<Region>) -> Result<Self, Invalid> {
        if (1..=REGIONS_AT_MOST).contains(&regions.len()) {
            return Ok(Self(regions));
        }
        let rule = "a custom layout has 1 to 17 regions";
        Err(Invalid::plain("regions", format_args!("({} of them)", regions.len()), rule))
    }
}

impl From<Regions> for Vec<Region> {
    fn from(regions: Regions) -> Self {
        regions.0
    }
}

/// An item of `layoutConfig`: the place of one user, in shares of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Whose; where nobody is named, users come in the order of joining.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<Uid>,
    /// `x_axis`: from the left.
    pub x: Share,
    /// `y_axis`: from the top.
    pub y: Share,
    /// Of the picture's width.
    pub width: Share,
    /// Of the picture's height.
    pub height: Share,
    /// 0 is transparent, 1 (the default) is not.
    #[serde(default = "opaque")]
    pub alpha: Share,
    /// How the user is fitted in.
    #[serde(default)]
    pub render_mode: RenderMode,
}

const fn opaque() -> Share {
    Share::ONE
}

impl Region {
    fn json(&self) -> Json {
        let Self { uid, x, y, width, height, alpha, render_mode } = self;
        let share = |share: &Share| Json::Millionths(share.millionths());
        Object::new()
            .with_some("uid", uid.map(|uid| uid.to_string()))
            .with("x_axis", share(x))
            .with("y_axis", share(y))
            .with("width", share(width))
            .with("height", share(height))
            .with("alpha", share(alpha))
            .with("render_mode", render_mode.number())
            .into()
    }
}

/// An item of `backgroundConfig`: what is shown of one user who sends no pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Background {
    /// Whose.
    pub uid: Uid,
    /// `image_url`: JPG or BMP, at most 6 MB.
    pub image: ImageUrl,
    /// How the image is fitted in.
    #[serde(default)]
    pub render_mode: RenderMode,
}

impl Background {
    fn json(&self) -> Json {
        let Self { uid, image, render_mode } = self;
        let object = Object::new().with("uid", uid.to_string()).with("image_url", image.as_str());
        object.with("render_mode", render_mode.number()).into()
    }
}

/// `#rrggbb`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color(String);

impl Color {
    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Color {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        if digits.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit())) {
            return Ok(Self(text));
        }
        let rule = "a colour is # and six hexadecimal digits: red, green, blue";
        Err(Invalid::text("background_color", &text, rule))
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        color.0
    }
}

impl Arrangement {
    /// The object with the members of the layout.
    pub(super) fn add_to(&self, object: Object) -> Object {
        let Self { layout, background_color, background_image, default_user_background_image, backgrounds } = self;
        let (large, regions) = match layout {
            Layout::Floating | Layout::BestFit => (None, None),
            Layout::Vertical { large } => (large.map(|uid| uid.to_string()), None),
            Layout::Custom(regions) => (None, Some(regions.regions().iter().map(Region::json).collect::<Json>())),
        };
        let backgrounds: Vec<Json> = backgrounds.iter().map(Background::json).collect();
        object
            .with_some("maxResolutionUid", large)
            .with("mixedVideoLayout", layout.number())
            .with_some("backgroundColor", background_color.as_ref().map(Color::as_str))
            .with_some("backgroundImage", background_image.as_ref().map(ImageUrl::as_str))
            .with_some("defaultUserBackgroundImage", default_user_background_image.as_ref().map(ImageUrl::as_str))
            .with_some("layoutConfig", regions)
            .with_some("backgroundConfig", (!backgrounds.is_empty()).then_some(Json::List(backgrounds)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_at_most_as_many_pixels_as_full_hd_either_way_up() {
        let size = |width, height| Transcoding::try_from(Picture { width, height, ..Picture::default() });
        for (width, height) in [(1920, 1080), (1080, 1920), (1, 1), (1, PIXELS_AT_MOST)] {
            assert!(size(width, height).is_ok(), "{width}x{height}");
        }
        for (width, height) in [(1921, 1080), (0, 640), (640, 0), (u32::MAX, u32::MAX)] {
            let error = size(width, height).expect_err("too large or nothing").to_string();
            assert!(error.starts_with(&format!("transcoding size {width}x{height} cannot be used")), "{error}");
        }
    }

    #[test]
    fn a_custom_layout_has_1_to_17_regions() {
        let region = Region {
            uid: None,
            x: Share::ZERO,
            y: Share::ZERO,
            width: Share::ONE,
            height: Share::ONE,
            alpha: Share::ONE,
            render_mode: RenderMode::Crop,
        };
        for (many, ok) in [(0, false), (1, true), (17, true), (18, false)] {
            assert_eq!(Regions::try_from(vec![region; many]).is_ok(), ok, "{many}");
        }
    }

    #[test]
    fn a_colour_is_six_digits_after_a_hash() {
        for (text, ok) in
            [("#00fFa9", true), ("00ffa9", false), ("#00ffa", false), ("#00ffa9f", false), ("#00ffag", false)]
        {
            assert_eq!(Color::try_from(text.to_owned()).is_ok(), ok, "{text}");
        }
    }
}
