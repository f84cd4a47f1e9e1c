//! What leaves, to the letter, and what never does.

use std::time::Duration;

use super::*;
use crate::agora::admission::Tokens;
use crate::monitor::change::{Change, ChangeKind};
use crate::monitor::event::StopWait;
use crate::monitor::ids::{ChannelId, Mode, ProjectId, ResourceId, Sid, Uid};
use crate::monitor::io::SendId;
use crate::monitor::time::Timestamp;
use crate::profile::choices::{AvFileType, ChannelType, StartParameter, StreamTypes};
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
        tokens: Tokens::Off,
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
    Send {
        id: SendId { project: ProjectId(0), number: 1 },
        channel: ChannelId(7),
        call: call.into(),
        host,
        attempt: 1,
        timeout: Duration::from_secs(10),
    }
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

const fn terms(profile: &Profile) -> Terms<'_> {
    Terms { profile, token: None }
}

pub fn acquire() -> Call {
    Call::Acquire {
        cname: "room 7".parse().expect("valid"),
        uid: Uid::new(900_001).expect("valid"),
        mode: Mode::Mix,
        profile: "p".into(),
        asked_at: Timestamp::default(),
        siblings: Vec::new(),
    }
}

fn written(profile: &Profile, call: Call) -> (Method, String, String) {
    let request = request(&account(), Some(terms(profile)), &send(call)).expect("sendable");
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
        let error = request(&account(), Some(terms(&profile())), &send(query(resource_id, sid))).expect_err("dots");
        assert!(error.to_string().contains("cannot stand in an address"));
    }
}

#[test]
fn the_domain_and_the_time_come_from_the_order_and_an_unknown_domain_is_refused() {
    let simulator = Send { host: Host::new("127.0.0.1:8081"), ..send(query("R", "s")) };
    let request_ = request(&account(), Some(terms(&profile())), &simulator).expect("sendable");
    assert_eq!(request_.base, "http://127.0.0.1:8081");
    assert_eq!(request_.timeout, Duration::from_secs(10));
    let basic = "Basic Q0FOQVJZLWN1c3RvbWVyLWtleTpDQU5BUlktY3VzdG9tZXItc2VjcmV0";
    assert_eq!(request_.authorization.expose_secret(), basic);
    let elsewhere = Send { host: Host::new("api.example"), ..send(query("R", "s")) };
    let error = request(&account(), Some(terms(&profile())), &elsewhere).expect_err("unknown").to_string();
    assert!(error.contains("api.example") && error.contains("settings"), "{error}");
}

#[test]
fn no_secret_shows_in_any_debug_text() {
    let request = request(&account(), Some(terms(&profile())), &send(start())).expect("sendable");
    for shown in [format!("{:?}", account()), format!("{:#?}", profile()), format!("{request:?}")] {
        assert!(!shown.contains("CANARY") && !shown.contains("Q0FOQVJZ") && !shown.contains("67, 65, 78"), "{shown}");
    }
}

#[test]
fn acquire_announces_what_start_sends_byte_for_byte_token_included() {
    let token = "CANARY-token".into();
    let mut profile = profile();
    profile.acquire.start_parameter = StartParameter::Send;
    let body = |call| {
        let terms = Terms { profile: &profile, token: Some(&token) };
        let request = request(&account(), Some(terms), &send(call)).expect("sendable");
        String::from_utf8(request.body.expect("a POST")).expect("JSON is text")
    };
    let start = body(start());
    let start =
        start.split_once(r#""clientRequest":"#).and_then(|(_, rest)| rest.strip_suffix('}')).expect("a request");
    assert!(start.starts_with(r#"{"token":"CANARY-token","#), "{start}");
    assert!(body(acquire()).contains(&format!(r#""startParameter":{start}"#)));
    profile.acquire.start_parameter = StartParameter::Omit;
    assert!(!written(&profile, acquire()).2.contains("startParameter"));
}

#[test]
fn a_profile_of_another_mode_a_name_against_the_rules_and_a_foreign_change_are_not_sent() {
    let said = |call| request(&account(), Some(terms(&profile())), &send(call)).expect_err("not sendable").to_string();
    let (mut web, mut label) = (acquire(), start());
    if let Call::Acquire { mode, .. } = &mut web {
        *mode = Mode::Web;
    }
    if let Call::Start { cname, .. } = &mut label {
        *cname = Cname::of("köln", &Mode::Web).expect("a label");
    }
    assert!(said(web).contains("recorded in mode web, and its recording profile is for mode mix"));
    assert!(said(label).contains("a character that Agora does not allow"));
    assert!(said(change(ChangeKind::Hold, Mode::Mix)).contains("mode mix does not know such a change"));
}

fn change(kind: ChangeKind, mode: Mode) -> Call {
    Call::Change {
        cname: "room".parse().expect("valid"),
        uid: Uid::MIN,
        mode,
        resource_id: ResourceId::new("R"),
        sid: Sid::new("s"),
        change: Change::new(kind, "changed", r#"{"a": [1.50]}"#.into()),
    }
}

#[test]
fn a_change_goes_to_its_own_call_with_its_body_as_it_is() {
    for (kind, mode, word) in [(ChangeKind::Layout, Mode::Mix, "updateLayout"), (ChangeKind::Hold, Mode::Web, "update")]
    {
        let body = r#"{"cname":"room","uid":"1","clientRequest":{"a": [1.50]}}"#.to_owned();
        let path = format!("resourceid/R/sid/s/mode/{mode}/{word}");
        assert_eq!(written(&profile(), change(kind, mode)), (Method::Post, path, body));
    }
}

#[test]
fn the_addresses_of_notifications_are_asked_with_the_same_credentials() {
    let asked = ncs_ip(&account(), &Host::new("api.agora.io"), Duration::from_secs(9)).expect("sendable");
    assert_eq!((asked.method, asked.path.as_str(), asked.body), (Method::Get, "/v1/ncs/ip", None));
    assert!(asked.authorization.expose_secret().starts_with("Basic "));
    assert!(ncs_ip(&account(), &Host::new("api.example"), Duration::ZERO).is_err());
}
