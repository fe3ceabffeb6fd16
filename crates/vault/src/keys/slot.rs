use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::master::{Key, MasterKey, expand};
use crate::encoding::{hex, unhex};
use crate::{Obstacle, Outside, VaultError};

/// How a way in gets its wrapping key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotKind {
    /// A random secret in the system keyring of one computer.
    Device,
    /// The printed recovery code.
    Recovery,
    /// A passphrase that opens the vault anywhere.
    Passphrase,
    /// A passphrase that needs this computer's keyring secret as well.
    PassphraseDevice,
    /// A random secret in a file that the person guards.
    KeyFile,
}

impl SlotKind {
    fn info(self) -> &'static [u8] {
        match self {
            Self::Device => b"v1/kek-device",
            Self::Recovery => b"v1/kek-recovery",
            Self::Passphrase => b"v1/kek-passphrase",
            Self::PassphraseDevice => b"v1/kek-passphrase-device",
            Self::KeyFile => b"v1/kek-key-file",
        }
    }
}

/// Argon2id's cost. It is authenticated with the slot, so it cannot be lowered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlowHash {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl SlowHash {
    /// RFC 9106, second recommended option.
    pub(crate) const STANDARD: Self = Self { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

    /// Below this a stolen header is guessed too cheaply; above it, a hostile header would exhaust the machine.
    fn is_sane(self) -> bool {
        (46 * 1024..=1024 * 1024).contains(&self.memory_kib) && (1..=16).contains(&self.passes) && (1..=16).contains(&self.lanes)
    }

    fn hash(self, passphrase: &str, salt: &[u8]) -> Result<Key, VaultError> {
        let damaged = || Obstacle::HeaderDamaged { part: "the passphrase's cost".to_owned() };
        if !self.is_sane() {
            return Err(damaged().into());
        }
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).map_err(|_| damaged())?;
        let mut out = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, out.as_mut())
            .map_err(|_| VaultError::Engine { why: "Argon2id" })?;
        Ok(out)
    }
}

/// One way in, as `keys.json` holds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Slot {
    pub id: String,
    pub kind: SlotKind,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Device: the keyring's name, and the entry in it.
    pub backend: String,
    pub account: String,
    /// Passphrase: salt (hexadecimal) and cost.
    pub salt: String,
    pub cost: Option<SlowHash>,
    pub nonce: String,
    pub wrapped: String,
    /// Tells a wrong key from a damaged slot; Poly1305 alone would not commit to the key.
    pub commitment: String,
}

