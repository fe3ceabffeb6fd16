//! Opens every view of the window in a browser, in light and dark, on recorded data: as a check (accessibility, content policy), or to take pictures.

use crate::test::count::Count;
use crate::{node, packages, shell, ui};
use anyhow::{Context, Result};
use std::path::PathBuf;

/// Names under which Chromium and its kin go.
const BROWSERS: &[&str] = &["chromium", "chromium-browser", "google-chrome", "chrome", "msedge"];

/// Where macOS and Windows keep them, outside the search path.
const PLACES: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
];

/// `cargo xtask screens`: takes the pictures in docs/screens anew.
pub fn command(args: &[String]) -> Result<()> {
    run(args)
}

/// The same without pictures: fails on what a screen reader, a keyboard or the content policy would stumble over.
pub fn check() -> Result<Count> {
    run(&["--no-pictures".to_owned()])?;
    Ok(Count::ONE)
}

fn run(args: &[String]) -> Result<()> {
    ui::ensure_built()?;
    let browser = browser()?;
    shell::run(node::npm()?.args(["run", "--silent", "screens", "-w", "ui", "--"]).args(args).env("CHROMIUM", browser))
}

fn browser() -> Result<PathBuf> {
    if let Some(found) = find() {
        return Ok(found);
    }
    packages::ensure(&[packages::BROWSER])?;
    find().context("no Chromium, Chrome or Edge was found; install one and run this again")
}

fn find() -> Option<PathBuf> {
    let on_path = BROWSERS.iter().find_map(|name| shell::find(name));
    on_path.or_else(|| PLACES.iter().map(PathBuf::from).find(|path| path.is_file()))
}
