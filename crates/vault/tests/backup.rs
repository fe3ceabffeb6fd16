//! Backups: made while others write, proved by restoring, and never trusted when anything about them was changed.

mod support;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use holdall_model::Task;
use holdall_vault::*;
use support::*;

const ROWS: [Row; 3] =
    [Row("2025-01-01", -350, "Coffee", "a"), Row("2025-02-01", -90_000, "Rent", "b"), Row("2025-03-01", 250_000, "Salary", "c")];

fn quiet() -> Task {
    Task::silent()
}

fn back_up(f: &Fixture) -> Backup {
    f.vault.back_up(&f.dir.path().join("backups"), "1.0", &quiet()).expect("backs up").backup
}

fn code_of<T>(result: Result<T, VaultError>) -> &'static str {
    result.map_or_else(|e| e.code(), |_| "OK")
}

/// A vault with two imports and a backup of it.
fn backed_up() -> (Fixture, Backup) {
    let f = fixture();
    import(&f.vault, &ROWS);
    import_named(&f.vault, "second.csv", &[Row("2025-04-01", 5, "Interest", "d")]);
    let backup = back_up(&f);
    (f, backup)
}

#[test]
fn h02_only_the_file_and_the_code_give_everything_back_on_a_clean_machine() {
    let (f, backup) = backed_up();
    assert_eq!((backup.number, backup.name.as_str(), backup.app_version.as_str()), (1, "Test", "1.0"));
    assert!(backup.file.file_name().is_some_and(|n| n == "Test-2023-11-14.holdall-backup"), "{:?}", backup.file);
    let (expected, text) = (content(&f.vault), f.code.text().to_string());
    let contents = f.vault.contents().expect("counts");

    let elsewhere = tempfile::tempdir().expect("a folder");
    let file = elsewhere.path().join("x.holdall-backup");
    std::fs::copy(&backup.file, &file).expect("copies");
    drop(f);
    let code = RecoveryCode::parse(&text).expect("reads");
    let outside = outside(&Arc::new(MemoryKeyring::default()));
    let place = elsewhere.path().join("restored");
    let found = Backup::look(&file).expect("reads");
    let restored = found.restore(&place, BackupKey::Way(Key::RecoveryCode(&code), &outside), &quiet()).expect("restores");
    assert_eq!((restored.contents.records, restored.contents.newest_record), (contents.records, contents.newest_record));
    let vault = Vault::open(&place, Key::RecoveryCode(&code), outside.clone()).expect("opens");
    assert_eq!(content(&vault), expected);
    assert!(vault.check(&quiet()).expect("checks").is_whole());
    assert_eq!(vault.audit(0, 100).expect("reads").last().map(|e| e.act), Some(Act::Restored));
    // The restored vault can go on: it takes imports and backups of its own, which count on from the number in the folder.
    assert_eq!(import(&vault, &ROWS).counts.already_here, 3);
    assert_eq!(vault.back_up(elsewhere.path(), "1.1", &quiet()).expect("backs up").backup.number, 2);
}

#[test]
fn a_backup_opens_with_the_ways_in_it_had_and_with_no_other() {
    let (f, backup) = backed_up();
    let outside = outside(&f.keyring);
    let check = |key| code_of(backup.verify(key, Depth::Structure, &quiet()));
    assert_eq!(check(BackupKey::Vault(&f.vault)), "OK");
    assert_eq!(check(BackupKey::Way(Key::Keyring, &outside)), "OK");
    assert_eq!(check(BackupKey::Way(Key::RecoveryCode(&f.code), &outside)), "OK");
    assert_eq!(check(BackupKey::Way(Key::Passphrase("anything else"), &outside)), "NO_SUCH_SLOT");
    let g = fixture();
    assert_eq!(check(BackupKey::Vault(&g.vault)), "KEY_WRONG");
    assert_eq!(check(BackupKey::Way(Key::RecoveryCode(&g.code), &outside)), "KEY_WRONG");
}

#[test]
fn e13_a_renewed_code_opens_the_vault_and_the_old_one_its_old_backups() {
    let (f, backup) = backed_up();
    let outside = outside(&f.keyring);
    let new = f.vault.renew_recovery_code().expect("renews");
    f.vault.confirm_recovery(&[(0, &new.groups()[0]), (5, &new.groups()[5])]).expect("proves");
    let newer = back_up(&f);
    let check = |backup: &Backup, code| code_of(backup.verify(BackupKey::Way(Key::RecoveryCode(code), &outside), Depth::Head, &quiet()));
    assert_eq!((check(&backup, &f.code), check(&backup, &new)), ("OK", "KEY_WRONG"));
    assert_eq!((check(&newer, &f.code), check(&newer, &new)), ("KEY_WRONG", "OK"));
}

