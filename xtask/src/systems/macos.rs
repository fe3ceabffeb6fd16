//! Compiling for macOS without its headers: nothing is linked, so a stand-in for its C compiler will do.

use crate::{shell, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

const TARGET: &str = "aarch64-apple-darwin";

/// Leaves an empty file where an object was asked for.
const COMPILER: &str = "#!/bin/sh\nwhile [ $# -gt 0 ]; do [ \"$1\" = -o ] && : > \"$2\"; shift; done\n";
/// Leaves an empty archive.
const ARCHIVER: &str = "#!/bin/sh\nfor word; do case $word in *.a) printf '!<arch>\\n' > \"$word\";; esac; done\n";

pub fn check() -> Result<()> {
    super::ensure_target(TARGET)?;
    let folder = super::target()?;
    let (compiler, archiver) = (folder.join("no-cc"), folder.join("no-ar"));
    fs::create_dir_all(&folder).context("the target folder")?;
    script(&compiler, COMPILER)?;
    script(&archiver, ARCHIVER)?;
    let mut command = workspace::cargo();
    command.args(["clippy", "--workspace", "--all-targets", "--locked", "--target", TARGET, "--", "-D", "warnings"]);
    command.env("CARGO_TARGET_DIR", folder).env("CARGO_INCREMENTAL", "0").env("CARGO_PROFILE_DEV_DEBUG", "0");
    for (tool, script) in [("CC", &compiler), ("CXX", &compiler), ("AR", &archiver)] {
        command.env(format!("{tool}_{}", TARGET.replace('-', "_")), script);
    }
    shell::run(&mut command)
}

fn script(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text)?;
    shell::run(Command::new("chmod").arg("+x").arg(path))
}
