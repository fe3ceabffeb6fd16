//! What other programs on this computer can see of a running `holdall`.
#![cfg(target_os = "linux")]

use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};

use holdall_journeys::program;

/// A user without rights: as root, everything would be readable anyway.
const NOBODY: u32 = 65_534;

/// `holdall` as it waits for a passphrase.
struct Waiting {
    child: Child,
    /// Whom it runs as.
    user: u32,
}

impl Waiting {
    fn start() -> Self {
        let mut command = Command::new(program("holdall"));
        command.args(["--vault", "/nonexistent/vault", "--passphrase-file", "-", "vault", "create"]).env("HOME", "/nonexistent");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut user = std::fs::metadata("/proc/self").expect("proc").uid();
        if user == 0 {
            command.uid(NOBODY).gid(NOBODY);
            user = NOBODY;
        }
        Self { child: command.spawn().expect("holdall runs"), user }
    }

    /// Whether it becomes so, in a time in which every program has started.
    fn becomes(&self, so: impl Fn() -> bool) -> bool {
        (0..1000).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            so()
        })
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
    let limits = || std::fs::read_to_string(waiting.proc("limits")).expect("its limits");
    let none = |line: &str| line.starts_with("Max core file size") && line.split_whitespace().skip(4).take(2).eq(["0", "0"]);
    assert!(waiting.becomes(|| limits().lines().any(none)), "{}", limits());
}

#[test]
fn k05_other_programs_of_the_same_user_cannot_look_into_its_memory() {
    let waiting = Waiting::start();
    // The kernel gives this file to root when a process must not be looked into.
    let owner = || std::fs::metadata(waiting.proc("mem")).expect("the process lives").uid();
    assert!(waiting.becomes(|| owner() != waiting.user), "its memory belongs to the user, so every program of the user can read it");
}
