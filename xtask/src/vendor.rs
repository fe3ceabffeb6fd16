//! `cargo xtask vendor new|bless`: adding to what is known of vendors, without any Rust.

use crate::{shell, workspace};
use anyhow::{Context, Result, bail, ensure};
use std::fs;
use std::path::Path;

const VENDOR: &str = r#"name = "NAME"
countries = []
url = ""
privacy = ""

[how]
steps = []
link = ""
wait = ""
files = []
"#;

const EXPORT: &str = r#"name = "NAME"
kind = "bank_transaction"
columns = [
    ["moment", "Date"],
    ["amount", "Amount"],
    ["title", "Description"],
]
"#;

pub fn command(args: &[String]) -> Result<()> {
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["new", vendor, export] => new(vendor, export),
        ["bless"] => bless(),
        _ => bail!("type: cargo xtask vendor new VENDOR EXPORT, or: cargo xtask vendor bless"),
    }
}

fn new(vendor: &str, export: &str) -> Result<()> {
    for slug in [vendor, export] {
        let is_slug = !slug.is_empty() && slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        ensure!(is_slug, "`{slug}` becomes a permanent name: write it in lower case, with digits and hyphens only");
    }
    let folder = workspace::root().join("vendors").join(vendor);
    fs::create_dir_all(folder.join(export)).with_context(|| format!("cannot make {}", folder.display()))?;
    write_new(&folder.join("vendor.toml"), &VENDOR.replace("NAME", vendor))?;
    write_new(&folder.join(export).join("export.toml"), &EXPORT.replace("NAME", export))?;
    println!("\nNext: describe the layout in vendors/{vendor}/{export}/export.toml (vendors/README.md explains each word),");
    println!("put a sample.csv with invented rows beside it, and run: cargo xtask vendor bless");
    Ok(())
}

/// Leaves alone what is there: a second export of a known vendor keeps its vendor.toml.
fn write_new(path: &Path, text: &str) -> Result<()> {
    if path.exists() {
        println!("kept   {}", path.display());
        return Ok(());
    }
    println!("wrote  {}", path.display());
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the `.expected` files anew. The same test that compares them does it, so that there is one opinion of what they hold.
fn bless() -> Result<()> {
    let mut command = workspace::cargo();
    command.args(["test", "--quiet", "--package", "holdall-importer", "--lib", "samples"]);
    shell::run(command.env("HOLDALL_BLESS", "1"))?;
    println!("\nNow read what changed, line by line: git diff vendors");
    Ok(())
}
