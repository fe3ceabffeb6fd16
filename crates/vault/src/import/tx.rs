use std::io::Read;

use holdall_model::{Diagnostic, Identity, Quarantined, Record, Task, Verdict, VerdictCounts};
use rusqlite::{OptionalExtension, params};

use super::block::{self, BlockWriter};
use super::decide::SAME_THING;
use super::ids::{self, IdBook};
use super::judge::{AllHere, Court, Finding, place};
use super::months::Months;
use super::prints::{Place, content, cut};
use super::shapes::{Row, ShapeReader, ShapeWriter, intern_vendor};
use super::sightings::Sightings;
use super::versions::{self, Home};
use super::{ImportId, ImportMeta, Judged};
use crate::audit::{Act, AuditEvent};
use crate::db::Writer;
use crate::originals::{self, SealedOriginal};
use crate::search::{Batch, Feeder, Words, newest_change};
use crate::{Vault, VaultError};

/// Records gathered before their rows are written in the order of their numbers.
const GATHERED: usize = 16 * 1024;
/// Kinds of change that the search index follows.
pub(crate) const IMPORTED: i64 = 1;
pub(crate) const UNDONE: i64 = 2;
pub(crate) const DECIDED: i64 = 3;
pub(super) const READ_ANEW: i64 = 4;

/// What a stored import is called, and what became of its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    pub id: ImportId,
    pub counts: VerdictCounts,
}

/// One import in the making. Nothing of it is visible, and nothing stays, until [`Self::finish`]; dropping it undoes everything.
///
/// While it lives, other writers wait.
pub struct ImportTx {
    pub(super) vault: Vault,
    pub(super) writer: Writer,
    pub(super) import: i64,
    pub(super) vendor: i64,
    pub(super) meta: ImportMeta,
    pub(super) court: Court,
    shapes: ShapeWriter,
    known_shapes: ShapeReader,
    ids: IdBook,
    pub(super) months: Months,
    gathered: Vec<Row>,
    batch: Batch,
    block: OpenBlock,
    pub(super) sightings: Sightings,
    pub(super) feeder: Feeder,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) note: String,
    tags: [Option<(holdall_model::Kind, String)>; 2],
    /// The entry whose records come, and whether what was brought is remembered: only another entry can tell a row again.
    entry: Option<u32>,
    pub(super) remembers: bool,
}

/// The block that is being filled.
struct OpenBlock {
    number: i64,
    bodies: BlockWriter,
    prints: Vec<u8>,
    contents: Vec<u8>,
    ids: Vec<u8>,
    last_id: i64,
}

impl Vault {
    /// Begins an import. Waits while another one is being written.
    pub fn begin_import(&self, meta: ImportMeta) -> Result<ImportTx, VaultError> {
        let writer = self.inner().main.writer()?;
        writer.execute_batch("BEGIN IMMEDIATE")?;
        let court = Court::of_vendor(&writer, &meta.vendor, None)?;
        let import = super::next_number(&writer, "import")?;
        ImportTx::on(self, writer, import, meta, court)
    }
}

impl Vault {
    /// Begins an import of a file that was judged before, and of which everything is here: no record of it has to be handed over.
    /// `None` where the vault has changed since.
    pub fn begin_import_of_known(&self, meta: ImportMeta, known: AllHere) -> Result<Option<ImportTx>, VaultError> {
        let writer = self.inner().main.writer()?;
        writer.execute_batch("BEGIN IMMEDIATE")?;
        if newest_change(&writer)? != known.change {
            return Ok(None);
        }
        let import = super::next_number(&writer, "import")?;
        let mut tx = ImportTx::on(self, writer, import, meta, Court::before(known.first_place, known.counts))?;
        tx.sightings.notes = known.notes;
        Ok(Some(tx))
    }
}

