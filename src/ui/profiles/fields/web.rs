//! The page of a web recording.

use super::recording::{AUDIO_PROFILES, FILES};
use super::{Field, Kind, Section, WEB, When};

const fn field(path: &'static str, label: &'static str, json: &'static str, kind: Kind) -> Field {
    Field {
        path,
        label,
        json,
        section: Section::Page,
        kind,
        modes: WEB,
        shown: When::Always,
        default: "",
        range: "",
        help: "",
    }
}

/// All of them.
pub const FIELDS: &[Field] = &[
    Field {
        range: "https:// or http://, no spaces",
        help: "The page that is recorded, from the internet. It has to show by itself what is to be seen: nobody signs in or \
               clicks. What stands behind the question mark may let somebody in: it is sent, and shown here",
        ..field("web.url", "Address", "url", Kind::Text)
    },
    Field {
        range: "240 to 1920; area at most 1920×1080",
        help: "Width of the page and of the picture. Agora advises 1280×720",
        ..field("web.video_width", "Width", "videoWidth", Kind::Number("px"))
    },
    Field {
        range: "240 to 1920; area at most 1920×1080",
        help: "Height of the page and of the picture",
        ..field("web.video_height", "Height", "videoHeight", Kind::Number("px"))
    },
    Field {
        default: "15",
        range: "5 to 60 frames per second",
        help: "More frames need more bandwidth and make larger files",
        ..field("web.video_fps", "Frames", "videoFps", Kind::Number("per second"))
    },
    Field {
        default: "by size: 2000 or 1500",
        range: "50 to 8000 kbit/s",
        help: "Left out, Agora takes 2000 from 1280×720 up, else 1500",
        ..field("web.video_bitrate", "Bitrate", "videoBitrate", Kind::Number("kbit/s"))
    },
    Field {
        default: "standard",
        range: "One of the three",
        help: "The sound of the page",
        ..field("web.audio_profile", "Sound", "audioProfile", Kind::Choice(AUDIO_PROFILES))
    },
    Field {
        default: "off",
        range: "Yes or no",
        help: "The page is asked for as a telephone would",
        ..field("web.mobile", "As a telephone", "mobile", Kind::Switch)
    },
    Field {
        range: "1 to 720 hours",
        help: "The recording ends by itself after so long, whether the page still shows something or not. It should not be \
               longer than it is usable (see Acquire)",
        ..field("web.max_recording_hour", "Ends after", "maxRecordingHour", Kind::Number("hours"))
    },
    Field {
        default: "off",
        range: "Yes or no",
        help: "The recording begins paused and records nothing until it is told to go on",
        ..field("web.onhold", "Begins paused", "onhold", Kind::Switch)
    },
    Field {
        default: "0",
        range: "0 to 60 seconds; 0 waits for nothing",
        help: "The page has to say within so long that it is ready. Once over it, it is loaded again; twice, the recording ends",
        ..field("web.ready_timeout", "Page ready within", "readyTimeout", Kind::Number("s"))
    },
    Field {
        default: "none",
        range: "A variable's name",
        help: "The name of the variable that holds the address the page is pushed to while it is recorded, rtmp:// or rtmps://. The \
               address ends in a stream key, so it is a secret as a whole",
        ..field("web.rtmp_url", "Pushed to, in", "rtmpUrl", Kind::Secret)
    },
    Field {
        section: Section::Files,
        default: "hls",
        range: "HLS, or HLS and MP4",
        help: "HLS is a playlist with pieces of 15 s. MP4 is made at the end and comes later",
        ..field("web.av_file_type", "Kinds of files", "avFileType", Kind::Files(FILES))
    },
    Field {
        section: Section::Files,
        default: "120",
        range: "30 to 240 minutes",
        help: "After so long a new MP4 file begins",
        ..field("web.max_video_duration", "New MP4 after", "maxVideoDuration", Kind::Number("min"))
    },
];
