//! Session logs as files: pure functions from what is known about one channel to bytes, and a name for the file.
//!
//! A session log never holds a secret, because it is made of types that cannot: facts, probes and a channel's names. Customer key
//! and secret, storage keys and tokens live in the settings and in `agora`, and neither is known here. `sid` and resource ID are
//! in it on purpose: support asks for them, and without the customer's key they open nothing.
//!
//! | file | subject |
//! |---|---|
//! | `log` | [`SessionLog`]: what is told, and the one order in which both formats tell it |
//! | `csv` | [`write_csv`] |
//! | `json` | [`write_json_lines`] |
//! | `text` | times, and text that cannot harm the program that opens it |
//! | `name` | [`file_name`]: what the file is called |

mod csv;
mod json;
mod log;
mod name;
#[cfg(test)]
mod sample;
mod text;

pub use csv::write_csv;
pub use json::write_json_lines;
pub use log::{SessionLog, Unobserved};
pub use name::file_name;
