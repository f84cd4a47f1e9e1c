//! What is being edited: the tree of values, the text of fields as it was typed, and what all of it comes to. It is read into
//! the types of the profiles after every change. It shows nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use toml::{Table, Value};

use super::check::{Checked, What, check};
use super::fields::{self, Field, Kind};
use super::tree;
use crate::profile::Draft;
use crate::profile::choices::Kind as Mode;
use crate::profile::invalid::Note;
use crate::profile::name::broken_rule;
use crate::worker::handle::{Entry, Shelf};

/// What a problem without a setting is about.
const WHOLE: &str = "the whole";

/// Where a form came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The book.
    Book,
    /// It is new, empty or a copy.
    New,
    /// It is new and was read from a body of start.
    Import,
}

/// A profile that is being edited.
#[derive(Clone, Debug)]
pub struct Form {
    name: String,
    origin: Origin,
    was: Option<Draft>,
    first: (String, Table),
    values: Table,
    typed: BTreeMap<String, String>,
    checked: Checked,
    previews: Option<[Arc<str>; 2]>,
    notes: Vec<Note>,
    fresh: bool,
}

impl Form {
    fn new(name: String, origin: Origin, was: Option<Draft>, values: Table) -> Self {
        let mut form = Self {
            first: (name.clone(), values.clone()),
            name,
            origin,
            was,
            values,
            typed: BTreeMap::new(),
            checked: Checked::default(),
            previews: None,
            notes: Vec::new(),
            fresh: true,
        };
        form.check();
        form
    }

    /// An empty one.
    pub fn empty(shelf: &Shelf) -> Self {
        Self::new(free_name("profile", shelf), Origin::New, None, tree::new(Mode::default()))
    }

    /// One of the book, if it can be read.
    pub fn of(entry: &Entry) -> Option<Self> {
        let draft = entry.draft.as_ref().ok()?;
        Some(Self::new(entry.name.to_string(), Origin::Book, Some(draft.clone()), tree::of(draft)))
    }

    /// A new one with the same values.
    pub fn copy(&self, shelf: &Shelf) -> Self {
        Self::new(free_name(&self.name, shelf), Origin::New, None, self.values.clone())
    }

    /// A new one from a body of start.
    pub fn imported(name: String, draft: &Draft, notes: Vec<Note>) -> Self {
        let mut form = Self::new(name, Origin::Import, None, tree::of(draft));
        form.notes = notes;
        form
    }

