//! Other people's programs that import the same exports, each as a careful person would use it: a small script in `peers/` says what that is, and
//! prints how many rows there are in the end. They are brought from PyPI and npm, in the versions that the files beside the scripts name.

use super::contenders::{Contender, Export, Kind, Part, Stage};
use super::programs::remove;
use crate::{node, packages, python as pythons, shell, workspace};
use anyhow::{Context, Result, anyhow};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const SQLCIPHER: Contender =
    peer("Python by hand into SQLCipher", |stage, export, part| python(stage, export, part, "with_sqlcipher.py"));
pub const SQLITE_UTILS: Contender =
    peer("sqlite-utils, key + FTS5", |stage, export, part| python(stage, export, part, "with_sqlite_utils.py"));
pub const OFXTOOLS: Contender = peer("ofxtools, reading alone", |stage, export, part| python(stage, export, part, "with_ofxtools.py"));
pub const MONEYFLOW: Contender = peer("moneyflow", |stage, export, part| python(stage, export, part, "with_moneyflow.py"));
pub const GOOGLE_TAKEOUT_PARSER: Contender =
    peer("google_takeout_parser, reading", |stage, export, part| python(stage, export, part, "with_google_takeout_parser.py"));
pub const SPOTIFY_TO_SQLITE: Contender = peer("spotify-to-sqlite", spotify_to_sqlite);
/// Its time grows with the square of the rows.
pub const ACTUAL: Contender = Contender { part: Part::Tenth, ..peer("Actual Budget, a tenth", actual) };
pub const ACTUAL_AGAIN: Contender = Contender { again: true, name: "Actual Budget, that tenth again", ..ACTUAL };

const fn peer(name: &'static str, prepare: fn(&Stage, &Export, Part) -> Result<Command>) -> Contender {
    Contender { name, kind: Kind::Peer, part: Part::Whole, again: false, prepare }
}

/// What was brought, or why it could not be.
pub struct Peers {
    /// With all Python packages but one.
    python: Result<PathBuf>,
    /// With spotify-to-sqlite.
    spotify: Result<PathBuf>,
    actual: Result<()>,
}

impl Peers {
    pub fn bring(folder: &Path) -> Result<Peers> {
        packages::ensure(&[packages::PYTHON])?;
        let scripts = scripts();
        let with = |requirements: &str, home: &str| pythons::with(&scripts.join(requirements), &folder.join(home));
        Ok(Peers {
            python: with("requirements.txt", "python"),
            spotify: with("spotify-to-sqlite.txt", "spotify-to-sqlite"),
            actual: node::ensure().and_then(|()| node::install_in(&scripts)),
        })
    }
}

fn scripts() -> PathBuf {
    workspace::root().join("xtask/src/bench/peers")
}

/// `what`, unless it could not be brought.
fn brought<T>(stage: &Stage, what: fn(&Peers) -> &Result<T>) -> Result<&T> {
    let peers = stage.peers.as_ref().context("other people's programs take part with --peers")?;
    what(peers).as_ref().map_err(|error| anyhow!("{error:#}"))
}

/// A script in a folder of its own, which is also its home: nothing of the person's is read or written. The store is `STORE`, from the stage's folder.
fn script(stage: &Stage, program: &OsStr, name: &str) -> Result<Command> {
    let home = stage.folder.join("peer");
    remove(&home)?;
    fs::create_dir_all(&home)?;
    let mut command = Command::new(program);
    command.current_dir(&stage.folder).env("HOME", home).arg(scripts().join(name));
    Ok(command)
}

const STORE: &str = "peer/store";

fn python(stage: &Stage, export: &Export, part: Part, name: &str) -> Result<Command> {
    let python = brought(stage, |peers| &peers.python)?;
    let mut command = script(stage, python.as_os_str(), name)?;
    command.args([export.name, &export.path(part), STORE]);
    Ok(command)
}

/// It reads the archive as it came, and nothing else.
fn spotify_to_sqlite(stage: &Stage, export: &Export, part: Part) -> Result<Command> {
    let python = brought(stage, |peers| &peers.spotify)?;
    let mut command = script(stage, python.as_os_str(), "with_spotify_to_sqlite.py")?;
    let archive = "peer/my_spotify_data.zip";
    let mut zip = Command::new(python);
    shell::capture(zip.current_dir(&stage.folder).args(["-m", "zipfile", "-c", archive, &export.path(part)]))?;
    command.args([export.name, archive, STORE]);
    Ok(command)
}

/// The budget and its empty account are made beforehand, as our vault is.
fn actual(stage: &Stage, export: &Export, part: Part) -> Result<Command> {
    brought(stage, |peers| &peers.actual)?;
    let mut command = script(stage, node::node()?.get_program(), "with_actual.mjs")?;
    shell::capture(command.arg(STORE))?;
    command.arg(export.path(part));
    Ok(command)
}
