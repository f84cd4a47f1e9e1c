//! What is left of probes that were too old to be kept one by one.

use crate::monitor::time::Timestamp;

/// One hour of a channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HourOfProbes {
    /// Its first moment.
    pub from: Timestamp,
    /// The answers, by kind.
    pub answers: Vec<Answered>,
    /// Time to the answer, in milliseconds: least, median and most.
    pub latency_ms: [u32; 3],
}

/// Answers of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The HTTP status; none when no answer came.
    pub http: Option<u16>,
    /// Whether they said that the recorder records.
    pub recording: bool,
    /// How many there were.
    pub times: u32,
}
