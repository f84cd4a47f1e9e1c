//! reelwatch.
pub mod agora;
pub mod export;
pub mod monitor;
pub mod store;
pub mod ui;
pub mod worker;
