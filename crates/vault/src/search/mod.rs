//! Finding records by their words: an index in a second encrypted file, derived from the first and rebuilt when in doubt.

mod catch_up;
mod expression;
mod index;
mod split;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdall_model::Task;
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
    path: PathBuf,
    key: DerivedKey,
    salt: [u8; 16],
    /// Opened for the first search or change, like the splitter: opening a vault waits for neither.
    database: Mutex<Option<Arc<Database>>>,
    splitter: Mutex<Option<split::Splitter>>,
    catching_up: Mutex<()>,
}

impl Search {
    pub(crate) fn of(dir: &Path, key: DerivedKey, salt: [u8; 16]) -> Self {
        let path = dir.join(disk::SEARCH);
        Self { path, key, salt, database: Mutex::default(), splitter: Mutex::default(), catching_up: Mutex::default() }
    }

    /// The index. One that is missing, damaged or of another form is begun anew: it is only derived.
    pub(crate) fn database(&self) -> Result<Arc<Database>, VaultError> {
        let mut database = lock(&self.database);
        if let Some(database) = &*database {
            return Ok(database.clone());
        }
        let opened = match self.open() {
            Err(
                VaultError::Damaged { .. }
                | VaultError::NotOpened(Obstacle::NotEncrypted { .. } | Obstacle::NewerThanApp { .. } | Obstacle::DatabaseDamaged { .. }),
            ) => {
                self.remove()?;
                self.open()?
            }
            other => other?,
        };
        Ok(database.insert(opened).clone())
    }

    /// Lets go of an index whose inside is damaged, so that the next search builds it anew. `false` where it is whole, or others are at it.
    pub(crate) fn forget_if_damaged(&self) -> Result<bool, VaultError> {
        let _busy = self.catching_up();
        let mut database = lock(&self.database);
        let Some(opened) = &*database else { return Ok(false) };
        let found = opened.reader().and_then(|mut reader| db::integrity(&mut reader, &Task::silent()));
        let damaged = matches!(found, Ok(Some(_)) | Err(VaultError::Damaged { .. }));
        if !damaged || Arc::strong_count(opened) > 1 {
            return Ok(false);
        }
        // Every connection is closed before the file goes.
        *database = None;
        self.remove()?;
        Ok(true)
    }

    fn open(&self) -> Result<Arc<Database>, VaultError> {
        let database = Arc::new(Database::at(self.path.clone(), self.key.clone(), self.salt, WRITER_CACHE));
        let mut writer = database.writer()?;
        db::migrate(&mut writer, db::SEARCH)?;
        db::check_schema(&writer, db::SEARCH_SCHEMA)?;
        drop(writer);
        Ok(database)
    }

    fn remove(&self) -> Result<(), VaultError> {
        for suffix in ["", "-wal", "-shm"] {
            let file = self.path.with_file_name(format!("{}{suffix}", disk::SEARCH));
            match std::fs::remove_file(&file) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(VaultError::disk(file)(e)),
                _ => {}
            }
        }
        Ok(())
    }

    /// The words of a text, folded as the index folds them.
    pub(crate) fn words(&self, text: &str) -> Result<Vec<String>, VaultError> {
        let mut splitter = lock(&self.splitter);
        match &mut *splitter {
            Some(splitter) => splitter,
            none => none.insert(split::Splitter::new()?),
        }
        .words(text)
    }

    fn catching_up(&self) -> MutexGuard<'_, ()> {
        lock(&self.catching_up)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The number of the last change that the index holds.
pub(crate) fn mark(db: &Connection) -> Result<i64, VaultError> {
    use rusqlite::OptionalExtension;
    let sql = "SELECT value FROM mark WHERE name = 'change'";
    Ok(db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?.unwrap_or(0))
}
