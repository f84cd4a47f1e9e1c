//! `transcodingConfig` of a foreign body.

use serde_json::Value;

use super::walk::Node;
use crate::monitor::ids::Uid;
use crate::profile::choices::RenderMode;
use crate::profile::invalid::Invalid;
use crate::profile::layout::{Arrangement, Background, Layout, Picture, Region, Regions, Transcoding};
use crate::profile::numbers::{Fps, Share};

/// The picture. What a body leaves out is the service's default and is filled in.
pub fn transcoding(config: &mut Node<'_>) -> Option<Transcoding> {
    let plain = Picture::default();
    let width = config.plain("width").unwrap_or(plain.width);
    let height = config.plain("height").unwrap_or(plain.height);
    let fps = fps(config);
    let bitrate = config.number("bitrate").unwrap_or_default();
    let arrangement = arrangement(config)?;
    let picture = Picture { width, height, fps, bitrate, arrangement };
    Transcoding::try_from(picture).map_err(|error| config.whole_problem(&error)).ok()
}

fn fps(config: &mut Node<'_>) -> Fps {
    let Some(given) = config.plain("fps") else { return Fps::default() };
    Fps::try_from(given).unwrap_or_else(|_| {
        config.note("fps", format!("{given} is none of the service's rates, which records 15 then; 15 was taken"));
        Fps::default()
    })
}

fn arrangement(config: &mut Node<'_>) -> Option<Arrangement> {
    let backgrounds = config.objects("backgroundConfig").unwrap_or_default();
    Some(Arrangement {
        background_color: config.checked("backgroundColor"),
        background_image: config.checked("backgroundImage"),
        default_user_background_image: config.checked("defaultUserBackgroundImage"),
        backgrounds: backgrounds.into_iter().filter_map(background).collect(),
        layout: layout(config)?,
    })
}

fn layout(config: &mut Node<'_>) -> Option<Layout> {
    let number = config.plain("mixedVideoLayout").unwrap_or_default();
    let large = uid(config, "maxResolutionUid");
    let regions = config.objects("layoutConfig").unwrap_or_default();
    if number != 2 && large.is_some() {
        config.note("maxResolutionUid", "has no effect but in layout 2; left out");
    }
    if number != 3 && !regions.is_empty() {
        config.note("layoutConfig", "has no effect but in layout 3; left out");
    }
    match number {
        0 => Some(Layout::Floating),
        1 => Some(Layout::BestFit),
        2 => Some(Layout::Vertical { large }),
        3 => {
            // All are looked at first, so that every wrong one is told.
            let regions: Vec<Option<Region>> = regions.into_iter().map(region).collect();
            let regions: Vec<Region> = regions.into_iter().collect::<Option<_>>()?;
            Regions::try_from(regions).map(Layout::Custom).map_err(|error| config.invalid("layoutConfig", &error)).ok()
        }
        _ => {
            let rule = "it has to be 0 (floating), 1 (best fit), 2 (vertical) or 3 (custom)";
            config.invalid("mixedVideoLayout", &Invalid::plain("layout", number, rule));
            None
        }
    }
}

/// Also without quotes, as some clients write it.
pub(super) fn uid_of(value: &Value) -> Option<Uid> {
    match value.as_str() {
        Some(text) => text.parse().ok(),
        None => value.as_u64().and_then(|number| Uid::new(u32::try_from(number).ok()?)),
    }
}

fn uid(node: &mut Node<'_>, key: &str) -> Option<Uid> {
    let value = node.take(key)?;
    let found = uid_of(&value);
    if found.is_none() {
        node.problem(key, "cannot be used: a whole number from 1 to 4294967295 in quotes is needed");
    }
    found
}

fn region(mut node: Node<'_>) -> Option<Region> {
    let uid = uid(&mut node, "uid");
    let mut share = |key: &str, default: Option<Share>| {
        if !node.has(key) {
            if default.is_none() {
                node.missing(key);
            }
            return default;
        }
        let given = node.decimal(key)?;
        Share::try_from(given).map_err(|error| node.invalid(key, &error)).ok()
    };
    let (x, y) = (share("x_axis", None), share("y_axis", None));
    let (width, height) = (share("width", None), share("height", None));
    let alpha = share("alpha", Some(Share::ONE));
    let render_mode: RenderMode = node.number("render_mode").unwrap_or_default();
    node.end();
    Some(Region { uid, x: x?, y: y?, width: width?, height: height?, alpha: alpha?, render_mode })
}

fn background(mut node: Node<'_>) -> Option<Background> {
    for key in ["uid", "image_url"] {
        if !node.has(key) {
            node.missing(key);
        }
    }
    let (uid, image) = (uid(&mut node, "uid"), node.checked("image_url"));
    let render_mode = node.number("render_mode").unwrap_or_default();
    node.end();
    Some(Background { uid: uid?, image: image?, render_mode })
}
