//! `recordingConfig` of a foreign body, with the files and screenshots that belong to it.

use super::Variables;
use super::picture::{transcoding, uid_of};
use super::walk::Node;
use crate::monitor::ids::Uid;
use crate::profile::choices::{AvFileType, ChannelType, Cipher, StreamMode};
use crate::profile::numbers::{CaptureInterval, MaxIdleTime};
use crate::profile::recording::{Capture, Common, Encryption, Individual, Mix};
use crate::profile::secret::{SecretField, Variable};
use crate::profile::uids::{EVERYBODY, Listen, UidList};

/// What the service takes where a body says nothing.
const IDLE_OF_THE_SERVICE: u32 = 30;

/// A recording of all users in one picture.
pub fn mix(request: &mut Node<'_>, variables: &Variables<'_>) -> Option<Mix<Variable>> {
    no_use(request, &["snapshotConfig", "extensionServiceConfig"], "a composite recording");
    let files = files(request);
    let mut config = config(request)?;
    no_use(&mut config, &["streamMode", "subscribeUidGroup"], "a composite recording");
    let common = common(&mut config, variables);
    let audio_profile = config.number("audioProfile");
    let transcoding = match config.object("transcodingConfig") {
        Some(mut picture) => {
            let read = transcoding(&mut picture);
            picture.end();
            read.map(Some)
        }
        None => Some(None),
    };
    config.end();
    Some(Mix {
        common: common?,
        audio_profile: audio_profile.unwrap_or_default(),
        transcoding: transcoding?,
        files: files?,
    })
}

/// A recording of every user for itself.
pub fn individual(request: &mut Node<'_>, variables: &Variables<'_>) -> Option<Individual<Variable>> {
    no_use(request, &["extensionServiceConfig"], "an individual recording");
    let capture = capture(request);
    let mut config = config(request)?;
    no_use(&mut config, &["audioProfile", "transcodingConfig"], "an individual recording");
    let common = common(&mut config, variables);
    if !config.has("subscribeUidGroup") {
        config.missing("subscribeUidGroup");
    }
    let group = config.number("subscribeUidGroup");
    let mode = stream_mode(&mut config);
    let made =
        (|| Some(Individual::new(common?, mode?, group?, capture?).map_err(|error| config.whole_problem(&error))))();
    config.end();
    made?.ok()
}

fn no_use(node: &mut Node<'_>, keys: &[&str], in_: &str) {
    for key in keys {
        if node.take(key).is_some() {
            node.note(key, format!("has no effect in {in_}; left out"));
        }
    }
}

fn config<'f>(request: &mut Node<'f>) -> Option<Node<'f>> {
    if !request.has("recordingConfig") {
        request.missing("recordingConfig");
    }
    request.object("recordingConfig")
}

fn stream_mode(config: &mut Node<'_>) -> Option<StreamMode> {
    let Some(word) = config.text("streamMode") else { return Some(StreamMode::default()) };
    let found = StreamMode::ALL.iter().copied().find(|mode| mode.word() == word);
    if found.is_none() {
        config.problem("streamMode", format!("{word:?} cannot be used: it has to be default, standard or original"));
    }
    found
}

fn common(config: &mut Node<'_>, variables: &Variables<'_>) -> Option<Common<Variable>> {
    if !config.has("channelType") {
        config.note("channelType", "is missing; taken for 0 (communication), as the service does");
    }
    let had_type = config.has("channelType");
    let channel_type = config.number("channelType").or((!had_type).then_some(ChannelType::Communication));
    let stream_types = config.number("streamTypes").unwrap_or_default();
    let max_idle_time = idle_time(config);
    let video_stream = config.number("videoStreamType").unwrap_or_default();
    let encryption = encryption(config, variables);
    let audio = listen(config, "subscribeAudioUids", ["unsubscribeAudioUids", "unSubscribeAudioUids"]);
    let video = listen(config, "subscribeVideoUids", ["unsubscribeVideoUids", "unSubscribeVideoUids"]);
    let private_params = config.checked("privateParams");
    Some(Common {
        channel_type: channel_type?,
        stream_types,
        max_idle_time: max_idle_time?,
        video_stream,
        encryption: encryption?,
        audio,
        video,
        private_params,
    })
}

fn idle_time(config: &mut Node<'_>) -> Option<MaxIdleTime> {
    if config.has("maxIdleTime") {
        return config.number("maxIdleTime");
    }
    let says =
        format!("is missing; taken for {IDLE_OF_THE_SERVICE} s, as the service does; 300 is the vendor's advice");
    config.note("maxIdleTime", says);
    MaxIdleTime::try_from(IDLE_OF_THE_SERVICE).ok()
}

