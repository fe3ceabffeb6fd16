use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::path::{Path, PathBuf};

use holdall_importer::{
    Confidence, FilePlan, FileReport, Identity, ImportError, Options, Outcome, Password, Sink, SinkError, Source, Summary,
};
use holdall_model::{Diagnostic, Quarantined, Record, Severity};
use holdall_vault::{Judge, Vault};

use super::commit::Findings;
use super::drift::Drift;
use super::{Known, Prepared};
use crate::failure::guarded;
use crate::view::import::{Choice, DiscardPreview, FileOutcome, FilePreview, Preview, PreviewImport, QuestionView};
use crate::view::record::RecordRow;
use crate::view::{DiagnosticView, Done, SeverityView, SumView, VerdictsView};
use crate::{App, AppError, Run, Task, lock};

const FIRST_ROWS: usize = 12;

impl Run for PreviewImport {
    fn run(self, app: &App, task: &Task) -> Result<Preview, AppError> {
        let vault = app.vault_if_open();
        let options = Options {
            password: self.password.map(|p| Password::new(p.into())),
            answers: self.answers.iter().map(|a| (a.id.clone(), a.value.clone())).collect(),
            remembered: vault.as_deref().map(|v| crate::definition::remembered(v)).transpose()?.unwrap_or_default(),
            fingerprint_key: vault.as_ref().map_or([0; 32], |v| v.fingerprint_key()),
            ..Options::default()
        };
        let mut prepared = Vec::new();
        let mut files = Vec::new();
        let open = vault.as_deref().map(|vault| &**vault);
        let mut judges = Judges { vault: open, several: self.paths.len() > 1, sitting: HashMap::new() };
        for path in &self.paths {
            let read = guarded(|| prepare(Path::new(path), &options, &mut judges, task));
            // One file that breaks its reader must not hold back the others.
            let Some(read) = read else {
                judges.sitting.clear();
                files.push(broken(path));
                continue;
            };
            match read {
                Ok(one) => {
                    files.extend(one.shown.iter().cloned());
                    prepared.push(one);
                }
                Err(
                    error @ (ImportError::PasswordNeeded { .. }
                    | ImportError::WrongPassword { .. }
                    | ImportError::Cancelled
                    | ImportError::Sink(_)),
                ) => {
                    return Err(error.into());
                }
                Err(error) => files.push(failed(path, "", &error)),
            }
        }
        let drift: Drift = prepared.iter().map(|file| file.drift).sum();
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

fn prepare(path: &Path, options: &Options, judges: &mut Judges<'_>, task: &Task) -> Result<Prepared, ImportError> {
    let source = Source::from_path(path)?;
    let inspection = holdall_importer::inspect(&source, options, task)?;
    let shown_path = path.display().to_string();
    let recognised = inspection.files.iter().filter(|file| matches!(file.outcome, Outcome::Recognised { .. }));
    let sizes: HashMap<u32, u64> = recognised.map(|file| (file.entry, file.size)).collect();
    task.phase("reading", Some(sizes.values().sum()))?;
    let mut drift = Drift::of_files(&inspection.files);
    judges.several |= sizes.len() > 1;
    let mut plans = Vec::new();
    let mut summaries = HashMap::new();
    let mut told = Told::default();
    let mut shown = Vec::new();
    for report in &inspection.files {
        let mut file = described(&shown_path, report);
        file.diagnostics.extend(inspection.diagnostics.iter().filter(|d| d.place.entry == report.label).cloned().map(Into::into));
        if let Outcome::Recognised { plan, .. } = &report.outcome {
            match read_for_preview(&source, plan, options, judges.of(&plan.vendor)?, task) {
                Ok((sink, summary)) => {
                    drift.new_columns += summary.new_columns;
                    told.note(&plan.vendor, &sink);
                    fill(&mut file, sink, &summary);
                    plans.push(plan.clone());
                    summaries.insert(plan.entry, summary);
                }
                Err(error @ (ImportError::Cancelled | ImportError::Sink(_))) => return Err(error),
                // One unreadable entry of an archive must not hold back the others, and what it told is nowhere.
                Err(error) => {
                    judges.sitting.remove(&plan.vendor);
                    told.0.insert(plan.vendor.clone(), None);
                    file = failed(&shown_path, &report.label, &error);
                }
            }
        }
        shown.push(file);
    }
    let known = judges.end_file(told);
    Ok(Prepared { path: PathBuf::from(path), source, options: options.clone(), plans, sizes, summaries, known, shown, drift })
}

/// What was found about the entries of each vendor in a file; nothing of a vendor whose records were not all understood.
#[derive(Default)]
struct Told(HashMap<String, Option<Findings>>);

impl Told {
    fn note(&mut self, vendor: &str, sink: &PreviewSink<'_>) {
        let told = self.0.entry(vendor.to_owned()).or_insert_with(|| Some(Findings::default()));
        // Of more, the preview keeps only some.
        if sink.not_understood > 0 || sink.diagnostics.len() >= SHOWN_DIAGNOSTICS {
            *told = None;
        }
        if let Some(findings) = told {
            sink.diagnostics.iter().cloned().for_each(|finding| findings.keep(finding));
        }
    }
}

/// What is known of an entry before it is read.
fn described(path: &str, report: &FileReport) -> FilePreview {
    let mut file = empty(path, &report.label, FileOutcome::Ready);
    match &report.outcome {
        Outcome::Recognised { plan, confidence, .. } => {
            file.vendor = Some(plan.vendor.clone());
            file.vendor_name = Some(crate::vendor::reference(&plan.vendor).name);
            file.export = Some(plan.export.clone());
            file.export_title = holdall_importer::export(&plan.vendor, &plan.export).map(|(_, export)| export.name.clone());
            file.confidence = match confidence {
                Confidence::Possible => 0.5,
                Confidence::Likely => 0.8,
                Confidence::Certain => 1.0,
            };
        }
        Outcome::NeedsAnswer { question } => {
            file.outcome = FileOutcome::Question;
            file.question = Some(question_view(question));
        }
        Outcome::Unknown { reasons } => {
            file.outcome = FileOutcome::Unknown;
            file.diagnostics.extend(reasons.iter().map(|r| told("unknown-layout", SeverityView::Error, r)));
        }
        Outcome::Ignored { why } => {
            file.outcome = FileOutcome::Ignored;
            file.diagnostics.push(told("no-data", SeverityView::Note, why));
        }
        Outcome::Failed { code, text } => {
            file.outcome = FileOutcome::Failed;
            file.diagnostics.push(told(code, SeverityView::Error, text));
        }
    }
    file
}

pub fn question_view(question: &holdall_importer::Question) -> QuestionView {
    QuestionView {
        id: question.id.clone(),
        text: question.text.clone(),
        choices: question.choices.iter().map(|c| Choice { value: c.id.clone(), label: c.label.clone() }).collect(),
    }
}

fn told(id: &str, severity: SeverityView, text: &str) -> DiagnosticView {
    DiagnosticView { id: id.to_owned(), severity, row: None, text: text.to_owned() }
}

fn failed(path: &str, entry: &str, error: &ImportError) -> FilePreview {
    let mut file = empty(path, entry, FileOutcome::Failed);
    file.diagnostics.push(told(error.code(), SeverityView::Error, &error.to_string()));
    file
}

fn broken(path: &str) -> FilePreview {
    let mut file = empty(path, "", FileOutcome::Failed);
    let text = "Holdall itself broke while it read this file. Nothing of it was stored. Please report it; the support text holds none of your data.";
    file.diagnostics.push(told("failed", SeverityView::Error, text));
    file
}

fn empty(path: &str, entry: &str, outcome: FileOutcome) -> FilePreview {
    FilePreview {
        path: path.to_owned(),
        entry: entry.to_owned(),
        outcome,
        vendor: None,
        vendor_name: None,
        export: None,
        export_title: None,
        confidence: 0.0,
        records: 0,
        sums: Vec::new(),
        period: None,
        verdicts: VerdictsView::default(),
        diagnostics: Vec::new(),
        first_rows: Vec::new(),
        question: None,
        import_id: None,
    }
}

/// Judges every record and keeps only what a person is shown.
struct PreviewSink<'j> {
    judge: &'j mut Judge,
    vendor: &'j str,
    first_rows: Vec<RecordRow>,
    not_understood: u64,
    diagnostics: Vec<Diagnostic>,
}

/// Diagnostics of single rows that a person is shown; all of them stay counted in the verdicts.
const SHOWN_DIAGNOSTICS: usize = 50;

impl Sink for PreviewSink<'_> {
    fn record(&mut self, record: &Record, identity: &Identity) -> Result<(), SinkError> {
        if self.first_rows.len() < FIRST_ROWS {
            self.first_rows.push(crate::record::row(0, self.vendor, record));
        }
        self.judge.judge(record, identity)?;
        Ok(())
    }