/// What the person brings to open a slot.
pub(crate) enum Secret<'a> {
    /// Of a device or a key file.
    Random(&'a [u8; 32]),
    Code(&'a [u8; 16]),
    Passphrase(&'a str),
    PassphraseAndDevice(&'a str, &'a [u8; 32]),
}

/// What a slot is made for.
pub(crate) struct SlotPlan {
    pub kind: SlotKind,
    pub backend: String,
    pub account: String,
}

impl SlotPlan {
    pub(crate) fn of(kind: SlotKind) -> Self {
        Self { kind, backend: String::new(), account: String::new() }
    }
}

impl Slot {
    /// Wraps the master key for a new way in.
    pub(crate) fn wrap(
        plan: SlotPlan,
        secret: &Secret<'_>,
        master: &MasterKey,
        vault_id: &[u8; 16],
        outside: &Outside,
    ) -> Result<Self, VaultError> {
        let random = |bytes: &mut [u8]| outside.entropy.fill(bytes).map_err(VaultError::disk("the system's random source"));
        let (mut id, mut salt, mut nonce) = ([0; 8], [0; 16], [0; 24]);
        random(&mut id)?;
        random(&mut salt)?;
        random(&mut nonce)?;
        let slow = matches!(plan.kind, SlotKind::Passphrase | SlotKind::PassphraseDevice);
        let mut slot = Self {
            id: hex(&id),
            kind: plan.kind,
            created_at: outside.clock.now_ms(),
            backend: plan.backend,
            account: plan.account,
            salt: if slow { hex(&salt) } else { String::new() },
            cost: slow.then_some(SlowHash::STANDARD),
            nonce: hex(&nonce),
            wrapped: String::new(),
            commitment: String::new(),
        };
        let kek = slot.wrapping_key(secret, vault_id)?;
        let aad = slot.associated_data(vault_id);
        let sealed = XChaCha20Poly1305::new((&*kek).into())
            .encrypt(&XNonce::from(nonce), Payload { msg: master.secret(), aad: &aad })
            .map_err(|_| VaultError::Engine { why: "XChaCha20-Poly1305" })?;
        slot.wrapped = hex(&sealed);
        slot.commitment = hex(&commitment(&kek, &nonce));
        Ok(slot)
    }

    /// Unwraps the master key. A key that does not fit is [`Obstacle::KeyWrong`]; anything else about the slot is damage.
    pub(crate) fn unwrap(&self, secret: &Secret<'_>, vault_id: &[u8; 16]) -> Result<MasterKey, VaultError> {
        let damaged = || Obstacle::HeaderDamaged { part: format!("the way in {}", self.id) };
        let nonce: [u8; 24] = unhex(&self.nonce).and_then(|n| n.try_into().ok()).ok_or_else(damaged)?;
        let wrapped = unhex(&self.wrapped).ok_or_else(damaged)?;
        let kek = self.wrapping_key(secret, vault_id)?;
        if hex(&commitment(&kek, &nonce)) != self.commitment {
            return Err(Obstacle::KeyWrong.into());
        }
        let aad = self.associated_data(vault_id);
        let opened = XChaCha20Poly1305::new((&*kek).into())
            .decrypt(&XNonce::from(nonce), Payload { msg: &wrapped, aad: &aad })
            .map(Zeroizing::new)
            .map_err(|_| damaged())?;
        let secret: &[u8; 32] = opened.as_slice().try_into().map_err(|_| damaged())?;
        Ok(MasterKey::new(secret, *vault_id))
    }

    fn wrapping_key(&self, secret: &Secret<'_>, vault_id: &[u8; 16]) -> Result<Key, VaultError> {
        let slow = |passphrase: &str| {
            let damaged = || Obstacle::HeaderDamaged { part: format!("the way in {}", self.id) };
            let salt = unhex(&self.salt).filter(|s| s.len() == 16).ok_or_else(damaged)?;
            self.cost.ok_or_else(damaged)?.hash(passphrase, &salt)
        };
        let info = self.kind.info();
        Ok(match secret {
            Secret::Random(random) => expand(vault_id, random.as_ref(), info),
            Secret::Code(code) => expand(vault_id, code.as_ref(), info),
            Secret::Passphrase(passphrase) => expand(vault_id, slow(passphrase)?.as_ref(), info),
            Secret::PassphraseAndDevice(passphrase, device) => {
                let mut both = Zeroizing::new([0; 64]);
                both[..32].copy_from_slice(slow(passphrase)?.as_ref());
                both[32..].copy_from_slice(device.as_ref());
                expand(vault_id, both.as_ref(), info)
            }
        })
    }

    /// Everything about the slot that is not the wrapped key, each part with its length before it.
    fn associated_data(&self, vault_id: &[u8; 16]) -> Vec<u8> {
        let cost = self.cost.map_or_else(String::new, |c| format!("{} {} {}", c.memory_kib, c.passes, c.lanes));
        let created = self.created_at.to_string();
        let mut data = b"holdall slot v1".to_vec();
        let parts: [&[u8]; 8] = [
            vault_id,
            self.id.as_bytes(),
            self.kind.info(),
            created.as_bytes(),
            self.backend.as_bytes(),
            self.account.as_bytes(),
            self.salt.as_bytes(),
            cost.as_bytes(),
        ];
        for part in parts {
            data.extend_from_slice(&(part.len() as u64).to_le_bytes());
            data.extend_from_slice(part);
        }
        data
    }
}

fn commitment(kek: &Key, nonce: &[u8; 24]) -> [u8; 16] {
    let mut hasher = blake3::Hasher::new_derive_key("holdall 2026 key commitment v1");
    hasher.update(kek.as_ref()).update(nonce);
    let mut out = [0; 16];
    out.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const VAULT: [u8; 16] = [1; 16];

    fn wrapped(kind: SlotKind, secret: &Secret<'_>) -> Slot {
        let master = MasterKey::new(&[5; 32], VAULT);
        Slot::wrap(SlotPlan::of(kind), secret, &master, &VAULT, &Outside::system()).expect("wraps")
    }

    fn outcome(slot: &Slot, secret: &Secret<'_>, vault: &[u8; 16]) -> &'static str {
        slot.unwrap(secret, vault).map_or_else(|e| e.code(), |m| if m.secret() == &[5; 32] { "OK" } else { "OTHER" })
    }

    #[test]
    fn e10_the_right_secret_opens_and_others_are_told_apart_from_damage() {
        let slot = wrapped(SlotKind::Device, &Secret::Random(&[3; 32]));
        assert_eq!(outcome(&slot, &Secret::Random(&[3; 32]), &VAULT), "OK");
        assert_eq!(outcome(&slot, &Secret::Random(&[4; 32]), &VAULT), "KEY_WRONG");
        assert_eq!(outcome(&slot, &Secret::Random(&[3; 32]), &[2; 16]), "KEY_WRONG");
        let relabelled = Slot { kind: SlotKind::KeyFile, ..slot.clone() };
        assert_eq!(outcome(&relabelled, &Secret::Random(&[3; 32]), &VAULT), "KEY_WRONG");
        let moved = Slot { account: "another".to_owned(), ..slot.clone() };
        assert_eq!(outcome(&moved, &Secret::Random(&[3; 32]), &VAULT), "HEADER_DAMAGED");
        let cut = Slot { wrapped: slot.wrapped[2..].to_owned(), ..slot };
        assert_eq!(outcome(&cut, &Secret::Random(&[3; 32]), &VAULT), "HEADER_DAMAGED");
    }

    #[test]
    fn e08_a_passphrase_slot_checks_its_cost_before_it_spends_it() {
        let slot = wrapped(SlotKind::Passphrase, &Secret::Passphrase("correct horse"));
        assert_eq!(outcome(&slot, &Secret::Passphrase("correct horse"), &VAULT), "OK");
        assert_eq!(outcome(&slot, &Secret::Passphrase("correct horsf"), &VAULT), "KEY_WRONG");
        for (memory_kib, passes) in [(8, 1), (64 * 1024 * 1024, 3), (64 * 1024, 0), (64 * 1024, 1000)] {
            let weak = Slot { cost: Some(SlowHash { memory_kib, passes, lanes: 4 }), ..slot.clone() };
            assert_eq!(outcome(&weak, &Secret::Passphrase("correct horse"), &VAULT), "HEADER_DAMAGED", "{memory_kib} {passes}");
        }
        // Sane but changed: another key comes out.
        let other = Slot { cost: Some(SlowHash { passes: 2, ..SlowHash::STANDARD }), ..slot };
        assert_eq!(outcome(&other, &Secret::Passphrase("correct horse"), &VAULT), "KEY_WRONG");
    }

    #[test]
    fn two_secrets_are_both_needed() {
        let slot = wrapped(SlotKind::PassphraseDevice, &Secret::PassphraseAndDevice("correct horse", &[3; 32]));
        assert_eq!(outcome(&slot, &Secret::PassphraseAndDevice("correct horse", &[3; 32]), &VAULT), "OK");
        assert_eq!(outcome(&slot, &Secret::PassphraseAndDevice("correct horse", &[4; 32]), &VAULT), "KEY_WRONG");
        assert_eq!(outcome(&slot, &Secret::Passphrase("correct horse"), &VAULT), "KEY_WRONG");
    }

    #[test]
    fn e17_wrapping_twice_never_gives_the_same_bytes() {
        let (a, b) = (wrapped(SlotKind::Device, &Secret::Random(&[3; 32])), wrapped(SlotKind::Device, &Secret::Random(&[3; 32])));
        assert!(a.nonce != b.nonce && a.wrapped != b.wrapped && a.commitment != b.commitment);
    }
}
