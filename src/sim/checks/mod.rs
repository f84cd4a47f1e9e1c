//! The service's rules for request bodies: which members there have to be, of which type, in which range. It looks at the
//! body and the mode alone, never at recorders. `storage`, `streams`, `layout` and `web` hold the rules of one object each.

mod layout;
mod members;
mod storage;
mod streams;
#[cfg(test)]
mod tests;
mod web;

use serde_json::{Map, Value};

use self::members::Members;
use self::storage::storage;
use super::scenario::Span;
use super::task::{Individual, Mix, Mode, Output, Streams, Task, Web};

/// Why the service refuses a request: `code` and `reason` of its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Complaint {
    pub(super) code: i64,
    pub(super) reason: String,
}

impl Complaint {
    pub(super) fn new(code: i64, reason: impl Into<String>) -> Self {
        Self { code, reason: reason.into() }
    }

    /// Code 2: type, spelling, range, missing.
    pub(super) fn invalid(what: impl std::fmt::Display) -> Self {
        Self::new(2, format!("invalid parameter: {what}"))
    }
}

type Checked<T> = Result<T, Complaint>;

/// What a resource is acquired for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scene {
    /// 0: users of a channel.
    Channel,
    /// 1: a web page.
    Page,
    /// 2: users of a channel, transcoded afterwards; gone from the current documents.
    Postponed,
}

/// A sound acquire.
pub(super) struct Acquire {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) scene: Scene,
    /// Counted from the start.
    pub(super) expires_after: Span,
    pub(super) start_parameter: Option<Value>,
}

/// A sound start.
pub(super) struct Start {
    pub(super) cname: String,
    pub(super) uid: u32,
    /// Empty where there is none.
    pub(super) token: String,
    /// `fileNamePrefix`, joined and with a trailing slash; empty without one.
    pub(super) prefix: String,
    /// `maxIdleTime`; none for web pages.
    pub(super) max_idle: Option<Span>,
    pub(super) scene: Scene,
    pub(super) task: Task,
    /// The whole `clientRequest`.
    pub(super) request: Value,
}

/// A sound update. What is left out stays as it is.
pub(super) struct Update {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) streams: Option<Streams>,
    pub(super) onhold: Option<bool>,
    pub(super) output: Option<String>,
    /// Whether `storageConfig` is given anew.
    pub(super) storage: bool,
}

/// A sound stop.
pub(super) struct Stop {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) wait: Wait,
}

/// `async_stop`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wait {
    /// Answer when the files are uploaded.
    ForUpload,
    /// Answer at once.
    NotAtAll,
}

pub(super) fn acquire(body: &[u8]) -> Checked<Acquire> {
    let Common { cname, uid, request } = common(body)?;
    let members = request_of(&request);
    members.only(&[
        "scene",
        "resourceExpiredHour",
        "startParameter",
        "excludeResourceIds",
        "region",
        "regionAffinity",
    ])?;
    let scene = match members.whole("scene", 0..=2)? {
        Some(1) => Scene::Page,
        Some(2) => Scene::Postponed,
        Some(_) | None => Scene::Channel,
    };
    let named_well = if scene == Scene::Page { is_label(&cname) } else { is_channel_name(&cname) };
    if !named_well {
        return Err(Complaint::new(401, "invalid_channel_name"));
    }
    members.whole("regionAffinity", 0..=4)?;
    members.texts("excludeResourceIds")?;
    members.word("region", &["CN", "AP", "EU", "NA"])?;
    let hours = members.whole("resourceExpiredHour", 1..=720)?.unwrap_or(72);
    // What is in it is looked at by the start alone.
    let start_parameter = members.object("startParameter")?.map(|found| Value::Object(found.map.clone()));
    Ok(Acquire { cname, uid, scene, expires_after: Span::secs(hours * 3600), start_parameter })
}

pub(super) fn start(mode: Mode, body: &[u8]) -> Checked<Start> {
    let Common { cname, uid, request } = common(body)?;
    let members = request_of(&request);
    members.only(&[
        "token",
        "storageConfig",
        "recordingConfig",
        "recordingFileConfig",
        "snapshotConfig",
        "extensionServiceConfig",
        "appsCollection",
        "transcodeOptions",
    ])?;
    let token = members.text("token")?.unwrap_or_default().to_owned();
    let prefix = storage(&members.needed_object("storageConfig")?)?;
    let scene = scene(&members, mode)?;
    let (task, max_idle) = match mode {
        Mode::Individual => individual(&members)?,
        Mode::Mix => mix(&members)?,
        Mode::Web => page(&members)?,
    };
    check_name(&cname, mode)?;
    Ok(Start { cname, uid, token, prefix, max_idle, scene, task, request: Value::Object(request) })
}

