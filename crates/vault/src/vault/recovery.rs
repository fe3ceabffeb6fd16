use rusqlite::Connection;

use super::Vault;
use crate::audit::{Act, AuditEvent};
use crate::keys::{DerivedKey, Purpose, RecoveryCode};
use crate::{VaultError, meta};

const PROOF: &str = "recovery_groups";
const CONFIRMED: &str = "recovery_confirmed_at";
const DIGEST: usize = 32;

/// Keeps a keyed digest of each group, so that the person can prove two of them; the code itself is kept nowhere.
pub(super) fn remember(db: &Connection, key: &DerivedKey, code: &RecoveryCode) -> Result<(), VaultError> {
    let digests: Vec<u8> = code.groups().iter().enumerate().flat_map(|(i, group)| *digest(key, i, group).as_bytes()).collect();
    meta::set(db, PROOF, digests)
}

/// Compared in constant time, as BLAKE3 hashes are.
fn digest(key: &DerivedKey, index: usize, group: &str) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new_keyed(key);
    hasher.update(&[u8::try_from(index).unwrap_or(u8::MAX)]).update(group.as_bytes());
    hasher.finalize()
}

/// Reads one group as people type it.
fn normalised(typed: &str) -> Option<String> {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    kept.map(|c| crate::encoding::crockford_digit(c).map(|d| crate::encoding::CROCKFORD[usize::from(d)] as char)).collect()
}

impl Vault {
    /// Whether the person has proved to hold the recovery code. Nothing should be imported before.
    pub fn is_ready(&self) -> Result<bool, VaultError> {
        Ok(meta::get::<i64>(&*self.reader()?, CONFIRMED)?.is_some())
    }

    /// Proves that the person holds the recovery code: at least two different groups, counted from 0, as typed.
    pub fn confirm_recovery(&self, groups: &[(usize, &str)]) -> Result<(), VaultError> {
        let key = self.0.derive(Purpose::RecoveryProof);
        let known: Vec<u8> = meta::get(&*self.reader()?, PROOF)?.ok_or(VaultError::NotFound { what: "recovery code" })?;
        let distinct: std::collections::HashSet<usize> = groups.iter().map(|(i, _)| *i).collect();
        let right = groups.iter().all(|(index, typed)| {
            let expected = known.get(index.saturating_mul(DIGEST)..index.saturating_add(1).saturating_mul(DIGEST));
            let expected: Option<[u8; DIGEST]> = expected.and_then(|e| e.try_into().ok());
            match (normalised(typed), expected) {
                (Some(group), Some(expected)) => digest(&key, *index, &group) == blake3::Hash::from(expected),
                _ => false,
            }
        });
        if distinct.len() < 2 || !right {
            return Err(VaultError::RecoveryNotProved);
        }
        let now = self.0.outside.clock.now_ms();
        let event = AuditEvent::new(Act::RecoveryConfirmed, self.header().vault_id.clone());
        self.transact(event, |tx, _| meta::set(tx, CONFIRMED, now))
    }

    /// A renewed code has to be proved anew.
    pub(super) fn remember_recovery_code(&self, code: &RecoveryCode) -> Result<(), VaultError> {
        let key = self.0.derive(Purpose::RecoveryProof);
        let event = AuditEvent::new(Act::WayInAdded, "recovery_code");
        self.transact(event, |tx, _| {
            remember(tx, &key, code)?;
            tx.execute("DELETE FROM meta WHERE name = ?1", [CONFIRMED])?;
            Ok(())
        })
    }
}
