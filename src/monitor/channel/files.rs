//! The files of a recording as Agora lists them, to a query or to a stop, and which of them are not called as they should be. It asks
//! for nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Ctx, Machine};
use crate::monitor::dispatch::Finished;
use crate::monitor::event::Event;
use crate::monitor::io::Call;
use crate::monitor::names::Verdict;
use crate::monitor::told::File;

/// How many files are named that are not called as they should be; more would say the same.
const ODD_TOLD: usize = 3;

impl Machine {
    /// Keeps what an answer lists, whenever there are others than before. The last list comes with the answer to a stop.
    pub(super) fn note_files(&mut self, ctx: &mut Ctx<'_>, finished: &Finished) {
        let (Call::Query { sid, .. } | Call::Stop { sid, .. }) = &*finished.call else { return };
        let Some(recording) = self.facts.recording_of(sid) else { return };
        let files = &finished.told.files;
        let names = |files: &[File]| files.iter().map(|file| Arc::clone(&file.name)).collect::<BTreeSet<_>>();
        if files.is_empty() || names(files) == names(&recording.files) {
            return;
        }
        let predicted = self.names_of(recording);
        let odd = files.iter().filter_map(|File { name, .. }| match predicted.fits(name) {
            Verdict::Different(difference) => Some(format!("{name}: {difference}").into()),
            Verdict::AsPredicted | Verdict::Backup(_) | Verdict::Late { .. } | Verdict::Unruled => None,
        });
        let odd = odd.take(ODD_TOLD).collect();
        self.record(ctx, Event::FilesTold { sid: sid.clone(), files: files.clone(), odd });
    }
}
