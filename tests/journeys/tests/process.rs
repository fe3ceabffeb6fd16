//! What other programs on this computer can see of a running `holdall`.
#![cfg(target_os = "linux")]

use std::fs::{File, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use holdall_journeys::program;
use tempfile::TempDir;

/// A user without rights: as root, everything would be readable anyway.
const NOBODY: u32 = 65_534;

/// `holdall` as it waits for a passphrase at a pipe.
struct Waiting {
    child: Child,
    /// Whom it runs as.
    user: u32,
    /// Open, so that it goes on waiting.
    _pipe: File,
    _folder: TempDir,
}

impl Waiting {
    fn start() -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let pipe = folder.path().join("passphrase");
        let made = Command::new("mkfifo").args(["--mode", "666"]).arg(&pipe).status().expect("mkfifo runs");
        assert!(made.success());
        std::fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("our own folder");

        let mut command = Command::new(program("holdall"));
        command.args(["--vault", "/nonexistent/vault", "vault", "create", "--passphrase-file"]).arg(&pipe).env("HOME", "/nonexistent");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut user = std::fs::metadata("/proc/self").expect("proc").uid();
        if user == 0 {
            command.uid(NOBODY).gid(NOBODY);
            user = NOBODY;
        }
        let child = command.spawn().expect("holdall runs");
        // Opens as soon as the other end is opened: then it is in the middle of its work.
        let pipe = File::options().write(true).open(&pipe).expect("holdall opens the pipe");
        Self { child, user, _pipe: pipe, _folder: folder }
    }

    fn proc(&self, name: &str) -> String {
        format!("/proc/{}/{name}", self.child.id())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // It waits for a line that never comes.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn k04_a_crash_leaves_no_core_dump() {
    let waiting = Waiting::start();
    let limits = std::fs::read_to_string(waiting.proc("limits")).expect("its limits");
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a line");
    assert!(core.split_whitespace().skip(4).take(2).eq(["0", "0"]), "{core}");
}

#[test]
fn k05_other_programs_of_the_same_user_cannot_look_into_its_memory() {
    let waiting = Waiting::start();
    // The kernel gives this file to root when a process must not be looked into.
    let owner = std::fs::metadata(waiting.proc("mem")).expect("the process lives").uid();
    assert_ne!(owner, waiting.user, "its memory belongs to the user, so every program of the user can read it");
}
