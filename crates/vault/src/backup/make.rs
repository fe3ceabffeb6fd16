use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use holdall_model::Task;
use rusqlite::Connection;

use super::entry::{self, Kind, Summary};
use super::head::Head;
use super::stream::{Opener, Sealer};
use super::{Backup, ENDING, open, workshop};
use crate::audit::{Act, AuditEvent};
use crate::encoding::hex;
use crate::keys::Purpose;
use crate::{Vault, VaultError, beside, db, disk, meta};

/// What became of a backup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupMade {
    pub backup: Backup,
    pub originals: u64,
    /// Originals that the vault names but no longer has; see [`Vault::check`]. Zero in a whole vault.
    pub originals_missing: u64,
}

/// Ending of a backup that is being written.
const PART: &str = ".holdall-part";
const NUMBER: &str = "backup_number";
const FOLDER: &str = "backup_folder";

/// The vault at one moment, copied beside it.
struct Snapshot {
    database: PathBuf,
    bytes: u64,
    /// Name and size of each original that is there.
    originals: Vec<(String, u64)>,
    originals_missing: u64,
}

impl Vault {
    /// Makes a whole backup in a folder and checks it by reading it back. Others may read and write meanwhile; what they commit
    /// after the start is not in it. Until it is finished, nothing in the folder changes but a temporary file.
    pub fn back_up(&self, folder: &Path, app_version: &str, task: &Task) -> Result<BackupMade, VaultError> {
        self.write_backup(folder, app_version, task).map_err(disk::or_full(self.dir()))
    }

    fn write_backup(&self, folder: &Path, app_version: &str, task: &Task) -> Result<BackupMade, VaultError> {
        let _kept = self.inner().originals.keep();
        std::fs::create_dir_all(folder).map_err(VaultError::disk(folder))?;
        remove_parts(folder, &self.header().vault_id)?;
        let work = workshop(self.dir())?;
        let goes_to = std::path::absolute(folder).map_err(VaultError::disk(folder))?.to_string_lossy().into_owned();
        disk::write_atomically(&work.path().join(super::GOES_TO), goes_to.as_bytes())?;
        let readers = self.inner().main.two_readers(task)?;
        // After their transactions began, so that the ways in are never older than the database.
        let keys = self.header().clone();
        let (number, now) = (self.next_backup(folder)?, self.inner().outside.clock.now_ms());
        let mut salt = [0; 32];
        self.inner().outside.entropy.fill(&mut salt).map_err(VaultError::disk("the system's random source"))?;
        let head = Head::new(&keys, number, now, app_version, &salt);

        let mut part = tempfile::Builder::new()
            .prefix(&format!(".{}-", keys.vault_id))
            .suffix(PART)
            .tempfile_in(folder)
            .map_err(VaultError::disk(folder))?;
        let (sum, summary) = self.write_proved(&head, work.path(), readers, &mut part, task)?;
        let bytes = part.as_file().metadata().map_err(VaultError::disk(folder))?.len();
        let file = put_in_place(part, folder, &keys.name, now)?;
        disk::sync_dir(folder)?;
        self.note_backup(&head, &sum, bytes, goes_to)?;
        Ok(BackupMade {
            backup: Backup::of(&file, &head, bytes),
            originals: summary.originals,
            originals_missing: summary.originals_missing,
        })
    }

    /// Copies what a read transaction sees.
    fn snapshot(&self, work: &Path, reader: &Connection, salt: [u8; 16], task: &Task) -> Result<Snapshot, VaultError> {
        let database = work.join(disk::DATABASE);
        task.phase("copying", Some(db::bytes(reader)?))?;
        db::copy(reader, &database, &self.inner().derive(Purpose::Page), salt, task)?;
        let names: Vec<String> =
            reader.prepare("SELECT blob FROM original ORDER BY id")?.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        let (mut originals, mut missing) = (Vec::with_capacity(names.len()), 0);
        for name in names {
            match std::fs::metadata(self.dir().join(disk::BLOBS).join(&name)) {
                Ok(meta) => originals.push((name, meta.len())),
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => missing += 1,
                Err(e) => return Err(VaultError::disk(name)(e)),
            }
        }
        let bytes = std::fs::metadata(&database).map_err(VaultError::disk(&database))?.len();
        Ok(Snapshot { database, bytes, originals, originals_missing: missing })
    }

