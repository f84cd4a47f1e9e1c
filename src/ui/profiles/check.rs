//! From the tree of a form to the typed draft, or to what is wrong with it and where. The rules are those of the types of the
//! profiles; this file only finds the place of what they say. A value that cannot be used is replaced by one that can, so that
//! the next one is found too.

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use toml::{Spanned, Table, Value};

use super::{fields, tree};
use crate::profile::Draft;
use crate::profile::choices::Kind as Mode;
use crate::profile::file::{AcquireText, RecordingText, Sections, SnapshotText, StorageText, WebText};
use crate::profile::invalid::Invalid;
use crate::profile::secret::Variable;
use crate::profile::storage::Storage;
use crate::profile::web::Web;

/// Values that can be used, wherever one is missing or wrong.
const STAND_INS: &str = r#"
[recording]
channel_type = "live_broadcast"
subscribe_uid_group = 0
[recording.decryption]
mode = "sm4_128_ecb"
secret = { env = "X" }
[recording.transcoding]
regions = [{ uid = 1, x = 0, y = 0, width = 1, height = 1 }]
backgrounds = [{ uid = 1, image = "https://example.org" }]
[web]
url = "https://example.org"
video_width = 640
video_height = 360
max_recording_hour = 1
[storage]
vendor = "azure"
bucket = "x"
access_key = { env = "X" }
secret_key = { env = "X" }
"#;

/// Most rounds of finding; each round finds one problem.
const ROUNDS: usize = 60;

/// What a form came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    /// The profile, when nothing is wrong.
    pub draft: Option<Draft>,
    /// Everything that is wrong, in the order in which it was found.
    pub problems: Vec<Problem>,
}

/// Something wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The setting; one that is not in the form is a problem of the whole.
    pub path: String,
    /// What about it.
    pub what: What,
}

/// What is wrong with a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It must be given and is not.
    Needed,
    /// The rule it breaks.
    Breaks(String),
}

impl Checked {
    /// What is wrong with the setting at `path` itself.
    pub fn exactly(&self, path: &str) -> Option<&What> {
        self.problems.iter().find(|problem| problem.path == path).map(|problem| &problem.what)
    }

    /// What is wrong with the setting at `path`, or with a part of it.
    pub fn about(&self, path: &str) -> Option<&What> {
        let below = |problem: &Problem| {
            problem.path.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let inside = || self.problems.iter().find(|problem| below(problem)).map(|problem| &problem.what);
        self.exactly(path).or_else(inside)
    }
}

/// Reads the tree.
pub fn check(values: &Table) -> Checked {
    let values = tree::effective(values);
    let mode = tree::mode(&values);
    let mut finder = Finder { mode, values: values.clone(), stand_ins: stand_ins(), problems: Vec::new() };
    let acquire = finder.section::<AcquireText>("acquire");
    let is_web = mode == Mode::Web;
    let recording = if is_web { None } else { finder.section::<RecordingText>("recording") };
    let snapshot = values.get("snapshot").and_then(|_| finder.section::<SnapshotText>("snapshot"));
    let web = if is_web { finder.section::<WebText>("web") } else { None };
    let storage = finder.section::<StorageText>("storage");
    finder.rules_of_tables(web.as_ref(), storage.as_ref());
    let storage = storage.filter(|storage| Storage::try_from(storage.clone()).is_ok());
    let web = web.filter(|web| Web::<Variable>::try_from(web.clone()).is_ok());
    let mut draft = None;
    if let (Some(acquire), Some(storage)) = (acquire, storage.or_else(|| finder.stand_in_storage())) {
        let sections = Sections { mode, acquire, recording, snapshot, web, storage };
        draft = finder.whole(sections);
    }
    Checked { draft: draft.filter(|_| finder.problems.is_empty()), problems: finder.problems }
}

fn stand_ins() -> Table {
    // A constant of the program that a test reads.
    STAND_INS.parse().unwrap_or_default()
}

struct Finder {
    mode: Mode,
    values: Table,
    stand_ins: Table,
    problems: Vec<Problem>,
}

impl Finder {
    /// A table of the profile, with stand-ins for what is wrong.
    fn section<T: DeserializeOwned>(&mut self, key: &'static str) -> Option<T> {
        for _ in 0..ROUNDS {
            match self.read::<T>(key) {
                Ok(read) => return Some(read),
                Err((path, message)) => self.put_right(path, &message),
            }
        }
        None
    }

