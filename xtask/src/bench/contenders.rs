//! What is imported, and who imports it: ours, what a careful person would do with the `sqlite3` program, and other people's programs.

use super::exports;
use super::peers::{self, Peers};
use super::programs::{Programs, remove};
use anyhow::{Context, Result};
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Command;

/// Of one export, all of it or a tenth of its rows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Whole,
    Tenth,
}

impl Part {
    pub fn folder(self) -> &'static str {
        match self {
            Part::Whole => "whole",
            Part::Tenth => "tenth",
        }
    }

    pub fn of(self, rows: u64) -> u64 {
        match self {
            Part::Whole => rows,
            Part::Tenth => rows / 10,
        }
    }
}

pub struct Export {
    /// As it is asked for on the command line.
    pub name: &'static str,
    pub shown: &'static str,
    pub file: &'static str,
    pub write: fn(u64, &mut dyn Write) -> io::Result<()>,
    /// Whom holdall takes it to be from; if it no longer does, something else is measured.
    pub vendor: &'static str,
    by_hand: Option<ByHand>,
    /// Who takes part beside ours and `sqlite3`.
    peers: &'static [Contender],
}

/// How `sqlite3` gets every cell into a table, and the column with the words.
struct ByHand {
    read: &'static str,
    column: &'static str,
    /// Whether [`SQLITE_VALUE`] bounds it.
    read_whole: bool,
}

/// `sqlite3` reads a file of JSON whole, and no value of its may be longer.
const SQLITE_VALUE: u64 = 1_000_000_000;

const fn csv(column: &'static str) -> Option<ByHand> {
    Some(ByHand { read: ".import --csv 'EXPORT' rows", column, read_whole: false })
}

const fn json(read: &'static str, column: &'static str) -> Option<ByHand> {
    Some(ByHand { read, column, read_whole: true })
}

/// As flat as the CSV's table, so that its rows can be compared.
const SPOTIFY: &str = "CREATE TABLE rows AS SELECT value->>'ts' AS ts, value->>'platform' AS platform, value->>'ms_played' AS ms_played,
value->>'conn_country' AS country, value->>'master_metadata_track_name' AS track, value->>'master_metadata_album_artist_name' AS artist,
value->>'master_metadata_album_album_name' AS album, value->>'spotify_track_uri' AS uri, value->>'reason_start' AS reason_start,
value->>'reason_end' AS reason_end, value->>'skipped' AS skipped, value AS whole FROM json_each(readfile('EXPORT'));";

const GOOGLE: &str = "CREATE TABLE rows AS SELECT value->>'header' AS header, value->>'title' AS title, value->>'titleUrl' AS url,
value->>'time' AS time, value AS whole FROM json_each(readfile('EXPORT'));";

pub const EXPORTS: &[Export] = &[
    Export {
        name: "bank",
        shown: "bank CSV",
        file: "bank.csv",
        write: exports::bank,
        vendor: "monzo",
        by_hand: csv("\"Description\""),
        peers: &[peers::SQLCIPHER, peers::SQLITE_UTILS, peers::ACTUAL, peers::ACTUAL_AGAIN],
    },
    Export {
        name: "unknown",
        shown: "bank CSV of a layout that no definition knows",
        file: "statement.csv",
        write: exports::unknown,
        vendor: "generic",
        by_hand: csv("\"Description\""),
        peers: &[peers::SQLCIPHER, peers::SQLITE_UTILS],
    },
    Export {
        name: "ofx",
        shown: "OFX",
        file: "statement.ofx",
        write: exports::ofx,
        vendor: "standards",
        by_hand: None,
        peers: &[peers::OFXTOOLS],
    },
    Export {
        name: "amazon",
        shown: "Amazon CSV",
        file: "Retail.OrderHistory.1.csv",
        write: exports::amazon,
        vendor: "amazon",
        by_hand: csv("\"Product Name\""),
        peers: &[peers::SQLCIPHER, peers::SQLITE_UTILS, peers::MONEYFLOW],
    },
    Export {
        name: "spotify",
        shown: "Spotify JSON",
        file: "Streaming_History_Audio_2015-2024.json",
        write: exports::spotify,
        vendor: "spotify",
        by_hand: json(SPOTIFY, "track || ' ' || artist"),
        peers: &[peers::SQLCIPHER, peers::SQLITE_UTILS, peers::SPOTIFY_TO_SQLITE],
    },
    Export {
        name: "google",
        shown: "Google My Activity JSON",
        file: "Takeout/My Activity/Search/MyActivity.json",
        write: exports::google,
        vendor: "google",
        by_hand: json(GOOGLE, "title"),
        peers: &[peers::SQLCIPHER, peers::SQLITE_UTILS, peers::GOOGLE_TAKEOUT_PARSER],
    },
];

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Holdall,
    /// Ours, told to show what is in the file and to store nothing: what a person who wants to see it first waits for before.
    Shown,
    /// Ours, with its pages in the clear.
    Clear,
    ByHand,
    /// Other people's program: where it fails, that is told and the others go on.
    Peer,
}

