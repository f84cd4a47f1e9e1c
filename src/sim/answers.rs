//! The JSON of every answer, spelt from the vendor's documented samples. It decides nothing.

use serde_json::{Value, json};

use super::checks::Complaint;
use super::recorder::Recorder;
use super::scenario::{CallName, Kind, RepeatedStart, Shapes};
use crate::agora::transport::HttpResponse;

fn json_answer(status: u16, body: &Value) -> HttpResponse {
    HttpResponse { status, body: body.to_string().into_bytes() }
}

fn coded(status: u16, code: i64, reason: &str) -> HttpResponse {
    json_answer(status, &json!({"code": code, "reason": reason}))
}

/// A gateway's own words: `message` in place of `code` and `reason`.
fn message(status: u16, text: &str) -> HttpResponse {
    json_answer(status, &json!({"message": text}))
}

pub(super) fn no_route() -> HttpResponse {
    message(404, "no Route matched with those values")
}

pub(super) fn unauthorized() -> HttpResponse {
    message(401, "Invalid authentication credentials")
}

pub(super) fn rate_limited() -> HttpResponse {
    message(429, "API rate limit exceeded")
}

pub(super) fn refused(complaint: &Complaint) -> HttpResponse {
    coded(400, complaint.code, &complaint.reason)
}

pub(super) fn bad_content_type() -> HttpResponse {
    coded(400, 8, "invalid http header: Content-Type must be application/json")
}

pub(super) fn acquired(shapes: Shapes, cname: &str, uid: u32, resource: &str) -> HttpResponse {
    let body = match shapes {
        Shapes::Documented => json!({"cname": cname, "uid": uid.to_string(), "resourceId": resource}),
        Shapes::Seen => json!({"resourceId": resource}),
    };
    json_answer(200, &body)
}

/// The members all answers about a recording have.
fn named(recorder: &Recorder, resource: &str) -> Value {
    json!({
        "cname": recorder.cname,
        "uid": recorder.uid.to_string(),
        "resourceId": resource,
        "sid": recorder.sid,
    })
}

pub(super) fn started(recorder: &Recorder, resource: &str) -> HttpResponse {
    json_answer(200, &named(recorder, resource))
}

pub(super) fn already_started(style: RepeatedStart, recorder: &Recorder, resource: &str) -> HttpResponse {
    match style {
        RepeatedStart::WithoutSid => coded(201, 7, "already started"),
        RepeatedStart::WithSid => json_answer(201, &named(recorder, resource)),
    }
}

/// A query of a recorder whose status is known.
pub(super) fn status(recorder: &Recorder, resource: &str, status: u8, now_ms: i64) -> HttpResponse {
    let mut server = json!({
        "status": status,
        "sliceStartTime": recorder.first_slice_ms.filter(|first| *first <= now_ms).unwrap_or(0),
    });
    add_files(&mut server, recorder, now_ms, Listed::WhileRunning);
    with_server_response(recorder, resource, server)
}

/// A stop that was carried out.
pub(super) fn stopped(recorder: &Recorder, resource: &str, uploading: &str, now_ms: i64) -> HttpResponse {
    let mut server = json!({"uploadingStatus": uploading});
    add_files(&mut server, recorder, now_ms, Listed::AtTheEnd);
    with_server_response(recorder, resource, server)
}

fn with_server_response(recorder: &Recorder, resource: &str, server: Value) -> HttpResponse {
    let mut body = named(recorder, resource);
    body["serverResponse"] = server;
    json_answer(200, &body)
}

/// While it runs only the playlist is listed; the MP4 comes with the stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    WhileRunning,
    AtTheEnd,
}

/// `fileListMode` and `fileList`: one string for HLS alone, a list when an MP4 is written too. Before the first slice there is
/// no name; the documents are silent about it, here it is an empty string or list.
fn add_files(server: &mut Value, recorder: &Recorder, now_ms: i64, listed: Listed) {
    let files = recorder.first_slice_ms.filter(|first| *first <= now_ms);
    if !recorder.mp4 {
        server["fileListMode"] = json!("string");
        server["fileList"] = json!(files.map_or(String::new(), |_| file_name(recorder, ".m3u8")));
        return;
    }
    let entry = |name: String, began: i64| {
        json!({"fileName": name, "trackType": "audio_and_video", "uid": "0", "mixedAllUser": true, "isPlayable": true,
            "sliceStartTime": began})
    };
    let mut list = Vec::new();
    if let Some(began) = files {
        list.push(entry(file_name(recorder, ".m3u8"), began));
        if listed == Listed::AtTheEnd {
            list.push(entry(file_name(recorder, "_0.mp4"), began));
        }
    }
    server["fileListMode"] = json!("json");
    server["fileList"] = json!(list);
}

