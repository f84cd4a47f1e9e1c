//! reelwatch.
pub mod agora;
pub mod monitor;
pub mod ui;
pub mod worker;
