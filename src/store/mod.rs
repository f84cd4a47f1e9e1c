//! What outlives the process: the event log, which is the only truth, and the probes, which are evidence for charts.
//!
//! One SQLite file in WAL mode, one [`Store`] that writes, any number of [`Reader`]s beside it. Every append is one transaction
//! and on the disk when the call returns. Nothing here decides, reads a clock, repairs a file by itself or deletes one.
//!
//! | file | subject |
//! |---|---|
//! | `open` | one process per file, is it ours, is it whole, setting a damaged one aside |
//! | `migrate` | numbered migrations and the copy made before them |
//! | `write` | [`Store`]: numbers for channels, append |
//! | `start` | what the worker reads once at start-up |
//! | `size` | how large it is and how long the disk lasts |
//! | `stand_in` | going on while the disk refuses the log at the start |
//! | `read` | [`Reader`]: the past of one channel |
//! | `incidents` | all incidents of a stretch of time |
//! | `checkpoint` | what a start goes on from |
//! | `check` | reading all of it, to see whether it can be read |
//! | `compact` | making the file as small as it can be |
//! | `backup` | the hourly copy, and putting it in the log's place |
//! | `rows` | events and probes to and from rows |
//! | `evidence` | old probes: packed, summed up by the hour, let go |
//! | `past` | days of bands and gaps of all channels, ready to be drawn |
//! | `frame` | packed bytes with a checksum |
//! | `beside` | the files beside the database |
//! | `faults` | where a test lets the program fail or die |
//! | `error` | what can go wrong and what to do about it |

pub mod backup;
mod beside;
pub mod check;
mod checkpoint;
mod compact;
mod error;
pub mod evidence;
pub mod faults;
mod frame;
mod incidents;
mod migrate;
mod open;
pub mod past;
mod read;
mod rows;
#[cfg(test)]
mod sample;
mod size;
mod stand_in;
mod start;
mod write;

pub use checkpoint::Checkpoint;
pub use error::StoreError;
pub use incidents::{IncidentLines, Most};
pub use open::Note;
pub use read::{Past, Reader};
pub use stand_in::EarlierRuns;
pub use start::{Counts, LastProbe, Replay};
pub use write::Store;