impl ImportTx {
    /// Goes on in a transaction that was begun.
    pub(super) fn on(vault: &Vault, writer: Writer, import: i64, meta: ImportMeta, court: Court) -> Result<Self, VaultError> {
        let vendor = intern_vendor(&writer, &meta.vendor)?;
        let number = i64::from(court.first_place()) / 256;
        Ok(Self {
            vault: vault.clone(),
            import,
            vendor,
            meta,
            shapes: ShapeWriter::new(vendor),
            known_shapes: ShapeReader::default(),
            ids: IdBook::default(),
            months: Months::default(),
            gathered: Vec::with_capacity(GATHERED),
            batch: Batch::default(),
            block: OpenBlock { number, bodies: BlockWriter::new()?, prints: Vec::new(), contents: Vec::new(), ids: Vec::new(), last_id: 0 },
            sightings: Sightings::new(import, court.first_place()),
            feeder: Feeder::start(&vault.inner().search, newest_change(&writer)?),
            diagnostics: Vec::new(),
            note: String::new(),
            tags: [None, None],
            entry: None,
            remembers: false,
            court,
            writer,
        })
    }

    /// Judges a record and keeps it, unless it is already here. A row that is called similar may turn out to be new when the
    /// file also holds the row it resembles: the final counts come from [`Self::finish`].
    pub fn judge_and_store(&mut self, record: &Record, identity: &Identity) -> Result<Verdict, VaultError> {
        if self.entry.replace(record.locator.entry).is_some_and(|last| last != record.locator.entry) && !self.remembers {
            self.remember_own()?;
        }
        let finding = self.court.judge(record, identity, Some(&self.writer))?;
        match finding {
            Finding::AlreadyHere(place) => self.sightings.note(&self.writer, place, &record.locator)?,
            Finding::New => {
                let row = self.new_row(record)?;
                self.store(record, identity, row)?;
            }
            Finding::Similar { other, .. } => {
                let row = self.new_row(record)?;
                self.store(record, identity, row)?;
                self.writer.prepare_cached("INSERT INTO similar (record, other, import) VALUES (?1, ?2, ?3)")?.execute(params![
                    row.id,
                    other,
                    self.import
                ])?;
            }
            Finding::SameThing { other } => {
                let row = self.new_row(record)?;
                self.keep_texts(record, identity, row)?;
                versions::put_aside(&self.writer, &row)?;
                let now = self.vault.inner().outside.clock.now_ms();
                let sql = "INSERT INTO similar (record, other, import, decision, decided_at) VALUES (?1, ?2, ?3, ?4, ?5)";
                self.writer.prepare_cached(sql)?.execute(params![row.id, other, self.import, SAME_THING, now])?;
            }
            Finding::Changed(old) => self.replace(record, identity, old)?,
        }
        Ok(finding.verdict())
    }

