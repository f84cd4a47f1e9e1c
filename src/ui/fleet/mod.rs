//! The fleet screen: is anything wrong, where, and how fresh is that knowledge.
//!
//! ```text
//! ┌ top bar: mark, project or demo ×N ──────────────────── theme, clock ┐
//! │ strip: needs you │ requests │ domain │ network │ last answer │ …    │
//! │ banners: what concerns more than one row                            │
//! │ filter bar: field, chips                                            │
//! ├ table: sections and rows, worst first ────────────┬ detail pane ────┤
//! └ status bar: log, keys ────────────────────────────┴─────────────────┘
//! ```

pub mod filter;
pub mod listing;
