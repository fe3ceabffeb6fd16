//! One entry as a format sees it: its head, and as many fresh readings of it as the format needs.

use std::io::{self, BufReader, Read};

use holdall_model::Task;

use crate::decode::{Charset, TextReader};
use crate::error::{At, ImportError};
use crate::limits::Limits;

/// The first bytes of an entry, for recognising it.
pub struct Head<'a> {
    /// At most [`crate::limits::HEAD_BYTES`] raw bytes.
    pub bytes: &'a [u8],
    /// The same as text; letters that are not certain yet are U+FFFD or guessed.
    pub text: &'a str,
    /// The entry's last path part, or the file's name. A hint, never proof.
    pub name: &'a str,
    /// Whether `bytes` is the whole entry.
    pub complete: bool,
}

/// Opens the entry's bytes from the start.
pub(crate) trait Open {
    fn open<'a>(&'a self) -> Result<Box<dyn Read + 'a>, ImportError>;
}

/// One entry, with its charset decided. Every reading is budgeted, reports progress and stops on cancel.
pub struct Input<'a> {
    pub(crate) opener: &'a dyn Open,
    pub(crate) at: At,
    pub(crate) charset: Charset,
    pub(crate) limits: Limits,
    pub(crate) task: &'a Task,
}

/// The entry's raw bytes.
pub type Bytes<'a> = BufReader<Counted<'a>>;
/// The entry as UTF-8 text, without byte order mark.
pub type Text<'a> = BufReader<TextReader<Counted<'a>>>;

impl Input<'_> {
    /// Where errors about this entry point to.
    pub fn at(&self) -> At {
        self.at.clone()
    }

    pub fn charset(&self) -> Charset {
        self.charset
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    pub fn task(&self) -> &Task {
        self.task
    }

    /// The raw bytes from the start. Offsets in a [`holdall_model::Locator`] count these.
    pub fn bytes(&self) -> Result<Bytes<'_>, ImportError> {
        Ok(BufReader::with_capacity(128 << 10, self.counted()?))
    }

    /// The text from the start, as UTF-8. Where the entry is not UTF-8, offsets in a [`holdall_model::Locator`] count this text's bytes.
    pub fn text(&self) -> Result<Text<'_>, ImportError> {
        Ok(BufReader::with_capacity(128 << 10, TextReader::new(self.counted()?, self.charset)))
    }

    fn counted(&self) -> Result<Counted<'_>, ImportError> {
        Ok(Counted { inner: self.opener.open()?, task: self.task })
    }

    /// What to return when one of the readers above failed: tells a cancel, a spent budget and a broken disk apart.
    pub fn failed(&self, error: io::Error) -> ImportError {
        from_io(error, self.at())
    }
}

/// An [`ImportError`] on its way through an `io::Error`.
pub(crate) fn into_io(error: ImportError) -> io::Error {
    io::Error::other(error)
}

pub(crate) fn from_io(error: io::Error, at: At) -> ImportError {
    match error.downcast::<ImportError>() {
        Ok(ours) => ours,
        Err(source) if source.kind() == io::ErrorKind::InvalidData => {
            ImportError::damaged(at, format!("its content cannot be unpacked ({source})"))
        }
        Err(source) => ImportError::Read { at, source },
    }
}

/// Counts what is read into the task.
pub struct Counted<'a> {
    inner: Box<dyn Read + 'a>,
    task: &'a Task,
}

impl Read for Counted<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(out)?;
        self.task.step(n as u64).map_err(|c| into_io(c.into()))?;
        Ok(n)
    }
}
