//! What the tests of a vault share: a keyring in memory, invented records, and the vault's whole content as text.
#![allow(dead_code, reason = "each test program uses its part")]

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use holdall_model::{Clock, Fingerprint, Identity, Kind, Property, Quantity, Record, Task};
use holdall_vault::*;

pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    /// Every look is a second later.
    fn now_ms(&self) -> i64 {
        self.0.fetch_add(1000, Ordering::Relaxed)
    }
}

pub fn outside(keyring: &Arc<MemoryKeyring>) -> Outside {
    Outside { clock: Arc::new(TestClock(AtomicI64::new(1_700_000_000_000))), entropy: Arc::new(SystemEntropy), secrets: keyring.clone() }
}

/// A vault in a folder of its own.
pub struct Fixture {
    pub dir: tempfile::TempDir,
    pub keyring: Arc<MemoryKeyring>,
    pub vault: Vault,
    pub code: RecoveryCode,
}

impl Fixture {
    pub fn path(&self) -> std::path::PathBuf {
        self.dir.path().join("vault")
    }

    /// Closes the vault and opens it again.
    pub fn reopened(self) -> Self {
        let path = self.path();
        let Self { dir, keyring, vault, code } = self;
        drop(vault);
        let vault = Vault::open(&path, Key::Keyring, outside(&keyring)).expect("opens");
        Self { dir, keyring, vault, code }
    }
}

pub fn fixture() -> Fixture {
    let dir = tempfile::tempdir().expect("a folder");
    let keyring = Arc::new(MemoryKeyring::default());
    let created = Vault::create(&dir.path().join("vault"), "Test", FirstKey::Keyring, outside(&keyring)).expect("creates");
    Fixture { dir, keyring, vault: created.vault, code: created.recovery_code }
}

/// A bank transaction: day, amount in cents, text, the bank's own id (or none).
#[derive(Debug, Clone, Copy)]
pub struct Row(pub &'static str, pub i64, pub &'static str, pub &'static str);

pub fn record(row: &Row, number: u64) -> Record {
    let mut record = Record::new(Kind::BankTransaction);
    record.moment = Some(row.0.parse().expect("a moment"));
    record.amount = Some(Quantity::from_scaled(row.1, 2, "EUR".parse().expect("a unit")));
    record.title = row.2.to_owned();
    record.party = "Party of it".to_owned();
    record.account = "DE00 1".to_owned();
    record.external_id = row.3.to_owned();
    record.fields.set(Property::named("reference").expect("known"), "Ref 77");
    record.unmapped = "leftover".to_owned();
    record.locator = holdall_model::Locator { entry: 0, row: number + 1, offset: number * 100, length: 99 };
    record
}

/// A word in every text of every record; nowhere else in the world.
pub const CANARY: &str = "Quvixalune";

pub fn canary(i: u64) -> holdall_model::Record {
    let mut record = record(&Row("2025-01-01", i as i64, CANARY, ""), i);
    record.kind = Kind::Other;
    record.moment = Some(holdall_model::Moment::from_unix(i as i64 * 977).expect("a moment"));
    record.title = format!("{CANARY} {i}");
    record.party = CANARY.to_owned();
    record.account = CANARY.to_owned();
    record.unmapped = format!("{CANARY}{i}");
    record.fields.set(Property::named("memo").expect("known"), CANARY);
    record
}

pub fn print(text: &str) -> Fingerprint {
    Fingerprint(blake3::hash(text.as_bytes()).as_bytes()[..16].try_into().expect("16 bytes"))
}

/// Identities as an importer makes them: by the vendor's id where there is one, else by what the row tells and how often.
#[derive(Default)]
pub struct Identifier(HashMap<String, u32>);

impl Identifier {
    pub fn identify(&mut self, record: &Record) -> Identity {
        let told = format!("{:?} {:?} {}", record.moment, record.amount, record.title);
        let content = print(&told);
        if record.external_id.is_empty() {
            let n = self.0.entry(told.clone()).or_default();
            *n += 1;
            Identity { row: print(&format!("{told} {n}")), content, from_vendor_id: false }
        } else {
            Identity { row: print(&format!("id {}", record.external_id)), content, from_vendor_id: true }
        }
    }
}

pub fn meta(file: &str) -> ImportMeta {
    ImportMeta { vendor: "bank".to_owned(), export: "csv".to_owned(), file_name: file.to_owned() }
}

pub fn import_named(vault: &Vault, file: &str, rows: &[Row]) -> Stored {
    let mut tx = vault.begin_import(meta(file)).expect("begins");
    let mut identifier = Identifier::default();
    for (number, row) in rows.iter().enumerate() {
        let record = record(row, number as u64);
        tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
    }
    tx.note(format!("note of {file}"));
    let text = format!("{file} {rows:?}");
    let original = vault.seal_original(&mut text.as_bytes(), &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes")
}

pub fn import(vault: &Vault, rows: &[Row]) -> Stored {
    import_named(vault, "file.csv", rows)
}

pub fn preview(vault: &Vault, rows: &[Row]) -> holdall_model::VerdictCounts {
    let mut judge = vault.judge_only("bank").expect("begins");
    let mut identifier = Identifier::default();
    for (number, row) in rows.iter().enumerate() {
        let record = record(row, number as u64);
        judge.judge(&record, &identifier.identify(&record)).expect("judges");
    }
    judge.end_entry().counts
}

/// New, already here, changed, similar, not understood.
pub fn counts(counts: holdall_model::VerdictCounts) -> [u64; 5] {
    [counts.new, counts.already_here, counts.changed, counts.similar, counts.not_understood]
}

pub fn all(vault: &Vault) -> Vec<StoredRecord> {
    let mut records = Vec::new();
    vault
        .visit(&Query::default(), &Task::silent(), |record| {
            records.push(record);
            ControlFlow::Continue(())
        })
        .expect("reads");
    records
}

pub fn titles(vault: &Vault, text: &str) -> Vec<String> {
    let page = vault.find(&Query { text: text.to_owned(), limit: 1000, ..Query::default() }).expect("finds");
    page.hits.into_iter().map(|h| h.title).collect()
}

/// Everything a person could see of the records, without the numbers that say when and how they came.
pub fn content(vault: &Vault) -> String {
    let mut lines: Vec<String> = all(vault)
        .iter()
        .map(|r| {
            let earlier: Vec<_> = vault.earlier_versions(r.id).expect("reads").into_iter().map(|v| v.record).collect();
            format!("{:?} {:?} {:?}", r.record, r.similar_to.is_some(), earlier)
        })
        .collect();
    lines.sort();
    lines.push(format!("{:?}", vault.months(None).expect("sums")));
    let vendors = vault.vendors().expect("vendors");
    lines.push(format!("{:?}", vendors.iter().map(|v| (v.records, &v.kinds, v.period, &v.money_in, &v.money_out)).collect::<Vec<_>>()));
    lines.push(format!("{:?}", vault.quarantine(None, 0, 1000).expect("reads").len()));
    for word in ["party", "coffee", "rent", "leftover", "ref", "salary", "pending", "bank"] {
        let mut found = titles(vault, word);
        found.sort();
        lines.push(format!("{word}: {found:?}"));
    }
    lines.join("\n")
}

pub fn files(dir: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).expect("a folder").flatten() {
        if entry.path().is_dir() { found.extend(files(&entry.path())) } else { found.push(entry.path()) }
    }
    found.sort();
    found
}

pub fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}
