//! What the operator wants watched, read from one TOML file in the platform's folder for settings. Reading is a pure function
//! of the text and of the environment: everything wrong is found at once and named with its place. Secrets are never in the
//! file; it says in which variables of the environment they are.

mod channels;
mod history;
mod policy;
pub mod problem;
mod profiles;
mod projects;
mod reader;
pub mod save;
mod secret;
mod tokens;
pub mod units;

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::string::FromUtf8Error;
use std::sync::Arc;
use std::{fmt, fs, io};

use directories::ProjectDirs;

pub use self::history::{BackupPlan, History};
use self::problem::{NoSuchProject, Place, Problem, SettingsError};
use self::profiles::Profiles;
pub use self::projects::TokenSource;
use self::reader::{Reader, Table};
use crate::agora::account::Account;
use crate::agora::admission::FixedTokens;
use crate::agora::token::Token;
use crate::monitor::ids::{Cname, Mode, Uid};
use crate::monitor::io::AutoRestart;
use crate::monitor::policy::Policy;
use crate::profile::{Draft, Profile};

/// The variable that holds the customer key (vendor: customer ID) of the REST API.
pub const CUSTOMER_KEY: &str = "REELWATCH_CUSTOMER_KEY";
/// The variable that holds the customer secret of the REST API.
pub const CUSTOMER_SECRET: &str = "REELWATCH_CUSTOMER_SECRET";

/// The variable that holds the project's App Certificate, where tokens are to be made.
pub const APP_CERTIFICATE: &str = "REELWATCH_APP_CERTIFICATE";

/// The vendor's two domains, asked in this order (vendor: REST API best practices).
pub const DOMAINS: [&str; 2] = ["https://api.agora.io", "https://api.sd-rtn.com"];

/// A file with every setting, explained, that loads as it is once its variables are set.
pub const EXAMPLE: &str = include_str!("../../assets/settings.example.toml");

/// Longest settings file that is read: 16 MiB, some 200,000 channels.
const LONGEST_FILE: u64 = 16 * 1024 * 1024;

/// Looks a variable of the environment up; `None` when it is not set.
pub type Environment<'e> = &'e dyn Fn(&str) -> Option<String>;

/// Whether secrets are looked up.
#[derive(Clone, Copy)]
enum Secrets<'e> {
    /// Here.
    From(Environment<'e>),
    /// Not at all: only what is written counts.
    Unasked,
}

/// Everything that is to be watched.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The projects in the order of the file, at least one. Their names and App IDs differ.
    pub projects: Vec<ProjectSettings>,
    /// The numbers of the rules: those of the workstation, and of every project that does not say otherwise.
    pub policy: Policy,
    /// How long evidence is kept, and whether a copy of the log is.
    pub history: History,
    /// The recording profiles by name, for all projects.
    pub profiles: BTreeMap<Arc<str>, Arc<Profile>>,
}

/// One project and its channels.
#[derive(Clone, Debug)]
pub struct ProjectSettings {
    /// What the operator calls it.
    pub name: Arc<str>,
    /// App ID, credentials and domains.
    pub account: Account,
    /// Its numbers of the rules: the quota is one of each App ID.
    pub policy: Policy,
    /// Its channels in the order of the file; their names differ.
    pub channels: Vec<ChannelSettings>,
}

/// One channel.
#[derive(Clone, Debug)]
pub struct ChannelSettings {
    /// What the operator calls it; unique in the project.
    pub name: Arc<str>,
    /// What Agora calls it.
    pub cname: Cname,
    /// How it is recorded.
    pub mode: Mode,
    /// The first UID.
    pub main_uid: Uid,
    /// The UID restarts alternate with.
    pub backup_uid: Uid,
    /// Further UIDs for when neither of the pair is known to be free.
    pub spare_uids: Vec<Uid>,
    /// The name of its recording profile; one of the settings' own.
    pub profile: Arc<str>,
    /// Words to find it by.
    pub tags: Vec<Arc<str>>,
    /// Whether it is restarted without the operator.
    pub auto_restart: AutoRestart,
    /// Tokens that were made elsewhere, one for each UID.
    pub tokens: Vec<(Uid, Token)>,
}

impl Settings {
    /// The project of this name; without a name the only one.
    ///
    /// # Errors
    /// When there is none of this name, or several to choose from.
    pub fn project(&self, name: Option<&str>) -> Result<&ProjectSettings, NoSuchProject> {
        let names: Vec<Arc<str>> = self.projects.iter().map(|project| Arc::clone(&project.name)).collect();
        let at = projects::choose(&names, name)?;
        self.projects.get(at).ok_or(NoSuchProject { wanted: None, names })
    }
}

impl ProjectSettings {
    /// Every token that the settings bring.
    pub fn fixed_tokens(&self) -> FixedTokens {
        let of_channel = |channel: &ChannelSettings| {
            let cname = channel.cname.clone();
            channel.tokens.clone().into_iter().map(move |(uid, token)| ((cname.clone(), uid), token))
        };
        self.channels.iter().flat_map(of_channel).collect()
    }
}

/// The settings file in the platform's folder, whether it exists or not.
pub fn default_path() -> Result<PathBuf, SettingsError> {
    let folders = ProjectDirs::from("", "", "reelwatch").ok_or(SettingsError::NoFolder)?;
    Ok(folders.config_dir().join("settings.toml"))
}

