use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::vault::WayIn;

/// One way into the vault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WayInView {
    pub id: String,
    pub kind: WayIn,
    /// RFC 3339.
    pub created: String,
    /// Which keyring holds the secret; empty for other kinds.
    pub place: String,
    /// It opens only together with the keyring of the computer it was set on.
    pub bound: bool,
    /// When two groups of the recovery code were last typed back. RFC 3339; none for other kinds, and for a code that nobody has proved.
    pub checked: Option<String>,
    /// That was more than a year ago: look whether the code can still be found.
    pub check_due: bool,
    /// It may be removed: it is neither the recovery code nor the last one.
    pub removable: bool,
}

#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct ListWaysIn {}

/// Proves that the person is there, for acts that ask for it: five minutes long.
#[derive(Serialize, Deserialize, TS)]
pub struct ConfirmPerson {
    pub passphrase: String,
}

/// Sets the passphrase, in the place of the one there may be.
#[derive(Serialize, Deserialize, TS)]
pub struct SetPassphrase {
    pub passphrase: String,
    /// It opens the vault only together with this computer's keyring: a stolen copy cannot be guessed open.
    #[serde(default)]
    pub only_here: bool,
}

#[derive(Debug, Serialize, Deserialize, TS)]
pub struct RemoveWayIn {
    pub id: String,
}

/// Lets this computer's keyring open the vault: after it was lost, or on a second computer.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct EnrolComputer {}

/// Puts a new secret into this computer's keyring.
#[derive(Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RenewComputer {
    /// Needed where a passphrase is bound to this computer.
    pub passphrase: Option<String>,
}

/// Makes a new recovery code. The old one stays good until the new one is proved (`vault.prove`).
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct RenewRecoveryCode {}

/// Draws two groups of the recovery code to ask back (`vault.prove`), for whoever wants to see whether the paper can still be found.
#[derive(Debug, Default, Serialize, Deserialize, TS)]
pub struct AskForCode {}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CodeQuestion {
    /// 1-based, drawn anew each time.
    pub ask_groups: Vec<u32>,
}

/// A recovery code, the one time it is shown.
#[derive(Serialize, Deserialize, TS)]
pub struct NewRecoveryCode {
    /// Eight groups of four characters.
    pub recovery_code: Vec<String>,
    /// Which two groups (1-based) will be asked back.
    pub ask_groups: Vec<u32>,
    /// The same code as a QR picture: rows of `0` and `1`.
    pub recovery_qr: Vec<String>,
}

/// Writes the whole vault anew under a new master key, beside the live one: for when a way in has fallen into other hands.
/// Nothing changes before [`FinishNewKey`].
#[derive(Default, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct PrepareNewKey {
    /// The passphrase of the new vault, if it shall have one. Without, and without a keyring, there must be a key file.
    pub passphrase: Option<String>,
}

/// Takes the new vault in the place of the old one, once two groups of its recovery code are typed back.
#[derive(Serialize, Deserialize, TS)]
pub struct FinishNewKey {
    pub groups: Vec<super::vault::RecoveryGroup>,
}
