//! Keeping: a backup, its checks, and a restore on trial, against copying the same bytes.

use super::super::measure;
use super::super::programs::remove;
use super::Group;
use super::stage::{Stage, VAULTS, files};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BACKUPS: &str = "backups";
const COPY: &str = "copy";

pub fn groups(stage: &Stage) -> Result<Vec<Group>> {
    back_up(stage)?;
    let bytes = fs::metadata(backup(stage)?)?.len();
    let group = |title, others: &[&'static str], round| {
        let lines = [&["holdall, encrypted vault"], others].concat();
        Group { title, lines, round, bytes: Some(bytes) }
    };
    Ok(vec![
        group("Back up: copied, compared, sealed, synced, read back", &["the same bytes sealed, written and synced", "cp and sync"], made),
        group("Check a backup, every piece", &["the same bytes sealed, not written"], |stage| verified(stage, "pieces", "-")),
        group("Check a backup by restoring it", &["the same bytes sealed, written and synced"], |stage| verified(stage, "full", COPY)),
        group("Restore drill", &["the same bytes sealed, written and synced", "cp and sync"], drilled),
    ])
}

/// What goes into a backup: the database and the originals. The index of words is made anew.
fn source(stage: &Stage) -> Result<Vec<PathBuf>> {
    let vault = stage.folder.join(VAULTS[0]);
    let mut all = vec![vault.join("vault.db")];
    all.extend(files(&vault.join("blobs"))?);
    Ok(all)
}

fn back_up(stage: &Stage) -> Result<f64> {
    remove(&stage.folder.join(BACKUPS))?;
    let request = serde_json::json!({ "folder": stage.folder.join(BACKUPS) });
    last(&stage.bridge(0, &[format!("backup.make {request}")])?)
}

fn last(answers: &[(f64, String)]) -> Result<f64> {
    answers.last().map(|(took, _)| *took).context("no answer")
}

fn backup(stage: &Stage) -> Result<PathBuf> {
    files(&stage.folder.join(BACKUPS))?.into_iter().next().context("no backup was made")
}

fn sealed(stage: &Stage, to: &str, from: &[PathBuf]) -> Result<f64> {
    remove(&stage.folder.join(COPY))?;
    let mut command = stage.built[0].example(&stage.folder, "sealed_copy");
    last(&measure::lines(command.arg(to).args(from), &stage.folder, &[])?)
}

fn copied(stage: &Stage) -> Result<f64> {
    remove(&stage.folder.join(COPY))?;
    fs::create_dir(stage.folder.join(COPY))?;
    let mut command = Command::new("sh");
    command.current_dir(&stage.folder).args(["-c", "cp \"$@\" copy/ && sync copy/*", "sh"]).args(source(stage)?);
    measure::clock(&mut command)
}

fn made(stage: &Stage) -> Result<Vec<f64>> {
    Ok(vec![back_up(stage)?, sealed(stage, COPY, &source(stage)?)?, copied(stage)?])
}

fn verified(stage: &Stage, depth: &str, to: &str) -> Result<Vec<f64>> {
    let file = backup(stage)?;
    let request = serde_json::json!({ "file": file, "depth": depth });
    let took = last(&stage.bridge(0, &[format!("backup.verify {request}")])?)?;
    Ok(vec![took, sealed(stage, to, &[file])?])
}

fn drilled(stage: &Stage) -> Result<Vec<f64>> {
    let file: &Path = &backup(stage)?;
    let took = last(&stage.bridge(0, &[format!("backup.drill {}", serde_json::json!({ "file": file }))])?)?;
    Ok(vec![took, sealed(stage, COPY, &source(stage)?)?, copied(stage)?])
}
