//! Whose recordings, with which credentials, at which addresses. It checks what the settings say and never talks to anybody.

use std::net::IpAddr;
use std::str::FromStr;

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::admission::Tokens;
use crate::monitor::ids::Host;
use crate::profile::invalid::Invalid;

/// One of Agora's projects: 32 hexadecimal characters, as the vendor's console shows it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct AppId(String);

impl AppId {
    /// The text as the console shows it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AppId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            Ok(Self(text.to_owned()))
        } else {
            let rule = "an App ID has 32 characters 0-9 a-f; copy it from the project's page in the Agora console";
            Err(Invalid::text("app_id", text, rule))
        }
    }
}

impl TryFrom<String> for AppId {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

/// An address of the REST API. Written `api.agora.io` or `https://api.agora.io`; plain `http://` is for loopback addresses
/// only, where the simulator lives, because the requests carry credentials and storage keys.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Domain {
    host: Host,
    base: String,
}

impl Domain {
    /// What the core calls it: the host name, with the port where one was given.
    pub const fn host(&self) -> &Host {
        &self.host
    }

    /// Scheme and authority, without a trailing slash.
    pub fn base(&self) -> &str {
        &self.base
    }
}

impl FromStr for Domain {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let bad = |rule| Invalid::text("domain", text, rule);
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/[]".contains(&b);
        if text.contains('@') {
            // Not shown: what stands before the @ may be a password.
            let rule = "it may not hold a user name or password; write them as customer_key and customer_secret";
            return Err(Invalid::plain("domain", "(with @)", rule));
        }
        if text.is_empty() || !text.bytes().all(allowed) {
            return Err(bad("write a host name such as api.agora.io, or https:// and a host name"));
        }
        let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let url = Url::parse(&address).map_err(|_| bad("this is not a web address; write https://api.agora.io"))?;
        let name = url.host_str().ok_or_else(|| bad("the host name is missing; write https://api.agora.io"))?;
        if url.path() != "/" {
            return Err(bad("it may not hold a path; write only https:// and the host name"));
        }
        match url.scheme() {
            "https" => {}
            "http" if is_loopback(name) => {}
            "http" => return Err(bad("http:// would show credentials to everybody on the way; write https://")),
            _ => return Err(bad("it has to begin with https://")),
        }
        let authority = url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"));
        Ok(Self { base: format!("{}://{authority}", url.scheme()), host: Host::new(authority) })
    }
}

