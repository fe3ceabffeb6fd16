//! `cargo xtask run`: from a clean clone to the main job, in the window or in the terminal.

mod archive;
pub mod demo;
mod partners;
pub mod terminal;

use crate::{node, packages, shell, ui, workspace};
use anyhow::{Result, bail};
use demo::Demo;
use partners::Partners;
use std::process::Command;

pub fn command(args: &[String]) -> Result<()> {
    if let Some(unknown) = args.iter().find(|arg| *arg != "--terminal") {
        bail!("`{unknown}` is not an option of `cargo xtask run`; it knows only --terminal");
    }
    if args.iter().any(|arg| arg == "--terminal") {
        return in_terminal();
    }
    if !has_display() {
        println!("There is no display here, so this shows the same in the terminal.\n");
        return in_terminal();
    }
    in_window()
}

fn in_terminal() -> Result<()> {
    shell::run(workspace::cargo().args(["build", "--package", "holdall-cli", "--package", "holdall-partner"]))?;
    terminal::play()
}

fn in_window() -> Result<()> {
    packages::ensure(&[packages::WINDOW])?;
    node::install()?;
    ui::ensure_built()?;
    shell::run(workspace::cargo().args(["build", "--workspace", "--exclude", "xtask"]))?;
    let demo = Demo::fresh()?;
    let partners = Partners::start(&demo.folder)?;
    println!("\nThe window opens on a new, empty vault in {}", demo.vault().display());
    println!("Exports to drop into it:   {}", demo.exports().display());
    for (name, what) in demo::contents() {
        println!("  {name:<28} {what}");
    }
    println!("Demo partners to add under Sharing (they run on this computer, and end with the window):");
    println!("  {:<28} an airline: matches your status to the flights you took", partners.airline);
    println!("  {:<28} a bookseller: thanks you for the books you have read", partners.bookseller);
    let mut window = Command::new(workspace::program("debug", "holdall-desktop")?);
    window.env("HOLDALL_VAULT", demo.vault()).env("HOLDALL_DEVELOPMENT", "1").current_dir(&demo.folder);
    shell::run(&mut window)
}

/// macOS and Windows always have one. On Linux a session says so.
fn has_display() -> bool {
    !cfg!(target_os = "linux")
        || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
