//! How large the log is, how fast it grows, and how long the disk lasts. Growth is measured from day to day; where it was not, nobody
//! knows it.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::error::StoreError;
use super::evidence::day_of;
use super::write::Store;
use crate::monitor::snapshot::LogSize;
use crate::monitor::time::Timestamp;

/// Days that growth is measured over, at most.
const OVER_DAYS: i64 = 7;

impl Store {
    /// How large it is, and keeps that for the day. `now` is the time of the log.
    ///
    /// # Errors
    /// If the disk refuses.
    pub fn size(&mut self, now: Timestamp) -> Result<LogSize, StoreError> {
        self.still_there()?;
        let today = day_of(now.as_millis());
        let per_day = measure(&self.db, today).map_err(|error| self.error(&error))?;
        Ok(LogSize { bytes: self.counts()?.bytes, per_day, free: free(self.path()) })
    }
}

fn measure(db: &Connection, today: i64) -> rusqlite::Result<Option<u64>> {
    let in_use = "SELECT (page_count - freelist_count) * page_size
                  FROM pragma_page_count, pragma_freelist_count, pragma_page_size";
    let in_use: i64 = db.query_row(in_use, [], |row| row.get(0))?;
    db.execute("INSERT OR IGNORE INTO size_of_day (day, bytes) VALUES (?1, ?2)", (today, in_use))?;
    let before = "SELECT day, bytes FROM size_of_day WHERE day BETWEEN ?1 - ?2 AND ?1 - 1 ORDER BY day LIMIT 1";
    let before = db.query_row(before, (today, OVER_DAYS), |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)));
    let grown = before.optional()?.map(|(day, bytes)| (in_use - bytes).max(0) / (today - day).max(1));
    Ok(grown.map(i64::unsigned_abs))
}

/// What is free on the disk of a file.
fn free(path: &Path) -> Option<u64> {
    fs4::available_space(path.parent()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor::event::Event;
    use crate::store::evidence::DAY_MS;
    use crate::store::sample::{at, everywhere};

    #[test]
    fn growth_is_that_of_the_last_week_and_unknown_on_the_first_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("log.db")).unwrap();
        let first = store.size(at(100 * DAY_MS)).unwrap();
        assert_eq!((first.per_day, first.days_left()), (None, None));
        assert!(first.bytes > 0 && first.free.is_some());
        for day in 101..=110 {
            store.append(&vec![everywhere(day, Event::WatchEnded); 4_000], &[]).unwrap();
            store.size(at(day * DAY_MS)).unwrap();
        }
        let size = store.size(at(110 * DAY_MS + 1)).unwrap();
        let per_day = size.per_day.unwrap();
        assert!((80_000..400_000).contains(&per_day), "{per_day}");
    }
}
