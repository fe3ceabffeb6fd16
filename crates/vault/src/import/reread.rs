//! Reading a kept original anew, with what is known of its layout today: the records of its import are mended in place.
//!
//! A look and the real thing judge alike; the look writes nothing.

use std::collections::{BTreeMap, HashSet};

use holdall_model::{Diagnostic, Identity, Locator, Quarantined, Record, Task, Verdict};
use rusqlite::{Connection, OptionalExtension, params};

use super::block::BlockWriter;
use super::differences::{Difference, Turn};
use super::held::{Held, Old};
use super::judge::{Court, Finding};
use super::prints::{Content, PRINT, Place, content, cut};
use super::shapes::{Row, vendor_number};
use super::tx::{READ_ANEW, signed};
use super::undo::{Undo, heirs};
use super::versions::{Home, index_of, listed, read_block};
use super::{ImportId, ImportMeta, ImportTx};
use crate::audit::{Act, AuditEvent};
use crate::db::Reader;
use crate::read::RecordId;
use crate::{Vault, VaultError};

/// Examples of each kind that a person is shown.
const EXAMPLES: usize = 6;
/// Blocks whose notes of where rows stand are written together.
const REWRITTEN_TOGETHER: usize = 16;

/// What reading a file anew makes of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RereadReport {
    /// Rows that tell what they told.
    pub unchanged: u64,
    /// Records that are told otherwise; how they were told stays in their history.
    pub changed: u64,
    /// Records that were not there.
    pub added: u64,
    /// Rows that turn out to tell records which are here already.
    pub already_here: u64,
    /// Records among those changed or added that look like another one: a person decides.
    pub similar: u64,
    /// Records that the file does not tell any more, and that leave the vault.
    pub gone: u64,
    /// Records that this file does not tell any more, and that stay because another import tells them.
    pub stays: u64,
    /// Earlier wordings, in the history of records, that are told otherwise.
    pub history: u64,
    /// Rows kept aside until now that are understood.
    pub understood: u64,
    /// Rows that are kept aside from now on.
    pub not_understood: u64,
    /// In how many changed records a thing is told for the first time, no more, or otherwise.
    pub differences: BTreeMap<Difference, Differs>,
    pub examples: Vec<RereadExample>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Differs {
    pub gained: u64,
    pub lost: u64,
    pub changed: u64,
}

/// A record before and after; one of the two is `None` where it comes or goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RereadExample {
    pub id: Option<RecordId>,
    pub before: Option<Record>,
    pub after: Option<Record>,
}

impl RereadReport {
    /// Whether a person would see no difference at all.
    pub fn is_quiet(&self) -> bool {
        let told = [self.changed, self.added, self.already_here, self.gone, self.stays, self.history, self.understood];
        told.iter().all(|n| *n == 0)
    }

    fn example(&mut self, id: Option<RecordId>, before: Option<Record>, after: Option<Record>) {
        let kind = (before.is_some(), after.is_some());
        if self.examples.iter().filter(|e| (e.before.is_some(), e.after.is_some()) == kind).count() < EXAMPLES {
            self.examples.push(RereadExample { id, before, after });
        }
    }
}

/// What stands of a row beside its words: its prints, and where it is in the file.
type Mark = ([u8; PRINT], Content, Locator);

/// One import whose file is being read anew. Nothing of it is visible, and nothing stays, until [`Self::finish`].
pub struct Reread {
    import: i64,
    held: Held,
    on: On,
    first_place: Place,
    aside: HashSet<(u32, u64)>,
    still_aside: HashSet<(u32, u64)>,
    /// Rows whose record another import tells as well.
    merged: HashSet<Place>,
    marks: BTreeMap<i64, Vec<(usize, Mark)>>,
    report: RereadReport,
}

enum On {
    Look { reader: Reader, court: Box<Court>, next: Place },
    Write(Box<ImportTx>),
}

