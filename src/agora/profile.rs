//! How a recording is made: everything a start in composite mode needs besides channel, UID and credentials of the API. Each
//! type checks its own range, so a profile that exists can be sent. The settings read [`Recording`] and [`Storage`] from their
//! file; the two storage keys are secrets and come on their own way.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::account::Invalid;

/// A recording profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What is recorded and how.
    pub recording: Recording,
    /// Where the files go.
    pub storage: Storage,
    keys: StorageKeys,
}

impl Profile {
    /// A profile from its parts.
    pub const fn new(recording: Recording, storage: Storage, keys: StorageKeys) -> Self {
        Self { recording, storage, keys }
    }

    /// The keys of the storage.
    pub(super) const fn keys(&self) -> &StorageKeys {
        &self.keys
    }
}

/// The pair of keys that lets Agora write into the operator's storage.
#[derive(Clone, Debug)]
pub struct StorageKeys {
    /// `accessKey`.
    pub(super) access_key: SecretString,
    /// `secretKey`.
    pub(super) secret_key: SecretString,
}

impl StorageKeys {
    /// The pair. An empty key is refused here, since the service takes it and then loses the recording.
    pub fn new(access_key: SecretString, secret_key: SecretString) -> Result<Self, Invalid> {
        let rule = "it may not be empty; Agora could not write the files";
        for (field, key) in [("access_key", &access_key), ("secret_key", &secret_key)] {
            if key.expose_secret().trim().is_empty() {
                return Err(Invalid::text(field, "", rule));
            }
        }
        Ok(Self { access_key, secret_key })
    }
}

/// What is recorded and how.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recording {
    /// Must be what the apps of the channel use; otherwise nothing is recorded.
    pub channel_type: ChannelType,
    /// Audio, video or both.
    #[serde(default)]
    pub stream_types: StreamTypes,
    /// How long the channel may be empty.
    #[serde(default)]
    pub max_idle_time: MaxIdleTime,
    /// Size and layout of the picture; without it, the service's defaults.
    #[serde(default)]
    pub transcoding: Option<Transcoding>,
    /// Kinds of files.
    #[serde(default)]
    pub av_file_type: AvFileType,
    /// How long the recording can be asked about.
    #[serde(default)]
    pub resource_expired_hour: ResourceExpiredHour,
}

impl Recording {
    /// Everything but the channel type at its default.
    pub fn new(channel_type: ChannelType) -> Self {
        Self {
            channel_type,
            stream_types: StreamTypes::default(),
            max_idle_time: MaxIdleTime::default(),
            transcoding: None,
            av_file_type: AvFileType::default(),
            resource_expired_hour: ResourceExpiredHour::default(),
        }
    }
}

/// `channelType`: the profile of the SDK in the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChannelType {
    /// 0: everybody may speak.
    Communication,
    /// 1: hosts and audience.
    LiveBroadcast,
}

/// `streamTypes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamTypes {
    /// 0
    Audio,
    /// 1
    Video,
    /// 2
    #[default]
    Both,
}

/// `avFileType` in composite mode; MP4 alone is an error of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub enum AvFileType {
    /// `["hls"]`
    #[default]
    Hls,
    /// `["hls", "mp4"]`
    HlsAndMp4,
}

impl TryFrom<Vec<String>> for AvFileType {
    type Error = Invalid;

    fn try_from(words: Vec<String>) -> Result<Self, Invalid> {
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["hls"] => Ok(Self::Hls),
            ["hls", "mp4"] => Ok(Self::HlsAndMp4),
            _ => Err(Invalid::plain("av_file_type", format!("{words:?}"), "write [\"hls\"] or [\"hls\", \"mp4\"]")),
        }
    }
}

