use std::rc::Rc;

use holdall_model::Record;
use rusqlite::{Connection, OptionalExtension};

use super::types::{Hit, RecordId, StoredRecord};
use crate::VaultError;
use crate::import::{BlockReader, Body, ImportId, OpenedBlock, Row, ShapeReader, index_of, read_block_with};

/// Blocks kept open: a page of neighbours comes from one or two of them.
const OPEN_BLOCKS: usize = 16;

pub(crate) const ROW: &str = "SELECT id, shape, units, clock, place FROM record WHERE id = ?1";

/// Takes records out of their blocks, each block opened once.
pub(crate) struct Shelf<'a> {
    pub db: &'a Connection,
    pub shapes: ShapeReader,
    blocks: Vec<(i64, Rc<OpenedBlock>)>,
    oldest: usize,
    /// Made for the first block.
    reader: Option<BlockReader>,
}

impl<'a> Shelf<'a> {
    pub(crate) fn new(db: &'a Connection) -> Self {
        Self { db, shapes: ShapeReader::default(), blocks: Vec::with_capacity(OPEN_BLOCKS), oldest: 0, reader: None }
    }

    pub(crate) fn row(&self, id: i64) -> Result<Option<Row>, VaultError> {
        Ok(self.db.prepare_cached(ROW)?.query_row([id], Row::read).optional()?)
    }

    fn block(&mut self, number: i64) -> Result<Rc<OpenedBlock>, VaultError> {
        if let Some((_, block)) = self.blocks.iter().find(|(n, _)| *n == number) {
            return Ok(block.clone());
        }
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(BlockReader::new()?),
        };
        let block = Rc::new(read_block_with(reader, self.db, number)?);
        if self.blocks.len() < OPEN_BLOCKS {
            self.blocks.push((number, block.clone()));
        } else {
            self.blocks[self.oldest] = (number, block.clone());
            self.oldest = (self.oldest + 1) % OPEN_BLOCKS;
        }
        Ok(block)
    }

    pub(crate) fn body(&mut self, place: i64) -> Result<(Body, ImportId), VaultError> {
        let block = self.block(place / 256)?;
        Ok((block.texts.body(index_of(place))?, ImportId(block.import)))
    }

    /// The record of a row, as the importer made it.
    pub(crate) fn record(&mut self, row: &Row) -> Result<(Record, String, ImportId), VaultError> {
        let (body, import) = self.body(row.place)?;
        let shape = self.shapes.shape(self.db, row.shape)?.clone();
        let mut record = Record::new(shape.kind);
        record.moment = row.moment(&shape)?;
        record.amount = row.amount(&shape);
        record.status = shape.status;
        record.account = self.shapes.account(self.db, shape.account)?.to_owned();
        record.title = body.title;
        record.party = body.party;
        record.external_id = body.external_id;
        record.fields = body.fields;
        record.unmapped = body.unmapped;
        record.locator = body.locator;
        let vendor = self.shapes.vendor(self.db, shape.vendor)?.to_owned();
        Ok((record, vendor, import))
    }

    pub(crate) fn stored(&mut self, row: &Row) -> Result<StoredRecord, VaultError> {
        let (record, vendor, import) = self.record(row)?;
        let earlier = "SELECT count(*) FROM earlier_version WHERE record = ?1";
        let earlier_versions = self.db.prepare_cached(earlier)?.query_row([row.id], |r| r.get(0))?;
        Ok(StoredRecord { id: RecordId(row.id), vendor, import, record, similar_to: self.similar(row.id)?, earlier_versions })
    }

    fn similar(&self, id: i64) -> Result<Option<RecordId>, VaultError> {
        let sql = "SELECT other FROM similar WHERE record = ?1 AND decision = 0";
        Ok(self.db.prepare_cached(sql)?.query_row([id], |r| r.get(0).map(RecordId)).optional()?)
    }

    /// What a list shows of these rows, in their order.
    pub(crate) fn hits(&mut self, rows: &[Row]) -> Result<Vec<Hit>, VaultError> {
        let ids = || rows.iter().map(|row| row.id);
        let (Some(least), Some(most)) = (ids().min(), ids().max()) else { return Ok(Vec::new()) };
        // Mostly nothing waits for a decision, which one look tells for all of them.
        let sql = "SELECT EXISTS (SELECT 1 FROM similar WHERE decision = 0 AND record BETWEEN ?1 AND ?2)";
        let any_similar: bool = self.db.prepare_cached(sql)?.query_row([least, most], |r| r.get(0))?;
        rows.iter().map(|row| self.hit(row, any_similar)).collect()
    }

    fn hit(&mut self, row: &Row, may_be_similar: bool) -> Result<Hit, VaultError> {
        let block = self.block(row.place / 256)?;
        let (title, party) = block.texts.title_and_party(index_of(row.place))?;
        let similar = may_be_similar && self.similar(row.id)?.is_some();
        let shape = self.shapes.shape(self.db, row.shape)?.clone();
        Ok(Hit {
            id: RecordId(row.id),
            kind: shape.kind,
            vendor: self.shapes.vendor(self.db, shape.vendor)?.to_owned(),
            import: ImportId(block.import),
            moment: row.moment(&shape)?,
            amount: row.amount(&shape),
            status: shape.status,
            title: title.to_owned(),
            party: party.to_owned(),
            account: self.shapes.account(self.db, shape.account)?.to_owned(),
            similar,
        })
    }
}
