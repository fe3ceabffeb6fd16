//! The log of everything done, in plain words.

use holdall_vault::{Act, AuditEntry as Stored};

use crate::view::settings::{AuditEntry, AuditView, ListAudit};
use crate::{App, AppError, Run, Task, time};

/// As many as a person would page through.
const SHOWN: u32 = 500;

impl Run for ListAudit {
    fn run(self, app: &App, task: &Task) -> Result<AuditView, AppError> {
        let vault = app.vault()?;
        let report = vault.verify_audit(task)?;
        let after = i64::try_from(report.entries).unwrap_or(i64::MAX).saturating_sub(i64::from(SHOWN)).max(0);
        let entries = vault.audit(after, SHOWN)?;
        Ok(AuditView { entries: entries.iter().rev().map(entry_view).collect(), intact: report.damage.is_none(), damage: report.damage })
    }
}

fn entry_view(entry: &Stored) -> AuditEntry {
    AuditEntry { number: i64::try_from(entry.number).unwrap_or(i64::MAX), at: time::rfc3339_ms(entry.at), text: sentence(entry) }
}

fn sentence(entry: &Stored) -> String {
    let what = match entry.act {
        Act::VaultCreated => "Vault created",
        Act::RecoveryConfirmed => "Recovery code proved",
        Act::WayInAdded => "Way into the vault added",
        Act::WayInRemoved => "Way into the vault removed",
        Act::Imported => "Import stored",
        Act::ImportUndone => "Import taken back",
        Act::Decided => "Decision on similar records",
        Act::PartnerAdded => "Partner added",
        Act::PartnerChanged => "Partner's description changed",
        Act::PartnerRemoved => "Partner removed",
        Act::GrantSigned => "Share signed",
        Act::ParcelSealed => "Data sealed for a partner",
        Act::Delivered => "Delivered",
        Act::ReceiptVerified => "Receipt checked",
        Act::NoticeReceived => "Partner told something",
        Act::AnswerRefused => "Answer refused by our checks",
        Act::GrantEnded => "Share ended",
        Act::RevocationSigned => "Share stopped, deletion demanded",
        Act::RevocationAcknowledged => "Partner confirmed the stop",
        Act::DeletionVerified => "Deletion statement checked",
        Act::ProofExported => "Proof written",
        Act::DataExported => "Everything exported in open formats",
        Act::BackupMade => "Backup made",
        Act::BackupsThinned => "Old backups removed",
        Act::Drilled => "Backup restored on trial",
        Act::Restored => "Vault restored from a backup",
        Act::MasterKeyChanged => "Master key changed",
        Act::SettingChanged => "Setting changed",
        Act::KeyMade => "Key for a partner made",
        Act::Outbox => "Delivery tried",
    };
    let counts: Vec<String> = entry.counts.iter().map(|(name, n)| format!("{} {n}", name.replace('_', " "))).collect();
    let mut text = what.to_owned();
    if !entry.subject.is_empty() {
        text.push_str(": ");
        text.push_str(&entry.subject);
    }
    if !counts.is_empty() {
        text.push_str(&format!(" ({})", counts.join(", ")));
    }
    text
}
