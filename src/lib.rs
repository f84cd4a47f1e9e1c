//! reelwatch.
pub mod agora;
pub mod export;
pub mod monitor;
pub mod sim;
pub mod store;
pub mod ui;
pub mod worker;
