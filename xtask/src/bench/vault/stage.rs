//! The same rows three times: in a vault, in a vault with its pages in the clear, and in a plain SQLite file made by hand.

use super::super::exports;
use super::super::measure;
use super::super::programs::{self, Programs, remove};
use crate::{packages, shell, workspace};
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Stage {
    pub rows: u64,
    pub folder: PathBuf,
    /// The program as it is shipped and, where it takes part, the one with its pages in the clear.
    pub built: Vec<Programs>,
    /// Python has DuckDB, so it takes part.
    pub duckdb: bool,
}

/// Of each of the two builds.
pub const VAULTS: [&str; 2] = ["vault", "clear"];
const BANK: &str = "bank.csv";
const SHOP: &str = "Retail.OrderHistory.1.csv";
pub const DATABASE: &str = "rows.db";

/// What a careful person would make of both exports: one narrow table in the order of time, and an index of words, as small as can be.
const BY_HAND: &str = "
.import --csv bank.csv bank
.import --csv Retail.OrderHistory.1.csv shop
CREATE TABLE rows (id INTEGER PRIMARY KEY, moment TEXT, vendor TEXT, title TEXT, cents INTEGER);
INSERT INTO rows (moment, vendor, title, cents) SELECT * FROM (
  SELECT substr(Date, 7, 4) || '-' || substr(Date, 4, 2) || '-' || substr(Date, 1, 2) || 'T' || Time AS moment, 'bank',
    Description, CAST(round(Amount * 100) AS INTEGER) FROM bank
  UNION ALL SELECT \"Order Date\", 'shop', \"Product Name\", CAST(round(\"Total Owed\" * 100) AS INTEGER) FROM shop
) ORDER BY moment;
DROP TABLE bank;
DROP TABLE shop;
CREATE VIRTUAL TABLE words USING fts5(title, content='');
INSERT INTO words (rowid, title) SELECT id, title FROM rows;
INSERT INTO words (words) VALUES ('optimize');
VACUUM;
.headers on
.mode csv
.output rows.csv
SELECT * FROM rows;
";

const TO_DUCKDB: &str = "import duckdb
duckdb.connect('rows.duckdb').execute(\"CREATE TABLE rows AS SELECT * FROM read_csv('rows.csv', types={'moment': 'VARCHAR'})\")";

impl Stage {
    pub fn set(rows: u64, clear: bool) -> Result<Self> {
        packages::ensure(&[packages::BENCH])?;
        let mut built = vec![programs::build(true)?];
        if clear {
            built.push(programs::build_clear(true)?);
        }
        let folder = workspace::target()?.join("bench").join("full");
        remove(&folder)?;
        fs::create_dir_all(&folder)?;
        exports::bank(rows / 2, &mut BufWriter::new(File::create(folder.join(BANK))?))?;
        exports::amazon(rows - rows / 2, &mut BufWriter::new(File::create(folder.join(SHOP))?))?;
        for (programs, vault) in built.iter().zip(VAULTS) {
            programs.new_vault(&folder, vault)?;
            shell::capture(&mut programs.holdall(&folder, vault, &["import", "--yes", BANK, SHOP]))?;
        }
        fs::write(folder.join("by-hand.sql"), BY_HAND)?;
        shell::capture(Command::new("sqlite3").current_dir(&folder).args([DATABASE, ".read by-hand.sql"]))?;
        let duckdb = shell::succeeds(Command::new("python3").current_dir(&folder).args(["-c", TO_DUCKDB]));
        Ok(Self { rows, folder, built, duckdb })
    }

    /// The vaults that take part.
    pub fn vaults(&self) -> &[&'static str] {
        &VAULTS[..self.built.len()]
    }

    /// One figure of each of the vaults.
    pub fn each(&self, figure: impl FnMut(usize) -> Result<f64>) -> Result<Vec<f64>> {
        (0..self.built.len()).map(figure).collect()
    }

    /// Commands of the window on one of the vaults, which is unlocked first. Milliseconds and answers, the unlocking first.
    pub fn bridge(&self, build: usize, commands: &[String]) -> Result<Vec<(f64, String)>> {
        let mut all = vec!["vault.unlock {}".to_owned()];
        all.extend_from_slice(commands);
        let answers = measure::lines(&mut self.built[build].bridge(&self.folder, VAULTS[build]), &self.folder, &all)?;
        if answers.len() != all.len() {
            bail!("{} commands, {} answers", all.len(), answers.len());
        }
        Ok(answers)
    }

    /// Statements on the plain file, with the SQLite that the vault uses. The first is how long it took to open.
    pub fn sql(&self, statements: &[String]) -> Result<Vec<(f64, String)>> {
        let mut command = self.built[0].example(&self.folder, "sql_times");
        measure::lines(command.arg(DATABASE), &self.folder, statements)
    }

    /// Lets the system forget the files below `name`, so that they are read from the disk again.
    pub fn forget(&self, name: &str) -> Result<()> {
        for file in files(&self.folder.join(name))? {
            shell::capture(Command::new("sync").arg(&file))?;
            // GNU's dd drops the file from the system's memory when it is asked to read nothing of it.
            let source = format!("if={}", file.display());
            shell::capture(Command::new("dd").args([&source, "iflag=nocache", "count=0", "status=none"])).context("GNU dd is needed")?;
        }
        Ok(())
    }

    pub fn vault_bytes(&self) -> Result<u64> {
        size(&self.folder.join(VAULTS[0]))
    }

    pub fn sqlite_bytes(&self) -> Result<u64> {
        size(&self.folder.join(DATABASE))
    }
}

fn size(path: &Path) -> Result<u64> {
    files(path)?.iter().map(|file| Ok(file.metadata()?.len())).sum()
}

/// All files below a folder, or the file itself.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))? {
        found.extend(files(&entry?.path())?);
    }
    Ok(found)
}
