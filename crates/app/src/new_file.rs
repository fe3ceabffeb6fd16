//! Files that the app writes for a person: always new ones, never over something that is there.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use crate::AppError;

/// Makes a file that only its owner may read.
pub fn create(path: &Path) -> Result<File, AppError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|e| AppError::cannot_write(path, &e))
}

/// Makes a file with this content, on the disk when this returns.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), AppError> {
    fill(path, |mut file| file.write_all(bytes).map_err(|e| AppError::cannot_write(path, &e)))
}

/// Makes a file with what `write` puts into it, on the disk when this returns. Where that fails, no half of it stays.
pub fn fill<T>(path: &Path, write: impl FnOnce(&File) -> Result<T, AppError>) -> Result<T, AppError> {
    let file = create(path)?;
    let written = write(&file).and_then(|value| file.sync_all().map(|()| value).map_err(|e| AppError::cannot_write(path, &e)));
    if written.is_err() {
        drop(file);
        // What cannot be removed either is on a disk that is gone; the failure that is told is the first one.
        let _ = std::fs::remove_file(path);
    }
    written
}
