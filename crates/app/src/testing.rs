//! An app with a vault of its own, at a time of the test's choosing.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use holdall_model::Clock;
use tempfile::TempDir;

use crate::view::import::{CommitImport, Imported, PreviewImport};
use crate::view::vault::{CreateVault, ProveRecovery, RecoveryGroup, VaultCreated};
use crate::{App, Config, Task};

const FLIGHTS: &str = "Date,Flight number,From,To,Dep time,Arr time,Duration,Airline,Aircraft,Registration,Seat number,Seat type,Flight class,Flight reason,Note,Dep_id,Arr_id,Airline_id,Aircraft_id\n";
pub const DAY: i64 = 86_400_000;

/// Begins on 2026-11-21.
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

pub struct Desk {
    pub app: Arc<App>,
    pub clock: Arc<TestClock>,
    pub created: VaultCreated,
    pub dir: TempDir,
}

impl Desk {
    /// A new vault that a key file opens.
    pub fn new() -> Self {
        let dir = TempDir::new().expect("a folder");
        let clock = Arc::new(TestClock(AtomicI64::new(1_795_219_200_000)));
        let config = Config {
            vault_dir: dir.path().join("vault"),
            settings_file: dir.path().join("settings.json"),
            log_file: Some(dir.path().join("logs/holdall.log")),
            key_file: Some(dir.path().join("key")),
            development: true,
        };
        let app = Arc::new(App::open_at(config, clock.clone()).expect("an app"));
        let created = app.run(CreateVault { passphrase: None }, &Task::silent()).expect("a vault");
        Self { app, clock, created, dir }
    }

    pub fn run<R: crate::Run>(&self, request: R) -> R::View {
        self.app.run(request, &Task::silent()).unwrap_or_else(|error| panic!("{}: {error}", error.code))
    }

    /// Types these groups (1-based) back.
    pub fn prove(&self, groups: &[u32]) {
        let group = |n: &u32| RecoveryGroup { group: *n, text: self.created.recovery_code[*n as usize - 1].clone() };
        self.run(ProveRecovery { groups: groups.iter().map(group).collect() });
    }

    /// A flight diary of so many flights, a file like those that people bring.
    pub fn flights(&self, rows: usize) -> String {
        let mut text = FLIGHTS.to_owned();
        for n in 0..rows {
            let line = format!(
                "2025-{:02}-{:02},LX{n},Zurich / Kloten (ZRH/LSZH),Lisbon / Portela (LIS/LPPT),07:15:00,09:20:00,02:50:00,Swiss (LX/SWR),Airbus A320 (A320),HB-IJ,12A,1,1,1,,1,2,3,4\n",
                1 + n % 12,
                1 + n % 28
            );
            text.push_str(&line);
        }
        let file = self.dir.path().join(format!("flights-{rows}.csv"));
        std::fs::write(&file, text).expect("our own folder");
        as_text(&file)
    }

    /// Looks into a file; the answer's id stores what is in it.
    pub fn preview(&self, file: String) -> String {
        self.run(PreviewImport { paths: vec![file], answers: Vec::new(), password: None }).preview_id
    }

    pub fn import(&self, file: String) -> Imported {
        let preview_id = self.preview(file);
        self.run(CommitImport { preview_id })
    }
}

pub fn as_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
