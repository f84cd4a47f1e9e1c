//! Tokens for channels whose project has an App Certificate: minted here, so that no token server is needed, and read back so
//! that a refused start can be understood. Pure: time and salt are handed in. It never asks the service about a token.
//!
//! A token is AccessToken2 (vendor: "007"): the version, and base64 of zlib of a signature and of what it signs. It is bound to
//! one App ID, one channel and one UID, so a channel's backup UID needs a token of its own. It cannot be renewed while a
//! recording runs (vendor: start, `token`), so its life has to exceed the recording's.

mod deflate;
pub mod explain;
mod huffman;
pub mod read;

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

pub use self::deflate::Packing;
use super::account::AppId;
use crate::monitor::ids::{Cname, Uid};
use crate::profile::invalid::Invalid;

/// What every token of this kind begins with.
pub(super) const VERSION: &str = "007";
/// The service a recorder joins: real-time audio and video.
const RTC: u16 = 1;

/// A project's App Certificate: 32 hexadecimal characters, as the vendor's console shows it. It signs tokens and is never sent.
#[derive(Clone)]
pub struct AppCertificate(SecretString);

impl FromStr for AppCertificate {
    type Err = Invalid;

    /// # Errors
    /// For anything but 32 hexadecimal characters. The text itself is not shown.
    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Ok(Self(SecretString::from(text)));
        }
        let rule = "an App Certificate has 32 characters 0-9 a-f; copy it from the project's page in the Agora console";
        Err(Invalid::plain("app_certificate", format_args!("({} characters, not shown)", text.chars().count()), rule))
    }
}

impl AppCertificate {
    /// The text itself, for whoever has to keep it out of sight.
    pub(super) const fn secret(&self) -> &SecretString {
        &self.0
    }
}

impl fmt::Debug for AppCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppCertificate(not shown)")
    }
}

/// A token: whoever has it may join the channel as its UID until it ends.
#[derive(Clone)]
pub struct Token(SecretString);

impl Token {
    /// A token that was made elsewhere.
    pub fn new(text: impl Into<SecretString>) -> Self {
        Self(text.into())
    }

    /// The text that is sent. Never logged, never shown unasked.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(not shown)")
    }
}

/// What the holder may do in the channel (vendor: RtcTokenBuilder2, role).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenRole {
    /// Join and publish audio, video and data. What the vendor recommends, and the default: a recorder publishes nothing, but
    /// the rights to publish count only where the vendor has switched co-host authentication on.
    #[default]
    Publisher,
    /// Join only.
    Subscriber,
}

impl TokenRole {
    /// The numbers of its privileges: join, publish audio, publish video, publish data.
    const fn privileges(self) -> &'static [u16] {
        match self {
            TokenRole::Publisher => &[1, 2, 3, 4],
            TokenRole::Subscriber => &[1],
        }
    }
}

/// A number that makes tokens of equal content differ; 1 to 99,999,999 as the vendor's builders draw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(u32);

impl Salt {
    /// The largest salt.
    pub const MAX: u32 = 99_999_999;

    /// A salt; `None` outside of 1 to 99,999,999.
    pub const fn new(number: u32) -> Option<Self> {
        if number >= 1 && number <= Self::MAX { Some(Self(number)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// Always the same salt for the same token. `acquire` (`startParameter`) and `start` have to carry the same body; with this
    /// they carry the same token without anybody keeping it. Whoever lacks the certificate cannot foresee it.
    pub fn derived(certificate: &AppCertificate, channel: &Cname, uid: Uid, issued_at: u32) -> Self {
        let of = [b"salt".as_slice(), &issued_at.to_le_bytes(), &uid.get().to_le_bytes(), channel.as_str().as_bytes()]
            .concat();
        let digest = signed(certificate.0.expose_secret().as_bytes(), &of);
        let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self(u32::try_from(number % u64::from(Self::MAX)).unwrap_or_default() + 1)
    }
}

/// What a token grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The project.
    pub app_id: AppId,
    /// The channel; no other can be joined with it.
    pub channel: Cname,
    /// The recorder's UID; no other can join with it.
    pub uid: Uid,
    /// What the holder may do.
    pub role: TokenRole,
    /// When it was made, in seconds since the Unix epoch, UTC.
    pub issued_at: u32,
    /// How long it lives, in seconds from then on; every privilege lives as long. The vendor documents 24 h as the longest life.
    pub expire: u32,
    /// What makes it differ from others.
    pub salt: Salt,
}

impl Grant {
    /// Signs the grant. Equal to what `RtcTokenBuilder2.buildTokenWithUid` of the vendor's makes with the same role, with both
    /// expiries equal, and with the same issue time and salt, in the bytes that `packing` names.
    pub fn mint(&self, certificate: &AppCertificate, packing: Packing) -> Token {
        let content = self.content();
        let key = signing_key(certificate, self.issued_at, self.salt.get());
        let mut whole = Vec::with_capacity(content.len() + 34);
        put_text(&mut whole, &signed(&key, &content));
        whole.extend(&content);
        let packed = deflate::compress(&whole, packing);
        Token::new(format!("{VERSION}{}", STANDARD.encode(packed)))
    }

    /// What is signed: little-endian numbers, texts behind their lengths.
    fn content(&self) -> Vec<u8> {
        let mut content = Vec::with_capacity(192);
        put_text(&mut content, self.app_id.as_str().as_bytes());
        for number in [self.issued_at, self.expire, self.salt.get()] {
            content.extend(number.to_le_bytes());
        }
        let privileges = self.role.privileges();
        // One service, its type, the number of its privileges.
        for number in [1, RTC, u16::try_from(privileges.len()).unwrap_or_default()] {
            content.extend(number.to_le_bytes());
        }
        for privilege in privileges {
            content.extend(privilege.to_le_bytes());
            content.extend(self.expire.to_le_bytes());
        }
        put_text(&mut content, self.channel.as_str().as_bytes());
        put_text(&mut content, self.uid.to_string().as_bytes());
        content
    }
}

/// The key that signs: the certificate, signed with the issue time and then with the salt.
fn signing_key(certificate: &AppCertificate, issued_at: u32, salt: u32) -> Vec<u8> {
    let by_time = signed(&issued_at.to_le_bytes(), certificate.0.expose_secret().as_bytes());
    signed(&salt.to_le_bytes(), &by_time)
}

/// For keys of at most 64 bytes, which all of a token's are: HMAC fills shorter ones with zeros.
fn hmac(key: &[u8], message: &[u8]) -> Hmac<Sha256> {
    debug_assert!(key.len() <= 64, "a longer key would be cut");
    let mut block = [0_u8; 64];
    block.iter_mut().zip(key).for_each(|(into, byte)| *into = *byte);
    let mut hmac = Hmac::<Sha256>::new(&block.into());
    hmac.update(message);
    hmac
}

fn signed(key: &[u8], message: &[u8]) -> Vec<u8> {
    hmac(key, message).finalize().into_bytes().to_vec()
}

/// Bytes behind their length. Nothing in a grant comes near 65,535 bytes.
fn put_text(into: &mut Vec<u8>, bytes: &[u8]) {
    into.extend(u16::try_from(bytes.len()).unwrap_or_default().to_le_bytes());
    into.extend(bytes);
}

#[cfg(test)]
mod tests;
