//! JSON in the shapes in which recordings are kept: an array, an object that holds one, an object per line, or one object alone.
//! It gives values their fields and checks none of them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

use super::check::{Field, Given, Raw, Spaces};
use super::{Collector, Format, MOST_ROWS, More, Problem};

/// Reads all objects.
pub(super) fn read(text: &str, into: &mut Collector<'_>) -> Format {
    let mut lines = Lines { text, at: 0, line: 1 };
    if text.trim_start().starts_with('[') {
        array(text, &mut lines, into);
        return Format::Json;
    }
    match members(text) {
        Ok(members) => whole_object(text, &members, &mut lines, into),
        Err(_) if is_lines(text) => {
            each_line(text, into);
            Format::JsonLines
        }
        Err(error) => {
            into.problem(syntax(0, &error));
            Format::Json
        }
    }
}

/// Whether the text is meant as one object per line: most lines look like one, be it that some are damaged.
fn is_lines(text: &str) -> bool {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let (objects, all) = lines.fold((0_usize, 0_usize), |(objects, all), line| {
        (objects + usize::from(line.starts_with('{') && line.ends_with('}')), all + 1)
    });
    2 * objects >= all
}

fn each_line(text: &str, into: &mut Collector<'_>) {
    for (line, text) in (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty()) {
        match members(text) {
            Ok(members) => {
                if object(line, &members, into) == More::No {
                    return;
                }
            }
            Err(error) => into.problem(syntax(line - 1, &error)),
        }
    }
}

/// One row.
fn object(line: usize, members: &Members<'_>, into: &mut Collector<'_>) -> More {
    for (key, _) in members {
        if Field::of(key).is_none() {
            into.ignore(key);
        }
    }
    into.row(&row(line, members))
}

/// One recording, or an object around a list of them.
fn whole_object(text: &str, members: &Members<'_>, lines: &mut Lines<'_>, into: &mut Collector<'_>) -> Format {
    let is_row = members.iter().any(|(key, _)| Field::of(key) == Some(Field::Sid));
    let arrays: Vec<&RawValue> =
        members.iter().map(|(_, value)| *value).filter(|value| value.get().starts_with('[')).collect();
    match (is_row, arrays.as_slice()) {
        (false, [list]) => {
            array(list.get(), lines, into);
            Format::Json
        }
        (false, [_, _, ..]) => {
            let reason = "this object holds several lists; keep only the one of the recordings";
            into.problem(Problem::line(1, reason));
            Format::Json
        }
        (true, _) | (false, []) => {
            object(lines.of(text.trim_start()), members, into);
            Format::StartAnswer
        }
    }
}

/// The elements of an array; where it breaks off, those before.
fn array(array: &str, lines: &mut Lines<'_>, into: &mut Collector<'_>) {
    let before = lines.of(array) - 1;
    let mut elements = Vec::new();
    let mut reader = serde_json::Deserializer::from_str(array);
    let read = Elements(&mut elements).deserialize(&mut reader).and_then(|()| reader.end());
    for element in elements {
        let line = lines.of(element.get());
        match members(element.get()) {
            Ok(members) => {
                if object(line, &members, into) == More::No {
                    return;
                }
            }
            Err(_) => into.problem(Problem::line(line, "this is no JSON object with the fields of a recording")),
        }
    }
    if let Err(error) = read {
        into.problem(syntax(before, &error));
    }
}

/// An error of the syntax, `before` lines further down. Its text never repeats what was read.
fn syntax(before: usize, error: &serde_json::Error) -> Problem {
    let what = match error.classify() {
        serde_json::error::Category::Eof => "the JSON breaks off; was all of it copied?".to_owned(),
        serde_json::error::Category::Io | serde_json::error::Category::Syntax | serde_json::error::Category::Data => {
            format!("the JSON is damaged at column {}", error.column())
        }
    };
    Problem::line(before + error.line().max(1), what)
}

fn row<'t>(line: usize, members: &Members<'t>) -> Raw<'t> {
    let mut raw = Raw::new(line, Spaces::Meant);
    for (key, value) in members {
        let Some(field) = Field::of(key) else { continue };
        match serde_json::from_str(value.get()) {
            Ok(value) => {
                if let Some(given) = given(value) {
                    raw.put(field, given);
                }
            }
            Err(_) => raw.put(field, Given::Wrong("a value that cannot be read")),
        }
    }
    raw
}

/// A value in our words; `None` for null, which says that there is none.
fn given<'t>(value: Value) -> Option<Given<'t>> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) => Given::Text(text.into()),
        Value::Number(number) => Given::Text(number.to_string().into()),
        Value::Bool(_) => Given::Wrong("true or false"),
        Value::Object(_) => Given::Wrong("an object"),
        Value::Array(values) => {
            let texts = values.into_iter().map(|value| match given(value) {
                Some(Given::Text(text)) => Some(text.into_owned()),
                Some(Given::List(_) | Given::Wrong(_)) | None => None,
            });
            texts
                .collect::<Option<Vec<_>>>()
                .map_or(Given::Wrong("a list of other things than texts and numbers"), Given::List)
        }
    })
}

/// The members of an object in their order, doubled ones included.
type Members<'t> = Vec<(String, &'t RawValue)>;

fn members(text: &str) -> Result<Members<'_>, serde_json::Error> {
    struct Object;
    impl<'t> Visitor<'t> for Object {
        type Value = Members<'t>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let members = reader.deserialize_map(Object)?;
    reader.end()?;
    Ok(members)
}

/// Gathers the elements of an array one by one, so that those before a damaged one are kept.
struct Elements<'e, 't>(&'e mut Vec<&'t RawValue>);

impl<'t> DeserializeSeed<'t> for Elements<'_, 't> {
    type Value = ();

    fn deserialize<D: Deserializer<'t>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'t> Visitor<'t> for Elements<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(element) = seq.next_element()? {
            // One more than are taken, so that the limit is told.
            if self.0.len() > MOST_ROWS {
                return Err(A::Error::custom("too many"));
            }
            self.0.push(element);
        }
        Ok(())
    }
}

/// Counts lines up to pieces of a text that come one behind the other.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line on which a piece of the same text begins.
    fn of(&mut self, piece: &str) -> usize {
        let begins = (piece.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize).min(self.text.len());
        if begins >= self.at {
            self.line += self.text.as_bytes()[self.at..begins].iter().filter(|byte| **byte == b'\n').count();
            self.at = begins;
        }
        self.line
    }
}