/// Reads a settings file and the variables of this process that it names.
pub fn load(path: &Path) -> Result<Settings, SettingsError> {
    let environment = |name: &str| std::env::var(name).ok();
    load_with(path, |text| parse(text, &environment))
}

/// Reads the profiles of a settings file as [`drafts`] does.
pub fn load_drafts(path: &Path) -> Result<(BTreeMap<String, Draft>, Vec<Problem>), SettingsError> {
    load_with(path, |text| Ok(drafts(text)))
}

/// Reads only what a token of a project is made from. Nothing else in the file, and no variable, has to be right for it.
/// Without a name it is the only project.
pub fn load_token_source(path: &Path, project: Option<&str>) -> Result<TokenSource, SettingsError> {
    let source = load_with(path, |text| projects::token_source(text, project))?;
    source.map_err(|error| SettingsError::Project { path: path.to_owned(), error })
}

fn load_with<T>(path: &Path, parse: impl FnOnce(&str) -> Result<T, Vec<Problem>>) -> Result<T, SettingsError> {
    let bytes = read_file(path).map_err(|error| {
        if error.kind() == io::ErrorKind::NotFound {
            SettingsError::Missing { path: path.to_owned() }
        } else {
            SettingsError::Unreadable { path: path.to_owned(), why: error.to_string() }
        }
    })?;
    let wrong = |problems| SettingsError::Wrong { path: path.to_owned(), problems };
    let text = String::from_utf8(bytes).map_err(|error| wrong(vec![no_text(&error)]))?;
    parse(&text).map_err(wrong)
}

/// The whole file, unless it is longer than any settings: a device or the wrong file must not fill the memory.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST_FILE {
        let why = format!("it is longer than {} MiB, so it is no settings file", LONGEST_FILE / 1024 / 1024);
        return Err(io::Error::other(why));
    }
    Ok(bytes)
}

/// Where a file ceases to be text.
fn no_text(error: &FromUtf8Error) -> Problem {
    let good = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
    let place = Some(Place::of_byte(&good, good.len()));
    Problem { place, setting: String::new(), what: "is not text in UTF-8; save the file with that encoding".to_owned() }
}

/// Reads settings from a text, with secrets from `environment`. All problems come back, never none.
pub fn parse(text: &str, environment: Environment<'_>) -> Result<Settings, Vec<Problem>> {
    let reader = Reader::new(text);
    let document = reader.parse();
    let settings = read(reader.root(&document), Secrets::From(environment), &reader).settings();
    let problems = reader.into_problems();
    match settings {
        Some(settings) if problems.is_empty() => Ok(settings),
        Some(_) | None => Err(problems),
    }
}

/// The profiles of a text as they are written, and everything wrong with the text. No secret is looked up.
pub fn drafts(text: &str) -> (BTreeMap<String, Draft>, Vec<Problem>) {
    let reader = Reader::new(text);
    let document = reader.parse();
    let outline = read(reader.root(&document), Secrets::Unasked, &reader);
    let drafts = outline.profiles.into_iter().filter_map(|(name, entry)| Some((name, entry?.draft))).collect();
    (drafts, reader.into_problems())
}

/// What a text says; `None` only where a problem was noted or secrets were not asked for.
struct Outline {
    projects: Vec<Option<ProjectSettings>>,
    policy: Policy,
    history: History,
    profiles: Profiles,
}

impl Outline {
    fn settings(self) -> Option<Settings> {
        let Self { projects, policy, history, profiles } = self;
        let profiles = profiles.into_iter().filter_map(|(name, entry)| Some((name.into(), entry?.profile?))).collect();
        Some(Settings { projects: projects.into_iter().collect::<Option<_>>()?, policy, history, profiles })
    }
}

fn read(mut root: Table<'_, '_>, secrets: Secrets<'_>, reader: &Reader<'_>) -> Outline {
    // The order of the tables in the file does not matter: what others build upon is read first.
    let policy = root.table("policy").map_or_else(Policy::default, policy::read);
    let history = root.table("history").map_or_else(History::default, history::read);
    let outlines = projects::read(&mut root, &policy, secrets, reader);
    let profiles = profiles::read(root.named_tables("profile"), secrets);
    let names: Vec<Option<Arc<str>>> = outlines.iter().map(|outline| outline.name.clone()).collect();
    let mut channels = channels::read(root.tables("channel"), &names, &profiles, secrets);
    root.end();
    let projects = outlines.into_iter().enumerate().map(|(at, outline)| {
        let channels = channels.remove(&at).unwrap_or_default();
        Some(ProjectSettings { name: outline.name?, account: outline.account?, policy: outline.policy, channels })
    });
    Outline { projects: projects.collect(), policy, history, profiles }
}

/// A text that has no default.
fn required(table: &mut Table<'_, '_>, key: &'static str) -> Option<String> {
    if table.raw(key).is_none() {
        table.missing(key);
    }
    table.name_text(key).map(|found| found.value.to_owned())
}

/// A text that has no default and a form.
fn parsed<T: FromStr<Err: fmt::Display>>(table: &mut Table<'_, '_>, key: &'static str) -> Option<T> {
    if table.raw(key).is_none() {
        table.missing(key);
    }
    let found = table.text(key)?;
    found.value.parse().map_err(|error: T::Err| table.report(key, Some(found.span), error.to_string())).ok()
}

#[cfg(test)]
mod tests;