    /// Keeps a row that could not be read, with its text and the reason.
    pub fn quarantine(&mut self, row: &Quarantined) -> Result<(), VaultError> {
        self.court.count(Verdict::NotUnderstood);
        let reason = serde_json::to_string(&row.reason).map_err(|_| VaultError::Engine { why: "a diagnostic" })?;
        let at = &row.locator;
        self.writer
            .prepare_cached("INSERT INTO quarantine (import, entry, row, offset, length, reason, raw) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![self.import, at.entry, signed(at.row), signed(at.offset), at.length, reason, row.raw.reveal()])?;
        Ok(())
    }

    /// What became of the rows that came since the last entry ended. A row that is similar now is new in [`Self::finish`] where a later
    /// entry also holds the row it resembles.
    pub fn end_entry(&mut self) -> Judged {
        Judged { counts: self.court.end_entry() }
    }

    /// Keeps findings about the file with the import.
    pub fn diagnostics(&mut self, found: &[Diagnostic]) {
        self.diagnostics.extend_from_slice(found);
    }

    /// Keeps a text of the room above with the import, such as how to read the original again. Opaque here.
    pub fn note(&mut self, text: String) {
        self.note = text;
    }

    fn new_row(&mut self, record: &Record) -> Result<Row, VaultError> {
        let moment = record.moment.map(|m| ids::split(m.sort_key()));
        let id = self.ids.take(&self.writer, moment)?;
        self.row_at(record, id)
    }

    fn row_at(&mut self, record: &Record, id: i64) -> Result<Row, VaultError> {
        let refused = |_| VaultError::Refused { what: "An amount", why: "it has more digits than can be kept exactly" };
        let (units, scale) = record.amount.map_or(Ok((0, 0)), |a| a.to_scaled()).map_err(refused)?;
        let shape = self.shapes.intern(&self.writer, record, scale)?;
        let clock = record.moment.map_or(0, |m| m.sort_key() - ids::day_of(id) * 86_400);
        let place = i64::from(place(self.block.number, self.block.bodies.len())?);
        Ok(Row { id, shape, units, clock, place })
    }

    /// Puts a record into the open block, and its row and words into the batch.
    fn store(&mut self, record: &Record, identity: &Identity, row: Row) -> Result<(), VaultError> {
        self.keep_body(record, identity, row)?;
        self.gathered.push(row);
        if self.gathered.len() >= GATHERED || self.batch.is_full() {
            self.write_gathered()?;
        }
        Ok(())
    }

    fn keep_body(&mut self, record: &Record, identity: &Identity, row: Row) -> Result<(), VaultError> {
        let shape = self.known_shapes.shape(&self.writer, row.shape)?;
        self.months.add(&row, shape);
        let tags = tags_of(&mut self.tags, self.vendor, record.kind, self.import);
        self.batch.add(row.id, &Words::of_record(record, &record.account, tags));
        self.keep_texts(record, identity, row)
    }

    /// Into the block alone: a wording that is not present is in no sum, and is not searched.
    fn keep_texts(&mut self, record: &Record, identity: &Identity, row: Row) -> Result<(), VaultError> {
        let place = Place::try_from(row.place).map_err(|_| VaultError::Engine { why: "place" })?;
        if self.remembers {
            self.court.remember(identity, place);
        }
        let block = &mut self.block;
        block.bodies.push(record);
        block.prints.extend_from_slice(&cut(&identity.row));
        block.contents.extend_from_slice(&content(&identity.content));
        block::put_step(&mut block.ids, block.last_id as u64, row.id as u64);
        block.last_id = row.id;
        if block.bodies.len() == block::RECORDS {
            self.close_block()?;
        }
        Ok(())
    }

    /// Another entry begins, which may tell again what the ones before it told.
    fn remember_own(&mut self) -> Result<(), VaultError> {
        self.close_block()?;
        self.remembers = true;
        self.court.remember_import(&self.writer, self.import)
    }

    pub(super) fn close_block(&mut self) -> Result<(), VaultError> {
        let block = &mut self.block;
        if block.bodies.len() == 0 {
            return Ok(());
        }
        let count = block.bodies.len() as i64;
        let body = block.bodies.finish()?;
        self.writer
            .prepare_cached("INSERT INTO block (id, import, count, prints, contents, ids, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
            .execute(params![block.number, self.import, count, block.prints, block.contents, block.ids, body])?;
        block.number += 1;
        block.prints.clear();
        block.contents.clear();
        block.ids.clear();
        block.last_id = 0;
        Ok(())
    }

    /// Writes the rows in the order of their numbers: side by side in the table, whatever the order of the file.
    pub(super) fn write_gathered(&mut self) -> Result<(), VaultError> {
        self.gathered.sort_unstable_by_key(|row| row.id);
        {
            let mut insert =
                self.writer.prepare_cached("INSERT INTO record (id, shape, units, clock, place) VALUES (?1, ?2, ?3, ?4, ?5)")?;
            for row in &self.gathered {
                insert.execute(params![row.id, row.shape, row.units, row.clock, row.place])?;
            }
        }
        self.gathered.clear();
        self.feeder.feed(std::mem::take(&mut self.batch));
        if self.ids.is_full() {
            self.ids.forget();
        }
        Ok(())
    }

    /// The vendor tells the same row in other words: the old wording is kept, the new one takes its place.
    fn replace(&mut self, record: &Record, identity: &Identity, old: Place) -> Result<(), VaultError> {
        // What this very file brought may still be in memory.
        if old >= self.court.first_place() {
            self.close_block()?;
            self.write_gathered()?;
        }
        match versions::listed(&self.writer, i64::from(old))? {
            Some((before, home @ (Home::Present | Home::SetAside))) => self.reword(record, identity, &before, home).map(drop),
            _ => {
                // Gone: the new wording stands for itself.
                let row = self.new_row(record)?;
                self.store(record, identity, row)
            }
        }
    }

    /// The same row in other words, wherever it is listed. What a person decided about it stays decided. Returns the record's number.
    pub(super) fn reword(&mut self, record: &Record, identity: &Identity, before: &Row, home: Home) -> Result<i64, VaultError> {
        let (shape, body, import) = super::version(&self.writer, &mut self.known_shapes, before)?;
        if home == Home::Present {
            let account = self.known_shapes.account(&self.writer, shape.account)?.to_owned();
            self.batch.remove(before.id, &Words::of(&body, &account, &Words::tags(shape.vendor, shape.kind, import)));
            self.months.remove(before, &shape);
        }
        let moment = record.moment.map(|m| ids::split(m.sort_key()));
        let same_day = match moment {
            Some((day, _)) => shape.form.is_some() && ids::day_of(before.id) == day,
            None => shape.form.is_none(),
        };
        let id = if same_day { before.id } else { self.ids.take(&self.writer, moment)? };
        let row = self.row_at(record, id)?;
        match home {
            Home::Earlier(version) => versions::insert_after(&self.writer, version, &row, self.import)?,
            _ => versions::supersede(&self.writer, home, before, &row, self.import)?,
        }
        if home == Home::Present {
            self.keep_body(record, identity, row)?
        } else {
            self.keep_texts(record, identity, row)?
        }
        Ok(id)
    }

    /// An import of a file with these very bytes, `length` of them. The file is read only where one of its length is kept.
    pub fn same_file(&self, file: &mut dyn Read, length: u64, task: &Task) -> Result<Option<ImportId>, VaultError> {
        let sql = "SELECT o.hash, max(i.id) FROM original o JOIN import i ON i.original = o.id WHERE o.bytes = ?1 GROUP BY o.id";
        let mut statement = self.writer.prepare_cached(sql)?;
        let kept: Vec<([u8; 32], i64)> =
            statement.query_map([signed(length)], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        if kept.is_empty() {
            return Ok(None);
        }
        let hash = originals::hash(file, task)?;
        Ok(kept.into_iter().find(|(of, _)| *of == hash).map(|(_, import)| ImportId(import)))
    }

    /// Stores the import: from here on it is there, whole, whatever happens. The original must be sealed before.
    pub fn finish(self, original: SealedOriginal, task: &Task) -> Result<Stored, VaultError> {
        let dir = self.vault.dir().to_path_buf();
        self.store_all(original, task).map_err(crate::disk::or_full(&dir))
    }

    fn store_all(mut self, mut original: SealedOriginal, task: &Task) -> Result<Stored, VaultError> {
        task.phase("storing", None)?;
        self.flush()?;
        let (original_id, is_new) = self.keep_original(&original)?;
        let stored = self.complete(original_id, &original.hash(), task)?;
        original.kept = is_new;
        Ok(stored)
    }

    /// The same for another part of a file that is kept already: the original of an earlier import.
    pub fn finish_with_kept(mut self, kept: ImportId, task: &Task) -> Result<Stored, VaultError> {
        task.phase("storing", None)?;
        self.flush()?;
        let sql = "SELECT o.id, o.hash FROM import i JOIN original o ON o.id = i.original WHERE i.id = ?1";
        let known: Option<(i64, [u8; 32])> =
            self.writer.prepare_cached(sql)?.query_row([kept.0], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let (original, hash) = known.ok_or(VaultError::NotFound { what: "import" })?;
        self.complete(original, &hash, task)
    }

    /// Writes what still waits in memory.
    pub(super) fn flush(&mut self) -> Result<(), VaultError> {
        self.close_block()?;
        self.write_gathered()?;
        self.sightings.write(&self.writer)?;
        self.settle_similar()
    }

    fn complete(mut self, original: i64, hash: &[u8; 32], task: &Task) -> Result<Stored, VaultError> {
        let counts = self.court.final_counts();
        self.write_import(original, &counts)?;
        self.months.write(&self.writer)?;
        let change = super::note_change(&self.writer, IMPORTED, self.import)?;
        let event = AuditEvent::new(Act::Imported, self.import.to_string())
            .hash("original", hash)
            .count("new", counts.new)
            .count("already_here", counts.already_here)
            .count("changed", counts.changed)
            .count("similar", counts.similar)
            .count("not_understood", counts.not_understood);
        let inner = self.vault.inner();
        super::append_on(&self.writer, inner, &event)?;
        task.step(0)?;
        self.writer.execute_batch("COMMIT")?;
        let id = ImportId(self.import);
        self.feeder.follow(change);
        Ok(Stored { id, counts })
    }

    /// Takes the mark off records that resemble one which this file holds as well.
    fn settle_similar(&mut self) -> Result<(), VaultError> {
        let mut settled = Vec::new();
        {
            let sql = "SELECT s.record, r.place FROM similar s JOIN record r ON r.id = s.other WHERE s.import = ?1 AND s.decision = 0";
            let mut statement = self.writer.prepare(sql)?;
            let mut rows = statement.query([self.import])?;
            while let Some(row) = rows.next()? {
                let place: Place = row.get(1)?;
                // It stands among this import's own where the file told it in other words.
                if place >= self.court.first_place() || self.court.was_seen(place) {
                    settled.push(row.get::<_, i64>(0)?);
                }
            }
        }
        let mut delete = self.writer.prepare_cached("DELETE FROM similar WHERE record = ?1")?;
        for record in settled {
            delete.execute([record])?;
        }
        Ok(())
    }

    /// The same file is kept once, however often it is imported.
    fn keep_original(&self, original: &SealedOriginal) -> Result<(i64, bool), VaultError> {
        let known: Option<i64> = self
            .writer
            .prepare_cached("SELECT id FROM original WHERE hash = ?1")?
            .query_row([original.hash()], |row| row.get(0))
            .optional()?;
        if let Some(id) = known {
            return Ok((id, false));
        }
        self.writer.prepare_cached("INSERT INTO original (blob, hash, bytes, sealed) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            original.blob,
            original.hash(),
            signed(original.bytes()),
            signed(original.sealed)
        ])?;
        Ok((self.writer.last_insert_rowid(), true))
    }

    fn write_import(&self, original: i64, counts: &VerdictCounts) -> Result<(), VaultError> {
        let diagnostics = serde_json::to_string(&self.diagnostics).map_err(|_| VaultError::Engine { why: "diagnostics" })?;
        self.writer
            .prepare_cached(
                "INSERT INTO import (id, vendor, export, file_name, original, at, new, already_here, changed, similar, not_understood,
                 diagnostics, note) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            )?
            .execute(params![
                self.import,
                self.vendor,
                self.meta.export,
                self.meta.file_name,
                original,
                self.vault.inner().outside.clock.now_ms(),
                signed(counts.new),
                signed(counts.already_here),
                signed(counts.changed),
                signed(counts.similar),
                signed(counts.not_understood),
                diagnostics,
                self.note
            ])?;
        Ok(())
    }
}

/// The tags of the two kinds that were met last: a file rarely holds more.
fn tags_of(known: &mut [Option<(holdall_model::Kind, String)>; 2], vendor: i64, kind: holdall_model::Kind, import: i64) -> &str {
    let at = known.iter().position(|k| k.as_ref().is_some_and(|(k, _)| *k == kind)).unwrap_or_else(|| {
        known.swap(0, 1);
        known[0] = Some((kind, Words::tags(vendor, kind, import)));
        0
    });
    known[at].as_ref().map_or("", |(_, tags)| tags)
}

/// SQLite's integers are signed; what is counted here never comes near the end.
pub(super) fn signed(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
