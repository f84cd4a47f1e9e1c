//! The rooms of reelwatch that read foreign text, what these need, and nothing else: without window and database the targets are built in a
//! fraction of the time. No code of its own.

#[path = "../../src/agora/mod.rs"]
pub mod agora;
#[path = "../../src/disk.rs"]
pub mod disk;
#[path = "../../src/import/mod.rs"]
pub mod import;
#[path = "../../src/monitor/mod.rs"]
pub mod monitor;
#[path = "../../src/profile/mod.rs"]
pub mod profile;
#[path = "../../src/settings/mod.rs"]
pub mod settings;
