//! Importing what nobody needs to see first: each file is read once, where a preview and its confirmation read it twice.

use std::path::Path;
use std::sync::Arc;

use holdall_importer::{FilePlan, ImportError};
use holdall_vault::ImportId;

use super::commit::{Storing, meta, store_rows};
use super::drift::Drift;
use super::kept::Note;
use super::looked::{Looked, broken, not_read, options};
use super::preview::{Judges, fill, read_shown};
use crate::door::OpenVault;
use crate::failure::guarded;
use crate::view::import::{FileOutcome, FilePreview, ImportAtOnce, Imported};
use crate::{App, AppError, Run, Task};

impl Run for ImportAtOnce {
    fn run(self, app: &App, task: &Task) -> Result<Imported, AppError> {
        let vault = app.vault()?;
        let options = options(self.answers, self.password, Some(&vault))?;
        let mut files = Vec::new();
        for path in &self.paths {
            files.push(match guarded(|| Looked::at(Path::new(path), &options, task)) {
                Some(Ok(file)) => Ok(file),
                Some(Err(error)) => Err(not_read(path, error)?),
                None => Err(broken(path)),
            });
        }
        let mut storing = Storing::default();
        // A person who has to answer first may want to look, too.
        let asked = files.iter().flatten().flat_map(Looked::described).any(|entry| entry.outcome == FileOutcome::Question);
        for file in files {
            match file {
                Ok(file) if asked => storing.tell(file.described(), Drift::of_files(&file.inspection.files)),
                Ok(file) if storing.is_stopped() => storing.tell(file.described(), Drift::default()),
                Ok(file) => store(&vault, file, &mut storing, task),
                Err(told) => storing.tell(vec![told], Drift::default()),
            }
        }
        storing.end(&vault)
    }
}

/// Stores a file by reading it once. Where that does not go to its end, nothing of it is kept, and it is read as for a preview, which finds
/// out what of it can be stored.
fn store(vault: &Arc<OpenVault>, file: Looked, storing: &mut Storing, task: &Task) {
    let mut shown = file.described();
    match guarded(|| store_whole(vault, &file, &mut shown, task)) {
        Some(Ok(Some((id, drift)))) => return storing.was_stored(id, shown, drift),
        _ if task.is_cancelled() => return storing.stop(AppError::cancelled(), file.described()),
        _ => {}
    }
    let path = file.path.display().to_string();
    let shown = file.described();
    match guarded(|| file.read(&mut Judges::of_files(Some(vault), 1), task)) {
        Some(Ok(prepared)) => storing.file(vault, prepared, task),
        Some(Err(error @ (ImportError::Cancelled | ImportError::Sink(_)))) => storing.stop(error.into(), shown),
        Some(Err(error)) => match not_read(&path, error) {
            Ok(told) => storing.tell(vec![told], Drift::default()),
            Err(error) => storing.stop(error, shown),
        },
        None => storing.tell(vec![broken(&path)], Drift::default()),
    }
}

/// Stores all that one vendor has in a file; nothing where it holds something of several, or of none.
fn store_whole(
    vault: &Arc<OpenVault>,
    file: &Looked,
    shown: &mut [FilePreview],
    task: &Task,
) -> Result<Option<(ImportId, Drift)>, AppError> {
    let plans: Vec<&FilePlan> = file.plans().collect();
    let Some(first) = plans.first().filter(|first| plans.iter().all(|plan| plan.vendor == first.vendor)) else { return Ok(None) };
    let mut drift = Drift::of_files(&file.inspection.files);
    let tx = vault.begin_import(meta(&file.source, &plans, &first.vendor))?;
    let stored = store_rows(vault, (&file.path, &file.source), tx, task, |sink| {
        task.phase("reading", Some(file.sizes().values().sum()))?;
        let mut told = Vec::new();
        for plan in &plans {
            let (seen, summary) = read_shown(&file.source, plan, &file.options, sink, task)?;
            drift.new_columns += summary.new_columns;
            let entry = file.inspection.files.iter().position(|report| report.entry == plan.entry);
            if let Some(entry) = entry.and_then(|at| shown.get_mut(at)) {
                fill(entry, seen, sink.tx.end_entry(), &summary);
            }
            told.push((*plan, summary));
        }
        let unread = shown.iter().any(|entry| entry.outcome != FileOutcome::Ready);
        Ok(Note { unread, ..Note::of(told.iter().map(|(plan, summary)| (*plan, summary)))? })
    })?;
    for entry in shown.iter_mut().filter(|entry| entry.outcome == FileOutcome::Ready) {
        entry.import_id = Some(stored.id.0);
    }
    Ok(Some((stored.id, drift)))
}
