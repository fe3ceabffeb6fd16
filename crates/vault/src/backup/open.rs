use std::collections::HashSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use holdall_model::Task;

use super::entry::{self, Kind, Summary};
use super::head::Head;
use super::stream::Opener;
use super::{Backup, workshop};
use crate::keys::MasterKey;
use crate::vault::unlock;
use crate::{Key, Outside, Vault, VaultError, disk};

/// What a backup is opened with.
#[derive(Clone, Copy)]
pub enum BackupKey<'a> {
    /// The open vault it is a backup of. One that was made before the vault's master key was changed needs one of its own ways in.
    Vault(&'a Vault),
    /// A way in that the vault had when the backup was made.
    Way(Key<'a>, &'a Outside),
}

/// How much of a backup is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// The head and its seal: that it is ours, and that this key opens it.
    Head,
    /// Every piece, in order, to the end.
    Structure,
    /// It is restored to a temporary place, opened, checked, and compared with what the vault held when it was made.
    Full,
}

/// A backup that passed a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub depth: Depth,
    /// Sealed pieces that were opened, of 64 KiB each. None at [`Depth::Head`].
    pub pieces: u64,
    pub originals: u64,
    /// Originals that were already missing in the vault when it was made.
    pub originals_missing: u64,
    /// Rows of the database that were compared. None before [`Depth::Full`].
    pub rows: u64,
}

/// An archive whose key has proved right.
pub(super) struct Opened {
    pub head: Head,
    pub sum: [u8; 32],
    pub master: MasterKey,
    pub stream: Opener<File>,
}

impl Backup {
    /// Checks a backup. What is wrong is an error that names the place; nothing is changed.
    pub fn verify(&self, key: BackupKey<'_>, depth: Depth, task: &Task) -> Result<Verified, VaultError> {
        let mut opened = self.open(key, task)?;
        let mut verified = Verified { depth, pieces: 0, originals: 0, originals_missing: 0, rows: 0 };
        let summary = match depth {
            Depth::Head => return Ok(verified),
            Depth::Structure => walk(&mut opened.stream, None, task, || Ok(()))?,
            Depth::Full => {
                let parent = match key {
                    BackupKey::Vault(vault) => vault.dir().to_path_buf(),
                    BackupKey::Way(..) => std::env::temp_dir(),
                };
                let work = workshop(&parent)?;
                let (summary, vault) = opened.unpack(work.path(), &key.outside(), task)?;
                drop(vault);
                verified.rows = summary.rows;
                summary
            }
        };
        verified.pieces = opened.stream.pieces();
        (verified.originals, verified.originals_missing) = (summary.originals, summary.originals_missing);
        Ok(verified)
    }

    pub(super) fn open(&self, key: BackupKey<'_>, task: &Task) -> Result<Opened, VaultError> {
        let mut input = File::open(&self.file).map_err(VaultError::disk(&self.file))?;
        task.phase("reading", input.metadata().ok().map(|m| m.len()))?;
        let (head, sum) = Head::read(&mut input)?;
        let vault_id = head.keys.vault_id()?;
        let master = match key {
            BackupKey::Vault(vault) => vault.inner().master().clone(),
            BackupKey::Way(key, outside) => unlock(&head.keys, &vault_id, key, outside)?.0,
        };
        // Another vault's key, or that of a time before or after a change of the master key.
        if head.keys.verify_mac(&master).is_err() {
            return Err(match key {
                BackupKey::Vault(_) => crate::Obstacle::KeyWrong.into(),
                BackupKey::Way(..) => VaultError::backup_damaged("its head"),
            });
        }
        let stream = Opener::new(&head.archive_key(&master)?, sum, input)?;
        Ok(Opened { head, sum, master, stream })
    }
}

impl BackupKey<'_> {
    pub(super) fn outside(&self) -> Outside {
        match self {
            Self::Vault(vault) => vault.inner().outside.clone(),
            Self::Way(_, outside) => (*outside).clone(),
        }
    }
}

/// Reads an archive to its end. With a folder, its files are written there; whoever keeps them syncs them. What can begin once the
/// database is there is `begun` then.
pub(super) fn walk(
    stream: &mut Opener<impl Read>,
    into: Option<&Path>,
    task: &Task,
    begun: impl FnOnce() -> Result<(), VaultError>,
) -> Result<Summary, VaultError> {
    let damaged = || VaultError::backup_damaged("its table of content");
    let mut seen: HashSet<String> = HashSet::new();
    let first = entry::take_head(stream)?;
    if first.kind != Kind::Database {
        return Err(damaged());
    }
    take(stream, first.size, into.map(|dir| dir.join(disk::DATABASE)).as_deref(), task)?;
    begun()?;
    loop {
        let next = entry::take_head(stream)?;
        match next.kind {
            Kind::Database => return Err(damaged()),
            Kind::Original => {
                take(stream, next.size, into.map(|dir| dir.join(disk::BLOBS).join(&next.name)).as_deref(), task)?;
                if !seen.insert(next.name) {
                    return Err(damaged());
                }
            }
            Kind::End => {
                let summary = entry::take_end(stream, next.size)?;
                if summary.originals != seen.len() as u64 {
                    return Err(damaged());
                }
                return Ok(summary);
            }
        }
    }
}

fn take(stream: &mut Opener<impl Read>, size: u64, to: Option<&Path>, task: &Task) -> Result<(), VaultError> {
    let Some(path) = to else { return entry::take_file(stream, size, task, |_| Ok(())) };
    let mut file = disk::create_private(path)?;
    entry::take_file(stream, size, task, |bytes| file.write_all(bytes).map_err(VaultError::disk(path)))
}
