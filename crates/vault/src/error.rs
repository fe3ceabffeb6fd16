use std::path::PathBuf;

use holdall_model::Cancelled;

/// Why a vault cannot be opened now. Each has its own screen and exit code, and none of them is a reason to start over:
/// nothing on disk is changed when one of these is returned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    #[error("There is no vault in this folder. Create one, or name the folder it is in.")]
    NoVault,
    #[error("The system keyring cannot be reached. Start it, or open the vault with the passphrase or the recovery code.")]
    KeyringUnavailable,
    #[error("The system keyring is locked, or it refused access. Unlock it and try again, or use the passphrase or the recovery code.")]
    KeyringLocked,
    #[error("The system keyring did not answer in time. Try again, or use the passphrase or the recovery code.")]
    KeyringSilent,
    #[error(
        "The system keyring ({backend_now}) has no key for this vault; it was stored in {backend_then}. Open the vault with the recovery code or the passphrase."
    )]
    KeyMissing { backend_then: String, backend_now: String },
    #[error("The key does not belong to this vault. Use the passphrase, the recovery code, or another key.")]
    KeyWrong,
    #[error("The vault has no such way in. Use another one.")]
    NoSuchSlot,
    #[error(
        "The key file keys.json is damaged ({part}), and so is its earlier copy. Restore it from a backup; the recovery code alone is not enough."
    )]
    HeaderDamaged { part: String },
    #[error("The vault's database is damaged ({part}). Restore the newest backup; nothing was changed.")]
    DatabaseDamaged { part: String },
    #[error("A file of the vault is not encrypted as it should be ({file}); it is left alone. Restore the newest backup.")]
    NotEncrypted { file: String },
    #[error("A newer version of Holdall wrote this vault. {}", go_on(before.as_deref()))]
    NewerThanApp {
        /// The file with the database as it was before the newer version changed its form, where it is still there.
        before: Option<String>,
    },
    #[error("Another window or command has this vault open. Close it and try again.")]
    InUse,
    #[error(
        "This vault is older than the one this computer saw last: an old copy may have been put back. Open it again and say that you expect this."
    )]
    OlderThanSeen,
}

impl Obstacle {
    /// Stable name, for exit codes and screens.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoVault => "NO_VAULT",
            Self::KeyringUnavailable => "KEYRING_UNAVAILABLE",
            Self::KeyringLocked => "KEYRING_LOCKED",
            Self::KeyringSilent => "KEYRING_SILENT",
            Self::KeyMissing { .. } => "KEY_MISSING",
            Self::KeyWrong => "KEY_WRONG",
            Self::NoSuchSlot => "NO_SUCH_SLOT",
            Self::HeaderDamaged { .. } => "HEADER_DAMAGED",
            Self::DatabaseDamaged { .. } => "DB_DAMAGED",
            Self::NotEncrypted { .. } => "NOT_ENCRYPTED",
            Self::NewerThanApp { .. } => "VAULT_NEWER_THAN_APP",
            Self::InUse => "VAULT_IN_USE",
            Self::OlderThanSeen => "VAULT_OLDER_THAN_SEEN",
        }
    }
}

fn go_on(before: Option<&str>) -> String {
    match before {
        Some(file) => format!(
            "Update Holdall to open it, or put {file} in the place of vault.db: the vault as it was before the update, without what came since."
        ),
        None => "Update Holdall to open it.".to_owned(),
    }
}

