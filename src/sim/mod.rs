//! A simulated Agora cloud: the demo, the test bench and the training ground. It answers HTTP requests as the vendor's
//! documents say, from a scenario file and a seed, and keeps the ground truth of what was really recorded.
//!
//! Built from the documented samples with its own JSON: it shares nothing with the client but the transport's envelope, so that
//! a mistake of the client cannot hide here. It reads no clock: every moment is passed in, as UTC milliseconds.
//! So far: acquire, start, query and stop in composite (`mix`) mode, without notifications.
//!
//! | file | subject |
//! |---|---|
//! | `scenario` | scenario files: what is given, what happens when |
//! | `cloud` | one request in, one reply out; time goes on in between |
//! | `gate` | the gateway in front: routes, credentials, rate, dark domains |
//! | `checks` | the service's rules for request bodies |
//! | `recorder` | the life of one recorder as a plan over time |
//! | `world` | what happens to recorders: deaths, failovers, idle channels, strangers |
//! | `faults` | wrong, late and missing answers |
//! | `answers` | the JSON of every answer |
//! | `journal` | the ground truth |
//! | `http`, `transport` | the two doors: loopback ports, and in-process |

mod answers;
mod checks;
pub mod cloud;
mod faults;
mod gate;
pub mod http;
pub mod journal;
mod load;

mod recorder;
pub mod scenario;
#[cfg(test)]
mod tests;
pub mod transport;
mod world;

pub use cloud::{Reply, SimCloud, What};
pub use gate::Light;
pub use http::SimServer;
pub use journal::{Journal, Life, Stretch};
pub use load::BadScenario;
pub use scenario::Scenario;
pub use transport::SimTransport;

/// The demo's scenario: one shift of a broadcaster with 24 channels.
pub const DEMO: &str = include_str!("../../assets/scenarios/demo.toml");
