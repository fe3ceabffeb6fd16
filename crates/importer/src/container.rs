//! Plain file or archive to entries. Nothing is ever unpacked to disk, and an entry's name is a label, never a path.

use std::io::{self, Read};

use self_cell::{MutBorrow, self_cell};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::error::{At, ImportError};
use crate::format::spreadsheet::{self, Workbook};
use crate::input::{Open, into_io};
use crate::limits::{HEAD_BYTES, Limits};
use crate::source::{ReadSeek, Source};

/// A password for an archive, kept out of logs.
pub type Password = holdall_model::Redacted<String>;

type Archive = ZipArchive<Box<dyn ReadSeek>>;

/// An opened file: its entries, in archive order. A plain file is one entry with an empty label.
pub(crate) struct Container<'s> {
    source: &'s Source,
    limits: Limits,
    password: Option<&'s Password>,
    zip: bool,
    /// Of a workbook: its sheets as delimited text, in the order of the entries.
    sheets: Vec<Vec<u8>>,
    pub entries: Vec<Entry>,
}

pub(crate) struct Entry {
    /// Position in the archive; 0 for a plain file.
    pub index: u32,
    /// The name inside the archive; empty for a plain file.
    pub label: String,
    /// Bytes it says it has.
    pub size: u64,
    packed: u64,
    /// Why it is not looked at, if so.
    pub ignored: Option<&'static str>,
}

impl<'s> Container<'s> {
    pub fn open(source: &'s Source, limits: Limits, password: Option<&'s Password>) -> Result<Self, ImportError> {
        source.check_size(&limits)?;
        let mut start = [0; 8];
        let n = read_full(&mut source.open()?, &mut start).map_err(|e| crate::input::from_io(e, source.at()))?;
        let start = &start[..n];
        if let Some(kind) = unsupported(start) {
            return Err(ImportError::UnsupportedContainer { at: source.at(), kind });
        }
        let mut container = Self {
            source,
            limits,
            password,
            zip: start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06"),
            sheets: Vec::new(),
            entries: Vec::new(),
        };
        if container.zip {
            container.entries = container.list()?;
            container.open_workbook()?;
        } else {
            container.entries = vec![Entry { index: 0, label: String::new(), size: source.size(), packed: source.size(), ignored: None }];
        }
        Ok(container)
    }

    pub fn is_archive(&self) -> bool {
        self.zip
    }

    fn at(&self) -> At {
        self.source.at()
    }

    pub fn entry_at(&self, entry: &Entry) -> At {
        At { entry: entry.label.clone(), ..self.at() }
    }

    fn archive(&self) -> Result<Archive, ImportError> {
        ZipArchive::new(self.source.open()?).map_err(|e| self.broken(e, self.at()))
    }

    fn broken(&self, error: ZipError, at: At) -> ImportError {
        match error {
            ZipError::Io(source) if source.kind() != io::ErrorKind::UnexpectedEof && source.kind() != io::ErrorKind::InvalidData => {
                ImportError::Read { at, source }
            }
            ZipError::InvalidPassword => ImportError::WrongPassword { at },
            ZipError::UnsupportedArchive(why) if why.contains("assword") => ImportError::PasswordNeeded { at },
            other => ImportError::Archive { at, reason: other.to_string() },
        }
    }

    fn list(&self) -> Result<Vec<Entry>, ImportError> {
        let mut archive = self.archive()?;
        let limit = |what, limit| ImportError::TooLarge { at: self.at(), what, limit };
        if archive.len() > self.limits.entries {
            return Err(limit("the number of entries", self.limits.entries as u64));
        }
        if archive.has_overlapping_files().map_err(|e| self.broken(e, self.at()))? {
            return Err(ImportError::Bomb { at: self.at() });
        }
        let mut entries = Vec::with_capacity(archive.len());
        let mut total = 0u64;
        for i in 0..archive.len() {
            let file = archive.by_index_raw(i).map_err(|e| self.broken(e, self.at()))?;
            let label = String::from_utf8_lossy(file.name_raw()).into_owned();
            total = total.saturating_add(file.size());
            let ignored = ignored_entry(&label, file.is_dir(), file.is_symlink());
            entries.push(Entry {
                index: u32::try_from(i).unwrap_or(u32::MAX),
                label,
                size: file.size(),
                packed: file.compressed_size(),
                ignored,
            });
        }
        if total > self.limits.inflated_bytes {
            return Err(limit("the unpacked size in bytes", self.limits.inflated_bytes));
        }
        let office = |name: &str| entries.iter().any(|e| e.label == name);
        let kind = match () {
            () if office("xl/workbook.bin") => Some("binary Excel workbook"),
            () if office("word/document.xml") => Some("Word document"),
            () => None,
        };
        match kind {
            Some(kind) => Err(ImportError::UnsupportedContainer { at: self.at(), kind }),
            None => Ok(entries),
        }
    }

