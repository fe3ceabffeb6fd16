use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use holdall_importer::{FilePlan, Identity, Options, Sink, SinkError, Source, Summary};
use holdall_model::{Diagnostic, Quarantined, Record};
use holdall_vault::{ImportId, ImportMeta, ImportTx, Stored, Vault};

use super::drift::Drift;
use super::kept::Note;
use super::{Known, Prepared};
use crate::door::OpenVault;
use crate::failure::guarded;
use crate::view::import::{CommitImport, FileOutcome, FilePreview, Imported};
use crate::view::{DiagnosticView, SeverityView};
use crate::{App, AppError, Run, Task, lock};

impl Run for CommitImport {
    fn run(self, app: &App, task: &Task) -> Result<Imported, AppError> {
        let vault = app.vault()?;
        let prepared = lock(&app.previews)
            .take(&self.preview_id)
            .ok_or_else(|| AppError::new("not-found", "This preview is no longer here.", "Choose the files again. Nothing was stored."))?;
        let drift: Drift = prepared.iter().map(|file| file.drift).sum();
        let mut files = Vec::new();
        let mut stored_ids = Vec::new();
        let mut stopped: Option<AppError> = None;
        for mut file in prepared {
            if stopped.is_none() {
                let stored = guarded(|| store_file(&vault, &mut file, &mut stored_ids, task));
                stopped = stored.unwrap_or_else(|| Err(AppError::stopped_unexpectedly())).err();
            }
            // What was stored before it stays, and is told; so is what was not.
            if let Some(error) = &stopped {
                file.shown
                    .iter_mut()
                    .filter(|s| s.outcome == FileOutcome::Ready && s.import_id.is_none())
                    .for_each(|s| not_stored(s, error));
            }
            files.extend(file.shown);
        }
        if let Some(error) = stopped.filter(|_| stored_ids.is_empty()) {
            return Err(error);
        }
        let imports = super::views(&vault)?.into_iter().filter(|i| stored_ids.iter().any(|id| id.0 == i.import_id)).collect();
        Ok(Imported { imports, files, drift: drift.view() })
    }
}

/// Stores one file: all that one vendor has in it in one transaction.
fn store_file(vault: &Arc<OpenVault>, file: &mut Prepared, stored_ids: &mut Vec<ImportId>, task: &Task) -> Result<(), AppError> {
    for vendor in vendors_of(&file.plans) {
        let stored = store(vault, file, &vendor, task)?;
        stored_ids.push(stored.id);
        for shown in file.shown.iter_mut().filter(|s| s.outcome == FileOutcome::Ready && s.vendor.as_deref() == Some(vendor.as_str())) {
            shown.import_id = Some(stored.id.0);
        }
    }
    Ok(())
}

fn not_stored(file: &mut FilePreview, error: &AppError) {
    file.outcome = FileOutcome::Failed;
    let text = format!("It was not stored: {} Import it again.", error.title);
    file.diagnostics.push(DiagnosticView { id: error.code.to_owned(), severity: SeverityView::Error, row: None, text });
}

/// The vendors of a file in the order of its entries: nearly always one.
fn vendors_of(plans: &[FilePlan]) -> Vec<String> {
    let mut vendors: Vec<String> = Vec::new();
    for plan in plans {
        if !vendors.contains(&plan.vendor) {
            vendors.push(plan.vendor.clone());
        }
    }
    vendors
}

/// Stores everything one vendor has in a file, in one transaction, with the file itself.
fn store(vault: &Arc<OpenVault>, file: &mut Prepared, vendor: &str, task: &Task) -> Result<Stored, AppError> {
    let known = file.known.remove(vendor);
    let file = &*file;
    let plans: Vec<&FilePlan> = file.plans.iter().filter(|p| p.vendor == vendor).collect();
    let meta = ImportMeta {
        vendor: vendor.to_owned(),
        export: plans.iter().map(|p| p.export.as_str()).collect::<Vec<_>>().join(","),
        file_name: file.source.label().to_owned(),
    };
    if let Some(Known { here, findings }) = known
        && let Some(tx) = vault.begin_import_of_known(meta.clone(), here)?
    {
        return store_known(vault, file, &plans, tx, &findings, task);
    }
    // The original is sealed while its rows are read: both are bound by one core each.
    let (sealed, read) = std::thread::scope(|scope| {
        let beside = task.beside();
        let sealing = scope.spawn(move || Ok::<_, AppError>(vault.seal_original(&mut open(&file.path)?, &beside)?));
        let read = read_rows(vault, file, &plans, meta, task);
        if read.is_err() {
            // Nobody waits for the original of an import that failed.
            task.cancel();
        }
        (sealing.join(), read)
    });
    let (mut tx, note) = read?;
    let sealed = sealed.map_err(|_| AppError::stopped_unexpectedly())??;
    tx.note(note.to_text()?);
    Ok(tx.finish(sealed, task)?)
}

