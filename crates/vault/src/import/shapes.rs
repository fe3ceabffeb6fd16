//! What many records have in common, written once and called by a number.

use std::collections::HashMap;

use holdall_model::{Kind, Moment, Quantity, Record, Status, Unit};
use rusqlite::{Connection, OptionalExtension, params};

use crate::VaultError;

/// Names kept in memory before the table is asked again: a hostile file could hold a million accounts.
const REMEMBERED: usize = 20_000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub vendor: i64,
    pub account: i64,
    pub kind: Kind,
    pub status: Status,
    /// `None` for no amount.
    pub unit: Option<Unit>,
    pub scale: u8,
    /// [`Moment::form_code`]; `None` for no moment.
    pub form: Option<i32>,
}

/// The narrow row of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub id: i64,
    pub shape: i64,
    pub units: i64,
    pub clock: i64,
    pub place: i64,
}

impl Row {
    /// Reads the columns `id, shape, units, clock, place`.
    pub(crate) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self { id: row.get(0)?, shape: row.get(1)?, units: row.get(2)?, clock: row.get(3)?, place: row.get(4)? })
    }

    pub(crate) fn amount(&self, shape: &Shape) -> Option<Quantity> {
        shape.unit.map(|unit| Quantity::from_scaled(self.units, shape.scale, unit))
    }

    /// The clock counts from the day of the number; a record of a crowded day may stand in the next one, with a clock below zero.
    pub(crate) fn moment(&self, shape: &Shape) -> Result<Option<Moment>, VaultError> {
        let Some(form) = shape.form else { return Ok(None) };
        Moment::from_stored(super::ids::day_of(self.id) * 86_400 + self.clock, form)
            .map(Some)
            .map_err(|_| VaultError::damaged("a record's moment"))
    }
}

pub(crate) fn vendor_number(db: &Connection, slug: &str) -> Result<Option<i64>, VaultError> {
    Ok(db.prepare_cached("SELECT id FROM vendor WHERE slug = ?1")?.query_row([slug], |row| row.get(0)).optional()?)
}

pub(crate) fn intern_vendor(db: &Connection, slug: &str) -> Result<i64, VaultError> {
    db.prepare_cached("INSERT OR IGNORE INTO vendor (slug) VALUES (?1)")?.execute([slug])?;
    vendor_number(db, slug)?.ok_or_else(|| VaultError::damaged("the list of vendors"))
}

fn intern_account(db: &Connection, vendor: i64, name: &str) -> Result<i64, VaultError> {
    db.prepare_cached("INSERT OR IGNORE INTO account (vendor, name) VALUES (?1, ?2)")?.execute(params![vendor, name])?;
    let sql = "SELECT id FROM account WHERE vendor = ?1 AND name = ?2";
    Ok(db.prepare_cached(sql)?.query_row(params![vendor, name], |row| row.get(0))?)
}

/// Writes shapes as they are met.
pub(crate) struct ShapeWriter {
    vendor: i64,
    accounts: HashMap<String, i64>,
    numbers: HashMap<Shape, i64>,
    /// The last shape: most rows of a file have the same as the one before.
    last: Option<(String, Shape, i64)>,
}

impl ShapeWriter {
    pub(crate) fn new(vendor: i64) -> Self {
        Self { vendor, accounts: HashMap::new(), numbers: HashMap::new(), last: None }
    }

    pub(crate) fn intern(&mut self, db: &Connection, record: &Record, scale: u8) -> Result<i64, VaultError> {
        let unit = record.amount.map(|a| a.unit);
        let form = record.moment.map(|m| m.form_code());
        if let Some((account, last, number)) = &self.last
            && *account == record.account
            && (last.kind, last.status, last.unit, last.scale, last.form) == (record.kind, record.status, unit, scale, form)
        {
            return Ok(*number);
        }
        let account = match self.accounts.get(&record.account) {
            Some(number) => *number,
            None => {
                let number = intern_account(db, self.vendor, &record.account)?;
                if self.accounts.len() >= REMEMBERED {
                    self.accounts.clear();
                }
                self.accounts.insert(record.account.clone(), number);
                number
            }
        };
        let shape = Shape { vendor: self.vendor, account, kind: record.kind, status: record.status, unit, scale, form };
        let number = match self.numbers.get(&shape) {
            Some(number) => *number,
            None => {
                let number = intern_shape(db, &shape)?;
                if self.numbers.len() >= REMEMBERED {
                    self.numbers.clear();
                }
                self.numbers.insert(shape.clone(), number);
                number
            }
        };
        self.last = Some((record.account.clone(), shape, number));
        Ok(number)
    }
}

