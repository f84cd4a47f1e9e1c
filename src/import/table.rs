//! Tables with a heading: CSV as any spreadsheet writes it, parted by commas, semicolons or tabs. It gives values their columns
//! and checks none of them.

use csv::{Position, ReaderBuilder, StringRecord};

use super::check::{Field, Given, Raw, Spaces};
use super::{Collector, Format, More, Problem};

/// Reads all rows below the heading.
pub(super) fn read(text: &str, into: &mut Collector<'_>) -> Format {
    let separator = separator(text);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut columns: Option<Vec<Option<Field>>> = None;
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    loop {
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let line = lines.of(error.position());
                into.problem(Problem::line(line, "cannot be read as a row of a table"));
                continue;
            }
        }
        let line = lines.of(record.position());
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &columns {
            None => match heading(&record, line, into) {
                Some(found) => columns = Some(found),
                None => break,
            },
            Some(columns) => {
                if into.row(&row(columns, &record, line)) == More::No {
                    break;
                }
            }
        }
    }
    Format::Csv(char::from(separator))
}

/// Counts lines up to rows that come one behind the other. The reader's own count stops before the line ends and empty lines
/// that it passes over.
struct Lines<'t> {
    text: &'t [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, position: Option<&Position>) -> usize {
        let begins = position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.at);
        while let Some(byte) = self.text.get(self.at) {
            let is_end = *byte == b'\n' || (*byte == b'\r' && self.text.get(self.at + 1) != Some(&b'\n'));
            if self.at >= begins && !is_end && *byte != b'\r' {
                break;
            }
            self.line += usize::from(is_end);
            self.at += 1;
        }
        self.line
    }
}

/// What parts the heading, outside of quotes.
fn separator(text: &str) -> u8 {
    let heading = text.trim_start().lines().next().unwrap_or_default();
    let count = |separator: char| {
        let mut quoted = false;
        let outside = |c: &char| {
            quoted ^= *c == '"';
            !quoted && *c == separator
        };
        heading.chars().filter(outside).count()
    };
    // Of equally many the comma.
    let (_, separator) = [(count(','), b','), (count(';'), b';'), (count('\t'), b'\t')]
        .into_iter()
        .fold((0, b','), |most, next| if next.0 > most.0 { next } else { most });
    separator
}

/// What each column means, if all that is needed is there.
fn heading(record: &StringRecord, line: usize, into: &mut Collector<'_>) -> Option<Vec<Option<Field>>> {
    let columns: Vec<Option<Field>> = record.iter().map(Field::of).collect();
    let names = Field::ALL.map(Field::name).join(", ");
    if columns.iter().all(Option::is_none) {
        let reason = format!("this is no heading: the first line names the columns, of these: {names}");
        into.problem(Problem { value: record.get(0).map(super::shown), ..Problem::line(line, reason) });
        return None;
    }
    let mut complete = true;
    for field in Field::ALL {
        let count = columns.iter().filter(|column| **column == Some(field)).count();
        let needed = Field::NEEDED.contains(&field) || (field == Field::Mode && into.default_mode.is_none());
        let reason = match (count, needed) {
            (0, true) if field == Field::Mode => {
                "there is no such column; add one, or choose a mode for the whole list"
            }
            (0, true) => "there is no such column, and nothing can stand in for it",
            (0 | 1, _) => continue,
            (_, _) => "there is more than one such column; leave one out",
        };
        complete = false;
        into.problem(Problem { field: Some(field.name()), ..Problem::line(line, reason) });
    }
    for (column, name) in columns.iter().zip(record) {
        if column.is_none() && !name.trim().is_empty() {
            into.ignore(name.trim());
        }
    }
    complete.then_some(columns)
}

fn row<'r>(columns: &[Option<Field>], record: &'r StringRecord, line: usize) -> Raw<'r> {
    let mut raw = Raw::new(line, Spaces::Unsure);
    for (column, cell) in columns.iter().zip(record) {
        if let Some(field) = column {
            raw.put(*field, Given::Text(cell.into()));
        }
    }
    if record.iter().skip(columns.len()).any(|cell| !cell.trim().is_empty()) {
        raw.problem(format!("has {} values, but the heading names {} columns", record.len(), columns.len()));
    }
    raw
}
