//! Days of bands are made beside the loop, on a reader of their own, and kept by the writer.

use std::sync::PoisonError;

use super::{News, Shell};

impl Shell {
    /// Makes the days of one channel, if some are due and none are on their way.
    pub(super) fn make_days(&mut self) {
        let Some(reader) = self.days_reader.clone() else { return };
        let now = self.clock.now();
        let Some(due) = self.journal.days_to_make(now) else { return };
        let news = self.news.clone();
        tokio::task::spawn_blocking(move || {
            let made = reader.lock().unwrap_or_else(PoisonError::into_inner).make_days(&due, now);
            let _ = news.send(News::Days(Box::new(made)));
        });
    }
}