macro_rules! bounded {
    ($(#[$doc:meta])* $name:ident, $field:literal, $range:expr, $default:expr, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
        #[serde(try_from = "u32")]
        pub struct $name(u32);

        impl $name {
            /// The number.
            pub const fn get(self) -> u32 {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self($default)
            }
        }

        impl TryFrom<u32> for $name {
            type Error = Invalid;

            fn try_from(number: u32) -> Result<Self, Invalid> {
                if ($range).contains(&number) { Ok(Self(number)) } else { Err(Invalid::plain($field, number, $rule)) }
            }
        }
    };
}

bounded! {
    /// `maxIdleTime`: Agora ends the recording after this many seconds without anybody publishing; 5 to 2592000. The default
    /// is the vendor's advice for production, 300, and not the service's own 30.
    MaxIdleTime, "max_idle_time", 5..=2_592_000, 300, "it has to be from 5 to 2592000 seconds (30 days)"
}

impl MaxIdleTime {
    /// As a duration.
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

bounded! {
    /// `resourceExpiredHour`: for this many hours after the start the recording can be queried and stopped; 1 to 720, by
    /// default 72 as the service's. It does not end the recording.
    ResourceExpiredHour, "resource_expired_hour", 1..=720, 72, "it has to be from 1 to 720 hours"
}

/// `transcodingConfig`: the composite picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Picture")]
pub struct Transcoding(Picture);

/// The numbers of a [`Transcoding`], not checked yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// Pixels; with the height at most as many as in 1920 x 1080.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second: 1, 7, 10, 15, 24, 30 or 60.
    pub fps: u32,
    /// kbit/s, 1 to 6500.
    pub bitrate: u32,
    /// Where the users are in the picture.
    #[serde(default)]
    pub layout: Layout,
}

/// `mixedVideoLayout`. The custom layout (3) needs a region per user and is not offered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Layout {
    /// 0: the first user fills the picture, the others float above.
    #[default]
    Floating,
    /// 1: as many equal tiles as there are users.
    BestFit,
    /// 2: one user large, the others in a column.
    Vertical,
}

impl Transcoding {
    /// The picture.
    pub const fn picture(&self) -> &Picture {
        &self.0
    }
}

impl TryFrom<Picture> for Transcoding {
    type Error = Invalid;

    fn try_from(picture: Picture) -> Result<Self, Invalid> {
        let Picture { width, height, fps, bitrate, layout: _ } = picture;
        if width == 0 || height == 0 || u64::from(width) * u64::from(height) > 1920 * 1080 {
            let rule = "each side has to be at least 1 and the product at most 1920x1080";
            return Err(Invalid::plain("transcoding size", format_args!("{width}x{height}"), rule));
        }
        if ![1, 7, 10, 15, 24, 30, 60].contains(&fps) {
            let rule = "it has to be 1, 7, 10, 15, 24, 30 or 60; Agora replaces any other number by 15";
            return Err(Invalid::plain("fps", fps, rule));
        }
        if !(1..=6500).contains(&bitrate) {
            return Err(Invalid::plain("bitrate", bitrate, "it has to be from 1 to 6500 kbit/s"));
        }
        Ok(Self(picture))
    }
}

/// `storageConfig` without its keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Place")]
pub struct Storage(Place);

/// The parts of a [`Storage`], not checked yet.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The vendor's number: 1 Amazon S3, 2 Alibaba, 3 Tencent, 5 Azure, 6 Google, 7 Huawei, 8 Baidu, 11 S3-compatible.
    pub vendor: u32,
    /// The number of the region in the vendor's table.
    pub region: u32,
    /// The bucket's name.
    pub bucket: String,
    /// The folder of the files, one part each: letters and digits; with slashes at most 128 characters.
    #[serde(default)]
    pub file_name_prefix: Vec<String>,
    /// The address of an S3-compatible storage, for vendor 11 only.
    #[serde(default)]
    pub endpoint: Option<String>,
}

impl Storage {
    /// Its parts.
    pub const fn place(&self) -> &Place {
        &self.0
    }
}

impl TryFrom<Place> for Storage {
    type Error = Invalid;

