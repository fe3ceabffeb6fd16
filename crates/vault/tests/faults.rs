//! Every call to the disk fails once, for every act that writes: the vault is then as before or as after, and nothing in between.
//!
//! By default about a dozen places of each act are tried, spread over all; `HOLDALL_FAULTS=all` tries every single one.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

#[path = "support/faulty.rs"]
mod faulty;
mod support;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use faulty::{Fault, NEVER, Op, arm, disarm, record as record_calls, recorded};
use holdall_model::Task;
use holdall_vault::*;
use support::*;

/// The disk is one for the whole program.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A keyring that outlives the process: one file per entry, apart from the disk that fails.
struct FileKeyring(PathBuf);

impl FileKeyring {
    fn file(&self, account: &str) -> PathBuf {
        self.0.join(account.replace(':', "_"))
    }
}

impl SecretStore for FileKeyring {
    fn backend(&self) -> String {
        "files".to_owned()
    }
    fn get(&self, account: &str) -> Result<Option<zeroize::Zeroizing<String>>, KeyringError> {
        Ok(std::fs::read_to_string(self.file(account)).ok().map(zeroize::Zeroizing::new))
    }
    fn set(&self, account: &str, value: &str) -> Result<(), KeyringError> {
        std::fs::write(self.file(account), value).map_err(|_| KeyringError::Unavailable)
    }
    fn remove(&self, account: &str) -> Result<(), KeyringError> {
        let _ = std::fs::remove_file(self.file(account));
        Ok(())
    }
}

/// A place with a vault, a keyring and a folder of backups, copied anew for each try.
struct Place {
    root: PathBuf,
    _guard: Option<tempfile::TempDir>,
}

impl Place {
    fn new() -> Self {
        // Its failures are made here, so the disk may be memory: thousands of syncs cost nothing there.
        let memory = Path::new("/dev/shm");
        let guard = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder");
        Self { root: guard.path().to_path_buf(), _guard: Some(guard) }
    }
    fn disk(&self) -> PathBuf {
        self.root.join("disk")
    }
    fn vault(&self) -> PathBuf {
        self.disk().join("vault")
    }
    fn backups(&self) -> PathBuf {
        self.disk().join("backups")
    }
    fn outside(&self) -> Outside {
        Outside { secrets: Arc::new(FileKeyring(self.root.join("keyring"))), ..outside(&Arc::new(MemoryKeyring::default())) }
    }
    fn open(&self) -> Result<Vault, VaultError> {
        Vault::open(&self.vault(), Key::Keyring, self.outside())
    }

    /// A vault with two imports, one of which brought a change, and one backup.
    fn template() -> Self {
        let place = Self::new();
        for dir in [place.disk(), place.backups(), place.root.join("keyring")] {
            std::fs::create_dir(dir).expect("makes");
        }
        let created = Vault::create(&place.vault(), "Test", FirstKey::Keyring, place.outside()).expect("creates");
        let vault = created.vault;
        let groups = created.recovery_code.groups();
        vault.confirm_recovery(&[(0, &groups[0]), (1, &groups[1])]).expect("proves");
        try_import(&vault, "first.csv", &rows(40, "Coffee")).expect("stores");
        try_import(&vault, "second.csv", &rows(20, "Pending")).expect("stores");
        vault.back_up(&place.backups(), "1.0", &Task::silent()).expect("backs up");
        vault.close().expect("the last handle");
        place
    }

    fn copy(&self) -> Self {
        let place = Self::new();
        copy_dir(&self.root, &place.root);
        place
    }
}

fn copy_dir(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&to).expect("makes");
            copy_dir(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copies");
        }
    }
}

/// The same ids with other words are changes of the same rows.
fn rows(n: i64, title: &'static str) -> Vec<Row> {
    const IDS: [&str; 60] = {
        const ALL: &str =
            "000102030405060708091011121314151617181920212223242526272829303132333435363738394041424344454647484950515253545556575859";
        let mut ids = [""; 60];
        let mut i = 0;
        while i < 60 {
            ids[i] = ALL.split_at(i * 2).1.split_at(2).0;
            i += 1;
        }
        ids
    };
    (0..n).map(|i| Row("2025-01-01", -100 - i, title, IDS[i as usize])).collect()
}

