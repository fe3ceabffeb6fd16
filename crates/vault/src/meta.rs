//! Small facts the vault keeps about itself.

use rusqlite::{Connection, OptionalExtension, params};

use crate::VaultError;

pub(crate) fn get<T: rusqlite::types::FromSql>(db: &Connection, name: &str) -> Result<Option<T>, VaultError> {
    Ok(db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?)
}

pub(crate) fn set(db: &Connection, name: &str, value: impl rusqlite::ToSql) -> Result<(), VaultError> {
    db.prepare_cached("INSERT INTO meta (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value")?
        .execute(params![name, value])?;
    Ok(())
}
