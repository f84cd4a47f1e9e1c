//! What an answer means, in the core's words. Pure, and cautious: nothing but the service's own words may end or prove a
//! recording; whatever could come from a proxy, a login page or a broken line reads as uncertain.

use std::sync::Arc;
use std::time::Duration;

use super::request::Unsendable;
use super::text;
use super::transport::{HttpResponse, TransportError};
use super::wire::{AnswerBody, FileList, ServerResponse};
use crate::monitor::answer::{Answer, Outcome, Refusal, ServiceStatus, Upload};
use crate::monitor::event::CallKind;
use crate::monitor::ids::{ResourceId, Sid};
use crate::monitor::io::{Answered, SendId};
use crate::monitor::told::{File, Told};

/// What one exchange brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it means.
    pub answer: Answer,
    /// What it tells beside its meaning.
    pub told: Told,
    /// The body, cut to 2 KiB and fit for the eye.
    pub raw: Option<Arc<str>>,
}

impl Reading {
    /// With the facts that only the sender knows, as the core takes it.
    pub fn answered(self, id: SendId, latency: Duration) -> Answered {
        let Self { answer, told, raw } = self;
        Answered { id, latency, answer, told, raw }
    }

    /// Of an order that could not be sent. A configuration error: repeating it cannot help.
    pub(super) fn unsent(why: &Unsendable) -> Self {
        Self::without_body(Outcome::Refused(Refusal::BadRequest), None, &why.to_string())
    }

    fn without_body(outcome: Outcome, http: Option<u16>, reason: &str) -> Self {
        let answer = Answer { outcome, http, code: None, reason: text::line(reason) };
        Self { answer, told: Told::default(), raw: None }
    }
}

/// Reads what came of a call.
pub fn read(call: CallKind, result: &Result<HttpResponse, TransportError>) -> Reading {
    match result {
        Ok(response) => of_response(call, response),
        Err(TransportError::NoAnswer { kind, detail }) => Reading::without_body(Outcome::NoAnswer(*kind), None, detail),
        Err(error @ TransportError::TooLarge { status }) => {
            Reading::without_body(Outcome::Malformed, Some(*status), &error.to_string())
        }
    }
}

fn of_response(call: CallKind, response: &HttpResponse) -> Reading {
    let (http, body) = (response.status, AnswerBody::parse(&response.body));
    let outcome = match &body {
        Some(body) => of_json(call, http, body),
        None => of_status(http, JsonCode::Absent),
    };
    let told = body.as_ref().and_then(|body| body.words().next()).and_then(text::line);
    let reason = told.or_else(|| {
        matches!(outcome, Outcome::Malformed).then(|| text::line(why_unreadable(http, body.is_some()))).flatten()
    });
    let files = match &outcome {
        Outcome::Status(_) | Outcome::Stopped(_) => {
            body.as_ref().and_then(|body| body.server_response.as_ref()).map(files).unwrap_or_default()
        }
        Outcome::Acquired(_)
        | Outcome::Started(_)
        | Outcome::AlreadyStarted
        | Outcome::Updated
        | Outcome::NothingRecorded
        | Outcome::AlreadyLeaving
        | Outcome::Missing
        | Outcome::NotCompleted
        | Outcome::UidConflict
        | Outcome::StaleResource
        | Outcome::ServerError
        | Outcome::Throttled
        | Outcome::Refused(_)
        | Outcome::Malformed
        | Outcome::Gateway
        | Outcome::NoAnswer(_) => Vec::new(),
    };
    let code = body.as_ref().and_then(|body| body.code);
    Reading {
        answer: Answer { outcome, http: Some(http), code, reason },
        told: Told { files, ..Told::default() },
        raw: text::raw(&response.body),
    }
}

/// Our words for an answer that has none.
const fn why_unreadable(http: u16, is_json: bool) -> &'static str {
    match (http, is_json) {
        (300..=399, _) => "the answer points to another address, which is not followed; check the domain and the proxy",
        (_, false) => "the answer is not Agora's JSON; a proxy or a sign-in page may have answered in its place",
        (_, true) => "the answer lacks what this call should bring",
    }
}

/// An answer that is a JSON object: first what needs no number, then success, then the service's number, then HTTP's.
fn of_json(call: CallKind, http: u16, body: &AnswerBody) -> Outcome {
    match http {
        429 => return Outcome::Throttled,
        401 => return Outcome::Refused(Refusal::Unauthorized),
        404 => return not_found(call, body),
        200..=299 | 400..=599 => {}
        _ => return Outcome::Malformed,
    }
    if let Some(outcome) = success(call, http, body) {
        return outcome;
    }
    if let Some(outcome) = body.code.and_then(|code| of_code(call, http, code)) {
        return outcome;
    }
    if http == 201 && call == CallKind::Start {
        return Outcome::AlreadyStarted;
    }
    of_status(http, body.code.map_or(JsonCode::Absent, |_| JsonCode::Present))
}

