use rusqlite::{Connection, OptionalExtension, Row};

use super::types::*;
use crate::{Vault, VaultError};

const PARTNER: &str = "origin, added_at, changed_at, body";
const GRANT: &str = "id, partner, state, created_at, body";

fn partner(row: &Row<'_>) -> rusqlite::Result<Partner> {
    Ok(Partner { origin: row.get(0)?, added_at: row.get(1)?, changed_at: row.get(2)?, body: row.get(3)? })
}

fn grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant { id: row.get(0)?, partner: row.get(1)?, state: row.get(2)?, created_at: row.get(3)?, body: row.get(4)? })
}

fn all<T>(db: &Connection, sql: &str, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>, VaultError> {
    Ok(db.prepare_cached(sql)?.query_map([], read)?.collect::<Result<_, _>>()?)
}

fn one<T>(db: &Connection, sql: &str, key: &str, read: fn(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>, VaultError> {
    Ok(db.prepare_cached(sql)?.query_row([key], read).optional()?)
}

impl Vault {
    pub fn partners(&self) -> Result<Vec<Partner>, VaultError> {
        all(&*self.reader()?, &format!("SELECT {PARTNER} FROM partner ORDER BY origin"), partner)
    }

    pub fn partner(&self, origin: &str) -> Result<Option<Partner>, VaultError> {
        one(&*self.reader()?, &format!("SELECT {PARTNER} FROM partner WHERE origin = ?1"), origin, partner)
    }

    /// Newest first.
    pub fn grants(&self) -> Result<Vec<Grant>, VaultError> {
        all(&*self.reader()?, &format!("SELECT {GRANT} FROM grant_ ORDER BY created_at DESC, id"), grant)
    }

    pub fn grant(&self, id: &str) -> Result<Option<Grant>, VaultError> {
        one(&*self.reader()?, &format!("SELECT {GRANT} FROM grant_ WHERE id = ?1"), id, grant)
    }

    pub fn setting(&self, name: &str) -> Result<Option<String>, VaultError> {
        one(&*self.reader()?, "SELECT value FROM setting WHERE name = ?1", name, |row| row.get(0))
    }
}
