//! The tier that drives the real window. The stories are in `tests/e2e`; this prepares what they need.

use super::count::{self, Count};
use super::rust;
use crate::run::demo;
use crate::{node, workspace};
use anyhow::Result;
use std::path::PathBuf;

pub fn skip() -> Option<&'static str> {
    (!cfg!(target_os = "linux")).then_some("only WebKitGTK lets a test drive the window of an installed program")
}

pub fn run() -> Result<Count> {
    rust::build()?;
    node::ensure()?;
    let results = workspace::target()?.join("e2e");
    if results.exists() {
        std::fs::remove_dir_all(&results)?;
    }
    let exports = results.join("exports");
    demo::write_exports(&exports)?;
    let mut command = node::node()?;
    command.args(["--test", "--test-reporter=spec", "--test-concurrency=1"]).args(stories()?);
    command.env("HOLDALL_E2E_PROGRAMS", workspace::target()?.join("debug")).env("HOLDALL_E2E_EXPORTS", exports);
    command.env("HOLDALL_E2E_RESULTS", results);
    count::run(&mut command)
}

fn stories() -> Result<Vec<PathBuf>> {
    let mut stories = Vec::new();
    for entry in workspace::root().join("tests/e2e").read_dir()? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with(".test.mjs") {
            stories.push(path);
        }
    }
    stories.sort();
    Ok(stories)
}
