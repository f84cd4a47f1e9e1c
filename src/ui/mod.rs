//! The window: it shows snapshots and sends commands. It decides nothing about a recording, never reads a clock and never
//! waits for the worker.

#[cfg(test)]
mod act_tests;
pub mod acts;
pub mod app;
#[cfg(test)]
pub(crate) mod app_tests;
#[cfg(test)]
mod change_tests;
pub mod commands;
pub mod detail;
pub mod dialogs;
pub mod fleet;
pub mod fonts;
pub mod format;
pub mod glyph;
pub mod icons;
#[cfg(test)]
mod import_tests;
pub mod incidents;
#[cfg(test)]
mod incidents_tests;
pub mod pages;
#[cfg(test)]
mod pages_tests;
#[cfg(test)]
mod pane_tests;
pub mod pattern;
pub mod profiles;
#[cfg(test)]
mod projects_tests;
pub mod run;
pub mod state;
#[cfg(test)]
pub(crate) mod testing;
pub mod theme;
pub mod tidings;
pub mod timeline;
pub mod toasts;
#[cfg(test)]
mod toasts_tests;
pub mod widgets;
pub mod words;
