//! The one way in which a grant's rows change.

use holdall_protocol::Uuid;
use rusqlite::{Connection, params};

use super::{AnswerKind, GrantRow, MessageRow, MessageText, SealedKind, Store, StoredAnswer, UsageRow, blob, write};
use crate::error::Error;

/// What one step changes, all or nothing.
#[derive(Default)]
pub struct Change {
    pub grant: Option<GrantRow>,
    pub sealed: Vec<(SealedKind, u64, String)>,
    pub messages: Vec<MessageRow>,
    pub answer: Option<(AnswerKind, Uuid, StoredAnswer)>,
    pub offer_used: Option<Uuid>,
    pub acked: Vec<Uuid>,
    pub usage: Option<UsageRow>,
    /// Removes everything sealed, the notices among the messages, and the stored answer to the grant.
    pub erase: bool,
}

impl Store {
    /// Applies a change to one grant in one transaction, on the disk when this returns.
    pub fn apply(&self, grant: Uuid, change: Change) -> Result<(), Error> {
        let mut db = self.db();
        let tx = db.transaction()?;
        if let Some(row) = &change.grant {
            run(
                &tx,
                "INSERT INTO grants (id, row) VALUES (?1, ?2) ON CONFLICT (id) DO UPDATE SET row = ?2",
                params![blob(grant), write(row)?],
            )?;
        }
        if change.erase {
            erase(&tx, grant)?;
        }
        for jti in &change.acked {
            run(&tx, "DELETE FROM messages WHERE grant_id = ?1 AND jti = ?2", params![blob(grant), blob(*jti)])?;
        }
        for (kind, n, jwe) in &change.sealed {
            let sql = "INSERT OR REPLACE INTO sealed (grant_id, kind, n, jwe) VALUES (?1, ?2, ?3, ?4)";
            run(&tx, sql, params![blob(grant), *kind as u8, n, jwe])?;
        }
        for message in &change.messages {
            add_message(&tx, grant, message)?;
        }
        if let Some((kind, id, answer)) = &change.answer {
            let sql = "INSERT OR REPLACE INTO answers (kind, id, request, body, stored_at) VALUES (?1, ?2, ?3, ?4, ?5)";
            run(&tx, sql, params![*kind as u8, blob(*id), answer.request.as_bytes(), answer.body, answer.stored_at])?;
        }
        if let Some(offer) = change.offer_used {
            run(&tx, "INSERT OR REPLACE INTO offers_used (offer_id, grant_id) VALUES (?1, ?2)", params![blob(offer), blob(grant)])?;
        }
        if let Some(row) = &change.usage {
            run(&tx, "INSERT INTO usage (grant_id, row) VALUES (?1, ?2)", params![blob(grant), write(row)?])?;
        }
        tx.commit()?;
        if change.erase {
            // What was overwritten in the database still stands in its log, until the log is cut.
            db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }
}

fn erase(tx: &Connection, grant: Uuid) -> Result<(), Error> {
    run(tx, "DELETE FROM sealed WHERE grant_id = ?1", [blob(grant)])?;
    run(tx, "DELETE FROM messages WHERE grant_id = ?1 AND sealed_n IS NOT NULL", [blob(grant)])?;
    run(tx, "DELETE FROM answers WHERE kind = ?1 AND id = ?2", params![AnswerKind::Grant as u8, blob(grant)])
}

fn add_message(tx: &Connection, grant: Uuid, message: &MessageRow) -> Result<(), Error> {
    let (plain, sealed) = match &message.text {
        MessageText::Plain(text) => (Some(text), None),
        MessageText::Sealed(n) => (None, Some(n)),
    };
    // Counted on the grant, not on the rows: a number given out as a cursor must not come back after its message was fetched.
    let sql = "UPDATE grants SET messages = messages + 1 WHERE id = ?1 RETURNING messages";
    let n: u64 = tx.prepare_cached(sql)?.query_row([blob(grant)], |row| row.get(0))?;
    let sql = "INSERT INTO messages (grant_id, n, jti, plain, sealed_n) VALUES (?1, ?2, ?3, ?4, ?5)";
    run(tx, sql, params![blob(grant), n, blob(message.jti), plain, sealed])
}

fn run(tx: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<(), Error> {
    tx.prepare_cached(sql)?.execute(params)?;
    Ok(())
}