impl Vault {
    /// Compares a file that is read anew with what its import holds. Stores nothing.
    pub fn look_again(&self, import: ImportId, vendor: &str) -> Result<Reread, VaultError> {
        let reader = self.reader()?;
        reader.execute_batch("BEGIN")?;
        file_name(&reader, import)?;
        let court = Court::of_vendor(&reader, vendor, Some(import))?;
        let first_place = court.first_place();
        let vendor = vendor_number(&reader, vendor)?.unwrap_or(-1);
        let held = Held::of_import(&reader, import.0, vendor, first_place)?;
        Reread::on(import.0, held, first_place, On::Look { reader, court: Box::new(court), next: first_place })
    }

    /// Mends an import by its file read anew. The import, its original and its records stay the same ones; [`Reread::finish`] stores
    /// all of it in one transaction, and dropping it changes nothing. While it lives, other writers wait.
    pub fn reread(&self, import: ImportId, vendor: &str, export: &str) -> Result<Reread, VaultError> {
        let writer = self.inner().main.writer()?;
        writer.execute_batch("BEGIN IMMEDIATE")?;
        let file_name = file_name(&writer, import)?;
        let court = Court::of_vendor(&writer, vendor, Some(import))?;
        let first_place = court.first_place();
        let meta = ImportMeta { vendor: vendor.to_owned(), export: export.to_owned(), file_name };
        let mut tx = ImportTx::on(self, writer, import.0, meta, court)?;
        // What it told before and tells now may meet.
        tx.remembers = true;
        let held = Held::of_import(&tx.writer, import.0, tx.vendor, first_place)?;
        tx.sightings.begin_anew(&tx.writer, held.own().clone())?;
        let mut reread = Reread::on(import.0, held, first_place, On::Write(Box::new(tx)))?;
        if let On::Write(tx) = &mut reread.on {
            tx.writer.prepare_cached("DELETE FROM quarantine WHERE import = ?1")?.execute([import.0])?;
        }
        Ok(reread)
    }
}

fn file_name(db: &Connection, import: ImportId) -> Result<String, VaultError> {
    let sql = "SELECT file_name FROM import WHERE id = ?1";
    let found = db.prepare_cached(sql)?.query_row([import.0], |row| row.get(0)).optional()?;
    found.ok_or(VaultError::NotFound { what: "import" })
}

impl On {
    fn db(&self) -> &Connection {
        match self {
            Self::Look { reader, .. } => reader,
            Self::Write(tx) => &tx.writer,
        }
    }

    fn known(&mut self, identity: &Identity) -> Result<Option<Finding>, VaultError> {
        match self {
            Self::Look { reader, court, .. } => court.known(identity, Some(reader)),
            Self::Write(tx) => tx.court.known(identity, Some(&tx.writer)),
        }
    }

    fn remember(&mut self, identity: &Identity, place: Place) {
        match self {
            Self::Look { court, .. } => court.remember(identity, place),
            Self::Write(tx) => tx.court.remember(identity, place),
        }
    }

    fn note_sighting(&mut self, place: Place, locator: &Locator) -> Result<(), VaultError> {
        match self {
            Self::Look { .. } => Ok(()),
            Self::Write(tx) => tx.sightings.note(&tx.writer, place, locator),
        }
    }

    fn judge(&mut self, record: &Record, identity: &Identity) -> Result<Verdict, VaultError> {
        match self {
            Self::Write(tx) => tx.judge_and_store(record, identity),
            Self::Look { reader, court, next } => Ok(court.judge_next(record, identity, Some(reader), next)?.verdict()),
        }
    }

    /// The number of the record from now on, where it is written.
    fn reword(&mut self, record: &Record, identity: &Identity, before: &Row, home: Home) -> Result<Option<i64>, VaultError> {
        match self {
            Self::Write(tx) => tx.reword(record, identity, before, home).map(Some),
            Self::Look { court, next, .. } => {
                court.remember(identity, *next);
                *next += 1;
                Ok(None)
            }
        }
    }
}

