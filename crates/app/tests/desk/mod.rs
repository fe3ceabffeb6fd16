//! One person's folder with an open vault in it.
#![allow(dead_code, reason = "each of the tests uses some of it")]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use holdall_app::view::import::{Answer, CommitImport, Imported, Preview, PreviewImport};
use holdall_app::view::vault::{CreateVault, UnlockVault};
use holdall_app::{App, AppError, Config, Run, Task};
use holdall_model::{Clock, SystemClock};
use tempfile::TempDir;

pub struct Desk {
    pub app: App,
    home: TempDir,
    clock: Arc<Later>,
}

/// The machine's clock, some milliseconds later.
#[derive(Default)]
struct Later(AtomicI64);

impl Clock for Later {
    fn now_ms(&self) -> i64 {
        SystemClock.now_ms() + self.0.load(Ordering::Relaxed)
    }
}

impl Desk {
    /// With a new vault that a key file opens: no keyring, and no passphrase to be stretched.
    pub fn new() -> Self {
        let desk = Self::without_vault();
        desk.run(CreateVault { passphrase: None });
        desk
    }

    pub fn without_vault() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let key_file = home.path().join("key");
        let config = Config {
            vault_dir: home.path().join("vault"),
            settings_file: home.path().join("settings.json"),
            log_file: None,
            key_file: Some(key_file),
            development: false,
        };
        let clock = Arc::new(Later::default());
        Self { app: App::open_at(config, clock.clone()).expect("the app starts"), home, clock }
    }

    /// Lets time pass.
    pub fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn unlock(&self) {
        self.run(UnlockVault { passphrase: None, recovery_code: None, older: false });
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn run<R: Run>(&self, request: R) -> R::View {
        self.app.run(request, &Task::silent()).unwrap_or_else(|e| panic!("{e}"))
    }

    pub fn fails<R: Run>(&self, request: R) -> AppError {
        self.app.run(request, &Task::silent()).err().expect("a failure")
    }

    /// A file in the person's folder.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home().join(name);
        std::fs::write(&path, bytes).expect("a file in our own folder");
        path
    }

    pub fn look(&self, name: &str, bytes: impl AsRef<[u8]>, answers: &[(&str, &str)]) -> Preview {
        let path = self.file(name, bytes).display().to_string();
        let answers = answers.iter().map(|(id, value)| Answer { id: (*id).to_owned(), value: (*value).to_owned() }).collect();
        self.run(PreviewImport { paths: vec![path], answers, password: None })
    }

    pub fn import(&self, name: &str, bytes: impl AsRef<[u8]>, answers: &[(&str, &str)]) -> Imported {
        let preview = self.look(name, bytes, answers);
        self.run(CommitImport { preview_id: preview.preview_id })
    }
}
