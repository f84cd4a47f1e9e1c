//! reelwatch.
pub mod agora;
pub mod monitor;
pub mod sim;
pub mod store;
pub mod worker;
