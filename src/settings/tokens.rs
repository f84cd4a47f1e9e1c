//! Where tokens come from: the App Certificate, in a variable of its own, or tokens that were made elsewhere, in variables that a
//! channel names. None of them is ever in the file, and none is repeated in a message.

use secrecy::SecretString;

use super::reader::{Reader, Table};
use super::{APP_CERTIFICATE, Secrets};
use crate::agora::admission::{TokenLife, Tokens};
use crate::agora::token::{AppCertificate, Token};
use crate::profile::secret::Variable;

/// How the recorders of a project get tokens. The certificate is optional: without it, none are made.
pub fn of_project(table: &mut Table<'_, '_>, secrets: Secrets<'_>, reader: &Reader<'_>) -> Tokens {
    let life = table.duration("token_lifetime", &(TokenLife::MIN..=TokenLife::MAX));
    if let Some(value) = table.raw("app_certificate") {
        let what = format!("secrets are not kept in this file; set {APP_CERTIFICATE} instead");
        table.report("app_certificate", Some(value.span()), what);
    }
    let text = match secrets {
        Secrets::From(environment) => environment(APP_CERTIFICATE).filter(|text| !text.trim().is_empty()),
        Secrets::Unasked => None,
    };
    let Some(text) = text else { return Tokens::Off };
    let life = life.and_then(|life| TokenLife::try_from(life).ok()).unwrap_or_default();
    match text.trim().parse::<AppCertificate>() {
        Ok(certificate) => Tokens::Mint { certificate, life },
        Err(error) => {
            reader.report(None, &format!("environment variable {APP_CERTIFICATE}"), error.to_string());
            Tokens::Off
        }
    }
}

/// The token of one recorder, from the variable that `key` names.
pub fn fixed(table: &mut Table<'_, '_>, key: &'static str, secrets: Secrets<'_>) -> Option<Token> {
    let value = table.raw(key)?;
    let span = Some(value.span());
    if value.get_ref().as_table().is_none() {
        let what = "secrets are not kept in this file; write { env = \"NAME\" } with the variable that holds the token";
        table.report(key, span, what.to_owned());
        return None;
    }
    let mut inner = table.table(key)?;
    if inner.raw("env").is_none() {
        inner.missing("env");
    }
    let name = inner.text("env").map(|found| Variable::try_from(found.value.to_owned()));
    inner.end();
    let found = match (name?, secrets) {
        (Err(error), _) => Err(error.to_string()),
        (Ok(_), Secrets::Unasked) => return None,
        (Ok(name), Secrets::From(environment)) => match environment(name.as_str()) {
            Some(text) if !text.trim().is_empty() => Ok(Token::new(SecretString::from(text.trim()))),
            Some(_) => Err("the environment variable named here is empty".to_owned()),
            None => Err("the environment variable named here is not set".to_owned()),
        },
    };
    found.map_err(|what| table.report(key, span, what)).ok()
}
