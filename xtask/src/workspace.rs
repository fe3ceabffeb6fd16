//! Where things are: the root of the checkout, the target folder, the programs built into it.

use crate::shell;
use anyhow::{Context, Result};
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The root of the checkout. Cargo sets the variable for `cargo run`; the compiled-in value serves a binary started by hand.
pub fn root() -> &'static Path {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    ROOT.get_or_init(|| {
        let own = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        own.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
    })
}

/// The cargo that runs us, so that an override such as `cargo +stable` carries through.
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// What `cargo metadata` says of the whole tree, dependencies included.
pub fn metadata() -> Result<Value> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--all-features"]);
    let text = shell::capture(&mut command)?;
    serde_json::from_str(&text).context("`cargo metadata` did not print JSON")
}

/// The folder cargo builds into, wherever CARGO_TARGET_DIR or a cargo config has put it.
pub fn target() -> Result<PathBuf> {
    static TARGET: OnceLock<PathBuf> = OnceLock::new();
    if let Some(known) = TARGET.get() {
        return Ok(known.clone());
    }
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1", "--no-deps"]);
    let value: Value = serde_json::from_str(&shell::capture(&mut command)?).context("`cargo metadata` did not print JSON")?;
    let folder = value["target_directory"].as_str().context("`cargo metadata` names no target folder")?;
    Ok(TARGET.get_or_init(|| PathBuf::from(folder)).clone())
}

/// Tools that a fresh machine lacks and that no package provides; safe to delete.
pub fn tools() -> Result<PathBuf> {
    Ok(target()?.join("tools"))
}

/// Where cargo puts the program `name` of the given profile folder (`debug` or `release`).
pub fn program(profile: &str, name: &str) -> Result<PathBuf> {
    Ok(target()?.join(profile).join(format!("{name}{}", std::env::consts::EXE_SUFFIX)))
}
