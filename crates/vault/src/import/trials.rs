//! Trial B4: after an undo, every table holds what it held before, byte for byte.

use std::sync::Arc;

use holdall_model::{Diagnostic, Fingerprint, Identity, Kind, Locator, Property, Quantity, Quarantined, Record, Redacted, Severity, Task};
use rusqlite::Connection;
use rusqlite::types::Value;

use super::{Decision, ImportId, ImportMeta};
use crate::{FirstKey, MemoryKeyring, Outside, SystemEntropy, Vault};

/// What is written once and never again: the log of acts, its echo for the search index, and numbers that are never used twice.
const EVER_GROWING: &[&str] = &["audit", "change", "sqlite_sequence"];

/// Every row of every table, and every word of the search index with its records.
fn dump(vault: &Vault) -> Vec<String> {
    let reader = vault.reader().expect("a reader");
    let names = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let tables: Vec<String> =
        reader.prepare(names).expect("reads").query_map([], |row| row.get(0)).expect("reads").collect::<Result<_, _>>().expect("reads");
    let mut lines = Vec::new();
    for table in tables.iter().filter(|t| !EVER_GROWING.contains(&t.as_str()) && !t.starts_with("sqlite_stat")) {
        lines.extend(rows(&reader, table, &format!("SELECT * FROM {table}")));
    }
    // The end of the log, and what a person decided about two rows: that outlives the import.
    lines.retain(|line| !line.contains("audit_head") && !line.contains("similar:"));
    // A search brings the index up to date.
    vault.find(&crate::Query { text: "anything".to_owned(), ..crate::Query::default() }).expect("finds");
    let index = vault.inner().search.database().expect("opens").reader().expect("a reader");
    lines.extend(rows(&index, "word", "SELECT term, doc FROM known_word"));
    let mut blobs: Vec<String> =
        std::fs::read_dir(vault.dir().join("blobs")).expect("a folder").flatten().map(|e| format!("{:?}", e.file_name())).collect();
    blobs.sort();
    lines.extend(blobs);
    lines
}

fn rows(db: &Connection, table: &str, sql: &str) -> Vec<String> {
    let mut statement = db.prepare(sql).expect("reads");
    let columns = statement.column_count();
    let mut lines: Vec<String> = statement
        .query_map([], |row| (0..columns).map(|c| row.get::<_, Value>(c)).collect::<Result<Vec<_>, _>>())
        .expect("reads")
        .map(|row| format!("{table} {:?}", row.expect("reads")))
        .collect();
    lines.sort();
    lines
}

fn print(text: &str) -> Fingerprint {
    Fingerprint(blake3::hash(text.as_bytes()).as_bytes()[..16].try_into().expect("16 bytes"))
}

fn record(account: &str, day: u32, cents: i64, title: &str, id: &str) -> (Record, Identity) {
    let mut record = Record::new(Kind::BankTransaction);
    record.moment = Some(format!("2025-01-{day:02}").parse().expect("a day"));
    record.amount = Some(Quantity::from_scaled(cents, 2, "EUR".parse().expect("a unit")));
    record.title = title.to_owned();
    record.account = account.to_owned();
    record.external_id = id.to_owned();
    record.locator = Locator { entry: 0, row: u64::from(day), offset: u64::from(day) * 50, length: 49 };
    let row = if id.is_empty() { format!("{account} {day} {cents} {title}") } else { format!("{account} {id}") };
    (record.clone(), Identity { row: print(&row), content: print(&format!("{record:?}")), from_vendor_id: !id.is_empty() })
}

fn import(vault: &Vault, file: &str, vendor: &str, records: &[(Record, Identity)]) -> ImportId {
    let meta = ImportMeta { vendor: vendor.to_owned(), export: "csv".to_owned(), file_name: file.to_owned() };
    let mut tx = vault.begin_import(meta).expect("begins");
    for (record, identity) in records {
        tx.judge_and_store(record, identity).expect("stores");
    }
    let reason = Diagnostic::new("no-date", Severity::Error, "No date.");
    tx.quarantine(&Quarantined { locator: Locator::default(), raw: Redacted::new("a row".to_owned()), reason }).expect("keeps");
    let original = vault.seal_original(&mut file.as_bytes(), &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes").id
}

fn vault() -> (tempfile::TempDir, Vault) {
    let dir = tempfile::tempdir().expect("a folder");
    let outside = Outside { entropy: Arc::new(SystemEntropy), secrets: Arc::new(MemoryKeyring::default()), ..Outside::system() };
    let vault = Vault::create(&dir.path().join("vault"), "Test", FirstKey::Keyring, outside).expect("creates").vault;
    (dir, vault)
}

#[test]
fn b04_after_an_undo_every_table_the_search_index_and_the_originals_are_as_before() {
    // A change, a row that is here, one that resembles another, and news of another account.
    let more = [
        record("DE1", 5, -320, "Coffee", "A1"),
        record("DE1", 3, -90_000, "Rent", ""),
        record("DE1", 2, -320, "CARD 4 COFFEE", ""),
        record("DE2", 7, 100, "Interest", ""),
    ];
    for decided in [None, Some(Decision::SameThing), Some(Decision::TwoThings)] {
        let (_dir, vault) = vault();
        let empty = dump(&vault);
        let kept = [record("DE1", 2, -320, "Coffee pending", "A1"), record("DE1", 3, -90_000, "Rent", "")];
        let first = import(&vault, "a.csv", "bank", &kept);
        let before = dump(&vault);
        for read_anew in [false, true] {
            for vendor in ["bank", "another"] {
                let second = import(&vault, "b.csv", vendor, &more);
                assert_ne!(dump(&vault), before);
                let waiting = vault.undecided(9).expect("reads");
                if let (Some(decision), Some(pair)) = (decided, waiting.first()) {
                    vault.decide(&[pair.1.id], decision).expect("decides");
                }
                if read_anew {
                    let mut reread = vault.reread(second, "newbank", "giro").expect("begins");
                    for (record, identity) in &more[1..] {
                        let mut told = record.clone();
                        told.fields.set(Property::named("memo").expect("known"), "more");
                        reread.record(&told, identity).expect("reads");
                    }
                    reread.finish(&Task::silent()).expect("stores");
                }
                vault.undo_import(second, &Task::silent()).expect("undoes");
                let (was, is) = (&before, dump(&vault));
                let differ: Vec<_> = is.iter().filter(|l| !was.contains(l)).chain(was.iter().filter(|l| !is.contains(l))).collect();
                assert!(differ.is_empty() && was.len() == is.len(), "{decided:?} {read_anew} {vendor}: {differ:#?}");
            }
        }
        vault.undo_import(first, &Task::silent()).expect("undoes");
        assert_eq!(dump(&vault), empty);
    }
}