#[derive(Clone, Copy)]
pub struct Contender {
    pub name: &'static str,
    pub kind: Kind,
    pub part: Part,
    /// Whether all of it is there already.
    pub again: bool,
    /// Makes all ready that is not measured.
    pub prepare: fn(&Stage, &Export, Part) -> Result<Command>,
}

const fn ours(name: &'static str, part: Part, again: bool) -> Contender {
    Contender { name, kind: Kind::Holdall, part, again, prepare: encrypted }
}

const fn by_hand(name: &'static str, prepare: fn(&Stage, &Export, Part) -> Result<Command>) -> Contender {
    Contender { name, kind: Kind::ByHand, part: Part::Whole, again: false, prepare }
}

/// The first is the one that the others are compared with.
const ALWAYS: &[Contender] = &[
    ours("holdall, encrypted vault", Part::Whole, false),
    ours("holdall, the same file again", Part::Whole, true),
    ours("holdall, a tenth of the rows", Part::Tenth, false),
    ours("holdall, that tenth again", Part::Tenth, true),
    Contender { name: "holdall, shown and not stored", kind: Kind::Shown, part: Part::Whole, again: false, prepare: shown },
    Contender { name: "holdall, pages in the clear", kind: Kind::Clear, part: Part::Whole, again: false, prepare: clear },
    by_hand("sqlite3, cells in a table", sqlite_import),
    by_hand("sqlite3, table + dedupe + FTS5", sqlite_dedupe_search),
];

/// The programs that take part, and the folder they work in.
pub struct Stage {
    pub encrypted: Programs,
    pub clear: Option<Programs>,
    pub peers: Option<Peers>,
    pub folder: PathBuf,
}

impl Export {
    /// Everybody who can take part in importing this export, which has `size` bytes.
    pub fn contenders(&self, stage: &Stage, size: u64) -> Vec<Contender> {
        let takes_part = |contender: &&Contender| match contender.kind {
            Kind::Holdall | Kind::Shown => true,
            Kind::Clear => stage.clear.is_some(),
            Kind::ByHand => self.by_hand.as_ref().is_some_and(|by_hand| !by_hand.read_whole || size <= SQLITE_VALUE),
            Kind::Peer => stage.peers.is_some(),
        };
        ALWAYS.iter().chain(self.peers).filter(takes_part).copied().collect()
    }

    /// Where a part of it lies, from the folder of the stage.
    pub fn path(&self, part: Part) -> String {
        format!("{}/{}", part.folder(), self.file)
    }
}

fn encrypted(stage: &Stage, export: &Export, part: Part) -> Result<Command> {
    holdall(&stage.encrypted, stage, export, part, "--yes")
}

fn shown(stage: &Stage, export: &Export, part: Part) -> Result<Command> {
    holdall(&stage.encrypted, stage, export, part, "--dry-run")
}

fn clear(stage: &Stage, export: &Export, part: Part) -> Result<Command> {
    holdall(stage.clear.as_ref().context("the program with its pages in the clear was not built")?, stage, export, part, "--yes")
}

/// A new vault each time; making it is not measured.
fn holdall(programs: &Programs, stage: &Stage, export: &Export, part: Part, how: &str) -> Result<Command> {
    programs.new_vault(&stage.folder, "vault")?;
    Ok(programs.holdall(&stage.folder, "vault", &["--json", "import", how, &export.path(part)]))
}

/// What an import is for, by hand: rows that are there already stay out, and words can be searched. `rows` holds every cell as text, nothing checked.
const DEDUPE_SEARCH: &str = "
CREATE TABLE kept AS SELECT DISTINCT * FROM rows;
DROP TABLE rows;
CREATE VIRTUAL TABLE words USING fts5(text, content='');
INSERT INTO words(rowid, text) SELECT rowid, COLUMN FROM kept;
SELECT max(rowid) FROM kept;
";

fn sqlite_import(stage: &Stage, export: &Export, part: Part) -> Result<Command> {
    sqlite(stage, export, part, "\nSELECT max(rowid) FROM rows;\n")
}

fn sqlite_dedupe_search(stage: &Stage, export: &Export, part: Part) -> Result<Command> {
    sqlite(stage, export, part, DEDUPE_SEARCH)
}

fn sqlite(stage: &Stage, export: &Export, part: Part, then: &str) -> Result<Command> {
    let by_hand = export.by_hand.as_ref().context("sqlite3 cannot read this export")?;
    remove(&stage.folder.join("plain.db"))?;
    let script = format!("{}\n{then}", by_hand.read).replace("EXPORT", &export.path(part)).replace("COLUMN", by_hand.column);
    fs::write(stage.folder.join("script.sql"), script)?;
    let mut command = Command::new("sqlite3");
    command.current_dir(&stage.folder).args(["plain.db", ".read script.sql"]);
    Ok(command)
}
