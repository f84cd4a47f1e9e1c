//! Durations as people write them, such as `120s`, `90 s`, `2m30s` or `1h`, and as they read them. No unit, no duration: a bare
//! number is refused, because it would have to be guessed.

use std::time::Duration;

/// The units, longest first.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// What [`duration`] understands, for messages.
pub const RULE: &str = "a duration is a whole number and ms, s, m or h, such as \"120s\" or \"2m30s\"";

/// Reads a duration; `None` for anything else. Parts go from long to short and none comes twice.
pub fn duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut millis = 0_u64;
    let mut longer_than = u64::MAX;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, after) = rest.split_at(digits);
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (word, after) = after.split_at(letters);
        let (_, in_millis) = UNITS.iter().find(|(unit, _)| *unit == word).filter(|(_, size)| *size < longer_than)?;
        longer_than = *in_millis;
        millis = number.parse::<u64>().ok()?.checked_mul(*in_millis)?.checked_add(millis)?;
        rest = after.trim_start();
    }
    (longer_than != u64::MAX).then(|| Duration::from_millis(millis))
}

/// A duration in the same units, such as `2m30s`.
pub fn spelled(duration: Duration) -> String {
    let mut rest = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    let mut text = String::new();
    for (unit, size) in UNITS {
        if rest >= size {
            text.push_str(&format!("{}{unit}", rest / size));
            rest %= size;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_people_write_them() {
        for (text, millis) in [
            ("120s", 120_000),
            ("90 s", 90_000),
            ("2m30s", 150_000),
            ("1h", 3_600_000),
            ("250ms", 250),
            (" 1h 5m ", 3_900_000),
        ] {
            assert_eq!(duration(text), Some(Duration::from_millis(millis)), "{text:?}");
        }
    }

    #[test]
    fn what_would_have_to_be_guessed_is_refused() {
        for text in ["", "120", "s", "1.5s", "-3s", "30s2m", "1s1s", "1d", "2 minutes", "99999999999999999999s"] {
            assert_eq!(duration(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_spelled_can_be_read_again() {
        for millis in [0, 1, 999, 1_000, 61_000, 3_600_000, 3_723_004] {
            let asked = Duration::from_millis(millis);
            assert_eq!(duration(&spelled(asked)), Some(asked));
        }
        assert_eq!(spelled(Duration::from_secs(150)), "2m30s");
    }
}
