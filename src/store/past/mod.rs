//! Days of bands, gaps and flags, ready to be drawn for all channels at once. They are derived from the events and can be made anew
//! at any time; nothing is decided by them. A day is made once it cannot change any more but by a fact that reaches far back, and
//! such a fact undoes it.
//!
//! | file | subject |
//! |---|---|
//! | `day` | a day of a channel in few bytes, and back |
//! | `build` | which days are to be made, and making them |
//! | `fleet` | all channels over a stretch of time |

pub mod build;
pub mod day;
pub mod fleet;

pub use build::{DaysDue, DaysMade};
