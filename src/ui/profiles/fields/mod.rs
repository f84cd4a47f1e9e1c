//! What can be said in a recording profile, one row per setting: its place in the profile's TOML, the operator's word and the
//! vendor's, what it does, and what happens when it is wrong. Data only. What may stand in a setting is decided by the types of
//! the profiles; the ranges here are words about them.

mod acquire;
mod picture;
mod recording;
mod storage;
mod web;

use toml::Table;

use super::tree;
use crate::profile::choices::Kind as Mode;

/// One setting.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its place in the profile's TOML, such as `recording.max_idle_time`.
    pub path: &'static str,
    /// What the operator calls it.
    pub label: &'static str,
    /// What the vendor calls it.
    pub json: &'static str,
    /// Where it stands in the form.
    pub section: Section,
    /// What it is edited with.
    pub kind: Kind,
    /// In which modes there is such a setting.
    pub modes: &'static [Mode],
    /// On what else it depends.
    pub shown: When,
    /// What counts where it is left out; empty where it must be given.
    pub default: &'static str,
    /// What may stand in it, as a sentence.
    pub range: &'static str,
    /// What it does, and what happens when it is wrong.
    pub help: &'static str,
}

/// All three modes.
pub const EVERY: &[Mode] = &[Mode::Individual, Mode::Mix, Mode::Web];
/// Recordings of a channel.
pub const CHANNEL: &[Mode] = &[Mode::Individual, Mode::Mix];
/// One file per user.
pub const INDIVIDUAL: &[Mode] = &[Mode::Individual];
/// All users in one picture.
pub const MIX: &[Mode] = &[Mode::Mix];
/// A web page.
pub const WEB: &[Mode] = &[Mode::Web];

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Section {
    /// Which page, how large.
    Page,
    /// What is recorded of the channel.
    Channel,
    /// Whose streams.
    Users,
    /// Size and layout of the mixed picture.
    Picture,
    /// Kinds of files.
    Files,
    /// How the apps encrypt.
    Encryption,
    /// Where the files go.
    Storage,
    /// What acquire is told.
    Resource,
}

impl Section {
    /// All of them, in the order of the form.
    pub const ALL: [Self; 8] = [
        Self::Page,
        Self::Channel,
        Self::Users,
        Self::Picture,
        Self::Files,
        Self::Encryption,
        Self::Storage,
        Self::Resource,
    ];

    /// Its head, and one quiet line about it.
    pub const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Page => ("Page", "What the recorder opens and how large it films it"),
            Self::Channel => ("Channel", "What the recorder takes from the channel"),
            Self::Users => ("Users", "Whose sound and pictures. Left empty: everybody"),
            Self::Picture => ("Picture", "All users in one picture"),
            Self::Files => ("Files", "What is left behind"),
            Self::Encryption => ("Encryption", "Only where the apps of the channel encrypt"),
            Self::Storage => ("Storage", "Where Agora writes the files. Keys stay in the environment"),
            Self::Resource => ("Acquire", "What is asked for before the start"),
        }
    }
}

/// What a setting is edited with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// One of some words, each with the operator's words for it.
    Choice(&'static [(&'static str, &'static str)]),
    /// One of the storage vendors.
    Vendor,
    /// A region of the chosen vendor, by name.
    Region,
    /// A whole number, with its unit.
    Number(&'static str),
    /// A number from 0 to 1.
    Share,
    /// A text.
    Text,
    /// Texts with slashes between them.
    Parts,
    /// UIDs with commas between them, or `all`.
    Uids,
    /// Yes or no.
    Switch,
    /// A table that is there or not, and with it what it holds.
    Group,
    /// A list of words out of some lists, each with the operator's words for it.
    Files(&'static [(&'static [&'static str], &'static str)]),
    /// The name of a variable of the environment that holds a secret.
    Secret,
    /// A list of tables with these columns.
    Rows(&'static [Column]),
}

/// A column of a list of tables.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Its key.
    pub key: &'static str,
    /// What the operator calls it.
    pub label: &'static str,
    /// What it is edited with.
    pub kind: Kind,
    /// What counts where it is left out; empty where it must be given.
    pub default: &'static str,
    /// How wide it is, in points.
    pub width: f32,
}

/// On what the showing of a setting depends. What is not shown is not part of the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On the mode only.
    Always,
    /// Another setting has one of these words.
    Is(&'static str, &'static [&'static str]),
    /// Another setting is there.
    Has(&'static str),
}

impl Field {
    /// Whether it is part of a profile that holds these values.
    pub fn is_shown(&self, mode: Mode, values: &Table) -> bool {
        let word = |path: &str| tree::get(values, path).and_then(toml::Value::as_str);
        self.modes.contains(&mode)
            && match self.shown {
                When::Always => true,
                When::Is(path, words) => word(path).is_some_and(|word| words.contains(&word)),
                When::Has(path) => tree::get(values, path).is_some(),
            }
            && of_path(mode, self.parent()).is_none_or(|parent| parent.is_shown(mode, values) && parent.is_on(values))
    }

    /// The path of the table it is in.
    fn parent(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(parent, _)| parent)
    }

    fn is_on(&self, values: &Table) -> bool {
        tree::get(values, self.path).is_some()
    }

    /// Whether a profile cannot be without it where it is shown.
    pub const fn is_needed(&self) -> bool {
        self.default.is_empty()
    }
}

/// Every setting, in the order of the form.
pub fn all() -> impl Iterator<Item = &'static Field> {
    [web::FIELDS, recording::FIELDS, picture::FIELDS, storage::FIELDS, acquire::FIELDS].into_iter().flatten()
}

/// The setting at a path in a mode.
pub fn of_path(mode: Mode, path: &str) -> Option<&'static Field> {
    all().find(|field| field.path == path && field.modes.contains(&mode))
}

/// The settings of a profile that holds these values.
pub fn shown(mode: Mode, values: &Table) -> impl Iterator<Item = &'static Field> {
    all().filter(move |field| field.is_shown(mode, values))
}
