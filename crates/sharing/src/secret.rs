use std::fmt;

use holdall_protocol::key::Pairwise;
use holdall_protocol::{Entropy, EntropyError};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The random root of what a person is towards one partner: keep it inside the vault only. Whoever has it can sign in the
/// person's name towards that partner, and towards no other.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Relationship {
    secret: [u8; 32],
    nonce: [u8; 32],
}

impl Relationship {
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut new = Self { secret: [0; 32], nonce: [0; 32] };
        entropy.fill(&mut new.secret)?;
        entropy.fill(&mut new.nonce)?;
        Ok(new)
    }

    pub(crate) fn identity(&self) -> Pairwise {
        Pairwise::derive(&self.secret, &self.nonce)
    }
}

impl fmt::Debug for Relationship {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Relationship(redacted)")
    }
}

/// 128 hexadecimal digits: secret, then nonce.
impl Serialize for Relationship {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&format!("{}{}", hex(&self.secret), hex(&self.nonce)))
    }
}

impl<'de> Deserialize<'de> for Relationship {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut text = String::deserialize(deserializer)?;
        let read = (text.len() == 128).then(|| Some(Self { secret: unhex(text.get(..64)?)?, nonce: unhex(text.get(64..)?)? })).flatten();
        text.zeroize();
        read.ok_or_else(|| serde::de::Error::custom("no relationship"))
    }
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut out = [0; 32];
    for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_storage_and_is_never_printed() {
        let one = Relationship { secret: [0xa5; 32], nonce: [7; 32] };
        let text = serde_json::to_string(&one).expect("serialises");
        assert_eq!(serde_json::from_str::<Relationship>(&text).expect("reads"), one);
        assert!(!format!("{one:?}").contains("a5"));
        for bad in ["\"\"", "\"zz\"", &text.replace("a5", "xy")] {
            assert!(serde_json::from_str::<Relationship>(bad).is_err(), "{bad}");
        }
    }
}
