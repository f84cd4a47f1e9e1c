//! The parts screens are made of. Each paints itself from values handed in and says what was clicked; none knows the worker,
//! the clock or another widget's state.

pub mod badge;
pub mod band;
pub mod banner;
pub mod button;
pub mod chip;
pub mod key_hint;
pub mod meter;
pub mod note;
pub mod section;
pub mod segments;
pub mod steps;
pub mod text;
