//! The simulated service from outside: requests in, answers held against the vendor's documents. Here the bench; the stories
//! are in the files below.

mod answers;
mod doors;
mod lives;
mod modes;
mod tokens;
mod troubles;
mod truth;
mod updates;

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};

use super::cloud::{Reply, SimCloud, What};
use super::gate;
use super::journal::Journal;
use super::scenario::{Happening, Scenario};
use crate::agora::transport::{HttpRequest, HttpResponse, Method};

/// The first moment of every bench.
pub(super) const START_MS: i64 = 1_772_439_000_000;

/// Two domains without latency, three channels; `empty` has no publisher.
const HEAD: &str = "name = \"bench\"\nseed = 1\n[project]\nname = \"p\"\n\
    [[channel]]\ncname = \"a\"\nmain_uid = 1\nbackup_uid = 2\n\
    [[channel]]\ncname = \"b\"\nmain_uid = 3\nbackup_uid = 4\n\
    [[channel]]\ncname = \"empty\"\nmain_uid = 5\nbackup_uid = 6\npublishing = false\n";

/// A scenario with the bench's channels and `service` as its `[service]` table.
pub(super) fn scenario(service: &str, tail: &str) -> Scenario {
    let text = format!("{HEAD}[service]\nlatency = [\"0ms\", \"0ms\"]\n{service}\n{tail}");
    Scenario::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A recording as its client knows it.
#[derive(Clone, Debug)]
pub(super) struct Recording {
    pub(super) cname: String,
    pub(super) uid: String,
    pub(super) resource: String,
    pub(super) sid: String,
    pub(super) mode: &'static str,
}

impl Recording {
    fn path(&self, verb: &str) -> String {
        format!("resourceid/{}/sid/{}/mode/{}/{verb}", self.resource, self.sid, self.mode)
    }
}

/// A client that speaks the documented JSON, and a clock it sets.
pub(super) struct Bench {
    pub(super) cloud: SimCloud,
    pub(super) now_ms: i64,
    pub(super) domain: usize,
}

impl Bench {
    pub(super) fn new() -> Self {
        Self::with("", "")
    }

    pub(super) fn with(service: &str, tail: &str) -> Self {
        Self { cloud: SimCloud::new(scenario(service, tail), 1, START_MS), now_ms: START_MS, domain: 0 }
    }

    /// Moves the clock to so many milliseconds after the start.
    pub(super) fn at(&mut self, ms: i64) -> &mut Self {
        self.now_ms = START_MS + ms;
        self
    }

    pub(super) fn schedule(&mut self, ms: i64, what: Happening) {
        self.cloud.schedule(START_MS + ms, what);
    }

    pub(super) fn journal(&mut self) -> Journal {
        self.cloud.journal(self.now_ms)
    }

    pub(super) fn request(&self, method: Method, rest: &str, body: Option<&Value>) -> HttpRequest {
        let project = &self.cloud.scenario().project;
        HttpRequest {
            method,
            base: String::new(),
            path: format!("/v1/apps/{}/cloud_recording/{rest}", project.app_id),
            authorization: SecretString::from(gate::basic(&project.customer_id, &project.customer_secret)),
            body: body.map(|body| body.to_string().into_bytes()),
            timeout: Duration::from_secs(10),
        }
    }

    pub(super) fn send(&mut self, request: &HttpRequest) -> Reply {
        self.cloud.handle(self.domain, request, self.now_ms)
    }

    pub(super) fn reply(&mut self, method: Method, rest: &str, body: Option<&Value>) -> Reply {
        let request = self.request(method, rest, body);
        self.send(&request)
    }

    pub(super) fn acquire(&mut self, cname: &str, uid: &str) -> (u16, Value) {
        let body = json!({"cname": cname, "uid": uid, "clientRequest": {"scene": 0, "resourceExpiredHour": 24}});
        answer(self.reply(Method::Post, "acquire", Some(&body)))
    }

    pub(super) fn start_reply(&mut self, cname: &str, uid: &str, resource: &str) -> Reply {
        let rest = format!("resourceid/{resource}/mode/mix/start");
        self.reply(Method::Post, &rest, Some(&start_body(cname, uid)))
    }

    pub(super) fn start(&mut self, cname: &str, uid: &str, resource: &str) -> (u16, Value) {
        answer(self.start_reply(cname, uid, resource))
    }

    pub(super) fn query_reply(&mut self, of: &Recording) -> Reply {
        self.reply(Method::Get, &of.path("query"), None)
    }

    pub(super) fn query(&mut self, of: &Recording) -> (u16, Value) {
        answer(self.query_reply(of))
    }

    pub(super) fn stop_reply(&mut self, of: &Recording, request: &Value) -> Reply {
        self.post_reply(of, "stop", request)
    }

    /// A POST about a recording.
    pub(super) fn post_reply(&mut self, of: &Recording, verb: &str, request: &Value) -> Reply {
        let body = json!({"cname": of.cname, "uid": of.uid, "clientRequest": request});
        self.reply(Method::Post, &of.path(verb), Some(&body))
    }

    /// Its status and its answer.
    pub(super) fn post(&mut self, of: &Recording, verb: &str, request: &Value) -> (u16, Value) {
        answer(self.post_reply(of, verb, request))
    }

    /// `serverResponse` of a query that has to be answered.
    pub(super) fn server(&mut self, of: &Recording) -> Value {
        let (status, body) = self.query(of);
        assert_eq!(status, 200, "{body}");
        body["serverResponse"].clone()
    }

    pub(super) fn stop(&mut self, of: &Recording) -> (u16, Value) {
        answer(self.stop_reply(of, &json!({})))
    }

    /// A resource ID for a channel and UID.
    pub(super) fn resource(&mut self, cname: &str, uid: &str) -> String {
        let (status, body) = self.acquire(cname, uid);
        assert_eq!(status, 200, "{body}");
        text(&body, "resourceId")
    }

    /// Acquires and starts.
    pub(super) fn record(&mut self, cname: &str, uid: &str) -> Recording {
        let resource = self.resource(cname, uid);
        let (status, body) = self.start(cname, uid, &resource);
        assert_eq!(status, 200, "{body}");
        Recording { cname: cname.to_owned(), uid: uid.to_owned(), resource, sid: text(&body, "sid"), mode: "mix" }
    }

    /// Acquires with the scene of the mode and starts with this `clientRequest`.
    pub(super) fn begin(&mut self, mode: &'static str, cname: &str, uid: &str, request: &Value) -> Recording {
        let (status, body, resource) = self.try_to_begin(mode, cname, uid, request);
        assert_eq!(status, 200, "{body}");
        Recording { cname: cname.to_owned(), uid: uid.to_owned(), resource, sid: text(&body, "sid"), mode }
    }

    /// The same, whatever the start is answered; with the resource ID.
    pub(super) fn try_to_begin(&mut self, mode: &str, cname: &str, uid: &str, request: &Value) -> (u16, Value, String) {
        let scene = u8::from(mode == "web");
        let body = json!({"cname": cname, "uid": uid, "clientRequest": {"scene": scene}});
        let (status, acquired) = answer(self.reply(Method::Post, "acquire", Some(&body)));
        assert_eq!(status, 200, "{acquired}");
        let resource = text(&acquired, "resourceId");
        let body = json!({"cname": cname, "uid": uid, "clientRequest": request});
        let rest = format!("resourceid/{resource}/mode/{mode}/start");
        let (status, body) = answer(self.reply(Method::Post, &rest, Some(&body)));
        (status, body, resource)
    }

    /// `serverResponse.status`, or `None` for a 404.
    pub(super) fn status(&mut self, of: &Recording) -> Option<u64> {
        match self.query(of) {
            (200, body) => body["serverResponse"]["status"].as_u64(),
            (404, body) => {
                assert_eq!(body["code"], 404, "{body}");
                None
            }
            (other, body) => panic!("{other}: {body}"),
        }
    }
}

/// The documented minimal start in composite mode, HLS and MP4.
pub(super) fn start_body(cname: &str, uid: &str) -> Value {
    json!({"cname": cname, "uid": uid, "clientRequest": {
        "recordingConfig": {"channelType": 1, "maxIdleTime": 30, "transcodingConfig": {
            "width": 640, "height": 360, "fps": 15, "bitrate": 800, "mixedVideoLayout": 1}},
        "recordingFileConfig": {"avFileType": ["hls", "mp4"]},
        "storageConfig": {"vendor": 1, "region": 7, "bucket": "b", "accessKey": "k", "secretKey": "s",
            "fileNamePrefix": ["rec"]}}})
}

fn storage() -> Value {
    json!({"vendor": 1, "region": 7, "bucket": "b", "accessKey": "k", "secretKey": "s", "fileNamePrefix": ["rec"]})
}

/// `clientRequest` of a start in mode individual: HLS of everybody.
pub(super) fn individual() -> Value {
    json!({
        "recordingConfig": {"channelType": 1, "maxIdleTime": 30, "subscribeUidGroup": 0},
        "recordingFileConfig": {"avFileType": ["hls"]},
        "storageConfig": storage(),
    })
}

/// `clientRequest` of a start in mode web: HLS and MP4 of a page, pushed to a CDN.
pub(super) fn web() -> Value {
    json!({
        "extensionServiceConfig": {"errorHandlePolicy": "error_abort", "extensionServices": [
            {"serviceName": "web_recorder_service", "errorHandlePolicy": "error_abort", "serviceParam": {
                "url": "https://example.org/", "audioProfile": 0, "videoWidth": 1280, "videoHeight": 720,
                "maxRecordingHour": 3, "readyTimeout": 30}},
            {"serviceName": "rtmp_publish_service", "errorHandlePolicy": "error_ignore", "serviceParam": {
                "outputs": [{"rtmpUrl": "rtmp://example.org/live/x"}]}}]},
        "recordingFileConfig": {"avFileType": ["hls", "mp4"]},
        "storageConfig": storage(),
    })
}

/// Status and JSON of a reply that is an answer.
pub(super) fn answer(reply: Reply) -> (u16, Value) {
    let HttpResponse { status, body } = response(reply);
    (status, serde_json::from_slice(&body).unwrap_or_else(|error| panic!("{status}: no JSON: {error}")))
}

pub(super) fn response(reply: Reply) -> HttpResponse {
    let What::Response(response) = reply.what else { panic!("no answer: {reply:?}") };
    response
}

pub(super) fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
}
