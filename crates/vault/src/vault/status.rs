use std::path::Path;

use super::{Key, Vault, unlock};
use crate::keys::{Header, Slot, SlotKind};
use crate::{Concern, KeyringError, Obstacle, Outside, VaultError};

/// One way into a vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayIn {
    pub id: String,
    pub kind: SlotKind,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    /// Which keyring holds the secret; empty for other kinds.
    pub backend: String,
}

/// What can be known of a vault without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub vault_id: String,
    pub name: String,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    pub generation: u64,
    pub ways_in: Vec<WayIn>,
    /// `keys.json` is damaged and its copy stands in; opening the vault repairs it.
    pub header_from_copy: bool,
}

/// What an open vault says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    pub status: Status,
    /// When the recovery code was last proved, in milliseconds since 1970 UTC; see [`Vault::is_ready`].
    pub proved_at: Option<i64>,
}

/// Account of the trial entry; it never holds a secret.
const TRIAL: &str = "trial";

impl Vault {
    /// Makes sure that this computer's keyring really keeps what it is given: a trial entry is written, read back and removed. A
    /// keyring can answer and still keep nothing, which counts as none.
    ///
    /// # Errors
    /// What the keyring answered. One that refused the entry is not asked again, which could show the person a second prompt.
    pub fn try_keyring(outside: &Outside) -> Result<(), KeyringError> {
        let secrets = &outside.secrets;
        secrets.set(TRIAL, TRIAL)?;
        let kept = secrets.get(TRIAL);
        secrets.remove(TRIAL)?;
        match kept? {
            Some(value) if *value == TRIAL => Ok(()),
            _ => Err(KeyringError::Unavailable),
        }
    }

    /// What a person should know about the place of a vault, also before there is one: it is on a network disk, or a program keeps it in
    /// step with other computers, or has left copies of its files.
    pub fn concerns(dir: &Path) -> Vec<Concern> {
        crate::disk::concerns(dir)
    }

    /// Reads what can be known without a key. Changes nothing, but ends a [`Vault::swap`] that a crash has stopped.
    pub fn look(dir: &Path) -> Result<Status, Obstacle> {
        // An interrupted swap is ended first; where the disk refuses, opening says why.
        let _ = super::swap::finish_interrupted(dir);
        let (header, from_copy) = Header::read(dir)?;
        header.vault_id()?;
        Ok(status(&header, from_copy))
    }

    /// Whether a key opens this vault, without opening it again: to make sure that the person is there.
    pub fn check_key(&self, key: Key<'_>) -> Result<(), VaultError> {
        let header = self.header().clone();
        unlock(&header, &header.vault_id()?, key, &self.0.outside).map(drop)
    }

    pub fn info(&self) -> Result<Info, VaultError> {
        Ok(Info { status: status(&self.header(), false), proved_at: self.recovery_proved_at()? })
    }
}

fn status(header: &Header, header_from_copy: bool) -> Status {
    Status {
        vault_id: header.vault_id.clone(),
        name: header.name.clone(),
        created_at: header.created_at,
        generation: header.generation,
        ways_in: ways_in(header),
        header_from_copy,
    }
}

pub(crate) fn ways_in(header: &Header) -> Vec<WayIn> {
    let way_in = |s: &Slot| WayIn { id: s.id.clone(), kind: s.kind, created_at: s.created_at, backend: s.backend.clone() };
    header.slots.iter().map(way_in).collect()
}
