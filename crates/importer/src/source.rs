//! A file as the person gave it: something that can be opened again and again, and that must not change meanwhile.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::error::{At, ImportError};
use crate::limits::Limits;

/// What an opener gives.
pub trait ReadSeek: Read + Seek + Send {}
impl<T: Read + Seek + Send> ReadSeek for T {}

pub(crate) type Opener = Arc<dyn Fn() -> io::Result<Box<dyn ReadSeek>> + Send + Sync>;

/// Where the bytes of one file come from.
pub struct Source {
    label: String,
    size: u64,
    opener: Opener,
    on_disk: Option<Stamp>,
}

struct Stamp {
    path: PathBuf,
    size: u64,
    modified: Option<SystemTime>,
}

impl Source {
    /// A file on disk. Folders, pipes, sockets and devices are refused, whatever links lead there.
    pub fn from_path(path: &Path) -> Result<Self, ImportError> {
        let label = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let at = At { file: label.clone(), ..At::default() };
        let read_error = |source| ImportError::Read { at: at.clone(), source };
        // Looked at before it is opened: opening a pipe would wait for its writer.
        let metadata = std::fs::metadata(path).map_err(read_error)?;
        if !metadata.is_file() {
            return Err(ImportError::NotAFile { at });
        }
        let stamp = Stamp { path: path.to_owned(), size: metadata.len(), modified: metadata.modified().ok() };
        let path = path.to_owned();
        let opener = move || -> io::Result<Box<dyn ReadSeek>> {
            let file = File::open(&path)?;
            if !file.metadata()?.is_file() {
                return Err(io::Error::other("it is not a regular file any more"));
            }
            Ok(Box::new(file))
        };
        Ok(Self { label, size: metadata.len(), opener: Arc::new(opener), on_disk: Some(stamp) })
    }

    /// Bytes from anywhere, such as an original that is kept already. `label` is the name the person knows; `size` in bytes.
    pub fn from_opener(
        label: impl Into<String>,
        size: u64,
        opener: impl Fn() -> io::Result<Box<dyn ReadSeek>> + Send + Sync + 'static,
    ) -> Self {
        Self { label: label.into(), size, opener: Arc::new(opener), on_disk: None }
    }

    /// Bytes in memory.
    pub fn from_bytes(label: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        let bytes: Arc<[u8]> = bytes.into();
        let size = bytes.len() as u64;
        Self::from_opener(label, size, move || Ok(Box::new(io::Cursor::new(bytes.clone())) as Box<dyn ReadSeek>))
    }

    pub fn label(&self) -> &str {
        &self.label
    }

    /// Bytes of the file itself, not of what it unpacks to.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// BLAKE3 of all bytes. Counts them into `task`.
    pub fn hash(&self, task: &holdall_model::Task) -> Result<[u8; 32], ImportError> {
        let mut reader = self.open()?;
        let mut hasher = blake3::Hasher::new();
        let mut chunk = vec![0; 128 << 10];
        loop {
            match reader.read(&mut chunk).map_err(|source| ImportError::Read { at: self.at(), source })? {
                0 => break,
                n => {
                    task.step(n as u64)?;
                    hasher.update(&chunk[..n]);
                }
            }
        }
        self.check_unchanged()?;
        Ok(hasher.finalize().into())
    }

    pub(crate) fn at(&self) -> At {
        At { file: self.label.clone(), ..At::default() }
    }

    pub(crate) fn open(&self) -> Result<Box<dyn ReadSeek>, ImportError> {
        (self.opener)().map_err(|source| ImportError::Read { at: self.at(), source })
    }

    /// What opens the file again.
    pub(crate) fn opener(&self) -> Opener {
        self.opener.clone()
    }

    pub(crate) fn check_size(&self, limits: &Limits) -> Result<(), ImportError> {
        if self.size > limits.file_bytes {
            return Err(ImportError::TooLarge { at: self.at(), what: "the file's size in bytes", limit: limits.file_bytes });
        }
        Ok(())
    }

    /// Fails if the file on disk is not the one that was opened first.
    pub fn check_unchanged(&self) -> Result<(), ImportError> {
        let Some(stamp) = &self.on_disk else { return Ok(()) };
        let same =
            std::fs::metadata(&stamp.path).is_ok_and(|m| m.is_file() && m.len() == stamp.size && m.modified().ok() == stamp.modified);
        if same { Ok(()) } else { Err(ImportError::Changed { at: self.at() }) }
    }
}