impl TryFrom<String> for Domain {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

/// Whether a host name means this computer: `localhost`, 127.0.0.0/8 or ::1 (in brackets, as in addresses).
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.eq_ignore_ascii_case("localhost") || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// A project of Agora's with the credentials of its REST API (vendor: "customer ID" or key, and secret).
#[derive(Clone, Debug)]
pub struct Account {
    /// The project.
    pub app_id: AppId,
    /// User name of the REST API.
    pub customer_key: SecretString,
    /// Its password.
    pub customer_secret: SecretString,
    /// Addresses, the preferred one first.
    pub domains: Vec<Domain>,
    /// How recorders get their tokens.
    pub tokens: Tokens,
}

impl Account {
    /// An account from its parts, without tokens.
    ///
    /// # Errors
    /// When a credential is empty, when the key holds a colon (which HTTP takes for the end of the key), and when there is no
    /// domain or one twice.
    pub fn new(
        app_id: AppId,
        customer_key: SecretString,
        customer_secret: SecretString,
        domains: Vec<Domain>,
    ) -> Result<Self, Invalid> {
        let rule = "it may not be empty; the Agora console shows it under RESTful API";
        for (field, secret) in [("customer_key", &customer_key), ("customer_secret", &customer_secret)] {
            if secret.expose_secret().trim().is_empty() {
                return Err(Invalid::text(field, "", rule));
            }
        }
        if customer_key.expose_secret().contains(':') {
            return Err(Invalid::plain(
                "customer_key",
                "(not shown)",
                "it may not hold a colon; the secret goes elsewhere",
            ));
        }
        if domains.is_empty() {
            return Err(Invalid::plain("domains", "[]", "at least one is needed, such as api.agora.io"));
        }
        for (index, domain) in domains.iter().enumerate() {
            if domains[..index].iter().any(|earlier| earlier.host == domain.host) {
                return Err(Invalid::text("domains", domain.host.as_str(), "it is there twice; leave one out"));
            }
        }
        Ok(Self { app_id, customer_key, customer_secret, domains, tokens: Tokens::Off })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> Result<(String, String), String> {
        text.parse::<Domain>().map(|d| (d.host().to_string(), d.base().to_owned())).map_err(|e| e.to_string())
    }

    #[test]
    fn a_domain_is_https_and_a_bare_host_name_means_https() {
        let vendor = Ok(("api.agora.io".to_owned(), "https://api.agora.io".to_owned()));
        for text in ["api.agora.io", "https://api.agora.io", "https://API.agora.io/", "https://api.agora.io:443"] {
            assert_eq!(base(text), vendor, "{text}");
        }
        let relay = Ok(("relay.example:8443".to_owned(), "https://relay.example:8443".to_owned()));
        assert_eq!(base("relay.example:8443"), relay);
    }

    #[test]
    fn plain_http_is_for_this_computer_only() {
        for (text, host) in [
            ("http://127.0.0.1:8081", "127.0.0.1:8081"),
            ("http://127.9.9.9:1", "127.9.9.9:1"),
            ("http://[::1]:8082", "[::1]:8082"),
            ("http://localhost:8083", "localhost:8083"),
        ] {
            assert_eq!(base(text), Ok((host.to_owned(), text.to_owned())));
        }
        for text in
            ["http://api.agora.io", "http://10.0.0.1:80", "http://localhost.example", "http://127.0.0.1.example"]
        {
            assert!(base(text).is_err_and(|e| e.contains(text) && e.contains("write https://")), "{text}");
        }
    }

    #[test]
    fn a_domain_that_is_no_address_is_refused_with_its_value_and_the_rule() {
        for (text, rule) in [
            ("", "host name"),
            ("https://", "web address"),
            ("https://api.agora.io/v1", "path"),
            ("https://api.agora.io?x=1", "host name such as"),
            ("ftp://api.agora.io", "begin with https://"),
            ("https://api.\nagora.io", "host name such as"),
            ("https://api.agora.io:99999", "web address"),
        ] {
            let error = base(text).expect_err(text);
            assert!(error.contains(rule) && error.contains(&format!("{text:?}")), "{error}");
        }
        let error = base("https://key:hunter2@api.agora.io").expect_err("user info");
        assert!(error.contains("customer_secret") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn an_account_has_credentials_and_domains_that_differ_and_shows_no_secret() {
        let account = |key: &str, secret: &str, domains: &[&str]| {
            let domains = domains.iter().map(|text| text.parse().expect("valid")).collect();
            let app_id = "0123456789abcdef0123456789abcdef".parse().expect("valid");
            Account::new(app_id, key.into(), secret.into(), domains).map_err(|error| error.to_string())
        };
        let good = account("CANARY-key", "CANARY:secret", &["api.agora.io", "api.sd-rtn.com"]).expect("valid");
        assert!(!format!("{good:?}").contains("CANARY"));
        for (result, field) in [
            (account("", "CANARY", &["a.example"]), "customer_key"),
            (account("CANARY", " ", &["a.example"]), "customer_secret"),
            (account("CANARY:key", "CANARY", &["a.example"]), "customer_key"),
            (account("CANARY", "CANARY", &[]), "domains"),
            (account("CANARY", "CANARY", &["a.example", "https://A.example"]), "domains \"a.example\""),
        ] {
            let error = result.expect_err(field);
            assert!(error.starts_with(field) && !error.contains("CANARY"), "{error}");
        }
    }

    #[test]
    fn an_app_id_is_32_hexadecimal_characters() {
        assert!("0123456789abcdef0123456789ABCDEF".parse::<AppId>().is_ok());
        for bad in ["", "0123", "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0"] {
            let error = bad.parse::<AppId>().expect_err(bad).to_string();
            assert!(error.starts_with("app_id") && error.contains("32 characters"), "{error}");
        }
    }
}
