use std::collections::BTreeSet;

use crate::jose::Signed;
use crate::message::{DeletionReceipt, Grant, Revocation, RevocationAck, TriggerKind};
use crate::{Digest, limits};

/// One delivery that was sent and must be covered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivered {
    pub manifest: Digest,
    pub commits: Vec<Digest>,
}

/// What a valid deletion receipt amounts to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Erasure {
    /// All that was sent is gone, and nothing is kept.
    Complete,
    /// All is gone but what the receipt names, with its legal ground and end.
    WithRetention,
    /// The partner announces more, or deliveries are missing from it.
    Partial { missing: Vec<Digest> },
}

/// Why a deletion receipt or an ack proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DeletionFault {
    #[error("it is from another partner or for another person or grant")]
    Address,
    #[error("it answers something that was never sent")]
    Trigger,
    #[error("it names a store without saying when it was erased")]
    Stores,
    #[error("what is kept has no legal ground or no end")]
    Retained,
    #[error("it is dated wrongly")]
    Times,
    #[error("a recipient of the grant is missing from it")]
    Recipients,
}

/// Compares a verified deletion receipt with everything that was sent. `revocation` is `None` when the grant ended by itself.
pub fn check_deletion(
    receipt: &DeletionReceipt,
    grant: &Signed<Grant>,
    revocation: Option<&Signed<Revocation>>,
    delivered: &[Delivered],
    now: i64,
) -> Result<Erasure, DeletionFault> {
    let g = grant.claims();
    if receipt.iss != g.aud || receipt.aud != g.iss || receipt.grant != g.jti {
        return Err(DeletionFault::Address);
    }
    let answered = match receipt.trigger.kind {
        TriggerKind::Revocation => revocation.map(Signed::digest),
        TriggerKind::Expiry => Some(grant.digest()),
    };
    if answered != Some(receipt.trigger.sha256) {
        return Err(DeletionFault::Trigger);
    }
    let erased = |at: Option<i64>| at.is_some_and(|at| g.iat - limits::CLOCK_SKEW <= at && at <= receipt.iat);
    if receipt.iat < g.iat - limits::CLOCK_SKEW || receipt.iat > now + limits::CLOCK_SKEW {
        return Err(DeletionFault::Times);
    }
    if receipt.is_final && (receipt.stores.is_empty() || !receipt.stores.iter().all(|s| erased(s.at) || erased(s.key_destroyed_at))) {
        return Err(DeletionFault::Stores);
    }
    let grounded = |text: &str| !text.trim().is_empty();
    if !receipt.retained.iter().all(|r| grounded(&r.what) && grounded(&r.legal_basis) && crate::transform::is_moment(&r.until)) {
        return Err(DeletionFault::Retained);
    }
    if receipt.is_final && !g.recipients.iter().all(|id| receipt.recipients.iter().any(|r| r.id == *id)) {
        return Err(DeletionFault::Recipients);
    }
    let missing: Vec<_> = delivered.iter().filter(|d| !covers(receipt, d)).map(|d| d.manifest).collect();
    Ok(match (receipt.is_final && missing.is_empty(), receipt.retained.is_empty()) {
        (false, _) => Erasure::Partial { missing },
        (true, true) => Erasure::Complete,
        (true, false) => Erasure::WithRetention,
    })
}

fn covers(receipt: &DeletionReceipt, delivered: &Delivered) -> bool {
    let named: BTreeSet<_> = receipt.covers.iter().filter(|c| c.manifest_sha256 == delivered.manifest).flat_map(|c| &c.commits).collect();
    let listed = receipt.covers.iter().any(|c| c.manifest_sha256 == delivered.manifest);
    listed && delivered.commits.iter().all(|c| named.contains(c))
}

/// Compares a verified ack with the revocation it must answer.
pub fn check_ack(ack: &RevocationAck, revocation: &Signed<Revocation>, now: i64) -> Result<(), DeletionFault> {
    let r = revocation.claims();
    if ack.iss != r.aud || ack.aud != r.iss || ack.grant != r.grant {
        return Err(DeletionFault::Address);
    }
    if ack.revocation_sha256 != revocation.digest() {
        return Err(DeletionFault::Trigger);
    }
    let dated = (r.iat - limits::CLOCK_SKEW..=now + limits::CLOCK_SKEW).contains(&ack.iat);
    if dated && ack.stopped_at <= ack.iat + limits::CLOCK_SKEW && ack.erase_by <= r.erase_by { Ok(()) } else { Err(DeletionFault::Times) }
}
