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

pub mod banners;
pub mod columns;
pub mod empty;
pub mod filter;
pub mod filter_bar;
pub mod focus;
pub mod hold;
pub mod hover;
pub mod listing;
pub mod page;
pub mod row;
pub mod sentence;
pub mod status_bar;
pub mod strip;
pub mod table;
pub mod top_bar;