    /// One try; an error has a path.
    fn read<T: DeserializeOwned>(&self, key: &'static str) -> Result<T, (String, String)> {
        let section = self.values.get(key).and_then(Value::as_table).cloned().unwrap_or_default();
        let text = toml::to_string(&section).unwrap_or_default();
        let document = DeTable::parse(&text).map_err(|error| (key.to_owned(), error.message().to_owned()))?;
        let whole = document.span();
        let table = Spanned::new(whole, DeValue::Table(document.into_inner()));
        T::deserialize(ValueDeserializer::from(table.clone())).map_err(|error| {
            let inner = error.span().and_then(|span| entry_at(table.get_ref(), &span)).unwrap_or_default();
            let path = std::iter::once(key.to_owned()).chain(inner).collect::<Vec<_>>().join(".");
            (path, error.message().to_owned())
        })
    }

    /// Notes what is wrong and puts something right in its place.
    fn put_right(&mut self, path: String, message: &str) {
        let missing = message.strip_prefix("missing field `").and_then(|rest| rest.split('`').next());
        let (path, what) = match (missing, message.split_once(" cannot be used: ")) {
            (Some(key), _) => (format!("{}.{key}", self.table_at(&path)), What::Needed),
            (None, Some((subject, rule))) => (self.narrowed(path, subject), What::Breaks(sentence(rule))),
            (None, None) => {
                let what = What::Breaks(self.in_words(&path, message));
                (path, what)
            }
        };
        let stand_in = tree::get(&self.stand_ins, &path).cloned();
        self.replace(&path, stand_in);
        self.note(path, what);
    }

