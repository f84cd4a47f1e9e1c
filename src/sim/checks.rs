//! The service's rules for request bodies: which members there have to be, of which type, in which range. It looks at the
//! body alone, never at recorders.

use std::ops::RangeInclusive;

use serde_json::{Map, Value};

use super::scenario::Span;

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

    fn invalid(what: impl std::fmt::Display) -> Self {
        Self::new(2, format!("invalid parameter: {what}"))
    }
}

type Checked<T> = Result<T, Complaint>;

/// A sound acquire.
pub(super) struct Acquire {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) expires_after: Span,
    pub(super) start_parameter: Option<Value>,
}

/// A sound start.
pub(super) struct Start {
    pub(super) cname: String,
    pub(super) uid: u32,
    pub(super) max_idle: Span,
    pub(super) mp4: bool,
    pub(super) prefix: String,
    /// The whole `clientRequest`.
    pub(super) request: Value,
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
    let (cname, uid, request) = common(body)?;
    if !is_channel_name(&cname) {
        return Err(Complaint::new(401, "invalid_channel_name"));
    }
    let members = Members { place: "clientRequest", map: &request };
    members.only(&[
        "scene",
        "resourceExpiredHour",
        "startParameter",
        "excludeResourceIds",
        "region",
        "regionAffinity",
    ])?;
    members.whole("scene", 0..=2)?;
    members.whole("regionAffinity", 0..=4)?;
    members.texts("excludeResourceIds")?;
    if members.text("region")?.is_some_and(|region| !["CN", "AP", "EU", "NA"].contains(&region)) {
        return Err(Complaint::invalid("region must be one of CN, AP, EU, NA"));
    }
    let hours = members.whole("resourceExpiredHour", 1..=720)?.unwrap_or(72);
    let start_parameter = members.object("startParameter")?.map(|map| Value::Object(map.clone()));
    Ok(Acquire { cname, uid, expires_after: Span::secs(hours * 3600), start_parameter })
}

pub(super) fn start(body: &[u8]) -> Checked<Start> {
    let (cname, uid, request) = common(body)?;
    let members = Members { place: "clientRequest", map: &request };
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
    members.text("token")?;
    let prefix = storage(members.needed_object("storageConfig")?)?;
    let max_idle = recording(members.needed_object("recordingConfig")?)?;
    let files = members.object("recordingFileConfig")?.ok_or_else(|| Complaint::new(2, "services not selected!"))?;
    let mp4 = file_types(files)?;
    Ok(Start { cname, uid, max_idle, mp4, prefix, request: Value::Object(request) })
}

pub(super) fn stop(body: &[u8]) -> Checked<Stop> {
    let (cname, uid, request) = common(body)?;
    let wait = match request.get("async_stop") {
        None | Some(Value::Bool(false)) => Wait::ForUpload,
        Some(Value::Bool(true)) => Wait::NotAtAll,
        Some(_) => return Err(Complaint::invalid("async_stop must be true or false")),
    };
    Ok(Stop { cname, uid, wait })
}

/// The channel name in a body, however wrong the rest is.
pub(super) fn cname_of(body: Option<&[u8]>) -> Option<String> {
    let body: Value = serde_json::from_slice(body?).ok()?;
    Some(body.get("cname")?.as_str()?.to_owned())
}

/// The three members all bodies have.
fn common(body: &[u8]) -> Checked<(String, u32, Map<String, Value>)> {
    let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
        return Err(Complaint::new(8, "invalid http body: not a JSON object"));
    };
    let members = Members { place: "the body", map: &body };
    members.only(&["cname", "uid", "clientRequest"])?;
    let cname = members.needed_text("cname")?.to_owned();
    let digits = members.needed_text("uid")?;
    let uid = digits.parse().ok().filter(|uid| *uid != 0 && digits.bytes().all(|byte| byte.is_ascii_digit()));
    let uid = uid.ok_or_else(|| Complaint::invalid("uid must be a number from 1 to 4294967295 in quotes"))?;
    members.needed_object("clientRequest")?;
    match body.remove("clientRequest") {
        Some(Value::Object(request)) => Ok((cname, uid, request)),
        Some(_) | None => Err(Complaint::invalid("clientRequest is missing")),
    }
}