fn intern_shape(db: &Connection, shape: &Shape) -> Result<i64, VaultError> {
    let unit = shape.unit.as_ref().map_or("", |u| u.as_str());
    let row = params![shape.vendor, shape.account, shape.kind.code(), shape.status.code(), unit, shape.scale, shape.form.unwrap_or(-1)];
    let insert = "INSERT OR IGNORE INTO shape (vendor, account, kind, status, unit, scale, form) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    db.prepare_cached(insert)?.execute(row)?;
    let select = "SELECT id FROM shape WHERE vendor = ?1 AND account = ?2 AND kind = ?3 AND status = ?4 AND unit = ?5 AND scale = ?6
                  AND form = ?7";
    Ok(db.prepare_cached(select)?.query_row(row, |row| row.get(0))?)
}

/// Reads shapes and names back, each once.
#[derive(Default)]
pub(crate) struct ShapeReader {
    shapes: HashMap<i64, Shape>,
    accounts: HashMap<i64, String>,
    vendors: HashMap<i64, String>,
}

impl ShapeReader {
    pub(crate) fn shape(&mut self, db: &Connection, number: i64) -> Result<&Shape, VaultError> {
        if self.shapes.len() >= REMEMBERED {
            self.shapes.clear();
        }
        if let std::collections::hash_map::Entry::Vacant(free) = self.shapes.entry(number) {
            let sql = "SELECT vendor, account, kind, status, unit, scale, form FROM shape WHERE id = ?1";
            let read = db.prepare_cached(sql)?.query_row([number], |row| {
                let unit: String = row.get(4)?;
                Ok((row.get(0)?, row.get(1)?, row.get::<_, u8>(2)?, row.get::<_, u8>(3)?, unit, row.get(5)?, row.get::<_, i32>(6)?))
            })?;
            let (vendor, account, kind, status, unit, scale, form) = read;
            let damaged = || VaultError::damaged("what a record is");
            free.insert(Shape {
                vendor,
                account,
                kind: Kind::from_code(kind).ok_or_else(damaged)?,
                status: Status::from_code(status).ok_or_else(damaged)?,
                unit: if unit.is_empty() { None } else { Some(unit.parse().map_err(|_| damaged())?) },
                scale,
                form: (form >= 0).then_some(form),
            });
        }
        self.shapes.get(&number).ok_or_else(|| VaultError::damaged("what a record is"))
    }

    pub(crate) fn account(&mut self, db: &Connection, number: i64) -> Result<&str, VaultError> {
        if self.accounts.len() >= REMEMBERED {
            self.accounts.clear();
        }
        name(db, &mut self.accounts, "SELECT name FROM account WHERE id = ?1", number)
    }

    pub(crate) fn vendor(&mut self, db: &Connection, number: i64) -> Result<&str, VaultError> {
        name(db, &mut self.vendors, "SELECT slug FROM vendor WHERE id = ?1", number)
    }
}

fn name<'a>(db: &Connection, known: &'a mut HashMap<i64, String>, sql: &str, number: i64) -> Result<&'a str, VaultError> {
    if let std::collections::hash_map::Entry::Vacant(free) = known.entry(number) {
        free.insert(db.prepare_cached(sql)?.query_row([number], |row| row.get(0))?);
    }
    known.get(&number).map(String::as_str).ok_or_else(|| VaultError::damaged("a name"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g07_a_kind_state_or_unit_of_the_future_is_refused_and_never_dropped() {
        let mut db = crate::db::open_in_memory().expect("opens");
        crate::db::migrate(&mut db, crate::db::VAULT).expect("migrates");
        let set = "INSERT INTO vendor VALUES (1, 'v'); INSERT INTO account VALUES (1, 1, 'a'); INSERT INTO shape VALUES (1, 1, 1, 0, 0, 'EUR', 2, -1);";
        db.execute_batch(set).expect("writes");
        assert_eq!(ShapeReader::default().shape(&db, 1).expect("reads").kind, Kind::BankTransaction);
        for future in ["kind = 250", "status = 250", "unit = 'not a unit'"] {
            let tx = db.transaction().expect("begins");
            tx.execute_batch(&format!("UPDATE shape SET {future}")).expect("writes");
            let read = ShapeReader::default().shape(&tx, 1).map(|_| ());
            assert_eq!(read.expect_err(future).code(), "DB_DAMAGED", "{future}");
        }
    }
}
