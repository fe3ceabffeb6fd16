//! An archive with a password: what came out of it stays readable, and the password is kept nowhere.

use super::rereading::{crc_of_next, crc32};
use crate::testing::{Desk, as_text};
use crate::view::import::{CommitImport, PreviewImport};
use crate::view::record::GetRecord;

const PASSWORD: &str = "as the vendor wrote it";

/// The older cipher of archives: APPNOTE 6.1.
struct Cipher([u32; 3]);

impl Cipher {
    fn new(password: &str) -> Self {
        let mut cipher = Self([0x1234_5678, 0x2345_6789, 0x3456_7890]);
        password.bytes().for_each(|byte| cipher.next(byte));
        cipher
    }

    fn next(&mut self, byte: u8) {
        let [a, b, c] = &mut self.0;
        *a = crc_of_next(*a, byte);
        *b = b.wrapping_add(*a & 0xFF).wrapping_mul(134_775_813).wrapping_add(1);
        *c = crc_of_next(*c, (*b >> 24) as u8);
    }

    fn seal(&mut self, plain: u8) -> u8 {
        let mask = (self.0[2] | 2) & 0xFFFF;
        let sealed = plain ^ (mask.wrapping_mul(mask ^ 1) >> 8) as u8;
        self.next(plain);
        sealed
    }
}

/// An archive of one text, not compressed.
fn locked(name: &str, text: &[u8]) -> Vec<u8> {
    let (mut cipher, crc) = (Cipher::new(PASSWORD), crc32(text));
    let start = [0; 11].into_iter().chain([(crc >> 24) as u8]);
    let sealed: Vec<u8> = start.chain(text.iter().copied()).map(|byte| cipher.seal(byte)).collect();
    let number = |n: usize| u32::try_from(n).expect("small").to_le_bytes();
    let mut head = vec![20, 0, 1, 0, 0, 0, 0, 0, 0x21, 0];
    head.extend([crc.to_le_bytes(), number(sealed.len()), number(text.len())].concat());
    head.extend([name.len() as u8, 0, 0, 0]);
    let mut archive = [b"PK\x03\x04", head.as_slice(), name.as_bytes(), &sealed].concat();
    let start = archive.len();
    archive.extend([b"PK\x01\x02\x14\x00", head.as_slice(), &[0; 14], name.as_bytes()].concat());
    let size = archive.len() - start;
    archive.extend([b"PK\x05\x06\0\0\0\0\x01\0\x01\0", number(size).as_slice(), &number(start), &[0, 0]].concat());
    archive
}

#[test]
fn a10_records_of_a_locked_archive_open_after_a_lock_and_say_why_their_row_is_not_there() {
    let desk = Desk::new();
    let flights = std::fs::read(desk.flights(3)).expect("our own file");
    let file = desk.file("locked.zip", locked("flights.csv", &flights));
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
