//! Writes `crates/protocol/vectors/` anew. Run it after a change that is meant to change them, and read the diff.

#[path = "../tests/common/mod.rs"]
mod common;

use std::path::Path;

fn main() -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    std::fs::create_dir_all(&folder)?;
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|e| e == "txt") {
            std::fs::remove_file(path)?;
        }
    }
    for vector in common::vectors::all() {
        std::fs::write(folder.join(format!("{}.txt", vector.name)), vector.file())?;
    }
    Ok(())
}
