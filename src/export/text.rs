//! Times as text, and text from elsewhere made harmless: for a spreadsheet that runs what looks like a formula, and for a
//! terminal or editor that obeys control characters.

use std::fmt::Write;

use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::TimeZone;

use crate::monitor::time::Timestamp;

const PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

/// RFC 3339 with milliseconds, UTC: `2026-01-05T10:00:00.000Z`.
pub fn utc(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(moment) => PRINTER.timestamp_to_string(&moment),
        Err(_) => at.to_string(),
    }
}

/// RFC 3339 with milliseconds and the zone's offset at that moment: `2026-01-05T11:00:00.000+01:00`.
pub fn local(at: Timestamp, zone: &TimeZone) -> String {
    match jiff::Timestamp::from_millisecond(at.as_millis()) {
        Ok(moment) => PRINTER.timestamp_with_offset_to_string(&moment, zone.to_offset(moment)),
        Err(_) => at.to_string(),
    }
}

/// One line of visible characters. Control characters, line separators and those that turn the direction of reading come out as
/// `\n` or `\u{202e}`; a backslash is doubled, so that nothing is ambiguous.
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character == '\\' || character.is_control() && character.is_ascii() {
            out.extend(character.escape_default());
        } else if is_hidden(character) {
            // Writing into a string cannot fail.
            let _ = write!(out, "{}", character.escape_unicode());
        } else {
            out.push(character);
        }
    }
    out
}

/// A cell of a spreadsheet: visible, and with an apostrophe in front of what would be taken for a formula.
pub fn cell(text: &str) -> String {
    let text = visible(text);
    match text.chars().next() {
        // The wide forms are taken for the narrow ones by spreadsheets in East Asian settings.
        Some('=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') => format!("'{text}"),
        Some(_) | None => text,
    }
}

/// Characters that are obeyed instead of shown: controls, and marks and separators that change how what stands around them is
/// read (direction, joining, line ends, a byte order mark).
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_gets_an_apostrophe() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "＝1"] {
            assert_eq!(cell(formula), format!("'{formula}"));
        }
        assert_eq!(cell("\t=1+1"), "\\t=1+1");
        assert_eq!(cell("court-03 = main"), "court-03 = main");
        assert_eq!(cell(""), "");
    }

    #[test]
    fn what_a_terminal_would_obey_is_spelled_out() {
        assert_eq!(visible("a\nb\r\u{0}\u{1b}[31m"), r"a\nb\r\u{0}\u{1b}[31m");
        assert_eq!(visible("exe\u{202e}gpj \u{2028}\u{feff}\u{9b}"), r"exe\u{202e}gpj \u{2028}\u{feff}\u{9b}");
        assert_eq!(visible(r"C:\new"), r"C:\\new");
        assert_eq!(visible("Zürich 会议 🎥"), "Zürich 会议 🎥");
    }

    #[test]
    fn times_carry_milliseconds_and_the_offset_of_their_own_season() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let (winter, summer) = (Timestamp::from_millis(1_767_607_200_007), Timestamp::from_millis(1_783_245_600_000));
        assert_eq!(utc(winter), "2026-01-05T10:00:00.007Z");
        assert_eq!(local(winter, &berlin), "2026-01-05T11:00:00.007+01:00");
        assert_eq!(local(summer, &berlin), "2026-07-05T12:00:00.000+02:00");
        assert_eq!(utc(Timestamp::from_millis(i64::MAX)), "9223372036854775807 ms");
    }
}
