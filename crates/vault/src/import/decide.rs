use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::Decision;
use super::months::Months;
use super::prints::PRINT;
use super::shapes::{Row, ShapeReader};
use super::tx::DECIDED;
use super::undo::prints_at;
use super::versions::{put, put_aside, version};
use crate::audit::{Act, AuditEvent};
use crate::read::RecordId;
use crate::search::{Batch, Feeder, Words, newest_change};
use crate::{Vault, VaultError};

pub(super) const TWO_THINGS: i64 = 1;
pub(super) const SAME_THING: i64 = 2;
/// What is decided about two rows outlives the imports that brought them.
const DECIDED_ABOUT: &str = "similar:";

impl Vault {
    /// Settles whether these records are the same things as the ones they resemble: all of them, or none where one does not wait for a
    /// decision. Can be settled again in the other way.
    pub fn decide(&self, records: &[RecordId], decision: Decision) -> Result<(), VaultError> {
        let code = match decision {
            Decision::TwoThings => TWO_THINGS,
            Decision::SameThing => SAME_THING,
        };
        let event = AuditEvent::new(Act::Decided, if code == SAME_THING { "same_thing" } else { "two_things" })
            .count("records", records.len() as u64);
        let now = self.inner().outside.clock.now_ms();
        let index = &self.inner().search;
        let (feeder, change) = self.transact(event, |tx, _| {
            let mut feeder = Feeder::start(index, newest_change(tx)?);
            let (mut shapes, mut months, mut batch) = (ShapeReader::default(), Months::default(), Batch::default());
            for record in records {
                remember(tx, record.0, code)?;
                let sql = "UPDATE similar SET decision = ?2, decided_at = ?3 WHERE record = ?1";
                if tx.prepare_cached(sql)?.execute(params![record.0, code, now])? == 0 {
                    return Err(VaultError::NotFound { what: "record that waits for a decision" });
                }
                let (from, to) = if code == SAME_THING { ("record", "set_aside") } else { ("set_aside", "record") };
                let Some(row) = take(tx, from, record.0)? else { continue };
                if to == "record" {
                    put(tx, &row)?;
                } else {
                    put_aside(tx, &row)?;
                }
                let (shape, body, import) = version(tx, &mut shapes, &row)?;
                let account = shapes.account(tx, shape.account)?.to_owned();
                let tags = Words::tags(shape.vendor, shape.kind, import);
                let words = Words::of(&body, &account, &tags);
                if to == "record" {
                    months.add(&row, &shape);
                    batch.add(row.id, &words);
                } else {
                    months.remove(&row, &shape);
                    batch.remove(row.id, &words);
                }
            }
            months.write(tx)?;
            feeder.feed(batch);
            Ok::<_, VaultError>((feeder, super::note_change(tx, DECIDED, 0)?))
        })?;
        feeder.follow(change);
        Ok(())
    }
}

/// Takes a row out of one of the two tables that hold present wordings.
fn take(db: &Connection, table: &str, id: i64) -> Result<Option<Row>, VaultError> {
    let key = if table == "record" { "id" } else { "record" };
    let sql = format!("DELETE FROM {table} WHERE {key} = ?1 RETURNING {key}, shape, units, clock, place");
    Ok(db.prepare_cached(&sql)?.query_row([id], Row::read).optional()?)
}

/// Keeps a decision under the prints of both rows.
fn remember(db: &Connection, record: i64, code: i64) -> Result<(), VaultError> {
    let place = |id: i64| -> Result<Option<i64>, VaultError> {
        let sql = "SELECT place FROM record WHERE id = ?1 UNION ALL SELECT place FROM set_aside WHERE record = ?1";
        Ok(db.prepare_cached(sql)?.query_row([id], |row| row.get(0)).optional()?)
    };
    let other: Option<i64> =
        db.prepare_cached("SELECT other FROM similar WHERE record = ?1")?.query_row([record], |row| row.get(0)).optional()?;
    let Some((one, other)) = place(record)?.zip(other.map(place).transpose()?.flatten()) else { return Ok(()) };
    let name = format!("{DECIDED_ABOUT}{}", pair(&prints_at(db, one)?.0, &prints_at(db, other)?.0));
    db.prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (?1, ?2)")?.execute(params![name, code.to_string()])?;
    Ok(())
}

/// Two rows, whichever came first.
pub(super) fn pair(one: &[u8; PRINT], other: &[u8; PRINT]) -> String {
    let hex = |print: &[u8; PRINT]| print.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    format!("{}:{}", hex(one.min(other)), hex(one.max(other)))
}

/// Every decision by its pair of rows.
pub(super) fn remembered(db: &Connection) -> Result<HashMap<String, i64>, VaultError> {
    let sql = "SELECT substr(name, length(?1) + 1), CAST(value AS INTEGER) FROM setting WHERE name BETWEEN ?1 AND ?1 || '~'";
    Ok(db.prepare_cached(sql)?.query_map([DECIDED_ABOUT], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}
