//! Files that a vendor changed: told in a sentence, and described without anything that is in them.

#[path = "../src/testing.rs"]
mod testing;

use std::io::Write as _;

use holdall_app::view::import::{CommitImport, DescribeLayout, PreviewImport};
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
    let mut zip = Zip::default();
    zip.add("Orders Nora/MonzoDataExport_1.csv", &format!("{MONZO}\n{ROW}\n"));
    zip.add(
        "Nora Kanarie/chats.json",
        r#"[{"from":"Nora","text":"secret one"},{"from":"Hansi","text":"Vogelhaus"},{"from":"Nora","text":"x"}]"#,
    );
    zip.add("Hansi.txt", "Lieber Hansi, das ist secret.\nDeine Nora\n");
    let desk = Desk::without_vault();
    let path = desk.file("Nora Kanarie.zip", zip.finish()).display().to_string();
    let preview = desk.run(PreviewImport { paths: vec![path], answers: Vec::new(), password: None });
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

/// An archive of stored files: what a vendor's zip is made of.
#[derive(Default)]
struct Zip {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

impl Zip {
    fn add(&mut self, name: &str, text: &str) {
        let (offset, crc, size) = (self.bytes.len() as u32, crc32(text.as_bytes()), text.len() as u32);
        let mut head = Vec::new();
        for part in [20_u16, 0x0800, 0, 0, 0x21] {
            head.extend(part.to_le_bytes());
        }
        for part in [crc, size, size] {
            head.extend(part.to_le_bytes());
        }
        head.extend((name.len() as u16).to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&head);
        self.bytes.write_all(name.as_bytes()).and_then(|()| self.bytes.write_all(text.as_bytes())).expect("memory");
        self.directory.extend(b"PK\x01\x02\x14\x00");
        self.directory.extend(&head);
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries += 1;
    }

    fn finish(mut self) -> Vec<u8> {
        let (offset, size) = (self.bytes.len() as u32, self.directory.len() as u32);
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend([self.entries.to_le_bytes(), self.entries.to_le_bytes()].concat());
        self.bytes.extend(size.to_le_bytes());
        self.bytes.extend(offset.to_le_bytes());
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 })
    })
}
