//! The rooms' errors as public codes.

use std::io::ErrorKind;

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

/// Does the work; `None` if it broke. What it held is dropped on the way, and an open transaction with it.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).ok()
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
            // The folder's own name may look like the end of a sentence.
            VaultError::Disk { source, .. } => return Self::new("cannot-write", error.to_string(), where_refused(source.kind())),
            VaultError::Damaged { .. } | VaultError::OriginalDamaged { .. } => "vault-damaged",
            VaultError::NotABackup => "not-a-backup",
            VaultError::BackupDamaged { .. } => "backup-damaged",
            VaultError::Refused { .. } => "bad-request",
            VaultError::NotFound { .. } => "not-found",
            VaultError::Cancelled => return Self::cancelled(),
            _ => "failed",
        };
        let otherwise =
            if code == "not-found" { "List what there is, and choose from it." } else { "Try again; if it happens again, report it." };
        told(code, error.to_string(), otherwise)
    }
}

/// What to do about a place that the system does not let be read or written.
fn where_refused(why: ErrorKind) -> &'static str {
    match why {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "Check that the disk is not write-protected and that you may write in this folder."
        }
        ErrorKind::NotFound => "Check that the disk is connected and that the folder is still there.",
        _ => "Check that the disk is connected and whole, then try again.",
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
        Obstacle::NewerThanApp { .. } => "vault-newer",
        Obstacle::InUse => "vault-in-use",
        Obstacle::OlderThanSeen => "vault-older",
    }
}

impl From<ImportError> for AppError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Cancelled => Self::cancelled(),
            ImportError::PasswordNeeded { .. } | ImportError::WrongPassword { .. } => {
                told("password-needed", error.to_string(), "Enter the password.")
            }
            // Our own sink failed: its error is the one to tell.
            ImportError::Sink(inner) => match inner.downcast::<AppError>() {
                Ok(error) => *error,
                Err(inner) => match inner.downcast::<VaultError>() {
                    Ok(error) => (*error).into(),
                    Err(_) => Self::stopped_unexpectedly(),
                },
            },
            ImportError::OurMistake { .. } => told("failed", error.to_string(), "Please report it."),
            other => told("file-unreadable", other.to_string(), "Download the file again."),
        }
    }
}

impl From<holdall_sharing::SharingError> for AppError {
    fn from(error: holdall_sharing::SharingError) -> Self {
        use holdall_sharing::SharingError as E;
        let (code, hint) = match &error {
            E::Address(_) => ("partner-untrusted", "Check the address: a partner has one that begins with https://."),
            E::Network(_) => ("partner-unreachable", "Check your connection and the address, then try again. What waits is kept."),
            E::NoDescriptor { .. } => ("partner-untrusted", "This site offers no data grants. Check the address."),
            E::KeyChanged { .. } => (
                "partner-key-changed",
                "Nothing was sent. Ask the partner by telephone; if the new words are right, trust them with its entry.",
            ),
            E::Descriptor(_) | E::Pin(_) | E::SealingKey => {
                ("partner-untrusted", "Nothing was sent. Ask the partner about it by another way.")
            }
            E::DescriptorExpired | E::OfferChanged => {
                ("share-changed", "Add the partner again to fetch its description, then look at the offer anew.")
            }
            E::NotWhatWasShown | E::PreviewTooOld => ("share-changed", "Look at the preview again. Nothing was sent."),
            E::NotOffered | E::NotGrantable | E::HasProblems | E::TooMuch | E::RecordTooLong | E::Scope(_) => {
                ("cannot-share", "Nothing was sent. Choose other data, or another offer.")
            }
            E::NothingToStop => ("not-found", "Look at your list of shares."),
            _ => ("failed", "Try again; if it happens again, report it."),
        };
        Self::new(code, sentence(&error.to_string()), hint)
    }
}

/// A room's clause as a sentence.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", chars.as_str().trim_end_matches('.'))
}

impl From<holdall_sharing::NetworkError> for AppError {
    fn from(error: holdall_sharing::NetworkError) -> Self {
        holdall_sharing::SharingError::Network(error).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_refuses_is_told_whole_with_what_to_do() {
        let refused = |kind: ErrorKind| {
            let source = std::io::Error::from_raw_os_error(if kind == ErrorKind::PermissionDenied { 13 } else { 5 });
            AppError::from(VaultError::Disk { file: "/home/me/St. Gallen/vault/lock".into(), source })
        };
        let error = refused(ErrorKind::PermissionDenied);
        assert_eq!(error.code, "cannot-write");
        assert!(error.title.starts_with("The disk refused to read or write /home/me/St. Gallen/vault/lock: "), "{}", error.title);
        assert!(error.title.ends_with('.') && !error.title.contains("os error"), "{}", error.title);
        assert!(error.what_to_do.contains("write-protected"), "{}", error.what_to_do);
        assert!(refused(ErrorKind::Other).what_to_do.contains("connected"));
    }

    #[test]
    fn what_a_person_can_mend_is_told_with_what_to_do() {
        let errors = [
            Obstacle::NoVault.into(),
            Obstacle::NotEncrypted { file: "vault.db".to_owned() }.into(),
            Obstacle::InUse.into(),
            VaultError::AlreadyExists,
            VaultError::KeyringUnreliable,
            VaultError::PassphraseTooShort { least: 12 },
            VaultError::KeyFileOpenToOthers,
            VaultError::KeyFileForm,
            VaultError::LastWayIn,
            VaultError::DiskFull,
            VaultError::OriginalDamaged { chunk: 3 },
        ];
        for error in errors.map(AppError::from) {
            assert!(error.title.ends_with('.') && !error.what_to_do.starts_with("Try again;"), "{error}");
        }
    }
}
