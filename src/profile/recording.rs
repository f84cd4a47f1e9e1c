//! What a recorder in the channel records and how (`recordingConfig`): of users one by one, or of all in one picture.

use std::str::FromStr;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::choices::{AudioProfile, AvFileType, ChannelType, Cipher, StreamMode, StreamTypes, VideoStream};
use super::invalid::Invalid;
use super::json::Object;
use super::layout::Transcoding;
use super::numbers::{CaptureInterval, MaxIdleTime, UidGroup};
use super::secret::{Secret, SecretField};
use super::uids::{self, Listen};

/// What both kinds of recordings of a channel have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Common<S> {
    /// Must be what the apps of the channel use; otherwise nothing is recorded.
    pub channel_type: ChannelType,
    /// Audio, video or both.
    pub stream_types: StreamTypes,
    /// How long the channel may be empty.
    pub max_idle_time: MaxIdleTime,
    /// Which of a user's two video streams.
    pub video_stream: VideoStream,
    /// How to decrypt, where the apps encrypt.
    pub encryption: Option<Encryption<S>>,
    /// Whose sound.
    pub audio: Listen,
    /// Whose pictures.
    pub video: Listen,
    /// Switches that the vendor's support hands out.
    pub private_params: Option<PrivateParams>,
}

impl<S> Common<S> {
    /// Everything but the channel type at its default.
    pub fn new(channel_type: ChannelType) -> Self {
        Self {
            channel_type,
            stream_types: StreamTypes::default(),
            max_idle_time: MaxIdleTime::default(),
            video_stream: VideoStream::default(),
            encryption: None,
            audio: Listen::default(),
            video: Listen::default(),
            private_params: None,
        }
    }
}

impl<S: Secret> Common<S> {
    pub(super) fn map<T>(&self, each: &mut dyn FnMut(SecretField, &S) -> Option<T>) -> Option<Common<T>> {
        let Self { channel_type, stream_types, max_idle_time, video_stream, .. } = *self;
        let encryption = match &self.encryption {
            None => None,
            Some(encryption) => Some(encryption.map(each)?),
        };
        let (audio, video) = (self.audio.clone(), self.video.clone());
        let private_params = self.private_params.clone();
        Some(Common {
            channel_type,
            stream_types,
            max_idle_time,
            video_stream,
            encryption,
            audio,
            video,
            private_params,
        })
    }
}

impl Common<SecretString> {
    /// Up to the idle time, then what only some recordings have, then `rest`.
    fn json(&self, stream_mode: StreamMode, audio_profile: AudioProfile) -> Object {
        let not_default = |number: u32| (number != 0).then_some(number);
        let object = Object::new()
            .with("channelType", self.channel_type.number())
            .with("streamTypes", self.stream_types.number())
            .with_some("streamMode", (stream_mode != StreamMode::Default).then(|| stream_mode.word()))
            .with_some("decryptionMode", self.encryption.as_ref().map(|encryption| encryption.cipher.number()))
            .with_some("secret", self.encryption.as_ref().map(|encryption| &encryption.secret))
            .with_some("salt", self.encryption.as_ref().and_then(|encryption| encryption.salt.as_ref()))
            .with("maxIdleTime", self.max_idle_time.get())
            .with_some("videoStreamType", not_default(self.video_stream.number()))
            .with_some("audioProfile", not_default(audio_profile.number()));
        self.video.add_to(self.audio.add_to(object, uids::AUDIO), uids::VIDEO)
    }

    fn private(&self) -> Option<&str> {
        self.private_params.as_ref().map(PrivateParams::as_str)
    }
}

/// `decryptionMode` with its `secret` and `salt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encryption<S> {
    cipher: Cipher,
    secret: S,
    salt: Option<S>,
}

impl<S: Secret> Encryption<S> {
    /// How the apps encrypt.
    ///
    /// # Errors
    /// When the secret is empty, and when a salt is missing where the mode needs one, or there where it needs none.
    pub fn new(cipher: Cipher, secret: S, salt: Option<S>) -> Result<Self, Invalid> {
        secret.check(SecretField::DecryptionSecret)?;
        let salted = match cipher {
            Cipher::Aes128Gcm2 | Cipher::Aes256Gcm2 => true,
            Cipher::Aes128Xts
            | Cipher::Aes128Ecb
            | Cipher::Aes256Xts
            | Cipher::Sm4
            | Cipher::Aes128Gcm
            | Cipher::Aes256Gcm => false,
        };
        match (&salt, salted) {
            (Some(salt), true) => salt.check(SecretField::DecryptionSalt)?,
            (None, true) => return Err(Invalid::text("decryption", cipher.word(), "this mode needs a salt")),
            (Some(_), false) => {
                return Err(Invalid::text("decryption", cipher.word(), "only the modes in _gcm2 have a salt"));
            }
            (None, false) => {}
        }
        Ok(Self { cipher, secret, salt })
    }

