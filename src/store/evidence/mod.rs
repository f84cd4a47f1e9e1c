//! Probes that are not new any more: packed a day at a time, then summed up by the hour, then gone. It decides nothing about a
//! recording and touches no event; it never runs by itself, but a step at a time when it is told the time.
//!
//! | file | subject |
//! |---|---|
//! | `block` | a run of probes of one channel and day in few bytes, and back |
//! | `hours` | what is left of a day of a channel when its probes go |
//! | `read` | the evidence of a stretch of time, packed or not |
//! | `steps` | one small step of packing and of letting go |

pub mod block;
pub mod hours;
pub mod read;
pub mod steps;

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// The day of a moment in milliseconds: days since the Unix epoch, UTC.
pub const fn day_of(at_ms: i64) -> i64 {
    at_ms.div_euclid(DAY_MS)
}
