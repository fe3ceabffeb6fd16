use holdall_vault::{ImportSummary, Vault};

use super::anew::plan;
use super::kept::{Note, note_of};
use super::reread::{look, reread};
use crate::view::reread::{ListOutdated, RereadCounts, RereadView};
use crate::{App, AppError, Run, Task};

impl Run for ListOutdated {
    fn run(self, app: &App, task: &Task) -> Result<Vec<RereadView>, AppError> {
        let vault = app.vault()?;
        let mut found = Vec::new();
        let mut imports = vault.imports()?;
        // The oldest first: what a later import found here already stands in an earlier one.
        imports.sort_by_key(|import| import.id);
        for import in &imports {
            task.step(0)?;
            // A note of a newer Holdall is that Holdall's matter.
            if note_of(import).is_ok_and(|note| may_differ(&note)) {
                found.extend(gains(&vault, import, task)?);
            }
        }
        Ok(found)
    }
}

/// Whether a definition changed by which this import was read, or one may have come that reads what nothing could read.
fn may_differ(note: &Note) -> bool {
    if note.catalogue == holdall_importer::edition_of_all() {
        return false;
    }
    let changed = |plan: &holdall_importer::FilePlan| match holdall_importer::export(&plan.vendor, &plan.export) {
        Some((_, export)) => export.edition != plan.edition,
        None => true,
    };
    note.unread || note.plans.iter().any(changed)
}

/// What the file tells otherwise today. Where that is nothing, the import is noted as looked at.
fn gains(vault: &Vault, import: &ImportSummary, task: &Task) -> Result<Option<RereadView>, AppError> {
    let anew = match plan(vault, import, &[], None, task) {
        Ok(anew) => anew,
        Err(error) if error.code == "password-needed" => return Ok(Some(super::difference::locked(import))),
        Err(error) if error.code == "cancelled" => return Err(error),
        // A file that cannot be read today stays as it was read; looking at it by name says why.
        Err(_) => return Ok(None),
    };
    let view = look(vault, import, &anew, task)?;
    if view.question.is_some() || visible(&view.counts) {
        return Ok(Some(view));
    }
    reread(vault, import, &anew, None, task)?;
    Ok(None)
}

fn visible(counts: &RereadCounts) -> bool {
    let RereadCounts {
        unchanged: _,
        similar: _,
        not_understood: _,
        changed,
        added,
        already_here,
        gone,
        stays,
        history,
        understood,
        in_new_files,
    } = *counts;
    [changed, added, already_here, gone, stays, history, understood, in_new_files].iter().any(|n| *n > 0)
}
