use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::Path;
use std::slice;

use holdall_importer::{FilePlan, Identity, ImportError, Options, Outcome, Sink, SinkError, Source, Summary};
use holdall_model::{Diagnostic, Quarantined, Record, Severity};
use holdall_vault::{Judge, Judged, Vault};

use super::commit::Findings;
use super::drift::Drift;
use super::looked::{Looked, broken, failed, not_read, options};
use super::{Chosen, Known, Prepared};
use crate::failure::guarded;
use crate::view::import::{DiscardPreview, FilePreview, Preview, PreviewImport};
use crate::view::record::RecordRow;
use crate::view::{DiagnosticView, Done, SumView};
use crate::{App, AppError, Run, Task, lock};

const FIRST_ROWS: usize = 12;

impl Run for PreviewImport {
    fn run(self, app: &App, task: &Task) -> Result<Preview, AppError> {
        let vault = app.vault_if_open();
        let vault = vault.as_deref().map(|vault| &**vault);
        let options = options(self.answers, self.password, vault)?;
        let mut prepared: Vec<Chosen> = Vec::new();
        let mut judges = Judges::of_files(vault, self.paths.len());
        for path in &self.paths {
            let read = guarded(|| Looked::at(Path::new(path), &options, task)?.read(&mut judges, task));
            match read {
                Some(Ok(one)) => prepared.push(Ok(one)),
                Some(Err(error)) => prepared.push(Err(not_read(path, error)?)),
                // One file that breaks its reader must not hold back the others.
                None => {
                    judges.sitting.clear();
                    prepared.push(Err(broken(path)));
                }
            }
        }
        let files = prepared.iter().flat_map(|file| file.as_ref().map_or_else(slice::from_ref, |file| &file.shown)).cloned().collect();
        let drift: Drift = prepared.iter().flatten().map(|file| file.drift).sum();
        let preview_id = uuid::Uuid::new_v4().to_string();
        lock(&app.previews).put(preview_id.clone(), prepared);
        Ok(Preview { preview_id, files, drift: drift.view() })
    }
}

impl Run for DiscardPreview {
    fn run(self, app: &App, _: &Task) -> Result<Done, AppError> {
        lock(&app.previews).take(&self.preview_id);
        Ok(Done {})
    }
}

impl Looked {
    /// Reads what it holds, to show it.
    pub fn read(self, judges: &mut Judges<'_>, task: &Task) -> Result<Prepared, ImportError> {
        let sizes = self.sizes();
        task.phase("reading", Some(sizes.values().sum()))?;
        let mut drift = Drift::of_files(&self.inspection.files);
        judges.several |= sizes.len() > 1;
        let mut plans = Vec::new();
        let mut summaries = HashMap::new();
        let mut told = Told::default();
        let mut shown = self.described();
        for (file, report) in shown.iter_mut().zip(&self.inspection.files) {
            let Outcome::Recognised { plan, .. } = &report.outcome else { continue };
            let judge = judges.of(&plan.vendor)?;
            match read_shown(&self.source, plan, &self.options, &mut JudgeSink(judge), task) {
                Ok((seen, summary)) => {
                    drift.new_columns += summary.new_columns;
                    told.note(&plan.vendor, &seen);
                    fill(file, seen, judge.end_entry(), &summary);
                    plans.push(plan.clone());
                    summaries.insert(plan.entry, summary);
                }
                Err(error @ (ImportError::Cancelled | ImportError::Sink(_))) => return Err(error),
                // One unreadable entry of an archive must not hold back the others, and what it told is nowhere.
                Err(error) => {
                    judges.sitting.remove(&plan.vendor);
                    told.0.insert(plan.vendor.clone(), None);
                    *file = failed(&file.path, &report.label, &error);
                }
            }
        }
        let known = judges.end_file(told);
        let Self { path, source, options, .. } = self;
        Ok(Prepared { path, source, options, plans, sizes, summaries, known, shown, drift })
    }
}

/// What was found about the entries of each vendor in a file; nothing of a vendor whose records were not all understood.
#[derive(Default)]
struct Told(HashMap<String, Option<Findings>>);

