//! `cargo deny`, fetched when it is missing.

use super::count::Count;
use crate::{shell, workspace};
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

const VERSION: &str = "0.20.2";

pub fn run() -> Result<Count> {
    let deny = ensure()?;
    let mut checks = vec!["bans", "licenses", "sources"];
    if shell::succeeds(Command::new(&deny).args(["fetch", "db"]).current_dir(workspace::root())) {
        checks.push("advisories");
    } else {
        println!("Advisories are not checked: their database (github.com/rustsec/advisory-db) cannot be reached from here.");
    }
    let mut command = Command::new(deny);
    command.args(["--workspace", "--all-features", "--log-level", "warn", "check", "--hide-inclusion-graph"]).args(&checks);
    shell::run(command.current_dir(workspace::root()))?;
    Ok(Count { passed: u32::try_from(checks.len())?, failed: 0 })
}

/// The program of exactly our version: an older one reads deny.toml differently.
fn ensure() -> Result<PathBuf> {
    let tools = workspace::tools()?;
    let own = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    let candidates = [Some(own.clone()), shell::find("cargo-deny")];
    if let Some(found) = candidates.into_iter().flatten().find(is_right) {
        return Ok(found);
    }
    println!("cargo-deny {VERSION} is missing. Building it into the target folder takes a few minutes, once:");
    let mut install = workspace::cargo();
    install.args(["install", "cargo-deny", "--version", VERSION, "--locked", "--quiet", "--debug", "--force", "--root"]).arg(&tools);
    install.env("CARGO_TARGET_DIR", tools.join("build"));
    shell::run(&mut install)?;
    // Half a gigabyte that nothing needs again.
    std::fs::remove_dir_all(tools.join("build")).ok();
    Ok(own)
}

fn is_right(program: &PathBuf) -> bool {
    shell::capture(Command::new(program).arg("--version")).is_ok_and(|text| text.trim() == format!("cargo-deny {VERSION}"))
}
