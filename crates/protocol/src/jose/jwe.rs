use aes_gcm::aead::{AeadInOut as _, KeyInit as _, inout::InOutBuf};
use aes_gcm::{Aes256Gcm, Nonce, Tag};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

use super::header::{Header, JoseError};
use crate::entropy::{Entropy, EntropyError};
use crate::key::{OpeningKey, SealingKey};
use crate::names::{alg, typ};
use crate::{base64url, limits};

/// Where a parcel belongs. Goes into the key derivation, so that a parcel opens in its own place only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub grant: Uuid,
    /// Number of the delivery, from 1.
    pub seq: u64,
    /// Number of the parcel in its delivery, from 0.
    pub n: u32,
}

impl Place {
    fn apu(&self) -> Vec<u8> {
        format!("{}.{}.{}", self.grant, self.seq, self.n).into_bytes()
    }
}

/// Seals a parcel to a partner's key: ECDH-ES over X25519 with a fresh key, A256GCM, compact form.
pub fn seal(plaintext: &[u8], place: &Place, to: &SealingKey, entropy: &dyn Entropy) -> Result<String, SealError> {
    if plaintext.len() > limits::PARCEL_PLAINTEXT {
        return Err(SealError::TooLarge);
    }
    let ephemeral = OpeningKey::generate(entropy)?;
    let mut nonce = [0; 12];
    entropy.fill(&mut nonce)?;
    let kid = to.thumbprint().to_string();
    let (apu, apv) = (place.apu(), kid.clone().into_bytes());
    let key = content_key(&ephemeral, to, &apu, &apv).ok_or(SealError::UnusableKey)?;
    let header = Header {
        alg: alg::ECDH_ES.into(),
        enc: Some(alg::A256GCM.into()),
        typ: typ::PARCEL.into(),
        kid: Some(kid),
        jwk: None,
        epk: Some(ephemeral.sealing_key().jwk()),
        apu: Some(base64url::encode(&apu)),
        apv: Some(base64url::encode(&apv)),
    };
    let protected = header.write();
    let mut text = plaintext.to_vec();
    let tag = cipher(&key)
        .encrypt_inout_detached(&Nonce::from(nonce), protected.as_bytes(), InOutBuf::from(text.as_mut_slice()))
        .map_err(|_| SealError::TooLarge)?;
    // The empty second part is the encrypted key, which direct agreement does not have.
    Ok(format!("{protected}..{}.{}.{}", base64url::encode(&nonce), base64url::encode(&text), base64url::encode(&tag)))
}

/// Opens a parcel that must have been sealed to `key` for `place`.
pub fn open(token: &str, place: &Place, key: &OpeningKey) -> Result<Zeroizing<Vec<u8>>, JoseError> {
    if token.len() > limits::PARCEL_SEALED {
        return Err(JoseError::TooLarge);
    }
    let parts: Vec<&str> = token.splitn(6, '.').collect();
    let [protected, "", nonce, text, tag] = parts[..] else {
        return Err(JoseError::Malformed);
    };
    let header = Header::read(protected, typ::PARCEL)?;
    if header.jwk.is_some() {
        return Err(JoseError::HeaderNotAllowed);
    }
    if header.alg != alg::ECDH_ES || header.enc.as_deref() != Some(alg::A256GCM) {
        return Err(JoseError::AlgorithmNotAllowed);
    }
    let kid = key.sealing_key().thumbprint().to_string();
    if header.kid.as_deref() != Some(kid.as_str()) {
        return Err(JoseError::UnknownKey);
    }
    let (apu, apv) = (place.apu(), kid.into_bytes());
    if header.apu != Some(base64url::encode(&apu)) || header.apv != Some(base64url::encode(&apv)) {
        return Err(JoseError::DoesNotOpen);
    }
    let epk = header.epk.as_ref().ok_or(JoseError::KeyMissing)?;
    let epk = SealingKey::from_jwk(epk).map_err(|_| JoseError::AlgorithmNotAllowed)?;
    let nonce: [u8; 12] = base64url::decode_array(nonce).ok_or(JoseError::Malformed)?;
    let tag: [u8; 16] = base64url::decode_array(tag).ok_or(JoseError::Malformed)?;
    let mut text = Zeroizing::new(base64url::decode(text).ok_or(JoseError::Malformed)?);
    let key = content_key(key, &epk, &apu, &apv).ok_or(JoseError::DoesNotOpen)?;
    cipher(&key)
        .decrypt_inout_detached(&Nonce::from(nonce), protected.as_bytes(), InOutBuf::from(text.as_mut_slice()), &Tag::from(tag))
        .map_err(|_| JoseError::DoesNotOpen)?;
    if text.len() > limits::PARCEL_PLAINTEXT { Err(JoseError::TooLarge) } else { Ok(text) }
}

/// Why a parcel could not be sealed. Nothing left this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    #[error("the parcel is larger than the protocol allows: send fewer records at a time")]
    TooLarge,
    #[error("the partner's encryption key is not usable")]
    UnusableKey,
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

fn cipher(key: &[u8; 32]) -> Aes256Gcm {
    Aes256Gcm::new(&aes_gcm::Key::<Aes256Gcm>::from(*key))
}

/// RFC 7518 §4.6.2: one round of the Concat KDF, because SHA-256 gives exactly the 256 bits needed.
fn content_key(own: &OpeningKey, other: &SealingKey, apu: &[u8], apv: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let shared = own.agree(other)?;
    let mut hash = Sha256::new();
    hash.update(1u32.to_be_bytes());
    hash.update(shared.as_slice());
    for part in [alg::A256GCM.as_bytes(), apu, apv] {
        hash.update(u32::try_from(part.len()).ok()?.to_be_bytes());
        hash.update(part);
    }
    hash.update(256u32.to_be_bytes());
    Some(Zeroizing::new(hash.finalize().into()))
}
