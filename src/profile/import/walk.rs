//! Walks through foreign JSON member by member. What is wrong is collected with its path, and so is what nobody asked for. A value
//! is repeated where it cannot be a secret.

use std::cell::RefCell;
use std::fmt;

use serde_json::{Map, Value};

use crate::profile::invalid::{Invalid, Note};

/// Longest piece of a value that a message repeats, in characters.
const SHOWN_AT_MOST: usize = 60;

/// What is wrong with an imported body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where, such as `clientRequest.recordingConfig.maxIdleTime`; empty for the whole.
    pub path: String,
    /// The value and the rule it breaks.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, what } = self;
        if path.is_empty() { f.write_str(what) } else { write!(f, "{path}: {what}") }
    }
}

/// What was found on the way.
#[derive(Default)]
pub struct Findings {
    problems: RefCell<Vec<Problem>>,
    notes: RefCell<Vec<Note>>,
}

impl Findings {
    pub fn problem(&self, path: impl Into<String>, what: impl Into<String>) {
        self.problems.borrow_mut().push(Problem { path: path.into(), what: what.into() });
    }

    pub fn note(&self, path: impl Into<String>, says: impl Into<String>) {
        self.notes.borrow_mut().push(Note::new(path, says));
    }

    pub fn into_parts(self) -> (Vec<Problem>, Vec<Note>) {
        (self.problems.into_inner(), self.notes.into_inner())
    }
}

/// An object that is being read. [`Node::end`] notes what nobody asked for.
pub struct Node<'f> {
    findings: &'f Findings,
    path: String,
    members: Map<String, Value>,
}

impl<'f> Node<'f> {
    pub fn new(findings: &'f Findings, path: impl Into<String>, members: Map<String, Value>) -> Self {
        Self { findings, path: path.into(), members }
    }

    /// The path of a member.
    pub fn at(&self, key: &str) -> String {
        if key.is_empty() {
            self.path.clone()
        } else if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Whether there is something. `null` and an empty text are as good as nothing.
    pub fn has(&self, key: &str) -> bool {
        self.members.get(key).is_some_and(is_something)
    }

    /// A value as it stands.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.members.remove(key).filter(is_something)
    }

    pub fn problem(&self, key: &str, what: impl Into<String>) {
        self.findings.problem(self.at(key), what);
    }

    pub fn note(&self, key: &str, says: impl Into<String>) {
        self.findings.note(self.at(key), says);
    }

    /// A rule that was broken, by the value as it stands in the body.
    pub fn invalid(&self, key: &str, error: &Invalid) {
        self.problem(key, format!("{} cannot be used: {}", error.value, error.rule));
    }

    pub fn missing(&self, key: &str) {
        self.problem(key, "is missing");
    }

    /// A rule that several members break together.
    pub fn whole_problem(&self, error: &Invalid) {
        self.findings.problem(self.path.clone(), error.to_string());
    }

    /// The members of an object in it, left where they are.
    pub fn peek(&self, key: &str) -> Option<&Map<String, Value>> {
        self.members.get(key)?.as_object()
    }

    /// Takes a text that may never be repeated; says whether there was one.
    pub fn secret(&mut self, key: &str) -> bool {
        let Some(value) = self.take(key) else { return false };
        if !value.is_string() {
            self.problem(key, "cannot be used: a text is needed");
        }
        value.is_string()
    }

    /// A member of a kind; any other is a problem.
    fn kind<T>(&mut self, key: &str, wanted: &str, read: impl Fn(&Value) -> Option<T>) -> Option<T> {
        let value = self.take(key)?;
        let found = read(&value);
        if found.is_none() {
            self.problem(key, format!("{} cannot be used: {wanted} is needed", shown(&value)));
        }
        found
    }

    pub fn whole(&mut self, key: &str) -> Option<u64> {
        self.kind(key, "a whole number from 0 up", whole)
    }

    /// A number that checks itself.
    pub fn number<T: TryFrom<u32, Error = Invalid>>(&mut self, key: &str) -> Option<T> {
        let number =
            self.kind(key, "a whole number from 0 to 4294967295", |value| u32::try_from(whole(value)?).ok())?;
        T::try_from(number).map_err(|error| self.invalid(key, &error)).ok()
    }

    /// A plain number.
    pub fn plain(&mut self, key: &str) -> Option<u32> {
        self.kind(key, "a whole number from 0 to 4294967295", |value| u32::try_from(whole(value)?).ok())
    }

    pub fn decimal(&mut self, key: &str) -> Option<f64> {
        self.kind(key, "a number", Value::as_f64)
    }

    pub fn flag(&mut self, key: &str) -> Option<bool> {
        self.kind(key, "true or false", Value::as_bool)
    }

    /// A text.
    pub fn text(&mut self, key: &str) -> Option<String> {
        self.kind(key, "a text", |value| value.as_str().map(str::to_owned))
    }

    /// A text that checks itself.
    pub fn checked<T: TryFrom<String, Error = Invalid>>(&mut self, key: &str) -> Option<T> {
        let text = self.text(key)?;
        T::try_from(text).map_err(|error| self.invalid(key, &error)).ok()
    }

    pub fn texts(&mut self, key: &str) -> Option<Vec<String>> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        self.kind(key, "a list of texts", |value| value.as_array()?.iter().map(text).collect())
    }

    /// An object inside this one.
    pub fn object(&mut self, key: &str) -> Option<Node<'f>> {
        let members = self.kind(key, "an object", |value| value.as_object().cloned())?;
        Some(Node::new(self.findings, self.at(key), members))
    }

    /// A list of objects.
    pub fn objects(&mut self, key: &str) -> Option<Vec<Node<'f>>> {
        let objects = self.kind(key, "a list of objects", |value| {
            value.as_array()?.iter().map(|value| value.as_object().cloned()).collect::<Option<Vec<_>>>()
        })?;
        let named = objects.into_iter().enumerate();
        Some(named.map(|(at, members)| Node::new(self.findings, format!("{}[{at}]", self.at(key)), members)).collect())
    }

    /// Takes members of earlier days and says so.
    pub fn old(&mut self, key: &str, says: &str) {
        if self.take(key).is_some() {
            self.note(key, format!("of an older version of the API; left out: {says}"));
        }
    }

    /// Notes what nobody asked for. The value is not repeated: it may be a secret.
    pub fn end(self) {
        for key in self.members.iter().filter(|(_, value)| is_something(value)).map(|(key, _)| key) {
            let key: String = key.chars().take(SHOWN_AT_MOST).collect();
            self.findings.note(self.at(&key.escape_debug().to_string()), "not known to reelwatch; left out");
        }
    }
}

fn is_something(value: &Value) -> bool {
    !value.is_null() && value.as_str().is_none_or(|text| !text.trim().is_empty())
}

/// Also of a number with a fraction of nothing, as some clients write it.
fn whole(value: &Value) -> Option<u64> {
    let exact = value.as_f64().filter(|number| number.fract() == 0.0 && (0.0..=9.0e15).contains(number));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
    let exact = exact.map(|number| number as u64);
    value.as_u64().or(exact)
}

/// A value on one line, cut when it is long; of texts and what may hold some, the kind only.
fn shown(value: &Value) -> String {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string().chars().take(SHOWN_AT_MOST).collect(),
        Value::String(_) => "a text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
