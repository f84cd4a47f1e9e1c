//! From an order of the core to the bytes that leave: path, credentials, body. Pure; it sends nothing.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;
use thiserror::Error;

use super::account::Account;
use super::admission::NoPass;
use super::transport::{HttpRequest, Method};
use super::wire;
use crate::monitor::event::CallKind;
use crate::monitor::ids::{Cname, Host, InvalidId, Mode};
use crate::monitor::io::{Call, Send};
use crate::profile::Profile;
use crate::profile::json::Json;

/// Why an order cannot become a request. Nothing was sent.
#[derive(Debug, Error)]
pub enum Unsendable {
    /// The order names a domain that the account does not have.
    #[error("{0} is not among the domains of the settings; add it there or restart reelwatch")]
    UnknownDomain(Host),
    /// The channel has no recording profile.
    #[error("the channel has no recording profile; add one in the settings and restart reelwatch")]
    NoProfile,
    /// Mode and body would contradict each other.
    #[error(
        "the channel is recorded in mode {channel}, and its recording profile is for mode {profile}; choose a profile of mode {channel} for it"
    )]
    OtherMode {
        /// Of the order.
        channel: Mode,
        /// Of the profile.
        profile: Mode,
    },
    /// Recordings of this mode do not know the change.
    #[error("a recording of mode {0} does not know such a change; nothing was changed")]
    ForeignChange(Mode),
    /// A name that Agora would refuse.
    #[error("{0}; correct the channel in the settings")]
    BadName(#[from] InvalidId),
    /// No token, or none that would be taken.
    #[error(transparent)]
    NoPass(#[from] NoPass),
    /// An ID that would turn the path into that of another call.
    #[error("Agora's {0} is empty or only dots and cannot stand in an address; start the channel anew")]
    BadSegment(&'static str),
    /// The body could not be written as JSON.
    #[error("the request could not be written as JSON ({0})")]
    Body(#[from] serde_json::Error),
}

/// What acquire and start are made of besides the order.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'a> {
    /// What is recorded and how.
    pub profile: &'a Profile,
    /// With which the recorder joins.
    pub token: Option<&'a SecretString>,
}

/// Writes the request of an order.
///
/// # Errors
/// When the domain is not one of the account's, an ID cannot stand in a path, or mode, name and profile do not fit.
pub fn request(account: &Account, terms: Option<Terms<'_>>, send: &Send) -> Result<HttpRequest, Unsendable> {
    let base = base(account, &send.host)?;
    let (method, tail, body) = call(terms, &send.call)?;
    let path = format!("/v1/apps/{}/cloud_recording/{tail}", account.app_id.as_str());
    Ok(HttpRequest { method, base, path, authorization: basic(account), body, timeout: send.timeout })
}

/// Writes the question for the addresses that notifications come from (vendor: `ncs/ip`).
///
/// # Errors
/// When the domain is not one of the account's.
pub fn ncs_ip(account: &Account, host: &Host, timeout: Duration) -> Result<HttpRequest, Unsendable> {
    let (base, path) = (base(account, host)?, "/v1/ncs/ip".to_owned());
    Ok(HttpRequest { method: Method::Get, base, path, authorization: basic(account), body: None, timeout })
}

fn base(account: &Account, host: &Host) -> Result<String, Unsendable> {
    let domain = account.domains.iter().find(|domain| domain.host() == host);
    domain.map(|domain| domain.base().to_owned()).ok_or_else(|| Unsendable::UnknownDomain(host.clone()))
}

/// What would be refused, or carried out in another way than it was meant.
fn check<'a>(terms: Option<Terms<'a>>, cname: &Cname, mode: &Mode) -> Result<Terms<'a>, Unsendable> {
    let terms = terms.ok_or(Unsendable::NoProfile)?;
    let profile = terms.profile.mode();
    if profile != *mode {
        return Err(Unsendable::OtherMode { channel: mode.clone(), profile });
    }
    Cname::of(cname.as_str(), mode)?;
    Ok(terms)
}

/// Method, the end of the path, and body.
fn call(terms: Option<Terms<'_>>, call: &Call) -> Result<(Method, String, Option<Vec<u8>>), Unsendable> {
    Ok(match call {
        Call::Acquire { cname, uid, mode, profile: _, asked_at: _, siblings } => {
            let terms = check(terms, cname, mode)?;
            let body = wire::Post::new(cname, *uid, raw(&terms.profile.acquire_request(terms.token, siblings))?);
            (Method::Post, "acquire".to_owned(), json(&body)?)
        }
        Call::Start { cname, uid, mode, resource_id, profile: _, asked_at: _ } => {
            let terms = check(terms, cname, mode)?;
            let resource_id = segment("resource ID", resource_id.as_str())?;
            let body = wire::Post::new(cname, *uid, raw(&terms.profile.start_request(terms.token))?);
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
            if !change.kind().fits(mode) {
                return Err(Unsendable::ForeignChange(mode.clone()));
            }
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
pub(super) fn basic(account: &Account) -> SecretString {
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
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(out)
}

#[cfg(test)]
pub(super) mod tests;
