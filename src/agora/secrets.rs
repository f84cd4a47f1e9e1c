//! What must never be seen in an answer, an error or a log: everything secret that was ever sent or could be. An answer that
//! repeats one has it replaced before it is read, cut or kept. A secret that was known once stays known: a running recording
//! may have been started with it.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::streams;
use crate::profile::Profile;
use crate::profile::json::HIDDEN;

/// Secrets shorter than this are not looked for: they would be found by chance.
const SHORTEST: usize = 8;

/// Members of a body that hold secrets, whatever object they are in.
const MEMBERS: [&str; 6] = ["accessKey", "secretKey", "stsToken", "secret", "salt", "token"];

/// Members that hold the address of a page or an image: what stands behind its question mark may let somebody in.
const ADDRESSES: [&str; 4] = ["url", "image_url", "backgroundImage", "defaultUserBackgroundImage"];

/// Secrets by their first byte, the longest first. It has no `Debug`.
#[derive(Default)]
pub struct Secrets {
    known: BTreeMap<u8, Vec<SecretString>>,
}

impl Secrets {
    /// One secret, also as JSON may spell it.
    pub fn add(&mut self, secret: &SecretString) {
        let plain = secret.expose_secret();
        let spelt = Value::from(plain).to_string();
        let spelt = &spelt[1..spelt.len() - 1];
        for form in [plain, spelt, &plain.replace('/', "\\/"), &spelt.replace('/', "\\/")] {
            self.insert(form);
        }
    }

    fn insert(&mut self, form: &str) {
        let Some(first) = form.bytes().next().filter(|_| form.len() >= SHORTEST) else { return };
        let alike = self.known.entry(first).or_default();
        if !alike.iter().any(|known| known.expose_secret() == form) {
            let at = alike.partition_point(|known| known.expose_secret().len() >= form.len());
            alike.insert(at, form.into());
        }
    }

    /// Everything secret of a recording profile.
    pub fn add_profile(&mut self, profile: &Profile) {
        self.add_body(profile.start_request(None).sent().expose_secret());
    }

    /// Everything secret of a body that is sent as it is.
    pub fn add_body(&mut self, body: &str) {
        if let Ok(body) = serde_json::from_str::<Value>(body) {
            self.add_value(None, &body);
        }
    }

    fn add_value(&mut self, key: Option<&str>, value: &Value) {
        match value {
            Value::String(text) if key.is_some_and(|key| MEMBERS.contains(&key)) => self.add(&text.as_str().into()),
            Value::String(text) if key == Some("rtmpUrl") => self.add_stream(text),
            Value::String(text) if key.is_some_and(|key| ADDRESSES.contains(&key)) => self.add_query(text),
            Value::Array(items) => items.iter().for_each(|item| self.add_value(None, item)),
            Value::Object(members) => members.iter().for_each(|(key, value)| self.add_value(Some(key), value)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Of the address of a stream only the key: where it goes may be seen.
    fn add_stream(&mut self, url: &str) {
        if let Some(key) = streams::key(url) {
            self.add(&key.into());
        }
    }

    /// Of the address of a page or an image only the query.
    fn add_query(&mut self, url: &str) {
        if let Some((_, query)) = url.split_once('?') {
            self.add(&query.into());
        }
    }

    /// The text with something else in the place of every secret.
    pub fn hide(&self, text: Vec<u8>) -> Vec<u8> {
        let mut out: Option<Vec<u8>> = None;
        let (mut kept, mut at) = (0, 0);
        while at < text.len() {
            let Some(length) = self.at(&text[at..]) else {
                at += 1;
                continue;
            };
            let out = out.get_or_insert_with(|| Vec::with_capacity(text.len()));
            out.extend_from_slice(&text[kept..at]);
            out.extend_from_slice(HIDDEN.as_bytes());
            at += length;
            kept = at;
        }
        match out {
            None => text,
            Some(mut out) => {
                out.extend_from_slice(&text[kept..]);
                out
            }
        }
    }

    /// The length of the longest secret that begins here.
    fn at(&self, text: &[u8]) -> Option<usize> {
        let alike = self.known.get(text.first()?)?;
        let found = alike.iter().find(|secret| text.starts_with(secret.expose_secret().as_bytes()));
        found.map(|secret| secret.expose_secret().len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(secrets: &Secrets, text: &str) -> String {
        String::from_utf8(secrets.hide(text.into())).expect("text stays text")
    }

    #[test]
    fn a_secret_goes_however_json_spells_it_and_the_longest_first() {
        let mut secrets = Secrets::default();
        for secret in ["CANARY/1", "CANARY/1+\"2", "short", "CANARY-1"] {
            secrets.add(&secret.into());
        }
        for (text, shown) in [
            ("a CANARY/1 b CANARY-1", "a (hidden) b (hidden)"),
            (r#""CANARY\/1" "CANARY/1+\"2" "CANARY\/1+\"2""#, r#""(hidden)" "(hidden)" "(hidden)""#),
            ("short stays, CANARY too", "short stays, CANARY too"),
            ("", ""),
        ] {
            assert_eq!(hidden(&secrets, text), shown);
        }
    }

    #[test]
    fn a_body_gives_up_its_keys_and_of_a_stream_only_the_key() {
        let mut secrets = Secrets::default();
        secrets.add_body(
            r#"{"storageConfig":{"bucket":"a-long-name","accessKey":"CANARY-access","secretKey":"CANARY-secret",
                "stsToken":"CANARY-sts"},"rtmpPublishConfig":{"outputs":[{"rtmpUrl":"rtmp://live.example/app/CANARY-key"}]}}"#,
        );
        secrets.add_body(r#"{"serviceParam":{"url":"https://page.example/room?CANARY-pass"}}"#);
        assert_eq!(hidden(&secrets, "https://page.example/room?CANARY-pass"), "https://page.example/room?(hidden)");
        let text = "a-long-name CANARY-access CANARY-secret CANARY-sts CANARY-key rtmp://live.example/app/CANARY-key";
        let shown = "a-long-name (hidden) (hidden) (hidden) (hidden) rtmp://live.example/app/(hidden)";
        assert_eq!(hidden(&secrets, text), shown);
        secrets.add_body("no JSON");
    }
}
