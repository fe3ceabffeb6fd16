//! Importing: look, show, store in one transaction, take back whole.

mod anew;
mod commit;
mod decide;
mod difference;
mod kept;
mod outdated;
mod preview;
mod reread;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::path::PathBuf;

use holdall_importer::{FilePlan, Options, Source};

use crate::view::import::FilePreview;

pub use kept::{note_of, original, plan_of, plans_of, views};

/// One file as it was previewed: the same source, the same decisions and answers are used to store it.
pub struct Prepared {
    path: PathBuf,
    source: Source,
    options: Options,
    plans: Vec<FilePlan>,
    shown: Vec<FilePreview>,
}

/// Previews that wait for a confirmation.
#[derive(Default)]
pub struct Previews(HashMap<String, Vec<Prepared>>);

impl Previews {
    pub fn put(&mut self, id: String, files: Vec<Prepared>) {
        self.0.insert(id, files);
    }

    pub fn take(&mut self, id: &str) -> Option<Vec<Prepared>> {
        self.0.remove(id)
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }
}
