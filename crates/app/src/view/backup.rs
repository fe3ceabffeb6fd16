use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::vault::WayIn;

/// What opens a backup: one of the ways in that its vault had then. Without any, the open vault or this computer's keyring is asked.
#[derive(Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Secret {
    pub passphrase: Option<String>,
    pub recovery_code: Option<String>,
}

/// What a backup says of itself without a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupView {
    pub file: String,
    pub vault_id: String,
    /// Of the vault that is open now; false also while none is.
    pub this_vault: bool,
    /// 1, 2, 3… of its vault: the order of its backups, whatever the clock said.
    pub number: u64,
    /// RFC 3339.
    pub created: String,
    pub bytes: u64,
    pub ways_in: Vec<WayIn>,
    pub app_version: String,
}

/// Where backups go, and how often.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct BackupPlan {
    /// None: nowhere yet.
    pub folder: Option<String>,
    /// Days between two backups that Holdall makes by itself while its window is open. 0: only by hand.
    pub every_days: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupsView {
    pub plan: BackupPlan,
    /// RFC 3339.
    pub last_made: Option<String>,
    /// The last one is in the folder of the plan and holds all that is in the vault: until something is done, no other one is made by
    /// itself, for four weeks at most.
    pub holds_all: bool,
    /// When one was last restored on trial. RFC 3339.
    pub last_drill: Option<String>,
    /// None was made for 30 days, or ever.
    pub overdue: bool,
    /// The folder lies on the disk that the vault lies on: one broken disk takes both.
    pub same_disk: bool,
    /// What lies in the folder, newest first.
    pub backups: Vec<BackupView>,
    /// Files there that are called backups and cannot be read.
    pub unreadable: Vec<String>,
    /// The folder of the plan cannot be read: it may be on a disk that is not plugged in.
    pub folder_missing: bool,
    /// Vaults that stand beside this one: set aside when a restored one took their place, or restored and not taken.
    pub set_aside: Vec<String>,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct GetBackups {}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SetBackupPlan {
    pub plan: BackupPlan,
}

/// Makes a backup, reads it back, and removes old ones by the rule: the five newest stay, and the newest of each of twelve months.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct MakeBackup {
    /// Left out: the folder of the plan, whose old backups are then thinned.
    pub folder: Option<String>,
    /// Make none unless the plan says that it is time. Where it is not, a twentieth of each backup in its folder is checked every week,
    /// another one each time; what is damaged is an error that names the file.
    pub only_if_due: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupMade {
    /// None: it was not time yet.
    pub backup: Option<BackupView>,
    pub originals: u64,
    /// Originals that the vault names and no longer has.
    pub originals_missing: u64,
    /// Old backups that were removed.
    pub removed: Vec<String>,
}

/// Reads what a backup says of itself. Needs no key.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct LookAtBackup {
    pub file: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Depth {
    /// That it is a backup of Holdall, and that the key opens it.
    Head,
    /// Every piece, to the end.
    Pieces,
    /// It is restored to a temporary place and compared with what the vault held then.
    Full,
}

#[derive(Serialize, Deserialize, TS)]
pub struct VerifyBackup {
    pub file: String,
    pub depth: Depth,
    #[serde(default)]
    pub secret: Secret,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackupVerified {
    pub file: String,
    pub depth: Depth,
    /// Sealed pieces of 64 KiB that were opened.
    pub pieces: u64,
    pub originals: u64,
    pub originals_missing: u64,
    /// Rows of the database that were compared; only with `full`.
    pub rows: u64,
}

/// Restores a backup on trial and takes it away again: the proof that it gives the vault back.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct DrillBackup {
    /// Left out: the newest one in the folder of the plan.
    pub file: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Drilled {
    pub file: String,
    pub seconds: f64,
    pub rows: u64,
    pub originals: u64,
}

/// Takes a vault out of a backup. Where there is no vault yet, it becomes the vault; otherwise it stands beside the one there is,
/// which stays as it is.
#[derive(Serialize, Deserialize, TS)]
pub struct RestoreBackup {
    pub file: String,
    #[serde(default)]
    pub secret: Secret,
}

/// What a vault holds, counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultContents {
    pub records: u64,
    pub vendors: u32,
    pub newest_record: Option<String>,
    pub imports: u64,
    /// RFC 3339.
    pub last_import: Option<String>,
    pub partners: u64,
    pub shares: u64,
}

/// The live vault beside the restored one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultComparison {
    pub live: VaultContents,
    /// False: a backup of another vault. Nothing of the live one is in it.
    pub same_vault: bool,
    /// Acts (imports, shares, decisions…) that would be lost by taking the restored one.
    pub acts_lost: u64,
    /// Acts that the restored one has and the live one does not.
    pub acts_gained: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RestoredView {
    /// Where it stands.
    pub dir: String,
    /// It is the vault now; otherwise it stands beside it.
    pub in_place: bool,
    pub contents: VaultContents,
    pub originals_missing: u64,
    /// Only while the live vault is open, and where its way in opens the restored one.
    pub comparison: Option<VaultComparison>,
}

/// Takes a vault that stands beside the live one (restored, or set aside before) in its place. The live one is closed and set
/// aside whole: it can be taken back in the same way.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct TakeVault {
    pub dir: String,
    /// The person knows that it is another vault.
    #[serde(default)]
    pub another: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultTaken {
    /// Where the vault that was there stands now.
    pub set_aside: String,
}

/// Removes a vault that stands beside the live one, for good.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct DiscardVault {
    pub dir: String,
}

/// Reads every page, every act of the log and every byte of every original.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct CheckVault {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultCheck {
    pub whole: bool,
    /// The first fault of the database.
    pub database: Option<String>,
    pub acts: u64,
    /// Where the log is broken.
    pub log: Option<String>,
    pub originals: u64,
    /// Imports whose original is gone or damaged.
    pub broken_originals: Vec<i64>,
}
