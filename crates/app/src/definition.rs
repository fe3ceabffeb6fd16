//! Layouts that the person explained: what is remembered of them, forgetting one, and writing one out for everybody.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use holdall_importer::{Contribution, Decisions, Naming, NotContributed, explained};
use holdall_vault::{Act, AuditEvent, ImportSummary, Vault};
use serde::{Deserialize, Serialize};

use crate::import::plans_of;
use crate::view::definition::{
    DefinitionColumn, DefinitionFile, DefinitionFiles, DefinitionSaved, DefinitionView, ForgetDefinition, ListDefinitions,
    PreviewDefinition, SaveDefinition,
};
use crate::view::import::Answer;
use crate::{App, AppError, Run, Task, new_file, time};

const SETTING: &str = "forgotten_layouts";
/// What stands before a question's id among the decisions.
const ANSWER: &str = "answer:";
/// The kind of export that a table of no known vendor is.
const EXPORT: (&str, &str) = ("account", "Account");

/// A layout is forgotten up to an import; what is answered later counts again.
#[derive(Debug, Serialize, Deserialize)]
struct Forgotten {
    id: String,
    up_to: i64,
}

/// An explained layout as it was used in one import.
struct Own {
    import: ImportSummary,
    decisions: Decisions,
    layout: holdall_importer::Explained,
}

fn forgotten(vault: &Vault) -> Result<Vec<Forgotten>, AppError> {
    let text = vault.setting(SETTING)?.unwrap_or_default();
    // None yet, or written by a later version: then nothing is forgotten, which the screen shows.
    Ok(serde_json::from_str(&text).unwrap_or_default())
}

/// Every use of an explained layout that is not forgotten, the latest first.
fn uses(vault: &Vault) -> Result<Vec<Own>, AppError> {
    let forgotten = forgotten(vault)?;
    let mut found = Vec::new();
    for import in vault.imports()? {
        for decisions in plans_of(&import).into_iter().filter(|plan| plan.vendor == "generic").map(|plan| plan.decisions) {
            let Some(layout) = explained(&decisions) else { continue };
            if !forgotten.iter().any(|f| f.id == layout.id && import.id.0 <= f.up_to) {
                found.push(Own { import: import.clone(), decisions, layout });
            }
        }
    }
    Ok(found)
}

/// What was decided about tables of no known vendor in earlier imports, the latest first, without what the person wants forgotten.
pub fn remembered(vault: &Vault) -> Result<Vec<Decisions>, AppError> {
    Ok(uses(vault)?.into_iter().map(|own| own.decisions).collect())
}

fn own(vault: &Vault, id: &str) -> Result<Own, AppError> {
    uses(vault)?.into_iter().find(|own| own.layout.id == id).ok_or_else(|| AppError::not_found("layout that you explained"))
}

fn list(vault: &Vault) -> Result<Vec<DefinitionView>, AppError> {
    let uses = uses(vault)?;
    let mut seen = HashSet::new();
    let latest = uses.iter().filter(|own| seen.insert(own.layout.id.clone()));
    Ok(latest.map(|own| view(own, uses.iter().filter(|other| other.layout.id == own.layout.id).count())).collect())
}

fn view(own: &Own, imports: usize) -> DefinitionView {
    let answers = own.decisions.facts.iter().filter_map(|(name, value)| Some((name.strip_prefix(ANSWER)?, value)));
    // Which columns are the date and the amount is told with the columns.
    let beside = answers.filter(|(id, _)| !id.starts_with("column:") && !["date", "amount"].contains(id));
    DefinitionView {
        definition_id: own.layout.id.clone(),
        file_name: own.import.file_name.clone(),
        at: time::rfc3339_ms(own.import.at),
        imports: imports as u64,
        columns: own.layout.columns.iter().map(|c| DefinitionColumn { heading: c.heading.clone(), role: c.role.to_owned() }).collect(),
        answers: beside.map(|(id, value)| Answer { id: id.to_owned(), value: value.clone() }).collect(),
    }
}

