use holdall_model::Moment;
use rusqlite::{Connection, OptionalExtension};

use crate::{Vault, VaultError};

/// What a vault holds, counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    pub vault_id: String,
    /// Of the ways in.
    pub generation: u64,
    /// Number of the last act in the audit log.
    pub acts: u64,
    /// Vendor and number of records, by slug.
    pub records: Vec<(String, u64)>,
    /// Of the latest record that tells when.
    pub newest_record: Option<Moment>,
    pub imports: u64,
    /// Milliseconds since 1970 UTC.
    pub last_import_at: Option<i64>,
    pub partners: u64,
    pub grants: u64,
}

/// A live vault beside one that was restored: what taking the restored one in its place would lose and gain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    pub live: Contents,
    pub restored: Contents,
    /// False: a backup of another vault. Nothing of the live one is in it.
    pub same_vault: bool,
    /// Acts (imports, shares, decisions…) of the live vault that the restored one does not have.
    pub acts_lost: u64,
    /// Acts of the restored vault that the live one does not have, the restoring itself left aside. Above zero, both went on
    /// separately after the last act they share.
    pub acts_gained: u64,
}

impl Vault {
    /// Counts what the vault holds.
    pub fn contents(&self) -> Result<Contents, VaultError> {
        let status = self.info()?.status;
        let newest = self.find(&crate::Query { limit: 1, ..crate::Query::default() })?.hits.first().and_then(|hit| hit.moment);
        let reader = self.reader()?;
        let count = |sql: &str| -> Result<u64, VaultError> {
            let n: i64 = reader.query_row(sql, [], |row| row.get(0))?;
            Ok(u64::try_from(n).unwrap_or(0))
        };
        let sql = "SELECT v.slug, sum(m.records) FROM month m JOIN vendor v ON v.id = m.vendor GROUP BY v.id ORDER BY v.slug";
        let records = reader
            .prepare(sql)?
            .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?
            .map(|row| row.map(|(vendor, n)| (vendor, u64::try_from(n).unwrap_or(0))))
            .collect::<Result<_, _>>()?;
        Ok(Contents {
            vault_id: status.vault_id,
            generation: status.generation,
            acts: crate::audit::chain::head(&reader)?,
            records,
            newest_record: newest,
            imports: count("SELECT count(*) FROM import")?,
            last_import_at: reader.query_row("SELECT max(at) FROM import", [], |row| row.get(0))?,
            partners: count("SELECT count(*) FROM partner")?,
            grants: count("SELECT count(*) FROM grant_")?,
        })
    }

    /// Compares this, the live vault, with one that was restored from a backup.
    pub fn compare(&self, restored: &Self) -> Result<Comparison, VaultError> {
        let (live, other) = (self.contents()?, restored.contents()?);
        let same_vault = live.vault_id == other.vault_id;
        let shared = if same_vault { shared_acts(&*self.reader()?, &*restored.reader()?, live.acts.min(other.acts))? } else { 0 };
        let restorings: i64 = restored.reader()?.query_row(
            "SELECT count(*) FROM audit WHERE seq > ?1 AND entry ->> 'act' = 'restored'",
            [i64::try_from(shared).unwrap_or(i64::MAX)],
            |row| row.get(0),
        )?;
        let acts_gained = (other.acts - shared).saturating_sub(u64::try_from(restorings).unwrap_or(0));
        Ok(Comparison { same_vault, acts_lost: live.acts - shared, acts_gained, live, restored: other })
    }
}

/// The last act that both logs share. Each entry's hash covers all before it, so halving finds it.
fn shared_acts(a: &Connection, b: &Connection, most: u64) -> Result<u64, VaultError> {
    let hash = |db: &Connection, seq: u64| -> Result<Option<Vec<u8>>, VaultError> {
        let sql = "SELECT hash FROM audit WHERE seq = ?1";
        Ok(db.prepare_cached(sql)?.query_row([i64::try_from(seq).unwrap_or(i64::MAX)], |row| row.get(0)).optional()?)
    };
    let (mut shared, mut differs) = (0, most + 1);
    while differs - shared > 1 {
        let middle = shared + (differs - shared) / 2;
        let same = hash(a, middle)?.is_some_and(|one| hash(b, middle).is_ok_and(|other| other.as_ref() == Some(&one)));
        if same { shared = middle } else { differs = middle }
    }
    Ok(shared)
}