    /// The sheets of a workbook take the place of its entries.
    fn open_workbook(&mut self) -> Result<(), ImportError> {
        let Some(kind) = Workbook::of(self.entries.iter().map(|e| e.label.as_str())) else { return Ok(()) };
        let sheets = spreadsheet::sheets(self.source.open()?, kind, &self.at(), &self.limits)?;
        self.entries.clear();
        for (index, sheet) in (0u32..).zip(sheets) {
            let size = sheet.text.len() as u64;
            self.entries.push(Entry { index, label: sheet.name, size, packed: size, ignored: None });
            self.sheets.push(sheet.text);
        }
        Ok(())
    }

    /// The first bytes of an entry, and whether that is all of it.
    pub fn head(&self, entry: &Entry) -> Result<(Vec<u8>, bool), ImportError> {
        let opener = Opener { container: self, entry };
        let mut head = Vec::new();
        let limit = HEAD_BYTES as u64 + 1;
        opener.open()?.take(limit).read_to_end(&mut head).map_err(|e| crate::input::from_io(e, self.entry_at(entry)))?;
        let complete = head.len() <= HEAD_BYTES;
        head.truncate(HEAD_BYTES);
        Ok((head, complete))
    }
}

/// Opens one entry from its start, under the budgets.
pub(crate) struct Opener<'c> {
    pub container: &'c Container<'c>,
    pub entry: &'c Entry,
}

impl Open for Opener<'_> {
    fn open<'a>(&'a self) -> Result<Box<dyn Read + 'a>, ImportError> {
        if !self.container.zip {
            return Ok(Box::new(self.container.source.open()?));
        }
        let at = self.container.entry_at(self.entry);
        let index = self.entry.index as usize;
        if let Some(sheet) = self.container.sheets.get(index) {
            return Ok(Box::new(sheet.as_slice()));
        }
        let mut archive = self.container.archive()?;
        let encrypted = archive.by_index_raw(index).map_err(|e| self.container.broken(e, at.clone()))?.encrypted();
        let password = match (encrypted, self.container.password) {
            (false, _) => None,
            (true, Some(password)) => Some(password.reveal().as_bytes()),
            (true, None) => return Err(ImportError::PasswordNeeded { at }),
        };
        let cell = EntryCell::try_new(MutBorrow::new(archive), |archive| {
            let archive = archive.borrow_mut();
            match password {
                Some(password) => archive.by_index_decrypt(index, password),
                None => archive.by_index(index),
            }
        })
        .map_err(|e| self.container.broken(e, at.clone()))?;
        let limits = &self.container.limits;
        let ratio_limit = self.entry.packed.saturating_mul(limits.ratio).max(limits.ratio_free_bytes);
        let allowed = ratio_limit.min(limits.inflated_bytes);
        Ok(Box::new(Inflating { cell, at, encrypted, seen: 0, allowed }))
    }
}

self_cell!(
    struct EntryCell {
        owner: MutBorrow<Archive>,
        #[not_covariant]
        dependent: EntryFile,
    }
);

type EntryFile<'a> = zip::read::ZipFile<'a, Box<dyn ReadSeek>>;

struct Inflating {
    cell: EntryCell,
    at: At,
    encrypted: bool,
    seen: u64,
    allowed: u64,
}

impl Read for Inflating {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.cell.with_dependent_mut(|_, file| file.read(out)).map_err(|e| self.explain(e))?;
        self.seen += n as u64;
        if self.seen > self.allowed {
            return Err(into_io(ImportError::Bomb { at: self.at.clone() }));
        }
        Ok(n)
    }
}

impl Inflating {
    /// The old archive cipher finds a wrong password out only when the content makes no sense.
    fn explain(&self, error: io::Error) -> io::Error {
        let at = self.at.clone();
        if error.get_ref().is_some_and(|inner| inner.is::<ImportError>()) {
            error
        } else if self.encrypted {
            into_io(ImportError::WrongPassword { at })
        } else {
            into_io(ImportError::Archive { at, reason: error.to_string() })
        }
    }
}

fn ignored_entry(label: &str, is_dir: bool, is_symlink: bool) -> Option<&'static str> {
    let name = label.rsplit(['/', '\\']).next().unwrap_or(label);
    if is_dir || label.ends_with('/') {
        Some("It is a folder.")
    } else if is_symlink {
        Some("It is a link to another place. Links are never followed.")
    } else if label.starts_with("__MACOSX/") || name.starts_with("._") || name == ".DS_Store" || name == "Thumbs.db" {
        Some("It was left by the program that made the archive.")
    } else {
        None
    }
}

/// Names a container that is not opened, by its first bytes.
pub(crate) fn unsupported(start: &[u8]) -> Option<&'static str> {
    const KINDS: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "gzip"),
        (b"\x28\xb5\x2f\xfd", "Zstandard"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"%PDF-", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook or Office document"),
        (b"SQLite f", "SQLite database"),
        (b"\x89PNG", "picture"),
        (b"\xff\xd8\xff", "picture"),
        (b"GIF8", "picture"),
    ];
    KINDS.iter().find(|(magic, _)| start.starts_with(magic)).map(|(_, kind)| *kind)
}

fn read_full(reader: &mut dyn Read, out: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < out.len() {
        match reader.read(&mut out[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}
