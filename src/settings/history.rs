//! The `[history]` table: how long evidence is kept, and whether a copy of the log is.

use super::reader::Table;

/// Longest time that anything may be asked to be kept, in days: ten years.
const DAYS_AT_MOST: u32 = 3_650;

/// What is kept for how long. Facts are kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// Each probe, in days: 1 to 3,650.
    pub raw_days: u32,
    /// Sums of probes by the hour, in days: as long as probes at least.
    pub hour_days: u32,
    /// Whether a copy of the log is kept beside it.
    pub backup: BackupPlan,
}

/// Whether a copy of the log is kept beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackupPlan {
    /// Brought up to date every hour.
    Hourly,
    /// Not by the program itself.
    Off,
}

impl Default for History {
    fn default() -> Self {
        Self { raw_days: 30, hour_days: 365, backup: BackupPlan::Hourly }
    }
}

/// The defaults, changed by what the table says. What is wrong keeps its default and is noted.
pub fn read(mut table: Table<'_, '_>) -> History {
    let mut history = History::default();
    let raw = table.number("raw_days", 1..=DAYS_AT_MOST);
    history.raw_days = raw.as_ref().map_or(history.raw_days, |found| found.value);
    let hours = table.number("hour_days", 1..=DAYS_AT_MOST);
    history.hour_days = hours.as_ref().map_or(history.hour_days.max(history.raw_days), |found| found.value);
    if history.hour_days < history.raw_days {
        let what = format!(
            "keeps sums for {} days and each probe for {}; sums come after the probes, so they have to be kept at least as long",
            history.hour_days, history.raw_days
        );
        table.report("hour_days", hours.or(raw).map(|found| found.span), what);
    }
    let plans = [("hourly", BackupPlan::Hourly), ("off", BackupPlan::Off)];
    history.backup = table.choice("backup", &plans).unwrap_or(history.backup);
    table.end();
    history
}
