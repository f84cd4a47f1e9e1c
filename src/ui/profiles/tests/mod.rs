//! The editor and the table of settings, as they are used.

mod editor;
mod fields;