fn try_import(vault: &Vault, file: &str, rows: &[Row]) -> Result<Stored, VaultError> {
    let mut tx = vault.begin_import(meta(file))?;
    let mut identifier = Identifier::default();
    for (number, row) in rows.iter().enumerate() {
        let record = record(row, number as u64);
        tx.judge_and_store(&record, &identifier.identify(&record))?;
    }
    let original = vault.seal_original(&mut format!("{file} {rows:?}").repeat(20).as_bytes(), &Task::silent())?;
    tx.finish(original, &Task::silent())
}

/// Reads the newest import anew: its rows tell a little more, and one row less.
fn read_anew(vault: &Vault, rows: &[Row]) -> Result<RereadReport, VaultError> {
    let mut reread = vault.reread(vault.imports()?[0].id, "bank", "csv")?;
    let mut identifier = Identifier::default();
    for (number, row) in rows.iter().enumerate().skip(1) {
        let mut record = record(row, number as u64);
        record.party = "Another party".to_owned();
        reread.record(&record, &identifier.identify(&record))?;
    }
    reread.finish(&Task::silent())
}

/// What is done while the disk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    Opening,
    Import,
    Undo,
    ReadAnew,
    Backup,
    Restore,
    DeviceSecret,
    RecoveryCode,
    MasterKey,
    Search,
}

const ALL: [Doing; 10] = [
    Doing::Opening,
    Doing::Import,
    Doing::Undo,
    Doing::ReadAnew,
    Doing::Backup,
    Doing::Restore,
    Doing::DeviceSecret,
    Doing::RecoveryCode,
    Doing::MasterKey,
    Doing::Search,
];

impl Doing {
    fn act(self, place: &Place) -> Result<(), VaultError> {
        let task = Task::silent();
        let vault = place.open()?;
        match self {
            Self::Opening => {}
            Self::Import => drop(try_import(&vault, "third.csv", &rows(60, "Changed"))?),
            Self::Undo => drop(vault.undo_import(vault.imports()?[0].id, &task)?),
            Self::ReadAnew => drop(read_anew(&vault, &rows(20, "Pending"))?),
            Self::Backup => drop(vault.back_up(&place.backups(), "1.0", &task)?),
            Self::Restore => {
                let backup = Backup::list(&place.backups())?.backups.into_iter().next().ok_or(VaultError::NotABackup)?;
                backup.restore(&place.disk().join("restored"), BackupKey::Vault(&vault), &task)?;
            }
            Self::DeviceSecret => vault.renew_device_secret(None)?,
            Self::RecoveryCode => {
                let groups = vault.renew_recovery_code()?.groups();
                vault.confirm_recovery(&[(0, &groups[0]), (1, &groups[1])])?;
            }
            Self::MasterKey => {
                let new = vault.prepare_new_master_key(NewWays { keyring: true, ..NewWays::default() }, &task)?;
                let groups = new.recovery_code().groups();
                return new.finish(vault, &[(0, &groups[0]), (1, &groups[1])])?.close();
            }
            Self::Search => {
                vault.find(&Query { text: "coffee".to_owned(), ..Query::default() })?;
            }
        }
        vault.close()
    }

    /// What of the place this is about, as text.
    fn state(self, vault: &Vault, place: &Place) -> String {
        let acts = vault.audit(0, 1000).expect("reads").iter().filter(|e| e.act != Act::WayInAdded).count();
        let restored = match Vault::open_older(&place.disk().join("restored"), Key::Keyring, place.outside()) {
            Ok(restored) => content(&restored),
            Err(error) => error.code().to_owned(),
        };
        match self {
            Self::Restore => format!("{}\n{restored}", content(vault)),
            // Its file counts, and whether the vault knows of it is told apart by nobody.
            Self::Backup => content(vault),
            // The act of a proof may follow its effect: the header is written first.
            Self::RecoveryCode | Self::DeviceSecret | Self::Opening | Self::Search => content(vault),
            Self::Import | Self::Undo | Self::ReadAnew | Self::MasterKey => format!("{acts}\n{}", content(vault)),
        }
    }
}

