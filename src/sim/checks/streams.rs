//! What of a channel is recorded: `recordingConfig`, and the subscribe lists of start and update.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::layout::picture;
use super::members::Members;
use super::{Checked, Complaint};
use crate::sim::scenario::Span;
use crate::sim::task::{Mode, Streams, Subscription};

/// Everything a subscribe list may be called. The capital S is that of older texts and of three official clients; `unsunscribe`
/// is what the vendor's Python client sends with an update.
const AUDIO_LISTS: [&str; 4] =
    ["subscribeAudioUids", "unsubscribeAudioUids", "unSubscribeAudioUids", "unsunscribeAudioUids"];
const VIDEO_LISTS: [&str; 4] =
    ["subscribeVideoUids", "unsubscribeVideoUids", "unSubscribeVideoUids", "unsunscribeVideoUids"];
const MOST_UIDS: usize = 32;

/// What `recordingConfig` says.
pub(super) struct Recording {
    pub(super) max_idle: Span,
    pub(super) streams: Streams,
    /// `streamMode` is `standard`: each user's tracks also come merged.
    pub(super) merged: bool,
}

/// `recordingConfig` of the two modes that have one.
pub(super) fn recording(members: &Members<'_>, mode: Mode) -> Checked<Recording> {
    let mut names = vec![
        "channelType",
        "streamTypes",
        "streamMode",
        "decryptionMode",
        "secret",
        "salt",
        "maxIdleTime",
        "videoStreamType",
        "audioProfile",
        "subscribeUidGroup",
        "transcodingConfig",
        "privateParams",
    ];
    names.extend(AUDIO_LISTS);
    names.extend(VIDEO_LISTS);
    members.only(&names)?;
    members.needed_whole("channelType", 0..=1)?;
    let types = members.whole("streamTypes", 0..=2)?.unwrap_or(2);
    members.whole("videoStreamType", 0..=1)?;
    let group = members.whole("subscribeUidGroup", 0..=5)?;
    decryption(members)?;
    if members.text("privateParams")?.is_some_and(|text| serde_json::from_str::<serde_json::Value>(text).is_err()) {
        return Err(members.wrong("privateParams", "JSON in a string"));
    }
    let stream_mode = members.word("streamMode", &["default", "standard", "original"])?.unwrap_or("default");
    match mode {
        Mode::Individual => {
            members.without(&["transcodingConfig", "audioProfile"], "is for mode mix")?;
            group.ok_or_else(|| members.missing("subscribeUidGroup"))?;
            if stream_mode == "original" && types != 0 {
                return Err(members.wrong("streamMode", "default or standard, unless streamTypes is 0"));
            }
        }
        Mode::Mix | Mode::Web => {
            if stream_mode != "default" {
                return Err(members.wrong("streamMode", "left out: it is for mode individual"));
            }
            members.whole("audioProfile", 0..=2)?;
            members.object("transcodingConfig")?.map_or(Ok(()), |config| picture(&config))?;
        }
    }
    let max_idle = Span::secs(members.whole("maxIdleTime", 5..=2_592_000)?.unwrap_or(30));
    let mut streams = subscriptions(members, members)?.unwrap_or(Streams::EVERYBODY);
    if types == 0 {
        streams.video = Subscription::Nobody;
    }
    if types == 1 {
        streams.audio = Subscription::Nobody;
    }
    Ok(Recording { max_idle, streams, merged: stream_mode == "standard" })
}

fn decryption(members: &Members<'_>) -> Checked<()> {
    let mode = members.whole("decryptionMode", 0..=8)?.unwrap_or(0);
    let (secret, salt) = (members.text("secret")?, members.text("salt")?);
    if mode > 0 && secret.is_none_or(str::is_empty) {
        return Err(members.missing("secret"));
    }
    if mode >= 7 {
        let bytes = salt.and_then(|salt| STANDARD.decode(salt).ok()).ok_or_else(|| members.missing("salt"))?;
        if bytes.len() != 32 {
            return Err(members.wrong("salt", "32 bytes in base64"));
        }
    }
    Ok(())
}

/// `streamSubscribe` of an update.
pub(super) fn stream_subscribe(members: &Members<'_>) -> Checked<Streams> {
    members.only(&["audioUidList", "videoUidList"])?;
    let (audio, video) = (members.object("audioUidList")?, members.object("videoUidList")?);
    let nothing = serde_json::Map::new();
    let nothing = Members { place: "streamSubscribe", map: &nothing };
    let (audio, video) = (audio.unwrap_or(nothing), video.unwrap_or(nothing));
    audio.only(&AUDIO_LISTS)?;
    video.only(&VIDEO_LISTS)?;
    subscriptions(&audio, &video)?.ok_or_else(|| members.wrong("audioUidList", "given, or videoUidList"))
}

/// The lists for audio and for video; `None` where there is neither. Where one medium alone has a list, nobody is subscribed
/// for the other.
fn subscriptions(audio_place: &Members<'_>, video_place: &Members<'_>) -> Checked<Option<Streams>> {
    let (audio, video) = (subscription(audio_place, &AUDIO_LISTS)?, subscription(video_place, &VIDEO_LISTS)?);
    if audio.is_none() && video.is_none() {
        return Ok(None);
    }
    let given = |list: Option<Subscription>| list.unwrap_or(Subscription::Nobody);
    Ok(Some(Streams { audio: given(audio), video: given(video) }))
}

/// At most 32 numeric UIDs or `#allstream#`, and never both lists of one medium.
fn subscription(members: &Members<'_>, names: &[&'static str]) -> Checked<Option<Subscription>> {
    let mut given = names.iter().filter(|name| members.map.contains_key(**name));
    let Some(name) = given.next() else { return Ok(None) };
    if let Some(other) = given.next() {
        return Err(Complaint::invalid(format!("{name} and {other} exclude each other")));
    }
    let texts = members.texts(name)?;
    let wanted = name.starts_with("subscribe");
    if wanted && texts == ["#allstream#"] {
        return Ok(Some(Subscription::Everybody));
    }
    let uids: Option<Vec<u32>> = texts.iter().map(|text| text.parse().ok()).collect();
    match uids {
        Some(uids) if uids.len() <= MOST_UIDS => {
            Ok(Some(if wanted { Subscription::Only(uids) } else { Subscription::Except(uids) }))
        }
        Some(_) | None => Err(members.wrong(name, "at most 32 UIDs that fit into uint32")),
    }
}
