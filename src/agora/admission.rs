//! With which token a recorder joins its channel: minted here from the App Certificate, or one that the settings bring. A token
//! is bound to one channel and one UID, so each UID of a channel has its own. Pure: the time is the moment at which the start
//! was asked for, so that acquire and every try of its start carry the same token.

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use thiserror::Error;

use super::account::{Account, AppId};
use super::token::read::{Contents, NoToken, Read, read};
use super::token::{AppCertificate, Grant, Packing, Salt, Token, TokenRole};
use crate::monitor::ids::{Cname, Mode, Uid};
use crate::monitor::time::Timestamp;
use crate::profile::invalid::Invalid;

/// The vendor's number of the service a recorder joins: real-time audio and video.
const RTC: u16 = 1;
/// Its privilege to join.
const JOIN: u16 = 1;

/// How a project's recorders get tokens.
#[derive(Clone, Debug, Default)]
pub enum Tokens {
    /// The project has no App Certificate, or every token is in the settings.
    #[default]
    Off,
    /// They are made here.
    Mint {
        /// What signs them.
        certificate: AppCertificate,
        /// How long each lives.
        life: TokenLife,
    },
}

/// How long a minted token lives: 1 minute to 720 hours, by default 24 hours, the longest life that the
/// vendor documents (authenticate your users with tokens). It cannot be renewed while a recording runs (vendor: start, `token`), so it has to be longer than the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenLife(u32);

impl TokenLife {
    /// The shortest.
    pub const MIN: Duration = Duration::from_secs(60);
    /// The longest.
    pub const MAX: Duration = Duration::from_secs(720 * 3600);

    /// In seconds.
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for TokenLife {
    fn default() -> Self {
        Self(24 * 3600)
    }
}

impl TryFrom<Duration> for TokenLife {
    type Error = Invalid;

    fn try_from(life: Duration) -> Result<Self, Invalid> {
        let seconds = u32::try_from(life.as_secs()).ok().filter(|_| (Self::MIN..=Self::MAX).contains(&life));
        let rule = "it has to be from 1m to 720h";
        seconds.map(Self).ok_or_else(|| Invalid::plain("token_lifetime", format_args!("{life:?}"), rule))
    }
}

/// Tokens that the settings bring.
pub type FixedTokens = BTreeMap<(Cname, Uid), Token>;

/// Who wants to join, and since when.
#[derive(Clone, Copy, Debug)]
pub struct Joining<'a> {
    /// The channel.
    pub cname: &'a Cname,
    /// The recorder.
    pub uid: Uid,
    /// How it records.
    pub mode: &'a Mode,
    /// When the start was asked for.
    pub asked_at: Timestamp,
}

/// A token that fits.
#[derive(Clone, Debug)]
pub struct Pass {
    /// As it is sent.
    pub token: SecretString,
    /// When it ends; `None` where it does not tell.
    pub until: Option<Timestamp>,
}

/// Why no token can be sent. None of them shows the token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoPass {
    /// The text of the settings is no token.
    #[error("the token set for UID {uid} cannot be read: {why}")]
    Unreadable {
        /// Whose.
        uid: Uid,
        /// Why.
        why: NoToken,
    },
    /// It would be answered with code 110.
    #[error(
        "the token set for UID {uid} is made for {made_for}, not for {wanted}; Agora would answer code 110. Make one for it and set the variable anew"
    )]
    Misfit {
        /// Whose.
        uid: Uid,
        /// What it is for.
        made_for: String,
        /// What it should be for.
        wanted: String,
    },
    /// It would be answered with code 109.
    #[error(
        "the token set for UID {uid} ended at {ended}; Agora would answer code 109. Make a new one and set the variable anew"
    )]
    Expired {
        /// Whose.
        uid: Uid,
        /// When, in UTC.
        ended: String,
    },
    /// The clock is out of what a token can hold.
    #[error("this computer's clock shows a time that no token can hold; set it right, then start again")]
    Clock,
}

