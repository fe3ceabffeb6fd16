//! The ways in: making, opening, proving, and every state in which a vault cannot be opened.

mod support;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use holdall_model::Task;
use holdall_vault::*;
use support::*;

fn code_of<T>(result: Result<T, VaultError>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "OK")
}

fn open(f: &Fixture, key: Key<'_>) -> &'static str {
    code_of(Vault::open(&f.path(), key, outside(&f.keyring)))
}

/// Closes the vault but keeps its folder.
fn closed() -> (Fixture, RecoveryCode) {
    let f = fixture();
    let other = tempfile::tempdir().expect("a folder");
    let spare = Vault::create(&other.path().join("v"), "Spare", FirstKey::Passphrase("spare spare"), outside(&f.keyring)).expect("creates");
    let Fixture { dir, keyring, vault, code } = f;
    drop(vault);
    // `spare` only fills the place of the closed vault's handle.
    (Fixture { dir, keyring, vault: spare.vault, code: code.clone() }, code)
}

#[test]
fn every_way_in_opens_and_others_do_not() {
    let (f, code) = closed();
    assert_eq!(open(&f, Key::Keyring), "OK");
    assert_eq!(open(&f, Key::RecoveryCode(&code)), "OK");
    let typed = RecoveryCode::parse(&code.text().to_lowercase()).expect("reads");
    assert_eq!(open(&f, Key::RecoveryCode(&typed)), "OK");
    assert_eq!(open(&f, Key::Passphrase("anything at all")), "NO_SUCH_SLOT");
    let wrong = RecoveryCode::parse("0400-0000-0000-0000-0000-0000-0007-2BKV").expect("a code");
    assert_eq!(open(&f, Key::RecoveryCode(&wrong)), "KEY_WRONG");
}

#[test]
fn the_code_must_be_proved_before_the_vault_is_ready() {
    let f = fixture();
    assert!(!f.vault.is_ready().expect("reads"));
    let groups = f.code.groups();
    let prove = |groups: &[(usize, &str)]| code_of(f.vault.confirm_recovery(groups));
    assert_eq!(prove(&[(1, &groups[1])]), "RECOVERY_NOT_PROVED");
    assert_eq!(prove(&[(1, &groups[1]), (1, &groups[1])]), "RECOVERY_NOT_PROVED");
    assert_eq!(prove(&[(1, &groups[2]), (2, &groups[1])]), "RECOVERY_NOT_PROVED");
    assert_eq!(prove(&[(1, &groups[1]), (9, "0000")]), "RECOVERY_NOT_PROVED");
    assert_eq!(prove(&[(1, &groups[1].to_lowercase()), (6, &format!(" {} ", groups[6]))]), "OK");
    let f = f.reopened();
    assert!(f.vault.is_ready().expect("reads"));
    // Until a new code is proved, the old one stays good; then it opens nothing any more. A page lost in between costs nothing.
    let old = f.code.clone();
    f.vault.renew_recovery_code().expect("renews");
    let new = f.vault.renew_recovery_code().expect("renews again");
    assert!(f.vault.is_ready().expect("reads"));
    let groups = old.groups();
    assert_eq!(code_of(f.vault.confirm_recovery(&[(1, &groups[1]), (2, &groups[2])])), "RECOVERY_NOT_PROVED", "the old one");
    let f = f.reopened();
    let (path, keyring) = (f.path(), f.keyring.clone());
    let Fixture { dir, vault, .. } = f;
    drop(vault);
    for code in [&old, &new] {
        assert_eq!(code_of(Vault::open(&path, Key::RecoveryCode(code), outside(&keyring))), "OK");
    }
    let vault = Vault::open(&path, Key::Keyring, outside(&keyring)).expect("opens");
    let groups = new.groups();
    vault.confirm_recovery(&[(3, &groups[3]), (4, &groups[4])]).expect("proves");
    let f = Fixture { dir, keyring, vault, code: new.clone() };
    let path = f.path();
    let keyring = f.keyring.clone();
    let Fixture { dir: _dir, vault, .. } = f;
    drop(vault);
    assert_eq!(code_of(Vault::open(&path, Key::RecoveryCode(&old), outside(&keyring))), "KEY_WRONG");
    assert_eq!(code_of(Vault::open(&path, Key::RecoveryCode(&new), outside(&keyring))), "OK");
    for file in ["keys.json", "keys.json.bak"] {
        assert_eq!(std::fs::read_to_string(path.join(file)).expect("there").matches("\"recovery\"").count(), 1, "{file}");
    }
}

#[test]
fn e02_e03_e04_keyring_states_are_told_apart_and_change_nothing() {
    let (f, code) = closed();
    let before = std::fs::read(f.path().join("keys.json")).expect("there");
    for (failure, expected) in [
        (KeyringError::Unavailable, "KEYRING_UNAVAILABLE"),
        (KeyringError::Locked, "KEYRING_LOCKED"),
        (KeyringError::Silent, "KEYRING_SILENT"),
        (KeyringError::Unreadable, "KEY_WRONG"),
    ] {
        f.keyring.fail_with(Some(failure));
        assert_eq!(open(&f, Key::Keyring), expected);
        assert_eq!(open(&f, Key::RecoveryCode(&code)), "OK", "the second way in needs no keyring");
        f.keyring.fail_with(None);
    }
    let account = f.keyring.accounts().into_iter().find(|a| a.contains(":dev:")).expect("one entry");
    let good = f.keyring.get(&account).expect("answers").expect("there");
    for bad in ["", "garbage", "mv1:0000", &good[..good.len() - 1], &good.replace("mv1", "mv2"), &"x".repeat(5000)] {
        f.keyring.set(&account, bad).expect("sets");
        assert_eq!(open(&f, Key::Keyring), "KEY_WRONG", "{bad}");
        assert_eq!(f.keyring.get(&account).expect("answers").expect("there").as_str(), bad, "never overwritten");
    }
    let other = good.replace(&good[4..8], if good[4..8] == *"0000" { "1111" } else { "0000" });
    f.keyring.set(&account, &other).expect("sets");
    assert_eq!(open(&f, Key::Keyring), "KEY_WRONG", "another vault's key");
    f.keyring.remove(&account).expect("removes");
    assert_eq!(open(&f, Key::Keyring), "KEY_MISSING");
    assert!(!f.keyring.accounts().contains(&account), "a failed read never makes a key");
    assert_eq!(std::fs::read(f.path().join("keys.json")).expect("there"), before);
    // The recovery code opens it, and this computer can be enrolled again.
    let vault = Vault::open(&f.path(), Key::RecoveryCode(&code), outside(&f.keyring)).expect("opens");
    vault.enrol_this_computer().expect("enrols");
    drop(vault);
    assert_eq!(open(&f, Key::Keyring), "OK");
}

#[test]
fn e07_no_number_of_wrong_passphrases_changes_or_closes_anything() {
    let dir = tempfile::tempdir().expect("a folder");
    let (place, keyring) = (dir.path().join("vault"), Arc::new(MemoryKeyring::default()));
    let created = Vault::create(&place, "x", FirstKey::Passphrase("long enough"), outside(&keyring)).expect("creates");
    created.vault.close().expect("the last handle");
    let state = || files(&place).into_iter().map(|file| (std::fs::read(&file).expect("there"), file)).collect::<Vec<_>>();
    let before = state();
    let refused = |passphrase: &str| Vault::open(&place, Key::Passphrase(passphrase), outside(&keyring)).err().map(|e| e.to_string());
    let first = refused("wrong").expect("refused");
    for n in 0..9 {
        assert_eq!(refused(&format!("wrong {n}")).as_ref(), Some(&first));
    }
    assert!(state() == before, "a refused key changed a file");
    assert_eq!(code_of(Vault::open(&place, Key::Passphrase("long enough"), outside(&keyring))), "OK");
}

/// A keyring that says yes and keeps nothing.
struct Forgetful;

impl SecretStore for Forgetful {
    fn backend(&self) -> String {
        "forgetful".to_owned()
    }
    fn get(&self, _: &str) -> Result<Option<zeroize::Zeroizing<String>>, KeyringError> {
        Ok(None)
    }
    fn set(&self, _: &str, _: &str) -> Result<(), KeyringError> {
        Ok(())
    }
    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        Ok(())
    }
}