/// 1 to 63 bytes of the vendor's 89 characters.
fn is_channel_name(cname: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" !#$%&()+-:;<=.>?@[]^_{}~,|".contains(&byte);
    (1..64).contains(&cname.len()) && cname.bytes().all(allowed)
}

/// `storageConfig`; returns the joined file name prefix.
fn storage(config: &Map<String, Value>) -> Checked<String> {
    let members = Members { place: "storageConfig", map: config };
    let vendor = members.needed_whole("vendor", 1..=11)?;
    if ![1, 2, 3, 5, 6, 7, 8, 11].contains(&vendor) {
        return Err(Complaint::invalid("storageConfig.vendor is not a storage vendor"));
    }
    members.needed_whole("region", 0..=28)?;
    for name in ["bucket", "accessKey", "secretKey"] {
        if members.needed_text(name)?.is_empty() {
            return Err(Complaint::invalid(format!("storageConfig.{name} is empty")));
        }
    }
    let parts = members.texts("fileNamePrefix")?;
    if !parts.iter().all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        return Err(Complaint::invalid("storageConfig.fileNamePrefix may hold letters and digits only"));
    }
    let prefix: String = parts.iter().flat_map(|part| [part, "/"]).collect();
    if prefix.len() > 128 {
        return Err(Complaint::invalid("storageConfig.fileNamePrefix is longer than 128 characters"));
    }
    Ok(prefix)
}

/// `recordingConfig` in composite mode; returns `maxIdleTime`.
fn recording(config: &Map<String, Value>) -> Checked<Span> {
    let members = Members { place: "recordingConfig", map: config };
    members.only(&[
        "channelType",
        "streamTypes",
        "streamMode",
        "decryptionMode",
        "secret",
        "salt",
        "maxIdleTime",
        "videoStreamType",
        "audioProfile",
        "subscribeAudioUids",
        "unsubscribeAudioUids",
        "unSubscribeAudioUids",
        "subscribeVideoUids",
        "unsubscribeVideoUids",
        "unSubscribeVideoUids",
        "subscribeUidGroup",
        "transcodingConfig",
        "privateParams",
    ])?;
    members.needed_whole("channelType", 0..=1)?;
    members.whole("streamTypes", 0..=2)?;
    members.whole("videoStreamType", 0..=1)?;
    members.whole("audioProfile", 0..=2)?;
    if members.whole("decryptionMode", 0..=8)?.is_some_and(|mode| mode > 0) {
        members.needed_text("secret")?;
    }
    subscriptions(&members)?;
    if let Some(transcoding) = members.object("transcodingConfig")? {
        picture(transcoding)?;
    }
    Ok(Span::secs(members.whole("maxIdleTime", 5..=2_592_000)?.unwrap_or(30)))
}

/// The subscribe lists: at most 32 numeric UIDs or `#allstream#`, and never both lists of one medium.
fn subscriptions(members: &Members<'_>) -> Checked<()> {
    for medium in ["Audio", "Video"] {
        let wanted = format!("subscribe{medium}Uids");
        let lists = [wanted.clone(), format!("unsubscribe{medium}Uids"), format!("unSubscribe{medium}Uids")];
        let given: Vec<&String> = lists.iter().filter(|list| members.map.contains_key(*list)).collect();
        if given.len() > 1 {
            return Err(Complaint::invalid(format!("{wanted} and its opposite exclude each other")));
        }
        for list in given {
            let uids = members.texts(list)?;
            let numeric = uids.iter().all(|uid| uid.parse::<u32>().is_ok());
            if uids.len() > 32 || !(numeric || uids == ["#allstream#"]) {
                return Err(Complaint::invalid(format!("{list} must hold at most 32 UIDs that fit into uint32")));
            }
        }
    }
    Ok(())
}

/// `transcodingConfig`.
fn picture(config: &Map<String, Value>) -> Checked<()> {
    let members = Members { place: "transcodingConfig", map: config };
    members.only(&[
        "width",
        "height",
        "fps",
        "bitrate",
        "maxResolutionUid",
        "mixedVideoLayout",
        "backgroundColor",
        "backgroundImage",
        "defaultUserBackgroundImage",
        "layoutConfig",
        "backgroundConfig",
    ])?;
    let width = members.whole("width", 1..=u64::from(u16::MAX))?.unwrap_or(360);
    let height = members.whole("height", 1..=u64::from(u16::MAX))?.unwrap_or(640);
    if width * height > 1920 * 1080 {
        return Err(Complaint::invalid("transcodingConfig: the picture is larger than 1920x1080"));
    }
    members.whole("fps", 1..=60)?;
    members.whole("bitrate", 1..=6500)?;
    members.whole("mixedVideoLayout", 0..=3)?;
    Ok(())
}

