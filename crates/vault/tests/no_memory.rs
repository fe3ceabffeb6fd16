//! Memory runs out: in a process of its own, the system's allocator refuses one request, or every one from then on. SQLite and zstd are told
//! by an error, Rust ends the process; either way the vault is whole afterwards.
//!
//! By default 24 places are tried in each way, spread over all; `HOLDALL_FAULTS=all` tries two thousand.
#![cfg(all(target_os = "linux", target_env = "gnu"))]

mod support;

use std::ffi::{c_int, c_void};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use holdall_model::Task;
use holdall_vault::*;
use support::*;

const CHILD: &str = "HOLDALL_TEST_NO_MEMORY";
const OFF: u64 = u64::MAX;

static CHOSEN: AtomicU64 = AtomicU64::new(OFF);
static REQUESTS: AtomicU64 = AtomicU64::new(0);
static EVER_AFTER: AtomicBool = AtomicBool::new(false);

// glibc's own functions, which these take the place of.
unsafe extern "C" {
    fn __libc_malloc(size: usize) -> *mut c_void;
    fn __libc_calloc(count: usize, size: usize) -> *mut c_void;
    fn __libc_realloc(old: *mut c_void, size: usize) -> *mut c_void;
    fn __libc_memalign(align: usize, size: usize) -> *mut c_void;
}

