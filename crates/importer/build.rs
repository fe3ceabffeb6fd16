//! Writes the table of all files under `vendors/` that describe vendors and exports, so that they are part of the program.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let missing = |name: &str| io::Error::other(format!("{name} is not set by cargo"));
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").ok_or_else(|| missing("CARGO_MANIFEST_DIR"))?).join("../../vendors");
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or_else(|| missing("OUT_DIR"))?).join("vendors.rs");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut table = String::from("pub(super) static FILES: &[super::VendorFiles] = &[\n");
    for vendor in folders(&root)? {
        let file = vendor.join("vendor.toml");
        if !file.is_file() {
            continue;
        }
        println!("cargo::rerun-if-changed={}", vendor.display());
        writeln!(table, "    ({:?}, include_str!({:?}), &[", name(&vendor), file.canonicalize()?).map_err(io::Error::other)?;
        for export in folders(&vendor)? {
            println!("cargo::rerun-if-changed={}", export.display());
            let file = export.join("export.toml");
            if file.is_file() {
                let (name, path, edition) = (name(&export), file.canonicalize()?, edition(&export)?);
                writeln!(table, "        ({name:?}, include_str!({path:?}), {edition:?}),").map_err(io::Error::other)?;
            }
        }
        table.push_str("    ]),\n");
    }
    table.push_str("];\n");
    fs::write(out, table)
}

/// The sum of a definition and of what is made of its samples: another one wherever either changed. FNV-1a, and no secret.
fn edition(export: &Path) -> io::Result<String> {
    let mut files: Vec<PathBuf> = fs::read_dir(export)?.collect::<io::Result<Vec<_>>>()?.into_iter().map(|e| e.path()).collect();
    files.retain(|f| name(f) == "export.toml" || name(f).ends_with(".expected"));
    files.sort();
    let mut sum: u64 = 0xcbf2_9ce4_8422_2325;
    for file in files {
        // A checkout may have written other line ends.
        for byte in fs::read(file)?.into_iter().filter(|b| *b != b'\r').chain([0]) {
            sum = (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{sum:016x}"))
}

/// The folders in a folder, by name, so that two builds are alike.
fn folders(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(Vec::new());
    }
    let mut found: Vec<PathBuf> = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?.into_iter().map(|e| e.path()).collect();
    found.retain(|p| p.is_dir());
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> &str {
    path.file_name().and_then(|n| n.to_str()).unwrap_or_default()
}