    /// Makes a copy, and seals it while it is checked. Meanwhile every row of the vault itself is summed up: what a restored vault is
    /// compared with one day does not come from the copy. Whatever of it fails, there is no backup.
    fn write_proved(
        &self,
        head: &Head,
        work: &Path,
        [copied, summed]: [db::Reader; 2],
        part: &mut tempfile::NamedTempFile,
        task: &Task,
    ) -> Result<([u8; 32], Summary), VaultError> {
        let (key, salt, quiet) = (self.inner().derive(Purpose::Page), head.keys.page_salt()?, &task.beside());
        std::thread::scope(|scope| {
            // Takes longest, so it begins first.
            let summed = beside::start(scope, move || {
                let dump = db::dump(&summed, quiet)?;
                summed.execute_batch("ROLLBACK")?;
                Ok(dump)
            })?;
            let snapshot = self.snapshot(work, &copied, salt, task)?;
            copied.execute_batch("ROLLBACK")?;
            let copy = snapshot.database.clone();
            let checked = beside::start(scope, move || db::check_copy(&copy, &key, salt, quiet))?;
            let written = self.write_archive(head, &snapshot, part.as_file_mut(), task, || beside::end(summed))?;
            part.as_file().sync_all().map_err(VaultError::disk("the backup"))?;
            self.read_back(part.path(), &written.1, task)?;
            beside::end(checked).map(|()| written)
        })
    }

    /// Returns the sum of the head and what the end tells. The end waits for the sum of all rows.
    fn write_archive(
        &self,
        head: &Head,
        snapshot: &Snapshot,
        file: &mut File,
        task: &Task,
        summed: impl FnOnce() -> Result<db::Dump, VaultError>,
    ) -> Result<([u8; 32], Summary), VaultError> {
        let total = snapshot.bytes + snapshot.originals.iter().map(|(_, size)| size).sum::<u64>();
        task.phase("writing", Some(total))?;
        let (bytes, sum) = head.bytes()?;
        file.write_all(&bytes).map_err(VaultError::disk("the backup"))?;
        let key = head.archive_key(self.inner().master())?;
        let mut sealer = Sealer::new(&key, sum, file);
        let open = |path: &Path| File::open(path).map_err(VaultError::disk(path));
        entry::put_head(&mut sealer, Kind::Database, "", snapshot.bytes)?;
        entry::put_file(&mut sealer, &mut open(&snapshot.database)?, snapshot.bytes, task)?;
        for (name, size) in &snapshot.originals {
            entry::put_head(&mut sealer, Kind::Original, name, *size)?;
            entry::put_file(&mut sealer, &mut open(&self.dir().join(disk::BLOBS).join(name))?, *size, task)?;
        }
        task.phase("comparing", None)?;
        let (dump, originals) = (summed()?, snapshot.originals.len() as u64);
        let summary = Summary { dump: hex(&dump.hash), rows: dump.rows, originals, originals_missing: snapshot.originals_missing };
        entry::put_end(&mut sealer, &summary)?;
        sealer.finish()?;
        Ok((sum, summary))
    }

    /// What was written is opened once more from the disk before it takes a name.
    fn read_back(&self, part: &Path, expected: &Summary, task: &Task) -> Result<(), VaultError> {
        let size = std::fs::metadata(part).map_err(VaultError::disk(part))?.len();
        task.phase("checking", Some(size))?;
        let mut input = File::open(part).map_err(VaultError::disk(part))?;
        let (head, sum) = Head::read(&mut input)?;
        let mut opener = Opener::new(&head.archive_key(self.inner().master())?, sum, input)?;
        let summary = open::walk(&mut opener, None, task, || Ok(()))?;
        if summary == *expected { Ok(()) } else { Err(VaultError::backup_damaged("its end")) }
    }

    /// One more than the vault remembers and than the folder holds: a restored vault must not count from an older number.
    fn next_backup(&self, folder: &Path) -> Result<u64, VaultError> {
        let remembered = meta::get::<i64>(&*self.reader()?, NUMBER)?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        let vault_id = self.header().vault_id.clone();
        let listed = Backup::list(folder)?.backups.into_iter().filter(|b| b.vault_id == vault_id).map(|b| b.number).max();
        Ok(remembered.max(listed.unwrap_or(0)) + 1)
    }

