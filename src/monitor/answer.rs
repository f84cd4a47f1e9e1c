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

/// A request that no repetition can help: the operator has to change something. One variant for each thing there is to change.
/// Where the service's list is short, older pages of the vendor's ("common errors") name more numbers; both are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// 400 and code 2: a parameter is missing, of a wrong kind or out of range. Treatment: read `reason`, correct it (vendor:
    /// response status codes).
    BadRequest,
    /// Code 2 with a reason that names the request's hash: `startParameter` of acquire differs from what start sends. Treatment:
    /// none documented; seen in answers of the vendor's support.
    HashMismatch,
    /// Code 8: header, method or JSON cannot be read. Treatment: correct the request (vendor: common errors). Ours is well
    /// formed, so something on the way may have changed it.
    Garbled,
    /// 401: customer key or secret. Treatment: correct them (vendor: response status codes).
    Unauthorized,
    /// 403: not allowed for this project. Not in the documents; a gateway's or a proxy's word.
    Forbidden,
    /// The gateway's 404 `no Route matched with those values`: the address is wrong, not the recording. Treatment: correct the
    /// address (vendor: response status codes).
    NoRoute,
    /// acquire 400/400 `invalid_appid`, and the gateway's `appid is invalid`. Treatment: correct the App ID (vendor: acquire).
    BadAppId,
    /// acquire 400/401 `invalid_channel_name`, and code 1013. Treatment: correct the channel name (vendor: acquire; common
    /// errors).
    BadName,
    /// Codes 432 and 1003: App ID, channel, UID or sid do not belong to the resource ID. Treatment: do not mix the IDs of
    /// recordings up; for a start, acquire again (vendor: common errors).
    WrongRecording,
    /// Code 1028: the body of updateLayout. Treatment: correct the layout (vendor: common errors).
    BadLayout,
    /// Code 109: the token has expired. Treatment: a new token and a new recording (vendor: common errors).
    TokenExpired,
    /// Code 110: the token does not fit, mostly since it was made for another UID. Treatment: a token of this channel, UID and
    /// App ID (vendor: common errors).
    TokenWrong,
    /// acquire 62 with 4xx: the service is not enabled for this App ID. Treatment: enable it in the console (vendor: common
    /// errors).
    NotEnabled,
    /// 400/405 `no_active_status`: the project is suspended, for instance for a bill that is overdue. Treatment: the vendor's
    /// console or support (vendor: acquire).
    Suspended,
    /// 400/406 `vendor_over_load`: as many recorders run as the project may have (PCW). Treatment: later again, and look for
    /// recordings that were forgotten (vendor: acquire).
    OverLimit,
    /// It was never sent: something here makes it unusable, and the reason says what.
    NotSent,
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

/// What one exchange came to, with the vendor's advice for it. What is really done is the business of the rules in `channel`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// acquire: a resource ID. Treatment: start within 5 minutes, better within 2 s (vendor: acquire).
    Acquired(ResourceId),
    /// start: a recording. Treatment: query from 5 s on until status 4 or 5; failed if neither comes within 90 s (vendor:
    /// integration best practices).
    Started(Sid),
    /// start 201 without a `sid`, or code 7: something runs under this resource ID, and we do not know its name. Treatment: no
    /// second start with this resource ID (vendor: start).
    AlreadyStarted,
    /// query 200. Treatment: every 2 minutes again (vendor: integration best practices).
    Status(ServiceStatus),
    /// stop 200. Treatment: `backuped` is forwarded by the service itself (vendor: stop).
    Stopped(Upload),
    /// update or updateLayout 200. Treatment: the next one only after this answer (vendor: update).
    Updated,
    /// stop 206/435: nothing was recorded. Treatment: check whether anybody published (vendor: stop).
    NothingRecorded,
    /// stop 400/49, and code 501 of an older page: it is leaving already, after a stop, idle or kicked. Treatment: none, it ends
    /// (vendor: stop; common errors).
    AlreadyLeaving,
    /// 404 `failed to find worker`. Treatment: query again after 5, 10, 15 s; a failover may show it for up to 90 s (vendor:
    /// best practices; response status codes).
    Missing,
    /// 206/65: the request reached the service and was not completed. Treatment: the same again after 3 and 6 s, then a new
    /// resource ID (vendor: best practices).
    NotCompleted,
    /// start 400/53: a recorder with this channel and UID lives under another resource ID. Treatment: another UID (vendor:
    /// start).
    UidConflict,
    /// 433 and 1001: the resource ID is older than 5 minutes or unreadable. Treatment: acquire anew (vendor: common errors).
    StaleResource,
    /// The service's own 50x, code 50 of a stop and 62 included. Treatment: a start again after 3, 6, 9 s, then with another UID;
    /// a query after 5, 10, 15, 30 s; it does not prove that a recording ended (vendor: best practices).
    ServerError,
    /// 429: our own rate. Treatment: slow down; 10 requests per second and project (vendor: response status codes).
    Throttled,
    /// A configuration error. Treatment: as each says.
    Refused(Refusal),
    /// An answer that says nothing we can read, such as a captive portal's page with 200. Not documented; ours to treat as no
    /// answer.
    Malformed,
    /// 502, 503 or 504 of a gateway, without the service's JSON. Treatment: as 50x, at another domain (vendor: switch the domain
    /// name).
    Gateway,
    /// No HTTP answer. Treatment: the same domain again, then the other, after 1, 3, 6 s (vendor: switch the domain name).
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
            Outcome::Refused(Refusal::NotSent) => "not sent".to_owned(),
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
