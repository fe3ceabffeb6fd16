//! Shares as the vault keeps them.

use holdall_sharing::{EventKind, Share};
use holdall_vault::{Act, AuditEvent, Vault};

use crate::AppError;

pub fn kept(vault: &Vault) -> Result<Vec<Share>, AppError> {
    vault.grants()?.iter().map(|g| Ok(Share::from_json(g.body.as_bytes())?)).collect()
}

pub fn by_id(vault: &Vault, id: &str) -> Result<Share, AppError> {
    let stored = vault.grant(id)?.ok_or_else(|| AppError::not_found("share"))?;
    Ok(Share::from_json(stored.body.as_bytes())?)
}

/// Stores a share with the act that changed it.
pub fn store(vault: &Vault, share: &Share, act: Act) -> Result<(), AppError> {
    let body = String::from_utf8(share.to_json()?).map_err(|_| AppError::stopped_unexpectedly())?;
    let id = share.id().to_string();
    let row = holdall_vault::Grant {
        id: id.clone(),
        partner: share.partner().to_owned(),
        state: share.standing().label().to_owned(),
        created_at: share.created() * 1000,
        body,
    };
    vault.write(AuditEvent::new(act, id).count("records", share.rows()), |w| w.put_grant(&row).map_err(AppError::from))
}

/// The act of the log for the newest thing that happened to a share.
pub fn act_of(share: &Share) -> Act {
    match share.events().last().map(|e| e.kind) {
        Some(EventKind::Shared) => Act::GrantSigned,
        Some(EventKind::Delivered) => Act::Delivered,
        Some(EventKind::Receipt) => Act::ReceiptVerified,
        Some(EventKind::ReceiptInvalid | EventKind::Refused | EventKind::Ignored) => Act::AnswerRefused,
        Some(EventKind::Revoked) => Act::RevocationSigned,
        Some(EventKind::Stopped) => Act::RevocationAcknowledged,
        Some(EventKind::Erased | EventKind::Partial) => Act::DeletionVerified,
        Some(EventKind::Ended | EventKind::Cancelled | EventKind::Overdue) => Act::GrantEnded,
        Some(EventKind::Benefit | EventKind::Notice | EventKind::Waiting) | None => Act::Outbox,
    }
}
