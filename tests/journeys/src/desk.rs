use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::program;

/// One person's computer: a home folder, a vault in it, and a keyring.
pub struct Desk {
    home: TempDir,
    #[cfg(target_os = "linux")]
    keyring: Option<crate::keyring::Keyring>,
    passphrase: Option<PathBuf>,
}

/// What a run of `holdall` answered.
pub struct Answer {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Answer {
    /// The JSON it printed.
    pub fn json(&self) -> Value {
        serde_json::from_str(self.out.trim()).unwrap_or_else(|e| panic!("not JSON ({e}): {}\n{}", self.out, self.err))
    }

    /// Fails the story unless it succeeded.
    pub fn ok(self) -> Self {
        assert_eq!(self.code, 0, "exit {}\n{}\n{}", self.code, self.out, self.err);
        self
    }

    /// The stable code of the failure it printed.
    pub fn error_code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

impl Desk {
    /// A desk with a keyring; on macOS with a passphrase.
    pub fn new() -> Self {
        #[cfg(target_os = "linux")]
        {
            let home = TempDir::new().expect("a temporary folder");
            let keyring = Some(crate::keyring::Keyring::start(home.path()));
            Self { home, keyring, passphrase: None }
        }
        #[cfg(windows)]
        {
            Self { home: TempDir::new().expect("a temporary folder"), passphrase: None }
        }
        #[cfg(not(any(target_os = "linux", windows)))]
        Self::with_passphrase()
    }

    /// A desk without any keyring.
    pub fn with_passphrase() -> Self {
        let home = TempDir::new().expect("a temporary folder");
        let file = home.path().join("passphrase");
        std::fs::write(&file, "correct horse battery staple\n").expect("a file in our own folder");
        Self {
            home,
            #[cfg(target_os = "linux")]
            keyring: None,
            passphrase: Some(file),
        }
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn vault(&self) -> PathBuf {
        self.home.path().join("vault")
    }

    /// Runs `holdall --json …`.
    pub fn holdall<S: AsRef<std::ffi::OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Answer {
        let output = self.command(words).output().expect("holdall runs");
        answer(output)
    }

    /// The same as a command that is not started yet.
    pub fn command<S: AsRef<std::ffi::OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.bare();
        command.arg("--json").args(self.secret()).args(words);
        command
    }

    /// The same as a person types it, without `--json`.
    pub fn words<S: AsRef<std::ffi::OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.bare();
        command.args(self.secret()).args(words);
        command
    }

    /// What opens the vault, as it is typed.
    fn secret(&self) -> Vec<&std::ffi::OsStr> {
        self.passphrase.iter().flat_map(|file| ["--passphrase-file".as_ref(), file.as_os_str()]).collect()
    }

    /// `holdall` on this desk's vault, and nothing that opens it.
    pub fn bare(&self) -> Command {
        let mut command = Command::new(program("holdall"));
        command.arg("--development").arg("--vault").arg(self.vault());
        command.env_clear().env("HOME", self.home()).env("XDG_RUNTIME_DIR", self.home()).stdin(Stdio::null());
        for name in ["PATH", "SYSTEMROOT", "TEMP", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "LLVM_PROFILE_FILE"] {
            if let Some(value) = std::env::var_os(name) {
                command.env(name, value);
            }
        }
        #[cfg(target_os = "linux")]
        if let Some(keyring) = &self.keyring {
            command.env("DBUS_SESSION_BUS_ADDRESS", &keyring.address);
        }
        command
    }

    /// Every file below the vault, to look for what must not be there in clear.
    pub fn vault_files(&self) -> Vec<PathBuf> {
        fn below(dir: &Path, files: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
                if entry.path().is_dir() { below(&entry.path(), files) } else { files.push(entry.path()) }
            }
        }
        let mut files = Vec::new();
        below(&self.vault(), &mut files);
        files
    }
}

#[cfg(windows)]
impl Drop for Desk {
    fn drop(&mut self) {
        crate::credentials::sweep(self.home());
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

fn answer(output: Output) -> Answer {
    Answer {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
