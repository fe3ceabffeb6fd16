use std::path::Path;

use holdall_model::Task;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::engine::{self, Place, Role};
use crate::VaultError;
use crate::keys::DerivedKey;

/// Pages copied between two looks at the task: about a megabyte.
const STEP: i32 = 128;

/// Copies a database into a new file, encrypted under a key of its own, while others go on writing.
///
/// What `from` sees when its transaction begins is what is copied; begin one before, or it may start over. A copy that is to stay has to
/// be synced.
pub(crate) fn copy(from: &Connection, path: &Path, key: &DerivedKey, salt: [u8; 16], task: &Task) -> Result<(), VaultError> {
    let mut to = engine::open(&Place { path, key, salt }, Role::Copy)?;
    {
        let backup = Backup::new(from, &mut to)?;
        loop {
            match backup.step(STEP)? {
                StepResult::Done => break,
                StepResult::More => {
                    task.step(u64::from(STEP.unsigned_abs()) * u64::from(engine::PAGE_SIZE))?;
                }
                _ => return Err(VaultError::Database("the database is busy".to_owned())),
            }
        }
    }
    Ok(())
}

/// Opens a copy to read it.
pub(crate) fn open_copy(path: &Path, key: &DerivedKey, salt: [u8; 16]) -> Result<Connection, VaultError> {
    engine::open(&Place { path, key, salt }, Role::Reader)
}

/// Bytes of a database as a copy of it takes them.
pub(crate) fn bytes(db: &Connection) -> Result<u64, VaultError> {
    let pages: i64 = db.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    Ok(u64::try_from(pages).unwrap_or(0) * u64::from(engine::PAGE_SIZE))
}