/// The outer `None` stands for a problem.
#[expect(clippy::option_option, reason = "a problem is not the same as no encryption")]
fn encryption(config: &mut Node<'_>, variables: &Variables<'_>) -> Option<Option<Encryption<Variable>>> {
    let mode = config.plain("decryptionMode").unwrap_or_default();
    let secret = variables.take(config, "secret", SecretField::DecryptionSecret);
    let salt = variables.take(config, "salt", SecretField::DecryptionSalt);
    if mode == 0 {
        return Some(None);
    }
    let cipher = Cipher::try_from(mode).map_err(|error| config.invalid("decryptionMode", &error)).ok()?;
    let Some(secret) = secret else {
        config.missing("secret");
        return None;
    };
    // A salt does no harm where the mode has none.
    let salt = salt.filter(|_| [Cipher::Aes128Gcm2, Cipher::Aes256Gcm2].contains(&cipher));
    Encryption::new(cipher, secret, salt).map(Some).map_err(|error| config.invalid("decryptionMode", &error)).ok()
}

/// Whose stream of one medium. Both spellings of the list of those to leave out are read.
fn listen(config: &mut Node<'_>, only: &str, except: [&str; 2]) -> Listen {
    let included = uids(config, only);
    let excluded = except.map(|key| (key, uids(config, key))).into_iter().find_map(|(key, list)| Some((key, list?)));
    match (included, excluded) {
        (None, None) => Listen::Unsaid,
        (Some(list), None) => list.map_or(Listen::Everybody, Listen::Only),
        (None, Some((_, Some(list)))) => Listen::Except(list),
        (None, Some((key, None))) => {
            config.problem(key, "would leave everybody out; set streamTypes instead");
            Listen::Unsaid
        }
        (Some(_), Some((key, _))) => {
            config.problem(key, format!("cannot be used together with {only}"));
            Listen::Unsaid
        }
    }
}

/// A list, or everybody (`None` inside).
#[expect(clippy::option_option, reason = "no list is not the same as a list of everybody")]
fn uids(config: &mut Node<'_>, key: &str) -> Option<Option<UidList>> {
    let value = config.take(key)?;
    let Some(items) = value.as_array() else {
        config.problem(key, "cannot be used: a list of UIDs in quotes is needed");
        return None;
    };
    if items.is_empty() {
        config.note(key, "is an empty list; left out");
        return None;
    }
    if items.iter().any(|item| item == EVERYBODY) {
        if items.len() > 1 {
            config.note(key, format!("holds {EVERYBODY}, so the other UIDs in it were left out"));
        }
        return Some(None);
    }
    let Some(uids) = items.iter().map(uid_of).collect::<Option<Vec<Uid>>>() else {
        config.problem(key, "cannot be used: each UID has to be a whole number from 1 to 4294967295 in quotes");
        return None;
    };
    UidList::try_from(uids).map(Some).map_err(|error| config.invalid(key, &error)).ok()
}

/// `avFileType` of a composite or web recording. `None` stands for a problem.
pub fn files(request: &mut Node<'_>) -> Option<AvFileType> {
    let Some(words) = file_words(request) else { return Some(AvFileType::default()) };
    let checked = AvFileType::try_from(words);
    checked
        .map_err(|error| {
            request.problem("recordingFileConfig.avFileType", format!("{} cannot be used: {}", error.value, error.rule))
        })
        .ok()
}

fn file_words(request: &mut Node<'_>) -> Option<Vec<String>> {
    let mut config = request.object("recordingFileConfig")?;
    let words = config.texts("avFileType");
    config.end();
    words
}

fn capture(request: &mut Node<'_>) -> Option<Capture> {
    let has_files = request.has("recordingFileConfig");
    if let Some(words) = file_words(request)
        && words != ["hls"]
    {
        let what = format!("{words:?} cannot be used: an individual recording has [\"hls\"] only");
        request.problem("recordingFileConfig.avFileType", what);
    }
    let Some(mut config) = request.object("snapshotConfig") else { return Some(Capture::Files) };
    let had = config.has("captureInterval");
    let interval = config.number("captureInterval").or((!had).then(CaptureInterval::default));
    if config.texts("fileType").is_some_and(|kinds| kinds != ["jpg"]) {
        config.problem("fileType", "cannot be used: it has to be [\"jpg\"]");
    }
    config.end();
    let interval = interval?;
    Some(if has_files { Capture::FilesAndScreenshots(interval) } else { Capture::Screenshots(interval) })
}
