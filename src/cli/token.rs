//! `reelwatch token`: makes a token of the project's, or explains one. Nothing is sent, nothing is kept; the certificate comes
//! from the environment and is never shown.

use std::io::Read as _;

use thiserror::Error;

use super::args::{Places, TokenArgs};
use super::{Trouble, say, settings as place, tell};
use crate::agora::account::AppId;
use crate::agora::token::explain::{LONGEST_LIFE, explain};
use crate::agora::token::read::{self, read};
use crate::agora::token::{AppCertificate, Grant, Salt};
use crate::monitor::ids::{Cname, Uid};
use crate::profile::invalid::Invalid;
use crate::settings::problem::SettingsError;
use crate::settings::{self, APP_CERTIFICATE, TokenSource};
use crate::worker::clock::{Clock, Speed};

/// The variable that holds the App ID. Without it, the settings' project counts.
const APP_ID: &str = "REELWATCH_APP_ID";
/// Longest text that is read from standard input.
const LONGEST_INPUT: u64 = 64 * 1024;

/// Why there is no token, or none to explain.
#[derive(Debug, Error)]
pub enum TokenTrouble {
    #[error("{variable} cannot be used: {why}")]
    Variable { variable: String, why: Invalid },
    #[error("{0} is not set; it holds the project's App Certificate, from the Agora console")]
    NoCertificate(String),
    #[error(
        "this project names no variable with its App Certificate; write app_certificate = {{ env = \"NAME\" }} in its table"
    )]
    NoVariable,
    #[error("{APP_ID} is not set, and the settings name none either: {0}")]
    NoAppId(Box<Trouble>),
    #[error("{0} is no issue time for a token: it is counted in whole seconds since 1970 and ends at 4294967295")]
    IssuedAt(i64),
    #[error("this token cannot be read: {0}")]
    Unreadable(#[from] read::NoToken),
    #[error("no token can be read from standard input: {0}")]
    Input(std::io::Error),
}

/// Makes or explains a token and prints it.
pub fn run(args: &TokenArgs, places: &Places) -> Result<(), Trouble> {
    let now = Clock::start(Speed::REAL).now();
    let (channel, uid) = match (&args.decode, &args.channel, args.uid) {
        (None, Some(channel), Some(uid)) => (channel, uid),
        // The command line asks for all of them unless there is a token to explain.
        (token, _, _) => {
            let text = match token.as_deref() {
                None | Some("-") => input()?,
                Some(text) => text.to_owned(),
            };
            let token = read(&text).map_err(TokenTrouble::from)?;
            // Without a certificate it can be explained all the same.
            let variable = match &args.which.project {
                Some(project) => source(Some(project), places)?.certificate,
                None => Some(APP_CERTIFICATE.to_owned()),
            };
            let certificate = variable.map(|name| certificate(&name)).transpose()?.flatten();
            return say(&explain(&token, now, certificate.as_ref()).join("\n"));
        }
    };
    let TokenSource { app_id, certificate: named } = whose(args, places)?;
    let named = named.ok_or(TokenTrouble::NoVariable)?;
    let certificate = certificate(&named)?.ok_or(TokenTrouble::NoCertificate(named))?;
    let seconds = now.as_millis() / 1000;
    let issued_at =
        args.issued_at.map_or_else(|| u32::try_from(seconds).map_err(|_| TokenTrouble::IssuedAt(seconds)), Ok)?;
    let grant = grant(args, app_id, (channel, uid), issued_at, &certificate);
    if grant.expire > LONGEST_LIFE {
        tell("Agora documents 24 h as the longest life of a token; this one may end before the time it names");
    }
    say(grant.mint(&certificate, args.packing.into()).expose())
}

fn grant(args: &TokenArgs, app_id: AppId, whom: (&Cname, Uid), issued_at: u32, certificate: &AppCertificate) -> Grant {
    let (channel, uid) = whom;
    let salt = args.salt.unwrap_or_else(|| Salt::derived(certificate, channel, uid, issued_at));
    Grant { app_id, channel: channel.clone(), uid, role: args.role.into(), issued_at, expire: args.expire.0, salt }
}

/// What the environment says, if it says anything.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty())
}

fn certificate(name: &str) -> Result<Option<AppCertificate>, TokenTrouble> {
    let certificate = variable(name).map(|text| text.trim().parse()).transpose();
    certificate.map_err(|why| TokenTrouble::Variable { variable: name.to_owned(), why })
}

/// The App ID and the variable of its certificate: of the project that was named, else what the environment says, else the
/// settings' only project.
fn whose(args: &TokenArgs, places: &Places) -> Result<TokenSource, Trouble> {
    let project = args.which.project.as_deref();
    match variable(APP_ID).filter(|_| project.is_none()) {
        Some(text) => {
            let app_id: Result<AppId, Invalid> = text.trim().parse();
            let app_id = app_id.map_err(|why| TokenTrouble::Variable { variable: APP_ID.to_owned(), why })?;
            Ok(TokenSource { app_id, certificate: Some(APP_CERTIFICATE.to_owned()) })
        }
        None => match project {
            Some(_) => source(project, places),
            None => source(None, places).map_err(|why| {
                // Where there are several projects, the message says how to choose.
                let several = matches!(why, Trouble::Settings(SettingsError::Project { .. }));
                if several { why } else { TokenTrouble::NoAppId(Box::new(why)).into() }
            }),
        },
    }
}

fn source(project: Option<&str>, places: &Places) -> Result<TokenSource, Trouble> {
    Ok(settings::load_token_source(&place::path(places)?, project)?)
}

fn input() -> Result<String, TokenTrouble> {
    let mut text = String::new();
    std::io::stdin().take(LONGEST_INPUT).read_to_string(&mut text).map_err(TokenTrouble::Input)?;
    Ok(text)
}
