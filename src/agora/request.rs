//! From an order of the core to the bytes that leave: path, credentials, body. Pure; it sends nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::account::Account;
use super::transport::{HttpRequest, Method};
use super::wire;
use crate::monitor::event::CallKind;
use crate::monitor::ids::Host;
use crate::monitor::io::{Call, Send};
use crate::profile::Profile;
use crate::profile::json::Json;

/// Why an order cannot become a request. Nothing was sent.
#[derive(Debug, Error)]
pub enum Unsendable {
    /// The order names a domain that the account does not have.
    #[error("not sent: {0} is not among the domains of the settings; add it there or restart reelwatch")]
    UnknownDomain(Host),
    /// The channel has no recording profile.
    #[error("not sent: the channel has no recording profile; add one in the settings and restart reelwatch")]
    NoProfile,
    /// An ID that would turn the path into that of another call.
    #[error("not sent: Agora's {0} is empty or only dots and cannot stand in an address; start the channel anew")]
    BadSegment(&'static str),
    /// The body could not be written as JSON.
    #[error("not sent: the request could not be written as JSON ({0})")]
    Body(#[from] serde_json::Error),
}

/// Writes the request of an order.
///
/// # Errors
/// When the domain is not one of the account's or an ID cannot stand in a path.
pub fn request(account: &Account, profile: Option<&Profile>, send: &Send) -> Result<HttpRequest, Unsendable> {
    let domain = account.domains.iter().find(|domain| *domain.host() == send.host);
    let domain = domain.ok_or_else(|| Unsendable::UnknownDomain(send.host.clone()))?;
    let (method, tail, body) = call(profile, &send.call)?;
    Ok(HttpRequest {
        method,
        base: domain.base().to_owned(),
        path: format!("/v1/apps/{}/cloud_recording/{tail}", account.app_id.as_str()),
        authorization: basic(account),
        body,
        timeout: send.timeout,
    })
}

/// Method, the end of the path, and body.
fn call(profile: Option<&Profile>, call: &Call) -> Result<(Method, String, Option<Vec<u8>>), Unsendable> {
    Ok(match call {
        Call::Acquire { cname, uid, mode: _, profile: _, asked_at: _, siblings } => {
            let profile = profile.ok_or(Unsendable::NoProfile)?;
            let body = wire::Post::new(cname, *uid, raw(&profile.acquire_request(None, siblings))?);
            (Method::Post, "acquire".to_owned(), json(&body)?)
        }
        Call::Start { cname, uid, mode, resource_id, profile: _, asked_at: _ } => {
            let profile = profile.ok_or(Unsendable::NoProfile)?;
            let resource_id = segment("resource ID", resource_id.as_str())?;
            let body = wire::Post::new(cname, *uid, raw(&profile.start_request(None))?);
            (Method::Post, format!("resourceid/{resource_id}/mode/{}/start", mode.as_str()), json(&body)?)
        }
        Call::Query { mode, resource_id, sid } => {
            let (resource_id, sid) = (segment("resource ID", resource_id.as_str())?, segment("sid", sid.as_str())?);
            (Method::Get, format!("resourceid/{resource_id}/sid/{sid}/mode/{}/query", mode.as_str()), None)
        }
        Call::Stop { cname, uid, mode, resource_id, sid, wait } => {
            let (resource_id, sid) = (segment("resource ID", resource_id.as_str())?, segment("sid", sid.as_str())?);
            let body = wire::Post::new(cname, *uid, wire::Stop::new(*wait));
            let tail = format!("resourceid/{resource_id}/sid/{sid}/mode/{}/stop", mode.as_str());
            (Method::Post, tail, json(&body)?)
        }
        Call::Change { cname, uid, mode, resource_id, sid, change } => {
            let (resource_id, sid) = (segment("resource ID", resource_id.as_str())?, segment("sid", sid.as_str())?);
            let body = wire::Post::new(cname, *uid, RawValue::from_string(change.client_request().to_owned())?);
            let call = match change.kind().call() {
                CallKind::UpdateLayout => "updateLayout",
                CallKind::Update | CallKind::Acquire | CallKind::Start | CallKind::Query | CallKind::Stop => "update",
            };
            let tail = format!("resourceid/{resource_id}/sid/{sid}/mode/{}/{call}", mode.as_str());
            (Method::Post, tail, json(&body)?)
        }
    })
}

fn json(body: &impl Serialize) -> Result<Option<Vec<u8>>, Unsendable> {
    Ok(Some(serde_json::to_vec(body)?))
}

/// A part of a body that is written already.
fn raw(part: &Json) -> Result<Box<RawValue>, Unsendable> {
    Ok(RawValue::from_string(part.sent().expose_secret().to_owned())?)
}

/// The value of the `Authorization` header.
fn basic(account: &Account) -> SecretString {
    let pair = format!("{}:{}", account.customer_key.expose_secret(), account.customer_secret.expose_secret());
    format!("Basic {}", STANDARD.encode(pair)).into()
}

/// One segment of a path, with everything but letters, digits and `-._~` percent-encoded. Dots alone are refused: an address
/// parser would take them, encoded or not, for the way up.
fn segment(name: &'static str, text: &str) -> Result<String, Unsendable> {
    if text.bytes().all(|b| b == b'.') {
        return Err(Unsendable::BadSegment(name));
    }
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(out)
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use super::*;
    use crate::monitor::event::StopWait;
    use crate::monitor::ids::{ChannelId, Mode, ResourceId, Sid, Uid};
    use crate::monitor::io::SendId;
    use crate::monitor::time::Timestamp;
    use crate::profile::choices::{AvFileType, ChannelType, StreamTypes};
    use crate::profile::layout::{Arrangement, Layout, Picture, Transcoding};
    use crate::profile::numbers::{Bitrate, MaxIdleTime};
    use crate::profile::recording::{Common, Mix};
    use crate::profile::storage::{Keys, Place, Storage, StorageParts};
    use crate::profile::vendors::Vendor;
    use crate::profile::{Acquire, Body};

    pub fn account() -> Account {
        Account {
            app_id: "0123456789abcdef0123456789abcdef".parse().expect("valid"),
            customer_key: "CANARY-customer-key".into(),
            customer_secret: "CANARY-customer-secret".into(),
            domains: vec!["api.agora.io".parse().expect("valid"), "http://127.0.0.1:8081".parse().expect("valid")],
        }
    }

    pub fn profile() -> Profile {
        let place = Place::try_from(StorageParts::new(Vendor::AmazonS3, 7, "b")).expect("valid");
        let keys = Keys::new("CANARY-access-key".into(), "CANARY-storage-secret".into(), None).expect("valid");
        Profile {
            acquire: Acquire::default(),
            body: Body::Mix(Mix::new(ChannelType::LiveBroadcast)),
            storage: Storage::new(place, keys).expect("valid"),
        }
    }

    pub fn send(call: Call) -> Send {
        let host = Host::new("api.agora.io");
        Send { id: SendId(1), channel: ChannelId(7), call, host, attempt: 1, timeout: Duration::from_secs(10) }
    }

    pub fn query(resource_id: &str, sid: &str) -> Call {
        Call::Query { mode: Mode::Mix, resource_id: ResourceId::new(resource_id), sid: Sid::new(sid) }
    }

    pub fn start() -> Call {
        let (cname, uid) = ("room 7".parse().expect("valid"), Uid::new(900_001).expect("valid"));
        Call::Start {
            cname,
            uid,
            mode: Mode::Mix,
            profile: "p".into(),
            asked_at: Timestamp::default(),
            resource_id: ResourceId::new("Rid_-1"),
        }
    }

    fn written(profile: &Profile, call: Call) -> (Method, String, String) {
        let request = request(&account(), Some(profile), &send(call)).expect("sendable");
        let path = request.path.strip_prefix("/v1/apps/0123456789abcdef0123456789abcdef/cloud_recording/");
        let body = String::from_utf8(request.body.unwrap_or_default()).expect("JSON is text");
        (request.method, path.expect("the vendor's path").to_owned(), body)
    }

    #[test]
    fn acquire_says_how_long_the_recording_can_be_asked_about() {
        let call = Call::Acquire {
            cname: "room-7".parse().expect("valid"),
            uid: Uid::new(900_001).expect("valid"),
            mode: Mode::Mix,
            profile: "p".into(),
            asked_at: Timestamp::default(),
            siblings: Vec::new(),
        };
        let body = r#"{"cname":"room-7","uid":"900001","clientRequest":{"scene":0,"resourceExpiredHour":72}}"#;
        assert_eq!(written(&profile(), call), (Method::Post, "acquire".to_owned(), body.to_owned()));
    }

    #[test]
    fn start_sends_the_smallest_profile_to_the_letter() {
        let body = concat!(
            r#"{"cname":"room 7","uid":"900001","clientRequest":{"#,
            r#""recordingConfig":{"channelType":1,"streamTypes":2,"maxIdleTime":300},"#,
            r#""recordingFileConfig":{"avFileType":["hls"]},"#,
            r#""storageConfig":{"vendor":1,"region":7,"bucket":"b","accessKey":"CANARY-access-key","#,
            r#""secretKey":"CANARY-storage-secret"}}}"#,
        );
        let path = "resourceid/Rid_-1/mode/mix/start".to_owned();
        assert_eq!(written(&profile(), start()), (Method::Post, path, body.to_owned()));
    }

    #[test]
    fn start_sends_a_full_profile_to_the_letter() {
        let arrangement = Arrangement { layout: Layout::BestFit, ..Arrangement::default() };
        let bitrate = Bitrate::try_from(800).expect("valid");
        let picture = Picture { width: 640, height: 360, bitrate, arrangement, ..Picture::default() };
        let mix = Mix {
            common: Common {
                stream_types: StreamTypes::Audio,
                max_idle_time: MaxIdleTime::try_from(60).expect("valid"),
                ..Common::new(ChannelType::Communication)
            },
            transcoding: Some(Transcoding::try_from(picture).expect("valid")),
            files: AvFileType::HlsAndMp4,
            ..Mix::new(ChannelType::Communication)
        };
        let place = Place::try_from(StorageParts {
            file_name_prefix: vec!["rec".into(), "2026".into()],
            endpoint: Some("s3.example".into()),
            ..StorageParts::new(Vendor::S3Compatible, 0, "b")
        });
        let keys = Keys::new("k".into(), "s\"".into(), None).expect("valid");
        let storage = Storage::new(place.expect("valid"), keys).expect("valid");
        let profile = Profile { body: Body::Mix(mix), storage, ..profile() };
        let body = concat!(
            r#"{"cname":"room 7","uid":"900001","clientRequest":{"recordingConfig":{"channelType":0,"streamTypes":0,"#,
            r#""maxIdleTime":60,"transcodingConfig":{"width":640,"height":360,"fps":15,"bitrate":800,"#,
            r#""mixedVideoLayout":1}},"recordingFileConfig":{"avFileType":["hls","mp4"]},"storageConfig":{"vendor":11,"#,
            r#""region":0,"bucket":"b","accessKey":"k","secretKey":"s\"","fileNamePrefix":["rec","2026"],"#,
            r#""extensionParams":{"endpoint":"s3.example"}}}}"#,
        );
        assert_eq!(written(&profile, start()).2, body);
    }

    #[test]
    fn stop_says_whether_it_waits() {
        for (wait, word) in [(StopWait::No, "true"), (StopWait::ForUpload, "false")] {
            let (cname, uid) = ("room-7".parse().expect("valid"), Uid::new(900_001).expect("valid"));
            let (resource_id, sid) = (ResourceId::new("R"), Sid::new("0b7e"));
            let call = Call::Stop { cname, uid, mode: Mode::Mix, resource_id, sid, wait };
            let body = format!(r#"{{"cname":"room-7","uid":"900001","clientRequest":{{"async_stop":{word}}}}}"#);
            let path = "resourceid/R/sid/0b7e/mode/mix/stop".to_owned();
            assert_eq!(written(&profile(), call), (Method::Post, path, body));
        }
    }

    #[test]
    fn query_has_no_body_and_ids_cannot_leave_their_place_in_the_path() {
        let (method, path, body) = written(&profile(), query("a/b?c#d%é", "..x"));
        assert_eq!((method, body.as_str()), (Method::Get, ""));
        assert_eq!(path, "resourceid/a%2Fb%3Fc%23d%25%C3%A9/sid/..x/mode/mix/query");
        for (resource_id, sid) in [("R", ".."), (".", "s"), ("", "s"), ("R", "")] {
            let error = request(&account(), Some(&profile()), &send(query(resource_id, sid))).expect_err("dots");
            assert!(error.to_string().contains("cannot stand in an address"));
        }
    }

    #[test]
    fn the_domain_and_the_time_come_from_the_order_and_an_unknown_domain_is_refused() {
        let simulator = Send { host: Host::new("127.0.0.1:8081"), ..send(query("R", "s")) };
        let request_ = request(&account(), Some(&profile()), &simulator).expect("sendable");
        assert_eq!(request_.base, "http://127.0.0.1:8081");
        assert_eq!(request_.timeout, Duration::from_secs(10));
        let basic = "Basic Q0FOQVJZLWN1c3RvbWVyLWtleTpDQU5BUlktY3VzdG9tZXItc2VjcmV0";
        assert_eq!(request_.authorization.expose_secret(), basic);
        let elsewhere = Send { host: Host::new("api.example"), ..send(query("R", "s")) };
        let error = request(&account(), Some(&profile()), &elsewhere).expect_err("unknown").to_string();
        assert!(error.contains("api.example") && error.contains("settings"), "{error}");
    }

    #[test]
    fn no_secret_shows_in_any_debug_text() {
        let request = request(&account(), Some(&profile()), &send(start())).expect("sendable");
        for shown in [format!("{:?}", account()), format!("{:#?}", profile()), format!("{request:?}")] {
            assert!(
                !shown.contains("CANARY") && !shown.contains("Q0FOQVJZ") && !shown.contains("67, 65, 78"),
                "{shown}"
            );
        }
    }
}
