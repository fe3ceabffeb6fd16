use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use uuid::{Builder, Uuid};
use zeroize::Zeroizing;

use super::SigningKey;
use crate::names::label;

/// What a person is towards one partner: a signing key and a naming of records that no other partner sees.
///
/// Both come from one secret and the relationship's nonce, so a restored vault can still revoke.
pub struct Pairwise {
    signing: SigningKey,
    record_ids: Zeroizing<[u8; 32]>,
}

impl Pairwise {
    /// HKDF-SHA-256 with the nonce as salt. Another nonce is another, unlinkable person.
    pub fn derive(secret: &[u8; 32], relationship_nonce: &[u8; 32]) -> Self {
        let root = Hkdf::<Sha256>::new(Some(relationship_nonce), secret);
        let key = |info: &[u8]| {
            let mut out = Zeroizing::new([0; 32]);
            root.expand(info, out.as_mut_slice()).expect("32 bytes are within HKDF's limit");
            out
        };
        Self { signing: SigningKey::from_seed(&key(label::SIGNING_KEY)), record_ids: key(label::RECORD_ID_KEY) }
    }

    pub fn signing_key(&self) -> &SigningKey {
        &self.signing
    }

    /// The id under which this partner knows a record: the same in each delivery, different at each partner.
    pub fn record_id(&self, internal: &[u8]) -> Uuid {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.record_ids.as_slice()).expect("HMAC takes a key of any length");
        mac.update(internal);
        let tag: [u8; 32] = mac.finalize().into_bytes().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&tag[..16]);
        Builder::from_custom_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_partners_see_nothing_in_common() {
        let (air, books) = (Pairwise::derive(&[1; 32], &[2; 32]), Pairwise::derive(&[1; 32], &[3; 32]));
        assert_ne!(air.signing_key().verifying_key(), books.signing_key().verifying_key());
        assert_ne!(air.record_id(b"row 1"), books.record_id(b"row 1"));
        let again = Pairwise::derive(&[1; 32], &[2; 32]);
        assert_eq!(air.record_id(b"row 1"), again.record_id(b"row 1"));
        assert_eq!(air.signing_key().verifying_key(), again.signing_key().verifying_key());
        assert_eq!(air.record_id(b"row 1").get_version_num(), 8);
    }
}
