//! What a draft would send, for the eye: the bodies with every secret hidden. No secret is looked up for it, so it can be shown
//! while a profile is still being written. It makes nothing that could be sent.

use secrecy::SecretString;

use super::json::HIDDEN;
use super::{Draft, Profile};

impl Draft {
    /// `clientRequest` of start on many lines, without a token.
    pub fn start_preview(&self) -> String {
        self.without_secrets().map(|profile| profile.start_request(None).shown()).unwrap_or_default()
    }

    /// `clientRequest` of acquire, on many lines.
    pub fn acquire_preview(&self) -> String {
        self.without_secrets().map(|profile| profile.acquire_request(None, &[]).shown()).unwrap_or_default()
    }

    /// Every secret is there, so there always is one.
    fn without_secrets(&self) -> Option<Profile> {
        self.map(&mut |_, _| Some(SecretString::from(HIDDEN)))
    }
}
