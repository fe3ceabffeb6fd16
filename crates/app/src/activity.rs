//! The log of everything done, in plain words.

use holdall_vault::{Act, AuditEntry as Stored, AuditReport};

use crate::view::settings::{AuditEntry, AuditView, ListAudit};
use crate::{App, AppError, Run, Task, time};

/// As many as a person would page through.
const SHOWN: u32 = 500;

impl Run for ListAudit {
    fn run(self, app: &App, task: &Task) -> Result<AuditView, AppError> {
        let vault = app.vault()?;
        let (last, damage) = match vault.verify_audit(task)? {
            AuditReport::Intact { entries, .. } => (entries, None),
            AuditReport::Damaged { seq, what } => (seq, Some(format!("Entry {seq} of the log does not fit: {what}. What stands before it is whole."))),
        };
        let after = i64::try_from(last).unwrap_or(i64::MAX).saturating_sub(i64::from(SHOWN)).max(0);
        let entries = vault.audit(after, SHOWN)?;
        Ok(AuditView {
            entries: entries.iter().rev().map(entry_view).collect(),
            intact: damage.is_none(),
            damage,
        })
    }
}

fn entry_view(entry: &Stored) -> AuditEntry {
    AuditEntry { number: i64::try_from(entry.seq).unwrap_or(i64::MAX), at: time::rfc3339_ms(entry.at), text: sentence(entry) }
}

fn sentence(entry: &Stored) -> String {
    let what = match Act::from_slug(&entry.act) {
        Some(Act::VaultCreated) => "Vault created",
        Some(Act::RecoveryConfirmed) => "Recovery code proved",
        Some(Act::WayInAdded) => "Way into the vault added",
        Some(Act::WayInRemoved) => "Way into the vault removed",
        Some(Act::Imported) => "Import stored",
        Some(Act::ImportUndone) => "Import taken back",
        Some(Act::Decided) => "Decision on similar records",
        Some(Act::PartnerAdded) => "Partner added",
        Some(Act::PartnerChanged) => "Partner's description changed",
        Some(Act::PartnerRemoved) => "Partner removed",
        Some(Act::GrantSigned) => "Share signed",
        Some(Act::ParcelSealed) => "Data sealed for a partner",
        Some(Act::Delivered) => "Delivered",
        Some(Act::ReceiptVerified) => "Receipt checked",
        Some(Act::AnswerRefused) => "Answer refused by our checks",
        Some(Act::GrantEnded) => "Share ended",
        Some(Act::RevocationSigned) => "Share stopped, deletion demanded",
        Some(Act::RevocationAcknowledged) => "Partner confirmed the stop",
        Some(Act::DeletionVerified) => "Deletion statement checked",
        Some(Act::ProofExported) => "Proof written",
        Some(Act::DataExported) => "Everything exported in open formats",
        Some(Act::SettingChanged) => "Setting changed",
        Some(Act::KeyMade) => "Key for a partner made",
        Some(Act::Outbox) => "Delivery tried",
        None => "An act that a newer Holdall wrote",
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
