//! reelwatch.
pub mod agora;
pub mod monitor;
pub mod worker;
