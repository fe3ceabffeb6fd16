//! Taking an import out again: afterwards the vault is as if it had never been.

use std::collections::HashMap;

use holdall_model::{Locator, Record, Task};
use rusqlite::{Connection, OptionalExtension, params};

use super::block::{self, BlockWriter, Body};
use super::ids::NumberSet;
use super::months::Months;
use super::prints::{Content, PRINT, Place};
use super::shapes::{Row, ShapeReader};
use super::tx::UNDONE;
use super::versions::{Home, OpenedBlock, at_place, index_of, put, put_aside, read_block, relink};
use super::{ImportId, Undone, sightings};
use crate::audit::{Act, AuditEvent};
use crate::db::Writer;
use crate::search::{Batch, Feeder, Words, newest_change};
use crate::{Vault, VaultError, disk};

impl Vault {
    /// Takes one import out whole: its records, what it changed, its findings, its original, and what the vault knew of its rows.
    /// Records that a later import holds as well stay, and belong to that one from now on.
    pub fn undo_import(&self, import: ImportId, task: &Task) -> Result<Undone, VaultError> {
        self.take_out(import, task).map_err(disk::or_full(self.dir()))
    }

    fn take_out(&self, import: ImportId, task: &Task) -> Result<Undone, VaultError> {
        task.phase("undoing", None)?;
        let inner = self.inner();
        let writer = inner.main.writer()?;
        writer.execute_batch("BEGIN IMMEDIATE")?;
        let original: Option<i64> =
            writer.prepare_cached("SELECT original FROM import WHERE id = ?1")?.query_row([import.0], |row| row.get(0)).optional()?;
        let original = original.ok_or(VaultError::NotFound { what: "import" })?;
        let feeder = Feeder::start(&inner.search, newest_change(&writer)?);
        let mut undo = Undo::on(writer, import.0, Months::default(), feeder)?;
        undo.take_out_blocks(task)?;
        let blob = undo.forget(original)?;
        let change = super::note_change(&undo.writer, UNDONE, import.0)?;
        let done = undo.done;
        let event = AuditEvent::new(Act::ImportUndone, import.0.to_string())
            .count("removed", done.removed)
            .count("handed_over", done.handed_over)
            .count("restored", done.restored);
        super::append_on(&undo.writer, inner, &event)?;
        task.step(0)?;
        undo.writer.execute_batch("COMMIT")?;
        undo.feeder.follow(change);
        if let Some(blob) = blob {
            inner.originals.remove(self.dir().join(disk::BLOBS).join(blob));
        }
        Ok(done)
    }
}

pub(super) struct Undo {
    pub(super) writer: Writer,
    import: i64,
    shapes: ShapeReader,
    pub(super) months: Months,
    pub(super) batch: Batch,
    pub(super) feeder: Feeder,
    /// Rows of this import that a later one holds as well: its number, and where they stand in its file.
    heirs: HashMap<Place, (i64, Locator)>,
    next_block: i64,
    /// Where versions that were handed over stand now.
    moved: HashMap<Place, Place>,
    /// Blocks of other imports that were opened, because an earlier wording comes back from them.
    opened: HashMap<i64, OpenedBlock>,
    pub(super) done: Undone,
    /// What versions that were taken out had in common with others.
    left: NumberSet<i64>,
}

/// A version that moves to the import which also holds it.
struct Inherited {
    heir: i64,
    row: Row,
    home: Home,
    record: Record,
    print: [u8; PRINT],
    content: Content,
}

impl Undo {
    /// Goes on in a transaction that was begun.
    pub(super) fn on(writer: Writer, import: i64, months: Months, feeder: Feeder) -> Result<Self, VaultError> {
        let heirs = heirs(&writer, import)?;
        let next_block = super::next_number(&writer, "block")?;
        Ok(Self {
            writer,
            import,
            shapes: ShapeReader::default(),
            months,
            batch: Batch::default(),
            feeder,
            heirs,
            next_block,
            moved: HashMap::new(),
            opened: HashMap::new(),
            done: Undone::default(),
            left: NumberSet::default(),
        })
    }