#[test]
fn e05_creation_fails_clean() {
    let dir = tempfile::tempdir().expect("a folder");
    let place = dir.path().join("vault");
    let forgetful = Outside { secrets: Arc::new(Forgetful), ..Outside::system() };
    assert_eq!(code_of(Vault::create(&place, "x", FirstKey::Keyring, forgetful.clone())), "KEYRING_UNRELIABLE");
    assert_eq!(Vault::try_keyring(&forgetful), Err(KeyringError::Unavailable));
    let keyring = Arc::new(MemoryKeyring::default());
    keyring.fail_with(Some(KeyringError::Unavailable));
    assert_eq!(code_of(Vault::create(&place, "x", FirstKey::Keyring, outside(&keyring))), "KEYRING_UNAVAILABLE");
    assert_eq!(code_of(Vault::create(&place, "x", FirstKey::Passphrase("short"), outside(&keyring))), "PASSPHRASE_TOO_SHORT");
    assert_eq!(files(dir.path()), Vec::<std::path::PathBuf>::new());
    assert_eq!(std::fs::read_dir(dir.path()).expect("there").count(), 0);

    std::fs::create_dir(&place).expect("makes");
    let created = Vault::create(&place, "x", FirstKey::Passphrase("long enough"), outside(&keyring)).expect("an empty folder will do");
    drop(created);
    assert_eq!(code_of(Vault::create(&place, "x", FirstKey::Passphrase("long enough"), outside(&keyring))), "VAULT_EXISTS");
    assert_eq!(code_of(Vault::open(&place, Key::Passphrase("long enough"), outside(&keyring))), "OK");
    assert_eq!(code_of(Vault::open(&place, Key::Passphrase("long enougg"), outside(&keyring))), "KEY_WRONG");
    let full = dir.path().join("full");
    std::fs::create_dir(&full).expect("makes");
    std::fs::write(full.join("letter.txt"), "dear").expect("writes");
    assert_eq!(code_of(Vault::create(&full, "x", FirstKey::Passphrase("long enough"), outside(&keyring))), "REFUSED");
}

