//! The tier that asks foreign JOSE libraries: brings both from their registries, pinned, and hands them to `tests/foreign`.

use super::count::{self, Count};
use crate::{node, python, shell, workspace};
use anyhow::Result;

pub fn run() -> Result<Count> {
    let folder = workspace::root().join("tests/foreign");
    node::ensure()?;
    node::install_in(&folder)?;
    let python = python::with(&folder.join("requirements.txt"), &workspace::tools()?.join("python"))?;
    let node = node::node()?;
    // One of the stories saves the log of a real vault.
    shell::run(workspace::cargo().args(["build", "--package", "holdall-cli", "--locked"]))?;
    let mut test = workspace::cargo();
    test.args(["test", "--package", "holdall-foreign", "--locked", "--no-fail-fast"]);
    test.env("HOLDALL_FOREIGN_NODE", node.get_program()).env("HOLDALL_FOREIGN_PYTHON", python);
    count::run(&mut test)
}
