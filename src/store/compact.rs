//! Making the file as small as it can be, at leisure: everything that can be packed is packed, words that nobody says any more go, and
//! so do empty pages. It takes as long as it takes, and nobody can write meanwhile.

use super::error::StoreError;
use super::evidence::steps::{Keep, Step};
use super::write::Store;
use crate::monitor::time::Timestamp;

/// What it came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    /// Probes that were packed.
    pub packed: u64,
    /// Probes that were too old, of which the hours are left.
    pub let_go: u64,
    /// Answers that no probe says any more.
    pub words: u64,
    /// Bytes before and after.
    pub bytes: [u64; 2],
}

impl Store {
    /// Makes it small. `now` is the time of the log.
    ///
    /// # Errors
    /// If the disk refuses, which needs as much room again as the log takes. Nothing is lost then.
    pub fn compact(&mut self, now: Timestamp, keep: Keep) -> Result<Compacted, StoreError> {
        let mut done = Compacted { bytes: [self.counts()?.bytes, 0], ..Compacted::default() };
        loop {
            match self.tidy(now, keep)? {
                Step::Packed(probes) => done.packed += probes,
                Step::LetGo(probes) => done.let_go += probes,
                Step::HoursLetGo(_) | Step::PassedBy => {}
                Step::AllDone => break,
            }
        }
        done.words = self.forget_words()?;
        self.db.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE);").map_err(|error| self.error(&error))?;
        done.bytes[1] = self.counts()?.bytes;
        Ok(done)
    }

    /// Packed probes bring their words along, so that only those of the newest need the dictionary.
    fn forget_words(&mut self) -> Result<u64, StoreError> {
        let unsaid = "DELETE FROM answer WHERE id NOT IN (SELECT DISTINCT answer FROM probe)";
        let forgotten = self.db.execute(unsaid, []).map_err(|error| self.error(&error))?;
        self.answers.clear();
        Ok(u64::try_from(forgotten).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::monitor::answer::{Answer, Outcome};
    use crate::store::evidence::DAY_MS;
    use crate::store::sample::{at, good, probe};

    #[test]
    fn it_is_smaller_than_before_and_says_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("log.db")).unwrap();
        let channel = store.channel_ids("court", &[Arc::from("hall")]).unwrap()[0];
        let answer =
            |n: i64| Answer { reason: Some(format!("request {n}").into()), ..Answer::bare(Outcome::ServerError) };
        let polls: Vec<_> = (0..20_000).map(|n| probe(channel, 90 * DAY_MS + n * 10_000, answer(n / 6_000))).collect();
        store.append(&[], &polls).unwrap();
        let done = store.compact(at(102 * DAY_MS), Keep::default()).unwrap();
        assert_eq!((done.packed, done.let_go, done.words), (20_000, 0, 4));
        assert!(done.bytes[1] * 2 < done.bytes[0], "{done:?}");
        let read = || store.reader().unwrap().history(channel, at(0), at(200 * DAY_MS)).unwrap().probes;
        assert_eq!(read(), polls);
        store
            .append(&[], &[probe(channel, 102 * DAY_MS, answer(3)), probe(channel, 102 * DAY_MS + 1, good())])
            .unwrap();
        assert_eq!(store.reader().unwrap().history(channel, at(0), at(200 * DAY_MS)).unwrap().probes.len(), 20_002);
    }
}