#[test]
fn a_passphrase_can_be_bound_to_this_computer() {
    let (f, _) = closed();
    let vault = Vault::open(&f.path(), Key::Keyring, outside(&f.keyring)).expect("opens");
    vault.add_passphrase("correct horse", Binding::ThisComputer).expect("adds");
    drop(vault);
    assert_eq!(open(&f, Key::Passphrase("correct horse")), "OK");
    let elsewhere = Arc::new(MemoryKeyring::default());
    assert_eq!(code_of(Vault::open(&f.path(), Key::Passphrase("correct horse"), outside(&elsewhere))), "KEY_MISSING");
}

#[test]
fn a_lost_computers_way_in_is_removed_for_good() {
    let (f, code) = closed();
    let vault = Vault::open(&f.path(), Key::RecoveryCode(&code), outside(&f.keyring)).expect("opens");
    let ways = vault.info().expect("reads").status.ways_in;
    let device = ways.iter().find(|w| w.kind == SlotKind::Device).expect("there");
    let recovery = ways.iter().find(|w| w.kind == SlotKind::Recovery).expect("there");
    assert_eq!(code_of(vault.remove_way_in(&recovery.id)), "LAST_WAY_IN");
    assert_eq!(code_of(vault.remove_way_in("no such")), "NOT_FOUND");
    vault.remove_way_in(&device.id).expect("removes");
    drop(vault);
    assert_eq!(open(&f, Key::Keyring), "NO_SUCH_SLOT");
    assert_eq!(open(&f, Key::RecoveryCode(&code)), "OK");
}

