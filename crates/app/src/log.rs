//! The log: which command ran when, how long it took, and with which code it failed. It never leaves this computer by itself.
//!
//! It cannot hold personal data, because a line is made of nothing but the program's own words and numbers.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use file_rotate::compression::Compression;
use file_rotate::suffix::AppendCount;
use file_rotate::{ContentLimit, FileRotate};

use crate::view::support::{PreviewSupport, SaveSupport, SupportSaved, SupportText};
use crate::{App, AppError, Run, Task, lock, new_file, time};

/// Five files of 2 MiB at most.
const FILES: usize = 5;
const FILE_BYTES: usize = 2 << 20;
/// As much of the log as a support text holds.
const LINES: usize = 300;

pub struct Log(Option<Mutex<FileRotate<AppendCount>>>);

impl Log {
    /// A log that cannot be written is no reason not to work.
    pub fn open(file: Option<&Path>) -> Self {
        let open = |file: &Path| {
            std::fs::create_dir_all(file.parent()?).ok()?;
            let limit = ContentLimit::BytesSurpassed(FILE_BYTES);
            Some(Mutex::new(FileRotate::new(file, AppendCount::new(FILES - 1), limit, Compression::None, private())))
        };
        Self(file.and_then(open))
    }

    pub fn command(&self, now_ms: i64, name: &'static str, took: Duration, failed: Option<&'static str>) {
        let Some(log) = &self.0 else { return };
        let line = format!("{} {name} {} ms {}\n", time::rfc3339_ms(now_ms), took.as_millis(), failed.unwrap_or("ok"));
        // A full disk must not stop what the person does.
        let _ = lock(log).write_all(line.as_bytes());
    }
}

#[cfg(unix)]
fn private() -> Option<std::fs::OpenOptions> {
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut options = std::fs::OpenOptions::new();
    options.read(true).create(true).append(true).mode(0o600);
    Some(options)
}

#[cfg(not(unix))]
fn private() -> Option<std::fs::OpenOptions> {
    None
}

/// Notes where the program broke, without the message: that may hold what the program was working on.
pub fn note_panics(file: Option<&Path>) {
    let Some(file) = file.map(|file| file.with_file_name("panics.log")) else { return };
    let shown = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        let open = std::fs::OpenOptions::new().create(true).append(true).open(&file);
        let _ = open.and_then(|mut out| writeln!(out, "holdall {} broke at {place}", env!("CARGO_PKG_VERSION")));
        if cfg!(debug_assertions) {
            shown(panic);
        } else {
            eprintln!("Holdall broke at {place}. Nothing was half done. Please report this line.");
        }
    }));
}

impl Run for PreviewSupport {
    fn run(self, app: &App, _: &Task) -> Result<SupportText, AppError> {
        Ok(SupportText { text: text(app) })
    }
}

impl Run for SaveSupport {
    fn run(self, _: &App, _: &Task) -> Result<SupportSaved, AppError> {
        new_file::write(Path::new(&self.file), self.text.as_bytes())?;
        Ok(SupportSaved { file: self.file })
    }
}

fn text(app: &App) -> String {
    let settings = lock(&app.settings).clone();
    let mut text = format!(
        "Holdall {}\n{} {}\nvault: {}\ntheme: {:?}, locks after {} minutes\n\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        if app.vault_if_open().is_some() { "open" } else { "not open" },
        settings.theme,
        settings.lock_after_minutes,
    );
    for name in ["panics.log", "holdall.log"] {
        let Some(file) = app.config().log_file.as_ref().map(|file| file.with_file_name(name)) else { continue };
        let Ok(log) = std::fs::read_to_string(file) else { continue };
        let lines: Vec<&str> = log.lines().collect();
        let last = &lines[lines.len().saturating_sub(LINES)..];
        let _ = write!(text, "{name}, the last {} lines:\n{}\n\n", last.len(), last.join("\n"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l04_the_log_is_rotated_and_never_larger_than_its_files() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("logs/holdall.log");
        let log = Log::open(Some(&file));
        for n in 0..300_000 {
            log.command(n, "import.preview", Duration::from_millis(7), Some("file-unknown"));
        }
        let sizes: Vec<u64> = std::fs::read_dir(file.parent().expect("a folder"))
            .expect("readable")
            .map(|entry| entry.expect("an entry").metadata().expect("its size").len())
            .collect();
        assert_eq!(sizes.len(), FILES);
        assert!(sizes.iter().all(|size| *size <= FILE_BYTES as u64 + 200), "{sizes:?}");
    }

    #[test]
    fn l04_a_log_that_cannot_be_written_stops_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let blocked = dir.path().join("file");
        std::fs::write(&blocked, "no folder").expect("our own folder");
        Log::open(Some(&blocked.join("holdall.log"))).command(0, "home", Duration::ZERO, None);
    }
}
