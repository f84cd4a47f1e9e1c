//! What a call to the service came to, in our words. `agora` translates into these types; nothing here knows JSON or HTTP
//! beyond the numbers an operator reads.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::ids::{ResourceId, Sid};

/// `serverResponse.status` of a query (vendor: query, `status`). A number the documents do not name is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "i64", into = "i64")]
pub enum ServiceStatus {
    /// 0 to 3: not begun, initialised, components starting, some ready.
    Preparing(u8),
    /// 4: all components ready. Counts as recording.
    Ready,
    /// 5: in progress. Counts as recording.
    InProgress,
    /// 6 to 8: stop requested, components stopped, exited.
    Leaving(u8),
    /// 20: exited abnormally.
    AbnormalExit,
    /// Any other number.
    Unknown(i64),
}

impl From<i64> for ServiceStatus {
    fn from(number: i64) -> Self {
        match number {
            0 => Self::Preparing(0),
            1 => Self::Preparing(1),
            2 => Self::Preparing(2),
            3 => Self::Preparing(3),
            4 => Self::Ready,
            5 => Self::InProgress,
            6 => Self::Leaving(6),
            7 => Self::Leaving(7),
            8 => Self::Leaving(8),
            20 => Self::AbnormalExit,
            other => Self::Unknown(other),
        }
    }
}

impl From<ServiceStatus> for i64 {
    fn from(status: ServiceStatus) -> i64 {
        match status {
            ServiceStatus::Preparing(n) | ServiceStatus::Leaving(n) => n.into(),
            ServiceStatus::Ready => 4,
            ServiceStatus::InProgress => 5,
            ServiceStatus::AbnormalExit => 20,
            ServiceStatus::Unknown(n) => n,
        }
    }
}

/// `uploadingStatus` of a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Upload {
    /// Everything is in the customer's storage.
    Uploaded,
    /// At least one file waits in Agora's backup cloud and is forwarded later.
    BackedUp,
    /// The file waits on the recording server and comes later; not a failure.
    Stranded,
    /// Agora does not say, or says a word we do not know.
    Unknown,
}

/// A request that no repetition can help: the operator has to change something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// 400 and body codes such as 2, 8, 432, 1003, 1013: a parameter is wrong.
    BadRequest,
    /// 401: customer key or secret.
    Unauthorized,
    /// 403: not allowed for this project.
    Forbidden,
    /// The gateway's 404 `no Route matched with those values`: the address is wrong, not the recording.
    NoRoute,
    /// 400/405 and 62 on acquire: the service is not enabled for this App ID.
    NotEnabled,
    /// 400/406 `vendor_over_load`: as many recorders run as the project may have (PCW).
    OverLimit,
    /// Any other 4xx.
    Other,
}

/// Why no HTTP answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// The name could not be resolved. Nothing was sent.
    Dns,
    /// No connection. Nothing was sent.
    Connect,
    /// The TLS handshake failed. Nothing was sent.
    Tls,
    /// Sent, and nothing came in time: the service may have acted.
    Timeout,
    /// Sent, and the connection broke: the service may have acted.
    Reset,
}

impl NoAnswer {
    /// Whether the service may have received and carried out the request.
    pub const fn may_have_acted(self) -> bool {
        match self {
            NoAnswer::Timeout | NoAnswer::Reset => true,
            NoAnswer::Dns | NoAnswer::Connect | NoAnswer::Tls => false,
        }
    }
}

/// What one exchange came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// acquire: a resource ID.
    Acquired(ResourceId),
    /// start: a recording.
    Started(Sid),
    /// start 201 without a `sid`: something runs under this resource ID, and we do not know its name.
    AlreadyStarted,
    /// query 200.
    Status(ServiceStatus),
    /// stop 200.
    Stopped(Upload),
    /// update or updateLayout 200.
    Updated,
    /// stop 206/435: nothing was recorded.
    NothingRecorded,
    /// stop 400/49: it is leaving already.
    AlreadyLeaving,
    /// 404 `failed to find worker`.
    Missing,
    /// 206/65: the request was not completed; ask again with the same parameters.
    NotCompleted,
    /// start 400/53: a recorder with this channel and UID lives under another resource ID.
    UidConflict,
    /// 433 and 1001: the resource ID is too old or unreadable; acquire anew.
    StaleResource,
    /// The service's own 50x, code 50 and 62 included.
    ServerError,
    /// 429: our own rate.
    Throttled,
    /// A configuration error.
    Refused(Refusal),
    /// An answer that says nothing we can read, such as a captive portal's page with 200.
    Malformed,
    /// 502, 503 or 504 of a gateway, without the service's JSON.
    Gateway,
    /// No HTTP answer.
    NoAnswer(NoAnswer),
}

