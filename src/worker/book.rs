//! The book of recording profiles as the worker needs it: something that lists, saves and removes them, and what is told of that
//! to whoever edits. Where the book is kept is its own business. Nothing here knows a file or reads a secret.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::handle::Far;
use crate::agora::client::Client;
use crate::monitor::io::Input;
use crate::monitor::snapshot::{ChannelView, Snapshot};
use crate::profile::{Draft, Profile};

/// Where recording profiles are kept. It may wait for a disk: it is never asked on the worker's loop.
pub trait Book: Send {
    /// All of them, read anew.
    ///
    /// # Errors
    /// In words, when the book cannot be read.
    fn list(&mut self) -> Result<Shelf, Refusal>;

    /// Keeps `draft` under `name`, provided that `was` is still what stands there; `None`: nothing.
    ///
    /// # Errors
    /// When something else stands there, or it cannot be written. The book is as it was then.
    fn save(&mut self, name: &str, was: Option<&Draft>, draft: &Draft) -> Result<Usable, NotKept>;

    /// Takes it away, provided that `was` is still what stands there.
    ///
    /// # Errors
    /// When something else stands there, a channel needs it, or the book cannot be written. The book is as it was then.
    fn remove(&mut self, name: &str, was: Option<&Draft>) -> Result<(), NotKept>;
}

/// A profile with its secrets, or in words why starts with it are refused.
pub type Usable = Result<Arc<Profile>, Arc<str>>;

/// What did not happen, in three parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What happened.
    pub happened: Arc<str>,
    /// What it means.
    pub means: Arc<str>,
    /// What to do.
    pub todo: Arc<str>,
}

impl Refusal {
    /// From its three parts.
    pub fn new(happened: impl Into<Arc<str>>, means: impl Into<Arc<str>>, todo: impl Into<Arc<str>>) -> Self {
        Self { happened: happened.into(), means: means.into(), todo: todo.into() }
    }
}

/// Why a book is as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// Something else stands there than what was edited: somebody else changed it.
    Changed,
    /// It cannot be.
    Refused(Refusal),
}

impl From<Refusal> for NotKept {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// All profiles, for whoever edits them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Where they are kept, such as the path of a file.
    pub place: Arc<str>,
    /// What the operator should know about that place.
    pub note: Option<Arc<str>>,
    /// In the order of their names.
    pub profiles: Vec<Entry>,
}

/// One profile of a [`Shelf`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: Arc<str>,
    /// What stands there, or in words why it cannot be read.
    pub draft: Result<Draft, Arc<str>>,
    /// Why starts with it are refused for now, such as a variable that is not set.
    pub unusable: Option<Arc<str>>,
}

impl Shelf {
    /// The profile of this name.
    pub fn entry(&self, name: &str) -> Option<&Entry> {
        self.profiles.iter().find(|entry| &*entry.name == name)
    }
}

/// Something to do with the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookJob {
    /// Read it again.
    Read,
    /// Keep a profile.
    Save {
        /// Under this name.
        name: Arc<str>,
        /// What stood there when it was read; nothing for a new one.
        was: Option<Box<Draft>>,
        /// What is to stand there.
        draft: Box<Draft>,
    },
    /// Take one away.
    Remove {
        /// Which.
        name: Arc<str>,
        /// What stood there when it was read, where it could be.
        was: Option<Box<Draft>>,
    },
}

/// What became of a [`BookJob`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BookResult {
    /// It was read.
    Read,
    /// It is kept, and counts from the next acquire on.
    Saved {
        /// Under this name.
        name: Arc<str>,
        /// Why starts with it are refused for now all the same.
        unusable: Option<Arc<str>>,
    },
    /// It is gone.
    Removed {
        /// Its name.
        name: Arc<str>,
    },
    /// Somebody else changed it since it was read. The book is as they left it and was read again.
    Changed {
        /// Its name.
        name: Arc<str>,
    },
    /// Nothing was done.
    Refused(Refusal),
}

/// A book in the worker's hands.
pub(super) type Shared = Arc<Mutex<Box<dyn Book>>>;

/// What counts under a name from now on; `None`: nothing.
type Counts = (Arc<str>, Option<Usable>);

/// What a job came to, on its way back to the loop.
pub(super) struct Done {
    result: BookResult,
    shelf: Option<Shelf>,
    counts: Option<Counts>,
}

