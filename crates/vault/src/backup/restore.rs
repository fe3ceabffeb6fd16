use std::path::{Path, PathBuf};

use holdall_model::Task;

use super::compare::Contents;
use super::entry::Summary;
use super::open::{Opened, walk};
use super::{Backup, BackupKey, make};
use crate::audit::{Act, AuditEvent};
use crate::encoding::hex;
use crate::keys::Purpose;
use crate::vault::{assemble, check_originals, check_place, make_beside};
use crate::{Outside, Vault, VaultError, beside, db, disk};

/// A vault that was taken out of a backup and stands in a folder of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    pub dir: PathBuf,
    pub contents: Contents,
    /// Originals that were already missing when the backup was made.
    pub originals_missing: u64,
}

impl Backup {
    /// Puts the whole vault into a folder that does not exist yet or is empty, never over another one. It appears there only when
    /// everything has been checked as in [`super::Depth::Full`]. Open it with [`Vault::open_older`]: the keyring may know a newer state.
    pub fn restore(&self, into: &Path, key: BackupKey<'_>, task: &Task) -> Result<Restored, VaultError> {
        check_place(into)?;
        let mut opened = self.open(key, task)?;
        make_beside(into, |making| {
            let (summary, vault) = opened.unpack(making, &key.outside(), task)?;
            let contents = vault.contents()?;
            let event = AuditEvent::new(Act::Restored, self.number.to_string()).hash("head", &opened.sum);
            let folder = self.file.parent().unwrap_or(Path::new("")).to_string_lossy();
            vault.transact(event, |tx, _| make::remember(tx, self.number, &folder, self.created_at))?;
            drop(vault);
            disk::sync_tree(making)?;
            Ok(Restored { dir: into.to_path_buf(), contents, originals_missing: summary.originals_missing })
        })
    }
}

impl Opened {
    /// Unpacks into a private folder, opens the vault there, and compares all of it with what was told when it was made.
    pub(super) fn unpack(&mut self, dir: &Path, outside: &Outside, task: &Task) -> Result<(Summary, Vault), VaultError> {
        disk::make_private_dir(&dir.join(disk::BLOBS))?;
        let (path, salt) = (dir.join(disk::DATABASE), self.head.keys.page_salt()?);
        let (key, quiet) = (&self.master.derive(Purpose::Page), &task.beside());
        let (summary, dump, broken) = std::thread::scope(|scope| {
            let mut compared = None;
            // Before it is opened as a vault, which may bring it to a newer form.
            let compare = || beside::start(scope, || db::check_and_dump(&path, key, salt, quiet)).map(|begun| compared = Some(begun));
            let summary = walk(&mut self.stream, Some(dir), task, compare)?;
            task.phase("comparing", None)?;
            let originals = || check_originals(&db::open_copy(&path, key, salt)?, dir, &self.master.derive(Purpose::Blob), task);
            let (broken, dump) = (originals(), compared.map(beside::end).transpose());
            Ok::<_, VaultError>((summary, dump, broken))
        })?;
        let differs = || VaultError::backup_damaged("what it holds differs from what the vault held");
        let dump = dump.map_err(|error| match error {
            VaultError::Damaged { .. } => differs(),
            other => other,
        })?;
        if dump.is_none_or(|dump| hex(&dump.hash) != summary.dump || dump.rows != summary.rows) {
            return Err(differs());
        }
        let broken = broken?;
        if broken.iter().any(|found| !found.missing) || broken.len() as u64 != summary.originals_missing {
            return Err(VaultError::backup_damaged("its originals"));
        }
        self.head.keys.clone().seal_and_write(dir, &self.master)?;
        let vault = assemble(dir, self.head.keys.clone(), self.master.clone(), outside.clone())?;
        Ok((summary, vault))
    }
}
