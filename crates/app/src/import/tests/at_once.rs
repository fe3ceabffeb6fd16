//! What is stored without being shown first: the same as what is, read once.

use std::path::{Path, PathBuf};

use crate::Task;
use crate::import::commit::{meta, read_into, store_rows};
use crate::import::looked::{Looked, options};
use crate::testing::{Desk, as_text};
use crate::view::import::{FileOutcome, ImportAtOnce, Imported, ListImports, ListQuarantine, ListSimilar, UndoImport};
use crate::view::record::RecordRow;

const BANK: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In\n";

fn bank(rows: &[(&str, &str, &str)]) -> String {
    let line = |(day, name, amount): &(&str, &str, &str)| format!(",{day},07:15:00,Card payment,{name},,Food,{amount},EUR,,,,,,,,,\n");
    BANK.to_owned() + &rows.iter().map(line).collect::<String>()
}

fn request(files: &[&Path]) -> ImportAtOnce {
    ImportAtOnce { paths: files.iter().map(|file| as_text(file)).collect(), answers: Vec::new(), password: None }
}

fn sample(of: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors").join(of)).expect("a sample")
}

/// Everything of it but where the files lay.
fn told(imported: &Imported, desk: &Desk) -> String {
    serde_json::to_string_pretty(imported).expect("JSON").replace(&as_text(desk.home()), "")
}

fn kept(desk: &Desk) -> (Vec<RecordRow>, String, usize) {
    let aside = desk.run(ListQuarantine { import_id: None });
    let originals = std::fs::read_dir(desk.home().join("vault/blobs")).expect("a folder").count();
    (desk.find(""), serde_json::to_string(&(aside, desk.run(ListSimilar {}))).expect("JSON"), originals)
}

/// Imports files one after another, once shown and once at once.
fn both_ways(files: impl Fn(&Desk) -> Vec<PathBuf>) -> (Desk, Imported) {
    let (shown, at_once) = (Desk::new(), Desk::new());
    let (mut expected, mut last) = (String::new(), None);
    for (one, other) in files(&shown).iter().zip(files(&at_once)) {
        expected = told(&shown.import(one, &[]), &shown);
        last = Some(at_once.run(request(&[&other])));
    }
    let last = last.expect("there is a file");
    same_lines(&told(&last, &at_once), &expected);
    assert_eq!(kept(&at_once), kept(&shown));
    let undone = |desk: &Desk| serde_json::to_string(&desk.run(UndoImport { import_id: 1 })).expect("JSON");
    assert_eq!(undone(&at_once), undone(&shown));
    assert_eq!(kept(&at_once), kept(&shown));
    (at_once, last)
}

#[track_caller]
pub fn same_lines(whole: &str, expected: &str) {
    for (line, (told, expected)) in whole.lines().zip(expected.lines()).enumerate() {
        assert_eq!(told, expected, "line {line} of {whole}");
    }
    assert_eq!(whole.lines().count(), expected.lines().count(), "{whole}");
}

#[test]
fn rows_that_are_new_here_similar_and_not_understood_end_as_they_do_when_shown_first() {
    let (_, last) = both_ways(|desk| {
        let first = bank(&[("04/03/2025", "Corner Bakery", "-12.50"), ("05/03/2025", "Tram", "-2.00"), ("06/03/2025", "Tea", "much")]);
        let second =
            bank(&[("04/03/2025", "CARD 4411 CRNR BKRY", "-12.50"), ("05/03/2025", "Tram", "-2.00"), ("05/03/2025", "Tram", "-2.00")]);
        vec![desk.file("first.csv", first), desk.file("second.csv", second)]
    });
    let verdicts = &last.files[0].verdicts;
    assert_eq!((verdicts.new, verdicts.already_here, verdicts.similar), (1, 1, 1));
}

#[test]
fn a_file_of_which_everything_is_here_keeps_no_second_original() {
    let (desk, last) = both_ways(|desk| {
        let file = desk.flights(300);
        vec![file.clone(), file]
    });
    assert_eq!(last.files[0].verdicts.already_here, 300);
    assert_eq!((desk.find("").len(), desk.run(ListImports {}).len()), (300, 1), "the first was taken back, and handed them over");
}

