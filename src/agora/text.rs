//! Foreign text made fit for a screen and a log: short, one line, and unable to steer a terminal or turn the reading direction.

use std::sync::Arc;

/// Longest body kept for the eye, in bytes.
pub const RAW_LIMIT: usize = 2048;
/// Longest reason, in bytes.
const LINE_LIMIT: usize = 300;
const CUT_MARK: char = '…';

/// A body for the eye: at most [`RAW_LIMIT`] bytes, bytes that are no UTF-8 replaced; `None` for an empty one.
pub fn raw(body: &[u8]) -> Option<Arc<str>> {
    // No character gets shorter below, so what lies behind the limit cannot come into sight.
    let seen = &body[..body.len().min(RAW_LIMIT + 1)];
    tame(&String::from_utf8_lossy(seen), RAW_LIMIT)
}

/// A reason or a name on one line; `None` for an empty one.
pub fn line(text: &str) -> Option<Arc<str>> {
    tame(text.trim(), LINE_LIMIT)
}

/// Escapes what could disturb and cuts at a character, with a mark, so that the whole has at most `limit` bytes.
fn tame(text: &str, limit: usize) -> Option<Arc<str>> {
    // Nearly every text is as it should be.
    if text.len() <= limit && !text.contains(is_unruly) {
        return (!text.is_empty()).then(|| text.into());
    }
    let mut out = String::with_capacity(text.len().min(limit));
    let mut fits_with_mark = 0;
    for c in text.chars() {
        if is_unruly(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
        if out.len() > limit {
            out.truncate(fits_with_mark);
            out.push(CUT_MARK);
            break;
        }
        if out.len() <= limit - CUT_MARK.len_utf8() {
            fits_with_mark = out.len();
        }
    }
    (!out.is_empty()).then(|| out.into())
}

/// Control characters, line separators, invisible characters and those that turn the reading direction.
fn is_unruly(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_and_direction_characters_are_spelled_out() {
        let tamed = line(" a\u{1b}[31m\r\nb\u{202e}c\u{feff} ü \"q\" ").expect("not empty");
        assert_eq!(&*tamed, "a\\u{1b}[31m\\r\\nb\\u{202e}c\\u{feff} ü \"q\"");
    }

    #[test]
    fn a_long_body_is_cut_at_a_character_and_marked() {
        for unit in ["x", "ü", "漢", "🎥", "\u{1b}"] {
            let kept = raw(unit.repeat(3000).as_bytes()).expect("not empty");
            assert!(kept.len() <= RAW_LIMIT && kept.len() > RAW_LIMIT - 12, "{unit:?}: {}", kept.len());
            assert!(kept.ends_with(CUT_MARK));
        }
        let whole = "x".repeat(RAW_LIMIT);
        assert_eq!(raw(whole.as_bytes()).as_deref(), Some(whole.as_str()));
    }

    #[test]
    fn bytes_that_are_no_text_are_replaced_and_nothing_is_none() {
        assert_eq!(raw(b"a\xffb").as_deref(), Some("a\u{fffd}b"));
        assert_eq!(raw(b""), None);
        assert_eq!(line("  "), None);
    }
}
