//! Node.js and npm: new enough, from the system or from the npm registry.

use crate::{packages, shell, workspace};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What Vite 8 asks for.
const WANTED: &str = "20.19 or newer of 20, or 22.12 or newer";

/// Finds a fitting Node.js, and brings one where the system's is too old (Debian 12 has 18).
pub fn ensure() -> Result<()> {
    if ready() {
        return Ok(());
    }
    if !cfg!(target_os = "linux") {
        bail!("Node.js {WANTED} is needed, with npm. Install it from https://nodejs.org, open a new terminal, and run this again.");
    }
    packages::ensure(&[packages::NODE])?;
    if ready() {
        return Ok(());
    }
    let found = version("node".as_ref()).map_or_else(|| "unknown".to_owned(), |(major, minor)| format!("{major}.{minor}"));
    println!("The system's Node.js is {found}; the window needs {WANTED}. Bringing one from the npm registry into the target folder:");
    let tools = workspace::tools()?;
    std::fs::create_dir_all(&tools).with_context(|| format!("cannot make {}", tools.display()))?;
    let mut command = Command::new("npm");
    command.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"]).arg(&tools).args(["node@22", "npm@11"]);
    shell::run(&mut command)?;
    if ready() {
        return Ok(());
    }
    bail!("a newer Node.js was fetched, but it does not start. Install Node.js {WANTED} by hand (https://nodejs.org), and run this again.")
}

/// `npm`, run by the Node.js that [`ensure`] settled on.
pub fn npm() -> Result<Command> {
    let path = search_path()?;
    let program = shell::find_in(&path, "npm").context("npm is not installed; `cargo xtask run` installs it")?;
    let mut command = Command::new(program);
    command.env("PATH", path).current_dir(workspace::root());
    Ok(command)
}

/// `node`, as [`ensure`] settled on.
pub fn node() -> Result<Command> {
    let path = search_path()?;
    let program = shell::find_in(&path, "node").context("Node.js is not installed; `cargo xtask run` installs it")?;
    let mut command = Command::new(program);
    command.env("PATH", path).current_dir(workspace::root());
    Ok(command)
}

/// Brings the packages of the window.
pub fn install() -> Result<()> {
    ensure()?;
    install_in(workspace::root())
}

/// `npm ci` in `folder`, but only where the lock file is newer than what is installed.
pub fn install_in(folder: &Path) -> Result<()> {
    let changed = |path: PathBuf| path.metadata().and_then(|meta| meta.modified()).ok();
    let lock = changed(folder.join("package-lock.json")).with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    if changed(folder.join("node_modules/.package-lock.json")).is_some_and(|installed| installed >= lock) {
        return Ok(());
    }
    shell::run(npm()?.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))
}

/// The search path with our own tools in front, where ours are needed.
fn search_path() -> Result<OsString> {
    let system = std::env::var_os("PATH").unwrap_or_default();
    if shell::find("node").is_some_and(|node| version(node.as_os_str()).is_some_and(fits)) {
        return Ok(system);
    }
    let own = workspace::tools()?.join("node_modules/.bin");
    Ok(std::env::join_paths(std::iter::once(own).chain(std::env::split_paths(&system)))?)
}

fn ready() -> bool {
    let Ok(path) = search_path() else { return false };
    let node_fits = shell::find_in(&path, "node").and_then(|node| version(node.as_os_str())).is_some_and(fits);
    node_fits && shell::find_in(&path, "npm").is_some()
}

fn version(node: &std::ffi::OsStr) -> Option<(u32, u32)> {
    parse_version(&shell::capture(Command::new(node).arg("--version")).ok()?)
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn fits((major, minor): (u32, u32)) -> bool {
    match major {
        20 => minor >= 19,
        22 => minor >= 12,
        other => other > 22,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_versions_that_vite_accepts_fit() {
        let fits_text = |text| parse_version(text).is_some_and(fits);
        assert!(fits_text("v20.19.0\n") && fits_text("v22.12.1") && fits_text("v24.0.0"));
        assert!(
            !fits_text("v18.20.4") && !fits_text("v20.18.1") && !fits_text("v21.7.3") && !fits_text("v22.11.0") && !fits_text("garbage")
        );
    }
}