/// `<prefix>/<sid>_<cname>…`, and `bak<n>_` in front of the name after failover number n + 1.
fn file_name(recorder: &Recorder, ending: &str) -> String {
    let Recorder { prefix, sid, cname, failovers, .. } = recorder;
    match failovers.checked_sub(1) {
        None => format!("{prefix}{sid}_{cname}{ending}"),
        Some(number) => format!("{prefix}bak{number}_{sid}_{cname}{ending}"),
    }
}

/// 404 to a query. Customers saw `cname` and `uid` in it.
pub(super) fn query_missing(shapes: Shapes, recorder: Option<&Recorder>) -> HttpResponse {
    match (shapes, recorder) {
        (Shapes::Seen, Some(recorder)) => json_answer(
            404,
            &json!({"cname": recorder.cname, "uid": recorder.uid.to_string(), "code": 404, "reason": "failed to find worker"}),
        ),
        (Shapes::Documented, _) | (Shapes::Seen, None) => coded(404, 404, "failed to find worker"),
    }
}

/// 404 to a stop. Customers saw one without `reason`.
pub(super) fn stop_missing(shapes: Shapes, recorder: Option<&Recorder>, resource: &str) -> HttpResponse {
    match (shapes, recorder) {
        (Shapes::Seen, Some(recorder)) => {
            let mut body = named(recorder, resource);
            body["code"] = json!(404);
            body["serverResponse"] = json!({
                "command": "StopCloudRecorder",
                "payload": {"message": "failed to find worker"},
                "subscribeModeBitmask": 1,
                "vid": "0",
            });
            json_answer(404, &body)
        }
        (Shapes::Documented, _) | (Shapes::Seen, None) => coded(404, 404, "failed to find worker"),
    }
}

pub(super) fn nothing_recorded() -> HttpResponse {
    coded(206, 435, "no recorded data")
}

/// The word for an upload that nobody waited for.
pub(super) fn upload_unknown(shapes: Shapes) -> &'static str {
    match shapes {
        Shapes::Documented => "unknown",
        Shapes::Seen => "unknow",
    }
}

/// The answer of a fault that has one of its own; `None` for those that spoil or withhold the right one.
pub(super) fn of_fault(kind: Kind, call: CallName) -> Option<HttpResponse> {
    Some(match kind {
        Kind::Internal => match call {
            CallName::Acquire => coded(500, 500, "internal_error"),
            CallName::Start => coded(500, 502, "Failed to allocate worker"),
            CallName::Query | CallName::Stop => coded(500, 500, "internal_error"),
        },
        Kind::BackendTimeout => match call {
            CallName::Acquire => coded(500, 504, "allocate_timeout"),
            CallName::Start => coded(500, 62, "request timeout"),
            CallName::Query | CallName::Stop => coded(504, 62, "request timeout"),
        },
        Kind::BadGateway => gateway_page(502, "Bad Gateway"),
        Kind::Unavailable => gateway_page(503, "Service Temporarily Unavailable"),
        Kind::GatewayTimeout => gateway_page(504, "Gateway Time-out"),
        Kind::NotCompleted => coded(206, 65, "request not completed"),
        Kind::Throttled => rate_limited(),
        Kind::Garbage => HttpResponse { status: 200, body: vec![0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe, b'{', b'}', 0x00] },
        Kind::Html => page(200, "Sign in to the guest network"),
        Kind::Cut | Kind::Slow | Kind::Stall | Kind::Reset | Kind::Refuse => return None,
    })
}

fn gateway_page(status: u16, title: &str) -> HttpResponse {
    page(status, &format!("{status} {title}"))
}

fn page(status: u16, title: &str) -> HttpResponse {
    let body = format!("<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n");
    HttpResponse { status, body: body.into_bytes() }
}
