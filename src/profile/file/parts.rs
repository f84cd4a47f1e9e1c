//! The tables of a profile one by one, each as a shape that reads and writes itself. What does not depend on the mode is checked
//! here, so that an error stays near its place.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::reference::{Reference, UidsText};
use crate::monitor::ids::Uid;
use crate::profile::Acquire;
use crate::profile::address::{ImageUrl, PageUrl};
use crate::profile::choices::{
    Area, AudioProfile, AvFileType, ChannelType, Cipher, Siblings, Sse, StartParameter, StreamMode, StreamTypes,
    VideoStream,
};
use crate::profile::invalid::Invalid;
use crate::profile::layout::{Arrangement, Background, Color, Layout, Picture, Regions, Transcoding};
use crate::profile::numbers::{
    Bitrate, CaptureInterval, Fps, MaxIdleTime, MaxRecordingHour, MaxVideoDuration, ReadyTimeout, ResourceExpiredHour,
    UidGroup, WebBitrate, WebFps,
};
use crate::profile::recording::PrivateParams;
use crate::profile::secret::Variable;
use crate::profile::storage::{Keys, NameOrNumber, Place, Storage, StorageParts, Sts};
use crate::profile::web::{Page, PageParts, StreamUrl, Web};

/// `[profile.NAME.acquire]`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AcquireText {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_expired_hour: Option<ResourceExpiredHour>,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Area>,
    #[serde(skip_serializing_if = "is_default")]
    start_parameter: StartParameter,
    #[serde(skip_serializing_if = "is_default")]
    siblings: Siblings,
}

impl AcquireText {
    /// With the hours that a file of reelwatch 0.1 may have in another table.
    pub(super) fn acquire(self, elsewhere: Option<ResourceExpiredHour>) -> Acquire {
        let Self { resource_expired_hour, region, start_parameter, siblings } = self;
        let resource_expired_hour = resource_expired_hour.or(elsewhere).unwrap_or_default();
        Acquire { resource_expired_hour, region, start_parameter, siblings }
    }
}

impl From<&Acquire> for AcquireText {
    fn from(acquire: &Acquire) -> Self {
        let Acquire { resource_expired_hour, region, start_parameter, siblings } = *acquire;
        Self { resource_expired_hour: Some(resource_expired_hour), region, start_parameter, siblings }
    }
}

/// `[profile.NAME.recording]`, for both modes that have one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordingText {
    pub(super) channel_type: ChannelType,
    #[serde(default)]
    pub(super) stream_types: StreamTypes,
    #[serde(default)]
    pub(super) max_idle_time: MaxIdleTime,
    #[serde(default, skip_serializing_if = "is_default")]
    pub(super) video_stream_type: VideoStream,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) av_file_type: Option<FilesText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) stream_mode: Option<StreamMode>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) subscribe_uid_group: Option<UidGroup>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) audio_profile: Option<AudioProfile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) subscribe_audio_uids: Option<UidsText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unsubscribe_audio_uids: Option<UidsText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) subscribe_video_uids: Option<UidsText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) unsubscribe_video_uids: Option<UidsText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) private_params: Option<PrivateParams>,
    /// Where reelwatch 0.1 had it; it is read here and written into `acquire`.
    #[serde(default, skip_serializing)]
    pub(super) resource_expired_hour: Option<ResourceExpiredHour>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) decryption: Option<DecryptionText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) transcoding: Option<Transcoding>,
}

/// `decryption = { mode = ..., secret = ..., salt = ... }`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DecryptionText {
    pub(super) mode: Cipher,
    pub(super) secret: Reference,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) salt: Option<Reference>,
}

/// `av_file_type` of any mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<String>", into = "Vec<String>")]
pub(super) enum FilesText {
    /// `[]`: screenshots only.
    None,
    /// Files.
    Some(AvFileType),
}

impl TryFrom<Vec<String>> for FilesText {
    type Error = Invalid;

    fn try_from(words: Vec<String>) -> Result<Self, Invalid> {
        if words.is_empty() { Ok(Self::None) } else { AvFileType::try_from(words).map(Self::Some) }
    }
}

