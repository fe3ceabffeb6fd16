//! A process that writes is killed at any moment, again and again: what it said to be stored is there, and nothing is half there.
//!
//! 30 rounds by default; `HOLDALL_ROUNDS=1000` makes it a night's work.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use holdall_model::Task;
use holdall_vault::*;
use support::*;

const CHILD: &str = "HOLDALL_TEST_STRESS";

fn outside_of() -> Outside {
    outside(&Arc::new(MemoryKeyring::default()))
}

fn open(place: &Path) -> Vault {
    let key = place.with_extension("key");
    Vault::open(place, Key::KeyFile(&key), outside_of()).unwrap_or_else(|e| panic!("does not open: {e}"))
}

/// How many steps the vault holds. Each step leaves exactly one setting, in the same transaction as its effect or right after.
fn steps(vault: &Vault) -> u64 {
    vault.setting("steps").expect("reads").map_or(0, |n| n.parse().expect("a number"))
}

fn step(vault: &Vault, n: u64) {
    match n % 4 {
        // Undone two steps later; its rows differ each time, so it is never a known file.
        1 => drop(import_named(vault, &format!("{n}.csv"), &[Row("2025-01-01", n as i64, "Coffee", ""); 30])),
        3 => {
            for import in vault.imports().expect("reads") {
                vault.undo_import(import.id, &Task::silent()).expect("undoes");
            }
        }
        _ => {}
    }
    let event = AuditEvent::new(Act::SettingChanged, "steps");
    vault.write(event, |w| w.set_setting("steps", Some(&(n + 1).to_string()))).map_err(|e: VaultError| e).expect("writes");
}

/// Steps for ever and says each number, until it is killed. Only does so as the child of the test below.
#[test]
fn stepping() {
    let Ok(place) = std::env::var(CHILD) else { return };
    let vault = open(Path::new(&place));
    let mut out = std::io::stdout().lock();
    for n in steps(&vault).. {
        writeln!(out, "\n@{n}").and_then(|()| out.flush()).expect("the parent listens");
        step(&vault, n);
        writeln!(out, "\n!{n}").and_then(|()| out.flush()).expect("the parent listens");
    }
}

/// Lets a child work for a while and kills it. Returns the last step it began and the last it said to be done.
fn round(place: &Path, lasts: Duration) -> (Option<u64>, Option<u64>) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "stepping", "--nocapture"])
        .env(CHILD, place)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts");
    let out = BufReader::new(child.stdout.take().expect("piped"));
    let (send, receive) = mpsc::channel();
    let reader = std::thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
    let (mut begun, mut done, started) = (None, None, Instant::now());
    let mut note = |line: &str| {
        let number = |line: &str| line.get(1..).and_then(|n| n.parse().ok());
        match line.chars().next() {
            Some('@') => begun = number(line),
            Some('!') => done = number(line),
            _ => {}
        }
    };
    // The time counts from the first step, so that a slow start is no round without work.
    let mut ends = started + Duration::from_secs(30);
    let mut first = true;
    while let Ok(line) = receive.recv_timeout(ends.saturating_duration_since(Instant::now())) {
        if first && line.starts_with('@') {
            (first, ends) = (false, Instant::now() + lasts);
        }
        note(&line);
    }
    child.kill().expect("kills");
    child.wait().expect("ends");
    let _ = reader.join();
    // What it said before it died and nobody had read yet.
    receive.try_iter().for_each(|line| note(&line));
    (begun, done)
}

#[test]
fn f01_what_was_acknowledged_survives_every_kill() {
    let rounds: u64 = std::env::var("HOLDALL_ROUNDS").ok().map_or(30, |n| n.parse().expect("HOLDALL_ROUNDS is a number"));
    let dir = tempfile::tempdir().expect("a folder");
    let place = dir.path().join("vault");
    Vault::create(&place, "Test", FirstKey::KeyFile(&place.with_extension("key")), outside_of())
        .expect("creates")
        .vault
        .close()
        .expect("closes");
    let (mut total, mut seed) = (0, 88_172_645_463_325_252u64);
    for number in 0..rounds {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let (begun, done) = round(&place, Duration::from_micros(seed % 150_000));
        let begun = begun.unwrap_or_else(|| panic!("round {number}: the child never began"));
        let vault = open(&place);
        let found = steps(&vault);
        // Acknowledged is in found, and found is in begun.
        assert!(found > done.unwrap_or(0) || done.is_none(), "round {number}: step {done:?} was acknowledged, {found} steps are there");
        assert!(found <= begun + 1, "round {number}: {found} steps, and only {begun} was begun");
        let report = vault.check(&Task::silent()).expect("checks");
        assert!(report.is_whole(), "round {number}: {report:?}");
        let (imports, records) = (vault.imports().expect("reads").len(), all(&vault).len());
        // A step that was interrupted after its import brings the same file again: two imports, one original, and no row twice.
        let stored = usize::from(imports > 0);
        assert_eq!((records, files(&place.join("blobs")).len()), (30 * stored, stored), "round {number}: {imports} imports");
        total = found;
        vault.close().expect("the last handle");
    }
    eprintln!("{rounds} rounds, {total} steps acknowledged and found");
    assert!(total > rounds / 2, "the children did next to nothing");
}