/// The members of a success. An answer with an error number is none, whatever else it holds. 206 never is.
fn success(call: CallKind, http: u16, body: &AnswerBody) -> Option<Outcome> {
    let in_order = match body.code {
        None | Some(0 | 200) => true,
        Some(7) => call == CallKind::Start,
        Some(_) => false,
    };
    if !in_order || http == 206 || !(200..=299).contains(&http) {
        return None;
    }
    let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    match call {
        CallKind::Acquire => filled(&body.resource_id).map(|id| Outcome::Acquired(ResourceId::new(id))),
        CallKind::Start => filled(&body.sid).map(|sid| Outcome::Started(Sid::new(sid))),
        CallKind::Query => {
            let number = body.server_response.as_ref()?.status?;
            Some(Outcome::Status(ServiceStatus::from(number)))
        }
        CallKind::Update | CallKind::UpdateLayout => {
            filled(&body.resource_id).or(filled(&body.sid)).map(|_| Outcome::Updated)
        }
        CallKind::Stop => {
            // Any key may be missing, but not all: then it would not be the service that says so.
            filled(&body.resource_id).or(filled(&body.sid)).or(body.server_response.as_ref().map(|_| String::new()))?;
            let word = body.server_response.as_ref().and_then(|response| response.uploading_status.as_deref());
            Some(Outcome::Stopped(match word {
                Some("uploaded") => Upload::Uploaded,
                Some("backuped") => Upload::BackedUp,
                Some(_) | None => Upload::Unknown,
            }))
        }
    }
}

/// The two 404s: the gateway's, for a wrong address, and the service's, for a recording that is not there. Any other page
/// says nothing about the recording.
fn not_found(call: CallKind, body: &AnswerBody) -> Outcome {
    let says = |words: &str| body.words().any(|text| text.to_ascii_lowercase().contains(words));
    if says("no route matched") {
        Outcome::Refused(Refusal::NoRoute)
    } else if body.code == Some(404) || says("failed to find worker") {
        match call {
            CallKind::Query | CallKind::Stop | CallKind::Update | CallKind::UpdateLayout => Outcome::Missing,
            // There was no recording yet that could be missing.
            CallKind::Acquire | CallKind::Start => Outcome::Refused(Refusal::Other),
        }
    } else {
        body.code.and_then(|code| of_code(call, 404, code)).unwrap_or(Outcome::Malformed)
    }
}

/// The service's numbers (vendor: response status codes; common errors). `None` when HTTP's number decides.
fn of_code(call: CallKind, http: u16, code: i64) -> Option<Outcome> {
    use CallKind::{Acquire, Query, Start, Stop, Update, UpdateLayout};
    let server_failed = http >= 500;
    match (code, call) {
        // The documents name these without an HTTP status, so any will do.
        (433 | 1001, _) => Some(Outcome::StaleResource),
        (109 | 110 | 432 | 1003 | 1013 | 1028, _) => Some(Outcome::Refused(Refusal::BadRequest)),
        // The upload takes longer than the service waits.
        (50, Stop) => Some(Outcome::ServerError),
        // From a failing server these numbers mean that it failed; below, what they say.
        (_, _) if server_failed => None,
        (65, _) => Some(Outcome::NotCompleted),
        (435, Stop) => Some(Outcome::NothingRecorded),
        (49, Stop) => Some(Outcome::AlreadyLeaving),
        // An older text: the service is leaving, when asked after a stop.
        (501, Query) => Some(Outcome::AlreadyLeaving),
        (53, Start) => Some(Outcome::UidConflict),
        (7, Start) => Some(Outcome::AlreadyStarted),
        (62, Acquire) => Some(Outcome::Refused(Refusal::NotEnabled)),
        (62, Start | Query | Stop | Update | UpdateLayout) => Some(Outcome::ServerError),
        (2 | 8, _) => Some(Outcome::Refused(Refusal::BadRequest)),
        // As the body of a 405 or 406 these would only repeat HTTP.
        (405, _) if http == 400 => Some(Outcome::Refused(Refusal::NotEnabled)),
        (406, _) if http == 400 => Some(Outcome::Refused(Refusal::OverLimit)),
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

/// The files of a list. An empty list, or none, is usual before the first slice.
fn files(response: &ServerResponse) -> Vec<File> {
    let names: Vec<&str> = match &response.file_list {
        None => Vec::new(),
        Some(FileList::Text(name)) => vec![name],
        Some(FileList::Items(items)) => items.iter().filter_map(|item| item.file_name.as_deref()).collect(),
    };
    let file = |name| Some(File { name: text::line(name)?, track: None, user: None, began: None });
    names.into_iter().filter_map(file).collect()
}

#[cfg(test)]
mod tests;