impl From<FilesText> for Vec<String> {
    fn from(files: FilesText) -> Self {
        match files {
            FilesText::None => Vec::new(),
            FilesText::Some(files) => files.into(),
        }
    }
}

/// `[profile.NAME.snapshot]`
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SnapshotText {
    #[serde(default)]
    pub(super) capture_interval: CaptureInterval,
}

/// `transcoding = { ... }`
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct TranscodingText {
    #[serde(default = "default_width")]
    width: u32,
    #[serde(default = "default_height")]
    height: u32,
    #[serde(default)]
    fps: Fps,
    #[serde(default)]
    bitrate: Bitrate,
    #[serde(default)]
    layout: LayoutWord,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max_resolution_uid: Option<Uid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    background_color: Option<Color>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    background_image: Option<ImageUrl>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default_user_background_image: Option<ImageUrl>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    backgrounds: Vec<Background>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    regions: Option<Regions>,
}

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum LayoutWord {
    #[default]
    Floating,
    BestFit,
    Vertical,
    Custom,
}

fn default_width() -> u32 {
    Picture::default().width
}

fn default_height() -> u32 {
    Picture::default().height
}

impl TryFrom<TranscodingText> for Transcoding {
    type Error = Invalid;

    fn try_from(text: TranscodingText) -> Result<Self, Invalid> {
        let layout = match (text.layout, text.max_resolution_uid, text.regions) {
            (LayoutWord::Vertical, large, None) => Layout::Vertical { large },
            (LayoutWord::Custom, None, Some(regions)) => Layout::Custom(regions),
            (LayoutWord::Floating, None, None) => Layout::Floating,
            (LayoutWord::BestFit, None, None) => Layout::BestFit,
            (LayoutWord::Custom, _, None) => return Err(Invalid::text("layout", "custom", "it needs regions")),
            (_, Some(uid), _) => {
                return Err(Invalid::plain("max_resolution_uid", uid, "it is for layout = \"vertical\" only"));
            }
            (_, _, Some(_)) => return Err(Invalid::plain("regions", "", "they are for layout = \"custom\" only")),
        };
        let arrangement = Arrangement {
            layout,
            background_color: text.background_color,
            background_image: text.background_image,
            default_user_background_image: text.default_user_background_image,
            backgrounds: text.backgrounds,
        };
        let TranscodingText { width, height, fps, bitrate, .. } = text;
        Transcoding::try_from(Picture { width, height, fps, bitrate, arrangement })
    }
}

impl From<&Transcoding> for TranscodingText {
    fn from(transcoding: &Transcoding) -> Self {
        let Picture { width, height, fps, bitrate, arrangement } = transcoding.picture().clone();
        let Arrangement { layout, background_color, background_image, default_user_background_image, backgrounds } =
            arrangement;
        let (layout, max_resolution_uid, regions) = match layout {
            Layout::Floating => (LayoutWord::Floating, None, None),
            Layout::BestFit => (LayoutWord::BestFit, None, None),
            Layout::Vertical { large } => (LayoutWord::Vertical, large, None),
            Layout::Custom(regions) => (LayoutWord::Custom, None, Some(regions)),
        };
        Self {
            width,
            height,
            fps,
            bitrate,
            layout,
            max_resolution_uid,
            background_color,
            background_image,
            default_user_background_image,
            backgrounds,
            regions,
        }
    }
}

impl<'de> Deserialize<'de> for Transcoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TranscodingText::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Transcoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        TranscodingText::from(self).serialize(serializer)
    }
}

/// `[profile.NAME.web]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebText {
    url: PageUrl,
    #[serde(default)]
    audio_profile: AudioProfile,
    video_width: u32,
    video_height: u32,
    max_recording_hour: MaxRecordingHour,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    video_bitrate: Option<WebBitrate>,
    #[serde(default)]
    video_fps: WebFps,
    #[serde(default, skip_serializing_if = "is_default")]
    mobile: bool,
    #[serde(default)]
    max_video_duration: MaxVideoDuration,
    #[serde(default, skip_serializing_if = "is_default")]
    onhold: bool,
    #[serde(default)]
    ready_timeout: ReadyTimeout,
    #[serde(default)]
    av_file_type: AvFileType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rtmp_url: Option<Reference>,
}

