//! Damage on the disk: reported by name, never read as data.
//!
//! A program of its own: a child that another test starts would hold the vault's lock for a moment.

mod support;

use std::path::Path;
use std::sync::Arc;

use holdall_model::Task;
use holdall_vault::*;
use support::*;

/// A closed vault with some records, and what it holds.
fn closed() -> (tempfile::TempDir, Arc<MemoryKeyring>, Vec<StoredRecord>) {
    let f = fixture();
    let mut tx = f.vault.begin_import(meta("x.csv")).expect("begins");
    let mut identifier = Identifier::default();
    for i in 0..3000 {
        let record = canary(i);
        tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
    }
    let original = f.vault.seal_original(&mut &b"x"[..], &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes");
    let records = all(&f.vault);
    let Fixture { dir, keyring, vault, .. } = f;
    drop(vault);
    (dir, keyring, records)
}

/// Everything that is in the vault, or the code of what stands in the way.
fn read_all(place: &Path, keyring: &Arc<MemoryKeyring>) -> Result<Vec<StoredRecord>, VaultError> {
    let vault = Vault::open_older(place, Key::Keyring, outside(keyring))?;
    let mut records = Vec::new();
    vault.visit(&Query::default(), &Task::silent(), |record| {
        records.push(record);
        std::ops::ControlFlow::Continue(())
    })?;
    vault.imports()?;
    vault.months(None)?;
    let report = vault.check(&Task::silent())?;
    match report.database.or(report.audit.damage) {
        Some(part) => Err(VaultError::Damaged { part }),
        None => Ok(records),
    }
}

#[test]
fn f04_damage_is_reported_and_never_read_as_data() {
    let (dir, keyring, records) = closed();
    let place = dir.path().join("vault");
    let file = place.join("vault.db");
    let good = std::fs::read(&file).expect("there");
    let page = 8192;
    let pages = good.len() / page;
    assert!(pages > 20);
    let mut unnoticed = Vec::new();
    let mut try_it = |what: String, bytes: Vec<u8>| {
        std::fs::write(&file, bytes).expect("writes");
        match read_all(&place, &keyring) {
            Ok(read) => {
                assert!(read == records, "{what}: something else was read");
                unnoticed.push(what);
            }
            Err(error) => {
                assert!(matches!(error.code(), "DB_DAMAGED" | "NOT_ENCRYPTED"), "{what}: {error}");
            }
        }
    };
    for number in 0..pages {
        let mut bytes = good.clone();
        bytes[number * page + 40 + number * 131 % (page - 40)] ^= 1 << (number % 8);
        try_it(format!("bit in page {}", number + 1), bytes);
    }
    for (a, b) in [(1, 2), (3, 7), (5, 11)] {
        let mut bytes = good.clone();
        let (first, second) = (good[a * page..(a + 1) * page].to_vec(), good[b * page..(b + 1) * page].to_vec());
        bytes[a * page..(a + 1) * page].copy_from_slice(&second);
        bytes[b * page..(b + 1) * page].copy_from_slice(&first);
        try_it(format!("pages {a} and {b} swapped"), bytes);
    }
    let mut zeroed = good.clone();
    zeroed[4 * page..5 * page].fill(0);
    try_it("page zeroed".to_owned(), zeroed);
    for cut in [good.len() / 2, good.len() - page, 100, page] {
        try_it(format!("cut at {cut}"), good[..cut].to_vec());
    }
    assert!(unnoticed.is_empty(), "{} of {pages} pages: {unnoticed:?}", unnoticed.len());
    std::fs::write(&file, &good).expect("writes");
    assert!(read_all(&place, &keyring).expect("whole again") == records);
}
