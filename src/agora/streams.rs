//! Addresses of streams hold the key that lets anybody stream: `rtmp://host/application/key`. What follows the application is
//! made invisible here, in whatever text it stands. A small scanner, since such an address may stand in JSON, in words or in a
//! broken answer; it knows no meaning.

use std::borrow::Cow;

use crate::profile::json::HIDDEN;

/// The same text without stream keys, and without names and passwords before the host. Whatever follows the application of an
/// `rtmp://` or `rtmps://` address, query included, goes, up to a space, a quote or an angle bracket. JSON's ways to write a
/// slash are seen through.
pub fn mask(text: &[u8]) -> Cow<'_, [u8]> {
    let mut out: Option<Vec<u8>> = None;
    let mut kept = 0;
    let mut at = 0;
    while let Some(after_scheme) = next_address(text, at) {
        let address = Address::read(text, after_scheme);
        for (from, to) in address.hidden() {
            let out = out.get_or_insert_with(|| Vec::with_capacity(text.len()));
            out.extend_from_slice(&text[kept..from]);
            out.extend_from_slice(HIDDEN.as_bytes());
            kept = to;
        }
        at = address.end;
    }
    match out {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.extend_from_slice(&text[kept..]);
            Cow::Owned(out)
        }
    }
}

/// Where an address of a stream is told without its key: `rtmp://host/application`.
pub fn without_key(url: &str) -> String {
    let masked = mask(url.as_bytes());
    let masked = String::from_utf8_lossy(&masked);
    let bare = masked.strip_suffix(HIDDEN).unwrap_or(&masked);
    bare.trim_end_matches(['/', '?', '#']).to_owned()
}

/// The key of a stream: what [`mask`] hides of an address that is one.
pub fn key(url: &str) -> Option<&str> {
    let address = Address::read(url.as_bytes(), scheme(url.as_bytes(), 0)?);
    address.key.and_then(|key| url.get(key..address.end)).filter(|key| !key.is_empty())
}

/// The place after the next `rtmp…://`, at `from` or behind it.
fn next_address(text: &[u8], from: usize) -> Option<usize> {
    let begins = |start: &usize| text[*start].eq_ignore_ascii_case(&b'r');
    (from..text.len()).filter(begins).find_map(|start| scheme(text, start))
}

/// The place after a scheme that begins here: `rtmp`, `rtmps`, or one of its rarer kin such as `rtmpt`.
fn scheme(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if !rest.get(..4)?.eq_ignore_ascii_case(b"rtmp") {
        return None;
    }
    let more = rest[4..].iter().take(2).take_while(|byte| byte.is_ascii_alphabetic()).count();
    [b':', b'/', b'/'].into_iter().try_fold(start + 4 + more, |at, wanted| {
        let (byte, next) = letter(text, at)?;
        (byte == wanted).then_some(next)
    })
}

/// An address behind its scheme, as places in the text.
#[derive(Default)]
struct Address {
    /// Name and password before the host.
    user: Option<(usize, usize)>,
    /// What follows the application.
    key: Option<usize>,
    /// Behind the last byte.
    end: usize,
}

impl Address {
    fn read(text: &[u8], start: usize) -> Self {
        let mut address = Self { end: start, ..Self::default() };
        let mut slashes = 0;
        while let Some((byte, next)) = letter(text, address.end) {
            match byte {
                b'"' | b'\'' | b'<' | b'>' | b'`' | 0..=b' ' => break,
                b'@' if slashes == 0 => {
                    address.user = Some((start, address.end));
                    // A question mark before it may be of the password or of the key; then nothing is shown.
                    address.key = address.key.map(|_| next);
                }
                b'?' | b'#' if address.key.is_none() => address.key = Some(next),
                b'/' => {
                    slashes += 1;
                    if slashes == 2 && address.key.is_none() {
                        address.key = Some(next);
                    }
                }
                _ => {}
            }
            address.end = next;
        }
        address
    }