impl Reread {
    fn on(import: i64, held: Held, first_place: Place, on: On) -> Result<Self, VaultError> {
        let sql = "SELECT entry, row FROM quarantine WHERE import = ?1";
        let aside = on
            .db()
            .prepare_cached(sql)?
            .query_map([import], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?
            .collect::<Result<_, _>>()?;
        Ok(Self {
            import,
            held,
            on,
            first_place,
            aside,
            still_aside: HashSet::new(),
            merged: HashSet::new(),
            marks: BTreeMap::new(),
            report: RereadReport::default(),
        })
    }

    /// One row as it is read today.
    pub fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), VaultError> {
        match self.held.meet(self.on.db(), record, identity)? {
            None => self.fresh(record, identity),
            Some(old) if !old.own => self.told_elsewhere(record, identity, old),
            Some(old) if old.differences.is_empty() => self.unchanged(record, identity, &old),
            Some(old) => self.changed(record, identity, old),
        }
    }

    /// A row that cannot be read today.
    pub fn quarantine(&mut self, row: &Quarantined) -> Result<(), VaultError> {
        self.report.not_understood += 1;
        self.still_aside.insert((row.locator.entry, row.locator.row));
        match &mut self.on {
            On::Look { .. } => Ok(()),
            On::Write(tx) => tx.quarantine(row),
        }
    }

    /// Findings about the file, in the place of those that were kept with the import.
    pub fn diagnostics(&mut self, found: &[Diagnostic]) {
        if let On::Write(tx) = &mut self.on {
            tx.diagnostics(found);
        }
    }

    /// A text of the room above, in the place of the one that was kept with the import.
    pub fn note(&mut self, text: String) {
        if let On::Write(tx) = &mut self.on {
            tx.note(text);
        }
    }

    /// A row that gave no record before.
    fn fresh(&mut self, record: &Record, identity: &Identity) -> Result<(), VaultError> {
        match self.on.judge(record, identity)? {
            Verdict::AlreadyHere => self.report.already_here += 1,
            Verdict::Changed => self.report.changed += 1,
            verdict => {
                self.report.added += 1;
                self.report.similar += u64::from(verdict == Verdict::Similar);
                self.report.example(None, None, Some(record.clone()));
            }
        }
        Ok(())
    }

    fn unchanged(&mut self, record: &Record, identity: &Identity, old: &Old) -> Result<(), VaultError> {
        self.report.unchanged += 1;
        self.on.remember(identity, old.place);
        let mark = (cut(&identity.row), content(&identity.content), record.locator);
        // Other things may make the row the same row today, or it may stand elsewhere in the text.
        if mark != (old.print, old.content, old.record.locator) {
            let number = i64::from(old.place / 256);
            self.marks.entry(number).or_default().push((index_of(i64::from(old.place)), mark));
            if self.marks.len() > REWRITTEN_TOGETHER {
                self.write_marks()?;
            }
        }
        Ok(())
    }

    /// The record stands in a block of another import, which told it first.
    fn told_elsewhere(&mut self, record: &Record, identity: &Identity, old: Old) -> Result<(), VaultError> {
        if let Some(Finding::AlreadyHere(place)) = self.on.known(identity)? {
            self.report.unchanged += 1;
            return self.on.note_sighting(place, &record.locator);
        }
        self.on.note_sighting(old.place, &record.locator)?;
        if old.differences.is_empty() || old.home != Home::Present {
            self.report.unchanged += 1;
            return Ok(());
        }
        self.mend(record, identity, old)?;
        Ok(())
    }

