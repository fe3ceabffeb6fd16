//! An import into the encrypted vault, with everything on, against what a careful person would do with the `sqlite3` program.

use super::exports;
use super::measure::{self, Sample, Spread};
use super::programs::{self, Programs, remove};
use crate::{packages, shell, workspace};
use anyhow::{Result, bail};
use std::fs;
use std::io::{self, Write};
use std::path::Path;
use std::process::Command;

/// What an import is for, by hand: rows that are there already stay out, and words can be searched. `rows` holds every cell as text, nothing checked.
const DEDUPE_SEARCH: &str = "
CREATE TABLE kept AS SELECT DISTINCT * FROM rows;
DROP TABLE rows;
CREATE VIRTUAL TABLE words USING fts5(text, content='');
INSERT INTO words(rowid, text) SELECT rowid, COLUMN FROM kept;
";

const CSV: &str = ".import --csv EXPORT rows";

/// As flat as the CSV's table, so that its rows can be compared.
const SPOTIFY: &str = "CREATE TABLE rows AS SELECT value->>'ts' AS ts, value->>'platform' AS platform, value->>'ms_played' AS ms_played,
value->>'conn_country' AS country, value->>'master_metadata_track_name' AS track, value->>'master_metadata_album_artist_name' AS artist,
value->>'master_metadata_album_album_name' AS album, value->>'spotify_track_uri' AS uri, value->>'reason_start' AS reason_start,
value->>'reason_end' AS reason_end, value->>'skipped' AS skipped, value AS whole FROM json_each(readfile('EXPORT'));";

/// `sqlite3` reads a file whole, and no value of its may be longer.
const SQLITE_VALUE: u64 = 1_000_000_000;

struct Export {
    /// As it is asked for on the command line.
    name: &'static str,
    shown: &'static str,
    file: &'static str,
    write: fn(u64, &mut dyn Write) -> io::Result<()>,
    /// How `sqlite3` gets every cell into a table, and the column with the words.
    read: &'static str,
    column: &'static str,
    /// Whether [`SQLITE_VALUE`] bounds it.
    read_whole: bool,
}

const EXPORTS: &[Export] = &[
    Export {
        name: "bank",
        shown: "bank CSV",
        file: "bank.csv",
        write: exports::bank,
        read: CSV,
        column: "\"Description\"",
        read_whole: false,
    },
    Export {
        name: "amazon",
        shown: "Amazon CSV",
        file: "Retail.OrderHistory.1.csv",
        write: exports::amazon,
        read: CSV,
        column: "\"Product Name\"",
        read_whole: false,
    },
    Export {
        name: "spotify",
        shown: "Spotify JSON",
        file: "Streaming_History_Audio_2015-2024.json",
        write: exports::spotify,
        read: SPOTIFY,
        column: "track || ' ' || artist",
        read_whole: true,
    },
];

struct Contender {
    name: &'static str,
    /// Makes all ready that is not measured.
    prepare: fn(&Stage<'_>, &Export) -> Result<Command>,
    by_hand: bool,
}

const CONTENDERS: &[Contender] = &[
    Contender { name: "holdall, encrypted vault", prepare: encrypted, by_hand: false },
    Contender { name: "holdall, the same file again", prepare: again, by_hand: false },
    Contender { name: "holdall, a tenth of the rows", prepare: tenth, by_hand: false },
    Contender { name: "holdall, pages in the clear", prepare: plain, by_hand: false },
    Contender { name: "sqlite3, cells in a table", prepare: sqlite_import, by_hand: true },
    Contender { name: "sqlite3, table + dedupe + FTS5", prepare: sqlite_dedupe_search, by_hand: true },
];

/// The programs, and the folder they work in.
struct Stage<'a> {
    built: &'a [Programs; 2],
    folder: &'a Path,
}

/// Where the export with a tenth of the rows lies.
const TENTH: &str = "tenth";

/// What a contender used in every round.
struct Used {
    name: &'static str,
    samples: Vec<Sample>,
}