/// Opens what a fault left, and compares it with what was and with what should be.
fn judge(doing: Doing, place: &Place, states: &[String; 2], done: bool, what: &str) {
    let vault = place.open().unwrap_or_else(|e| panic!("{what}: does not open any more: {e}"));
    let report = vault.check(&Task::silent()).unwrap_or_else(|e| panic!("{what}: {e}"));
    assert!(report.is_whole(), "{what}: {report:?}");
    let state = doing.state(&vault, place);
    assert!(states.contains(&state), "{what}: neither before nor after:\n{state}\n--- before\n{}\n--- after\n{}", states[0], states[1]);
    assert!(!done || state == states[1], "{what}: said to be done, and is not");
    // Every backup that has its name is good, and at least the first one is there.
    let listing = Backup::list(&place.backups()).expect("lists");
    assert!(!listing.backups.is_empty() && listing.unreadable.is_empty(), "{what}");
    for backup in listing.backups {
        let verified = backup.verify(BackupKey::Vault(&vault), Depth::Structure, &Task::silent());
        // After a change of the master key the old backup has the old ways in.
        assert!(verified.is_ok() || doing == Doing::MasterKey, "{what}: {verified:?}");
    }
    let litter: Vec<PathBuf> = [place.vault(), place.backups()]
        .iter()
        .flat_map(|dir| std::fs::read_dir(dir).expect("a folder").flatten())
        .map(|e| e.path())
        .filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.')))
        .collect();
    assert!(litter.is_empty(), "{what}: {litter:?}");
}

/// The calls to try of `all`.
fn chosen(all: u64) -> Vec<u64> {
    let every = std::env::var("HOLDALL_FAULTS").is_ok_and(|v| v == "all");
    let step = if every { 1 } else { (all / 12).max(1) };
    // Another remainder for each act, so that the same kind of call is not always met or missed.
    (0..all).skip((all % step) as usize).step_by(step as usize).collect()
}

/// The states before and after, and how many calls lie between.
fn measure(doing: Doing, template: &Place) -> ([String; 2], u64) {
    let place = template.copy();
    let before = doing.state(&place.open().expect("opens"), &place);
    let place = template.copy();
    arm(&place.disk(), NEVER, Fault::Refused);
    let result = doing.act(&place);
    let calls = disarm();
    result.unwrap_or_else(|e| panic!("{doing:?} without any fault: {e}"));
    ([before, doing.state(&place.open().expect("opens"), &place)], calls)
}

fn loop_over(fault: Fault, acts: &[Doing]) {
    let _alone = alone();
    let template = Place::template();
    for doing in acts.iter().copied() {
        let (states, calls) = measure(doing, &template);
        assert!(calls > 20, "{doing:?} made only {calls} calls: the disk is not in between");
        let (mut failed, tried) = (0, chosen(calls));
        for number in &tried {
            let place = template.copy();
            arm(&place.disk(), *number, fault);
            let result = doing.act(&place);
            disarm();
            failed += u64::from(result.is_err());
            let what = format!("{doing:?}, call {number} of {calls} {fault:?}, which said {:?}", result.as_ref().map_err(VaultError::code));
            if matches!(fault, Fault::Full | Fault::Quota)
                && let Err(error) = &result
            {
                assert_eq!(error.code(), "DISK_FULL", "{what}: {error}");
            }
            assert!(fault != Fault::Short || result.is_ok(), "{what}: a short write is no failure");
            judge(doing, &place, &states, result.is_ok(), &what);
        }
        eprintln!("{doing:?}: {calls} calls, {} tried, {failed} told as failures", tried.len());
    }
}

#[test]
fn f02_any_one_call_to_the_disk_may_fail() {
    loop_over(Fault::Refused, &ALL);
}

#[test]
fn f08_the_disk_may_be_full_from_any_call_on() {
    loop_over(Fault::Full, &ALL);
}

/// What writes `keys.json`.
const KEYS: [Doing; 3] = [Doing::DeviceSecret, Doing::RecoveryCode, Doing::MasterKey];

#[test]
fn f09_the_ways_in_stay_good_when_the_quota_is_used_up() {
    loop_over(Fault::Quota, &KEYS);
}

#[test]
fn f09_the_ways_in_stay_good_when_the_disk_can_only_be_read_any_more() {
    loop_over(Fault::ReadOnly, &KEYS);
}

