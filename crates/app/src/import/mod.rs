//! Importing: look, show, store in one transaction, take back whole.

mod anew;
mod at_once;
mod commit;
mod decide;
mod difference;
mod drift;
mod kept;
mod looked;
mod outdated;
mod preview;
mod reread;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::PathBuf;

use holdall_importer::{FilePlan, Options, Source, Summary};
use holdall_vault::AllHere;

use crate::view::import::{FileOutcome, FilePreview};
use commit::Findings;
use drift::Drift;

pub use kept::{note_of, original, plan_of, plans_of, views};

/// One file as it was previewed: the same source, the same decisions and answers are used to store it.
pub struct Prepared {
    path: PathBuf,
    source: Source,
    options: Options,
    plans: Vec<FilePlan>,
    /// Unpacked bytes of each entry that is read, by its position.
    sizes: HashMap<u32, u64>,
    /// What reading each of them told.
    summaries: HashMap<u32, Summary>,
    /// The vendors of which it holds nothing but what is here already.
    known: HashMap<String, Known>,
    shown: Vec<FilePreview>,
    drift: Drift,
}

/// That everything one vendor has in a file is here already, and what was found about the file.
struct Known {
    here: AllHere,
    findings: Findings,
}

impl Prepared {
    /// Whether it holds something that is not read.
    fn holds_unread(&self) -> bool {
        self.shown.iter().any(|shown| shown.outcome != FileOutcome::Ready)
    }

    /// Unpacked bytes that reading by these plans goes through.
    fn bytes<'p>(&self, plans: impl IntoIterator<Item = &'p FilePlan>) -> u64 {
        plans.into_iter().filter_map(|plan| self.sizes.get(&plan.entry)).sum()
    }
}

/// A file that was chosen, or what was told of it where it could not be read.
pub type Chosen = Result<Prepared, FilePreview>;

/// Previews that wait for a confirmation.
#[derive(Default)]
pub struct Previews(HashMap<String, Vec<Chosen>>);

impl Previews {
    pub fn put(&mut self, id: String, files: Vec<Chosen>) {
        self.0.insert(id, files);
    }

    /// The files of a preview, as they were opened.
    fn opened(&self, id: &str) -> Option<Vec<(PathBuf, Options)>> {
        Some(self.0.get(id)?.iter().flatten().map(|file| (file.path.clone(), file.options.clone())).collect())
    }

    pub fn take(&mut self, id: &str) -> Option<Vec<Chosen>> {
        self.0.remove(id)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
