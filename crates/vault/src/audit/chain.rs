use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::event::{Act, AuditEvent};
use crate::keys::DerivedKey;
use crate::{VaultError, meta};

/// What one entry says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// 1, 2, 3… without gaps.
    pub number: u64,
    /// Milliseconds since 1970 UTC, as the clock said; order follows `number`.
    pub at: i64,
    pub act: Act,
    pub subject: String,
    /// Lower-case hexadecimal.
    pub hashes: BTreeMap<String, String>,
    pub counts: BTreeMap<String, u64>,
}

/// An entry as it is stored and hashed: JSON with the keys in this order.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    seq: u64,
    at: i64,
    act: String,
    subject: String,
    hashes: BTreeMap<String, String>,
    counts: BTreeMap<String, u64>,
}

/// What a check of the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    /// Entries that fit, from the first on.
    pub entries: u64,
    /// Hash of the last of them.
    pub head: [u8; 32],
    /// What is wrong with the entry after them; `None` if the log is whole.
    pub damage: Option<String>,
}

const HEAD: &str = "audit_head";

/// Adds an entry within the transaction of the act itself.
pub(crate) fn append(tx: &Connection, key: &DerivedKey, at: i64, event: &AuditEvent) -> Result<u64, VaultError> {
    let last: Option<(i64, Vec<u8>)> = tx
        .prepare_cached("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (seq, previous) = match last {
        Some((seq, hash)) => (seq + 1, as_hash(&hash).ok_or_else(|| VaultError::damaged("the audit log"))?),
        None => (1, [0; 32]),
    };
    let number = u64::try_from(seq).map_err(|_| VaultError::damaged("the audit log"))?;
    let entry = Stored {
        seq: number,
        at,
        act: event.act.slug().to_owned(),
        subject: event.subject.clone(),
        hashes: event.hashes.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
        counts: event.counts.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect(),
    };
    let text = serde_json::to_string(&entry).map_err(|_| VaultError::Engine { why: "audit entry" })?;
    let hash = chained(&previous, text.as_bytes());
    let mac = blake3::keyed_hash(key, &hash);
    tx.prepare_cached("INSERT INTO audit (seq, entry, hash, mac) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        seq,
        text,
        hash,
        mac.as_bytes()
    ])?;
    meta::set(tx, HEAD, seq)?;
    Ok(number)
}

/// Seals every entry again under another key. The chain must have been verified under the old one.
pub(crate) fn seal_anew(tx: &Connection, key: &DerivedKey) -> Result<(), VaultError> {
    let mut seal = tx.prepare("UPDATE audit SET mac = ?2 WHERE seq = ?1")?;
    let mut statement = tx.prepare("SELECT seq, hash FROM audit ORDER BY seq")?;
    let entries: Vec<(i64, Vec<u8>)> = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    for (seq, hash) in entries {
        seal.execute(params![seq, blake3::keyed_hash(key, &hash).as_bytes()])?;
    }
    Ok(())
}

/// Walks the whole chain and names the first place that does not fit.
pub(crate) fn verify(db: &Connection, key: &DerivedKey, task: &holdall_model::Task) -> Result<AuditReport, VaultError> {
    let mut previous = [0; 32];
    let mut expected = 1u64;
    let mut statement = db.prepare("SELECT seq, entry, hash, mac FROM audit ORDER BY seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        task.step(1)?;
        let (seq, text, hash, mac): (i64, String, Vec<u8>, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let damaged = |what: &str| Ok(report(expected - 1, previous, Some(what)));
        if u64::try_from(seq) != Ok(expected) {
            return damaged("an entry is missing");
        }
        let computed = chained(&previous, text.as_bytes());
        if hash != computed {
            return damaged("the entry, or its link to the one before, was changed");
        }
        // The comparison of BLAKE3 hashes takes the same time wherever they differ.
        if as_hash(&mac).map(blake3::Hash::from) != Some(blake3::keyed_hash(key, &computed)) {
            return damaged("the entry was not sealed by this vault");
        }
        if serde_json::from_str::<Stored>(&text).map(|e| e.seq).ok() != Some(expected) {
            return damaged("the entry says another number");
        }
        previous = computed;
        expected += 1;
    }
    let entries = expected - 1;
    let head: Option<i64> = meta::get(db, HEAD)?;
    if head.and_then(|h| u64::try_from(h).ok()).unwrap_or(0) != entries {
        return Ok(report(entries, previous, Some("entries at the end are missing")));
    }
    Ok(report(entries, previous, None))
}

fn report(entries: u64, head: [u8; 32], damage: Option<&str>) -> AuditReport {
    AuditReport { entries, head, damage: damage.map(|what| format!("Entry {}: {what}.", entries + 1)) }
}

/// As [`verify`], where entries that cannot even be read are damage too.
pub(crate) fn report_on(db: &Connection, key: &DerivedKey) -> Result<AuditReport, VaultError> {
    match verify(db, key, &holdall_model::Task::silent()) {
        Err(VaultError::Damaged { part }) => Ok(AuditReport { entries: 0, head: [0; 32], damage: Some(part) }),
        other => other,
    }
}

/// One line of an exported log.
#[derive(Serialize)]
struct Line<'a> {
    entry: &'a str,
    hash: String,
}

