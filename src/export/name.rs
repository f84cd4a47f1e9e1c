//! What the file of a session log is called: allowed on every system, and told apart by channel and time. It looks at no disk.

use crate::monitor::time::Timestamp;

/// The longest a name of a project or channel gets inside a file name, in bytes: two of them and the rest stay below 255.
const NAME_BYTES: usize = 80;

/// A name for a session log, allowed on every system: `reelwatch_court_hall-1_20260105T100000Z-20260105T113000Z.csv`.
pub fn file_name(project: &str, channel: &str, from: Timestamp, to: Timestamp, extension: &str) -> String {
    format!("reelwatch_{}_{}_{}-{}.{extension}", part(project), part(channel), moment(from), moment(to))
}

/// Letters, digits, `-` and `.` stay; everything else, which some system gives a meaning, becomes `-`.
fn part(name: &str) -> String {
    let mut out = String::new();
    for character in name.chars() {
        let character = if character.is_alphanumeric() || character == '.' { character } else { '-' };
        if out.len() + character.len_utf8() > NAME_BYTES {
            break;
        }
        out.push(character);
    }
    if out.is_empty() { "unnamed".to_owned() } else { out }
}

fn moment(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(moment) => moment.strftime("%Y%m%dT%H%M%SZ").to_string(),
        Err(_) => at.as_millis().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_allowed_on_every_system() {
        let (from, to) = (Timestamp::from_millis(1_767_607_200_000), Timestamp::from_millis(1_767_612_600_000));
        assert_eq!(
            file_name("court", "hall 1: A/B", from, to, "csv"),
            "reelwatch_court_hall-1--A-B_20260105T100000Z-20260105T113000Z.csv"
        );
        let long = file_name(&"会".repeat(99), "\u{202e}..\\", from, to, "jsonl");
        assert!(long.len() < 255 && long.contains("_-..-_"), "{long}");
        assert!(file_name("", "", from, to, "csv").starts_with("reelwatch_unnamed_unnamed_"));
    }
}
