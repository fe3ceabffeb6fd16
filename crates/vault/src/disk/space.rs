//! How much still fits on a disk.

use std::path::Path;

/// Bytes that this person may still write to the disk of a file. `None` where the system does not say.
pub(crate) fn free_space(path: &Path) -> Option<u64> {
    let dir = if path.is_dir() { path } else { path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new(".")) };
    free_in(dir)
}

#[cfg(unix)]
fn free_in(dir: &Path) -> Option<u64> {
    let told = rustix::fs::statvfs(dir).ok()?;
    Some(told.f_bavail.saturating_mul(told.f_frsize))
}

#[cfg(windows)]
fn free_in(dir: &Path) -> Option<u64> {
    use std::os::windows::ffi::OsStrExt as _;
    use windows_sys::Win32::Storage::FileSystem::GetDiskFreeSpaceExW;
    let name: Vec<u16> = std::fs::canonicalize(dir).ok()?.as_os_str().encode_wide().chain([0]).collect();
    let mut free = 0;
    // SAFETY: the name ends with a NUL and lives through the call, which writes to `free` alone; the other two answers are not asked for.
    let told = unsafe { GetDiskFreeSpaceExW(name.as_ptr(), &raw mut free, std::ptr::null_mut(), std::ptr::null_mut()) };
    (told != 0).then_some(free)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g04_the_real_disk_is_asked() {
        let dir = tempfile::tempdir().expect("a folder");
        let (of_folder, of_file) = (free_space(dir.path()), free_space(&dir.path().join("not there")));
        assert!(of_folder.is_some_and(|free| free > 0) && of_file.is_some_and(|free| free > 0), "{of_folder:?} {of_file:?}");
        assert_eq!(free_space(&dir.path().join("no folder").join("file")), None);
    }
}