impl TryFrom<WebText> for Web<Variable> {
    type Error = Invalid;

    fn try_from(text: WebText) -> Result<Self, Invalid> {
        let page = Page::try_from(PageParts {
            url: text.url,
            audio_profile: text.audio_profile,
            width: text.video_width,
            height: text.video_height,
            max_recording_hour: text.max_recording_hour,
            bitrate: text.video_bitrate,
            fps: text.video_fps,
            mobile: text.mobile,
            max_video_duration: text.max_video_duration,
            onhold: text.onhold,
            ready_timeout: text.ready_timeout,
        })?;
        let push = text.rtmp_url.map(|reference| StreamUrl::new(reference.env)).transpose()?;
        Ok(Self { page, push, files: text.av_file_type })
    }
}

impl From<&Web<Variable>> for WebText {
    fn from(web: &Web<Variable>) -> Self {
        let parts = web.page.parts().clone();
        Self {
            url: parts.url,
            audio_profile: parts.audio_profile,
            video_width: parts.width,
            video_height: parts.height,
            max_recording_hour: parts.max_recording_hour,
            video_bitrate: parts.bitrate,
            video_fps: parts.fps,
            mobile: parts.mobile,
            max_video_duration: parts.max_video_duration,
            onhold: parts.onhold,
            ready_timeout: parts.ready_timeout,
            av_file_type: web.files,
            rtmp_url: web.push.as_ref().map(|url| url.get().clone().into()),
        }
    }
}

/// `[profile.NAME.storage]`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageText {
    vendor: NameOrNumber,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<NameOrNumber>,
    bucket: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    file_name_prefix: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sse: Option<Sse>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    endpoint: Option<String>,
    access_key: Reference,
    secret_key: Reference,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sts_token: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sts_expiration: Option<u64>,
}

impl TryFrom<StorageText> for Storage<Variable> {
    type Error = Invalid;

    fn try_from(text: StorageText) -> Result<Self, Invalid> {
        let vendor = text.vendor.vendor()?;
        let region = match &text.region {
            Some(region) => region.region(vendor)?,
            None if vendor.has_one_region() => 0,
            None => return Err(Invalid::plain("region", "(missing)", format!("{} needs one", vendor.word()))),
        };
        let place = Place::try_from(StorageParts {
            vendor,
            region,
            bucket: text.bucket,
            file_name_prefix: text.file_name_prefix,
            sse: text.sse,
            tag: text.tag,
            endpoint: text.endpoint,
        })?;
        let sts = match (text.sts_token, text.sts_expiration) {
            (Some(token), expiration) => Some(Sts { token: token.env, expiration }),
            (None, None) => None,
            (None, Some(at)) => return Err(Invalid::plain("sts_expiration", at, "it goes with an sts_token only")),
        };
        Storage::new(place, Keys::new(text.access_key.env, text.secret_key.env, sts)?)
    }
}

impl From<&Storage<Variable>> for StorageText {
    fn from(storage: &Storage<Variable>) -> Self {
        let StorageParts { vendor, region, bucket, file_name_prefix, sse, tag, endpoint } =
            storage.place().parts().clone();
        let by_name = |(_, name, _): &(u32, &str, _)| NameOrNumber::Name((*name).to_owned());
        let region_ = vendor.region(region).map_or(NameOrNumber::Number(region), by_name);
        let keys = storage.keys();
        Self {
            vendor: NameOrNumber::Name(vendor.word().to_owned()),
            region: (!vendor.has_one_region()).then_some(region_),
            bucket,
            file_name_prefix,
            sse,
            tag,
            endpoint,
            access_key: keys.access_key().clone().into(),
            secret_key: keys.secret_key().clone().into(),
            sts_token: keys.sts().map(|sts| sts.token.clone().into()),
            sts_expiration: keys.sts().and_then(|sts| sts.expiration),
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
