use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::digest::Digest;
use crate::names;

/// A public key as RFC 8037 writes it: `{"kty":"OKP","crv":"Ed25519","x":"…"}`. Nothing is checked until it becomes a
/// [`VerifyingKey`](super::VerifyingKey) or a [`SealingKey`](super::SealingKey).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jwk {
    pub kty: String,
    pub crv: String,
    pub x: String,
}

impl Jwk {
    pub(super) fn okp(crv: &str, x: &[u8; 32]) -> Self {
        Self { kty: "OKP".into(), crv: crv.into(), x: crate::base64url::encode(x) }
    }

    pub(super) fn point(&self, crv: &str) -> Option<[u8; 32]> {
        if self.kty == "OKP" && self.crv == crv { crate::base64url::decode_array(&self.x) } else { None }
    }
}

/// RFC 7638: SHA-256 over a key's required members. The `kid` of every header, and with a prefix the `iss` of a person.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Thumbprint(Digest);

impl Thumbprint {
    pub(super) fn of_okp(crv: &str, x: &[u8; 32]) -> Self {
        // RFC 7638 §3.2 and RFC 8037 §2: members in this order, no blanks.
        Self(Digest::of(format!(r#"{{"crv":"{crv}","kty":"OKP","x":"{}"}}"#, crate::base64url::encode(x)).as_bytes()))
    }

    /// RFC 9278 form: how a person is named towards one partner.
    pub fn urn(&self) -> String {
        format!("{}{}", names::THUMBPRINT_URN, self.0)
    }

    pub fn from_urn(urn: &str) -> Option<Self> {
        urn.strip_prefix(names::THUMBPRINT_URN).and_then(Self::parse)
    }

    /// Reads the bare base64url form used as `kid`.
    pub fn parse(text: &str) -> Option<Self> {
        Digest::parse(text).map(Self)
    }

    pub fn as_bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Serialize for Thumbprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Thumbprint {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Digest::deserialize(deserializer).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::VerifyingKey;

    #[test]
    fn the_thumbprint_is_the_one_in_rfc_8037_appendix_a3() {
        let jwk = Jwk { kty: "OKP".into(), crv: "Ed25519".into(), x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".into() };
        let thumbprint = VerifyingKey::from_jwk(&jwk).expect("a valid key").thumbprint();
        assert_eq!(thumbprint.to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(Thumbprint::from_urn(&thumbprint.urn()), Some(thumbprint));
    }
}
