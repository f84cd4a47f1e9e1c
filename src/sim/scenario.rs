//! Scenario files: TOML that says what is given and what happens when. The vocabulary of the files; `load` reads and checks them,
//! `world` and `faults` carry them out. What can happen stands in `happening`.
//!
//! Moments (`t`) count from the start of the simulation and are written like `3m20s`, as are all durations (`for`, `after`).

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};

pub use super::happening::{At, BadKeys, CallName, Fault, Happening, Kind};

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
    /// Whether a start in a channel has to bring a token.
    #[serde(default)]
    pub token: TokenRule,
    /// What tokens are signed with, 32 hexadecimal digits; an invented one.
    pub app_certificate: Option<String>,
}

/// Whether channels ask for tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenRule {
    /// Nobody looks at tokens: the project has no App Certificate.
    #[default]
    Ignored,
    /// A start without a good token is answered with code 109 or 110.
    Required,
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
        let Self { name, app_id, customer_id, customer_secret: _, domains, token, app_certificate: _ } = self;
        f.debug_struct("Project")
            .field("name", name)
            .field("app_id", app_id)
            .field("customer_id", customer_id)
            .field("domains", domains)
            .field("token", token)
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
    /// UIDs of those who publish, by which the files of mode individual are named; none given: two of the simulation's own.
    #[serde(default)]
    pub users: Vec<u32>,
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

fn five_minutes() -> Span {
    Span::secs(300)
}
