//! Places that a vault may find itself in: files that are gone or read only, links, newer forms.
#![cfg(target_os = "linux")]

mod support;

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

use holdall_model::Task;
use holdall_vault::*;
use support::*;

fn code_of<T>(result: Result<T, VaultError>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "OK")
}

/// A closed vault in its folder, and its keyring.
fn closed() -> (tempfile::TempDir, Arc<MemoryKeyring>) {
    let f = fixture();
    import(&f.vault, &[Row("2025-01-01", -350, "Coffee", "a")]);
    let Fixture { dir, keyring, vault, .. } = f;
    vault.close().expect("the last handle");
    (dir, keyring)
}

#[test]
fn f07_a_log_that_is_gone_or_of_another_time_loses_nothing_that_was_closed() {
    let (dir, keyring) = closed();
    let place = dir.path().join("vault");
    let open = || Vault::open(&place, Key::Keyring, outside(&keyring));
    assert!(!place.join("vault.db-wal").exists(), "closing leaves one file");
    for log in [&b"nonsense"[..], &[0; 64], &[0x37; 100_000]] {
        std::fs::write(place.join("vault.db-wal"), log).expect("writes");
        let vault = open().expect("opens");
        assert_eq!(all(&vault).len(), 1);
        assert!(vault.check(&Task::silent()).expect("checks").is_whole());
    }
    // The log of another vault, left by a kill in the middle of its work.
    let g = fixture();
    import(&g.vault, &[Row("2025-01-01", 1, "Foreign", "x")]);
    std::fs::copy(g.path().join("vault.db-wal"), place.join("vault.db-wal")).expect("copies");
    match open() {
        Ok(vault) => assert_eq!(titles(&vault, "foreign"), Vec::<String>::new()),
        Err(error) => assert_eq!(error.code(), "DB_DAMAGED"),
    }
    std::fs::remove_file(place.join("vault.db-wal")).expect("removes");
    assert_eq!(all(&open().expect("opens again")).len(), 1);
}

#[test]
fn f11_links_lead_to_one_lock() {
    let (dir, keyring) = closed();
    let (place, link) = (dir.path().join("vault"), dir.path().join("link"));
    symlink(&place, &link).expect("links");
    let vault = Vault::open(&link, Key::Keyring, outside(&keyring)).expect("opens");
    assert_eq!(code_of(Vault::open(&place, Key::Keyring, outside(&keyring))), "VAULT_IN_USE");
    drop(vault);
    Vault::open(&place, Key::Keyring, outside(&keyring)).expect("free again");
}

#[test]
fn f13_what_others_may_read_is_closed_at_opening() {
    let (dir, keyring) = closed();
    let place = dir.path().join("vault");
    let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let set = |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("sets");
    for file in files(&place) {
        set(&file, 0o666);
    }
    set(&place, 0o777);
    set(&place.join("blobs"), 0o755);
    drop(Vault::open(&place, Key::Keyring, outside(&keyring)).expect("opens"));
    assert_eq!((mode(&place), mode(&place.join("blobs"))), (0o700, 0o700));
    for name in ["vault.db", "search.db", "keys.json", "keys.json.bak", "lock"] {
        assert_eq!(mode(&place.join(name)), 0o600, "{name}");
    }
    let backups = dir.path().join("backups");
    let vault = Vault::open(&place, Key::Keyring, outside(&keyring)).expect("opens");
    let backup = vault.back_up(&backups, "1.0", &Task::silent()).expect("backs up").backup;
    assert_eq!(mode(&backup.file), 0o600);
}

#[test]
fn e02_no_failed_opening_changes_a_byte() {
    let (dir, keyring) = closed();
    let place = dir.path().join("vault");
    let state = || files(&place).iter().map(|f| (f.clone(), std::fs::read(f).expect("there"))).collect::<Vec<_>>();
    let before = state();
    let code = RecoveryCode::parse("0400-0000-0000-0000-0000-0000-0007-2BKV").expect("a code");
    for key in [Key::RecoveryCode(&code), Key::Passphrase("wrong passphrase"), Key::KeyFile(&dir.path().join("none"))] {
        for _ in 0..10 {
            assert_ne!(code_of(Vault::open(&place, key, outside(&keyring))), "OK");
        }
    }
    let nothing = Arc::new(MemoryKeyring::default());
    assert_eq!(code_of(Vault::open(&place, Key::Keyring, outside(&nothing))), "KEY_MISSING");
    assert!(nothing.accounts().is_empty());
    assert_eq!(state(), before);
    drop(Vault::open(&place, Key::Keyring, outside(&keyring)).expect("and it still opens"));
}

#[test]
fn the_log_is_checked_at_start_and_exported_for_anybody() {
    let f = fixture();
    import(&f.vault, &[Row("2025-01-01", -350, "Coffee", "a")]);
    assert_eq!((f.vault.audit_at_start().entries, f.vault.audit_at_start().damage.as_deref()), (1, None));
    let f = f.reopened();
    assert_eq!(f.vault.audit_at_start().entries, 2);
    let mut out = Vec::new();
    assert_eq!(f.vault.export_audit(&mut out, &Task::silent()).expect("exports"), 2);
    // Checked as docs/storage.md tells it, with nothing but SHA-256.
    use sha2::{Digest, Sha256};
    let mut previous = vec![0; 32];
    for line in String::from_utf8(out).expect("text").lines() {
        let line: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let leaf = Sha256::new().chain_update([0]).chain_update(line["entry"].as_str().expect("text")).finalize();
        previous = Sha256::new().chain_update([1]).chain_update(&previous).chain_update(leaf).finalize().to_vec();
        let hex: String = previous.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(line["hash"], hex);
    }
    assert_eq!(f.vault.audit(0, 10).expect("reads").last().map(|e| e.act), Some(Act::DataExported));
}

/// How often this process holds files of this name in a folder open.
fn held_open(dir: &Path, name: &str) -> usize {
    let handles = std::fs::read_dir("/proc/self/fd").expect("Linux").flatten();
    handles.filter(|handle| std::fs::read_link(handle.path()).is_ok_and(|file| file == dir.join(name))).count()
}

#[test]
fn an_opening_waits_for_no_more_than_the_first_page_needs() {
    let (dir, keyring) = closed();
    let place = dir.path().canonicalize().expect("there").join("vault");
    let vault = Vault::open(&place, Key::Keyring, outside(&keyring)).expect("opens");
    assert_eq!(vault.find(&Query::default()).expect("lists").hits.len(), 1);
    // One connection: each reads the definitions of all tables, which takes longer than the page itself.
    assert_eq!((held_open(&place, "vault.db"), held_open(&place, "search.db")), (1, 0));
    assert_eq!(titles(&vault, "coffee"), ["Coffee"]);
    import_named(&vault, "more.csv", &[Row("2025-02-02", 1, "More", "b")]);
    assert_eq!(titles(&vault, "more"), ["More"]);
    assert!(held_open(&place, "vault.db") > 1 && held_open(&place, "search.db") > 0);
}
