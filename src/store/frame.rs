//! Bytes that are packed and put into one column: which format they are in, a checksum, and a value. What was changed on the disk is
//! noticed and is `None`, never a wrong value.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The checksum's length.
const SUM: usize = 4;

/// A value in its bytes. `format` is what its shape is called: it rises when that changes.
pub fn pack<T: Serialize>(format: u8, value: &T) -> postcard::Result<Vec<u8>> {
    let body = postcard::to_allocvec(value)?;
    let mut bytes = Vec::with_capacity(1 + SUM + body.len());
    bytes.push(format);
    bytes.extend(crc32fast::hash(&body).to_le_bytes());
    bytes.extend(body);
    Ok(bytes)
}

/// The way back; `None` for another format and for damage.
pub fn unpack<T: DeserializeOwned>(format: u8, bytes: &[u8]) -> Option<T> {
    let (found, rest) = bytes.split_first()?;
    let (sum, body) = rest.split_first_chunk::<SUM>()?;
    let is_whole = *found == format && u32::from_le_bytes(*sum) == crc32fast::hash(body);
    if is_whole { postcard::from_bytes(body).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flipped_bit_and_every_cut_is_noticed() {
        let value: Vec<(i64, String)> = vec![(-120_000, "api.agora.io".to_owned()), (7, String::new())];
        let bytes = pack(1, &value).unwrap();
        assert_eq!(unpack(1, &bytes), Some(value));
        for bit in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(unpack::<Vec<(i64, String)>>(1, &broken), None, "bit {bit}");
        }
        for end in 0..bytes.len() {
            assert_eq!(unpack::<Vec<(i64, String)>>(1, &bytes[..end]), None, "{end} bytes");
        }
        assert_eq!(unpack::<Vec<(i64, String)>>(2, &bytes), None, "another format");
    }
}
