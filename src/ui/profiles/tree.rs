//! The values of a form as the plain tree that TOML would hold, reached by paths such as `recording.max_idle_time`. It knows
//! no rule: what a value means is decided where the tree is read.

use toml::{Table, Value};

use super::fields;
use crate::profile::Draft;
use crate::profile::choices::Kind as Mode;
use crate::profile::file::Sections;

/// The tree of a profile.
pub fn of(draft: &Draft) -> Table {
    // Sections consist of texts, numbers, lists and tables with texts as keys: TOML has all of these.
    Table::try_from(Sections::from(draft)).unwrap_or_default()
}

/// What a profile that nobody has written yet begins with.
pub fn new(mode: Mode) -> Table {
    let mut values = Table::new();
    set(&mut values, "mode", Some(mode.word().into()));
    values
}

/// The mode that the tree is for.
pub fn mode(values: &Table) -> Mode {
    let word = values.get("mode").and_then(Value::as_str);
    Mode::ALL.iter().copied().find(|mode| Some(mode.word()) == word).unwrap_or_default()
}

/// The value at a path.
pub fn get<'a>(values: &'a Table, path: &str) -> Option<&'a Value> {
    let mut keys = path.split('.');
    let first = values.get(keys.next()?)?;
    keys.try_fold(first, |value, key| match value {
        Value::Array(list) => list.get(key.parse::<usize>().ok()?),
        Value::Table(table) => table.get(key),
        Value::String(_) | Value::Integer(_) | Value::Float(_) | Value::Boolean(_) | Value::Datetime(_) => None,
    })
}

/// Puts a value at a path of tables, or takes it away.
pub fn set(values: &mut Table, path: &str, value: Option<Value>) {
    let (parents, key) = path.rsplit_once('.').map_or((None, path), |(parents, key)| (Some(parents), key));
    if value.is_none() && parents.is_some_and(|parents| get(values, parents).is_none()) {
        return;
    }
    let mut table = values;
    for parent in parents.into_iter().flat_map(|parents| parents.split('.')) {
        let slot = table.entry(parent).or_insert_with(|| Value::Table(Table::new()));
        if !slot.is_table() {
            *slot = Value::Table(Table::new());
        }
        let Value::Table(inner) = slot else { return };
        table = inner;
    }
    match value {
        Some(value) => drop(table.insert(key.to_owned(), value)),
        None => drop(table.remove(key)),
    }
}

/// The tree without what its mode and its choices have no use for: what is left is the profile. The rest only waits for the
/// operator to change the mode back.
pub fn effective(values: &Table) -> Table {
    let mode = mode(values);
    let mut out = new(mode);
    for field in fields::shown(mode, values) {
        if let Some(value) = get(values, field.path) {
            let value = if field.kind == fields::Kind::Group { Value::Table(Table::new()) } else { value.clone() };
            set(&mut out, field.path, Some(value));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_put_and_taken_by_path_and_nothing_else_changes() {
        let mut values = new(Mode::Mix);
        set(&mut values, "recording.transcoding.width", Some(1280.into()));
        set(&mut values, "recording.max_idle_time", Some("x".into()));
        assert_eq!(get(&values, "recording.transcoding.width"), Some(&1280.into()));
        set(&mut values, "recording.transcoding.width", None);
        set(&mut values, "storage.bucket", None);
        assert_eq!(get(&values, "recording.transcoding.width"), None);
        assert_eq!(
            toml::to_string(&values).unwrap(),
            "mode = \"mix\"\n\n[recording]\nmax_idle_time = \"x\"\n\n[recording.transcoding]\n"
        );
    }

    #[test]
    fn what_the_mode_has_no_use_for_waits_and_is_not_part_of_the_profile() {
        let mut values = new(Mode::Individual);
        set(&mut values, "recording.stream_mode", Some("standard".into()));
        set(&mut values, "recording.max_idle_time", Some(60.into()));
        set(&mut values, "mode", Some("mix".into()));
        let mix = effective(&values);
        assert_eq!(
            (get(&mix, "recording.stream_mode"), get(&mix, "recording.max_idle_time")),
            (None, Some(&60.into()))
        );
        set(&mut values, "mode", Some("individual".into()));
        assert!(get(&effective(&values), "recording.stream_mode").is_some());
    }
}