impl Outcome {
    /// Whether the service may have carried the request out without our knowing.
    pub const fn is_ambiguous(&self) -> bool {
        match self {
            Outcome::NoAnswer(why) => why.may_have_acted(),
            Outcome::Gateway | Outcome::Malformed => true,
            Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Status(_)
            | Outcome::Stopped(_)
            | Outcome::Updated
            | Outcome::NothingRecorded
            | Outcome::AlreadyLeaving
            | Outcome::Missing
            | Outcome::NotCompleted
            | Outcome::UidConflict
            | Outcome::StaleResource
            | Outcome::ServerError
            | Outcome::Throttled
            | Outcome::Refused(_) => false,
        }
    }
}

/// The evidence of one exchange, as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// What it means.
    pub outcome: Outcome,
    /// HTTP status, if an HTTP answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http: Option<u16>,
    /// The body's `code`, which is not the HTTP status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// The body's `reason` or `message`, or what the transport said; never a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
}

impl Answer {
    /// An answer without numbers, as tests and timeouts make them.
    pub const fn bare(outcome: Outcome) -> Self {
        Self { outcome, http: None, code: None, reason: None }
    }

    /// Whether it says that the recorder records: status 4 or 5 (vendor: start is confirmed by 4 or 5).
    pub fn is_recording(&self) -> bool {
        matches!(self.outcome, Outcome::Status(ServiceStatus::Ready | ServiceStatus::InProgress))
    }

    /// The few characters an operator reads in a table: `200/5`, `404 worker`, `504`, `206/65`, `timeout`.
    pub fn label(&self) -> String {
        match &self.outcome {
            Outcome::Status(status) => format!("200/{}", i64::from(*status)),
            Outcome::Missing => "404 worker".to_owned(),
            Outcome::Refused(Refusal::NoRoute) => "404 route".to_owned(),
            Outcome::NoAnswer(NoAnswer::Dns) => "no DNS".to_owned(),
            Outcome::NoAnswer(NoAnswer::Connect) => "no connection".to_owned(),
            Outcome::NoAnswer(NoAnswer::Tls) => "TLS failed".to_owned(),
            Outcome::NoAnswer(NoAnswer::Timeout) => "timeout".to_owned(),
            Outcome::NoAnswer(NoAnswer::Reset) => "reset".to_owned(),
            Outcome::Malformed => self.numbers("unreadable"),
            Outcome::Acquired(_)
            | Outcome::Started(_)
            | Outcome::AlreadyStarted
            | Outcome::Stopped(_)
            | Outcome::Updated
            | Outcome::NothingRecorded
            | Outcome::AlreadyLeaving
            | Outcome::NotCompleted
            | Outcome::UidConflict
            | Outcome::StaleResource
            | Outcome::ServerError
            | Outcome::Throttled
            | Outcome::Gateway
            | Outcome::Refused(_) => self.numbers("answer"),
        }
    }

    fn numbers(&self, otherwise: &str) -> String {
        match (self.http, self.code) {
            (Some(http), Some(code)) if i64::from(http) != code => format!("{http}/{code}"),
            (Some(http), _) => http.to_string(),
            (None, Some(code)) => code.to_string(),
            (None, None) => otherwise.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_number_survives_the_way_there_and_back() {
        for number in [0, 1, 2, 3, 4, 5, 6, 7, 8, 20, 9, 17, -1] {
            assert_eq!(i64::from(ServiceStatus::from(number)), number);
        }
        assert_eq!(ServiceStatus::from(17), ServiceStatus::Unknown(17));
    }

    #[test]
    fn labels_read_as_operators_write_them() {
        let status = Answer { http: Some(200), ..Answer::bare(Outcome::Status(ServiceStatus::InProgress)) };
        assert_eq!(status.label(), "200/5");
        let again = Answer { http: Some(206), code: Some(65), ..Answer::bare(Outcome::NotCompleted) };
        assert_eq!(again.label(), "206/65");
        let gateway = Answer { http: Some(504), ..Answer::bare(Outcome::Gateway) };
        assert_eq!(gateway.label(), "504");
        assert_eq!(Answer::bare(Outcome::NoAnswer(NoAnswer::Timeout)).label(), "timeout");
    }
}
