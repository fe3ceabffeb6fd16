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
use super::versions::{OpenedBlock, index_of, put, read_block};
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
        let writer = inner.main.writer();
        writer.execute_batch("BEGIN IMMEDIATE")?;
        let head: Option<(i64, i64)> = writer
            .prepare_cached("SELECT vendor, original FROM import WHERE id = ?1")?
            .query_row([import.0], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let (vendor, original) = head.ok_or(VaultError::NotFound { what: "import" })?;
        let mut undo = Undo::new(self, writer, import.0, vendor)?;
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
        undo.feeder.keep(change);
        if let Some(blob) = blob {
            inner.originals.remove(self.dir().join(disk::BLOBS).join(blob));
        }
        Ok(done)
    }
}

struct Undo {
    writer: Writer,
    import: i64,
    shapes: ShapeReader,
    months: Months,
    batch: Batch,
    feeder: Feeder,
    /// Rows of this import that a later one holds as well: its number, and where they stand in its file.
    heirs: HashMap<Place, (i64, Locator)>,
    next_block: i64,
    /// Where versions that were handed over stand now.
    moved: HashMap<Place, Place>,
    /// Blocks of other imports that were opened, because an earlier wording comes back from them.
    opened: HashMap<i64, OpenedBlock>,
    done: Undone,
}