/// The same where all of it is here already: nothing is read but the file's own bytes.
fn store_known(
    vault: &Vault,
    file: &Prepared,
    plans: &[&FilePlan],
    mut tx: ImportTx,
    findings: &Findings,
    task: &Task,
) -> Result<Stored, AppError> {
    file.source.check_unchanged()?;
    let told = plans.iter().filter_map(|plan| Some((*plan, file.summaries.get(&plan.entry)?)));
    tx.note(Note { unread: file.holds_unread(), ..Note::of(told)? }.to_text()?);
    tx.diagnostics(&findings.0);
    let bytes = std::fs::metadata(&file.path).map_err(unreadable)?.len();
    task.phase("storing", Some(bytes))?;
    match tx.same_file(&mut open(&file.path)?, bytes, task)? {
        Some(import) => Ok(tx.finish_with_kept(import, task)?),
        None => Ok(tx.finish(vault.seal_original(&mut open(&file.path)?, task)?, task)?),
    }
}

fn unreadable(error: io::Error) -> AppError {
    AppError::new("file-unreadable", format!("The file could not be read again ({}).", error.kind()), "Check that it is still there.")
}

fn open(path: &Path) -> Result<File, AppError> {
    File::open(path).map_err(unreadable)
}

fn read_rows(vault: &Vault, file: &Prepared, plans: &[&FilePlan], meta: ImportMeta, task: &Task) -> Result<(ImportTx, Note), AppError> {
    task.phase("reading", Some(file.bytes(plans.iter().copied())))?;
    let mut sink = StoreSink { tx: vault.begin_import(meta)?, findings: Findings::default() };
    let note = read_into(&file.source, plans.iter().copied(), &file.options, &file.summaries, &mut sink, task)?;
    let note = Note { unread: file.holds_unread(), ..note };
    sink.tx.diagnostics(&sink.findings.0);
    Ok((sink.tx, note))
}

/// Reads entries by their plans, and says what is kept of that with the import. `before`: what was told of entries that were read before.
pub fn read_into<'a>(
    source: &Source,
    plans: impl Iterator<Item = &'a FilePlan>,
    options: &Options,
    before: &HashMap<u32, Summary>,
    sink: &mut dyn Sink,
    task: &Task,
) -> Result<Note, AppError> {
    let mut told = Vec::new();
    for plan in plans {
        let summary = match before.get(&plan.entry) {
            Some(before) => holdall_importer::read_again(source, plan, options, &before.repeats, task, sink)?,
            None => holdall_importer::read(source, plan, options, task, sink)?,
        };
        told.push((plan, summary));
    }
    Note::of(told.iter().map(|(plan, summary)| (*plan, summary)))
}

pub struct StoreSink {
    pub tx: ImportTx,
    pub findings: Findings,
}

/// What is kept with an import of what was found in its file; a file with more is told as such by its verdict counts.
#[derive(Default)]
pub struct Findings(pub Vec<Diagnostic>);

impl Findings {
    const KEPT: usize = 200;

    pub fn keep(&mut self, finding: Diagnostic) {
        if self.0.len() < Self::KEPT {
            self.0.push(finding);
        }
    }
}

impl Sink for StoreSink {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        self.tx.judge_and_store(record, identity)?;
        Ok(())
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        self.tx.quarantine(&row)?;
        Ok(())
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        self.findings.keep(diagnostic);
        Ok(())
    }
}
