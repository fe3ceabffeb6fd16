//! The rows an import holds, found again when its file is read anew.

use holdall_model::{Identity, Locator, Record};
use rusqlite::Connection;

use super::differences::{Difference, Turn, between};
use super::ids::NumberSet;
use super::prints::{Content, PRINT, Place, Prints, cut};
use super::shapes::{Row, ShapeReader};
use super::versions::{Home, OpenedBlock, at_place, index_of, read_block};
use super::{Body, Shape, sightings};
use crate::VaultError;

/// Blocks kept open: a file tells its rows in the order of its blocks.
const OPEN_BLOCKS: usize = 8;

/// Finds rows by where they stand in the file, or else by what they are. Some seventy bytes per row.
pub(super) struct Held {
    /// Slug of the vendor as which the file is read now.
    vendor: i64,
    own: NumberSet<i64>,
    /// Of this import and of those that it found here already.
    by_row: Prints,
    by_print: Prints,
    /// One bit per place that was met again.
    met: Vec<u64>,
    /// The row that was read last, and how many records it gave so far.
    last: (u32, u64, u32),
    opened: Vec<(i64, Opened)>,
    shapes: ShapeReader,
}

struct Opened {
    block: OpenedBlock,
    prints: Vec<u8>,
    contents: Vec<u8>,
}

/// A row as it was read before.
pub(super) struct Old {
    pub place: Place,
    /// It stands in a block of this import, and not of another one that told it first.
    pub own: bool,
    pub row: Row,
    pub home: Home,
    pub record: Record,
    pub print: [u8; PRINT],
    pub content: Content,
    pub differences: Vec<(Difference, Turn)>,
}

impl Held {
    pub(super) fn of_import(db: &Connection, import: i64, vendor: i64, first_place: Place) -> Result<Self, VaultError> {
        let mut held = Self {
            vendor,
            own: NumberSet::default(),
            by_row: Prints::default(),
            by_print: Prints::default(),
            met: vec![0; (first_place as usize).div_ceil(64)],
            last: (0, 0, 0),
            opened: Vec::new(),
            shapes: ShapeReader::default(),
        };
        // What an earlier reading of this same file said of a row; its place is taken by the later one.
        let outdated: NumberSet<i64> = db
            .prepare("SELECT place FROM earlier_version WHERE replaced_by = ?1")?
            .query_map([import], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut outdated_rows = Vec::new();
        let mut statement = db.prepare("SELECT id, prints FROM block WHERE import = ?1 ORDER BY id")?;
        let mut rows = statement.query([import])?;
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            held.own.insert(number);
            let block = read_block(db, number)?;
            for (index, print) in row.get_ref(1)?.as_blob().unwrap_or_default().as_chunks::<PRINT>().0.iter().enumerate() {
                let place = super::judge::place(number, index)?;
                let locator = block.texts.locator(index)?;
                if *print == [0; PRINT] {
                    // Taken out by an earlier reading.
                } else if outdated.contains(&i64::from(place)) {
                    outdated_rows.push((locator, place));
                } else {
                    held.by_print.insert(print, place);
                    held.insert(&locator, place);
                }
            }
        }
        for (place, locator) in sightings::of_import(db, import)? {
            held.insert(&locator, place);
        }
        for (locator, place) in outdated_rows {
            if held.by_row.get(&key(&locator, 0)).is_none() {
                held.insert(&locator, place);
            }
        }
        Ok(held)
    }

    /// One row may have given several records: each has its own turn.
    fn insert(&mut self, locator: &Locator, place: Place) {
        let free = (0..).map(|turn| key(locator, turn)).find(|key| self.by_row.get(key).is_none());
        if let Some(key) = free {
            self.by_row.insert(&key, place);
        }
    }

    pub(super) fn own(&self) -> &NumberSet<i64> {
        &self.own
    }

