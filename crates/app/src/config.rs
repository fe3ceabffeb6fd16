use std::path::PathBuf;

/// Where things are, and what this run may do.
#[derive(Debug, Clone)]
pub struct Config {
    /// The folder of the vault.
    pub vault_dir: PathBuf,
    /// Choices about this installation (theme). No personal data.
    pub settings_file: PathBuf,
    /// The log of commands and error codes. None: no log.
    pub log_file: Option<PathBuf>,
    /// Opens the vault instead of the keyring, where the person chose that explicitly (servers, tests).
    pub key_file: Option<PathBuf>,
    /// Allows partners on this computer without TLS. Never on unless asked for.
    pub development: bool,
}

impl Config {
    /// `HOLDALL_VAULT` names the vault's folder, `HOLDALL_KEY_FILE` a key file, `HOLDALL_DEVELOPMENT=1` turns development mode on.
    pub fn from_environment() -> Self {
        let dirs = directories::ProjectDirs::from("org", "Holdall", "Holdall");
        let (data, config) = match &dirs {
            // On Windows, what is not local may be carried to other computers when the person signs in there. Elsewhere it is the same.
            Some(dirs) => (dirs.data_local_dir().to_owned(), dirs.config_local_dir().to_owned()),
            // No home directory: the current folder is the only place we may assume.
            None => (PathBuf::from("holdall-data"), PathBuf::from("holdall-data")),
        };
        Self {
            vault_dir: std::env::var_os("HOLDALL_VAULT").map_or_else(|| data.join("vault"), PathBuf::from),
            settings_file: config.join("settings.json"),
            log_file: dirs.is_some().then(|| data.join("logs").join("holdall.log")),
            key_file: std::env::var_os("HOLDALL_KEY_FILE").map(PathBuf::from),
            development: std::env::var_os("HOLDALL_DEVELOPMENT").is_some_and(|v| v == "1"),
        }
    }
}
