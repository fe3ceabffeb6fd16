use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
        let chosen = lock(&app.previews)
            .take(&self.preview_id)
            .ok_or_else(|| AppError::new("not-found", "This preview is no longer here.", "Choose the files again. Nothing was stored."))?;
        let mut storing = Storing::default();
        for file in chosen {
            match file {
                Ok(file) => storing.file(&vault, file, task),
                Err(told) => storing.tell(vec![told], Drift::default()),
            }
        }
        storing.end(&vault)
    }
}

/// Files that are stored one after another: what was stored before one that fails stays, and is told; so is what was not.
#[derive(Default)]
pub struct Storing {
    files: Vec<FilePreview>,
    drift: Drift,
    stored: Vec<ImportId>,
    stopped: Option<AppError>,
}

impl Storing {
    /// Stores a file that was previewed.
    pub fn file(&mut self, vault: &Arc<OpenVault>, mut file: Prepared, task: &Task) {
        if self.stopped.is_none() {
            let stored = guarded(|| store_file(vault, &mut file, &mut self.stored, task));
            self.stopped = stored.unwrap_or_else(|| Err(AppError::stopped_unexpectedly())).err();
        }
        self.tell(file.shown, file.drift);
    }

    /// A file was stored whole as this import.
    pub fn was_stored(&mut self, id: ImportId, shown: Vec<FilePreview>, drift: Drift) {
        self.stored.push(id);
        self.tell(shown, drift);
    }

    /// Nothing is stored of these, nor of what follows.
    pub fn stop(&mut self, error: AppError, shown: Vec<FilePreview>) {
        self.stopped.get_or_insert(error);
        self.tell(shown, Drift::default());
    }

    pub fn is_stopped(&self) -> bool {
        self.stopped.is_some()
    }

    pub fn tell(&mut self, mut shown: Vec<FilePreview>, drift: Drift) {
        if let Some(error) = &self.stopped {
            let ready = shown.iter_mut().filter(|s| s.outcome == FileOutcome::Ready && s.import_id.is_none());
            ready.for_each(|s| not_stored(s, error));
        }
        self.files.extend(shown);
        self.drift = [self.drift, drift].into_iter().sum();
    }

    pub fn end(self, vault: &Vault) -> Result<Imported, AppError> {
        let Self { files, drift, stored, stopped } = self;
        match stopped {
            Some(error) if stored.is_empty() => Err(error),
            _ => {
                let imports = super::views(vault)?.into_iter().filter(|i| stored.iter().any(|id| id.0 == i.import_id)).collect();
                Ok(Imported { imports, files, drift: drift.view() })
            }
        }
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
    let meta = meta(&file.source, &plans, vendor);
    if let Some(Known { here, findings }) = known
        && let Some(tx) = vault.begin_import_of_known(meta.clone(), here)?
    {
        return store_known(vault, file, &plans, tx, findings, task);
    }
    let tx = vault.begin_import(meta)?;
    store_rows(vault, (&file.path, &file.source), tx, task, |sink| {
        task.phase("reading", Some(file.bytes(plans.iter().copied())))?;
        let note = read_into(&file.source, plans.iter().copied(), &file.options, &file.summaries, sink, task)?;
        Ok(Note { unread: file.holds_unread(), ..note })
    })
}

pub fn meta(source: &Source, plans: &[&FilePlan], vendor: &str) -> ImportMeta {
    ImportMeta {
        vendor: vendor.to_owned(),
        export: plans.iter().map(|p| p.export.as_str()).collect::<Vec<_>>().join(","),
        file_name: source.label().to_owned(),
    }
}

/// The same where all of it is here already: nothing is read but the file's own bytes.
fn store_known(
    vault: &Vault,
    file: &Prepared,
    plans: &[&FilePlan],
    tx: ImportTx,
    findings: Findings,
    task: &Task,
) -> Result<Stored, AppError> {
    store_rows(vault, (&file.path, &file.source), tx, task, |sink| {
        file.source.check_unchanged()?;
        sink.findings = findings;
        let told = plans.iter().filter_map(|plan| Some((*plan, file.summaries.get(&plan.entry)?)));
        Ok(Note { unread: file.holds_unread(), ..Note::of(told)? })
    })
}

/// Stores the rows that `read` brings, with the file itself, and ends the transaction.
pub fn store_rows(
    vault: &Vault,
    (path, source): (&Path, &Source),
    tx: ImportTx,
    task: &Task,
    read: impl FnOnce(&mut StoreSink) -> Result<Note, AppError>,
) -> Result<Stored, AppError> {
    let bytes = std::fs::metadata(path).map_err(unreadable)?.len();
    task.phase("storing", Some(bytes))?;
    let kept = tx.same_file(&mut open(path)?, bytes, task)?;
    let read = || {
        let mut sink = StoreSink { tx, findings: Findings::default() };
        let note = read(&mut sink)?.to_text()?;
        let StoreSink { mut tx, findings } = sink;
        tx.note(note);
        tx.diagnostics(&findings.0);
        Ok::<_, AppError>(tx)
    };
    if let Some(kept) = kept {
        return Ok(read()?.finish_with_kept(kept, task)?);
    }
    // The original is sealed while its rows are read: both are bound by one core each.
    let stopped = AtomicBool::new(false);
    let mut original = Until { stopped: &stopped, file: open(path)? };
    let (sealed, read) = std::thread::scope(|scope| {
        let beside = task.beside();
        let sealing = scope.spawn(move || vault.seal_original(&mut original, &beside));
        let read = read();
        // Nobody waits for the original of an import that failed.
        stopped.store(read.is_err(), Ordering::Relaxed);
        (sealing.join(), read)
    });
    let tx = read?;
    let sealed = sealed.map_err(|_| AppError::stopped_unexpectedly())??;
    // What was sealed after the last row was read must still be the file that the rows are from.
    source.check_unchanged()?;
    Ok(tx.finish(sealed, task)?)
}

/// A file that can be read until somebody says stop.
struct Until<'a> {
    stopped: &'a AtomicBool,
    file: File,
}

impl Read for Until<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other("nobody waits for it"));
        }
        self.file.read(into)
    }
}

fn unreadable(error: io::Error) -> AppError {
    AppError::new("file-unreadable", format!("The file could not be read again ({}).", error.kind()), "Check that it is still there.")
}

fn open(path: &Path) -> Result<File, AppError> {
    File::open(path).map_err(unreadable)
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
