//! The pure core: what we know and what we decide. `now` comes in, effects go out. It never reads a clock, never does IO, never
//! awaits, draws no random numbers and iterates over no unordered map, so the same inputs always give the same outputs.

pub mod answer;
pub mod band;
pub mod describe;
pub mod event;
pub mod gap;
pub mod ids;
pub mod io;
pub mod phase;
pub mod policy;
pub mod schedule;
pub mod snapshot;
pub mod time;