pub(crate) fn export(db: &Connection, to: &mut dyn std::io::Write, task: &holdall_model::Task) -> Result<u64, VaultError> {
    let failed = || VaultError::disk("the audit log's export");
    let mut statement = db.prepare("SELECT entry, hash FROM audit ORDER BY seq")?;
    let mut rows = statement.query([])?;
    let mut entries = 0;
    while let Some(row) = rows.next()? {
        task.step(1)?;
        let (entry, hash): (String, Vec<u8>) = (row.get(0)?, row.get(1)?);
        let line = serde_json::to_string(&Line { entry: &entry, hash: crate::encoding::hex(&hash) });
        let line = line.map_err(|_| VaultError::Engine { why: "audit export" })?;
        to.write_all(line.as_bytes()).and_then(|()| to.write_all(b"\n")).map_err(failed())?;
        entries += 1;
    }
    Ok(entries)
}

/// The number of the last entry.
pub(crate) fn head(db: &Connection) -> Result<u64, VaultError> {
    let seq: Option<i64> = db.query_row("SELECT max(seq) FROM audit", [], |row| row.get(0))?;
    u64::try_from(seq.unwrap_or(0)).map_err(|_| VaultError::damaged("the audit log"))
}

pub(crate) fn list(db: &Connection, after: i64, limit: u32) -> Result<Vec<AuditEntry>, VaultError> {
    let mut statement = db.prepare_cached("SELECT entry FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let rows = statement.query_map(params![after, limit], |row| row.get::<_, String>(0))?;
    let damaged = || VaultError::damaged("the audit log");
    rows.map(|text| {
        let stored: Stored = serde_json::from_str(&text?).map_err(|_| damaged())?;
        Ok(AuditEntry {
            number: stored.seq,
            at: stored.at,
            act: Act::from_slug(&stored.act).ok_or_else(damaged)?,
            subject: stored.subject,
            hashes: stored.hashes,
            counts: stored.counts,
        })
    })
    .collect()
}

fn as_hash(bytes: &[u8]) -> Option<[u8; 32]> {
    bytes.try_into().ok()
}

/// RFC 6962's prefixes keep entries and links apart.
fn chained(previous: &[u8; 32], entry: &[u8]) -> [u8; 32] {
    let leaf = Sha256::new().chain_update([0]).chain_update(entry).finalize();
    Sha256::new().chain_update([1]).chain_update(previous).chain_update(leaf).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdall_model::Task;
    use zeroize::Zeroizing;

    fn filled() -> (Connection, DerivedKey) {
        let mut db = crate::db::open_in_memory().expect("opens");
        crate::db::migrate(&mut db, crate::db::VAULT).expect("migrates");
        let key = Zeroizing::new([1; 32]);
        for n in 0..5 {
            let tx = db.transaction().expect("begins");
            let event = AuditEvent::new(Act::Imported, n.to_string()).hash("original", &[n; 4]).count("new", 7);
            append(&tx, &key, 1000, &event).expect("appends");
            tx.commit().expect("commits");
        }
        (db, key)
    }

    fn place(db: &Connection, key: &DerivedKey) -> Option<u64> {
        let report = verify(db, key, &Task::silent()).expect("reads");
        assert!(report.damage.is_some() || report.entries == 5);
        report.damage.map(|_| report.entries + 1)
    }

    #[test]
    fn an_untouched_chain_is_intact() {
        let (db, key) = filled();
        assert_eq!(place(&db, &key), None);
        let first = &list(&db, 0, 1).expect("reads")[0];
        assert_eq!((first.act, first.hashes["original"].as_str()), (Act::Imported, "00000000"));
    }

    #[test]
    fn i10_every_kind_of_change_is_placed() {
        for (sql, seq) in [
            ("DELETE FROM audit WHERE seq = 2", 2),
            ("DELETE FROM audit WHERE seq = 5", 5),
            ("DELETE FROM audit", 1),
            ("UPDATE audit SET entry = replace(entry, '\"new\":7', '\"new\":8') WHERE seq = 3", 3),
            ("UPDATE audit SET mac = zeroblob(32) WHERE seq = 4", 4),
            ("UPDATE audit SET seq = 99 WHERE seq = 1; UPDATE audit SET seq = 1 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 99", 1),
        ] {
            let (db, key) = filled();
            db.execute_batch(sql).expect("tampers");
            assert_eq!(place(&db, &key), Some(seq), "{sql}");
        }
        let (db, _) = filled();
        assert_eq!(place(&db, &Zeroizing::new([2; 32])), Some(1), "another vault's key");
    }
}
