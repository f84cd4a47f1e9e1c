//! Work for an import that could take longer than a frame: reading a file and reading a long list. Each runs on a thread of its
//! own and wakes the window when it is done; who closes the dialog meanwhile does not wait for it.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::thread;
use std::time::Duration;

use egui::Context;

use crate::import::{self, Import};
use crate::monitor::ids::Mode;

/// Largest file that is read, in bytes.
pub const LARGEST: u64 = 16 * 1024 * 1024;
/// A list up to this many bytes is read at once; a longer one beside.
const AT_ONCE: usize = 64 * 1024;

/// Something that is being done on another thread.
#[derive(Debug)]
pub struct Job<T> {
    done: Receiver<T>,
}

impl<T: Send + 'static> Job<T> {
    /// Begins it; `ctx` is woken when it is done.
    pub fn start(ctx: Context, work: impl FnOnce() -> T + Send + 'static) -> Self {
        let (tell, done) = mpsc::channel();
        thread::spawn(move || {
            // Nobody listens when the dialog was closed, and that is fine.
            let _ = tell.send(work());
            ctx.request_repaint_after(Duration::from_millis(1));
        });
        Self { done }
    }

    /// What came of it: `Ok(None)` while it is being done.
    ///
    /// # Errors
    /// When the thread ended without a result.
    pub fn result(&self) -> Result<Option<T>, Broken> {
        match self.done.try_recv() {
            Ok(result) => Ok(Some(result)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(Broken),
        }
    }
}

/// The thread ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// A list to be read.
#[derive(Clone, Debug)]
pub enum Text {
    /// In the field.
    Typed(String),
    /// Too long for a field, or from a file: where it is from and its bytes.
    Long(String, Arc<[u8]>),
}

impl Text {
    /// The bytes of it.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Text::Typed(text) => text.as_bytes(),
            Text::Long(_, bytes) => bytes,
        }
    }
}

/// A list on its way to be understood.
#[derive(Debug)]
pub enum Reading {
    /// It was short.
    Done(Box<Import>),
    /// It is long.
    Beside(Job<Import>),
}

impl Reading {
    /// Begins to read `text`, whose rows are of `mode` where they do not say it.
    pub fn start(text: &Text, mode: Option<Mode>, ctx: &Context) -> Self {
        if text.bytes().len() <= AT_ONCE {
            return Reading::Done(Box::new(import::read_bytes(text.bytes(), mode.as_ref())));
        }
        let text = text.clone();
        Reading::Beside(Job::start(ctx.clone(), move || import::read_bytes(text.bytes(), mode.as_ref())))
    }
}

/// A file's path and bytes, or why it was not read.
pub type FileRead = Result<(PathBuf, Arc<[u8]>), String>;

/// Reads a file of at most [`LARGEST`] bytes, or says in words what keeps it from being read.
pub fn read_file(path: &Path) -> FileRead {
    let failed = |error: std::io::Error| format!("{} cannot be read: {error}", path.display());
    let file = File::open(path).map_err(failed)?;
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(format!("{} is no file", path.display()));
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!("{} has more than 16 MiB: part it, and import the parts one by one", path.display()));
    }
    Ok((path.to_path_buf(), bytes.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("list.csv");
        std::fs::write(&path, "sid\n").expect("written");
        assert_eq!(&*read_file(&path).expect("read").1, b"sid\n");
        std::fs::write(&path, vec![b'x'; 16 * 1024 * 1024 + 1]).expect("written");
        assert!(read_file(&path).expect_err("too large").contains("more than 16 MiB"));
        assert!(read_file(folder.path()).is_err(), "a folder is no file");
        assert!(read_file(&folder.path().join("none")).expect_err("missing").contains("cannot be read"));
    }

    #[test]
    fn a_thread_that_breaks_is_told() {
        let (tell, done) = mpsc::channel::<Import>();
        let job = Job { done };
        assert_eq!(job.result(), Ok(None));
        drop(tell);
        assert_eq!(job.result(), Err(Broken));
    }
}
