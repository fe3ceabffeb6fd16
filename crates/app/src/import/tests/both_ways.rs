//! Every sample there is, shown first and stored at once: two vaults that end with the same.

use std::io::{Cursor, Write as _};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use holdall_vault::{Query, Vault};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::at_once::same_lines;
use crate::testing::{Desk, as_text};
use crate::view::import::{Answer, CommitImport, DecideSimilar, ImportAtOnce, Imported, ListSimilar, PreviewImport, UndoImport};
use crate::{AppError, Task};

/// A layout that must ask is answered as most files of it are.
const ANSWERS: [(&str, &str); 3] = [("sign", "inverted"), ("date-order", "dmy"), ("person", "Anna")];

fn folders(of: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(of).expect("a folder").map(|entry| entry.expect("reads").path()).collect();
    found.retain(|path| path.is_dir());
    found.sort();
    found
}

/// The samples of each vendor, by the names that the vendor would give them.
fn samples() -> Vec<Vec<(String, Vec<u8>)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors");
    folders(&root).iter().map(|vendor| folders(vendor).iter().flat_map(|export| samples_of(export)).collect()).collect()
}

fn samples_of(export: &Path) -> Vec<(String, Vec<u8>)> {
    let definition = std::fs::read_to_string(export.join("export.toml")).unwrap_or_default();
    let pattern = definition.lines().find_map(|line| Some(line.strip_prefix("files = [\"")?.split_once('"')?.0.replace('*', "1")));
    let mut found: Vec<PathBuf> = std::fs::read_dir(export).expect("a folder").map(|entry| entry.expect("reads").path()).collect();
    found.retain(|path| as_text(path).contains("/sample.") && path.extension().is_some_and(|of| of != "expected"));
    let name = |path: &Path| pattern.clone().unwrap_or_else(|| path.file_name().map(|n| n.to_string_lossy().into_owned()).expect("a name"));
    found.iter().map(|path| (name(path), std::fs::read(path).expect("a sample"))).collect()
}

/// Entries of one name stand in folders of their own.
fn archive<'a>(files: impl Iterator<Item = &'a (String, Vec<u8>)>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (number, (name, bytes)) in files.enumerate() {
        archive.start_file(format!("{number}/{name}"), SimpleFileOptions::default()).expect("in memory");
        archive.write_all(bytes).expect("in memory");
    }
    archive.finish().expect("in memory").into_inner()
}

/// A desk at which files are shown first, and one at which they are stored at once.
struct Both {
    shown: Desk,
    at_once: Desk,
}

impl Both {
    fn new() -> Self {
        Self { shown: Desk::new(), at_once: Desk::new() }
    }

    /// Imports a file both ways, and compares what was told.
    fn import(&self, name: &str, bytes: &[u8]) {
        let answers = || ANSWERS.map(|(id, value)| Answer { id: id.to_owned(), value: value.to_owned() }).to_vec();
        let [first, second] = [&self.shown, &self.at_once].map(|desk| vec![as_text(&desk.file(name, bytes))]);
        let (task, [shown, at_once]) = (Task::silent(), [&self.shown.app, &self.at_once.app]);
        let (expected, told) = std::thread::scope(|scope| {
            let told = scope.spawn(|| at_once.run(ImportAtOnce { paths: second, answers: answers(), password: None }, &task));
            let preview = shown.run(PreviewImport { paths: first, answers: answers(), password: None }, &task);
            let expected = preview.and_then(|preview| shown.run(CommitImport { preview_id: preview.preview_id }, &task));
            (expected, told.join().expect("no panic"))
        });
        same_lines(&lines(name, &told, &self.at_once), &lines(name, &expected, &self.shown));
    }

    /// Says of every other similar pair that it is one thing.
    fn decide(&self) {
        let pairs = self.shown.run(ListSimilar {}).pairs;
        assert!(pairs.len() > 20, "{}", pairs.len());
        for (number, pair) in pairs.iter().enumerate() {
            for desk in [&self.shown, &self.at_once] {
                desk.run(DecideSimilar { other_ids: vec![pair.other.id], same: number % 2 == 0 });
            }
        }
    }

