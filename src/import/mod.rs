//! Lists of recordings that were started elsewhere, to watch them from here: CSV, JSON, JSON Lines, or the pasted answer of a
//! start. Reading is a pure function of the text: it opens no file, sends nothing and changes nothing.
//!
//! A bad row is named by its line, its field and the rule it breaks, and the good rows are kept. Nothing that is missing is
//! guessed: a mode that no row tells comes from the operator, everything else is a problem.
//!
//! | column | also written | must |
//! |---|---|---|
//! | `resourceId` | `resource_id` | be there: without it the service cannot be asked |
//! | `sid` | | be there, and once only |
//! | `cname` | `channel`, `channel_name` | be there |
//! | `uid` | | be there: the recorder's |
//! | `mode` | | be there, or be chosen for the whole list |
//! | `name` | | what the operator calls the channel |
//! | `backup_uid` | | the UID restarts alternate with |
//! | `spare_uids` | | further ones, parted by spaces, commas or semicolons, or a JSON array |
//! | `profile` | | the name of a recording profile |
//! | `project` | | the name of the project, where there are several |
//! | `tags` | | words to find it by, parted by commas or semicolons, or a JSON array |
//!
//! Upper and lower case, spaces, `_` and `-` make no difference in these names, and neither does their order.

mod check;
mod json;
mod table;

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use self::check::Raw;
use crate::monitor::ids::{Cname, Mode, ResourceId, Sid, Uid};

/// Longest text that is read, in bytes: [`MOST_ROWS`] rows with the longest resource IDs that were seen, and as much again.
pub const LONGEST: usize = 64 * 1024 * 1024;
/// Most rows that are taken.
pub const MOST_ROWS: usize = 100_000;
/// Most problems that are kept; further ones are counted.
pub const MOST_PROBLEMS: usize = 1_000;
/// Longest piece of a value that a problem repeats, in characters.
const SHOWN_AT_MOST: usize = 60;

/// What a text was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table with a heading, parted by this character.
    Csv(char),
    /// An array, or an object that holds one.
    Json,
    /// One object per line.
    JsonLines,
    /// One object: what the service answers to a start.
    StartAnswer,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Format::Csv(',') => "CSV",
            Format::Csv(';') => "CSV with semicolons",
            Format::Csv(_) => "CSV with tabs",
            Format::Json => "JSON",
            Format::JsonLines => "JSON Lines",
            Format::StartAnswer => "the answer of a start",
        })
    }
}

/// A recording to watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The line of the text it begins on, from 1.
    pub line: usize,
    /// As started.
    pub resource_id: ResourceId,
    /// As started.
    pub sid: Sid,
    /// What Agora calls the channel.
    pub cname: Cname,
    /// The recorder's UID.
    pub uid: Uid,
    /// How it is recorded.
    pub mode: Mode,
    /// What the operator calls the channel.
    pub name: Option<Arc<str>>,
    /// The UID restarts alternate with.
    pub backup_uid: Option<Uid>,
    /// Further UIDs.
    pub spare_uids: Vec<Uid>,
    /// The name of a recording profile; whether there is such a one is not known here.
    pub profile: Option<Arc<str>>,
    /// Words to find it by.
    pub tags: Vec<Arc<str>>,
    /// The name of its project; whether there is such a one is not known here.
    pub project: Option<Arc<str>>,
}

/// Something that keeps a row, or the whole list, from being taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The line, from 1.
    pub line: usize,
    /// The column, as it is called here; none where the line as a whole is wrong.
    pub field: Option<&'static str>,
    /// What was given, shortened; none where nothing was.
    pub value: Option<String>,
    /// The rule it breaks, and what to do.
    pub reason: String,
}

