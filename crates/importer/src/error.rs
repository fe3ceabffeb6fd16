//! Failures of an import: what makes a whole file unreadable. Problems of single rows are values (`model::Diagnostic`).

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};

use holdall_model::Cancelled;

/// Where in what a failure happened. Prints as `statement.zip, entry "a.csv", row 12`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct At {
    /// The file's label, as the person knows it.
    pub file: String,
    /// Entry of an archive; empty for a plain file.
    pub entry: String,
    /// 1-based row as [`holdall_model::Locator::row`] counts it.
    pub row: Option<u64>,
    /// Byte offset in the inflated entry.
    pub offset: Option<u64>,
}

impl At {
    pub fn row(mut self, row: u64) -> Self {
        self.row = Some(row);
        self
    }

    pub fn offset(mut self, offset: u64) -> Self {
        self.offset = Some(offset);
        self
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.file))?;
        if !self.entry.is_empty() {
            write!(f, ", entry \"{}\"", printable(&self.entry))?;
        }
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, ", byte {offset}")?;
        }
        Ok(())
    }
}

/// A foreign name made safe to print: no control or direction characters, no more than 120 characters.
pub fn printable(name: &str) -> String {
    let unsafe_char = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.chars().map(|c| if unsafe_char(c) { '\u{fffd}' } else { c }).take(120).collect()
}

#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    #[error("{at}: this is not a file. Choose the file itself, not a folder, a pipe or a device.")]
    NotAFile { at: At },
    #[error(
        "{at}: the file could not be opened or read ({source}). Check that it still exists, that you may read it and that its disk is connected."
    )]
    Read { at: At, source: std::io::Error },
    #[error("{at}: the file changed while it was being read. Wait until its download has finished, then import it again.")]
    Changed { at: At },
    #[error("{at}: {what} is beyond the limit of {limit}. Ask the vendor for a smaller period, or split the file.")]
    TooLarge { at: At, what: &'static str, limit: u64 },
    #[error("{at}: the archive unpacks to far more than it holds. It is damaged or made to harm; download it again from the vendor.")]
    Bomb { at: At },
    #[error("{at}: the archive is damaged or its download was not finished: {reason}. Download it again.")]
    Archive { at: At, reason: &'static str },
    #[error("{at}: the archive is locked with a password. Enter the password the vendor gave you.")]
    PasswordNeeded { at: At },
    #[error("{at}: the password does not open the archive. Check it and try again.")]
    WrongPassword { at: At },
    #[error("{at}: this is a file of the kind {kind}, which cannot be read here. {advice}")]
    UnsupportedContainer { at: At, kind: &'static str, advice: &'static str },
    #[error("{at}: {reason}. The file is damaged, cut short or not what its name says; download it again.")]
    Damaged { at: At, reason: String },
    #[error("{at}: this file does not fit the layout {export}. Choose another layout, or let it be recognised.")]
    Mismatch { at: At, export: String },
    #[error("{at}: the question {question} has no valid answer yet. Answer it, then import again.")]
    NeedsAnswer { at: At, question: String },
    #[error("there is no export layout called {export}. Pick one from the list of vendors.")]
    NoSuchExport { export: String },
    #[error("{at}: the row is not in this file any more. Import the original file again.")]
    NoSuchRow { at: At },
    /// A reader of ours broke on this file.
    #[error(
        "{at}: Holdall made a mistake while it read this file. Nothing of it was kept, and other files are not touched by it. Please report it, with the support text and without the file."
    )]
    OurMistake { at: At },
    #[error("the import was stopped on request. Nothing was kept.")]
    Cancelled,
    /// Whoever receives the records refused to go on (disk full, vault locked…).
    #[error("the records could not be kept: {0}")]
    Sink(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ImportError {
    /// Stable, for faces and logs to act on.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAFile { .. } => "not-a-file",
            Self::Read { .. } => "file-unreadable",
            Self::Changed { .. } => "file-changed",
            Self::TooLarge { .. } => "too-large",
            Self::Bomb { .. } => "archive-bomb",
            Self::Archive { .. } => "archive-damaged",
            Self::PasswordNeeded { .. } => "password-needed",
            Self::WrongPassword { .. } => "password-wrong",
            Self::UnsupportedContainer { .. } => "container-unsupported",
            Self::Damaged { .. } => "file-damaged",
            Self::Mismatch { .. } => "layout-mismatch",
            Self::NeedsAnswer { .. } => "answer-needed",
            Self::NoSuchExport { .. } => "no-such-export",
            Self::NoSuchRow { .. } => "no-such-row",
            Self::OurMistake { .. } => "our-mistake",
            Self::Cancelled => "cancelled",
            Self::Sink(_) => "not-kept",
        }
    }

    pub(crate) fn damaged(at: At, reason: impl Into<String>) -> Self {
        Self::Damaged { at, reason: reason.into() }
    }
}

/// Does work on foreign bytes. Where a reader of ours breaks on them, that costs this file alone, and is told as our mistake; the
/// program's own hook has noted the place by then.
pub(crate) fn guarded<T>(at: At, work: impl FnOnce() -> Result<T, ImportError>) -> Result<T, ImportError> {
    // What the work held is let go of on an error, and whoever gave a sink keeps nothing of it.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(ImportError::OurMistake { at }))
}

impl From<Cancelled> for ImportError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_name_prints_harmlessly_and_the_place_is_complete() {
        let at = At { file: "a\u{202e}b\n.zip".into(), entry: "x.csv".into(), ..At::default() }.row(3).offset(7);
        let text = ImportError::damaged(at, "a quote is never closed").to_string();
        assert!(text.starts_with("a\u{fffd}b\u{fffd}.zip, entry \"x.csv\", row 3, byte 7: a quote is never closed. "), "{text}");
    }
}
