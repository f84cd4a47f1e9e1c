//! From HTTP's number, the service's number and the members of an answer to the one thing it means. Cautious: nothing but the
//! service's own words may end or prove a recording.

use crate::agora::body::{AnswerBody, ServerResponse};
use crate::monitor::answer::{Outcome, Refusal, ServiceStatus, Upload};
use crate::monitor::event::CallKind;
use crate::monitor::ids::{ResourceId, Sid};

/// What an answer means. First what needs no number, then success, then the service's number, then HTTP's.
pub(super) fn outcome(call: CallKind, http: u16, body: Option<&AnswerBody>) -> Outcome {
    let Some(body) = body else { return of_status(http, JsonCode::Absent) };
    match http {
        429 => return Outcome::Throttled,
        400..=499 if says(body, "appid is invalid") => return Outcome::Refused(Refusal::BadAppId),
        401 => return Outcome::Refused(Refusal::Unauthorized),
        404 => return not_found(call, body),
        200..=299 | 400..=599 => {}
        _ => return Outcome::Malformed,
    }
    if let Some(outcome) = success(call, http, body) {
        return outcome;
    }
    if let Some(outcome) = body.code.and_then(|code| of_code(call, http, code, body)) {
        return outcome;
    }
    if http == 201 && call == CallKind::Start {
        return Outcome::AlreadyStarted;
    }
    of_status(http, body.code.map_or(JsonCode::Absent, |_| JsonCode::Present))
}

/// Whether the service carried the call out, as far as its numbers tell. An answer with an error number does not say so,
/// whatever else it holds, and 206 never does.
pub(super) fn is_in_order(call: CallKind, http: u16, body: &AnswerBody) -> bool {
    let no_error = match body.code {
        None | Some(0 | 200) => true,
        Some(7) => call == CallKind::Start,
        Some(_) => false,
    };
    no_error && http != 206 && (200..=299).contains(&http)
}

/// The members of a success.
fn success(call: CallKind, http: u16, body: &AnswerBody) -> Option<Outcome> {
    if !is_in_order(call, http, body) {
        return None;
    }
    match call {
        CallKind::Acquire => filled(&body.resource_id).map(|id| Outcome::Acquired(ResourceId::new(id))),
        CallKind::Start => filled(&body.sid).map(|sid| Outcome::Started(Sid::new(sid))),
        // The web mode documents a status too. Without one, its other words prove nothing.
        CallKind::Query => {
            let number = body.server_response.as_ref()?.status?;
            Some(Outcome::Status(ServiceStatus::from(number)))
        }
        // Any key may be missing, but not both: a bare `{}` may be anybody's, and would turn a change that was never made into
        // one that was.
        CallKind::Update | CallKind::UpdateLayout => names_a_recording(body).then_some(Outcome::Updated),
        CallKind::Stop => {
            let response = body.server_response.as_ref();
            (response.is_some() || names_a_recording(body))
                .then(|| Outcome::Stopped(response.map_or(Upload::Unknown, upload)))
        }
    }
}

fn filled(text: &Option<String>) -> Option<&str> {
    text.as_deref().filter(|text| !text.trim().is_empty())
}

fn names_a_recording(body: &AnswerBody) -> bool {
    filled(&body.resource_id).or(filled(&body.sid)).is_some()
}

/// `uploadingStatus`, which the web mode keeps in a service of its own. The documents spell the last word both `unknown` and
/// `unknow`; `stranded` is announced for a mode to come.
fn upload(response: &ServerResponse) -> Upload {
    let of_services = || {
        let services = response.extension_service_state.iter();
        services.filter_map(|service| service.payload()?.uploading_status.as_deref()).next()
    };
    match response.uploading_status.as_deref().or_else(of_services) {
        Some("uploaded") => Upload::Uploaded,
        Some("backuped") => Upload::BackedUp,
        Some("stranded") => Upload::Stranded,
        Some(_) | None => Upload::Unknown,
    }
}

fn says(body: &AnswerBody, words: &str) -> bool {
    body.words().any(|text| text.to_ascii_lowercase().contains(words))
}

