//! The choices of a profile: a word for people and the settings file, a number or a word for the service.

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;
use crate::monitor::ids::Mode;

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant),+
        }

        impl $name {
            /// All of them, in the vendor's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word in the settings file.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word),+
                }
            }
        }
    };
}

/// The same with the number the service knows it by; `$rule` lists them.
macro_rules! numbered {
    ($(#[$doc:meta])* $name:ident, $field:literal, $rule:literal,
     { $($(#[$variant_doc:meta])* $variant:ident $word:literal = $number:literal),+ $(,)? }) => {
        choice! { $(#[$doc])* $name { $($(#[$variant_doc])* $variant $word),+ } }

        impl $name {
            /// The number the service knows it by.
            pub const fn number(self) -> u32 {
                match self {
                    $(Self::$variant => $number),+
                }
            }
        }

        impl TryFrom<u32> for $name {
            type Error = Invalid;

            fn try_from(number: u32) -> Result<Self, Invalid> {
                match number {
                    $($number => Ok(Self::$variant),)+
                    _ => Err(Invalid::plain($field, number, $rule)),
                }
            }
        }
    };
}

choice! {
    /// What a profile is for: the service's three modes.
    #[derive(Default)]
    Kind {
        /// One file per user.
        Individual "individual",
        /// All users in one picture.
        #[default]
        Mix "mix",
        /// A web page with its sound.
        Web "web",
    }
}

impl Kind {
    /// The mode as the rest of the program knows it.
    pub const fn mode(self) -> Mode {
        match self {
            Self::Individual => Mode::Individual,
            Self::Mix => Mode::Mix,
            Self::Web => Mode::Web,
        }
    }
}

numbered! {
    /// `channelType`: the profile of the SDK in the channel. Where it differs, nothing is recorded.
    ChannelType, "channel_type", "it has to be 0 (communication) or 1 (live_broadcast)",
    {
        /// Everybody may speak.
        Communication "communication" = 0,
        /// Hosts and audience.
        LiveBroadcast "live_broadcast" = 1,
    }
}

numbered! {
    /// `streamTypes`: what is recorded of a user.
    #[derive(Default)]
    StreamTypes, "stream_types", "it has to be 0 (audio), 1 (video) or 2 (both)",
    {
        /// Sound only.
        Audio "audio" = 0,
        /// Pictures only.
        Video "video" = 1,
        /// Sound and pictures.
        #[default]
        Both "both" = 2,
    }
}

numbered! {
    /// `videoStreamType`: which of the two streams of a user who sends both.
    #[derive(Default)]
    VideoStream, "video_stream_type", "it has to be 0 (high) or 1 (low)",
    {
        /// The large one.
        #[default]
        High "high" = 0,
        /// The small one.
        Low "low" = 1,
    }
}

numbered! {
    /// `audioProfile` of the mixed sound.
    #[derive(Default)]
    AudioProfile, "audio_profile",
    "it has to be 0 (48 kHz mono, 48 kbit/s), 1 (48 kHz mono, 128 kbit/s) or 2 (48 kHz stereo, 192 kbit/s)",
    {
        /// 48 kHz, mono, about 48 kbit/s.
        #[default]
        Standard "standard" = 0,
        /// 48 kHz, mono, about 128 kbit/s.
        High "high" = 1,
        /// 48 kHz, stereo, about 192 kbit/s.
        HighStereo "high_stereo" = 2,
    }
}

choice! {
    /// `streamMode` of an individual recording; the words are the service's.
    #[derive(Default)]
    StreamMode {
        /// Sound transcoded, sound and pictures in files of their own.
        #[default]
        Default "default",
        /// The same, and one more playlist that joins them.
        Standard "standard",
        /// Sound as it was sent; only where nothing but sound is recorded.
        Original "original",
    }
}

numbered! {
    /// `decryptionMode`: how the apps in the channel encrypt.
    Cipher, "decryption mode",
    "it has to be 1 (aes_128_xts), 2 (aes_128_ecb), 3 (aes_256_xts), 4 (sm4_128_ecb), 5 (aes_128_gcm), 6 (aes_256_gcm), \
     7 (aes_128_gcm2) or 8 (aes_256_gcm2)",
    {
        /// `AES_128_XTS`
        Aes128Xts "aes_128_xts" = 1,
        /// `AES_128_ECB`
        Aes128Ecb "aes_128_ecb" = 2,
        /// `AES_256_XTS`
        Aes256Xts "aes_256_xts" = 3,
        /// `SM4_128_ECB`
        Sm4 "sm4_128_ecb" = 4,
        /// `AES_128_GCM`
        Aes128Gcm "aes_128_gcm" = 5,
        /// `AES_256_GCM`
        Aes256Gcm "aes_256_gcm" = 6,
        /// `AES_128_GCM2`, with salt.
        Aes128Gcm2 "aes_128_gcm2" = 7,
        /// `AES_256_GCM2`, with salt.
        Aes256Gcm2 "aes_256_gcm2" = 8,
    }
}

numbered! {
    /// `render_mode`: how a picture is fitted into its region.
    #[derive(Default)]
    RenderMode, "render_mode", "it has to be 0 (crop) or 1 (fit)",
    {
        /// Fills the region; what is too much is cut off.
        #[default]
        Crop "crop" = 0,
        /// Keeps all of it; what is left of the region is background.
        Fit "fit" = 1,
    }
}

choice! {
    /// `region` of acquire: where the recording is to run. The storage should be there as well.
    Area {
        /// Mainland China.
        Cn "CN",
        /// Asia without mainland China.
        Ap "AP",
        /// Europe.
        Eu "EU",
        /// North America.
        Na "NA",
    }
}

choice! {
    /// Whether acquire repeats what start will send, storage keys included (`startParameter`). The vendor then places the
    /// recording better, and refuses a start that differs.
    #[derive(Default)]
    StartParameter {
        /// It does not.
        #[default]
        Omit "omit",
        /// It does.
        Send "send",
    }
}

choice! {
    /// Whether a recorder may run in the region where a sibling of its channel runs (`excludeResourceIds`).
    #[derive(Default)]
    Siblings {
        /// It may.
        #[default]
        Ignore "ignore",
        /// It goes elsewhere, so that one region's fault does not end both.
        Exclude "exclude",
    }
}

choice! {
    /// `sse`: how Amazon S3 encrypts the files it keeps.
    Sse {
        /// With a key of its key management.
        Kms "kms",
        /// With a key of its own.
        Aes256 "aes256",
    }
}

/// `avFileType` of a composite or web recording; MP4 alone is an error of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub enum AvFileType {
    /// `["hls"]`
    #[default]
    Hls,
    /// `["hls", "mp4"]`
    HlsAndMp4,
}

impl AvFileType {
    /// The service's words, which are those of the settings file.
    pub const fn words(self) -> &'static [&'static str] {
        match self {
            Self::Hls => &["hls"],
            Self::HlsAndMp4 => &["hls", "mp4"],
        }
    }
}

impl TryFrom<Vec<String>> for AvFileType {
    type Error = Invalid;

    fn try_from(words: Vec<String>) -> Result<Self, Invalid> {
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["hls"] => Ok(Self::Hls),
            ["hls", "mp4"] | ["mp4", "hls"] => Ok(Self::HlsAndMp4),
            _ => Err(Invalid::plain("av_file_type", format!("{words:?}"), "write [\"hls\"] or [\"hls\", \"mp4\"]")),
        }
    }
}

impl From<AvFileType> for Vec<String> {
    fn from(files: AvFileType) -> Self {
        files.words().iter().map(ToString::to_string).collect()
    }
}