#[cfg(unix)]
#[test]
fn a_key_file_must_be_private() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().expect("a folder");
    let (place, key) = (dir.path().join("vault"), dir.path().join("key"));
    let keyring = Arc::new(MemoryKeyring::default());
    drop(Vault::create(&place, "x", FirstKey::KeyFile(&key), outside(&keyring)).expect("creates"));
    assert_eq!(std::fs::metadata(&key).expect("there").permissions().mode() & 0o777, 0o600);
    let try_it = || code_of(Vault::open(&place, Key::KeyFile(&key), outside(&keyring)));
    assert_eq!(try_it(), "OK");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("sets");
    assert_eq!(try_it(), "KEY_FILE_OPEN_TO_OTHERS");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("sets");
    std::fs::write(&key, "nothing of ours").expect("writes");
    assert_eq!(try_it(), "KEY_FILE_FORM");
    // Rights that a copy left open are closed.
    std::fs::set_permissions(place.join("vault.db"), std::fs::Permissions::from_mode(0o644)).expect("sets");
    std::fs::remove_file(&key).expect("removes");
    assert_eq!(try_it(), "DISK");
}

#[test]
fn one_vault_is_open_once() {
    let f = fixture();
    assert_eq!(open(&f, Key::Keyring), "VAULT_IN_USE");
    let f = f.reopened();
    assert_eq!(open(&f, Key::Keyring), "VAULT_IN_USE");
    let looked = Vault::look(&f.path()).expect("readable while open");
    assert_eq!((looked.name.as_str(), looked.ways_in.len()), ("Test", 2));
}

#[test]
fn f05_damage_has_a_name_and_the_copy_of_the_header_steps_in() {
    let (f, code) = closed();
    let path = f.path();
    let header = std::fs::read(path.join("keys.json")).expect("there");
    std::fs::write(path.join("keys.json"), &header[..header.len() / 2]).expect("writes");
    assert!(Vault::look(&path).expect("from the copy").header_from_copy);
    assert_eq!(open(&f, Key::Keyring), "OK");
    assert_eq!(std::fs::read(path.join("keys.json")).expect("there"), header, "repaired");
    std::fs::write(path.join("keys.json"), "{}").expect("writes");
    std::fs::write(path.join("keys.json.bak"), "{}").expect("writes");
    assert_eq!(open(&f, Key::Keyring), "HEADER_DAMAGED");
    std::fs::write(path.join("keys.json"), &header).expect("writes");

    let database = std::fs::read(path.join("vault.db")).expect("there");
    let mut plain = database.clone();
    plain[..16].copy_from_slice(b"SQLite format 3\0");
    std::fs::write(path.join("vault.db"), &plain).expect("writes");
    assert_eq!(open(&f, Key::Keyring), "NOT_ENCRYPTED");
    std::fs::remove_file(path.join("vault.db")).expect("removes");
    assert_eq!(open(&f, Key::Keyring), "DB_DAMAGED");
    assert!(!path.join("vault.db").exists(), "nothing is made in its place");
    std::fs::write(path.join("vault.db"), &database).expect("writes");
    assert_eq!(open(&f, Key::RecoveryCode(&code)), "OK");
    assert_eq!(code_of(Vault::open(&path.join("nowhere"), Key::Keyring, outside(&f.keyring))), "NO_VAULT");
}

#[test]
fn e10_an_older_copy_is_noticed_and_opened_only_on_purpose() {
    let (f, _) = closed();
    let database = std::fs::read(f.path().join("vault.db")).expect("there");
    let vault = Vault::open(&f.path(), Key::Keyring, outside(&f.keyring)).expect("opens");
    import(&vault, &[Row("2025-01-01", 1, "Coffee", "")]);
    drop(vault);
    // This computer sees the newer state when it opens it.
    assert_eq!(open(&f, Key::Keyring), "OK");
    std::fs::write(f.path().join("vault.db"), &database).expect("writes");
    assert_eq!(open(&f, Key::Keyring), "VAULT_OLDER_THAN_SEEN");
    assert_eq!(code_of(Vault::open_older(&f.path(), Key::Keyring, outside(&f.keyring))), "OK");
    assert_eq!(open(&f, Key::Keyring), "OK", "accepted once, it is what was seen last");
}

#[test]
fn e10_a_database_of_another_vault_is_refused() {
    let (f, _) = closed();
    let (g, _) = closed();
    std::fs::copy(g.path().join("vault.db"), f.path().join("vault.db")).expect("copies");
    assert_eq!(open(&f, Key::Keyring), "DB_DAMAGED");
}