fn refused() -> bool {
    let chosen = CHOSEN.load(Ordering::Relaxed);
    if chosen == OFF {
        return false;
    }
    let number = REQUESTS.fetch_add(1, Ordering::Relaxed);
    number == chosen || (number > chosen && EVER_AFTER.load(Ordering::Relaxed))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn malloc(size: usize) -> *mut c_void {
    // SAFETY: passed on as it came.
    if refused() { std::ptr::null_mut() } else { unsafe { __libc_malloc(size) } }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn calloc(count: usize, size: usize) -> *mut c_void {
    // SAFETY: passed on as it came.
    if refused() { std::ptr::null_mut() } else { unsafe { __libc_calloc(count, size) } }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn realloc(old: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: passed on as it came; after a refusal the old block stays as it is.
    if refused() { std::ptr::null_mut() } else { unsafe { __libc_realloc(old, size) } }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn posix_memalign(to: *mut *mut c_void, align: usize, size: usize) -> c_int {
    const ENOMEM: c_int = 12;
    if refused() {
        return ENOMEM;
    }
    // SAFETY: `to` is the caller's to be written.
    unsafe {
        *to = __libc_memalign(align, size);
        if (*to).is_null() { ENOMEM } else { 0 }
    }
}

fn outside_of() -> Outside {
    outside(&Arc::new(MemoryKeyring::default()))
}

fn open(place: &Path) -> Result<Vault, VaultError> {
    let key = place.with_extension("key");
    Vault::open(place, Key::KeyFile(&key), outside_of())
}

/// Opens the vault, imports a file, backs it up and looks something up.
fn act(place: &Path) -> Result<(), VaultError> {
    let vault = open(place)?;
    let mut tx = vault.begin_import(meta("second.csv"))?;
    let mut identifier = Identifier::default();
    for number in 0..ROWS {
        let record = canary(ROWS + number);
        tx.judge_and_store(&record, &identifier.identify(&record))?;
    }
    let original = vault.seal_original(&mut CANARY.repeat(5000).as_bytes(), &Task::silent())?;
    tx.finish(original, &Task::silent())?;
    vault.back_up(&place.with_extension("backups"), "1.0", &Task::silent())?;
    vault.find(&Query { text: CANARY.to_lowercase(), ..Query::default() })?;
    vault.close()
}

const ROWS: u64 = 300;

/// Acts until a request for memory is refused, and prints how many there were. Only does so as a child of the test below.
#[test]
fn acting() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let mut parts = order.splitn(3, ' ');
    let (chosen, ever, place) = (parts.next().expect("number"), parts.next().expect("how"), parts.next().expect("place"));
    EVER_AFTER.store(ever == "ever-after", Ordering::Relaxed);
    CHOSEN.store(chosen.parse().expect("a number"), Ordering::Relaxed);
    let ended = act(Path::new(place));
    CHOSEN.store(OFF, Ordering::Relaxed);
    let outcome = ended.map_or_else(|e| e.code(), |()| "OK");
    writeln!(std::io::stdout(), "\nREQUESTS {} {outcome}", REQUESTS.load(Ordering::Relaxed)).expect("the parent listens");
}

/// Requests and outcome; `None` where the process did not live to tell.
fn child(place: &Path, chosen: u64, how: &str) -> Option<(u64, String)> {
    let output = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "acting", "--nocapture"])
        .env(CHILD, format!("{chosen} {how} {}", place.display()))
        .stderr(Stdio::null())
        .output()
        .expect("starts");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (requests, outcome) = text.lines().find_map(|line| line.strip_prefix("REQUESTS "))?.split_once(' ')?;
    Some((requests.parse().ok()?, outcome.to_owned()))
}

/// A vault with one import, made anew.
fn fresh(dir: &Path) -> std::path::PathBuf {
    let place = dir.join("vault");
    let vault = Vault::create(&place, "Test", FirstKey::KeyFile(&place.with_extension("key")), outside_of()).expect("creates").vault;
    let mut tx = vault.begin_import(meta("first.csv")).expect("begins");
    let mut identifier = Identifier::default();
    for number in 0..ROWS {
        let record = canary(number);
        tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
    }
    let original = vault.seal_original(&mut CANARY.as_bytes(), &Task::silent()).expect("seals");
    tx.finish(original, &Task::silent()).expect("finishes");
    vault.close().expect("the last handle");
    place
}

#[test]
fn f16_no_refused_memory_costs_anything_that_was_stored() {
    let memory = Path::new("/dev/shm");
    let folder = || if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.expect("a folder");
    let counted = folder();
    let (requests, outcome) = child(&fresh(counted.path()), OFF - 1, "once").expect("nothing is refused");
    assert_eq!(outcome, "OK");
    assert!(requests > 5_000, "only {requests} requests: the allocator is not in between");
    let tries = if std::env::var("HOLDALL_FAULTS").is_ok_and(|v| v == "all") { 2_000 } else { 24 };
    let (mut died, mut told) = (0, 0);
    for how in ["once", "ever-after"] {
        for number in 0..tries {
            let dir = folder();
            let place = fresh(dir.path());
            // Another remainder each time, so that the same kind of request is not always met.
            let chosen = number * (requests / tries) + number * 37 % (requests / tries);
            let outcome = child(&place, chosen, how).map(|(_, outcome)| outcome);
            let what = format!("request {chosen} of {requests} refused {how}, which ended {outcome:?}");
            match outcome.as_deref() {
                None => died += 1,
                Some("OK") => {}
                Some(_) => told += 1,
            }
            let vault = open(&place).unwrap_or_else(|e| panic!("{what}: does not open any more: {e}"));
            let report = vault.check(&Task::silent()).expect("checks");
            assert!(report.is_whole(), "{what}: {report:?}");
            let records = all(&vault).len() as u64;
            let imports = vault.imports().expect("reads").len() as u64;
            assert!([ROWS, 2 * ROWS].contains(&records) && records == imports * ROWS, "{what}: {records} records");
            assert!(records == 2 * ROWS || outcome.as_deref() != Some("OK"), "{what}: said to be done, and is not");
            assert_eq!(files(&place.join("blobs")).len() as u64, imports, "{what}: originals");
            for backup in Backup::list(&place.with_extension("backups")).map(|l| l.backups).unwrap_or_default() {
                backup.verify(BackupKey::Vault(&vault), Depth::Full, &Task::silent()).unwrap_or_else(|e| panic!("{what}: {e}"));
            }
        }
    }
    eprintln!("{requests} requests for memory, {tries} refused in each way: {died} processes died, {told} told a failure");
    assert!(died + told > tries / 2, "next to nothing failed");
}