#[test]
fn h01_a_backup_during_heavy_writing_holds_a_committed_state() {
    let f = fixture();
    import(&f.vault, &ROWS);
    let (vault, stop) = (f.vault.clone(), Arc::new(std::sync::atomic::AtomicBool::new(false)));
    let stopped = stop.clone();
    let writer = std::thread::spawn(move || {
        let mut ids = std::collections::VecDeque::new();
        for n in 0.. {
            if stopped.load(std::sync::atomic::Ordering::Relaxed) {
                return n;
            }
            // Each import brings exactly fifty records, and sooner or later goes again, with its original.
            let texts: Vec<String> = (0..50).map(|i| format!("id {n} {i}")).collect();
            let rows: Vec<Row> = texts.iter().map(|text| Row("2025-05-05", 7, "Busy", Box::leak(text.clone().into_boxed_str()))).collect();
            ids.push_back(import_named(&vault, &format!("{n}.csv"), &rows).id);
            if ids.len() > 3 {
                vault.undo_import(ids.pop_front().expect("three"), &Task::silent()).expect("undoes");
            }
        }
        0
    });
    for _ in 0..8 {
        let made = f.vault.back_up(&f.dir.path().join("backups"), "1.0", &quiet()).expect("backs up");
        assert_eq!(made.originals_missing, 0, "an original goes only when nobody copies it");
        made.backup.verify(BackupKey::Vault(&f.vault), Depth::Full, &quiet()).expect("whole");
        let place = f.dir.path().join(format!("restored-{}", made.backup.number));
        made.backup.restore(&place, BackupKey::Vault(&f.vault), &quiet()).expect("restores");
        let vault = Vault::open(&place, Key::RecoveryCode(&f.code), outside(&f.keyring)).expect("opens");
        let records = all(&vault).len();
        assert_eq!((records - 3) % 50, 0, "half an import: {records}");
        assert_eq!(vault.imports().expect("reads").len(), 1 + (records - 3) / 50);
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(writer.join().expect("ends") > 0);
}

/// What a check and a restore say about changed bytes of a backup.
fn judge(f: &Fixture, file: &Path, bytes: &[u8]) -> [&'static str; 2] {
    std::fs::write(file, bytes).expect("writes");
    let looked = match Backup::look(file) {
        Ok(backup) => backup,
        Err(error) => return [error.code(); 2],
    };
    let place = f.dir.path().join("never");
    let outcome = [
        code_of(looked.verify(BackupKey::Vault(&f.vault), Depth::Structure, &quiet())),
        code_of(looked.restore(&place, BackupKey::Vault(&f.vault), &quiet())),
    ];
    assert!(outcome[1] == "OK" || !place.exists(), "a damaged backup left a vault");
    outcome
}

#[test]
fn h03_every_region_that_is_flipped_cut_or_extended_is_noticed_and_nothing_is_restored() {
    let (f, backup) = backed_up();
    let good = std::fs::read(&backup.file).expect("there");
    let file = f.dir.path().join("bad.holdall-backup");
    let head = 12 + u32::from_le_bytes(good[8..12].try_into().expect("four")) as usize + 16;
    let expected = |outcome: [&str; 2], what: &str| {
        assert_eq!(outcome[0], outcome[1], "{what}");
        assert!(matches!(outcome[0], "BACKUP_DAMAGED" | "NOT_A_BACKUP" | "HEADER_DAMAGED"), "{what}: {outcome:?}");
    };
    // Every byte of the head, and bytes all over the rest.
    for at in (0..head).step_by(7).chain((head..good.len()).step_by(good.len() / 97)) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        expected(judge(&f, &file, &bad), &format!("bit at {at} of {}", good.len()));
    }
    let piece = 64 * 1024 + 16;
    for cut in [0, 7, 12, head - 1, head, head + 1, head + piece, head + 2 * piece, good.len() - 17, good.len() - 1] {
        expected(judge(&f, &file, &good[..cut]), &format!("cut at {cut}"));
    }
    expected(judge(&f, &file, &[good.as_slice(), b"x"].concat()), "a byte appended");
    expected(judge(&f, &file, &[good.as_slice(), good.as_slice()].concat()), "itself appended");
    std::fs::write(&file, &good).expect("writes");
    assert_eq!(code_of(Backup::look(&file).and_then(|b| b.verify(BackupKey::Vault(&f.vault), Depth::Full, &quiet()))), "OK");
}

