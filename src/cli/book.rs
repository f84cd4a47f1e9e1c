//! The recording profiles in the settings file, as the worker's book. Secrets are looked up in the environment and stay in the
//! profile that is sent. It changes nothing else in the file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use crate::profile::Draft;
use crate::profile::secret::Unresolved;
use crate::settings::load_drafts;
use crate::settings::problem::{Problem, SettingsError};
use crate::settings::save::{SaveError, remove_profile, save_profile};
use crate::worker::book::{Book, Entry, NotKept, Refusal, Shelf, Usable};

/// Looks a variable up.
type Environment = Box<dyn Fn(&str) -> Option<String> + Send>;

/// The profiles of one settings file.
pub struct SettingsBook {
    path: PathBuf,
    note: Option<Arc<str>>,
    environment: Environment,
}

/// What the file holds now.
struct Contents {
    drafts: BTreeMap<String, Draft>,
    /// Why the others cannot be read, by name.
    unreadable: BTreeMap<String, String>,
}

impl SettingsBook {
    /// The file at `path` with the environment of this process.
    pub fn new(path: PathBuf) -> Self {
        Self { path, note: None, environment: Box::new(|name| std::env::var(name).ok()) }
    }

    /// With another environment.
    pub fn with_environment(mut self, environment: impl Fn(&str) -> Option<String> + Send + 'static) -> Self {
        self.environment = Box::new(environment);
        self
    }

    /// With something that the operator should know about the file.
    pub fn with_note(mut self, note: &str) -> Self {
        self.note = Some(note.into());
        self
    }

    fn read(&self) -> Result<Contents, Refusal> {
        let (drafts, problems) = load_drafts(&self.path).map_err(|error| unreadable(&error))?;
        if let Some(problem) = problems.iter().find(|problem| problem.setting.is_empty()) {
            let happened = format!("{} cannot be read: {problem}", self.path.display());
            return Err(Refusal::new(
                happened,
                "What is shown is what was read before",
                "Put the file right, then open this again",
            ));
        }
        let mut unreadable: BTreeMap<String, String> = BTreeMap::new();
        for problem in &problems {
            if let Some(name) = profile_of(problem).filter(|name| !drafts.contains_key(*name)) {
                let what = unreadable.entry(name.to_owned()).or_default();
                if !what.is_empty() {
                    what.push('\n');
                }
                what.push_str(&problem.to_string());
            }
        }
        Ok(Contents { drafts, unreadable })
    }

    /// Goes on only when what stands under `name` is what was edited.
    fn unchanged(&self, name: &str, was: Option<&Draft>) -> Result<(), NotKept> {
        let contents = self.read()?;
        let is_same = contents.drafts.get(name) == was && !(was.is_none() && contents.unreadable.contains_key(name));
        if is_same { Ok(()) } else { Err(NotKept::Changed) }
    }

    fn usable(&self, draft: &Draft) -> Usable {
        draft.resolve(&self.environment).map(Arc::new).map_err(|missing| unusable(&missing))
    }
}

impl Book for SettingsBook {
    fn list(&mut self) -> Result<Shelf, Refusal> {
        let Contents { drafts, unreadable } = self.read()?;
        let readable = drafts.into_iter().map(|(name, draft)| {
            let unusable = self.usable(&draft).err();
            Entry { name: name.into(), draft: Ok(draft), unusable }
        });
        let others = unreadable.into_iter().map(|(name, why)| Entry {
            name: name.into(),
            draft: Err(why.into()),
            unusable: None,
        });
        let mut profiles: Vec<Entry> = readable.chain(others).collect();
        profiles.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Shelf { place: self.path.display().to_string().into(), note: self.note.clone(), profiles })
    }

    fn save(&mut self, name: &str, was: Option<&Draft>, draft: &Draft) -> Result<Usable, NotKept> {
        self.unchanged(name, was)?;
        save_profile(&self.path, name, draft).map_err(|error| refused(&error))?;
        Ok(self.usable(draft))
    }

    fn remove(&mut self, name: &str, was: Option<&Draft>) -> Result<(), NotKept> {
        self.unchanged(name, was)?;
        Ok(remove_profile(&self.path, name).map_err(|error| refused(&error))?)
    }
}

/// The profile that a problem is about.
fn profile_of(problem: &Problem) -> Option<&str> {
    problem.setting.strip_prefix("profile.")?.split('.').next()
}

/// Which variables are missing, and what that means.
fn unusable(missing: &[Unresolved]) -> Arc<str> {
    // A variable that two settings name is told once.
    let each: BTreeSet<String> = missing
        .iter()
        .map(|Unresolved { variable, why, .. }| why.replace("the environment variable named here", variable.as_str()))
        .collect();
    let each: Vec<String> = each.into_iter().collect();
    let it = if each.len() == 1 { "it" } else { "them" };
    format!("{}; starts with this profile are refused until reelwatch is started with {it}", each.join("; ")).into()
}

fn unreadable(error: &SettingsError) -> Refusal {
    Refusal::new(error.to_string(), "Nothing was changed", "Put it right, then open this again")
}

fn refused(error: &SaveError) -> Refusal {
    let todo = match error {
        SaveError::Name(_) => "Choose another name",
        SaveError::NoProfile { .. } => "Nothing is left to do",
        SaveError::Settings(_) | SaveError::NoToml { .. } | SaveError::NoRoom { .. } => {
            "Put the file right, then save again"
        }
        SaveError::Breaks { .. } => "Put right what is named, in the form or in the file, then save again",
        SaveError::File(_) => "Check who may write there and whether the disk is full, then save again",
    };
    Refusal::new(error.to_string(), "The file is as it was", todo)
}

#[cfg(test)]
mod tests;