    fn try_from(place: Place) -> Result<Self, Invalid> {
        let Place { vendor, region: _, bucket, file_name_prefix, endpoint } = &place;
        if ![1, 2, 3, 5, 6, 7, 8, 11].contains(vendor) {
            let rule = "it has to be 1 (Amazon S3), 2 (Alibaba), 3 (Tencent), 5 (Azure), 6 (Google), 7 (Huawei), 8 (Baidu) \
                        or 11 (S3-compatible)";
            return Err(Invalid::plain("vendor", vendor, rule));
        }
        if bucket.is_empty() || bucket.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(Invalid::text("bucket", bucket, "it has to be a bucket's name, without spaces"));
        }
        for part in file_name_prefix {
            if part.is_empty() || !part.bytes().all(|b| b.is_ascii_alphanumeric()) {
                return Err(Invalid::text(
                    "file_name_prefix",
                    part,
                    "each part has to be letters a-z A-Z and digits only",
                ));
            }
        }
        // Agora counts the slash after each part.
        if file_name_prefix.iter().map(|part| part.len() + 1).sum::<usize>() > 128 {
            let rule = "its parts, each with a slash, may have at most 128 characters together";
            return Err(Invalid::text("file_name_prefix", &file_name_prefix.join("/"), rule));
        }
        match (vendor, endpoint.as_deref().map(str::trim)) {
            (11, None | Some("")) => {
                Err(Invalid::plain("endpoint", "(empty)", "vendor 11 (S3-compatible) needs the address of the storage"))
            }
            (11, Some(_)) | (_, None) => Ok(Self(place)),
            (_, Some(given)) => Err(Invalid::text("endpoint", given, "it is for vendor 11 (S3-compatible) only")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place { vendor: 1, region: 7, bucket: "b".into(), file_name_prefix: vec![], endpoint: None }
    }

    fn refused<T: std::fmt::Debug>(result: Result<T, Invalid>) -> String {
        result.expect_err("against the rules").to_string()
    }

    #[test]
    fn ranges_hold_at_both_ends_and_errors_name_field_value_and_rule() {
        for (number, ok) in [(4, false), (5, true), (2_592_000, true), (2_592_001, false)] {
            assert_eq!(MaxIdleTime::try_from(number).is_ok(), ok, "{number}");
        }
        for (number, ok) in [(0, false), (1, true), (720, true), (721, false)] {
            assert_eq!(ResourceExpiredHour::try_from(number).is_ok(), ok, "{number}");
        }
        let error = refused(MaxIdleTime::try_from(4));
        assert_eq!(error, "max_idle_time 4 cannot be used: it has to be from 5 to 2592000 seconds (30 days)");
    }

    #[test]
    fn a_picture_keeps_to_what_the_service_can_draw() {
        let good = Picture { width: 1080, height: 1920, fps: 24, bitrate: 6500, layout: Layout::BestFit };
        assert!(Transcoding::try_from(good).is_ok());
        assert!(refused(Transcoding::try_from(Picture { width: 1921, ..good })).contains("1921x1920"));
        assert!(refused(Transcoding::try_from(Picture { height: 0, ..good })).contains("at least 1"));
        assert!(refused(Transcoding::try_from(Picture { fps: 25, ..good })).starts_with("fps 25"));
        assert!(refused(Transcoding::try_from(Picture { bitrate: 6501, ..good })).starts_with("bitrate 6501"));
    }

    #[test]
    fn a_folder_has_parts_of_letters_and_digits_and_128_characters() {
        let with = |parts: &[&str]| {
            Storage::try_from(Place { file_name_prefix: parts.iter().map(ToString::to_string).collect(), ..place() })
        };
        assert!(with(&["rec", "2026"]).is_ok());
        assert!(with(&[&"x".repeat(127)]).is_ok());
        assert!(refused(with(&[&"x".repeat(128)])).contains("128 characters"));
        for bad in ["", "a/b", "a-b", "ä"] {
            assert!(refused(with(&[bad])).contains(&format!("{bad:?}")));
        }
    }

    #[test]
    fn only_an_s3_compatible_storage_has_an_address() {
        let with = |vendor, endpoint: Option<&str>| {
            Storage::try_from(Place { vendor, endpoint: endpoint.map(Into::into), ..place() }).is_ok()
        };
        assert!(with(1, None) && with(11, Some("s3.example")));
        assert!(!with(11, None) && !with(11, Some(" ")) && !with(1, Some("s3.example")) && !with(4, None));
    }

    #[test]
    fn settings_read_the_parts_that_are_not_secret_and_an_error_names_the_place() {
        let text = "channel_type = \"live_broadcast\"\nav_file_type = [\"hls\", \"mp4\"]\nmax_idle_time = 60\n\
                    transcoding = { width = 640, height = 360, fps = 15, bitrate = 800, layout = \"best_fit\" }";
        let read: Recording = toml::from_str(text).expect("valid");
        assert_eq!((read.channel_type, read.av_file_type), (ChannelType::LiveBroadcast, AvFileType::HlsAndMp4));
        assert_eq!(read.max_idle_time.duration(), Duration::from_secs(60));
        let error = toml::from_str::<Recording>("channel_type = \"communication\"\nmax_idle_time = 3")
            .expect_err("too short")
            .to_string();
        assert!(error.contains("line 2") && error.contains("max_idle_time 3"), "{error}");
        assert!(toml::from_str::<Storage>("vendor = 1\nregion = 7\nbucket = \"b\"\ncolour = 1").is_err());
    }

    #[test]
    fn an_empty_key_is_refused_and_no_key_is_ever_shown() {
        let error = refused(StorageKeys::new("CANARY-access".into(), " ".into()));
        assert!(error.starts_with("secret_key") && !error.contains("CANARY"), "{error}");
    }
}
