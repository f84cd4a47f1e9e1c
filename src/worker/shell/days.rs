//! What is long in the upkeep of the log goes on beside the loop: days of bands are made on a reader of their own, the log is copied,
//! and once a day all of its pages are read.

use std::sync::PoisonError;

use super::{News, Shell};
use crate::store::{backup, check};

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

    /// Reads all pages of the log, if that is due.
    pub(super) fn check_log(&mut self) {
        let Some(path) = self.journal.check_due() else { return };
        let news = self.news.clone();
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::Checked(check::pages(&path)));
        });
    }

    /// Copies the log beside it, if that is due.
    pub(super) fn back_up(&mut self) {
        let Some(path) = self.journal.backup_due() else { return };
        let news = self.news.clone();
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::BackedUp(Box::new(backup::back_up(&path))));
        });
    }
}
