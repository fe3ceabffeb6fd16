use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use holdall_model::Task;

use super::head::Head;
use super::stream::{CHUNK, TAG, open_piece};
use super::{Backup, BackupKey};
use crate::audit::{Act, AuditEvent};
use crate::keys::Purpose;
use crate::originals::OriginalReader;
use crate::{Obstacle, Vault, VaultError, disk, meta};

/// Of so many pieces one is opened each time, and another one the next time.
const ROUNDS: u64 = 20;
const ROUND: &str = "sample_round";
const AT: &str = "sampled_at";

/// What a sample found whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sampled {
    pub backups: u64,
    /// Pieces of backups that were opened.
    pub pieces: u64,
    /// Chunks of originals in the vault that were opened.
    pub chunks: u64,
    /// Backups from before a change of the master key, which this vault does not open any more.
    pub passed_over: u64,
}

impl Vault {
    /// Opens a twentieth of every backup of this vault in a folder and of every original, another one each time, so that twenty calls have
    /// looked at everything. Bits that rot are an error that names the file; then the next call looks at the same part again.
    pub fn sample(&self, folder: &Path, task: &Task) -> Result<Sampled, VaultError> {
        let round = meta::get::<i64>(&*self.reader()?, ROUND)?.and_then(|n| u64::try_from(n).ok()).unwrap_or(0);
        let vault_id = self.header().vault_id.clone();
        let mut found = Sampled::default();
        task.phase("checking", None)?;
        let listing = Backup::list(folder)?;
        if let Some(file) = listing.unreadable.first() {
            return Err(damaged(file, "its head"));
        }
        for backup in listing.backups.into_iter().filter(|b| b.vault_id == vault_id) {
            match self.sample_backup(&backup, round, task) {
                Ok(pieces) => (found.backups, found.pieces) = (found.backups + 1, found.pieces + pieces),
                Err(VaultError::NotOpened(Obstacle::KeyWrong)) => found.passed_over += 1,
                Err(VaultError::BackupDamaged { place }) => return Err(damaged(&backup.file, &place)),
                Err(other) => return Err(other),
            }
        }
        found.chunks = self.sample_originals(round, task)?;
        let now = self.inner().outside.clock.now_ms();
        let event = AuditEvent::new(Act::BackupsSampled, "").count("backups", found.backups).count("pieces", found.pieces);
        self.transact(event, |tx, _| {
            meta::set(tx, ROUND, i64::try_from((round + 1) % ROUNDS).unwrap_or(0))?;
            meta::set(tx, AT, now)
        })?;
        Ok(found)
    }

    /// When [`Vault::sample`] last found everything whole, in milliseconds since 1970 UTC.
    pub fn last_sample(&self) -> Result<Option<i64>, VaultError> {
        meta::get(&*self.reader()?, AT)
    }

    fn sample_backup(&self, backup: &Backup, round: u64, task: &Task) -> Result<u64, VaultError> {
        // Proves that the head is genuine before anything is believed of it.
        drop(backup.open(BackupKey::Vault(self), task)?);
        let failed = || VaultError::disk(&backup.file);
        let mut file = File::open(&backup.file).map_err(failed())?;
        let (head, sum) = Head::read(&mut file)?;
        let key = head.archive_key(self.inner().master())?;
        let (start, size) = (file.stream_position().map_err(failed())?, file.metadata().map_err(failed())?.len());
        let whole = (CHUNK + TAG) as u64;
        let count = size.saturating_sub(start).div_ceil(whole);
        let mut opened = 0;
        for number in 0..count {
            let last = number + 1 == count;
            // The last one tells that none is missing: it is always looked at.
            if number % ROUNDS != round % ROUNDS && !last {
                continue;
            }
            let at = start + number * whole;
            let mut sealed = Vec::with_capacity(CHUNK + TAG);
            file.seek(SeekFrom::Start(at)).map_err(failed())?;
            (&mut file).take(whole).read_to_end(&mut sealed).map_err(failed())?;
            let number = u32::try_from(number).map_err(|_| VaultError::backup_damaged("its length"))?;
            open_piece(&key, sum, number, sealed, last)?;
            opened += 1;
            task.step(whole)?;
        }
        Ok(opened)
    }

    fn sample_originals(&self, round: u64, task: &Task) -> Result<u64, VaultError> {
        let _kept = self.inner().originals.keep();
        let reader = self.reader()?;
        let key = self.inner().derive(Purpose::Blob);
        let mut statement = reader.prepare("SELECT id, blob FROM original ORDER BY id")?;
        let mut rows = statement.query([])?;
        let mut opened = 0;
        while let Some(row) = rows.next()? {
            let (id, blob): (i64, String) = (row.get(0)?, row.get(1)?);
            let mut original = OriginalReader::open(&self.dir().join(disk::BLOBS).join(blob), &key)?;
            for chunk in 0..original.chunks() {
                // Small ones take turns.
                if chunk.wrapping_add(id.unsigned_abs()) % ROUNDS == round % ROUNDS {
                    original.check_chunk(chunk)?;
                    opened += 1;
                    task.step(1)?;
                }
            }
        }
        Ok(opened)
    }
}

/// Which of several files it is matters here.
fn damaged(file: &Path, place: &str) -> VaultError {
    VaultError::backup_damaged(format!("{}, {place}", file.file_name().unwrap_or_default().to_string_lossy()))
}
