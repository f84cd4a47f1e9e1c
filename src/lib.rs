//! reelwatch.
pub mod agora;
pub mod export;
pub mod monitor;
pub mod ui;
pub mod store;
pub mod worker;
