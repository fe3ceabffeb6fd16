//! `cargo xtask dist`: what a person installs on this system, built for release.

use crate::{node, packages, shell, ui, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

const TOOLS: &[&str] = &["holdall", "holdall-partner"];

/// Kinds of installer for the system we are on. An AppImage would fetch parts from the network while it is built.
fn bundles() -> &'static str {
    if cfg!(target_os = "linux") {
        "deb,rpm"
    } else if cfg!(target_os = "macos") {
        "app,dmg"
    } else {
        "nsis"
    }
}

pub fn command(_args: &[String]) -> Result<()> {
    packages::ensure(&[packages::WINDOW])?;
    node::install()?;
    ui::ensure_built()?;
    shell::run(workspace::cargo().args(["build", "--release", "--locked", "--package", "holdall-cli", "--package", "holdall-partner"]))?;
    shell::run(node::npm()?.args(["exec", "--", "tauri", "build", "--ci", "--bundles", bundles()]))?;
    let target = workspace::target()?;
    let dist = target.join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir_all(&dist)?;
    for tool in TOOLS {
        let program = workspace::program("release", tool)?;
        fs::copy(&program, dist.join(program.file_name().context("a program has a name")?))?;
    }
    collect(&target.join("release/bundle"), &dist)?;
    fs::copy(workspace::root().join("LICENSE"), dist.join("LICENSE"))?;
    println!("\nIn {}:", dist.display());
    for file in sorted(&dist)? {
        println!("{:>12} bytes  {}", file.metadata()?.len(), file.file_name().unwrap_or_default().to_string_lossy());
    }
    Ok(())
}

/// Takes the installers out of the folders that the bundler sorts them into.
fn collect(bundle: &Path, dist: &Path) -> Result<()> {
    for kind in sorted(bundle)?.iter().filter(|path| path.is_dir()) {
        for file in sorted(kind)? {
            let is_installer = file.extension().is_some_and(|ending| ["deb", "rpm", "dmg", "exe"].iter().any(|one| ending == *one));
            if is_installer && file.is_file() {
                fs::copy(&file, dist.join(file.file_name().context("a file has a name")?))?;
            }
        }
    }
    Ok(())
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = folder
        .read_dir()
        .with_context(|| format!("{} is missing", folder.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
