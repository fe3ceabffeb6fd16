//! Shares as the vault keeps them.

use holdall_sharing::{Event, EventKind, Share};
use holdall_vault::{Act, AuditEvent, Grant, Vault};

use crate::AppError;

pub fn kept(vault: &Vault) -> Result<Vec<Share>, AppError> {
    vault.grants()?.iter().map(|g| Ok(Share::from_json(g.body.as_bytes())?)).collect()
}

pub fn by_id(vault: &Vault, id: &str) -> Result<Share, AppError> {
    let stored = vault.grant(id)?.ok_or_else(|| AppError::not_found("share"))?;
    Ok(Share::from_json(stored.body.as_bytes())?)
}

/// Stores a share. Everything that happened to it since it was stored last gets its own line in the log; where nothing did,
/// a try of the delivery is what is logged.
pub fn store(vault: &Vault, share: &Share) -> Result<(), AppError> {
    let id = share.id().to_string();
    let known = match vault.grant(&id)? {
        Some(stored) => Share::from_json(stored.body.as_bytes())?.events().len(),
        None => 0,
    };
    let news = share.events().get(known..).unwrap_or_default();
    let mut acts: Vec<Act> = news.iter().map(act_of).collect();
    if acts.is_empty() {
        acts.push(Act::Outbox);
    }
    let body = String::from_utf8(share.to_json()?).map_err(|_| AppError::stopped_unexpectedly())?;
    let row = Grant {
        id,
        partner: share.partner().to_owned(),
        state: share.standing().label().to_owned(),
        created_at: share.created() * 1000,
        body,
    };
    for act in acts {
        let event = AuditEvent::new(act, row.id.clone()).count("records", share.rows());
        vault.write(event, |w| w.put_grant(&row).map_err(AppError::from))?;
    }
    Ok(())
}

fn act_of(event: &Event) -> Act {
    match event.kind {
        EventKind::Shared => Act::GrantSigned,
        EventKind::Delivered => Act::Delivered,
        EventKind::Receipt => Act::ReceiptVerified,
        EventKind::ReceiptInvalid | EventKind::Refused | EventKind::Ignored => Act::AnswerRefused,
        EventKind::Revoked => Act::RevocationSigned,
        EventKind::Stopped => Act::RevocationAcknowledged,
        EventKind::Erased | EventKind::Partial => Act::DeletionVerified,
        EventKind::Ended | EventKind::Cancelled | EventKind::Overdue => Act::GrantEnded,
        EventKind::Benefit | EventKind::Notice => Act::NoticeReceived,
        EventKind::Waiting => Act::Outbox,
    }
}
