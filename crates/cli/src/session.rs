//! The app as one run of the command line uses it.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use holdall_app::command::{Needs, Request};
use holdall_app::view::backup::Secret;
use holdall_app::view::vault::{GetVaultStatus, UnlockVault, VaultState, VaultStatus};
use holdall_app::{App, AppError, Config, Run, Task};
use zeroize::Zeroizing;

use crate::args::Global;
use crate::output::Output;

/// Secrets are one line; anything longer is not one.
const MAX_SECRET_BYTES: u64 = 4096;

pub struct Session {
    app: Arc<App>,
    passphrase: Option<Zeroizing<String>>,
    recovery_code: Option<Zeroizing<String>>,
    json: bool,
}

impl Session {
    pub fn open(global: &Global) -> Result<Self, AppError> {
        refuse_exposed(global)?;
        let mut config = Config::from_environment();
        if let Some(dir) = &global.vault {
            config.vault_dir.clone_from(dir);
        }
        if let Some(file) = &global.key_file {
            config.key_file = Some(file.clone());
        }
        config.development |= global.development;
        let passphrase = global.passphrase_file.as_deref().map(read_secret).transpose()?;
        let recovery_code = global.recovery_code_file.as_deref().map(read_secret).transpose()?;
        let app = Arc::new(App::open(config)?);
        end_when_asked(app.clone());
        Ok(Self { app, passphrase, recovery_code, json: global.json })
    }

    pub fn passphrase(&self) -> Option<String> {
        self.passphrase.as_deref().cloned()
    }

    /// What opens the vault or a backup of it. Where both were given, the recovery code is meant: it opens either.
    pub fn secret(&self) -> Secret {
        let recovery_code = self.recovery_code.as_deref().cloned();
        Secret { passphrase: self.passphrase().filter(|_| recovery_code.is_none()), recovery_code }
    }

    /// Opens the vault, also in a state from before the newest this computer has seen.
    pub fn open_vault(&self, older: bool) -> Result<VaultStatus, AppError> {
        let Secret { passphrase, recovery_code } = self.secret();
        self.app.run(UnlockVault { passphrase, recovery_code, older }, &Task::silent())
    }

    /// Runs a command; one that needs the open vault opens it first.
    pub fn run<R: Run>(&self, request: R) -> Result<R::View, AppError> {
        self.run_with(request, &Task::silent())
    }

