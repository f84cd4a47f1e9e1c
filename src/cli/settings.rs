//! `reelwatch settings`: the example, the place of the file, and what is wrong with it. It changes nothing.

use std::path::PathBuf;

use super::Trouble;
use super::args::{Places, SettingsCommand};
use crate::settings::{self, EXAMPLE, Settings};
use crate::ui::format;

/// Carries it out and answers what to print.
pub fn run(command: SettingsCommand, places: &Places) -> Result<String, Trouble> {
    match command {
        SettingsCommand::Example => Ok(EXAMPLE.trim_end().to_owned()),
        SettingsCommand::Path => Ok(path(places)?.display().to_string()),
        SettingsCommand::Check => {
            let path = path(places)?;
            let settings = settings::load(&path)?;
            Ok(format!("{}: {}", path.display(), described(&settings)))
        }
    }
}

/// The file that counts: the one named on the command line, or the platform's.
pub fn path(places: &Places) -> Result<PathBuf, Trouble> {
    match &places.settings {
        Some(path) => Ok(path.clone()),
        None => Ok(settings::default_path()?),
    }
}

fn described(settings: &Settings) -> String {
    let channels = format::counted(settings.channels.len(), "channel", "channels");
    let domains: Vec<String> = settings.account.domains.iter().map(|domain| domain.host().to_string()).collect();
    let every = format::words(settings.policy.poll_every);
    format!("fine; {}, {channels}, polled every {every} at {}", settings.project, domains.join(" then "))
}
