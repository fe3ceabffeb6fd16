//! What lies on the disk: never a word of the person's data in the clear, never half an import.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use holdall_model::Task;
use holdall_vault::*;
use support::*;

const CHILD: &str = "HOLDALL_TEST_WRITER";
const ROWS: u64 = 6_000;

/// Writes imports for ever and tells how far it is, until it is killed. Only does so as the child of the test below.
#[test]
fn writer() {
    let Ok(place) = std::env::var(CHILD) else { return };
    let place = Path::new(&place);
    let key = place.with_extension("key");
    let outside = || outside(&Arc::new(MemoryKeyring::default()));
    let vault = if place.exists() {
        Vault::open(place, Key::KeyFile(&key), outside()).expect("opens")
    } else {
        Vault::create(place, "Test", FirstKey::KeyFile(&key), outside()).expect("creates").vault
    };
    // Tells, and goes on when the parent has looked.
    let say = |text: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n@ {text}").and_then(|()| out.flush()).expect("the parent listens");
        std::io::stdin().read_line(&mut String::new()).expect("the parent answers");
    };
    for number in vault.imports().expect("reads").len().. {
        let mut tx = vault.begin_import(ImportMeta { file_name: format!("{CANARY}.csv"), ..meta("") }).expect("begins");
        let original = vault.seal_original(&mut CANARY.repeat(50_000 + number).as_bytes(), &Task::silent()).expect("seals");
        let mut identifier = Identifier::default();
        for i in 0..ROWS {
            let record = canary(i + ROWS * number as u64);
            tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
            if i % 1500 == 0 {
                say("writing");
            }
        }
        say("finishing");
        tx.finish(original, &Task::silent()).expect("finishes");
        say("stored");
    }
}

fn assert_no_canary(dir: &Path) {
    for file in files(dir) {
        // A file that vanishes while it is looked at was a temporary one; the next look sees its place.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        for needle in [CANARY.as_bytes(), CANARY.to_lowercase().as_bytes(), b"CREATE TABLE", b"SQLite format 3"] {
            assert!(!contains(&bytes, needle), "{} holds {}", file.display(), String::from_utf8_lossy(needle));
        }
    }
}

/// Kills a writer right after it has got the answer to so many of its lines. Returns how many imports it had told to be stored.
fn run_and_kill(place: &Path, temp: &Path, lines: usize) -> usize {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "writer", "--nocapture"])
        .env(CHILD, place)
        .env("TMPDIR", temp)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("starts");
    let mut answers = child.stdin.take().expect("piped");
    let out = BufReader::new(child.stdout.take().expect("piped"));
    let mut stored = 0;
    let said = out.lines().map_while(Result::ok).filter_map(|line| line.strip_prefix("@ ").map(str::to_owned));
    for (number, line) in said.enumerate() {
        stored += usize::from(line == "stored");
        assert_no_canary(place.parent().expect("a folder"));
        answers.write_all(b"go on\n").expect("the child listens");
        if number == lines {
            break;
        }
    }
    child.kill().expect("kills");
    child.wait().expect("ends");
    stored
}

#[test]
fn f06_nothing_is_readable_while_writing_or_after_a_kill_and_no_import_is_half() {
    let dir = tempfile::tempdir().expect("a folder");
    let temp = dir.path().join("tmp");
    std::fs::create_dir(&temp).expect("makes");
    let place = dir.path().join("vault");
    let mut stored = 0;
    // Before anything is stored, in the middle of rows, while finishing, and right after.
    for lines in [2, 4, 5, 9, 0, 10, 11] {
        stored += run_and_kill(&place, &temp, lines);
        assert_no_canary(dir.path());
        let vault =
            Vault::open(&place, Key::KeyFile(&place.with_extension("key")), outside(&Arc::new(MemoryKeyring::default()))).expect("opens");
        let imports = vault.imports().expect("reads").len();
        // What was told is there; what was about to be told may be.
        assert!(imports == stored || imports == stored + 1, "{imports} imports, {stored} told");
        stored = imports;
        assert_eq!(all(&vault).len() as u64, imports as u64 * ROWS);
        assert_eq!(vault.home().expect("counts").records, imports as u64 * ROWS);
        assert_eq!(vault.verify_audit(&Task::silent()).expect("checks").damage, None);
        let found = vault.find(&Query { text: CANARY.to_owned(), ..Query::default() }).expect("finds");
        let expected = imports as u64 * ROWS;
        assert_eq!(found.total, if expected > 2_000 { Total::MoreThan(2_000) } else { Total::Exactly(expected) });
        // No original without its import.
        assert_eq!(files(&place.join("blobs")).len(), imports);
        drop(vault);
        assert_no_canary(dir.path());
    }
    assert!(stored >= 2);
}
