//! Files that a vendor changed: told in a sentence, and described without anything that is in them.

#[path = "../src/testing.rs"]
mod testing;

use holdall_app::view::import::{CommitImport, DescribeLayout};
use holdall_app::view::support::SaveSupport;
use testing::Desk;

const MONZO: &str = "Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags";
const ROW: &str = "tx_00007Kanarie,04/03/2025,07:15:00,Kanarienzahlung,Vogelhaus Kanarie,🐤,Haustier,-12.57,GBP,-12.57,GBP,Für Hansi";
/// Everything a row says; none of it may leave.
const CANARIES: &[&str] =
    &["anarie", "Vogelhaus", "Hansi", "Haustier", "04/03", "2025", "12.57", "tx_0000", "🐤", "Goldstufe", "7788", "nora", "secret"];

fn nothing_of_the_person(text: &str) {
    for canary in CANARIES {
        assert!(!text.to_lowercase().contains(&canary.to_lowercase()), "{canary} is in:\n{text}");
    }
}

#[test]
fn b14_new_columns_are_kept_told_and_described_without_a_value() {
    let desk = Desk::new();
    let preview =
        desk.look(&desk.file("MonzoDataExport_Nora_2025.csv", format!("{MONZO},Loyalty tier,Konto 7788\n{ROW},Goldstufe,x\n")), &[]);
    assert_eq!(preview.drift.as_ref().map(|d| d.text.as_str()), Some("2 new columns kept, nothing dropped"));
    let described = desk.run(DescribeLayout { preview_id: Some(preview.preview_id.clone()), import_ids: Vec::new() }).text;
    for told in ["monzo/account", "Loyalty tier (new): Aaaa", "Aaaa 9999 (new, heading masked): a", "99/99/9999", "-99.99", "Holdall 0."] {
        assert!(described.contains(told), "{told} is missing:\n{described}");
    }
    nothing_of_the_person(&described);

    let imported = desk.run(CommitImport { preview_id: preview.preview_id });
    assert_eq!(imported.drift, preview.drift);
    let again = desk.run(DescribeLayout { preview_id: None, import_ids: imported.imports.iter().map(|i| i.import_id).collect() }).text;
    assert_eq!(again, described, "the kept original gives the same");

    let file = desk.home().join("layout.txt").display().to_string();
    desk.run(SaveSupport { file: file.clone(), text: described.clone() });
    assert_eq!(std::fs::read_to_string(&file).expect("the file"), described);
    assert_eq!(desk.fails(SaveSupport { file, text: described }).code, "cannot-write", "nothing is ever overwritten");
}

#[test]
fn unknown_files_in_a_known_archive_are_counted_and_described_without_a_value() {
    let desk = Desk::without_vault();
    let account = format!("{MONZO}\n{ROW}\n");
    let chats = r#"[{"from":"Nora","text":"secret one"},{"from":"Hansi","text":"Vogelhaus"},{"from":"Nora","text":"x"}]"#;
    let files: &[(&str, &[u8])] = &[
        ("Orders Nora/MonzoDataExport_1.csv", account.as_bytes()),
        ("Nora Kanarie/chats.json", chats.as_bytes()),
        ("Hansi.txt", "Lieber Hansi, das ist secret.\nDeine Nora\n".as_bytes()),
    ];
    let preview = desk.look(&desk.archive("Nora Kanarie.zip", None, files), &[]);
    assert_eq!(preview.drift.map(|d| d.text).as_deref(), Some("2 of 3 files not understood, nothing dropped"));
    let described = desk.run(DescribeLayout { preview_id: Some(preview.preview_id), import_ids: Vec::new() }).text;
    assert!(described.contains("Aaaa Aaaa.zip (3 files in it)") && described.contains("Aaaa Aaaa/aaaa.json: json, UTF-8"), "{described}");
    assert!(described.contains("1 from: Aaaa") && described.contains("2 text: "), "{described}");
    nothing_of_the_person(&described);
}

#[test]
fn a_layout_that_lost_a_column_is_named_and_no_drift_is_told_of_one_that_is_known() {
    let desk = Desk::without_vault();
    let known = desk.look(&desk.file("MonzoDataExport_1.csv", format!("{MONZO}\n{ROW}\n")), &[]);
    assert_eq!(known.drift, None);
    let changed = desk.look(&desk.file("MonzoDataExport_2.csv", format!("{}\n{ROW}\n", MONZO.replace("Category", "Sort"))), &[]);
    assert!(changed.drift.expect("drift").text.starts_with("1 known column missing"));
    let told: Vec<&str> = changed.files[0].diagnostics.iter().map(|d| d.text.as_str()).collect();
    assert!(told.iter().any(|text| text.contains("looks like Monzo: Account, but 1 column is missing (category)")), "{told:?}");
}