    fn undo(&self, import_id: i64) {
        let [first, second] = [&self.shown, &self.at_once].map(|desk| {
            let undone = desk.run(UndoImport { import_id });
            (undone.removed, undone.handed_over, undone.restored)
        });
        assert_eq!(first, second, "import {import_id}");
    }

    /// Compares everything that the two vaults hold.
    fn same(&self, when: &str) {
        let [first, second] = [&self.shown, &self.at_once].map(held);
        for (first, second) in first.iter().zip(&second) {
            assert_eq!(first, second, "{when}");
        }
        assert_eq!(first.len(), second.len(), "{when}");
    }
}

/// What was told, but where the files lay.
fn lines(name: &str, told: &Result<Imported, AppError>, desk: &Desk) -> String {
    let told = match told {
        Ok(imported) => serde_json::to_string_pretty(imported).expect("JSON"),
        Err(error) => format!("{error:?}"),
    };
    format!("{name}\n{}", told.replace(&as_text(desk.home()), ""))
}

fn held(desk: &Desk) -> Vec<String> {
    let vault = desk.app.vault().expect("is open");
    let vault: &Vault = &vault;
    let mut all = Vec::new();
    vault
        .visit(&Query::default(), &Task::silent(), |record| {
            let earlier = vault.earlier_versions(record.id).expect("reads");
            all.push(format!("{record:?} {earlier:?}"));
            ControlFlow::Continue(())
        })
        .expect("reads");
    all.extend(vault.imports().expect("reads").iter().map(|import| format!("{import:?}")));
    let mut after = 0;
    loop {
        let aside = vault.quarantine(None, after, 1000).expect("reads");
        let Some(last) = aside.last() else { break };
        after = last.number;
        all.extend(
            aside.iter().map(|row| format!("{} {:?} {:?} {:?}", row.import.0, row.row.locator, row.row.reason, row.row.raw.reveal())),
        );
    }
    all.push(format!("{:?} {:?}", vault.undecided(1000).expect("reads"), vault.vendors().expect("reads")));
    all.push(format!("{:?}", vault.months(None).expect("reads")));
    let acts = vault.audit(0, 100_000).expect("reads");
    all.extend(acts.iter().filter(|act| act.number > 1).map(|act| format!("{act:?}")));
    assert_eq!(vault.verify_audit(&Task::silent()).expect("reads").damage, None);
    let originals = std::fs::read_dir(desk.home().join("vault/blobs")).expect("a folder").count();
    all.push(format!("{originals} originals"));
    all
}

/// A later export of the same as a vendor might tell it: some rows twice, some with another last digit, some cut off.
fn told_otherwise(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for (number, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let mut line = line.to_vec();
        match number % 6 {
            2 => out.extend_from_slice(&line),
            3 => line
                .iter_mut()
                .rev()
                .find(|byte| byte.is_ascii_digit())
                .into_iter()
                .for_each(|digit| *digit = b'0' + (*digit - b'0' + 1) % 10),
            5 => line.drain(line.len() / 2..line.len().saturating_sub(1)).for_each(drop),
            _ => {}
        }
        out.extend_from_slice(&line);
    }
    out
}

#[test]
fn every_sample_ends_as_it_does_when_it_is_shown_first() {
    let both = Both::new();
    let vendors = samples();
    let each = || vendors.iter().flatten();
    assert!(each().count() > 200, "{}", each().count());
    for (name, bytes) in each() {
        both.import(name, bytes);
    }
    both.same("each by itself");
    for (name, bytes) in each() {
        both.import(name, &told_otherwise(bytes));
    }
    both.decide();
    both.same("told otherwise");
    // Taken back, so that what others tell as well is handed over, and some is new again.
    for import in [2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233] {
        both.undo(import);
    }
    for samples in vendors.iter().filter(|samples| samples.len() > 1) {
        both.import("vendor.zip", &archive(samples.iter()));
    }
    both.same("all of a vendor together");
    both.import("everything.zip", &archive(each()));
    both.same("everything together");
}