    fn quarantined(&mut self, row: Quarantined) -> Result<(), SinkError> {
        self.not_understood += 1;
        if self.diagnostics.len() < SHOWN_DIAGNOSTICS {
            self.diagnostics.push(row.reason);
        }
        Ok(())
    }

    fn diagnostic(&mut self, diagnostic: Diagnostic) -> Result<(), SinkError> {
        if self.diagnostics.len() < SHOWN_DIAGNOSTICS || diagnostic.severity != Severity::Note {
            self.diagnostics.push(diagnostic);
        }
        Ok(())
    }
}

/// One judge for each vendor: two files, or two entries of one, may tell the same.
struct Judges<'v> {
    vault: Option<&'v Vault>,
    several: bool,
    sitting: HashMap<String, Judge>,
}

impl Judges<'_> {
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

fn read_for_preview<'j>(
    source: &Source,
    plan: &'j FilePlan,
    options: &Options,
    judge: &'j mut Judge,
    task: &Task,
) -> Result<(PreviewSink<'j>, Summary), ImportError> {
    let mut sink = PreviewSink { judge, vendor: &plan.vendor, first_rows: Vec::new(), not_understood: 0, diagnostics: Vec::new() };
    let summary = holdall_importer::read(source, plan, options, task, &mut sink)?;
    Ok((sink, summary))
}

fn fill(file: &mut FilePreview, sink: PreviewSink<'_>, summary: &Summary) {
    let judged = sink.judge.end_entry();
    file.records = summary.records - summary.not_counting;
    file.sums = summary.sums.iter().map(SumView::from).collect();
    file.period = summary.period.map(Into::into);
    file.verdicts = judged.counts.into();
    file.verdicts.not_understood = sink.not_understood;
    file.diagnostics.extend(sink.diagnostics.into_iter().map(DiagnosticView::from));
    file.first_rows = sink.first_rows;
}
