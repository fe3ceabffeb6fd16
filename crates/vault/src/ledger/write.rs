use rusqlite::{Transaction, params};

use super::read::Reads;
use super::types::*;
use crate::audit::AuditEvent;
use crate::{Vault, VaultError};

impl OutboxState {
    pub(super) fn code(self) -> i64 {
        match self {
            Self::Waiting => 0,
            Self::Done => 1,
            Self::Failed => 2,
        }
    }

    pub(super) fn from_code(code: i64) -> Self {
        match code {
            0 => Self::Waiting,
            1 => Self::Done,
            _ => Self::Failed,
        }
    }
}

/// One write: everything done through it happens together with its audit event, or not at all.
pub struct Ledger<'a> {
    tx: &'a Transaction<'a>,
    event: &'a mut AuditEvent,
}

impl Vault {
    /// Changes the ledger. There is no other way, so no change goes without an audit event.
    pub fn write<T, E: From<VaultError>>(&self, event: AuditEvent, act: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>) -> Result<T, E> {
        self.transact(event, |tx, event| act(&mut Ledger { tx, event }))
    }
}

impl Ledger<'_> {
    /// Adds a hash that became known during the write to its audit event.
    pub fn note_hash(&mut self, name: &'static str, hash: &[u8]) {
        *self.event = self.event.clone().hash(name, hash);
    }

    /// Adds a number that became known during the write to its audit event.
    pub fn note_count(&mut self, name: &'static str, n: u64) {
        *self.event = self.event.clone().count(name, n);
    }

    /// Adds a partner or replaces what is known of it. A descriptor older than the known one is refused.
    pub fn put_partner(&mut self, partner: &Partner) -> Result<(), VaultError> {
        let changed = self
            .tx
            .prepare_cached(
                "INSERT INTO partner (origin, descriptor_jws, key_pin, sequence, added_at, changed_at, view) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (origin) DO UPDATE SET descriptor_jws = excluded.descriptor_jws, key_pin = excluded.key_pin,
                 sequence = excluded.sequence, changed_at = excluded.changed_at, view = excluded.view
                 WHERE excluded.sequence >= sequence",
            )?
            .execute(params![
                partner.origin,
                partner.descriptor_jws,
                partner.key_pin,
                partner.sequence,
                partner.added_at,
                partner.changed_at,
                partner.view
            ])?;
        if changed == 0 {
            return Err(VaultError::Refused { what: "The partner's descriptor", why: "a newer one is known" });
        }
        Ok(())
    }

    /// Forgets a partner. Its grants and messages stay: they are the proof of what was shared.
    pub fn remove_partner(&mut self, origin: &str) -> Result<(), VaultError> {
        let removed = self.tx.prepare_cached("DELETE FROM partner WHERE origin = ?1")?.execute([origin])?;
        found(removed, "partner")
    }

    /// Adds a grant or replaces it whole.
    pub fn put_grant(&mut self, grant: &Grant) -> Result<(), VaultError> {
        self.tx
            .prepare_cached(
                "INSERT INTO grant_ (id, partner, state, purpose, created_at, expires_at, view) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (id) DO UPDATE SET partner = excluded.partner, state = excluded.state, purpose = excluded.purpose,
                 created_at = excluded.created_at, expires_at = excluded.expires_at, view = excluded.view",
            )?
            .execute(params![grant.id, grant.partner, grant.state, grant.purpose, grant.created_at, grant.expires_at, grant.view])?;
        Ok(())
    }

    pub fn set_grant_state(&mut self, id: &str, state: &str, view: &str) -> Result<(), VaultError> {
        let changed = self.tx.prepare_cached("UPDATE grant_ SET state = ?2, view = ?3 WHERE id = ?1")?.execute(params![id, state, view])?;
        found(changed, "grant")
    }

    /// Keeps a message. The same bytes again are not kept twice: the number of the first is given back.
    pub fn add_message(&mut self, message: &Message) -> Result<i64, VaultError> {
        if let Some(known) = self.message(&message.sha256)? {
            return Ok(known.number);
        }
        let direction = match message.direction {
            Direction::Sent => 0,
            Direction::Received => 1,
        };
        self.tx
            .prepare_cached("INSERT INTO message (grant_id, direction, typ, jws, sha256, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
            .execute(params![message.grant, direction, message.typ, message.jws, message.sha256, message.at])?;
        Ok(self.tx.last_insert_rowid())
    }

    /// Adds something to send, or replaces its attempts, time, state and error; its body never changes.
    pub fn put_outbox(&mut self, item: &OutboxItem) -> Result<(), VaultError> {
        self.tx
            .prepare_cached(
                "INSERT INTO outbox (id, grant_id, operation, path, body, attempts, next_at, state, last_error, position)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, (SELECT coalesce(max(position), 0) + 1 FROM outbox))
                 ON CONFLICT (id) DO UPDATE SET attempts = excluded.attempts, next_at = excluded.next_at, state = excluded.state,
                 last_error = excluded.last_error",
            )?
            .execute(params![
                item.id,
                item.grant,
                item.operation,
                item.path,
                item.body,
                item.attempts,
                item.next_at,
                item.state.code(),
                item.last_error
            ])?;
        Ok(())
    }

    /// Keeps a new secret. An existing one is never overwritten: what it opened could not be opened any more.
    pub fn put_key(&mut self, key: &RelationshipKey) -> Result<(), VaultError> {
        let added = self
            .tx
            .prepare_cached("INSERT OR IGNORE INTO relationship_key (partner, use_for, secret, created_at) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![key.partner, key.use_for, key.secret.as_slice(), key.created_at])?;
        if added == 0 {
            return Err(VaultError::Refused { what: "The key", why: "there is one already" });
        }
        Ok(())
    }

    /// Sets or, with `None`, clears a setting.
    pub fn set_setting(&mut self, name: &str, value: Option<&str>) -> Result<(), VaultError> {
        match value {
            Some(value) => self
                .tx
                .prepare_cached(
                    "INSERT INTO setting (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                )?
                .execute(params![name, value])?,
            None => self.tx.prepare_cached("DELETE FROM setting WHERE name = ?1")?.execute([name])?,
        };
        Ok(())
    }
}

/// The reads, seeing what this write has already done.
impl Ledger<'_> {
    pub fn partners(&self) -> Result<Vec<Partner>, VaultError> {
        Reads(self.tx).partners()
    }

    pub fn partner(&self, origin: &str) -> Result<Option<Partner>, VaultError> {
        Reads(self.tx).partner(origin)
    }

    pub fn grants(&self) -> Result<Vec<Grant>, VaultError> {
        Reads(self.tx).grants()
    }

    pub fn grant(&self, id: &str) -> Result<Option<Grant>, VaultError> {
        Reads(self.tx).grant(id)
    }

    pub fn messages(&self, grant: &str) -> Result<Vec<Message>, VaultError> {
        Reads(self.tx).messages(grant)
    }

    pub fn message(&self, sha256: &[u8; 32]) -> Result<Option<Message>, VaultError> {
        Reads(self.tx).message(sha256)
    }

    pub fn outbox(&self, grant: Option<&str>) -> Result<Vec<OutboxItem>, VaultError> {
        Reads(self.tx).outbox(grant)
    }

    pub fn relationship_key(&self, origin: &str, use_for: &str) -> Result<Option<RelationshipKey>, VaultError> {
        Reads(self.tx).relationship_key(origin, use_for)
    }

    pub fn setting(&self, name: &str) -> Result<Option<String>, VaultError> {
        Reads(self.tx).setting(name)
    }
}

fn found(rows: usize, what: &'static str) -> Result<(), VaultError> {
    if rows == 0 { Err(VaultError::NotFound { what }) } else { Ok(()) }
}
