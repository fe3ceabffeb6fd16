//! Plain file or archive to entries. Nothing is ever unpacked to disk, and an entry's name is a label, never a path.

mod magic;
mod passes;
mod same_names;

use std::io::{self, Read};
use std::sync::Arc;

use holdall_model::{Diagnostic, Task};
use self_cell::{MutBorrow, self_cell};
use zip::ZipArchive;
use zip::result::ZipError;

use crate::decode::Charset;
use crate::error::{At, ImportError};
use crate::format::spreadsheet::{self, OLE, Plain, Sheet, Workbook};
use crate::input::{Head, Input, Open, into_io};
use crate::inspect::{count_unreadable, guess_charset, whole_charset};
use crate::limits::{HEAD_BYTES, Limits};
use crate::source::Source;
use magic::{BINARY_EXCEL, ODDLY_PACKED, WORD};
pub(crate) use magic::{LOCKED_EXCEL, NO_CHARSET, NO_WORKBOOK, OLD_EXCEL, closed};
use same_names::{Names, Shown};

/// A password for an archive, kept out of logs and wiped from memory when it is let go of.
pub type Password = holdall_model::Redacted<zeroize::Zeroizing<String>>;

type Archive = ZipArchive<Shown>;

/// An opened file: its entries, in archive order. A plain file is one entry with an empty label.
pub(crate) struct Container<'s> {
    source: &'s Source,
    limits: Limits,
    password: Option<&'s Password>,
    /// `None` for a plain file.
    archive: Option<Archive>,
    /// Of a workbook: its sheets as delimited text, in the order of the entries. Of a bundle of passes: their texts.
    sheets: Vec<Vec<u8>>,
    pub entries: Vec<Entry>,
    /// What is to be told of the file itself.
    pub diagnostics: Vec<Diagnostic>,
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
    /// `task`: a workbook is read here already; that pauses and ends with it, and counts nothing.
    pub fn open(source: &'s Source, limits: Limits, password: Option<&'s Password>, task: &Task) -> Result<Self, ImportError> {
        source.check_size(&limits)?;
        let (start, complete) = head_of(source.open()?, source.at())?;
        let (archive, sheets, entries, diagnostics) = (None, Vec::new(), Vec::new(), Vec::new());
        let mut container = Self { source, limits, password, archive, sheets, entries, diagnostics };
        if let Some(closed) = closed(&start).filter(|_| !start.starts_with(OLE)) {
            return Err(closed.error(container.at()));
        }
        if start.starts_with(b"PK\x03\x04") || start.starts_with(b"PK\x05\x06") {
            container.list()?;
            container.open_workbook(&task.beside())?;
            let passes = passes::passes(&container, &task.beside())?;
            if !passes.is_empty() {
                container.show(passes);
            }
        } else {
            container.entries = vec![Entry { index: 0, label: String::new(), size: source.size(), packed: source.size(), ignored: None }];
            container.open_plain_workbook(&start, complete, &task.beside())?;
        }
        Ok(container)
    }

    pub fn is_archive(&self) -> bool {
        self.archive.is_some() || !self.sheets.is_empty()
    }

    fn at(&self) -> At {
        self.source.at()
    }

    pub fn entry_at(&self, entry: &Entry) -> At {
        At { entry: entry.label.clone(), ..self.at() }
    }

    fn broken(&self, error: ZipError, at: At) -> ImportError {
        match error {
            ZipError::Io(error) => from_archive(error, at),
            ZipError::InvalidPassword => ImportError::WrongPassword { at },
            ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => ImportError::PasswordNeeded { at },
            ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => ODDLY_PACKED.error(at),
            _ => ImportError::Archive { at, reason: "its list of entries is missing or makes no sense" },
        }
    }

    /// The archive with a name of its own for each entry, and the true names if they had to be hidden.
    fn archive(&self) -> Result<(Archive, Option<Arc<Names>>), ImportError> {
        let open = |names| ZipArchive::new(Shown::new(self.source.opener(), names)).map_err(|e| self.broken(e, self.at()));
        let archive = open(None)?;
        if !archive.has_duplicate_names() {
            return Ok((archive, None));
        }
        let mut file = self.source.open()?;
        let names = Names::read(&mut file, archive.central_directory_start(), self.limits.entries);
        let names = names.map_err(|e| from_archive(e, self.at()))?.map(Arc::new);
        let archive = open(names.clone())?;
        if names.is_none() || archive.has_duplicate_names() {
            return Err(ImportError::Archive { at: self.at(), reason: "some of its entries share a name and cannot be told apart" });
        }
        Ok((archive, names))
    }

    fn list(&mut self) -> Result<(), ImportError> {
        let (mut archive, names) = self.archive()?;
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
            let true_name = names.as_ref().and_then(|n| n.labels.get(i).cloned());
            let label = true_name.unwrap_or_else(|| String::from_utf8_lossy(file.name_raw()).into_owned());
            total = total.saturating_add(file.size());
            let ignored = ignored_entry(&label, file.is_dir(), file.unix_mode());
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
        if office("xl/workbook.bin") {
            return Err(BINARY_EXCEL.error(self.at()));
        }
        if office("word/document.xml") {
            return Err(WORD.error(self.at()));
        }
        (self.entries, self.archive) = (entries, Some(archive));
        Ok(())
    }

    fn open_workbook(&mut self, task: &Task) -> Result<(), ImportError> {
        let Some(kind) = Workbook::of(self.entries.iter().map(|e| e.label.as_str())) else { return Ok(()) };
        let sheets = spreadsheet::sheets(self.source.open()?, kind, &self.at(), &self.limits, task)?;
        self.show(sheets);
        Ok(())
    }

    /// A workbook that is no archive, and a page that holds tables. A page without one stays what it is.
    fn open_plain_workbook(&mut self, start: &[u8], complete: bool, task: &Task) -> Result<(), ImportError> {
        // Marks of a charset and blanks aside, all of them begin alike; most files do not.
        let first = start.iter().find(|b| !b.is_ascii_whitespace() && !matches!(b, 0 | 0xef | 0xbb | 0xbf | 0xff | 0xfe));
        if first != Some(&b'<') && !start.starts_with(OLE) {
            return Ok(());
        }
        let guess = guess_charset(start, complete);
        let text = guess.encoding.decode_without_bom_handling(&start[guess.bom.min(start.len())..]).0;
        let head = Head { bytes: start, text: &text, name: self.source.label(), complete };
        let Some(kind) = Plain::of(&head) else { return Ok(()) };
        spreadsheet::check_size(self.source.size(), &self.at())?;
        let mut input = Input { opener: self.source, at: self.at(), charset: Charset::UTF_8, limits: self.limits, task };
        if let Some(named) = kind.charset(&head) {
            input.charset = whole_charset(&input, &head, named, &mut self.diagnostics)?.0;
            count_unreadable(&input, &mut self.diagnostics)?;
        }
        let sheets = kind.sheets(self.source.open()?, &input)?;
        if !sheets.is_empty() || kind != Plain::Page {
            self.show(sheets);
        }
        Ok(())
    }

    /// The sheets of a workbook, or the passes of a bundle, take the place of its entries.
    fn show(&mut self, sheets: Vec<Sheet>) {
        self.entries.clear();
        for (index, sheet) in (0u32..).zip(sheets) {
            let size = sheet.text.len() as u64;
            let ignored =
                sheet.hidden.then_some("It is a hidden sheet. Show it in a spreadsheet program and save the file, if it is to be read.");
            self.entries.push(Entry { index, label: sheet.name, size, packed: size, ignored });
            self.sheets.push(sheet.text);
        }
    }

    /// The first bytes of an entry, and whether that is all of it.
    pub fn head(&self, entry: &Entry) -> Result<(Vec<u8>, bool), ImportError> {
        head_of(Opener { container: self, entry }.open()?, self.entry_at(entry))
    }
}

