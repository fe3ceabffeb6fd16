//! A disk that is really full, in a program of its own: a child that another test starts would hold a vault's lock for a moment.
#![cfg(target_os = "linux")]

mod support;

use std::process::Command;
use std::sync::Arc;

use holdall_model::Task;
use holdall_vault::*;
use support::*;

fn code_of<T>(result: Result<T, VaultError>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "OK")
}

/// A disk of its own in memory. `None`, with a sentence, where this process may not mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().expect("a folder");
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(dir.path()).status();
        if status.is_ok_and(|s| s.success()) {
            return Some(Self(dir));
        }
        eprintln!("LEFT OUT: this process may not mount a disk; run as root to try a disk that is really full");
        None
    }
}

impl SmallDisk {
    fn grow(&self, size: &str) {
        let status = Command::new("mount").args(["-o", &format!("remount,size={size}")]).arg(self.0.path()).status();
        assert!(status.is_ok_and(|s| s.success()), "the disk does not grow");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

/// Imports many rows; `n` makes them others each time.
fn large_import(vault: &Vault, n: u64) -> Result<Stored, VaultError> {
    let mut tx = vault.begin_import(meta(&format!("{n}.csv")))?;
    let mut identifier = Identifier::default();
    for i in 0..4_000 {
        let record = canary(n * 10_000 + i);
        tx.judge_and_store(&record, &identifier.identify(&record))?;
    }
    let original = vault.seal_original(&mut format!("{n} {CANARY}").repeat(20_000).as_bytes(), &Task::silent())?;
    tx.finish(original, &Task::silent())
}

#[test]
fn f08_a_disk_that_is_really_full_costs_nothing_that_was_there() {
    let Some(disk) = SmallDisk::mount("12m") else { return };
    let keyring = Arc::new(MemoryKeyring::default());
    let (place, backups, filler) = (disk.0.path().join("vault"), disk.0.path().join("backups"), disk.0.path().join("filler"));
    let vault = Vault::create(&place, "Test", FirstKey::Keyring, outside(&keyring)).expect("creates").vault;
    large_import(&vault, 0).expect("there is space");
    let made = vault.back_up(&backups, "1.0", &Task::silent()).expect("there is space");
    let mut imports = 1;
    let full = loop {
        match large_import(&vault, imports) {
            Ok(_) => imports += 1,
            Err(error) => break error,
        }
        assert!(imports < 100, "the disk is never full");
    };
    assert_eq!(full.code(), "DISK_FULL", "{full}");
    // The very last bytes, too.
    let _ = std::fs::write(&filler, vec![1; 12 << 20]);
    let whole = |vault: &Vault| {
        assert_eq!(all(vault).len() as u64, imports * 4_000);
        assert!(vault.check(&Task::silent()).expect("reads").is_whole());
        made.backup.verify(BackupKey::Vault(vault), Depth::Structure, &Task::silent()).expect("the good one stays");
    };
    whole(&vault);
    assert_eq!(code_of(vault.back_up(&backups, "1.0", &Task::silent())), "DISK_FULL");
    assert_eq!(files(&backups).len(), 1);
    assert_eq!(code_of(vault.renew_recovery_code()), "DISK_FULL");
    assert_eq!(code_of(vault.prepare_new_master_key(NewWays { keyring: true, ..NewWays::default() }, &Task::silent())), "DISK_FULL");
    whole(&vault);
    vault.close().expect("the last handle");
    assert!(matches!(code_of(Vault::open(&place, Key::Keyring, outside(&keyring))), "OK" | "DISK_FULL"));
    // With space again it works by itself.
    disk.grow("64m");
    let vault = Vault::open(&place, Key::Keyring, outside(&keyring)).expect("opens");
    whole(&vault);
    let last = vault.imports().expect("reads")[0].id;
    vault.undo_import(last, &Task::silent()).expect("undoes");
    large_import(&vault, 77).expect("there is space");
}
