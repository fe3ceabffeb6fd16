use std::fmt;

use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use super::{Jwk, KeyError, Thumbprint};
use crate::entropy::{Entropy, EntropyError};

const CURVE: &str = "Ed25519";

/// An Ed25519 private key. Wiped from memory when dropped.
#[derive(Clone)]
pub struct SigningKey(ed25519_dalek::SigningKey);

impl SigningKey {
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut seed = Zeroizing::new([0; 32]);
        entropy.fill(seed.as_mut_slice())?;
        Ok(Self::from_seed(&seed))
    }

    pub fn from_seed(seed: &[u8; 32]) -> Self {
        Self(ed25519_dalek::SigningKey::from_bytes(seed))
    }

    /// The 32 bytes to keep in a secret place.
    pub fn seed(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(self.0.verifying_key())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.verifying_key().thumbprint())
    }
}

/// An Ed25519 public key under which not every message verifies.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey(ed25519_dalek::VerifyingKey);

impl VerifyingKey {
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        Self::from_bytes(&jwk.point(CURVE).ok_or(KeyError)?)
    }

    /// Refuses bytes that are no point, another spelling of a point, and points of small order.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError)?;
        let canonical = key.to_edwards().compress().to_bytes() == *bytes;
        if key.is_weak() || !canonical { Err(KeyError) } else { Ok(Self(key)) }
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub fn jwk(&self) -> Jwk {
        Jwk::okp(CURVE, self.as_bytes())
    }

    pub fn thumbprint(&self) -> Thumbprint {
        Thumbprint::of_okp(CURVE, self.as_bytes())
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &ed25519_dalek::Signature::from_bytes(signature)).is_ok()
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({})", self.thumbprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 8032 §7.1, test 2.
    const SEED: [u8; 32] = [
        0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3, 0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab,
        0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb,
    ];

    #[test]
    fn points_of_small_order_and_second_spellings_are_no_keys() {
        let identity = {
            let mut b = [0; 32];
            b[0] = 1;
            b
        };
        let order_two = {
            let mut b = [0xff; 32];
            b[0] = 0xec;
            b[31] = 0x7f;
            b
        };
        // y = 3 written as 3 + p: the same point if it were read loosely.
        let second_spelling = {
            let mut b = [0xff; 32];
            b[0] = 0xf0;
            b[31] = 0x7f;
            b
        };
        for bad in [[0; 32], identity, order_two, second_spelling] {
            assert!(VerifyingKey::from_bytes(&bad).is_err(), "{bad:02x?}");
        }
    }

    #[test]
    fn a_signature_with_s_outside_the_group_is_refused() {
        let key = SigningKey::from_seed(&SEED);
        let mut signature = key.sign(&[0x72]);
        assert!(key.verifying_key().verifies(&[0x72], &signature));
        // S + L: verifies mathematically, and would give one message two signatures.
        const GROUP_ORDER: [u8; 32] = [
            0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0, 0, 0, 0x10,
        ];
        let mut carry = 0u16;
        for (s, l) in signature[32..].iter_mut().zip(GROUP_ORDER) {
            let sum = u16::from(*s) + u16::from(l) + carry;
            *s = sum as u8;
            carry = sum >> 8;
        }
        assert!(!key.verifying_key().verifies(&[0x72], &signature));
    }

    #[test]
    fn a_private_key_is_not_printed() {
        let key = SigningKey::from_seed(&SEED);
        assert!(!format!("{key:?}").contains(&crate::base64url::encode(&SEED)));
    }
}
