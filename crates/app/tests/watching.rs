//! A watched folder: a new export is offered once it is whole, and nothing is imported by itself.

#[path = "../src/testing.rs"]
mod testing;

use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

use holdall_app::view::audit::ListAudit;
use holdall_app::view::home::GetHome;
use holdall_app::view::import::{CommitImport, PreviewImport};
use holdall_app::view::support::PreviewSupport;
use holdall_app::view::watch::{DeclineExport, FoundExport, FoundExports, GetWatch, LookInFolder, SetWatch};
use testing::Desk;

const MONZO: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags\n";
const ROWS: &str =
    "ID-1,04/03/2025,07:15:00,Card payment,Bakery,,Food,-12.50,EUR,,,x\nID-2,05/03/2025,07:15:00,Card payment,Bakery,,Food,-3.50,EUR,,,x\n";

fn downloads(desk: &Desk) -> PathBuf {
    let folder = desk.home().join("Downloads");
    std::fs::create_dir_all(&folder).expect("our own folder");
    folder
}

fn look(desk: &Desk) -> FoundExports {
    desk.run(LookInFolder::default())
}

/// Systems stamp files by a coarser clock than the one that tells since when the folder is watched.
fn came_later(file: &File) {
    file.set_modified(std::time::SystemTime::now() + std::time::Duration::from_secs(1)).expect("our own file");
}

/// What is found after a file has stood still for long enough.
fn look_again(desk: &Desk) -> Vec<FoundExport> {
    look(desk);
    desk.pass(5_000);
    look(desk).offers
}

#[test]
fn b15_a_half_copied_export_is_not_offered_and_the_whole_one_is() {
    let desk = Desk::today();
    let folder = downloads(&desk);
    std::fs::write(folder.join("MonzoDataExport_0.csv"), format!("{MONZO}{ROWS}")).expect("it lay there before");
    // By more than the millisecond that both clocks count in, and less than later files come later.
    desk.pass(500);
    assert_eq!(desk.run(GetWatch {}).folder, None, "nothing is watched unless the person wants it");
    assert_eq!(look(&desk), FoundExports::default());
    desk.run(SetWatch { folder: Some(folder.display().to_string()) });

    let mut file = File::create(folder.join("MonzoDataExport_1.csv")).expect("our own folder");
    let text = format!("{MONZO}{ROWS}");
    let (first, second) = text.split_at(text.len() - 40);
    for piece in first.as_bytes().chunks(30) {
        file.write_all(piece).and_then(|()| file.sync_all()).expect("our own file");
        came_later(&file);
        desk.pass(10_000);
        assert_eq!(look(&desk), FoundExports { offers: Vec::new(), waiting: 1 }, "it grew since the last look, however long ago that was");
    }
    desk.pass(2_000);
    assert_eq!(look(&desk).waiting, 1, "two seconds are no time to stand still");
    file.write_all(second.as_bytes()).and_then(|()| file.sync_all()).expect("our own file");
    came_later(&file);
    let offers = look_again(&desk);
    let [offer] = &offers[..] else { panic!("{offers:?}") };
    assert_eq!(
        (offer.vendor.slug.as_str(), offer.file_name.as_str(), offer.folder.as_str()),
        ("monzo", "MonzoDataExport_1.csv", "Downloads")
    );
    assert_eq!(desk.run(GetHome {}).records, 0, "nothing is imported by itself");

    let preview = desk.run(PreviewImport { paths: vec![offer.path.clone()], answers: Vec::new(), password: None });
    assert_eq!(preview.files[0].records, 2);
    desk.run(CommitImport { preview_id: preview.preview_id });
    assert_eq!(look(&desk).offers, [], "what is imported is offered no more");
}

#[test]
fn a_declined_file_is_never_offered_again_and_nothing_but_its_hash_is_kept() {
    let desk = Desk::today();
    let folder = downloads(&desk);
    desk.run(SetWatch { folder: Some(folder.display().to_string()) });
    let path = folder.join("MonzoDataExport_1.csv");
    std::fs::write(&path, format!("{MONZO}{ROWS}")).expect("our own folder");
    came_later(&File::options().write(true).open(&path).expect("our own file"));
    std::fs::write(folder.join("letter.txt"), "Dear Nora, this is nothing of a vendor.").expect("our own folder");
    std::fs::write(folder.join("table.csv"), "Date,Text,Amount\n2025-01-02,A,-3.50\n").expect("our own folder");
    let offers = look_again(&desk);
    assert_eq!(offers.len(), 1, "an unknown table is no export of a known vendor: {offers:?}");
    desk.run(DeclineExport { path: offers[0].path.clone() });
    assert_eq!(look(&desk).offers, []);
    // The same content under another name, and after a new start.
    std::fs::rename(&path, folder.join("MonzoDataExport_2.csv")).expect("our own folder");
    desk.app.close();
    desk.unlock();
    assert_eq!(look_again(&desk), []);
    desk.run(DeclineExport { path: path.display().to_string() });
    let log: Vec<String> = desk.run(ListAudit {}).entries.into_iter().map(|entry| entry.text).collect();
    let support = desk.run(PreviewSupport {}).text;
    for told in [log.join("\n"), support] {
        assert!(!told.contains("Monzo") && !told.contains("Downloads"), "{told}");
    }
    assert_eq!(desk.run(SetWatch { folder: None }).folder, None);
    assert_eq!(look(&desk), FoundExports::default());
    assert_eq!(desk.fails(SetWatch { folder: Some(folder.join("gone").display().to_string()) }).code, "bad-request");
}
