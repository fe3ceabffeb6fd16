//! `cargo xtask systems`: what Linux can know of Holdall on Windows and macOS. Both are compiled, tests included, and warnings count; the
//! tests run for Windows under Wine, as far as it goes. What a real Windows or macOS alone can show is said at the end.

mod macos;
mod windows;

use crate::trials::Outcome;
use crate::{shell, trials, ui, workspace};
use anyhow::{Result, bail};
use std::path::PathBuf;
use std::process::Command;

pub fn command(args: &[String]) -> Result<()> {
    let (on_windows, on_macos, rooms) = match args {
        [] => (true, true, &[][..]),
        [one, rooms @ ..] if one == "windows" => (true, false, rooms),
        [one] if one == "macos" => (false, true, &[][..]),
        _ => bail!(
            "type: cargo xtask systems, or cargo xtask systems macos, or cargo xtask systems windows with the packages to test, if not all"
        ),
    };
    if !cfg!(target_os = "linux") {
        bail!("this is for Linux. Here, `cargo xtask test` runs the tests on the system itself.");
    }
    ui::ensure_built()?;
    if on_macos {
        macos::check()?;
    }
    if on_windows {
        let (count, outcomes) = windows::run(rooms)?;
        print_trials(outcomes)?;
        println!("\n{} tests passed on Windows under Wine, {} failed", count.passed, count.failed);
        if count.failed > 0 {
            bail!("not every test passed; see above");
        }
    }
    for left_out in LEFT_OUT {
        println!("left out: {left_out}");
    }
    Ok(())
}

const LEFT_OUT: &[&str] = &[
    "the window itself on Windows and macOS: Wine has no WebView2, and nothing here runs programs for macOS",
    "Windows: what Wine takes from Linux instead: disks that fill up, rights of other people, paths longer than 260 characters being refused",
    "macOS: linking and running anything; its Keychain",
    "tests of what Linux alone has: its signals, core dumps, D-Bus, memory, faults of single calls to the disk",
];

/// Trial by trial, those that ran.
fn print_trials(outcomes: Vec<(String, Outcome)>) -> Result<()> {
    let mut tests = trials::by_trial(outcomes);
    println!("\nTrials (docs/trials.md) that ran on Windows under Wine:");
    for trial in trials::listed()? {
        if let Some(outcomes) = tests.remove(&trial.id) {
            trials::print(&trial, &outcomes);
        }
    }
    Ok(())
}

/// A target folder apart from the usual one, which stays as it is. What runs while building is the same for both systems.
fn target() -> Result<PathBuf> {
    Ok(workspace::target()?.join("systems"))
}

/// Makes sure that Rust's own library for a target is there.
fn ensure_target(name: &str) -> Result<()> {
    let folder = shell::capture(Command::new("rustc").current_dir(workspace::root()).args(["--print", "target-libdir", "--target", name]))?;
    if PathBuf::from(folder.trim()).is_dir() {
        return Ok(());
    }
    if shell::find("rustup").is_none() {
        bail!("Rust's library for {name} is missing. Install Rust with rustup, then run this again.");
    }
    shell::run(Command::new("rustup").current_dir(workspace::root()).args(["target", "add", name]))
}
