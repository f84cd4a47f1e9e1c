//! How the pictures of a composite recording are arranged: the members that `transcodingConfig` and updateLayout share.

use super::members::Members;
use super::{Checked, Complaint};

/// What both have.
pub(super) const MEMBERS: [&str; 7] = [
    "maxResolutionUid",
    "mixedVideoLayout",
    "backgroundColor",
    "backgroundImage",
    "defaultUserBackgroundImage",
    "layoutConfig",
    "backgroundConfig",
];

/// More than 17 users are never shown.
const MOST_PICTURES: usize = 17;
const CUSTOM: u64 = 3;

/// `transcodingConfig`.
pub(super) fn picture(members: &Members<'_>) -> Checked<()> {
    let mut names = vec!["width", "height", "fps", "bitrate"];
    names.extend(MEMBERS);
    members.only(&names)?;
    let width = members.whole("width", 1..=u64::from(u16::MAX))?.unwrap_or(360);
    let height = members.whole("height", 1..=u64::from(u16::MAX))?.unwrap_or(640);
    if width * height > 1920 * 1080 {
        return Err(Complaint::invalid("transcodingConfig: the picture is larger than 1920x1080"));
    }
    // Only some of these rates work; the service falls back to 15 for the others instead of refusing them.
    members.whole("fps", 1..=60)?;
    members.whole("bitrate", 1..=6500)?;
    layout(members)
}

/// The members of [`MEMBERS`].
pub(super) fn layout(members: &Members<'_>) -> Checked<()> {
    members.uid("maxResolutionUid")?;
    let kind = members.whole("mixedVideoLayout", 0..=CUSTOM)?;
    if let Some(colour) = members.text("backgroundColor")? {
        let sound = colour
            .strip_prefix('#')
            .is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        if !sound {
            return Err(members.wrong("backgroundColor", "a colour like \"#rrggbb\""));
        }
    }
    for image in ["backgroundImage", "defaultUserBackgroundImage"] {
        members.address(image, &["https://", "http://"])?;
    }
    let places = members.objects("layoutConfig")?;
    if places.len() > MOST_PICTURES {
        return Err(members.wrong("layoutConfig", format!("a list of at most {MOST_PICTURES}")));
    }
    if kind == Some(CUSTOM) && places.is_empty() {
        return Err(members.wrong("layoutConfig", "given for mixedVideoLayout 3"));
    }
    places.iter().try_for_each(place)?;
    members.objects("backgroundConfig")?.iter().try_for_each(background)
}

fn place(item: &Members<'_>) -> Checked<()> {
    item.only(&["uid", "x_axis", "y_axis", "width", "height", "alpha", "render_mode"])?;
    // Without a UID, users take the places in the order they join; some clients send an empty one for that.
    if item.text("uid")?.is_some_and(|uid| !uid.is_empty()) {
        item.uid("uid")?;
    }
    for name in ["x_axis", "y_axis", "width", "height"] {
        item.fraction(name)?.ok_or_else(|| item.missing(name))?;
    }
    item.fraction("alpha")?;
    item.whole("render_mode", 0..=1)?;
    Ok(())
}

fn background(item: &Members<'_>) -> Checked<()> {
    item.only(&["uid", "image_url", "render_mode"])?;
    item.uid("uid")?.ok_or_else(|| item.missing("uid"))?;
    item.address("image_url", &["https://"])?.ok_or_else(|| item.missing("image_url"))?;
    item.whole("render_mode", 0..=1)?;
    Ok(())
}
