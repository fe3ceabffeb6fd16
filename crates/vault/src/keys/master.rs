use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

/// 32 bytes that never reach a disk in the clear and are wiped when dropped.
pub(crate) type Key = Zeroizing<[u8; 32]>;

/// What a key derived from the master key is for. The text is part of the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Pages of `vault.db`.
    Page,
    /// Pages of `search.db`.
    SearchPage,
    /// Sealed originals.
    Blob,
    /// The importer's keyed fingerprints.
    Dedupe,
    /// MAC over `keys.json`.
    HeaderMac,
    /// MAC over the audit chain.
    AuditMac,
    /// Backups, each with a key of its own below it.
    Backup,
    /// Digests of the recovery code's groups, for the proof that the person has it.
    RecoveryProof,
}

impl Purpose {
    fn info(self) -> &'static [u8] {
        match self {
            Self::Page => b"v1/db-page",
            Self::SearchPage => b"v1/search-page",
            Self::Blob => b"v1/blob",
            Self::Dedupe => b"v1/dedupe",
            Self::HeaderMac => b"v1/header-mac",
            Self::AuditMac => b"v1/audit-mac",
            Self::Backup => b"v1/backup",
            Self::RecoveryProof => b"v1/recovery-proof",
        }
    }
}

/// The one key of a vault. Every slot wraps it; everything else is derived from it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct MasterKey {
    secret: [u8; 32],
    vault_id: [u8; 16],
}

impl MasterKey {
    pub(crate) fn new(secret: &[u8; 32], vault_id: [u8; 16]) -> Self {
        Self { secret: *secret, vault_id }
    }

    pub(crate) fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    pub(crate) fn derive(&self, purpose: Purpose) -> Key {
        expand(&self.vault_id, &self.secret, purpose.info())
    }
}

/// HKDF-SHA256 to one key.
pub(crate) fn expand(salt: &[u8], secret: &[u8], info: &[u8]) -> Key {
    let mut key = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(Some(salt), secret).expand(info, key.as_mut()).expect("32 bytes are within HKDF's limit");
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::hex;

    /// Computed apart from this code with HMAC-SHA256; see docs/adr/0003-keys.md.
    #[test]
    fn e18_derived_keys_never_change() {
        let master = MasterKey::new(&[7; 32], [9; 16]);
        for (purpose, expected) in [
            (Purpose::Page, "e080544b791462b0166add29ab6fb5654f20137a7d6478eaf19abac943efe141"),
            (Purpose::Dedupe, "ae6f292679487969bd249a1015189e15040f648bd712bbdfe9ef04946ca86d86"),
        ] {
            assert_eq!(hex(master.derive(purpose).as_ref()), expected, "{purpose:?}");
        }
    }
}