/// Does it. `snapshot` tells which channels use what.
pub(super) fn carry_out(book: Option<&Shared>, job: BookJob, snapshot: &Snapshot) -> Done {
    let Some(book) = book else {
        let refusal = Refusal::new(
            "There is no place for recording profiles",
            "Nothing was saved",
            "Start reelwatch with a settings file",
        );
        return Done { result: BookResult::Refused(refusal), shelf: None, counts: None };
    };
    let mut book = book.lock().unwrap_or_else(PoisonError::into_inner);
    let (result, counts) = one(&mut **book, job, snapshot);
    match (book.list(), result) {
        (Ok(shelf), result) => Done { result, shelf: Some(shelf), counts },
        (Err(refusal), BookResult::Read) => Done { result: BookResult::Refused(refusal), shelf: None, counts },
        (Err(_), result) => Done { result, shelf: None, counts },
    }
}

fn one(book: &mut dyn Book, job: BookJob, snapshot: &Snapshot) -> (BookResult, Option<Counts>) {
    let not_kept = |name, why| match why {
        NotKept::Changed => BookResult::Changed { name },
        NotKept::Refused(refusal) => BookResult::Refused(refusal),
    };
    match job {
        BookJob::Read => (BookResult::Read, None),
        BookJob::Save { name, was, draft } => {
            if let Some(refusal) = in_another_mode(&name, &draft, snapshot) {
                return (BookResult::Refused(refusal), None);
            }
            match book.save(&name, was.as_deref(), &draft) {
                Ok(usable) => {
                    let unusable = usable.as_ref().err().cloned();
                    (BookResult::Saved { name: Arc::clone(&name), unusable }, Some((name, Some(usable))))
                }
                Err(why) => (not_kept(name, why), None),
            }
        }
        BookJob::Remove { name, was } => {
            if let Some(refusal) = in_use(&name, snapshot) {
                return (BookResult::Refused(refusal), None);
            }
            match book.remove(&name, was.as_deref()) {
                Ok(()) => (BookResult::Removed { name: Arc::clone(&name) }, Some((name, None))),
                Err(why) => (not_kept(name, why), None),
            }
        }
    }
}

/// Refuses to take a profile away from channels that start with it.
fn in_use(name: &str, snapshot: &Snapshot) -> Option<Refusal> {
    let users = users(name, snapshot, |_| true)?;
    Some(Refusal::new(
        format!("{name} is used by {users}"),
        "They could not be started without it. It was kept",
        "Give these channels another profile in the settings file first",
    ))
}

/// Refuses to change the mode of channels, which is that of their profile and belongs to what is known of their recordings.
fn in_another_mode(name: &str, draft: &Draft, snapshot: &Snapshot) -> Option<Refusal> {
    let mode = draft.mode();
    let users = users(name, snapshot, |view| view.mode != mode)?;
    Some(Refusal::new(
        format!("{name} is used in another mode by {users}"),
        "The mode of a channel does not change while reelwatch runs. Nothing was saved",
        "Save it under a name of its own, or give these channels another profile in the settings file first",
    ))
}

/// The names of the channels that start with a profile, if there are any, as words.
fn users(name: &str, snapshot: &Snapshot, counts: impl Fn(&ChannelView) -> bool) -> Option<String> {
    const NAMED: usize = 5;
    let uses = |view: &&Arc<ChannelView>| view.profile.as_deref() == Some(name) && counts(view);
    let users: Vec<&str> = snapshot.channels.iter().filter(uses).map(|view| view.name.as_ref()).collect();
    let list = users[..users.len().min(NAMED)].join(", ");
    match users.len() {
        0 => None,
        1..=NAMED => Some(list),
        more => Some(format!("{list} and {} more", more - NAMED)),
    }
}

impl Done {
    /// Tells everybody: the clients, the core by the input that comes back, and whoever edits.
    pub(super) fn tell(self, number: u64, clients: &[Arc<Client>], far: &Far) -> Option<Input> {
        let Self { result, shelf, counts } = self;
        let input = counts.map(|(name, usable)| match usable {
            Some(Ok(profile)) => {
                let max_idle = profile.max_idle();
                clients.iter().for_each(|client| client.set_profile(Arc::clone(&name), Arc::clone(&profile)));
                Input::Profile { name, max_idle }
            }
            // What was saved cannot be sent, and what was there before is not what was saved.
            Some(Err(_)) | None => {
                clients.iter().for_each(|client| client.remove_profile(&name));
                Input::ProfileGone { name }
            }
        });
        if let Some(shelf) = shelf {
            far.shelves.send_replace(Some(Arc::new(shelf)));
        }
        far.bookings.send_replace(Some((number, result)));
        input
    }
}

impl fmt::Debug for dyn Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Book")
    }
}
