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
use crate::settings::{self, APP_CERTIFICATE};
use crate::worker::clock::{Clock, Speed};

/// The variable that holds the App ID. Without it, the settings' project counts.
const APP_ID: &str = "REELWATCH_APP_ID";
/// Longest text that is read from standard input.
const LONGEST_INPUT: u64 = 64 * 1024;

/// Why there is no token, or none to explain.
#[derive(Debug, Error)]
pub enum TokenTrouble {
    #[error("{variable} cannot be used: {why}")]
    Variable { variable: &'static str, why: Invalid },
    #[error("{APP_CERTIFICATE} is not set; it holds the project's App Certificate, from the Agora console")]
    NoCertificate,
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
    let certificate = certificate()?;
    let (channel, uid) = match (&args.decode, &args.channel, args.uid) {
        (None, Some(channel), Some(uid)) => (channel, uid),
        // The command line asks for all of them unless there is a token to explain.
        (token, _, _) => {
            let text = match token.as_deref() {
                None | Some("-") => input()?,
                Some(text) => text.to_owned(),
            };
            let token = read(&text).map_err(TokenTrouble::from)?;
            return say(&explain(&token, now, certificate.as_ref()).join("\n"));
        }
    };
    let certificate = certificate.ok_or(TokenTrouble::NoCertificate)?;
    let seconds = now.as_millis() / 1000;
    let issued_at =
        args.issued_at.map_or_else(|| u32::try_from(seconds).map_err(|_| TokenTrouble::IssuedAt(seconds)), Ok)?;
    let grant = grant(args, app_id(places)?, (channel, uid), issued_at, &certificate);
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

fn certificate() -> Result<Option<AppCertificate>, TokenTrouble> {
    let read = |text: String| text.trim().parse();
    let certificate = variable(APP_CERTIFICATE).map(read).transpose();
    certificate.map_err(|why| TokenTrouble::Variable { variable: APP_CERTIFICATE, why })
}

fn app_id(places: &Places) -> Result<AppId, TokenTrouble> {
    match variable(APP_ID) {
        Some(text) => text.trim().parse().map_err(|why| TokenTrouble::Variable { variable: APP_ID, why }),
        None => {
            let from_settings = || -> Result<AppId, Trouble> { Ok(settings::load_app_id(&place::path(places)?)?) };
            from_settings().map_err(|why| TokenTrouble::NoAppId(Box::new(why)))
        }
    }
}

fn input() -> Result<String, TokenTrouble> {
    let mut text = String::new();
    std::io::stdin().take(LONGEST_INPUT).read_to_string(&mut text).map_err(TokenTrouble::Input)?;
    Ok(text)
}
