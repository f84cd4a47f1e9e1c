//! The words about an import: what a dry run found, and what came of it.

use crate::ui::format::{counted, thousands};

/// How a list stands: `997 of 1,000 rows can be adopted; 3 have problems`.
pub fn import_summary(takers: usize, known: usize, bad: usize) -> String {
    let rows = takers + known + bad;
    if rows == 0 {
        return "There is no row in it".to_owned();
    }
    let can = if takers == 0 { "None".to_owned() } else { thousands(takers as u64) };
    let mut words = format!("{can} of {} can be adopted", counted(rows, "row", "rows"));
    if known > 0 {
        let verb = if known == 1 { "is" } else { "are" };
        words.push_str(&format!("; {} {verb} watched already", thousands(known as u64)));
    }
    if bad > 0 {
        let verb = if bad == 1 { "has" } else { "have" };
        words.push_str(&format!("; {} {verb} problems", thousands(bad as u64)));
    }
    words
}

/// What came of it.
pub fn adopted(taken: usize, refused: usize) -> String {
    let taken = match taken {
        0 => "No recording was taken".to_owned(),
        1 => "1 recording is watched from now on".to_owned(),
        n => format!("{} recordings are watched from now on", thousands(n as u64)),
    };
    match refused {
        0 => taken,
        1 => format!("{taken}; 1 was not taken"),
        n => format!("{taken}; {} were not taken", thousands(n as u64)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dry_run_is_told_in_one_sentence() {
        assert_eq!(import_summary(997, 0, 3), "997 of 1,000 rows can be adopted; 3 have problems");
        assert_eq!(import_summary(1, 0, 0), "1 of 1 row can be adopted");
        assert_eq!(import_summary(0, 1, 1), "None of 2 rows can be adopted; 1 is watched already; 1 has problems");
        assert_eq!(import_summary(0, 0, 0), "There is no row in it");
    }

    #[test]
    fn an_adoption_says_what_was_taken_and_what_was_not() {
        assert_eq!(adopted(997, 0), "997 recordings are watched from now on");
        assert_eq!(adopted(1, 2), "1 recording is watched from now on; 2 were not taken");
        assert_eq!(adopted(0, 1), "No recording was taken; 1 was not taken");
    }
}
