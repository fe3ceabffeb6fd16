//! Records, their present wording and their earlier ones.

use rusqlite::{Connection, OptionalExtension, params};

use super::block::{self, Block, BlockReader, Body, take_step};
use super::shapes::{Row, Shape, ShapeReader};
use crate::VaultError;

/// A block's import, the numbers of its records, and their bodies.
pub(crate) struct OpenedBlock {
    pub import: i64,
    pub ids: Vec<i64>,
    pub texts: Block,
}

pub(crate) fn read_block(db: &Connection, number: i64) -> Result<OpenedBlock, VaultError> {
    read_block_with(&mut BlockReader::new()?, db, number)
}

pub(crate) fn read_block_with(reader: &mut BlockReader, db: &Connection, number: i64) -> Result<OpenedBlock, VaultError> {
    let mut statement = db.prepare_cached("SELECT import, ids, body FROM block WHERE id = ?1")?;
    let mut rows = statement.query([number])?;
    let row = rows.next()?.ok_or_else(|| VaultError::damaged("a block of records"))?;
    let ids = read_ids(row.get_ref(1)?.as_blob().unwrap_or_default())?;
    let texts = reader.read(row.get_ref(2)?.as_blob().unwrap_or_default())?;
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

/// What a row means, its texts, and the import that brought it.
pub(crate) fn version(db: &Connection, shapes: &mut ShapeReader, row: &Row) -> Result<(Shape, Body, i64), VaultError> {
    let shape = shapes.shape(db, row.shape)?.clone();
    let block = read_block(db, row.place / 256)?;
    Ok((shape, block.texts.body(index_of(row.place))?, block.import))
}

pub(crate) fn index_of(place: i64) -> usize {
    usize::try_from(place.rem_euclid(256)).unwrap_or(0)
}

/// Where a version of a record is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    Present,
    SetAside,
    /// The number of the earlier version.
    Earlier(i64),
}

/// The version that stands at a place, told the number it had when it was written. `None` where nothing points at the place any more.
pub(super) fn at_place(db: &Connection, id: i64, place: i64) -> Result<Option<(Row, Home)>, VaultError> {
    for (sql, home) in [
        ("SELECT id, shape, units, clock, place FROM record WHERE id = ?1 AND place = ?2", Home::Present),
        ("SELECT record, shape, units, clock, place FROM set_aside WHERE record = ?1 AND place = ?2", Home::SetAside),
    ] {
        if let Some(row) = db.prepare_cached(sql)?.query_row([id, place], Row::read).optional()? {
            return Ok(Some((row, home)));
        }
    }
    let sql = "SELECT was, shape, units, clock, place, id FROM earlier_version WHERE place = ?1";
    Ok(db.prepare_cached(sql)?.query_row([place], |r| Ok((Row::read(r)?, Home::Earlier(r.get(5)?)))).optional()?)
}

/// The version that stands at a place.
pub(super) fn listed(db: &Connection, place: i64) -> Result<Option<(Row, Home)>, VaultError> {
    let packed: Vec<u8> = db.prepare_cached("SELECT ids FROM block WHERE id = ?1")?.query_row([place / 256], |row| row.get(0))?;
    let ids = read_ids(&packed)?;
    let Some(id) = ids.get(index_of(place)) else { return Err(VaultError::damaged("the numbers of a block")) };
    at_place(db, *id, place)
}

/// Puts a new row in the place of a present or set aside one, which is kept as an earlier version.
pub(super) fn supersede(db: &Connection, home: Home, before: &Row, after: &Row, import: i64) -> Result<(), VaultError> {
    if before.id != after.id {
        let gone = if home == Home::SetAside { "DELETE FROM set_aside WHERE record = ?1" } else { "DELETE FROM record WHERE id = ?1" };
        db.prepare_cached(gone)?.execute([before.id])?;
        relink(db, before.id, after.id)?;
    }
    db.prepare_cached(
        "INSERT INTO earlier_version (record, replaced_by, was, shape, units, clock, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![after.id, import, before.id, before.shape, before.units, before.clock, before.place])?;
    if home == Home::SetAside { put_aside(db, after) } else { put(db, after) }
}

/// Puts a wording between an earlier one and the one that came after it.
pub(super) fn insert_after(db: &Connection, version: i64, wording: &Row, import: i64) -> Result<(), VaultError> {
    let sql = "SELECT record, replaced_by FROM earlier_version WHERE id = ?1";
    let (record, replaced_by): (i64, i64) = db.prepare_cached(sql)?.query_row([version], |r| Ok((r.get(0)?, r.get(1)?)))?;
    db.prepare_cached("UPDATE earlier_version SET replaced_by = ?2 WHERE id = ?1")?.execute([version, import])?;
    let sql = "SELECT id FROM earlier_version WHERE record = ?1 AND id > ?2 ORDER BY id";
    let later: Vec<i64> = db.prepare_cached(sql)?.query_map([record, version], |r| r.get(0))?.collect::<Result<_, _>>()?;
    db.prepare_cached(
        "INSERT INTO earlier_version (record, replaced_by, was, shape, units, clock, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![record, replaced_by, wording.id, wording.shape, wording.units, wording.clock, wording.place])?;
    // The numbers of a history are its order: what came later gets later ones.
    for id in later {
        db.prepare_cached(
            "INSERT INTO earlier_version (record, replaced_by, was, shape, units, clock, place)
             SELECT record, replaced_by, was, shape, units, clock, place FROM earlier_version WHERE id = ?1",
        )?
        .execute([id])?;
        db.prepare_cached("DELETE FROM earlier_version WHERE id = ?1")?.execute([id])?;
    }
    Ok(())
}

/// All that hangs on a number moves to another one.
pub(super) fn relink(db: &Connection, from: i64, to: i64) -> Result<(), VaultError> {
    for sql in [
        "UPDATE earlier_version SET record = ?2 WHERE record = ?1",
        "UPDATE similar SET record = ?2 WHERE record = ?1",
        "UPDATE similar SET other = ?2 WHERE other = ?1",
    ] {
        db.prepare_cached(sql)?.execute([from, to])?;
    }
    Ok(())
}

pub(crate) fn put(db: &Connection, row: &Row) -> Result<(), VaultError> {
    db.prepare_cached("INSERT OR REPLACE INTO record (id, shape, units, clock, place) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![row.id, row.shape, row.units, row.clock, row.place])?;
    Ok(())
}

pub(super) fn put_aside(db: &Connection, row: &Row) -> Result<(), VaultError> {
    db.prepare_cached("INSERT OR REPLACE INTO set_aside (record, shape, units, clock, place) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![row.id, row.shape, row.units, row.clock, row.place])?;
    Ok(())
}
