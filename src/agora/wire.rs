//! The service's JSON of requests, to the letter, built from checked values. It decides nothing and reads nothing.

use secrecy::ExposeSecret;
use serde::Serialize;

use super::profile::{AvFileType, ChannelType, Layout, Profile, Recording, StreamTypes, Transcoding};
use crate::monitor::event::StopWait;
use crate::monitor::ids::{Cname, Uid};

/// The three members of every POST body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Post<'a, R> {
    cname: &'a str,
    uid: String,
    client_request: R,
}

impl<'a, R> Post<'a, R> {
    /// A body about this recorder. The UID is a number in quotes.
    pub fn new(cname: &'a Cname, uid: Uid, client_request: R) -> Self {
        Self { cname: cname.as_str(), uid: uid.to_string(), client_request }
    }
}

/// `clientRequest` of acquire. Without `startParameter`: it would have to repeat the storage keys to the letter.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Acquire {
    scene: u8,
    resource_expired_hour: u32,
}

impl Acquire {
    /// Real-time audio and video (scene 0).
    pub const fn new(recording: &Recording) -> Self {
        Self { scene: 0, resource_expired_hour: recording.resource_expired_hour.get() }
    }
}

/// `clientRequest` of start. Holds the storage keys, so it has no `Debug`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Start<'a> {
    recording_config: RecordingConfig,
    recording_file_config: RecordingFileConfig,
    storage_config: StorageConfig<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordingConfig {
    channel_type: u8,
    stream_types: u8,
    max_idle_time: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    transcoding_config: Option<TranscodingConfig>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TranscodingConfig {
    width: u32,
    height: u32,
    fps: u32,
    bitrate: u32,
    mixed_video_layout: u8,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RecordingFileConfig {
    av_file_type: &'static [&'static str],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StorageConfig<'a> {
    vendor: u32,
    region: u32,
    bucket: &'a str,
    access_key: &'a str,
    secret_key: &'a str,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    file_name_prefix: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_params: Option<ExtensionParams<'a>>,
}

#[derive(Serialize)]
struct ExtensionParams<'a> {
    endpoint: &'a str,
}

impl<'a> Start<'a> {
    /// The parameters of a profile, the storage keys in the clear.
    pub fn new(profile: &'a Profile) -> Self {
        let (recording, place, keys) = (&profile.recording, profile.storage.place(), profile.keys());
        Self {
            recording_config: RecordingConfig {
                channel_type: channel_type(recording.channel_type),
                stream_types: stream_types(recording.stream_types),
                max_idle_time: recording.max_idle_time.get(),
                transcoding_config: recording.transcoding.as_ref().map(TranscodingConfig::new),
            },
            recording_file_config: RecordingFileConfig { av_file_type: av_file_type(recording.av_file_type) },
            storage_config: StorageConfig {
                vendor: place.vendor,
                region: place.region,
                bucket: &place.bucket,
                access_key: keys.access_key.expose_secret(),
                secret_key: keys.secret_key.expose_secret(),
                file_name_prefix: &place.file_name_prefix,
                extension_params: place.endpoint.as_deref().map(|endpoint| ExtensionParams { endpoint }),
            },
        }
    }
}

impl TranscodingConfig {
    fn new(transcoding: &Transcoding) -> Self {
        let picture = transcoding.picture();
        let mixed_video_layout = match picture.layout {
            Layout::Floating => 0,
            Layout::BestFit => 1,
            Layout::Vertical => 2,
        };
        let (width, height, fps, bitrate) = (picture.width, picture.height, picture.fps, picture.bitrate);
        Self { width, height, fps, bitrate, mixed_video_layout }
    }
}

const fn channel_type(channel_type: ChannelType) -> u8 {
    match channel_type {
        ChannelType::Communication => 0,
        ChannelType::LiveBroadcast => 1,
    }
}

const fn stream_types(stream_types: StreamTypes) -> u8 {
    match stream_types {
        StreamTypes::Audio => 0,
        StreamTypes::Video => 1,
        StreamTypes::Both => 2,
    }
}

const fn av_file_type(av_file_type: AvFileType) -> &'static [&'static str] {
    match av_file_type {
        AvFileType::Hls => &["hls"],
        AvFileType::HlsAndMp4 => &["hls", "mp4"],
    }
}

/// `clientRequest` of stop. This one key is in snake case.
#[derive(Serialize)]
pub struct Stop {
    async_stop: bool,
}

impl Stop {
    /// Asynchronous means: do not wait for the upload.
    pub const fn new(wait: StopWait) -> Self {
        match wait {
            StopWait::ForUpload => Self { async_stop: false },
            StopWait::No => Self { async_stop: true },
        }
    }
}
