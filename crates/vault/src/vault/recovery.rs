use rusqlite::Connection;

use super::Vault;
use crate::audit::{Act, AuditEvent};
use crate::keys::{DerivedKey, Purpose, RecoveryCode, Slot, SlotKind};
use crate::{VaultError, meta};

const PROOF: &str = "recovery_groups";
const CONFIRMED: &str = "recovery_confirmed_at";
/// Digests and slot of a renewed code that is not proved yet; until then the code before it stays good.
const PENDING: &str = "recovery_groups_pending";
const PENDING_SLOT: &str = "recovery_slot_pending";
const DIGEST: usize = 32;

/// Keeps a keyed digest of each group, so that the person can prove two of them; the code itself is kept nowhere.
pub(super) fn remember(db: &Connection, key: &DerivedKey, code: &RecoveryCode) -> Result<(), VaultError> {
    meta::set(db, PROOF, digests(key, code))
}

/// Forgets every code before this one, and that any was proved.
pub(super) fn replace(db: &Connection, key: &DerivedKey, code: &RecoveryCode) -> Result<(), VaultError> {
    db.execute("DELETE FROM meta WHERE name IN (?1, ?2, ?3)", [CONFIRMED, PENDING, PENDING_SLOT])?;
    remember(db, key, code)
}

/// Keeps a renewed code's digests until it is proved.
pub(super) fn remember_pending(db: &Connection, key: &DerivedKey, code: &RecoveryCode, slot: &str) -> Result<(), VaultError> {
    meta::set(db, PENDING, digests(key, code))?;
    meta::set(db, PENDING_SLOT, slot)
}

fn digests(key: &DerivedKey, code: &RecoveryCode) -> Vec<u8> {
    code.groups().iter().enumerate().flat_map(|(i, group)| *digest(key, i, group).as_bytes()).collect()
}

/// Whether at least two different groups, counted from 0, are those of the code.
pub(super) fn holds(code: &RecoveryCode, groups: &[(usize, &str)]) -> bool {
    let printed = code.groups();
    proved(groups, |index, typed| printed.get(index).is_some_and(|group| group == typed))
}

fn proved(groups: &[(usize, &str)], fits: impl Fn(usize, &str) -> bool) -> bool {
    let distinct: std::collections::HashSet<usize> = groups.iter().map(|(i, _)| *i).collect();
    distinct.len() >= 2 && groups.iter().all(|(index, typed)| normalised(typed).is_some_and(|group| fits(*index, &group)))
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
        Ok(self.recovery_proved_at()?.is_some())
    }

    pub(super) fn recovery_proved_at(&self) -> Result<Option<i64>, VaultError> {
        meta::get(&*self.reader()?, CONFIRMED)
    }

    /// Proves that the person holds the recovery code: at least two different groups, counted from 0, as typed. Where the code
    /// was renewed, it is the new one that is proved, and from then on the old one opens nothing but older copies.
    pub fn confirm_recovery(&self, groups: &[(usize, &str)]) -> Result<(), VaultError> {
        let key = self.0.derive(Purpose::RecoveryProof);
        let (known, pending): (Option<Vec<u8>>, Option<Vec<u8>>) = {
            let reader = self.reader()?;
            (meta::get(&reader, PROOF)?, meta::get(&reader, PENDING)?)
        };
        let known = pending.as_ref().or(known.as_ref()).ok_or(VaultError::NotFound { what: "recovery code" })?;
        let right = proved(groups, |index, group| {
            let expected = known.get(index.saturating_mul(DIGEST)..index.saturating_add(1).saturating_mul(DIGEST));
            let expected: Option<[u8; DIGEST]> = expected.and_then(|e| e.try_into().ok());
            expected.is_some_and(|expected| digest(&key, index, group) == blake3::Hash::from(expected))
        });
        if !right {
            return Err(VaultError::RecoveryNotProved);
        }
        match pending {
            Some(digests) => self.retire_old_code(&digests),
            None => self.note_recovery_confirmed(),
        }
    }

    pub(super) fn note_recovery_confirmed(&self) -> Result<(), VaultError> {
        let now = self.0.outside.clock.now_ms();
        let event = AuditEvent::new(Act::RecoveryConfirmed, self.header().vault_id.clone());
        self.transact(event, |tx, _| meta::set(tx, CONFIRMED, now))
    }

    /// The renewed code is proved: only its slot stays.
    fn retire_old_code(&self, digests: &[u8]) -> Result<(), VaultError> {
        let now = self.0.outside.clock.now_ms();
        let slot: String = meta::get(&*self.reader()?, PENDING_SLOT)?.ok_or_else(|| VaultError::damaged("the renewed recovery code"))?;
        let retire = |slots: &mut Vec<Slot>| slots.retain(|s| s.kind != SlotKind::Recovery || s.id == slot);
        self.change_ways_in(Act::RecoveryConfirmed, retire, |tx| {
            tx.execute("DELETE FROM meta WHERE name IN (?1, ?2)", [PENDING, PENDING_SLOT])?;
            meta::set(tx, PROOF, digests)?;
            meta::set(tx, CONFIRMED, now)
        })
    }
}
