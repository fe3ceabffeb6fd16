use rusqlite::{OptionalExtension, params};

use super::months::Months;
use super::shapes::{Row, ShapeReader};
use super::tx::DECIDED;
use super::versions::{put, put_aside, version};
use super::{Decision, ImportId};
use crate::audit::{Act, AuditEvent};
use crate::read::RecordId;
use crate::search::{Batch, Feeder, Words, newest_change};
use crate::{Vault, VaultError};

const TWO_THINGS: i64 = 1;
const SAME_THING: i64 = 2;

impl Vault {
    /// Settles whether a record is the same thing as the one it resembles. Can be settled again in the other way.
    pub fn decide(&self, record: RecordId, decision: Decision) -> Result<(), VaultError> {
        self.decide_all(&[record], decision).map(|_| ())
    }

    /// Settles all records of an import that still wait for a decision. Returns how many there were.
    pub fn decide_import(&self, import: ImportId, decision: Decision) -> Result<u64, VaultError> {
        let waiting: Vec<RecordId> = {
            let reader = self.reader()?;
            let mut statement = reader.prepare_cached("SELECT record FROM similar WHERE import = ?1 AND decision = 0")?;
            statement.query_map([import.0], |row| row.get(0).map(RecordId))?.collect::<Result<_, _>>()?
        };
        self.decide_all(&waiting, decision)
    }

    fn decide_all(&self, records: &[RecordId], decision: Decision) -> Result<u64, VaultError> {
        let code = match decision {
            Decision::TwoThings => TWO_THINGS,
            Decision::SameThing => SAME_THING,
        };
        let event = AuditEvent::new(Act::Decided, if code == SAME_THING { "same_thing" } else { "two_things" })
            .count("records", records.len() as u64);
        let now = self.inner().outside.clock.now_ms();
        let index = &self.inner().search.database;
        let (feeder, change) = self.transact(event, |tx, _| {
            let mut feeder = Feeder::start(index, newest_change(tx)?);
            let (mut shapes, mut months, mut batch) = (ShapeReader::default(), Months::default(), Batch::default());
            for record in records {
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
        feeder.keep(change);
        Ok(records.len() as u64)
    }
}

/// Takes a row out of one of the two tables that hold present wordings.
fn take(db: &rusqlite::Connection, table: &str, id: i64) -> Result<Option<Row>, VaultError> {
    let key = if table == "record" { "id" } else { "record" };
    let sql = format!("DELETE FROM {table} WHERE {key} = ?1 RETURNING {key}, shape, units, clock, place");
    Ok(db.prepare_cached(&sql)?.query_row([id], Row::read).optional()?)
}