    /// The mode.
    pub const fn cipher(&self) -> Cipher {
        self.cipher
    }

    /// The secret.
    pub const fn secret(&self) -> &S {
        &self.secret
    }

    /// The salt, where the mode has one.
    pub const fn salt(&self) -> Option<&S> {
        self.salt.as_ref()
    }

    fn map<T>(&self, each: &mut dyn FnMut(SecretField, &S) -> Option<T>) -> Option<Encryption<T>> {
        let secret = each(SecretField::DecryptionSecret, &self.secret);
        let salt = match &self.salt {
            None => Some(None),
            Some(salt) => each(SecretField::DecryptionSalt, salt).map(Some),
        };
        Some(Encryption { cipher: self.cipher, secret: secret?, salt: salt? })
    }
}

/// `privateParams`: a JSON object as text, such as `{"correctEXTINF":true}`, which adds the comma after `#EXTINF:<seconds>`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PrivateParams(String);

impl PrivateParams {
    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PrivateParams {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        if Value::from_str(&text).is_ok_and(|value| value.is_object()) {
            return Ok(Self(text));
        }
        Err(Invalid::text("private_params", &text, "it has to be a JSON object, such as {\"correctEXTINF\":true}"))
    }
}

impl From<PrivateParams> for String {
    fn from(params: PrivateParams) -> Self {
        params.0
    }
}

/// A recording of all users in one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mix<S> {
    /// What every recording of a channel has.
    pub common: Common<S>,
    /// The mixed sound.
    pub audio_profile: AudioProfile,
    /// Size and layout of the picture; without it, the service's defaults.
    pub transcoding: Option<Transcoding>,
    /// Kinds of files.
    pub files: AvFileType,
}

impl<S> Mix<S> {
    /// Everything but the channel type at its default.
    pub fn new(channel_type: ChannelType) -> Self {
        Self {
            common: Common::new(channel_type),
            audio_profile: AudioProfile::default(),
            transcoding: None,
            files: AvFileType::default(),
        }
    }
}

impl Mix<SecretString> {
    pub(super) fn recording_config(&self) -> Object {
        let object = self.common.json(StreamMode::Default, self.audio_profile);
        let object = object.with_some("transcodingConfig", self.transcoding.as_ref().map(Transcoding::json));
        object.with_some("privateParams", self.common.private())
    }
}

/// What an individual recording leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Capture {
    /// Files of sound and pictures, always `["hls"]`.
    Files,
    /// Those and screenshots.
    FilesAndScreenshots(CaptureInterval),
    /// Screenshots only. The service then forbids `recordingFileConfig`.
    Screenshots(CaptureInterval),
}

impl Capture {
    /// How often a screenshot is taken, if any.
    pub const fn interval(self) -> Option<CaptureInterval> {
        match self {
            Self::Files => None,
            Self::FilesAndScreenshots(interval) | Self::Screenshots(interval) => Some(interval),
        }
    }

    /// Whether there are files of sound and pictures.
    pub const fn has_files(self) -> bool {
        match self {
            Self::Files | Self::FilesAndScreenshots(_) => true,
            Self::Screenshots(_) => false,
        }
    }
}

/// A recording of every user for itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Individual<S> {
    common: Common<S>,
    stream_mode: StreamMode,
    uid_group: UidGroup,
    capture: Capture,
}

impl<S: Secret> Individual<S> {
    /// A recording from its parts.
    ///
    /// # Errors
    /// When original sound is asked for together with pictures, and when screenshots are asked for where no pictures are
    /// recorded, or none of the users whose sound is listed.
    pub fn new(
        common: Common<S>,
        stream_mode: StreamMode,
        uid_group: UidGroup,
        capture: Capture,
    ) -> Result<Self, Invalid> {
        if stream_mode == StreamMode::Original && common.stream_types != StreamTypes::Audio {
            let rule = "sound as it was sent needs stream_types = \"audio\"";
            return Err(Invalid::text("stream_mode", stream_mode.word(), rule));
        }
        if capture.interval().is_some() {
            if common.stream_types == StreamTypes::Audio {
                let rule = "screenshots need pictures: stream_types = \"video\" or \"both\"";
                return Err(Invalid::text("stream_types", common.stream_types.word(), rule));
            }
            if common.audio.is_said() && !common.video.is_said() {
                let rule = "with screenshots, where UIDs are listed for audio, list those for video too";
                return Err(Invalid::plain("subscribe_video_uids", "(missing)", rule));
            }
        }
        Ok(Self { common, stream_mode, uid_group, capture })
    }

