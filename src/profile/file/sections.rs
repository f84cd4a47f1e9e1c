//! The tables of a profile put together, and taken apart again. Which tables and settings belong to which mode stands here.

use serde::{Deserialize, Serialize};

use super::parts::{AcquireText, DecryptionText, FilesText, RecordingText, SnapshotText, StorageText, WebText};
use super::reference::{listen, said};
use crate::profile::choices::{AvFileType, Kind};
use crate::profile::invalid::Invalid;
use crate::profile::numbers::UidGroup;
use crate::profile::recording::{Capture, Common, Encryption, Individual, Mix};
use crate::profile::secret::Variable;
use crate::profile::{Body, Draft};

/// A profile as its tables. Written, it is one `[profile.NAME]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    /// `mode`
    #[serde(default)]
    pub mode: Kind,
    /// `acquire`
    #[serde(default)]
    pub acquire: AcquireText,
    /// `recording`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording: Option<RecordingText>,
    /// `snapshot`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<SnapshotText>,
    /// `web`
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub web: Option<WebText>,
    /// `storage`
    pub storage: StorageText,
}

impl TryFrom<Sections> for Draft {
    type Error = Invalid;

    fn try_from(sections: Sections) -> Result<Self, Invalid> {
        let Sections { mode, acquire, recording, snapshot, web, storage } = sections;
        let hours = recording.as_ref().and_then(|recording| recording.resource_expired_hour);
        if acquire.resource_expired_hour.is_some()
            && let Some(hours) = hours
        {
            let rule = "it is in acquire too; leave it out of recording";
            return Err(Invalid::plain("resource_expired_hour", hours.get(), rule));
        }
        let body = match (mode, recording, snapshot, web) {
            (Kind::Individual, Some(recording), snapshot, None) => Body::Individual(individual(recording, snapshot)?),
            (Kind::Mix, Some(recording), None, None) => Body::Mix(mix(recording)?),
            (Kind::Web, None, None, Some(web)) => Body::Web(web.try_into()?),
            (Kind::Individual | Kind::Mix, None, _, _) => return Err(wrong(mode, "it needs the table recording")),
            (Kind::Web, _, _, None) => return Err(wrong(mode, "it needs the table web")),
            (Kind::Individual | Kind::Mix, _, _, Some(_)) => {
                return Err(wrong(mode, "the table web is for mode = \"web\" only"));
            }
            (Kind::Mix | Kind::Web, _, Some(_), _) => {
                return Err(wrong(mode, "the table snapshot is for mode = \"individual\" only"));
            }
            (Kind::Web, Some(_), _, _) => return Err(wrong(mode, "it has no table recording")),
        };
        Ok(Self { acquire: acquire.acquire(hours), body, storage: storage.try_into()? })
    }
}

fn wrong(mode: Kind, rule: &'static str) -> Invalid {
    Invalid::text("mode", mode.word(), rule)
}

fn individual(text: RecordingText, snapshot: Option<SnapshotText>) -> Result<Individual<Variable>, Invalid> {
    let only_mix = "it is for mode = \"mix\" only";
    if let Some(profile) = text.audio_profile {
        return Err(Invalid::text("audio_profile", profile.word(), only_mix));
    }
    if text.transcoding.is_some() {
        return Err(Invalid::plain("transcoding", "", only_mix));
    }
    let capture = match (text.av_file_type, snapshot.map(|snapshot| snapshot.capture_interval)) {
        (None | Some(FilesText::Some(AvFileType::Hls)), None) => Capture::Files,
        (None | Some(FilesText::Some(AvFileType::Hls)), Some(interval)) => Capture::FilesAndScreenshots(interval),
        (Some(FilesText::None), Some(interval)) => Capture::Screenshots(interval),
        (Some(FilesText::None), None) => {
            return Err(Invalid::plain("av_file_type", "[]", "without files there has to be a table snapshot"));
        }
        (Some(FilesText::Some(AvFileType::HlsAndMp4)), _) => {
            let rule = "individual recordings have [\"hls\"] only, or [] for screenshots only";
            return Err(Invalid::plain("av_file_type", "[\"hls\", \"mp4\"]", rule));
        }
    };
    let group = text.subscribe_uid_group.ok_or_else(|| {
        let numbers = UidGroup::RANGE;
        let rule =
            format!("individual recordings need it: {} to {} by number of users", numbers.start(), numbers.end());
        Invalid::plain("subscribe_uid_group", "(missing)", rule)
    })?;
    let stream_mode = text.stream_mode.unwrap_or_default();
    Individual::new(common(text)?, stream_mode, group, capture)
}

