//! How a kept file is read with what is known today.

use std::collections::{BTreeMap, BTreeSet};

use holdall_importer::{FilePlan, FileReport, ImportError, Options, Outcome, Password, Question, Source};
use holdall_vault::{ImportSummary, Vault};

use super::kept::{Note, note_of, original};
use crate::view::import::Answer;
use crate::{AppError, Task};

/// The person answered a question about a table of no known vendor; see the importer's decisions.
const ANSWER: &str = "answer:";
const GENERIC: &str = "generic";

/// How one import's file is read today.
pub struct Anew {
    pub source: Source,
    pub options: Options,
    pub note: Note,
    /// As whose export the entries of this import are read.
    pub vendor: String,
    pub plans: Vec<FilePlan>,
    /// Entries of the archive that nothing could read before, by vendor: each becomes an import of its own.
    pub others: BTreeMap<String, Vec<FilePlan>>,
    /// What only the person can know, if there is anything: then nothing else is to be relied on.
    pub question: Option<Question>,
    /// The file still holds something that nothing reads.
    pub unread: bool,
}

/// Looks at a kept file as if it was imported today, with the answers that were given when it was.
pub fn plan(vault: &Vault, import: &ImportSummary, answers: &[Answer], password: Option<String>, task: &Task) -> Result<Anew, AppError> {
    let note = note_of(import)?;
    let source = original(vault, import);
    let mut options = Options {
        password: password.map(|p| Password::new(p.into())),
        remembered: crate::definition::remembered(vault)?,
        fingerprint_key: vault.fingerprint_key(),
        ..Options::default()
    };
    for plan in &note.plans {
        options.remembered.insert(0, plan.decisions.clone());
        let facts = plan.decisions.facts.iter().filter(|(id, _)| plan.vendor != GENERIC && !id.starts_with(ANSWER));
        options.answers.extend(facts.map(|(id, value)| (format!("{}/{id}", plan.entry), value.clone())));
    }
    options.answers.extend(answers.iter().map(|a| (a.id.clone(), a.value.clone())));
    let mut files = holdall_importer::inspect(&source, &options, task)?.files;
    let more = answers_that_are_needed(&note, &files);
    if !more.is_empty() {
        options.answers.extend(more);
        files = holdall_importer::inspect(&source, &options, task)?.files;
    }
    task.phase("reading", None)?;
    let siblings = siblings(vault, import)?;
    let mut anew = Anew {
        source,
        options,
        vendor: import.vendor.clone(),
        plans: Vec::new(),
        others: BTreeMap::new(),
        question: None,
        unread: false,
        note,
    };
    anew.keep_entries(&files)?;
    anew.take_new_entries(&files, import, &siblings);
    Ok(anew)
}

/// Answers that a fresh look would ask for again: which of two layouts a file has, and what the columns of an unknown table are.
fn answers_that_are_needed(note: &Note, files: &[FileReport]) -> Vec<(String, String)> {
    let mut more = Vec::new();
    for plan in &note.plans {
        match files.iter().find(|f| f.entry == plan.entry).map(|f| &f.outcome) {
            Some(Outcome::NeedsAnswer { question }) if question.id == "layout" => {
                more.push((format!("{}/layout", plan.entry), format!("{}/{}", plan.vendor, plan.export)));
            }
            Some(Outcome::NeedsAnswer { .. } | Outcome::Unknown { .. }) => {
                let told = plan.decisions.facts.iter().filter_map(|(id, value)| Some((id.strip_prefix(ANSWER)?, value)));
                more.extend(told.map(|(id, value)| (format!("{}/{id}", plan.entry), value.clone())));
            }
            _ => {}
        }
    }
    more
}

/// Imports that came out of the same file.
fn siblings(vault: &Vault, import: &ImportSummary) -> Result<Vec<ImportSummary>, AppError> {
    let mut all = vault.imports()?;
    all.retain(|other| other.original_hash == import.original_hash);
    all.sort_by_key(|other| other.id);
    Ok(all)
}

impl Anew {
    /// The entries that this import holds: read as they would be today, or as they were where today's definitions do not know them.
    fn keep_entries(&mut self, files: &[FileReport]) -> Result<(), AppError> {
        let mut today = Vec::new();
        for old in &self.note.plans {
            match files.iter().find(|f| f.entry == old.entry && f.label == old.label).map(|f| &f.outcome) {
                Some(Outcome::Recognised { plan, .. }) => today.push(plan.clone()),
                Some(Outcome::NeedsAnswer { question }) => {
                    self.question = Some(question.clone());
                    return Ok(());
                }
                _ => today.push(old.clone()),
            }
        }
        let vendors: BTreeSet<&str> = today.iter().map(|plan| plan.vendor.as_str()).collect();
        if let [only] = vendors.into_iter().collect::<Vec<_>>()[..] {
            self.vendor = only.to_owned();
            self.plans = today;
        } else {
            // An import is of one vendor: entries that belong to several by now are read as they were.
            self.plans =
                self.note.plans.iter().zip(today).map(|(old, new)| if new.vendor == self.vendor { new } else { old.clone() }).collect();
        }
        for plan in self.plans.iter().filter(|plan| plan.vendor != GENERIC) {
            if holdall_importer::export(&plan.vendor, &plan.export).is_none() {
                return Err(ImportError::NoSuchExport { export: format!("{}/{}", plan.vendor, plan.export) }.into());
            }
        }
        Ok(())
    }

    /// Entries that nothing could read when the file was imported. Of several imports of one file, the first of their vendor takes them,
    /// or the first of all.
    fn take_new_entries(&mut self, files: &[FileReport], import: &ImportSummary, siblings: &[ImportSummary]) {
        let notes: Vec<Note> = siblings.iter().filter_map(|s| note_of(s).ok()).collect();
        let read_before = |entry: u32| notes.iter().any(|note| note.plans.iter().any(|plan| plan.entry == entry));
        for file in files.iter().filter(|file| !read_before(file.entry)) {
            let Outcome::Recognised { plan, .. } = &file.outcome else {
                self.unread = true;
                continue;
            };
            let taker = siblings.iter().find(|s| s.vendor == plan.vendor).or(siblings.first());
            if taker.is_none_or(|taker| taker.id != import.id) {
                continue;
            }
            if plan.vendor == self.vendor {
                self.plans.push(plan.clone());
            } else {
                self.others.entry(plan.vendor.clone()).or_default().push(plan.clone());
            }
        }
    }
}
