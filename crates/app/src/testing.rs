//! A person's folder with an app at work in it, at a time of the test's choosing. The tests in `tests/` use this file too.
#![allow(dead_code, reason = "each of the tests uses some of it")]

use std::io::{Cursor, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use holdall_app::view::import::{Answer, CommitImport, Imported, Preview, PreviewImport};
use holdall_app::view::record::{FindRecords, RecordRow};
use holdall_app::view::vault::{CreateVault, ProveRecovery, RecoveryGroup, UnlockVault};
use holdall_app::{App, AppError, Config, Run, Task};
use holdall_model::{Clock, SystemClock};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{AesMode, CompressionMethod, ZipWriter};

pub const FLIGHTS: &str = "Date,Flight number,From,To,Dep time,Arr time,Duration,Airline,Aircraft,Registration,Seat number,Seat type,Flight class,Flight reason,Note,Dep_id,Arr_id,Airline_id,Aircraft_id\n";
pub const DAY: i64 = 86_400_000;
const START: i64 = 1_795_219_200_000; // 2026-11-21

/// Stands still, or goes with the machine's clock; and may be set forward.
struct TestClock {
    goes: bool,
    later: AtomicI64,
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        self.later.load(Ordering::Relaxed) + if self.goes { SystemClock.now_ms() } else { START }
    }
}

pub struct Desk {
    pub app: Arc<App>,
    /// In its groups.
    pub recovery_code: Vec<String>,
    clock: Arc<TestClock>,
    home: TempDir,
}

impl Desk {
    /// With a new vault that a key file opens: no keyring, and no passphrase to be stretched.
    pub fn new() -> Self {
        Self::without_vault().with_vault()
    }

    /// The same in the machine's time, for what is compared with the times of files.
    pub fn today() -> Self {
        Self::by_clock(true).with_vault()
    }

    pub fn without_vault() -> Self {
        Self::by_clock(false)
    }

    fn by_clock(goes: bool) -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let clock = Arc::new(TestClock { goes, later: AtomicI64::new(0) });
        let config = Config {
            vault_dir: home.path().join("vault"),
            settings_file: home.path().join("settings.json"),
            log_file: Some(home.path().join("logs/holdall.log")),
            key_file: Some(home.path().join("key")),
            development: true,
        };
        let app = Arc::new(App::open_at(config, clock.clone()).expect("the app starts"));
        Self { app, recovery_code: Vec::new(), clock, home }
    }

    fn with_vault(mut self) -> Self {
        self.recovery_code = self.run(CreateVault { passphrase: None }).recovery_code.clone();
        self
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Lets time pass.
    pub fn pass(&self, ms: i64) {
        self.clock.later.fetch_add(ms, Ordering::Relaxed);
    }

    pub fn run<R: Run>(&self, request: R) -> R::View {
        self.app.run(request, &Task::silent()).unwrap_or_else(|error| panic!("{}: {error}", error.code))
    }

    pub fn fails<R: Run>(&self, request: R) -> AppError {
        match self.app.run(request, &Task::silent()) {
            Ok(_) => panic!("{} did not fail", R::NAME),
            Err(error) => error,
        }
    }

    pub fn unlock(&self) {
        self.run(UnlockVault { passphrase: None, recovery_code: None, older: false });
    }

    /// Types these groups (1-based) back.
    pub fn prove(&self, groups: &[u32]) {
        let group = |n: &u32| RecoveryGroup { group: *n, text: self.recovery_code[*n as usize - 1].clone() };
        self.run(ProveRecovery { groups: groups.iter().map(group).collect() });
    }

    /// A file in the person's folder.
    pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.home().join(name);
        std::fs::write(&path, bytes).expect("a file in our own folder");
        path
    }

    /// An archive in the person's folder, with a password or without.
    pub fn archive(&self, name: &str, password: Option<&str>, files: &[(&str, &[u8])]) -> PathBuf {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        let plain = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        let options = password.map_or(plain, |password| plain.with_aes_encryption(AesMode::Aes256, password));
        for (name, bytes) in files {
            archive.start_file(*name, options).and_then(|()| Ok(archive.write_all(bytes)?)).expect("in memory");
        }
        self.file(name, archive.finish().expect("in memory").into_inner())
    }

    /// A flight diary of so many flights, a file like those that people bring.
    pub fn flights(&self, rows: usize) -> PathBuf {
        let mut text = FLIGHTS.to_owned();
        for n in 0..rows {
            let line = format!(
                "2025-{:02}-{:02},LX{n},Zurich / Kloten (ZRH/LSZH),Lisbon / Portela (LIS/LPPT),07:15:00,09:20:00,02:50:00,Swiss (LX/SWR),Airbus A320 (A320),HB-IJ,12A,1,1,1,,1,2,3,4\n",
                1 + n % 12,
                1 + n % 28
            );
            text.push_str(&line);
        }
        self.file(&format!("flights-{rows}.csv"), text)
    }

    pub fn look(&self, file: &Path, answers: &[(&str, &str)]) -> Preview {
        let answers = answers.iter().map(|(id, value)| Answer { id: (*id).to_owned(), value: (*value).to_owned() }).collect();
        self.run(PreviewImport { paths: vec![as_text(file)], answers, password: None })
    }

    pub fn import(&self, file: &Path, answers: &[(&str, &str)]) -> Imported {
        let preview_id = self.look(file, answers).preview_id;
        self.run(CommitImport { preview_id })
    }

    pub fn find(&self, query: &str) -> Vec<RecordRow> {
        self.run(FindRecords { query: query.to_owned(), limit: 1000, ..FindRecords::default() }).rows
    }
}

pub fn as_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
