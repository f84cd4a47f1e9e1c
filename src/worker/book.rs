//! The book of recording profiles, as the worker needs it: something that writes a draft down, finds its secrets and takes it out
//! again. Where it is kept is not known here.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::profile::{Draft, Profile};

/// Where recording profiles are written down. Its errors are told to the operator as they are: what happened, and what to do.
pub trait Book: Send {
    /// Writes a draft down, in the place of one with its name or as a new one. What comes back has its secrets looked up and
    /// can be sent.
    ///
    /// # Errors
    /// When it cannot be written or a secret is missing. The book is as it was then.
    fn save(&mut self, name: &str, draft: &Draft) -> Result<Profile, String>;

    /// Takes a profile out.
    ///
    /// # Errors
    /// When there is none of that name, when something still names it, or when it cannot be written. The book is as it was then.
    fn remove(&mut self, name: &str) -> Result<(), String>;

    /// Every profile, as it is written down.
    ///
    /// # Errors
    /// When the book cannot be read.
    fn list(&self) -> Result<BTreeMap<Arc<str>, Draft>, String>;
}

/// What to do with the book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// Write this down; starts of its channels follow it from then on.
    Save {
        /// The profile's name.
        name: Arc<str>,
        /// What it says.
        draft: Box<Draft>,
    },
    /// Take it out; channels that name it cannot be started then.
    Remove {
        /// The profile's name.
        name: Arc<str>,
    },
    /// Only read it again.
    Read,
}

/// What the book says, and what became of the last entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pages {
    /// Every profile, as it is written down; what was known before, where it cannot be read now.
    pub profiles: Arc<BTreeMap<Arc<str>, Draft>>,
    /// Why the last entry was not made or the book not read; `None` when all is well.
    pub trouble: Option<Arc<str>>,
}

/// What changes for the rest of the program.
pub enum Outcome {
    /// A profile is so from now on.
    Saved(Arc<str>, Arc<Profile>),
    /// A profile is not there any more.
    Removed(Arc<str>),
    /// Nothing.
    Nothing,
}

/// Makes an entry and reads the book again.
pub fn enter(book: &mut dyn Book, entry: Entry, before: &Pages) -> (Outcome, Pages) {
    let made = match entry {
        Entry::Save { name, draft } => book.save(&name, &draft).map(|profile| Outcome::Saved(name, Arc::new(profile))),
        Entry::Remove { name } => book.remove(&name).map(|()| Outcome::Removed(name)),
        Entry::Read => Ok(Outcome::Nothing),
    };
    let read = book.list();
    let (outcome, refused) = match made {
        Ok(outcome) => (outcome, None),
        Err(why) => (Outcome::Nothing, Some(why)),
    };
    let trouble = refused.or_else(|| read.as_ref().err().cloned()).map(Into::into);
    let profiles = read.map_or_else(|_| Arc::clone(&before.profiles), Arc::new);
    (outcome, Pages { profiles, trouble })
}
