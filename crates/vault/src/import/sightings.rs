//! Which rows of an import were already here, and where they stand in its file.

use std::io::Read;

use holdall_model::Locator;
use rusqlite::{Connection, params};

use super::block::{put_locator, put_step, take_locator, take_step};
use super::ids::NumberSet;
use super::prints::Place;
use crate::VaultError;

const PER_CHUNK: usize = 16 * 1024;
/// A chunk is some sixteen thousand short entries; more than this is not ours.
const LARGEST: u64 = 8 << 20;

pub(super) struct Sightings {
    import: i64,
    /// Rows that this very file repeats need no note.
    first_place: Place,
    /// Nor do rows of its own blocks, where it is read anew.
    own: NumberSet<i64>,
    pub notes: Notes,
    /// Chunks that are on disk already.
    written: i64,
}

/// Places and where a file shows them again: a few bytes each.
#[derive(Default)]
pub(super) struct Notes {
    packed: Vec<Vec<u8>>,
    chunk: Chunk,
}

#[derive(Default)]
struct Chunk {
    count: usize,
    bytes: Vec<u8>,
    last: (Place, Locator),
}

impl Chunk {
    fn push(&mut self, place: Place, locator: &Locator) {
        put_step(&mut self.bytes, u64::from(self.last.0) + 1, u64::from(place));
        put_locator(&mut self.bytes, locator, &self.last.1);
        self.last = (place, *locator);
        self.count += 1;
    }

    fn pack(&self) -> Result<Vec<u8>, VaultError> {
        zstd::bulk::compress(&self.bytes, 3).map_err(|_| VaultError::Engine { why: "zstd" })
    }
}

impl Notes {
    pub(super) fn push(&mut self, place: Place, locator: &Locator) -> Result<(), VaultError> {
        self.chunk.push(place, locator);
        if self.chunk.count == PER_CHUNK { self.close() } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), VaultError> {
        if self.chunk.count > 0 {
            self.packed.push(self.chunk.pack()?);
            self.chunk = Chunk::default();
        }
        Ok(())
    }
}

impl Sightings {
    pub(super) fn new(import: i64, first_place: Place) -> Self {
        Self { import, first_place, own: NumberSet::default(), notes: Notes::default(), written: 0 }
    }

    /// Forgets the notes of an earlier reading: the file is read anew.
    pub(super) fn begin_anew(&mut self, db: &Connection, own: NumberSet<i64>) -> Result<(), VaultError> {
        self.own = own;
        db.prepare_cached("DELETE FROM sighting WHERE import = ?1")?.execute([self.import])?;
        Ok(())
    }

    pub(super) fn note(&mut self, db: &Connection, place: Place, locator: &Locator) -> Result<(), VaultError> {
        if place >= self.first_place || self.own.contains(&i64::from(place / 256)) {
            return Ok(());
        }
        self.notes.push(place, locator)?;
        self.write_packed(db)
    }

    pub(super) fn write(&mut self, db: &Connection) -> Result<(), VaultError> {
        self.notes.close()?;
        self.write_packed(db)
    }

    fn write_packed(&mut self, db: &Connection) -> Result<(), VaultError> {
        for packed in self.notes.packed.drain(..) {
            write(db, self.import, self.written, &packed)?;
            self.written += 1;
        }
        Ok(())
    }
}

fn write(db: &Connection, import: i64, number: i64, packed: &[u8]) -> Result<(), VaultError> {
    let sql = "INSERT OR REPLACE INTO sighting (import, chunk, body) VALUES (?1, ?2, ?3)";
    db.prepare_cached(sql)?.execute(params![import, number, packed])?;
    Ok(())
}

/// All of an import's, in the order of its file.
pub(super) fn of_import(db: &Connection, import: i64) -> Result<Vec<(Place, Locator)>, VaultError> {
    let mut found = Vec::new();
    let mut statement = db.prepare_cached("SELECT body FROM sighting WHERE import = ?1 ORDER BY chunk")?;
    let mut rows = statement.query([import])?;
    while let Some(row) = rows.next()? {
        found.extend(read(row.get_ref(0)?.as_blob().unwrap_or_default())?);
    }
    Ok(found)
}

/// Writes a chunk again with other entries.
pub(super) fn rewrite(db: &Connection, import: i64, number: i64, entries: &[(Place, Locator)]) -> Result<(), VaultError> {
    let mut chunk = Chunk::default();
    for (place, locator) in entries {
        chunk.push(*place, locator);
    }
    write(db, import, number, &chunk.pack()?)
}

/// Opens one chunk.
pub(super) fn read(packed: &[u8]) -> Result<Vec<(Place, Locator)>, VaultError> {
    let damaged = || VaultError::damaged("the sightings of an import");
    let mut plain = Vec::new();
    let decoder = zstd::stream::read::Decoder::new(packed).map_err(|_| damaged())?;
    decoder.take(LARGEST).read_to_end(&mut plain).map_err(|_| damaged())?;
    let mut rest = plain.as_slice();
    let mut found = Vec::new();
    let mut last = (0, Locator::default());
    while !rest.is_empty() {
        let place = take_step(&mut rest, u64::from(last.0) + 1).and_then(|p| Place::try_from(p).ok()).ok_or_else(damaged)?;
        let locator = take_locator(&mut rest, &last.1).ok_or_else(damaged)?;
        last = (place, locator);
        found.push(last);
    }
    Ok(found)
}