#[test]
fn h04_pieces_of_two_backups_of_one_vault_do_not_mix() {
    let (f, first) = backed_up();
    let second = back_up(&f);
    let (a, b) = (std::fs::read(&first.file).expect("there"), std::fs::read(&second.file).expect("there"));
    let head = |bytes: &[u8]| 12 + u32::from_le_bytes(bytes[8..12].try_into().expect("four")) as usize + 16;
    let file = f.dir.path().join("mixed.holdall-backup");
    let piece = 64 * 1024 + 16;
    assert!(a.len() > head(&a) + 2 * piece, "more than two pieces");
    assert_eq!(judge(&f, &file, &[&a[..head(&a)], &b[head(&b)..]].concat())[0], "BACKUP_DAMAGED", "another's content");
    let mut one = a.clone();
    one[head(&a)..head(&a) + piece].copy_from_slice(&b[head(&b)..head(&b) + piece]);
    assert_eq!(judge(&f, &file, &one)[0], "BACKUP_DAMAGED", "another's first piece");
    let mut swapped = a.clone();
    let (x, y) = (head(&a), head(&a) + piece);
    swapped[x..x + piece].copy_from_slice(&a[y..y + piece]);
    swapped[y..y + piece].copy_from_slice(&a[x..x + piece]);
    assert_eq!(judge(&f, &file, &swapped)[0], "BACKUP_DAMAGED", "its own pieces swapped");
}

#[test]
fn h05_an_interrupted_backup_leaves_the_good_one_and_its_litter_goes() {
    let (f, backup) = backed_up();
    let folder = f.dir.path().join("backups");
    let good = std::fs::read(&backup.file).expect("there");
    // Stopped by the person, in every phase.
    for phase in ["copying", "comparing", "writing", "checking"] {
        let slot: Arc<std::sync::OnceLock<Task>> = Arc::default();
        let inner = slot.clone();
        let task = Task::reporting(move |p| {
            if p.phase == phase
                && let Some(task) = inner.get()
            {
                task.cancel();
            }
        });
        slot.set(task.clone()).unwrap_or_else(|_| panic!("set once"));
        assert_eq!(code_of(f.vault.back_up(&folder, "1.0", &task)), "CANCELLED", "{phase}");
        assert_eq!(files(&folder).as_slice(), std::slice::from_ref(&backup.file), "{phase}");
    }
    // Killed: what a process leaves that never came to clean up. Only our own vault's litter goes.
    let id = f.vault.info().expect("reads").status.vault_id;
    let (mine, foreign) = (folder.join(format!(".{id}-abc.holdall-part")), folder.join(".0123-abc.holdall-part"));
    let work = f.path().join(".work-abc");
    std::fs::create_dir(&work).expect("makes");
    for file in [&mine, &foreign, &work.join("vault.db")] {
        std::fs::write(file, "half").expect("writes");
    }
    std::fs::write(work.join("goes-to"), folder.to_string_lossy().as_bytes()).expect("writes");
    let f = f.reopened();
    assert!(!mine.exists() && foreign.exists() && !work.exists());
    assert_eq!(std::fs::read(&backup.file).expect("there"), good);
    assert_eq!(back_up(&f).number, 2);
}

#[test]
fn h06_a_restored_vault_stands_beside_and_never_over_another() {
    let (f, backup) = backed_up();
    let key = BackupKey::Vault(&f.vault);
    assert_eq!(code_of(backup.restore(&f.path(), key, &quiet())), "VAULT_EXISTS");
    let full = f.dir.path().join("full");
    std::fs::create_dir(&full).expect("makes");
    std::fs::write(full.join("letter.txt"), "dear").expect("writes");
    assert_eq!(code_of(backup.restore(&full, key, &quiet())), "REFUSED");
    let (task, place) = (Task::silent(), f.dir.path().join("stopped"));
    task.cancel();
    assert_eq!(code_of(backup.restore(&place, key, &task)), "CANCELLED");
    assert!(!place.exists());
    assert_eq!(std::fs::read_dir(f.dir.path()).expect("there").count(), 3, "vault, backups, full");
}

