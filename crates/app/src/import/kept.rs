use holdall_importer::{FilePlan, ReadSeek, Source, Summary};
use holdall_model::{Locator, Period, Sums};
use holdall_vault::{ImportId, ImportSummary, Vault};
use serde::{Deserialize, Serialize};

use crate::view::SumView;
use crate::view::import::{ImportView, ListImports, ListQuarantine, QuarantineRow, UndoImport, Undone};
use crate::{App, AppError, Run, Task, time};

/// What the app keeps with an import: how each entry is read again, and its totals.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Note {
    pub plans: Vec<FilePlan>,
    pub records: u64,
    pub sums: Vec<(String, String)>,
    pub period: Option<Period>,
    /// The edition of all definitions by which the file was looked at last; empty in a note from before there were editions.
    #[serde(default)]
    pub catalogue: String,
    /// The file holds something that was not read.
    #[serde(default)]
    pub unread: bool,
    /// When it was read anew and told something else, in milliseconds since 1970 UTC.
    #[serde(default)]
    pub reread_at: Option<i64>,
}

impl Note {
    /// Of entries that were read by these plans just now.
    pub fn of<'a>(told: impl Iterator<Item = (&'a FilePlan, &'a Summary)>) -> Result<Self, AppError> {
        let mut note = Self { catalogue: holdall_importer::edition_of_all().to_owned(), ..Self::default() };
        let mut sums = Sums::default();
        for (plan, summary) in told {
            note.records += summary.records - summary.not_counting;
            for day in summary.period.iter().flat_map(|period| [period.from, period.to]) {
                note.period = Some(Period::widened(note.period, day));
            }
            for total in summary.sums.iter() {
                sums.add(total).map_err(|_| AppError::stopped_unexpectedly())?;
            }
            note.plans.push(plan.clone());
        }
        note.sums = sums.iter().map(|q| (q.unit.to_string(), q.value.to_string())).collect();
        Ok(note)
    }

    pub fn to_text(&self) -> Result<String, AppError> {
        serde_json::to_string(self).map_err(|_| AppError::stopped_unexpectedly())
    }
}

pub fn note_of(import: &ImportSummary) -> Result<Note, AppError> {
    serde_json::from_str(&import.note)
        .map_err(|_| AppError::new("vault-newer", "A newer Holdall stored this import.", "Update Holdall to see it."))
}

/// How the entry that a locator points into is read again.
pub fn plan_of(import: &ImportSummary, locator: &Locator) -> Result<FilePlan, AppError> {
    note_of(import)?.plans.into_iter().find(|p| p.entry == locator.entry).ok_or_else(|| AppError::not_found("source of this record"))
}

/// The plans of an import. None of a note that a newer Holdall wrote: it holds nothing that is needed here.
pub fn plans_of(import: &ImportSummary) -> Vec<FilePlan> {
    note_of(import).map(|note| note.plans).unwrap_or_default()
}

/// The kept original as the importer reads it.
pub fn original(vault: &Vault, import: &ImportSummary) -> Source {
    let (vault, id) = (vault.clone(), import.id);
    Source::from_opener(import.file_name.clone(), import.original_bytes, move || {
        let reader = vault.open_original(id).map_err(std::io::Error::other)?;
        Ok(Box::new(reader) as Box<dyn ReadSeek>)
    })
}

/// Imports as faces list them, newest first.
pub fn views(vault: &Vault) -> Result<Vec<ImportView>, AppError> {
    vault.imports()?.iter().map(view).collect()
}

fn view(import: &ImportSummary) -> Result<ImportView, AppError> {
    let note = note_of(import)?;
    Ok(ImportView {
        import_id: import.id.0,
        file_name: import.file_name.clone(),
        vendors: vec![crate::vendor::reference(&import.vendor)],
        at: time::rfc3339_ms(import.at),
        records: note.records,
        sums: note.sums.into_iter().map(|(unit, total)| SumView { unit, total }).collect(),
        period: note.period.map(Into::into),
        verdicts: import.counts.into(),
        size: import.original_bytes,
    })
}

impl Run for ListImports {
    fn run(self, app: &App, _: &Task) -> Result<Vec<ImportView>, AppError> {
        views(&*app.vault()?)
    }
}

impl Run for UndoImport {
    fn run(self, app: &App, task: &Task) -> Result<Undone, AppError> {
        let vault = app.vault()?;
        let import = vault.imports()?.into_iter().find(|import| import.id == ImportId(self.import_id));
        let vendor = import.ok_or_else(|| AppError::not_found("import"))?.vendor;
        let undone = vault.undo_import(ImportId(self.import_id), task)?;
        let shares = crate::share::kept(&vault)?.iter().filter(|share| share.vendors().contains(&vendor)).count() as u64;
        Ok(Undone { removed: undone.removed, handed_over: undone.handed_over, restored: undone.restored, shares })
    }
}

/// As many as a person would look through.
const SHOWN: u32 = 1000;

impl Run for ListQuarantine {
    fn run(self, app: &App, _: &Task) -> Result<Vec<QuarantineRow>, AppError> {
        let vault = app.vault()?;
        let imports = vault.imports()?;
        if self.import_id.is_some_and(|wanted| imports.iter().all(|import| import.id.0 != wanted)) {
            return Err(AppError::not_found("import"));
        }
        let name = |id: ImportId| imports.iter().find(|i| i.id == id).map(|i| i.file_name.clone()).unwrap_or_default();
        let rows = vault.quarantine(self.import_id.map(ImportId), 0, SHOWN)?;
        Ok(rows
            .into_iter()
            .map(|q| QuarantineRow {
                import_id: q.import.0,
                file_name: name(q.import),
                row: q.row.locator.row,
                reason: q.row.reason.text,
                text: q.row.raw.into_inner(),
            })
            .collect())
    }
}