    /// The record as it was read before. The same row of the file is the same record, unless it now tells exactly what another one told.
    pub(super) fn meet(&mut self, db: &Connection, record: &Record, identity: &Identity) -> Result<Option<Old>, VaultError> {
        let (entry, row, turn) = self.last;
        let turn = if (entry, row) == (record.locator.entry, record.locator.row) { turn + 1 } else { 0 };
        self.last = (record.locator.entry, record.locator.row, turn);
        let at_row = self.by_row.get(&key(&record.locator, turn));
        let as_told = self.by_print.get(&cut(&identity.row)).filter(|place| Some(*place) != at_row);
        let mut candidates = Vec::new();
        for place in [at_row, as_told].into_iter().flatten() {
            if !self.was_met(place) {
                candidates.extend(self.read(db, place, record)?);
            }
        }
        let best = candidates.iter().position(|old| old.differences.is_empty()).unwrap_or(0);
        let found = if candidates.is_empty() { None } else { Some(candidates.swap_remove(best)) };
        if let Some(old) = &found {
            self.met[old.place as usize / 64] |= 1 << (old.place % 64);
        }
        Ok(found)
    }

    fn was_met(&self, place: Place) -> bool {
        self.met.get(place as usize / 64).is_none_or(|word| word >> (place % 64) & 1 == 1)
    }

    /// The row is told no more: what it says now is another record's.
    pub(super) fn give_up(&mut self, place: Place) {
        self.met[place as usize / 64] &= !(1 << (place % 64));
    }

    fn read(&mut self, db: &Connection, place: Place, now: &Record) -> Result<Option<Old>, VaultError> {
        let (number, index) = (i64::from(place / 256), index_of(i64::from(place)));
        let at = self.open(db, number)?;
        let opened = &self.opened[at].1;
        let Some(id) = opened.block.ids.get(index) else { return Err(VaultError::damaged("the numbers of a block")) };
        let Some((row, home)) = at_place(db, *id, i64::from(place))? else { return Ok(None) };
        let shape = self.shapes.shape(db, row.shape)?.clone();
        let account = self.shapes.account(db, shape.account)?;
        let record = as_record(&shape, account, &row, opened.block.texts.body(index)?)?;
        let mut differences = between(&record, now);
        if shape.vendor != self.vendor {
            differences.push((Difference::Vendor, Turn::Changed));
        }
        let damaged = || VaultError::damaged("the prints of a block");
        let print = *opened.prints.as_chunks::<PRINT>().0.get(index).ok_or_else(damaged)?;
        let content = *opened.contents.as_chunks::<8>().0.get(index).ok_or_else(damaged)?;
        Ok(Some(Old { place, own: self.own.contains(&number), row, home, record, print, content, differences }))
    }

    fn open(&mut self, db: &Connection, number: i64) -> Result<usize, VaultError> {
        if let Some(at) = self.opened.iter().position(|(n, _)| *n == number) {
            return Ok(at);
        }
        let sql = "SELECT prints, contents FROM block WHERE id = ?1";
        let (prints, contents) = db.prepare_cached(sql)?.query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let opened = Opened { block: read_block(db, number)?, prints, contents };
        if self.opened.len() >= OPEN_BLOCKS {
            self.opened.remove(0);
        }
        self.opened.push((number, opened));
        Ok(self.opened.len() - 1)
    }

    /// Records of this import that the file told no more: place, row and record, in the order of their places.
    pub(super) fn not_met(&mut self, db: &Connection, mut gone: impl FnMut(Place, Row, Record)) -> Result<(), VaultError> {
        let mut own: Vec<i64> = self.own.iter().copied().collect();
        own.sort_unstable();
        for number in own {
            let count: i64 = db.prepare_cached("SELECT count FROM block WHERE id = ?1")?.query_row([number], |row| row.get(0))?;
            for index in 0..usize::try_from(count).unwrap_or(0) {
                let place = super::judge::place(number, index)?;
                if self.was_met(place) {
                    continue;
                }
                let nothing = Record::new(holdall_model::Kind::Other);
                if let Some(old) = self.read(db, place, &nothing)?.filter(|old| !matches!(old.home, Home::Earlier(_))) {
                    gone(place, old.row, old.record);
                }
            }
        }
        Ok(())
    }
}

fn key(locator: &Locator, turn: u32) -> [u8; PRINT] {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&locator.entry.to_le_bytes());
    bytes[4..12].copy_from_slice(&locator.row.to_le_bytes());
    bytes[12..].copy_from_slice(&turn.to_le_bytes());
    let mut out = [0; PRINT];
    out.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..PRINT]);
    out
}

fn as_record(shape: &Shape, account: &str, row: &Row, body: Body) -> Result<Record, VaultError> {
    Ok(Record {
        kind: shape.kind,
        moment: row.moment(shape)?,
        amount: row.amount(shape),
        status: shape.status,
        account: account.to_owned(),
        ..body.into_record()
    })
}
