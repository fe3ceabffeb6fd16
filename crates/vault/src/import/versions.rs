//! Records, their present wording and their earlier ones.

use rusqlite::{Connection, OptionalExtension, params};

use super::block::{self, Block, Body, take_step};
use super::shapes::{Row, Shape, ShapeReader};
use crate::VaultError;

/// A block's import, the numbers of its records, and their bodies.
pub(crate) struct OpenedBlock {
    pub import: i64,
    pub ids: Vec<i64>,
    pub texts: Block,
}

pub(crate) fn read_block(db: &Connection, number: i64) -> Result<OpenedBlock, VaultError> {
    let mut statement = db.prepare_cached("SELECT import, ids, body FROM block WHERE id = ?1")?;
    let mut rows = statement.query([number])?;
    let row = rows.next()?.ok_or_else(|| VaultError::damaged("a block of records"))?;
    let ids = read_ids(row.get_ref(1)?.as_blob().unwrap_or_default())?;
    let texts = block::read(row.get_ref(2)?.as_blob().unwrap_or_default())?;
    Ok(OpenedBlock { import: row.get(0)?, ids, texts })
}

fn read_ids(mut packed: &[u8]) -> Result<Vec<i64>, VaultError> {
    let mut ids = Vec::with_capacity(block::RECORDS);
    let mut last = 0;
    while !packed.is_empty() {
        last = take_step(&mut packed, last).ok_or_else(|| VaultError::damaged("the numbers of a block"))?;
        ids.push(last as i64);
    }
    Ok(ids)
}

/// The record whose present wording stands at a place.
pub(crate) fn current(db: &Connection, place: i64) -> Result<Option<Row>, VaultError> {
    let packed: Vec<u8> = db.prepare_cached("SELECT ids FROM block WHERE id = ?1")?.query_row([place / 256], |row| row.get(0))?;
    let ids = read_ids(&packed)?;
    let Some(id) = ids.get(index_of(place)) else { return Err(VaultError::damaged("the numbers of a block")) };
    let sql = "SELECT id, shape, units, clock, place FROM record WHERE id = ?1 AND place = ?2";
    Ok(db.prepare_cached(sql)?.query_row([*id, place], Row::read).optional()?)
}

/// What a row means, its texts, and the import that brought it.
pub(crate) fn version(db: &Connection, shapes: &mut ShapeReader, row: &Row) -> Result<(Shape, Body, i64), VaultError> {
    let shape = shapes.shape(db, row.shape)?.clone();
    let block = read_block(db, row.place / 256)?;
    Ok((shape, block.texts.body(index_of(row.place))?, block.import))
}

pub(crate) fn index_of(place: i64) -> usize {
    usize::try_from(place.rem_euclid(256)).unwrap_or(0)
}

/// Puts a new row in the place of an old one, which is kept as an earlier version.
pub(crate) fn supersede(db: &Connection, before: &Row, after: &Row, import: i64) -> Result<(), VaultError> {
    if before.id != after.id {
        // All that hangs on the number moves along.
        db.prepare_cached("DELETE FROM record WHERE id = ?1")?.execute([before.id])?;
        db.prepare_cached("UPDATE earlier_version SET record = ?2 WHERE record = ?1")?.execute([before.id, after.id])?;
        db.prepare_cached("UPDATE similar SET record = ?2 WHERE record = ?1")?.execute([before.id, after.id])?;
        db.prepare_cached("UPDATE similar SET other = ?2 WHERE other = ?1")?.execute([before.id, after.id])?;
    }
    db.prepare_cached(
        "INSERT INTO earlier_version (record, replaced_by, was, shape, units, clock, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![after.id, import, before.id, before.shape, before.units, before.clock, before.place])?;
    put(db, after)
}

pub(crate) fn put(db: &Connection, row: &Row) -> Result<(), VaultError> {
    db.prepare_cached("INSERT OR REPLACE INTO record (id, shape, units, clock, place) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![row.id, row.shape, row.units, row.clock, row.place])?;
    Ok(())
}