    /// What every recording of a channel has.
    pub const fn common(&self) -> &Common<S> {
        &self.common
    }

    /// How streams become files.
    pub const fn stream_mode(&self) -> StreamMode {
        self.stream_mode
    }

    /// For how many users it is laid out.
    pub const fn uid_group(&self) -> UidGroup {
        self.uid_group
    }

    /// What it leaves behind.
    pub const fn capture(&self) -> Capture {
        self.capture
    }

    pub(super) fn map<T>(&self, each: &mut dyn FnMut(SecretField, &S) -> Option<T>) -> Option<Individual<T>> {
        let Self { common, stream_mode, uid_group, capture } = self;
        let (stream_mode, uid_group, capture) = (*stream_mode, *uid_group, *capture);
        Some(Individual { common: common.map(each)?, stream_mode, uid_group, capture })
    }
}

impl Individual<SecretString> {
    pub(super) fn recording_config(&self) -> Object {
        let object = self.common.json(self.stream_mode, AudioProfile::Standard);
        object.with("subscribeUidGroup", self.uid_group.get()).with_some("privateParams", self.common.private())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::secret::Variable;
    use crate::profile::uids::UidList;

    fn common(stream_types: StreamTypes) -> Common<Variable> {
        Common { stream_types, ..Common::new(ChannelType::LiveBroadcast) }
    }

    fn individual(common: Common<Variable>, mode: StreamMode, capture: Capture) -> Result<(), String> {
        let group = UidGroup::try_from(0).expect("valid");
        Individual::new(common, mode, group, capture).map(|_| ()).map_err(|error| error.to_string())
    }

    #[test]
    fn original_sound_goes_with_sound_only() {
        for types in StreamTypes::ALL {
            let made = individual(common(*types), StreamMode::Original, Capture::Files);
            assert_eq!(made.is_ok(), *types == StreamTypes::Audio, "{made:?}");
            assert!(individual(common(*types), StreamMode::Standard, Capture::Files).is_ok());
        }
    }

    #[test]
    fn screenshots_need_pictures_and_a_list_of_them_where_there_is_one_of_sound() {
        for capture in
            [Capture::Screenshots(CaptureInterval::default()), Capture::FilesAndScreenshots(CaptureInterval::default())]
        {
            let of = |common| individual(common, StreamMode::Default, capture);
            assert!(of(common(StreamTypes::Both)).is_ok() && of(common(StreamTypes::Video)).is_ok());
            assert!(of(common(StreamTypes::Audio)).expect_err("no pictures").contains("screenshots need pictures"));
            let list = || Listen::Only(UidList::try_from(vec![7_u32]).expect("valid"));
            let sound = Common { audio: list(), ..common(StreamTypes::Both) };
            assert!(of(sound.clone()).expect_err("no pictures").contains("list those for video too"));
            assert!(of(Common { video: list(), ..sound }).is_ok());
        }
    }

    #[test]
    fn the_modes_with_salt_need_one_and_no_other_has_one() {
        let variable = || Variable::try_from("SECRET".to_owned()).expect("valid");
        for cipher in Cipher::ALL {
            let salted = [7, 8].contains(&cipher.number());
            assert_eq!(Encryption::new(*cipher, variable(), None).is_ok(), !salted, "{cipher:?}");
            assert_eq!(Encryption::new(*cipher, variable(), Some(variable())).is_ok(), salted, "{cipher:?}");
        }
        let error = Encryption::new(Cipher::Aes128Xts, SecretString::from(" "), None).expect_err("empty").to_string();
        assert!(error.starts_with("recording.decryption.secret"), "{error}");
    }

    #[test]
    fn private_parameters_are_a_json_object() {
        for (text, ok) in [("{\"correctEXTINF\":true}", true), ("{}", true), ("[]", false), ("{", false), ("", false)] {
            assert_eq!(PrivateParams::try_from(text.to_owned()).is_ok(), ok, "{text:?}");
        }
    }
}