#[test]
fn a_vault_and_an_import_can_move_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    fn moved<T: Send + 'static>() {}
    shared::<Vault>();
    moved::<ImportTx>();
    moved::<Judge>();
    moved::<OriginalReader>();
    // Another writer waits until the import is over, and readers do not wait at all.
    let f = fixture();
    let tx = f.vault.begin_import(meta("x.csv")).expect("begins");
    let vault = f.vault.clone();
    let waiting = std::thread::spawn(move || import_named(&vault, "y.csv", &[Row("2025-01-01", 1, "Coffee", "")]).counts.new);
    assert!(all(&f.vault).is_empty());
    std::thread::spawn(move || drop(tx)).join().expect("ends");
    assert_eq!(waiting.join().expect("ends"), 1);
    assert_eq!(titles(&f.vault, "coffee"), ["Coffee"]);
}

#[test]
fn every_act_is_in_the_log() {
    let f = fixture();
    f.vault.confirm_recovery(&[(0, &f.code.groups()[0]), (7, &f.code.groups()[7])]).expect("proves");
    let stored = import(&f.vault, &[Row("2025-01-01", 1, "Coffee", "")]);
    f.vault.undo_import(stored.id, &Task::silent()).expect("undoes");
    f.vault
        .write(AuditEvent::new(Act::SettingChanged, "theme"), |w| {
            w.set_setting("theme", Some("dark"))?;
            w.put_partner(&Partner { origin: "https://air.example".to_owned(), added_at: 1, changed_at: 1, body: "{}".to_owned() })
        })
        .map_err(|e: VaultError| e)
        .expect("writes");
    let acts: Vec<Act> = f.vault.audit(0, 100).expect("reads").iter().map(|e| e.act).collect();
    assert_eq!(acts, [Act::VaultCreated, Act::RecoveryConfirmed, Act::Imported, Act::ImportUndone, Act::SettingChanged]);
    let report = f.vault.verify_audit(&Task::silent()).expect("checks");
    assert_eq!((report.entries, report.damage), (5, None));
    assert_eq!(f.vault.setting("theme").expect("reads").as_deref(), Some("dark"));
    assert_eq!(f.vault.partners().expect("reads").len(), 1);
    // An act that fails leaves neither itself nor an entry.
    let refused = f.vault.write(AuditEvent::new(Act::PartnerRemoved, "x"), |w| {
        w.set_setting("theme", None)?;
        w.remove_partner("https://nobody.example")
    });
    assert_eq!(refused.expect_err("refused").code(), "NOT_FOUND");
    assert_eq!(f.vault.setting("theme").expect("reads").as_deref(), Some("dark"));
    assert_eq!(f.vault.audit(0, 100).expect("reads").len(), 5);
}

/// Refuses every call, and counts them.
#[derive(Default)]
struct Refusing {
    refusal: Mutex<Option<KeyringError>>,
    asked: AtomicU32,
}

impl Refusing {
    fn refuse<T>(&self) -> Result<T, KeyringError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        Err(self.refusal.lock().expect("one thread").expect("set by the test"))
    }
}

impl SecretStore for Refusing {
    fn backend(&self) -> String {
        "refusing".to_owned()
    }

    fn get(&self, _: &str) -> Result<Option<zeroize::Zeroizing<String>>, KeyringError> {
        self.refuse()
    }

    fn set(&self, _: &str, _: &str) -> Result<(), KeyringError> {
        self.refuse()
    }

    fn remove(&self, _: &str) -> Result<(), KeyringError> {
        self.refuse()
    }
}

#[test]
fn a_keyring_that_refused_an_entry_is_asked_no_second_time() {
    let keyring = Arc::new(Refusing::default());
    for refusal in [KeyringError::Locked, KeyringError::Silent, KeyringError::Unavailable] {
        *keyring.refusal.lock().expect("one thread") = Some(refusal);
        keyring.asked.store(0, Ordering::Relaxed);
        assert_eq!(Vault::try_keyring(&Outside { secrets: keyring.clone(), ..Outside::system() }), Err(refusal));
        assert_eq!(keyring.asked.load(Ordering::Relaxed), 1, "{refusal:?}: each call may show a prompt");
    }
}