fn mix(text: RecordingText) -> Result<Mix<Variable>, Invalid> {
    let only_individual = "it is for mode = \"individual\" only";
    if let Some(mode) = text.stream_mode {
        return Err(Invalid::text("stream_mode", mode.word(), only_individual));
    }
    if let Some(group) = text.subscribe_uid_group {
        return Err(Invalid::plain("subscribe_uid_group", group.get(), only_individual));
    }
    let files = match text.av_file_type {
        None => AvFileType::default(),
        Some(FilesText::Some(files)) => files,
        Some(FilesText::None) => {
            return Err(Invalid::plain("av_file_type", "[]", "write [\"hls\"] or [\"hls\", \"mp4\"]"));
        }
    };
    let (audio_profile, transcoding) = (text.audio_profile.unwrap_or_default(), text.transcoding.clone());
    Ok(Mix { common: common(text)?, audio_profile, transcoding, files })
}

fn common(text: RecordingText) -> Result<Common<Variable>, Invalid> {
    let encryption = match text.decryption {
        None => None,
        Some(DecryptionText { mode, secret, salt }) => {
            Some(Encryption::new(mode, secret.env, salt.map(|salt| salt.env))?)
        }
    };
    let clash = |field| move |rule: &'static str| Invalid::plain(field, "", rule);
    Ok(Common {
        channel_type: text.channel_type,
        stream_types: text.stream_types,
        max_idle_time: text.max_idle_time,
        video_stream: text.video_stream_type,
        encryption,
        audio: listen(text.subscribe_audio_uids, text.unsubscribe_audio_uids)
            .map_err(clash("unsubscribe_audio_uids"))?,
        video: listen(text.subscribe_video_uids, text.unsubscribe_video_uids)
            .map_err(clash("unsubscribe_video_uids"))?,
        private_params: text.private_params,
    })
}

impl From<&Draft> for Sections {
    fn from(draft: &Draft) -> Self {
        let mut sections = Self {
            mode: draft.kind(),
            acquire: (&draft.acquire).into(),
            recording: None,
            snapshot: None,
            web: None,
            storage: (&draft.storage).into(),
        };
        match &draft.body {
            Body::Individual(individual) => {
                let capture = individual.capture();
                let files = if capture.has_files() { FilesText::Some(AvFileType::Hls) } else { FilesText::None };
                sections.snapshot = capture.interval().map(|capture_interval| SnapshotText { capture_interval });
                sections.recording = Some(RecordingText {
                    av_file_type: Some(files),
                    stream_mode: Some(individual.stream_mode()),
                    subscribe_uid_group: Some(individual.uid_group()),
                    ..recording(individual.common())
                });
            }
            Body::Mix(mix) => {
                sections.recording = Some(RecordingText {
                    av_file_type: Some(FilesText::Some(mix.files)),
                    audio_profile: Some(mix.audio_profile),
                    transcoding: mix.transcoding.clone(),
                    ..recording(&mix.common)
                });
            }
            Body::Web(web) => sections.web = Some(web.into()),
        }
        sections
    }
}

fn recording(common: &Common<Variable>) -> RecordingText {
    let (subscribe_audio_uids, unsubscribe_audio_uids) = said(&common.audio);
    let (subscribe_video_uids, unsubscribe_video_uids) = said(&common.video);
    let decryption = common.encryption.as_ref().map(|encryption| DecryptionText {
        mode: encryption.cipher(),
        secret: encryption.secret().clone().into(),
        salt: encryption.salt().cloned().map(Into::into),
    });
    RecordingText {
        channel_type: common.channel_type,
        stream_types: common.stream_types,
        max_idle_time: common.max_idle_time,
        video_stream_type: common.video_stream,
        av_file_type: None,
        stream_mode: None,
        subscribe_uid_group: None,
        audio_profile: None,
        subscribe_audio_uids,
        unsubscribe_audio_uids,
        subscribe_video_uids,
        unsubscribe_video_uids,
        private_params: common.private_params.clone(),
        resource_expired_hour: None,
        decryption,
        transcoding: None,
    }
}