pub(super) fn update(mode: Mode, body: &[u8]) -> Checked<Update> {
    let Common { cname, uid, request } = common(body)?;
    let members = request_of(&request);
    members.only(match mode {
        Mode::Individual | Mode::Mix => &["streamSubscribe", "storageConfig"],
        Mode::Web => &["webRecordingConfig", "rtmpPublishConfig", "storageConfig"],
    })?;
    if members.map.is_empty() {
        return Err(Complaint::invalid("clientRequest is empty: nothing to update"));
    }
    let streams = members.object("streamSubscribe")?.map(|found| streams::stream_subscribe(&found)).transpose()?;
    let onhold = members.object("webRecordingConfig")?.map(|found| onhold(&found)).transpose()?;
    let output = members.object("rtmpPublishConfig")?.map(|found| publish(&found)).transpose()?;
    let storage = members.object("storageConfig")?.map(|found| storage(&found)).transpose()?.is_some();
    check_name(&cname, mode)?;
    Ok(Update { cname, uid, streams, onhold, output, storage })
}

/// The channel and UID of a sound updateLayout. What is wrong within `clientRequest` is code 1028.
pub(super) fn update_layout(body: &[u8]) -> Checked<(String, u32)> {
    let Common { cname, uid, request } = common(body)?;
    let members = request_of(&request);
    let sound = members.only(&layout::MEMBERS).and_then(|()| layout::layout(&members));
    sound.map_err(|complaint| Complaint { code: 1028, ..complaint })?;
    check_name(&cname, Mode::Mix)?;
    Ok((cname, uid))
}

pub(super) fn stop(mode: Mode, body: &[u8]) -> Checked<Stop> {
    let Common { cname, uid, request } = common(body)?;
    let members = request_of(&request);
    members.only(&["async_stop"])?;
    let wait = if members.flag("async_stop")? == Some(true) { Wait::NotAtAll } else { Wait::ForUpload };
    check_name(&cname, mode)?;
    Ok(Stop { cname, uid, wait })
}

/// The channel name in a body, however wrong the rest is.
pub(super) fn cname_of(body: Option<&[u8]>) -> Option<String> {
    let body: Value = serde_json::from_slice(body?).ok()?;
    Some(body.get("cname")?.as_str()?.to_owned())
}

/// The three members all bodies have.
struct Common {
    cname: String,
    uid: u32,
    request: Map<String, Value>,
}

fn common(body: &[u8]) -> Checked<Common> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
        return Err(Complaint::new(8, "invalid http body: not a JSON object"));
    };
    let members = Members { place: "body", map: &body };
    members.only(&["cname", "uid", "clientRequest"])?;
    let cname = members.needed_text("cname")?.to_owned();
    let uid = members.uid("uid")?.ok_or_else(|| members.missing("uid"))?;
    members.needed_object("clientRequest")?;
    match body.remove("clientRequest") {
        Some(Value::Object(request)) => Ok(Common { cname, uid, request }),
        Some(_) | None => Err(Complaint::invalid("clientRequest is missing")),
    }
}

fn request_of(request: &Map<String, Value>) -> Members<'_> {
    Members { place: "clientRequest", map: request }
}

/// `appsCollection` and `transcodeOptions`: members of older clients that ask for transcoding afterwards.
fn scene(members: &Members<'_>, mode: Mode) -> Checked<Scene> {
    if mode == Mode::Web {
        members.without(&["appsCollection", "transcodeOptions"], "is not for mode web")?;
        return Ok(Scene::Page);
    }
    let policy = match members.object("appsCollection")? {
        Some(apps) => {
            apps.only(&["combinationPolicy"])?;
            apps.word("combinationPolicy", &["default", "postpone_transcoding"])?
        }
        None => None,
    };
    if policy == Some("postpone_transcoding") {
        if mode != Mode::Individual {
            return Err(Complaint::invalid("combinationPolicy postpone_transcoding is for mode individual"));
        }
        if let Some(options) = members.object("transcodeOptions")? {
            options.only(&["container", "transConfig", "audio"])?;
        }
        return Ok(Scene::Postponed);
    }
    members.without(&["transcodeOptions"], "needs appsCollection with postpone_transcoding")?;
    Ok(Scene::Channel)
}

