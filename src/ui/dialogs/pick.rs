//! A file dialog of the desktop, off the window's thread: it may never answer, and where there is none it says no as if the
//! operator had. So it runs on its own thread, only fills in a field, and a no within 300 ms means that there is none.

use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, TryRecvError};
use std::thread;
use std::time::Duration;

use egui::Context;

/// Nobody says no this fast.
const NOBODY_IS_THIS_FAST: Duration = Duration::from_millis(300);

/// What to propose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The folder to begin in.
    pub folder: PathBuf,
    /// The file's name.
    pub name: String,
    /// Its kind, for the filter of the dialog, and the endings of such files.
    pub kind: (&'static str, &'static [&'static str]),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Picked {
    /// This file.
    File(PathBuf),
    /// The operator closed the dialog.
    Nothing,
    /// There is no file dialog on this machine.
    NoDialog,
}

/// Something that asks for a file and waits for the answer.
pub type Ask = fn(Suggestion) -> Option<PathBuf>;

/// A dialog that is open.
#[derive(Debug)]
pub struct Pick {
    answer: Receiver<Picked>,
}

impl Pick {
    /// Opens a dialog on a thread of its own; `ctx` is woken when it is answered.
    pub fn open(ask: Ask, suggestion: Suggestion, ctx: Context) -> Self {
        let (told, answer) = mpsc::channel();
        thread::spawn(move || {
            let picked = judge(&in_background(ask, suggestion));
            // The window may have closed the question meanwhile: then nobody listens, and that is fine.
            let _ = told.send(picked);
            ctx.request_repaint_after(Duration::from_millis(1));
        });
        Self { answer }
    }

    /// The answer, once it is there.
    pub fn answer(&self) -> Option<Picked> {
        match self.answer.try_recv() {
            Ok(picked) => Some(picked),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Picked::NoDialog),
        }
    }
}

fn in_background(ask: Ask, suggestion: Suggestion) -> Receiver<Option<PathBuf>> {
    let (told, answer) = mpsc::channel();
    thread::spawn(move || {
        let _ = told.send(ask(suggestion));
    });
    answer
}

fn judge(answer: &Receiver<Option<PathBuf>>) -> Picked {
    match answer.recv_timeout(NOBODY_IS_THIS_FAST) {
        Ok(Some(path)) => return Picked::File(path),
        Ok(None) | Err(RecvTimeoutError::Disconnected) => return Picked::NoDialog,
        Err(RecvTimeoutError::Timeout) => {}
    }
    match answer.recv() {
        Ok(Some(path)) => Picked::File(path),
        Ok(None) | Err(mpsc::RecvError) => Picked::Nothing,
    }
}

/// The desktop's own dialog for a file to be written.
pub fn desktop(suggestion: Suggestion) -> Option<PathBuf> {
    let (kind, endings) = suggestion.kind;
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    let dialog = rfd::AsyncFileDialog::new()
        .set_directory(suggestion.folder)
        .set_file_name(suggestion.name)
        .add_filter(kind, endings)
        .save_file();
    runtime.block_on(dialog).map(|file| file.path().to_path_buf())
}

/// The same for files that are there: of the suggestion's kind, or any file.
pub fn desktop_open(suggestion: Suggestion) -> Option<PathBuf> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().ok()?;
    let mut dialog = rfd::AsyncFileDialog::new();
    if !suggestion.folder.as_os_str().is_empty() {
        dialog = dialog.set_directory(suggestion.folder);
    }
    let dialog = dialog.add_filter(suggestion.kind.0, suggestion.kind.1).add_filter("All files", &["*"]).pick_file();
    runtime.block_on(dialog).map(|file| file.path().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_no_at_once_means_that_there_is_no_dialog() {
        let (told, answer) = mpsc::channel();
        told.send(None).expect("heard");
        assert_eq!(judge(&answer), Picked::NoDialog);
    }

    #[test]
    fn a_dialog_that_breaks_counts_as_none() {
        let (told, answer) = mpsc::channel::<Option<PathBuf>>();
        drop(told);
        assert_eq!(judge(&answer), Picked::NoDialog);
    }

    #[test]
    fn a_path_is_taken_as_it_is() {
        let (told, answer) = mpsc::channel();
        told.send(Some(PathBuf::from("/tmp/log.csv"))).expect("heard");
        assert_eq!(judge(&answer), Picked::File("/tmp/log.csv".into()));
    }
}
