//! Pythons of our own, each with exactly the packages that a file names.

use crate::{packages, shell};
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The Python below `home`, with exactly the packages of `requirements`; made anew where the file has changed.
pub fn with(requirements: &Path, home: &Path) -> Result<PathBuf> {
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
    shell::run(Command::new(system).args(["-m", "venv", "--clear"]).arg(home))?;
    shell::run(
        Command::new(&python).args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(requirements),
    )?;
    std::fs::write(stamp, wanted)?;
    Ok(python)
}
