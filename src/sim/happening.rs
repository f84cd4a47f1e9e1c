//! What can happen in a scenario: to recorders, to the storage, to domains, and to answers. Words only; `world`, `service` and
//! `faults` carry them out.

use serde::Deserialize;

use super::scenario::Span;

/// A thing that happens, and when.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct At {
    /// Since the start of the simulation.
    pub t: Span,
    /// What happens.
    #[serde(flatten)]
    pub what: Happening,
}

/// What can happen. Recorders are addressed by channel: it befalls the one that started last and still lives, if any.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum Happening {
    /// The recorder is gone for good: 404 from now on.
    Die {
        /// Whose.
        cname: String,
    },
    /// The vendor's own failover: 404 for a while, then back under the same `sid`, files with `bak0_`. The 4th ends it.
    FailOver {
        /// Whose.
        cname: String,
        /// How long; at most 90 s.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// The recorder leaves by itself now, as after `maxIdleTime`.
    IdleOut {
        /// Whose.
        cname: String,
    },
    /// Status 20, and later 404.
    AbnormalExit {
        /// Whose.
        cname: String,
    },
    /// Somebody begins, or everybody ceases, to publish in the channel. Idle recorders leave after their `maxIdleTime`.
    Publish {
        /// Where.
        cname: String,
        /// Whether anybody publishes from now on.
        on: bool,
    },
    /// Somebody else records the channel under this UID: our start is answered with code 53. Refused (nothing happens) while a
    /// recorder of ours lives under it.
    OutsideRecorder {
        /// Where.
        cname: String,
        /// Its UID.
        uid: u32,
        /// How long it stays.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// A user joins with this UID: a recorder with the same UID is kicked out, at once or some seconds after it began.
    SameUidUser {
        /// Where.
        cname: String,
        /// The user's UID.
        uid: u32,
        /// How long the user stays.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// The next recorder of the channel never gets beyond status 3.
    StuckStart {
        /// Whose.
        cname: String,
    },
    /// The customer's storage cannot be reached: stops answer `backuped`.
    BackupCloud {
        /// Whose.
        cname: String,
        /// How long.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// The customer's storage refuses what recorders started meanwhile bring: wrong keys, or no such bucket.
    BadStorage {
        /// Whose.
        cname: String,
        /// How long.
        #[serde(rename = "for")]
        lasts: Span,
        /// What the client sees of it.
        shows: BadKeys,
    },
    /// Uploads at the end take long: a stop that waits for them is answered with code 50 after 20 s.
    SlowUpload {
        /// Whose.
        cname: String,
        /// How long one upload takes.
        takes: Span,
        /// How long this goes on.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// The page of recordings of web pages never becomes ready. With a `readyTimeout` the recorder gives up.
    PageStuck {
        /// Whose.
        cname: String,
        /// For recorders that start within this time.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// The CDN that a recorder of a web page pushes to cannot be reached.
    CdnDown {
        /// Whose.
        cname: String,
        /// How long.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// The App ID is suspended: acquire answers code 405.
    Suspended {
        /// How long.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// Cloud Recording is not enabled for the App ID: acquire answers code 62.
    NotEnabled {
        /// How long.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// A domain cannot be reached at all: connections are refused.
    DomainDark {
        /// Name of the domain.
        domain: String,
        /// How long.
        #[serde(rename = "for")]
        lasts: Span,
    },
    /// Wrong, late or missing answers.
    Fault(Fault),
}

/// How wrong storage keys show; both were seen by customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BadKeys {
    /// Status 4 for some seconds, then 404.
    Gone,
    /// Status 4 all along; a stop answers `backuped` and names no file.
    Backuped,
}

/// Answers that go wrong: for a time, for a number of requests, or both, whichever ends first.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// How they go wrong.
    pub kind: Kind,
    /// Only on these domains; empty: on all.
    #[serde(default)]
    pub domains: Vec<String>,
    /// Only these calls; empty: all.
    #[serde(default)]
    pub calls: Vec<CallName>,
    /// Only for these channels; empty: for all.
    #[serde(default)]
    pub cnames: Vec<String>,
    /// For this long.
    #[serde(rename = "for")]
    pub lasts: Option<Span>,
    /// For so many requests.
    pub count: Option<u32>,
    /// Percentage of the requests that are hit.
    #[serde(default = "hundred")]
    pub share: u8,
    /// The answer takes this long, in place of the service's latency.
    pub after: Option<Span>,
    /// Whether the service carries the request out all the same. Where not given: yes for `stall` and `reset`, else no.
    pub acted: Option<bool>,
}

/// How an answer goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum Kind {
    /// HTTP 500 of the service, with its JSON.
    #[serde(rename = "500")]
    Internal,
    /// HTTP 500 with code 15 and an empty `sid` to a start, as customers saw it; to other calls as `500`.
    #[serde(rename = "500-15")]
    NoSid,
    /// HTTP 502: a gateway's page.
    #[serde(rename = "502")]
    BadGateway,
    /// HTTP 503: a gateway's page.
    #[serde(rename = "503")]
    Unavailable,
    /// HTTP 504 with the service's code 62; for acquire and start HTTP 500, as documented there.
    #[serde(rename = "504")]
    BackendTimeout,
    /// HTTP 504: a gateway's page.
    #[serde(rename = "504-gateway")]
    GatewayTimeout,
    /// HTTP 206 with code 65.
    #[serde(rename = "206-65")]
    NotCompleted,
    /// HTTP 429.
    #[serde(rename = "429")]
    Throttled,
    /// HTTP 200 with bytes that are no JSON.
    #[serde(rename = "garbage")]
    Garbage,
    /// HTTP 200 with a web page, as captive portals answer.
    #[serde(rename = "html")]
    Html,
    /// The right answer, broken off in the middle.
    #[serde(rename = "cut")]
    Cut,
    /// The right answer, late: give `after`.
    #[serde(rename = "slow")]
    Slow,
    /// The right answer, its body byte by byte over `after`.
    #[serde(rename = "drip")]
    Drip,
    /// Accepted, never answered.
    #[serde(rename = "stall")]
    Stall,
    /// The connection breaks before an answer.
    #[serde(rename = "reset")]
    Reset,
    /// No connection. Over HTTP the request has been read by then, so there it looks like `reset`: prefer `domain_dark`.
    #[serde(rename = "refuse")]
    Refuse,
}

/// The calls by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallName {
    /// acquire
    Acquire,
    /// start
    Start,
    /// query
    Query,
    /// update
    Update,
    /// updateLayout
    UpdateLayout,
    /// stop
    Stop,
    /// ncs/ip
    NcsIp,
}

fn hundred() -> u8 {
    100
}
