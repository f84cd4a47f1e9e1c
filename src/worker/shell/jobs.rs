//! What is asked for beside watching: recordings to take in, session logs to write, recording profiles to keep. What is on a disk goes on
//! beside the loop.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{News, Shell};
use crate::monitor::ids::{ChannelId, ProjectId};
use crate::monitor::io::Input;
use crate::store::StoreError;
use crate::worker::adopt::{Adoption, NewRecording};
use crate::worker::book::{self, BookJob};
use crate::worker::{handle, report};

impl Shell {
    /// Gives new names their numbers and hands the recordings to the core, all in one.
    pub(super) fn adopt(&mut self, recordings: Vec<NewRecording>) {
        match self.numbers_of(&recordings) {
            Ok(ids) if ids.len() < recordings.len() => {
                self.tell_adoption(Adoption::none(recordings.len(), "there is no such project"));
            }
            Ok(ids) => {
                let numbered = recordings.into_iter().enumerate();
                let adoptees = numbered.filter_map(|(row, recording)| Some(recording.adoptee(*ids.get(&row)?)));
                let adoptees = adoptees.collect();
                self.feed(Input::Adopt(adoptees));
            }
            Err(error) => self.tell_adoption(Adoption::none(recordings.len(), &error.to_string())),
        }
    }

    /// The numbers of the recordings' channels, by row: the store gives them out for one project after the other.
    pub(super) fn numbers_of(&mut self, recordings: &[NewRecording]) -> Result<BTreeMap<usize, ChannelId>, StoreError> {
        let mut rows: BTreeMap<ProjectId, Vec<usize>> = BTreeMap::new();
        for (row, recording) in recordings.iter().enumerate() {
            rows.entry(recording.project).or_default().push(row);
        }
        let mut numbers = BTreeMap::new();
        for (project, rows) in rows {
            let Some(home) = self.monitor.project_name(project) else { continue };
            let names: Vec<_> = rows.iter().map(|row| Arc::clone(&recordings[*row].name)).collect();
            numbers.extend(rows.into_iter().zip(self.journal.store().channel_ids(home, &names)?));
        }
        Ok(numbers)
    }

    pub(super) fn tell_adoption(&mut self, adoption: Adoption) {
        self.adoptions += 1;
        self.far.adoptions.send_replace(Some((self.adoptions, Arc::new(adoption))));
        (self.wake)();
    }

    pub(super) fn export(&mut self, job: handle::ExportJob) {
        self.save();
        let now = self.clock.now();
        let snapshot = self.monitor.snapshot(now);
        let channel = self.monitor.channels().find(|channel| channel.id == job.channel).cloned();
        let about = report::About { channel, zone: self.zone.clone() };
        let (news, reader) = (self.news.clone(), self.reader.clone());
        tokio::task::spawn_blocking(move || {
            let (result, record) = report::write(reader.as_ref(), &about, &snapshot, &job, now);
            let _ = news.send(News::Export(result, record));
        });
    }

    pub(super) fn book(&mut self, job: BookJob) {
        self.bookings.waiting.push_back(job);
        self.next_booking();
    }

    /// Works on the book off the loop: it is on a disk.
    pub(super) fn next_booking(&mut self) {
        if self.bookings.is_busy {
            return;
        }
        let Some(job) = self.bookings.waiting.pop_front() else { return };
        self.bookings.is_busy = true;
        let snapshot = self.monitor.snapshot(self.clock.now());
        let (news, shared) = (self.news.clone(), self.book.clone());
        tokio::task::spawn_blocking(move || {
            let _ = news.send(News::Book(book::carry_out(shared.as_ref(), job, &snapshot)));
        });
    }

    pub(super) fn booked(&mut self, done: book::Done) {
        self.bookings.is_busy = false;
        self.bookings.done += 1;
        if let Some(input) = done.tell(self.bookings.done, &self.clients, &self.far) {
            self.feed(input);
            // Which channels can be started may have changed, without a fact that says so.
            self.dirty = true;
        }
        self.next_booking();
        (self.wake)();
    }
}
