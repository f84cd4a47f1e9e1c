//! Walks through a TOML document and collects everything that is wrong on the way, so that one look at the list is enough.
//! Every key that was not asked for is a problem, too. It knows TOML and places, and nothing of what the settings mean.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::problem::{Place, Problem};
use super::units;

/// Longest piece of a value that a message repeats, in characters.
const SHOWN_AT_MOST: usize = 60;

/// The document and what was found in it so far.
pub struct Reader<'t> {
    text: &'t str,
    problems: RefCell<Vec<Problem>>,
}

/// A value and the bytes it stands at.
#[derive(Clone, Debug)]
pub struct Found<T> {
    /// The value.
    pub value: T,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// A table that is being read. [`Table::end`] reports the keys nobody asked for.
pub struct Table<'r, 't> {
    reader: &'r Reader<'t>,
    entries: &'r DeTable<'t>,
    span: Range<usize>,
    name: String,
    asked: BTreeSet<&'static str>,
}

impl<'t> Reader<'t> {
    /// A reader of `text`.
    pub fn new(text: &'t str) -> Self {
        Self { text, problems: RefCell::default() }
    }

    /// Parses the text. Errors of the syntax are collected like all others; what could be read is read.
    pub fn parse(&self) -> Spanned<DeTable<'t>> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for error in errors {
            // `message`, not `Display`: the latter repeats the line, which may hold a secret.
            self.report(error.span(), "", format!("is not TOML: {}", error.message()));
        }
        document
    }

    /// Notes a problem.
    pub fn report(&self, span: Option<Range<usize>>, setting: &str, what: String) {
        let place = span.map(|span| Place::of_byte(self.text, span.start));
        self.problems.borrow_mut().push(Problem { place, setting: setting.to_owned(), what });
    }

    /// Everything found, in the order of the file; what has no place comes last.
    pub fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| (problem.place.is_none(), problem.place));
        problems.dedup();
        problems
    }

    /// The table of the whole document.
    pub fn root<'r>(&'r self, document: &'r Spanned<DeTable<'t>>) -> Table<'r, 't> {
        Table::new(self, document.get_ref(), document.span(), String::new())
    }
}

impl<'r, 't> Table<'r, 't> {
    fn new(reader: &'r Reader<'t>, entries: &'r DeTable<'t>, span: Range<usize>, name: String) -> Self {
        Self { reader, entries, span, name, asked: BTreeSet::new() }
    }

    /// What this table is called in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Everything in it, for who walks it alone.
    pub const fn entries(&self) -> &'r DeTable<'t> {
        self.entries
    }

    /// The full name of one of its settings; its own name without a key.
    pub fn setting(&self, key: &str) -> String {
        if self.name.is_empty() {
            key.to_owned()
        } else if key.is_empty() {
            self.name.clone()
        } else if self.name.contains(' ') {
            format!("{} {key}", self.name)
        } else {
            format!("{}.{key}", self.name)
        }
    }

    /// Notes a problem of one of its settings at `span`, or at the table itself.
    pub fn report(&self, key: &str, span: Option<Range<usize>>, what: String) {
        let span = span.unwrap_or_else(|| self.span.clone());
        self.reader.report(Some(span), &self.setting(key), what);
    }

    /// Notes that a setting which has no default is not there.
    pub fn missing(&self, key: &str) {
        self.report(key, None, "is missing".to_owned());
    }

    /// A value as it stands, if it is there.
    pub fn raw(&mut self, key: &'static str) -> Option<&'r Spanned<DeValue<'t>>> {
        self.asked.insert(key);
        self.entries.get(key)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        self.report(key, Some(value.span()), format!("is a TOML {}; {wanted}", value.get_ref().type_str()));
    }