#[test]
fn f09_no_fault_while_the_key_file_is_written_costs_the_old_one() {
    let _alone = alone();
    let template = Place::template();
    for fault in [Fault::Refused, Fault::Full, Fault::Quota, Fault::ReadOnly] {
        let place = template.copy();
        let vault = place.open().expect("opens");
        // What is opened for the first change only is tried elsewhere.
        vault.renew_recovery_code().expect("no fault yet");
        let before = std::fs::read(place.vault().join("keys.json")).expect("there");
        let mut number = 0;
        // Every call of one change, until it passes.
        let failures = loop {
            arm(&place.disk(), number, fault);
            let result = vault.renew_recovery_code();
            disarm();
            match result {
                Ok(_) => break number,
                Err(error) => assert!(matches!(error.code(), "DISK" | "DISK_FULL" | "DATABASE"), "{fault:?} {number}: {error}"),
            }
            for name in ["keys.json", "keys.json.bak"] {
                let bytes = std::fs::read(place.vault().join(name)).expect("there");
                assert!(bytes == before || serde_json::from_slice::<serde_json::Value>(&bytes).is_ok(), "{fault:?} {number}: {name}");
            }
            Vault::look(&place.vault()).unwrap_or_else(|e| panic!("{fault:?} {number}: {e}"));
            number += 1;
        };
        assert!(failures > 10, "{fault:?}: only {failures} calls");
        vault.close().expect("the last handle");
        assert!(place.open().is_ok(), "{fault:?}");
    }
}

#[test]
fn f02_any_write_may_be_cut_short() {
    loop_over(Fault::Short, &ALL);
}

const CHILD: &str = "HOLDALL_TEST_KILLED";

/// Acts on a place until it is killed. Only does so as a child of the test below.
#[test]
fn killed() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let mut parts = order.splitn(3, ' ');
    let (doing, number, root) = (parts.next().expect("act"), parts.next().expect("call"), parts.next().expect("place"));
    let doing = ALL.into_iter().find(|d| format!("{d:?}") == doing).expect("known");
    let place = Place { root: PathBuf::from(root), _guard: None };
    arm(&place.disk(), number.parse().expect("a number"), Fault::Killed);
    let _ = doing.act(&place);
}

fn killed_at(doing: Doing, place: &Place, number: u64) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "killed", "--nocapture"])
        .env(CHILD, format!("{doing:?} {number} {}", place.root.display()))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .expect("starts");
    child.wait().expect("ends");
}

/// Trials E6, E15, F1, F15, H5: the process dies before any call to the disk.
fn kill_everywhere(acts: &[Doing]) {
    let _alone = alone();
    let template = Place::template();
    for doing in acts {
        let (states, calls) = measure(*doing, &template);
        let tried = chosen(calls);
        for number in &tried {
            let place = template.copy();
            killed_at(*doing, &place, *number);
            judge(*doing, &place, &states, false, &format!("{doing:?} killed before call {number} of {calls}"));
            // And the act still works.
            doing.act(&place).unwrap_or_else(|e| panic!("{doing:?} again after a kill before call {number}: {e}"));
        }
        eprintln!("{doing:?}: {calls} calls, killed before {} of them", tried.len());
    }
}

#[test]
fn e06_a_kill_anywhere_in_a_change_of_ways_in_leaves_the_old_or_the_new() {
    kill_everywhere(&[Doing::DeviceSecret, Doing::RecoveryCode]);
}

#[test]
fn e15_a_kill_anywhere_in_a_change_of_the_master_key_leaves_the_old_vault_or_the_new() {
    kill_everywhere(&[Doing::MasterKey]);
}

#[test]
fn f15_a_kill_anywhere_in_an_import_or_undo_leaves_no_row_without_its_original() {
    kill_everywhere(&[Doing::Opening, Doing::Import, Doing::Undo, Doing::Search]);
}

#[test]
fn b07_a_kill_anywhere_in_an_import_its_rereading_or_its_undo_leaves_all_or_nothing() {
    kill_everywhere(&[Doing::Import, Doing::ReadAnew, Doing::Undo]);
}

#[test]
fn h05_a_kill_anywhere_in_a_backup_or_restore_leaves_the_good_ones() {
    kill_everywhere(&[Doing::Backup, Doing::Restore]);
}

/// What is on the disk when the power goes: everything that was synced, and of the rest nothing, or some of it torn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unsynced {
    Lost,
    /// Every other write arrived, the last of them with its first 512 bytes.
    Torn,
}

