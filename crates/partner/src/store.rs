//! What the partner keeps. Nothing personal is in the clear: grants, parcels, notices and answers are sealed to the
//! grant's own key, and what is left after erasure is ids, hashes and the partner's own signed messages.

mod apply;
mod rows;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

// The workspace's one SQLite; without this line nothing links it (see crates/sqlite3mc).
use holdall_protocol::{Digest, Uuid};
use holdall_sqlite3mc as _;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use apply::Change;
pub use rows::{AnswerKind, GrantRow, MessageRow, MessageText, SealedKind, StoredAnswer, UsageRow};

use crate::error::Error;

/// Of the tables in `schema.sql`.
const SCHEMA_VERSION: i64 = 1;

pub struct Store {
    db: Mutex<Connection>,
}

impl Store {
    /// Opens the store, or makes it. A store that another program holds open is refused.
    pub fn open(path: &Path) -> Result<Self, Error> {
        Self::connect(path).map_err(|error| match error {
            Error::Store(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Error::InUse { path: path.into() },
            error => error,
        })
    }

    fn connect(path: &Path) -> Result<Self, Error> {
        let mut db = Connection::open(path)?;
        db.busy_timeout(std::time::Duration::ZERO)?;
        // One program per store: it keeps the lock it takes with its first look.
        db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", true)?;
        // Deleted rows are overwritten, not only forgotten.
        db.pragma_update(None, "secure_delete", true)?;
        db.pragma_update(None, "trusted_schema", false)?;
        match db.query_row("PRAGMA user_version", [], |row| row.get(0))? {
            0 => {
                let tx = db.transaction()?;
                tx.execute_batch(include_str!("store/schema.sql"))?;
                tx.commit()?;
            }
            SCHEMA_VERSION => {}
            version => return Err(Error::StoreVersion(version)),
        }
        Ok(Self { db: Mutex::new(db) })
    }

    pub fn grant(&self, id: Uuid) -> Result<Option<GrantRow>, Error> {
        let db = self.db();
        let row = db.prepare_cached("SELECT row FROM grants WHERE id = ?1")?.query_row([blob(id)], text).optional()?;
        row.as_deref().map(read).transpose()
    }

    pub fn grants(&self) -> Result<Vec<GrantRow>, Error> {
        self.list("SELECT row FROM grants ORDER BY id", [], text)?.iter().map(|row| read(row)).collect()
    }

    pub fn sealed(&self, grant: Uuid, kind: SealedKind) -> Result<Vec<(u64, String)>, Error> {
        let sql = "SELECT n, jwe FROM sealed WHERE grant_id = ?1 AND kind = ?2 ORDER BY n";
        self.list(sql, params![blob(grant), kind as u8], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// The messages that wait for the person, oldest first, each with its number. A number is never used twice.
    pub fn messages(&self, grant: Uuid) -> Result<Vec<(u64, MessageRow)>, Error> {
        let sql = "SELECT n, jti, plain, sealed_n FROM messages WHERE grant_id = ?1 ORDER BY n";
        let rows = self.list(sql, [blob(grant)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?;
        rows.into_iter()
            .map(|(n, jti, plain, sealed): (_, [u8; 16], Option<String>, Option<u64>)| {
                let text = plain.map(MessageText::Plain).or(sealed.map(MessageText::Sealed)).ok_or(Error::Damaged)?;
                Ok((n, MessageRow { jti: Uuid::from_bytes(jti), text }))
            })
            .collect()
    }

    pub fn answer(&self, kind: AnswerKind, id: Uuid) -> Result<Option<StoredAnswer>, Error> {
        let db = self.db();
        let mut statement = db.prepare_cached("SELECT request, body, stored_at FROM answers WHERE kind = ?1 AND id = ?2")?;
        let answer = statement.query_row(params![kind as u8, blob(id)], |row| {
            Ok(StoredAnswer { request: Digest::from_bytes(row.get(0)?), body: row.get(1)?, stored_at: row.get(2)? })
        });
        Ok(answer.optional()?)
    }

    pub fn offer_used(&self, offer: Uuid) -> Result<bool, Error> {
        Ok(self.db().prepare_cached("SELECT 1 FROM offers_used WHERE offer_id = ?1")?.exists([blob(offer)])?)
    }

    /// The uses of one grant's data, oldest first.
    pub fn usage(&self, grant: Uuid) -> Result<Vec<UsageRow>, Error> {
        let rows = self.list("SELECT row FROM usage WHERE grant_id = ?1 ORDER BY n", [blob(grant)], text)?;
        rows.iter().map(|row| read(row)).collect()
    }

    /// Forgets stored answers to syncs from before `moment`: a sync that old is refused anyway.
    pub fn forget_syncs(&self, moment: i64) -> Result<(), Error> {
        let sql = "DELETE FROM answers WHERE kind = ?1 AND stored_at < ?2";
        self.db().prepare_cached(sql)?.execute(params![AnswerKind::Sync as u8, moment])?;
        Ok(())
    }

    fn db(&self) -> MutexGuard<'_, Connection> {
        // A panic in between leaves an open transaction to roll back, which dropping it does.
        self.db.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn list<T>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let db = self.db();
        let mut statement = db.prepare_cached(sql)?;
        let rows = statement.query_map(params, read)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }
}

fn blob(id: Uuid) -> [u8; 16] {
    id.into_bytes()
}

fn text(row: &Row<'_>) -> rusqlite::Result<String> {
    row.get(0)
}

fn read<T: DeserializeOwned>(row: &str) -> Result<T, Error> {
    serde_json::from_str(row).map_err(|_| Error::Damaged)
}

fn write<T: Serialize>(row: &T) -> Result<String, Error> {
    serde_json::to_string(row).map_err(|_| Error::Damaged)
}

#[cfg(test)]
mod tests {
    use holdall_protocol::key::SigningKey;
    use holdall_protocol::state::HoldingState;
    use holdall_protocol::{Digest, SystemEntropy, Uuid};

    use super::*;

    fn row(id: Uuid) -> GrantRow {
        GrantRow {
            id,
            state: HoldingState::Active,
            signer: SigningKey::generate(&SystemEntropy).expect("random bytes").verifying_key().jwk(),
            grant_sha256: Digest::of(b"grant"),
            submission: Digest::of(b"submission"),
            received_at: 0,
            exp: 1,
            delete_by: 2,
            recipients: Vec::new(),
            covers: Vec::new(),
            stopped_at: None,
            erased_at: None,
            revocation: None,
        }
    }

    fn message(n: u128) -> MessageRow {
        MessageRow { jti: Uuid::from_u128(n), text: MessageText::Plain(format!("message {n}")) }
    }

    #[test]
    fn the_number_of_a_fetched_message_never_comes_back() {
        let dir = tempfile::tempdir().expect("a folder");
        let store = Store::open(&dir.path().join("partner.db")).expect("opens");
        let id = Uuid::from_u128(7);
        store.apply(id, Change { grant: Some(row(id)), messages: vec![message(1), message(2)], ..Change::default() }).expect("stored");
        let last = store.messages(id).expect("read").last().expect("two").0;
        let fetched = vec![Uuid::from_u128(1), Uuid::from_u128(2)];
        store.apply(id, Change { acked: fetched, ..Change::default() }).expect("acked");
        assert!(store.messages(id).expect("read").is_empty());
        store.apply(id, Change { grant: Some(row(id)), messages: vec![message(3)], ..Change::default() }).expect("stored");
        assert!(store.messages(id).expect("read")[0].0 > last, "a client that asks for what came after {last} must get it");
    }

    #[test]
    fn a_store_that_is_open_is_not_opened_again() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("partner.db");
        let first = Store::open(&path).expect("opens");
        assert!(matches!(Store::open(&path), Err(Error::InUse { .. })));
        drop(first);
        Store::open(&path).expect("opens once it is free");
    }
}
