//! Changing the ways in, and the master key itself, without ever losing the vault.

mod support;

use std::path::Path;
use std::sync::Arc;

use holdall_model::Task;
use holdall_vault::*;
use support::*;

const ROWS: [Row; 3] =
    [Row("2025-01-01", -350, "Coffee", "a"), Row("2025-02-01", -90_000, "Rent", "b"), Row("2025-03-01", 250_000, "Salary", "c")];

fn code_of<T>(result: Result<T, VaultError>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "OK")
}

fn kinds(vault: &Vault) -> Vec<SlotKind> {
    vault.info().expect("reads").status.ways_in.iter().map(|w| w.kind).collect()
}

/// Closes the vault and tries a way in.
fn try_way(path: &Path, key: Key<'_>, keyring: &Arc<MemoryKeyring>) -> &'static str {
    code_of(Vault::open(path, key, outside(keyring)))
}

#[test]
fn a_passphrase_is_added_changed_and_removed() {
    let f = fixture();
    f.vault.add_passphrase("correct horse", Binding::Portable).expect("adds");
    assert_eq!(code_of(f.vault.change_passphrase("short", Binding::Portable)), "PASSPHRASE_TOO_SHORT");
    f.vault.change_passphrase("battery staple", Binding::Portable).expect("changes");
    assert_eq!(kinds(&f.vault), [SlotKind::Device, SlotKind::Recovery, SlotKind::Passphrase]);
    let (path, keyring) = (f.path(), f.keyring.clone());
    let id = f.vault.info().expect("reads").status.ways_in[2].id.clone();
    let Fixture { dir: _dir, vault, .. } = f;
    vault.close().expect("the last handle");
    assert_eq!(try_way(&path, Key::Passphrase("correct horse"), &keyring), "KEY_WRONG");
    let vault = Vault::open(&path, Key::Passphrase("battery staple"), outside(&keyring)).expect("opens");
    vault.remove_way_in(&id).expect("removes");
    vault.close().expect("the last handle");
    assert_eq!(try_way(&path, Key::Passphrase("battery staple"), &keyring), "NO_SUCH_SLOT");
}

#[test]
fn a_second_computer_has_a_way_of_its_own_and_loses_it_alone() {
    let f = fixture();
    let (path, first, code) = (f.path(), f.keyring.clone(), f.code.clone());
    let Fixture { dir: _dir, vault, .. } = f;
    vault.close().expect("the last handle");
    let second = Arc::new(MemoryKeyring::default());
    assert_eq!(try_way(&path, Key::Keyring, &second), "KEY_MISSING");
    let vault = Vault::open(&path, Key::RecoveryCode(&code), outside(&second)).expect("opens");
    vault.enrol_this_computer().expect("enrols");
    assert_eq!(kinds(&vault), [SlotKind::Device, SlotKind::Recovery, SlotKind::Device]);
    let lost = vault.info().expect("reads").status.ways_in[0].id.clone();
    vault.close().expect("the last handle");
    assert_eq!([try_way(&path, Key::Keyring, &first), try_way(&path, Key::Keyring, &second)], ["OK", "OK"]);
    let vault = Vault::open(&path, Key::Keyring, outside(&second)).expect("opens");
    vault.remove_way_in(&lost).expect("removes");
    vault.close().expect("the last handle");
    assert_eq!([try_way(&path, Key::Keyring, &first), try_way(&path, Key::Keyring, &second)], ["KEY_MISSING", "OK"]);
}

#[test]
fn the_secret_of_this_computer_is_renewed_with_the_passphrase_that_is_bound_to_it() {
    let f = fixture();
    let device = || f.keyring.accounts().into_iter().filter(|a| a.contains(":dev:")).collect::<Vec<_>>();
    let before = device();
    f.vault.renew_device_secret(None).expect("renews");
    assert!(before.len() == 1 && device().len() == 1 && device() != before && device()[0].ends_with(":g2"));
    f.vault.add_passphrase("correct horse", Binding::ThisComputer).expect("adds");
    assert_eq!(code_of(f.vault.renew_device_secret(None)), "REFUSED", "the bound passphrase would be lost");
    assert_eq!(code_of(f.vault.renew_device_secret(Some("wrong horse"))), "KEY_WRONG");
    f.vault.renew_device_secret(Some("correct horse")).expect("renews");
    assert!(device()[0].ends_with(":g3"));
    assert_eq!(kinds(&f.vault), [SlotKind::Recovery, SlotKind::Device, SlotKind::PassphraseDevice]);
    // A keyring that fails changes nothing.
    let header = std::fs::read(f.path().join("keys.json")).expect("there");
    f.keyring.fail_with(Some(KeyringError::Locked));
    assert_eq!(code_of(f.vault.renew_device_secret(Some("correct horse"))), "KEYRING_LOCKED");
    f.keyring.fail_with(None);
    assert_eq!(std::fs::read(f.path().join("keys.json")).expect("there"), header);
    let (path, keyring) = (f.path(), f.keyring.clone());
    let Fixture { dir: _dir, vault, .. } = f;
    vault.close().expect("the last handle");
    assert_eq!(try_way(&path, Key::Keyring, &keyring), "OK");
    assert_eq!(try_way(&path, Key::Passphrase("correct horse"), &keyring), "OK");
}

/// The groups of a code that are asked for, as a person types them.
fn proof(code: &RecoveryCode) -> Vec<(usize, String)> {
    [(2, code.groups()[2].to_lowercase()), (6, code.groups()[6].clone())].to_vec()
}

fn finish(new: NewMasterKey, vault: Vault) -> Result<Vault, VaultError> {
    let typed = proof(new.recovery_code());
    let typed: Vec<(usize, &str)> = typed.iter().map(|(i, t)| (*i, t.as_str())).collect();
    new.finish(vault, &typed)
}

#[test]
fn a_new_master_key_keeps_everything_and_shuts_every_old_way() {
    let f = fixture();
    f.vault.add_passphrase("correct horse", Binding::Portable).expect("adds");
    let stored = import(&f.vault, &ROWS);
    let backup = f.vault.back_up(&f.dir.path().join("backups"), "1.0", &Task::silent()).expect("backs up").backup;
    let before = content(&f.vault);
    let old: Vec<Vec<u8>> = ["vault.db", "keys.json"].iter().map(|n| std::fs::read(f.path().join(n)).expect("there")).collect();
    let Fixture { dir, keyring, vault, code } = f;
    let path = dir.path().join("vault");

    let ways = NewWays { keyring: true, passphrase: Some(("battery staple", Binding::ThisComputer)), key_file: None };
    let new = vault.prepare_new_master_key(ways, &Task::silent()).expect("prepares");
    assert_eq!(new.dropped().len(), 3);
    let new_code = new.recovery_code().clone();
    let vault = finish(new, vault).expect("finishes");
    assert!(vault.is_ready().expect("reads"));
    assert_eq!(content(&vault), before);
    assert!(vault.check(&Task::silent()).expect("checks").is_whole());
    assert_eq!(kinds(&vault), [SlotKind::Device, SlotKind::PassphraseDevice, SlotKind::Recovery]);
    assert!(Vault::set_aside(&path).expect("lists").is_empty(), "the old one goes when the new one has been opened");
    // Rows are still known, and the import can still be taken back.
    assert_eq!(import(&vault, &ROWS).counts.already_here, 3);
    vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    for (name, before) in ["vault.db", "keys.json"].iter().zip(&old) {
        assert_ne!(&std::fs::read(path.join(name)).expect("there"), before);
    }
    vault.close().expect("the last handle");
    assert_eq!(try_way(&path, Key::RecoveryCode(&code), &keyring), "KEY_WRONG");
    assert_eq!(try_way(&path, Key::Passphrase("correct horse"), &keyring), "KEY_WRONG");
    for key in [Key::Keyring, Key::RecoveryCode(&new_code), Key::Passphrase("battery staple")] {
        assert_eq!(try_way(&path, key, &keyring), "OK", "{key:?}");
    }
    assert_eq!(keyring.accounts().iter().filter(|a| a.contains(":dev:")).count(), 1, "the old secret is gone");
    // The backup of before opens with the ways in of before.
    let outside = outside(&keyring);
    let vault = Vault::open(&path, Key::Keyring, outside.clone()).expect("opens");
    assert_eq!(code_of(backup.verify(BackupKey::Vault(&vault), Depth::Head, &Task::silent())), "KEY_WRONG");
    assert_eq!(code_of(backup.verify(BackupKey::Way(Key::RecoveryCode(&code), &outside), Depth::Full, &Task::silent())), "OK");
    // And once more: nothing of the first change is in the way of a second.
    let new = vault.prepare_new_master_key(NewWays { keyring: true, ..NewWays::default() }, &Task::silent()).expect("prepares");
    let vault = finish(new, vault).expect("finishes");
    assert_eq!(import(&vault, &ROWS).counts.new, 0);
}

#[test]
fn a_new_master_key_that_is_not_proved_changes_nothing() {
    let f = fixture();
    import(&f.vault, &ROWS);
    let header = std::fs::read(f.path().join("keys.json")).expect("there");
    let entries = f.keyring.accounts();
    let ways = NewWays { keyring: true, ..NewWays::default() };
    assert_eq!(code_of(f.vault.prepare_new_master_key(NewWays::default(), &Task::silent())), "LAST_WAY_IN");
    let stopped = Task::silent();
    stopped.cancel();
    assert_eq!(code_of(f.vault.prepare_new_master_key(ways, &stopped)), "CANCELLED");
    drop(f.vault.prepare_new_master_key(ways, &Task::silent()).expect("prepares"));
    let new = f.vault.prepare_new_master_key(ways, &Task::silent()).expect("prepares");
    assert_eq!(code_of(new.finish(f.vault.clone(), &[(0, "0000"), (1, "1111")])), "RECOVERY_NOT_PROVED");
    let new = f.vault.prepare_new_master_key(ways, &Task::silent()).expect("prepares");
    assert_eq!(code_of(finish(new, f.vault.clone())), "VAULT_IN_USE", "another handle is there");
    let new = f.vault.prepare_new_master_key(ways, &Task::silent()).expect("prepares");
    import_named(&f.vault, "meanwhile.csv", &[Row("2025-05-01", 1, "Meanwhile", "m")]);
    assert_eq!(code_of(finish(new, f.vault.clone())), "REFUSED", "what was written meanwhile would be lost");
    assert_eq!(std::fs::read(f.path().join("keys.json")).expect("there"), header);
    assert_eq!(f.keyring.accounts(), entries);
    assert_eq!(std::fs::read_dir(f.dir.path()).expect("there").count(), 1, "only the vault");
}

#[test]
fn h06_a_vault_is_swapped_and_taken_back() {
    let f = fixture();
    import(&f.vault, &ROWS);
    let backup = f.vault.back_up(&f.dir.path().join("backups"), "1.0", &Task::silent()).expect("backs up").backup;
    import_named(&f.vault, "later.csv", &[Row("2025-05-01", 1, "Later", "m")]);
    let coming = f.dir.path().join("restored");
    backup.restore(&coming, BackupKey::Vault(&f.vault), &Task::silent()).expect("restores");
    let Fixture { dir, keyring, vault, .. } = f;
    let place = dir.path().join("vault");
    let swap = |coming: &Path, expect| Vault::swap(&place, coming, expect);
    assert_eq!(code_of(swap(&coming, Expect::SameVault)), "VAULT_IN_USE");
    vault.close().expect("the last handle");
    let records = || all(&Vault::open_older(&place, Key::Keyring, outside(&keyring)).expect("opens")).len();
    assert_eq!(records(), 4);
    let aside = swap(&coming, Expect::SameVault).expect("swaps");
    assert!(!coming.exists() && aside.exists());
    assert_eq!(records(), 3);
    assert_eq!(Vault::set_aside(&place).expect("lists"), [dunce::canonicalize(&aside).expect("there")]);
    let second = swap(&aside, Expect::SameVault).expect("takes back");
    assert_eq!(records(), 4);
    Vault::discard(&second).expect("discards");
    assert!(!second.exists() && Vault::set_aside(&place).expect("lists").is_empty());
    assert_eq!(code_of(Vault::discard(&place)), "REFUSED", "the live one is not litter");

    // Another vault comes in only on purpose; another disk or folder not at all.
    let other = Vault::create(&dir.path().join("other"), "Other", FirstKey::Keyring, outside(&keyring)).expect("creates");
    other.vault.close().expect("the last handle");
    assert_eq!(code_of(swap(&dir.path().join("other"), Expect::SameVault)), "REFUSED");
    assert_eq!(code_of(swap(&place, Expect::AnyVault)), "REFUSED");
    assert_eq!(code_of(swap(&dir.path().join("nowhere"), Expect::AnyVault)), "NO_VAULT");
    swap(&dir.path().join("other"), Expect::AnyVault).expect("swaps");
    assert_eq!(Vault::look(&place).expect("looks").name, "Other");
}

#[test]
fn h06_a_vault_whose_key_file_is_lost_is_replaced_and_kept() {
    let f = fixture();
    import(&f.vault, &ROWS);
    let backup = f.vault.back_up(&f.dir.path().join("backups"), "1.0", &Task::silent()).expect("backs up").backup;
    let Fixture { dir, keyring, vault, code } = f;
    vault.close().expect("the last handle");
    let place = dir.path().join("vault");
    for (name, bytes) in [("keys.json", None), ("keys.json.bak", Some(b"{\"format\":1"))] {
        std::fs::remove_file(place.join(name)).expect("removes");
        bytes.map_or(Ok(()), |bytes| std::fs::write(place.join(name), bytes)).expect("writes");
    }
    let dead = files(&place);
    let outside = outside(&keyring);
    assert_eq!(code_of(Vault::open(&place, Key::Keyring, outside.clone())), "HEADER_DAMAGED");
    let key = BackupKey::Way(Key::RecoveryCode(&code), &outside);
    assert_eq!(code_of(backup.restore(&place, key, &Task::silent())), "VAULT_EXISTS", "never over what may be saved");
    let coming = Vault::place_for_restored(&place).expect("a name");
    backup.restore(&coming, key, &Task::silent()).expect("restores");
    Vault::check_swap(&place, &coming, Expect::SameVault).expect("can be done");
    let aside = Vault::swap(&place, &coming, Expect::SameVault).expect("swaps");
    let vault = Vault::open_older(&place, Key::RecoveryCode(&code), outside).expect("opens");
    assert_eq!(all(&vault).len(), ROWS.len());
    let names = |files: &[std::path::PathBuf], of: &Path| -> Vec<String> {
        let name = |file: &std::path::PathBuf| file.strip_prefix(of).expect("within").display().to_string();
        files.iter().map(name).filter(|name| name != "lock").collect()
    };
    assert_eq!(names(&files(&aside), &aside), names(&dead, &place), "all of the dead one is kept");
    vault.close().expect("the last handle");
    assert_eq!(code_of(Vault::swap(&place, &aside, Expect::AnyVault)), "HEADER_DAMAGED", "what opens with nothing never comes back");
}

#[test]
fn h06_a_swap_that_was_cut_short_is_ended_at_the_next_look() {
    let f = fixture();
    let (dir, keyring) = (f.dir, f.keyring);
    f.vault.close().expect("the last handle");
    let (place, coming, plan) = (dir.path().join("vault"), dir.path().join("restored"), dir.path().join("vault.swap"));
    let other = Vault::create(&coming, "Restored", FirstKey::Keyring, outside(&keyring)).expect("creates");
    other.vault.close().expect("the last handle");
    let text = r#"{"coming":"restored","aside":"vault.before-1"}"#;
    // Before the first step: it never happened.
    std::fs::write(&plan, text).expect("writes");
    assert_eq!(Vault::look(&place).expect("looks").name, "Test");
    assert!(!plan.exists() && coming.exists());
    // Between both steps: nothing is in the place.
    std::fs::write(&plan, text).expect("writes");
    std::fs::rename(&place, dir.path().join("vault.before-1")).expect("renames");
    assert_eq!(code_of(Vault::open(&place, Key::Keyring, outside(&keyring))), "OK");
    assert_eq!(Vault::look(&place).expect("looks").name, "Restored");
    assert!(!plan.exists() && !coming.exists());
    // A plan that somebody else wrote moves nothing from elsewhere.
    std::fs::rename(&place, dir.path().join("away")).expect("renames");
    std::fs::write(&plan, r#"{"coming":"../away","aside":"x"}"#).expect("writes");
    assert_eq!(Vault::look(&place).expect_err("nothing there").code(), "NO_VAULT");
}
