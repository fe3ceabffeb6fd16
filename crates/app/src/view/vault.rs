use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Every state a vault can be in when it is opened; each has its own screen and exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// There is no vault in this place yet.
    None,
    Locked,
    Open,
    KeyringUnavailable,
    KeyringLocked,
    /// The keyring answers, and has no entry for this vault.
    KeyMissing,
    /// The key found belongs to another vault or is damaged.
    KeyWrong,
    HeaderDamaged,
    DatabaseDamaged,
    NewerThanApp,
    InUse,
    OlderThanSeen,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WayIn {
    Keyring,
    RecoveryCode,
    Passphrase,
    KeyFile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct VaultStatus {
    pub state: VaultState,
    /// The folder that holds the vault.
    pub dir: String,
    pub vault_id: Option<String>,
    /// RFC 3339.
    pub created: Option<String>,
    pub ways_in: Vec<WayIn>,
    /// Whether two groups of the recovery code were typed back.
    pub recovery_proved: bool,
    /// Locked since it was open in this run: it stays so until the person opens it.
    pub was_locked: bool,
    /// Sentences about the vault's place that a person should read: a network disk, a folder that a program keeps in step with other
    /// computers, or copies that such a program left in it. Told also before there is a vault.
    pub concerns: Vec<String>,
    pub app_version: String,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct GetVaultStatus {}

/// Whether this computer's keyring could keep the key of a new vault. Tried out, so the system may show the person its prompt.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct TryKeyring {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum KeyringState {
    Usable,
    /// It stayed locked, or nobody answered its prompt: it can be asked again.
    Locked,
    /// There is none, or it keeps nothing.
    Unusable,
}

/// Makes a new vault. Without a passphrase its key is kept in the OS keyring.
#[derive(Serialize, Deserialize, TS)]
pub struct CreateVault {
    #[serde(default)]
    pub passphrase: Option<String>,
}

#[derive(Serialize, Deserialize, TS)]
pub struct VaultCreated {
    pub status: VaultStatus,
    /// Eight groups of four characters. Shown once, to be printed or written down.
    pub recovery_code: Vec<String>,
    /// Which two groups (1-based) will be asked back.
    pub ask_groups: Vec<u32>,
    /// The same code as a QR picture: rows of `0` and `1`.
    pub recovery_qr: Vec<String>,
}

/// Saves the recovery page, to be printed: from the moment the code is made until it is proved.
#[derive(Debug, Serialize, Deserialize, TS)]
pub struct SaveKit {
    /// A new file, ending in `.pdf` or `.html`.
    pub file: String,
}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct KitSaved {
    pub file: String,
}

#[derive(Serialize, Deserialize, TS)]
pub struct RecoveryGroup {
    /// 1-based.
    pub group: u32,
    pub text: String,
}

/// Types groups of the recovery code back, to prove that it was written down.
#[derive(Serialize, Deserialize, TS)]
pub struct ProveRecovery {
    pub groups: Vec<RecoveryGroup>,
}

/// Opens the vault. Without a secret, with the OS keyring.
#[derive(Default, Serialize, Deserialize, TS)]
pub struct UnlockVault {
    #[serde(default)]
    pub passphrase: Option<String>,
    #[serde(default)]
    pub recovery_code: Option<String>,
    /// The person expects a state from before the newest this computer has seen, such as one from a backup.
    #[serde(default)]
    pub older: bool,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct LockVault {}

/// Says that a person is at the window, which puts off the lock. Sent on keys and clicks, a few times a minute at most.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct StillHere {}
