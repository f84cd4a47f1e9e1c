//! What an answer means, in the core's words. Pure, and cautious: nothing but the service's own words may end or prove a
//! recording; whatever could come from a proxy, a login page or a broken line reads as uncertain.
//!
//! `meaning` finds the one [`Outcome`], `telling` what is told beside it. A web recording goes by its `status` like any other;
//! that its page has ended (`state`) or pauses (`onhold`) is told beside it and never changes the outcome. The documents put a
//! `status` into every answer about a web recording; one without is unreadable, whatever its page says.

use std::borrow::Cow;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use super::body::{AnswerBody, Data};
use super::request::Unsendable;
use super::transport::{HttpResponse, TransportError};
use super::{streams, text};
use crate::monitor::answer::{Answer, Outcome, Refusal};
use crate::monitor::event::CallKind;
use crate::monitor::io::{Answered, SendId};
use crate::monitor::told::Told;

mod meaning;
mod telling;

/// What one exchange brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What it means.
    pub answer: Answer,
    /// What it tells beside its meaning.
    pub told: Told,
    /// The body, without keys of streams, cut to 2 KiB and fit for the eye.
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
        Self::without_body(Outcome::Refused(Refusal::NotSent), None, &why.to_string())
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

/// Reads what came of a question for the addresses of notifications.
pub(super) fn addresses(result: &Result<HttpResponse, TransportError>) -> Result<Vec<IpAddr>, Answer> {
    // Like acquire it is about no recording; and with a 2xx it has no success but the list.
    let answer = read(CallKind::Acquire, result).answer;
    let Some(response) = result.as_ref().ok().filter(|response| response.status == 200) else { return Err(answer) };
    let body = AnswerBody::parse(&response.body);
    let listed = body.as_ref().and_then(|body| body.data.as_ref()).and_then(Data::addresses);
    let unreadable = |why: &str| Answer { outcome: Outcome::Malformed, reason: text::line(why), ..answer.clone() };
    let listed = listed.ok_or_else(|| unreadable(why_unreadable(response.status, body.is_some())))?;
    let read = |text: &str| text.trim().parse().map_err(|_| unreadable(&format!("{text:?} is no IP address")));
    listed.map(read).collect()
}

fn of_response(call: CallKind, response: &HttpResponse) -> Reading {
    // Before anything is read or cut, so that no half of a key stays.
    let (http, bytes) = (response.status, streams::mask(&response.body));
    // What is no JSON as it came does not become some by what was hidden in it.
    let is_json = matches!(bytes, Cow::Borrowed(_)) || AnswerBody::parse(&response.body).is_some();
    let body = if is_json { AnswerBody::parse(&bytes) } else { None };
    let outcome = meaning::outcome(call, http, body.as_ref());
    let words = body.as_ref().and_then(|body| body.words().next()).and_then(text::line);
    let reason = words.or_else(|| {
        matches!(outcome, Outcome::Malformed).then(|| text::line(why_unreadable(http, body.is_some()))).flatten()
    });
    let told = match call {
        CallKind::Query | CallKind::Stop => {
            body.as_ref().filter(|body| meaning::is_in_order(call, http, body)).map(telling::told).unwrap_or_default()
        }
        CallKind::Acquire | CallKind::Start | CallKind::Update | CallKind::UpdateLayout => Told::default(),
    };
    let code = body.as_ref().and_then(|body| body.code);
    Reading { answer: Answer { outcome, http: Some(http), code, reason }, told, raw: text::raw(&bytes) }
}

/// Our words for an answer that has none.
const fn why_unreadable(http: u16, is_json: bool) -> &'static str {
    match (http, is_json) {
        (300..=399, _) => "the answer points to another address, which is not followed; check the domain and the proxy",
        (_, false) => "the answer is not Agora's JSON; a proxy or a sign-in page may have answered in its place",
        (_, true) => "the answer lacks what this call should bring",
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod random_tests;
