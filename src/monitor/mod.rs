//! The pure core: what we know and what we decide. `now` comes in, effects go out. It never reads a clock, never does IO, never
//! awaits, draws no random numbers and iterates over no unordered map, so the same inputs always give the same outputs.
//!
#![doc = include_str!("rules.md")]

mod act;
mod adoption;
pub mod answer;
pub mod band;
#[cfg(test)]
mod bench;
pub mod care;
pub mod change;
mod channel;
pub mod checkpoint;
pub mod coverage;
pub mod describe;
mod dispatch;
mod domains;
mod engine;
pub mod event;
pub mod gap;
mod grid;
pub mod history;
pub mod ids;
pub mod incidents;
pub mod io;
#[cfg(test)]
mod load_tests;
pub mod names;
mod network;
mod operation;
pub mod outlook;
mod pace;
pub mod phase;
pub mod policy;
mod project;
mod queue;
mod quota;
pub mod remark;
mod retries;
pub mod schedule;
pub mod snapshot;
pub mod time;
pub mod told;
mod urgent;

pub use channel::facts::Facts;
pub use channel::{Seen, Verdict};
pub use engine::{Monitor, Roster};
pub use project::{IdleTimes, ProjectRoster};
