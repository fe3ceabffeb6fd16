//! Trials of group B that need the whole app (docs/trials.md).

use std::sync::atomic::{AtomicBool, Ordering};

use crate::testing::{Desk, as_text};
use crate::view::import::{CommitImport, FileOutcome, ListImports, PreviewImport};
use crate::view::vault::UnlockVault;
use crate::{App, Config, Task};

/// Breaks the reader once, in the middle of the first file that is read.
fn breaking() -> Task {
    let broke = AtomicBool::new(false);
    Task::reporting(move |progress| {
        if progress.phase == "reading" && !broke.swap(true, Ordering::Relaxed) {
            panic!("the reader breaks");
        }
    })
}

#[test]
fn b10_a_reader_that_breaks_costs_its_own_file_alone_and_the_app_goes_on() {
    let desk = Desk::new();
    let paths = vec![as_text(&desk.flights(5)), as_text(&desk.flights(9))];
    let request = || PreviewImport { paths: paths.clone(), answers: Vec::new(), password: None };
    let preview = desk.app.run(request(), &breaking()).expect("the others go on");
    let outcomes: Vec<FileOutcome> = preview.files.iter().map(|f| f.outcome).collect();
    assert_eq!(outcomes, [FileOutcome::Failed, FileOutcome::Ready]);
    assert!(preview.files[0].diagnostics[0].text.contains("Nothing of it was stored"));

    // The same while it is stored: nothing of the file stays, and the vault is free for the next.
    let preview_id = desk.run(request()).preview_id;
    let error = desk.app.run(CommitImport { preview_id }, &breaking()).expect_err("the first file broke");
    assert_eq!(error.code, "failed");
    assert!(desk.run(ListImports {}).is_empty() && desk.find("").is_empty());
    assert_eq!(desk.import(&desk.flights(9), &[]).files[0].verdicts.new, 9);
    assert_eq!(std::fs::read_dir(desk.home().join("vault/blobs")).expect("a folder").count(), 1, "no original of what broke");
}

#[test]
fn b12_two_imports_at_once_are_stored_one_after_the_other() {
    let desk = Desk::new();
    let previews = [desk.look(&desk.flights(300), &[]).preview_id, desk.look(&desk.flights(200), &[]).preview_id];
    std::thread::scope(|scope| {
        let storing = previews.map(|preview_id| scope.spawn(|| desk.app.run(CommitImport { preview_id }, &Task::silent())));
        for stored in storing {
            stored.join().expect("no panic").expect("stored");
        }
    });
    // The smaller diary is the beginning of the larger one: whichever came second found it here, or was found.
    assert_eq!(desk.find("").len(), 300);
    assert_eq!(desk.run(ListImports {}).len(), 2);
}

#[test]
fn b12_another_program_is_told_that_the_vault_is_in_use() {
    let desk = Desk::new();
    let second = App::open(Config {
        vault_dir: desk.home().join("vault"),
        settings_file: desk.home().join("other.json"),
        log_file: None,
        key_file: Some(desk.home().join("key")),
        development: true,
    })
    .expect("starts");
    let error = second.run(UnlockVault::default(), &Task::silent()).expect_err("it is open already");
    assert_eq!(error.code, "vault-in-use");
    let diary = desk.flights(3);
    desk.import(&diary, &[]);
    desk.app.close();
    second.run(UnlockVault::default(), &Task::silent()).expect("it is free");
    let paths = vec![as_text(&diary)];
    let preview = second.run(PreviewImport { paths, answers: Vec::new(), password: None }, &Task::silent()).expect("reads");
    assert_eq!(preview.files[0].verdicts.already_here, 3);
}

#[test]
fn b05_after_an_undo_the_same_file_is_all_new() {
    let desk = Desk::new();
    let file = desk.flights(40);
    let stored = desk.import(&file, &[]);
    let first = desk.find("");
    desk.run(crate::view::import::UndoImport { import_id: stored.imports[0].import_id });
    assert!(desk.find("").is_empty());
    let again = desk.import(&file, &[]);
    assert_eq!(again.files[0].verdicts.new, 40);
    assert_eq!(desk.find(""), first, "the same records under the same numbers");
}
