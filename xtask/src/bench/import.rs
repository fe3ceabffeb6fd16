//! An import into the encrypted vault, with everything on, against what a careful person would do with the `sqlite3` program.

use super::exports;
use super::measure::{self, Sample, Spread};
use crate::{packages, shell, workspace};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The bare minimum: every cell as text, in one table, nothing checked, nothing found again.
const IMPORT: &str = ".import --csv EXPORT rows";

/// What an import is for, by hand: rows that are there already stay out, and words can be searched.
const IMPORT_DEDUPE_SEARCH: &str = "
.import --csv EXPORT staged
CREATE TABLE rows AS SELECT DISTINCT * FROM staged;
DROP TABLE staged;
CREATE VIRTUAL TABLE words USING fts5(text, content='');
INSERT INTO words(rowid, text) SELECT rowid, COLUMN FROM rows;
";

struct Export {
    name: &'static str,
    file: &'static str,
    /// The column with the words, for the hand-made search.
    column: &'static str,
    write: fn(u64) -> String,
}

const EXPORTS: &[Export] = &[
    Export { name: "bank CSV", file: "bank.csv", column: "\"Description\"", write: exports::bank },
    Export { name: "Amazon CSV", file: "Retail.OrderHistory.1.csv", column: "\"Product Name\"", write: exports::amazon },
];

struct Contender {
    name: &'static str,
    prepare: fn(&Path, &Export) -> Result<Command>,
}

const CONTENDERS: &[Contender] = &[
    Contender { name: "holdall, encrypted vault", prepare: encrypted },
    Contender { name: "holdall, pages in the clear", prepare: plain },
    Contender { name: "sqlite3 .import", prepare: sqlite_import },
    Contender { name: "sqlite3 .import + dedupe + FTS5", prepare: sqlite_dedupe_search },
];

pub fn run(rows: u64, rounds: usize) -> Result<()> {
    packages::ensure(&[packages::BENCH])?;
    build_encrypted()?;
    build_plain()?;
    let folder = workspace::target()?.join("bench");
    fs::create_dir_all(&folder)?;
    for export in EXPORTS {
        fs::write(folder.join(export.file), (export.write)(rows))?;
        println!("\n{} with {rows} rows, {rounds} rounds", export.name);
        print(&measure(&folder, export, rounds)?);
    }
    Ok(())
}

/// One sample of every contender per round, so that a busy minute is shared by all.
fn measure(folder: &Path, export: &Export, rounds: usize) -> Result<Vec<Vec<Sample>>> {
    let mut samples: Vec<Vec<Sample>> = CONTENDERS.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (contender, samples) in CONTENDERS.iter().zip(&mut samples) {
            samples.push(measure::once(&(contender.prepare)(folder, export)?)?);
        }
    }
    Ok(samples)
}

fn print(samples: &[Vec<Sample>]) {
    let Some(own) = samples.first().and_then(|own| Spread::of(own.iter().map(|sample| sample.cpu))) else { return };
    println!("  {:<34} {:>9} {:>17} {:>9}   {:>8}", "", "CPU s", "range", "wall s", "holdall is");
    for (contender, samples) in CONTENDERS.iter().zip(samples) {
        let cpu = Spread::of(samples.iter().map(|sample| sample.cpu));
        let wall = Spread::of(samples.iter().map(|sample| sample.wall));
        let (Some(cpu), Some(wall)) = (cpu, wall) else { continue };
        let range = format!("{:.2}–{:.2}", cpu.least, cpu.greatest);
        let ratio = format!("{:.2} ×", own.median / cpu.median);
        println!("  {:<34} {:>9.2} {range:>17} {:>9.2}   {ratio:>8}", contender.name, cpu.median, wall.median);
    }
}

const BUILD: &[&str] = &["build", "--release", "--package", "holdall-cli"];

fn build_encrypted() -> Result<()> {
    shell::run(workspace::cargo().args(BUILD))
}

/// The same code with the page cipher left out, in a target folder of its own. The program refuses to start without `HOLDALL_BENCH`.
fn build_plain() -> Result<()> {
    shell::run(workspace::cargo().args(BUILD).env("RUSTFLAGS", "--cfg holdall_plain_pages").env("CARGO_TARGET_DIR", plain_target()?))
}

fn plain_target() -> Result<PathBuf> {
    Ok(workspace::target()?.join("plain-pages"))
}

fn encrypted(folder: &Path, export: &Export) -> Result<Command> {
    holdall(folder, export, &workspace::program("release", "holdall")?)
}

fn plain(folder: &Path, export: &Export) -> Result<Command> {
    let name = format!("holdall{}", std::env::consts::EXE_SUFFIX);
    holdall(folder, export, &plain_target()?.join("release").join(name))
}

/// A new vault each time; making it is not measured.
fn holdall(folder: &Path, export: &Export, program: &Path) -> Result<Command> {
    remove(&folder.join("vault"))?;
    remove(&folder.join("vault.key"))?;
    let holdall = |words: &[&str]| {
        let mut command = Command::new(program);
        command.current_dir(folder).env("HOLDALL_BENCH", "1").args(["--vault", "vault", "--key-file", "vault.key"]).args(words);
        command
    };
    shell::capture(&mut holdall(&["vault", "create"]))?;
    Ok(holdall(&["import", "--yes", export.file]))
}

fn sqlite_import(folder: &Path, export: &Export) -> Result<Command> {
    sqlite(folder, export, IMPORT)
}

fn sqlite_dedupe_search(folder: &Path, export: &Export) -> Result<Command> {
    sqlite(folder, export, IMPORT_DEDUPE_SEARCH)
}

fn sqlite(folder: &Path, export: &Export, script: &str) -> Result<Command> {
    remove(&folder.join("plain.db"))?;
    let script = script.replace("EXPORT", export.file).replace("COLUMN", export.column);
    fs::write(folder.join("script.sql"), script)?;
    let mut command = Command::new("sqlite3");
    command.current_dir(folder).args(["plain.db", ".read script.sql"]);
    Ok(command)
}

fn remove(path: &PathBuf) -> Result<()> {
    let gone = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match gone {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