#[test]
fn h07_what_would_be_lost_and_gained_is_told() {
    let (f, backup) = backed_up();
    import_named(&f.vault, "third.csv", &[Row("2025-06-01", 5, "Lost", "e")]);
    let place = f.dir.path().join("restored");
    backup.restore(&place, BackupKey::Vault(&f.vault), &quiet()).expect("restores");
    let restored = Vault::open_older(&place, Key::Keyring, outside(&f.keyring)).expect("opens");
    let found = f.vault.compare(&restored).expect("compares");
    assert!(found.same_vault);
    // The backup itself is an act of the live vault, and the third import.
    assert_eq!((found.acts_lost, found.acts_gained), (2, 0));
    assert_eq!((found.live.records[0].1, found.restored.records[0].1), (5, 4));
    assert_ne!(found.live.newest_record, found.restored.newest_record);
    import_named(&restored, "apart.csv", &[Row("2025-06-02", 5, "Apart", "f")]);
    assert_eq!(f.vault.compare(&restored).expect("compares").acts_gained, 1, "both went on separately");
    let g = fixture();
    let other = f.vault.compare(&g.vault).expect("compares");
    assert!(!other.same_vault && other.acts_lost == other.live.acts);
}

#[test]
fn h08_thinning_never_takes_the_newest_good_one() {
    let (f, first) = backed_up();
    let folder = f.dir.path().join("backups");
    let all: Vec<Backup> = std::iter::once(first).chain((0..5).map(|_| back_up(&f))).collect();
    let foreign = folder.join("other.holdall-backup");
    std::fs::write(&foreign, "unreadable").expect("writes");
    // The three newest are damaged inside: their heads are fine.
    for backup in &all[3..] {
        let mut bytes = std::fs::read(&backup.file).expect("there");
        let at = bytes.len() - 1000;
        bytes[at] ^= 1;
        std::fs::write(&backup.file, bytes).expect("writes");
    }
    let thinned = f.vault.thin_backups(&folder, Retention { newest: 2, months: 0 }, &quiet()).expect("thins");
    let numbers = |files: &[PathBuf]| files.iter().map(|f| all.iter().find(|b| b.file == *f).map(|b| b.number)).collect::<Vec<_>>();
    assert_eq!(numbers(&thinned.kept), [Some(6), Some(5), Some(3)], "two newest, and the newest that is good");
    assert_eq!(numbers(&thinned.removed), [Some(4), Some(2), Some(1)]);
    assert!(foreign.exists());
    let listing = Backup::list(&folder).expect("lists");
    assert_eq!((listing.backups.len(), listing.unreadable), (3, vec![foreign]));
    // Where none is good, nothing goes.
    std::fs::write(&all[2].file, b"HLDBKUP1").expect("writes");
    let kept = f.vault.thin_backups(&folder, Retention { newest: 1, months: 0 }, &quiet()).expect("thins");
    assert!(kept.removed.is_empty());
}

#[test]
fn h10_the_three_depths_find_what_they_are_for() {
    let (f, backup) = backed_up();
    let verify = |depth| backup.verify(BackupKey::Vault(&f.vault), depth, &quiet());
    let found = [Depth::Head, Depth::Structure, Depth::Full].map(|depth| verify(depth).expect("whole"));
    assert_eq!((found[0].pieces, found[0].originals, found[0].rows), (0, 0, 0));
    assert!(found[1].pieces > 2 && found[1].originals == 2 && found[1].rows == 0);
    assert!(found[2].pieces == found[1].pieces && found[2].rows > 10);
    let mut bytes = std::fs::read(&backup.file).expect("there");
    *bytes.last_mut().expect("not empty") ^= 1;
    std::fs::write(&backup.file, bytes).expect("writes");
    assert_eq!([Depth::Head, Depth::Structure, Depth::Full].map(|d| code_of(verify(d))), ["OK", "BACKUP_DAMAGED", "BACKUP_DAMAGED"]);
}

