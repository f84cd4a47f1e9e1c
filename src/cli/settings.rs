//! `reelwatch settings`: the example, the place of the file, and what is wrong with it. It changes nothing.

use std::path::PathBuf;

use super::Trouble;
use super::args::{Places, SettingsCommand};
use crate::settings::{self, EXAMPLE, ProjectSettings, Settings};
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

/// One line for the only project, or one for each.
fn described(settings: &Settings) -> String {
    match &settings.projects[..] {
        [only] => format!("fine; {}", described_project(only)),
        several => {
            let lines = several.iter().map(|project| format!("\n  {}", described_project(project)));
            format!("fine; {} projects{}", several.len(), lines.collect::<String>())
        }
    }
}

fn described_project(project: &ProjectSettings) -> String {
    let channels = format::counted(project.channels.len(), "channel", "channels");
    let domains: Vec<String> = project.account.domains.iter().map(|domain| domain.host().to_string()).collect();
    let every = format::words(project.policy.poll_every);
    format!("{}, {channels}, polled every {every} at {}", project.name, domains.join(" then "))
}
