//! The log: which command ran when, how long it took, and with which code it failed. It never leaves this computer by itself.
//!
//! It cannot hold personal data, because a line is made of nothing but the program's own words and numbers.

use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::view::support::{PreviewSupport, SaveSupport, SupportSaved, SupportText};
use crate::{App, AppError, Run, Task, lock, new_file, time};

/// Five files of 2 MiB at most.
const FILES: usize = 5;
const FILE_BYTES: u64 = 2 << 20;
/// As much of the log as a support text holds.
const LINES: usize = 300;

pub struct Log(Option<Mutex<Files>>);

impl Log {
    /// A log that cannot be written is no reason not to work.
    pub fn open(file: Option<&Path>) -> Self {
        Self(file.and_then(|file| Files::open(file).ok()).map(Mutex::new))
    }

    pub fn command(&self, now_ms: i64, name: &'static str, took: Duration, failed: Option<&'static str>) {
        let Some(log) = &self.0 else { return };
        let line = format!("{} {name} {} ms {}\n", time::rfc3339_ms(now_ms), took.as_millis(), failed.unwrap_or("ok"));
        // A full disk must not stop what the person does.
        let _ = lock(log).add(line.as_bytes());
    }
}

/// `holdall.log`, and before it `holdall.log.1`, `.2`…
struct Files {
    newest: PathBuf,
    out: File,
    bytes: u64,
}

impl Files {
    fn open(newest: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(newest.parent().unwrap_or(newest))?;
        let out = append(newest)?;
        Ok(Self { newest: newest.to_owned(), bytes: out.metadata()?.len(), out })
    }

    fn add(&mut self, line: &[u8]) -> io::Result<()> {
        if self.bytes >= FILE_BYTES {
            self.rotate()?;
        }
        self.out.write_all(line)?;
        self.bytes += line.len() as u64;
        Ok(())
    }

    fn rotate(&mut self) -> io::Result<()> {
        for n in (0..FILES - 1).rev() {
            match std::fs::rename(self.numbered(n), self.numbered(n + 1)) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(e),
                _ => {}
            }
        }
        self.out = append(&self.newest)?;
        self.bytes = 0;
        Ok(())
    }

    fn numbered(&self, n: usize) -> PathBuf {
        if n == 0 { self.newest.clone() } else { self.newest.with_extension(format!("log.{n}")) }
    }
}

fn append(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Notes where the program broke, without the message: that may hold what the program was working on.
pub fn note_panics(file: Option<&Path>) {
    let Some(file) = file.map(|file| file.with_file_name("panics.log")) else { return };
    let shown = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map(|at| format!("{}:{}", at.file(), at.line())).unwrap_or_default();
        let _ = append(&file).and_then(|mut out| writeln!(out, "holdall {} broke at {place}", env!("CARGO_PKG_VERSION")));
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
        "Holdall {}\n{} {}\nvault: {}\ntheme: {:?}, locks after {} minutes, hidden from capture: {}\n\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        if app.vault_if_open().is_some() { "open" } else { "not open" },
        settings.theme,
        settings.lock_after_minutes,
        settings.hidden_from_capture,
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
        assert!(sizes.iter().all(|size| *size <= FILE_BYTES + 200), "{sizes:?}");
    }

    #[test]
    fn l04_a_log_that_cannot_be_written_stops_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let blocked = dir.path().join("file");
        std::fs::write(&blocked, "no folder").expect("our own folder");
        Log::open(Some(&blocked.join("holdall.log"))).command(0, "home", Duration::ZERO, None);
    }
}
