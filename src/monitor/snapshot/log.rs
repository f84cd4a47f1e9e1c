//! How it stands with the log on disk.

use std::sync::Arc;
use std::time::Duration;

use crate::monitor::io::LogHealth;
use crate::monitor::time::Timestamp;

/// The state of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogView {
    /// Whether it can be written.
    pub health: LogHealth,
    /// Facts on disk.
    pub saved: u64,
    /// Facts and probes that wait in memory.
    pub waiting: usize,
    /// Facts and probes that were dropped because the bound was reached.
    pub dropped: u64,
    /// What the operating system said, while it fails.
    pub error: Option<Arc<str>>,
    /// What upkeep of the log stumbled over last: it goes on taking what is new, and grows.
    pub upkeep_error: Option<Arc<str>>,
    /// What is damaged in it, when that was found while it was written.
    pub damage: Option<Arc<str>>,
    /// How far the times of the log run ahead of the workstation's clock, since that was set back; zero while they agree.
    pub ahead: Duration,
    /// Where it is; empty while it is nowhere but in memory.
    pub path: Arc<str>,
    /// How large it is, once that was measured.
    pub size: Option<LogSize>,
    /// How long evidence is kept.
    pub keeps: LogKeeps,
    /// The copy beside it.
    pub backup: BackupView,
}

/// What the log takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogSize {
    /// Bytes of the database file.
    pub bytes: u64,
    /// What it grew by each day of the last week, in bytes; none before it was there for a day.
    pub per_day: Option<u64>,
    /// Free on its disk, in bytes; none where the system does not tell.
    pub free: Option<u64>,
}

impl LogSize {
    /// Days until the disk is full, at this pace; none while it does not grow, or where nobody knows.
    pub const fn days_left(&self) -> Option<u64> {
        match (self.free, self.per_day) {
            (Some(free), Some(per_day)) if per_day > 0 => Some(free / per_day),
            (Some(_) | None, Some(_) | None) => None,
        }
    }
}

/// For how many days evidence is kept; facts are kept for ever.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogKeeps {
    /// Each probe.
    pub raw_days: u32,
    /// Sums of probes by the hour.
    pub hour_days: u32,
}

/// The copy beside the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BackupView {
    /// None is made.
    #[default]
    Off,
    /// None was made in this run yet.
    ToCome,
    /// It holds everything up to then.
    Made {
        /// When.
        at: Timestamp,
        /// Its size.
        bytes: u64,
    },
    /// It could not be made.
    Failed {
        /// When.
        at: Timestamp,
        /// What happened and what to do.
        why: Arc<str>,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_knows_when_a_disk_is_full_that_does_not_fill_up() {
        let size = LogSize { bytes: 1, per_day: Some(100), free: Some(1_050) };
        assert_eq!(size.days_left(), Some(10));
        assert_eq!(LogSize { per_day: Some(0), ..size }.days_left(), None);
        assert_eq!(LogSize { per_day: None, ..size }.days_left(), None);
        assert_eq!(LogSize { free: None, ..size }.days_left(), None);
    }
}
