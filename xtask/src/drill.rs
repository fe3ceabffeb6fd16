//! `cargo xtask drill`: a computer is lost, and a new one gets everything back with the backup and the recovery code alone.

use crate::{packages, shell, workspace};
use anyhow::{Result, bail};

/// The stories that are this, by the beginning of their names (docs/trials.md, H2).
const STORIES: &str = "h02_";

pub fn command(args: &[String]) -> Result<()> {
    if !args.is_empty() {
        bail!("type: cargo xtask drill");
    }
    packages::ensure(&[packages::KEYRING])?;
    shell::run(workspace::cargo().args(["build", "--package", "holdall-cli", "--locked"]))?;
    shell::run(workspace::cargo().args(["test", "--package", "holdall-journeys", "--test", "backup", "--locked", "--", STORIES]))?;
    println!("\nThe backup and the code gave everything back.");
    Ok(())
}
