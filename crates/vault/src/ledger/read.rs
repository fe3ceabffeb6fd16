use rusqlite::{Connection, OptionalExtension, Row, params};
use zeroize::Zeroizing;

use super::types::*;
use crate::{Vault, VaultError};

const PARTNER: &str = "origin, descriptor_jws, key_pin, sequence, added_at, changed_at, view";
const GRANT: &str = "id, partner, state, purpose, created_at, expires_at, view";
const MESSAGE: &str = "number, grant_id, direction, typ, jws, sha256, at";
const OUTBOX: &str = "id, grant_id, operation, path, body, attempts, next_at, state, last_error";

fn partner(row: &Row<'_>) -> rusqlite::Result<Partner> {
    Ok(Partner {
        origin: row.get(0)?,
        descriptor_jws: row.get(1)?,
        key_pin: row.get(2)?,
        sequence: row.get(3)?,
        added_at: row.get(4)?,
        changed_at: row.get(5)?,
        view: row.get(6)?,
    })
}

fn grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    Ok(Grant {
        id: row.get(0)?,
        partner: row.get(1)?,
        state: row.get(2)?,
        purpose: row.get(3)?,
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
        view: row.get(6)?,
    })
}

fn message(row: &Row<'_>) -> rusqlite::Result<Message> {
    Ok(Message {
        number: row.get(0)?,
        grant: row.get(1)?,
        direction: if row.get::<_, i64>(2)? == 0 { Direction::Sent } else { Direction::Received },
        typ: row.get(3)?,
        jws: row.get(4)?,
        sha256: row.get(5)?,
        at: row.get(6)?,
    })
}

fn outbox_item(row: &Row<'_>) -> rusqlite::Result<OutboxItem> {
    Ok(OutboxItem {
        id: row.get(0)?,
        grant: row.get(1)?,
        operation: row.get(2)?,
        path: row.get(3)?,
        body: row.get(4)?,
        attempts: row.get(5)?,
        next_at: row.get(6)?,
        state: OutboxState::from_code(row.get(7)?),
        last_error: row.get(8)?,
    })
}

fn all<T>(
    db: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>, VaultError> {
    Ok(db.prepare_cached(sql)?.query_map(parameters, read)?.collect::<Result<_, _>>()?)
}

fn one<T>(
    db: &Connection,
    sql: &str,
    parameters: impl rusqlite::Params,
    read: fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Option<T>, VaultError> {
    Ok(db.prepare_cached(sql)?.query_row(parameters, read).optional()?)
}

/// Every read of the ledger, on any connection: the same inside and outside of a write.
pub(super) struct Reads<'a>(pub(super) &'a Connection);

impl Reads<'_> {
    pub(super) fn partners(&self) -> Result<Vec<Partner>, VaultError> {
        all(self.0, &format!("SELECT {PARTNER} FROM partner ORDER BY origin"), [], partner)
    }

    pub(super) fn partner(&self, origin: &str) -> Result<Option<Partner>, VaultError> {
        one(self.0, &format!("SELECT {PARTNER} FROM partner WHERE origin = ?1"), [origin], partner)
    }

    pub(super) fn grants(&self) -> Result<Vec<Grant>, VaultError> {
        all(self.0, &format!("SELECT {GRANT} FROM grant_ ORDER BY created_at DESC, id"), [], grant)
    }

    pub(super) fn grant(&self, id: &str) -> Result<Option<Grant>, VaultError> {
        one(self.0, &format!("SELECT {GRANT} FROM grant_ WHERE id = ?1"), [id], grant)
    }

    pub(super) fn messages(&self, grant: &str) -> Result<Vec<Message>, VaultError> {
        all(self.0, &format!("SELECT {MESSAGE} FROM message WHERE grant_id = ?1 ORDER BY number"), [grant], message)
    }

    pub(super) fn message(&self, sha256: &[u8; 32]) -> Result<Option<Message>, VaultError> {
        one(self.0, &format!("SELECT {MESSAGE} FROM message WHERE sha256 = ?1"), [sha256], message)
    }

    pub(super) fn outbox(&self, grant: Option<&str>) -> Result<Vec<OutboxItem>, VaultError> {
        let sql = format!("SELECT {OUTBOX} FROM outbox WHERE ?1 IS NULL OR grant_id = ?1 ORDER BY position");
        all(self.0, &sql, [grant], outbox_item)
    }

    pub(super) fn outbox_due(&self, now: i64) -> Result<Vec<OutboxItem>, VaultError> {
        let sql = format!("SELECT {OUTBOX} FROM outbox WHERE state = 0 AND next_at <= ?1 ORDER BY position");
        all(self.0, &sql, [now], outbox_item)
    }

    pub(super) fn relationship_key(&self, origin: &str, use_for: &str) -> Result<Option<RelationshipKey>, VaultError> {
        let sql = "SELECT partner, use_for, secret, created_at FROM relationship_key WHERE partner = ?1 AND use_for = ?2";
        one(self.0, sql, params![origin, use_for], |row| {
            Ok(RelationshipKey { partner: row.get(0)?, use_for: row.get(1)?, secret: Zeroizing::new(row.get(2)?), created_at: row.get(3)? })
        })
    }

    pub(super) fn setting(&self, name: &str) -> Result<Option<String>, VaultError> {
        one(self.0, "SELECT value FROM setting WHERE name = ?1", [name], |row| row.get(0))
    }
}

/// Reading the ledger outside of a write.
impl Vault {
    pub fn partners(&self) -> Result<Vec<Partner>, VaultError> {
        Reads(&*self.reader()?).partners()
    }

    pub fn partner(&self, origin: &str) -> Result<Option<Partner>, VaultError> {
        Reads(&*self.reader()?).partner(origin)
    }

    /// Newest first.
    pub fn grants(&self) -> Result<Vec<Grant>, VaultError> {
        Reads(&*self.reader()?).grants()
    }

    pub fn grant(&self, id: &str) -> Result<Option<Grant>, VaultError> {
        Reads(&*self.reader()?).grant(id)
    }

    /// Messages of one grant in the order in which they were kept.
    pub fn messages(&self, grant: &str) -> Result<Vec<Message>, VaultError> {
        Reads(&*self.reader()?).messages(grant)
    }

    pub fn message(&self, sha256: &[u8; 32]) -> Result<Option<Message>, VaultError> {
        Reads(&*self.reader()?).message(sha256)
    }

    /// Everything in the outbox, of one grant or of all, in order of arrival.
    pub fn outbox(&self, grant: Option<&str>) -> Result<Vec<OutboxItem>, VaultError> {
        Reads(&*self.reader()?).outbox(grant)
    }

    /// What waits and may be tried now.
    pub fn outbox_due(&self, now_ms: i64) -> Result<Vec<OutboxItem>, VaultError> {
        Reads(&*self.reader()?).outbox_due(now_ms)
    }

    pub fn relationship_key(&self, origin: &str, use_for: &str) -> Result<Option<RelationshipKey>, VaultError> {
        Reads(&*self.reader()?).relationship_key(origin, use_for)
    }

    pub fn setting(&self, name: &str) -> Result<Option<String>, VaultError> {
        Reads(&*self.reader()?).setting(name)
    }
}
