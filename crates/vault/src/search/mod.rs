//! Finding records by their words: an index in a second encrypted file, derived from the first and rebuilt when in doubt.

mod catch_up;
mod expression;
mod index;
mod split;

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::db::{self, Database};
use crate::keys::DerivedKey;
use crate::{Obstacle, VaultError, disk};

pub(crate) use catch_up::{catch_up, newest_change};
pub(crate) use expression::Question;
pub(crate) use index::{Batch, Feeder, Words, import_tag, kind_tag, vendor_tag};

/// Memory for pages of the index that are not written yet, in KiB.
const WRITER_CACHE: i64 = 16 * 1024;

pub(crate) struct Search {
    pub(crate) database: Arc<Database>,
    /// Made for the first search: opening a vault does not wait for it.
    splitter: Mutex<Option<split::Splitter>>,
    catching_up: Mutex<()>,
}

impl Search {
    /// Opens the index, or begins a new one where it is missing, damaged or of another form: it is only derived.
    pub(crate) fn open(dir: &Path, key: DerivedKey, salt: [u8; 16]) -> Result<Self, VaultError> {
        let path = dir.join(disk::SEARCH);
        let open = || -> Result<Arc<Database>, VaultError> {
            let database = Arc::new(Database::open(path.clone(), key.clone(), salt, WRITER_CACHE)?);
            {
                let mut writer = database.writer();
                db::migrate(&mut writer, db::SEARCH)?;
                db::check_schema(&writer, db::SEARCH_SCHEMA)?;
            }
            Ok(database)
        };
        let database = match open() {
            Err(
                VaultError::Damaged { .. }
                | VaultError::NotOpened(Obstacle::NotEncrypted { .. } | Obstacle::NewerThanApp { .. } | Obstacle::DatabaseDamaged { .. }),
            ) => {
                for suffix in ["", "-wal", "-shm"] {
                    let file = dir.join(format!("{}{suffix}", disk::SEARCH));
                    match std::fs::remove_file(&file) {
                        Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(VaultError::disk(file)(e)),
                        _ => {}
                    }
                }
                open()?
            }
            other => other?,
        };
        Ok(Self { database, splitter: Mutex::default(), catching_up: Mutex::new(()) })
    }

    /// The words of a text, folded as the index folds them.
    pub(crate) fn words(&self, text: &str) -> Result<Vec<String>, VaultError> {
        let mut splitter = self.splitter.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *splitter {
            Some(splitter) => splitter,
            none => none.insert(split::Splitter::new()?),
        }
        .words(text)
    }

    fn catching_up(&self) -> MutexGuard<'_, ()> {
        self.catching_up.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number of the last change that the index holds.
pub(crate) fn mark(db: &Connection) -> Result<i64, VaultError> {
    use rusqlite::OptionalExtension;
    let sql = "SELECT value FROM mark WHERE name = 'change'";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
}
