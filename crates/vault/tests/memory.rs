//! What a process still holds in its memory after its vault was closed: no key, and no word of a record.
//!
//! A child works and closes its vault; this program reads the child's memory through `/proc`.
#![cfg(target_os = "linux")]

mod support;

use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use holdall_model::Task;
use holdall_vault::*;
use support::*;

#[global_allocator]
static HEAP: WipedHeap = WipedHeap;

const CHILD: &str = "HOLDALL_TEST_MEMORY";

fn open(place: &Path) -> Vault {
    let outside = outside(&Arc::new(MemoryKeyring::default()));
    Vault::open(place, Key::KeyFile(&place.with_extension("key")), outside).expect("opens")
}

/// Writes, reads, searches and copies records with the words that stand in a file, closes the vault, and waits to be looked at. Only
/// does so as the child of the test below.
#[test]
fn working() {
    let Ok(place) = std::env::var(CHILD) else { return };
    let place = Path::new(&place);
    let say = |text: &str| {
        let mut out = std::io::stdout().lock();
        writeln!(out, "\n@{text}").and_then(|()| out.flush()).expect("the parent listens");
        std::io::stdin().read_line(&mut String::new()).expect("the parent answers");
    };
    let vault = open(place);
    let word = std::fs::read_to_string(place.with_extension("word")).expect("there");
    let mut tx = vault.begin_import(meta("x.csv")).expect("begins");
    let mut identifier = Identifier::default();
    for i in 0..2_000u64 {
        let mut record = record(&Row("2025-01-01", i as i64, "", ""), i);
        record.title = format!("{word} {i}");
        record.party = word.clone();
        record.unmapped = format!("{word}{i}");
        tx.judge_and_store(&record, &identifier.identify(&record)).expect("stores");
    }
    let original = vault.seal_original(&mut word.repeat(100_000).as_bytes(), &Task::silent()).expect("seals");
    let id = tx.finish(original, &Task::silent()).expect("finishes").id;
    assert!(!vault.find(&Query { text: word.clone(), ..Query::default() }).expect("finds").hits.is_empty());
    assert_eq!(all(&vault).len(), 2_000);
    vault.open_original(id).expect("opens").read_to_end(&mut Vec::new()).expect("reads");
    vault.back_up(&place.with_extension("backups"), "1.0", &Task::silent()).expect("backs up");
    say("open");
    drop((word, identifier));
    vault.close().expect("the last handle");
    say("closed");
}

/// Where `needle` stands in the memory of a process, by the name of the region.
fn found(process: u32, needle: &[u8]) -> Vec<String> {
    let maps = std::fs::read_to_string(format!("/proc/{process}/maps")).expect("there");
    let mut memory = std::fs::File::open(format!("/proc/{process}/mem")).expect("may be read by the parent");
    let mut places = Vec::new();
    for line in maps.lines().filter(|line| line.split(' ').nth(1).is_some_and(|rights| rights.starts_with("rw"))) {
        let (from, to) = line.split(' ').next().and_then(|range| range.split_once('-')).expect("a range");
        let [from, to] = [from, to].map(|hex| u64::from_str_radix(hex, 16).expect("a number"));
        let mut bytes = vec![0; usize::try_from(to - from).expect("fits")];
        if memory.seek(SeekFrom::Start(from)).and_then(|_| memory.read_exact(&mut bytes)).is_ok() {
            let hits = bytes.windows(needle.len()).filter(|window| *window == needle).count();
            if hits > 0 {
                places.push(format!("{hits} in {line}"));
            }
        }
    }
    places
}

fn hkdf(salt: &[u8], secret: &[u8], info: &[u8]) -> [u8; 32] {
    let mut key = [0; 32];
    hkdf::Hkdf::<sha2::Sha256>::new(Some(salt), secret).expand(info, &mut key).expect("32 bytes");
    key
}

fn unhex(text: &serde_json::Value) -> Vec<u8> {
    let text = text.as_str().expect("a text");
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).expect("hexadecimal")).collect()
}

