//! What a place on the disk means for what is put there, as far as the system tells.

use std::path::Path;

use holdall_vault::{Concern, Vault};

/// Whether two places are lost together when one disk breaks. False where one of them is not there now, or the system does not tell.
pub fn same_disk(one: &Path, other: &Path) -> bool {
    disk(one).zip(disk(other)).is_some_and(|(one, other)| one == other)
}

#[cfg(unix)]
fn disk(path: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata(path).ok().map(|found| found.dev())
}

/// The drive's letter, or the share.
#[cfg(not(unix))]
fn disk(path: &Path) -> Option<std::ffi::OsString> {
    use std::path::Component;
    match path.canonicalize().ok()?.components().next() {
        Some(Component::Prefix(prefix)) => Some(prefix.as_os_str().to_ascii_lowercase()),
        _ => None,
    }
}

/// Which program keeps a folder in step with other computers, if one does. The folder may not be there yet.
pub fn cloud(dir: &Path) -> Option<&'static str> {
    Vault::concerns(dir).into_iter().find_map(|concern| match concern {
        Concern::Synced(by) => Some(by),
        _ => None,
    })
}
