//! A simulated Agora cloud: the demo, the test bench and the training ground. It answers HTTP requests as the vendor's
//! documents say, from a scenario file and a seed, and keeps the ground truth of what was really recorded.
//!
//! Built from the documented samples with its own JSON: it shares nothing with the client but the transport's envelope, so that
//! a mistake of the client cannot hide here. It reads no clock: every moment is passed in, as UTC milliseconds.
//! It answers every call of the API in every mode; notifications it does not send yet.
//!
//! | file | subject |
//! |---|---|
//! | `scenario`, `happening` | scenario files: what is given, what happens when; `load` reads them |
//! | `cloud` | one request in, one reply out; time goes on in between |
//! | `gate` | the gateway in front: routes, credentials, rate, dark domains |
//! | `faults` | wrong, late and missing answers |
//! | `service` | the calls, carried out on the recorders |
//! | `checks` | the service's rules for request bodies |
//! | `token` | the tokens that channels ask for |
//! | `answers` | the JSON of every answer |
//! | `task`, `recorder` | what a recorder was told, and its life as a plan over time |
//! | `world`, `befall`, `people` | all recorders, what happens to them, who else is in the channels |
//! | `journal` | the ground truth |
//! | `http`, `transport` | the two doors: loopback ports, and in-process |

mod answers;
mod befall;
mod checks;
pub mod cloud;
mod faults;
mod gate;
mod happening;
pub mod http;
pub mod journal;
mod load;
mod people;
mod recorder;
pub mod scenario;
mod service;
mod task;
#[cfg(test)]
mod tests;
mod token;
pub mod transport;
mod world;

pub use cloud::{Reply, SimCloud, What};
pub use gate::Light;
pub use http::SimServer;
pub use journal::{Befell, Event, Journal, Life, Stretch};
pub use load::BadScenario;
pub use scenario::Scenario;
pub use transport::SimTransport;

/// The scenario of the simulated cloud alone: nothing goes wrong by itself.
pub const CALM: &str = include_str!("../../assets/scenarios/calm.toml");
/// The demo's scenario: one shift of a broadcaster with 24 channels.
pub const DEMO: &str = include_str!("../../assets/scenarios/demo.toml");
