//! `cargo xtask codegen`: writes the window's TypeScript types from `crates/app`. The same test that finds them stale writes them.

use crate::{shell, workspace};
use anyhow::Result;

pub fn command(_args: &[String]) -> Result<()> {
    let mut command = workspace::cargo();
    command.args(["test", "--quiet", "--package", "holdall-app", "--lib", "the_generated_typescript_is_fresh"]);
    shell::run(command.env("HOLDALL_BLESS", "1"))
}