#[test]
fn archives_of_one_vendor_of_several_and_with_an_entry_that_cannot_be_read() {
    let flights = |desk: &Desk, rows| std::fs::read(desk.flights(rows)).expect("our own folder");
    let (_, last) = both_ways(|desk| {
        let (long, short) = (flights(desk, 40), flights(desk, 30));
        vec![desk.archive("one.zip", None, &[("a.csv", &long), ("b.csv", &short), ("picture.png", b"\x89PNG\r\n\x1a\n")])]
    });
    assert_eq!(last.files.iter().map(|f| (f.verdicts.new, f.verdicts.already_here)).collect::<Vec<_>>(), [(40, 0), (0, 30), (0, 0)]);
    let (_, last) = both_ways(|desk| {
        let (diary, card) = (flights(desk, 40), bank(&[("04/03/2025", "Corner Bakery", "-12.50")]));
        vec![desk.archive("two.zip", None, &[("a.csv", &diary), ("b.csv", card.as_bytes())])]
    });
    assert_eq!(last.imports.len(), 2, "one for each vendor");
    let (_, last) = both_ways(|desk| {
        let mut history = sample("spotify/extended/sample.json");
        history.truncate(history.len() * 2 / 3);
        vec![desk.archive("three.zip", None, &[("a.json", &sample("spotify/extended/sample.json")), ("b.json", &history)])]
    });
    let outcomes: Vec<FileOutcome> = last.files.iter().map(|f| f.outcome).collect();
    assert_eq!(outcomes, [FileOutcome::Ready, FileOutcome::Failed], "what can be read is stored, as if it was shown");
}

#[test]
fn where_one_file_asks_nothing_is_stored_of_any() {
    let desk = Desk::new();
    let asks = desk.file("table.csv", "Date,Text,Amount\n03/04/2025,Tea,-1.00\n04/05/2025,Tram,-2.00\n");
    let imported = desk.run(request(&[&desk.flights(5), &asks]));
    assert_eq!(imported.files.iter().map(|f| f.outcome).collect::<Vec<_>>(), [FileOutcome::Ready, FileOutcome::Question]);
    assert!(imported.files[1].question.is_some() && imported.imports.is_empty());
    assert!(desk.run(ListImports {}).is_empty());
}

#[test]
fn of_several_files_one_that_cannot_be_read_holds_back_none() {
    let desk = Desk::new();
    let gone = desk.home().join("gone.csv");
    let imported = desk.run(request(&[&desk.flights(5), &gone, &desk.flights(9)]));
    let outcomes: Vec<FileOutcome> = imported.files.iter().map(|f| f.outcome).collect();
    assert_eq!(outcomes, [FileOutcome::Ready, FileOutcome::Failed, FileOutcome::Ready]);
    assert_eq!((imported.imports.len(), desk.find("").len()), (2, 9));
}

#[test]
fn cancelled_in_its_middle_nothing_of_the_file_stays() {
    let desk = Desk::new();
    let file = desk.flights(20_000);
    let task = Task::silent();
    let stopping = task.clone();
    let watched = Task::reporting(move |progress| {
        if progress.phase == "reading" && progress.done > 0 {
            stopping.cancel();
        }
    });
    // The one that is watched is the one that is stopped.
    let stop = watched.clone();
    let error = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !task.is_cancelled() {
                std::thread::yield_now();
            }
            stop.cancel();
        });
        desk.app.run(request(&[&file]), &watched).expect_err("it was cancelled")
    });
    assert_eq!(error.code, "cancelled");
    assert!(desk.run(ListImports {}).is_empty() && desk.find("").is_empty());
    assert_eq!(std::fs::read_dir(desk.home().join("vault/blobs")).expect("a folder").count(), 0, "no original of what was cancelled");
}

#[test]
fn a_file_that_changes_while_the_rest_of_it_is_kept_is_not_stored() {
    let desk = Desk::new();
    let (vault, task) = (desk.app.vault().expect("is open"), Task::silent());
    let options = options(Vec::new(), None, Some(&vault)).expect("none");
    let file = Looked::at(&desk.flights(40), &options, &task).expect("is read");
    let plans: Vec<_> = file.plans().collect();
    let tx = vault.begin_import(meta(&file.source, &plans, &plans[0].vendor)).expect("begins");
    // Rows are often read before the last byte of their file was kept: of an archive with pictures, long before.
    let error = store_rows(&vault, (&file.path, &file.source), tx, &task, |sink| {
        let note = read_into(&file.source, file.plans(), &options, &Default::default(), sink, &task)?;
        desk.flights(41);
        std::fs::rename(desk.home().join("flights-41.csv"), &file.path).expect("our own folder");
        Ok(note)
    });
    assert_eq!(error.expect_err("it is another file by now").code, "file-unreadable");
    assert!(desk.run(ListImports {}).is_empty() && desk.find("").is_empty());
    assert_eq!(std::fs::read_dir(desk.home().join("vault/blobs")).expect("a folder").count(), 0);
}
