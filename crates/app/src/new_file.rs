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
    let mut file = create(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|e| AppError::cannot_write(path, &e))
}
