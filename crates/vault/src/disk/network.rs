//! Whether a folder is on another computer's disk, as each system tells it.

use std::path::Path;

/// The kind of network file system that holds a path without links, if one does and the system tells.
#[cfg(target_os = "linux")]
pub(super) fn kind_of(place: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    linux::file_system(&mounts, place).filter(|kind| linux::NETWORK.contains(&kind.as_str()))
}

/// The kind of network file system that holds a path without links, if one does and the system tells.
#[cfg(target_os = "macos")]
pub(super) fn kind_of(place: &Path) -> Option<String> {
    const NETWORK: &[&str] = &["afpfs", "cifs", "nfs", "smbfs", "webdav"];
    let name = rustix::fs::statfs(place).ok()?.f_fstypename;
    let kind: String = name.iter().take_while(|c| **c != 0).map(|c| char::from(c.cast_unsigned())).collect();
    NETWORK.contains(&kind.as_str()).then_some(kind)
}

/// The share that holds a path without links: there, a drive's letter that stands for a share is that share.
#[cfg(windows)]
pub(super) fn kind_of(place: &Path) -> Option<String> {
    use std::path::{Component, Prefix};
    let Some(Component::Prefix(prefix)) = place.components().next() else { return None };
    matches!(prefix.kind(), Prefix::UNC(..) | Prefix::VerbatimUNC(..)).then(|| "a shared folder".to_owned())
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
pub(super) fn kind_of(_: &Path) -> Option<String> {
    None
}

#[cfg(target_os = "linux")]
mod linux {
    use std::path::Path;

    /// File systems whose disk is elsewhere.
    pub const NETWORK: &[&str] = &[
        "9p",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "fuse.davfs2",
        "fuse.gvfsd-fuse",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "fuse.glusterfs",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    ];

    /// The kind of file system that holds a path, from the lines of `mountinfo`: the fifth word is where it is mounted, and the kind follows
    /// the dash.
    pub fn file_system(mounts: &str, path: &Path) -> Option<String> {
        let mount = |line: &str| {
            let at = line.split(' ').nth(4)?.replace("\\040", " ");
            let kind = line.split_once(" - ")?.1.split(' ').next()?;
            path.starts_with(&at).then(|| (at.len(), kind.to_owned()))
        };
        // Of two at one place the later one covers the other.
        mounts.lines().filter_map(mount).max_by_key(|(length, _)| *length).map(|(_, kind)| kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    const MOUNTS: &str = "22 28 0:20 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
36 22 0:31 / /home/ann rw shared:2 - nfs4 box:/ann rw
37 36 0:32 / /home/ann/My\\040Disk rw - ext4 /dev/sdb1 rw
38 22 0:33 / /mnt/share rw - ext4 /dev/sdc1 rw
39 22 0:34 / /mnt/share rw - cifs //box/share rw
";

    #[cfg(target_os = "linux")]
    #[test]
    fn f10_a_network_disk_is_told_by_the_nearest_mount() {
        let kind = |path: &str| linux::file_system(MOUNTS, Path::new(path)).expect("one");
        assert_eq!(kind("/home/ann/vault"), "nfs4");
        assert_eq!(kind("/home/ann/My Disk/vault"), "ext4");
        assert_eq!(kind("/home/anna"), "ext4");
        assert_eq!(kind("/mnt/share/vault"), "cifs", "the later one covers the earlier");
        assert_eq!(linux::file_system("", Path::new("/")), None);
    }

    #[cfg(windows)]
    #[test]
    fn f10_a_network_disk_is_told_by_its_share() {
        assert_eq!(kind_of(Path::new(r"\\box\ann\vault")).as_deref(), Some("a shared folder"));
        assert_eq!(kind_of(Path::new(r"\\?\UNC\box\ann\vault")).as_deref(), Some("a shared folder"));
        assert_eq!(kind_of(Path::new(r"\\?\C:\Users\ann\vault")), None);
        assert_eq!(kind_of(Path::new(r"C:\vault")), None);
    }

    #[test]
    fn f10_this_computers_own_disk_is_no_network_disk() {
        let dir = tempfile::tempdir().expect("a folder");
        assert_eq!(kind_of(&dir.path().canonicalize().expect("there")), None);
    }
}
