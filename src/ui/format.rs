//! Times, durations, rates and long names as text, one way each for the whole window. Times and the zone are passed in: it
//! never reads a clock, never asks for the zone of the machine and knows no channel.

use std::time::Duration;

use jiff::tz::TimeZone;

use crate::monitor::time::Timestamp;

/// Stands where there is no value.
pub const NONE: &str = "–";

fn civil(at: Timestamp, zone: &TimeZone) -> Option<jiff::Zoned> {
    jiff::Timestamp::from_millisecond(at.as_millis()).ok().map(|at| at.to_zoned(zone.clone()))
}

fn printed(at: Timestamp, zone: &TimeZone, pattern: &str) -> String {
    civil(at, zone).map_or_else(|| NONE.to_owned(), |at| at.strftime(pattern).to_string())
}

/// `14:32:07`
pub fn clock(at: Timestamp, zone: &TimeZone) -> String {
    printed(at, zone, "%H:%M:%S")
}

/// `14:32`
pub fn clock_minutes(at: Timestamp, zone: &TimeZone) -> String {
    printed(at, zone, "%H:%M")
}

/// `2026-11-12`
pub fn date(at: Timestamp, zone: &TimeZone) -> String {
    printed(at, zone, "%Y-%m-%d")
}

/// `Thu 12 Nov`, for heads.
pub fn day(at: Timestamp, zone: &TimeZone) -> String {
    printed(at, zone, "%a %-d %b")
}

/// `2026-11-12T14:32:07Z`-like, safe in file names: `20261112T143207`.
pub fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    printed(at, zone, "%Y%m%dT%H%M%S")
}

/// `0:41`, `1:37:26`, `2 d 04:12`: for cells.
pub fn cell(length: Duration) -> String {
    let seconds = length.as_secs();
    let (d, h, m, s) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    match (d, h) {
        (0, 0) => format!("{m}:{s:02}"),
        (0, _) => format!("{h}:{m:02}:{s:02}"),
        (_, _) => format!("{d} d {h:02}:{m:02}"),
    }
}

/// `41 s`, `7 min 40 s`, `1 h 37 min`, `2 d 4 h`: for sentences.
pub fn words(length: Duration) -> String {
    two_parts(length, [" d", " h", " min", " s"])
}

/// `44 seconds`, `2 minutes 5 seconds`: for screen readers.
pub fn spoken(length: Duration) -> String {
    let plural = |n: u64, unit: &'static str| if n == 1 { format!("1 {unit}") } else { format!("{n} {unit}s") };
    let (big, small) = parts(length, ["day", "hour", "minute", "second"]);
    match small {
        Some((n, unit)) if n > 0 => format!("{} {}", plural(big.0, big.1), plural(n, unit)),
        Some(_) | None => plural(big.0, big.1),
    }
}

fn two_parts(length: Duration, units: [&'static str; 4]) -> String {
    let (big, small) = parts(length, units);
    match small {
        Some((n, unit)) if n > 0 => format!("{}{} {n}{unit}", big.0, big.1),
        Some(_) | None => format!("{}{}", big.0, big.1),
    }
}

type Part = (u64, &'static str);

/// The two biggest units of a length, whole, cut off below.
fn parts(length: Duration, [d, h, m, s]: [&'static str; 4]) -> (Part, Option<Part>) {
    let seconds = length.as_secs();
    match seconds {
        0..60 => ((seconds, s), None),
        60..3600 => ((seconds / 60, m), Some((seconds % 60, s))),
        3600..86_400 => ((seconds / 3600, h), Some((seconds / 60 % 60, m))),
        86_400.. => ((seconds / 86_400, d), Some((seconds / 3600 % 24, h))),
    }
}

/// `1:43–3:49`: both bounds, for cells.
pub fn range_cell(shortest: Duration, longest: Duration) -> String {
    format!("{}–{}", cell(shortest), cell(longest))
}

/// `1:43 to 3:49`: both bounds, for sentences.
pub fn range_words(shortest: Duration, longest: Duration) -> String {
    format!("{} to {}", cell(shortest), cell(longest))
}

/// `84 ms`, from one second `1.4 s`.
pub fn latency(length: Duration) -> String {
    let ms = length.as_millis();
    if ms < 1000 { format!("{ms} ms") } else { format!("{}.{} s", ms / 1000, ms % 1000 / 100) }
}

/// `2.6` requests per second, from a count over 10 s.
pub fn rate_of_10_s(count: usize) -> String {
    format!("{}.{}", count / 10, count % 10)
}

/// `48,211`
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `812 bytes`, `4.2 MB`: decimal units, as disks are sold.
pub fn bytes(number: u64) -> String {
    let units = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    match units.into_iter().find(|(unit, _)| number >= *unit) {
        Some((unit, name)) => format!("{}.{} {name}", thousands(number / unit), number % unit * 10 / unit),
        None => format!("{number} bytes"),
    }
}

/// `1 channel`, `5 channels`
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number as u64), if number == 1 { one } else { many })
}

