//! The JSON of every answer, spelt from the vendor's documented samples. It decides nothing. What tells of a recorder, its
//! `serverResponse`, stands in `server`.

mod server;

use serde_json::{Value, json};

pub(super) use self::server::{Cdn, View};
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
        "cname": recorder.told.cname,
        "uid": recorder.told.uid.to_string(),
        "resourceId": resource,
        "sid": recorder.told.sid,
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

/// An update or updateLayout that was carried out.
pub(super) fn updated(recorder: &Recorder, resource: &str) -> HttpResponse {
    json_answer(200, &named(recorder, resource))
}

/// A query of a recorder whose status is known.
pub(super) fn status(recorder: &Recorder, resource: &str, status: u8, view: View) -> HttpResponse {
    with_server_response(recorder, resource, server::of_query(recorder, status, view))
}

/// A stop that was carried out.
pub(super) fn stopped(recorder: &Recorder, resource: &str, uploading: &str, view: View) -> HttpResponse {
    with_server_response(recorder, resource, server::of_stop(recorder, uploading, view))
}

/// A stop whose upload takes longer than 20 s. The HTTP status is not documented; other time-outs towards the back end have 500.
pub(super) fn upload_timeout() -> HttpResponse {
    coded(500, 50, "upload timeout")
}

fn with_server_response(recorder: &Recorder, resource: &str, server: Value) -> HttpResponse {
    let mut body = named(recorder, resource);
    body["serverResponse"] = server;
    json_answer(200, &body)
}

/// From where notifications of this service come.
pub(super) fn notification_servers() -> HttpResponse {
    json_answer(200, &json!({"data": {"service": {"hosts": [{"primaryIP": "127.0.0.1"}]}}}))
}

/// 404 to a query. Customers saw `cname` and `uid` in it.
pub(super) fn query_missing(shapes: Shapes, recorder: Option<&Recorder>) -> HttpResponse {
    match (shapes, recorder) {
        (Shapes::Seen, Some(Recorder { told, .. })) => json_answer(
            404,
            &json!({"cname": told.cname, "uid": told.uid.to_string(), "code": 404, "reason": "failed to find worker"}),
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
pub(super) fn of_fault(kind: Kind, call: CallName, resource: &str) -> Option<HttpResponse> {
    Some(match kind {
        Kind::NoSid if call == CallName::Start => {
            json_answer(500, &json!({"resourceId": resource, "sid": "", "code": 15}))
        }
        Kind::Internal | Kind::NoSid => match call {
            CallName::Start => coded(500, 502, "Failed to allocate worker"),
            CallName::Acquire
            | CallName::Query
            | CallName::Update
            | CallName::UpdateLayout
            | CallName::Stop
            | CallName::NcsIp => coded(500, 500, "internal_error"),
        },
        Kind::BackendTimeout => match call {
            CallName::Acquire => coded(500, 504, "allocate_timeout"),
            CallName::Start => coded(500, 62, "request timeout"),
            CallName::Query | CallName::Update | CallName::UpdateLayout | CallName::Stop | CallName::NcsIp => {
                coded(504, 62, "request timeout")
            }
        },
        Kind::BadGateway => gateway_page(502, "Bad Gateway"),
        Kind::Unavailable => gateway_page(503, "Service Temporarily Unavailable"),
        Kind::GatewayTimeout => gateway_page(504, "Gateway Time-out"),
        Kind::NotCompleted => coded(206, 65, "request not completed"),
        Kind::Throttled => rate_limited(),
        Kind::Garbage => HttpResponse { status: 200, body: vec![0x1f, 0x8b, 0x08, 0x00, 0xff, 0xfe, b'{', b'}', 0x00] },
        Kind::Html => page(200, "Sign in to the guest network"),
        Kind::Cut | Kind::Slow | Kind::Drip | Kind::Stall | Kind::Reset | Kind::Refuse => return None,
    })
}

fn gateway_page(status: u16, title: &str) -> HttpResponse {
    page(status, &format!("{status} {title}"))
}

fn page(status: u16, title: &str) -> HttpResponse {
    let body = format!("<html>\n<head><title>{title}</title></head>\n<body><h1>{title}</h1></body>\n</html>\n");
    HttpResponse { status, body: body.into_bytes() }
}
