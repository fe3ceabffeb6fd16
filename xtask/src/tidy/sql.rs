//! SQL is written where the disk is, and nowhere else.

use super::lexer::{self, Language};
use super::{Problem, Tree};
use anyhow::Result;

/// The vault; the partner, for a store of its own; and these tools, which are not shipped.
const ALLOWED: &[&str] = &["crates/vault/", "crates/partner/src/store", "xtask/"];

const OPENINGS: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE INDEX ",
    "CREATE UNIQUE INDEX ",
    "CREATE VIRTUAL TABLE ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "PRAGMA ",
    "ATTACH ",
];

pub fn check(tree: &Tree) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for source in tree.sources.iter().filter(|source| !ALLOWED.iter().any(|allowed| source.path.starts_with(allowed))) {
        if source.has_ending(&["sql"]) {
            problems.push(Problem::new(&source.path, 0, "SQL belongs to crates/vault"));
        }
        if !source.has_ending(&["rs"]) {
            continue;
        }
        for (line, text) in lexer::read(&source.text, Language::Rust).strings {
            if OPENINGS.iter().any(|opening| text.trim_start().starts_with(opening)) {
                problems.push(Problem::new(&source.path, line, "SQL belongs to crates/vault; ask it for what you need"));
            }
        }
    }
    Ok(problems)
}
