//! The rooms' errors as public codes.

use holdall_importer::ImportError;
use holdall_vault::{Obstacle, VaultError};

use crate::AppError;

/// Splits a room's text, `What happened. What to do.`, at its last sentence.
fn told(code: &'static str, text: String, otherwise: &str) -> AppError {
    let text = text.trim();
    match text.trim_end_matches('.').rfind(". ") {
        Some(at) => AppError::new(code, &text[..=at], text[at + 2..].trim()),
        None => AppError::new(code, text, otherwise),
    }
}

impl From<VaultError> for AppError {
    fn from(error: VaultError) -> Self {
        let code = match &error {
            VaultError::NotOpened(obstacle) => of_obstacle(obstacle),
            VaultError::AlreadyExists => "vault-exists",
            VaultError::KeyringUnreliable => "keyring-unavailable",
            VaultError::PassphraseTooShort { .. }
            | VaultError::KeyFileOpenToOthers
            | VaultError::KeyFileForm
            | VaultError::RecoveryNotProved
            | VaultError::LastWayIn => "bad-request",
            VaultError::DiskFull => "disk-full",
            VaultError::Disk { .. } => "cannot-write",
            VaultError::Damaged { .. } | VaultError::OriginalDamaged { .. } => "vault-damaged",
            VaultError::NotFound { .. } => "not-found",
            VaultError::Cancelled => return Self::cancelled(),
            _ => "failed",
        };
        told(code, error.to_string(), "Try again; if it happens again, report it.")
    }
}

fn of_obstacle(obstacle: &Obstacle) -> &'static str {
    match obstacle {
        Obstacle::NoVault => "no-vault",
        Obstacle::KeyringUnavailable | Obstacle::KeyringSilent => "keyring-unavailable",
        Obstacle::KeyringLocked => "keyring-locked",
        Obstacle::KeyMissing { .. } | Obstacle::NoSuchSlot => "key-missing",
        Obstacle::KeyWrong => "wrong-key",
        Obstacle::HeaderDamaged { .. } | Obstacle::DatabaseDamaged { .. } | Obstacle::NotEncrypted { .. } => "vault-damaged",
        Obstacle::NewerThanApp => "vault-newer",
        Obstacle::InUse => "vault-in-use",
        Obstacle::OlderThanSeen => "vault-older",
    }
}

impl From<ImportError> for AppError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Cancelled => Self::cancelled(),
            ImportError::PasswordNeeded { .. } | ImportError::WrongPassword { .. } => told("password-needed", error.to_string(), "Enter the password."),
            // Our own sink failed: its error is the one to tell.
            ImportError::Sink(inner) => match inner.downcast::<AppError>() {
                Ok(error) => *error,
                Err(inner) => match inner.downcast::<VaultError>() {
                    Ok(error) => (*error).into(),
                    Err(_) => Self::stopped_unexpectedly(),
                },
            },
            other => told("file-unreadable", other.to_string(), "Download the file again."),
        }
    }
}