/// The token of a recorder. One of the settings comes before a minted one. A web recording takes part in no channel and has none.
///
/// # Errors
/// When the settings bring a token that Agora would refuse.
pub fn pass(account: &Account, fixed: &FixedTokens, joining: &Joining<'_>) -> Result<Option<Pass>, NoPass> {
    match joining.mode {
        Mode::Individual | Mode::Mix => {}
        Mode::Web | Mode::Other(_) => return Ok(None),
    }
    if let Some(token) = fixed.get(&(joining.cname.clone(), joining.uid)) {
        return checked(&account.app_id, token, joining).map(Some);
    }
    match &account.tokens {
        Tokens::Off => Ok(None),
        Tokens::Mint { certificate, life } => minted(&account.app_id, certificate, *life, joining).map(Some),
    }
}

fn minted(
    app_id: &AppId,
    certificate: &AppCertificate,
    life: TokenLife,
    joining: &Joining<'_>,
) -> Result<Pass, NoPass> {
    let issued_at = u32::try_from(joining.asked_at.as_millis() / 1000).map_err(|_| NoPass::Clock)?;
    let (channel, uid) = (joining.cname.clone(), joining.uid);
    let salt = Salt::derived(certificate, &channel, uid, issued_at);
    let app_id = app_id.clone();
    let grant = Grant { app_id, channel, uid, role: TokenRole::default(), issued_at, expire: life.seconds(), salt };
    let token = grant.mint(certificate, Packing::default());
    Ok(Pass { token: token.expose().into(), until: Some(seconds(u64::from(issued_at) + u64::from(life.seconds()))) })
}

/// A token of the settings, if it would be taken.
fn checked(app_id: &AppId, token: &Token, joining: &Joining<'_>) -> Result<Pass, NoPass> {
    let uid = joining.uid;
    let text = token.expose().trim();
    let (made_for, contents) = match read(text).map_err(|why| NoPass::Unreadable { uid, why })? {
        Read::Current(contents) => (contents.app_id.clone(), Some(contents)),
        // Such a one is not read further; Agora decides.
        Read::Old { app_id } => (app_id, None),
    };
    if !made_for.eq_ignore_ascii_case(app_id.as_str()) {
        let (made_for, wanted) = (format!("App ID {made_for:?}"), format!("App ID {:?}", app_id.as_str()));
        return Err(NoPass::Misfit { uid, made_for, wanted });
    }
    let until = match &contents {
        Some(contents) => {
            fits(contents, joining)?;
            Some(end_of(contents))
        }
        None => None,
    };
    match until {
        Some(until) if until <= joining.asked_at => Err(NoPass::Expired { uid, ended: spelt(until) }),
        until => Ok(Pass { token: text.into(), until }),
    }
}

/// Service, channel and UID. What follows a service that is not known here cannot be read, so it is left to Agora.
fn fits(contents: &Contents, joining: &Joining<'_>) -> Result<(), NoPass> {
    let misfit = |made_for: String, wanted: String| Err(NoPass::Misfit { uid: joining.uid, made_for, wanted });
    let Some(service) = contents.services.iter().find(|service| service.kind == RTC) else {
        return match contents.unread {
            Some(_) => Ok(()),
            None => misfit("another service".to_owned(), "real-time audio and video".to_owned()),
        };
    };
    let name = |at: usize| service.names.get(at).map_or("", String::as_str);
    let (cname, uid) = (joining.cname.as_str(), joining.uid.to_string());
    if name(0) != cname {
        return misfit(format!("channel {:?}", name(0)), format!("channel {cname:?}"));
    }
    // Without a UID it is good for any.
    if !name(1).is_empty() && name(1) != uid {
        return misfit(format!("UID {:?}", name(1)), format!("UID {uid}"));
    }
    Ok(())
}

/// When the token or its right to join ends, whichever comes first.
fn end_of(contents: &Contents) -> Timestamp {
    let services = contents.services.iter().filter(|service| service.kind == RTC);
    let lives = services.flat_map(|service| &service.privileges).filter(|(privilege, _)| *privilege == JOIN);
    let join = lives.map(|(_, life)| *life).find(|life| *life > 0);
    let join = join.map_or(u64::MAX, |life| u64::from(contents.issued_at) + u64::from(life));
    seconds(contents.ends().min(join))
}

fn seconds(since_epoch: u64) -> Timestamp {
    Timestamp::from_millis(i64::try_from(since_epoch).unwrap_or(i64::MAX / 1000).saturating_mul(1000))
}

fn spelt(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis()).map_or_else(|_| "an unknown time".to_owned(), |at| at.to_string())
}

#[cfg(test)]
mod tests;
