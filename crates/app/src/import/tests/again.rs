//! A file of which everything is here already: it is stored as what the preview found, and read again where that is no longer true.

use crate::testing::{Desk, as_text};
use crate::view::import::{CommitImport, FileOutcome, ListImports, Preview, PreviewImport, UndoImport};
use crate::view::record::GetRecord;

fn verdicts(desk: &Desk, preview: Preview) -> Vec<(u64, u64)> {
    let imported = desk.run(CommitImport { preview_id: preview.preview_id });
    assert!(imported.files.iter().all(|file| file.outcome == FileOutcome::Ready && file.import_id.is_some()));
    imported.imports.iter().rev().map(|import| (import.verdicts.new, import.verdicts.already_here)).collect()
}

#[test]
fn a_second_import_holds_every_record_when_the_first_is_taken_back() {
    let desk = Desk::new();
    let (first, second) = (desk.flights(700), desk.home().join("again.csv"));
    std::fs::copy(&first, &second).expect("our own folder");
    desk.import(&first, &[]);
    assert_eq!(verdicts(&desk, desk.look(&second, &[])), [(0, 700)]);
    let [mine, theirs] = [0, 1].map(|n| desk.run(ListImports {})[n].clone());
    assert_eq!((mine.records, &mine.period, &mine.sums), (theirs.records, &theirs.period, &theirs.sums));
    let undone = desk.run(UndoImport { import_id: theirs.import_id });
    assert_eq!((undone.removed, undone.handed_over), (0, 700));
    let found = desk.find("LX699");
    let record = desk.run(GetRecord { id: found[0].id });
    assert_eq!((found.len(), record.source.file_name.as_str(), record.source.row), (1, "again.csv", 701));
    assert!(record.source.cells.iter().any(|cell| cell.text == "LX699"), "{:?}", record.source);
    assert_eq!(desk.run(UndoImport { import_id: mine.import_id }).removed, 700);
}

#[test]
fn what_was_taken_back_since_the_preview_is_new() {
    let desk = Desk::new();
    let file = desk.flights(40);
    desk.import(&file, &[]);
    let preview = desk.look(&file, &[]);
    assert_eq!(preview.files[0].verdicts.already_here, 40);
    desk.run(UndoImport { import_id: desk.run(ListImports {})[0].import_id });
    assert_eq!(verdicts(&desk, preview), [(40, 0)]);
    assert_eq!(desk.find("").len(), 40);
}

#[test]
fn of_two_such_files_each_holds_its_records() {
    let desk = Desk::new();
    let (long, short) = (desk.flights(40), desk.flights(30));
    desk.import(&long, &[]);
    let paths = [&long, &short].map(|path| as_text(path)).to_vec();
    let preview = desk.run(PreviewImport { paths, answers: Vec::new(), password: None });
    assert_eq!(verdicts(&desk, preview), [(0, 40), (0, 30)]);
    for left in [40, 30, 0] {
        let oldest = desk.run(ListImports {}).pop().expect("one is left");
        desk.run(UndoImport { import_id: oldest.import_id });
        assert_eq!(desk.find("").len(), left);
    }
}