/// The key file's secret and the master key, worked out from the files as docs/adr/0003-keys.md tells it: apart from the code.
fn keys(place: &Path) -> Vec<(&'static str, Vec<u8>)> {
    const CROCKFORD: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let text = std::fs::read_to_string(place.with_extension("key")).expect("there");
    let bits: String = text[4..].chars().map(|c| format!("{:05b}", CROCKFORD.find(c).expect("a digit"))).collect::<Vec<_>>().concat();
    let secret: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&bits[i * 8..i * 8 + 8], 2).expect("bits")).collect();
    let header: serde_json::Value = serde_json::from_slice(&std::fs::read(place.join("keys.json")).expect("there")).expect("JSON");
    let slot = &header["slots"][0];
    let vault_id = unhex(&header["vault_id"]);
    let kek = hkdf(&vault_id, &secret, b"v1/kek-key-file");
    let mut aad = b"holdall slot v1".to_vec();
    let created = slot["created_at"].to_string();
    let id = slot["id"].as_str().expect("a text");
    for part in [&vault_id[..], id.as_bytes(), b"v1/kek-key-file", created.as_bytes(), b"", b"", b"", b""] {
        aad.extend_from_slice(&(part.len() as u64).to_le_bytes());
        aad.extend_from_slice(part);
    }
    let nonce: [u8; 24] = unhex(&slot["nonce"]).try_into().expect("24 bytes");
    let master = chacha20poly1305::XChaCha20Poly1305::new((&kek).into())
        .decrypt(&nonce.into(), Payload { msg: &unhex(&slot["wrapped"]), aad: &aad })
        .expect("opens");
    let derived = |info: &[u8]| hkdf(&vault_id, &master, info).to_vec();
    vec![
        ("the key file's text", text.as_bytes()[4..].to_vec()),
        ("the key file's secret", secret),
        ("the wrapping key", kek.to_vec()),
        ("the key of the pages", derived(b"v1/db-page")),
        ("the key of the index", derived(b"v1/search-page")),
        ("the key of the originals", derived(b"v1/blob")),
        ("the key of fingerprints", derived(b"v1/dedupe")),
        ("the key of the log", derived(b"v1/audit-mac")),
        ("the key of backups", derived(b"v1/backup")),
        ("the master key", master),
    ]
}

#[test]
fn e16_nothing_is_left_in_memory_when_the_vault_is_closed() {
    let dir = tempfile::tempdir().expect("a folder");
    let place = dir.path().join("vault");
    let outside = outside(&Arc::new(MemoryKeyring::default()));
    Vault::create(&place, "Test", FirstKey::KeyFile(&place.with_extension("key")), outside)
        .expect("creates")
        .vault
        .close()
        .expect("closes");
    // Made here, so that it stands in no program's text.
    let word: String = "Zuvrelanith".chars().rev().collect();
    std::fs::write(place.with_extension("word"), &word).expect("writes");
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "working", "--nocapture"])
        .env(CHILD, &place)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut answers = child.stdin.take().expect("piped");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    let mut wait_for = |text: &str| assert!(lines.any(|line| line == text), "the child did not say {text}");
    let mut needles = keys(&place);
    needles.push(("a word of a record", word.clone().into_bytes()));
    needles.push(("a word of the index", word.to_lowercase().into_bytes()));

    wait_for("@open");
    let seen = |name: &str| needles.iter().any(|(n, bytes)| *n == name && !found(child.id(), bytes).is_empty());
    assert!(seen("the master key") && seen("a word of a record"), "this test looks at the wrong place");
    answers.write_all(b"go on\n").expect("the child listens");
    wait_for("@closed");
    let left: Vec<String> =
        needles.iter().flat_map(|(name, bytes)| found(child.id(), bytes).into_iter().map(move |at| format!("{name}: {at}"))).collect();
    answers.write_all(b"go on\n").expect("the child listens");
    child.wait().expect("ends");
    assert!(left.is_empty(), "left in memory:\n{}", left.join("\n"));
}