/// Which table a version is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Home {
    Present,
    SetAside,
    /// The number of the earlier version.
    Earlier(i64),
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
    fn new(vault: &Vault, writer: Writer, import: i64, vendor: i64) -> Result<Self, VaultError> {
        let heirs = heirs(&writer, import, vendor)?;
        let next_block = super::next_number(&writer, "block")?;
        let feeder = Feeder::start(&vault.inner().search.database, newest_change(&writer)?);
        Ok(Self {
            writer,
            import,
            shapes: ShapeReader::default(),
            months: Months::default(),
            batch: Batch::default(),
            feeder,
            heirs,
            next_block,
            moved: HashMap::new(),
            opened: HashMap::new(),
            done: Undone::default(),
        })
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
        if let Some(row) = self.find("SELECT id, shape, units, clock, place FROM record WHERE id = ?1 AND place = ?2", id, place)? {
            return match heir {
                Some(heir) => self.inherit(row, Home::Present, heir, block, index).map(Some),
                None => self.remove_present(row, &block.texts.body(index)?).map(|()| None),
            };
        }
        let aside = "SELECT record, shape, units, clock, place FROM set_aside WHERE record = ?1 AND place = ?2";
        if let Some(row) = self.find(aside, id, place)? {
            if let Some(heir) = heir {
                return self.inherit(row, Home::SetAside, heir, block, index).map(Some);
            }
            self.writer.prepare_cached("DELETE FROM set_aside WHERE record = ?1")?.execute([id])?;
            self.writer.prepare_cached("DELETE FROM similar WHERE record = ?1")?.execute([id])?;
            self.done.removed += 1;
            return Ok(None);
        }
        let sql = "SELECT was, shape, units, clock, place, id, record, replaced_by FROM earlier_version WHERE place = ?1";
        let earlier: Option<(Row, i64, i64, i64)> =
            self.writer.prepare_cached(sql)?.query_row([place], |r| Ok((Row::read(r)?, r.get(5)?, r.get(6)?, r.get(7)?))).optional()?;
        match (earlier, heir) {
            (Some((row, version, _, _)), Some(heir)) => self.inherit(row, Home::Earlier(version), heir, block, index).map(Some),
            (Some((_, version, record, replaced_by)), None) => {
                self.writer.prepare_cached("DELETE FROM earlier_version WHERE id = ?1")?.execute([version])?;
                // The wording before it was then replaced by the one after it.
                self.writer
                    .prepare_cached("UPDATE earlier_version SET replaced_by = ?3 WHERE record = ?1 AND replaced_by = ?2 AND id < ?4")?
                    .execute(params![record, self.import, replaced_by, version])?;
                Ok(None)
            }
            (None, _) => Ok(None),
        }
    }

    fn find(&self, sql: &str, id: i64, place: i64) -> Result<Option<Row>, VaultError> {
        Ok(self.writer.prepare_cached(sql)?.query_row([id, place], Row::read).optional()?)
    }

    /// The present wording goes: the one before it comes back, or the record is gone.
    fn remove_present(&mut self, row: Row, body: &Body) -> Result<(), VaultError> {
        self.unindex(&row, body, self.import)?;
        let sql = "SELECT was, shape, units, clock, place, id FROM earlier_version WHERE record = ?1 ORDER BY id DESC LIMIT 1";
        let before: Option<(Row, i64)> =
            self.writer.prepare_cached(sql)?.query_row([row.id], |r| Ok((Row::read(r)?, r.get(5)?))).optional()?;
        self.writer.prepare_cached("DELETE FROM record WHERE id = ?1")?.execute([row.id])?;
        let Some((before, version)) = before else {
            self.done.removed += 1;
            return self.unlink(row.id);
        };
        self.writer.prepare_cached("DELETE FROM earlier_version WHERE id = ?1")?.execute([version])?;
        if before.id != row.id {
            self.writer.prepare_cached("UPDATE earlier_version SET record = ?2 WHERE record = ?1")?.execute([row.id, before.id])?;
            self.writer.prepare_cached("UPDATE similar SET record = ?2 WHERE record = ?1")?.execute([row.id, before.id])?;
            self.writer.prepare_cached("UPDATE similar SET other = ?2 WHERE other = ?1")?.execute([row.id, before.id])?;
        }
        put(&self.writer, &before)?;
        self.done.restored += 1;
        let number = before.place / 256;
        if !self.opened.contains_key(&number) {
            self.opened.insert(number, read_block(&self.writer, number)?);
        }
        let (body, import) = match self.opened.get(&number) {
            Some(block) => (block.texts.body(index_of(before.place))?, block.import),
            None => return Err(VaultError::damaged("a block of records")),
        };
        self.index(&before, &body, import)
    }

    /// What pointed at a record that is gone: a record it resembled is simply new, and one set aside for it comes back.
    fn unlink(&mut self, id: i64) -> Result<(), VaultError> {
        self.writer.prepare_cached("DELETE FROM similar WHERE record = ?1")?.execute([id])?;
        let sql =
            "SELECT a.record, a.shape, a.units, a.clock, a.place FROM similar s JOIN set_aside a ON a.record = s.record WHERE s.other = ?1";
        let aside: Vec<Row> = self.writer.prepare_cached(sql)?.query_map([id], Row::read)?.collect::<Result<_, _>>()?;
        for row in aside {
            put(&self.writer, &row)?;
            self.writer.prepare_cached("DELETE FROM set_aside WHERE record = ?1")?.execute([row.id])?;
            let block = read_block(&self.writer, row.place / 256)?;
            self.index(&row, &block.texts.body(index_of(row.place))?, block.import)?;
        }
        self.writer.prepare_cached("DELETE FROM similar WHERE other = ?1")?.execute([id])?;
        Ok(())
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
        let mut record = Record::new(self.shapes.shape(&self.writer, row.shape)?.kind);
        (record.title, record.party, record.external_id) = (body.title, body.party, body.external_id);
        (record.fields, record.unmapped, record.locator) = (body.fields, body.unmapped, locator);
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

    /// Everything else of the import. Returns the name of the original's file if no other import has it.
    fn forget(&mut self, original: i64) -> Result<Option<String>, VaultError> {
        self.feeder.feed(std::mem::take(&mut self.batch));
        self.months.write(&self.writer)?;
        self.follow_moves()?;
        for sql in [
            "DELETE FROM block WHERE import = ?1",
            "DELETE FROM sighting WHERE import = ?1",
            "DELETE FROM similar WHERE import = ?1",
            "DELETE FROM quarantine WHERE import = ?1",
            "DELETE FROM import WHERE id = ?1",
        ] {
            self.writer.prepare_cached(sql)?.execute([self.import])?;
        }
        let sql = "DELETE FROM original WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM import WHERE original = ?1) RETURNING blob";
        Ok(self.writer.prepare_cached(sql)?.query_row([original], |row| row.get(0)).optional()?)
    }
}

/// Which rows of an import later imports have seen again. The earliest of them inherits.
fn heirs(db: &Connection, import: i64, vendor: i64) -> Result<HashMap<Place, (i64, Locator)>, VaultError> {
    let blocks: NumberSet<i64> =
        db.prepare("SELECT id FROM block WHERE import = ?1")?.query_map([import], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let sql = "SELECT import, body FROM sighting WHERE import <> ?1 AND import IN (SELECT id FROM import WHERE vendor = ?2)
               ORDER BY import, chunk";
    let mut statement = db.prepare(sql)?;
    let mut rows = statement.query([import, vendor])?;
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

fn prints_at(db: &Connection, place: i64) -> Result<([u8; PRINT], Content), VaultError> {
    let index = i64::try_from(index_of(place)).unwrap_or(0);
    let sql = "SELECT substr(prints, ?2 * 12 + 1, 12), substr(contents, ?2 * 8 + 1, 8) FROM block WHERE id = ?1";
    Ok(db.prepare_cached(sql)?.query_row([place / 256, index], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