impl Run for ListDefinitions {
    fn run(self, app: &App, _: &Task) -> Result<Vec<DefinitionView>, AppError> {
        list(&*app.vault()?)
    }
}

impl Run for ForgetDefinition {
    fn run(self, app: &App, _: &Task) -> Result<Vec<DefinitionView>, AppError> {
        let vault = app.vault()?;
        let own = own(&vault, &self.definition_id)?;
        let mut all = forgotten(&vault)?;
        all.retain(|f| f.id != own.layout.id);
        all.push(Forgotten { id: own.layout.id, up_to: own.import.id.0 });
        let text = serde_json::to_string(&all).map_err(|_| AppError::stopped_unexpectedly())?;
        vault.write(AuditEvent::new(Act::SettingChanged, SETTING), |w| w.set_setting(SETTING, Some(&text)).map_err(AppError::from))?;
        list(&vault)
    }
}

impl Run for PreviewDefinition {
    fn run(self, app: &App, _: &Task) -> Result<DefinitionFiles, AppError> {
        let written = self.write(&*app.vault()?)?;
        Ok(DefinitionFiles {
            files: written.files.into_iter().map(|(path, text)| DefinitionFile { path, text }).collect(),
            left_out: written.left_out.into_iter().map(|i| i as u32).collect(),
        })
    }
}

impl PreviewDefinition {
    fn write(&self, vault: &Vault) -> Result<Contribution, AppError> {
        let own = own(vault, &self.definition_id)?;
        let vendor = self.vendor.clone().filter(|slug| !slug.trim().is_empty()).unwrap_or_else(|| slug(&self.vendor_name));
        let naming = Naming {
            vendor,
            vendor_name: self.vendor_name.trim().to_owned(),
            export: EXPORT.0.to_owned(),
            export_name: EXPORT.1.to_owned(),
            file_name: self.file_name.clone().map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
        };
        holdall_importer::contribution(&own.decisions, &naming).map_err(told)
    }
}

/// A name for folders, as far as a name for people gives one.
fn slug(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

fn told(error: NotContributed) -> AppError {
    let what_to_do = match &error {
        NotContributed::NoLayout | NotContributed::Unsound(_) => "Please report this; the layout goes on reading your own files.",
        NotContributed::Slug => "Give a short name in plain letters, such as my-bank.",
        NotContributed::Heading(_) => "The layout goes on reading your own files; it cannot be given away as it is.",
        NotContributed::NeedsFileName => "Say how the vendor calls the file, with * for what changes: Umsatz_*.csv.",
        NotContributed::FileName => "Write it like Umsatz_*.csv.",
    };
    AppError::new("bad-request", error.to_string(), what_to_do)
}

impl Run for SaveDefinition {
    fn run(self, app: &App, _: &Task) -> Result<DefinitionSaved, AppError> {
        let written = self.definition.write(&*app.vault()?)?;
        let below = Path::new(&self.dir);
        let mut places: Vec<(PathBuf, String)> = written.files.into_iter().map(|(path, text)| (below.join(path), text)).collect();
        let vendor = places.last().and_then(|(path, _)| path.parent()?.parent()).unwrap_or(below).to_owned();
        // A second layout of a vendor that is there already keeps what is said of the vendor.
        places.retain(|(path, _)| !(path.ends_with("vendor.toml") && path.exists()));
        if let Some((path, _)) = places.iter().find(|(path, _)| path.exists()) {
            return Err(AppError::cannot_write(path, &std::io::ErrorKind::AlreadyExists.into()));
        }
        for (path, text) in &places {
            let folder = path.parent().unwrap_or(below);
            std::fs::create_dir_all(folder).map_err(|e| AppError::cannot_write(folder, &e))?;
            new_file::write(path, text.as_bytes())?;
        }
        Ok(DefinitionSaved {
            dir: vendor.display().to_string(),
            files: places.iter().map(|(path, _)| path.display().to_string()).collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_for_people_gives_a_name_for_folders() {
        assert_eq!(slug("  My Bank (Suisse)"), "my-bank-suisse");
        assert_eq!(slug("Nº 26"), "nº-26", "which is then refused, and asked for");
    }
}
