use holdall_model::{Quarantined, Redacted};
use rusqlite::params;

use super::shelf::Shelf;
use super::types::{EarlierVersion, Hit, QuarantinedRow, RecordId, StoredRecord};
use crate::import::{ImportId, Row};
use crate::{Vault, VaultError};

impl Vault {
    /// One record with everything known of it.
    pub fn record(&self, id: RecordId) -> Result<StoredRecord, VaultError> {
        let reader = self.reader()?;
        let mut shelf = Shelf::new(&reader);
        let row = shelf.row(id.0)?.ok_or(VaultError::NotFound { what: "record" })?;
        shelf.stored(&row)
    }

    /// Earlier wordings of a record, the latest first.
    pub fn earlier_versions(&self, id: RecordId) -> Result<Vec<EarlierVersion>, VaultError> {
        let reader = self.reader()?;
        let mut shelf = Shelf::new(&reader);
        let sql = "SELECT was, shape, units, clock, place, replaced_by FROM earlier_version WHERE record = ?1 ORDER BY id DESC";
        let rows: Vec<(Row, i64)> =
            reader.prepare_cached(sql)?.query_map([id.0], |row| Ok((Row::read(row)?, row.get(5)?)))?.collect::<Result<_, _>>()?;
        rows.iter()
            .map(|(row, replaced_by)| {
                let (record, _, import) = shelf.record(row)?;
                Ok(EarlierVersion { record, import, replaced_by: ImportId(*replaced_by) })
            })
            .collect()
    }

    /// Pairs that wait for a person's decision: the record that was kept first, and the newer one that resembles it. It is the newer
    /// one that [`Vault::decide`] is asked about.
    pub fn undecided(&self, limit: u32) -> Result<Vec<(Hit, Hit)>, VaultError> {
        let reader = self.reader()?;
        let mut shelf = Shelf::new(&reader);
        let sql = "SELECT record, other FROM similar WHERE decision = 0 ORDER BY record DESC LIMIT ?1";
        let pairs: Vec<(i64, i64)> =
            reader.prepare_cached(sql)?.query_map([limit], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let mut found = Vec::with_capacity(2 * pairs.len());
        for (record, other) in pairs {
            if let (Some(record), Some(other)) = (shelf.row(record)?, shelf.row(other)?) {
                found.extend([other, record]);
            }
        }
        let mut hits = shelf.hits(&found)?.into_iter();
        Ok(std::iter::from_fn(|| hits.next().zip(hits.next())).collect())
    }

    /// Rows that were set aside, of one import or of all; `after` is the number of the last one seen, 0 to begin.
    pub fn quarantine(&self, import: Option<ImportId>, after: i64, limit: u32) -> Result<Vec<QuarantinedRow>, VaultError> {
        let sql = "SELECT id, import, entry, row, offset, length, reason, raw FROM quarantine
                   WHERE (?1 IS NULL OR import = ?1) AND id > ?2 ORDER BY id LIMIT ?3";
        let reader = self.reader()?;
        let mut statement = reader.prepare_cached(sql)?;
        let mut rows = statement.query(params![import.map(|i| i.0), after, limit])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let reason: String = row.get(6)?;
            let unsigned = |n: i64| u64::try_from(n).unwrap_or(0);
            let locator = holdall_model::Locator {
                entry: row.get(2)?,
                row: unsigned(row.get(3)?),
                offset: unsigned(row.get(4)?),
                length: row.get(5)?,
            };
            let reason = serde_json::from_str(&reason).map_err(|_| VaultError::damaged("a row that was set aside"))?;
            found.push(QuarantinedRow {
                number: row.get(0)?,
                import: ImportId(row.get(1)?),
                row: Quarantined { locator, reason, raw: Redacted::new(row.get(7)?) },
            });
        }
        Ok(found)
    }
}
