//! Kinds of files that hold no text to read, told by their content. The name never counts.

use crate::error::{At, ImportError};
use crate::format::spreadsheet::OLE;

/// A kind that is not opened, and what a person can do instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Closed {
    pub kind: &'static str,
    pub advice: &'static str,
}

impl Closed {
    pub(crate) fn error(self, at: At) -> ImportError {
        ImportError::UnsupportedContainer { at, kind: self.kind, advice: self.advice }
    }
}

const UNPACK: &str = "Unpack it first, then import what was inside.";
const PICTURE: &str = "A picture holds no rows that could be kept. If it shows a statement, ask the vendor for CSV instead.";
const SPREADSHEET: &str = "Open it in a spreadsheet program, save it as .xlsx or CSV, and import that.";
pub(crate) const LOCKED_EXCEL: Closed = Closed {
    kind: "Excel workbook that is locked with a password",
    advice: "Open it in a spreadsheet program, save it without its password, and import that.",
};
pub(crate) const OLD_EXCEL: Closed = Closed { kind: "Excel workbook of the first versions", advice: SPREADSHEET };
pub(crate) const NO_CHARSET: Closed = Closed { kind: "old Excel workbook that does not say in which charset it is", advice: SPREADSHEET };
pub(crate) const NO_WORKBOOK: Closed =
    Closed { kind: "old Office document that is no workbook", advice: "Ask the vendor for CSV or Excel instead." };
pub(crate) const BINARY_EXCEL: Closed = Closed { kind: "binary Excel workbook (.xlsb)", advice: SPREADSHEET };
pub(crate) const WORD: Closed = Closed { kind: "Word document", advice: "Ask the vendor for CSV or Excel instead." };
pub(crate) const ODDLY_PACKED: Closed = Closed { kind: "ZIP with a rare way of packing", advice: UNPACK };
const SOUND: &str = "Sound and film hold no rows that could be kept.";

/// Bytes, where they stand, what they mean.
const KINDS: &[(usize, &[u8], Closed)] = &[
    (0, b"\x1f\x8b", Closed { kind: "gzip", advice: UNPACK }),
    (0, b"\x28\xb5\x2f\xfd", Closed { kind: "Zstandard", advice: UNPACK }),
    (0, b"BZh", Closed { kind: "bzip2", advice: UNPACK }),
    (0, b"\xfd7zXZ\0", Closed { kind: "xz", advice: UNPACK }),
    (0, b"7z\xbc\xaf\x27\x1c", Closed { kind: "7-Zip", advice: UNPACK }),
    (0, b"Rar!\x1a\x07", Closed { kind: "RAR", advice: UNPACK }),
    (257, b"ustar", Closed { kind: "tar", advice: UNPACK }),
    (0, b"%PDF-", Closed { kind: "PDF", advice: "Ask the vendor for CSV, OFX or Excel instead: a PDF is made for printing." }),
    // One that is a file of its own is looked into.
    (0, OLE, Closed { kind: "old Excel workbook, or another Office document", advice: UNPACK }),
    // Excel's records without the container that later versions put them in.
    (0, b"\x09\x00\x04\x00", OLD_EXCEL),
    (0, b"\x09\x02\x06\x00", OLD_EXCEL),
    (0, b"\x09\x04\x06\x00", OLD_EXCEL),
    (0, b"\x09\x08\x08\x00", OLD_EXCEL),
    (0, b"\x09\x08\x10\x00", OLD_EXCEL),
    (0, b"SQLite f", Closed { kind: "SQLite database", advice: "Ask the program it belongs to for an export as CSV." }),
    (0, b"\x89PNG", Closed { kind: "picture", advice: PICTURE }),
    (0, b"\xff\xd8\xff", Closed { kind: "picture", advice: PICTURE }),
    (0, b"GIF8", Closed { kind: "picture", advice: PICTURE }),
    (0, b"II*\0", Closed { kind: "picture", advice: PICTURE }),
    (0, b"MM\0*", Closed { kind: "picture", advice: PICTURE }),
    (8, b"WEBP", Closed { kind: "picture", advice: PICTURE }),
    (4, b"ftyphei", Closed { kind: "picture", advice: PICTURE }),
    (4, b"ftypmif1", Closed { kind: "picture", advice: PICTURE }),
    (4, b"ftypavif", Closed { kind: "picture", advice: PICTURE }),
    (4, b"ftyp", Closed { kind: "film", advice: SOUND }),
    (0, b"ID3", Closed { kind: "sound", advice: SOUND }),
    (0, b"OggS", Closed { kind: "sound", advice: SOUND }),
    (0, b"fLaC", Closed { kind: "sound", advice: SOUND }),
];

/// Bytes in which a drawing shows itself.
const MAGIC_BYTES: usize = 512;

/// Names a kind that is not opened, by its first bytes.
pub(crate) fn closed(start: &[u8]) -> Option<Closed> {
    let found = KINDS.iter().find(|(at, magic, _)| start.get(*at..).is_some_and(|rest| rest.starts_with(magic)));
    found.map(|(_, _, closed)| *closed).or_else(|| drawing(start))
}

/// A drawing is XML that may hold scripts and links; it is no data either.
fn drawing(start: &[u8]) -> Option<Closed> {
    let start = &start[..start.len().min(MAGIC_BYTES)];
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start).trim_ascii_start();
    let is_one = start.starts_with(b"<") && memchr::memmem::find(start, b"<svg").is_some();
    is_one.then_some(Closed { kind: "picture", advice: PICTURE })
}
