//! A person's desk for whole-house stories: a private home folder, a real keyring, and the real programs.
//!
//! Nothing here is a mock. On Linux the desk has its own message bus and its own gnome-keyring. On Windows it uses the Credential Manager
//! of whoever runs it, and takes its entries out again. On macOS it uses a passphrase, because the keychain would ask that person; stories
//! that are about the keyring are left out there.

#[cfg(windows)]
pub mod credentials;
mod desk;
pub mod exports;
#[cfg(target_os = "linux")]
mod keyring;
mod partner;

pub use desk::{Answer, Desk};
pub use partner::DemoPartners;

use std::path::PathBuf;

/// A program of this workspace, as the last build left it beside the test itself.
pub fn program(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let dir = test
        .ancestors()
        .find(|dir| dir.file_name().is_some_and(|n| n == "deps"))
        .and_then(|deps| deps.parent())
        .expect("tests run from target/*/deps");
    let program = dir.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        program.exists(),
        "{} is not built: run `cargo build -p holdall-cli -p holdall-partner` first (cargo xtask test does)",
        program.display()
    );
    program
}

/// A sample export of this repository.
pub fn sample(below_vendors: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../vendors").join(below_vendors);
    assert!(path.exists(), "{} is missing", path.display());
    path
}
