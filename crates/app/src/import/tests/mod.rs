//! Imports through the app's own commands, on a real vault in a folder of its own.

mod rereading;

use std::path::{Path, PathBuf};

use crate::view::import::{Answer, CommitImport, Imported, Preview, PreviewImport};
use crate::view::record::{FindRecords, RecordRow};
use crate::view::vault::CreateVault;
use crate::{App, AppError, Config, Run, Task};

/// A person's computer with a vault that a key file opens.
pub struct Desk {
    pub dir: tempfile::TempDir,
    pub app: App,
}

impl Desk {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let app = App::open(Config {
            vault_dir: dir.path().join("vault"),
            settings_file: dir.path().join("settings.json"),
            log_file: None,
            key_file: Some(dir.path().join("key")),
            development: false,
        })
        .expect("starts");
        app.run(CreateVault { passphrase: None }, &Task::silent()).expect("creates");
        Self { dir, app }
    }

    pub fn run<R: Run>(&self, request: R) -> R::View {
        self.app.run(request, &Task::silent()).unwrap_or_else(|e| panic!("{}: {e}", R::NAME))
    }

    pub fn fails<R: Run>(&self, request: R) -> AppError {
        match self.app.run(request, &Task::silent()) {
            Ok(_) => panic!("{} did not fail", R::NAME),
            Err(error) => error,
        }
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, bytes).expect("a file in our own folder");
        path
    }

    pub fn preview(&self, path: &Path, answers: &[(&str, &str)]) -> Preview {
        let answers = answers.iter().map(|(id, value)| Answer { id: (*id).to_owned(), value: (*value).to_owned() }).collect();
        self.run(PreviewImport { paths: vec![path.display().to_string()], answers, password: None })
    }

    pub fn import(&self, path: &Path, answers: &[(&str, &str)]) -> Imported {
        let preview_id = self.preview(path, answers).preview_id;
        self.run(CommitImport { preview_id })
    }

    pub fn find(&self, query: &str) -> Vec<RecordRow> {
        self.run(FindRecords { query: query.to_owned(), limit: 1000, ..FindRecords::default() }).rows
    }
}
