//! Scenario files: TOML that says what is given and what happens when. The vocabulary of the files; `load` reads and checks them,
//! `world` and `faults` carry them out.
//!
//! Moments (`t`) count from the start of the simulation and are written like `3m20s`, as are all durations (`for`, `after`).

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};

/// A duration in whole milliseconds, written like `3m20s`, `150ms` or `1h`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span(pub u64);

impl Span {
    /// From whole seconds.
    pub const fn secs(seconds: u64) -> Self {
        Self(seconds * 1000)
    }

    /// The moment this long after `ms`.
    pub(super) fn after(self, ms: i64) -> i64 {
        ms.saturating_add(i64::try_from(self.0).unwrap_or(i64::MAX))
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::custom(format!("\"{text}\" is not a duration; write it like \"3m20s\" or \"150ms\""));
        let duration: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
        u64::try_from(duration.as_millis()).map(Span).map_err(|_| wrong())
    }
}

/// A whole scenario.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What a person calls it.
    pub name: String,
    /// The seed when nobody gives another one.
    pub seed: u64,
    /// Speed of a demo with it: simulated seconds per second, 1 to 600.
    #[serde(default = "one")]
    pub speed: u32,
    /// Poll interval that suits the story, when the operator's own is not to be used.
    pub poll_every: Option<Span>,
    /// The customer's project.
    pub project: Project,
    /// How the service behaves all along.
    #[serde(default)]
    pub service: Service,
    /// The channels the operator looks after. The simulated service knows no list: any channel name may be recorded.
    #[serde(default, rename = "channel")]
    pub channels: Vec<Channel>,
    /// What happens, in order of time.
    #[serde(default, rename = "at")]
    pub happenings: Vec<At>,
    /// What the simulated operator does, in order of time.
    #[serde(default, rename = "operator")]
    pub operator: Vec<Act>,
}

/// The project as the service knows it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// What a person calls it.
    pub name: String,
    /// The App ID in the paths.
    #[serde(default = "Project::app_id")]
    pub app_id: String,
    /// The customer ID that Basic authentication has to bring.
    #[serde(default = "Project::customer_id")]
    pub customer_id: String,
    /// The customer secret; an invented one.
    #[serde(default = "Project::customer_secret")]
    pub customer_secret: String,
    /// Names of the API domains, in the order of their ports.
    #[serde(default = "Project::domains")]
    pub domains: Vec<String>,
}

impl Project {
    fn app_id() -> String {
        "5a3d0f1e9b2c4d6e8f7a1b0c2d3e4f50".to_owned()
    }

    fn customer_id() -> String {
        "simulated-customer".to_owned()
    }

    fn customer_secret() -> String {
        "simulated-secret".to_owned()
    }

    fn domains() -> Vec<String> {
        vec!["api.agora.io".to_owned(), "api.sd-rtn.com".to_owned()]
    }
}

/// Even an invented secret stays out of `Debug`, so that no habit grows.
impl fmt::Debug for Project {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, app_id, customer_id, customer_secret: _, domains } = self;
        f.debug_struct("Project")
            .field("name", name)
            .field("app_id", app_id)
            .field("customer_id", customer_id)
            .field("domains", domains)
            .finish_non_exhaustive()
    }
}

/// The service's limits and manners.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Service {
    /// Shortest and longest time to an ordinary answer.
    pub latency: [Span; 2],
    /// Requests in any sliding second, per App ID (vendor: 10).
    pub qps: u32,
    /// Recordings at the same time (vendor: 50; older texts up to 300).
    pub pcw: u32,
    /// How long status 6, 7 and 8 are seen when a recorder leaves by itself. Undocumented; uploads may take minutes.
    pub leaving: Span,
    /// Which of the known shapes answers have where the documents and the field differ.
    pub shapes: Shapes,
    /// What a 201 to a repeated start tells.
    pub repeated_start: RepeatedStart,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            latency: [Span(40), Span(180)],
            qps: 10,
            pcw: 50,
            leaving: Span::secs(5),
            shapes: Shapes::Documented,
            repeated_start: RepeatedStart::WithoutSid,
        }
    }
}

/// Where the current documents and what customers saw differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shapes {
    /// As the current documents show them.
    Documented,
    /// As customers saw them: 404 with `cname` and `uid`, a stop's 404 without `reason`, acquire with `resourceId` only, the
    /// spelling `unknow`.
    Seen,
}

/// The body of a 201.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RepeatedStart {
    /// `{"code":7,"reason":"already started"}`, as documented.
    WithoutSid,
    /// The members of a successful start, as the vendor's clients expect.
    WithSid,
}

/// A channel of the operator.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    /// Channel name.
    pub cname: String,
    /// First UID.
    pub main_uid: u32,
    /// UID for restarts.
    pub backup_uid: u32,
    /// Further UIDs.
    #[serde(default)]
    pub spare_uids: Vec<u32>,
    /// `maxIdleTime` of its recording profile.
    #[serde(default = "five_minutes")]
    pub max_idle: Span,
    /// Whether somebody publishes from the beginning.
    #[serde(default = "yes")]
    pub publishing: bool,
}

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
    /// stop
    Stop,
}

/// One deed of the simulated operator.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// Since the start of the simulation.
    pub t: Span,
    /// What is done.
    pub action: Action,
    /// To these channels, in this order.
    pub channels: Vec<String>,
}

/// What an operator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Start, unless a person was quicker.
    Start,
    /// Stop, unless a person was quicker.
    Stop,
    /// Restart with the other UID, unless a person was quicker and the channel records again.
    Restart,
}

fn one() -> u32 {
    1
}

fn yes() -> bool {
    true
}

fn hundred() -> u8 {
    100
}

fn five_minutes() -> Span {
    Span::secs(300)
}
