use std::io::Read;
use std::path::Path;

use holdall_model::Task;
use rusqlite::Connection;

use super::Vault;
use crate::audit::{AuditReport, chain};
use crate::keys::{DerivedKey, Purpose};
use crate::originals::OriginalReader;
use crate::{VaultError, db, disk};

/// An original that can no longer be read whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenOriginal {
    /// The imports that brought it.
    pub imports: Vec<crate::ImportId>,
    /// The file is gone; otherwise it is there and damaged.
    pub missing: bool,
}

/// What a check of the whole vault found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// The first fault of the database, which names a page or an index and never a value; `None` if every page is whole.
    pub database: Option<String>,
    pub audit: AuditReport,
    /// Originals that were read to their last byte and compared with their sums.
    pub originals: u64,
    pub broken: Vec<BrokenOriginal>,
}

impl CheckReport {
    pub fn is_whole(&self) -> bool {
        self.database.is_none() && self.audit.damage.is_none() && self.broken.is_empty()
    }
}

impl Vault {
    /// Reads everything: every page of the database and its order, every entry of the audit log, every byte of every original.
    /// Damage is in the report, not an error.
    pub fn check(&self, task: &Task) -> Result<CheckReport, VaultError> {
        task.phase("database", None)?;
        let pages = self.check_pages(task);
        let database = match pages {
            Ok(found) => found,
            Err(VaultError::Damaged { part }) => Some(part),
            Err(other) => return Err(other),
        };
        task.phase("log", None)?;
        let audit = chain::report_on(&*self.reader()?, self.inner().audit_key())?;
        task.phase("originals", None)?;
        let (originals, broken) = match (self.count_originals(), self.check_originals(task)) {
            (Ok(count), Ok(broken)) => (count, broken),
            // Where the table itself cannot be read, the database says so.
            (Err(VaultError::Damaged { .. }), _) | (_, Err(VaultError::Damaged { .. })) if database.is_some() => (0, Vec::new()),
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        Ok(CheckReport { database, audit, originals, broken })
    }

    fn check_pages(&self, task: &Task) -> Result<Option<String>, VaultError> {
        db::integrity(&mut *self.reader()?, task)
    }

    fn count_originals(&self) -> Result<u64, VaultError> {
        let n: i64 = self.reader()?.query_row("SELECT count(*) FROM original", [], |row| row.get(0))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }

    fn check_originals(&self, task: &Task) -> Result<Vec<BrokenOriginal>, VaultError> {
        let _kept = self.inner().originals.keep();
        check_originals(&*self.reader()?, self.dir(), &self.inner().derive(Purpose::Blob), task)
    }
}

/// Reads every original of the vault in `dir` to its end and compares it with the sum of the day it came.
pub(crate) fn check_originals(db: &Connection, dir: &Path, key: &DerivedKey, task: &Task) -> Result<Vec<BrokenOriginal>, VaultError> {
    let mut broken = Vec::new();
    let mut statement = db.prepare("SELECT id, blob, hash FROM original ORDER BY id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (id, blob, hash): (i64, String, [u8; 32]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let path = dir.join(disk::BLOBS).join(blob);
        if !path.exists() || !is_whole(OriginalReader::open(&path, key), &hash, task)? {
            let imports = db
                .prepare_cached("SELECT id FROM import WHERE original = ?1 ORDER BY id")?
                .query_map([id], |row| row.get(0).map(crate::ImportId))?
                .collect::<Result<_, _>>()?;
            broken.push(BrokenOriginal { imports, missing: !path.exists() });
        }
    }
    Ok(broken)
}

fn is_whole(opened: Result<OriginalReader, VaultError>, hash: &[u8; 32], task: &Task) -> Result<bool, VaultError> {
    let mut original = match opened {
        Ok(original) => original,
        Err(VaultError::Damaged { .. }) => return Ok(false),
        Err(other) => return Err(other),
    };
    let (mut hasher, mut buffer) = (blake3::Hasher::new(), vec![0; 64 * 1024]);
    loop {
        match original.read(&mut buffer) {
            Ok(0) => return Ok(hasher.finalize().as_bytes() == hash),
            Ok(n) => {
                hasher.update(&buffer[..n]);
                task.step(n as u64)?;
            }
            Err(e) if e.kind() == std::io::ErrorKind::InvalidData => return Ok(false),
            Err(e) => return Err(VaultError::disk("an original")(e)),
        }
    }
}