    fn changed(&mut self, record: &Record, identity: &Identity, old: Old) -> Result<(), VaultError> {
        let other = if old.home == Home::Present { self.on.known(identity)? } else { None };
        let twin = match other {
            Some(Finding::AlreadyHere(place) | Finding::Changed(place)) => self.another(place, &old.row)?,
            _ => None,
        };
        match (other, twin) {
            (Some(Finding::AlreadyHere(place)), Some(_)) => {
                // The same row, told by another import: as if this file had been imported today, it is kept once.
                self.report.already_here += 1;
                self.held.give_up(old.place);
                self.merged.insert(old.place);
                self.on.note_sighting(place, &record.locator)
            }
            (_, twin) => {
                let id = self.mend(record, identity, old)?;
                if let Some(twin) = twin {
                    self.report.similar += 1;
                    self.ask(id, twin)?;
                }
                Ok(())
            }
        }
    }

    /// Puts today's wording in the place of the earlier one.
    fn mend(&mut self, record: &Record, identity: &Identity, old: Old) -> Result<Option<i64>, VaultError> {
        if matches!(old.home, Home::Earlier(_)) {
            self.report.history += 1;
        } else {
            self.report.changed += 1;
            for (what, turn) in &old.differences {
                let differs = self.report.differences.entry(*what).or_default();
                *match turn {
                    Turn::Gained => &mut differs.gained,
                    Turn::Lost => &mut differs.lost,
                    Turn::Changed => &mut differs.changed,
                } += 1;
            }
            self.report.example(Some(RecordId(old.row.id)), Some(old.record), Some(record.clone()));
        }
        self.on.reword(record, identity, &old.row, old.home)
    }

    /// The record of another import that stands at a place, unless a person has said that the two are two things.
    fn another(&self, place: Place, row: &Row) -> Result<Option<i64>, VaultError> {
        if place >= self.first_place || self.held.own().contains(&i64::from(place / 256)) {
            return Ok(None);
        }
        let Some((other, Home::Present)) = listed(self.on.db(), i64::from(place))? else { return Ok(None) };
        let sql = "SELECT count(*) FROM similar WHERE decision = 1 AND (record, other) IN (VALUES (?1, ?2), (?2, ?1))";
        let two: i64 = self.on.db().prepare_cached(sql)?.query_row([row.id, other.id], |r| r.get(0))?;
        Ok((other.id != row.id && two == 0).then_some(other.id))
    }

    fn ask(&mut self, id: Option<i64>, twin: i64) -> Result<(), VaultError> {
        if let (On::Write(tx), Some(id)) = (&self.on, id) {
            let sql = "INSERT OR IGNORE INTO similar (record, other, import) VALUES (?1, ?2, ?3)";
            tx.writer.prepare_cached(sql)?.execute([id, twin, self.import])?;
        }
        Ok(())
    }

    /// Writes new prints and places of rows whose words stay.
    fn write_marks(&mut self) -> Result<(), VaultError> {
        let marks = std::mem::take(&mut self.marks);
        let On::Write(tx) = &self.on else { return Ok(()) };
        for (number, rows) in marks {
            let block = read_block(&tx.writer, number)?;
            let sql = "SELECT prints, contents FROM block WHERE id = ?1";
            let (mut prints, mut contents): (Vec<u8>, Vec<u8>) =
                tx.writer.prepare_cached(sql)?.query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut locators = (0..block.ids.len()).map(|index| block.texts.locator(index)).collect::<Result<Vec<_>, _>>()?;
            for (index, (print, content, locator)) in rows {
                let damaged = || VaultError::damaged("the prints of a block");
                *prints.as_chunks_mut().0.get_mut(index).ok_or_else(damaged)? = print;
                *contents.as_chunks_mut().0.get_mut(index).ok_or_else(damaged)? = content;
                *locators.get_mut(index).ok_or_else(damaged)? = locator;
            }
            let mut bodies = BlockWriter::new()?;
            for (index, locator) in locators.into_iter().enumerate() {
                bodies.push(&Record { locator, ..block.texts.body(index)?.into_record() });
            }
            let sql = "UPDATE block SET prints = ?2, contents = ?3, body = ?4 WHERE id = ?1";
            tx.writer.prepare_cached(sql)?.execute(params![number, prints, contents, bodies.finish()?])?;
        }
        Ok(())
    }

