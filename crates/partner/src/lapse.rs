//! The end of a grant: erasing, proving it, and ending by itself when nobody asks.

use holdall_protocol::message::{Covered, DeletionReceipt, Derived, RecipientErasure, StoreErasure, Trigger, TriggerKind, Version};
use holdall_protocol::state::{HoldingEvent, HoldingState};
use holdall_protocol::{Digest, Signed, fresh_id, limits};

use crate::Partner;
use crate::error::Error;
use crate::misbehave::Misbehaviour;
use crate::store::{Change, GrantRow, MessageRow, MessageText};

/// Deletes a grant's rows, destroys its key, and only then signs that both are gone. Safe to be cut off at any point: the
/// state says that erasing has begun, and [`Partner::end_what_is_due`] goes on with it. Returns the deletion receipt.
pub(crate) fn erase(partner: &Partner, mut row: GrantRow, kind: TriggerKind, trigger: Digest) -> Result<String, Error> {
    if row.state == HoldingState::Stopped {
        row.state = row.state.after(HoldingEvent::StartErasing).map_err(|_| Error::Damaged)?;
        partner.store.apply(row.id, Change { grant: Some(row.clone()), ..Change::default() })?;
    }
    if row.state == HoldingState::Erasing {
        partner.store.apply(row.id, Change { erase: true, ..Change::default() })?;
        partner.keys.destroy_grant_key(row.id)?;
        row.state = row.state.after(HoldingEvent::AllGone).map_err(|_| Error::Damaged)?;
        row.erased_at = Some(partner.now());
    }
    let receipt = deletion_receipt(partner, &row, kind, trigger)?;
    let message = MessageRow { jti: receipt.claims().jti, text: MessageText::Plain(receipt.token().to_owned()) };
    partner.store.apply(row.id, Change { grant: Some(row), messages: vec![message], ..Change::default() })?;
    Ok(receipt.token().to_owned())
}

fn deletion_receipt(partner: &Partner, row: &GrantRow, kind: TriggerKind, trigger: Digest) -> Result<Signed<DeletionReceipt>, Error> {
    let at = row.erased_at;
    let mut receipt = DeletionReceipt {
        dgp: Version,
        iss: partner.origin().into(),
        aud: row.key()?.thumbprint().urn(),
        jti: fresh_id(partner.entropy())?,
        iat: partner.now(),
        grant: row.id,
        trigger: Trigger { kind, sha256: trigger },
        covers: row.covers.iter().map(|c| Covered { commits: c.commits.clone(), ..*c }).collect(),
        stores: vec![
            StoreErasure { store: "primary".into(), method: "delete".into(), at, key_destroyed_at: at, gone_by: None },
            StoreErasure { store: "backups".into(), method: "crypto_erase".into(), at: None, key_destroyed_at: at, gone_by: None },
        ],
        derived: vec![Derived { what: "answers computed from the records".into(), action: "deleted".into(), k: None }],
        // This server passes nothing on by itself.
        recipients: row
            .recipients
            .iter()
            .map(|id| RecipientErasure { id: id.clone(), notified_at: at, status: "nothing_passed_on".into(), receipt: None })
            .collect(),
        retained: vec![],
        responsible: partner.config.entity.controller_contact.clone(),
        is_final: true,
    };
    match partner.misbehaviour {
        Some(Misbehaviour::PartialDeletion) => receipt.covers.clear(),
        Some(Misbehaviour::NeverFinal) => receipt.is_final = false,
        Some(Misbehaviour::OtherTrigger) => receipt.trigger.sha256 = Digest::of(b"a revocation nobody sent"),
        _ => {}
    }
    Ok(Signed::sign(receipt, &partner.keys.signing)?)
}

impl Partner {
    /// Ends every grant whose time has come, goes on with erasing that was cut off, and forgets old syncs. Returns how many
    /// grants were erased. The server calls it every few seconds; nothing else depends on when.
    pub fn end_what_is_due(&self) -> Result<usize, Error> {
        let _one_at_a_time = self.change();
        let now = self.now();
        let mut erased = 0;
        for mut row in self.store.grants()? {
            let over = row.exp <= now || row.delete_by <= now;
            if row.state == HoldingState::Active && over {
                row.state = row.state.after(HoldingEvent::End).map_err(|_| Error::Damaged)?;
                row.stopped_at = Some(now);
                self.store.apply(row.id, Change { grant: Some(row.clone()), ..Change::default() })?;
            }
            let due = (row.state == HoldingState::Stopped && over) || row.state == HoldingState::Erasing;
            if due && !self.misbehaves(Misbehaviour::Silent) {
                let (kind, trigger) = match row.revocation {
                    Some(revocation) => (TriggerKind::Revocation, revocation),
                    None => (TriggerKind::Expiry, row.grant_sha256),
                };
                erase(self, row, kind, trigger)?;
                erased += 1;
            }
        }
        self.store.forget_syncs(now - 2 * limits::SYNC_SKEW)?;
        Ok(erased)
    }
}