pub fn run(rows: u64, rounds: usize, only: Option<&str>) -> Result<()> {
    let chosen: Vec<&Export> = EXPORTS.iter().filter(|export| only.is_none_or(|name| name == export.name)).collect();
    if chosen.is_empty() {
        bail!("there is no such export; type one of: {}", EXPORTS.iter().map(|export| export.name).collect::<Vec<_>>().join(", "));
    }
    packages::ensure(&[packages::BENCH])?;
    let built = &[programs::build(false)?, programs::build_clear(false)?];
    let folder = &workspace::target()?.join("bench");
    let stage = Stage { built, folder };
    fs::create_dir_all(folder.join(TENTH))?;
    for export in chosen {
        write(export, rows, &folder.join(export.file))?;
        write(export, rows / 10, &folder.join(TENTH).join(export.file))?;
        let size = fs::metadata(folder.join(export.file))?.len();
        println!("\n{}: {rows} rows, {} MiB, {rounds} rounds", export.shown, size >> 20);
        let contenders = CONTENDERS.iter().filter(|c| !(c.by_hand && export.read_whole && size > SQLITE_VALUE));
        let used = measure(&stage, export, rounds, &contenders.collect::<Vec<_>>())?;
        print(&used);
        remove(&folder.join("plain.db"))?;
        shell::capture(&mut encrypted(&stage, export)?)?;
        println!(
            "  the vault, with the original and the word index, takes {:.2} × the export",
            weight(&folder.join("vault"))? as f64 / size as f64
        );
        remove(&folder.join(export.file))?;
    }
    Ok(())
}

fn write(export: &Export, rows: u64, to: &Path) -> Result<()> {
    let mut out = io::BufWriter::new(fs::File::create(to)?);
    (export.write)(rows, &mut out)?;
    Ok(out.flush()?)
}

/// Bytes of all files below a folder.
fn weight(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        sum += if entry.file_type()?.is_dir() { weight(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(sum)
}

/// One sample of every contender per round, so that a busy minute is shared by all.
fn measure(stage: &Stage<'_>, export: &Export, rounds: usize, contenders: &[&Contender]) -> Result<Vec<Used>> {
    let mut used: Vec<Used> = contenders.iter().map(|c| Used { name: c.name, samples: Vec::new() }).collect();
    for _ in 0..rounds {
        for (contender, used) in contenders.iter().zip(&mut used) {
            used.samples.push(measure::once(&(contender.prepare)(stage, export)?)?);
        }
    }
    Ok(used)
}

fn print(used: &[Used]) {
    let Some(own) = used.first().and_then(|own| Spread::of(own.samples.iter().map(|sample| sample.cpu))) else { return };
    println!("  {:<32} {:>9} {:>17} {:>9} {:>9}   {:>10}", "", "CPU s", "range", "wall s", "MiB", "holdall is");
    for Used { name, samples } in used {
        let of = |figure: fn(&Sample) -> f64| Spread::of(samples.iter().map(figure));
        let (Some(cpu), Some(wall), Some(memory)) = (of(|s| s.cpu), of(|s| s.wall), of(|s| s.memory)) else { continue };
        let range = format!("{:.2}–{:.2}", cpu.least, cpu.greatest);
        let ratio = format!("{:.2} ×", own.median / cpu.median);
        println!("  {name:<32} {:>9.2} {range:>17} {:>9.2} {:>9.0}   {ratio:>10}", cpu.median, wall.median, memory.greatest);
    }
}

fn encrypted(stage: &Stage<'_>, export: &Export) -> Result<Command> {
    holdall(&stage.built[0], stage.folder, export.file)
}

/// All of it is there already.
fn again(stage: &Stage<'_>, export: &Export) -> Result<Command> {
    let mut first = encrypted(stage, export)?;
    shell::capture(&mut first)?;
    Ok(first)
}

fn tenth(stage: &Stage<'_>, export: &Export) -> Result<Command> {
    holdall(&stage.built[0], stage.folder, &format!("{TENTH}/{}", export.file))
}

fn plain(stage: &Stage<'_>, export: &Export) -> Result<Command> {
    holdall(&stage.built[1], stage.folder, export.file)
}

/// A new vault each time; making it is not measured.
fn holdall(programs: &Programs, folder: &Path, file: &str) -> Result<Command> {
    programs.new_vault(folder, "vault")?;
    Ok(programs.holdall(folder, "vault", &["import", "--yes", file]))
}

fn sqlite_import(stage: &Stage<'_>, export: &Export) -> Result<Command> {
    sqlite(stage.folder, export, export.read.to_owned())
}

fn sqlite_dedupe_search(stage: &Stage<'_>, export: &Export) -> Result<Command> {
    sqlite(stage.folder, export, format!("{}\n{DEDUPE_SEARCH}", export.read))
}

fn sqlite(folder: &Path, export: &Export, script: String) -> Result<Command> {
    remove(&folder.join("plain.db"))?;
    let script = script.replace("EXPORT", export.file).replace("COLUMN", export.column);
    fs::write(folder.join("script.sql"), script)?;
    let mut command = Command::new("sqlite3");
    command.current_dir(folder).args(["plain.db", ".read script.sql"]);
    Ok(command)
}