/// What can fail in the vault. Texts hold no value of the person's data.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    NotOpened(#[from] Obstacle),
    #[error("A vault already exists in this folder. Open it, or choose another folder.")]
    AlreadyExists,
    #[error("The system keyring kept another value than the one it was given; nothing was created. Use a passphrase instead.")]
    KeyringUnreliable,
    #[error("The passphrase is too short. Use at least {least} characters.")]
    PassphraseTooShort { least: usize },
    #[error("The key file can be read by others. Make it readable by you alone (chmod 600) and try again.")]
    KeyFileOpenToOthers,
    #[error("The key file does not hold a key of Holdall. Choose the one that was made for this vault.")]
    KeyFileForm,
    #[error("These groups are not those of the recovery code. Look at the groups asked for and type them again.")]
    RecoveryNotProved,
    #[error("This would remove the last way into the vault. Add another way first.")]
    LastWayIn,
    #[error("There is not enough space on the disk. Free some space and try again; nothing was changed.")]
    DiskFull,
    #[error("The disk refused to read or write {file}: {}.", in_words(source))]
    Disk { file: PathBuf, source: std::io::Error },
    #[error("The vault is damaged ({part}). Restore the newest backup; nothing was changed.")]
    Damaged { part: String },
    #[error(
        "The original file kept with this import is damaged (chunk {chunk}); its records are whole. Restore the newest backup to get the file back."
    )]
    OriginalDamaged { chunk: u64 },
    #[error("This file is no backup of Holdall. Choose a file that ends in .holdall-backup.")]
    NotABackup,
    #[error("The backup is damaged ({place}). Use another one, and keep this file; nothing was changed.")]
    BackupDamaged { place: String },
    #[error("There is no such {what} in the vault.")]
    NotFound { what: &'static str },
    #[error("{what} cannot be stored: {why}")]
    Refused { what: &'static str, why: &'static str },
    #[error("Stopped on request. Nothing was changed.")]
    Cancelled,
    #[error("The vault's engine is not the expected one ({why}). Holdall was built wrongly and stops.")]
    Engine { why: &'static str },
    #[error("The vault's database refused an operation ({0}).")]
    Database(String),
}

impl VaultError {
    /// Stable name, for exit codes and screens.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotOpened(obstacle) => obstacle.code(),
            Self::AlreadyExists => "VAULT_EXISTS",
            Self::KeyringUnreliable => "KEYRING_UNRELIABLE",
            Self::PassphraseTooShort { .. } => "PASSPHRASE_TOO_SHORT",
            Self::KeyFileOpenToOthers => "KEY_FILE_OPEN_TO_OTHERS",
            Self::KeyFileForm => "KEY_FILE_FORM",
            Self::RecoveryNotProved => "RECOVERY_NOT_PROVED",
            Self::LastWayIn => "LAST_WAY_IN",
            Self::DiskFull => "DISK_FULL",
            Self::Disk { .. } => "DISK",
            Self::Damaged { .. } => "DB_DAMAGED",
            Self::OriginalDamaged { .. } => "ORIGINAL_DAMAGED",
            Self::NotABackup => "NOT_A_BACKUP",
            Self::BackupDamaged { .. } => "BACKUP_DAMAGED",
            Self::NotFound { .. } => "NOT_FOUND",
            Self::Refused { .. } => "REFUSED",
            Self::Cancelled => "CANCELLED",
            Self::Engine { .. } => "ENGINE",
            Self::Database(_) => "DATABASE",
        }
    }

    pub(crate) fn disk(file: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Disk { file, source },
        }
    }

    pub(crate) fn backup_damaged(place: impl Into<String>) -> Self {
        Self::BackupDamaged { place: place.into() }
    }

    pub(crate) fn damaged(part: impl Into<String>) -> Self {
        Self::Damaged { part: part.into() }
    }
}

/// The system's words without its number, which tells people nothing.
fn in_words(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}

impl From<Cancelled> for VaultError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl From<rusqlite::Error> for VaultError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::DiskFull,
            Some(code @ (ErrorCode::SystemIoFailure | ErrorCode::CannotOpen | ErrorCode::ReadOnly)) => {
                Self::Disk { file: "the vault's database".into(), source: std::io::Error::other(format!("{code:?}")) }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::damaged("a page of the database"),
            // Never the message itself: it may quote SQL, and SQL may one day quote data.
            Some(code) => Self::Database(format!("{code:?}")),
            None => Self::Database(
                match error {
                    rusqlite::Error::QueryReturnedNoRows => "a row that must exist is missing",
                    rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::IntegralValueOutOfRange(..)
                    | rusqlite::Error::InvalidColumnType(..) => "a column holds an unexpected value",
                    _ => "an unexpected answer",
                }
                .to_owned(),
            ),
        }
    }
}
