//! Looking into a file: what each of its entries is, before anything of it is read.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use holdall_importer::{Confidence, FilePlan, FileReport, ImportError, Inspection, Options, Outcome, Password, Source};
use holdall_model::Task;
use holdall_vault::Vault;

use crate::AppError;
use crate::view::import::{Answer, Choice, FileOutcome, FilePreview, QuestionView};
use crate::view::{DiagnosticView, SeverityView, VerdictsView};

/// A file that was looked into: what each of its entries is, and not yet what it holds.
pub struct Looked {
    pub path: PathBuf,
    pub source: Source,
    pub options: Options,
    pub inspection: Inspection,
}

impl Looked {
    pub fn at(path: &Path, options: &Options, task: &Task) -> Result<Self, ImportError> {
        let source = Source::from_path(path)?;
        let inspection = holdall_importer::inspect(&source, options, task)?;
        Ok(Self { path: path.to_owned(), source, options: options.clone(), inspection })
    }

    /// Unpacked bytes of each entry that is read, by its position.
    pub fn sizes(&self) -> HashMap<u32, u64> {
        let recognised = self.inspection.files.iter().filter(|file| matches!(file.outcome, Outcome::Recognised { .. }));
        recognised.map(|file| (file.entry, file.size)).collect()
    }

    pub fn plans(&self) -> impl Iterator<Item = &FilePlan> {
        self.inspection.files.iter().filter_map(|file| match &file.outcome {
            Outcome::Recognised { plan, .. } => Some(plan),
            _ => None,
        })
    }

    /// Its entries as they are shown before they are read.
    pub fn described(&self) -> Vec<FilePreview> {
        let path = self.path.display().to_string();
        let entry = |report: &FileReport| {
            let mut file = described(&path, report);
            let found = self.inspection.diagnostics.iter().filter(|d| d.place.entry == report.label);
            file.diagnostics.extend(found.cloned().map(Into::into));
            file
        };
        self.inspection.files.iter().map(entry).collect()
    }
}

pub fn options(answers: Vec<Answer>, password: Option<String>, vault: Option<&Vault>) -> Result<Options, AppError> {
    Ok(Options {
        password: password.map(|p| Password::new(p.into())),
        answers: answers.into_iter().map(|a| (a.id, a.value)).collect(),
        remembered: vault.map(crate::definition::remembered).transpose()?.unwrap_or_default(),
        fingerprint_key: vault.map_or([0; 32], Vault::fingerprint_key),
        ..Options::default()
    })
}

/// A file that could not be read is told like the others, unless the person has to do something first.
pub fn not_read(path: &str, error: ImportError) -> Result<FilePreview, AppError> {
    match error {
        ImportError::PasswordNeeded { .. } | ImportError::WrongPassword { .. } | ImportError::Cancelled | ImportError::Sink(_) => {
            Err(error.into())
        }
        error => Ok(failed(path, "", &error)),
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

pub fn failed(path: &str, entry: &str, error: &ImportError) -> FilePreview {
    let mut file = empty(path, entry, FileOutcome::Failed);
    file.diagnostics.push(told(error.code(), SeverityView::Error, &error.to_string()));
    file
}

pub fn broken(path: &str) -> FilePreview {
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