/// `recordingFileConfig` in composite mode; returns whether an MP4 is wanted.
fn file_types(config: &Map<String, Value>) -> Checked<bool> {
    let members = Members { place: "recordingFileConfig", map: config };
    members.only(&["avFileType"])?;
    match members.texts("avFileType")?.as_slice() {
        [] if !config.contains_key("avFileType") => Ok(false),
        ["hls"] => Ok(false),
        ["hls", "mp4"] | ["mp4", "hls"] => Ok(true),
        _ => Err(Complaint::invalid("avFileType must be [\"hls\"] or [\"hls\",\"mp4\"]")),
    }
}

/// The members of one object, with complaints that name the place.
struct Members<'a> {
    place: &'static str,
    map: &'a Map<String, Value>,
}

impl<'a> Members<'a> {
    /// Nothing but these: the service takes a misspelt name for an invalid parameter (code 2: type, spelling, range, missing).
    fn only(&self, names: &[&str]) -> Checked<()> {
        match self.map.keys().find(|key| !names.contains(&key.as_str())) {
            Some(key) => Err(Complaint::invalid(format!("{} has no member {key}", self.place))),
            None => Ok(()),
        }
    }

    fn missing(&self, name: &str) -> Complaint {
        Complaint::invalid(format!("{}: {name} is missing", self.place))
    }

    fn wrong(&self, name: &str, right: impl std::fmt::Display) -> Complaint {
        Complaint::invalid(format!("{}.{name} must be {right}", self.place))
    }

