//! Addresses that Agora opens: images and the page of a web recording. They are looked at, never opened. What stands behind
//! the question mark may let somebody in and is not repeated in an error.

use serde::{Deserialize, Serialize};

use super::invalid::Invalid;

/// Longest address that is sent, in bytes. The vendor names no limit; longer ones are mistakes of pasting.
const LONGEST: usize = 4096;

/// An image behind the users, over HTTP or HTTPS.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ImageUrl(String);

/// The page a web recording records.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PageUrl(String);

/// `what` names the address in an error.
fn check(what: &'static str, url: &str) -> Result<(), Invalid> {
    let bad = |rule| Err(Invalid::text(what, without_query(url), rule));
    let Some(rest) = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")) else {
        return if url.contains('@') {
            Err(Invalid::hidden(what, "it has to begin with https:// or http://"))
        } else {
            bad("it has to begin with https:// or http://")
        };
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('@') {
        return Err(Invalid::hidden(what, "a name and password before an @ do not belong into this file"));
    }
    if host.is_empty() {
        return bad("it names no host");
    }
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return bad("it may have no spaces");
    }
    if url.len() > LONGEST {
        return Err(Invalid::plain(what, format_args!("({} bytes)", url.len()), "it may have at most 4096 bytes"));
    }
    Ok(())
}

fn without_query(url: &str) -> &str {
    url.split(['?', '#']).next().unwrap_or_default()
}

macro_rules! address {
    ($name:ident, $what:literal) => {
        impl $name {
            /// As it is sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($name)).field(&without_query(&self.0)).finish()
            }
        }

        impl TryFrom<String> for $name {
            type Error = Invalid;

            fn try_from(url: String) -> Result<Self, Invalid> {
                check($what, &url).map(|()| Self(url))
            }
        }

        impl From<$name> for String {
            fn from(url: $name) -> String {
                url.0
            }
        }
    };
}

address!(ImageUrl, "image URL");
address!(PageUrl, "url");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_scheme_and_a_host_and_no_password() {
        for good in ["https://example.org", "http://example.org:8080/a?b=c#d", "https://example.org/@anna"] {
            assert!(PageUrl::try_from(good.to_owned()).is_ok(), "{good}");
        }
        for bad in [
            "example.org",
            "ftp://example.org/?CANARY",
            "https://",
            "https:///x",
            "https://a b/?CANARY",
            "https://anna:CANARY@example.org/",
            "anna:CANARY@example.org",
            &format!("https://example.org/?{}", "CANARY".repeat(999)),
        ] {
            let error = PageUrl::try_from(bad.to_owned()).expect_err(bad).to_string();
            assert!(error.starts_with("url ") && !error.contains("CANARY"), "{error}");
        }
    }

    #[test]
    fn what_lets_somebody_into_a_page_is_not_in_debug() {
        let url = PageUrl::try_from("https://example.org/room?token=CANARY".to_owned()).expect("valid");
        assert_eq!(format!("{url:?}"), "PageUrl(\"https://example.org/room\")");
    }
}
