//! What is wrong with a settings file, said so that it can be put right: place, value, rule. A value that may be a secret is
//! never repeated here.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;

/// Why there are no settings. The text names the file and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SettingsError {
    /// There is no file yet.
    #[error(
        "there is no settings file yet: {path} was looked for; write one with \
         `reelwatch settings example > {path}` and fill in your project, or try `reelwatch demo` first",
        path = .path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The operating system would not hand it over.
    #[error("{path} cannot be read: {why}; check who may read it, or name another file with --settings", path = .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// In the words of the operating system.
        why: String,
    },
    /// The operating system names no folder for settings.
    #[error("this system names no folder for settings (is HOME set?); name a file with --settings")]
    NoFolder,
    /// It is not clear which of its projects is meant.
    #[error("{path}: {error}", path = .path.display())]
    Project {
        /// Which file.
        path: PathBuf,
        /// What there is to choose from.
        error: NoSuchProject,
    },
    /// The file was read and cannot be used as it is.
    #[error("{}", list(.path, .problems))]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// All that was found, in the order of the file; never empty.
        problems: Vec<Problem>,
    },
}

/// Why no project could be chosen. The text lists what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoSuchProject {
    /// The name that was asked for, if one was.
    pub wanted: Option<Arc<str>>,
    /// The projects of the settings.
    pub names: Vec<Arc<str>>,
}

impl fmt::Display for NoSuchProject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.names.iter().map(|name| format!("\"{name}\"")).collect();
        let names = names.join(", ");
        match &self.wanted {
            Some(wanted) => write!(f, "no project has the name {wanted:?}; --project takes one of {names}"),
            None => write!(f, "there are {} projects; say with --project which one: {names}", self.names.len()),
        }
    }
}

impl std::error::Error for NoSuchProject {}

/// A place in a text, both counted from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl Place {
    /// The place of a byte in `text`; its end when the byte lies behind it.
    pub fn of_byte(text: &str, byte: usize) -> Self {
        let before = &text.as_bytes()[..byte.min(text.len())];
        let line_start = before.iter().rposition(|b| *b == b'\n').map_or(0, |newline| newline + 1);
        let line = before.iter().filter(|b| **b == b'\n').count() + 1;
        let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
        Self { line, column }
    }
}

/// One thing to put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, unless it is not in the file, such as a variable of the environment that is not set.
    pub place: Option<Place>,
    /// Which setting, such as `policy.poll_every` or `channel 3 uid`.
    pub setting: String,
    /// The value and the rule it breaks, and what to do when that does not follow from the rule.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, setting, what } = self;
        if let Some(Place { line, column }) = place {
            write!(f, "line {line}, column {column}: ")?;
        }
        if setting.is_empty() { f.write_str(what) } else { write!(f, "{setting}: {what}") }
    }
}

/// The heading, then one line per problem.
fn list(path: &Path, problems: &[Problem]) -> String {
    let many = if problems.len() == 1 { "one thing".to_owned() } else { format!("{} things", problems.len()) };
    let lines: String = problems.iter().map(|problem| format!("\n  {problem}")).collect();
    format!("{} cannot be used, {many} to put right:{lines}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_1() {
        let text = "a = 1\nö = \"x\"\n";
        assert_eq!(Place::of_byte(text, 0), Place { line: 1, column: 1 });
        let quote = text.find('"').expect("it is there");
        assert_eq!(Place::of_byte(text, quote), Place { line: 2, column: 5 });
        assert_eq!(Place::of_byte(text, 999), Place { line: 3, column: 1 });
    }

    #[test]
    fn a_missing_file_says_how_to_get_one() {
        let text = SettingsError::Missing { path: "/home/anna/.config/reelwatch/settings.toml".into() }.to_string();
        assert!(text.contains("reelwatch settings example > /home/anna/.config/reelwatch/settings.toml"), "{text}");
    }

    #[test]
    fn problems_are_listed_below_each_other_with_their_places() {
        let problem = |line, setting: &str, what: &str| Problem {
            place: Some(Place { line, column: 1 }),
            setting: setting.to_owned(),
            what: what.to_owned(),
        };
        let error = SettingsError::Wrong {
            path: "s.toml".into(),
            problems: vec![problem(3, "project.app_id", "is missing"), problem(9, "", "is not TOML")],
        };
        assert_eq!(
            error.to_string(),
            "s.toml cannot be used, 2 things to put right:\n  line 3, column 1: project.app_id: is missing\n  \
             line 9, column 1: is not TOML"
        );
    }
}
