//! The service's JSON of requests, to the letter, built from checked values. It decides nothing and reads nothing.

use serde::Serialize;

use crate::monitor::event::StopWait;
use crate::monitor::ids::{Cname, Uid};

/// The three members of every POST body.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Post<'a, R> {
    cname: &'a str,
    uid: String,
    client_request: R,
}

impl<'a, R> Post<'a, R> {
    /// A body about this recorder. The UID is a number in quotes.
    pub fn new(cname: &'a Cname, uid: Uid, client_request: R) -> Self {
        Self { cname: cname.as_str(), uid: uid.to_string(), client_request }
    }
}

/// `clientRequest` of stop. This one key is in snake case.
#[derive(Serialize)]
pub struct Stop {
    async_stop: bool,
}

impl Stop {
    /// Asynchronous means: do not wait for the upload.
    pub const fn new(wait: StopWait) -> Self {
        match wait {
            StopWait::ForUpload => Self { async_stop: false },
            StopWait::No => Self { async_stop: true },
        }
    }
}