    /// A text.
    pub fn text(&mut self, key: &'static str) -> Option<Found<&'r str>> {
        let value = self.raw(key)?;
        let found = value.get_ref().as_str().map(|text| Found { value: text, span: value.span() });
        if found.is_none() {
            self.wrong_type(key, value, "a text in quotes is needed");
        }
        found
    }

    /// A text of at least one character.
    pub fn name_text(&mut self, key: &'static str) -> Option<Found<&'r str>> {
        let found = self.text(key)?;
        if found.value.trim().is_empty() {
            self.report(key, Some(found.span), "is empty; it needs at least one character".to_owned());
            return None;
        }
        Some(found)
    }

    /// A whole number inside of `range`.
    pub fn number(&mut self, key: &'static str, range: RangeInclusive<u32>) -> Option<Found<u32>> {
        let value = self.raw(key)?;
        self.number_of(key, value, range)
    }

    fn number_of(&self, key: &str, value: &Spanned<DeValue<'_>>, range: RangeInclusive<u32>) -> Option<Found<u32>> {
        let Some(integer) = value.get_ref().as_integer() else {
            self.wrong_type(key, value, &format!("a whole number from {} to {} is needed", range.start(), range.end()));
            return None;
        };
        let number =
            u32::from_str_radix(integer.as_str(), integer.radix()).ok().filter(|number| range.contains(number));
        if number.is_none() {
            let what = format!("{integer} is not a whole number from {} to {}", range.start(), range.end());
            self.report(key, Some(value.span()), what);
        }
        number.map(|value_| Found { value: value_, span: value.span() })
    }

    /// A list of whole numbers inside of `range`; elements that are not are reported and left out.
    pub fn numbers(&mut self, key: &'static str, range: &RangeInclusive<u32>) -> Option<Vec<Found<u32>>> {
        let elements = self.list(key)?;
        Some(elements.iter().filter_map(|value| self.number_of(key, value, range.clone())).collect())
    }

    /// A list of texts; elements that are none are reported and left out.
    pub fn texts(&mut self, key: &'static str) -> Option<Vec<Found<&'r str>>> {
        let elements = self.list(key)?;
        let mut texts = Vec::new();
        for value in elements {
            match value.get_ref().as_str() {
                Some(text) => texts.push(Found { value: text, span: value.span() }),
                None => self.wrong_type(key, value, "a text in quotes is needed"),
            }
        }
        Some(texts)
    }

    fn list(&mut self, key: &'static str) -> Option<&'r [Spanned<DeValue<'t>>]> {
        let value = self.raw(key)?;
        let elements = value.get_ref().as_array();
        if elements.is_none() {
            self.wrong_type(key, value, "a list in square brackets is needed");
        }
        elements.map(|elements| &elements[..])
    }

    /// A duration inside of `range`.
    pub fn duration(&mut self, key: &'static str, range: &RangeInclusive<Duration>) -> Option<Duration> {
        let found = self.text(key)?;
        self.duration_of(key, &found, range)
    }

    /// A list of durations inside of `range`, at least one.
    pub fn durations(&mut self, key: &'static str, range: &RangeInclusive<Duration>) -> Option<Vec<Duration>> {
        let found = self.texts(key)?;
        if found.is_empty() {
            let span = self.entries.get(key).map(Spanned::span);
            self.report(key, span, "is an empty list; at least one duration is needed".to_owned());
            return None;
        }
        Some(found.iter().filter_map(|text| self.duration_of(key, text, range)).collect())
    }

    fn duration_of(&self, key: &str, found: &Found<&str>, range: &RangeInclusive<Duration>) -> Option<Duration> {
        let Some(duration) = units::duration(found.value) else {
            self.report(
                key,
                Some(found.span.clone()),
                format!("{} is no duration; {}", shown(found.value), units::RULE),
            );
            return None;
        };
        if !range.contains(&duration) {
            let (from, to) = (units::spelled(*range.start()), units::spelled(*range.end()));
            self.report(key, Some(found.span.clone()), format!("{} is outside of {from} to {to}", shown(found.value)));
            return None;
        }
        Some(duration)
    }

    /// `true` or `false`.
    pub fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.raw(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value, "true or false is needed");
        }
        flag
    }

    /// One of the words in `choices`, with its meaning.
    pub fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let found = self.text(key)?;
        let chosen = choices.iter().find(|(word, _)| *word == found.value).map(|(_, meaning)| *meaning);
        if chosen.is_none() {
            let words: Vec<String> = choices.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            self.report(key, Some(found.span), format!("{} is none of {}", shown(found.value), words.join(", ")));
        }
        chosen
    }

    /// A table inside this one.
    pub fn table(&mut self, key: &'static str) -> Option<Table<'r, 't>> {
        let value = self.raw(key)?;
        let name = self.setting(key);
        self.table_of(key, value, name)
    }

    /// The tables of a list such as `[[channel]]`, numbered from 1 in messages.
    pub fn tables(&mut self, key: &'static str) -> Vec<Table<'r, 't>> {
        let Some(value) = self.raw(key) else { return Vec::new() };
        let Some(elements) = value.get_ref().as_array() else {
            self.wrong_type(key, value, &format!("write it as [[{key}]]"));
            return Vec::new();
        };
        let numbered = elements.iter().enumerate();
        numbered.filter_map(|(at, element)| self.table_of(key, element, format!("{key} {}", at + 1))).collect()
    }

    /// One table, or a list of them such as `[[project]]`; only those of a list of several are numbered in messages.
    pub fn one_or_several(&mut self, key: &'static str) -> Vec<Table<'r, 't>> {
        let Some(value) = self.raw(key) else { return Vec::new() };
        match value.get_ref().as_array().map(|elements| &elements[..]) {
            None => self.table(key).into_iter().collect(),
            Some([only]) => self.table_of(key, only, self.setting(key)).into_iter().collect(),
            Some(_) => self.tables(key),
        }
    }

    /// The tables of a table whose keys are names the user chose, such as `[profile.evening]`.
    pub fn named_tables(&mut self, key: &'static str) -> Vec<(Found<String>, Table<'r, 't>)> {
        let Some(outer) = self.table(key) else { return Vec::new() };
        let mut tables = Vec::new();
        for (name, value) in outer.entries {
            if let Some(table) = outer.table_of(name.get_ref(), value, outer.setting(name.get_ref())) {
                tables.push((Found { value: name.get_ref().to_string(), span: name.span() }, table));
            }
        }
        tables
    }

    fn table_of(&self, key: &str, value: &'r Spanned<DeValue<'t>>, name: String) -> Option<Table<'r, 't>> {
        let Some(entries) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "a table is needed");
            return None;
        };
        Some(Table::new(self.reader, entries, value.span(), name))
    }

    /// Reports every key that nobody asked for. Its value is not repeated: it may be a secret in the wrong place.
    pub fn end(self) {
        for (key, _) in self.entries {
            if !self.asked.contains(key.get_ref().as_ref()) {
                let known: Vec<&str> = self.asked.iter().copied().collect();
                let what = format!("there is no such setting here; known are {}", known.join(", "));
                self.report(key.get_ref(), Some(key.span()), what);
            }
        }
    }
}