impl Told {
    fn note(&mut self, vendor: &str, seen: &Seen) {
        let told = self.0.entry(vendor.to_owned()).or_insert_with(|| Some(Findings::default()));
        // Of more, the preview keeps only some.
        if seen.not_understood > 0 || seen.diagnostics.len() >= SHOWN_DIAGNOSTICS {
            *told = None;
        }
        if let Some(findings) = told {
            seen.diagnostics.iter().cloned().for_each(|finding| findings.keep(finding));
        }
    }
}

/// What a person is shown of an entry.
#[derive(Default)]
pub struct Seen {
    first_rows: Vec<RecordRow>,
    not_understood: u64,
    diagnostics: Vec<Diagnostic>,
}

/// Looks at what is handed on.
struct ShownSink<'a> {
    to: &'a mut dyn Sink,
    vendor: &'a str,
    seen: Seen,
}

/// Diagnostics of single rows that a person is shown; all of them stay counted in the verdicts.
const SHOWN_DIAGNOSTICS: usize = 50;

impl Sink for ShownSink<'_> {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        if self.seen.first_rows.len() < FIRST_ROWS {
            self.seen.first_rows.push(crate::record::row(0, self.vendor, record));
        }
        self.to.record(record, identity)
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        self.seen.not_understood += 1;
        if self.seen.diagnostics.len() < SHOWN_DIAGNOSTICS {
            self.seen.diagnostics.push(row.reason.clone());
        }
        self.to.quarantined(row)
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        if self.seen.diagnostics.len() < SHOWN_DIAGNOSTICS || diagnostic.severity != Severity::Note {
            self.seen.diagnostics.push(diagnostic.clone());
        }
        self.to.diagnostic(diagnostic)
    }
}

/// Judges every record and keeps nothing.
struct JudgeSink<'j>(&'j mut Judge);

impl Sink for JudgeSink<'_> {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        self.0.judge(record, identity)?;
        Ok(())
    }

    fn quarantined(&mut self, _: Quarantined) -> Result<(), SinkError> {
        Ok(())
    }

    fn diagnostic(&mut self, _: Diagnostic) -> Result<(), SinkError> {
        Ok(())
    }
}

/// One judge for each vendor: two files, or two entries of one, may tell the same.
pub struct Judges<'v> {
    vault: Option<&'v Vault>,
    several: bool,
    sitting: HashMap<String, Judge>,
}

impl<'v> Judges<'v> {
    pub fn of_files(vault: Option<&'v Vault>, files: usize) -> Self {
        Self { vault, several: files > 1, sitting: HashMap::new() }
    }

    fn of(&mut self, vendor: &str) -> Result<&mut Judge, ImportError> {
        match self.sitting.entry(vendor.to_owned()) {
            Entry::Occupied(judge) => Ok(judge.into_mut()),
            Entry::Vacant(seat) => {
                let judge = match self.vault {
                    Some(vault) => vault.judge_only(vendor).map_err(|e| ImportError::Sink(Box::new(e)))?,
                    None => Judge::without_vault(),
                };
                Ok(seat.insert(if self.several { judge.of_several_entries() } else { judge }))
            }
        }
    }

    /// The vendors of whom a file tells nothing but what is here already.
    fn end_file(&mut self, mut told: Told) -> HashMap<String, Known> {
        let known = |(vendor, judge): (&String, &mut Judge)| {
            let here = judge.end_file()?;
            let findings = told.0.remove(vendor)??;
            Some((vendor.clone(), Known { here, findings }))
        };
        self.sitting.iter_mut().filter_map(known).collect()
    }
}

/// Reads an entry to where its records are judged.
pub fn read_shown(
    source: &Source,
    plan: &FilePlan,
    options: &Options,
    to: &mut dyn Sink,
    task: &Task,
) -> Result<(Seen, Summary), ImportError> {
    let mut sink = ShownSink { to, vendor: &plan.vendor, seen: Seen::default() };
    let summary = holdall_importer::read(source, plan, options, task, &mut sink)?;
    Ok((sink.seen, summary))
}

pub fn fill(file: &mut FilePreview, seen: Seen, judged: Judged, summary: &Summary) {
    file.records = summary.records - summary.not_counting;
    file.sums = summary.sums.iter().map(SumView::from).collect();
    file.period = summary.period.map(Into::into);
    file.verdicts = judged.counts.into();
    file.verdicts.not_understood = seen.not_understood;
    file.diagnostics.extend(seen.diagnostics.into_iter().map(DiagnosticView::from));
    file.first_rows = seen.first_rows;
}
