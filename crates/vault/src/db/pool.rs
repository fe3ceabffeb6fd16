use std::ops::{Deref, DerefMut};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use holdall_model::Task;
use rusqlite::Connection;

use super::engine::{self, Place, Role};
use crate::VaultError;
use crate::keys::DerivedKey;

/// One encrypted file: a single writer, and readers, all of them opened when they are needed. Each reads the definitions of all tables.
pub(crate) struct Database {
    path: PathBuf,
    key: DerivedKey,
    salt: [u8; 16],
    cache_kib: i64,
    writer: Mutex<Slot>,
    returned: Condvar,
    readers: Mutex<Vec<Connection>>,
}

/// Where the writer is.
enum Slot {
    NotOpened,
    Free(Connection),
    Taken,
}

/// Idle readers kept; more may be open for a moment.
const IDLE_READERS: usize = 4;

impl Database {
    /// Opens nothing yet. `cache_kib` is the writer's memory for pages that it has changed.
    pub(crate) fn at(path: PathBuf, key: DerivedKey, salt: [u8; 16], cache_kib: i64) -> Self {
        Self { path, key, salt, cache_kib, writer: Mutex::new(Slot::NotOpened), returned: Condvar::new(), readers: Mutex::default() }
    }

    pub(super) fn path(&self) -> &std::path::Path {
        &self.path
    }

    /// Copies what `from` sees into a new file under the same key.
    pub(super) fn copy(&self, from: &Connection, to: &std::path::Path, task: &Task) -> Result<(), VaultError> {
        super::copy(from, to, &self.key, self.salt, task)
    }

    pub(super) fn open_copy(&self, path: &std::path::Path) -> Result<Connection, VaultError> {
        super::open_copy(path, &self.key, self.salt)
    }

    /// Waits until the writer is free and takes it. The first one to ask opens it, and makes the file where it is not there.
    pub(crate) fn writer(self: &Arc<Self>) -> Result<Writer, VaultError> {
        let mut slot = lock(&self.writer);
        while matches!(*slot, Slot::Taken) {
            slot = self.returned.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
        let connection = match std::mem::replace(&mut *slot, Slot::NotOpened) {
            Slot::Free(connection) => connection,
            Slot::NotOpened | Slot::Taken => engine::open(&self.place(), Role::Writer { cache_kib: self.cache_kib })?,
        };
        *slot = Slot::Taken;
        Ok(Writer { database: self.clone(), connection: Some(connection) })
    }

    fn place(&self) -> Place<'_> {
        Place { path: &self.path, key: &self.key, salt: self.salt }
    }

    pub(crate) fn reader(self: &Arc<Self>) -> Result<Reader, VaultError> {
        let idle = lock(&self.readers).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => engine::open(&self.place(), Role::Reader)?,
        };
        Ok(Reader { database: self.clone(), connection: Some(connection) })
    }

    /// Two readers, each in a transaction that sees the same state, so that two threads can read it. Other readers and the writer are
    /// not held up.
    pub(crate) fn two_readers(self: &Arc<Self>, task: &Task) -> Result<[Reader; 2], VaultError> {
        let readers = [self.reader()?, self.reader()?];
        // Changes when this connection meets what another one has committed. Asked in a transaction, it also fixes what that one sees.
        let version = |reader: &Reader| reader.query_row("PRAGMA data_version", [], |row| row.get::<_, i64>(0));
        loop {
            let before = version(&readers[1])?;
            for reader in &readers {
                reader.execute_batch("BEGIN")?;
                version(reader)?;
            }
            if version(&readers[1])? == before {
                return Ok(readers);
            }
            // Somebody has committed in between.
            for reader in &readers {
                reader.execute_batch("ROLLBACK")?;
            }
            task.step(0)?;
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The only connection that writes. It can be moved to another thread; when dropped, an open transaction is rolled back.
pub(crate) struct Writer {
    database: Arc<Database>,
    connection: Option<Connection>,
}

impl Deref for Writer {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("present until dropped")
    }
}

impl DerefMut for Writer {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("present until dropped")
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            if !connection.is_autocommit() {
                // A failure here means that SQLite has rolled back by itself.
                let _ = connection.execute_batch("ROLLBACK");
            }
            *lock(&self.database.writer) = Slot::Free(connection);
            self.database.returned.notify_one();
        }
    }
}

pub(crate) struct Reader {
    database: Arc<Database>,
    connection: Option<Connection>,
}

impl Deref for Reader {
    type Target = Connection;
    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("present until dropped")
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("present until dropped")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && connection.is_autocommit()
        {
            let mut idle = lock(&self.database.readers);
            if idle.len() < IDLE_READERS {
                idle.push(connection);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_readers_see_one_state_while_others_commit() {
        let dir = tempfile::tempdir().expect("a folder");
        let database = Arc::new(Database::at(dir.path().join("x.db"), zeroize::Zeroizing::new([3; 32]), [7; 16], 1024));
        let writer = database.writer().expect("opens");
        writer.execute_batch("PRAGMA synchronous = OFF; CREATE TABLE t (n)").expect("makes");
        let done = std::sync::atomic::AtomicBool::new(false);
        let is_done = || done.load(std::sync::atomic::Ordering::Relaxed);
        let count = |reader: &Reader| -> i64 { reader.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).expect("reads") };
        std::thread::scope(|scope| {
            scope.spawn(move || {
                while !is_done() {
                    writer.execute_batch("INSERT INTO t VALUES (1)").expect("writes");
                }
            });
            let mut seen = std::collections::BTreeSet::new();
            for _ in 0..300 {
                let [one, other] = database.two_readers(&Task::silent()).expect("both");
                // Their states are fixed: nothing that is committed now is seen by either.
                std::thread::yield_now();
                let counts = [count(&other), count(&one), count(&other)];
                assert!(counts.iter().all(|n| *n == counts[0]), "{counts:?}");
                seen.insert(counts[0]);
                [one, other].iter().for_each(|reader| reader.execute_batch("ROLLBACK").expect("ends"));
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(seen.len() > 1, "nothing was committed meanwhile");
        });
    }
}
