//! The committed vectors: each is read as the side that would receive it reads it, and ends as its first line says.

mod common;

use std::collections::BTreeMap;
use std::path::PathBuf;

use common::vectors::{Vector, all};
use common::*;
use holdall_protocol::message::{Grant, Receipt};
use holdall_protocol::payload::parse;
use holdall_protocol::{Place, Signed, jose};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("vectors")
}

fn outcome<T, E: std::fmt::Debug>(result: Result<T, E>) -> String {
    match result {
        Ok(_) => "accepted".into(),
        // `BadLine { line: 2 }` is told apart by its name alone.
        Err(error) => format!("refused {}", format!("{error:?}").split(' ').next().unwrap_or_default()),
    }
}

fn read(kind: &str, text: &str) -> String {
    match kind {
        "grant" => outcome(Signed::<Grant>::verify_by_own_key(text)),
        "receipt" => outcome(Signed::<Receipt>::verify(text, &[partner().signing.verifying_key()])),
        "parcel" => outcome(jose::open(text, &Place { ..share().payload.place() }, &partner().opening)),
        "payload" => outcome(parse(text.as_bytes())),
        other => panic!("no vector is of kind {other}"),
    }
}

fn committed() -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder()).expect("the folder is there");
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .map(|path| {
            let name = path.file_stem().and_then(|s| s.to_str()).expect("a name").to_owned();
            (name, std::fs::read_to_string(path).expect("text"))
        })
        .collect()
}

#[test]
fn each_vector_ends_as_its_first_line_says() {
    let files = committed();
    assert!(files.len() > 90, "{} vectors", files.len());
    for (name, file) in files {
        let (expected, kind, text) = Vector::parse(&name, &file).expect("three parts");
        assert_eq!(read(&kind, &text), expected, "{name}");
    }
}

#[test]
fn the_committed_vectors_are_the_ones_the_generator_writes() {
    let written: BTreeMap<String, String> = all().into_iter().map(|v| (v.name.clone(), v.file())).collect();
    assert_eq!(written.len(), all().len(), "two vectors have one name");
    let committed = committed();
    assert_eq!(committed.keys().collect::<Vec<_>>(), written.keys().collect::<Vec<_>>());
    for (name, file) in written {
        assert!(committed[&name] == file, "{name} is stale: run `cargo run -p holdall-protocol --example vectors`");
    }
}