/// The text with its middle cut out when it has more than `most` characters: names differ at both ends.
pub fn cut_middle(text: &str, most: usize) -> String {
    let length = text.chars().count();
    if length <= most || most < 3 {
        return text.to_owned();
    }
    let tail = (most - 1) / 2;
    let head = most - 1 - tail;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}…{end}")
}

/// `5f2c9a0e…4bd3b7`: enough of a `sid` to tell two apart; copied whole.
pub fn short_sid(sid: &str) -> String {
    let length = sid.chars().count();
    if length <= 16 {
        return sid.to_owned();
    }
    let head: String = sid.chars().take(8).collect();
    let tail: String = sid.chars().skip(length - 6).collect();
    format!("{head}…{tail}")
}

/// A message of the program as a sentence of its own: errors begin small, since a terminal puts a name before them.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_becomes_a_sentence_and_keeps_the_rest() {
        assert_eq!(sentence("there is no file: Look again"), "There is no file: Look again");
        assert_eq!(sentence(""), "");
    }

    fn s(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn durations_in_cells_keep_their_columns() {
        assert_eq!([0, 41, 600, 5846].map(|n| cell(s(n))), ["0:00", "0:41", "10:00", "1:37:26"]);
        assert_eq!(cell(s(2 * 86_400 + 4 * 3600 + 12 * 60 + 5)), "2 d 04:12");
    }

    #[test]
    fn durations_in_sentences_name_their_units() {
        assert_eq!(words(s(41)), "41 s");
        assert_eq!(words(s(460)), "7 min 40 s");
        assert_eq!(words(s(120)), "2 min");
        assert_eq!(words(s(5846)), "1 h 37 min");
        assert_eq!(spoken(s(1)), "1 second");
        assert_eq!(spoken(s(125)), "2 minutes 5 seconds");
    }

    #[test]
    fn ranges_show_both_bounds() {
        assert_eq!(range_cell(s(103), s(229)), "1:43–3:49");
        assert_eq!(range_words(s(103), s(229)), "1:43 to 3:49");
    }

    #[test]
    fn times_follow_the_zone_that_is_passed_in() {
        let at = Timestamp::from_millis(1_794_493_927_000);
        assert_eq!(clock(at, &TimeZone::UTC), "14:32:07");
        let berlin = TimeZone::fixed(jiff::tz::offset(1));
        assert_eq!(clock_minutes(at, &berlin), "15:32");
        assert_eq!(date(at, &TimeZone::UTC), "2026-11-12");
        assert_eq!(day(at, &TimeZone::UTC), "Thu 12 Nov");
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        assert_eq!(thousands(48_211), "48,211");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_000_000), "1,000,000");
        assert_eq!(latency(Duration::from_millis(84)), "84 ms");
        assert_eq!(latency(Duration::from_millis(1_449)), "1.4 s");
        assert_eq!(rate_of_10_s(26), "2.6");
        assert_eq!(counted(1, "channel", "channels"), "1 channel");
    }

    #[test]
    fn long_names_keep_both_ends() {
        assert_eq!(cut_middle("committee-room-4-public", 11), "commi…ublic");
        assert_eq!(cut_middle("court-03", 11), "court-03");
        assert_eq!(short_sid("5f2c9a0e7b41d6838c1e0f97a24bd3b7"), "5f2c9a0e…4bd3b7");
    }
}
