//! The tier that asks foreign JOSE libraries: brings both from their registries, pinned, and hands them to `tests/foreign`.

use super::count::{self, Count};
use crate::{node, packages, shell, workspace};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

pub fn run() -> Result<Count> {
    let folder = workspace::root().join("tests/foreign");
    node::ensure()?;
    node::install_in(&folder)?;
    let python = python_with(&folder.join("requirements.txt"))?;
    let node = node::node()?;
    // One of the stories saves the log of a real vault.
    shell::run(workspace::cargo().args(["build", "--package", "holdall-cli", "--locked"]))?;
    let mut test = workspace::cargo();
    test.args(["test", "--package", "holdall-foreign", "--locked", "--no-fail-fast"]);
    test.env("HOLDALL_FOREIGN_NODE", node.get_program()).env("HOLDALL_FOREIGN_PYTHON", python);
    count::run(&mut test)
}

/// A Python of our own in the target folder, with exactly the packages of `requirements`.
fn python_with(requirements: &Path) -> Result<PathBuf> {
    let home = workspace::tools()?.join("python");
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let wanted = std::fs::read_to_string(requirements).with_context(|| format!("cannot read {}", requirements.display()))?;
    let stamp = home.join("requirements.txt");
    if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && python.exists() {
        return Ok(python);
    }
    packages::ensure(&[packages::PYTHON])?;
    let system = ["python3", "python"]
        .into_iter()
        .find_map(shell::find)
        .context("Python 3 is not installed; get it from https://www.python.org and run this again")?;
    shell::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(&home))?;
    shell::run(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements),
    )?;
    std::fs::write(stamp, wanted)?;
    Ok(python)
}
