//! Files of a vault: their names, their rights, and how they are written so that a crash leaves the old or the new one.

mod network;
mod place;
mod space;

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::{Obstacle, VaultError};
pub use place::Concern;
pub(crate) use place::concerns;
pub(crate) use space::free_space;

pub(crate) const DATABASE: &str = "vault.db";
pub(crate) const SEARCH: &str = "search.db";
pub(crate) const HEADER: &str = "keys.json";
pub(crate) const HEADER_COPY: &str = "keys.json.bak";
pub(crate) const BLOBS: &str = "blobs";
const LOCK: &str = "lock";
/// Folders of work that is not finished begin like this, and files that are being written.
pub(crate) const WORK: &str = ".work-";
const NEW: &str = ".new-";

/// Makes a folder that only its owner may enter; an existing one is given these rights.
pub(crate) fn make_private_dir(dir: &Path) -> Result<(), VaultError> {
    fs::create_dir_all(dir).map_err(VaultError::disk(dir))?;
    restrict(dir, 0o700)
}

/// Takes all rights of others away from a file or folder that has any.
pub(crate) fn restrict(path: &Path, mode: u32) -> Result<(), VaultError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = fs::metadata(path).map_err(VaultError::disk(path))?.permissions().mode();
        if found & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(VaultError::disk(path))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

/// Whether others than the owner may read an open file. Always false where the system has no such bits.
pub(crate) fn open_to_others(file: &File) -> std::io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Ok(file.metadata()?.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        Ok(false)
    }
}

/// Opens a new file that only its owner may read. Fails if it exists.
pub(crate) fn create_private(path: &Path) -> Result<File, VaultError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path).map_err(VaultError::disk(path))
}

/// Replaces a file so that after a crash either the old or the new content is there, whole.
pub(crate) fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(|e| VaultError::disk("the system's random source")(std::io::Error::other(e)))?;
    let new = dir.join(format!("{NEW}{}", crate::encoding::hex(&random)));
    let mut file = create_private(&new)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    // Closed before it is renamed: not every system lets go of the name otherwise.
    drop(file);
    if let Err(error) = written.and_then(|()| fs::rename(&new, path)) {
        let _ = fs::remove_file(&new);
        return Err(VaultError::disk(path)(error));
    }
    sync_dir(dir)
}

/// What SQLite needs to open a database: the index of its log, and a few pages.
const LEAST_FREE: usize = 64 * 1024;

/// Tells a disk without space as such. SQLite itself does so where it writes and the disk is full, but neither where it makes a file nor
/// where a quota is used up.
pub(crate) fn or_full(path: &Path) -> impl Fn(VaultError) -> VaultError {
    move |error| match error {
        VaultError::Disk { .. } if is_full(path) => VaultError::DiskFull,
        other => other,
    }
}

/// Whether hardly anything more fits on the disk of a file.
fn is_full(path: &Path) -> bool {
    let dir = path.parent().unwrap_or(Path::new("."));
    let tried = tempfile::tempfile_in(dir).and_then(|mut file| file.write_all(&[0; LEAST_FREE]).and_then(|()| file.sync_all()));
    tried.is_err_and(|e| matches!(e.kind(), std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded))
}

/// How SQLite is told of a file. On Windows in the form that may be long: it opens files itself, and the usual form ends at 260 characters.
pub(crate) fn for_sqlite(path: &Path) -> PathBuf {
    let long = || Some(fs::canonicalize(path.parent()?).ok()?.join(path.file_name()?));
    cfg!(windows).then(long).flatten().unwrap_or_else(|| path.to_owned())
}

/// Makes what a file holds durable.
pub(crate) fn sync_file(path: &Path) -> Result<(), VaultError> {
    OpenOptions::new().write(true).open(path).and_then(|file| file.sync_all()).map_err(VaultError::disk(path))
}

/// Makes everything below a folder durable.
pub(crate) fn sync_tree(dir: &Path) -> Result<(), VaultError> {
    for entry in fs::read_dir(dir).map_err(VaultError::disk(dir))? {
        let path = entry.map_err(VaultError::disk(dir))?.path();
        if path.is_dir() { sync_tree(&path)? } else { sync_file(&path)? }
    }
    sync_dir(dir)
}

/// Makes the names in a folder durable.
pub(crate) fn sync_dir(dir: &Path) -> Result<(), VaultError> {
    // Windows has no such call. Its journal keeps names in the order in which they were changed, so that after a loss of power the last of
    // them may be as before, and never one without those before it.
    if cfg!(unix) {
        File::open(dir).and_then(|d| d.sync_all()).map_err(VaultError::disk(dir))?;
    }
    Ok(())
}

/// Takes away what a crash left of unfinished work. Only the holder of the lock may call it.
pub(crate) fn sweep(dir: &Path) -> Result<(), VaultError> {
    for entry in fs::read_dir(dir).map_err(VaultError::disk(dir))?.flatten() {
        let (name, path) = (entry.file_name().to_string_lossy().into_owned(), entry.path());
        if name.starts_with(WORK) && path.is_dir() {
            fs::remove_dir_all(&path).map_err(VaultError::disk(path))?;
        } else if name.starts_with(NEW) && path.is_file() {
            fs::remove_file(&path).map_err(VaultError::disk(path))?;
        }
    }
    Ok(())
}

/// How folders begin that are filled beside a vault's place before they are moved there.
pub(crate) fn being_made(dir: &Path) -> String {
    format!(".{}-being-made-", dir.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()))
}

/// Takes away what a crash left beside a vault of attempts to make it. Only the holder of its lock may call it; a parent folder that
/// cannot be read or written keeps its litter.
pub(crate) fn sweep_beside(dir: &Path) {
    let parent = dir.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(parent) else { return };
    let prefix = being_made(dir);
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(&prefix) && entry.path().is_dir() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// The vault's lock. Only one process holds it; the system gives it back when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    pub(crate) fn take(dir: &Path) -> Result<Self, VaultError> {
        // Through links to one folder there is one lock file.
        let path: PathBuf = fs::canonicalize(dir).map_err(VaultError::disk(dir))?.join(LOCK);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        let file = options.open(&path).map_err(VaultError::disk(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Obstacle::InUse.into()),
            Err(TryLockError::Error(e)) => Err(VaultError::disk(&path)(e)),
        }
    }
}

/// Bytes that a vault's folder takes.
pub(crate) fn size_of(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size_of(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_refused_until_the_first_lets_go() {
        let dir = tempfile::tempdir().expect("a folder");
        let held = Lock::take(dir.path()).expect("free");
        assert_eq!(Lock::take(dir.path()).expect_err("held").code(), "VAULT_IN_USE");
        drop(held);
        Lock::take(dir.path()).expect("free again");
    }

    #[cfg(unix)]
    #[test]
    fn f13_rights_of_others_are_taken_away() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a folder");
        let inner = dir.path().join("vault");
        fs::create_dir(&inner).expect("makes");
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).expect("sets");
        make_private_dir(&inner).expect("restricts");
        assert_eq!(fs::metadata(&inner).expect("there").permissions().mode() & 0o777, 0o700);
        let file = inner.join("f");
        write_atomically(&file, b"x").expect("writes");
        assert!(!open_to_others(&File::open(&file).expect("there")).expect("there"));
    }
}
