//! reelwatch.
pub mod agora;
pub mod monitor;
pub mod store;
pub mod worker;
