//! The secrets of a profile: by the names of variables in a draft, by their values in what is sent. Neither kind is ever shown.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

/// Longest name of a variable.
const LONGEST_NAME: usize = 128;

/// The name of a variable of the environment that holds a secret. People paste the secret itself here, so an error and `Debug`
/// never repeat it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Variable(String);

impl Variable {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variable(not shown)")
    }
}

impl TryFrom<String> for Variable {
    type Error = Invalid;

    fn try_from(name: String) -> Result<Self, Invalid> {
        let first = name.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
        let all = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if first && all && name.len() <= LONGEST_NAME {
            return Ok(Self(name));
        }
        let rule = "a variable's name has letters, digits and _ only, at most 128, and begins with no digit; the secret itself \
                    does not belong into this file";
        Err(Invalid::hidden("env", rule))
    }
}

impl From<Variable> for String {
    fn from(variable: Variable) -> Self {
        variable.0
    }
}

/// Which secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretField {
    /// `storageConfig.accessKey`
    AccessKey,
    /// `storageConfig.secretKey`
    SecretKey,
    /// `storageConfig.stsToken`
    StsToken,
    /// `recordingConfig.secret`
    DecryptionSecret,
    /// `recordingConfig.salt`
    DecryptionSalt,
    /// `rtmpUrl`: it ends in the stream key.
    RtmpUrl,
}

impl SecretField {
    /// Its setting, with the table it is in.
    pub const fn setting(self) -> &'static str {
        match self {
            Self::AccessKey => "storage.access_key",
            Self::SecretKey => "storage.secret_key",
            Self::StsToken => "storage.sts_token",
            Self::DecryptionSecret => "recording.decryption.secret",
            Self::DecryptionSalt => "recording.decryption.salt",
            Self::RtmpUrl => "web.rtmp_url",
        }
    }
}

/// What may stand for a secret in a profile: a [`Variable`], or the secret.
pub trait Secret: Clone + fmt::Debug {
    /// Whether it can be sent.
    ///
    /// # Errors
    /// Names the field and the rule, never the value.
    fn check(&self, field: SecretField) -> Result<(), Invalid>;
}

impl Secret for Variable {
    fn check(&self, _: SecretField) -> Result<(), Invalid> {
        Ok(())
    }
}

impl Secret for SecretString {
    fn check(&self, field: SecretField) -> Result<(), Invalid> {
        let text = self.expose_secret();
        let hidden = |rule: &'static str| Err(Invalid::hidden(field.setting(), rule));
        if text.trim().is_empty() {
            return hidden(match field {
                SecretField::AccessKey | SecretField::SecretKey | SecretField::StsToken => {
                    "it may not be empty; Agora could not write the files"
                }
                SecretField::DecryptionSecret | SecretField::DecryptionSalt => {
                    "it may not be empty; Agora could not decrypt the channel"
                }
                SecretField::RtmpUrl => "it may not be empty; Agora would not know where to push to",
            });
        }
        match field {
            SecretField::AccessKey | SecretField::SecretKey | SecretField::StsToken | SecretField::DecryptionSecret => {
                Ok(())
            }
            SecretField::DecryptionSalt if STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 32) => Ok(()),
            SecretField::DecryptionSalt => hidden("it has to be 32 bytes in base64, 44 characters"),
            SecretField::RtmpUrl if is_rtmp(text) => Ok(()),
            SecretField::RtmpUrl => hidden("it has to begin with rtmp:// or rtmps://, name a host and have no spaces"),
        }
    }
}

/// Whether it is an address that video can be pushed to.
fn is_rtmp(url: &str) -> bool {
    let rest = url.strip_prefix("rtmp://").or_else(|| url.strip_prefix("rtmps://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty()) && !url.chars().any(|c| c.is_whitespace() || c.is_control())
}

/// A secret of a draft that the environment does not give.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unresolved {
    /// Which one.
    pub field: SecretField,
    /// Where it should have been.
    pub variable: Variable,
    /// What is wrong with it.
    pub why: String,
}

impl fmt::Display for Unresolved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field.setting(), self.why)
    }
}

/// The secret that a variable holds.
pub(super) fn look_up(
    environment: &dyn Fn(&str) -> Option<String>,
    field: SecretField,
    variable: &Variable,
) -> Result<SecretString, Unresolved> {
    let unresolved = |why: String| Unresolved { field, variable: variable.clone(), why };
    match environment(variable.as_str()) {
        Some(value) if !value.trim().is_empty() => {
            let secret = SecretString::from(value);
            let checked = secret.check(field).map_err(|invalid| invalid.rule.into_owned());
            checked.map_or_else(
                |rule| Err(unresolved(format!("the environment variable named here cannot be used: {rule}"))),
                |()| Ok(secret),
            )
        }
        Some(_) => Err(unresolved("the environment variable named here is empty".to_owned())),
        None => Err(unresolved("the environment variable named here is not set".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_secret_is_no_name_and_is_never_repeated() {
        for good in ["A", "_x9", "CLASSES_ACCESS_KEY", &"N".repeat(128)] {
            assert!(Variable::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in ["", "9A", "CANARY/+=", "CANARY key", "CANARY-a", &"C".repeat(129)] {
            let error = Variable::try_from(bad.to_owned()).expect_err(bad).to_string();
            assert!(!error.contains("CANARY") && error.contains("does not belong"), "{error}");
        }
        let shown = format!("{:?}", Variable::try_from("CANARY".to_owned()));
        assert!(!shown.contains("CANARY"), "{shown}");
    }

    #[test]
    fn each_secret_has_its_own_form() {
        let ok = |field, text: &str| SecretString::from(text).check(field).is_ok();
        for field in
            [SecretField::AccessKey, SecretField::SecretKey, SecretField::StsToken, SecretField::DecryptionSecret]
        {
            assert!(ok(field, "x") && !ok(field, " "));
        }
        let of = |bytes: usize| STANDARD.encode(vec![7_u8; bytes]);
        assert!(ok(SecretField::DecryptionSalt, &of(32)));
        for bad in [of(31), of(33), "CANARY".to_owned(), String::new()] {
            assert!(!ok(SecretField::DecryptionSalt, &bad));
        }
        for good in ["rtmp://example.org/live/x", "rtmps://example.org:443/live/x?key=1"] {
            assert!(ok(SecretField::RtmpUrl, good), "{good}");
        }
        for bad in ["https://CANARY", "rtmp:///CANARY", "rtmp://", "rtmp://h/CANARY key", "RTMP"] {
            let error = SecretString::from(bad).check(SecretField::RtmpUrl).expect_err(bad).to_string();
            assert!(error.starts_with("web.rtmp_url") && !error.contains("CANARY"), "{error}");
        }
    }
}
