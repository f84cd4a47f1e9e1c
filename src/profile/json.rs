//! A small JSON tree that keeps its members in order and knows which of its texts are secret. So the same tree is sent with its
//! secrets and shown without them, and acquire can repeat a start byte for byte. It reads nothing.

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// What stands in place of a secret.
pub const HIDDEN: &str = "(hidden)";

/// A value.
#[derive(Clone, Debug)]
pub enum Json {
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Number(u64),
    /// A number in millionths.
    Millionths(u32),
    /// A text that everybody may see.
    Text(String),
    /// A text that only the service may see.
    Secret(SecretString),
    /// `[...]`
    List(Vec<Json>),
    /// `{...}`
    Object(Object),
}

/// Members in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub struct Object(Vec<(&'static str, Json)>);

impl Object {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// With one member more.
    #[must_use]
    pub fn with(mut self, key: &'static str, value: impl Into<Json>) -> Self {
        self.0.push((key, value.into()));
        self
    }

    /// With one member more, if there is a value for it.
    #[must_use]
    pub fn with_some(self, key: &'static str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(key, value),
            None => self,
        }
    }
}

impl Json {
    /// On one line with every secret in it, as it is sent.
    pub fn sent(&self) -> SecretString {
        let mut out = String::new();
        self.write(&mut out, &|secret| secret.expose_secret().to_owned(), None);
        out.into()
    }

    /// On many lines for the eye, every secret replaced by [`HIDDEN`].
    pub fn shown(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, &|_| HIDDEN.to_owned(), Some(0));
        out
    }

    /// `depth` is how far to indent; without it, everything is on one line.
    fn write(&self, out: &mut String, secret: &dyn Fn(&SecretString) -> String, depth: Option<usize>) {
        let inner = depth.map(|depth| depth + 1);
        match self {
            Self::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => out.push_str(&number.to_string()),
            Self::Millionths(number) => out.push_str(&decimal(*number)),
            Self::Text(text) => out.push_str(&quoted(text)),
            Self::Secret(text) => out.push_str(&quoted(&secret(text))),
            Self::List(values) => wrap(out, ['[', ']'], depth, values, |out, value| value.write(out, secret, inner)),
            Self::Object(Object(members)) => wrap(out, ['{', '}'], depth, members, |out, (key, value)| {
                out.push_str(&quoted(key));
                out.push_str(if depth.is_some() { ": " } else { ":" });
                value.write(out, secret, inner);
            }),
        }
    }
}

fn wrap<T>(out: &mut String, [open, close]: [char; 2], depth: Option<usize>, of: &[T], each: impl Fn(&mut String, &T)) {
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    out.push(open);
    for (at, element) in of.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        if let Some(depth) = depth {
            line(out, depth + 1);
        }
        each(out, element);
    }
    if let (Some(depth), false) = (depth, of.is_empty()) {
        line(out, depth);
    }
    out.push(close);
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// 500000 as `0.5`, without zeros at the end.
fn decimal(millionths: u32) -> String {
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl From<bool> for Json {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<u32> for Json {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&SecretString> for Json {
    fn from(secret: &SecretString) -> Self {
        Self::Secret(secret.clone())
    }
}

impl From<Object> for Json {
    fn from(object: Object) -> Self {
        Self::Object(object)
    }
}

impl<T: Into<Json>> FromIterator<T> for Json {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Json {
        let secret = SecretString::from("CANARY\"\\");
        let inner = Object::new().with("y", 7_u32).with("a", &secret).with_some("none", None::<bool>);
        Object::new().with("z", inner).with("list", ["ü\n", "b"].into_iter().collect::<Json>()).with("on", true).into()
    }

    #[test]
    fn members_stay_in_order_and_secrets_are_sent() {
        let sent = tree().sent();
        assert_eq!(sent.expose_secret(), r#"{"z":{"y":7,"a":"CANARY\"\\"},"list":["ü\n","b"],"on":true}"#);
    }

    #[test]
    fn what_is_shown_hides_every_secret_and_is_json_too() {
        let shown = tree().shown();
        assert!(shown.starts_with("{\n  \"z\": {\n    \"y\": 7,\n    \"a\": \"(hidden)\"\n  },\n"), "{shown}");
        assert!(!format!("{shown}{:?}", tree()).contains("CANARY"), "{shown}");
        let read: Value = serde_json::from_str(&shown).expect("JSON");
        assert_eq!(read["list"][0], "ü\n");
        assert_eq!(Json::Object(Object::new()).shown(), "{}");
    }

    #[test]
    fn millionths_are_written_as_decimals_without_idle_zeros() {
        let written: Vec<String> =
            [0, 1, 500_000, 333_333, 1_000_000].map(|n| Json::Millionths(n).shown()).into_iter().collect();
        assert_eq!(written, ["0", "0.000001", "0.5", "0.333333", "1"]);
    }
}
