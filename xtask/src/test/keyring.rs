//! A private session with a real, unlocked key ring, so that tests neither need nor touch the one of the person who runs them.

use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

/// Folders for one D-Bus session; gone when dropped. On macOS and Windows tests use the system's own store, and this is empty.
pub struct Session {
    folder: Option<PathBuf>,
}

/// Unlocks a new key ring with an empty password, then becomes the program that was asked for.
const UNLOCK: &str = r#"printf '\n' | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@""#;

impl Session {
    pub fn start() -> Result<Session> {
        if !cfg!(target_os = "linux") {
            return Ok(Session { folder: None });
        }
        // Socket paths may not be longer than about a hundred bytes, so this is not in the target folder.
        let folder = std::env::temp_dir().join(format!("holdall-session-{}", std::process::id()));
        for name in ["run", "data", "config", "cache", "state"] {
            let path = folder.join(name);
            std::fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
        }
        make_private(&folder.join("run"))?;
        Ok(Session { folder: Some(folder) })
    }

    /// The same command, inside the session.
    pub fn wrap(&self, command: &Command) -> Command {
        let Some(folder) = &self.folder else { return clone(command, Command::new(command.get_program())) };
        let mut wrapped = Command::new("dbus-run-session");
        wrapped.args(["--", "sh", "-c", UNLOCK, "sh"]).arg(command.get_program());
        let mut wrapped = clone(command, wrapped);
        for (variable, name) in [
            ("XDG_RUNTIME_DIR", "run"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_STATE_HOME", "state"),
        ] {
            wrapped.env(variable, folder.join(name));
        }
        wrapped
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(folder) = &self.folder {
            // Left-overs in the temporary folder are a nuisance, not a failure.
            std::fs::remove_dir_all(folder).ok();
        }
    }
}

fn clone(from: &Command, mut to: Command) -> Command {
    to.args(from.get_args());
    if let Some(folder) = from.get_current_dir() {
        to.current_dir(folder);
    }
    for (name, value) in from.get_envs() {
        match value {
            Some(value) => to.env(name, value),
            None => to.env_remove(name),
        };
    }
    to
}

#[cfg(unix)]
fn make_private(folder: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).context("cannot make the session's folder private")
}

#[cfg(not(unix))]
fn make_private(_folder: &std::path::Path) -> Result<()> {
    Ok(())
}
