//! The pane.

pub mod lanes;
