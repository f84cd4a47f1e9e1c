//! The gateway in front of the service: which address is which call, whose credentials are right, how many requests a second
//! are let through, and whether a domain can be reached at all.

use std::collections::VecDeque;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::scenario::CallName;
use crate::agora::transport::Method;

/// What an address asks for. Identifiers are as they stand in the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// None for what is asked of the vendor and not of a project.
    pub(super) app_id: Option<String>,
    pub(super) call: Call,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Call {
    NcsIp,
    Acquire,
    Start { resource: String, mode: String },
    Query(Target),
    Update(Target),
    UpdateLayout(Target),
    Stop(Target),
}

/// Which recording an address means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) resource: String,
    pub(super) sid: String,
    pub(super) mode: String,
}

impl Call {
    pub(super) const fn name(&self) -> CallName {
        match self {
            Call::NcsIp => CallName::NcsIp,
            Call::Acquire => CallName::Acquire,
            Call::Start { .. } => CallName::Start,
            Call::Query(_) => CallName::Query,
            Call::Update(_) => CallName::Update,
            Call::UpdateLayout(_) => CallName::UpdateLayout,
            Call::Stop(_) => CallName::Stop,
        }
    }

    pub(super) fn resource(&self) -> Option<&str> {
        match self {
            Call::NcsIp | Call::Acquire => None,
            Call::Start { resource, .. } => Some(resource),
            Call::Query(target) | Call::Update(target) | Call::UpdateLayout(target) | Call::Stop(target) => {
                Some(&target.resource)
            }
        }
    }
}

/// Finds the call of an address; letter case counts. `None`: no such route.
pub(super) fn route(method: Method, path: &str) -> Option<Asked> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    if method == Method::Get && ["/v1/ncs/ip", "/v2/ncs/ip"].contains(&path) {
        return Some(Asked { app_id: None, call: Call::NcsIp });
    }
    let (app_id, rest) = path.strip_prefix("/v1/apps/")?.split_once("/cloud_recording/")?;
    let parts: Vec<&str> = rest.split('/').collect();
    let call = match parts.as_slice() {
        ["acquire"] if method == Method::Post => Call::Acquire,
        ["resourceid", resource, "mode", mode, "start"] if method == Method::Post => {
            Call::Start { resource: (*resource).to_owned(), mode: (*mode).to_owned() }
        }
        ["resourceid", resource, "sid", sid, "mode", mode, verb] => {
            let [resource, sid, mode] = [resource, sid, mode].map(|part| (*part).to_owned());
            let target = Target { resource, sid, mode };
            match (method, *verb) {
                (Method::Get, "query") => Call::Query(target),
                (Method::Post, "update") => Call::Update(target),
                (Method::Post, "updateLayout") => Call::UpdateLayout(target),
                (Method::Post, "stop") => Call::Stop(target),
                (Method::Get | Method::Post, _) => return None,
            }
        }
        _ => return None,
    };
    Some(Asked { app_id: Some(app_id.to_owned()), call })
}

/// The `Authorization` header these credentials make (RFC 7617).
pub(super) fn basic(customer_id: &str, customer_secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{customer_id}:{customer_secret}")))
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
        assert_eq!(asked.app_id.as_deref(), Some("app"));
        let target = Target { resource: "R".into(), sid: "S".into(), mode: "mix".into() };
        assert_eq!(asked.call, Call::Query(target));
        for path in ["/v1/ncs/ip", "/v2/ncs/ip?x=1"] {
            assert_eq!(route(Method::Get, path), Some(Asked { app_id: None, call: Call::NcsIp }));
        }
        assert!(route(Method::Post, "/v1/apps/app/cloud_recording/acquire").is_some());
        for (method, path) in [
            (Method::Get, "/v1/apps/app/cloud_recording/acquire"),
            (Method::Post, "/v1/apps/app/cloud_recording/resourceId/R/mode/mix/start"),
            (Method::Post, "/v1/apps/app/cloud_recording/resourceid/R/sid/S/mode/mix/query"),
            (Method::Post, "/v2/apps/app/cloud_recording/acquire"),
            (Method::Post, "/v1/ncs/ip"),
            (Method::Get, "/v1/apps/app/cloud_recording/resourceid/R/sid/S/mode/mix/update"),
            (Method::Post, "/v1/apps/app/cloud_recording/resourceid/R/sid/S/mode/mix/updatelayout"),
            (Method::Get, "/"),
        ] {
            assert_eq!(route(method, path), None, "{path}");
        }
    }

    #[test]
    fn credentials_are_spelt_as_the_rfcs_do() {
        assert_eq!(basic("Aladdin", "open sesame"), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
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
