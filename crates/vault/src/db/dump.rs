use holdall_model::Task;
use rusqlite::Connection;
use rusqlite::types::ValueRef;

use crate::VaultError;

/// The sum of everything a database tells, whatever pages it lies on: equal sums mean equal content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Dump {
    pub hash: [u8; 32],
    pub rows: u64,
}

/// Reads every row of every table in the order of its primary key.
pub(crate) fn dump(db: &Connection, task: &Task) -> Result<Dump, VaultError> {
    let mut hasher = blake3::Hasher::new();
    let mut rows = 0;
    let tables: Vec<String> = db
        .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_stat%' ORDER BY name")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for table in tables {
        field(&mut hasher, b't', table.as_bytes());
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
            task.step(1)?;
            rows += 1;
            for column in 0..columns {
                match row.get_ref(column)? {
                    ValueRef::Null => field(&mut hasher, b'n', b""),
                    ValueRef::Integer(n) => field(&mut hasher, b'i', &n.to_le_bytes()),
                    ValueRef::Real(n) => field(&mut hasher, b'r', &n.to_bits().to_le_bytes()),
                    ValueRef::Text(text) => field(&mut hasher, b's', text),
                    ValueRef::Blob(blob) => field(&mut hasher, b'b', blob),
                }
            }
        }
    }
    Ok(Dump { hash: hasher.finalize().into(), rows })
}

fn field(hasher: &mut blake3::Hasher, kind: u8, bytes: &[u8]) {
    hasher.update(&[kind]).update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
}

/// Lets SQLite look at every page of the trees: structure, order, indices, types. Says what it found in its own words, which
/// name pages and tables and never a value.
pub(crate) fn integrity(db: &Connection) -> Result<Option<String>, VaultError> {
    let first: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((first != "ok").then_some(first))
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
