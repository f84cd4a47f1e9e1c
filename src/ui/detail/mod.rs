//! The pane.

pub mod chart;
pub mod lanes;
pub mod range;