/// The two 404s: the gateway's, for a wrong address, and the service's, for a recording that is not there. Any other page
/// says nothing about the recording.
fn not_found(call: CallKind, body: &AnswerBody) -> Outcome {
    if says(body, "no route matched") {
        Outcome::Refused(Refusal::NoRoute)
    } else if body.code == Some(404) || says(body, "failed to find worker") {
        match call {
            CallKind::Query | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => Outcome::Missing,
            // There was no recording yet that could be missing.
            CallKind::Acquire | CallKind::Start => Outcome::Refused(Refusal::Other),
        }
    } else {
        body.code.and_then(|code| of_code(call, 404, code, body)).unwrap_or(Outcome::Malformed)
    }
}

/// The service's numbers (vendor: response status codes; common errors). `None` when HTTP's number decides.
fn of_code(call: CallKind, http: u16, code: i64, body: &AnswerBody) -> Option<Outcome> {
    use CallKind::{Acquire, Query, Start, Stop, Update, UpdateLayout};
    let refused = |why| Some(Outcome::Refused(why));
    match (code, call) {
        // The documents name these without an HTTP status, so any will do.
        (433 | 1001, _) => Some(Outcome::StaleResource),
        (432 | 1003, _) => refused(Refusal::WrongRecording),
        (1013, _) => refused(Refusal::BadName),
        (1028, _) => refused(Refusal::BadLayout),
        (109, _) => refused(Refusal::TokenExpired),
        (110, _) => refused(Refusal::TokenWrong),
        // The upload takes longer than the service waits.
        (50, Stop) => Some(Outcome::ServerError),
        // One number with two meanings: no worker to be had, and, in an older text, a recording on its way out.
        (501, Acquire | Start) => Some(Outcome::ServerError),
        // From a failing server these numbers mean that it failed; below, what they say.
        (_, _) if http >= 500 => None,
        (501, Query | Stop | Update | UpdateLayout) => Some(Outcome::AlreadyLeaving),
        (65, _) => Some(Outcome::NotCompleted),
        (435, Stop) => Some(Outcome::NothingRecorded),
        (49, Stop) => Some(Outcome::AlreadyLeaving),
        (53, Start) => Some(Outcome::UidConflict),
        (7, Start) => Some(Outcome::AlreadyStarted),
        (62, Acquire) => refused(Refusal::NotEnabled),
        (62, Start | Query | Stop | Update | UpdateLayout) => Some(Outcome::ServerError),
        (500 | 502 | 504, Acquire | Start) => Some(Outcome::ServerError),
        (2, _) if says(body, "hash") => refused(Refusal::HashMismatch),
        (2, _) => refused(Refusal::BadRequest),
        (8, _) => refused(Refusal::Garbled),
        // As the body of a 405 or 406 these would only repeat HTTP.
        (400, Acquire) if http == 400 => refused(Refusal::BadAppId),
        (401, Acquire) if http == 400 => refused(Refusal::BadName),
        (405, _) if http == 400 => refused(Refusal::Suspended),
        (406, _) if http == 400 => refused(Refusal::OverLimit),
        _ => None,
    }
}

/// Whether a body holds the service's number, which tells its own 50x from a gateway's.
#[derive(Clone, Copy)]
enum JsonCode {
    Present,
    Absent,
}

/// What HTTP's number says alone.
const fn of_status(http: u16, code: JsonCode) -> Outcome {
    match (http, code) {
        (400, _) => Outcome::Refused(Refusal::BadRequest),
        (401, _) => Outcome::Refused(Refusal::Unauthorized),
        (403, _) => Outcome::Refused(Refusal::Forbidden),
        // An error page of somebody's server, and a request that was slow on its way: neither is about our request.
        (404 | 408, _) => Outcome::Malformed,
        (429, _) => Outcome::Throttled,
        (405..=499 | 402, _) => Outcome::Refused(Refusal::Other),
        (502..=504, JsonCode::Absent) => Outcome::Gateway,
        (500..=599, _) => Outcome::ServerError,
        _ => Outcome::Malformed,
    }
}

#[cfg(test)]
mod tests;
