//! The log of everything done, in plain words.

use std::io::{BufWriter, Write as _};
use std::path::Path;

use holdall_vault::{Act, AuditEntry as Stored, AuditReport, Vault};

use crate::view::audit::{AuditCheck, AuditEntry, AuditSaved, AuditView, ListAudit, SaveAudit, VerifyAudit};
use crate::{App, AppError, Run, Task, new_file, time};

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

impl Run for VerifyAudit {
    fn run(self, app: &App, task: &Task) -> Result<AuditCheck, AppError> {
        Ok(check(&app.vault()?.verify_audit(task)?))
    }
}

fn check(report: &AuditReport) -> AuditCheck {
    let head = report.head.iter().map(|byte| format!("{byte:02x}")).collect();
    AuditCheck { whole: report.damage.is_none(), entries: report.entries, head, damage: report.damage.clone() }
}

impl Run for SaveAudit {
    fn run(self, app: &App, task: &Task) -> Result<AuditSaved, AppError> {
        let vault = app.vault()?;
        // A broken log is saved as it is: then the copy is what an expert will want to see.
        let check = check(&vault.verify_audit(task)?);
        let entries = new_file::fill(Path::new(&self.file), |file| copy(&vault, file, task))?;
        Ok(AuditSaved { file: self.file, entries, check })
    }
}

fn copy(vault: &Vault, file: &std::fs::File, task: &Task) -> Result<u64, AppError> {
    let mut out = BufWriter::new(file);
    let entries = vault.export_audit(&mut out, task)?;
    out.flush().map_err(|e| AppError::cannot_write(Path::new("the copy of the log"), &e))?;
    Ok(entries)
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
        Act::ImportReadAnew => "Kept file read anew",
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
        Act::BackupsSampled => "Part of each backup checked",
        Act::KeysRefused => "Wrong passphrases or codes were typed before the vault was opened",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, as_text};

    #[test]
    fn a_copy_of_the_log_ends_with_the_hash_that_the_check_names() {
        let desk = Desk::new();
        let file = desk.home().join("log.jsonl");
        let saved = desk.run(SaveAudit { file: as_text(&file) });
        let text = std::fs::read_to_string(&file).expect("a copy");
        assert_eq!(saved.entries, text.lines().count() as u64);
        assert!(saved.check.whole && text.trim_end().ends_with(&format!("\"hash\":\"{}\"}}", saved.check.head)), "{text}");
        let now = desk.run(VerifyAudit {});
        assert_eq!((now.whole, now.entries), (true, saved.entries + 1), "that a copy was saved is an act as well");
    }

    #[test]
    fn a_copy_never_replaces_a_file_and_leaves_no_half() {
        let desk = Desk::new();
        let file = desk.home().join("log.jsonl");
        std::fs::write(&file, "mine").expect("our own folder");
        let refused = desk.app.run(SaveAudit { file: as_text(&file) }, &Task::silent()).expect_err("it is there already");
        assert_eq!((refused.code, std::fs::read_to_string(&file).expect("still there").as_str()), ("cannot-write", "mine"));
        let stopped = Task::silent();
        stopped.cancel();
        let other = desk.home().join("other.jsonl");
        assert_eq!(desk.app.run(SaveAudit { file: as_text(&other) }, &stopped).expect_err("it was stopped").code, "cancelled");
        assert!(!other.exists());
    }
}
