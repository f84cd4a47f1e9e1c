//! Reads a token that somebody has, and checks its signature where the App Certificate is known. Whatever it is given, it
//! answers what is in it or where it breaks; it never shows the token itself.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::Mac as _;
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use thiserror::Error;

use super::{AppCertificate, VERSION, hmac, signing_key};

/// Longest token that is looked at, in characters; real ones have some 200.
const LONGEST_TOKEN: usize = 16 * 1024;
/// Longest content that is unpacked, in bytes; a crafted token must not fill the memory.
const LONGEST_CONTENT: usize = 64 * 1024;
/// What the tokens before this kind begin with.
const OLD_VERSION: &str = "006";
/// Length of an App ID in characters.
const APP_ID: usize = 32;

/// A token, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// AccessToken2, the kind in use.
    Current(Box<Contents>),
    /// AccessToken (006). The vendor's builders have made the newer kind since 2022; this one is not read further.
    Old {
        /// The project, which stands in it in plain text.
        app_id: String,
    },
}

/// What is in a token of the kind in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The project.
    pub app_id: String,
    /// When it was made, in seconds since the Unix epoch, UTC.
    pub issued_at: u32,
    /// How long it lives, in seconds from then on.
    pub expire: u32,
    /// What makes it differ from others.
    pub salt: u32,
    /// What it grants, in its own order.
    pub services: Vec<Service>,
    /// The type of a service that is not known here; it and what follows is not read.
    pub unread: Option<u16>,
    signature: Vec<u8>,
    signed: Vec<u8>,
}

/// One service that a token grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The vendor's number: 1 is real-time audio and video, the one that recorders need.
    pub kind: u16,
    /// Numbers of privileges and how long each lives, in seconds from the issue; 0 is as long as the token.
    pub privileges: Vec<(u16, u32)>,
    /// The names it is bound to; for service 1 the channel and the UID, which is empty for any UID.
    pub names: Vec<String>,
}

/// Why something is no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NoToken {
    /// There is nothing.
    #[error("there is no token: the text is empty")]
    Empty,
    /// It is far too long.
    #[error("this is no token: it has {0} characters, and {LONGEST_TOKEN} are the most that are looked at")]
    TooLong(usize),
    /// It begins with something else.
    #[error("character 1: an Agora token begins with {VERSION}, or {OLD_VERSION} where it is old; this one does not")]
    Version,
    /// An old one without its App ID.
    #[error(
        "character 4: an old token ({OLD_VERSION}) goes on with an App ID of 32 characters 0-9 a-f; this one does not"
    )]
    OldWithoutAppId,
    /// A character that does not belong.
    #[error("character {0}: it does not belong in a token (A-Z a-z 0-9 + / and = at the end); was all of it copied?")]
    Character(usize),
    /// The end is missing.
    #[error("character {0}: the token ends too early; was all of it copied?")]
    Cut(usize),
    /// What is inside is not zlib, or its check sum does not fit.
    #[error("behind character 3: the packed content is damaged; was all of it copied?")]
    Packed,
    /// The content breaks off.
    #[error("byte {at} of the unpacked content: {what} is missing, the content ends there")]
    Content {
        /// Where, from 0.
        at: usize,
        /// What should be there.
        what: &'static str,
    },
}

impl Contents {
    /// Whether this certificate made the signature. Takes equally long for every wrong signature.
    pub fn is_signed_by(&self, certificate: &AppCertificate) -> bool {
        let key = signing_key(certificate, self.issued_at, self.salt);
        hmac(&key, &self.signed).verify_slice(&self.signature).is_ok()
    }

    /// When it ends, in seconds since the Unix epoch, UTC.
    pub fn ends(&self) -> u64 {
        u64::from(self.issued_at) + u64::from(self.expire)
    }
}