fn individual(members: &Members<'_>) -> Checked<(Task, Option<Span>)> {
    members.without(&["extensionServiceConfig"], "is for mode web")?;
    let recording = streams::recording(&members.needed_object("recordingConfig")?, Mode::Individual)?;
    let (files, shots) = (members.object("recordingFileConfig")?, members.object("snapshotConfig")?);
    if files.is_none() && shots.is_none() {
        return Err(not_selected());
    }
    if let Some(files) = files
        && file_types(&files)?
    {
        return Err(files.wrong("avFileType", "[\"hls\"] in mode individual"));
    }
    if let Some(shots) = &shots {
        snapshots(shots)?;
        if recording.streams.video == super::task::Subscription::Nobody {
            return Err(Complaint::invalid(
                "snapshotConfig needs video: streamTypes 1 or 2, and a video list beside an audio one",
            ));
        }
    }
    let streams::Recording { max_idle, streams, merged } = recording;
    Ok((Task::Individual(Individual { screenshots: shots.is_some(), streams, merged }), Some(max_idle)))
}

fn mix(members: &Members<'_>) -> Checked<(Task, Option<Span>)> {
    members.without(&["extensionServiceConfig"], "is for mode web")?;
    members.without(&["snapshotConfig"], "is for mode individual")?;
    let recording = streams::recording(&members.needed_object("recordingConfig")?, Mode::Mix)?;
    let mp4 = file_types(&members.object("recordingFileConfig")?.ok_or_else(not_selected)?)?;
    Ok((Task::Mix(Mix { mp4, streams: recording.streams }), Some(recording.max_idle)))
}

fn page(members: &Members<'_>) -> Checked<(Task, Option<Span>)> {
    members.without(&["snapshotConfig"], "is for mode individual")?;
    members.without(&["recordingConfig"], "is for the modes individual and mix")?;
    let services = members.object("extensionServiceConfig")?.ok_or_else(not_selected)?;
    let web::Page { longest, ready_timeout, onhold, output } = web::services(&services)?;
    let mp4 = members.object("recordingFileConfig")?.map(|files| file_types(&files)).transpose()?.unwrap_or(false);
    // Since when it connects is known once it runs.
    let output = output.map(|url| Output { url, since_ms: i64::MAX });
    Ok((Task::Web(Web { mp4, longest, ready_timeout, onhold, output }), None))
}

fn not_selected() -> Complaint {
    Complaint::new(2, "services not selected!")
}

fn snapshots(members: &Members<'_>) -> Checked<()> {
    members.only(&["captureInterval", "fileType"])?;
    // 1 as the guide to screenshots says; the reference says 5.
    members.whole("captureInterval", 1..=3600)?;
    if members.texts("fileType")? == ["jpg"] { Ok(()) } else { Err(members.wrong("fileType", "[\"jpg\"]")) }
}

/// `recordingFileConfig`; returns whether an MP4 is wanted.
fn file_types(members: &Members<'_>) -> Checked<bool> {
    members.only(&["avFileType"])?;
    match members.texts("avFileType")?.as_slice() {
        [] if !members.map.contains_key("avFileType") => Ok(false),
        ["hls"] => Ok(false),
        ["hls", "mp4"] | ["mp4", "hls"] => Ok(true),
        _ => Err(members.wrong("avFileType", "[\"hls\"] or [\"hls\",\"mp4\"]")),
    }
}

fn onhold(members: &Members<'_>) -> Checked<bool> {
    members.only(&["onhold"])?;
    Ok(members.flag("onhold")?.unwrap_or(false))
}

fn publish(members: &Members<'_>) -> Checked<String> {
    members.only(&["outputs"])?;
    web::outputs(members)
}

/// Code 1013, as calls after acquire are told (vendor: common errors).
fn check_name(cname: &str, mode: Mode) -> Checked<()> {
    let sound = match mode {
        Mode::Individual | Mode::Mix => is_channel_name(cname),
        Mode::Web => is_label(cname),
    };
    if sound { Ok(()) } else { Err(Complaint::new(1013, "the channel name is invalid")) }
}

/// 1 to 63 bytes of the vendor's 89 characters.
fn is_channel_name(cname: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&()+-:;<=.>?@[]^_{}~,|".contains(&byte);
    (1..64).contains(&cname.len()) && cname.bytes().all(allowed)
}

/// The name of a web page's recording: 1 to 1024 bytes; older texts say 128. Nothing is said about its characters.
fn is_label(cname: &str) -> bool {
    (1..=1024).contains(&cname.len()) && !cname.contains(char::is_control)
}