    /// Whether it is asked for the first time, so that it is shown from its beginning.
    pub fn take_fresh(&mut self) -> bool {
        std::mem::take(&mut self.fresh)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives a new one another name.
    pub fn rename(&mut self, name: String) {
        if self.is_new() {
            self.name = name;
        }
    }

    /// Whether the book does not have it yet.
    pub fn is_new(&self) -> bool {
        self.origin != Origin::Book
    }

    /// What stood in the book when it was read.
    pub const fn was(&self) -> Option<&Draft> {
        self.was.as_ref()
    }

    /// Which mode it is for.
    pub fn mode(&self) -> Mode {
        tree::mode(&self.values)
    }

    /// Changes the mode; what both modes know stays, and the rest waits.
    pub fn turn(&mut self, mode: Mode) {
        self.set("mode", Some(mode.word().into()));
    }

    /// The values.
    pub const fn values(&self) -> &Table {
        &self.values
    }

    /// What they come to.
    pub const fn checked(&self) -> &Checked {
        &self.checked
    }

    /// What an import had to say.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The bodies of start and acquire as they are, or as they were when nothing was wrong.
    pub fn previews(&self) -> Option<&[Arc<str>; 2]> {
        self.previews.as_ref()
    }

    /// Puts a value, or takes it away.
    pub fn set(&mut self, path: &str, value: Option<Value>) {
        tree::set(&mut self.values, path, value);
        self.check();
    }

    /// Changes the list of tables at `path`.
    pub fn change_rows(&mut self, path: &str, change: impl FnOnce(&mut Vec<Value>)) {
        let mut rows = self.rows(path).to_vec();
        change(&mut rows);
        // The text of a cell belongs to its row, which may have moved.
        self.typed.retain(|typed, _| !typed.starts_with(path));
        self.set(path, (!rows.is_empty()).then_some(Value::Array(rows)));
    }

    /// The list of tables at `path`.
    pub fn rows(&self, path: &str) -> &[Value] {
        tree::get(&self.values, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The text of a field: as it was typed, as long as that is what the tree holds.
    pub fn text(&self, path: &str, kind: Kind) -> String {
        let value = tree::get(&self.values, path);
        match self.typed.get(path) {
            Some(typed) if decoded(kind, typed).as_ref() == value => typed.clone(),
            Some(_) | None => value.map(encoded).unwrap_or_default(),
        }
    }

    /// Takes what was typed into a field.
    pub fn type_in(&mut self, path: &str, kind: Kind, text: String) {
        let value = decoded(kind, &text);
        self.typed.insert(path.to_owned(), text);
        self.set(path, value);
    }

    /// The same for a cell of a list of tables.
    pub fn type_into_cell(&mut self, path: &str, row: usize, key: &str, kind: Kind, text: String) {
        let value = decoded(kind, &text);
        let typed: Vec<(String, String)> =
            self.typed.clone().into_iter().filter(|(at, _)| at.starts_with(path)).collect();
        self.change_rows(path, |rows| {
            if let Some(Value::Table(row)) = rows.get_mut(row) {
                match value {
                    Some(value) => drop(row.insert(key.to_owned(), value)),
                    None => drop(row.remove(key)),
                }
            }
        });
        self.typed.extend(typed);
        self.typed.insert(format!("{path}.{row}.{key}"), text);
    }

    /// Goes back to what it was when it was opened.
    pub fn revert(&mut self) {
        (self.name, self.values) = self.first.clone();
        self.typed.clear();
        self.check();
    }

    /// Whether closing it would lose something.
    pub fn is_changed(&self) -> bool {
        let by_meaning = match (&self.checked.draft, &self.was) {
            (Some(draft), Some(was)) => draft != was,
            (Some(_) | None, _) => self.values != self.first.1,
        };
        self.origin == Origin::Import || self.name != self.first.0 || by_meaning
    }

    /// It is in the book now as it is here.
    pub fn saved(&mut self) {
        self.origin = Origin::Book;
        self.was.clone_from(&self.checked.draft);
        self.first = (self.name.clone(), self.values.clone());
        self.notes.clear();
    }

    /// Somebody else changed the book: from now on it is compared with what stands there.
    pub fn compare_with(&mut self, entry: Option<&Entry>) {
        self.was = entry.and_then(|entry| entry.draft.as_ref().ok()).cloned();
        self.origin = if entry.is_some() { Origin::Book } else { Origin::New };
        if let Some(was) = &self.was {
            self.first = (self.name.clone(), tree::of(was));
        }
    }

    /// Why it cannot be saved.
    pub fn refusal(&self, shelf: &Shelf) -> Option<String> {
        if let Some(why) = self.name_refusal(shelf) {
            return Some(why);
        }
        let labels = |wanted: fn(&What) -> bool| {
            const NAMED: usize = 4;
            let about = self.checked.problems.iter().filter(|problem| wanted(&problem.what));
            let about: BTreeSet<&str> = about.map(|problem| self.label(&problem.path)).collect();
            // In the order of the form; one label stands for several settings at most once.
            let mut in_order: Vec<&str> = about.iter().copied().filter(|label| *label == WHOLE).collect();
            for field in fields::all().filter(|field| about.contains(field.label)) {
                if !in_order.contains(&field.label) {
                    in_order.push(field.label);
                }
            }
            match in_order.len().checked_sub(NAMED) {
                Some(more @ 1..) => format!("{} and {more} more", in_order[..NAMED].join(", ")),
                Some(0) | None => in_order.join(", "),
            }
        };
        let wrong = labels(|what| matches!(what, What::Breaks(_)));
        let needed = labels(|what| *what == What::Needed);
        match (wrong.is_empty(), needed.is_empty()) {
            (false, _) => Some(format!("Cannot be used as it is: {wrong}")),
            (true, false) => Some(format!("Still needed: {needed}")),
            (true, true) if !self.is_new() && !self.is_changed() => Some("Nothing was changed".to_owned()),
            (true, true) => None,
        }
    }

    /// Why the name cannot be.
    pub fn name_refusal(&self, shelf: &Shelf) -> Option<String> {
        if let Some(rule) = broken_rule(&self.name) {
            return Some(rule.to_owned());
        }
        let taken = self.is_new() && shelf.entry(&self.name).is_some();
        taken.then(|| format!("There is a profile with the name {} already", self.name))
    }

    /// What is wrong with the whole, or with what the form does not show.
    pub fn without_place(&self) -> impl Iterator<Item = &str> {
        self.checked.problems.iter().filter_map(|problem| {
            let is_shown = fields::shown(self.mode(), &self.values).any(|field| is_below(&problem.path, field.path));
            match &problem.what {
                What::Breaks(rule) if !is_shown => Some(rule.as_str()),
                What::Breaks(_) | What::Needed => None,
            }
        })
    }

    fn label(&self, path: &str) -> &'static str {
        let of = |field: &&Field| field.modes.contains(&self.mode()) && is_below(path, field.path);
        fields::all().filter(of).max_by_key(|field| field.path.len()).map_or(WHOLE, |field| field.label)
    }

    fn check(&mut self) {
        self.checked = check(&self.values);
        if let Some(draft) = &self.checked.draft {
            self.previews = Some([draft.start_preview().into(), draft.acquire_preview().into()]);
        }
    }
}

fn is_below(path: &str, parent: &str) -> bool {
    path.strip_prefix(parent).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A name that nobody has yet.
pub fn free_name(wish: &str, shelf: &Shelf) -> String {
    let is_free = |name: &String| shelf.entry(name).is_none();
    let stem: String = wish.chars().take(56).collect();
    let numbered = (2..).map(|number| format!("{stem}-{number}"));
    std::iter::once(wish.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}

/// What the tree holds for what was typed. Text that is no number stays text: the types say what is wrong with it.
fn decoded(kind: Kind, text: &str) -> Option<Value> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return None;
    }
    let whole = |text: &str| text.parse::<i64>().map_or_else(|_| Value::from(text), Value::from);
    Some(match kind {
        Kind::Number(_) => whole(trimmed),
        Kind::Share => trimmed.parse::<f64>().map_or_else(|_| Value::from(trimmed), Value::from),
        Kind::Parts => trimmed.split('/').filter(|part| !part.is_empty()).map(Value::from).collect::<Vec<_>>().into(),
        Kind::Uids if trimmed.eq_ignore_ascii_case("all") => "all".into(),
        Kind::Uids => {
            let parts = trimmed.split([',', ';', ' ']).filter(|part| !part.is_empty());
            parts.map(whole).collect::<Vec<_>>().into()
        }
        Kind::Secret => Value::Table([("env".to_owned(), Value::from(trimmed))].into_iter().collect()),
        Kind::Text
        | Kind::Choice(_)
        | Kind::Vendor
        | Kind::Region
        | Kind::Switch
        | Kind::Group
        | Kind::Files(_)
        | Kind::Rows(_) => trimmed.into(),
    })
}

/// The text for what the tree holds.
fn encoded(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => {
            let is_numbers = list.iter().any(Value::is_integer);
            list.iter().map(encoded).collect::<Vec<_>>().join(if is_numbers { ", " } else { "/" })
        }
        Value::Table(reference) => reference.get("env").map(encoded).unwrap_or_default(),
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Boolean(flag) => flag.to_string(),
        Value::Datetime(moment) => moment.to_string(),
    }
}