/// Reads a token. White space around it does not count.
///
/// # Errors
/// With the place and the reason when it is no token.
pub fn read(text: &str) -> Result<Read, NoToken> {
    let text = text.trim();
    if text.is_empty() {
        return Err(NoToken::Empty);
    }
    if text.len() > LONGEST_TOKEN {
        return Err(NoToken::TooLong(text.chars().count()));
    }
    if let Some(rest) = text.strip_prefix(OLD_VERSION) {
        let app_id = rest.get(..APP_ID).filter(|id| id.bytes().all(|b| b.is_ascii_hexdigit()));
        return app_id.map(|id| Read::Old { app_id: id.to_owned() }).ok_or(NoToken::OldWithoutAppId);
    }
    let packed = text.strip_prefix(VERSION).ok_or(NoToken::Version)?;
    let packed = unwrapped(packed)?;
    let content = decompress_to_vec_zlib_with_limit(&packed, LONGEST_CONTENT).map_err(|_| NoToken::Packed)?;
    let mut bytes = Bytes { all: &content, at: 0 };
    let signature = bytes.bytes("the signature")?.to_vec();
    let signed = content[bytes.at..].to_vec();
    contents(bytes, signature, signed).map(|contents| Read::Current(Box::new(contents)))
}

/// The bytes behind the base64, with the place of what does not fit.
fn unwrapped(text: &str) -> Result<Vec<u8>, NoToken> {
    let place = |at: usize| VERSION.len() + at + 1;
    let body = text.trim_end_matches('=');
    let belongs = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    if let Some(at) = body.chars().position(|c| !belongs(c)) {
        return Err(NoToken::Character(place(at)));
    }
    STANDARD.decode(text).map_err(|_| NoToken::Cut(place(text.len())))
}

fn contents(mut bytes: Bytes<'_>, signature: Vec<u8>, signed: Vec<u8>) -> Result<Contents, NoToken> {
    let app_id = bytes.text("the App ID")?;
    let issued_at = bytes.number32("the issue time")?;
    let expire = bytes.number32("the expiry")?;
    let salt = bytes.number32("the salt")?;
    let count = bytes.number16("the number of services")?;
    let (mut services, mut unread) = (Vec::new(), None);
    for _ in 0..count {
        let kind = bytes.number16("the type of a service")?;
        let Some(names) = names_of(kind) else {
            unread = Some(kind);
            break;
        };
        let mut privileges = Vec::new();
        for _ in 0..bytes.number16("the number of privileges")? {
            privileges.push((bytes.number16("a privilege")?, bytes.number32("the expiry of a privilege")?));
        }
        let names = names.iter().map(|what| bytes.text(what)).collect::<Result<_, _>>()?;
        if kind == EDUCATION {
            bytes.number16("the role")?;
        }
        services.push(Service { kind, privileges, names });
    }
    Ok(Contents { app_id, issued_at, expire, salt, services, unread, signature, signed })
}

/// The one service whose names are followed by a number.
const EDUCATION: u16 = 7;

/// What each of the vendor's services is bound to; `None` for one that is not known, whose end cannot be found.
const fn names_of(kind: u16) -> Option<&'static [&'static str]> {
    match kind {
        super::RTC => Some(&["the channel", "the UID"]),
        3 | 6 => Some(&["the channel", "the account"]),
        2 | 5 => Some(&["the user"]),
        EDUCATION => Some(&["the room", "the user"]),
        4 | 9 | 10 => Some(&[]),
        _ => None,
    }
}

/// Reads from the front.
struct Bytes<'c> {
    all: &'c [u8],
    at: usize,
}

impl<'c> Bytes<'c> {
    fn take(&mut self, count: usize, what: &'static str) -> Result<&'c [u8], NoToken> {
        let taken = self.all.get(self.at..self.at + count).ok_or(NoToken::Content { at: self.all.len(), what })?;
        self.at += count;
        Ok(taken)
    }

    fn number16(&mut self, what: &'static str) -> Result<u16, NoToken> {
        Ok(self.take(2, what)?.iter().rev().fold(0, |number, byte| number << 8 | u16::from(*byte)))
    }

    fn number32(&mut self, what: &'static str) -> Result<u32, NoToken> {
        Ok(self.take(4, what)?.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn bytes(&mut self, what: &'static str) -> Result<&'c [u8], NoToken> {
        let length = self.number16(what)?;
        self.take(usize::from(length), what)
    }

    fn text(&mut self, what: &'static str) -> Result<String, NoToken> {
        Ok(String::from_utf8_lossy(self.bytes(what)?).into_owned())
    }
}