    fn note_backup(&self, head: &Head, sum: &[u8; 32], bytes: u64, folder: String) -> Result<(), VaultError> {
        let event = AuditEvent::new(Act::BackupMade, head.number.to_string()).hash("head", sum).count("bytes", bytes);
        self.transact(event, |tx, _| remember(tx, head.number, &folder, head.created_at))
    }

    /// Whether anything was done since the last backup was made, looking after backups aside: if not, another one would hold the same.
    pub fn changed_since_backup(&self) -> Result<bool, VaultError> {
        const OF_BACKUPS: [Act; 4] = [Act::BackupsThinned, Act::BackupsSampled, Act::Drilled, Act::KeysRefused];
        let reader = self.reader()?;
        let mut statement = reader.prepare("SELECT entry ->> 'act' FROM audit ORDER BY seq DESC")?;
        let mut acts = statement.query([])?;
        while let Some(row) = acts.next()? {
            let act: String = row.get(0)?;
            if act == Act::BackupMade.slug() {
                return Ok(false);
            }
            if OF_BACKUPS.iter().all(|of_backups| of_backups.slug() != act) {
                break;
            }
        }
        Ok(true)
    }

    /// When the last backup was made, in milliseconds since 1970 UTC, and where; `None` if there is none yet.
    pub fn last_backup(&self) -> Result<Option<(i64, PathBuf)>, VaultError> {
        let reader = self.reader()?;
        let (at, folder) = (meta::get::<i64>(&reader, "backup_at")?, meta::get::<String>(&reader, FOLDER)?);
        Ok(at.zip(folder.map(PathBuf::from)))
    }
}

/// Notes the backup that holds this state of the vault: when it is made, and in the vault that comes out of it.
pub(super) fn remember(tx: &Connection, number: u64, folder: &str, at: i64) -> Result<(), VaultError> {
    meta::set(tx, NUMBER, i64::try_from(number).unwrap_or(i64::MAX))?;
    meta::set(tx, FOLDER, folder)?;
    meta::set(tx, "backup_at", at)
}

/// Removes what an interrupted backup of this vault left in a folder. Only the holder of the vault's lock may call it.
pub(super) fn remove_parts(folder: &Path, vault_id: &str) -> Result<(), VaultError> {
    for entry in std::fs::read_dir(folder).map_err(VaultError::disk(folder))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(&format!(".{vault_id}-")) && name.ends_with(PART) {
            std::fs::remove_file(entry.path()).map_err(VaultError::disk(entry.path()))?;
        }
    }
    Ok(())
}

/// Gives a finished backup the first free name. It never takes the place of another file.
fn put_in_place(mut part: tempfile::NamedTempFile, folder: &Path, name: &str, now: i64) -> Result<PathBuf, VaultError> {
    let date = jiff::Timestamp::from_millisecond(now).map_or_else(|_| "undated".to_owned(), |t| t.strftime("%Y-%m-%d").to_string());
    for n in 1..=10_000 {
        let again = if n == 1 { String::new() } else { format!("-{n}") };
        let file = folder.join(format!("{}-{date}{again}.{ENDING}", plain_name(name)));
        if file.exists() {
            continue;
        }
        part = match part.persist_noclobber(&file) {
            Ok(_) => return Ok(file),
            Err(e) if e.error.kind() == std::io::ErrorKind::AlreadyExists => e.file,
            // Some removable disks know no such call; the name was free a moment ago.
            Err(e) => return e.file.persist(&file).map(|_| file.clone()).map_err(|e| VaultError::disk(&file)(e.error)),
        };
    }
    Err(VaultError::Refused { what: "The backup", why: "the folder already holds ten thousand of this day" })
}

/// A vault's name as every system's files may be called.
fn plain_name(name: &str) -> String {
    let kept: String = name.chars().take(40).map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    let kept = kept.trim_matches('-');
    if kept.is_empty() { "vault".to_owned() } else { kept.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::plain_name;

    #[test]
    fn a_vaults_name_becomes_a_file_name_everywhere() {
        assert_eq!(plain_name("Änne's data: 2026"), "Änne-s-data--2026");
        assert_eq!(plain_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(plain_name("  "), "vault");
        assert_eq!(plain_name(&"x".repeat(300)).len(), 40);
    }
}
