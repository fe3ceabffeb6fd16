use serde::{Deserialize, Serialize};

use crate::Digest;
use crate::jose::Signed;
use crate::key::Thumbprint;
use crate::limits;
use crate::message::{Descriptor, KeyChange};

/// What was last seen of a partner. The first descriptor is trusted because TLS vouched for its origin; every later one
/// must continue it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    pub origin: String,
    /// The key that signed the last descriptor.
    pub signer: Thumbprint,
    pub seq: u64,
    pub descriptor: Digest,
    pub level: u8,
}

/// How a descriptor continues the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Continuity {
    /// The same bytes.
    Same,
    /// A newer one by the same key.
    Newer,
    /// A newer one by another key, which the old key names.
    KeyReplaced { old: Thumbprint },
}

/// Why a descriptor does not continue the last one. Nothing is sent to this partner until a person has decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinFault {
    #[error("the descriptor is from another partner")]
    OtherPartner,
    #[error("the partner's key has changed, and the old key does not vouch for the new one")]
    KeyChanged { old: Thumbprint, new: Thumbprint },
    #[error("the partner shows an older descriptor than before")]
    Rollback,
    #[error("the partner shows two different descriptors under one number")]
    Fork,
    #[error("the descriptor does not name the one before it")]
    BrokenChain,
    #[error("the partner serves less of the protocol than before")]
    Downgrade,
}

impl Pin {
    /// Trust on first use.
    pub fn first(descriptor: &Signed<Descriptor>) -> Self {
        let claims = descriptor.claims();
        Self {
            origin: claims.iss.clone(),
            signer: descriptor.signer().thumbprint(),
            seq: claims.seq,
            descriptor: descriptor.digest(),
            level: claims.level,
        }
    }

    /// Whether a checked descriptor may take the place of the last one.
    pub fn follow(&self, next: &Signed<Descriptor>, now: i64) -> Result<Continuity, PinFault> {
        let claims = next.claims();
        if claims.iss != self.origin {
            return Err(PinFault::OtherPartner);
        }
        if next.digest() == self.descriptor {
            return Ok(Continuity::Same);
        }
        let new = next.signer().thumbprint();
        if new != self.signer && !self.leads_to(new, claims, now) {
            return Err(PinFault::KeyChanged { old: self.signer, new });
        }
        match claims.seq {
            seq if seq < self.seq => return Err(PinFault::Rollback),
            seq if seq == self.seq => return Err(PinFault::Fork),
            seq if seq == self.seq + 1 && claims.prev != Some(self.descriptor) => return Err(PinFault::BrokenChain),
            _ => {}
        }
        if claims.level < self.level {
            return Err(PinFault::Downgrade);
        }
        Ok(if new == self.signer { Continuity::Newer } else { Continuity::KeyReplaced { old: self.signer } })
    }

    /// Follows the signed key changes from the pinned key. Each may be used once, so a circle ends.
    fn leads_to(&self, goal: Thumbprint, claims: &Descriptor, now: i64) -> bool {
        let changes: Vec<Signed<KeyChange>> = claims
            .key_transitions
            .iter()
            .take(limits::LIST)
            .filter_map(|token| Signed::<KeyChange>::verify_by_own_key(token).ok())
            .filter(|c| c.signer().thumbprint() == c.claims().old && c.claims().iss == self.origin)
            .filter(|c| c.claims().iat <= now + limits::CLOCK_SKEW)
            .collect();
        let mut at = self.signer;
        for _ in 0..changes.len() {
            let Some(change) = changes.iter().find(|c| c.claims().old == at) else {
                return false;
            };
            at = change.claims().new;
            if at == goal {
                return true;
            }
        }
        false
    }
}
