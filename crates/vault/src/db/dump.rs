use std::path::Path;

use holdall_model::Task;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::keys::DerivedKey;
use crate::{VaultError, beside};

/// The sum of everything a database tells, whatever pages it lies on: equal sums mean equal content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dump {
    pub hash: [u8; 32],
    pub rows: u64,
}

/// Reads every row of every table in the order of its primary key.
pub(crate) fn dump(db: &Connection, task: &Task) -> Result<Dump, VaultError> {
    let (mut sum, mut rows) = (Sum::default(), 0);
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for table in tables {
        sum.field(b't', table.as_bytes());
        let key: Vec<String> = db
            .prepare("SELECT name FROM pragma_table_info(?1) WHERE pk > 0 ORDER BY pk")?
            .query_map([&table], |row| row.get::<_, String>(0))?
            .collect::<Result<_, _>>()?;
        // Tables of SQLite's own have no primary key; their first column is one.
        let order = if key.is_empty() { "1".to_owned() } else { key.join(", ") };
        let mut statement = db.prepare(&format!("SELECT * FROM {table} ORDER BY {order}"))?;
        let columns = statement.column_count();
        let mut found = statement.query([])?;
        while let Some(row) = found.next()? {
            rows += 1;
            if rows % BETWEEN_LOOKS == 0 {
                task.step(BETWEEN_LOOKS)?;
            }
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Null => sum.field(b'n', b""),
                    ValueRef::Integer(n) => sum.integer(n),
                    ValueRef::Real(n) => sum.field(b'r', &n.to_bits().to_le_bytes()),
                    ValueRef::Text(text) => sum.field(b's', text),
                    ValueRef::Blob(blob) => sum.field(b'b', blob),
                }
            }
        }
    }
    Ok(Dump { hash: sum.finish(), rows })
}

/// Rows between two looks at the task.
const BETWEEN_LOOKS: u64 = 256;
/// Steps of SQLite's machine between two looks at the task: a millisecond or so.
const STEPS_BETWEEN_LOOKS: i32 = 100_000;

/// Gathers small fields before they are summed up: most of BLAKE3's speed is in long inputs.
#[derive(Default)]
struct Sum {
    hasher: blake3::Hasher,
    waiting: Vec<u8>,
}

impl Sum {
    const GATHERED: usize = 64 * 1024;

    fn field(&mut self, kind: u8, bytes: &[u8]) {
        self.add(&Self::start(kind, bytes.len()));
        self.add(bytes);
    }

    /// What stands before a field's bytes.
    fn start(kind: u8, length: usize) -> [u8; 9] {
        let mut start = [kind; 9];
        start[1..].copy_from_slice(&(length as u64).to_le_bytes());
        start
    }

    fn add(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= Self::GATHERED {
            self.hasher.update(&self.waiting);
            self.waiting.clear();
        }
    }

    /// Most fields are integers.
    fn integer(&mut self, n: i64) {
        let mut whole = [0; 17];
        whole[..9].copy_from_slice(&Self::start(b'i', 8));
        whole[9..].copy_from_slice(&n.to_le_bytes());
        self.add(&whole);
    }

    fn finish(mut self) -> [u8; 32] {
        self.hasher.update(&self.waiting);
        self.hasher.finalize().into()
    }
}

/// Lets SQLite look at every page of the trees: structure, order, indices, types. Says what it found in its own words, which
/// name pages and tables and never a value.
pub(crate) fn integrity(db: &mut Connection, task: &Task) -> Result<Option<String>, VaultError> {
    let watched = task.beside();
    db.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || watched.step(0).is_err()))?;
    let first = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
    db.progress_handler(0, None::<fn() -> bool>)?;
    match first {
        Err(_) if task.is_cancelled() => Err(VaultError::Cancelled),
        first => Ok(Some(first?).filter(|first| first != "ok")),
    }
}

/// As [`integrity`], of a copy that nobody writes to; what is wrong with it is an error.
pub(crate) fn check_copy(path: &Path, key: &DerivedKey, salt: [u8; 16], task: &Task) -> Result<(), VaultError> {
    let found = integrity(&mut super::open_copy(path, key, salt)?, task)?;
    found.map_or(Ok(()), |what| Err(VaultError::damaged(what)))
}

/// Checks a copy and sums its rows up, both at once.
pub(crate) fn check_and_dump(path: &Path, key: &DerivedKey, salt: [u8; 16], task: &Task) -> Result<Dump, VaultError> {
    std::thread::scope(|scope| {
        let checked = beside::start(scope, || check_copy(path, key, salt, task))?;
        let summed = super::open_copy(path, key, salt).and_then(|copy| dump(&copy, task));
        beside::end(checked).and(summed)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(sql: &str) -> Connection {
        let mut db = super::super::open_in_memory().expect("opens");
        super::super::migrate(&mut db, super::super::VAULT).expect("migrates");
        db.execute_batch(sql).expect("writes");
        db
    }

    #[test]
    fn a_look_at_the_trees_ends_when_it_is_cancelled() {
        let numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) ";
        let mut db = filled(&format!("INSERT INTO setting {numbers} SELECT i, i FROM n"));
        let task = Task::silent();
        assert_eq!(integrity(&mut db, &task).expect("whole"), None);
        task.cancel();
        assert_eq!(integrity(&mut db, &task).expect_err("stops").code(), "CANCELLED");
        assert_eq!(integrity(&mut db, &Task::silent()).expect("the next one is not stopped"), None);
    }

    #[test]
    fn equal_content_has_equal_sums_and_every_difference_shows() {
        let task = Task::silent();
        let rows = "INSERT INTO setting VALUES ('a', 'b'); INSERT INTO setting VALUES ('ab', 'c');";
        let one = dump(&filled(rows), &task).expect("reads");
        let other_order = dump(&filled("INSERT INTO setting VALUES ('ab', 'c'); INSERT INTO setting VALUES ('a', 'b');"), &task);
        assert_eq!(one, other_order.expect("reads"));
        for changed in [
            "INSERT INTO setting VALUES ('a', 'ba'); INSERT INTO setting VALUES ('b', 'c');",
            "INSERT INTO setting VALUES ('a', 'b')",
            "INSERT INTO setting VALUES ('a', 'b'); INSERT INTO setting VALUES ('ab', 'c'); INSERT INTO meta VALUES ('x', 1);",
        ] {
            assert_ne!(one.hash, dump(&filled(changed), &task).expect("reads").hash, "{changed}");
        }
    }
}
