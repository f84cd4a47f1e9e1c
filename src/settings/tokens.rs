//! Where tokens come from: the App Certificate, in a variable of its own, or tokens that were made elsewhere, in variables that a
//! channel names. None of them is ever in the file, and none is repeated in a message.

use secrecy::ExposeSecret as _;

use super::projects::Company;
use super::reader::{Reader, Table};
use super::secret::{self, Fallback};
use super::{APP_CERTIFICATE, Secrets};
use crate::agora::admission::{TokenLife, Tokens};
use crate::agora::token::{AppCertificate, Token};

/// How the recorders of a project get tokens. The certificate is optional: without it, none are made.
pub fn of_project(table: &mut Table<'_, '_>, company: Company, secrets: Secrets<'_>, reader: &Reader<'_>) -> Tokens {
    let life = table.duration("token_lifetime", &(TokenLife::MIN..=TokenLife::MAX));
    let usual = company.usual(APP_CERTIFICATE);
    let read = match (table.raw("app_certificate").map(toml::Spanned::span), usual, secrets) {
        (Some(span), _, _) => {
            let what = "App Certificate";
            let Some(text) = secret::named(table, "app_certificate", what, usual, secrets) else { return Tokens::Off };
            let read = text.expose_secret().trim().parse::<AppCertificate>();
            read.map_err(|error| table.report("app_certificate", Some(span), error.to_string()))
        }
        (None, Fallback::Variable(variable), Secrets::From(environment)) => {
            let text = environment(variable).filter(|text| !text.trim().is_empty());
            let Some(text) = text else { return Tokens::Off };
            let told = format!("environment variable {variable}");
            text.trim().parse::<AppCertificate>().map_err(|error| reader.report(None, &told, error.to_string()))
        }
        (None, _, _) => return Tokens::Off,
    };
    let life = life.and_then(|life| TokenLife::try_from(life).ok()).unwrap_or_default();
    read.map_or(Tokens::Off, |certificate| Tokens::Mint { certificate, life })
}

/// The token of one recorder, from the variable that `key` names.
pub fn fixed(table: &mut Table<'_, '_>, key: &'static str, secrets: Secrets<'_>) -> Option<Token> {
    secret::named(table, key, "token", Fallback::None, secrets).map(Token::new)
}
