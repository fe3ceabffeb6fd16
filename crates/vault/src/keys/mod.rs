//! From the ways in to the master key, and from the master key to every other key (docs/adr/0003-keys.md).

mod header;
mod keyring;
mod master;
mod recovery;
mod slot;
mod store;

pub(crate) use header::Header;
pub(crate) use master::{Key as DerivedKey, MasterKey, Purpose, expand};
pub(crate) use slot::{Secret, Slot, SlotPlan};

pub use keyring::SystemKeyring;
pub use recovery::{RecoveryCode, RecoveryCodeError};
pub use slot::SlotKind;
pub use store::{KeyringError, MemoryKeyring, SecretStore};