fn head_of(file: impl Read, at: At) -> Result<(Vec<u8>, bool), ImportError> {
    let mut head = Vec::new();
    file.take(HEAD_BYTES as u64 + 1).read_to_end(&mut head).map_err(|e| crate::input::from_io(e, at))?;
    let complete = head.len() <= HEAD_BYTES;
    head.truncate(HEAD_BYTES);
    Ok((head, complete))
}

/// Opens one entry from its start, under the budgets.
pub(crate) struct Opener<'c> {
    pub container: &'c Container<'c>,
    pub entry: &'c Entry,
}

impl Open for Opener<'_> {
    fn open<'a>(&'a self) -> Result<Box<dyn Read + 'a>, ImportError> {
        let index = self.entry.index as usize;
        if let Some(sheet) = self.container.sheets.get(index) {
            return Ok(Box::new(sheet.as_slice()));
        }
        let Some(archive) = &self.container.archive else { return Ok(Box::new(self.container.source.open()?)) };
        let at = self.container.entry_at(self.entry);
        let mut archive = archive.clone();
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
        // What says itself that it is a bomb is looked at by its head only.
        let allowed = if self.entry.size > allowed { HEAD_BYTES as u64 + 1 } else { allowed };
        Ok(Box::new(Inflating { cell, at, encrypted, seen: 0, allowed }))
    }
}

/// The file itself.
impl Open for Source {
    fn open<'a>(&'a self) -> Result<Box<dyn Read + 'a>, ImportError> {
        Ok(Box::new(Source::open(self)?))
    }
}

self_cell!(
    struct EntryCell {
        owner: MutBorrow<Archive>,
        #[not_covariant]
        dependent: EntryFile,
    }
);

type EntryFile<'a> = zip::read::ZipFile<'a, Shown>;

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
            into_io(ImportError::Archive { at, reason: "one of its entries is not what the archive says it is" })
        }
    }
}

/// An error while the archive itself is read: either ours, or the disk's, or the archive ends too early.
fn from_archive(error: io::Error, at: At) -> ImportError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => ImportError::Archive { at, reason: "it ends before it is complete" },
        _ => crate::input::from_io(error, at),
    }
}

/// The bits of a Unix mode that tell what kind of thing an entry is.
const TYPE: u32 = 0o170_000;
const REGULAR: u32 = 0o100_000;

fn ignored_entry(label: &str, is_dir: bool, unix_mode: Option<u32>) -> Option<&'static str> {
    let name = label.rsplit(['/', '\\']).next().unwrap_or(label);
    if is_dir || label.ends_with('/') {
        Some("It is a folder.")
    } else if !matches!(unix_mode.unwrap_or(0) & TYPE, 0 | REGULAR) {
        Some("It is a link or a device, not a file. Links are never followed.")
    } else if label.starts_with("__MACOSX/") || name.starts_with("._") || name == ".DS_Store" || name == "Thumbs.db" {
        Some("It was left by the program that made the archive.")
    } else {
        None
    }
}
