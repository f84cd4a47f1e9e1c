//! The editor of recording profiles: the list of them, a form that shows the settings of the chosen mode, and the request that
//! comes of it. The form edits a plain tree of values; every change is read into the types of the profiles, which alone know the
//! rules. Saving is a wish to the worker.
//!
//! | file | subject |
//! |---|---|
//! | `fields` | every setting: words, kind, range, help |
//! | `tree` | the values of a form |
//! | `check` | from the tree to a profile, or to what is wrong |

pub mod check;
pub mod fields;
pub mod tree;

#[cfg(test)]
mod fields_tests;
