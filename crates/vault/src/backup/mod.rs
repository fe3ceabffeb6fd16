//! Backups: one file that holds everything and says of itself what it is (docs/storage.md, docs/adr/0011-backups.md).
//!
//! A plain head (which vault, which state, the ways in), then one sealed stream: the database as it was at one moment, the
//! originals, and an end that tells what must have come before. The word index is derived and left out.

mod compare;
mod drill;
mod entry;
mod head;
mod keep;
mod make;
mod open;
mod restore;
mod sample;
mod stream;

use std::path::{Path, PathBuf};

pub use compare::{Comparison, Contents};
pub use drill::DrillReport;
pub use keep::{Retention, Thinned};
pub use make::BackupMade;
pub use open::{BackupKey, Depth, Verified};
pub use restore::Restored;
pub use sample::Sampled;

use crate::vault::{WayIn, ways_in};
use crate::{VaultError, disk};
use head::Head;

const ENDING: &str = "holdall-backup";

/// What a backup says of itself without a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    pub file: PathBuf,
    pub vault_id: String,
    /// The vault's name.
    pub name: String,
    /// 1, 2, 3… of this vault: the order of its backups, whatever the clock said.
    pub number: u64,
    /// Of the ways in, as in [`crate::Status`].
    pub generation: u64,
    /// Milliseconds since 1970 UTC.
    pub created_at: i64,
    pub app_version: String,
    /// Size of the file.
    pub bytes: u64,
    /// The ways in that open it: those the vault had then.
    pub ways_in: Vec<WayIn>,
}

/// What lies in a folder of backups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Newest first within each vault.
    pub backups: Vec<Backup>,
    /// Files that are called backups and whose heads cannot be read.
    pub unreadable: Vec<PathBuf>,
}

impl Backup {
    /// Reads the head of a backup. Needs no key and changes nothing.
    pub fn look(file: &Path) -> Result<Self, VaultError> {
        let mut input = std::fs::File::open(file).map_err(VaultError::disk(file))?;
        let bytes = input.metadata().map_err(VaultError::disk(file))?.len();
        let (head, _) = Head::read(&mut input)?;
        Ok(Self::of(file, &head, bytes))
    }

    /// Everything in a folder that is called a backup.
    pub fn list(folder: &Path) -> Result<Listing, VaultError> {
        let mut listing = Listing { backups: Vec::new(), unreadable: Vec::new() };
        for entry in std::fs::read_dir(folder).map_err(VaultError::disk(folder))? {
            let file = entry.map_err(VaultError::disk(folder))?.path();
            if !file.is_file() || file.extension().is_none_or(|ending| ending != ENDING) {
                continue;
            }
            match Self::look(&file) {
                Ok(backup) => listing.backups.push(backup),
                Err(_) => listing.unreadable.push(file),
            }
        }
        listing.backups.sort_by(|a, b| (&a.vault_id, b.number, &b.file).cmp(&(&b.vault_id, a.number, &a.file)));
        listing.unreadable.sort();
        Ok(listing)
    }

    fn of(file: &Path, head: &Head, bytes: u64) -> Self {
        Self {
            file: file.to_path_buf(),
            vault_id: head.vault_id.clone(),
            name: head.keys.name.clone(),
            number: head.number,
            generation: head.generation,
            created_at: head.created_at,
            app_version: head.app_version.clone(),
            bytes,
            ways_in: ways_in(&head.keys),
        }
    }
}

/// Where the unfinished backup of a workshop goes, so that the next opening can take it away after a crash.
const GOES_TO: &str = "goes-to";

/// Takes away the unfinished backups that a crash left. Only the holder of the vault's lock may call it.
pub(crate) fn sweep(dir: &Path, vault_id: &str) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(disk::WORK)
            && let Ok(folder) = std::fs::read_to_string(entry.path().join(GOES_TO))
        {
            // A folder that is away now is looked at when it is used again.
            let _ = make::remove_parts(Path::new(&folder), vault_id);
        }
    }
}

/// A folder for work that is not finished. It is emptied when it is dropped, and swept away at the next opening after a crash.
fn workshop(parent: &Path) -> Result<tempfile::TempDir, VaultError> {
    let work = tempfile::Builder::new().prefix(disk::WORK).tempdir_in(parent).map_err(VaultError::disk(parent))?;
    disk::make_private_dir(work.path())?;
    Ok(work)
}
