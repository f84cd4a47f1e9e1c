//! The window: it shows snapshots and sends commands. It decides nothing about a recording, never reads a clock and never
//! waits for the worker.

pub mod commands;
pub mod fonts;
pub mod format;
pub mod glyph;
pub mod icons;
pub mod pattern;
#[cfg(test)]
mod testing;
pub mod theme;
pub mod words;
