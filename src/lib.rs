//! reelwatch.
pub mod monitor;
pub mod worker;