    /// The report; where it is no look, all of it is stored: from here on it is there, whole, whatever happens.
    pub fn finish(self, task: &Task) -> Result<RereadReport, VaultError> {
        Ok(self.finish_if(|_| true, task)?.unwrap_or_default())
    }

    /// The same if the report is as expected; else `None`, and nothing is stored.
    pub fn finish_if(mut self, expected: impl FnOnce(&RereadReport) -> bool, task: &Task) -> Result<Option<RereadReport>, VaultError> {
        task.phase("storing", None)?;
        self.write_marks()?;
        if let On::Write(tx) = &mut self.on {
            tx.flush()?;
        }
        self.report.understood = self.aside.difference(&self.still_aside).count() as u64;
        let gone = self.count_gone()?;
        if !expected(&self.report) {
            return Ok(None);
        }
        match self.on {
            On::Look { .. } => Ok(Some(self.report)),
            On::Write(tx) => store(*tx, self.report, &gone, task).map(Some),
        }
    }

    fn count_gone(&mut self) -> Result<Vec<Place>, VaultError> {
        let mut rows = Vec::new();
        let report = &mut self.report;
        let mut samples = Vec::new();
        self.held.not_met(self.on.db(), |place, row, record| {
            rows.push((place, row.id));
            if samples.len() < EXAMPLES && !self.merged.contains(&place) {
                samples.push((row.id, record));
            }
        })?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let db = self.on.db();
        let heirs = heirs(db, self.import)?;
        for (place, id) in &rows {
            let sql = "SELECT count(*) FROM earlier_version WHERE record = ?1";
            let had_another_wording = db.prepare_cached(sql)?.query_row([id], |row| row.get::<_, i64>(0))? > 0;
            if heirs.contains_key(place) || had_another_wording {
                report.stays += 1;
            } else if !self.merged.contains(place) {
                report.gone += 1;
            }
        }
        for (id, record) in samples {
            report.example(Some(RecordId(id)), Some(record), None);
        }
        Ok(rows.into_iter().map(|(place, _)| place).collect())
    }
}

fn store(tx: ImportTx, report: RereadReport, gone: &[Place], task: &Task) -> Result<RereadReport, VaultError> {
    let ImportTx { vault, writer, import, vendor, meta, months, feeder, diagnostics, note, .. } = tx;
    let mut undo = Undo::on(writer, import, months, feeder)?;
    undo.take_out_rows(gone, task)?;
    undo.feeder.feed(std::mem::take(&mut undo.batch));
    undo.months.write(&undo.writer)?;
    let diagnostics = serde_json::to_string(&diagnostics).map_err(|_| VaultError::Engine { why: "diagnostics" })?;
    let sql = "UPDATE import SET vendor = ?2, export = ?3, diagnostics = ?4, note = ?5, new = max(new + ?6, 0),
               already_here = already_here + ?7, similar = similar + ?8, not_understood = ?9 WHERE id = ?1";
    undo.writer.prepare_cached(sql)?.execute(params![
        import,
        vendor,
        meta.export,
        diagnostics,
        note,
        signed(report.added) - signed(report.gone),
        signed(report.already_here),
        signed(report.similar),
        signed(report.not_understood)
    ])?;
    if report.is_quiet() {
        // Nothing happened that a person or the search index would have to know.
        task.step(0)?;
        undo.writer.execute_batch("COMMIT")?;
        return Ok(report);
    }
    let change = super::note_change(&undo.writer, READ_ANEW, import)?;
    let event = AuditEvent::new(Act::ImportReadAnew, import.to_string())
        .count("changed", report.changed)
        .count("added", report.added)
        .count("already_here", report.already_here)
        .count("gone", report.gone)
        .count("stays", report.stays)
        .count("understood", report.understood)
        .count("not_understood", report.not_understood);
    super::append_on(&undo.writer, vault.inner(), &event)?;
    task.step(0)?;
    undo.writer.execute_batch("COMMIT")?;
    undo.feeder.follow(change);
    Ok(report)
}