#[test]
fn h10_bits_that_rot_are_found_within_twenty_samples() {
    let f = fixture();
    // Thirty pieces and more, and an original of several chunks.
    let mut noise = vec![0; 2_000_000];
    blake3::Hasher::new().update(b"noise").finalize_xof().fill(&mut noise);
    let original = f.vault.seal_original(&mut noise.as_slice(), &quiet()).expect("seals");
    f.vault.begin_import(meta("noise.csv")).expect("begins").finish(original, &quiet()).expect("finishes");
    let backup = back_up(&f);
    let folder = f.dir.path().join("backups");
    let good = std::fs::read(&backup.file).expect("there");
    let whole = (0..20).map(|_| f.vault.sample(&folder, &quiet()).expect("whole"));
    let (pieces, chunks) = whole.fold((0, 0), |sum, found| (sum.0 + found.pieces, sum.1 + found.chunks));
    let all = verify_pieces(&f, &backup);
    // The last piece is opened in every round.
    assert_eq!((pieces, chunks), (all + 19, 8), "every piece once");

    let rounds =
        |what: &str| (1..=20).find(|_| f.vault.sample(&folder, &quiet()).is_err()).unwrap_or_else(|| panic!("{what} was never found"));
    let mut found = Vec::new();
    for at in (2_000..good.len()).step_by(good.len() / 7) {
        let mut bad = good.clone();
        bad[at] ^= 4;
        std::fs::write(&backup.file, bad).expect("writes");
        found.push(rounds(&format!("the bit at {at}")));
        let told = f.vault.sample(&folder, &quiet()).expect_err("it is told again").to_string();
        assert!(told.contains(&*backup.file.file_name().expect("a name").to_string_lossy()), "{told}");
        std::fs::write(&backup.file, &good).expect("writes");
    }
    assert!(found.iter().max() > Some(&1), "not everything is read each time: {found:?}");
    std::fs::write(&backup.file, &good[..good.len() - 70_000]).expect("writes");
    assert_eq!(rounds("a lost end"), 1);
    std::fs::write(&backup.file, &good).expect("writes");
    let blob = files(&f.path().join("blobs")).remove(0);
    let mut bytes = std::fs::read(&blob).expect("there");
    bytes[700_000] ^= 1;
    std::fs::write(&blob, bytes).expect("writes");
    rounds("a bit of an original");
}

fn verify_pieces(f: &Fixture, backup: &Backup) -> u64 {
    backup.verify(BackupKey::Vault(&f.vault), Depth::Structure, &quiet()).expect("whole").pieces
}

#[test]
fn a_drill_restores_for_real_and_leaves_only_its_report() {
    let (f, backup) = backed_up();
    assert_eq!(f.vault.last_drill().expect("reads"), None);
    let before = files(&f.path());
    let report = f.vault.drill(&backup, &quiet()).expect("passes");
    assert!(report.number == 1 && report.originals == 2 && report.rows > 10 && report.took.as_nanos() > 0);
    assert_eq!(files(&f.path()).len(), before.len());
    assert!(f.vault.last_drill().expect("reads").is_some());
    let mut bytes = std::fs::read(&backup.file).expect("there");
    *bytes.last_mut().expect("not empty") ^= 1;
    std::fs::write(&backup.file, bytes).expect("writes");
    assert_eq!(code_of(f.vault.drill(&backup, &quiet())), "BACKUP_DAMAGED");
    let drills: Vec<u64> =
        f.vault.audit(0, 100).expect("reads").iter().filter(|e| e.act == Act::Drilled).map(|e| e.counts["passed"]).collect();
    assert_eq!(drills, [1, 0]);
}

#[test]
fn a_backup_of_a_damaged_vault_says_so() {
    let (f, _) = backed_up();
    let blobs = files(&f.path().join("blobs"));
    std::fs::remove_file(&blobs[0]).expect("removes");
    let made = f.vault.back_up(&f.dir.path().join("backups"), "1.0", &quiet()).expect("the rest is worth keeping");
    assert_eq!((made.originals, made.originals_missing), (1, 1));
    let restored = made.backup.restore(&f.dir.path().join("restored"), BackupKey::Vault(&f.vault), &quiet()).expect("restores");
    assert_eq!(restored.originals_missing, 1);
    let report = f.vault.check(&quiet()).expect("checks");
    assert!(!report.is_whole() && report.broken.len() == 1 && report.broken[0].missing && report.broken[0].imports.len() == 1);
}

#[test]
fn f06_nothing_in_a_backup_is_readable() {
    let f = fixture();
    let mut tx = f.vault.begin_import(ImportMeta { file_name: format!("{CANARY}.csv"), ..meta("") }).expect("begins");
    let mut identifier = Identifier::default();
    for i in 0..500 {
        let record = canary(i);
        tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
    }
    let original = f.vault.seal_original(&mut CANARY.repeat(5000).as_bytes(), &quiet()).expect("seals");
    tx.finish(original, &quiet()).expect("finishes");
    let bytes = std::fs::read(back_up(&f).file).expect("there");
    for needle in [CANARY.as_bytes(), CANARY.to_lowercase().as_bytes(), b"CREATE TABLE", b"SQLite format 3"] {
        assert!(!contains(&bytes, needle));
    }
}
