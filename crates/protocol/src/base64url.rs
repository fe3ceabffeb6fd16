//! base64url without padding (RFC 7515 §2), decoded strictly: one text per byte string.

use base64ct::{Base64UrlUnpadded, Encoding};

pub(crate) fn encode(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// `None` for foreign characters, padding, an impossible length, or set bits behind the last byte.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let bytes = Base64UrlUnpadded::decode_vec(text).ok()?;
    // The library is strict today; a second spelling of a signed message must stay impossible if that changes.
    (Base64UrlUnpadded::encoded_len(&bytes) == text.len() && text.bytes().all(|b| b != b'=')).then_some(bytes)
}

pub(crate) fn decode_array<const N: usize>(text: &str) -> Option<[u8; N]> {
    decode(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_minimal_spelling_is_read() {
        assert_eq!(decode("-_8").as_deref(), Some(&[0xfb, 0xff][..]));
        for bad in ["-_9", "-_8=", "+/8", "-_8 ", "A", "-_8\n", "AA.A", "é"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_byte_string_survives() {
        for length in 0..70usize {
            let bytes: Vec<u8> = (0..length).map(|i| (i * 37 + 200) as u8).collect();
            assert_eq!(decode(&encode(&bytes)), Some(bytes));
        }
    }
}
