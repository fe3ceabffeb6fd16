use rusqlite::{Transaction, params};

use super::types::*;
use crate::audit::AuditEvent;
use crate::{Vault, VaultError};

/// One write: everything done through it happens together with its audit event, or not at all.
pub struct Ledger<'a> {
    tx: &'a Transaction<'a>,
}

impl Vault {
    /// Changes the ledger. There is no other way, so no change goes without an audit event.
    pub fn write<T, E: From<VaultError>>(&self, event: AuditEvent, act: impl FnOnce(&mut Ledger<'_>) -> Result<T, E>) -> Result<T, E> {
        self.transact(event, |tx, _| act(&mut Ledger { tx }))
    }
}

impl Ledger<'_> {
    /// Adds a partner, or replaces what is known of it; when it was added stays.
    pub fn put_partner(&mut self, partner: &Partner) -> Result<(), VaultError> {
        self.tx
            .prepare_cached(
                "INSERT INTO partner (origin, added_at, changed_at, body) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (origin) DO UPDATE SET changed_at = excluded.changed_at, body = excluded.body",
            )?
            .execute(params![partner.origin, partner.added_at, partner.changed_at, partner.body])?;
        Ok(())
    }

    /// Forgets a partner. Its shares stay: they are the proof of what was given.
    pub fn remove_partner(&mut self, origin: &str) -> Result<(), VaultError> {
        match self.tx.prepare_cached("DELETE FROM partner WHERE origin = ?1")?.execute([origin])? {
            0 => Err(VaultError::NotFound { what: "partner" }),
            _ => Ok(()),
        }
    }

    /// Adds a share or replaces it whole.
    pub fn put_grant(&mut self, grant: &Grant) -> Result<(), VaultError> {
        self.tx
            .prepare_cached(
                "INSERT INTO grant_ (id, partner, state, created_at, body) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body",
            )?
            .execute(params![grant.id, grant.partner, grant.state, grant.created_at, grant.body])?;
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
