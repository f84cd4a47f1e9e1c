//! Channel tokens of the kind AccessToken2 ("007…") as the service reads them: taken apart, and their signature recomputed from
//! the App Certificate. It mints none, and its decoder is its own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use sha2::Sha256;

/// The longest token content that is looked at; real ones have some hundred bytes.
const CONTENT_LIMIT: usize = 16 * 1024;
/// The service of a token that lets into channels.
const CHANNELS: u16 = 1;
/// The privilege to join one.
const JOIN: u16 = 1;

/// Why a token does not let a recorder in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Code 109.
    Expired,
    /// Code 110: no token, not signed for this project, or for another channel or UID.
    Wrong,
}

/// Who wants in where.
pub(super) struct Door<'a> {
    pub(super) app_id: &'a str,
    pub(super) certificate: &'a str,
    pub(super) cname: &'a str,
    pub(super) uid: u32,
}

/// Until when the token lets the recorder in, in UTC milliseconds.
pub(super) fn admit(token: &str, door: &Door<'_>, now_ms: i64) -> Result<i64, Refusal> {
    let content = unpack(token).ok_or(Refusal::Wrong)?;
    let ends_s = read(&content, door).ok_or(Refusal::Wrong)?;
    let ends_ms = i64::try_from(ends_s).unwrap_or(i64::MAX).saturating_mul(1000);
    if ends_ms <= now_ms { Err(Refusal::Expired) } else { Ok(ends_ms) }
}

/// `007`, base64, zlib.
fn unpack(token: &str) -> Option<Vec<u8>> {
    let packed = STANDARD.decode(token.strip_prefix("007")?).ok()?;
    decompress_to_vec_zlib_with_limit(&packed, CONTENT_LIMIT).ok()
}

/// When the privilege to join ends, in UTC seconds; `None` where the token is not for this door.
fn read(content: &[u8], door: &Door<'_>) -> Option<u64> {
    let mut rest = Reader(content);
    let signature = rest.bytes()?;
    let signed = rest.0;
    let app_id = rest.bytes()?;
    let (issued, lasts, salt) = (rest.u32()?, rest.u32()?, rest.u32()?);
    if app_id != door.app_id.as_bytes() || !is_signed(signed, signature, door.certificate, issued, salt) {
        return None;
    }
    for _ in 0..rest.u16()? {
        // What follows a service that lets into no channel cannot be told apart without knowing that service; builders put this
        // one first.
        if rest.u16()? != CHANNELS {
            return None;
        }
        let join = rest.privilege(JOIN)?;
        let (cname, uid) = (rest.bytes()?, rest.bytes()?);
        // A token without a UID is for every UID.
        let is_ours = cname == door.cname.as_bytes() && (uid.is_empty() || uid == door.uid.to_string().as_bytes());
        if is_ours && let Some(join) = join {
            // 0: the privilege ends with the token.
            let lasts = if join == 0 { lasts } else { lasts.min(join) };
            return Some(u64::from(issued) + u64::from(lasts));
        }
    }
    None
}

fn is_signed(signed: &[u8], signature: &[u8], certificate: &str, issued: u32, salt: u32) -> bool {
    let key = mac(&issued.to_le_bytes(), certificate.as_bytes()).and_then(|key| mac(&salt.to_le_bytes(), &key));
    let Some(key) = key else { return false };
    let Ok(mut check) = Hmac::<Sha256>::new_from_slice(&key) else { return false };
    check.update(signed);
    check.verify_slice(signature).is_ok()
}

fn mac(key: &[u8], message: &[u8]) -> Option<Vec<u8>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().to_vec())
}

