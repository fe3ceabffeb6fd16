//! Texts of up to 256 records, column by column and compressed: a quarter of their size, and one write instead of 256.

use holdall_model::{Fields, Kind, Locator, Property, Record};

use crate::VaultError;

pub(crate) const RECORDS: usize = 256;
/// A record is at most 1 MiB in the importer; a body beyond this is hostile.
const LARGEST_BODY: usize = 512 << 20;
const COLUMNS: usize = 5;

/// What a block holds of one record beside its narrow row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Body {
    pub title: String,
    pub party: String,
    pub external_id: String,
    pub fields: Fields,
    pub unmapped: String,
    pub locator: Locator,
}

impl Body {
    /// A record of these texts, with nothing that a narrow row tells.
    pub(crate) fn into_record(self) -> Record {
        let Self { title, party, external_id, fields, unmapped, locator } = self;
        Record { title, party, external_id, fields, unmapped, locator, ..Record::new(Kind::Other) }
    }
}

/// Collects bodies until the block is full.
pub(crate) struct BlockWriter {
    count: usize,
    lengths: [Vec<u8>; COLUMNS],
    bytes: [Vec<u8>; COLUMNS],
    locators: Vec<u8>,
    last: Locator,
    packed: Vec<u8>,
    plain: Vec<u8>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl BlockWriter {
    pub(crate) fn new() -> Result<Self, VaultError> {
        Ok(Self {
            count: 0,
            lengths: Default::default(),
            bytes: Default::default(),
            locators: Vec::new(),
            last: Locator::default(),
            packed: Vec::new(),
            plain: Vec::new(),
            compressor: zstd::bulk::Compressor::new(3).map_err(|_| VaultError::Engine { why: "zstd" })?,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.count
    }

    pub(crate) fn push(&mut self, record: &Record) {
        self.packed.clear();
        for (property, value) in record.fields.iter() {
            self.packed.push(property.code());
            put_number(&mut self.packed, value.len() as u64);
            self.packed.extend_from_slice(value.as_bytes());
        }
        let columns: [&[u8]; COLUMNS] =
            [record.title.as_bytes(), record.party.as_bytes(), record.external_id.as_bytes(), &self.packed, record.unmapped.as_bytes()];
        for (i, column) in columns.into_iter().enumerate() {
            put_number(&mut self.lengths[i], column.len() as u64);
            self.bytes[i].extend_from_slice(column);
        }
        put_locator(&mut self.locators, &record.locator, &self.last);
        self.last = record.locator;
        self.count += 1;
    }

    /// The compressed block; the writer is empty again.
    pub(crate) fn finish(&mut self) -> Result<Vec<u8>, VaultError> {
        self.plain.clear();
        put_number(&mut self.plain, self.count as u64);
        for part in self.lengths.iter().chain(&self.bytes).chain(std::iter::once(&self.locators)) {
            put_number(&mut self.plain, part.len() as u64);
        }
        for part in self.lengths.iter_mut().chain(&mut self.bytes).chain(std::iter::once(&mut self.locators)) {
            self.plain.append(part);
        }
        self.count = 0;
        self.last = Locator::default();
        let mut out = (self.plain.len() as u32).to_le_bytes().to_vec();
        out.extend(self.compressor.compress(&self.plain).map_err(|_| VaultError::Engine { why: "zstd" })?);
        Ok(out)
    }
}

/// An opened block: one decompression, and a record's texts are taken out when they are asked for.
pub(crate) struct Block {
    plain: Vec<u8>,
    /// Where each column's bytes begin in `plain`.
    starts: [usize; COLUMNS],
    /// Where each record's part of a column ends, from the column's start.
    ends: [Vec<usize>; COLUMNS],
    locators: Vec<Locator>,
}

/// Opens blocks one after the other: what unpacking needs is made once.
pub(crate) struct BlockReader(zstd::bulk::Decompressor<'static>);

impl BlockReader {
    pub(crate) fn new() -> Result<Self, VaultError> {
        zstd::bulk::Decompressor::new().map(Self).map_err(|_| VaultError::Engine { why: "zstd" })
    }

    pub(crate) fn read(&mut self, packed: &[u8]) -> Result<Block, VaultError> {
        decode(packed, &mut self.0).ok_or_else(damaged)
    }
}

fn damaged() -> VaultError {
    VaultError::damaged("a block of records")
}

impl Block {
    pub(crate) fn body(&self, index: usize) -> Result<Body, VaultError> {
        self.take_out(index).ok_or_else(damaged)
    }

    pub(crate) fn locator(&self, index: usize) -> Result<Locator, VaultError> {
        self.locators.get(index).copied().ok_or_else(damaged)
    }

    /// What a list shows of a record.
    pub(crate) fn title_and_party(&self, index: usize) -> Result<(&str, &str), VaultError> {
        self.text(0, index).zip(self.text(1, index)).ok_or_else(damaged)
    }

    fn column(&self, column: usize, index: usize) -> Option<&[u8]> {
        let (start, ends) = (self.starts[column], &self.ends[column]);
        let from = if index == 0 { 0 } else { *ends.get(index - 1)? };
        self.plain.get(start + from..start + ends.get(index)?)
    }

    fn text(&self, column: usize, index: usize) -> Option<&str> {
        std::str::from_utf8(self.column(column, index)?).ok()
    }

    fn take_out(&self, index: usize) -> Option<Body> {
        let text = |column: usize| self.text(column, index).map(str::to_owned);
        Some(Body {
            title: text(0)?,
            party: text(1)?,
            external_id: text(2)?,
            fields: unpack(self.column(3, index)?)?,
            unmapped: text(4)?,
            locator: *self.locators.get(index)?,
        })
    }
}

fn decode(packed: &[u8], decompressor: &mut zstd::bulk::Decompressor<'_>) -> Option<Block> {
    let (size, packed) = packed.split_first_chunk::<4>()?;
    let size = u32::from_le_bytes(*size) as usize;
    if size > LARGEST_BODY {
        return None;
    }
    let plain = decompressor.decompress(packed, size).ok()?;
    let mut rest = plain.as_slice();
    let count = usize::try_from(take_number(&mut rest)?).ok().filter(|n| *n <= RECORDS)?;
    let mut sizes = [0; 2 * COLUMNS + 1];
    for size in &mut sizes {
        *size = usize::try_from(take_number(&mut rest)?).ok()?;
    }
    let mut ends: [Vec<usize>; COLUMNS] = std::array::from_fn(|_| Vec::with_capacity(count));
    for (ends, size) in ends.iter_mut().zip(&sizes[..COLUMNS]) {
        let mut lengths = take(&mut rest, *size)?;
        let mut end = 0usize;
        for _ in 0..count {
            end = end.checked_add(usize::try_from(take_number(&mut lengths)?).ok()?)?;
            ends.push(end);
        }
    }
    let mut starts = [0; COLUMNS];
    for (c, start) in starts.iter_mut().enumerate() {
        *start = plain.len() - rest.len();
        let bytes = take(&mut rest, sizes[COLUMNS + c])?;
        if ends[c].last().copied().unwrap_or(0) != bytes.len() {
            return None;
        }
    }
    let mut packed_locators = take(&mut rest, sizes[2 * COLUMNS])?;
    let mut locators: Vec<Locator> = Vec::with_capacity(count);
    for _ in 0..count {
        let last = locators.last().copied().unwrap_or_default();
        locators.push(take_locator(&mut packed_locators, &last)?);
    }
    Some(Block { starts, ends, locators, plain })
}

fn unpack(mut packed: &[u8]) -> Option<Fields> {
    let mut fields = Fields::default();
    while let Some((code, rest)) = packed.split_first() {
        packed = rest;
        let length = usize::try_from(take_number(&mut packed)?).ok()?;
        fields.set(Property::from_code(*code)?, std::str::from_utf8(take(&mut packed, length)?).ok()?);
    }
    Some(fields)
}

pub(crate) fn put_number(out: &mut Vec<u8>, mut n: u64) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

pub(crate) fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut n = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        n |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Some(n);
        }
    }
    None
}

/// Small steps in either direction become small numbers.
pub(crate) fn put_step(out: &mut Vec<u8>, from: u64, to: u64) {
    let step = to.wrapping_sub(from) as i64;
    put_number(out, ((step << 1) ^ (step >> 63)) as u64);
}

pub(crate) fn take_step(bytes: &mut &[u8], from: u64) -> Option<u64> {
    let n = take_number(bytes)?;
    let step = (n >> 1) as i64 ^ -((n & 1) as i64);
    Some(from.wrapping_add(step as u64))
}

/// A locator told from the one before: rows follow each other, and each begins where the last one ended.
pub(crate) fn put_locator(out: &mut Vec<u8>, locator: &Locator, last: &Locator) {
    put_step(out, u64::from(last.entry), u64::from(locator.entry));
    put_step(out, last.row.wrapping_add(1), locator.row);
    put_step(out, last.offset.wrapping_add(u64::from(last.length)), locator.offset);
    put_number(out, u64::from(locator.length));
}

pub(crate) fn take_locator(bytes: &mut &[u8], last: &Locator) -> Option<Locator> {
    Some(Locator {
        entry: u32::try_from(take_step(bytes, u64::from(last.entry))?).ok()?,
        row: take_step(bytes, last.row.wrapping_add(1))?,
        offset: take_step(bytes, last.offset.wrapping_add(u64::from(last.length)))?,
        length: u32::try_from(take_number(bytes)?).ok()?,
    })
}

fn take<'a>(bytes: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (part, rest) = bytes.split_at_checked(n)?;
    *bytes = rest;
    Some(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(packed: &[u8]) -> Result<Block, VaultError> {
        BlockReader::new().expect("zstd").read(packed)
    }

    fn record(n: u64) -> Record {
        let mut record = Record::new(Kind::OrderLine);
        record.title = format!("Thing {n} ✂");
        record.external_id = format!("{n}");
        record.fields.set(Property::named("sku").expect("known"), &format!("B{n}"));
        record.unmapped = "x".repeat(n as usize % 7);
        record.locator = Locator { entry: 1, row: n, offset: n * 100, length: 99 };
        record
    }

    #[test]
    fn what_goes_in_comes_out() {
        let mut writer = BlockWriter::new().expect("zstd");
        for round in 0..2 {
            let records: Vec<Record> = (0..RECORDS as u64).map(|n| record(n + round)).collect();
            records.iter().for_each(|r| writer.push(r));
            assert_eq!(writer.len(), RECORDS);
            let block = read(&writer.finish().expect("packs")).expect("opens");
            assert_eq!(block.locators.len(), RECORDS);
            for (index, record) in records.iter().enumerate() {
                let body = block.body(index).expect("whole");
                assert_eq!((&record.title, &record.external_id, &record.unmapped), (&body.title, &body.external_id, &body.unmapped));
                assert_eq!((&record.fields, record.locator), (&body.fields, body.locator));
                assert_eq!(block.title_and_party(index).expect("whole"), (record.title.as_str(), record.party.as_str()));
            }
        }
    }

    #[test]
    fn foreign_bytes_are_refused_and_never_a_panic() {
        let mut writer = BlockWriter::new().expect("zstd");
        (0..20).for_each(|n| writer.push(&record(n)));
        let good = writer.finish().expect("packs");
        for cut in 0..good.len() {
            assert!(read(&good[..cut]).is_err());
        }
        let plain = zstd::bulk::decompress(&good[4..], 1 << 20).expect("opens");
        for at in 0..plain.len() {
            let mut bad = plain.clone();
            bad[at] ^= 0xFF;
            let mut packed = (bad.len() as u32).to_le_bytes().to_vec();
            packed.extend(zstd::bulk::compress(&bad, 1).expect("packs"));
            if let Ok(block) = read(&packed) {
                (0..block.locators.len()).for_each(|i| drop(block.body(i)));
            }
        }
    }

    #[test]
    fn steps_reach_every_number() {
        for (from, to) in [(0, u64::MAX), (u64::MAX, 0), (5, 5), (1 << 40, 3)] {
            let mut bytes = Vec::new();
            put_step(&mut bytes, from, to);
            assert_eq!(take_step(&mut bytes.as_slice(), from), Some(to));
        }
    }
}