    /// Takes out single rows that the file, read anew, no longer tells. Their blocks stay, and answer for them no more.
    pub(super) fn take_out_rows(&mut self, gone: &[Place], task: &Task) -> Result<(), VaultError> {
        for part in gone.chunk_by(|a, b| a / 256 == b / 256).rev() {
            let number = i64::from(part[0] / 256);
            let block = read_block(&self.writer, number)?;
            let mut inherited = Vec::new();
            for place in part.iter().rev() {
                task.step(1)?;
                inherited.extend(self.take_out(number, index_of(i64::from(*place)), &block)?);
            }
            self.hand_over(inherited)?;
            self.opened.clear();
            let mut prints: Vec<u8> =
                self.writer.prepare_cached("SELECT prints FROM block WHERE id = ?1")?.query_row([number], |row| row.get(0))?;
            for place in part {
                let at = index_of(i64::from(*place)) * PRINT;
                prints.get_mut(at..at + PRINT).ok_or_else(|| VaultError::damaged("the prints of a block"))?.fill(0);
            }
            self.writer.prepare_cached("UPDATE block SET prints = ?2 WHERE id = ?1")?.execute(params![number, prints])?;
        }
        self.follow_moves()
    }

    fn take_out_blocks(&mut self, task: &Task) -> Result<(), VaultError> {
        let blocks: Vec<i64> = self
            .writer
            .prepare("SELECT id FROM block WHERE import = ?1 ORDER BY id DESC")?
            .query_map([self.import], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        // The latest first: where an import changed its own rows, each wording steps back to the one before.
        for number in blocks {
            let block = read_block(&self.writer, number)?;
            let mut inherited = Vec::new();
            for index in (0..block.ids.len()).rev() {
                task.step(1)?;
                inherited.extend(self.take_out(number, index, &block)?);
            }
            self.hand_over(inherited)?;
            self.opened.clear();
        }
        Ok(())
    }

    /// Takes one version out, or gives it to its heir.
    fn take_out(&mut self, number: i64, index: usize, block: &OpenedBlock) -> Result<Option<Inherited>, VaultError> {
        let place = number * 256 + index as i64;
        let id = block.ids[index];
        let heir = Place::try_from(place).ok().and_then(|p| self.heirs.get(&p).copied());
        let Some((row, home)) = at_place(&self.writer, id, place)? else { return Ok(None) };
        if let Some(heir) = heir {
            return self.inherit(row, home, heir, block, index).map(Some);
        }
        self.left.insert(row.shape);
        match home {
            Home::Present => self.remove_present(row, &block.texts.body(index)?)?,
            Home::SetAside => self.remove_aside(row)?,
            Home::Earlier(version) => self.remove_earlier(version)?,
        }
        Ok(None)
    }

    fn remove_earlier(&mut self, version: i64) -> Result<(), VaultError> {
        let sql = "DELETE FROM earlier_version WHERE id = ?1 RETURNING record, replaced_by";
        let (record, replaced_by): (i64, i64) = self.writer.prepare_cached(sql)?.query_row([version], |r| Ok((r.get(0)?, r.get(1)?)))?;
        // The wording before it was then replaced by the one after it.
        let sql =
            "UPDATE earlier_version SET replaced_by = ?2 WHERE id = (SELECT max(id) FROM earlier_version WHERE record = ?1 AND id < ?3)";
        self.writer.prepare_cached(sql)?.execute([record, replaced_by, version])?;
        Ok(())
    }

    /// A set aside wording goes: the one before it is then set aside, or nothing is.
    fn remove_aside(&mut self, row: Row) -> Result<(), VaultError> {
        self.writer.prepare_cached("DELETE FROM set_aside WHERE record = ?1")?.execute([row.id])?;
        let Some(before) = self.step_back(&row)? else {
            self.writer.prepare_cached("DELETE FROM similar WHERE record = ?1")?.execute([row.id])?;
            self.done.removed += 1;
            return Ok(());
        };
        put_aside(&self.writer, &before)
    }

    /// Takes the latest earlier wording of a record out of its history.
    fn step_back(&mut self, row: &Row) -> Result<Option<Row>, VaultError> {
        let sql = "SELECT was, shape, units, clock, place, id FROM earlier_version WHERE record = ?1 ORDER BY id DESC LIMIT 1";
        let before: Option<(Row, i64)> =
            self.writer.prepare_cached(sql)?.query_row([row.id], |r| Ok((Row::read(r)?, r.get(5)?))).optional()?;
        let Some((before, version)) = before else { return Ok(None) };
        self.writer.prepare_cached("DELETE FROM earlier_version WHERE id = ?1")?.execute([version])?;
        if before.id != row.id {
            relink(&self.writer, row.id, before.id)?;
        }
        Ok(Some(before))
    }

    /// The present wording goes: the one before it comes back, or the record is gone.
    fn remove_present(&mut self, row: Row, body: &Body) -> Result<(), VaultError> {
        self.unindex(&row, body, self.import)?;
        self.writer.prepare_cached("DELETE FROM record WHERE id = ?1")?.execute([row.id])?;
        let Some(before) = self.step_back(&row)? else {
            self.done.removed += 1;
            return self.unlink(row.id);
        };
        put(&self.writer, &before)?;
        let number = before.place / 256;
        if !self.opened.contains_key(&number) {
            self.opened.insert(number, read_block(&self.writer, number)?);
        }
        let (body, import) = match self.opened.get(&number) {
            Some(block) => (block.texts.body(index_of(before.place))?, block.import),
            None => return Err(VaultError::damaged("a block of records")),
        };
        // A wording of this import's own is taken out as well before it is done.
        self.done.restored += u64::from(import != self.import);
        self.index(&before, &body, import)
    }

    /// What pointed at a record that is gone: a record it resembled is simply new, and one set aside for it comes back.
    fn unlink(&mut self, id: i64) -> Result<(), VaultError> {
        self.writer.prepare_cached("DELETE FROM similar WHERE record = ?1")?.execute([id])?;
        let sql = "SELECT a.record FROM similar s JOIN set_aside a ON a.record = s.record WHERE s.other = ?1";
        let aside: Vec<i64> = self.writer.prepare_cached(sql)?.query_map([id], |r| r.get(0))?.collect::<Result<_, _>>()?;
        for record in aside {
            self.bring_back(record)?;
        }
        self.writer.prepare_cached("DELETE FROM similar WHERE other = ?1")?.execute([id])?;
        Ok(())
    }

    /// A record that was set aside is present again.
    fn bring_back(&mut self, record: i64) -> Result<(), VaultError> {
        let sql = "DELETE FROM set_aside WHERE record = ?1 RETURNING record, shape, units, clock, place";
        let row = self.writer.prepare_cached(sql)?.query_row([record], Row::read)?;
        put(&self.writer, &row)?;
        let block = read_block(&self.writer, row.place / 256)?;
        self.index(&row, &block.texts.body(index_of(row.place))?, block.import)
    }

    fn inherit(
        &mut self,
        row: Row,
        home: Home,
        (heir, locator): (i64, Locator),
        block: &OpenedBlock,
        index: usize,
    ) -> Result<Inherited, VaultError> {
        let body = block.texts.body(index)?;
        if home == Home::Present {
            self.unindex(&row, &body, self.import)?;
        }
        let kind = self.shapes.shape(&self.writer, row.shape)?.kind;
        let record = Record { kind, locator, ..body.into_record() };
        let (print, content) = prints_at(&self.writer, row.place)?;
        Ok(Inherited { heir, row, home, record, print, content })
    }

    /// Writes inherited versions into new blocks of their heirs.
    fn hand_over(&mut self, mut inherited: Vec<Inherited>) -> Result<(), VaultError> {
        inherited.sort_by_key(|i| (i.heir, i.row.place));
        for part in inherited.chunk_by(|a, b| a.heir == b.heir) {
            let number = self.next_block;
            self.next_block += 1;
            let mut bodies = BlockWriter::new()?;
            let (mut prints, mut contents, mut ids, mut last_id) = (Vec::new(), Vec::new(), Vec::new(), 0);
            for (index, version) in part.iter().enumerate() {
                bodies.push(&version.record);
                prints.extend_from_slice(&version.print);
                contents.extend_from_slice(&version.content);
                block::put_step(&mut ids, last_id, version.row.id as u64);
                last_id = version.row.id as u64;
                let row = Row { place: number * 256 + index as i64, ..version.row };
                self.settle(version, &row)?;
                self.moved.extend(Place::try_from(version.row.place).ok().zip(Place::try_from(row.place).ok()));
                self.done.handed_over += 1;
            }
            self.writer
                .prepare_cached("INSERT INTO block (id, import, count, prints, contents, ids, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
                .execute(params![number, part[0].heir, part.len() as i64, prints, contents, ids, bodies.finish()?])?;
            self.feed_if_full();
        }
        Ok(())
    }

    /// Points at a version's new place from where it is listed.
    fn settle(&mut self, version: &Inherited, row: &Row) -> Result<(), VaultError> {
        match version.home {
            Home::Earlier(number) => {
                self.writer.prepare_cached("UPDATE earlier_version SET place = ?2 WHERE id = ?1")?.execute([number, row.place])?;
                return Ok(());
            }
            Home::SetAside => {
                self.writer.prepare_cached("UPDATE set_aside SET place = ?2 WHERE record = ?1")?.execute([row.id, row.place])?;
                self.adopt_question(row.id, version.heir)?;
                return Ok(());
            }
            Home::Present => {}
        }
        put(&self.writer, row)?;
        self.adopt_question(row.id, version.heir)?;
        let shape = self.shapes.shape(&self.writer, row.shape)?.clone();
        let account = self.shapes.account(&self.writer, shape.account)?.to_owned();
        let tags = Words::tags(shape.vendor, shape.kind, version.heir);
        self.batch.add(row.id, &Words::of_record(&version.record, &account, &tags));
        self.months.add(row, &shape);
        Ok(())
    }

    /// Whether the record is the same thing as another one is now a question of its heir.
    fn adopt_question(&self, record: i64, heir: i64) -> Result<(), VaultError> {
        self.writer.prepare_cached("UPDATE similar SET import = ?2 WHERE record = ?1")?.execute([record, heir])?;
        Ok(())
    }

    fn unindex(&mut self, row: &Row, body: &Body, import: i64) -> Result<(), VaultError> {
        let shape = self.shapes.shape(&self.writer, row.shape)?.clone();
        let account = self.shapes.account(&self.writer, shape.account)?.to_owned();
        self.batch.remove(row.id, &Words::of(body, &account, &Words::tags(shape.vendor, shape.kind, import)));
        self.months.remove(row, &shape);
        self.feed_if_full();
        Ok(())
    }

    fn index(&mut self, row: &Row, body: &Body, import: i64) -> Result<(), VaultError> {
        let shape = self.shapes.shape(&self.writer, row.shape)?.clone();
        let account = self.shapes.account(&self.writer, shape.account)?.to_owned();
        // A wording that came back may itself be taken out again in the same undo: what was added so far goes first.
        self.batch.add(row.id, &Words::of(body, &account, &Words::tags(shape.vendor, shape.kind, import)));
        self.months.add(row, &shape);
        self.feeder.feed(std::mem::take(&mut self.batch));
        Ok(())
    }

    fn feed_if_full(&mut self) {
        if self.batch.is_full() {
            self.feeder.feed(std::mem::take(&mut self.batch));
        }
    }

    /// Notes of other imports that point at versions which moved point at their new places; what an heir owns it need not note.
    fn follow_moves(&self) -> Result<(), VaultError> {
        let blocks: NumberSet<i64> = self.moved.keys().map(|place| i64::from(place / 256)).collect();
        if blocks.is_empty() {
            return Ok(());
        }
        let chunks: Vec<(i64, i64)> = self
            .writer
            .prepare("SELECT import, chunk FROM sighting WHERE import <> ?1")?
            .query_map([self.import], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        for (import, chunk) in chunks {
            let sql = "SELECT body FROM sighting WHERE import = ?1 AND chunk = ?2";
            let packed: Vec<u8> = self.writer.prepare_cached(sql)?.query_row([import, chunk], |row| row.get(0))?;
            let mut found = sightings::read(&packed)?;
            let before = found.len();
            let mut changed = false;
            found.retain_mut(|(place, _)| {
                let Some(now) = self.moved.get(place) else { return true };
                changed = true;
                let owner = self.heirs.get(place).map(|(heir, _)| *heir);
                *place = *now;
                owner != Some(import)
            });
            if changed || found.len() != before {
                sightings::rewrite(&self.writer, import, chunk, &found)?;
            }
        }
        Ok(())
    }

    /// What this import asked about a record that stays: the question of a later import that tells the record too, or nobody's.
    fn settle_questions(&mut self) -> Result<(), VaultError> {
        let sql = "SELECT record FROM similar WHERE import = ?1";
        let asked: Vec<i64> = self.writer.prepare_cached(sql)?.query_map([self.import], |r| r.get(0))?.collect::<Result<_, _>>()?;
        for record in asked {
            let sql = "SELECT place, 1 FROM record WHERE id = ?1 UNION ALL SELECT place, 0 FROM set_aside WHERE record = ?1";
            let found: Option<(i64, bool)> =
                self.writer.prepare_cached(sql)?.query_row([record], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
            let Some((place, present)) = found else { continue };
            let owner: i64 =
                self.writer.prepare_cached("SELECT import FROM block WHERE id = ?1")?.query_row([place / 256], |r| r.get(0))?;
            if owner > self.import {
                self.adopt_question(record, owner)?;
            } else if !present {
                self.bring_back(record)?;
            }
        }
        Ok(())
    }

    /// An account that no record is of any more must not be remembered either, nor its vendor.
    fn forget_names(&self) -> Result<(), VaultError> {
        let left: Vec<String> = self.left.iter().map(i64::to_string).collect();
        let left = format!("[{}]", left.join(","));
        let sql = "DELETE FROM shape WHERE id IN (SELECT value FROM json_each(?1)) AND id NOT IN (SELECT shape FROM record)
                   AND id NOT IN (SELECT shape FROM set_aside) AND id NOT IN (SELECT shape FROM earlier_version)";
        self.writer.prepare_cached(sql)?.execute([left])?;
        for sql in [
            "DELETE FROM account WHERE id NOT IN (SELECT account FROM shape)",
            "DELETE FROM vendor WHERE id NOT IN (SELECT vendor FROM import) AND id NOT IN (SELECT vendor FROM shape)",
        ] {
            self.writer.prepare_cached(sql)?.execute([])?;
        }
        Ok(())
    }

    /// Everything else of the import. Returns the name of the original's file if no other import has it.
    fn forget(&mut self, original: i64) -> Result<Option<String>, VaultError> {
        self.feeder.feed(std::mem::take(&mut self.batch));
        self.months.write(&self.writer)?;
        self.follow_moves()?;
        self.settle_questions()?;
        for sql in [
            "DELETE FROM block WHERE import = ?1",
            "DELETE FROM sighting WHERE import = ?1",
            "DELETE FROM similar WHERE import = ?1",
            "DELETE FROM quarantine WHERE import = ?1",
            "DELETE FROM import WHERE id = ?1",
        ] {
            self.writer.prepare_cached(sql)?.execute([self.import])?;
        }
        self.forget_names()?;
        let sql = "DELETE FROM original WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM import WHERE original = ?1) RETURNING blob";
        Ok(self.writer.prepare_cached(sql)?.query_row([original], |row| row.get(0)).optional()?)
    }
}

/// Which rows of an import later imports have seen again. The earliest of them inherits.
pub(super) fn heirs(db: &Connection, import: i64) -> Result<HashMap<Place, (i64, Locator)>, VaultError> {
    let blocks: NumberSet<i64> =
        db.prepare("SELECT id FROM block WHERE import = ?1")?.query_map([import], |row| row.get(0))?.collect::<Result<_, _>>()?;
    // Of any vendor: reading a file anew may give it another one.
    let mut statement = db.prepare("SELECT import, body FROM sighting WHERE import <> ?1 ORDER BY import, chunk")?;
    let mut rows = statement.query([import])?;
    let mut heirs = HashMap::new();
    while let Some(row) = rows.next()? {
        let heir: i64 = row.get(0)?;
        for (place, locator) in sightings::read(row.get_ref(1)?.as_blob().unwrap_or_default())? {
            if blocks.contains(&i64::from(place / 256)) {
                heirs.entry(place).or_insert((heir, locator));
            }
        }
    }
    Ok(heirs)
}

pub(super) fn prints_at(db: &Connection, place: i64) -> Result<([u8; PRINT], Content), VaultError> {
    let index = i64::try_from(index_of(place)).unwrap_or(0);
    let sql = "SELECT substr(prints, ?2 * 12 + 1, 12), substr(contents, ?2 * 8 + 1, 8) FROM block WHERE id = ?1";
    Ok(db.prepare_cached(sql)?.query_row([place / 256, index], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
