//! The window's own code: its build, its checks, its tests.

use crate::test::count::{self, Count};
use crate::{node, shell, workspace};
use anyhow::Result;
use std::path::Path;
use std::time::SystemTime;

pub fn check() -> Result<Count> {
    node::install()?;
    shell::run(node::npm()?.args(["run", "--silent", "check", "-w", "ui"]))?;
    Ok(Count::ONE)
}

pub fn test() -> Result<Count> {
    node::install()?;
    count::run(node::npm()?.args(["test", "--silent", "-w", "ui"]))
}

/// The shell embeds `ui/dist`, so it has to be there and fresh before the root package is compiled.
pub fn ensure_built() -> Result<()> {
    node::install()?;
    let ui = workspace::root().join("ui");
    let built = newest(&ui.join("dist"));
    let sources = ["src", "public", "index.html", "vite.config.ts", "package.json"].map(|name| newest(&ui.join(name)));
    if built.is_some() && sources.into_iter().max().flatten() < built {
        return Ok(());
    }
    shell::run(node::npm()?.args(["run", "--silent", "build", "-w", "ui"]))
}

/// When the newest file under `path` was last changed.
fn newest(path: &Path) -> Option<SystemTime> {
    let meta = path.metadata().ok()?;
    if meta.is_file() {
        return meta.modified().ok();
    }
    path.read_dir().ok()?.flatten().filter_map(|entry| newest(&entry.path())).max()
}