impl Problem {
    fn line(line: usize, reason: impl Into<String>) -> Self {
        Self { line, field: None, value: None, reason: reason.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if let Some(field) = self.field {
            write!(f, ", {field}")?;
        }
        if let Some(value) = &self.value {
            write!(f, " \"{value}\"")?;
        }
        write!(f, ": {}", self.reason)
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// What the text was taken for.
    pub format: Format,
    /// The good rows, in their order.
    pub rows: Vec<Row>,
    /// What is wrong, in the order of the lines; at most [`MOST_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// How many more problems there are.
    pub further_problems: usize,
    /// Columns that mean nothing here and were passed over.
    pub ignored: Vec<String>,
}

/// Reads bytes as they come from a file.
pub fn read_bytes(bytes: &[u8], default_mode: Option<&Mode>) -> Import {
    if bytes.len() > LONGEST {
        return too_long(bytes.len());
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let reason = "the text is in UTF-16, as \"Unicode text\" of a spreadsheet is; save it as CSV in UTF-8";
        return nothing(Problem::line(1, reason));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text, default_mode),
        Err(error) => {
            let line = 1 + bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
            nothing(Problem::line(line, "the text is not in UTF-8; save it with that encoding"))
        }
    }
}

/// Reads a text. `default_mode` is the operator's choice for rows that tell no mode.
pub fn read(text: &str, default_mode: Option<&Mode>) -> Import {
    if text.len() > LONGEST {
        return too_long(text.len());
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut into = Collector::new(default_mode);
    let format = match text.trim_start().chars().next() {
        None => {
            into.problem(Problem::line(1, "there is nothing to read"));
            Format::Csv(',')
        }
        Some('[' | '{') => json::read(text, &mut into),
        Some(_) => table::read(text, &mut into),
    };
    into.finish(format)
}

fn too_long(bytes: usize) -> Import {
    let reason = format!("the text has {bytes} bytes; at most {} MiB are read, so part it", LONGEST / 1024 / 1024);
    nothing(Problem::line(1, reason))
}

fn nothing(problem: Problem) -> Import {
    Import {
        format: Format::Csv(','),
        rows: Vec::new(),
        problems: vec![problem],
        further_problems: 0,
        ignored: Vec::new(),
    }
}

/// Whether more rows are wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum More {
    Yes,
    No,
}

/// Gathers rows and problems, within the limits.
struct Collector<'m> {
    default_mode: Option<&'m Mode>,
    rows: Vec<Row>,
    problems: Vec<Problem>,
    further_problems: usize,
    ignored: Vec<String>,
    /// Each sid and the line it was on.
    seen: HashMap<Sid, usize>,
    taken: usize,
}

impl<'m> Collector<'m> {
    fn new(default_mode: Option<&'m Mode>) -> Self {
        let (rows, problems, ignored) = (Vec::new(), Vec::new(), Vec::new());
        Self { default_mode, rows, problems, further_problems: 0, ignored, seen: HashMap::new(), taken: 0 }
    }

    fn problem(&mut self, problem: Problem) {
        if self.problems.len() < MOST_PROBLEMS {
            self.problems.push(problem);
        } else {
            self.further_problems += 1;
        }
    }

    /// Notes a column that means nothing here.
    fn ignore(&mut self, column: &str) {
        let column = shown(column);
        if self.ignored.len() < SHOWN_AT_MOST && !self.ignored.contains(&column) {
            self.ignored.push(column);
        }
    }

    /// Checks a row and keeps it, or what is wrong with it.
    fn row(&mut self, raw: &Raw<'_>) -> More {
        if self.taken == MOST_ROWS {
            let reason = format!("this and what follows is not taken: {MOST_ROWS} rows are the most for one list");
            self.problem(Problem::line(raw.line, reason));
            return More::No;
        }
        self.taken += 1;
        match check::row(raw, self.default_mode) {
            Ok(row) => self.keep(row),
            Err(problems) => problems.into_iter().for_each(|problem| self.problem(problem)),
        }
        More::Yes
    }

    fn keep(&mut self, row: Row) {
        if let Some(line) = self.seen.get(&row.sid) {
            let reason = format!("this recording is in the list already, on line {line}");
            let value = Some(shown(row.sid.as_str()));
            self.problem(Problem { line: row.line, field: Some("sid"), value, reason });
            return;
        }
        self.seen.insert(row.sid.clone(), row.line);
        self.rows.push(row);
    }

    fn finish(self, format: Format) -> Import {
        let Self { rows, problems, further_problems, ignored, .. } = self;
        Import { format, rows, problems, further_problems, ignored }
    }
}

/// A value as a problem repeats it: on one line, and not longer than it helps.
fn shown(value: &str) -> String {
    let mut characters = value.chars();
    let mut text: String = characters.by_ref().take(SHOWN_AT_MOST).flat_map(char::escape_debug).collect();
    if characters.next().is_some() {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests;
