//! Originals: kept byte for byte, readable from any place, and never handed out damaged.

mod support;

use std::io::{Read, Seek, SeekFrom};

use holdall_model::Task;
use holdall_vault::*;
use support::*;

fn keep(vault: &Vault, bytes: &[u8]) -> ImportId {
    let tx = vault.begin_import(meta("x.bin")).expect("begins");
    let original = vault.seal_original(&mut &bytes[..], &Task::silent()).expect("seals");
    assert_eq!((original.hash(), original.bytes()), (*blake3::hash(bytes).as_bytes(), bytes.len() as u64));
    tx.finish(original, &Task::silent()).expect("finishes").id
}

/// Compressible and not, with no two chunks alike.
fn bytes(n: usize) -> Vec<u8> {
    let mut seed = 1u32;
    (0..n)
        .map(|i| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if i % 3 == 0 { (seed >> 24) as u8 } else { (i / 1000) as u8 }
        })
        .collect()
}

#[test]
fn every_size_comes_back_byte_for_byte() {
    let f = fixture();
    let chunk = 256 * 1024;
    for size in [0, 1, 100, chunk - 1, chunk, chunk + 1, 3 * chunk + 17] {
        let plain = bytes(size);
        let id = keep(&f.vault, &plain);
        let mut reader = f.vault.open_original(id).expect("opens");
        assert_eq!((reader.len(), reader.is_empty()), (size as u64, size == 0));
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("reads");
        assert!(read == plain, "{size}");
    }
}

#[test]
fn any_place_can_be_read_alone() {
    let f = fixture();
    let plain = bytes(1_000_000);
    let id = keep(&f.vault, &plain);
    let mut reader = f.vault.open_original(id).expect("opens");
    for (at, length) in [(999_990, 10), (0, 5), (262_140, 10), (524_288, 300_000), (500_000, 1)] {
        let mut part = vec![0; length];
        reader.seek(SeekFrom::Start(at as u64)).expect("seeks");
        reader.read_exact(&mut part).expect("reads");
        assert!(part == plain[at..at + length]);
    }
    assert_eq!(reader.seek(SeekFrom::End(-1)).expect("seeks"), 999_999);
    assert_eq!(reader.seek(SeekFrom::Current(10)).expect("seeks"), 1_000_009);
    assert_eq!(reader.read(&mut [0; 4]).expect("reads"), 0);
    assert!(reader.seek(SeekFrom::Current(-2_000_000)).is_err());
}

#[test]
fn the_same_file_is_kept_once_and_goes_with_its_last_import() {
    let f = fixture();
    let (a, b) = (keep(&f.vault, b"the same"), keep(&f.vault, b"the same"));
    let blobs = f.path().join("blobs");
    assert_eq!(files(&blobs).len(), 1);
    f.vault.undo_import(a, &Task::silent()).expect("undoes");
    assert_eq!(files(&blobs).len(), 1);
    let mut text = String::new();
    f.vault.open_original(b).expect("opens").read_to_string(&mut text).expect("reads");
    assert_eq!(text, "the same");
    f.vault.undo_import(b, &Task::silent()).expect("undoes");
    assert!(files(&blobs).is_empty());
    assert_eq!(f.vault.open_original(b).err().map(|e| e.code()), Some("NOT_FOUND"));
}

#[test]
fn f15_what_no_import_refers_to_is_collected() {
    let f = fixture();
    keep(&f.vault, b"kept");
    let blobs = f.path().join("blobs");
    drop(f.vault.seal_original(&mut &b"given up"[..], &Task::silent()).expect("seals"));
    assert_eq!(files(&blobs).len(), 1);
    // As a crash between sealing and storing leaves it.
    let orphan = blobs.join("0123456789abcdef0123456789abcdef");
    std::fs::write(&orphan, b"left over").expect("writes");
    let foreign = blobs.join("letter.txt");
    std::fs::write(&foreign, b"not ours").expect("writes");
    let _f = f.reopened();
    assert!(!orphan.exists() && foreign.exists());
}

#[test]
fn cancelling_leaves_nothing() {
    let f = fixture();
    let task = Task::silent();
    task.cancel();
    assert_eq!(f.vault.seal_original(&mut bytes(600_000).as_slice(), &task).expect_err("stopped").code(), "CANCELLED");
    assert!(files(&f.path().join("blobs")).is_empty());
}

#[test]
fn f04_no_damage_of_an_original_goes_unnoticed() {
    let f = fixture();
    let plain = bytes(300_000);
    let id = keep(&f.vault, &plain);
    let file = files(&f.path().join("blobs")).remove(0);
    let good = std::fs::read(&file).expect("there");
    let read = || -> Result<Vec<u8>, String> {
        let mut reader = f.vault.open_original(id).map_err(|e| e.code().to_owned())?;
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).map_err(|e| format!("{:?}", e.kind()))?;
        Ok(bytes)
    };
    assert!(read().expect("whole") == plain);
    let mut cases: Vec<(String, Vec<u8>)> = Vec::new();
    for at in (0..good.len()).step_by(good.len() / 61) {
        let mut bad = good.clone();
        bad[at] ^= 4;
        cases.push((format!("bit at {at}"), bad));
    }
    for cut in [good.len() - 1, good.len() - 12, good.len() / 2, 60, 0] {
        cases.push((format!("cut at {cut}"), good[..cut].to_vec()));
    }
    cases.push(("something appended".to_owned(), [good.as_slice(), b"x"].concat()));
    cases.push(("twice in a row".to_owned(), [good.as_slice(), good.as_slice()].concat()));
    let mut swapped = good.clone();
    swapped[5000..6000].copy_from_slice(&good[6000..7000]);
    swapped[6000..7000].copy_from_slice(&good[5000..6000]);
    cases.push(("parts swapped".to_owned(), swapped));
    for (what, bytes) in cases {
        std::fs::write(&file, bytes).expect("writes");
        assert!(read().is_err(), "{what}");
    }
    // The file of another vault, which is whole but not ours.
    let g = fixture();
    keep(&g.vault, &plain);
    std::fs::copy(files(&g.path().join("blobs")).remove(0), &file).expect("copies");
    assert!(read().is_err());
}