    /// The table in which something is missing: an error about a whole table may point to its first entry.
    fn table_at<'p>(&self, path: &'p str) -> &'p str {
        let is_table = tree::get(&self.values, path).is_none_or(Value::is_table);
        match path.rsplit_once('.') {
            Some((parent, _)) if !is_table => self.table_at(parent),
            Some(_) | None => path,
        }
    }

    /// What serde says, without its words for types.
    fn in_words(&self, path: &str, message: &str) -> String {
        let of_types = ["invalid type", "invalid value", "invalid length", "unknown variant"];
        match self.setting(path).filter(|_| of_types.iter().any(|words| message.starts_with(words))) {
            Some(field) => format!("This cannot be used. {}", field.range),
            None => sentence(message),
        }
    }

    /// The setting in which `path` lies.
    fn setting(&self, path: &str) -> Option<&'static fields::Field> {
        let whole = fields::of_path(self.mode, path);
        whole.or_else(|| path.rsplit_once('.').and_then(|(parent, _)| self.setting(parent)))
    }

    /// The setting that a rule about a table is about, by the first words of the rule.
    fn narrowed(&self, path: String, subject: &str) -> String {
        let by_size = [("transcoding size", "recording.transcoding.width"), ("video size", "web.video_width")];
        if let Some((_, path)) = by_size.iter().find(|(words, _)| subject.starts_with(words)) {
            return (*path).to_owned();
        }
        let child = format!("{path}.{}", subject.split(' ').next().unwrap_or_default());
        if fields::of_path(self.mode, &child).is_some() { child } else { path }
    }

    fn replace(&mut self, path: &str, stand_in: Option<Value>) {
        if let Some(value) = stand_in {
            return place(&mut self.values, path, Some(value));
        }
        // In a list of tables the whole list goes: without one of its members it would be wrong again.
        let setting = self.setting(path).map_or(path, |field| field.path).to_owned();
        let value = tree::get(&self.stand_ins, &setting).cloned();
        place(&mut self.values, &setting, value);
    }

    /// The rules between the settings of one table.
    fn rules_of_tables(&mut self, web: Option<&WebText>, storage: Option<&StorageText>) {
        let web = web.cloned().map(Web::<Variable>::try_from).and_then(Result::err);
        let storage = storage.cloned().map(Storage::<Variable>::try_from).and_then(Result::err);
        for (table, invalid) in [("web", web), ("storage", storage)] {
            let has_stand_ins = self.problems.iter().any(|problem| problem.path.starts_with(table));
            if let Some(invalid) = invalid.filter(|invalid| !has_stand_ins || is_missing(invalid)) {
                self.breaks(&invalid);
            }
        }
    }

    /// The rules between tables. What a stand-in breaks is nobody's fault; what is missing is missing all the same.
    fn whole(&mut self, sections: Sections) -> Option<Draft> {
        let has_stand_ins = !self.problems.is_empty();
        let invalid = match Draft::try_from(sections) {
            Ok(draft) => return Some(draft),
            Err(invalid) => invalid,
        };
        if !has_stand_ins || is_missing(&invalid) {
            self.breaks(&invalid);
        }
        None
    }

    fn stand_in_storage(&self) -> Option<StorageText> {
        self.stand_ins.get("storage").and_then(|storage| storage.clone().try_into().ok())
    }

    /// A rule about one setting of the whole profile.
    fn breaks(&mut self, invalid: &Invalid) {
        let by_words = self.narrowed(String::new(), invalid.field);
        let last = |path: &str| path.rsplit('.').next().is_some_and(|last| last == invalid.field);
        // Acquire has no rule of this kind, and its region is another one.
        let found = fields::all()
            .filter(|field| field.modes.contains(&self.mode) && field.section != fields::Section::Resource)
            .find(|field| field.path == by_words || field.path == invalid.field || last(field.path));
        let path = found.map_or_else(|| invalid.field.to_owned(), |field| field.path.to_owned());
        let what = if is_missing(invalid) { What::Needed } else { What::Breaks(sentence(&invalid.rule)) };
        self.note(path, what);
    }

    fn note(&mut self, path: String, what: What) {
        if !self.problems.iter().any(|problem| problem.path == path) {
            self.problems.push(Problem { path, what });
        }
    }
}

fn is_missing(invalid: &Invalid) -> bool {
    ["(missing)", "(empty)"].contains(&invalid.value.as_str())
}

/// Puts a value at a path that may lead through lists, or takes it away.
fn place(values: &mut Table, path: &str, value: Option<Value>) {
    let through_list = path.split('.').position(|key| key.bytes().all(|b| b.is_ascii_digit()));
    match through_list {
        None => tree::set(values, path, value),
        Some(at) => {
            let list: Vec<&str> = path.split('.').take(at).collect();
            tree::set(values, &list.join("."), value);
        }
    }
}

/// The path of the entry that a span lies in, as deep as it goes.
fn entry_at(value: &DeValue<'_>, span: &std::ops::Range<usize>) -> Option<Vec<String>> {
    let inside = |outer: std::ops::Range<usize>| outer.start <= span.start && span.end <= outer.end;
    let entries: Vec<(String, bool, &Spanned<DeValue<'_>>)> = match value {
        DeValue::Table(table) => {
            table.iter().map(|(key, value)| (key.get_ref().to_string(), inside(key.span()), value)).collect()
        }
        DeValue::Array(list) => list.iter().enumerate().map(|(at, value)| (at.to_string(), false, value)).collect(),
        DeValue::String(_) | DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            return None;
        }
    };
    // The text of a table may stand apart from its head, so what is in it is asked first.
    let deeper = entries.iter().find_map(|(key, _, value)| Some((key, entry_at(value.get_ref(), span)?)));
    if let Some((key, inner)) = deeper {
        return Some(std::iter::once(key.clone()).chain(inner).collect());
    }
    let own = entries.iter().find(|(_, is_key, value)| *is_key || inside(value.span()));
    own.map(|(key, _, _)| vec![key.clone()])
}

/// With a capital letter.
fn sentence(rule: &str) -> String {
    let mut letters = rule.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
