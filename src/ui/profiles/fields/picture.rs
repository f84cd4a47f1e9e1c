//! Size, rates and layout of the mixed picture.

use super::{Column, Field, Kind, MIX, Section, When};

const RENDER_MODES: &[(&str, &str)] = &[("crop", "Crop"), ("fit", "Fit")];
const LAYOUT: &str = "recording.transcoding.layout";

const REGIONS: &[Column] = &[
    Column { key: "uid", label: "UID", kind: Kind::Number(""), default: "by joining", width: 84.0 },
    Column { key: "x", label: "Left", kind: Kind::Share, default: "", width: 48.0 },
    Column { key: "y", label: "Top", kind: Kind::Share, default: "", width: 48.0 },
    Column { key: "width", label: "Width", kind: Kind::Share, default: "", width: 48.0 },
    Column { key: "height", label: "Height", kind: Kind::Share, default: "", width: 48.0 },
    Column { key: "alpha", label: "Alpha", kind: Kind::Share, default: "1", width: 44.0 },
    Column { key: "render_mode", label: "Fitting", kind: Kind::Choice(RENDER_MODES), default: "crop", width: 64.0 },
];

const BACKGROUNDS: &[Column] = &[
    Column { key: "uid", label: "UID", kind: Kind::Number(""), default: "", width: 84.0 },
    Column { key: "image", label: "Image address", kind: Kind::Text, default: "", width: 208.0 },
    Column { key: "render_mode", label: "Fitting", kind: Kind::Choice(RENDER_MODES), default: "crop", width: 64.0 },
];

const fn field(path: &'static str, label: &'static str, json: &'static str, kind: Kind) -> Field {
    Field {
        path,
        label,
        json,
        section: Section::Picture,
        kind,
        modes: MIX,
        shown: When::Always,
        default: "",
        range: "",
        help: "",
    }
}

/// All of them.
pub const FIELDS: &[Field] = &[
    Field {
        default: "off",
        range: "Yes or no",
        help: "Left out, Agora makes 360×640 at 15 frames and 500 kbit/s, the first user large and the others floating above",
        ..field("recording.transcoding", "Own size and layout", "transcodingConfig", Kind::Group)
    },
    Field {
        default: "360",
        range: "Width times height at most 1920×1080",
        help: "Width of the picture",
        ..field("recording.transcoding.width", "Width", "width", Kind::Number("px"))
    },
    Field {
        default: "640",
        range: "Width times height at most 1920×1080",
        help: "Height of the picture",
        ..field("recording.transcoding.height", "Height", "height", Kind::Number("px"))
    },
    Field {
        default: "15",
        range: "1, 7, 10, 15, 24, 30 or 60 frames per second",
        help: "Agora replaces any other number by 15 and says nothing",
        ..field("recording.transcoding.fps", "Frames", "fps", Kind::Number("per second"))
    },
    Field {
        default: "500",
        range: "1 to 6500 kbit/s",
        help: "Too low for the size makes blocks, too high makes large files. 1280×720 at 15 frames: about 1130 for a call, 2260 \
               for a broadcast",
        ..field("recording.transcoding.bitrate", "Bitrate", "bitrate", Kind::Number("kbit/s"))
    },
    Field {
        default: "floating",
        range: "One of the four",
        help: "Who is where. It can be changed while the recording runs",
        ..field(
            LAYOUT,
            "Layout",
            "mixedVideoLayout",
            Kind::Choice(&[
                ("floating", "One large, others above"),
                ("best_fit", "Equal tiles"),
                ("vertical", "One large, others in a column"),
                ("custom", "By hand"),
            ]),
        )
    },
    Field {
        shown: When::Is(LAYOUT, &["vertical"]),
        default: "Agora chooses",
        range: "A UID, 1 to 4294967295",
        help: "The UID of the user who is large",
        ..field("recording.transcoding.max_resolution_uid", "Large user", "maxResolutionUid", Kind::Number("UID"))
    },
    Field {
        shown: When::Is(LAYOUT, &["custom"]),
        range: "1 to 17 regions, numbers from 0 to 1",
        help: "The place of each user in shares of the picture from 0 to 1, the first one at the bottom. Without UID: in the order of \
               joining",
        ..field("recording.transcoding.regions", "Regions", "layoutConfig", Kind::Rows(REGIONS))
    },
    Field {
        default: "black",
        range: "# and six hexadecimal digits",
        help: "The colour behind the users",
        ..field("recording.transcoding.background_color", "Background", "backgroundColor", Kind::Text)
    },
    Field {
        default: "none",
        range: "https:// or http://, no spaces",
        help: "An image behind the users, over the colour",
        ..field("recording.transcoding.background_image", "Background image", "backgroundImage", Kind::Text)
    },
    Field {
        default: "none",
        range: "https:// or http://, no spaces",
        help: "Shown in place of a user who has sent no pictures for 3.5 s",
        ..field(
            "recording.transcoding.default_user_background_image",
            "Image of the absent",
            "defaultUserBackgroundImage",
            Kind::Text,
        )
    },
    Field {
        default: "none",
        range: "A UID and the address of a JPG or BMP, at most 6 MB",
        help: "The same for some users by UID",
        ..field("recording.transcoding.backgrounds", "Images by user", "backgroundConfig", Kind::Rows(BACKGROUNDS))
    },
];
