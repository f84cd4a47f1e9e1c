//! The editor of recording profiles: the list of them, a form that shows the settings of the chosen mode, and the request that
//! comes of it. The form edits a plain tree of values; every change is read into the types of the profiles, which alone know the
//! rules. Saving is a wish to the worker.
//!
//! | file | subject |
//! |---|---|
//! | `fields` | every setting: words, kind, range, help |
//! | `tree` | the values of a form |
//! | `check` | from the tree to a profile, or to what is wrong |
//! | `form` | what is being edited |
//! | `editor` | the dialog, and what is asked before something is lost |
//! | `list`, `page`, `control`, `rows`, `preview`, `import` | its parts |
//! | `words` | the editor's words |

pub mod check;
mod control;
mod editor;
pub mod fields;
mod form;
mod import;
mod list;
mod page;
mod preview;
mod rows;
pub mod tree;
mod words;

pub use self::editor::{Editor, Open};

#[cfg(test)]
mod tests;
