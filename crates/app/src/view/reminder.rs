use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a person is reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ReminderKind {
    /// The recovery code was typed back more than a year ago: can it still be found?
    RecoveryCode,
    /// There was no backup for 30 days, or ever.
    NoBackup,
    /// Backups lie on the disk that the vault lies on.
    BackupOnSameDisk,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReminderView {
    pub kind: ReminderKind,
    /// When the code was last typed back, or the last backup made. RFC 3339.
    pub since: Option<String>,
}

/// Not now: silent for a week about the recovery code, for 30 days about backups.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct PutOffReminder {
    pub kind: ReminderKind,
}
