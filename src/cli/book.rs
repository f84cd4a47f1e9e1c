//! The book of recording profiles as the program keeps it: the `[profile]` tables of the settings file. What a profile names as
//! its secrets is looked up before anything is written, so that what stands in the file can be sent.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use crate::profile::{Draft, Profile};
use crate::settings;
use crate::settings::save::{remove_profile, save_profile};
use crate::worker::book::Book;

/// The settings file.
pub struct SettingsFile {
    path: PathBuf,
    environment: fn(&str) -> Option<String>,
}

impl SettingsFile {
    /// The one at this path; secrets come from the environment of this process.
    pub fn at(path: PathBuf) -> Self {
        Self { path, environment: |name| std::env::var(name).ok() }
    }
}

impl Book for SettingsFile {
    fn save(&mut self, name: &str, draft: &Draft) -> Result<Profile, String> {
        let profile = draft.resolve(&self.environment).map_err(|missing| {
            let missing: Vec<String> = missing.iter().map(ToString::to_string).collect();
            format!("{}; nothing was written", missing.join("; "))
        })?;
        save_profile(&self.path, name, draft).map_err(|error| error.to_string())?;
        Ok(profile)
    }

    fn remove(&mut self, name: &str) -> Result<(), String> {
        remove_profile(&self.path, name).map_err(|error| error.to_string())
    }

    fn list(&self) -> Result<BTreeMap<Arc<str>, Draft>, String> {
        let text = fs::read_to_string(&self.path).map_err(|error| {
            format!("{} cannot be read: {error}; its profiles are shown as they were", self.path.display())
        })?;
        let (drafts, _) = settings::drafts(&text);
        Ok(drafts.into_iter().map(|(name, draft)| (name.into(), draft)).collect())
    }
}

/// The book of a demo: its channels are made up, and so are their profiles.
pub struct MadeUp;

impl MadeUp {
    const WHY: &str =
        "this is a demo, which keeps no settings; start reelwatch with settings of your own to keep profiles";
}

impl Book for MadeUp {
    fn save(&mut self, _name: &str, _draft: &Draft) -> Result<Profile, String> {
        Err(Self::WHY.to_owned())
    }

    fn remove(&mut self, _name: &str) -> Result<(), String> {
        Err(Self::WHY.to_owned())
    }

    fn list(&self) -> Result<BTreeMap<Arc<str>, Draft>, String> {
        Ok(BTreeMap::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::file::Sections;

    fn file(folder: &tempfile::TempDir, environment: fn(&str) -> Option<String>) -> SettingsFile {
        let path = folder.path().join("settings.toml");
        fs::write(&path, settings::EXAMPLE).expect("written");
        SettingsFile { path, environment }
    }

    fn draft() -> Draft {
        let text = "[recording]\nchannel_type = \"live_broadcast\"\n[storage]\nvendor = \"amazon_s3\"\nregion = \"EU_CENTRAL_1\"\n\
                    bucket = \"b\"\naccess_key = { env = \"ACCESS\" }\nsecret_key = { env = \"SECRET\" }\n";
        Draft::try_from(toml::from_str::<Sections>(text).expect("sections")).expect("a draft")
    }

    #[test]
    fn what_is_saved_stands_in_the_settings_file_and_is_taken_out_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut book = file(&folder, |_| Some("CANARY-secret".to_owned()));
        let before = book.list().expect("read");
        book.save("evening", &draft()).expect("saved");
        assert_eq!(book.list().expect("read").get("evening"), Some(&draft()));
        assert!(!fs::read_to_string(&book.path).expect("read").contains("CANARY"));
        book.remove("evening").expect("taken out");
        assert_eq!(book.list().expect("read"), before);
        assert!(book.remove("evening").is_err_and(|why| why.contains("evening")));
    }

    #[test]
    fn a_profile_whose_secrets_are_not_set_is_not_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut book = file(&folder, |_| None);
        let why = book.save("evening", &draft()).expect_err("no secrets");
        assert!(why.ends_with("nothing was written"), "{why}");
        assert_eq!(fs::read_to_string(&book.path).expect("read"), settings::EXAMPLE);
        fs::remove_file(&book.path).expect("removed");
        assert!(book.list().is_err_and(|why| why.contains("settings.toml")));
    }
}
