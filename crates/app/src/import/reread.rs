use std::collections::HashMap;

use holdall_importer::{FilePlan, Identity, Sink, SinkError};
use holdall_model::{Diagnostic, Quarantined, Record};
use holdall_vault::{ImportId, ImportMeta, ImportSummary, Reread, RereadReport, Vault};

use super::anew::{Anew, plan};
use super::commit::{Findings, StoreSink, read_into};
use super::difference::view;
use super::kept::Note;
use crate::view::reread::{LookAgain, NewFile, RereadCounts, RereadImport, RereadView};
use crate::{App, AppError, Run, Task};

impl Run for LookAgain {
    fn run(self, app: &App, task: &Task) -> Result<RereadView, AppError> {
        let vault = app.vault()?;
        let import = find(&vault, self.import_id)?;
        let anew = plan(&vault, &import, &self.answers, self.password, task)?;
        look(&vault, &import, &anew, task)
    }
}

impl Run for RereadImport {
    fn run(self, app: &App, task: &Task) -> Result<RereadView, AppError> {
        let vault = app.vault()?;
        let import = find(&vault, self.import_id)?;
        let anew = plan(&vault, &import, &self.answers, self.password, task)?;
        if let Some(question) = &anew.question {
            return Err(AppError::question(super::looked::question_view(question)));
        }
        let now = app.clock().now_ms();
        reread(&vault, &import, &anew, Some((now, &self.seen)), task)
    }
}

fn find(vault: &Vault, id: i64) -> Result<ImportSummary, AppError> {
    vault.imports()?.into_iter().find(|import| import.id == ImportId(id)).ok_or_else(|| AppError::not_found("import"))
}

/// What reading the file anew would make of its import. Stores nothing.
pub fn look(vault: &Vault, import: &ImportSummary, anew: &Anew, task: &Task) -> Result<RereadView, AppError> {
    if anew.question.is_some() {
        return Ok(view(import, anew, &RereadReport::default(), Vec::new()));
    }
    let mut sink = RereadSink { reread: vault.look_again(import.id, &anew.vendor)?, findings: Findings::default() };
    let note = read_into(&anew.source, anew.plans.iter(), &anew.options, &HashMap::new(), &mut sink, task)?;
    let report = sink.reread.finish(task)?;
    let new_files = new_files(anew, &note, task)?;
    Ok(view(import, anew, &report, new_files))
}

/// Mends the import in one transaction; files of the archive that belong to other vendors become imports of their own after it.
/// `seen` is when that is, and what the person agreed to; without it nothing may change that a person would see.
pub fn reread(
    vault: &Vault,
    import: &ImportSummary,
    anew: &Anew,
    seen: Option<(i64, &RereadCounts)>,
    task: &Task,
) -> Result<RereadView, AppError> {
    let export = anew.plans.iter().map(|plan| plan.export.as_str()).collect::<Vec<_>>().join(",");
    let mut sink = RereadSink { reread: vault.reread(import.id, &anew.vendor, &export)?, findings: Findings::default() };
    let note = read_into(&anew.source, anew.plans.iter(), &anew.options, &HashMap::new(), &mut sink, task)?;
    let new_files = if seen.is_some() { new_files(anew, &note, task)? } else { Vec::new() };
    let at = seen.map(|(now, _)| now);
    let RereadSink { mut reread, findings } = sink;
    reread.diagnostics(&findings.0);
    reread.note(Note { unread: anew.unread, reread_at: at.or(anew.note.reread_at), ..note }.to_text()?);
    let expected = |report: &RereadReport| match seen {
        Some((_, counts)) => view(import, anew, report, new_files.clone()).counts == *counts,
        None => report.is_quiet(),
    };
    let report = reread.finish_if(expected, task)?.ok_or_else(|| {
        AppError::new("vault-changed", "Something changed in the vault since you looked. Nothing was stored.", "Look at the file again.")
    })?;
    if seen.is_some() {
        for (vendor, plans) in &anew.others {
            import_entries(vault, import, anew, vendor, plans, task).map_err(|error| but_mended(error, vendor))?;
        }
    }
    Ok(view(import, anew, &report, new_files))
}

/// Files of the archive that nothing could read before, with how many records each holds.
fn new_files(anew: &Anew, note: &Note, task: &Task) -> Result<Vec<NewFile>, AppError> {
    let known = |plan: &&FilePlan| !anew.note.plans.iter().any(|old| old.entry == plan.entry);
    let mut found = Vec::new();
    for plan in anew.others.values().flatten().chain(note.plans.iter().filter(known)) {
        let records = holdall_importer::read(&anew.source, plan, &anew.options, task, &mut ())?.records;
        found.push(NewFile { entry: plan.label.clone(), vendor: crate::vendor::reference(&plan.vendor), records });
    }
    Ok(found)
}

fn import_entries(
    vault: &Vault,
    import: &ImportSummary,
    anew: &Anew,
    vendor: &str,
    plans: &[FilePlan],
    task: &Task,
) -> Result<(), AppError> {
    let export = plans.iter().map(|plan| plan.export.as_str()).collect::<Vec<_>>().join(",");
    let meta = ImportMeta { vendor: vendor.to_owned(), export, file_name: import.file_name.clone() };
    let mut sink = StoreSink { tx: vault.begin_import(meta)?, findings: Findings::default() };
    let note = read_into(&anew.source, plans.iter(), &anew.options, &HashMap::new(), &mut sink, task)?;
    sink.tx.diagnostics(&sink.findings.0);
    sink.tx.note(note.to_text()?);
    sink.tx.finish_with_kept(import.id, task)?;
    Ok(())
}

/// The import itself was mended before this failed, and stays so.
fn but_mended(error: AppError, vendor: &str) -> AppError {
    let vendor = crate::vendor::reference(vendor).name;
    let title = format!("The import was read anew, but what the same file holds of {vendor} was not stored: {}", error.title);
    AppError { title, what_to_do: "Import the file again: what is here already is not stored twice.".to_owned(), ..error }
}

struct RereadSink {
    reread: Reread,
    findings: Findings,
}

impl Sink for RereadSink {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        Ok(self.reread.record(record, identity)?)
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        Ok(self.reread.quarantine(&row)?)
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        self.findings.keep(diagnostic);
        Ok(())
    }
}
