//! An archive with a password: what came out of it stays readable, and the password is kept nowhere.

use crate::testing::{Desk, as_text};
use crate::view::import::{CommitImport, PreviewImport};
use crate::view::record::GetRecord;

const PASSWORD: &str = "as the vendor wrote it";

#[test]
fn a10_records_of_a_locked_archive_open_after_a_lock_and_say_why_their_row_is_not_there() {
    let desk = Desk::new();
    let flights = std::fs::read(desk.flights(3)).expect("our own file");
    let file = desk.archive("locked.zip", Some(PASSWORD), &[("flights.csv", &flights)]);
    let request =
        |password: Option<&str>| PreviewImport { paths: vec![as_text(&file)], answers: Vec::new(), password: password.map(str::to_owned) };
    assert_eq!(desk.fails(request(None)).code, "password-needed");
    let preview_id = desk.run(request(Some(PASSWORD))).preview_id;
    desk.run(CommitImport { preview_id });

    let shown = || {
        let found = desk.find("");
        assert_eq!(found.len(), 3);
        desk.run(GetRecord { id: found[0].id })
    };
    let before = shown();
    desk.app.close();
    desk.unlock();
    let after = shown();
    assert_eq!(after, before);
    assert!(!after.fields.is_empty() && after.source.row > 0, "{after:?}");
    assert!(after.source.note.as_deref().is_some_and(|note| note.contains("password")), "{:?}", after.source);
    assert!(after.source.cells.is_empty() && after.source.raw.is_none());
}

#[test]
fn a_record_whose_original_is_gone_opens_all_the_same() {
    let desk = Desk::new();
    desk.import(&desk.flights(3), &[]);
    let blobs = std::fs::read_dir(desk.home().join("vault/blobs")).expect("there");
    blobs.flatten().for_each(|blob| std::fs::remove_file(blob.path()).expect("our own file"));
    let shown = desk.run(GetRecord { id: desk.find("")[0].id });
    assert!(!shown.fields.is_empty());
    let note = shown.source.note.expect("it says why");
    assert!(note.starts_with("The row itself cannot be shown.") && note.len() > 40, "{note}");
}