/// Plays the changes again in another place. Names are kept in order; data that no sync followed may be lost.
fn play(ops: &[Op], from: &Path, to: &Path, unsynced: Unsynced) {
    let moved = |path: &Path| to.join(path.strip_prefix(from).expect("below the root"));
    // The last sync of each file, by the number of the change; a file keeps its history under a new name.
    let mut names: std::collections::HashMap<PathBuf, usize> = std::collections::HashMap::new();
    let mut synced: Vec<usize> = Vec::new();
    let mut file_of: Vec<Option<usize>> = Vec::new();
    for (number, op) in ops.iter().enumerate() {
        let mut id = |file: &PathBuf| {
            *names.entry(file.clone()).or_insert_with(|| {
                synced.push(0);
                synced.len() - 1
            })
        };
        file_of.push(match op {
            Op::Create { file, .. } | Op::Write { file, .. } | Op::Resize { file, .. } => Some(id(file)),
            Op::Sync { file } => {
                let id = id(file);
                synced[id] = number;
                Some(id)
            }
            Op::Rename { from, to } => {
                if let Some(id) = names.remove(from) {
                    names.insert(to.clone(), id);
                }
                // Files below a folder that moves go with it.
                let below: Vec<PathBuf> = names.keys().filter(|p| p.starts_with(from)).cloned().collect();
                for file in below {
                    let id = names.remove(&file).expect("there");
                    names.insert(to.join(file.strip_prefix(from).expect("below")), id);
                }
                None
            }
            Op::Remove { path } => {
                names.remove(path);
                None
            }
            Op::MakeDir { .. } => None,
        });
    }
    for (number, op) in ops.iter().enumerate() {
        let is_safe = file_of[number].is_none_or(|id| number < synced[id]);
        let arrives = is_safe || (unsynced == Unsynced::Torn && number % 2 == 0);
        match op {
            Op::Create { file, empty } => {
                let mut options = std::fs::OpenOptions::new();
                options.write(true).create(true).truncate(*empty && arrives);
                let _ = options.open(moved(file));
            }
            Op::Write { file, at, bytes } if arrives => {
                use std::os::unix::fs::FileExt;
                let bytes = if is_safe { &bytes[..] } else { &bytes[..bytes.len().min(512)] };
                if let Ok(file) = std::fs::OpenOptions::new().write(true).open(moved(file)) {
                    file.write_all_at(bytes, *at).expect("writes");
                }
            }
            Op::Resize { file, size } if arrives => {
                if let Ok(file) = std::fs::OpenOptions::new().write(true).open(moved(file)) {
                    file.set_len(*size).expect("resizes");
                }
            }
            Op::Write { .. } | Op::Resize { .. } | Op::Sync { .. } => {}
            Op::Rename { from, to } => drop(std::fs::rename(moved(from), moved(to))),
            Op::Remove { path } => drop(std::fs::remove_file(moved(path)).or_else(|_| std::fs::remove_dir(moved(path)))),
            Op::MakeDir { path } => drop(std::fs::create_dir(moved(path))),
        }
    }
}

#[test]
fn f03_the_power_may_go_after_any_change_and_what_was_not_synced_may_be_lost_or_torn() {
    let _alone = alone();
    let template = Place::template();
    for doing in [Doing::Opening, Doing::Import, Doing::Undo, Doing::RecoveryCode, Doing::Restore] {
        let (states, _) = measure(doing, &template);
        let place = template.copy();
        record_calls(&place.disk());
        let result = doing.act(&place);
        let ops = recorded();
        result.unwrap_or_else(|e| panic!("{doing:?} without any fault: {e}"));
        assert!(ops.iter().any(|op| matches!(op, Op::Write { .. })), "{doing:?} wrote nothing");
        let mut tried = chosen(ops.len() as u64);
        tried.push(ops.len() as u64);
        for number in &tried {
            for unsynced in [Unsynced::Lost, Unsynced::Torn] {
                let after = template.copy();
                play(&ops[..*number as usize], &place.disk(), &after.disk(), unsynced);
                // The act had ended: what it said to be done was on the disk.
                let done = *number == ops.len() as u64;
                judge(
                    doing,
                    &after,
                    &states,
                    done,
                    &format!("{doing:?}, power gone after change {number} of {}, the rest {unsynced:?}", ops.len()),
                );
            }
        }
        eprintln!("{doing:?}: {} changes, power gone after {} of them, twice each", ops.len(), tried.len());
    }
}
