//! Recording profiles: named, reusable bodies of `start` for all three modes, and what `acquire` needs besides. Pure: no IO, no
//! clock. Each type checks its own range, so a profile that exists can be sent.
//!
//! One shape, two kinds of it. A [`Draft`] is what a file or an editor holds: secrets by the names of variables. A [`Profile`] is
//! a draft with its secrets looked up, and the only one that can be sent. [`request`] writes the bodies, [`json`] knows how to
//! show them without their secrets.

pub mod address;
pub mod change;
pub mod choices;
pub mod file;
pub mod import;
pub mod invalid;
pub mod json;
pub mod layout;
pub mod name;
mod notes;
pub mod numbers;
mod preview;
pub mod recording;
pub mod request;
pub mod secret;
pub mod storage;
pub mod uids;
pub mod vendors;
pub mod web;

use std::time::Duration;

use secrecy::SecretString;

use self::choices::{Area, Kind, Siblings, StartParameter};
use self::numbers::ResourceExpiredHour;
use self::recording::{Common, Individual, Mix};
use self::secret::{Secret, SecretField, Unresolved, Variable, look_up};
use self::storage::Storage;
use self::web::Web;
use crate::monitor::ids::Mode;

/// A profile whose secrets are of the kind `S`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe<S> {
    /// What acquire is told besides.
    pub acquire: Acquire,
    /// What is recorded and how.
    pub body: Body<S>,
    /// Where the files go.
    pub storage: Storage<S>,
}

/// A profile as it is written down: it knows where its secrets are and not what they are.
pub type Draft = Recipe<Variable>;

/// A profile that can be sent.
pub type Profile = Recipe<SecretString>;

/// What acquire is told besides channel and UID.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Acquire {
    /// How long the recording can be asked about.
    pub resource_expired_hour: ResourceExpiredHour,
    /// Where it is to run; left out, near to where the request enters Agora's network.
    pub region: Option<Area>,
    /// Whether acquire repeats what start will send.
    pub start_parameter: StartParameter,
    /// Whether siblings of the channel keep apart.
    pub siblings: Siblings,
}

/// What is recorded and how, by mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body<S> {
    /// Every user for itself.
    Individual(Individual<S>),
    /// All users in one picture.
    Mix(Mix<S>),
    /// A web page.
    Web(Web<S>),
}

impl<S: Secret> Recipe<S> {
    /// Which mode it is for.
    pub const fn kind(&self) -> Kind {
        match &self.body {
            Body::Individual(_) => Kind::Individual,
            Body::Mix(_) => Kind::Mix,
            Body::Web(_) => Kind::Web,
        }
    }

    /// The same as the rest of the program knows it.
    pub const fn mode(&self) -> Mode {
        self.kind().mode()
    }

    /// How long the channel may be empty until Agora ends the recording; `None` for a web page, which has no such rule.
    pub fn max_idle(&self) -> Option<Duration> {
        self.common().map(|common| common.max_idle_time.duration())
    }

    /// What every recording of a channel has; `None` for a web page.
    pub const fn common(&self) -> Option<&Common<S>> {
        match &self.body {
            Body::Individual(individual) => Some(individual.common()),
            Body::Mix(mix) => Some(&mix.common),
            Body::Web(_) => None,
        }
    }

    /// Every secret, or the reference to it.
    pub fn secrets(&self) -> Vec<(SecretField, S)> {
        let mut found = Vec::new();
        let _ = self.map(&mut |field, secret: &S| {
            found.push((field, secret.clone()));
            Some(())
        });
        found
    }

    /// The same with other secrets, unless one is missing. All of them are asked for.
    fn map<T>(&self, each: &mut dyn FnMut(SecretField, &S) -> Option<T>) -> Option<Recipe<T>> {
        let body = match &self.body {
            Body::Individual(individual) => individual.map(each).map(Body::Individual),
            Body::Mix(Mix { common, audio_profile, transcoding, files }) => common.map(each).map(|common| {
                let (audio_profile, transcoding, files) = (*audio_profile, transcoding.clone(), *files);
                Body::Mix(Mix { common, audio_profile, transcoding, files })
            }),
            Body::Web(web) => web.map(each).map(Body::Web),
        };
        let storage = self.storage.map(each);
        Some(Recipe { acquire: self.acquire, body: body?, storage: storage? })
    }
}

impl Draft {
    /// The profile with the secrets that `environment` gives for the names of variables.
    ///
    /// # Errors
    /// Every variable that is not set or holds what cannot be used; never none.
    pub fn resolve(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Profile, Vec<Unresolved>> {
        let mut missing = Vec::new();
        let profile = self.map(&mut |field, variable: &Variable| {
            look_up(environment, field, variable).map_err(|unresolved| missing.push(unresolved)).ok()
        });
        profile.ok_or(missing)
    }
}

#[cfg(test)]
pub(crate) mod tests;
