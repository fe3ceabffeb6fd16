//! Imports through the app's own commands, on a real vault.

mod rereading;
mod similar;
mod trials;

use std::path::{Path, PathBuf};

use crate::testing::Desk;
use crate::view::import::{Answer, CommitImport, Imported, Preview, PreviewImport};
use crate::view::record::{FindRecords, RecordRow};
use crate::{AppError, Run, Task};

impl Desk {
    fn fails<R: Run>(&self, request: R) -> AppError {
        match self.app.run(request, &Task::silent()) {
            Ok(_) => panic!("{} did not fail", R::NAME),
            Err(error) => error,
        }
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).expect("a file in our own folder");
        path
    }

    fn look_into(&self, path: &Path, answers: &[(&str, &str)]) -> Preview {
        let answers = answers.iter().map(|(id, value)| Answer { id: (*id).to_owned(), value: (*value).to_owned() }).collect();
        self.run(PreviewImport { paths: vec![path.display().to_string()], answers, password: None })
    }

    fn store(&self, path: &Path, answers: &[(&str, &str)]) -> Imported {
        let preview_id = self.look_into(path, answers).preview_id;
        self.run(CommitImport { preview_id })
    }

    fn find(&self, query: &str) -> Vec<RecordRow> {
        self.run(FindRecords { query: query.to_owned(), limit: 1000, ..FindRecords::default() }).rows
    }
}