    /// The same with progress on standard error, where a person is watching.
    pub fn run_watched<R: Run>(&self, request: R) -> Result<R::View, AppError> {
        let watched = !self.json && std::io::stderr().is_terminal();
        let task = if watched { Task::reporting(show_progress) } else { Task::silent() };
        let ended = self.run_with(request, &task);
        if watched {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
        ended
    }

    fn run_with<R: Run>(&self, request: R, task: &Task) -> Result<R::View, AppError> {
        if <R as Request>::NEEDS != Needs::Nothing {
            self.unlock()?;
        }
        self.app.run(request, task)
    }

    /// Opens the vault if it is not open yet.
    pub fn unlock(&self) -> Result<(), AppError> {
        let status = self.app.run(GetVaultStatus {}, &Task::silent())?;
        match status.state {
            VaultState::Open => Ok(()),
            VaultState::None => Err(AppError::no_vault()),
            _ => self.open_vault(false).map(drop),
        }
    }

    /// Opens the vault if that works: a dry run needs none, and then calls every record new.
    pub fn unlock_if_possible(&self) {
        match self.unlock() {
            Ok(()) => {}
            Err(error) if error.code == "no-vault" => {}
            Err(error) => Output::aside(&format!("{} Records that are already in the vault are shown as new.", error.title)),
        }
    }

    pub fn close(self) {
        self.app.close();
    }
}

/// Secrets where other programs can read them. One in the command is refused: it is out already, and must not seem to be the way to do it.
fn refuse_exposed(global: &Global) -> Result<(), AppError> {
    if std::env::var_os("HOLDALL_PASSPHRASE").is_some() {
        Output::aside(
            "HOLDALL_PASSPHRASE is not read: other programs may see it. Use --passphrase-file, which takes a file, a pipe, or - for standard input.",
        );
    }
    if global.passphrase.is_none() {
        return Ok(());
    }
    Err(AppError::new(
        "bad-request",
        "A passphrase in a command can be read by every program on this computer, and stays in the history of your shell.",
        "Take it out of the history, set another one, and give it with --passphrase-file: a file, a pipe, or - for standard input.",
    ))
}

/// The exit code of a program that was ended from outside, as shells know it.
const ENDED: i32 = 130;

/// Asked once, what is under way stops with nothing half done; asked again, or with nothing under way, the program ends.
fn end_when_asked(app: Arc<App>) {
    let asked = AtomicBool::new(false);
    holdall_app::on_interrupt(move || {
        if asked.swap(true, Ordering::Relaxed) || !app.stop() {
            std::process::exit(ENDED);
        }
        Output::aside("\nStopping. Nothing will be half done. Press Ctrl-C again to end at once.");
    });
}

fn show_progress(progress: holdall_app::Progress) {
    // A terminal that is gone must not end the work.
    let _ = write!(std::io::stderr(), "\r\x1b[K{}", progress_text(progress));
}

fn progress_text(progress: holdall_app::Progress) -> String {
    let left = progress.left.map(|left| format!(", {}", left_text(left))).unwrap_or_default();
    match progress.total {
        Some(total) if total > 0 => {
            let share = u128::from(progress.done.min(total)) * 100 / u128::from(total);
            format!("{}: {share} %{left}", progress.phase)
        }
        _ => format!("{}: {}", progress.phase, progress.done),
    }
}

/// About how long it still takes, no more exact than it is known.
fn left_text(left: Duration) -> String {
    match left.as_secs() {
        0..=4 => "a few seconds left".to_owned(),
        seconds @ 5..=54 => format!("about {} seconds left", seconds.div_ceil(5) * 5),
        55..=89 => "about a minute left".to_owned(),
        seconds => format!("about {} minutes left", (seconds + 30) / 60),
    }
}

/// Reads one secret line from a file, or from standard input for `-`. Secrets are never arguments: other users could list them.
pub fn read_secret(from: &Path) -> Result<Zeroizing<String>, AppError> {
    let unreadable = |error: std::io::Error| {
        AppError::new(
            "bad-request",
            format!("{} could not be read ({}).", from.display(), error.kind()),
            "Check the path and that you may read the file.",
        )
    };
    let mut line = Zeroizing::new(String::new());
    if from == Path::new("-") && std::io::stdin().is_terminal() {
        // Nobody who looks on reads it.
        line = Zeroizing::new(rpassword::prompt_password("Secret: ").map_err(unreadable)?);
    } else if from == Path::new("-") {
        std::io::stdin().lock().take(MAX_SECRET_BYTES).read_line(&mut line).map_err(unreadable)?;
    } else {
        let file = std::fs::File::open(from).map_err(unreadable)?;
        std::io::BufReader::new(file.take(MAX_SECRET_BYTES)).read_line(&mut line).map_err(unreadable)?;
    }
    // Notepad may begin a file with a mark of its encoding.
    let secret = Zeroizing::new(line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n']).to_owned());
    if secret.is_empty() {
        return Err(AppError::new("bad-request", "The secret is empty.", "Put it on the first line."));
    }
    Ok(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_tells_its_share_and_what_is_left_where_that_is_known() {
        let at = |done, total, left: Option<u64>| {
            progress_text(holdall_app::Progress { phase: "reading", done, total, left: left.map(Duration::from_secs), paused: false })
        };
        assert_eq!(at(5, None, None), "reading: 5");
        assert_eq!(at(5, Some(10), None), "reading: 50 %");
        assert_eq!(at(20, Some(10), None), "reading: 100 %");
        assert_eq!(at(u64::MAX - 1, Some(u64::MAX), None), "reading: 99 %");
        for (seconds, words) in
            [(0, "a few seconds"), (21, "about 25 seconds"), (54, "about 55 seconds"), (70, "about a minute"), (540, "about 9 minutes")]
        {
            assert_eq!(at(1, Some(10), Some(seconds)), format!("reading: 10 %, {words} left"));
        }
    }
}
