//! Bringing records in, and taking an import out again: each whole, or not at all.

mod block;
mod decide;
mod differences;
mod held;
mod ids;
mod judge;
mod months;
mod prints;
mod reread;
mod shapes;
mod sightings;
#[cfg(test)]
mod trials;
mod tx;
mod types;
mod undo;
mod versions;

use rusqlite::{Connection, OptionalExtension, params};

pub(crate) use block::{BlockReader, Body};
pub(crate) use ids::{FIRST_DATED, day_end, day_start, split};
pub(crate) use months::NO_MONTH;
pub(crate) use shapes::{Row, Shape, ShapeReader, vendor_number};
pub(crate) use tx::IMPORTED;
pub(crate) use versions::{OpenedBlock, index_of, read_block, read_block_with, version};

pub use differences::Difference;
pub use judge::{AllHere, Judge};
pub use reread::{Differs, Reread, RereadExample, RereadReport};
pub use tx::{ImportTx, Stored};
pub use types::{Decision, ImportId, ImportMeta, Judged, Undone};

use crate::VaultError;
use crate::audit::{AuditEvent, chain};
use crate::vault::Inner;

/// Notes for the search index that something changed. Returns the number of the change.
fn note_change(db: &Connection, what: i64, import: i64) -> Result<i64, VaultError> {
    db.prepare_cached("INSERT INTO change (what, import) VALUES (?1, ?2)")?.execute(params![what, import])?;
    Ok(db.last_insert_rowid())
}

/// The number of the next row of a table whose numbers are never used twice.
fn next_number(db: &Connection, table: &str) -> Result<i64, VaultError> {
    let sql = "SELECT seq FROM sqlite_sequence WHERE name = ?1";
    let last: Option<i64> = db.prepare_cached(sql)?.query_row([table], |row| row.get(0)).optional()?;
    Ok(last.unwrap_or(0) + 1)
}

/// Writes the audit event of a transaction that was begun by hand.
fn append_on(db: &Connection, inner: &Inner, event: &AuditEvent) -> Result<(), VaultError> {
    chain::append(db, inner.audit_key(), inner.outside.clock.now_ms(), event)?;
    Ok(())
}
