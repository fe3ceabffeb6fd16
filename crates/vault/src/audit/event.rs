use std::collections::BTreeMap;

/// What was done. The slug is the act's form on disk and in proofs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    VaultCreated,
    RecoveryConfirmed,
    WayInAdded,
    WayInRemoved,
    Imported,
    ImportUndone,
    /// Its kept file was read anew, by what is known of its layout by now.
    ImportReadAnew,
    Decided,
    PartnerAdded,
    PartnerChanged,
    PartnerRemoved,
    GrantSigned,
    ParcelSealed,
    Delivered,
    ReceiptVerified,
    /// A signed notice of a partner, such as a benefit.
    NoticeReceived,
    AnswerRefused,
    GrantEnded,
    RevocationSigned,
    RevocationAcknowledged,
    DeletionVerified,
    ProofExported,
    DataExported,
    BackupMade,
    BackupsThinned,
    /// A part of each backup was opened.
    BackupsSampled,
    /// Keys that did not fit were tried before the vault was opened; how many.
    KeysRefused,
    /// A backup was restored to a temporary place and compared.
    Drilled,
    /// The first act of a vault that came out of a backup.
    Restored,
    MasterKeyChanged,
    SettingChanged,
    KeyMade,
    /// A step of the outbox: tried, failed, put off.
    Outbox,
}

const SLUGS: &[(Act, &str)] = &[
    (Act::VaultCreated, "vault_created"),
    (Act::RecoveryConfirmed, "recovery_confirmed"),
    (Act::WayInAdded, "way_in_added"),
    (Act::WayInRemoved, "way_in_removed"),
    (Act::Imported, "imported"),
    (Act::ImportUndone, "import_undone"),
    (Act::ImportReadAnew, "import_read_anew"),
    (Act::Decided, "decided"),
    (Act::PartnerAdded, "partner_added"),
    (Act::PartnerChanged, "partner_changed"),
    (Act::PartnerRemoved, "partner_removed"),
    (Act::GrantSigned, "grant_signed"),
    (Act::ParcelSealed, "parcel_sealed"),
    (Act::Delivered, "delivered"),
    (Act::ReceiptVerified, "receipt_verified"),
    (Act::NoticeReceived, "notice_received"),
    (Act::AnswerRefused, "answer_refused"),
    (Act::GrantEnded, "grant_ended"),
    (Act::RevocationSigned, "revocation_signed"),
    (Act::RevocationAcknowledged, "revocation_acknowledged"),
    (Act::DeletionVerified, "deletion_verified"),
    (Act::ProofExported, "proof_exported"),
    (Act::DataExported, "data_exported"),
    (Act::BackupMade, "backup_made"),
    (Act::BackupsThinned, "backups_thinned"),
    (Act::BackupsSampled, "backups_sampled"),
    (Act::KeysRefused, "keys_refused"),
    (Act::Drilled, "drilled"),
    (Act::Restored, "restored"),
    (Act::MasterKeyChanged, "master_key_changed"),
    (Act::SettingChanged, "setting_changed"),
    (Act::KeyMade, "key_made"),
    (Act::Outbox, "outbox"),
];

impl Act {
    pub fn slug(self) -> &'static str {
        SLUGS.iter().find(|(act, _)| *act == self).map_or("unknown", |(_, slug)| slug)
    }

    pub fn from_slug(slug: &str) -> Option<Self> {
        SLUGS.iter().find(|(_, s)| *s == slug).map(|(act, _)| *act)
    }
}

/// One entry of the audit log before it is chained: what was done to which thing, with hashes and counts. Never a value
/// that was imported or shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEvent {
    pub(crate) act: Act,
    pub(crate) subject: String,
    pub(crate) hashes: BTreeMap<&'static str, String>,
    pub(crate) counts: BTreeMap<&'static str, u64>,
}

impl AuditEvent {
    /// `subject` names the thing: an import number, a grant id, a partner's origin.
    pub fn new(act: Act, subject: impl Into<String>) -> Self {
        Self { act, subject: subject.into(), hashes: BTreeMap::new(), counts: BTreeMap::new() }
    }

    /// Adds a hash, written in lower-case hexadecimal.
    pub fn hash(mut self, name: &'static str, hash: &[u8]) -> Self {
        self.hashes.insert(name, crate::encoding::hex(hash));
        self
    }

    pub fn count(mut self, name: &'static str, n: u64) -> Self {
        self.counts.insert(name, n);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_has_its_own_slug() {
        for (act, slug) in SLUGS {
            assert_eq!(Act::from_slug(slug), Some(*act));
            assert_eq!(act.slug(), *slug);
        }
        let unique: std::collections::HashSet<_> = SLUGS.iter().map(|(_, s)| s).collect();
        assert_eq!(unique.len(), SLUGS.len());
    }
}
