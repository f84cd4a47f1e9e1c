//! The gateway in front of the service: which address is which call, whose credentials are right, how many requests a second
//! are let through, and whether a domain can be reached at all.

use std::collections::VecDeque;

use super::scenario::CallName;
use crate::agora::transport::Method;

/// What an address asks for. Identifiers are as they stand in the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) app_id: String,
    pub(super) call: Call,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Acquire,
    Start { resource: String, mode: String },
    Query { resource: String, sid: String, mode: String },
    Stop { resource: String, sid: String, mode: String },
}

impl Call {
    pub(super) const fn name(&self) -> CallName {
        match self {
            Call::Acquire => CallName::Acquire,
            Call::Start { .. } => CallName::Start,
            Call::Query { .. } => CallName::Query,
            Call::Stop { .. } => CallName::Stop,
        }
    }

    pub(super) fn resource(&self) -> Option<&str> {
        match self {
            Call::Acquire => None,
            Call::Start { resource, .. } | Call::Query { resource, .. } | Call::Stop { resource, .. } => Some(resource),
        }
    }

    pub(super) fn mode(&self) -> Option<&str> {
        match self {
            Call::Acquire => None,
            Call::Start { mode, .. } | Call::Query { mode, .. } | Call::Stop { mode, .. } => Some(mode),
        }
    }
}

/// Finds the call of an address; letter case counts. `None`: no such route.
pub(super) fn route(method: Method, path: &str) -> Option<Asked> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let (app_id, rest) = path.strip_prefix("/v1/apps/")?.split_once("/cloud_recording/")?;
    let parts: Vec<&str> = rest.split('/').collect();
    let call = match (method, parts.as_slice()) {
        (Method::Post, ["acquire"]) => Call::Acquire,
        (Method::Post, ["resourceid", resource, "mode", mode, "start"]) => {
            Call::Start { resource: (*resource).to_owned(), mode: (*mode).to_owned() }
        }
        (Method::Get, ["resourceid", resource, "sid", sid, "mode", mode, "query"]) => {
            Call::Query { resource: (*resource).to_owned(), sid: (*sid).to_owned(), mode: (*mode).to_owned() }
        }
        (Method::Post, ["resourceid", resource, "sid", sid, "mode", mode, "stop"]) => {
            Call::Stop { resource: (*resource).to_owned(), sid: (*sid).to_owned(), mode: (*mode).to_owned() }
        }
        (Method::Get | Method::Post, _) => return None,
    };
    Some(Asked { app_id: app_id.to_owned(), call })
}

/// The `Authorization` header these credentials make (RFC 7617).
pub(super) fn basic(customer_id: &str, customer_secret: &str) -> String {
    format!("Basic {}", base64(format!("{customer_id}:{customer_secret}").as_bytes()))
}

/// Base64 with padding (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: [char; 64] = {
        let mut alphabet = ['/'; 64];
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+";
        let mut index = 0;
        while index < letters.len() {
            alphabet[index] = letters[index] as char;
            index += 1;
        }
        alphabet
    };
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4usize {
            let index = group >> (18 - 6 * place) & 63;
            text.push(if place > chunk.len() { '=' } else { ALPHABET[index as usize] });
        }
    }
    text
}

/// At most so many requests in any sliding second. Refused ones do not count.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    limit: usize,
    let_through: VecDeque<i64>,
}

impl Rate {
    pub(super) fn new(per_second: u32) -> Self {
        Self { limit: usize::try_from(per_second).unwrap_or(usize::MAX), let_through: VecDeque::new() }
    }

    /// Lets one request through, or not.
    pub(super) fn admits(&mut self, now_ms: i64) -> bool {
        while self.let_through.front().is_some_and(|at| now_ms - at >= 1000) {
            self.let_through.pop_front();
        }
        let admitted = self.let_through.len() < self.limit;
        if admitted {
            self.let_through.push_back(now_ms);
        }
        admitted
    }
}

/// Whether a domain can be reached, and how long that stays so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Light {
    /// Connections are refused until then.
    Dark {
        /// UTC milliseconds.
        until_ms: i64,
    },
    /// It can be reached, until then if that is known.
    Lit {
        /// UTC milliseconds.
        until_ms: Option<i64>,
    },
}

/// When which domain is dark.
#[derive(Clone, Debug, Default)]
pub(super) struct Darkness {
    hours: Vec<(usize, i64, i64)>,
}

impl Darkness {
    pub(super) fn add(&mut self, domain: usize, from_ms: i64, to_ms: i64) {
        self.hours.push((domain, from_ms, to_ms));
    }

    pub(super) fn at(&self, domain: usize, now_ms: i64) -> Light {
        let of_domain = || self.hours.iter().filter(move |(dark, ..)| *dark == domain);
        let around = of_domain().filter(|(_, from, to)| *from <= now_ms && now_ms < *to);
        if let Some(until_ms) = around.map(|(.., to)| *to).max() {
            return Light::Dark { until_ms };
        }
        Light::Lit { until_ms: of_domain().map(|(_, from, _)| *from).filter(|from| *from > now_ms).min() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_calls_and_letter_case_counts() {
        let asked =
            route(Method::Get, "/v1/apps/app/cloud_recording/resourceid/R/sid/S/mode/mix/query").expect("a route");
        assert_eq!(asked.app_id, "app");
        assert_eq!(asked.call, Call::Query { resource: "R".into(), sid: "S".into(), mode: "mix".into() });
        assert!(route(Method::Post, "/v1/apps/app/cloud_recording/acquire").is_some());
        for (method, path) in [
            (Method::Get, "/v1/apps/app/cloud_recording/acquire"),
            (Method::Post, "/v1/apps/app/cloud_recording/resourceId/R/mode/mix/start"),
            (Method::Post, "/v1/apps/app/cloud_recording/resourceid/R/sid/S/mode/mix/query"),
            (Method::Post, "/v2/apps/app/cloud_recording/acquire"),
            (Method::Get, "/"),
        ] {
            assert_eq!(route(method, path), None, "{path}");
        }
    }

    #[test]
    fn credentials_are_spelt_as_the_rfcs_do() {
        assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        for (plain, coded) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
        assert_eq!(base64(&[0xfb, 0xff, 0xfe]), "+//+");
    }

    #[test]
    fn the_eleventh_request_of_any_second_is_refused_and_costs_nothing() {
        let mut rate = Rate::new(10);
        assert!((0..10).all(|index| rate.admits(index * 50)));
        assert!(!rate.admits(500) && !rate.admits(999));
        assert!(rate.admits(1000), "the first is a second old");
        assert!(!rate.admits(1001));
        assert!(rate.admits(1050));
    }

    #[test]
    fn a_domain_says_how_long_its_light_lasts() {
        let mut darkness = Darkness::default();
        darkness.add(0, 100, 200);
        darkness.add(0, 150, 300);
        assert_eq!(darkness.at(0, 99), Light::Lit { until_ms: Some(100) });
        assert_eq!(darkness.at(0, 160), Light::Dark { until_ms: 300 });
        assert_eq!(darkness.at(0, 300), Light::Lit { until_ms: None });
        assert_eq!(darkness.at(1, 160), Light::Lit { until_ms: None });
    }
}