    fn text(&self, name: &str) -> Checked<Option<&'a str>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong(name, "a string"))
    }

    fn needed_text(&self, name: &str) -> Checked<&'a str> {
        self.text(name)?.ok_or_else(|| self.missing(name))
    }

    fn whole(&self, name: &str, range: RangeInclusive<u64>) -> Checked<Option<u64>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        let number = value.as_u64().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| self.wrong(name, format!("{}..{}", range.start(), range.end())))
    }

    fn needed_whole(&self, name: &str, range: RangeInclusive<u64>) -> Checked<u64> {
        self.whole(name, range)?.ok_or_else(|| self.missing(name))
    }

    fn object(&self, name: &str) -> Checked<Option<&'a Map<String, Value>>> {
        let Some(value) = self.map.get(name) else { return Ok(None) };
        value.as_object().map(Some).ok_or_else(|| self.wrong(name, "an object"))
    }

    fn needed_object(&self, name: &str) -> Checked<&'a Map<String, Value>> {
        self.object(name)?.ok_or_else(|| self.missing(name))
    }

    /// A list of strings; empty where there is none.
    fn texts(&self, name: &str) -> Checked<Vec<&'a str>> {
        let Some(value) = self.map.get(name) else { return Ok(Vec::new()) };
        let list = value.as_array().ok_or_else(|| self.wrong(name, "a list of strings"))?;
        let texts: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
        texts.ok_or_else(|| self.wrong(name, "a list of strings"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sound() -> Value {
        json!({"cname":"room-8","uid":"900002","clientRequest":{
            "recordingConfig":{"channelType":1,"maxIdleTime":300,
                "transcodingConfig":{"width":640,"height":360,"fps":15,"bitrate":800,"mixedVideoLayout":1}},
            "recordingFileConfig":{"avFileType":["hls","mp4"]},
            "storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"k","secretKey":"s","fileNamePrefix":["rec","2026"]}}})
    }

    /// The code for a sound start in which the value at `pointer` is replaced, or removed for `None`.
    fn code_with(pointer: &str, value: Option<Value>) -> i64 {
        let mut body = sound();
        let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
        let parent = body.pointer_mut(parent).and_then(Value::as_object_mut).expect("an object");
        match value {
            Some(value) => parent.insert(name.to_owned(), value),
            None => parent.remove(name),
        };
        match start(body.to_string().as_bytes()) {
            Ok(_) => 0,
            Err(complaint) => complaint.code,
        }
    }

    #[test]
    fn the_documented_minimal_bodies_are_sound() {
        let start = start(sound().to_string().as_bytes()).unwrap_or_else(|complaint| panic!("{complaint:?}"));
        assert_eq!((start.uid, start.max_idle, start.mp4), (900_002, Span::secs(300), true));
        assert_eq!(start.prefix, "rec/2026/");
        let body = br#"{"cname":"room-7","uid":"900001","clientRequest":{"scene":0,"resourceExpiredHour":24}}"#;
        let acquire = acquire(body).unwrap_or_else(|complaint| panic!("{complaint:?}"));
        assert_eq!(acquire.expires_after, Span::secs(86_400));
        assert!(super::acquire(br#"{"cname":"room-7","uid":"900001","clientRequest":{}}"#).is_ok());
    }

    #[test]
    fn every_broken_member_of_a_start_is_code_2() {
        let in_request = |name: &str| format!("/clientRequest/{name}");
        for (pointer, value) in [
            ("/cname".to_owned(), None),
            ("/uid".to_owned(), Some(json!("0"))),
            ("/uid".to_owned(), Some(json!(900_002))),
            ("/uid".to_owned(), Some(json!("+7"))),
            ("/uid".to_owned(), Some(json!("4294967296"))),
            ("/clientRequest".to_owned(), None),
            (in_request("storageConfig"), None),
            (in_request("storageconfig"), Some(json!({}))),
            (in_request("storageConfig/vendor"), Some(json!(4))),
            (in_request("storageConfig/region"), Some(json!("7"))),
            (in_request("storageConfig/bucket"), Some(json!(""))),
            (in_request("storageConfig/fileNamePrefix"), Some(json!(["a/b"]))),
            (in_request("storageConfig/fileNamePrefix"), Some(json!(["x".repeat(128)]))),
            (in_request("recordingConfig"), None),
            (in_request("recordingConfig/channelType"), None),
            (in_request("recordingConfig/maxIdleTime"), Some(json!(4))),
            (in_request("recordingConfig/maxIdleTime"), Some(json!(2_592_001))),
            (in_request("recordingConfig/maxIdletime"), Some(json!(30))),
            (in_request("recordingConfig/subscribeVideoUids"), Some(json!(["anna"]))),
            (in_request("recordingConfig/transcodingConfig/bitrate"), Some(json!(6501))),
            (in_request("recordingFileConfig"), None),
            (in_request("recordingFileConfig/avFileType"), Some(json!(["mp4"]))),
            (in_request("recordingFileConfig/avFileType"), Some(json!([]))),
        ] {
            assert_eq!(code_with(&pointer, value.clone()), 2, "{pointer} = {value:?}");
        }
        assert_eq!(code_with("/clientRequest/recordingFileConfig/avFileType", Some(json!(["hls"]))), 0);
        assert_eq!(code_with("/clientRequest/recordingConfig/subscribeAudioUids", Some(json!(["#allstream#"]))), 0);
    }

    #[test]
    fn a_body_that_is_no_json_is_code_8() {
        for body in ["", "{", "[]", "\"x\""] {
            assert_eq!(stop(body.as_bytes()).err().map(|complaint| complaint.code), Some(8), "{body:?}");
        }
    }

    #[test]
    fn channel_names_keep_to_the_rules() {
        let code = |cname: &str| {
            let body = json!({"cname": cname, "uid": "1", "clientRequest": {}}).to_string();
            acquire(body.as_bytes()).err().map(|complaint| complaint.code)
        };
        assert_eq!(code("court-03 (main) ~50%"), None);
        assert_eq!(code(&"x".repeat(63)), None);
        for bad in ["", "köln", "a/b", &"x".repeat(64)] {
            assert_eq!(code(bad), Some(401), "{bad:?}");
        }
    }

    #[test]
    fn a_stop_says_whether_it_waits() {
        let wait = |request: Value| {
            stop(json!({"cname":"a","uid":"1","clientRequest":request}).to_string().as_bytes()).map(|stop| stop.wait)
        };
        assert_eq!(wait(json!({})), Ok(Wait::ForUpload));
        assert_eq!(wait(json!({"async_stop": true})), Ok(Wait::NotAtAll));
        assert_eq!(wait(json!({"async_stop": "true"})).map_err(|complaint| complaint.code), Err(2));
    }
}