    /// What may not be seen, in order.
    fn hidden(&self) -> impl Iterator<Item = (usize, usize)> {
        let key = self.key.filter(|key| *key < self.end).map(|key| (key, self.end));
        self.user.filter(|user| user.0 < user.1).into_iter().chain(key)
    }
}

/// One character as JSON would read it, and the place after it: `\/` and `\u002f` are slashes.
fn letter(text: &[u8], at: usize) -> Option<(u8, usize)> {
    let byte = *text.get(at)?;
    if byte != b'\\' {
        return Some((byte, at + 1));
    }
    let Some(escaped) = text.get(at + 1) else { return Some((byte, at + 1)) };
    if *escaped != b'u' {
        return Some((*escaped, at + 2));
    }
    let digits = text.get(at + 2..at + 6).and_then(|digits| std::str::from_utf8(digits).ok());
    match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
        // A character beyond ASCII ends nothing and means nothing here.
        Some(number) => Some((u8::try_from(number).unwrap_or(b'x'), at + 6)),
        None => Some((b'u', at + 2)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        String::from_utf8(mask(text.as_bytes()).into_owned()).expect("text stays text")
    }

    #[test]
    fn what_follows_the_application_goes_however_the_slashes_are_written() {
        for (text, shown) in [
            ("rtmp://h.example/live/CANARY", "rtmp://h.example/live/(hidden)"),
            ("RTMPS://h:443/live/CANARY?x=CANARY#CANARY", "RTMPS://h:443/live/(hidden)"),
            ("rtmp://h/live?key=CANARY/CANARY", "rtmp://h/live?(hidden)"),
            ("rtmp://CANARY:CANARY@h/live/CANARY", "rtmp://(hidden)@h/live/(hidden)"),
            (r"rtmp:\/\/h\/live\/CANARY\/CANARY", r"rtmp:\/\/h\/live\/(hidden)"),
            (r"rtmp:\u002f\u002Fh\u002flive\u002fCANARY", r"rtmp:\u002f\u002Fh\u002flive\u002f(hidden)"),
            (
                r#"{"a":"rtmp://h/live/CANARY","b":"rtmpt://h/x/CANARY"}"#,
                r#"{"a":"rtmp://h/live/(hidden)","b":"rtmpt://h/x/(hidden)"}"#,
            ),
            (r#"{"reason":"{\"u\":\"rtmp://h/live/CANARY\"}"}"#, r#"{"reason":"{\"u\":\"rtmp://h/live/(hidden)\"}"}"#),
            ("push to rtmp://h/live/CANARY failed", "push to rtmp://h/live/(hidden) failed"),
            ("rtmp://h/live//CANARY", "rtmp://h/live/(hidden)"),
            ("rtmp://CANARY?CANARY@CANARY/live/CANARY", "rtmp://(hidden)@(hidden)"),
            ("rtmp://CANARY@CANARY@h/live?CANARY", "rtmp://(hidden)@h/live?(hidden)"),
            ("rtmp://h/live?CANARY@CANARY", "rtmp://h/live?(hidden)"),
            ("rtmp://rtmp://h/live/CANARY", "rtmp://rtmp://(hidden)"),
        ] {
            assert_eq!(masked(text), shown, "{text}");
        }
    }

    #[test]
    fn other_texts_stay_as_they_are() {
        for text in
            ["", "rtmp", "rtmp:/", "rtmp://", "rtmp://h", "rtmp://h/live/", "https://h/live/x", "rtmp\\", "rtmp:\\u00"]
        {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn an_address_is_told_up_to_its_application() {
        for (url, told) in [
            ("rtmp://h.example/live/CANARY", "rtmp://h.example/live"),
            ("rtmps://h/live?CANARY", "rtmps://h/live"),
            ("rtmp://h/live", "rtmp://h/live"),
        ] {
            assert_eq!(without_key(url), told);
        }
    }
}
