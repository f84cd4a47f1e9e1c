//! Reads the past of all channels for whoever looks at the timeline: off the loop, on a reader of its own.
//! It never makes a failed read look like a time in which nothing happened.

use std::sync::{Arc, Mutex, PoisonError};

use super::handle::{FleetRead, TimeRange};
use super::past::Shared;
use crate::monitor::snapshot::FleetHistory;
use crate::monitor::time::Timestamp;
use crate::store::{Reader, StoreError};

/// Reads the stretch, at most up to `now`.
pub fn read(reader: &Shared, look: TimeRange, now: Timestamp) -> Result<FleetHistory, StoreError> {
    let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
    let to = look.to.min(now);
    Ok(FleetHistory { from: look.from, to, channels: reader.fleet(look.from, to)? })
}

/// What a read adds to what was known: a failed one leaves the last good one in place and says so.
pub fn told(before: &FleetRead, result: Result<FleetHistory, StoreError>) -> FleetRead {
    match result {
        Ok(history) => FleetRead { history: Some(Arc::new(history)), trouble: None },
        Err(error) => FleetRead { history: before.history.clone(), trouble: Some(error.to_string().into()) },
    }
}

/// A reader that a task can take with it.
pub fn shared(reader: Reader) -> Shared {
    Arc::new(Mutex::new(reader))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_millis(s * 1000)
    }

    #[test]
    fn a_failed_read_is_told_beside_what_is_known() {
        let good = told(&FleetRead::default(), Ok(FleetHistory { from: at(0), to: at(9), ..FleetHistory::default() }));
        let error = StoreError::NotOurs { path: "log.db".into() };
        let bad = told(&good, Err(error));
        assert_eq!(bad.history.map(|history| history.to), Some(at(9)));
        assert!(bad.trouble.is_some_and(|why| why.contains("log.db")));
    }
}
