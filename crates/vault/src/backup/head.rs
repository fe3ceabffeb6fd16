//! The plain beginning of a backup: what can be known of it without a key.

use std::io::Read;

use serde::{Deserialize, Serialize};

use crate::encoding::{hex, unhex};
use crate::keys::{DerivedKey, Header, MasterKey, Purpose, expand};
use crate::{Obstacle, VaultError};

pub(super) const MAGIC: &[u8; 8] = b"HLDBKUP1";
const FORMAT: u32 = 1;
/// A head is `keys.json` and a few numbers; anything larger is not ours.
const LARGEST: u32 = 512 * 1024;
const CHECK: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub format: u32,
    pub vault_id: String,
    pub generation: u64,
    /// 1, 2, 3… of this vault: order that no clock can change.
    pub number: u64,
    pub created_at: i64,
    pub app_version: String,
    /// Hexadecimal; with the master key it gives the archive its own key.
    pub salt: String,
    /// `keys.json` as it was: the ways in that open this backup.
    pub keys: Header,
}

#[derive(Deserialize)]
struct AnyFormat {
    format: u32,
}

impl Head {
    pub(super) fn new(keys: &Header, number: u64, created_at: i64, app_version: &str, salt: &[u8; 32]) -> Self {
        Self {
            format: FORMAT,
            vault_id: keys.vault_id.clone(),
            generation: keys.generation,
            number,
            created_at,
            app_version: app_version.to_owned(),
            salt: hex(salt),
            keys: keys.clone(),
        }
    }

    /// The bytes that start the file, and the sum that binds everything after them to this head.
    pub(super) fn bytes(&self) -> Result<(Vec<u8>, [u8; 32]), VaultError> {
        let text = serde_json::to_vec(self).map_err(|_| VaultError::Engine { why: "a backup's head" })?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&u32::try_from(text.len()).map_err(|_| VaultError::Engine { why: "a backup's head" })?.to_le_bytes());
        bytes.extend_from_slice(&text);
        let sum = *blake3::hash(&bytes).as_bytes();
        bytes.extend_from_slice(&sum[..CHECK]);
        Ok((bytes, sum))
    }

    /// Reads a head and leaves `input` at the first piece.
    pub(super) fn read(input: &mut impl Read) -> Result<(Self, [u8; 32]), VaultError> {
        let damaged = || VaultError::backup_damaged("its head");
        let mut take = |buffer: &mut [u8]| {
            input.read_exact(buffer).map_err(|e| match e.kind() {
                std::io::ErrorKind::UnexpectedEof => damaged(),
                _ => VaultError::disk("the backup")(e),
            })
        };
        let mut start = [0; 12];
        take(&mut start)?;
        if &start[..8] != MAGIC {
            return Err(VaultError::NotABackup);
        }
        let length = u32::from_le_bytes([start[8], start[9], start[10], start[11]]);
        if length > LARGEST {
            return Err(damaged());
        }
        let (mut text, mut check) = (vec![0; length as usize], [0; CHECK]);
        take(&mut text)?;
        take(&mut check)?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&start).update(&text);
        let sum = *hasher.finalize().as_bytes();
        if sum[..CHECK] != check {
            return Err(damaged());
        }
        let AnyFormat { format } = serde_json::from_slice(&text).map_err(|_| damaged())?;
        if format > FORMAT {
            return Err(Obstacle::NewerThanApp { before: None }.into());
        }
        let head: Self = serde_json::from_slice(&text).map_err(|_| damaged())?;
        if head.keys.vault_id != head.vault_id || head.keys.generation != head.generation || head.format != FORMAT {
            return Err(damaged());
        }
        head.keys.verify_check()?;
        Ok((head, sum))
    }

    pub(super) fn archive_key(&self, master: &MasterKey) -> Result<DerivedKey, VaultError> {
        let salt = unhex(&self.salt).filter(|salt| salt.len() == 32).ok_or_else(|| VaultError::backup_damaged("its head"))?;
        Ok(expand(&salt, master.derive(Purpose::Backup).as_ref(), b"v1/backup-archive"))
    }
}
