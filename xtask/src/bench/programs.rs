//! The programs that are measured: release builds, with pages encrypted and with pages in the clear.

use crate::{shell, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the programs of one build are.
pub struct Programs {
    folder: PathBuf,
}

const CLI: &[&str] = &["--package", "holdall-cli", "--bin", "holdall"];
/// What runs single commands of an open vault, and what it is compared with.
const EXAMPLES: &[&str] = &[
    "--package",
    "holdall-app",
    "--package",
    "holdall-vault",
    "--example",
    "bridge",
    "--example",
    "sql_times",
    "--example",
    "sealed_copy",
];

/// Builds the command line as it is shipped.
pub fn build(examples: bool) -> Result<Programs> {
    shell::run(&mut command(examples))?;
    Ok(Programs { folder: workspace::target()?.join("release") })
}

/// Builds the same code with the page cipher left out, in a target folder of its own. It refuses to start without `HOLDALL_BENCH`.
pub fn build_clear(examples: bool) -> Result<Programs> {
    let target = workspace::target()?.join("plain-pages");
    shell::run(command(examples).env("RUSTFLAGS", "--cfg holdall_plain_pages").env("CARGO_TARGET_DIR", &target))?;
    Ok(Programs { folder: target.join("release") })
}

fn command(examples: bool) -> Command {
    let mut command = workspace::cargo();
    command.args(["build", "--release"]).args(CLI).args(if examples { EXAMPLES } else { &[] });
    command
}

impl Programs {
    /// The command line on a vault that a key file opens.
    pub fn holdall(&self, folder: &Path, vault: &str, words: &[&str]) -> Command {
        let mut command = self.program("", "holdall");
        command.current_dir(folder).args(["--vault", vault, "--key-file", &key_of(vault)]).args(words);
        command
    }

    /// Commands of the window on the same vault, in one process.
    pub fn bridge(&self, folder: &Path, vault: &str) -> Command {
        let mut command = self.program("examples", "bridge");
        command.current_dir(folder).args([vault, &key_of(vault)]);
        command
    }

    pub fn example(&self, folder: &Path, name: &str) -> Command {
        let mut command = self.program("examples", name);
        command.current_dir(folder);
        command
    }

    fn program(&self, within: &str, name: &str) -> Command {
        let mut command = Command::new(self.folder.join(within).join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
        command.env("HOLDALL_BENCH", "1");
        command
    }

    /// A new, empty vault in the place of one that may be there.
    pub fn new_vault(&self, folder: &Path, vault: &str) -> Result<()> {
        remove(&folder.join(vault))?;
        remove(&folder.join(key_of(vault)))?;
        shell::capture(&mut self.holdall(folder, vault, &["vault", "create"])).map(drop)
    }
}

fn key_of(vault: &str) -> String {
    format!("{vault}.key")
}

pub fn remove(path: &Path) -> Result<()> {
    let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match gone {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
