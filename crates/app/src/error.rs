//! Failures as the public sees them. Every room's errors end here, and nowhere else become codes.

use crate::view::ErrorView;
use crate::view::import::QuestionView;

/// A failure with a stable code, what happened, and what to do. Its texts hold no value of the person's data.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{title} {what_to_do}")]
pub struct AppError {
    pub code: &'static str,
    pub title: String,
    pub what_to_do: String,
    pub question: Option<Box<QuestionView>>,
}

/// Public codes and the exit code of the command line for each. Stable: entries are only added (docs/errors.md).
pub const CODES: &[(&str, u8)] = &[
    ("failed", 1),
    ("bad-request", 2),
    ("question", 3),
    ("file-unreadable", 4),
    ("file-unknown", 5),
    ("password-needed", 6),
    ("not-found", 7),
    ("cannot-write", 8),
    ("confirm-needed", 9),
    ("no-vault", 10),
    ("vault-in-use", 11),
    ("wrong-key", 12),
    ("vault-damaged", 13),
    ("vault-newer", 14),
    ("keyring-unavailable", 15),
    ("keyring-locked", 16),
    ("key-missing", 17),
    ("vault-locked", 18),
    ("vault-exists", 19),
    ("partner-unreachable", 20),
    ("partner-untrusted", 21),
    ("partner-refused", 22),
    ("receipt-invalid", 23),
    ("share-changed", 24),
    ("cannot-share", 25),
    ("disk-full", 26),
    ("vault-older", 27),
    ("not-a-backup", 28),
    ("backup-damaged", 29),
    ("partner-key-changed", 32),
    ("proof-invalid", 30),
    ("proof-incomplete", 31),
    ("cloud-folder", 33),
    ("vault-changed", 34),
    ("cancelled", 40),
];

impl AppError {
    pub fn new(code: &'static str, title: impl Into<String>, what_to_do: impl Into<String>) -> Self {
        debug_assert!(CODES.iter().any(|(known, _)| *known == code), "{code} is not in the table");
        Self { code, title: title.into(), what_to_do: what_to_do.into(), question: None }
    }

    pub fn not_found(what: &str) -> Self {
        Self::new("not-found", format!("There is no such {what}."), "List what there is, and choose from it.")
    }

    pub fn vault_locked() -> Self {
        Self::new("vault-locked", "The vault is locked.", "Unlock it first.")
    }

    pub fn no_vault() -> Self {
        Self::new("no-vault", "There is no vault here yet.", "Create one first.")
    }

    pub fn unknown_command(name: &str) -> Self {
        Self::new(
            "bad-request",
            format!("No command is called “{}”.", name.escape_default()),
            "Update Holdall: its parts do not fit together.",
        )
    }

    pub fn bad_request(reason: &str) -> Self {
        Self::new("bad-request", format!("The request does not have the right form: {reason}."), "Check the spelling of the options.")
    }

    pub fn request_too_large() -> Self {
        Self::bad_request("it is larger than any request may be")
    }

    pub fn stopped_unexpectedly() -> Self {
        Self::new("failed", "The work stopped unexpectedly. Nothing was half done.", "Try again; if it happens again, report it.")
    }

    pub fn cancelled() -> Self {
        Self::new("cancelled", "Stopped, as you asked.", "Nothing was stored. Start again whenever you like.")
    }

    pub fn cannot_write(path: &std::path::Path, error: &std::io::Error) -> Self {
        let (code, hint) = match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => ("disk-full", "Free some space, then try again."),
            std::io::ErrorKind::AlreadyExists => ("cannot-write", "Choose another name; nothing is ever overwritten."),
            _ => ("cannot-write", "Choose a folder you may write to."),
        };
        Self::new(code, format!("{} could not be written ({}).", path.display(), error.kind()), hint)
    }

    pub fn not_a_folder(path: &std::path::Path, why: &str) -> Self {
        Self::new(
            "cannot-write",
            format!("{} {why}.", path.display()),
            "Choose a new folder, or an empty one; nothing is ever overwritten.",
        )
    }

    pub fn cloud_folder(cloud: &str) -> Self {
        Self::new(
            "cloud-folder",
            format!("This folder belongs to {cloud}, which would copy your data to other computers, and not encrypted."),
            "Choose another folder, or say that you mean this one.",
        )
    }

    pub fn question(question: QuestionView) -> Self {
        let mut error = Self::new("question", question.text.clone(), "Answer the question, and the import goes on.");
        error.question = Some(Box::new(question));
        error
    }

    pub fn exit_code(&self) -> u8 {
        CODES.iter().find(|(code, _)| *code == self.code).map_or(1, |(_, exit)| *exit)
    }

    pub fn view(&self) -> ErrorView {
        ErrorView {
            code: self.code.to_owned(),
            title: self.title.clone(),
            what_to_do: self.what_to_do.clone(),
            question: self.question.as_deref().cloned(),
        }
    }
}

impl From<holdall_model::Cancelled> for AppError {
    fn from(_: holdall_model::Cancelled) -> Self {
        Self::cancelled()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l08_codes_and_exit_codes_are_unique() {
        let codes: std::collections::HashSet<_> = CODES.iter().map(|(code, _)| code).collect();
        let exits: std::collections::HashSet<_> = CODES.iter().map(|(_, exit)| exit).collect();
        assert_eq!((codes.len(), exits.len()), (CODES.len(), CODES.len()));
    }

    #[test]
    fn l08_the_documented_table_is_this_table() {
        let docs = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/errors.md")).expect("docs/errors.md");
        for (code, exit) in CODES {
            assert!(docs.contains(&format!("| {exit} | `{code}` |")), "docs/errors.md lacks {exit} {code}");
        }
    }
}