/// What is left to read: little-endian numbers, and bytes behind their 16-bit length.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.u16()?;
        self.take(usize::from(length))
    }

    /// A map of privileges, and one of them.
    fn privilege(&mut self, wanted: u16) -> Option<Option<u32>> {
        let mut found = None;
        for _ in 0..self.u16()? {
            let (privilege, lasts) = (self.u16()?, self.u32()?);
            if privilege == wanted {
                found = Some(lasts);
            }
        }
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const APP_ID: &str = "5a3d0f1e9b2c4d6e8f7a1b0c2d3e4f50";
    const CERTIFICATE: &str = "5c0f7a9d2b4e61388a7d9c0b1e2f3a4d";
    /// When all of them were issued.
    const ISSUED_MS: i64 = 1_772_439_000_000;

    // Made with the vendor's npm package agora-token 2.0.6.
    /// UID 900002 in room-8, for an hour; the privilege ends with the token.
    const HOUR: &str = "007eJxTYDh3++WpeP3uM1mzU/aWm+uuW3xTwf78g5nKTx3XuKsuZmVQYDBNNE4xSDNMtUwySjZJMUu1SDNPNEwySDZKMU41STM1uOG6NFOAj4GBkQGEIRAE2BiK8vNzdS3YGCwNDAwMjABu7B9J";
    /// The same with a privilege of ten minutes.
    const TEN_MINUTES: &str = "007eJxTYNA7ljRhYc3UP9P3/jVeUJQ0JUDM+dtVHpco9nJHdj/9634KDKaJxikGaYaplklGySYpZqkWaeaJhkkGyUYpxqkmaaYGN1yXZgrwMTD8f/CVlZEBAiOYGBjYGIry83N1LdgYLA0MDAyMAEUrIQU=";
    /// For every UID in room-8.
    const ANYBODY: &str = "007eJxTYLBM2vW/78/Jk7yid+2aOJ9t4zNarpp7avrEz+Xm/zs7bL8qMJgmGqcYpBmmWiYZJZukmKVapJknGiYZJBulGKeapJka3HBdminAx8Dgy8DAwAiFIMDGUJSfn6trwcAAAPAVH2o=";

    const DOOR: Door<'static> = Door { app_id: APP_ID, certificate: CERTIFICATE, cname: "room-8", uid: 900_002 };

    #[test]
    fn tokens_of_the_vendors_own_builder_let_in_until_the_first_of_their_ends() {
        assert_eq!(admit(HOUR, &DOOR, ISSUED_MS), Ok(ISSUED_MS + 3_600_000));
        assert_eq!(admit(TEN_MINUTES, &DOOR, ISSUED_MS), Ok(ISSUED_MS + 600_000));
        assert_eq!(admit(ANYBODY, &Door { uid: 7, ..DOOR }, ISSUED_MS), Ok(ISSUED_MS + 3_600_000));
        assert_eq!(admit(TEN_MINUTES, &DOOR, ISSUED_MS + 600_000), Err(Refusal::Expired));
    }

    #[test]
    fn a_token_for_another_door_is_wrong() {
        let other = "0".repeat(32);
        for (what, door) in [
            ("UID", Door { uid: 900_003, ..DOOR }),
            ("channel", Door { cname: "room-9", ..DOOR }),
            ("project", Door { app_id: &other, ..DOOR }),
            ("certificate", Door { certificate: &other, ..DOOR }),
        ] {
            assert_eq!(admit(HOUR, &door, ISSUED_MS), Err(Refusal::Wrong), "another {what}");
        }
    }

    #[test]
    fn what_is_no_token_is_wrong_wherever_it_breaks_off() {
        for text in ["", "007", "006abc", "007!!!", "007AAAA", HOUR.trim_start_matches("007")] {
            assert_eq!(admit(text, &DOOR, ISSUED_MS), Err(Refusal::Wrong), "{text:?}");
        }
        let content = unpack(HOUR).expect("a token");
        for length in 0..content.len() {
            assert_eq!(read(&content[..length], &DOOR), None, "{length} bytes");
        }
        for place in 0..content.len() {
            let mut changed = content.clone();
            changed[place] ^= 1;
            assert_eq!(read(&changed, &DOOR), None, "byte {place} changed");
        }
    }
}
