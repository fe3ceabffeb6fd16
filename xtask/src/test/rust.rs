//! The tiers that cargo runs.

use super::count::{self, Count};
use super::keyring;
use crate::{shell, ui, workspace};
use anyhow::Result;

const JOURNEYS: &str = "holdall-journeys";

pub fn format() -> Result<Count> {
    shell::run(workspace::cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Count::ONE)
}

pub fn clippy() -> Result<Count> {
    ui::ensure_built()?;
    shell::run(workspace::cargo().args(["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"]))?;
    Ok(Count::ONE)
}

/// All tests of all rooms, with a real key ring to talk to.
pub fn test() -> Result<Count> {
    ui::ensure_built()?;
    let mut test = workspace::cargo();
    test.args(["test", "--workspace", "--exclude", JOURNEYS, "--exclude", "holdall-foreign", "--locked", "--no-fail-fast"]);
    let session = keyring::Session::start()?;
    count::run(&mut session.wrap(&test))
}

/// Stories that start the real programs, which therefore are built first. Each story has a key ring of its own.
pub fn journeys() -> Result<Count> {
    build()?;
    count::run(workspace::cargo().args(["test", "--package", JOURNEYS, "--locked", "--no-fail-fast"]))
}

/// Every program but this one, which is running and which Windows would not let us replace.
pub fn build() -> Result<Count> {
    ui::ensure_built()?;
    shell::run(workspace::cargo().args(["build", "--workspace", "--exclude", "xtask", "--locked"]))?;
    Ok(Count::ONE)
}