/// A value in quotes, cut when it is long.
pub fn shown(value: &str) -> String {
    let cut: String = value.chars().take(SHOWN_AT_MOST).collect();
    let more = if cut.len() < value.len() { "…" } else { "" };
    format!("\"{}{more}\"", cut.escape_debug())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(text: &str, read: impl FnOnce(&mut Table<'_, '_>)) -> Vec<String> {
        let reader = Reader::new(text);
        let document = reader.parse();
        let mut root = reader.root(&document);
        read(&mut root);
        root.end();
        reader.into_problems().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everything_wrong_is_found_in_one_go_in_the_order_of_the_file() {
        let text = "wait = \"5\"\nsize = 70000\nnobody = \"asked\"\n";
        let found = problems(text, |root| {
            assert!(root.number("size", 1..=100).is_none());
            assert!(root.duration("wait", &(Duration::ZERO..=Duration::from_secs(9))).is_none());
        });
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].starts_with("line 1, column 8: wait: \"5\" is no duration"), "{}", found[0]);
        assert_eq!(found[1], "line 2, column 8: size: 70000 is not a whole number from 1 to 100");
        assert_eq!(found[2], "line 3, column 1: nobody: there is no such setting here; known are size, wait");
    }

    #[test]
    fn a_broken_line_is_named_and_never_repeated() {
        let found = problems("a = 1\nsecret = \"hunter2\nb = 2\n", |root| {
            root.raw("a");
            root.raw("b");
            root.raw("secret");
        });
        assert!(found[0].starts_with("line 2, column "), "{found:?}");
        assert!(found.iter().all(|problem| !problem.contains("hunter2")), "{found:?}");
    }

    #[test]
    fn elements_of_lists_are_told_apart_by_their_number() {
        let found = problems("[[channel]]\nuid = 1\n[[channel]]\nuid = \"x\"\n", |root| {
            for mut channel in root.tables("channel") {
                channel.number("uid", 1..=u32::MAX);
                channel.end();
            }
        });
        assert_eq!(
            found,
            ["line 4, column 7: channel 2 uid: is a TOML string; a whole number from 1 to 4294967295 is needed"]
        );
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(shown(&"x".repeat(61)), format!("\"{}…\"", "x".repeat(60)));
        assert_eq!(shown("a\"b"), "\"a\\\"b\"");
    }
}
