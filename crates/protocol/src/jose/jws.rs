use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::header::{Header, JoseError};
use crate::digest::Digest;
use crate::key::{SigningKey, Thumbprint, VerifyingKey};
use crate::names::{self, alg};
use crate::{base64url, json, limits};

/// The claims of one kind of signed message.
pub trait Message: Serialize + DeserializeOwned {
    /// The `typ` header.
    const TYP: &'static str;
    /// The largest token, in bytes.
    const MAX: usize = limits::MESSAGE;
    /// Whether the header carries the signer's key: true where the receiver cannot know it yet.
    const CARRIES_KEY: bool = false;
}

/// A message together with the exact bytes that were signed. Exists only if the signature was made or verified here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<M> {
    token: String,
    claims: M,
    signer: VerifyingKey,
}

#[derive(Deserialize)]
struct Version {
    dgp: Option<String>,
}

impl<M: Message> Signed<M> {
    /// Signs claims. Fails only if the result would be larger than the other side may accept.
    pub fn sign(claims: M, key: &SigningKey) -> Result<Self, JoseError> {
        let signer = key.verifying_key();
        let header = Header {
            alg: alg::ED25519.into(),
            enc: None,
            typ: M::TYP.into(),
            kid: Some(signer.thumbprint().to_string()),
            jwk: M::CARRIES_KEY.then(|| signer.jwk()),
            epk: None,
            apu: None,
            apv: None,
        };
        let payload = serde_json::to_vec(&claims).map_err(|_| JoseError::Claims)?;
        let mut token = format!("{}.{}", header.write(), base64url::encode(&payload));
        let signature = key.sign(token.as_bytes());
        token.push('.');
        token.push_str(&base64url::encode(&signature));
        if token.len() > M::MAX { Err(JoseError::TooLarge) } else { Ok(Self { token, claims, signer }) }
    }

    /// Verifies a message against the keys that may have signed it. The header's `kid` only chooses among them.
    pub fn verify(token: &str, keys: &[VerifyingKey]) -> Result<Self, JoseError> {
        let parts = Parts::split::<M>(token)?;
        if parts.header.jwk.is_some() != M::CARRIES_KEY {
            return Err(if M::CARRIES_KEY { JoseError::KeyMissing } else { JoseError::HeaderNotAllowed });
        }
        let signer = keys.iter().find(|k| k.thumbprint() == parts.kid).ok_or(JoseError::UnknownKey)?;
        parts.verify(signer)?;
        Self::with_claims(token, parts, signer.clone())
    }

    /// Verifies a message with the key in its own header. Says only that one key made all of it: whether that key is the
    /// one meant must be decided by its thumbprint.
    pub fn verify_by_own_key(token: &str) -> Result<Self, JoseError> {
        let parts = Parts::split::<M>(token)?;
        let jwk = parts.header.jwk.as_ref().ok_or(JoseError::KeyMissing)?;
        let signer = VerifyingKey::from_jwk(jwk).map_err(|_| JoseError::AlgorithmNotAllowed)?;
        if signer.thumbprint() != parts.kid {
            return Err(JoseError::IssuerMismatch);
        }
        parts.verify(&signer)?;
        Self::with_claims(token, parts, signer)
    }

    fn with_claims(token: &str, parts: Parts<'_>, signer: VerifyingKey) -> Result<Self, JoseError> {
        Ok(Self { token: token.to_owned(), claims: parts.claims()?, signer })
    }
}

impl<M> Signed<M> {
    pub fn claims(&self) -> &M {
        &self.claims
    }

    /// The compact form, byte for byte as signed: keep this, it is the evidence.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// SHA-256 of the compact form: how other messages refer to this one.
    pub fn digest(&self) -> Digest {
        Digest::of(self.token.as_bytes())
    }

    pub fn signer(&self) -> &VerifyingKey {
        &self.signer
    }

    pub fn into_claims(self) -> M {
        self.claims
    }
}

struct Parts<'a> {
    header: Header,
    kid: Thumbprint,
    signed: &'a str,
    payload: Vec<u8>,
    signature: [u8; 64],
}

impl<'a> Parts<'a> {
    fn split<M: Message>(token: &'a str) -> Result<Self, JoseError> {
        if token.len() > M::MAX {
            return Err(JoseError::TooLarge);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(JoseError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(JoseError::Malformed)?;
        let header = Header::read(header, M::TYP)?;
        if header.enc.is_some() || header.epk.is_some() || header.apu.is_some() || header.apv.is_some() {
            return Err(JoseError::HeaderNotAllowed);
        }
        // The only keys of this profile are Ed25519, so these two names are the only ones that can fit.
        if header.alg != alg::ED25519 && header.alg != alg::EDDSA {
            return Err(JoseError::AlgorithmNotAllowed);
        }
        let kid = header.kid.as_deref().and_then(Thumbprint::parse).ok_or(JoseError::UnknownKey)?;
        let payload = base64url::decode(payload).ok_or(JoseError::Malformed)?;
        let signature = base64url::decode(signature).ok_or(JoseError::Malformed)?;
        let signature = signature.try_into().map_err(|_| JoseError::BadSignature)?;
        Ok(Self { header, kid, signed, payload, signature })
    }

    fn verify(&self, key: &VerifyingKey) -> Result<(), JoseError> {
        if key.verifies(self.signed.as_bytes(), &self.signature) { Ok(()) } else { Err(JoseError::BadSignature) }
    }

    /// Reads the payload; called only after [`Parts::verify`].
    fn claims<M: Message>(&self) -> Result<M, JoseError> {
        let version: Version = json::read(&self.payload).map_err(|_| JoseError::Malformed)?;
        if version.dgp.as_deref() != Some(names::VERSION) {
            return Err(JoseError::Version);
        }
        serde_json::from_slice(&self.payload).map_err(|_| JoseError::Claims)
    }
}
