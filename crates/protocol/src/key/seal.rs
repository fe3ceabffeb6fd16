use std::fmt;

use x25519_dalek::{PublicKey, StaticSecret};
use zeroize::Zeroizing;

use super::{Jwk, KeyError, Thumbprint};
use crate::entropy::{Entropy, EntropyError};

const CURVE: &str = "X25519";

/// An X25519 private key: opens parcels sealed to its public half. Wiped from memory when dropped.
#[derive(Clone)]
pub struct OpeningKey(StaticSecret);

impl OpeningKey {
    pub fn generate(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = Zeroizing::new([0; 32]);
        entropy.fill(bytes.as_mut_slice())?;
        Ok(Self::from_bytes(&bytes))
    }

    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(StaticSecret::from(*bytes))
    }

    /// The 32 bytes to keep in a secret place.
    pub fn to_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    pub fn sealing_key(&self) -> SealingKey {
        SealingKey(PublicKey::from(&self.0))
    }

    /// `None` if the other point is of small order: then the result would not depend on this key.
    pub(crate) fn agree(&self, with: &SealingKey) -> Option<Zeroizing<[u8; 32]>> {
        let shared = self.0.diffie_hellman(&with.0);
        shared.was_contributory().then(|| Zeroizing::new(shared.to_bytes()))
    }
}

impl fmt::Debug for OpeningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpeningKey({})", self.sealing_key().thumbprint())
    }
}

/// An X25519 public key: parcels are sealed to it.
#[derive(Clone, PartialEq, Eq)]
pub struct SealingKey(PublicKey);

impl SealingKey {
    pub fn from_jwk(jwk: &Jwk) -> Result<Self, KeyError> {
        jwk.point(CURVE).map(|x| Self(PublicKey::from(x))).ok_or(KeyError)
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
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.thumbprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_of_small_order_agrees_on_nothing() {
        let key = OpeningKey::from_bytes(&[7; 32]);
        let one = {
            let mut b = [0; 32];
            b[0] = 1;
            b
        };
        for point in [[0; 32], one] {
            assert!(key.agree(&SealingKey(PublicKey::from(point))).is_none());
        }
        assert!(key.agree(&OpeningKey::from_bytes(&[9; 32]).sealing_key()).is_some());
    }
}
